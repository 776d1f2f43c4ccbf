"""Names of fields and tables: the catalogue has them, in that table, once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.facts import squashed
from workbench.study.lint.known import Known, bare
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed
from workbench.study.printed import Printed

OPEN_ENDED = ("...", "…", " enz", "xx")
# What a register calls a field: capitals, digits or an underscore; words of a language are labels, not names.
CODE = re.compile(r"(?=.*[A-Z0-9_])[A-Za-z][A-Za-z0-9_]{2,}")
OWN_WORDS = re.compile(r"[A-Z]?[a-z]+([A-Z][a-z]+)*[0-9]*")


def _printed(paper: Printed) -> list[tuple[int, str]]:
    """Line and name of every field printed, each once per line."""
    found = [(col.line, name) for entry in paper.datasets for col in entry.columns for name in col.fields]
    found += [(use.line, use.name) for use in paper.uses if use.kind == "field"]
    return list(dict.fromkeys(found))


def _own(paper: Printed) -> set[str]:
    """Names that the document makes itself: its pseudonyms, its datasets, and names that it explains."""
    names = {domain.name for domain in paper.domains} | {entry.name for entry in paper.datasets}
    names |= {use.name for use in paper.uses if use.kind == "dataset"}
    return names | {one.name for one in paper.statements if one.says == "meaning"}


@rule("unknown-field")
def unknown_field(paper: Printed, known: Known) -> Iterator[Hit]:
    """A field name that no register has."""
    own = _own(paper)
    for line, printed in _printed(paper):
        name = bare(printed)
        if not CODE.fullmatch(name) or name in known.names or name in known.aliases or name in own:
            continue
        near = known.suggestion(name, known.names)
        if name in known.knowledge.identifiers or (OWN_WORDS.fullmatch(name) and near is None):
            continue
        repair = f"perhaps {near} is meant" if near else ""
        yield Hit(line, f"no register has a field {name}", repair=repair)


@rule("misprinted-field")
def misprinted_field(paper: Printed, known: Known) -> Iterator[Hit]:
    """A name printed for a field that is called otherwise."""
    own = _own(paper)
    for line, printed in _printed(paper):
        name = bare(printed)
        official = known.aliases.get(name)
        # A longer name is that of a part of the field (the qualification of a provider), an open one another fault.
        if official is None or name.startswith(official) or name.endswith(OPEN_ENDED):
            continue
        if name not in known.names and name not in own and " " not in name:
            yield Hit(line, f"{name} is printed for {official}", repair=f"write {official}")


@rule("broken-field")
def broken_field(paper: Printed, known: Known) -> Iterator[Hit]:
    """A name is broken off or cut in two."""
    whole = {squashed(name): name for name in known.names}
    rows = [(column.line, column.name) for entry in paper.datasets for column in entry.columns]
    for line, printed in dict.fromkeys([*_printed(paper), *rows]):
        name = bare(printed)
        # A label in plain words is no name that was cut.
        if " " in name and name not in known.names and any(part.isupper() for part in name.split()):
            official = known.aliases.get(name) or whole.get(squashed(name))
            if official and official not in name.split():
                yield Hit(line, f"'{name}' is {official} with a blank in it", repair=f"write {official}")


@rule("field-twice")
def field_twice(paper: Printed, known: Known) -> Iterator[Hit]:
    """A dataset lists one field twice: one of the two is another field, or superfluous."""
    for entry in paper.datasets:
        first: dict[str, int] = {}
        for column in entry.columns:
            again = [name for at, name in enumerate(column.fields) if name in first or name in column.fields[:at]]
            if again:
                names = listed(dict.fromkeys(again))
                lines = tuple(sorted({first[name] for name in again if name in first}))
                yield Hit(column.line, f"'{entry.name}' lists {names} twice", lines=lines)
            first.update({name: column.line for name in column.fields if name not in first})


@rule("field-elsewhere")
def field_elsewhere(paper: Printed, known: Known) -> Iterator[Hit]:
    """A field is named of a table that has no such field."""
    own, tables = _own(paper), {squashed(name): name for name in known.tables}
    said = [(use.line, use.name, use.of) for use in paper.uses if use.kind == "field" and use.of]
    said += [
        (column.line, bare(name), name.rpartition(".")[0])
        for entry in paper.datasets
        for column in entry.columns
        for name in column.fields
        if "." in name
    ]
    for line, name, of in said:
        table = known.catalog.tables.get(known.tables.get(tables.get(squashed(of or ""), ""), ""))
        if table is None or name in own or table.field(name) or any(name in one.aliases for one in table.fields):
            continue
        having = sorted({ref.split(".")[-2] for ref in known.names.get(name, ()) if not ref.startswith("derived.")})
        if having:
            yield Hit(line, f"{table.table} has no field {name}", repair=f"name it of {listed(having)}")


@rule("unknown-table")
def unknown_table(paper: Printed, known: Known) -> Iterator[Hit]:
    """A table name that no register of the document has."""
    asked = {(entry.source or "").lower() for entry in paper.datasets}
    registers = {table.source for table in known.catalog.tables.values()}
    of_asked = [table for table in known.catalog.tables.values() if table.source in asked or not asked & registers]
    tables = {squashed(table.table) for table in of_asked}
    said = [(use.line, use.name) for use in paper.uses if use.kind == "table"]
    said += [
        (column.line, name.rpartition(".")[0].rpartition(".")[2])
        for entry in paper.datasets
        for column in entry.columns
        for name in column.fields
        if "." in name
    ]
    for line, name in dict.fromkeys(said):
        if CODE.fullmatch(name) and name.isupper() and squashed(name) not in tables:
            near = known.suggestion(name, known.tables)
            yield Hit(
                line,
                f"no register of the document has a table {name}",
                repair=f"perhaps {near} is meant" if near else "",
            )
