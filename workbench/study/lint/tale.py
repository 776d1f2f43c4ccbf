"""The flow as the document tells it: who is meant by a name, and who has which dataset when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from workbench.study.lint.known import Known, bare
from workbench.study.printed import GIVES, Printed, PrintedColumn, PrintedDataset, PrintedStep

Holdings = dict[str, set[str]]


@dataclass(frozen=True)
class Moment:
    """A step with what its actor has just before it; `actor` is None where the document names nobody."""

    step: PrintedStep
    actor: str | None
    has: frozenset[str]


@dataclass
class Tale:
    """The steps of a document in the order told."""

    paper: Printed
    parties: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parties = {party.name: party.party or f"?{party.name}" for party in self.paper.parties}

    def who(self, name: str | None) -> str | None:
        """The catalogue's party of a printed name; the name itself, with a mark, where nobody says who it is."""
        return None if name is None else self.parties.get(name, f"?{name}")

    def kinds(self, names: Iterable[str], known: Known) -> frozenset[str]:
        """Kinds of the parties of these printed names, where the catalogue has them."""
        entries = (known.catalog.parties.get(self.who(name) or "") for name in names)
        return frozenset(entry.kind for entry in entries if entry)

    @property
    def main(self) -> tuple[PrintedStep, ...]:
        """The steps of the fullest telling: only within one telling does the order of steps mean anything."""
        told = Counter(step.told_in for step in self.paper.steps if step.actor or step.to)
        fullest = told.most_common(1)[0][0] if told else None
        return tuple(step for step in self.paper.steps if step.told_in == fullest)

    def moments(self) -> Iterator[Moment]:
        """Every step of the fullest telling with what its actor made or received before it."""
        has: Holdings = {}
        for step in self.main:
            actor = self.who(step.actor)
            yield Moment(step, actor, frozenset(has.get(actor or "", ())))
            self._hand_out(step, has)

    def received(self) -> dict[str, tuple[str, ...]]:
        """What every party ever made or received, by any telling."""
        has: Holdings = {}
        for step in self.paper.steps:
            self._hand_out(step, has)
        return {party: tuple(sorted(has[party])) for party in sorted(has)}

    def _hand_out(self, step: PrintedStep, has: Holdings) -> None:
        """What a step makes is its actor's; what it gives, its own work or else what it reads, is the receivers'."""
        made = {step.makes} if step.makes else set()
        for party, given in [(step.actor, made), *((name, made or set(step.reads)) for name in self._receivers(step))]:
            if party is not None and given:
                has.setdefault(self.who(party) or "", set()).update(given)

    def _receivers(self, step: PrintedStep) -> tuple[str, ...]:
        return step.to if step.does in GIVES else ()

    def sources_of(self, name: str) -> frozenset[str]:
        """A dataset and everything it was made of."""
        made, found, open_ = self.made(), {name}, [name]
        while open_:
            step = made.get(open_.pop())
            fresh = set(step.reads) - found if step else set()
            found |= fresh
            open_ += fresh
        return frozenset(found)

    def made(self) -> dict[str, PrintedStep]:
        """The first step that makes each dataset."""
        found: dict[str, PrintedStep] = {}
        for step in self.paper.steps:
            if step.makes:
                found.setdefault(step.makes, step)
        return found

    def does(self, *kinds: str) -> tuple[PrintedStep, ...]:
        """The steps of these kinds."""
        return tuple(step for step in self.paper.steps if step.does in kinds)


def columns(paper: Printed, name: str) -> tuple[PrintedColumn, ...]:
    """The columns of a dataset, from every place that describes it."""
    return tuple(column for entry in parts(paper, name) for column in entry.columns)


def parts(paper: Printed, name: str) -> tuple[PrintedDataset, ...]:
    """Descriptions of a dataset under its own name; without any, those of its parts (`linked`, `linked.stays`)."""
    named = [entry for entry in paper.datasets if entry.name == name]
    described = [entry for entry in named if entry.columns]
    ids = {entry.id for entry in named if entry.id}
    if described or not ids:
        return tuple(described)
    of_ids = [entry for entry in paper.datasets if entry.id and (entry.id in ids or entry.id.partition(".")[0] in ids)]
    return tuple(entry for entry in of_ids if entry.columns)


def field_names(column: PrintedColumn, known: Known) -> frozenset[str]:
    """Official names of the fields of a row; the name of the row where it names no field."""
    return frozenset(known.official(name) for name in column.fields or (column.name,))


def domains(column: PrintedColumn, paper: Printed, known: Known) -> frozenset[str]:
    """Identifier domains of a row: pseudonyms of the document, and identifiers of the catalogue."""
    own = {domain.name for domain in paper.domains}
    names = {bare(name) for name in column.fields or (column.name,)}
    found = {known.domain(name) for name in names - own if column.fields}
    return frozenset((names & own) | {one for one in found if one})


def analysed(paper: Printed, tale: Tale, known: Known) -> tuple[PrintedDataset, ...]:
    """Datasets that researchers get, followed back to the one described where the last one has no columns."""
    names: list[str] = []
    for step in tale.does("grant_access", "send"):
        if step.does == "grant_access" or "researcher" in tale.kinds(step.to, known):
            names += step.reads
    made, seen = tale.made(), set()
    found: dict[int, PrintedDataset] = {}
    while names:
        name = names.pop()
        described = parts(paper, name)
        if name not in seen and not described and name in made and made[name].does != "aggregate":
            names += made[name].reads
        seen.add(name)
        found.update({id(entry): entry for entry in described})
    return tuple(entry for entry in paper.datasets if id(entry) in found)
