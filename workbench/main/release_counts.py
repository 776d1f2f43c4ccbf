"""What the report of a release counts: how many of its numbers are shown, small, or withheld for others."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.disclosure.arrays import Arrays
from workbench.disclosure.recheck import View
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, NO_HOSPITAL, NO_YEAR
from workbench.main.confidential import half_of
from workbench.main.releases import attack_figures, attack_release

Split = dict[str, tuple[int, int, int]]  # indicator or level -> shown, small, withheld to protect


@dataclass(frozen=True)
class ReportFigures:
    """The report as counts of numbers, for a page: neither a number of the release nor a witness is in it.

    indicators, levels: shown, small, and withheld to protect the small ones, by indicator and by how finely numbers
    are cut. attackers: how many small numbers and differences each is after, and how many it learns. amounts: groups
    with a mean and quartiles each attacker was asked about, and how many it learns.
    """

    study: str
    number: int
    threshold: int
    zeros_hidden: bool
    witnesses: int
    indicators: Split
    levels: Split
    attackers: dict[str, tuple[int, int]]
    amounts: dict[str, tuple[int, int]]


def report_figures(
    releases: Path, study: str, number: int | None, progress: Callable[[str, float], None] | None = None
) -> ReportFigures:
    """Raises `WorkbenchError` when the confidential half of the release is missing."""
    standing, tries = attack_release(releases, study, number, progress)
    arrays, text = half_of(standing.release, releases)
    split, levels = splits(arrays, text)
    amounts: dict[str, tuple[int, int]] = {}
    for one in attack_figures(releases, study, number):
        groups, learned = amounts.get(one.attacker, (0, 0))
        amounts[one.attacker] = groups + one.groups, learned + one.learned
    return ReportFigures(
        study, standing.release.number, int(arrays["threshold"]), bool(arrays["zeros_hidden"]),
        int(arrays["witnesses"]), split, levels, {one.attacker: (one.secrets, one.learned) for one in tries}, amounts,
    )  # fmt: skip


def splits(arrays: Arrays, text: str) -> tuple[Split, Split]:
    """Numbers by indicator, and by how finely they are cut (all, year, hospital, both)."""
    found = list(_kinds_of(arrays, text))
    cut = sorted(found, key=lambda one: (one[1] != ALL_HOSPITALS, one[2] != ALL_YEARS))
    by_level = _split_by((_level(hospital, year), kind) for _, hospital, year, kind in cut)
    return _split_by((name, kind) for name, _, _, kind in found), by_level


def _kinds_of(arrays: Arrays, text: str) -> Iterator[tuple[str, str, int, int]]:
    """Indicator, hospital and year of every number of the last release, and 0 shown, 1 small, 2 withheld for others."""
    view = View(text, arrays)
    last = len(arrays["release"]) - 1
    seen = {(row["indicator"], row["hospital"], int(row["year"]), part)
            for row in csv.DictReader(io.StringIO(text)) for part in ("n", "k", "rest") if row[part] != ""}  # fmt: skip
    small = view.small()
    for place, (release, name, part, year) in enumerate(view.rows):
        if release != last or year == NO_YEAR:
            continue
        for h, hospital in enumerate(view.hospitals):
            if hospital == ALL_HOSPITALS or (arrays["at"][last][h] and hospital != NO_HOSPITAL):
                kind = 0 if (name, hospital, year, part) in seen else 1 if small[h, place] else 2
                yield name, hospital, year, kind


def _split_by(kinds: Iterable[tuple[str, int]]) -> Split:
    """How many numbers of each name are shown, small, and withheld for others."""
    found: Split = {}
    for name, kind in kinds:
        counts = list(found.get(name, (0, 0, 0)))
        counts[kind] += 1
        found[name] = (counts[0], counts[1], counts[2])
    return found


def _level(hospital: str, year: int) -> str:
    """How fine a number is cut."""
    if hospital == ALL_HOSPITALS:
        return "all" if year == ALL_YEARS else "year"
    return "hospital" if year == ALL_YEARS else "both"
