"""Formulas of derived variables: each says what it reads, of which type it is, and how it is computed.

A formula is written in a study file as one key with its arguments, for example
`LOS: {days_between: [Opnamedag, Ontslagdag]}`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, cast

import ibis
import ibis.expr.types as ir

from workbench.catalog.base import Entry
from workbench.catalog.model import FieldType

Types = tuple[FieldType, ...]
ANY: Types = ("string", "integer", "decimal", "date", "boolean", "bigint")
NUMBER: Types = ("integer", "bigint")
DAY: Types = ("date",)
TEXT: Types = ("string",)


class Formula(Entry):
    """Base. A dotted name (`stay.Opnamedag`) is a column of another part, reached through the step's key."""

    type: ClassVar[FieldType]
    looks_around: ClassVar[bool] = False  # reads other rows than its own

    @abstractmethod
    def takes(self) -> dict[str, Types]:
        """Columns the formula needs, with the types each may have."""

    def reads(self) -> tuple[str, ...]:
        """Columns the formula needs."""
        return tuple(self.takes())

    @abstractmethod
    def apply(self, rows: ir.Table, name: str, around: ir.Table | None = None) -> ir.Table:
        """`rows` with the value as column `name`, in the place of a column of that name if there is one.

        A formula that looks around finds the other rows in `around`, computed beforehand: the same rows, with all
        columns that it reads. Without, in `rows`.
        """


class RowFormula(Formula):
    """Base of formulas that need no other row than their own."""

    def apply(self, rows: ir.Table, name: str, around: ir.Table | None = None) -> ir.Table:
        return rows.mutate(**{name: self.express(rows)})

    @abstractmethod
    def express(self, rows: ir.Table) -> ir.Value:
        """The value, as an expression over the columns of `rows`."""


def day(rows: ir.Table, parts: tuple[str, str, str]) -> ir.DateValue:
    """A calendar date from year, month and day columns; empty where one is empty or there is no such day."""
    return date_of(*(rows[name] for name in parts))


def date_of(*parts: ir.Value) -> ir.DateValue:
    """A calendar date from the numbers of year, month and day, as `day`."""
    year, month, number = (cast(ir.StringValue, part.cast("string")) for part in parts)
    written = year.lpad(4, "0") + "-" + month.lpad(2, "0") + "-" + number.lpad(2, "0")
    return cast(ir.DateValue, written.try_cast("date"))


def days(begin: ir.Value, end: ir.Value) -> ir.IntegerValue:
    """Whole days from `begin` to `end`, negative when it lies before."""
    return cast(ir.IntegerValue, cast(ir.DateValue, end).delta(cast(ir.DateValue, begin), unit="day"))


class Date(RowFormula):
    """date: [year, month, day]."""

    type: ClassVar[FieldType] = "date"
    date: tuple[str, str, str]

    def takes(self) -> dict[str, Types]:
        return dict.fromkeys(self.date, NUMBER)

    def express(self, rows: ir.Table) -> ir.Value:
        return day(rows, self.date)


class Year(RowFormula):
    """year: of a date column."""

    type: ClassVar[FieldType] = "integer"
    year: str

    def takes(self) -> dict[str, Types]:
        return {self.year: DAY}

    def express(self, rows: ir.Table) -> ir.Value:
        return cast(ir.DateValue, rows[self.year]).year().cast("int64")


class DaysBetween(RowFormula):
    """days_between: [begin, end]."""

    type: ClassVar[FieldType] = "integer"
    days_between: tuple[str, str]

    def takes(self) -> dict[str, Types]:
        return dict.fromkeys(self.days_between, DAY)

    def express(self, rows: ir.Table) -> ir.Value:
        begin, end = self.days_between
        return days(rows[begin], rows[end])


class SinceAdmission(Entry):
    date: tuple[str, str, str]
    admission: str


class DaysSinceAdmission(RowFormula):
    """days_since_admission: from the stay's admission, in another part, to a date in three fields."""

    type: ClassVar[FieldType] = "integer"
    days_since_admission: SinceAdmission

    def takes(self) -> dict[str, Types]:
        given = self.days_since_admission
        return {**dict.fromkeys(given.date, NUMBER), given.admission: DAY}

    def express(self, rows: ir.Table) -> ir.Value:
        return days(rows[self.days_since_admission.admission], day(rows, self.days_since_admission.date))


class DiedWithinArguments(Entry):
    date: str
    since: str
    days: int


class DiedWithin(RowFormula):
    """died_within: whether death came from day 0 up to and including day `days`; false when alive."""

    type: ClassVar[FieldType] = "boolean"
    died_within: DiedWithinArguments

    def takes(self) -> dict[str, Types]:
        return {self.died_within.date: DAY, self.died_within.since: DAY}

    def express(self, rows: ir.Table) -> ir.Value:
        after = days(rows[self.died_within.since], rows[self.died_within.date])
        return cast(ir.BooleanValue, after.between(0, self.died_within.days)).fill_null(False)


class HospitalNumber(RowFormula):
    """hospital_number: 710, the recognition number, and 97 minus (these six digits modulo 97).

    Source of the rule: domain facts, 1.2.
    """

    type: ClassVar[FieldType] = "string"
    hospital_number: str

    def takes(self) -> dict[str, Types]:
        return {self.hospital_number: TEXT}

    def express(self, rows: ir.Table) -> ir.Value:
        six = ibis.literal("710") + cast(ir.StringValue, rows[self.hospital_number])
        check = (97 - six.cast("int64") % 97).cast("string")
        return six + cast(ir.StringValue, check).lpad(2, "0")
