"""How a quasi-identifier can be told less exactly: ladders from the value itself to nothing, each step a class of
the one before."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Spec
from pydantic import model_validator

from workbench.catalog.base import Cite, Entry, Label, Name, Text


class Rung(Entry):
    """One step of a ladder; exactly one way to make it.

    width: a number becomes the start of its class of so many; date: a date becomes the first day of its month,
    quarter or year; codes: the value, or the part `of` it (first character, length) with `pad` behind it, is looked
    up as a code of this list and becomes the attribute `to`, or that code; withhold: nothing is told.
    """

    id: Name
    label: Label
    width: int | None = Spec(default=None, ge=2)
    date: Literal["month", "quarter", "year"] | None = None
    codes: Name | None = None
    of: tuple[int, int] | None = None
    pad: Text | None = None
    to: Name | None = None
    withhold: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Rung:
        ways = [self.width is not None, self.date is not None, self.codes is not None]
        if sum([*ways, self.withhold]) != 1:
            raise ValueError("a step is made in one way: width, date, codes or withhold")
        return self


class Generalisation(Entry):
    """The ladder of a fact about a person, finest step first. `fields` narrows it to source fields that write it so."""

    id: Name
    label: Label
    attributes: tuple[Name, ...] = Spec(min_length=1)
    fields: tuple[Text, ...] = ()
    steps: tuple[Rung, ...] = Spec(min_length=1)
    cite: Cite


class Marginal(Entry):
    """A known distribution of facts over persons: a table of counts (`file`, below catalog/), or a code list.

    columns: attribute by column of the file; ages: columns with classes of ages in a code list (from, to), from
    which the year of birth follows; values: how the file writes a code of ours; weight: attribute of the code list.
    """

    id: Name
    label: Label
    year: int | None = None
    file: Text | None = None
    count: Text | None = None
    columns: dict[Text, Name] = Spec(default_factory=dict)
    ages: dict[Text, Name] = Spec(default_factory=dict)
    oldest: int = 104
    values: dict[Text, dict[Text, Text]] = Spec(default_factory=dict)
    codes: Name | None = None
    weight: Name | None = None
    attribute: Name | None = None
    cite: Cite
