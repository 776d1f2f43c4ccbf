"""The program behind every attack and every repair: which other tables agree with what is shown?

Variables are changes of the true table: every inner cell may rise or fall, every number moves along. The
matrix depends on the masks and the number of blocks only, so one program serves any choice of that many
blocks; the blocks left out stay as they are, which can only make a change harder to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from highspy import HighsBasisStatus, HighsModelStatus, HighsStatus

from workbench.disclosure.matrix import change_matrix
from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.disclosure.system import System
from workbench.errors import Refused

SECONDS = 10.0  # for one integer program; then the answer is "undecided", which never counts as safe
_STAY_COST = 0.03  # of moving one stay; small beside the weights (>= 1), it keeps a change small and mostly whole
_INFINITE = highspy.kHighsInf
_FOUND = (HighsModelStatus.kOptimal, HighsModelStatus.kSolutionLimit)
_OUT_OF_TIME = (HighsModelStatus.kTimeLimit, HighsModelStatus.kIterationLimit)
_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 1, "mip_max_improving_sols": 1}


@dataclass(frozen=True)
class Question:
    """Can `plus - minus` (numbers; minus -1 = nothing) move by `amount` or more in the direction of `sign`?

    Only cells of `blocks` that are not `known` (H, C) move. Numbers that are not `hidden` stay as they are or,
    when `weights` are given, may move at that cost per stay; what an earlier release shows stays always.
    """

    blocks: tuple[int, ...]
    plus: int
    minus: int
    sign: int
    amount: int
    hidden: Bools
    known: Bools
    weights: Floats | None = None


@dataclass(frozen=True)
class Answer:
    """change: (H, C), fractions possible; None when there is none, or when the answer is not decided."""

    change: Floats | None
    decided: bool


class Program:
    """One HiGHS model for any `slots` blocks of a system."""

    def __init__(self, system: System, slots: int) -> None:
        self._system, self._slots = system, slots
        self._margin = len(system.blocks) > 1
        self._numbers = (slots + self._margin) * system.block
        self._cells = slots * system.cells.shape[1]
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            _expect(self._highs.setOptionValue(option, value))
        _expect(self._highs.passModel(self._model()))

    def ask(self, question: Question, *, whole: bool, random: np.random.Generator | None = None) -> Answer:
        """Answer a question with whole stays, or with fractions (fast); `random` leads to another vertex.

        Raises Refused when the solver reports anything but found, impossible or out of time.
        """
        self._bound(question, random)
        ends = [(self._place(question.plus, question.blocks), question.sign)]
        if question.minus >= 0:
            ends.append((self._place(question.minus, question.blocks), -question.sign))
        self._aim(ends)
        _expect(self._highs.changeRowBounds(self._numbers, float(question.amount), _INFINITE))
        try:
            return self._run(question, whole)
        finally:
            self._aim([(place, 0) for place, _ in ends])

    def _bound(self, question: Question, random: np.random.Generator | None) -> None:
        cells, numbers, view = self._cells, self._numbers, self._view(question.blocks)
        values, hidden = self._system.values[view].astype(float), question.hidden[view]
        chosen = list(question.blocks)
        moves = (self._system.free[chosen] & ~question.known[chosen]).reshape(-1)
        truth = np.where(moves, self._system.cells[chosen].reshape(-1), 0).astype(float)
        soft = (question.weights is not None) & ~self._system.settled[view]
        # A hidden number moves freely in its own column of rises; its column of falls is not needed.
        rise = np.where(hidden | soft, _INFINITE, 0.0)
        fall = np.where(hidden | ~soft, 0.0, values)
        lower = np.concatenate([np.zeros(2 * cells), np.where(hidden, -values, 0.0), np.zeros(numbers)])
        upper = np.concatenate([np.where(moves, _INFINITE, 0.0), truth, rise, fall])
        stay = np.full(2 * cells, _STAY_COST) * (1.0 if random is None else random.uniform(0.2, 3.0, 2 * cells))
        weight = np.zeros(numbers) if question.weights is None else np.where(hidden, 0.0, question.weights[view])
        columns = np.arange(len(lower), dtype=np.int32)
        _expect(self._highs.changeColsBounds(len(columns), columns, lower, upper))
        _expect(self._highs.changeColsCost(len(columns), columns, np.concatenate([stay, weight, weight])))

    def _run(self, question: Question, whole: bool) -> Answer:
        highs = self._highs
        _expect(highs.clearSolver())
        _expect(highs.setOptionValue("solve_relaxation", not whole))
        _expect(highs.setOptionValue("presolve", "choose" if whole else "off"))
        # The clock of a HiGHS instance runs on over its solves, so the limit counts from now.
        _expect(highs.setOptionValue("time_limit", highs.getRunTime() + SECONDS))
        if not whole:
            _expect(highs.setBasis(self._start(question.hidden[self._view(question.blocks)])))
        _expect(highs.run(), HighsStatus.kWarning)
        status = highs.getModelStatus()
        if status == HighsModelStatus.kInfeasible:
            return Answer(None, decided=True)
        if status in _OUT_OF_TIME:
            return Answer(None, decided=False)
        values = np.array(highs.getSolution().col_value)
        if status not in _FOUND or len(values) != 2 * (self._cells + self._numbers) or not np.isfinite(values).all():
            raise Refused(f"the solver ended with status {status.name}: nothing is published")
        change = np.zeros(self._system.cells.shape)
        moved = values[: self._cells] - values[self._cells : 2 * self._cells]
        change[list(question.blocks)] = moved.reshape(self._slots, -1)
        return Answer(change, decided=True)

    def _start(self, hidden: Bools) -> Any:
        """A basis of columns without cost: dual feasible at once, so only the question is left to repair."""
        out, basic = HighsBasisStatus.kLower, HighsBasisStatus.kBasic
        free = hidden.tolist()
        start = highspy.HighsBasis()
        start.col_status = [out] * (2 * self._cells) + [basic if on else out for on in free] + [out] * self._numbers
        start.row_status = [out if on else basic for on in free] + [basic]
        start.valid, start.alien = True, False
        return start

    def _aim(self, ends: list[tuple[int, int]]) -> None:
        for place, sign in ends:
            rise = 2 * self._cells + place
            _expect(self._highs.changeCoeff(self._numbers, rise, float(sign)))
            _expect(self._highs.changeCoeff(self._numbers, rise + self._numbers, float(-sign)))

    def _view(self, blocks: tuple[int, ...]) -> Ints:
        """The system's indices of the program's numbers."""
        chosen = [*blocks, len(self._system.blocks)] if self._margin else list(blocks)
        return (np.array(chosen)[:, None] * self._system.block + np.arange(self._system.block)).reshape(-1)

    def _place(self, number: int, blocks: tuple[int, ...]) -> int:
        """The program's index of a number of the system."""
        block, rest = divmod(number, self._system.block)
        slot = blocks.index(block) if block < len(self._system.blocks) else self._slots
        return slot * self._system.block + rest

    def _model(self) -> Any:
        matrix = change_matrix(self._system, self._slots)
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.row_lower_ = model.row_upper_ = np.zeros(matrix.shape[0])
        model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(matrix.shape[1])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        whole, any_value = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        model.integrality_ = [whole] * (2 * self._cells) + [any_value] * (2 * self._numbers)
        return model


def _expect(status: HighsStatus, *also: HighsStatus) -> None:
    if status not in (HighsStatus.kOk, *also):
        raise Refused(f"the solver refused an instruction ({status.name}): nothing is published")
