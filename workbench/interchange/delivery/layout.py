"""What the columns of an extract must look like, by its table in the catalogue and the form it is delivered in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.catalog.base import Cite, Entry, Name, Text
from workbench.catalog.model import Catalog, Field, Table
from workbench.errors import Problem, Problems
from workbench.interchange.code_lists import closed_codes
from workbench.interchange.delivery.digits import RULES
from workbench.interchange.facts import CATALOG, read_facts
from workbench.interchange.lengths import UnreadLength, lengths
from workbench.interchange.mzg.layout import Cell, layout_of

Form = Literal["mzg", "csv", "parquet"]
FORMS: dict[str, Form] = {".txt": "mzg", ".csv": "csv", ".parquet": "parquet"}
# Letters of the physical files where the form is theirs; I a day as 2019-02-03, R a number, B a yes or no.
DATATYPES = {"string": "C", "integer": "N", "bigint": "N", "decimal": "R", "date": "I", "boolean": "B"}
NEWEST = 9999  # of lengths that changed over the years the last one printed


class CheckRule(Entry):
    """Fields, and identifier domains, whose numbers obey a rule."""

    rule: Name
    domains: tuple[Name, ...] = ()
    fields: tuple[Text, ...] = ()
    cite: Cite


class ReadKey(Entry):
    """A table whose key is our reading."""

    table: Text
    cite: Cite


class Facts(Entry):
    """What `catalog/interchange/delivery.yaml` says."""

    checks: tuple[CheckRule, ...]
    read_keys: tuple[ReadKey, ...] = ()
    year_fields: tuple[Text, ...]
    cite: Cite


@dataclass(frozen=True)
class Columns:
    """The columns an extract must have, in the table's order.

    checks: rule of the check digits by position; keys: positions of the key, which is `sure` where it was printed;
    year: position of the row's year, or None.
    """

    form: Form
    table: Table
    cells: tuple[Cell, ...]
    checks: dict[int, str]
    keys: tuple[int, ...]
    year: int | None
    fields: tuple[Field, ...]
    sure: bool = True

    def position(self, name: str) -> int:
        """Position of the column of that name."""
        return [cell.name for cell in self.cells].index(name)


def columns_of(path: Path, ref: str, catalog: Catalog, year: int | None = None, root: Path = CATALOG) -> Columns:
    """The columns of table `ref` in the form that the ending of `path` says.

    `year` picks the length of fields whose length changed (default: the newest); in an MZG file its name says the year.
    Raises `Problems` for an unknown table or ending, and for a file name that is not of the table.
    """
    table = catalog.tables.get(ref)
    if table is None:
        todo = "see 'workbench catalog list'"
        raise _refusal(path, f"table '{ref}' is not in the catalogue", "its rules stand there", todo)
    form = FORMS.get(path.suffix.lower())
    if form is None:
        why = "the ending says how it is read"
        raise _refusal(path, f"'{path.suffix}' is no ending of an extract", why, f"use {', '.join(FORMS)}")
    facts = read_facts(root, "delivery.yaml", Facts)
    cells = _of_name(path, table, catalog, root) if form == "mzg" else _of_fields(table, catalog, year or NEWEST)
    names = [cell.name for cell in cells]
    checks = {
        at: one.rule
        for one in facts.checks
        for at, name in enumerate(names)
        if f"{ref}.{name}" in one.fields or catalog.identifier_of_field(f"{ref}.{name}") in one.domains
    }
    unknown = sorted(set(checks.values()) - set(RULES))
    if unknown:
        file = root / "interchange" / "delivery.yaml"
        raise _refusal(file, f"rule '{unknown[0]}' is not known", f"known are {', '.join(RULES)}", "correct it")
    year_at = next((names.index(name) for name in facts.year_fields if name in names), None)
    keys = tuple(names.index(key) for key in table.keys)
    sure = ref not in {one.table for one in facts.read_keys}
    return Columns(form, table, cells, checks, keys, year_at, table.fields, sure)


def _of_name(path: Path, table: Table, catalog: Catalog, root: Path) -> tuple[Cell, ...]:
    layout = layout_of(path.name, catalog, root)
    if layout.table.ref != table.ref:
        why = f"the name says {layout.table.ref}"
        raise _refusal(path, f"this is no file of {table.ref}", why, f"give --table {layout.table.ref}, or rename it")
    return layout.cells


def _of_fields(table: Table, catalog: Catalog, year: int) -> tuple[Cell, ...]:
    cells = []
    for field in table.fields:
        kind = DATATYPES[field.type]
        try:
            sizes = lengths(field.length, year) if kind in "CN" else None
        except UnreadLength:
            sizes = None
        codes = closed_codes(catalog.codes.get(field.codes or ""))
        cells.append(Cell(field.name, kind, field.mandatory, sizes, codes, None, field.codes or ""))
    return tuple(cells)


def _refusal(path: Path, what: str, why: str, todo: str) -> Problems:
    return Problems([Problem(str(path), 1, what, why, todo)])


def header_faults(path: Path, columns: Columns, given: Sequence[str]) -> list[Problem]:
    """Columns that are missing from the head of an extract, stand there twice, or are none of the table's."""
    wanted, ref = [cell.name for cell in columns.cells], columns.table.ref
    found = []
    for name in wanted:
        if given.count(name) != 1:
            what = f"column {name} {'is missing' if name not in given else 'stands there twice'}"
            found.append(Problem(str(path), 1, what, f"{ref} has it", "deliver every column of the table once"))
    others = [name or "(without a name)" for name in dict.fromkeys(given) if name not in wanted]
    if others:
        what = f"{', '.join(others)} {'is' if len(others) == 1 else 'are'} not asked for"
        why = f"no such field of {ref} is known or asked for, and what is not asked for may not be delivered"
        found.append(Problem(str(path), 1, what, why, "leave it out, or say which table it is"))
    return found
