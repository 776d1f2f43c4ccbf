"""Case-mix adjustment: events expected per hospital and year from a logistic model over all hospitals.

The model is fitted by statsmodels on counts per covariate pattern, never on single rows, so its cost follows
the number of patterns and not of stays. Age enters with its square; where the small-cell step withheld the
year of birth the age is unknown, and such stays have a level of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS

if TYPE_CHECKING:
    import pandas as pd

AGE_CENTRE, AGE_SCALE = 75.0, 10.0


def expected_counts(patterns: pa.Table, indicator: str, covariates: Sequence[str]) -> list[dict[str, object]]:
    """Rows (indicator, hospital, year, stays, observed, expected) for every hospital, year and margin.

    `patterns` has hospital, year, the covariates (age in years and charlson in points; age may be empty, all others
    are classes), stays and events. Over all hospitals and years, expected equals observed: the model has a constant.
    """
    # An engine gives groups in any order; sums of fractions depend on it in their last digits.
    by = ["hospital", "year", *covariates]
    frame = patterns.to_pandas().sort_values(by, ignore_index=True)
    if frame.empty:
        return []
    frame["expected"] = frame["stays"] * fitted(frame, covariates)
    rows: list[dict[str, object]] = []
    for keys in (["hospital", "year"], ["hospital"], ["year"], []):
        sums = (
            frame.groupby(keys, as_index=False)[["expected", "stays", "events"]].sum()
            if keys
            else frame[["expected", "stays", "events"]].sum().to_frame().T
        )
        for record in sums.to_dict("records"):
            rows.append(
                {
                    "indicator": indicator,
                    "hospital": record.get("hospital", ALL_HOSPITALS),
                    "year": int(record.get("year", ALL_YEARS)),
                    "stays": int(record["stays"]),
                    "observed": int(record["events"]),
                    "expected": float(record["expected"]),
                }
            )
    return rows


def fitted(frame: pd.DataFrame, covariates: Sequence[str]) -> NDArray[np.float64]:
    """Probability of the event for each pattern of `frame`."""
    observed = frame["events"].sum()
    if observed in (0, frame["stays"].sum()):  # nothing to explain: a model would not converge
        return np.full(len(frame), float(observed) / float(frame["stays"].sum()))
    import statsmodels.genmod.api as sm  # a second to load, so only when a model is fitted

    by = list(covariates)
    once = frame.groupby(by, dropna=False, as_index=False)[["stays", "events"]].sum()  # whatever the hospital
    outcome = np.column_stack([once["events"], once["stays"] - once["events"]])
    once["fitted"] = sm.GLM(outcome, design_matrix(once, covariates), family=sm.families.Binomial()).fit().fittedvalues
    return frame[by].merge(once, on=by, how="left")["fitted"].to_numpy(dtype=np.float64)


def design_matrix(frame: pd.DataFrame, covariates: Sequence[str]) -> NDArray[np.float64]:
    """Columns of the model: a constant, then those of each covariate that vary."""
    columns = [np.ones(len(frame))]
    if "age" in covariates:
        unknown = frame["age"].isna().to_numpy()
        age = (frame["age"].fillna(AGE_CENTRE).to_numpy(dtype=float) - AGE_CENTRE) / AGE_SCALE
        columns += [age, age**2, unknown.astype(float)]
    if "charlson" in covariates:
        columns.append(frame["charlson"].to_numpy(dtype=float))
    for name in (one for one in covariates if one not in ("age", "charlson")):
        levels = sorted(frame[name].astype(str).unique())
        columns += [(frame[name].astype(str) == level).to_numpy(dtype=float) for level in levels[1:]]
    varying = [column for column in columns[1:] if np.ptp(column) > 0]
    return np.column_stack([columns[0], *varying])
