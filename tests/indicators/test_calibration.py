"""Intervals that hold what they promise: 500 worlds with planted hospital effects, by the generator's model of death.

Run: `python -m pytest -m slow tests/indicators/test_calibration.py -s`; `-s` prints what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import yaml
from scipy.special import expit

from tests.indicators.survival.test_volume import RATIO, cohort
from workbench.indicators.adjust import expected_counts
from workbench.indicators.effects import hospital_effects
from workbench.indicators.intervals import exact_ratio, wilson
from workbench.indicators.survival import hazard_per_unit

COVARIATES = ("age", "sex", "charlson")
HOSPITALS, STAYS, WORLDS = 12, 500, 500
Z2 = 1.959964**2


def facts(repo_root: Path) -> dict[str, float]:
    found = yaml.safe_load((repo_root / "catalog/synth/stroke.yaml").read_text(encoding="utf-8"))
    spread = found["hospital_effects"]["value"]["mortality"]
    return {"spread": spread} | {name: one["value"] for name, one in found["mortality"].items()}


def world(seed: int, p: dict[str, float]) -> tuple[pd.DataFrame, pd.Series]:
    """Single stays with the chance of death within 90 days, and the effect of each hospital.

    Hospitals differ in their patients' ages, so a crude comparison would be wrong.
    """
    rng = np.random.default_rng(seed)
    size = HOSPITALS * STAYS
    effects = pd.Series(rng.normal(0, p["spread"], HOSPITALS), [f"{900 + n}" for n in range(HOSPITALS)])
    older = dict(zip(effects.index, rng.normal(0, 4, HOSPITALS), strict=True))
    frame = pd.DataFrame({"hospital": rng.choice(effects.index, size), "year": np.int32(2018)})
    frame["age"] = np.clip(np.round(rng.normal(75, 11, size) + frame["hospital"].map(older)), 18, 100)
    frame["sex"] = rng.choice(["1", "2"], size)
    frame["charlson"] = np.minimum(rng.poisson(1.6, size), 10)
    logit = (
        p["intercept"] + p["until_90"]
        + p["per_10_years_over_70"] * (frame["age"] - 70) / 10 + p["man"] * (frame["sex"] == "1")
        + p["per_charlson_point"] * frame["charlson"] + p["haemorrhage"] * (rng.random(size) < 0.15)
    )  # fmt: skip
    frame["average"], frame["p"] = expit(logit), expit(logit + frame["hospital"].map(effects))
    frame["events"] = (rng.random(size) < frame["p"]).astype(int)
    return frame, effects


def patterns(frame: pd.DataFrame) -> pd.DataFrame:
    by = ["hospital", "year", *COVARIATES]
    return frame.groupby(by, as_index=False)["events"].agg(stays="size", events="sum")


def judged(seed: int, p: dict[str, float]) -> dict[str, list[bool]]:
    """Of one world: which intervals hold what was planted, hospital by hospital."""
    frame, effects = world(seed, p)
    found = hospital_effects(patterns(frame), COVARIATES).set_index("hospital")
    planted = effects[found.index] - effects[found.index].mean()
    held: dict[str, list[bool]] = {"odds ratio": list((found["low"] <= planted) & (planted <= found["high"]))}
    per = frame.groupby("hospital")
    # What the hospital would have at its own risk, over what its patients would have on average.
    scale = frame["p"].sum() / frame["average"].sum()
    for row in expected_counts(pa.Table.from_pandas(patterns(frame), preserve_index=False), "m", COVARIATES):
        if row["year"] or row["hospital"] == "ALL":
            continue
        stays, observed = per.get_group(row["hospital"]), float(str(row["observed"]))
        expected, chances = float(str(row["expected"])), stays["average"] * scale
        true = stays["p"].sum() / chances.sum()
        _, low, high = exact_ratio(np.array([observed]), np.array([expected]))
        held.setdefault("observed over expected", []).append(bool(low[0] <= true <= high[0]))
        # The same with the variance of deaths of known patients, p(1 - p) each, where Poisson's has p.
        squares = float((chances**2).sum())
        held.setdefault("the same, binomial", []).append((observed - true * expected) ** 2
                                                         <= Z2 * (true * expected - true**2 * squares))  # fmt: skip
        _, low, high = wilson(np.array([observed]), np.array([len(stays)], float))
        held.setdefault("crude proportion", []).append(bool(low[0] <= stays["p"].mean() <= high[0]))
    return held


def by_volume(seed: int) -> bool:
    """Whether the interval of the hazard by volume holds the planted one in a cohort."""
    found = hazard_per_unit(cohort(seed, patients=1_000), "doublings", "hospital", ("stage",))
    return found is not None and found.lower <= RATIO <= found.upper


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessPoolExecutor]:
    """Two, each with one thread: for matrices this small OpenBLAS waits for its threads longer than it works."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        yield pool


@pytest.mark.slow
def test_95_percent_intervals_hold_95_percent_of_the_planted_effects(
    repo_root: Path, processes: ProcessPoolExecutor
) -> None:
    held: dict[str, list[bool]] = {}
    for one in processes.map(partial(judged, p=facts(repo_root)), range(WORLDS), chunksize=10):
        for name, intervals in one.items():
            held.setdefault(name, []).extend(intervals)
    covered = {name: sum(one) / len(one) for name, one in held.items()}
    print({name: f"{100 * share:.1f} % of {len(held[name]):,}" for name, share in covered.items()})
    for name in ("odds ratio", "crude proportion", "the same, binomial"):
        assert 0.93 <= covered[name] <= 0.97, name
    # Exact Poisson, as is usual for O/E, takes every patient for one of endlessly many with an endlessly small chance
    # of dying. Who dies with a chance of one in six varies less: the row above shows that this, and only this, is why.
    assert 0.97 < covered["observed over expected"] < 0.99


@pytest.mark.slow
def test_intervals_of_the_hazard_by_volume_are_a_little_cautious(processes: ProcessPoolExecutor) -> None:
    """They take the larger of two errors (see `hazard_per_unit`), so they hold more than 95 %: measured 97.6 %."""
    held = list(processes.map(by_volume, range(WORLDS), chunksize=10))
    print(f"hazard per doubling: {100 * sum(held) / len(held):.1f} % of {len(held)}")
    assert 0.95 <= sum(held) / len(held) <= 0.985


def test_a_few_worlds_are_enough_to_see_an_interval_that_is_too_short(repo_root: Path) -> None:
    """The everyday guard of the slow test: 30 worlds, 360 intervals; half as wide would hold about two thirds."""
    p, held = facts(repo_root), []
    for seed in range(1000, 1030):
        frame, effects = world(seed, p)
        found = hospital_effects(patterns(frame), COVARIATES).set_index("hospital")
        planted = effects[found.index] - effects[found.index].mean()
        held += list((found["low"] <= planted) & (planted <= found["high"]))
    assert 0.90 <= sum(held) / len(held) <= 0.99


def test_a_hospital_without_an_event_has_no_odds_and_one_hospital_no_average(repo_root: Path) -> None:
    frame, _ = world(1, facts(repo_root))
    frame.loc[frame["hospital"] == "900", "events"] = 0
    found = hospital_effects(patterns(frame), COVARIATES)
    assert "900" not in set(found["hospital"]) and len(found) == HOSPITALS - 1
    assert abs(found["effect"].sum()) < 1e-9, "effects are against the average of these hospitals"
    assert hospital_effects(patterns(frame[frame["hospital"] == "901"]), COVARIATES).empty
