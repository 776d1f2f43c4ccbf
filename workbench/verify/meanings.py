"""What every column of a flow tells: tokens of its identifier domain and of the attributes it carries.

A column keeps what it carried in the table it was taken from, whatever it is called there. What a step makes
anew gets the attributes that catalog/knowledge gives its name; else those its formula or recoding implies (the day
of admission of three columns with its year, month and day); else a token of its own name, so that it is never
taken for something that joins or derives. Classes of one value, and groups of one where no policy leaves them out,
still tell the value of some persons (`some:`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.catalog.knowledge import Knowledge
from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.kinds import Step
from workbench.dataflow.kinds.categorise import bounds
from workbench.dataflow.schema import Column, split_ref
from workbench.verify.facts import ATTRIBUTE, ID
from workbench.verify.forms import coarser, of_some, recoded

Tokens = frozenset[str]
Columns = dict[str, Tokens]
Raw = Mapping[str, Any]
NOTHING: Tokens = frozenset()
SINGLE = 1  # width of a class that holds one value


def made_by(flow: Flow) -> dict[str, FlowStep]:
    """The step that makes each part (`linked.stay`): kinds that make one part name it, others make a whole dataset."""
    named = {output for one in flow.steps for output in one.step.output_names() if "." in output}
    made: dict[str, FlowStep] = {}
    for one in flow.steps:
        for output in one.step.output_names():
            if "." in output:
                made.setdefault(output, one)
            else:
                parts = flow.datasets[output].parts if output in flow.datasets else ()
                for ref in (f"{output}.{part}" for part in parts):
                    if ref not in named:
                        made.setdefault(ref, one)
    return {ref: one for ref, one in made.items() if split_ref(ref)[1] in _parts(flow, ref)}


def _parts(flow: Flow, ref: str) -> Mapping[str, tuple[Column, ...]]:
    dataset = flow.datasets.get(split_ref(ref)[0])
    return dataset.parts if dataset else {}


class Meanings:
    """Tokens per column of every table of a flow, by reference (`linked.stay`, `ima.HEALTH`)."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.known: Knowledge = flow.catalog.knowledge
        self.of: dict[str, Columns] = {}
        for ref, one in made_by(flow).items():
            raw = one.step.model_dump(by_alias=True)
            columns = _parts(flow, ref)[split_ref(ref)[1]]
            self.of[ref] = {column.name: self._tokens(column, ref, one.step, raw) for column in columns}

    def table(self, ref: str) -> Columns:
        """The columns of a source table or of a part made before; empty when there is no such table."""
        table = self.flow.catalog.tables.get(ref)
        if table is None:
            return self.of.get(".".join(split_ref(ref)), {})
        if ref not in self.of:
            fields = ((field.name, f"{ref}.{field.name}") for field in table.fields)
            self.of[ref] = {name: self.identifier(self.known.domain_of(one)) | self._named(one) for name, one in fields}
        return self.of[ref]

    def identifier(self, domain: str | None) -> Tokens:
        """The token of an identifier domain; empty for what does not identify a person, stay or record."""
        entry = self.known.identifiers.get(domain or "")
        if domain is None or (entry is not None and not entry.personal):
            return NOTHING
        return frozenset({ID + domain})

    def _named(self, ref: str) -> Tokens:
        return frozenset(ATTRIBUTE + one for one in self.known.attributes_of(ref))

    def _tokens(self, column: Column, ref: str, step: Step, raw: Raw) -> Tokens:
        if not column.known:
            return NOTHING
        if raw["kind"] == "aggregate":
            return NOTHING if step.protects(self.flow.datasets) else self._of_groups(column.name, ref, raw)
        if raw["kind"] == "link" and raw["columns"][column.name].startswith("empty."):
            return NOTHING  # there is no value in it
        own = self.identifier(column.domain)
        part = split_ref(ref)[1]
        new = fresh(raw, part)
        if column.name not in new:
            found = [self.table(table)[old] for table, old in taken(raw, column.name, part, step)
                     if old in self.table(table)]  # fmt: skip
            if found:
                carried = frozenset[str]().union(*found)
                return own | frozenset(token for token in carried if not token.startswith(ID))
        if column.aggregate:
            return NOTHING  # a figure made of figures
        made = self._made(column.name, new.get(column.name), part, step, raw)
        return own | (made or (NOTHING if own else frozenset({ATTRIBUTE + column.name})))

    def _made(self, name: str, how: Any, part: str, step: Step, raw: Raw) -> Tokens:
        """What a column tells that the step makes anew."""

        def look(column: str) -> Tokens:
            other, dot, plain = column.rpartition(".")
            return self._before(step, other if dot else part, plain)

        if raw["kind"] == "protect":
            if not how:
                return self._named(f"derived.{name}")
            return coarser(look(name)) | (of_some(look(name)) if SINGLE in how else NOTHING)
        named = self._named(f"derived.{name}") or recoded(raw["kind"], how, look)
        codes = self.flow.catalog.codes.get(how["codes"]) if raw["kind"] == "categorise" else None
        single = codes is not None and any(lower == upper for lower, upper, _ in bounds(codes))
        return named | of_some(look(how["from"])) if single else named

    def _of_groups(self, name: str, ref: str, raw: Raw) -> Tokens:
        """What a column of groups of any size tells of who is alone in one: its value, and sums and means of it.

        The one group of everybody is no cell.
        """
        measure = raw["measures"].get(name)
        source = name if measure is None else next(iter(measure.values())) if isinstance(measure, dict) else None
        counts = isinstance(measure, dict) and "count_distinct" in measure
        if source is None or counts or not raw["by"]:
            return NOTHING
        return of_some(self.table(raw["input"]).get(source, NOTHING))

    def _before(self, step: Step, part: str, name: str) -> Tokens:
        """A column of a part before the step; of one that the step adds, what the catalogue says of its name."""
        for _, ref in step.reads():
            columns = self.table(ref if "." in ref else f"{ref}.{part}")
            if name in columns:
                return columns[name]
        return self._named(f"derived.{name}")


def fresh(raw: Raw, part: str) -> Mapping[str, Any]:
    """Columns of a part that a step makes anew, with how."""
    if raw["kind"] == "protect":
        return {raw["coarsen"]: raw["widths"]} if raw["part"] == part else {}
    if raw["kind"] == "derive":
        added: Mapping[str, Any] = (raw["parts"].get(part) or {}).get("add", {})
        return added
    made: Mapping[str, Any] = (
        raw.get({"recode_date": "recode", "categorise": "classes"}.get(raw["kind"], ""), {})
    ).get(part, {})
    return made


def taken(raw: Raw, name: str, part: str, step: Step) -> Iterator[tuple[str, str]]:
    """Tables and columns that a column of a part may be taken from."""
    if raw["kind"] == "select":
        table, _, field = raw["parts"][part]["columns"][name].rpartition(".")
        yield table, field
    elif raw["kind"] == "consolidate":
        yield from ((ref, raw["columns"][name]) for ref in raw["inputs"])
    elif raw["kind"] == "link":
        side, _, column = raw["columns"][name].partition(".")
        if side in ("left", "right"):
            yield raw[side], column
    else:
        for _, ref in step.reads():
            yield f"{ref}.{part}", name
            yield ref, name
