"""The master problem of the exact method: which numbers to withhold, given what the attacks have taught so far."""

from __future__ import annotations

from typing import Any, NamedTuple

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsStatus

from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.errors import Refused

_SMALL_GAP = 1e-6


class Cut(NamedTuple):
    """`terms` over the numbers at `places` must sum to `need` or more: withhold more of these."""

    places: Ints
    terms: Floats
    need: float


class Choice:
    """weights, fixed, never: (N,) what withholding costs, what is withheld anyhow, what cannot be withheld."""

    def __init__(self, weights: Floats, fixed: Bools, never: Bools) -> None:
        self._fixed, self.cuts = fixed, 0
        self._master = highs_of({"mip_rel_gap": _SMALL_GAP})
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(weights), 0
        model.col_cost_ = np.where(fixed, 0.0, weights)
        model.col_lower_ = fixed.astype(np.float64)
        model.col_upper_ = np.where(never & ~fixed, 0.0, 1.0)
        model.row_lower_ = model.row_upper_ = np.zeros(0)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.zeros(1, dtype=np.int32)
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(weights)
        expect(self._master.passModel(model))

    def add(self, cut: Cut) -> None:
        """Learn from an attack; a cut that says nothing is left out."""
        need = cut.need - float(cut.terms[self._fixed[cut.places]].sum())
        used = (cut.terms > 0) & ~self._fixed[cut.places]
        if need > 0:
            places, terms = cut.places[used].astype(np.int32), np.minimum(cut.terms[used], need)
            expect(self._master.addRow(need, highspy.kHighsInf, len(places), places, terms))
            self.cuts += 1

    def keep(self, chosen: Bools) -> None:
        """From now on these (N,) are withheld."""
        places = np.flatnonzero(chosen).astype(np.int32)
        ones = np.ones(len(places))
        expect(self._master.changeColsBounds(len(places), places, ones, ones))

    def best(self, *, relaxed: bool, seconds: float, gap: float) -> tuple[Floats, bool]:
        """(N,) the cheapest choice, fractions allowed when relaxed; and whether nothing cheaper exists."""
        master = self._master
        expect(master.setOptionValue("solve_relaxation", relaxed))
        expect(master.setOptionValue("mip_rel_gap", gap))
        expect(master.setOptionValue("time_limit", master.getRunTime() + seconds))
        expect(master.run(), HighsStatus.kWarning)
        status = master.getModelStatus()
        if status not in (HighsModelStatus.kOptimal, HighsModelStatus.kTimeLimit):
            raise Refused(f"the solver ended with status {status.name}: no optimum")
        values = np.array(master.getSolution().col_value)
        if len(values) != len(self._fixed):
            raise Refused("the solver found no choice in time: no optimum")
        return np.clip(values, 0, 1), status == HighsModelStatus.kOptimal and gap <= _SMALL_GAP


def highs_of(options: dict[str, Any]) -> Any:
    """A solver that answers the same every time."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {"output_flag": False, "threads": 1, "random_seed": 1, **options}.items():
        expect(highs.setOptionValue(option, value))
    return highs


def expect(status: HighsStatus, *also: HighsStatus) -> None:
    """Raise Refused unless the solver took the instruction."""
    if status not in (HighsStatus.kOk, *also):
        raise Refused(f"the solver refused an instruction ({status.name})")
