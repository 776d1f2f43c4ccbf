"""Intervals that hold what they promise: 500 worlds with planted hospital effects, by the generator's model of death.

Run: `python -m pytest -m slow tests/indicators/test_calibration.py -s`; `-s` prints what was measured.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import yaml
from scipy.special import expit

from workbench.indicators.adjust import expected_counts
from workbench.indicators.effects import hospital_effects
from workbench.indicators.intervals import exact_ratio, wilson

COVARIATES = ("age", "sex", "charlson")
HOSPITALS, STAYS, WORLDS = 12, 500, 500


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


@pytest.mark.slow
def test_95_percent_intervals_hold_95_percent_of_the_planted_effects(repo_root: Path) -> None:
    p = facts(repo_root)
    held: dict[str, list[bool]] = {"odds ratio": [], "observed over expected": [], "crude proportion": []}
    for seed in range(WORLDS):
        frame, effects = world(seed, p)
        found = hospital_effects(patterns(frame), COVARIATES).set_index("hospital")
        planted = effects[found.index] - effects[found.index].mean()
        held["odds ratio"] += list((found["low"] <= planted) & (planted <= found["high"]))
        rows = expected_counts(pa.Table.from_pandas(patterns(frame), preserve_index=False), "m", COVARIATES)
        per = frame.groupby("hospital")
        for row in rows:
            if row["year"] or row["hospital"] == "ALL":
                continue
            stays = per.get_group(row["hospital"])
            _, low, high = exact_ratio(np.array([row["observed"]], float), np.array([row["expected"]], float))
            # What the hospital would have at its own risk, over what its patients would have on average.
            scale = frame["p"].sum() / frame["average"].sum()
            true = stays["p"].sum() / (stays["average"].sum() * scale)
            held["observed over expected"].append(bool(low[0] <= true <= high[0]))
            _, low, high = wilson(np.array([row["observed"]], float), np.array([len(stays)], float))
            held["crude proportion"].append(bool(low[0] <= stays["p"].mean() <= high[0]))
    covered = {name: sum(one) / len(one) for name, one in held.items()}
    print({name: f"{100 * share:.1f} % of {len(held[name]):,}" for name, share in covered.items()})
    assert 0.93 <= covered["odds ratio"] <= 0.97
    assert covered["observed over expected"] >= 0.93, "the exact Poisson interval is cautious, never short"
    assert covered["crude proportion"] >= 0.93


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
