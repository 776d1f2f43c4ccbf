"""recode_date: dates become coarser (month, year, week or weekend, day or night) or intervals since another date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal, cast

import ibis
import ibis.expr.types as ir
from pydantic import Field as Spec

from workbench.catalog.base import Entry
from workbench.catalog.model import FieldType
from workbench.catalog.source import Loc
from workbench.dataflow.formulas import DAY, NUMBER, TEXT, Types, date_of, days
from workbench.dataflow.kinds.base import Context, Scope
from workbench.dataflow.kinds.parts import Parts, PerPart, Tables, without
from workbench.dataflow.names import PartName
from workbench.dataflow.schema import Column, Part, find

Form = Literal["month", "year", "interval", "week_weekend", "day_night"]
TYPES: dict[Form, FieldType] = {
    "month": "string", "year": "integer", "interval": "integer", "week_weekend": "string", "day_night": "string",
}  # fmt: skip
NIGHT, MORNING = 20, 8  # hours: night lasts from 20:00 up to and including 7:59; our choice, no text says it
SATURDAY = 5  # counted from Monday as 0


class Recode(Entry):
    """One new column. `from` is a date, or its year, month and day; for a month or year no day is needed.

    `since` (interval only) is a date, in this part or another (`part.Col`), whose row is found by `key`.
    """

    source: str | tuple[str, ...] = Spec(alias="from")
    to: Form
    since: str | tuple[str, ...] | None = None
    unit: Literal["day", "month"] = "day"
    key: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return _names(self.source)

    @property
    def other(self) -> str | None:
        """The part that `since` names, or None when it is this one."""
        names = _names(self.since or ())
        return names[0].partition(".")[0] if names and "." in names[0] else None


class RecodeDate(PerPart):
    """Every date named under `from` is dropped; what is not named passes as it is.

    month "2018-03"; year 2018; interval: days (or calendar months) since another date, negative before it;
    week_weekend: "weekend" on Saturday and Sunday; day_night of a time "HH:MM" or an hour: "night" from 20:00 to
    7:59. Where the date is empty or impossible, so is the result.
    """

    kind: Literal["recode_date"]
    icon: ClassVar[str] = "◷"
    meaning: ClassVar[str] = "dates become months, years, week/weekend, day/night or intervals; the dates are dropped"
    recode: dict[PartName, dict[str, Recode]] = Spec(min_length=1)

    def named(self) -> Iterable[tuple[Loc, str]]:
        return ((("recode", name), name) for name in self.recode)

    def reshape(self, name: str, parts: Parts, scope: Scope) -> Part:
        at: Loc = ("recode", name)
        part = parts[name]
        wanted = self.recode.get(name, {})
        new = tuple(self._column(one, recode, name, parts, scope) for one, recode in wanted.items())
        gone = [column for recode in wanted.values() for column in recode.columns]
        return without(part, gone, new, at, f"{self.output}.{name}", scope)

    def _column(self, new: str, recode: Recode, name: str, parts: Parts, scope: Scope) -> Column:
        at: Loc = ("recode", name, new)
        where = f"{self.input}.{name}"
        found = [scope.column(parts[name], column, (*at, "from"), where) for column in recode.columns]
        self._fits(recode.columns, found, recode, (*at, "from"), scope)
        if (recode.since is not None) != (recode.to == "interval"):
            why = "an interval is counted since another date, and nothing else is"
            scope.find(at, f"'{new}' has no clear meaning", why, "give 'since' with 'to: interval', and only there")
        since: list[Column] = []
        for loc, part, ref, column in self._since(recode, name, parts, at):
            if part is None:
                what, why = f"'{ref}' is in no part", f"{self.input} has {', '.join(parts)}"
                scope.find(loc, what, why, "correct the part")
            else:
                since.append(scope.column(part, column, loc, f"{self.input}.{recode.other or name}"))
        if recode.since is not None:
            self._fits(_names(recode.since), since, recode, (*at, "since"), scope)
        if recode.other is not None and not recode.key:
            why = "'key' names the columns by which its row is found"
            scope.find(at, f"'{recode.other}' cannot be reached from {where}", why, "add 'key'")
        for key in recode.key:
            scope.decide(scope.column(parts[name], key, (*at, "key"), where))
            if recode.other is not None and recode.other in parts:
                other = f"{self.input}.{recode.other}"
                scope.decide(scope.column(parts[recode.other], key, (*at, "key"), other))
        origin = frozenset[str]().union(*(column.origin for column in (*found, *since)))
        existing = find(parts[name], new) if new in recode.columns else None
        return scope.named_column(new, TYPES[recode.to], origin, at, existing)

    @staticmethod
    def _since(recode: Recode, name: str, parts: Parts, at: Loc) -> Iterator[tuple[Loc, Part | None, str, str]]:
        """Place, part (None when there is no such part), reference and column of each name under `since`."""
        for ref in _names(recode.since or ()):
            where, dot, column = ref.rpartition(".")
            yield (*at, "since"), parts.get(where if dot else name), ref, column

    @staticmethod
    def _fits(names: tuple[str, ...], found: list[Column], recode: Recode, loc: Loc, scope: Scope) -> None:
        """Findings where columns are no date, or too few parts of one."""
        form = recode.to
        types: Types = NUMBER if len(names) > 1 else DAY
        if form == "day_night":
            types = (*TEXT, *NUMBER)
        for column in found:
            if column.known and column.type not in types:
                why, todo = f"{form} needs {' or '.join(types)}", "choose a date, or its year, month and day"
                scope.find(loc, f"'{column.name}' is a {column.type}", why, todo)
        no_day = form in ("month", "year") or recode.unit == "month"
        fewest, most = (1, 1) if form == "day_night" else (2 if no_day else 3, 3)
        if len(names) != 1 and not fewest <= len(names) <= most:
            why = f"{form} is not made of {len(names)} columns"
            scope.find(loc, f"{', '.join(names) or 'nothing'} is no date", why, "give a date, or its year, month, day")

    def rows(self, name: str, tables: Tables, context: Context) -> ir.Table:
        rows = tables[name]
        columns = rows.columns
        new: dict[str, ir.Value] = {}
        for one, recode in self.recode.get(name, {}).items():
            if recode.since is not None:
                rows = _beside(rows, tables[recode.other or name], recode, f"$since {one}")
        for one, recode in self.recode.get(name, {}).items():
            new[one] = _value(rows, recode, f"$since {one}")
        gone = {column for recode in self.recode.get(name, {}).values() for column in recode.columns}
        kept = {column: rows[column] for column in columns if column not in gone}
        return rows.select(**kept, **new)


def _names(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _moment(rows: ir.Table, names: tuple[str, ...]) -> ir.DateValue:
    """The date in one column, or in year, month and (else the first of the month) day."""
    if len(names) == 1:
        return cast(ir.DateValue, rows[names[0]])
    return date_of(*[*(rows[name] for name in names), ibis.literal(1)][:3])


def _beside(rows: ir.Table, other: ir.Table, recode: Recode, name: str) -> ir.Table:
    """`rows` with the date that `since` names as column `name`; the earliest where a key has several."""
    names = tuple(ref.rpartition(".")[2] for ref in _names(recode.since or ()))
    if recode.other is None:
        return rows.mutate(**{name: _moment(rows, names)})
    dated = other.mutate(**{name: _moment(other, names)})
    first = dated.group_by(list(recode.key)).aggregate(**{name: dated[name].min()})
    return rows.left_join(first, list(recode.key)).select(*rows.columns, name)


def _value(rows: ir.Table, recode: Recode, since: str) -> ir.Value:
    if recode.to == "day_night":
        return _day_night(rows[recode.columns[0]])
    date = _moment(rows, recode.columns)
    if recode.to == "month":
        return date.strftime("%Y-%m")
    if recode.to == "year":
        return date.year().cast("int64")
    if recode.to == "week_weekend":
        weekend = cast(ir.BooleanValue, date.day_of_week.index() >= SATURDAY)
        return date.notnull().ifelse(weekend.ifelse("weekend", "week"), ibis.null("string"))
    begin = cast(ir.DateValue, rows[since])
    if recode.unit == "day":
        return days(begin, date)
    return ((date.year() - begin.year()) * 12 + date.month() - begin.month()).cast("int64")


def _day_night(value: ir.Value) -> ir.Value:
    if isinstance(value, ir.StringValue):
        written = value.re_search(r"^[0-9]{1,2}:[0-5][0-9]") | value.re_search(r"^[0-9]{1,2}$")
        hour = written.ifelse(value.split(":")[0], ibis.null("string")).try_cast("int64")
    else:
        hour = cast(ir.IntegerValue, value)
    night = (hour >= NIGHT) | (hour < MORNING)
    named = cast(ir.BooleanValue, night).ifelse("night", "day")
    return hour.between(0, 23).ifelse(named, ibis.null("string"))
