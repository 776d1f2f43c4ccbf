"""Columns and datasets as a flow carries them: what each column is, and which source fields it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workbench.catalog.model import Catalog, Derived, Field, FieldType, Role

# A provider may store a number in fewer bits; in a flow every type has one width, so tables fit together.
IBIS_TYPES: dict[FieldType, str] = {
    "string": "string",
    "integer": "int64",
    "decimal": "float64",
    "date": "date",
    "boolean": "boolean",
    "bigint": "int64",
}
ROWS = "rows"  # name of the only part of a dataset that has one table


@dataclass(frozen=True)
class Column:
    """A column of a dataset: `origin` holds the references of the source fields it is made from.

    `domain` names what an identifier identifies in: two columns of one domain can be joined on their values, two
    of different domains cannot. It is the domain of the catalogue's knowledge for a source field (INSZ, STAYNUM),
    the study's own after a pseudonymisation, and `ref:<step>` for the reference a split makes. An `aggregate`
    column describes a group, not a person. Not `known`: a fault was reported where it is made, so nothing can be
    said of it but its name.
    """

    name: str
    type: FieldType
    role: Role
    sensitive: bool
    origin: frozenset[str]
    codes: str | None = None
    known: bool = True
    domain: str | None = None
    aggregate: bool = False

    @staticmethod
    def unclear(name: str) -> Column:
        """A column of which only the name is sure."""
        return Column(name, "string", "payload", False, frozenset(), known=False)

    @staticmethod
    def of_field(ref: str, field: Field, catalog: Catalog, name: str | None = None) -> Column:
        """The column a source field becomes, under its own name or another."""
        domain = catalog.identifier_of_field(ref)
        origin = frozenset({ref})
        return Column(name or field.name, field.type, field.role, field.sensitive, origin, field.codes, domain=domain)

    @staticmethod
    def of_derived(entry: Derived, origin: frozenset[str], catalog: Catalog) -> Column:
        """The column of a derived variable made from `origin`."""
        domain = catalog.identifier_of_derived(entry.name)
        return Column(entry.name, entry.type, entry.role, entry.sensitive, origin, entry.codes, domain=domain)

    def named(self, name: str, catalog: Catalog) -> Column:
        """The same column under another name; a derived name gives its own role (a date to link on, say)."""
        entry = catalog.derived.get(name)
        return replace(self, name=name, role=entry.role if entry else self.role)


Part = tuple[Column, ...]


@dataclass(frozen=True)
class Dataset:
    """A dataset: one or more tables (parts) that travel together.

    `protected`: every class of persons in it was made large enough, or its small cells are left out.
    """

    name: str
    parts: Mapping[str, Part]
    protected: bool = False

    @property
    def aggregate(self) -> bool:
        """Whether it describes groups only: no column is about one person."""
        columns = [column for part in self.parts.values() for column in part]
        return bool(columns) and all(column.aggregate for column in columns)

    def columns(self) -> tuple[str, ...]:
        """Names over all parts, each once, in order: what an annex prints."""
        return tuple(dict.fromkeys(column.name for part in self.parts.values() for column in part))

    def with_part(self, name: str, part: Part) -> Dataset:
        """A copy with one more part."""
        return replace(self, parts={**self.parts, name: part})


def split_ref(ref: str) -> tuple[str, str]:
    """`linked.stay` -> (`linked`, `stay`); a bare name means its only part."""
    name, _, part = ref.partition(".")
    return name, part or ROWS


def find(part: Part, name: str) -> Column | None:
    """The column of that name, or None."""
    return next((column for column in part if column.name == name), None)
