"""What a hospital adds to the risk of its patients: its odds against those of the average hospital, given the case mix.

Observed over expected asks whether a hospital has more events than its patients explain, on the scale of events; its
interval treats the expected number as known. The odds ratio comes from one model with a level for every hospital, so
its interval has the uncertainty of the case mix in it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.indicators.adjust import design_matrix
from workbench.indicators.intervals import HALF

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 2  # hospitals: with one there is no average to compare with


def hospital_effects(patterns: pd.DataFrame, covariates: Sequence[str]) -> pd.DataFrame:
    """hospital, stays, events, and the logarithm of its odds ratio: effect, low and high (95%, Wald).

    `patterns` has hospital, the covariates, stays and events. The average is that of the hospitals, each once. A
    hospital in which nobody or everybody has the event has no finite odds, and is left out with its stays.
    """
    import pandas as pd

    per = patterns.groupby("hospital")[["stays", "events"]].sum()
    some = per[(per["events"] > 0) & (per["events"] < per["stays"])]
    if len(some) < FEWEST:
        return pd.DataFrame(columns=["hospital", "stays", "events", "effect", "low", "high"])
    import statsmodels.genmod.api as sm  # a second to load, so only when a model is fitted

    by = ["hospital", *covariates]
    kept = patterns[patterns["hospital"].isin(some.index)]
    frame = kept.groupby(by, dropna=False)[["stays", "events"]].sum().reset_index()
    hospitals = list(some.index)
    # A constant and a level for every hospital but the first: a design without a constant is searched for one, slowly.
    levels = np.column_stack([(frame["hospital"] == name).to_numpy(dtype=float) for name in hospitals[1:]])
    design = np.column_stack([np.ones(len(frame)), levels, design_matrix(frame, covariates)[:, 1:]])
    outcome = np.column_stack([frame["events"], frame["stays"] - frame["events"]])
    result = sm.GLM(outcome, design, family=sm.families.Binomial()).fit()
    count = len(hospitals)
    against_average = (np.eye(count) - 1 / count)[:, 1:]
    effect = against_average @ result.params[1:count]
    spread = against_average @ result.cov_params()[1:count, 1:count] @ against_average.T
    half = HALF * np.sqrt(np.diag(spread))
    return pd.DataFrame(
        {"hospital": hospitals, "stays": some["stays"].to_numpy(), "events": some["events"].to_numpy(),
         "effect": effect, "low": effect - half, "high": effect + half}
    )  # fmt: skip
