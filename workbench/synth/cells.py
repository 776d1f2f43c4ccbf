"""The population as cells (arrondissement x sex x age class): how many persons, and what they are exposed
to."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pyarrow as pa

from workbench.synth.guides import allot
from workbench.synth.parameters import by_age
from workbench.synth.scenario import Scenario

MASK_CELLS = 4096
SEXES = ("M", "F")


def cell_table(scenario: Scenario) -> pa.Table:
    """One row per cell: persons, their numbering, the days they are born on and their yearly rates.

    Within a (sex, age class) the persons of all arrondissements are numbered 0..n-1, and number j gets the
    day and the serial of position (j * multiplier + shift) mod n: every day of the class gets its share,
    every arrondissement gets days from the whole class, and no two persons share a day and a serial.
    """
    parameters = scenario.parameters
    counts = {
        (row["PROV_REFNIS"], row["SEX"], row["AGE5"]): int(row["POPULATION"])
        for row in parameters.margin("population.margins.by_province")
    }
    places = parameters.margin("population.margins.by_arrondissement")
    ages = sorted({age for _, _, age in counts}, key=lambda age: age_range(scenario, age)[0])
    province = {p: sum(int(r["POPULATION"]) for r in places if r["PROV_REFNIS"] == p) for p, _, _ in counts}
    grid = [(a, s, g) for a in range(len(places)) for s in range(2) for g in range(len(ages))]
    expected = np.array(
        [
            counts[places[a]["PROV_REFNIS"], SEXES[s], ages[g]]
            * int(places[a]["POPULATION"])
            / province[places[a]["PROV_REFNIS"]]
            for a, s, g in grid
        ]
    )
    n = allot(expected, scenario.persons).reshape(len(places), 2, len(ages))
    per_class = n.sum(axis=0)
    before_in_class = np.cumsum(n, axis=0) - n
    before = (np.cumsum(n) - n.ravel()).reshape(n.shape)
    rng = np.random.default_rng([scenario.seed, 1])
    shift = rng.integers(0, np.maximum(per_class, 1))
    lows = [age_range(scenario, age)[0] for age in ages]
    _, conditions = _masks(scenario)
    rates = {(s, g): _rates(scenario, s, lows[g], conditions[g]) for s in range(2) for g in range(len(ages))}
    strokes = _stroke_rates(scenario, per_class, lows)
    stays = _stay_rates(scenario, per_class, lows)
    rows = []
    for a, s, g in grid:
        low, high = age_range(scenario, ages[g])
        first, days = _birth_days(scenario.first_day, low, high)
        total = int(per_class[s, g])
        rows.append(
            {
                "arr": a,
                "sex": s + 1,
                "age_class": g,
                "n": int(n[a, s, g]),
                "pid0": int(before[a, s, g]),
                "j0": int(before_in_class[a, s, g]),
                "total": max(total, 1),
                "multiplier": _coprime(total),
                "shift": int(shift[s, g]),
                "first_birth": first,
                "birth_days": days,
                "p_event": float(strokes[s, g]),
                "mean_stays": float(stays[s, g]),
                **rates[s, g],
            }
        )
    return pa.Table.from_pylist([row for row in rows if row["n"]])


def mask_table(scenario: Scenario) -> pa.Table:
    """Sets of conditions (bits in the order of comorbidities.yaml) to draw from, `MASK_CELLS` per age
    class."""
    masks, _ = _masks(scenario)
    return pa.table({"g": np.arange(masks.size, dtype=np.int32), "mask": masks.ravel().astype(np.int32)})


def age_range(scenario: Scenario, label: str) -> tuple[int, int]:
    """Lowest and highest age in years of a class such as `<1`, `5-9` or `95+`."""
    if label.startswith("<"):
        return 0, int(label[1:]) - 1
    if label.endswith("+"):
        return int(label[:-1]), int(scenario.parameters["population.margins.oldest_age"])
    low, high = label.split("-")
    return int(low), int(high)


def _masks(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    parameters = scenario.parameters
    groups = parameters["comorbidities.groups"]
    place = {int(group["group"]): bit for bit, group in enumerate(groups)}
    sigma = parameters.number("comorbidities.frailty")
    labels = {row["AGE5"] for row in parameters.margin("population.margins.by_province")}
    lows = sorted(age_range(scenario, label)[0] for label in labels)
    rng = np.random.default_rng([scenario.seed, 2])
    frailty = np.exp(sigma * rng.standard_normal((len(lows), MASK_CELLS)) - sigma**2 / 2)
    has = np.zeros((len(lows), MASK_CELLS, len(groups)), dtype=bool)
    for g, low in enumerate(lows):
        step = sum(low >= start for start in (0, 40, 60, 75)) - 1
        prevalence = np.array([group["ages"][step] for group in groups])
        odds = prevalence / (1 - prevalence) * frailty[g][:, None]
        has[g] = rng.random((MASK_CELLS, len(groups))) < odds / (1 + odds)
    for graver, milder in parameters["comorbidities.graver_hides_milder"]:
        has[:, :, place[milder]] &= ~has[:, :, place[graver]]
    return has @ (1 << np.arange(len(groups))), has.sum(axis=2).mean(axis=1)


def _rates(scenario: Scenario, sex: int, age: int, conditions: float) -> dict[str, float]:
    """Rates of a class; `lines_rate` is that of a person without conditions, so that the class keeps its mean."""
    parameters = scenario.parameters
    who = ("men", "women")[sex]
    home = parameters.number("population.deaths.home_share")
    more = parameters.number("billing.lines.per_condition")
    return {
        "p_af": by_age(parameters["population.atrial_fibrillation.prevalence"], age, who),
        "home_deaths_per_day": home * by_age(parameters["population.deaths.yearly"], age, who) / 365.25,
        "lines_rate": by_age(parameters["billing.lines.by_age"], age) / (1 + more * conditions),
        "p_dies": by_age(parameters["stays.dies"], age),
    }


def _stroke_rates(scenario: Scenario, per_class: np.ndarray, lows: list[int]) -> np.ndarray:
    """Chance of a first event in the window without atrial fibrillation, by sex and age class."""
    parameters = scenario.parameters
    years = scenario.days / 365.25
    events = sum(parameters["stroke.kinds"].values())
    risk = parameters.number("stroke.with_atrial_fibrillation")
    chance = np.zeros(per_class.shape)
    for s, who in enumerate(("men", "women")):
        young = [g for g, low in enumerate(lows) if low < 65]
        shape = np.array([by_age(parameters["stroke.incidence.within_under_65"], lows[g]) for g in young])
        under_65 = parameters.number(f"stroke.incidence.under_65.{who}")
        scale = under_65 / np.average(shape, weights=per_class[s, young])
        for g, low in enumerate(lows):
            older = "from_75" if low >= 75 else "from_65"
            yearly = scale * shape[g] if low < 65 else float(parameters[f"stroke.incidence.{older}.{who}"])
            p_af = by_age(parameters["population.atrial_fibrillation.prevalence"], low, who)
            chance[s, g] = yearly / 1e5 * events * years * scenario.factor_of("stroke-care") / (1 + (risk - 1) * p_af)
    return chance


def _stay_rates(scenario: Scenario, per_class: np.ndarray, lows: list[int]) -> np.ndarray:
    """Expected background stays in the window of a person without conditions, by sex and age class."""
    parameters = scenario.parameters
    _, conditions = _masks(scenario)
    level = parameters.number("stays.per_person_year") * scenario.days / 365.25
    rate = np.array([by_age(parameters["stays.by_age"], low) for low in lows])
    more = 1 + parameters.number("stays.per_condition") * conditions
    average = float(np.average(rate * more, weights=per_class.sum(axis=0)))
    return np.tile(rate * level / average, (2, 1))


def _birth_days(first_day: datetime.date, low: int, high: int) -> tuple[datetime.date, int]:
    youngest = first_day.replace(year=first_day.year - low)
    oldest = first_day.replace(year=first_day.year - high - 1)
    return oldest + datetime.timedelta(days=1), (youngest - oldest).days


def _coprime(n: int) -> int:
    """A multiplier near the golden section of n that has no factor in common with it."""
    multiplier = max(round(n * 0.6180339887), 1)
    while math.gcd(multiplier, max(n, 1)) != 1:
        multiplier += 1
    return multiplier
