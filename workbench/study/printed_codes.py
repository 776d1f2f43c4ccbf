"""Code lists as printed, with the brackets and the numbering of the list."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Spec
from pydantic import model_validator

from workbench.catalog.base import Entry, Text
from workbench.study.printed_texts import Number

Bracket = Literal["square", "round"]


class Coding(Entry):
    """The code system of a column, and the codes its row names."""

    system: Text
    codes: tuple[Text, ...] = ()


class Legend(Entry):
    """Lines where the document says what a kind of bracket means."""

    square: int | None = None
    round: int | None = None


class ListEntry(Entry):
    """One code or one range of codes, both ends included; `number` and `group` are those of its row."""

    line: int
    code: str | None = None
    from_code: str | None = Spec(default=None, alias="from")
    to_code: str | None = Spec(default=None, alias="to")
    label: str | None = None
    bracket: Bracket | None = None
    number: Number | None = None
    group: str | None = None

    @model_validator(mode="after")
    def _code_or_range(self) -> ListEntry:
        if (self.code is None) == (self.from_code is None) or (self.from_code is None) != (self.to_code is None):
            raise ValueError("give either 'code', or 'from' and 'to'")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes printed: one, or the two ends of the range."""
        return tuple(code for code in (self.code, self.from_code, self.to_code) if code is not None)

    @property
    def shown(self) -> str:
        return " - ".join(self.codes)


class PrintedList(Entry):
    """A list of codes that select on `field`; `years` are those of the data it selects."""

    name: Text
    line: int
    system: Literal["icd10", "icd9", "atc", "nomenclature", "cnk", "own"]
    field: str | None = None
    years: tuple[int, int] | None = None
    legend: Legend | None = None
    entries: tuple[ListEntry, ...] = ()
