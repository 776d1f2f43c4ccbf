"""What a flow tells, once and for all rules: who gets, holds and uses what, when, and what each column serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from workbench.catalog.model import Catalog, Party
from workbench.catalog.source import Loc
from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.schema import Column, Dataset, split_ref
from workbench.study.model import Study
from workbench.verify.rules.columns import Place, Places, Traces, columns_of, source_of
from workbench.verify.rules.trace import trace

IDENTITY = "direct_identifier"
IDENTIFYING = (IDENTITY, "pseudonym")  # roles of columns that tell persons apart
END_USERS = ("researcher", "assessor")  # kinds of parties that look into rows about persons, and must not know whom


def variable_key(ref: str) -> tuple[str, str]:
    """Source and field: a key field that several tables of a source repeat is one variable."""
    return ref.partition(".")[0], ref.rpartition(".")[2]


@dataclass(frozen=True)
class Delivery:
    """A dataset that reaches a party at a step: sent, opened, fed back or published."""

    number: int
    step: FlowStep
    sender: str
    dataset: str
    receiver: str


class Story:
    """The facts of one flow that rules ask for; each is worked out when first asked.

    `like` is the story of a flow whose steps make the same of the same: columns then need not be traced again.
    """

    def __init__(self, flow: Flow, like: Story | None = None) -> None:
        self.flow = flow
        self.study: Study = flow.study.study
        self.catalog: Catalog = flow.catalog
        self._raw: dict[Place, frozenset[str]] = like._raw if like else {}
        self._all: dict[Place, frozenset[str]] = like._all if like else {}
        self._like = like

    def line(self, *loc: str | int) -> int:
        """Line of an entry of the study file."""
        at: Loc = loc
        return self.flow.study.source.line(at)

    def step_line(self, entry: FlowStep, *loc: str | int) -> int:
        """Line of a step, or of a key in it."""
        return self.line("flow", entry.number, *loc)

    def party(self, name: str) -> Party | None:
        """The catalogue's entry of a party; None for what the catalogue does not list."""
        return self.catalog.parties.get(name)

    def organisation(self, name: str) -> str:
        """The body behind a role; the role itself when the catalogue does not say."""
        found = self.party(name)
        return found.organisation if found else name

    def kind(self, name: str) -> str:
        """source, ttp, processor, researcher, assessor or supervisor; empty when the catalogue does not say."""
        found = self.party(name)
        return found.kind if found else ""

    def dataset(self, name: str) -> Dataset:
        """A dataset of the flow, or an empty one of that name."""
        return self.flow.datasets.get(name, Dataset(name, {}))

    def columns(self, name: str) -> Iterator[tuple[Place, Column]]:
        """Columns of a dataset, each with its place."""
        for part, columns in self.dataset(name).parts.items():
            for column in columns:
                yield (name, part, column.name), column

    def column(self, place: Place) -> Column | None:
        """The column at a place of a dataset; None for a source field."""
        part = self.dataset(place[0]).parts.get(place[1], ())
        return next((column for column in part if column.name == place[2]), None)

    @cached_property
    def traces(self) -> Traces:
        """Where each column comes from and what looks at it."""
        return self._like.traces if self._like else trace(self.flow)

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every delivery, one per receiver, in the order of the steps."""
        found = []
        for entry in self.flow.steps:
            delivered = entry.step.delivers()
            dataset, receivers = delivered or ("", ())
            found += [Delivery(entry.number, entry, entry.step.actor, dataset, one) for one in receivers]
        return tuple(found)

    @cached_property
    def makers(self) -> Mapping[str, FlowStep]:
        """The step that first makes each dataset."""
        found: dict[str, FlowStep] = {}
        for entry in self.flow.steps:
            for name in entry.makes:
                found.setdefault(name, entry)
        return found

    @cached_property
    def readers(self) -> Mapping[tuple[str, str], tuple[FlowStep, ...]]:
        """Steps by which a party does something with a dataset it holds; to end or oversee it is no use of it."""
        found: dict[tuple[str, str], list[FlowStep]] = {}
        for entry in self.flow.steps:
            if entry.step.kind not in ("destroy", "log", "approve"):
                for name in {split_ref(ref)[0] for _, ref in entry.step.reads()} & set(self.flow.datasets):
                    found.setdefault((entry.step.actor, name), []).append(entry)
        return {key: tuple(steps) for key, steps in found.items()}

    @cached_property
    def held(self) -> Mapping[str, frozenset[str]]:
        """Every dataset that each party ever holds."""
        found: dict[str, set[str]] = {party: set() for party in self.study.parties}
        for entry in self.flow.steps:
            found.setdefault(entry.step.actor, set()).update(entry.makes)
        for delivery in self.deliveries:
            found.setdefault(delivery.receiver, set()).add(delivery.dataset)
        return {party: frozenset(names) for party, names in found.items()}

    @cached_property
    def held_at_end(self) -> Mapping[str, frozenset[str]]:
        """What each party holds when the flow has ended."""
        return self.flow.steps[-1].holdings if self.flow.steps else {}

    @cached_property
    def finals(self) -> frozenset[tuple[str, str]]:
        """(party, dataset) that the study is for: recipients, the analysis, and what is published."""
        found = {(one.party, one.receives) for one in self.study.recipients}
        if self.study.analysis:
            found.add((self.study.analysis.party, self.study.analysis.dataset))
        for delivery in self.deliveries:
            if delivery.step.step.kind == "publish":
                found.add((delivery.receiver, delivery.dataset))
        return frozenset(found)

    @cached_property
    def final_datasets(self) -> tuple[str, ...]:
        """Datasets of `finals`, in the order in which they are made."""
        named = {dataset for _, dataset in self.finals}
        return tuple(name for name in self.flow.datasets if name in named)

    @cached_property
    def live(self) -> Places:
        """Places whose value is looked at by a step, or ends in what the study is for or researchers get."""
        traces = self.traces
        ends = {one.dataset for one in self.deliveries if self.kind(one.receiver) == "researcher"}
        found: set[Place] = set(traces.looked_at)
        for name in {*ends, *self.final_datasets}:
            found.update(columns_of(self.dataset(name)))
        todo = list(found)
        while todo:
            for place in traces.sources(todo.pop()):
                if place not in found:
                    found.add(place)
                    todo.append(place)
        return frozenset(found)

    def raw_fields(self, place: Place) -> frozenset[str]:
        """Source fields whose value stands in a column as it was, never recoded on the way."""
        return self._fields(place, self._raw, self.traces.copied_from)

    def all_fields(self, place: Place) -> frozenset[str]:
        """Source fields that a column is made from, copied or computed."""
        return self._fields(place, self._all, self.traces.sources)

    def _fields(
        self, place: Place, known: dict[Place, frozenset[str]], before: Callable[[Place], Places]
    ) -> frozenset[str]:
        if place not in known:
            known[place] = frozenset()  # a dataset is never made from itself, and a wrong one must end too
            source = source_of(place, self.catalog)
            own = frozenset({source}) if source else frozenset()
            known[place] = own.union(*(self._fields(one, known, before) for one in before(place)))
        return known[place]

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """Datasets that each dataset was made from, at any distance, itself not included."""
        found: dict[str, frozenset[str]] = {}
        for entry in self.flow.steps:
            reads = {split_ref(ref)[0] for _, ref in entry.step.reads()} & set(self.flow.datasets)
            before = frozenset(reads).union(*(found.get(name, frozenset()) for name in reads))
            for name in entry.makes:
                found[name] = (found.get(name, frozenset()) | before) - {name}
        return found

    @cached_property
    def parents(self) -> Mapping[str, frozenset[str]]:
        """Datasets and source tables that each dataset was made from directly."""
        found: dict[str, frozenset[str]] = {}
        for entry in self.flow.steps:
            reads = {ref if ref in self.catalog.tables else split_ref(ref)[0] for _, ref in entry.step.reads()}
            for name in entry.makes:
                found[name] = found.get(name, frozenset()) | (reads - {name})
        return found

    def person_level(self, name: str) -> bool:
        """Whether a dataset has rows about persons: an identifier of theirs, or a trait, that is no aggregate."""
        roles = {*IDENTIFYING, "quasi_identifier"}
        return any(not one.aggregate and (one.role in roles or one.sensitive) for _, one in self.columns(name))

    def identity(self, name: str) -> tuple[str, ...]:
        """Direct identifiers in a dataset."""
        return tuple(dict.fromkeys(one.name for _, one in self.columns(name) if one.role == IDENTITY))

    def payload(self, name: str) -> tuple[str, ...]:
        """Sensitive columns about persons in a dataset."""
        return tuple(dict.fromkeys(one.name for _, one in self.columns(name) if one.sensitive and not one.aggregate))

    def domains(self, name: str) -> frozenset[str]:
        """Identifier domains of a dataset's columns."""
        return frozenset(one.domain for _, one in self.columns(name) if one.domain)
