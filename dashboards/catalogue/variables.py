"""Variables as a reader meets them: fields of source tables and variables that studies derive, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from workbench.catalog.base import Label
from workbench.catalog.model import Available, Catalog, Derived, Field, FieldType, Role, Table

DERIVED = "derived"


@dataclass(frozen=True)
class Variable:
    """A field (`table` given) or a derived variable (`table` None)."""

    ref: str
    entry: Field | Derived
    table: Table | None = None

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def label(self) -> Label:
        return self.entry.label

    @property
    def source(self) -> str:
        """The source it is delivered from, or `derived`."""
        return self.table.source if self.table else DERIVED

    @property
    def place(self) -> str:
        """Reference of its table, or `derived`."""
        return self.table.ref if self.table else DERIVED

    @property
    def type(self) -> FieldType:
        return self.entry.type

    @property
    def role(self) -> Role:
        return self.entry.role

    @property
    def sensitive(self) -> bool:
        return self.entry.sensitive

    @property
    def available(self) -> Available | None:
        """When it is delivered: what the field says, else what its table says; None when not known."""
        if self.table is None or isinstance(self.entry, Derived):
            return None
        found = self.entry.available or self.table.available
        return found if found and (found.from_year or found.to_year) else None

    @cached_property
    def twin(self) -> str:
        """Equal for the same field in several tables of a source, as in the search."""
        return f"{self.source}.{self.name}.{self.label.nl}"


def every_variable(catalog: Catalog) -> Iterator[Variable]:
    """Fields table by table, then derived variables."""
    for ref, table in catalog.tables.items():
        for field in table.fields:
            yield Variable(f"{ref}.{field.name}", field, table)
    for name, derived in catalog.derived.items():
        yield Variable(f"{DERIVED}.{name}", derived)


@dataclass(frozen=True)
class Span:
    """The years that the catalogue speaks of; what is delivered until further notice runs to the last of them."""

    first: int
    last: int

    def years(self, available: Available | None) -> tuple[int, ...]:
        """Years in which something is delivered, as far as known."""
        if available is None:
            return ()
        begin, end = available.from_year or self.first, available.to_year or self.last
        return tuple(year for year in range(begin, end + 1) if year not in available.gaps)


def span(catalog: Catalog) -> Span:
    """From the first year that any field is available to the last year that any entry names."""
    known = [
        one
        for table in catalog.tables.values()
        for one in (table.available, *(field.available for field in table.fields))
        if one
    ]
    years = [year for one in known for year in (one.from_year, one.to_year, *one.gaps) if year]
    return Span(min(years, default=2000), max(years, default=2000))
