"""Hazards of groups side by side, adjusted: Cox regression by statsmodels, stratified by the case mix.

The case mix (stage, age class) enters as strata: each combination has a baseline hazard of its own, so nothing is
assumed about how stage and age work together, and what is left is the ratio between the groups compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.indicators.survival.observed import Z

if TYPE_CHECKING:
    import pandas as pd

FEWEST_GROUPS = 3


@dataclass(frozen=True)
class Hazard:
    """The hazard of a level over that of the reference, with its 95% interval; persons and deaths of the level."""

    level: str
    persons: int
    deaths: int
    ratio: float
    lower: float
    upper: float


def hazard_ratios(
    cohort: pa.Table, group: str, reference: str, strata: Sequence[str] = (), covariates: Sequence[str] = ()
) -> list[Hazard]:
    """The levels of `group` in order, the reference first with ratio 1.

    cohort: one row per patient with days (above 0 or 0), died (bool), the group, the strata and numeric covariates; no
    identifier. Ties after Efron. A level without deaths has no ratio: it is given as (0, 0, infinity). Raises
    ValueError when the reference has no patients.
    """
    frame = cohort.to_pandas()
    sizes = frame.groupby(group).agg(persons=("died", "size"), deaths=("died", "sum"))
    if reference not in sizes.index:
        raise ValueError(f"nobody in the reference group '{reference}'")
    others = [str(level) for level in sorted(sizes.index) if level != reference]
    fitted = [level for level in others if sizes.loc[level, "deaths"] > 0]
    ratios = _fit(frame, group, fitted, strata, covariates) if fitted and frame["died"].any() else {}
    found = [
        Hazard(reference, int(sizes.loc[reference, "persons"]), int(sizes.loc[reference, "deaths"]), 1.0, 1.0, 1.0)
    ]
    for level in others:
        log_ratio, error = ratios.get(level, (-math.inf, math.inf))
        limits = [math.exp(log_ratio + side * Z * error) for side in (-1, 1)] if level in ratios else [0.0, math.inf]
        found.append(
            Hazard(
                level, int(sizes.loc[level, "persons"]), int(sizes.loc[level, "deaths"]), math.exp(log_ratio), *limits
            )
        )
    return found


def hazard_per_unit(cohort: pa.Table, column: str, group: str, strata: Sequence[str] = ()) -> Hazard | None:
    """The hazard for one unit more of a number that all patients of a `group` share, such as its volume.

    cohort: as for `hazard_ratios`. Patients of one group are no independent witnesses of what its number does, so the
    standard error is the robust one over groups (Lin and Wei), with the quantile of Student for that few of them. Where
    few groups carry the number the robust error is too small; then the model's own, which is larger, is taken (Angrist
    and Pischke, Mostly harmless econometrics, 8.2). None where nobody died, or where fewer than three groups or one
    number leave nothing to compare.
    """
    frame = cohort.to_pandas()
    groups = frame[group].nunique()
    if not frame["died"].any() or groups < FEWEST_GROUPS or frame[column].nunique() < 2:
        return None
    model = _model(frame, frame[[column]].to_numpy(dtype=float), strata)
    from scipy.stats import t as student  # a second to load

    plain, robust = model.fit(), model.fit(groups=frame[group].astype("category").cat.codes.to_numpy())
    log_ratio, error = float(plain.params[0]), max(float(plain.bse[0]), float(robust.bse[0]))
    limits = [math.exp(log_ratio + side * float(student.ppf(0.975, groups - 1)) * error) for side in (-1, 1)]
    return Hazard(column, len(frame), int(frame["died"].sum()), math.exp(log_ratio), *limits)


def _fit(
    frame: pd.DataFrame, group: str, levels: list[str], strata: Sequence[str], covariates: Sequence[str]
) -> dict[str, tuple[float, float]]:
    columns = [(frame[group] == level).to_numpy(dtype=float) for level in levels]
    columns += [frame[name].to_numpy(dtype=float) for name in covariates]
    result = _model(frame, np.column_stack(columns), strata).fit()
    return {level: (float(result.params[n]), float(result.bse[n])) for n, level in enumerate(levels)}


def _model(frame: pd.DataFrame, design: NDArray[np.float64], strata: Sequence[str]) -> Any:
    from statsmodels.duration.hazard_regression import PHReg  # a second to load

    cells = frame.groupby(list(strata), sort=True).ngroup().to_numpy() if strata else None
    return PHReg(
        frame["days"].to_numpy(dtype=float), design, status=frame["died"].to_numpy(dtype=int), strata=cells,
        ties="efron",
    )  # fmt: skip
