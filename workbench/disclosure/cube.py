"""From the releases to the one system of rows over which they are audited together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.disclosure.kinds import Kinds, join
from workbench.disclosure.rows import Bools, Ints, mask_of, sums_of
from workbench.disclosure.system import Key, System
from workbench.disclosure.told import Told
from workbench.errors import Refused
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, PARTS


def build_system(releases: Sequence[Told]) -> tuple[System, Kinds]:
    """The system of a release (the last one) and all earlier ones.

    Raises Refused when an earlier release shows something else than its confidential half says, and when the
    same stays are counted as different numbers of persons.
    """
    kinds = join(releases)
    rows: list[tuple[Bools, int, int, list[tuple[Key, int]]]] = []
    for release, told in enumerate(releases):
        for name, part in told.parts():
            counted = kinds.present[release] & mask_of(kinds.flags, kinds.names.index(name), part)
            for year in (*told.years, ALL_YEARS):
                within = counted & (np.isin(kinds.year, told.years) if year == ALL_YEARS else kinds.year == year)
                places = [(Key(name, h, year, part, told.number), kinds.hospitals.index(h)) for h in told.hospitals]
                total = Key(name, ALL_HOSPITALS, year, part, told.number)
                rows.append((within, year, kinds.names.index(name) * 3 + PARTS.index(part),
                             [*places, (total, len(kinds.hospitals) if len(kinds.hospitals) > 1 else 0)]))  # fmt: skip
    masks, first, inverse = np.unique(
        np.stack([row[0] for row in rows]), axis=0, return_index=True, return_inverse=True
    )
    shown = [
        (key, block * len(masks) + place)
        for place, (_, _, _, named) in zip(inverse.ravel().tolist(), rows, strict=True)
        for key, block in named
    ]
    keys = tuple(key for key, _ in shown)
    number = np.array([place for _, place in shown], dtype=np.int64)
    values = np.rint(sums_of(kinds.cells, masks)).astype(np.int64).reshape(-1)
    alike = np.array([rows[place][2] for place in first], dtype=np.int64)
    years, span = np.unique([row[1] for row in rows], return_inverse=True)
    groups = np.zeros((len(years), len(masks)), dtype=bool)
    groups[span.ravel(), inverse.ravel()] = True
    settled, earlier = _told_before(releases, keys, number, values)
    persons = _persons(releases, keys, number, values)
    system = System(kinds.hospitals, kinds.cells, kinds.free, masks, groups, alike, keys, number, values, persons,
                    settled, earlier)  # fmt: skip
    return system, kinds


def _told_before(releases: Sequence[Told], keys: tuple[Key, ...], number: Ints, values: Ints) -> tuple[Bools, Bools]:
    """Numbers that an earlier release shows, and numbers that one withholds."""
    shown = {key: value for told in releases for key, value in told.shown.items()}
    settled, earlier = np.zeros(len(values), dtype=bool), np.zeros(len(values), dtype=bool)
    for key, place in zip(keys, number.tolist(), strict=True):
        if key.release:
            value = shown[key]
            settled[place] |= value is not None
            earlier[place] |= value is None
            if value is not None and value != values[place]:
                raise Refused(
                    f"release {key.release} shows {value} for {tuple(key[:4])}, its cells say {values[place]}"
                )
    return settled, earlier


def _persons(releases: Sequence[Told], keys: tuple[Key, ...], number: Ints, values: Ints) -> Ints:
    """The distinct persons behind each number; where two releases disagree, the fewest."""
    persons = {key: value for told in releases for key, value in told.persons.items()}
    result = values.copy()
    found: dict[tuple[int, int], int] = {}
    for key, place in zip(keys, number.tolist(), strict=True):
        here = persons[key]
        if found.setdefault((key.release, place), here) != here:
            raise Refused(f"the same stays are counted as different numbers of persons: {tuple(key[:4])}")
        result[place] = min(result[place], here)
    return result
