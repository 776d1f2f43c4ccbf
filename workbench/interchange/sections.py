"""The catalogue as flat tables: which kinds of entry there are, and the columns that each kind has.

Columns are read from the entries' own models, so a key that is added to a model is in every export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from workbench.catalog.base import Entry
from workbench.catalog.model import Catalog, CodeEntry, CodeList, Derived, Document, Field, Party, Table
from workbench.interchange.cells import Kind, from_text, to_text


@dataclass(frozen=True)
class Column:
    """One column: `path` leads to the value in the entry; `choices` are its only values, if it has such."""

    name: str
    path: tuple[str, ...]
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One kind of entry; `parent` is the column that names the entry it is part of, `ids` name it there."""

    name: str
    model: type[Entry]
    ids: tuple[str, ...]
    parent: str = ""
    inside: str = ""  # key of the model that holds the entries of another section

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the entries, in the order of the model."""
        return _columns(self.model, self.inside)


TABLES = Section("tables", Table, ("source", "table"), inside="fields")
FIELDS = Section("fields", Field, ("name",), parent="table")
LISTS = Section("code lists", CodeList, ("id",), inside="entries")
CODES = Section("codes", CodeEntry, ("code", "from", "to"), parent="list")
DERIVED = Section("derived", Derived, ("name",))
PARTIES = Section("parties", Party, ("id",))
DOCUMENTS = Section("documents", Document, ("id",))
SECTIONS = (TABLES, FIELDS, LISTS, CODES, DERIVED, PARTIES, DOCUMENTS)


def section_named(name: str) -> Section:
    """The section of that name."""
    return next(section for section in SECTIONS if section.name == name)


def entries(catalog: Catalog, section: Section) -> Iterator[tuple[str, Entry]]:
    """The entries of a section, each with the reference of what it is part of ("" for the others)."""
    if section is FIELDS:
        yield from ((table.ref, field) for table in catalog.tables.values() for field in table.fields)
    elif section is CODES:
        yield from ((codes.id, entry) for codes in catalog.codes.values() for entry in codes.entries)
    else:
        yield from (("", entry) for entry in holder(catalog, section).values())


def holder(catalog: Catalog, section: Section) -> Mapping[str, Entry]:
    """The entries by reference, of a section whose entries stand by themselves."""
    found: dict[str, Mapping[str, Entry]] = {
        TABLES.name: catalog.tables,
        LISTS.name: catalog.codes,
        DERIVED.name: catalog.derived,
        PARTIES.name: catalog.parties,
        DOCUMENTS.name: catalog.documents,
    }
    return found[section.name]


def cells_of(entry: Entry, columns: tuple[Column, ...]) -> dict[str, str]:
    """The texts of an entry's cells by column name."""
    dumped = entry.model_dump(by_alias=True)
    return {column.name: _cell(_at(dumped, column.path), column) for column in columns}


def data_from(cells: Mapping[str, str], columns: tuple[Column, ...]) -> dict[str, Any]:
    """The plain data of an entry, as its file would give it: only what is filled."""
    data: dict[str, Any] = {}
    for column in columns:
        value = from_text(cells.get(column.name, ""), column.kind)
        if value is not None:
            inner = data
            for step in column.path[:-1]:
                inner = inner.setdefault(step, {})
            inner[column.path[-1]] = value
    return data


@cache
def _columns(model: type[BaseModel], without: str) -> tuple[Column, ...]:
    return tuple(columns_of(model, without))


def columns_of(model: type[BaseModel], without: str = "", before: tuple[str, ...] = ()) -> Iterator[Column]:
    """The columns of a model, those of its parts as `label.nl`."""
    for name, info in model.model_fields.items():
        key = info.alias or name
        if name == without:
            continue
        kind, optional = _bare(info.annotation)
        path = (*before, key)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            needed = info.is_required()
            for column in columns_of(kind, before=path):
                yield Column(column.name, column.path, column.kind, column.required and needed, column.choices)
        else:
            choices = get_args(kind) if get_origin(kind) is Literal else ()
            yield Column(".".join(path), path, _kind(kind), info.is_required() and not optional, choices)


def _cell(value: Any, column: Column) -> str:
    """Empty for an empty list that need not be given; one that must be is written out."""
    empty = column.kind in ("list", "numbers", "other") and not value and not column.required
    return "" if empty else to_text(value, column.kind)


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _bare(annotation: Any) -> tuple[Any, bool]:
    """The type itself, and whether None is allowed beside it."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        if len(kinds) == 1:
            return _bare(kinds[0])[0], True
    return annotation, False


def _kind(kind: Any) -> Kind:
    if kind is bool:
        return "boolean"
    if kind in (int, float):
        return "number"
    if kind is str or get_origin(kind) is Literal:
        return "text"
    if get_origin(kind) is tuple:
        item = _kind(_bare(get_args(kind)[0])[0])
        return "list" if item == "text" else "numbers" if item == "number" else "other"
    return "other"
