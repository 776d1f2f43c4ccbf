"""The exact verdict for a given set of withheld numbers: safe only with a whole-number witness in hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.disclosure.attack import Attack
from workbench.disclosure.coverage import Coverage
from workbench.disclosure.crowd import Crowd
from workbench.disclosure.rows import Bools
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import System


@dataclass(frozen=True)
class Verdict:
    """unsafe, undecided: (2, A, T) demands proven impossible to meet; demands without an answer in time."""

    coverage: Coverage
    unsafe: Bools
    undecided: Bools

    @property
    def safe(self) -> bool:
        """Whether every demand of every attacker is met by a witness."""
        return not self.unsafe.any() and not self.undecided.any() and not self.coverage.open().any()


_FEW = (4, 8)  # blocks that move in the searches that come before the one that decides


def _quick(
    attack: Attack, side: int, target: int, amount: int, blocks: tuple[int, ...], hidden: Bools, known: Bools
) -> bool:
    """A witness among few blocks: a hundredth of the work, and it decides nothing when there is none."""
    change = attack.ask(side, target, amount, blocks, hidden, known).change if blocks else None
    return change is not None and attack.accept(change, hidden)


def audit(system: System, targets: Targets, hidden: Bools, coverage: Coverage | None = None) -> Verdict:
    """Decide every demand of every attacker, all that the attacker does not know free to move.

    Tables for many demands at once come first; what they leave open is decided one at a time.

    coverage: witnesses already found for this same set of withheld numbers.
    Raises Refused when the solver fails.
    """
    attack = Attack(system, targets, coverage or Coverage(system, targets))
    Crowd(attack, hidden).meet_all(lambda stage, done, total: None)
    unsafe = np.zeros((2, *targets.active.shape), dtype=bool)
    undecided = unsafe.copy()
    for side, attacker, target in np.argwhere(attack.coverage.open()).tolist():
        if attack.coverage.met[side, attacker, target]:
            continue  # by a witness found meanwhile
        known = attack.known([attacker])
        blocks = attack.movable(target, known, hidden)
        amount = attack.amount(side, target, [attacker])
        if any(_quick(attack, side, target, amount, blocks[:few], hidden, known) for few in _FEW if few < len(blocks)):
            continue
        loose = attack.ask(side, target, amount, blocks, hidden, known)
        if loose.change is None and loose.decided:
            unsafe[side, attacker, target] = True  # impossible with fractions, so with whole stays too
        elif loose.change is None or not attack.accept(loose.change, hidden):
            exact = attack.ask(side, target, amount, blocks, hidden, known, whole=True)
            unsafe[side, attacker, target] = exact.change is None and exact.decided
            met = exact.change is not None and attack.accept(exact.change, hidden)
            undecided[side, attacker, target] = not met and not unsafe[side, attacker, target]
    return Verdict(attack.coverage, unsafe, undecided)
