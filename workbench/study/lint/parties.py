"""Parties: everybody who acts or receives is somebody whom the document introduces."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.printed import Printed


@rule("party-unresolved")
def party_unresolved(paper: Printed, known: Known) -> Iterator[Hit]:
    """The document never says who a party is."""
    known_names = [party.name for party in paper.parties if party.party is not None]
    for party in paper.parties:
        if party.party is None and party.name in _acting(paper):
            near = known.suggestion(party.name, known_names)
            repair = f"say who it is; '{near}' is a party of the document" if near else ""
            yield Hit(party.line, f"the document never says who '{party.name}' is", repair=repair)


@rule("name-unexplained")
def name_unexplained(paper: Printed, known: Known) -> Iterator[Hit]:
    """Somebody is mentioned who takes no part in the flow, and the document never says who that is."""
    for party in paper.parties:
        if party.party is None and party.name not in _acting(paper):
            yield Hit(party.line, f"'{party.name}' is mentioned and never explained")


def _acting(paper: Printed) -> set[str | None]:
    """Printed names of everybody who acts, receives, or has access."""
    said = {one.party for one in paper.statements if one.says in {"access", "delivers", "zone"}}
    return {name for step in paper.steps for name in (step.actor, *step.to)} | said


@rule("party-not-introduced")
def party_not_introduced(paper: Printed, known: Known) -> Iterator[Hit]:
    """A step or sentence names a party that no list of parties has."""
    listed = {party.name for party in paper.parties}
    used = [(step.line, name) for step in paper.steps for name in (step.actor, *step.to) if name]
    used += [(use.line, use.name) for use in paper.uses if use.kind == "party"]
    for line, name in dict.fromkeys(used):
        if name not in listed:
            yield Hit(line, f"'{name}' acts or receives here and is introduced nowhere")


@rule("actor-unsaid")
def actor_unsaid(paper: Printed, known: Known) -> Iterator[Hit]:
    """A step of the flow has nobody who does it."""
    told: set[tuple[int, str]] = set()
    for step in paper.steps:
        if step.actor is None and step.told_in == "prose" and (step.line, step.does) not in told:
            told.add((step.line, step.does))
            which = f"step {step.number}" if step.number else "this step"
            yield Hit(step.line, f"nobody is said to do {which} ({step.does})")
