"""Which variables of a study its indicators really read, beside those that it says they are for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.catalog.model import Catalog
from workbench.dataflow.graph import Flow
from workbench.errors import Problem
from workbench.indicators.used import analysis_columns, used_columns


@dataclass(frozen=True)
class Needed:
    """A variable: the indicators that `used_by` names, and those that read a column made from it."""

    ref: str
    said: tuple[str, ...]
    read: tuple[str, ...]
    number: int


def needed(flow: Flow) -> tuple[Needed, ...]:
    """Every variable that an indicator is said to use or reads; an identifier that tables of a source repeat is one."""
    study = flow.study.study
    if study.analysis is None:
        return ()
    columns = analysis_columns(flow)
    reads: dict[str, set[str]] = {}
    for id_ in study.indicators:
        definition = flow.catalog.indicators.get(id_)
        unit = study.analysis.units.get(definition.of) if definition else None
        if definition and unit:
            used = [columns[ref] for ref in used_columns(definition, unit) if ref in columns]
            reads[id_] = {_key(field, flow.catalog) for column in used for field in column.origin}
    found = []
    for number, use in enumerate(study.variables):
        said = tuple(name for name in study.indicators if name in use.used_by)
        read = tuple(name for name, fields in reads.items() if _key(use.ref, flow.catalog) in fields)
        if said or read:
            found.append(Needed(use.ref, said, read, number))
    return tuple(found)


def unweighed(flow: Flow) -> Iterator[tuple[Needed, tuple[str, ...]]]:
    """A variable with the indicators that read it without being named among its purposes: nobody weighed that use.

    Identifiers are left out: a pseudonym is made from them and tells an indicator no more than which rows belong
    together.
    """
    for one in needed(flow):
        silent = tuple(name for name in one.read if name not in one.said)
        if silent and flow.catalog.identifier_of_field(one.ref) is None:
            yield one, silent


def unmotivated(flow: Flow) -> Iterator[Problem]:
    """Every use that nobody weighed, as a remark at the line of the variable."""
    for one, silent in unweighed(flow):
        place = flow.study.problem(
            ("variables", one.number, "used_by"),
            f"{', '.join(silent)} reads {one.ref}",
            "its 'used_by' does not name that purpose, so nobody weighed it",
            "add it to 'used_by', or change the definition",
        )
        yield Problem(place.file, place.line, place.what, place.why, place.todo, "warning")


def _key(ref: str, catalog: Catalog) -> str:
    """A field; of an identifier the source and the name, for a number of a stay is the same in all its tables."""
    identifies = catalog.identifier_of_field(ref) is not None
    return f"{ref.partition('.')[0]}.{ref.rpartition('.')[2]}" if identifies else ref
