"""An indicator as its file says it: who counts in the denominator, who falls out, what is measured in who remains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field as Spec
from pydantic import model_validator

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.catalog.rule import Amount, Condition, RuleSpec

Covariate = Literal["age", "sex", "charlson"] | Text
# What each type needs beside its denominator, and what it cannot have.
NEEDS: dict[str, tuple[str, ...]] = {
    "proportion": ("numerator",), "count": (), "rate": ("value", "exposure"), "distribution": ("value",),
    "survival": ("value", "numerator"),
}  # fmt: skip
PARTS = ("numerator", "value", "exposure")


class Rule(Entry):
    """One named rule of a definition."""

    id: Text
    label: Label
    rule: RuleSpec
    cite: Cite


class Measured(Entry):
    """A named amount of a unit: what a distribution shows, the events or the exposure of a rate, a survival time."""

    label: Label
    amount: Amount
    cite: Cite


class Proxy(Entry):
    """Says that the numerator stands for something that cannot be seen directly, and for what.

    beside: an indicator over the same units that does see it; the results then say how well the proxy does.
    """

    label: Label
    beside: Name | None = None
    cite: Cite


class Adjustment(Entry):
    """Case-mix adjustment over these covariates: of a proportion by a logistic model, of a survival by Cox regression
    within every combination of them (age in classes of ten years).

    age, sex and charlson are made by us from the unit's columns; any other name is a column taken as classes.
    """

    covariates: tuple[Covariate, ...] = Spec(min_length=1)
    cite: Cite


class Stratum(Entry):
    """Classes in which an indicator is shown apart: the values of a column, or ages from these years on.

    columns: several columns together, crossed with the ages where both are given: every combination is a class.
    reference: the level with which the hazards of the other levels are compared, for a survival.
    """

    id: Name
    label: Label
    column: Text | None = None
    columns: tuple[Text, ...] = ()
    ages_from: tuple[int, ...] | None = None
    reference: Text | None = None
    cite: Cite

    @model_validator(mode="after")
    def _one(self) -> Stratum:
        if bool(self.column) == bool(self.columns or self.ages_from):
            raise ValueError("a stratum has either 'column', or 'columns' or 'ages_from' or both of these")
        if self.ages_from is not None and list(self.ages_from) != sorted(set(self.ages_from)):
            raise ValueError("classes of age rise and do not overlap")
        return self


class Volume(Entry):
    """How many units of another indicator, a count over the same units, each hospital has in a year: a survival then
    has the hazard for every doubling of that number, given its adjustment.
    """

    count: Name
    label: Label
    cite: Cite


class Years(Entry):
    """Years from and to, both included."""

    from_year: int = Spec(alias="from")
    to_year: int = Spec(alias="to")
    cite: Cite


class Indicator(Entry):
    """An indicator over one kind of unit (`of`) that the study's `analysis` defines.

    `denominator`: rules that a unit meets to be in it; `exclusions`: rules that take it out again; both in the order
    in which the flow of patients shows them. What is then measured follows from `type`:
    proportion:   units that meet `numerator`, of those; with `adjustment` also observed over expected.
    count:        the units.
    rate:         the sum of `value` (events) over the sum of `exposure`, times `per`.
    distribution: the median and quartiles of `value`, and the shares below each of `limits`.
    survival:     `value` is the time in days, `numerator` says that it ended with the event, `limits` are the years
                  shown; with `relative_to` also beside what everybody of the same age and sex survives, by that life
                  table of catalog/life_tables.
    `groups_of` names a code list with groups, by which the numerator of a proportion is told apart as well: each group
    is that numerator with the list narrowed to the group, beside the whole denominator.
    """

    id: Name
    label: Label
    question: Label
    direction: Literal["higher", "lower", "none"]
    type: Literal["proportion", "count", "rate", "distribution", "survival"]
    of: Name = "stay"
    unit: Literal["percent", "count", "minutes", "days", "years", "euro", "events"] = "percent"
    denominator: tuple[Rule, ...] = ()
    exclusions: tuple[Rule, ...] = ()
    numerator: Rule | None = None
    value: Measured | None = None
    exposure: Measured | None = None
    limits: tuple[float, ...] = ()
    per: float = Spec(default=1, gt=0)
    period: Years | None = None
    strata: tuple[Stratum, ...] = ()
    printed: tuple[Cite, ...] = Spec(default=(), description="every list of the document that has it")
    groups_of: Name | None = None
    proxy: Proxy | None = None
    adjustment: Adjustment | None = None
    relative_to: Name | None = None
    volume: Volume | None = None
    note: str | None = None
    cite: Cite

    target: float | None = Spec(default=None, description="value that the field aims at, in `unit`")

    @model_validator(mode="after")
    def _parts_of_type(self) -> Indicator:
        for part in PARTS:
            given, needed = getattr(self, part) is not None, part in NEEDS[self.type]
            if needed and not given:
                raise ValueError(f"a {self.type} needs '{part}'")
            if given and not needed:
                raise ValueError(f"a {self.type} has no '{part}'")
        if self.adjustment and self.type not in ("proportion", "survival"):
            raise ValueError(f"a {self.type} cannot be adjusted: only a proportion or a survival is")
        if self.groups_of and self.type != "proportion":
            raise ValueError(f"a {self.type} has no 'groups_of': the numerator of a proportion is told apart")
        if self.limits and self.type not in ("distribution", "survival"):
            raise ValueError(f"a {self.type} has no 'limits'")
        if self.type != "survival" and (self.relative_to or self.volume or any(one.reference for one in self.strata)):
            raise ValueError(f"a {self.type} has no 'relative_to', 'volume' or 'reference': a survival has")
        return self

    def rules(self) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
        """Every rule with its place in the file."""
        for part in ("denominator", "exclusions"):
            for number, rule in enumerate(getattr(self, part)):
                yield (part, number), rule
        if self.numerator:
            yield ("numerator",), self.numerator

    def amounts(self) -> Iterator[tuple[tuple[str | int, ...], Measured]]:
        """Every amount with its place in the file."""
        for part in ("value", "exposure"):
            if getattr(self, part):
                yield (part,), getattr(self, part)

    def conditions(self) -> Iterator[tuple[tuple[str | int, ...], Condition]]:
        """Every condition, with the place of the rule or amount it stands in."""
        for at, rule in self.rules():
            for one in rule.rule.conditions():
                yield at, one
        for at, measured in self.amounts():
            for one in measured.amount.conditions():
                yield at, one
