"""What of a flow is drawn: who holds which dataset, who gets it, and what it is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workbench.catalog.model import Catalog
from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.ids import coded, element_id
from workbench.dataflow.schema import Column, Dataset, split_ref

Sensitivity = Literal["identity", "health", "pseudonym", "aggregate"]
IDENTIFIERS = ("direct_identifier", "pseudonym")


@dataclass(frozen=True)
class Delivery:
    """A dataset on its way to one receiver, the `first` of its step or another.

    `backward`: the receiver already delivers to the sender, directly or through others.
    """

    step: FlowStep
    dataset: str
    receiver: str
    first: bool
    backward: bool

    @property
    def id(self) -> str:
        """Its id in the drawing: `step-<id>` for the first receiver, `step-<id>+<party>` for the others."""
        return element_id("step", self.step.step.id) + ("" if self.first else f"+{coded(self.receiver)}")


@dataclass(frozen=True)
class Making:
    """A dataset made inside a party, from another drawn one or (`source` None) from the party's records."""

    source: str | None
    target: str
    steps: tuple[FlowStep, ...]


class Picture:
    """The drawn part of a flow: a working dataset is one that its maker neither delivers nor keeps."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.numbers = _printed(flow.steps)

    @cached_property
    def holders(self) -> Mapping[str, tuple[str, ...]]:
        """Datasets drawn in each party, in the order they come; parties without data are left out."""
        drawn: dict[str, dict[str, None]] = {party: {} for party in self.flow.study.study.parties}
        ever: dict[str, dict[str, None]] = {party: {} for party in drawn}
        last = self.flow.steps[-1].holdings if self.flow.steps else {}
        for entry in self.flow.steps:
            delivered = entry.step.delivers()
            if delivered:
                for party in (entry.step.actor, *delivered[1]):
                    drawn.setdefault(party, {})[delivered[0]] = None
            for party, names in entry.holdings.items():
                for name in sorted(names):
                    ever.setdefault(party, {})[name] = None
                    if name in last.get(party, frozenset()):
                        drawn.setdefault(party, {})[name] = None
        # A party that only works for itself still held data: then everything it held is drawn.
        return {party: tuple(drawn[party] or ever[party]) for party in drawn if ever.get(party)}

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Organisations of which several parties are drawn, in the order they come."""
        parties = self.flow.catalog.parties
        seen = [parties[party].organisation for party in self.holders]
        return tuple(name for name in dict.fromkeys(seen) if seen.count(name) > 1)

    def name(self, dataset: str, lang: str) -> str | None:
        """What the study calls a dataset for readers, if it does."""
        label = self.flow.study.study.datasets.get(dataset)
        return label[lang] if label else None

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every dataset and receiver of every delivering step."""
        onward: dict[str, set[str]] = {}
        found = []
        for entry in self.flow.steps:
            name, receivers = entry.step.delivers() or ("", ())
            for receiver in receivers:
                backward = entry.step.actor in _reached(receiver, onward)
                if not backward:
                    onward.setdefault(entry.step.actor, set()).add(receiver)
                found.append(Delivery(entry, name, receiver, receiver == receivers[0], backward))
        return tuple(found)

    @property
    def longest(self) -> int:
        """Parties in the longest row in which each delivers to the next."""
        onward: dict[str, set[str]] = {}
        for delivery in self.deliveries:
            if not delivery.backward:
                onward.setdefault(delivery.step.step.actor, set()).add(delivery.receiver)
        row = dict.fromkeys(self.holders, 1)
        for _ in self.holders:  # no row is longer than there are parties
            for party, receivers in onward.items():
                row[party] = 1 + max(row[receiver] for receiver in receivers)
        return max(row.values(), default=0)

    def makings(self, party: str) -> tuple[Making, ...]:
        """How the drawn datasets of a party come from each other; working datasets are passed over."""
        drawn = self.holders.get(party, ())
        makers: dict[str, list[FlowStep]] = {}
        for entry in self.flow.steps:
            for name in entry.makes if entry.step.actor == party else ():
                makers.setdefault(name, []).append(entry)
        found = []
        for target in drawn:
            sources: dict[str | None, None] = {}
            used: dict[int, FlowStep] = {}
            todo, seen = [target], {target}
            while todo:
                for entry in makers.get(todo.pop(), ()):
                    used[entry.number] = entry
                    for _, ref in entry.step.reads():
                        read = None if ref in self.flow.catalog.tables else split_ref(ref)[0]
                        if read is None or read in drawn:
                            sources[read] = None
                        elif read not in seen:
                            seen.add(read)
                            todo.append(read)
            steps = tuple(used[number] for number in sorted(used))
            found += [Making(source, target, steps) for source in sources]
        return tuple(found)

    def own_tables(self, party: str) -> tuple[str, ...]:
        """Source tables a party reads, each once."""
        steps = [entry.step for entry in self.flow.steps if entry.step.actor == party]
        refs = (ref for step in steps for _, ref in step.reads())
        return tuple(dict.fromkeys(ref for ref in refs if ref in self.flow.catalog.tables))

    def ended(self, party: str, dataset: str) -> str | None:
        """The printed number after which a party no longer holds the dataset; None when it keeps it."""
        if not self.flow.steps or dataset in self.flow.steps[-1].holdings.get(party, frozenset()):
            return None
        ends = [
            entry.number
            for entry in self.flow.steps
            if entry.step.actor == party and dataset in entry.step.destroys()[0]
        ]
        return self.numbers[ends[-1]].rstrip("+") if ends else None


def sensitivity(dataset: Dataset, catalog: Catalog) -> Sensitivity:
    """The gravest thing a dataset holds; with neither identity, health data nor persons: aggregate."""
    columns = [column for part in dataset.parts.values() for column in part if not column.aggregate]
    roles = {column.role for column in columns}
    if "direct_identifier" in roles:
        return "identity"
    if any(column.sensitive for column in columns):
        return "health"
    persons = "quasi_identifier" in roles or any(tells_apart(column, catalog) for column in columns)
    return "pseudonym" if persons else "aggregate"


def identifiers(dataset: Dataset, catalog: Catalog) -> tuple[str, ...]:
    """Names of the columns that tell persons, stays or records apart, one of each domain."""
    columns = [column for part in dataset.parts.values() for column in part]
    first: dict[str, str] = {}
    for column in columns:
        if tells_apart(column, catalog):
            first.setdefault(column.domain or column.name, column.name)
    return tuple(dict.fromkeys(first.values()))


def tells_apart(column: Column, catalog: Catalog) -> bool:
    """Whether a column identifies a person, a stay or a record (not a hospital or another institution)."""
    known = catalog.identifiers.get(column.domain or "")
    by_knowledge = known is not None and known.identifies in ("person", "stay", "record")
    by_role = column.role in IDENTIFIERS or (column.domain or "").startswith("ref:")
    return by_knowledge or by_role


def _printed(steps: Sequence[FlowStep]) -> tuple[str, ...]:
    """The number of each step as the document prints it; `4+` for one without a number that follows step 4.

    Steps are counted where the document numbers none of them.
    """
    if not any(entry.step.number for entry in steps):
        return tuple(str(place) for place, _ in enumerate(steps, start=1))
    numbers: list[str] = []
    last = "0"
    for entry in steps:
        last = entry.step.number or last
        numbers.append(entry.step.number or f"{last}+")
    return tuple(numbers)


def _reached(start: str, onward: Mapping[str, set[str]]) -> set[str]:
    reached, todo = {start}, [start]
    while todo:
        for party in onward.get(todo.pop(), set()) - reached:
            reached.add(party)
            todo.append(party)
    return reached
