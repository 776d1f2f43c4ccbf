"""One row per unit with everything its indicators need: where and when it counts, in what, and how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from typing import cast

import ibis
import ibis.expr.types as ir

from workbench.catalog.base import Label
from workbench.catalog.indicator import Indicator, Measured, Rule, Stratum
from workbench.indicators.frame import Frame
from workbench.indicators.groups import group_rules
from workbench.indicators.rules import amount, apply

UNKNOWN = "unknown"


def column_of(stratum: Stratum) -> str:
    """The flags' column with the levels of a stratum; indicators that cut the same way share it."""
    return f"stratum:{' '.join((stratum.column or '', *stratum.columns, str(stratum.ages_from or '')))}"


OWN_COVARIATES = ("age", "sex", "charlson")


@dataclass(frozen=True)
class Step:
    """A rule of an indicator, and the column that is true for the units that are left after it."""

    indicator: str
    rule: str
    label: Label
    kind: str
    column: str


@dataclass(frozen=True)
class Flags:
    """rows: hospital and year (empty where not known), person, `<indicator>.n` and `.k` (within .n), `.k:<group>`,
    `.value`, `.exposure`, a column per stratum, the steps' columns, and the covariates that adjustments need.
    """

    rows: ir.Table
    definitions: tuple[Indicator, ...]
    steps: tuple[Step, ...]


class Maker:
    """Makes the flags of the indicators over one unit; a rule that several share is computed once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.columns: dict[str, str] = {}
        self.steps: list[Step] = []
        self._made: dict[str, str] = {}

    def add(self, definition: Indicator) -> None:
        """The columns of one indicator."""
        kept = self._column("always", lambda: self.frame.add(ibis.literal(True)))
        self.steps.append(Step(definition.id, "all", _ALL, "all", kept))
        if definition.period:
            kept = self._period(definition, kept)
        for rule in definition.denominator:
            kept = self._step(definition, rule.id, rule.label, "denominator", kept, self._rule(rule))
        for rule in definition.exclusions:
            kept = self._step(definition, rule.id, rule.label, "exclusion", kept, self._not(rule))
        for name, part in (("value", definition.value), ("exposure", definition.exposure)):
            if part is None:
                continue
            column = self._amount(part)
            self.columns[f"{definition.id}.{name}"] = column
            if part.amount.always_known():
                continue
            known = self._known(column)
            kept = self._step(definition, f"{name}-known", part.label, "known", kept, known)
        self.columns[f"{definition.id}.n"] = kept
        if definition.numerator:
            counted = self._both(kept, self._rule(definition.numerator))
            self.columns[f"{definition.id}.k"] = counted
            for group, narrowed in group_rules(definition, self.frame.catalog):
                inner = self._column(repr(narrowed), partial(apply, narrowed, self.frame))
                self.columns[f"{definition.id}.k:{group}"] = self._both(kept, inner)
        for stratum in definition.strata:
            self.columns[column_of(stratum)] = self._stratum(stratum)

    def flags(self, definitions: tuple[Indicator, ...], extra: dict[str, ir.Value]) -> ir.Table:
        """The finished table; `extra` has the columns besides those of the indicators."""
        rows = self.frame.table
        shown = {step.column: rows[step.column] for step in self.steps}
        return rows.select(**extra, **{name: rows[column] for name, column in self.columns.items()}, **shown)

    def _period(self, definition: Indicator, kept: str) -> str:
        assert definition.period
        first, last = definition.period.from_year, definition.period.to_year
        years = f"{first}-{last}"
        label = Label(nl=f"jaren {years}", fr=f"années {years}", en=f"years {years}")
        column = self._column(
            years, lambda: self.frame.add(self.frame.table[str(self.frame.unit.year)].between(first, last))
        )
        return self._step(definition, "period", label, "denominator", kept, column)

    def _step(self, definition: Indicator, rule: str, label: Label, kind: str, kept: str, column: str) -> str:
        left = self._both(kept, column)
        self.steps.append(Step(definition.id, rule, label, kind, left))
        return left

    def _rule(self, rule: Rule) -> str:
        return self._column(repr(rule.rule), lambda: apply(rule.rule, self.frame))

    def _amount(self, part: Measured) -> str:
        return self._column(repr(part.amount), lambda: amount(part.amount, self.frame))

    def _known(self, column: str) -> str:
        return self._column(f"known {column}", lambda: self.frame.add(self.frame.table[column].notnull()))

    def _not(self, rule: Rule) -> str:
        inner = self._rule(rule)
        return self._column(f"not {inner}", lambda: self.frame.negate(inner))

    def _both(self, one: str, other: str) -> str:
        return self._column(f"{one} and {other}", lambda: self.frame.combine([one, other], any_of=False))

    def _stratum(self, stratum: Stratum) -> str:
        return self._column(f"stratum {stratum}", lambda: self.frame.add(_level(stratum, self.frame)))

    def _column(self, key: str, make: Callable[[], str]) -> str:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


_ALL = Label(nl="alle gekoppelde eenheden", fr="toutes les unités couplées", en="all linked units")


def age(frame: Frame) -> ir.Value:
    """Age in years at the unit's year: from the middle of the class of birth years; empty where that is not known."""
    unit, rows = frame.unit, frame.table
    if unit.birth_year is None or unit.year is None:
        return ibis.null("float64")
    middle = (rows[unit.birth_width].cast("float64") - 1) / 2 if unit.birth_width else ibis.literal(0.0)
    return rows[unit.year].cast("float64") - (rows[unit.birth_year].cast("float64") + middle)


def _level(stratum: Stratum, frame: Frame) -> ir.Value:
    if stratum.column:
        return _text(frame, stratum.column)
    parts = [_text(frame, name) for name in stratum.columns]
    if stratum.ages_from:
        parts.append(_age_class(stratum, frame))
    return reduce(lambda one, other: one + " " + other, parts)


def _text(frame: Frame, column: str) -> ir.StringValue:
    return cast(ir.StringValue, frame.table[column].cast("string").fill_null(UNKNOWN))


def _age_class(stratum: Stratum, frame: Frame) -> ir.StringValue:
    years, starts = age(frame), stratum.ages_from or ()
    level = cast(ir.StringValue, ibis.literal(UNKNOWN))
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        name = f"{start}+" if following is None else f"{start}-{following - 1}"
        level = cast(ir.StringValue, ibis.ifelse((years >= start).fill_null(False), name, level))
    return level
