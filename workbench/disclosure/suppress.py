"""Choose what else to withhold, so that every demand has a witness."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from workbench.disclosure.attack import Attack, Search
from workbench.disclosure.coverage import Coverage
from workbench.disclosure.crowd import Crowd
from workbench.disclosure.exact import Exact
from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System

Progress = Callable[[str, int, int], None]  # stage, done, total

SLOTS = 4  # blocks that may move in one search; every further one costs time
_WIDEST = 12  # tried to show a number again
_WIDE = 8  # tried too when the narrow search would withhold a total of all blocks
_DEAR = 10.0  # a total of all hospitals is all that the public report shows
_NOTICEABLE = 1e-6
_ROUNDS = 60  # of a plan, for the eye: usual for thousands of numbers
_MOST_NEW = 12  # searches spent on showing one number again


class Suppression:
    """`hidden` grows from the small numbers to what protects them; `attack.coverage` holds the witnesses.

    What an earlier release withheld starts withheld, what one showed stays shown.
    """

    def __init__(self, system: System, targets: Targets, primary: Bools, dear: float = _DEAR) -> None:
        self.system, self.targets = system, targets
        self.forced = ((primary | (system.earlier & ~_new(system))) & ~system.settled) | ~system.named
        self.hidden = self.forced | (system.earlier & ~system.settled)
        self.weights = weights(system, dear)
        self.planned = False
        self.attack = Attack(system, targets, Coverage(system, targets))

    def plan(self, progress: Progress) -> None:
        """Start from the choice of the exact method; what it leaves open, whole stays above all, is withheld after it.

        It weighs all demands together, which one demand after another cannot. Of the insiders only those demands are
        weighed that no table meets once the outsider's are: hardly any, and programs for the others take minutes.
        """
        exact = Exact(self.system, self.targets, self.hidden, self.weights)
        best = exact.plan(_counted(progress, "planning"))
        self.hidden |= best.hidden & ~self.system.settled
        self.planned = True
        if len(self.targets.attackers) > 1:
            Crowd(self.attack, self.hidden).meet_all(progress)
            more = exact.more(self.hidden, self.attack.coverage.open(), _counted(progress, "planning for insiders"))
            self.hidden |= more.hidden & ~self.system.settled

    def withhold(self, progress: Progress) -> None:
        """For every demand, withhold the numbers moved by the cheapest change that meets it.

        A demand for which no search succeeds stays open: the audit decides what that means.
        """
        if self.planned:
            Crowd(self.attack, self.hidden).meet_all(progress)
        values = self.targets.values_of(self.system.values)
        order = np.argsort(-values, kind="stable").tolist()
        for done, target in enumerate(order, start=1):
            for side in (1, 0):
                self.attack.meet(side, target, self._withholding(side, target, self.planned), together=not self.planned)
            progress("withholding", done, len(order))

    def _withholding(self, side: int, target: int, planned: bool) -> Search:
        """With a plan most demands can be met by what is withheld already: that is tried first."""

        def search(known: Bools, amount: int) -> bool:
            blocks = self.attack.movable(target, known, self.hidden)
            if planned and self._found(side, target, amount, blocks, known):
                return True
            cheapest = self._cheapest(side, target, amount, blocks, known)
            return cheapest is not None and self._withhold_for(side, target, amount, blocks, known, cheapest)

        return search

    def _cheapest(self, side: int, target: int, amount: int, blocks: tuple[int, ...], known: Bools) -> Floats | None:
        """A change that meets the demand; narrow searches come first, and do when they spare the totals."""
        best, least = None, np.inf
        for chosen in dict.fromkeys((blocks[:SLOTS], blocks[:_WIDE], blocks)):
            if not chosen or (best is not None and len(chosen) > _WIDE):
                break
            change = self.attack.ask(side, target, amount, chosen, self.hidden, known, weights=self.weights).change
            if change is None:
                continue
            new = self.system.moved_by(change, _NOTICEABLE) & ~self.hidden
            if self.weights[new].sum() < least:
                best, least = change, self.weights[new].sum()
            if not new[-self.system.block :].any():
                break
        return best

    def _withhold_for(
        self, side: int, target: int, amount: int, blocks: tuple[int, ...], known: Bools, cheapest: Floats
    ) -> bool:
        attack = self.attack
        self.hidden |= self.system.moved_by(cheapest, _NOTICEABLE)
        if attack.accept(cheapest, self.hidden):
            return True
        moved = np.abs(cheapest).max(axis=1) > _NOTICEABLE
        near = tuple(sorted(blocks, key=lambda block: not moved[block])[: max(SLOTS, moved.sum())])
        if attack.find_other(side, target, amount, near, self.hidden, known):
            return True
        for price in (None, self.weights):
            whole = attack.ask(side, target, amount, near, self.hidden, known, weights=price, whole=True).change
            if whole is not None:
                self.hidden |= self.system.moved_by(np.rint(whole), 0.5)
                return attack.accept(whole, self.hidden)
        return False

    def show_again(self, progress: Progress) -> None:
        """Clean up: show secondaries again, dearest first, where all demands can still be met."""
        self._spare(np.flatnonzero(self.hidden & ~self.forced), progress)

    def _spare(self, secondary: Ints, progress: Progress) -> None:
        order = secondary[np.argsort(-self.weights[secondary], kind="stable")].tolist()
        for done, number in enumerate(order, start=1):
            hidden, coverage = self.hidden, self.attack.coverage
            self.hidden = hidden.copy()
            self.hidden[number] = False
            self.attack.coverage = coverage.without(hidden & ~self.hidden)
            if not self._still_met():
                self.hidden, self.attack.coverage = hidden, coverage
            progress("showing again", done, len(order))

    def cost(self) -> float:
        """What the secondaries cost together."""
        return float(self.weights[self.hidden & ~self.forced].sum())

    def _still_met(self) -> bool:
        sides, _, targets = np.nonzero(self.attack.coverage.open())
        demands = sorted(set(zip(sides.tolist(), targets.tolist(), strict=True)))
        return len(demands) <= _MOST_NEW and all(self._meet_again(side, target) for side, target in demands)

    def _meet_again(self, side: int, target: int) -> bool:
        def search(known: Bools, amount: int) -> bool:
            blocks = self.attack.movable(target, known, self.hidden)
            return self._found(side, target, amount, blocks[:_WIDEST], known)

        return self.attack.meet(side, target, search)

    def _found(self, side: int, target: int, amount: int, blocks: tuple[int, ...], known: Bools) -> bool:
        """A witness without withholding more: few blocks first, because those are quick and serve most insiders."""
        for chosen in dict.fromkeys((blocks[:SLOTS], blocks[:_WIDE], blocks)):
            if chosen and self.attack.find(side, target, amount, chosen, self.hidden, known):
                return True
        return False


def _counted(progress: Progress, stage: str) -> Callable[[str], None]:
    count = itertools.count(1)
    return lambda words: progress(stage, min(next(count), _ROUNDS), _ROUNDS)


def _new(system: System) -> Bools:
    """(N,) numbers that the release being made could show."""
    found = np.zeros(len(system.values), dtype=bool)
    found[system.number[[not key.release for key in system.shown]]] = True
    return found


def weights(system: System, dear: float) -> Floats:
    """(N,) what withholding a number costs: more for large numbers and margins, `dear` times for totals."""
    blocks = len(system.blocks)
    inner = np.broadcast_to(system.masks.sum(axis=1), system.shape).astype(float)
    factor = np.ones(system.shape)
    if blocks > 1:
        inner[-1] *= blocks
        factor[-1] = dear
    result: Floats = factor.reshape(-1) * (1.0 + np.log1p(system.values) + 0.5 * np.log1p(inner.reshape(-1)))
    return result


def _silent(stage: str, done: int, total: int) -> None:
    return None
