"""The frozen, typed catalogue: what every study, check and synthetic table is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import ConfigDict
from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.indicator import Indicator
from workbench.catalog.knowledge import Identifier, Knowledge
from workbench.catalog.life_table import LifeTable
from workbench.catalog.service import Service

FieldType = Literal["string", "integer", "decimal", "date", "boolean", "bigint"]
Role = Literal["direct_identifier", "pseudonym", "linkage", "quasi_identifier", "payload"]


class Document(Entry):
    id: Text
    title: str
    address: str | None = None
    note: str | None = None
    language: str | None = None
    date: str | None = None


class Available(Entry):
    """Years in which a field is delivered, and the months of delay before it is."""

    from_year: int | None = Spec(default=None, alias="from")
    to_year: int | None = Spec(default=None, alias="to")
    gaps: tuple[int, ...] = ()
    delay_months: int | None = None


class Field(Entry):
    """A field of a source table as its provider delivers it."""

    name: Text
    label: Label
    type: FieldType
    length: str | None = None
    mandatory: bool = False
    codes: str | None = None
    unit: str | None = None
    references: tuple[Text, ...] = Spec(default=(), description="fields of other tables that this one refers to")
    role: Role
    sensitive: bool = False
    aliases: tuple[str, ...] = ()
    available: Available | None = None
    note: str | None = None
    working_code: bool = False
    cite: Cite


class Table(Entry):
    """A source table; `keys` identify one row, `provider` is the party that holds it, `copies` who else does."""

    table: Name
    source: Name
    label: Label
    grain: str
    keys: tuple[str, ...]
    provider: Name
    copies: tuple[Name, ...] = ()
    note: str | None = None
    working_code: bool = False
    available: Available | None = None
    cite: Cite
    fields: tuple[Field, ...]

    @property
    def ref(self) -> str:
        return f"{self.source}.{self.table}"

    @property
    def holders(self) -> tuple[str, ...]:
        """Parties that have the table: its provider, and who holds a copy."""
        return (self.provider, *self.copies)

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((entry for entry in self.fields if entry.name == name), None)


class CodeEntry(Entry):
    """One code, or one range of code patterns (`from_code` to `to_code`, both included)."""

    code: str | None = None
    from_code: str | None = Spec(default=None, alias="from")
    to_code: str | None = Spec(default=None, alias="to")
    label: Label
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = Spec(default_factory=dict)
    note: str | None = None
    working_code: bool = False
    cite: Cite | None = None


class CodeList(Entry):
    """Values of a field (`kind: values`) or patterns that select codes (`kind: selection`)."""

    id: Text
    label: Label
    system: Text
    kind: Literal["values", "selection"]
    note: str | None = None
    working_code: bool = False
    cite: Cite
    entries: tuple[CodeEntry, ...]


class Party(Entry):
    """Who acts in a dataflow: a role, within an organisation and, inside it, a zone."""

    id: Name
    label: Label
    organisation: Text
    zone: Label | None = None
    kind: Literal["source", "ttp", "processor", "researcher", "assessor", "supervisor"]
    note: str | None = None
    cite: Cite


class Derived(Entry):
    """A variable that a study computes: what it means, how it is computed and who answers for it.

    `algorithm` names a function of the dataflow, which gets `parameters`; `inputs` are what it reads.
    """

    name: Text
    label: Label
    type: FieldType
    unit: str | None = None
    codes: str | None = None
    role: Role
    sensitive: bool = False
    aliases: tuple[str, ...] = ()
    explanation: str
    definition: Label | None = None
    algorithm: Text | None = None
    parameters: Mapping[str, Any] = Spec(default_factory=dict)
    inputs: tuple[Text, ...] = ()
    owner: Text | None = None
    version: Text | None = None
    cite: Cite


class Policy(Entry):
    """A rule with its figures; disclosure control reads the keys beside these."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Text
    threshold: int
    cite: Cite


class Place(NamedTuple):
    """File (relative to the catalogue's parent) and line of an entry."""

    file: str
    line: int


@dataclass(frozen=True)
class Catalog:
    """Everything read from `catalog/`, by reference, with the place of each entry."""

    documents: Mapping[str, Document]
    tables: Mapping[str, Table]
    codes: Mapping[str, CodeList]
    parties: Mapping[str, Party]
    derived: Mapping[str, Derived]
    policies: Mapping[str, Policy] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    knowledge: Knowledge = field(default_factory=Knowledge)
    life_tables: Mapping[str, LifeTable] = field(default_factory=dict)

    def field(self, ref: str) -> Field | None:
        """The field of a reference such as `mzg.STAYHOSP.A2_CODE_SEX`, or None."""
        table, _, name = ref.rpartition(".")
        found = self.tables.get(table)
        return found.field(name) if found else None

    def identifier_of_field(self, ref: str) -> str | None:
        """The identifier domain whose values a source field has (INSZ, STAYNUM), or None."""
        return self.knowledge.domain_of(ref)

    def identifier_of_derived(self, name: str) -> str | None:
        """The identifier domain whose values a derived variable has, or None."""
        return self.knowledge.domain_of(f"derived.{name}")

    @property
    def identifiers(self) -> Mapping[str, Identifier]:
        """Identifier domains of the knowledge, by id."""
        return self.knowledge.identifiers

    def hint(self, ref: str) -> str:
        """What to do about a reference that leads nowhere: the official name where a printed one was used."""
        table, _, name = ref.rpartition(".")
        official = self.official(name)
        return f"use {table}.{official}" if official != name else "correct the reference"

    def official(self, name: str) -> str:
        """The official field name behind a printed one (a misprint or older name); itself when none."""
        for table in self.tables.values():
            for entry in table.fields:
                if name in entry.aliases:
                    return entry.name
        return next((entry.name for entry in self.derived.values() if name in entry.aliases), name)
