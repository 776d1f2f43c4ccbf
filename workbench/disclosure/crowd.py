"""One table for many demands at once: among all that agree with what is shown, one that lies far from the truth.

An integer program over everything an attacker does not know, with random weights on the demands still open and for each
target a side by chance. A dozen such tables meet nearly all demands of an attacker; for what stays open the audit asks
one demand at a time. Not found proves nothing here.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsStatus

from workbench.disclosure.attack import Attack
from workbench.disclosure.choice import expect, highs_of
from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.disclosure.separate import numbers_matrix
from workbench.errors import Refused

_MANY = 8  # open demands of one attacker; fewer are quicker one by one
_FURTHER = 3  # stays beyond the farthest demand that a cell may move: more only makes the search harder
_VAIN = 2  # tables in a row that met nothing new
_SEED = 20284  # fixed, so that the same table gives the same release
_NODES, _SECONDS = 200, 10.0
_STOPPED = (HighsModelStatus.kSolutionLimit, HighsModelStatus.kTimeLimit, HighsModelStatus.kIterationLimit)


class Crowd:
    """Offers tables to the coverage of an attack for one set of withheld numbers, hidden (N,)."""

    def __init__(self, attack: Attack, hidden: Bools) -> None:
        self._attack, self._hidden = attack, hidden
        self._system, self._targets = attack.system, attack.targets
        self._matrix = numbers_matrix(self._system)
        rest = self._matrix[np.flatnonzero(~hidden)]
        lone = np.asarray(rest.getnnz(axis=1)).ravel() == 1
        self._moves = self._system.free.reshape(-1).copy()
        self._moves[rest[np.flatnonzero(lone)].indices] = False
        self._shown = rest[np.flatnonzero(~lone)]
        self._random = np.random.default_rng(_SEED)

    def meet(self, attacker: int) -> None:
        """Meet as many open demands of one attacker as tables with random weights do."""
        vain, program, columns = 0, None, self._columns(attacker)
        while vain < _VAIN and len(columns):
            found = self._attack.coverage.open()[:, attacker]
            if found.sum() < _MANY:
                return
            program = program or _Program(columns, self._shown, self._cells(), self._far(attacker))
            change = program.furthest(self._matrix.T @ self._wishes(found))
            met = change is not None and self._attack.accept(change.reshape(self._system.cells.shape), self._hidden)
            vain = 0 if met else vain + 1

    def _columns(self, attacker: int) -> Ints:
        found: Ints = np.flatnonzero(self._moves & ~self._targets.known[attacker])
        return found

    def _cells(self) -> Ints:
        return self._system.cells.reshape(-1)

    def _far(self, attacker: int) -> int:
        on = self._targets.active[attacker]
        values = self._targets.values_of(self._system.values)[on]
        low, high = values - self._targets.low[attacker, on], self._targets.high[attacker, on] - values
        return int(max(low.max(), high.max())) + _FURTHER

    def _wishes(self, found: Bools) -> Floats:
        """(N,) weights, of numbers, for open demands found (2, T): one side of each target."""
        up = self._random.random(found.shape[1]) < 0.5
        weight = np.where(found[1] & (up | ~found[0]), 1.0, np.where(found[0], -1.0, 0.0))
        weight *= self._random.random(len(weight))
        wishes: Floats = np.zeros(len(self._system.values))
        np.add.at(wishes, self._targets.plus, weight)
        inner = self._targets.minus >= 0
        np.add.at(wishes, self._targets.minus[inner], -weight[inner])
        return wishes


class _Program:
    """cells that move; shown: (rows, cells) sums that stay; truth (cells,); far: how much one may move."""

    def __init__(self, columns: Ints, shown: Any, truth: Ints, far: int) -> None:
        self._columns, self._size = columns, len(truth)
        rows = shown[:, columns]
        rows = rows[np.asarray(rows.getnnz(axis=1)).ravel() > 0].tocsc()
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = rows.shape
        model.col_cost_ = np.zeros(len(columns))
        model.col_lower_, model.col_upper_ = -np.minimum(truth[columns], far).astype(float), np.full(len(columns), far)
        model.row_lower_ = model.row_upper_ = np.zeros(rows.shape[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
        self._highs = highs_of({"mip_rel_gap": 0.2, "mip_max_nodes": _NODES})
        expect(self._highs.passModel(model))

    def furthest(self, wishes: Floats) -> Floats | None:
        """(H * C,) a change that goes far in the direction of the wishes (H * C,); None when none was found in time.

        Raises Refused when the solver reports anything but found or out of time.
        """
        places = np.arange(len(self._columns), dtype=np.int32)
        expect(self._highs.clearSolver())
        expect(self._highs.changeColsCost(len(places), places, -wishes[self._columns]))
        expect(self._highs.setOptionValue("time_limit", self._highs.getRunTime() + _SECONDS))
        expect(self._highs.run(), HighsStatus.kWarning)
        status = self._highs.getModelStatus()
        if status != HighsModelStatus.kOptimal and status not in _STOPPED:
            raise Refused(f"the solver ended with status {status.name}: nothing is published")
        values = np.array(self._highs.getSolution().col_value)
        if len(values) != len(self._columns) or not np.isfinite(values).all():
            return None
        change: Floats = np.zeros(self._size)
        change[self._columns] = values
        return change
