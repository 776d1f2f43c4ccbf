"""The hazard by a hospital's volume: planted, hidden by the case mix, and found again with an honest interval."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.indicators.survival import hazard_per_unit

HOSPITALS, PATIENTS, RATIO = 16, 2_400, 0.8


def cohort(seed: int, ratio: float = RATIO, patients: int = PATIENTS) -> pa.Table:
    """Patients of hospitals of unlike size; the hazard is `ratio` for each doubling; large hospitals have the ill."""
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0, 0.8, HOSPITALS)
    hospital = draw.choice(HOSPITALS, patients, p=size / size.sum())
    doublings = np.log2(np.maximum(np.bincount(hospital, minlength=HOSPITALS), 1) / 10)[hospital]
    ill = draw.uniform(size=patients) < np.clip(0.3 + 0.15 * (doublings - doublings.mean()), 0.05, 0.95)
    hazard = 0.03 * np.where(ill, 6, 1) * ratio ** (doublings - doublings.mean())
    dies, end = draw.exponential(3652.5 / hazard / 10), draw.uniform(700, 3000, patients)
    return pa.table(
        {"days": np.ceil(np.minimum(dies, end)), "died": dies <= end, "stage": np.where(ill, "III", "I"),
         "hospital": [f"h{n:02}" for n in hospital], "doublings": doublings}
    )  # fmt: skip


def test_the_planted_hazard_comes_back_within_the_stages_and_not_without_them() -> None:
    people = cohort(1)
    adjusted = hazard_per_unit(people, "doublings", "hospital", ("stage",))
    crude = hazard_per_unit(people, "doublings", "hospital")
    assert adjusted is not None and crude is not None
    assert adjusted.lower < RATIO < adjusted.upper < 1 and adjusted.upper / adjusted.lower < 1.5
    assert crude.ratio > adjusted.ratio * 1.15, "large hospitals have the ill, so crudely they look worse than they are"
    assert (adjusted.persons, adjusted.deaths) == (PATIENTS, sum(people["died"].to_pylist()))


@pytest.mark.slow
def test_the_interval_is_as_wide_as_hospitals_taken_out_one_by_one_say() -> None:
    """The jackknife over hospitals uses nothing of the robust formula."""
    people = cohort(4)
    found = hazard_per_unit(people, "doublings", "hospital", ("stage",))
    assert found is not None
    frame, logs = people.to_pandas(), []
    for name in sorted(frame["hospital"].unique()):
        rest = hazard_per_unit(
            pa.Table.from_pandas(frame[frame["hospital"] != name]), "doublings", "hospital", ("stage",)
        )
        assert rest is not None
        logs.append(math.log(rest.ratio))
    error = math.sqrt((len(logs) - 1) * np.var(logs))
    half = math.log(found.upper / found.lower) / 2
    assert half / 2.131 == pytest.approx(error, rel=0.35), "2.131 is Student's quantile for 15 degrees of freedom"


def test_where_there_is_nothing_to_compare_there_is_no_hazard() -> None:
    frame = cohort(3, patients=200).to_pandas()

    def found(changed: pd.DataFrame) -> object:
        return hazard_per_unit(pa.Table.from_pandas(changed), "doublings", "hospital", ("stage",))

    assert found(frame) is not None
    assert found(frame.assign(died=False)) is None
    assert found(frame.assign(doublings=1.0)) is None
    assert found(frame.assign(hospital=np.where(frame["hospital"] < "h05", "a", "b"))) is None, "two hospitals"
