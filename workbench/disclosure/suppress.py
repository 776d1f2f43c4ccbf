"""Choose what else to withhold, so that every demand has a witness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workbench.disclosure.attack import Attack, Search
from workbench.disclosure.coverage import Coverage
from workbench.disclosure.rows import Bools, Floats
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System

Progress = Callable[[str, int, int], None]  # stage, done, total

SLOTS = 4  # hospitals that may move in one search; every further one costs time
_WIDE = 8  # tried too when the narrow search would withhold a total of all hospitals
_DEAR = 10.0  # a total of all hospitals is all that the public report shows
_NOTICEABLE = 1e-6
_MOST_NEW = 12  # searches spent on showing one number again


class Suppression:
    """`hidden` grows from the small numbers to what protects them; `attack.coverage` holds the witnesses."""

    def __init__(self, system: System, targets: Targets, primary: Bools) -> None:
        self.system, self.targets, self.primary = system, targets, primary
        self.hidden = primary.copy()
        self.weights = weights(system)
        self.attack = Attack(system, targets, Coverage(system, targets))

    def withhold(self, progress: Progress) -> None:
        """For every demand, withhold the numbers moved by the cheapest change that meets it.

        A demand for which no search succeeds stays open: the audit decides what that means.
        """
        values = self.targets.values_of(self.system.values)
        order = np.argsort(-values, kind="stable").tolist()
        for done, target in enumerate(order, start=1):
            for side in (1, 0):
                self.attack.meet(side, target, self._withholding(side, target))
            progress("withholding", done, len(order))

    def _withholding(self, side: int, target: int) -> Search:
        def search(still: Sequence[int], amount: int) -> bool:
            hospitals = self.attack.movable(target, still, self.hidden)
            cheapest = self._cheapest(side, target, amount, hospitals)
            return cheapest is not None and self._withhold_for(side, target, amount, hospitals, cheapest)

        return search

    def _cheapest(self, side: int, target: int, amount: int, hospitals: tuple[int, ...]) -> Floats | None:
        """A change that meets the demand; narrow searches come first, and do when they spare the totals of ALL."""
        best, least = None, np.inf
        for chosen in dict.fromkeys((hospitals[:SLOTS], hospitals[:_WIDE], hospitals)):
            if not chosen or (best is not None and len(chosen) > _WIDE):
                break
            change = self.attack.ask(side, target, amount, chosen, self.hidden, weights=self.weights).change
            if change is None:
                continue
            new = self.system.moved_by(change, _NOTICEABLE) & ~self.hidden
            if self.weights[new].sum() < least:
                best, least = change, self.weights[new].sum()
            if not new[-self.system.block :].any():
                break
        return best

    def _withhold_for(self, side: int, target: int, amount: int, hospitals: tuple[int, ...], cheapest: Floats) -> bool:
        attack = self.attack
        self.hidden |= self.system.moved_by(cheapest, _NOTICEABLE)
        if attack.accept(cheapest, self.hidden):
            return True
        moved = np.abs(cheapest).max(axis=(1, 2)) > _NOTICEABLE
        near = tuple(sorted(hospitals, key=lambda hospital: not moved[hospital])[: max(SLOTS, moved.sum())])
        if attack.find_other(side, target, amount, near, self.hidden):
            return True
        for price in (None, self.weights):
            whole = attack.ask(side, target, amount, near, self.hidden, weights=price, whole=True).change
            if whole is not None:
                self.hidden |= self.system.moved_by(np.rint(whole), 0.5)
                return attack.accept(whole, self.hidden)
        return False

    def show_again(self, progress: Progress) -> None:
        """Clean up: show secondaries again, dearest first, where all demands can still be met."""
        secondary = np.flatnonzero(self.hidden & ~self.primary)
        order = secondary[np.argsort(-self.weights[secondary], kind="stable")].tolist()
        for done, number in enumerate(order, start=1):
            hidden, coverage = self.hidden, self.attack.coverage
            self.hidden = hidden.copy()
            self.hidden[number] = False
            self.attack.coverage = coverage.without(coverage.moving(number))
            if not self._still_met():
                self.hidden, self.attack.coverage = hidden, coverage
            progress("showing again", done, len(order))

    def _still_met(self) -> bool:
        sides, _, targets = np.nonzero(self.attack.coverage.open())
        demands = sorted(set(zip(sides.tolist(), targets.tolist(), strict=True)))
        return len(demands) <= _MOST_NEW and all(self._meet_again(side, target) for side, target in demands)

    def _meet_again(self, side: int, target: int) -> bool:
        def search(still: Sequence[int], amount: int) -> bool:
            hospitals = self.attack.movable(target, still, self.hidden)[:SLOTS]
            return bool(hospitals) and self.attack.find(side, target, amount, hospitals, self.hidden)

        return self.attack.meet(side, target, search)


def weights(system: System) -> Floats:
    """(N,) what withholding a number costs: more for large numbers and margins, most for totals of ALL."""
    hospitals, years, _ = system.shape
    inner = np.broadcast_to(system.masks.sum(axis=1), system.shape).astype(float)
    dear = np.ones(system.shape)
    if hospitals > len(system.hospitals):
        inner[-1] *= len(system.hospitals)
        dear[-1] = _DEAR
    if years > len(system.years):
        inner[:, -1] *= len(system.years)
    result: Floats = dear.reshape(-1) * (1.0 + np.log1p(system.values) + 0.5 * np.log1p(inner.reshape(-1)))
    return result
