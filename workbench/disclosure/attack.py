"""One demand at a time: a table that an attacker cannot tell from the true one, and that meets the demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workbench.disclosure.coverage import Coverage
from workbench.disclosure.program import Answer, Program, Question
from workbench.disclosure.rows import Bools, Floats
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System

Search = Callable[[Bools, int], bool]  # cells that stay still (H, C), amount -> found a witness

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

    def meet(self, side: int, target: int, search: Search, together: bool = True) -> bool:
        """Search witnesses for a demand until no attacker is left; False when a search fails.

        side 0 is the low demand, 1 the high one. `search` gets the cells that must stay still and the
        amount. First one witness for everybody, then one for the insiders it does not serve, `together` if
        possible, which spares searches but may withhold more than any of them needs.
        """
        while attackers := self.coverage.attackers(side, target):
            groups = [attackers[:1]]
            if together and attackers[0] > 0:
                groups = list(dict.fromkeys((attackers, attackers[:1])))
            if not any(self._served(side, target, group, search) for group in groups):
                return False
        return True

    def _served(self, side: int, target: int, group: Sequence[int], search: Search) -> bool:
        found = search(self.known(group), self.amount(side, target, group))
        return found and not set(group) & set(self.coverage.attackers(side, target))

    def known(self, attackers: Sequence[int]) -> Bools:
        """(H, C) cells that at least one of these attackers knows."""
        return np.asarray(self.targets.known[list(attackers)].any(axis=0)).reshape(self.system.cells.shape)

    def amount(self, side: int, target: int, attackers: Sequence[int]) -> int:
        """How far the target must move to meet the demand of all these attackers."""
        value, rows = self._values[target], list(attackers)
        if side:
            return int(self.targets.high[rows, target].max() - value)
        return int(value - self.targets.low[rows, target].min())

    def movable(self, target: int, known: Bools, hidden: Bools) -> tuple[int, ...]:
        """Blocks that may move: the target's own, then those that withhold most of its kind."""
        system, count = self.system, len(self.system.blocks)
        block, row = divmod(int(self.targets.plus[target]), system.block)
        grid = hidden.reshape(system.shape)[:count]
        score = 10 * grid[:, system.alike == system.alike[row]].sum(axis=1) + grid.sum(axis=1)
        own = [block] if block < count else []
        can_move = np.asarray((system.free & ~known).any(axis=1))
        ranked = np.argsort(-score, kind="stable").tolist()
        return tuple([*own, *(place for place in ranked if place not in own and can_move[place])])

    def ask(
        self,
        side: int,
        target: int,
        amount: int,
        blocks: tuple[int, ...],
        hidden: Bools,
        known: Bools,
        *,
        weights: Floats | None = None,
        whole: bool = False,
        vary: bool = False,
    ) -> Answer:
        """Ask the program for these blocks."""
        if len(blocks) not in self._programs:
            self._programs[len(blocks)] = Program(self.system, len(blocks))
        plus, minus = int(self.targets.plus[target]), int(self.targets.minus[target])
        question = Question(blocks, plus, minus, 1 if side else -1, amount, hidden, known, weights)
        return self._programs[len(blocks)].ask(question, whole=whole, random=self._random if vary else None)

    def find(self, side: int, target: int, amount: int, blocks: tuple[int, ...], hidden: Bools, known: Bools) -> bool:
        """A witness with this set of withheld numbers, by fractions only: quick, and False proves nothing."""
        first = self.ask(side, target, amount, blocks, hidden, known)
        return first.change is not None and (
            self.accept(first.change, hidden) or self.find_other(side, target, amount, blocks, hidden, known)
        )

    def find_other(
        self, side: int, target: int, amount: int, blocks: tuple[int, ...], hidden: Bools, known: Bools
    ) -> bool:
        """The same at other vertices; one stay more now and then, as halves of an odd amount are common."""
        amounts = [amount, amount + 1]
        for attempt in range(_VERTICES):
            asked = amounts[attempt % len(amounts)]
            other = self.ask(side, target, asked, blocks, hidden, known, vary=True).change
            if other is None:
                amounts = [amount]
            elif self.accept(other, hidden):
                return True
        return False

    def accept(self, change: Floats, hidden: Bools) -> bool:
        """Take a change as witness if it is whole and leaves every shown number as it is."""
        whole = np.rint(change).astype(np.int64)
        if np.abs(change - whole).max() > WHOLE or (whole[~self.system.free] != 0).any():
            return False
        if (self.system.moved_by(whole.astype(float), 0.5) & ~hidden).any():
            return False
        return self.coverage.offer(whole)
