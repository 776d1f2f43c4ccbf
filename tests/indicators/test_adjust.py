"""Case-mix adjustment against a second fit by another library, on single stays instead of counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.optimize import minimize

from workbench.indicators.adjust import expected_counts

COVARIATES = ("age", "sex", "charlson")


def stays(seed: int, effect: dict[str, float], size: int = 4_000) -> pd.DataFrame:
    """Single stays whose risk follows age, sex, Charlson and a hospital effect on the logit."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "hospital": rng.choice(list(effect), size),
            "year": rng.choice([2017, 2018, 2019], size).astype("int32"),
            "age": rng.integers(40, 96, size).astype(float),
            "sex": rng.choice(["1", "2"], size),
            "charlson": rng.integers(0, 7, size),
        }
    )
    frame.loc[rng.random(size) < 0.05, "age"] = np.nan
    age = (frame["age"].fillna(75) - 75) / 10
    logit = (
        -2
        + 0.5 * age
        + 0.1 * age**2
        + 0.2 * (frame["sex"] == "2")
        + 0.15 * frame["charlson"]
        + frame["hospital"].map(effect)
    )
    frame["died"] = rng.random(size) < 1 / (1 + np.exp(-logit))
    return frame


def patterns(frame: pd.DataFrame) -> pa.Table:
    keys = ["hospital", "year", "age", "sex", "charlson"]
    grouped = frame.groupby(keys, dropna=False)["died"].agg(stays="size", events="sum").reset_index()
    return pa.Table.from_pandas(grouped, preserve_index=False)


def by_scipy(frame: pd.DataFrame) -> np.ndarray:
    """The same model, maximised from scratch on single stays."""
    age = (frame["age"].fillna(75) - 75) / 10
    x = np.column_stack(
        [np.ones(len(frame)), age, age**2, frame["age"].isna(), frame["sex"] == "2", frame["charlson"]]
    ).astype(float)
    y = frame["died"].to_numpy(dtype=float)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        eta = x @ beta
        return float(np.logaddexp(0, eta).sum() - y @ eta), x.T @ (1 / (1 + np.exp(-eta)) - y)

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-8})
    return 1 / (1 + np.exp(-(x @ found.x)))


def test_expected_equals_a_fit_on_single_stays_by_another_library() -> None:
    frame = stays(1, {"901": 0.0, "902": 0.4, "903": -0.4})
    frame["p"] = by_scipy(frame)
    found = {(r["hospital"], r["year"]): r["expected"] for r in expected_counts(patterns(frame), "m", COVARIATES)}
    for (hospital, year), group in frame.groupby(["hospital", "year"]):
        assert abs(found[hospital, year] - group["p"].sum()) < 1e-3
    for hospital, group in frame.groupby("hospital"):
        assert abs(found[hospital, 0] - group["p"].sum()) < 1e-3
    assert abs(found["ALL", 0] - frame["died"].sum()) < 1e-6, "over all hospitals expected is observed"


def test_a_hospital_with_older_patients_is_not_blamed_for_their_age() -> None:
    frame = stays(2, {"901": 0.0, "902": 0.0}, size=20_000)
    # 902 gets the older half: crude mortality differs, observed over expected must not.
    frame["hospital"] = np.where(frame["age"].fillna(60) > 70, "902", "901")
    found = {r["hospital"]: r["expected"] for r in expected_counts(patterns(frame), "m", COVARIATES) if r["year"] == 0}
    crude = frame.groupby("hospital")["died"].mean()
    ratio = {h: g["died"].sum() / found[h] for h, g in frame.groupby("hospital")}
    assert crude["902"] > 1.5 * crude["901"]
    assert all(0.9 < value < 1.1 for value in ratio.values()), ratio


def test_planted_hospital_effects_come_back_in_their_order() -> None:
    frame = stays(3, {"901": -0.7, "902": 0.0, "903": 0.7}, size=12_000)
    found = {r["hospital"]: r["expected"] for r in expected_counts(patterns(frame), "m", COVARIATES) if r["year"] == 0}
    ratio = {h: g["died"].sum() / found[h] for h, g in frame.groupby("hospital")}
    assert ratio["901"] < 0.85 < ratio["902"] < 1.15 < ratio["903"]


def test_no_event_and_only_events_do_not_stop_the_model() -> None:
    frame = stays(4, {"901": 0.0, "902": 0.0}, size=60)
    for value in (False, True):
        frame["died"] = value
        found = expected_counts(patterns(frame), "m", COVARIATES)
        total = next(r["expected"] for r in found if (r["hospital"], r["year"]) == ("ALL", 0))
        assert total == (60 if value else 0)


def test_nobody_gives_no_rows() -> None:
    assert expected_counts(patterns(stays(5, {"901": 0.0}, size=5).iloc[:0]), "m", COVARIATES) == []
