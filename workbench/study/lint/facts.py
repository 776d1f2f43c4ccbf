"""`catalog/register_facts.yaml`: what is known of registers beyond their fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Text
from workbench.catalog.source import read_source, validate
from workbench.errors import Problems

FILE = "register_facts.yaml"


class CodeSystem(Entry):
    """A code system with everything documents call it, the usual name first."""

    id: Text
    names: tuple[Text, ...]
    cite: Cite


class CodingYears(Entry):
    """A register codes the attributes `of` in a system in these years, both included."""

    source: Text
    of: tuple[Text, ...]
    system: Text
    from_year: int | None = Spec(default=None, alias="from")
    to_year: int | None = Spec(default=None, alias="to")
    cite: Cite

    def covers(self, year: int) -> bool:
        """Whether the system is used in that year."""
        return (self.from_year is None or year >= self.from_year) and (self.to_year is None or year <= self.to_year)


class FieldSystem(Entry):
    field: Text
    systems: tuple[Text, ...]
    cite: Cite


class Precision(Entry):
    """A field whose dates are only so exact."""

    field: Text
    unit: Literal["month", "year"]
    cite: Cite


class Words(Entry):
    words: tuple[Text, ...] = ()
    cite: Cite


class Facts(Entry):
    """The whole file."""

    code_systems: tuple[CodeSystem, ...] = ()
    coding_years: tuple[CodingYears, ...] = ()
    field_systems: tuple[FieldSystem, ...] = ()
    precisions: tuple[Precision, ...] = ()
    fillers: Words | None = None
    years: Words | None = None
    indicators: Words | None = None

    def system(self, name: str) -> str | None:
        """The id of the code system of that name or id, or None."""
        wanted = squashed(name)
        return next(
            (one.id for one in self.code_systems if wanted in {squashed(one.id), *map(squashed, one.names)}), None
        )

    def counts_years(self, word: str) -> bool:
        """Whether a number of `word` is a number of years."""
        return self.years is not None and word.lower() in self.years.words

    def counts_indicators(self, word: str) -> bool:
        """Whether a number of `word` is a number of indicators."""
        return self.indicators is not None and word.lower() in self.indicators.words

    def called(self, id_: str) -> str:
        """The usual name of a code system."""
        return next((one.names[0] for one in self.code_systems if one.id == id_), id_)

    def system_names(self) -> Iterable[str]:
        """Every name of every code system."""
        return (name for one in self.code_systems for name in one.names)


@cache
def read_facts(root: Path) -> Facts:
    """The facts of a catalogue folder; a catalogue may have none. Raises `Problems`."""
    path = root / FILE
    if not path.exists():
        return Facts()
    source = read_source(path, root.parent)
    found = validate(Facts, source.data, source) if not source.problems else None
    if found is None:
        raise Problems(source.problems)
    return found


def squashed(name: str) -> str:
    """A name without capitals and without anything but letters and digits."""
    return re.sub(r"[^0-9a-z]", "", name.lower())
