"""Rights and retention: everything kept has one term, keys end with the data, and persons are told or rightly not."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.verify.rules.keys import ties
from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import IDENTITY, Delivery, Story


@rule("kept-without-term")
def kept_without_term(story: Story) -> Iterator[FlowHit]:
    """Data about persons still held when the flow has ended, for which no retention is given."""
    kept = {one.dataset for one in story.study.retention}
    for party, names in story.held_at_end.items():
        for name in sorted(names - kept):
            if story.person_level(name) and not ties(story, name):  # what ties identifiers has a rule of its own
                what = f"{party} still holds '{name}' when the flow has ended, for no stated time"
                yield FlowHit(story.step_line(story.makers[name]), what, at=f"{party}:{name}")


@rule("copy-kept")
def copy_kept(story: Story) -> Iterator[FlowHit]:
    """A dataset that has a term, kept also by a party that neither uses it to the end nor keeps it for others."""
    opened = {(one.sender, one.dataset) for one in story.deliveries if _opens(one)}
    for kept in (one for one in story.study.retention if story.person_level(one.dataset)):
        holders = [party for party, names in story.held_at_end.items() if kept.dataset in names]
        right = [one for one in holders if (one, kept.dataset) in story.finals | opened]
        for party in holders if right else holders[1:]:
            if party not in right and party in story.study.parties:
                what = f"{party} still holds a copy of '{kept.dataset}', which is kept elsewhere"
                yield FlowHit(story.step_line(story.makers[kept.dataset]), what, at=f"{party}:{kept.dataset}")


def _opens(delivery: Delivery) -> bool:
    return delivery.step.step.kind == "grant_access"


@rule("retention-twice")
def retention_twice(story: Story) -> Iterator[FlowHit]:
    """Two terms for one dataset."""
    seen: dict[str, int] = {}
    for number, kept in enumerate(story.study.retention):
        first = seen.setdefault(kept.dataset, number)
        if first != number:
            what = f"'{kept.dataset}' is kept {story.study.retention[first].years} years and also {kept.years} years"
            line = story.line("retention", number)
            yield FlowHit(line, what, at=kept.dataset, lines=(story.line("retention", first),))


@rule("retention-of-nothing")
def retention_of_nothing(story: Story) -> Iterator[FlowHit]:
    """A term for a dataset that nobody holds when the flow has ended, or of no years at all."""
    for number, kept in enumerate(story.study.retention):
        line = story.line("retention", number)
        if kept.dataset in story.flow.datasets and not any(kept.dataset in held for held in story.held_at_end.values()):
            yield FlowHit(line, f"'{kept.dataset}' has a term and nobody holds it any more", at=kept.dataset)
        if not kept.from_event.strip():
            yield FlowHit(
                line, f"nothing says from when the {kept.years} years of '{kept.dataset}' count", at=kept.dataset
            )


@rule("key-longer-than-data")
def key_longer_than_data(story: Story) -> Iterator[FlowHit]:
    """A key that is kept longer than all data that carry its pseudonyms."""
    years = [kept.years for kept in story.study.retention]
    for number, domain in enumerate(story.study.domains):
        if domain.key_until and years and domain.key_until.years > max(years):
            what = f"the key of {domain.id} is kept {domain.key_until.years} years, the data {max(years)}"
            yield FlowHit(story.line("domains", number), what, at=domain.id)


@rule("rights-unstated")
def rights_unstated(story: Story) -> Iterator[FlowHit]:
    """Nothing says whether the persons are informed; or they are not, and nothing says why."""
    rights = story.study.rights
    if rights is None:
        yield FlowHit(story.line("id"), "nothing says whether the persons are informed", at="rights")
    elif rights.information == "exempt" and rights.reason is None:
        yield FlowHit(story.line("rights"), "the persons are not informed and nothing says why", at="rights")


@rule("exemption-with-identity")
def exemption_with_identity(story: Story) -> Iterator[FlowHit]:
    """Persons are not informed, though a body that answers for the study knows who they are."""
    rights = story.study.rights
    if rights is None or rights.information != "exempt":
        return
    bodies = {story.study.applicant.organisation}
    bodies |= {story.organisation(party) for party, _ in story.finals if story.kind(party) == "researcher"}
    for party, names in story.held.items():
        if story.organisation(party) not in bodies:
            continue
        for name in sorted(names):
            found = [one.name for _, one in story.columns(name) if one.role == IDENTITY]
            if found:
                body = story.organisation(party)
                what = f"persons are not informed, and {party} of {body} gets their {found[0]} in '{name}'"
                yield FlowHit(story.line("rights"), what, at=party)
                break
