"""One table for many demands at once: among all that agree with what is shown, one that lies far from the truth.

An integer program over everything an attacker does not know, with random weights on the demands still open and for each
target a side by chance. A dozen such tables meet nearly all demands of an attacker; for what stays open the audit asks
one demand at a time. Not found proves nothing here.

Where many attack, a table in which only some blocks move serves everybody who knows none of those, so the blocks are
dealt out in small hands first: thirty hospitals then cost little more than one outsider.
"""

from __future__ import annotations

from collections.abc import Callable
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
_REST = 0.05  # of all demands, when hands have been dealt: what is left then is hard, and quicker one by one too
_FURTHER = 3  # stays beyond the farthest demand that a cell may move: more only makes the search harder
_VAIN = 2  # tables in a row that met nothing new
_SEED = 20284  # fixed, so that the same table gives the same release
_NODES, _SECONDS = 200, 10.0
_HANDS = (4, 8, 16)  # blocks that move together when many attack
_WORTH = 0.1  # of the open demands that a deal must meet for the blocks to be dealt again
Tell = Callable[[str, int, int], None]  # stage, done, total
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

    def meet_all(self, tell: Tell) -> None:
        """Meet as many open demands of all attackers as tables with random weights do."""
        names, few, every = self._targets.attackers, _MANY, self._open()
        if len(names) > 1 and self._deal(tell):
            few = max(_MANY, int(_REST * every / len(names)))
        for attacker, name in enumerate(names):
            tell(f"witnesses against {name}", attacker, len(names))
            self._meet(self._moves & ~self._targets.known[attacker], np.array([attacker]), few)

    def _deal(self, tell: Tell) -> bool:
        """Deal the blocks out in hands by chance, again as long as it helps; then in larger hands. False: too few."""
        count, width = self._system.cells.shape
        left = every = self._open()
        for size in _HANDS:
            before = np.inf
            while size < count and left and left < before * (1 - _WORTH):
                tell("witnesses against all", every - left, every)
                for hand in np.array_split(self._random.permutation(count), -(-count // size)):
                    moves = self._moves & np.repeat(np.isin(np.arange(count), hand), width)
                    self._meet(moves, np.flatnonzero(~(self._targets.known & moves).any(axis=1)), 1)
                before, left = left, self._open()
        return bool(count > min(_HANDS))

    def _open(self) -> int:
        return int(self._attack.coverage.open().sum())

    def _meet(self, moves: Bools, attackers: Ints, few: int) -> None:
        """Tables in which only some cells (H * C,) move, until fewer than so many demands of the attackers are left."""
        columns, program, vain = np.flatnonzero(moves), None, 0
        if not len(columns):
            return
        moved = np.append(np.asarray((self._matrix[:, columns]).getnnz(axis=1)).ravel() > 0, False)
        near = moved[self._targets.plus] | moved[self._targets.minus]
        while vain < _VAIN:
            found = self._attack.coverage.open()[:, attackers].any(axis=1) & near
            if found.sum() < few:
                return
            program = program or _Program(columns, self._shown, self._cells(), self._far(attackers))
            change = program.furthest(self._matrix.T @ self._wishes(found))
            met = change is not None and self._attack.accept(change.reshape(self._system.cells.shape), self._hidden)
            vain = 0 if met else vain + 1

    def _cells(self) -> Ints:
        return self._system.cells.reshape(-1)

    def _far(self, attackers: Ints) -> int:
        values = self._targets.values_of(self._system.values)
        low, high = values - self._targets.low[attackers], self._targets.high[attackers] - values
        return int(np.maximum(low, high)[self._targets.active[attackers]].max()) + _FURTHER

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
