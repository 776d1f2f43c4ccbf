"""The unknown cells behind several releases: each is a kind of stay in a year, counted by some of the releases.

A stay that two releases count is one unknown, not two: that is what lets the audit see their difference. Where
a later release counts more or fewer stays of a kind than an earlier one, those that were added or removed are
unknowns of their own. The attacker is taken to know where something was corrected and in which direction,
which favours the attacker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.rows import Bools, Ints
from workbench.disclosure.told import Told


@dataclass(frozen=True)
class Kinds:
    """names: of all indicators. year: (C,). flags: (C, 2 x names). present: (K, C) which release counts the kind.
    cells, free: (H, C) stays, and whether there can be any."""

    hospitals: tuple[str, ...]
    names: tuple[str, ...]
    year: Ints
    flags: Bools
    present: Bools
    cells: Ints
    free: Bools


def join(releases: Sequence[Told]) -> Kinds:
    """The kinds of stays behind releases, in the order in which they came."""
    hospitals = tuple(sorted({name for told in releases for name in told.hospitals}))
    names = tuple(dict.fromkeys(name for told in reversed(releases) for name in told.indicators))
    parts = []
    for year in sorted({year for told in releases for year in told.years}):
        growing = _Growing(len(hospitals), len(names), len(releases))
        for number, told in enumerate(releases):
            if year in told.years:
                columns = np.array([2 * names.index(name) + k for name in told.indicators for k in (0, 1)])
                stays = np.zeros((len(hospitals), len(told.flags)), dtype=np.int64)
                place = [hospitals.index(name) for name in told.hospitals]
                stays[place] = told.cells[:, told.years.index(year)]
                here = np.isin(np.arange(len(hospitals)), place)
                growing.add(number, columns, told.flags, stays, here)
        parts.append((np.full(len(growing.flags), year), growing))
    return Kinds(
        hospitals,
        names,
        np.concatenate([year for year, _ in parts]).astype(np.int64),
        np.concatenate([one.flags for _, one in parts]),
        np.concatenate([one.present for _, one in parts]).T,
        np.concatenate([one.cells for _, one in parts], axis=1),
        np.concatenate([one.free for _, one in parts], axis=1),
    )


class _Growing:
    """The kinds of one year, release after release."""

    def __init__(self, hospitals: int, names: int, releases: int) -> None:
        self.flags = np.zeros((0, 2 * names), dtype=bool)
        self.present = np.zeros((0, releases), dtype=bool)
        self.cells = np.zeros((hospitals, 0), dtype=np.int64)
        self.free = np.zeros((hospitals, 0), dtype=bool)
        self.columns = np.zeros(2 * names, dtype=bool)  # that some release before told
        self.here = np.zeros(hospitals, dtype=bool)  # hospitals that some release before told
        self.last = -1

    def add(self, number: int, columns: Ints, flags: Bools, stays: Ints, here: Bools) -> None:
        """Take in a release: its columns of `flags`, its patterns, stays (H, P), and the hospitals it tells of."""
        patterns = np.zeros((len(flags), self.flags.shape[1]), dtype=bool)
        patterns[:, columns] = flags
        told = np.zeros(self.flags.shape[1], dtype=bool)
        told[columns] = True
        first = self.last < 0
        alive = np.zeros(0, dtype=np.int64) if first else np.flatnonzero(self.present[:, self.last])
        common = self.columns & told
        new = _Pieces(self, number)
        if first:
            for p in range(len(patterns)):
                new.put(patterns[p], (), stays[:, p], here)
        else:
            both = np.concatenate([self.flags[alive][:, common], patterns[:, common]])
            _, group = np.unique(both, axis=0, return_inverse=True)
            group = group.ravel()
            for g in range(group.max() + 1 if len(group) else 0):
                old = alive[group[: len(alive)] == g]
                self._match(new, old, np.flatnonzero(group[len(alive) :] == g), patterns, told, common, stays, here)
        kept = np.setdiff1d(np.arange(len(self.flags)), alive)
        self.flags = np.concatenate([self.flags[kept], *new.flags])
        self.present = np.concatenate([self.present[kept], *new.present])
        self.cells = np.concatenate([self.cells[:, kept], *new.cells], axis=1)
        self.free = np.concatenate([self.free[:, kept], *new.free], axis=1)
        self.columns, self.here, self.last = self.columns | told, self.here | here, number

    def _match(
        self, new: _Pieces, old: Ints, now: Ints, patterns: Bools, told: Bools, common: Bools, stays: Ints, here: Bools
    ) -> None:
        """Kinds that agree in all that both tell: stays in both, and those removed or added where the sums differ."""
        seen = self.flags[old] if len(old) else np.where(self.columns & common, patterns[now[0]], False)[None]
        was = [tuple(np.flatnonzero(self.present[o]).tolist()) for o in old] or [self._before()]
        before = self.cells[:, old] if len(old) else np.zeros((len(here), 1), dtype=np.int64)
        possible = self.free[:, old] if len(old) else np.repeat(self.here[:, None], 1, axis=1)
        comes = patterns[now] if len(now) else np.where(common, seen[0], False)[None]
        after = stays[:, now] if len(now) else np.zeros((len(here), 1), dtype=np.int64)
        ends, starts = np.cumsum(before, axis=1), np.cumsum(after, axis=1)
        less, more = ends[:, -1] > starts[:, -1], starts[:, -1] > ends[:, -1]
        left, added = before.copy(), after.copy()
        for o in range(len(seen)):
            for p in range(len(comes)):
                upper = np.minimum(ends[:, o], starts[:, p])
                lower = np.maximum(ends[:, o] - before[:, o], starts[:, p] - after[:, p])
                common_stays = np.maximum(upper - lower, 0)
                left[:, o] -= common_stays
                added[:, p] -= common_stays
                new.put(np.where(told, comes[p], seen[o]), was[o], common_stays, possible[:, o] & here)
        for o in range(len(seen)):
            gone = possible[:, o] & np.where(here, less, True)
            new.put(seen[o], was[o], left[:, o], gone, counted=False)
        for p in range(len(comes)):
            came = here & np.where(self.here, more, True)
            new.put(comes[p], (), added[:, p], came)

    def _before(self) -> tuple[int, ...]:
        """The releases so far that tell of this year."""
        return tuple(np.flatnonzero(self.present.any(axis=0)).tolist())


class _Pieces:
    """Collects the kinds that a release leaves behind; one that can occur nowhere is left out."""

    def __init__(self, growing: _Growing, number: int) -> None:
        self._releases, self._number = growing.present.shape[1], number
        self.flags: list[Bools] = []
        self.present: list[Bools] = []
        self.cells: list[Ints] = []
        self.free: list[Bools] = []

    def put(self, flags: Bools, was: tuple[int, ...], cells: Ints, free: Bools, counted: bool = True) -> None:
        if not free.any():
            return
        present = np.zeros(self._releases, dtype=bool)
        present[list(was)] = True
        present[self._number] = counted
        self.flags.append(flags[None])
        self.present.append(present[None])
        self.cells.append(cells[:, None])
        self.free.append(free[:, None])
