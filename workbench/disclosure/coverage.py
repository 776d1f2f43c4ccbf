"""Which demands of which attacker are met by the witness tables found so far.

A witness is a complete alternative table. It counts for the outsider always, and for an insider when it leaves
all that the insider knows as it is. A demand is one side (low or high) of one target for one attacker.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.disclosure.rows import Bools, Ints
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System

_MULTIPLES = (1, 2, 3, 4, 5, -1, -2, -3, -4, -5)


@dataclass(frozen=True, eq=False)
class Witness:
    """A change of the true table: flat places of the cells that change, and of the numbers, each by how much."""

    cell: Ints
    change: Ints
    number: Ints
    moved: Ints

    def times(self, factor: int) -> Witness:
        """The change repeated, or turned round."""
        return Witness(self.cell, factor * self.change, self.number, factor * self.moved)


class Coverage:
    """Keeps witnesses, with a count of witnesses per demand.

    met: (2, A, T) how many tables meet the low (0) and the high (1) demand; the true table is one of them.
    """

    def __init__(self, system: System, targets: Targets) -> None:
        self.system, self.targets = system, targets
        self.witnesses: list[Witness] = []
        self._values = targets.values_of(system.values)
        self.met = np.stack([self._values <= targets.low, self._values >= targets.high]).astype(np.int32)

    def open(self) -> Bools:
        """(2, A, T) demands that no witness meets."""
        unmet: Bools = self.targets.active & (self.met == 0)
        return unmet

    def attackers(self, side: int, target: int) -> tuple[int, ...]:
        """Attackers for whom one demand is open."""
        return tuple(np.flatnonzero(self.targets.active[:, target] & (self.met[side, :, target] == 0)).tolist())

    def offer(self, change: Ints) -> bool:
        """Add a change (H, C), its multiples and their opposites, each only if it meets an open demand.

        Multiples cost nothing beside another search. Returns whether any was added.
        """
        cell = np.flatnonzero(change)
        numbers = self.system.numbers_of(change)
        number = np.flatnonzero(numbers)
        base = Witness(cell, change.reshape(-1)[cell], number, numbers[number])
        return any([self._offer(base.times(factor)) for factor in _MULTIPLES])

    def _offer(self, witness: Witness) -> bool:
        if (self.system.cells.reshape(-1)[witness.cell] + witness.change < 0).any():
            return False
        touched, met = self._met_by(witness)
        wanted = self.targets.active[:, touched] & (self.met[:, :, touched] == 0)
        if not (met & wanted).any():
            return False
        self.witnesses.append(witness)
        self.met[:, :, touched] += met
        return True

    def without(self, numbers: Bools) -> Coverage:
        """The same coverage without the witnesses that change one of these numbers (N,)."""
        other = object.__new__(Coverage)
        other.system, other.targets, other.met, other._values = self.system, self.targets, self.met.copy(), self._values
        other.witnesses = []
        for witness in self.witnesses:
            if numbers[witness.number].any():
                other._drop(witness)
            else:
                other.witnesses.append(witness)
        return other

    def _drop(self, witness: Witness) -> None:
        touched, met = self._met_by(witness)
        self.met[:, :, touched] -= met

    def thinned(self) -> Coverage:
        """Without witnesses whose demands others meet as well; those that meet fewest go first."""
        thin = object.__new__(Coverage)
        thin.system, thin.targets, thin.met, thin._values = self.system, self.targets, self.met.copy(), self._values
        thin.witnesses = []
        meets = [int((self._met_by(one)[1]).sum()) for one in self.witnesses]
        for place in np.argsort(meets, kind="stable").tolist():
            witness = self.witnesses[place]
            touched, met = self._met_by(witness)
            if (met & self.targets.active[:, touched] & (thin.met[:, :, touched] == 1)).any():
                thin.witnesses.append(witness)
            else:
                thin.met[:, :, touched] -= met
        return thin

    def _met_by(self, witness: Witness) -> tuple[Ints, Bools]:
        """Targets that the witness changes, and (2, A, those) whether it meets their demands."""
        targets = self.targets
        moved = np.zeros(len(self.system.values) + 1, dtype=np.int64)  # the last place is that of no number
        moved[witness.number] = witness.moved
        by = moved[targets.plus] - moved[targets.minus]
        touched = np.flatnonzero(by)
        values = self._values[touched] + by[touched]
        blind = ~targets.known[:, witness.cell].any(axis=1, keepdims=True)
        low, high = targets.low[:, touched], targets.high[:, touched]
        met: Bools = np.stack([blind & (values <= low), blind & (values >= high)])
        return touched, met
