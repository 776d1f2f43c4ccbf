"""The cheapest set of numbers to withhold, proven, by Benders' method.

After Fischetti and Salazar, Management Science 47 (2001).

To the end it takes seconds to hours: a yardstick. After a few rounds it is the start of every suppression. It knows
the outsider only. Demands are met by fractions here; a set that needs whole stays can only cost more, so the optimum is
a bound for both.

The master problem chooses numbers to withhold. Given a choice, one linear program per demand says how far the
attacker must consider the target movable; where that is not far enough, its dual is a cut: withhold more of these.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from highspy import HighsModelStatus, HighsStatus

from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System
from workbench.errors import Refused

_FAR = 1000.0  # no demand needs a number to rise by more; cuts are capped, so a large figure costs nothing
_MISSED = 1e-4
_ROUNDS = 200
_GAP = 1e-6


@dataclass(frozen=True)
class Best:
    """hidden: (N,); cost and number of secondaries; whether nothing cheaper exists; cuts that were needed."""

    hidden: Bools
    cost: float
    secondary: int
    proven: bool
    cuts: int


def _silent(words: str) -> None:
    return None


class Exact:
    """The problem of one system against the outsider. Raises Refused when the solver fails."""

    def __init__(self, system: System, targets: Targets, primary: Bools, weights: Floats) -> None:
        self.system, self.targets = system, targets
        self.fixed = primary | ~system.named
        self.weights = np.where(self.fixed, 0.0, weights)
        values = targets.values_of(system.values)
        self._demands = [
            (t, sign, float(need))
            for t in np.flatnonzero(targets.active[0])
            for sign, need in ((1, targets.high[0, t] - values[t]), (-1, values[t] - targets.low[0, t]))
            if need > 0
        ]
        sums = sp.csr_matrix(system.masks.astype(float))
        inner = sp.kron(sp.identity(len(system.blocks), format="csr"), sums, format="csr")
        several = len(system.blocks) > 1
        self._matrix = sp.vstack([inner, sp.hstack([sums] * len(system.blocks))]).tocsr() if several else inner
        # A number of one cell is a bound of that cell, not a row.
        lone = np.asarray(self._matrix.getnnz(axis=1)).ravel() == 1
        self._own = np.full(self._matrix.shape[1], -1)
        for number in np.flatnonzero(lone)[::-1]:
            self._own[self._matrix.indices[self._matrix.indptr[number]]] = number
        self._rows = np.flatnonzero(~np.isin(np.arange(len(lone)), self._own))
        self._attack = _highs()
        self._master = _highs()
        self._cuts = 0
        self._load()

    def solve(
        self,
        tell: Callable[[str], None] = _silent,
        seconds: float = 3600.0,
        rounds: tuple[int, int] = (_ROUNDS, _ROUNDS),
    ) -> Best:
        """Cut the relaxed master first, then the whole one.

        rounds: at most so many of each; `proven` is False when they, or the time, did not suffice. What is chosen then
        is still a good start for whoever repairs it.
        """
        ends = time.monotonic() + seconds
        chosen, proven = self.fixed.astype(float), False
        for relaxed, most in ((True, rounds[0]), (False, rounds[1])):
            for done in range(1, most + 1):
                chosen, sure = self._choose(relaxed, max(ends - time.monotonic(), 1.0))
                missed = self._separate(chosen)
                tell(f"{'relaxed' if relaxed else 'whole'} {done}: bound {self.weights @ chosen:.2f}, {missed} missed")
                proven = sure and not missed and not relaxed
                if not missed or time.monotonic() > ends:
                    break
        hidden: Bools = (chosen > 0.5) | self.fixed
        secondary = int((hidden & ~self.fixed).sum())
        return Best(hidden, float(self.weights @ hidden), secondary, proven, self._cuts)

    def _load(self) -> None:
        numbers, cells = len(self.weights), self._matrix.shape[1]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = numbers, 0
        model.col_cost_ = self.weights
        model.col_lower_, model.col_upper_ = self.fixed.astype(float), np.ones(numbers)
        model.row_lower_ = model.row_upper_ = np.zeros(0)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.zeros(1, dtype=np.int32)
        model.integrality_ = [highspy.HighsVarType.kInteger] * numbers
        _expect(self._master.passModel(model))
        rows = self._matrix[self._rows].tocsc()
        attack = highspy.HighsLp()
        attack.num_col_, attack.num_row_ = cells, len(self._rows)
        attack.col_cost_ = attack.col_lower_ = attack.col_upper_ = np.zeros(cells)
        attack.row_lower_ = attack.row_upper_ = np.zeros(len(self._rows))
        attack.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        attack.a_matrix_.start_, attack.a_matrix_.index_, attack.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        _expect(self._attack.passModel(attack))
        # Only the objective changes from demand to demand, so the basis stays feasible for the primal simplex.
        _expect(self._attack.setOptionValue("simplex_strategy", 4))
        _expect(self._attack.setOptionValue("presolve", "off"))

    def _choose(self, relaxed: bool, seconds: float) -> tuple[Floats, bool]:
        master = self._master
        _expect(master.setOptionValue("solve_relaxation", relaxed))
        _expect(master.setOptionValue("mip_rel_gap", _GAP))
        _expect(master.setOptionValue("time_limit", master.getRunTime() + seconds))
        _expect(master.run(), HighsStatus.kWarning)
        status = master.getModelStatus()
        if status not in (HighsModelStatus.kOptimal, HighsModelStatus.kTimeLimit):
            raise Refused(f"the solver ended with status {status.name}: no optimum")
        values = np.array(master.getSolution().col_value)
        return np.clip(values, 0, 1), status == HighsModelStatus.kOptimal

    def _separate(self, chosen: Floats) -> int:
        """Add a cut for every demand that this choice does not meet; returns how many."""
        system, attack = self.system, self._attack
        stays = system.cells.reshape(-1).astype(float)
        free = system.free.reshape(-1)
        share = np.where(self._own >= 0, chosen[self._own], 1.0) * free
        columns = np.arange(len(stays), dtype=np.int32)
        _expect(attack.changeColsBounds(len(columns), columns, -stays * share, _FAR * share))
        values = system.values.astype(float)
        for place, number in enumerate(self._rows.tolist()):
            _expect(attack.changeRowBounds(place, -values[number] * chosen[number], _FAR * chosen[number]))
        met = np.zeros(len(self._demands), dtype=bool)
        plus, minus = self.targets.plus, self.targets.minus
        aims = np.array([sign for _, sign, _ in self._demands], dtype=float)
        needs = np.array([need for _, _, need in self._demands])
        which = np.array([target for target, _, _ in self._demands], dtype=np.int64)
        missed = 0
        for place, (target, sign, need) in enumerate(self._demands):
            if met[place]:
                continue
            aim = self._row(int(plus[target])) - (self._row(int(minus[target])) if minus[target] >= 0 else 0.0)
            _expect(attack.changeColsCost(len(columns), columns, -sign * aim))
            _expect(attack.run(), HighsStatus.kWarning)
            if attack.getModelStatus() != HighsModelStatus.kOptimal:
                raise Refused(f"the solver ended with status {attack.getModelStatus().name}: no optimum")
            found = attack.getSolution()
            moved = self._matrix @ np.array(found.col_value)
            by = moved[plus[which]] - np.where(minus[which] >= 0, moved[minus[which]], 0.0)
            met |= aims * by >= needs - _MISSED
            if not met[place]:
                self._cut(np.array(found.col_dual), np.array(found.row_dual), stays, values, need)
                missed += 1
        return missed

    def _cut(self, columns: Floats, rows: Floats, stays: Floats, values: Floats, need: float) -> None:
        own, numbers = self._own >= 0, np.zeros(len(values))
        part = np.where(columns > 0, columns * stays, -columns * _FAR)
        np.add.at(numbers, self._own[own], part[own])
        numbers[self._rows] += np.where(rows > 0, rows * values[self._rows], -rows * _FAR)
        need -= float(part[~own].sum())  # of cells that no number shows: they move freely
        numbers = np.minimum(np.where(numbers > 1e-9, numbers, 0.0), need)
        need -= float(numbers[self.fixed].sum())
        used = np.flatnonzero((numbers > 0) & ~self.fixed).astype(np.int32)
        if need > 0:
            terms = np.minimum(numbers[used], need)
            _expect(self._master.addRow(need, highspy.kHighsInf, len(used), used, terms))
            self._cuts += 1

    def _row(self, number: int) -> Floats:
        row: Floats = np.zeros(self._matrix.shape[1])
        ends: Ints = self._matrix.indptr[number : number + 2]
        row[self._matrix.indices[ends[0] : ends[1]]] = 1.0
        return row


def _highs() -> Any:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {"output_flag": False, "threads": 1, "random_seed": 1}.items():
        _expect(highs.setOptionValue(option, value))
    return highs


def _expect(status: HighsStatus, *also: HighsStatus) -> None:
    if status not in (HighsStatus.kOk, *also):
        raise Refused(f"the solver refused an instruction ({status.name})")
