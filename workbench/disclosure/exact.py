"""The cheapest set of numbers to withhold, proven, by Benders' method.

After Fischetti and Salazar, Management Science 47 (2001).

To the end it takes seconds to hours: a yardstick. After a few rounds it is the start of every suppression. Demands
are met by fractions here; a set that needs whole stays can only cost more, so the optimum is a bound for both.

The master problem (`choice.py`) chooses numbers to withhold. Given a choice, one linear program per demand says how far
the attacker must consider the target movable (`separate.py`); where that is not far enough, its dual is a cut: withhold
more of these. Demands that failed last are asked first: the others are asked again only when those are met.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.choice import Choice
from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.disclosure.rules import Targets
from workbench.disclosure.separate import Separation
from workbench.disclosure.system import System

_ROUNDS = 1000
_GAP, _NEAR = 1e-6, 0.005  # of the optimum, and of a plan
_WHOLE_ROUNDS = 10


@dataclass(frozen=True)
class Best:
    """hidden: (N,); cost and number of secondaries; whether nothing cheaper exists; cuts that were needed.

    bound: no choice costs less, whether the search came to its end or not; 0 when nobody proved any.
    """

    hidden: Bools
    cost: float
    secondary: int
    proven: bool
    cuts: int
    bound: float


def _silent(words: str) -> None:
    return None


class Exact:
    """The problem of one system against all its attackers. Raises Refused when the solver fails."""

    def __init__(self, system: System, targets: Targets, primary: Bools, weights: Floats) -> None:
        self.fixed = primary | ~system.named
        self.weights = np.where(self.fixed, 0.0, weights)
        self._attacks = Separation(system, targets)
        self._choice = Choice(self.weights, self.fixed, system.settled)
        self._every: Ints = np.arange(len(self._attacks.need))
        self._ever = np.zeros(len(self._every), dtype=bool)  # missed at least once
        if system.settled.any():  # what an earlier release shows may make a demand impossible: the audit's business
            lost = [demand for demand, _ in self._attacks.missed((~system.settled).astype(float), self._every)]
            self._every = np.setdiff1d(self._every, lost)

    def solve(self, tell: Callable[[str], None] = _silent, seconds: float = 3600.0) -> Best:
        """Cut the relaxed master first, then the whole one, until nothing is missed: the optimum, if time suffices."""
        ends = time.monotonic() + seconds
        chosen, proven, bound = self.fixed.astype(float), False, 0.0
        for relaxed in (True, False):
            missed = self._outsiders()
            for done in range(1, _ROUNDS):
                chosen, sure = self._choice.best(relaxed=relaxed, seconds=max(ends - time.monotonic(), 1.0), gap=_GAP)
                bound = max(bound, float(self.weights @ chosen)) if sure else bound
                missed = self._learn(chosen, missed, self._every)
                self._tell(tell, relaxed, done, chosen, missed)
                proven = sure and not relaxed and not len(missed)
                if not len(missed) or time.monotonic() > ends:
                    break
        return self._best(chosen, proven, bound)

    def plan(self, tell: Callable[[str], None] = _silent, seconds: float = 600.0) -> Best:
        """A choice within a percent or so of the optimum, in a fraction of the time; a few demands may be missed.

        It is that of the outsider; `more` adds what insiders need beside it, which is little. The relaxed master is cut
        until asking everybody again adds little; then some rounds of whole choices, in which only demands that were
        missed before are asked.
        """
        ends = time.monotonic() + seconds
        missed, asked = self._outsiders(), 0.0
        for done in range(1, _ROUNDS):
            chosen, _ = self._choice.best(relaxed=True, seconds=max(ends - time.monotonic(), 1.0), gap=_NEAR)
            missed = self._learn(chosen, missed)
            if not len(missed):
                missed, before, asked = self._learn(chosen, self._outsiders()), asked, float(self.weights @ chosen)
                if asked <= before * (1 + _NEAR):
                    break
            self._tell(tell, True, done, chosen, missed)
            if not len(missed) or time.monotonic() > ends:
                break
        for done in range(1, _WHOLE_ROUNDS):
            chosen, _ = self._choice.best(relaxed=False, seconds=max(ends - time.monotonic(), 1.0), gap=_NEAR)
            missed = self._learn(chosen, np.flatnonzero(self._ever))
            self._tell(tell, False, done, chosen, missed)
            if not len(missed) or time.monotonic() > ends:
                return self._best(chosen)
        return self._best(self._completed(chosen, ends))

    def more(self, hidden: Bools, unmet: Bools, tell: Callable[[str], None] = _silent, seconds: float = 600.0) -> Best:
        """Numbers to withhold beside those hidden (N,) for demands (2, A, T) that no witness meets yet.

        The cheapest; after some rounds what was chosen stays, or each would miss something else.
        """
        ends = time.monotonic() + seconds
        side = (self._attacks.sign + 1) // 2
        wanted: Ints = self._every[unmet[side, self._attacks.attacker, self._attacks.target][self._every]]
        self._choice.keep(hidden)
        chosen, missed = hidden.astype(float), wanted[:0]
        for done in range(1, _ROUNDS):
            missed = self._learn(chosen, missed, wanted)
            if not len(missed) or time.monotonic() > ends:
                break
            chosen, _ = self._choice.best(relaxed=False, seconds=max(ends - time.monotonic(), 1.0), gap=_NEAR)
            self._tell(tell, False, done, chosen, missed)
            if done > 6 * _WHOLE_ROUNDS:
                self._choice.keep(chosen > 0.5)
        return self._best(chosen)

    def _completed(self, chosen: Floats, ends: float) -> Floats:
        """What a choice misses is withheld too, and then, dearest first, what has become superfluous is not.

        A choice that stays grows in a few rounds to one that misses nothing of what was ever missed, where a new
        choice in every round would miss something else each time.
        """
        ever: Ints = np.flatnonzero(self._ever)
        while len(self._learn(chosen, ever)) and time.monotonic() < ends:
            self._choice.keep(chosen > 0.5)
            chosen, _ = self._choice.best(relaxed=False, seconds=max(ends - time.monotonic(), 1.0), gap=_NEAR)
        secondary = np.flatnonzero((chosen > 0.5) & ~self.fixed)
        for number in secondary[np.argsort(-self.weights[secondary], kind="stable")].tolist():
            fewer = chosen.copy()
            fewer[number] = 0.0
            if time.monotonic() < ends and not self._attacks.missed(fewer, ever, most=1):
                chosen = fewer
        return chosen

    def _outsiders(self) -> Ints:
        """Demands of the outsider: insiders ask for little more, so they are asked when those are met."""
        found: Ints = self._every[self._attacks.attacker[self._every] == 0]
        return found

    def _learn(self, chosen: Floats, *demands: Ints) -> Ints:
        """Cuts for what a choice misses among the first demands; among the next when it misses none of those."""
        for some in demands:
            missed = self._attacks.missed(chosen, some)
            for demand, cut in missed:
                self._choice.add(cut)
                self._ever[demand] = True
            if missed:
                break
        return np.array([demand for demand, _ in missed], dtype=np.int64)

    def _tell(self, tell: Callable[[str], None], relaxed: bool, done: int, chosen: Floats, missed: Ints) -> None:
        tell(f"{'relaxed' if relaxed else 'whole'} {done}: bound {self.weights @ chosen:.2f}, {len(missed)} missed")

    def _best(self, chosen: Floats, proven: bool = False, bound: float = 0.0) -> Best:
        hidden: Bools = (chosen > 0.5) | self.fixed
        secondary = int((hidden & ~self.fixed).sum())
        return Best(hidden, float(self.weights @ hidden), secondary, proven, self._choice.cuts, bound)
