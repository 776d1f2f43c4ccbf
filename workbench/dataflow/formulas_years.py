"""Formulas that count with whole years: a difference, and the first and last day of a year."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, cast

import ibis
import ibis.expr.types as ir

from workbench.catalog.base import Entry
from workbench.catalog.model import FieldType
from workbench.dataflow.formulas import NUMBER, RowFormula, Types, date_of


class Difference(RowFormula):
    """difference: [a, b]: b minus a, as the age reached in a year is the year minus the year of birth."""

    type: ClassVar[FieldType] = "integer"
    difference: tuple[str, str]

    def takes(self) -> dict[str, Types]:
        return dict.fromkeys(self.difference, NUMBER)

    def express(self, rows: ir.Table) -> ir.Value:
        first, second = (cast(ir.IntegerValue, rows[name]) for name in self.difference)
        return (second - first).cast("int64")


class YearAndMore(Entry):
    """A column with a year, and how many years later (or, below zero, earlier)."""

    year: str
    add: int = 0


class YearDay(RowFormula):
    """Base of `first_day` and `last_day`."""

    type: ClassVar[FieldType] = "date"
    month: ClassVar[int]
    day: ClassVar[int]

    @property
    @abstractmethod
    def given(self) -> YearAndMore:
        """The year that is meant."""

    def takes(self) -> dict[str, Types]:
        return {self.given.year: NUMBER}

    def express(self, rows: ir.Table) -> ir.Value:
        year = cast(ir.IntegerValue, rows[self.given.year]) + self.given.add
        return date_of(year, ibis.literal(self.month), ibis.literal(self.day))


class FirstDay(YearDay):
    """first_day: {year: column, add: years}: 1 January of that year."""

    month: ClassVar[int] = 1
    day: ClassVar[int] = 1
    first_day: YearAndMore

    @property
    def given(self) -> YearAndMore:
        return self.first_day


class LastDay(YearDay):
    """last_day: {year: column, add: years}: 31 December of that year."""

    month: ClassVar[int] = 12
    day: ClassVar[int] = 31
    last_day: YearAndMore

    @property
    def given(self) -> YearAndMore:
        return self.last_day
