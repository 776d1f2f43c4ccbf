"""Checks of tables, their fields, and derived variables: units, code lists, references, printed names, years."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workbench.catalog.lint_texts import Finding, check_label, check_source
from workbench.catalog.model import Available, Catalog, Derived, Field, Table
from workbench.catalog.source import Loc


def check_table(table: Table, catalog: Catalog, units: Collection[str] | None) -> Iterator[Finding]:
    """Everything wrong within one table and its fields; `units` are the known ones, None when none could be read."""
    yield from check_label(table.label, ("label",))
    yield from check_source(table.cite, ("cite",), catalog)
    yield from _years(table.available, ("available",))
    names = {entry.name for entry in table.fields}
    printed: dict[str, str] = {}
    for number, entry in enumerate(table.fields):
        at: Loc = ("fields", number)
        yield from check_variable(entry, at, catalog, units)
        yield from _years(entry.available, (*at, "available"))
        yield from _references(table, entry, at, catalog)
        for alias in entry.aliases:
            other = alias if alias in names else printed.setdefault(alias, entry.name)
            if other != entry.name:
                what = f"'{alias}' is given as a printed name of '{entry.name}'"
                why, todo = f"it leads to '{other}' already", "keep it with one of the two"
                yield Finding((*at, "aliases"), what, why, todo)


def check_variable(
    entry: Field | Derived, at: Loc, catalog: Catalog, units: Collection[str] | None
) -> Iterator[Finding]:
    """Everything wrong with a field, at its place in its table, or with a derived variable."""
    note = entry.note if isinstance(entry, Field) else entry.explanation
    yield from check_label(entry.label, (*at, "label"), "" if note else entry.name)
    yield from check_source(entry.cite, (*at, "cite"), catalog)
    if isinstance(entry, Derived) and entry.definition:
        yield from check_label(entry.definition, (*at, "definition"))
    if entry.unit and units is not None and entry.unit not in units:
        why = "catalog/units.yaml does not list it"
        yield Finding((*at, "unit"), f"unit '{entry.unit}' is not known", why, "correct it, or add it there")
    codes = catalog.codes.get(entry.codes or "")
    if codes and codes.kind == "selection":
        why, todo = "a selection has patterns, not the values a field can have", "name a list of values"
        yield Finding((*at, "codes"), f"'{entry.name}' is coded in selection '{codes.id}'", why, todo)


def _references(table: Table, entry: Field, at: Loc, catalog: Catalog) -> Iterator[Finding]:
    for number, ref in enumerate(entry.references):
        other = catalog.field(ref)
        if other is None:
            why = "the catalogue has no such field"
            found = Finding((*at, "references", number), f"'{entry.name}' refers to '{ref}'", why, catalog.hint(ref))
            yield found
        elif other.type != entry.type:
            why, todo = f"that is {other.type}, this is {entry.type}", "give both one type, or correct the reference"
            yield Finding((*at, "references", number), f"'{entry.name}' refers to '{ref}'", why, todo)
        elif ref == f"{table.ref}.{entry.name}":
            why, todo = "that is itself", "name the field of the other table"
            yield Finding((*at, "references", number), f"'{entry.name}' refers to '{ref}'", why, todo)


def _years(available: Available | None, at: Loc) -> Iterator[Finding]:
    if available is None:
        return
    first, last = available.from_year or 0, available.to_year or 9999
    if first > last or not all(first <= gap <= last for gap in available.gaps):
        why, todo = "its years contradict each other", "correct them"
        yield Finding(at, "it is never or not then available", why, todo)
