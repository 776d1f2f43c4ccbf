"""A life table: how many of everybody die in a year, by age and sex, from which expected deaths are counted."""

from __future__ import annotations

from pydantic import Field as Spec
from pydantic import model_validator

from workbench.catalog.base import Cite, Entry, Label, Text


class Step(Entry):
    """Deaths per person and year from an age on, up to the age of the next step."""

    from_: int = Spec(alias="from", ge=0)
    men: float = Spec(gt=0, lt=1)
    women: float = Spec(gt=0, lt=1)


class Expectancy(Entry):
    """Life expectancy at birth as published, which the steps must give."""

    men: float
    women: float
    cite: Cite


class LifeTable(Entry):
    """Steps by age, the first from 0 on; rates are hazards, constant within a step."""

    id: Text
    label: Label
    steps: tuple[Step, ...]
    expectancy: Expectancy
    note: str | None = None
    cite: Cite

    @model_validator(mode="after")
    def _in_order(self) -> LifeTable:
        ages = [step.from_ for step in self.steps]
        if not ages or ages[0] != 0 or ages != sorted(set(ages)):
            raise ValueError("steps begin at age 0 and rise")
        return self

    def cumulated(self, ages: int = 121) -> list[dict[str, float]]:
        """For every whole age the hazard of the year that follows and the hazards of all years before, per sex."""
        rows: list[dict[str, float]] = []
        before = {"men": 0.0, "women": 0.0}
        for age in range(ages):
            step = [one for one in self.steps if one.from_ <= age][-1]
            rows.append(
                {"age": age, "men": step.men, "women": step.women, "men_before": before["men"],
                 "women_before": before["women"]}
            )  # fmt: skip
            before = {"men": before["men"] + step.men, "women": before["women"] + step.women}
        return rows
