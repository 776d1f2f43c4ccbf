"""One population to generate: its size, seed, window, hospitals, enrichment and sources of chance."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from workbench.errors import WorkbenchError
from workbench.synth.draws import Draws
from workbench.synth.hospitals import Hospital, choose
from workbench.synth.parameters import Parameters

FEWEST_PERSONS = 1_000
MOST_PERSONS = 25_000_000  # beyond it a day of birth has more persons of one sex than serial numbers

STROKE_KINDS = ("ischaemic", "tia", "haemorrhage", "other_cerebrovascular")
KINDS = (*STROKE_KINDS, "af_only", "background")


@dataclass(frozen=True)
class Scenario:
    """What every table of a population is made from. Identifiers: a person `pid`, a chain of stays `eid` =
    16 pid + slot, a stay `sid` = 4 eid + leg."""

    persons: int
    seed: int
    enrich: str | None
    parameters: Parameters
    hospitals: tuple[Hospital, ...]
    factor: float
    first_year: int | None
    person: Draws = field(compare=False)
    chain: Draws = field(compare=False)
    stay: Draws = field(compare=False)
    line: Draws = field(compare=False)

    @property
    def first_day(self) -> datetime.date:
        """First day of the window; ages of the margins hold on it."""
        return _first_day(self.parameters)

    @property
    def first_stay(self) -> datetime.date:
        """First day on which stays are admitted: that of the window, or of an earlier year when asked."""
        return self.first_day if self.first_year is None else datetime.date(self.first_year, 1, 1)

    @property
    def days(self) -> int:
        """Days of the window in which stays are admitted."""
        last = datetime.date.fromisoformat(str(self.parameters["population.window.last_day"]))
        return (last - self.first_day).days + 1

    @property
    def horizon(self) -> int:
        """Days from the first day to the last on which a death or a delivery is known."""
        return self.days + int(self.parameters["population.window.follow_up_days"])

    def factor_of(self, study: str) -> float:
        """How many times as frequent as sourced a study's subject is made."""
        return self.factor if self.enrich == study else 1.0

    def enrichment(self) -> str:
        """What the enrichment changed, in one sentence."""
        if self.enrich is None or self.factor == 1.0:
            return "Nothing was made more frequent than sourced."
        return str(self.parameters[f"enrich.{self.enrich}.says"]).format(factor=f"{self.factor:.2f}")


def make_scenario(
    parameters: Parameters, persons: int, seed: int, enrich: str | None, first_year: int | None = None
) -> Scenario:
    """Check what was asked and fix hospitals, enrichment and the first year of stays (None: the window alone).

    Raises `WorkbenchError` for a size, seed, enrichment or year that cannot be generated.
    """
    if not FEWEST_PERSONS <= persons <= MOST_PERSONS:
        limits = f"give {FEWEST_PERSONS} to {MOST_PERSONS}"
        raise WorkbenchError(f"{persons} persons cannot be generated; {limits}")
    if seed < 0:
        raise WorkbenchError(f"seed {seed} is negative; give 0 or more")
    earliest, latest = int(parameters["history.first_year"]), _first_day(parameters).year
    if first_year is not None and not earliest <= first_year < latest:
        raise WorkbenchError(f"no stays from {first_year} on can be made; give {earliest} to {latest - 1}")
    hospitals = choose(parameters, persons, seed)
    factor = 1.0
    if enrich is not None:
        known = sorted(set(parameters["enrich"]) - {"hospitals"})
        if enrich not in known:
            file = "catalog/synth/enrich.yaml"
            raise WorkbenchError(f"no enrichment for {enrich}; {file} knows {', '.join(known)}")
        rule = parameters[f"enrich.{enrich}"]
        factor = float(rule["highest"]) * float(rule["persons_per_hospital"]) * len(hospitals) / persons
        factor = min(max(factor, 1.0), float(rule["cap"]))
    draws = {kind: Draws(seed, kind) for kind in ("person", "chain", "stay", "line")}
    return Scenario(persons, seed, enrich, parameters, hospitals, factor, first_year, **draws)


def _first_day(parameters: Parameters) -> datetime.date:
    return datetime.date.fromisoformat(str(parameters["population.window.first_day"]))
