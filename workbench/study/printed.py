"""What a document prints, mistakes included: the input of the linter, never executed.

Everything carries the line of the source text; names are exactly as printed. What a study really does is in
`study.yaml`; a difference between the two is an erratum of the study.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Spec

from workbench.catalog.base import Entry, Text
from workbench.study.printed_codes import Coding, PrintedList
from workbench.study.printed_statements import Range, Statement
from workbench.study.printed_texts import Number

Kind = Literal[
    "select",
    "consolidate",
    "pseudonymise",
    "link",
    "rekey",
    "derive",
    "send",
    "grant_access",
    "destroy",
    "assess_small_cells",
    "protect",
    "recode_date",
    "categorise",
    "decode",
    "split",
    "drop",
    "aggregate",
    "approve",
    "add_decoys",
    "log",
    "publish",
    "feed_back",
]
GIVES = ("send", "grant_access", "feed_back", "publish")  # kinds by which others come to have a dataset


class PrintedParty(Entry):
    """A party as the document calls it; `is` null where the document never says who that is."""

    name: Text
    party: str | None = Spec(default=None, alias="is")
    line: int


class PrintedDomain(Entry):
    """A pseudonym: of which identifier, issued by whom, and what is said about turning it back."""

    name: Text
    of: Text
    issuer: str | None = None
    line: int
    reversible: bool = False
    key_holder: str | None = None
    key_years: float | None = None


class PrintedColumn(Entry):
    """One row of an annex.

    `describes` and `motivates` are the attributes of which the description and the motivation speak;
    `motivates` is left out where there is no motivation, and empty where a motivation names no attribute.
    """

    name: Text
    line: int
    fields: tuple[Text, ...] = ()
    describes: tuple[Text, ...] = ()
    motivates: tuple[Text, ...] | None = None
    motivated: bool | None = None
    indicators: tuple[Number, ...] = ()
    transform: str | None = None
    coding: Coding | None = None
    classes: tuple[Range, ...] | None = None

    @property
    def has_motivation(self) -> bool:
        """Whether the document says why it needs this row."""
        return self.motivates is not None if self.motivated is None else self.motivated


class PrintedDataset(Entry):
    """A dataset of the document; `id` is its name in `study.yaml`, `source` the register it is taken from."""

    name: Text
    id: str | None = None
    line: int
    source: str | None = None
    columns: tuple[PrintedColumn, ...] = ()


class PrintedStep(Entry):
    """A step as prose, query, figure or annex tell it; `actor` and `to` are printed names."""

    number: Number | None = None
    line: int
    told_in: Literal["prose", "query", "figure", "annex"]
    actor: str | None = None
    does: Kind
    reads: tuple[Text, ...] = ()
    makes: str | None = None
    columns: tuple[Text, ...] = ()
    to: tuple[Text, ...] = ()
    domain: str | None = None
    encrypted: bool | None = None
    decoys: bool | None = None
    persons: int | None = None


class Use(Entry):
    """A name used in a query or in prose."""

    line: int
    kind: Literal["table", "field", "party", "dataset", "indicator"]
    name: Text
    of: str | None = None


class Printed(Entry):
    """A whole document."""

    document: Text
    study: Text
    language: Literal["nl", "fr", "en"]
    parties: tuple[PrintedParty, ...] = ()
    domains: tuple[PrintedDomain, ...] = ()
    datasets: tuple[PrintedDataset, ...] = ()
    steps: tuple[PrintedStep, ...] = ()
    uses: tuple[Use, ...] = ()
    code_lists: tuple[PrintedList, ...] = ()
    statements: tuple[Statement, ...] = ()

    def dataset(self, name: str) -> PrintedDataset | None:
        """The dataset of that printed name, or None."""
        return next((entry for entry in self.datasets if entry.name == name), None)
