"""Separation: who may not see what beside what, within a party, between zones, and on the way."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import END_USERS, Story

WITHOUT_IDENTITY = (*END_USERS, "supervisor")  # who oversees needs no names either


@rule("end-user-holds-identity")
def end_user_holds_identity(story: Story) -> Iterator[FlowHit]:
    """A researcher, assessor or supervisor that ever holds an identifier of persons in the clear."""
    for party, names in story.held.items():
        if story.kind(party) in WITHOUT_IDENTITY or party == "public":
            for name in sorted(names):
                for column in story.identity(name):
                    what = f"{party} gets {column} in '{name}'"
                    yield FlowHit(_arrival(story, party, name), what, at=f"{party}:{name}")


@rule("ttp-identity-and-payload")
def ttp_identity_and_payload(story: Story) -> Iterator[FlowHit]:
    """A trusted third party that sees who persons are and also what is said of them."""
    for party, names in story.held.items():
        if story.kind(party) != "ttp":
            continue
        persons = sorted(name for name in names if story.identity(name))
        payloads = sorted(name for name in names if story.payload(name))
        if persons and payloads:
            what = f"{party} sees identities in '{persons[0]}' and health data in '{payloads[0]}'"
            line = _arrival(story, party, payloads[0])
            yield FlowHit(line, what, at=party, lines=(_arrival(story, party, persons[0]),))


@rule("ttps-one-body")
def ttps_one_body(story: Story) -> Iterator[FlowHit]:
    """Two trusted third parties of one organisation, one with identities, the other with health data."""
    ttps = [party for party in story.study.parties if story.kind(party) == "ttp"]
    for one in ttps:
        for other in ttps:
            if one == other or story.organisation(one) != story.organisation(other):
                continue
            persons = [name for name in sorted(story.held.get(one, ())) if story.identity(name)]
            payloads = [name for name in sorted(story.held.get(other, ())) if story.payload(name)]
            if persons and payloads:
                what = f"{one} sees identities and {other} health data, both of {story.organisation(one)}"
                yield FlowHit(_arrival(story, other, payloads[0]), what, at=f"{one}+{other}")


@rule("identity-crosses-zones")
def identity_crosses_zones(story: Story) -> Iterator[FlowHit]:
    """Identifiers in the clear that go from one zone of an organisation to another."""
    for delivery in story.deliveries:
        sender, receiver = story.party(delivery.sender), story.party(delivery.receiver)
        if sender and receiver and sender.id != receiver.id and sender.organisation == receiver.organisation:
            for column in story.identity(delivery.dataset):
                what = f"{delivery.sender} gives {column} to {delivery.receiver}, another zone of {sender.organisation}"
                yield FlowHit(story.step_line(delivery.step), what, at=delivery.step.step.id)


@rule("output-meets-identity")
def output_meets_identity(story: Story) -> Iterator[FlowHit]:
    """Who holds identities gets the data that researchers work on, made from more than its own."""
    outputs = {name for party, name in story.finals if story.kind(party) == "researcher" and story.payload(name)}
    for delivery in story.deliveries:
        if delivery.dataset not in outputs or story.kind(delivery.receiver) in WITHOUT_IDENTITY:
            continue
        names = [name for name in sorted(story.held.get(delivery.receiver, ())) if story.identity(name)]
        if names:
            what = f"{delivery.receiver} holds identities in '{names[0]}' and gets '{delivery.dataset}'"
            yield FlowHit(story.step_line(delivery.step), what, at=f"{delivery.receiver}:{delivery.dataset}")


@rule("sent-in-clear")
def sent_in_clear(story: Story) -> Iterator[FlowHit]:
    """Data about persons that leave an organisation without encryption."""
    for delivery in story.deliveries:
        step = delivery.step.step
        words = step.model_dump()
        if step.kind == "publish" or words.get("encrypted") or not story.person_level(delivery.dataset):
            continue
        if step.kind == "grant_access":  # read where it stands: what must be encrypted is the connection
            continue
        if story.organisation(delivery.sender) != story.organisation(delivery.receiver):
            what = f"'{delivery.dataset}' goes to {delivery.receiver} and nothing says that it is encrypted"
            yield FlowHit(story.step_line(delivery.step), what, at=f"{step.id}:{delivery.receiver}")


@rule("four-eyes-single")
def four_eyes_single(story: Story) -> Iterator[FlowHit]:
    """An approval by one person, of something not yet whole, or after what it should let pass."""
    for entry in story.flow.steps:
        if entry.step.kind != "approve":
            continue
        words = entry.step.model_dump()
        if int(words.get("persons") or 0) < 2:
            yield FlowHit(story.step_line(entry), f"step '{entry.step.id}' has one pair of eyes", at=entry.step.id)
        for later in story.flow.steps:
            if later.number > entry.number and words.get("dataset") in later.makes:
                what = f"step '{later.step.id}' adds to '{words['dataset']}' after step '{entry.step.id}' approved it"
                yield FlowHit(story.step_line(later), what, at=entry.step.id)
                break
        early = [
            one
            for one in story.deliveries
            if one.dataset == words.get("dataset") and one.sender == entry.step.actor and one.number < entry.number
        ]
        for one in early[:1]:
            what = f"'{one.dataset}' goes to {one.receiver} before step '{entry.step.id}' approves it"
            yield FlowHit(story.step_line(one.step), what, at=entry.step.id)


@rule("host-can-read")
def host_can_read(story: Story) -> Iterator[FlowHit]:
    """Machines of another body on which data about persons stand that it could read."""
    for number, hosting in enumerate(story.study.hosting):
        if hosting.encrypted or story.organisation(hosting.host) == story.organisation(hosting.of):
            continue
        names = [name for name in sorted(story.held.get(hosting.of, ())) if story.person_level(name)]
        if names:
            what = f"{hosting.host} runs the machines of {hosting.of}, where '{names[0]}' stands unencrypted"
            yield FlowHit(story.line("hosting", number), what, at=f"{hosting.host}:{hosting.of}")


def _arrival(story: Story, party: str, name: str) -> int:
    """Line of the step by which a party comes to hold a dataset."""
    for delivery in story.deliveries:
        if (delivery.receiver, delivery.dataset) == (party, name):
            return story.step_line(delivery.step)
    return story.step_line(story.makers[name]) if name in story.makers else story.line("parties")
