"""From the name of an MZG file to the layout of its records.

Source of the rules: the collected facts on the physical file format (`catalog/interchange/mzg.yaml`); the
fields themselves, with type, length, duty and codes, are those of the catalogue's table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from workbench.catalog.base import Cite, Entry, Name, Text
from workbench.catalog.model import Catalog, Field, Table
from workbench.errors import Problem, Problems
from workbench.interchange.code_lists import closed_codes
from workbench.interchange.facts import CATALOG, read_facts
from workbench.interchange.lengths import UnreadLength, lengths

NAME = re.compile(
    r"(?P<hospital>[0-9]{3})-(?P<kind>[A-Z0-9])-(?P<version>[0-9]+\.[0-9]+)-(?P<domain>[A-Z])"
    r"-(?P<table>[A-Z0-9_]+)-(?P<year>[0-9]{4})-(?P<period>[0-9]{1,2})\.TXT",
    re.ASCII,
)
PATTERN = "NNN-Z-VERS-D-TABLE-YYYY-P.TXT"
# The layout's letters: C text, N whole number, ND2 number with two decimals, D date YYYYMMDD.
DATATYPES = {"string": "C", "integer": "N", "decimal": "ND2", "date": "D"}


class Part(Entry):
    """One of the files: its code, whose first letter is the domain, and the table in it."""

    code: Text
    table: Name
    cite: Cite


class Format(Entry):
    """What `catalog/interchange/mzg.yaml` says."""

    versions: tuple[Text, ...]
    kind: Text
    named: dict[str, Name]
    cite: Cite
    files: tuple[Part, ...]


@dataclass(frozen=True)
class FileName:
    """The parts of a file name; `text` is the name itself."""

    text: str
    hospital: str
    kind: str
    version: str
    domain: str
    table: str
    year: int
    period: int


@dataclass(frozen=True)
class Cell:
    """What one field of a record must look like.

    `sizes` are the allowed numbers of characters of a filled value; `codes` is None where any value may
    stand; `named` are the texts that agree with the file's name, None where the name does not repeat it.
    """

    name: str
    datatype: str
    mandatory: bool
    sizes: frozenset[int] | None
    codes: frozenset[str] | None
    named: frozenset[str] | None
    list_id: str = ""


@dataclass(frozen=True)
class Layout:
    """The records of one file: its fields in order, and the positions (from 0) of the key.

    `usual_kind` is the character that every file seen has after the hospital.
    """

    name: FileName
    table: Table
    cells: tuple[Cell, ...]
    keys: tuple[int, ...]
    usual_kind: str


def read_format(root: Path = CATALOG) -> Format:
    """The facts about the physical files. Raises `Problems`."""
    return read_facts(root, "mzg.yaml", Format)


def layout_of(name: str, catalog: Catalog, root: Path = CATALOG) -> Layout:
    """The layout that the file name `name` asks for. Raises `Problems` when it names none."""
    form = read_format(root)
    match = NAME.fullmatch(name)
    if match is None:
        raise _refusal(name, f"the name does not follow {PATTERN}", "it decides the layout", "rename it")
    hospital, kind, version, domain, named, year, period = match.groups()
    parts = FileName(name, hospital, kind, version, domain, named, int(year), int(period))
    part = next((part for part in form.files if part.table == parts.table), None)
    table = catalog.tables.get(f"mzg.{parts.table}")
    if part is None or table is None:
        where = "catalog/interchange/mzg.yaml" if part is None else "catalog/tables/mzg"
        raise _refusal(name, f"no layout is known for table {parts.table}", f"{where} has none", "add it")
    if parts.domain != part.code[0]:
        why = f"{parts.table} is file {part.code} of domain {part.code[0]}"
        raise _refusal(name, f"the name says domain {parts.domain}", why, "correct the letter")
    if parts.version not in form.versions:
        why = f"the layouts known are of version {', '.join(form.versions)}"
        raise _refusal(name, f"version {parts.version} is not known", why, "check which layout it has")
    cells = tuple(_cell(field, parts, form, catalog, table) for field in table.fields)
    names = [cell.name for cell in cells]
    return Layout(parts, table, cells, tuple(names.index(key) for key in table.keys), form.kind)


def file_name(table: str, hospital: str, year: int, period: int, root: Path = CATALOG) -> str:
    """The name of the file of a table, in the newest layout known. Raises `Problems` when it has none."""
    form = read_format(root)
    part = next((part for part in form.files if part.table == table), None)
    if part is None:
        raise _refusal(table, "this table has no physical file", "its layout was not seen", "choose another")
    return f"{hospital}-{form.kind}-{form.versions[-1]}-{part.code[0]}-{table}-{year:04}-{period}.TXT"


def _cell(field: Field, name: FileName, form: Format, catalog: Catalog, table: Table) -> Cell:
    parts = {"hospital": {name.hospital}, "year": {f"{name.year:04}"}}
    parts["period"] = {str(name.period), f"{name.period:02}"}
    named = next((parts[part] for part, of in form.named.items() if of == field.name), None)
    codes = catalog.codes.get(field.codes or "")
    place = catalog.places.get(f"field:{table.ref}.{field.name}")
    file, line = (place.file, place.line) if place else ("catalog", 1)
    if field.type not in DATATYPES:
        what, todo = f"{field.name} has type {field.type}", f"use one of {', '.join(DATATYPES)}"
        raise Problems([Problem(file, line, what, "a physical file has no such type", todo)])
    try:
        sizes = lengths(field.length, name.year)
    except UnreadLength as error:
        what, todo = f"{field.name} has length '{field.length}'", "write it as in '4', '1-20' or '0 of 4'"
        raise Problems([Problem(file, line, what, str(error), todo)]) from None
    return Cell(
        name=field.name,
        datatype=DATATYPES[field.type],
        mandatory=field.mandatory,
        sizes=sizes,
        codes=closed_codes(codes),
        named=frozenset(named) if named else None,
        list_id=codes.id if codes else "",
    )


def _refusal(name: str, what: str, why: str, todo: str) -> Problems:
    return Problems([Problem(name, 1, what, why, todo)])
