"""Keys and mapping tables: what ties a pseudonym to a person ends, and is not with who gets the data."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.verify.rules.registry import FlowHit, rule
from workbench.verify.rules.story import IDENTIFYING, Story


@rule("mapping-kept")
def mapping_kept(story: Story) -> Iterator[FlowHit]:
    """A table that ties two identifiers of a person together, still there when the flow has ended."""
    kept = {one.dataset for one in story.study.retention}
    for party, names in story.held_at_end.items():
        for name in sorted(names - kept):
            tied = ties(story, name)
            if tied:
                what = f"{party} still holds '{name}', which ties {' to '.join(tied)}"
                yield FlowHit(story.step_line(story.makers[name]), what, at=f"{party}:{name}")


def ties(story: Story, name: str) -> tuple[str, ...]:
    """Identifiers of persons that a dataset ties to each other; empty when it has one at most."""
    tied = tuple(dict.fromkeys(one.name for _, one in story.columns(name) if one.role in IDENTIFYING))
    return tied if len(tied) > 1 else ()


@rule("key-kept")
def key_kept(story: Story) -> Iterator[FlowHit]:
    """A key made for the study that no step destroys and that has no end."""
    for number, holder in _kept_keys(story):
        domain = story.study.domains[number]
        if domain.key_until is None:
            what = f"nothing ends the key of {domain.id}, held by {holder}"
            yield FlowHit(story.line("domains", number), what, at=f"{holder}:{domain.id}")


@rule("key-end-undone")
def key_end_undone(story: Story) -> Iterator[FlowHit]:
    """A key of which the study says when it ends, and no step ends it."""
    for number, holder in _kept_keys(story):
        domain = story.study.domains[number]
        if domain.key_until is not None:
            years = domain.key_until.years
            what = f"the key of {domain.id} should end after {years} years and no step of {holder} ends it"
            yield FlowHit(story.line("domains", number), what, at=f"{holder}:{domain.id}")


def _kept_keys(story: Story) -> Iterator[tuple[int, str]]:
    """(number of the domain, holder) of every key that is used and that its holder does not destroy."""
    ended = {(entry.step.actor, key) for entry in story.flow.steps for key in entry.step.destroys()[1]}
    used = {key for entry in story.flow.steps for key in entry.step.uses_keys()}
    for number, domain in enumerate(story.study.domains):
        if domain.scope == "study" and domain.id in used:
            yield from ((number, holder) for holder in domain.keepers if (holder, domain.id) not in ended)


@rule("reversible-key-open")
def reversible_key_open(story: Story) -> Iterator[FlowHit]:
    """A key that turns pseudonyms back, without an end, without a named holder, or held by who gets the data."""
    receivers = {party for party, _ in story.finals}
    for number, domain in enumerate(story.study.domains):
        if not domain.reversible or domain.scope != "study":
            continue
        line = story.line("domains", number)
        if domain.key_until is None:
            yield FlowHit(line, f"the key that turns {domain.id} back has no end date", at=domain.id)
        for holder in domain.keepers:
            if holder in receivers and story.kind(holder) == "researcher":
                yield FlowHit(
                    line, f"{holder} gets the data and holds the key that turns {domain.id} back", at=domain.id
                )
