"""Which hospitals take part, who goes where, and how the hospitals differ from one another."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from workbench.synth.guides import shares
from workbench.synth.parameters import Parameters

GUIDE_CELLS = 512
PARTNER_CELLS = 8
_RATES = ("thrombolysis", "antibiotics", "anticoagulants", "mortality", "urinary_infection")


@dataclass(frozen=True)
class Hospital:
    """One hospital; `effects` are on the logit scale, `thrombolysis` is the planted share itself."""

    number: int
    code_agr: str
    arrondissement: str
    province: str
    region: str
    flemish: bool
    university: bool
    volume: float
    effects: Mapping[str, float]
    thrombolysis: float

    @property
    def riziv(self) -> str:
        """710, the recognition number and 97 less that number modulo 97: eight digits (assumed form)."""
        return f"710{self.code_agr}{97 - int('710' + self.code_agr) % 97:02d}"

    @property
    def wrong_riziv(self) -> str:
        """The same with a check that fails, so it belongs to no hospital."""
        return f"{self.riziv[:6]}{int(self.riziv[6:]) % 97 + 1:02d}"


def choose(parameters: Parameters, persons: int, seed: int) -> tuple[Hospital, ...]:
    """The hospitals of a population: as many as its size carries, mostly Flemish, in the order of the
    list."""
    listed = parameters.hospitals
    count = int(persons / parameters.number("enrich.hospitals.persons_per_hospital"))
    count = min(max(count, int(parameters["enrich.hospitals.least"])), len(listed))
    flemish = [entry for entry in listed if entry["flemish_recognised"]]
    others = [entry for entry in listed if not entry["flemish_recognised"]]
    take = max(round(count * len(flemish) / len(listed)), int(parameters["enrich.hospitals.least_flemish"]))
    taken = flemish[:take] + _in_turn(others)[: count - take]
    places = parameters.margin("population.margins.by_arrondissement")
    provinces = {row["ARRD_REFNIS"]: row["PROV_REFNIS"] for row in places}
    spread = [_spread(parameters, group, seed) for group in (taken[:take], taken[take:])]
    return tuple(
        Hospital(
            number=number,
            code_agr=str(entry["code"]),
            arrondissement=str(entry["arrondissement"]),
            province=provinces[str(entry["arrondissement"])],
            region=str(entry["region"]),
            flemish=bool(entry["flemish_recognised"]),
            university=bool(entry["university"]),
            volume=float(entry["volume"]),
            effects={name: float(values[name][place]) for name in _RATES},
            thrombolysis=float(values["rate"][place]),
        )
        for number, (entry, (values, place)) in enumerate(
            zip(taken, [(s, i) for s in spread for i in range(len(s["rate"]))], strict=True)
        )
    )


def attraction(parameters: Parameters, hospitals: tuple[Hospital, ...]) -> np.ndarray:
    """Hospital number for (arrondissement index, cell): shape (arrondissements x GUIDE_CELLS,)."""
    rows = parameters.margin("population.margins.by_arrondissement")
    regions = {"FL": "02000", "WA": "03000", "BR": "04000"}
    guides = []
    for row in rows:
        home = row["ARRD_REFNIS"], row["PROV_REFNIS"], regions[row["RGN_ABBR"]]
        guides.append(shares([h.volume * _near(parameters, h, home) for h in hospitals], GUIDE_CELLS))
    return np.concatenate(guides)


def partners(parameters: Parameters, hospitals: tuple[Hospital, ...]) -> np.ndarray:
    """Hospital number for (hospital, cell) a transfer goes to: shape (hospitals x PARTNER_CELLS,).

    A transfer stays among the hospitals that Flanders recognises, or among the others: a study of the first
    group then sees both stays of every pair.
    """
    guides = []
    for origin in hospitals:
        home = origin.arrondissement, origin.province, origin.region
        weights = [
            target.volume
            * (2.0 if target.university else 1.0)
            * _near(parameters, target, home)
            * (target.flemish == origin.flemish and target.number != origin.number)
            for target in hospitals
        ]
        guides.append(shares(weights, PARTNER_CELLS))
    return np.concatenate(guides)


def _near(parameters: Parameters, hospital: Hospital, home: tuple[str, str, str]) -> float:
    """Weight of a hospital for somebody of an arrondissement, province and region."""
    weight = parameters["stays.proximity"]
    arrondissement, province, region = home
    if hospital.arrondissement == arrondissement:
        return float(weight["same_arrondissement"])
    if hospital.province == province:
        return float(weight["same_province"])
    return float(weight["same_region" if hospital.region == region else "other_region"])


def _in_turn(entries: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Brussels and Walloon hospitals by turns, two Walloon ones for each of Brussels."""
    brussels = [entry for entry in entries if entry["region"] == "04000"]
    walloon = [entry for entry in entries if entry["region"] != "04000"]
    mixed: list[Mapping[str, object]] = []
    while brussels or walloon:
        mixed += brussels[:1] + walloon[:2]
        brussels, walloon = brussels[1:], walloon[2:]
    return mixed


def _spread(parameters: Parameters, group: list[Mapping[str, object]], seed: int) -> dict[str, np.ndarray]:
    """Normal scores dealt out over a group of hospitals: always the full spread, never the same order
    twice."""
    scores = np.array([NormalDist().inv_cdf((place + 0.5) / len(group)) for place in range(len(group))])
    sigmas = parameters["stroke.hospital_effects"]
    values = {}
    for name in _RATES:
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        values[name] = float(sigmas[name]) * rng.permutation(scores)
    volumes = np.array([float(str(entry["volume"])) for entry in group])
    facts = parameters["stroke.thrombolysis"]
    mean, low, high = (float(facts[name]) for name in ("mean", "lowest", "highest"))

    def rates(shift: float) -> np.ndarray:
        return np.clip(1 / (1 + np.exp(-(shift + values["thrombolysis"]))), low, high)

    shift = _solve(lambda value: float(np.average(rates(value), weights=volumes)), mean)
    values["rate"] = rates(shift)
    return values


def _solve(rising: Callable[[float], float], goal: float) -> float:
    """The argument between -10 and 10 at which a rising function reaches a goal."""
    low, high = -10.0, 10.0
    while not math.isclose(low, high, abs_tol=1e-12):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < goal else (low, middle)
    return low
