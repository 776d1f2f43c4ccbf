"""Withhold and audit: from what releases are made of to a set of withheld numbers and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from workbench.disclosure.audit import Verdict, audit
from workbench.disclosure.cube import build_system
from workbench.disclosure.kinds import Kinds
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.rows import Bools
from workbench.disclosure.rules import Targets, find_targets, primaries
from workbench.disclosure.suppress import Progress, Suppression
from workbench.disclosure.system import Key, System
from workbench.disclosure.told import Told
from workbench.disclosure.views import views_of
from workbench.errors import Refused
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS


@dataclass(frozen=True)
class Judged:
    """primary, hidden: (N,) numbers that are small, and numbers to withhold."""

    system: System
    kinds: Kinds
    targets: Targets
    primary: Bools
    hidden: Bools
    verdict: Verdict

    def counts(self) -> tuple[int, int, int]:
        """Numbers that the new release could show; how many are small; how many are withheld."""
        mine = self.system.number[[not key.release and key.apart() for key in self.system.shown]]
        return len(mine), int(self.primary[mine].sum()), int(self.hidden[mine].sum())

    def counted(self) -> set[tuple[str, str, int]]:
        """Indicator, hospital and year of the units whose number the new release shows."""
        return {
            (key.indicator, key.hospital, key.year)
            for key, place in zip(self.system.shown, self.system.number.tolist(), strict=True)
            if not key.release and key.part == "n" and not self.hidden[place]
        }


def judge(
    releases: Sequence[Told],
    policy: SmallCellPolicy,
    registered: Iterable[tuple[str, frozenset[int]]] = (),
    progress: Progress | None = None,
) -> Judged:
    """Judge the last of `releases` together with the earlier ones. Raises Refused when the solver fails."""
    tell = progress or (lambda stage, done, total: None)
    system, kinds = build_system(releases)
    views = views_of(kinds.hospitals, kinds.year, policy.together, registered)
    targets, primary = find_targets(system, policy, views), primaries(system, policy)
    run = Suppression(system, targets, primary)
    if len(views.names) == 1:
        run.plan(tell)  # it knows the outsider only: where insiders decide what is withheld, its time is wasted
    run.withhold(tell)
    run.show_again(tell)
    tell("certifying", 0, 1)
    verdict = audit(system, targets, run.hidden, run.attack.coverage)
    return Judged(system, kinds, targets, primary, run.hidden, verdict)


def merged(told: Told, groups: Iterable[tuple[str, ...]]) -> Told:
    """What the release would be made from if these hospitals, or these years, were one.

    A group is two or more hospitals or years. Persons of merged classes may be the same people, so of each
    number at least those of the largest part are counted. Raises Refused for a name that is neither.
    """
    hospitals = {name: name for name in told.hospitals}
    years = {year: year for year in told.years}
    for group in groups:
        if all(name.isdecimal() and int(name) in years for name in group):
            years |= dict.fromkeys(map(int, group), min(map(int, group)))
        elif all(name in hospitals for name in group):
            hospitals |= dict.fromkeys(group, "+".join(sorted(group)))
        else:
            unknown = [
                name for name in group if name not in hospitals and not (name.isdecimal() and int(name) in years)
            ]
            raise Refused(
                f"{', '.join(unknown) or ' and '.join(group)}: no classes of one sort here. Hospitals are "
                f"{', '.join(told.hospitals)}; years are {', '.join(map(str, told.years))}"
            )
    new_hospitals, new_years = tuple(sorted(set(hospitals.values()))), tuple(sorted(set(years.values())))
    cells = np.zeros((len(new_hospitals), len(new_years), len(told.flags)), dtype=np.int64)
    for h, hospital in enumerate(told.hospitals):
        for y, year in enumerate(told.years):
            place = new_hospitals.index(hospitals[hospital]), new_years.index(years[year])
            cells[place] += told.cells[h, y]
    persons: dict[Key, int] = {}
    hospital_of: Mapping[str, str] = {**hospitals, ALL_HOSPITALS: ALL_HOSPITALS}
    year_of: Mapping[int, int] = {**years, ALL_YEARS: ALL_YEARS}
    for key, count in told.persons.items():
        new = Key(key.indicator, hospital_of[key.hospital], year_of[key.year], key.part)
        persons[new] = max(persons.get(new, 0), count)
    for key in persons:  # a class that is all there is has the persons of the margin, which are known
        hospital = ALL_HOSPITALS if len(new_hospitals) == 1 else key.hospital
        persons[key] = persons[key._replace(hospital=hospital, year=ALL_YEARS if len(new_years) == 1 else key.year)]
    return replace(
        told, number=0, hospitals=new_hospitals, years=new_years, cells=cells, persons=persons, shown={}, text=""
    )
