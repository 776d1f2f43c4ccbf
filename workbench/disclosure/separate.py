"""The attacks of the exact method: given a choice, with fractions, of what is withheld, which demands fail, and why?

One linear program serves all demands of all attackers: only its bounds and its objective change. Whoever knows
cells cannot move them. Where the target cannot be moved far enough, the dual of the program is a cut for the choice.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from highspy import HighsModelStatus, HighsStatus

from workbench.disclosure.choice import Cut, expect, highs_of
from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System
from workbench.errors import Refused

_FAR = 1000.0  # no demand needs a number to rise by more; cuts are capped, so a large figure costs nothing
_MISSED = 1e-4
_STILL = 1e-9
_FEW, _WORTH = 8, 0.1  # asked one by one: so few demands, or what changes for many meet a small share of
_SEED = 20284  # fixed, so that the same table gives the same release


class Separation:
    """attacker, target, sign, need: (D,) the demands of all attackers that the true table itself does not meet."""

    def __init__(self, system: System, targets: Targets) -> None:
        self.system, self.targets = system, targets
        values = targets.values_of(system.values)
        needs = np.stack([values - targets.low, targets.high - values])
        side, self.attacker, self.target = np.nonzero(targets.active & (needs > 0))
        self.sign = 2 * side - 1
        self.need: Floats = needs[side, self.attacker, self.target].astype(float)
        self._matrix = numbers_matrix(system)
        # A number of one cell is a bound of that cell, not a row.
        lone = np.asarray(self._matrix.getnnz(axis=1)).ravel() == 1
        self._own = np.full(self._matrix.shape[1], -1)
        for number in np.flatnonzero(lone)[::-1]:
            self._own[self._matrix.indices[self._matrix.indptr[number]]] = number
        self._rows = np.flatnonzero(~np.isin(np.arange(len(lone)), self._own))
        # Only the objective changes from demand to demand, so the basis stays feasible for the primal simplex.
        self._attack = highs_of({"simplex_strategy": 4, "presolve": "off"})
        self._load()

    def missed(self, chosen: Floats, demands: Ints, most: int | None = None) -> list[tuple[int, Cut]]:
        """The demands, at most so many, that a choice (N,), fractions allowed, does not meet, each with its cut."""
        missed: list[tuple[int, Cut]] = []
        for attacker in np.unique(self.attacker[demands]).tolist():
            moves = self.system.free.reshape(-1) & ~self.targets.known[attacker]
            self._bound(chosen, moves)
            left = self._hard(demands[self.attacker[demands] == attacker])
            while len(left) and len(missed) != most:
                first, left = left[:1], left[1:]
                change, columns, rows = self._run(first, np.ones(1))
                if not self._met(change, first)[0]:
                    missed.append((int(first[0]), self._cut(columns, rows, moves, float(self.need[first[0]]))))
                left = left[~self._met(change, left)]
        return missed

    def _hard(self, demands: Ints) -> Ints:
        """What is left of an attacker's demands after some changes that go far for many of them at once."""
        random = np.random.default_rng(_SEED)
        while len(demands) > _FEW:
            up = random.random(len(self.targets.plus)) < 0.5  # the two sides of a target cannot both be met
            weight = random.random(len(demands)) * (up[self.target[demands]] == (self.sign[demands] > 0))
            met = self._met(self._run(demands, weight)[0], demands)
            demands = demands[~met]
            if met.mean() < _WORTH:
                break
        return demands

    def _load(self) -> None:
        rows = self._matrix[self._rows].tocsc()
        attack = highspy.HighsLp()
        attack.num_col_, attack.num_row_ = self._matrix.shape[1], len(self._rows)
        attack.col_cost_ = attack.col_lower_ = attack.col_upper_ = np.zeros(self._matrix.shape[1])
        attack.row_lower_ = attack.row_upper_ = np.zeros(len(self._rows))
        attack.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        attack.a_matrix_.start_, attack.a_matrix_.index_, attack.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        expect(self._attack.passModel(attack))

    def _bound(self, chosen: Floats, moves: Bools) -> None:
        stays = self.system.cells.reshape(-1).astype(float)
        share = np.where(self._own >= 0, chosen[self._own], 1.0) * moves
        columns = np.arange(len(stays), dtype=np.int32)
        expect(self._attack.changeColsBounds(len(columns), columns, -stays * share, _FAR * share))
        part, rows = chosen[self._rows], np.arange(len(self._rows), dtype=np.int32)
        lower = -self.system.values[self._rows].astype(float) * part
        expect(self._attack.changeRowsBounds(len(rows), rows, lower, _FAR * part))

    def _run(self, demands: Ints, weights: Floats) -> tuple[Floats, Floats, Floats]:
        """The furthest that the targets of some demands move, weighed: the change, the duals of cells and of rows."""
        wishes, along = np.zeros(self._matrix.shape[0]), self.sign[demands] * weights
        plus, minus = self.targets.plus[self.target[demands]], self.targets.minus[self.target[demands]]
        np.add.at(wishes, plus, along)
        np.add.at(wishes, minus[minus >= 0], -along[minus >= 0])
        columns = np.arange(self._matrix.shape[1], dtype=np.int32)
        expect(self._attack.changeColsCost(len(columns), columns, -(self._matrix.T @ wishes)))
        expect(self._attack.run(), HighsStatus.kWarning)
        if self._attack.getModelStatus() != HighsModelStatus.kOptimal:
            raise Refused(f"the solver ended with status {self._attack.getModelStatus().name}: no optimum")
        found = self._attack.getSolution()
        return np.array(found.col_value), np.array(found.col_dual), np.array(found.row_dual)

    def _met(self, change: Floats, demands: Ints) -> Bools:
        """Which of an attacker's demands a change meets that leaves alone what the attacker knows."""
        moved = np.append(self._matrix @ change, 0.0)  # the last place is that of no number
        target = self.target[demands]
        by = moved[self.targets.plus[target]] - moved[self.targets.minus[target]]
        met: Bools = self.sign[demands] * by >= self.need[demands] - _MISSED
        return met

    def _cut(self, columns: Floats, rows: Floats, moves: Bools, need: float) -> Cut:
        stays, values = self.system.cells.reshape(-1).astype(float), self.system.values.astype(float)
        own, numbers = self._own >= 0, np.zeros(len(values))
        part = np.where(columns > 0, columns * stays, -columns * _FAR) * moves
        np.add.at(numbers, self._own[own], part[own])
        numbers[self._rows] += np.where(rows > 0, rows * values[self._rows], -rows * _FAR)
        need -= float(part[~own].sum())  # of cells that no number shows: they move freely
        places = np.flatnonzero(numbers > _STILL)
        return Cut(places, np.minimum(numbers[places], need), need)


def numbers_matrix(system: System) -> Any:
    """Sparse (N, H * C): which cells each number sums."""
    sums = sp.csr_matrix(system.masks.astype(float))
    inner = sp.kron(sp.identity(len(system.blocks), format="csr"), sums, format="csr")
    several = len(system.blocks) > 1
    return sp.vstack([inner, sp.hstack([sums] * len(system.blocks))]).tocsr() if several else inner
