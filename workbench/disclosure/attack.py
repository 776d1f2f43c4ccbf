"""One demand at a time: a table that an attacker cannot tell from the true one, and that meets the demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workbench.disclosure.coverage import Coverage
from workbench.disclosure.program import Answer, Program, Question
from workbench.disclosure.rows import Bools, Floats
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System

Search = Callable[[Sequence[int], int], bool]  # hospitals that stay still, amount -> found a witness

WHOLE = 1e-5  # how far from whole a solution may be and still be rounded; the rounded one is checked exactly
_SEED = 20284  # fixed, so that the same table gives the same release
_VERTICES = 60  # other optimal vertices tried before the integer program, which costs a hundred times more


class Attack:
    """Attacks one system; `coverage` collects the witnesses."""

    def __init__(self, system: System, targets: Targets, coverage: Coverage) -> None:
        self.system, self.targets, self.coverage = system, targets, coverage
        self._values = targets.values_of(system.values)
        self._programs: dict[int, Program] = {}
        self._random = np.random.default_rng(_SEED)

    def meet(self, side: int, target: int, search: Search) -> bool:
        """Search witnesses for a demand until no attacker is left; False when a search fails.

        side 0 is the low demand, 1 the high one. `search` gets the hospitals that must stay still and the
        amount. First one witness for everybody, then one for the insiders it does not serve, together if
        possible.
        """
        while attackers := self.coverage.attackers(side, target):
            groups = ((0,),) if attackers[0] == 0 else dict.fromkeys((attackers, attackers[:1]))
            if not any(self._served(side, target, group, search) for group in groups):
                return False
        return True

    def _served(self, side: int, target: int, group: Sequence[int], search: Search) -> bool:
        found = search([attacker - 1 for attacker in group if attacker], self.amount(side, target, group))
        return found and not set(group) & set(self.coverage.attackers(side, target))

    def amount(self, side: int, target: int, attackers: Sequence[int]) -> int:
        """How far the target must move to meet the demand of all these attackers."""
        value, rows = self._values[target], list(attackers)
        if side:
            return int(self.targets.high[rows, target].max() - value)
        return int(value - self.targets.low[rows, target].min())

    def movable(self, target: int, still: Sequence[int], hidden: Bools) -> tuple[int, ...]:
        """Hospitals that may move: the target's own, then those that withhold most of its kind."""
        count = len(self.system.hospitals)
        number = int(self.targets.plus[target])
        grid = hidden.reshape(self.system.shape)[:count]
        score = 10 * grid[:, :, number % len(self.system.masks)].sum(axis=1) + grid.sum(axis=(1, 2))
        own = [number // self.system.block] if number // self.system.block < count else []
        ranked = np.argsort(-score, kind="stable").tolist()
        return tuple([*own, *(hospital for hospital in ranked if hospital not in {*own, *still})])

    def ask(
        self,
        side: int,
        target: int,
        amount: int,
        hospitals: tuple[int, ...],
        hidden: Bools,
        *,
        weights: Floats | None = None,
        whole: bool = False,
        vary: bool = False,
    ) -> Answer:
        """Ask the program for these hospitals."""
        if len(hospitals) not in self._programs:
            self._programs[len(hospitals)] = Program(self.system, len(hospitals))
        plus, minus = int(self.targets.plus[target]), int(self.targets.minus[target])
        question = Question(hospitals, plus, minus, 1 if side else -1, amount, hidden, weights)
        return self._programs[len(hospitals)].ask(question, whole=whole, random=self._random if vary else None)

    def find(self, side: int, target: int, amount: int, hospitals: tuple[int, ...], hidden: Bools) -> bool:
        """A witness with this set of withheld numbers, by fractions only: quick, and False proves nothing."""
        first = self.ask(side, target, amount, hospitals, hidden)
        return first.change is not None and (
            self.accept(first.change, hidden) or self.find_other(side, target, amount, hospitals, hidden)
        )

    def find_other(self, side: int, target: int, amount: int, hospitals: tuple[int, ...], hidden: Bools) -> bool:
        """The same at other vertices; one stay more now and then, as halves of an odd amount are common."""
        amounts = [amount, amount + 1]
        for attempt in range(_VERTICES):
            asked = amounts[attempt % len(amounts)]
            other = self.ask(side, target, asked, hospitals, hidden, vary=True).change
            if other is None:
                amounts = [amount]
            elif self.accept(other, hidden):
                return True
        return False

    def accept(self, change: Floats, hidden: Bools) -> bool:
        """Take a change as witness if it is whole and leaves every shown number as it is."""
        whole = np.rint(change).astype(np.int64)
        if np.abs(change - whole).max() > WHOLE or (self.system.moved_by(whole.astype(float), 0.5) & ~hidden).any():
            return False
        return self.coverage.offer(whole)
