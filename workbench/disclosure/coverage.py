"""Which demands of which attacker are met by the witness tables found so far.

A witness is a complete alternative table. It counts for the outsider always, and for a hospital insider when
it leaves that hospital's slice as it is. A demand is one side (low or high) of one target for one attacker.
"""

from __future__ import annotations

import numpy as np

from workbench.disclosure.rows import Bools, Ints
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System

_MULTIPLES = (1, 2, 3, 4, 5, -1, -2, -3, -4, -5)


class Coverage:
    """Keeps witnesses as changes of the true table, with a count of witnesses per demand.

    met: (2, A, T) how many witnesses meet the low (0) and the high (1) demand. Place 0 is the true table
         itself.
    """

    def __init__(self, system: System, targets: Targets) -> None:
        self.system, self.targets = system, targets
        self.changes: list[Ints] = []
        self.numbers: list[Ints] = []
        self.met = np.zeros((2, *targets.active.shape), dtype=np.int32)
        nothing = np.zeros_like(system.cells), np.zeros_like(system.values)
        self._add(*nothing, self._met_by(*nothing))

    def open(self) -> Bools:
        """(2, A, T) demands that no witness meets."""
        unmet: Bools = self.targets.active & (self.met == 0)
        return unmet

    def attackers(self, side: int, target: int) -> tuple[int, ...]:
        """Attackers for whom one demand is open."""
        return tuple(np.flatnonzero(self.targets.active[:, target] & (self.met[side, :, target] == 0)).tolist())

    def offer(self, change: Ints) -> bool:
        """Add a change, its multiples and their opposites as witnesses, each only if it meets an open demand.

        Multiples cost nothing beside another search. Returns whether any was added.
        """
        numbers = self.system.numbers_of(change)
        return any([self._offer(factor * change, factor * numbers) for factor in _MULTIPLES])

    def _offer(self, change: Ints, numbers: Ints) -> bool:
        if (self.system.cells + change < 0).any():
            return False
        met = self._met_by(change, numbers)
        if not (met & self.open()).any():
            return False
        self._add(change, numbers, met)
        return True

    def _add(self, change: Ints, numbers: Ints, met: Bools) -> None:
        self.changes.append(change)
        self.numbers.append(numbers)
        self.met += met

    def moving(self, number: int) -> list[int]:
        """Places of the witnesses that change this number."""
        return [place for place, numbers in enumerate(self.numbers) if numbers[number]]

    def without(self, places: list[int]) -> Coverage:
        """The same coverage without these witnesses."""
        other = object.__new__(Coverage)
        other.system, other.targets, other.met = self.system, self.targets, self.met.copy()
        gone = set(places)
        for place in places:
            other.met -= self._met_by(self.changes[place], self.numbers[place])
        kept = [place for place in range(len(self.changes)) if place not in gone]
        other.changes = [self.changes[place] for place in kept]
        other.numbers = [self.numbers[place] for place in kept]
        return other

    def thinned(self) -> Coverage:
        """Without witnesses whose demands others meet as well; the true table (place 0) stays."""
        thin = self
        for place in range(len(self.changes) - 1, 0, -1):
            met = self._met_by(self.changes[place], self.numbers[place]) & self.targets.active
            if not (met & (thin.met == 1)).any():
                thin = thin.without([place])
        return thin

    def _met_by(self, change: Ints, numbers: Ints) -> Bools:
        values = self.targets.values_of(self.system.values + numbers)
        blind = np.concatenate([[True], ~change.reshape(len(change), -1).any(axis=1)])[:, None]
        met: Bools = np.stack([blind & (values <= self.targets.low), blind & (values >= self.targets.high)])
        return met
