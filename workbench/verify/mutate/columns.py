"""Faults of columns: something is kept that should go, or joined that does not belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from workbench.dataflow.schema import Column, Part, split_ref
from workbench.verify.mutate.data import Data, Path, cut, put
from workbench.verify.mutate.mutant import Base, Mutant, fault
from workbench.verify.rules.story import IDENTIFYING

Wanted = Callable[[Column], bool]


def _identifies(column: Column) -> bool:
    """Whether a column tells persons, stays or records apart."""
    return column.role in IDENTIFYING or (column.domain or "").startswith("ref:")


def _exact(column: Column) -> bool:
    return column.type == "date"


def _part(base: Base, ref: str) -> Part:
    """Columns of a part or source table."""
    table = base.flow.catalog.tables.get(ref)
    if table:
        return tuple(Column.of_field(f"{ref}.{one.name}", one, base.flow.catalog) for one in table.fields)
    name, part = split_ref(ref)
    return base.story.dataset(name).parts.get(part, ())


@fault("keep-identifier")
def keep_identifier(base: Base) -> Iterator[Mutant]:
    """An identifier that the step leaves behind goes along."""
    yield from _kept("keep-identifier", base, _identifies)


@fault("keep-date")
def keep_date(base: Base) -> Iterator[Mutant]:
    """An exact date that the step leaves behind goes along."""
    yield from _kept("keep-date", base, _exact)


def _kept(id_: str, base: Base, wanted: Wanted) -> Iterator[Mutant]:
    for entry, words in base.steps("pseudonymise", "decode", "link", "consolidate", "select"):
        step = entry.step
        for path, name, ref in _left_behind(base, words, wanted):
            at: Path = ("flow", entry.number, *path)
            data = put(base.data, at, ref) if ref else put(base.data, at, [*words["keep"], name])
            yield Mutant(id_, step.id, f"'{step.id}' keeps {name}", data)


def _left_behind(base: Base, words: Data, wanted: Wanted) -> Iterator[tuple[Path, str, str]]:
    """(where it is named, column, what is written there) for every column of an input that does not go along."""
    kind = words["kind"]
    if kind in ("pseudonymise", "decode"):
        for column in _part(base, words["input"]):
            if wanted(column) and column.name not in words["keep"]:
                yield ("keep",), column.name, ""
    elif kind == "link":
        taken = set(words["columns"]) | {ref.partition(".")[2] for ref in words["columns"].values()}
        joined = set(words["on"]) | set(words["on"].values())
        for side in ("left", "right"):
            for column in _part(base, words[side]):
                if wanted(column) and column.name not in taken and not (side == "right" and column.name in joined):
                    yield ("columns", column.name), column.name, f"{side}.{column.name}"
    elif kind == "consolidate":
        parts = [_part(base, ref) for ref in words["inputs"]]
        common = set[str]().union(*({one.name for one in part} for part in parts))
        for part in parts:
            common &= {one.name for one in part}
        for column in parts[0]:
            if column.name in common and wanted(column) and column.name not in words["columns"].values():
                yield ("columns", column.name), column.name, column.name
    elif kind == "select":
        for name, part in words["parts"].items():
            taken = set(part["columns"]) | set(part["columns"].values())
            for table in part["from"]:
                for column in _part(base, table):
                    ref = f"{table}.{column.name}"
                    if wanted(column) and column.name not in taken and ref not in taken:
                        yield ("parts", name, "columns", column.name), column.name, ref


@fault("not-dropped")
def not_dropped(base: Base) -> Iterator[Mutant]:
    """A column that the step should drop stays."""
    for entry, words in base.steps("derive", "drop"):
        listed = (
            {("parts", name, "drop"): change.get("drop", []) for name, change in words["parts"].items()}
            if words["kind"] == "derive"
            else {("columns", name): columns for name, columns in words.get("columns", {}).items()}
        )
        for path, columns in listed.items():
            for number, column in enumerate(columns):
                data = cut(base.data, ("flow", entry.number, *path, number))
                yield Mutant("not-dropped", entry.step.id, f"'{entry.step.id}' does not drop {column}", data)


@fault("recode-forgotten")
def recode_forgotten(base: Base) -> Iterator[Mutant]:
    """One value is not recoded by a step that recodes several."""
    keys = {"derive": "add", "recode_date": "", "categorise": ""}
    for entry, words in base.steps(*keys):
        whole = {"derive": "parts", "recode_date": "recode", "categorise": "classes"}[words["kind"]]
        for part, change in words[whole].items():
            inside = (keys[words["kind"]],) if keys[words["kind"]] else ()
            for name in change.get("add", {}) if inside else change:
                data = cut(base.data, ("flow", entry.number, whole, part, *inside, name))
                yield Mutant("recode-forgotten", entry.step.id, f"'{entry.step.id}' does not make {name}", data)


@fault("swap-link-keys")
def swap_link_keys(base: Base) -> Iterator[Mutant]:
    """Two keys of a join are swapped, or one is taken for another."""
    for entry, words in base.steps("link"):
        joined = words["on"]
        at = ("flow", entry.number, "on")
        for one, other in combinations(joined, 2):
            swapped = {**joined, one: joined[other], other: joined[one]}
            yield Mutant("swap-link-keys", entry.step.id, f"{one} and {other} swapped", put(base.data, at, swapped))
        kinds = {column.name: column.type for column in _part(base, words["right"])}
        for mine, theirs in joined.items():
            for column in _part(base, words["right"]):
                same = column.type == kinds.get(theirs) and column.name not in joined.values()
                if same and (column.domain or column.type == "date"):
                    what = f"{mine} taken to be {column.name}"
                    yield Mutant("swap-link-keys", entry.step.id, what, put(base.data, (*at, mine), column.name))
    for entry, words in base.steps("rekey"):
        data = put(base.data, ("flow", entry.number, "from"), words["to_identifier"])
        data = put(data, ("flow", entry.number, "to_identifier"), words["from"])
        yield Mutant("swap-link-keys", entry.step.id, "both identifiers swapped", data)
