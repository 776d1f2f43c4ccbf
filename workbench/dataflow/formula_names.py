"""The formulas by the name a study file gives them. A new formula is one class and one line here."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from workbench.dataflow.chains import NextStay, PreviousStay
from workbench.dataflow.formulas import (
    Date,
    DaysBetween,
    DaysSinceAdmission,
    DiedWithin,
    Formula,
    HospitalNumber,
    Year,
)
from workbench.dataflow.formulas_years import Difference, FirstDay, LastDay

BY_NAME: dict[str, type[Formula]] = {
    "date": Date,
    "year": Year,
    "difference": Difference,
    "first_day": FirstDay,
    "last_day": LastDay,
    "days_between": DaysBetween,
    "days_since_admission": DaysSinceAdmission,
    "died_within": DiedWithin,
    "hospital_number": HospitalNumber,
    "previous_stay": PreviousStay,
    "next_stay": NextStay,
}


def parse(spec: dict[str, Any]) -> tuple[Formula | None, str]:
    """The formula of `{name: arguments}`, or None with the reason why there is none."""
    if len(spec) != 1:
        return None, "a formula is one name with its arguments"
    (name,) = spec
    if name not in BY_NAME:
        return None, f"there is no formula '{name}'"
    try:
        return BY_NAME[name].model_validate(spec), ""
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return None, f"its arguments do not fit: {'.'.join(map(str, first['loc']))}: {first['msg']}"
