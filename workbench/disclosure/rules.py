"""Who may not learn what: the targets of the audit, for every attacker.

A target is a number, or the difference of two numbers of which one lies inside the other (deaths after day
30 = deaths within 90 days - deaths within 30 days; late registrations = a count of this release - the same
count of an earlier one), that is small in the eyes of an attacker. What counts for an insider is the residual:
the number minus what the insider knows of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.rows import Bools, Ints
from workbench.disclosure.system import System
from workbench.disclosure.views import Views


@dataclass(frozen=True)
class Targets:
    """attackers:   their names, the outsider (knows no stay) first.
    known:       (A, H * C) the cells that each attacker knows exactly.
    plus, minus: (T,) number indices; the target's value is values[plus] - values[minus]; minus -1 = nothing.
    active:      (A, T) whether the target must be protected against the attacker.
    low, high:   (A, T) the attacker must have to consider a value <= low and a value >= high possible.
    """

    attackers: tuple[str, ...]
    known: Bools
    plus: Ints
    minus: Ints
    active: Bools
    low: Ints
    high: Ints

    def values_of(self, numbers: Ints) -> Ints:
        """(..., N) numbers -> (..., T) target values."""
        return _difference(numbers, self.plus, self.minus)


def primaries(system: System, policy: SmallCellPolicy) -> Bools:
    """(N,) numbers that are small themselves and therefore never shown."""
    return system.named & _small(system.values, system.persons, policy, zeros_too=True)


def find_targets(system: System, policy: SmallCellPolicy, views: Views) -> Targets:
    """All targets of all attackers.

    Required of each: the attacker can exclude neither the smallest allowed value (0, or 1 when zeros may be
    shown) nor the threshold itself, so nobody can even tell that the withheld number is a small one.
    """
    plus, minus = _expressions(system)
    values = _difference(system.values, plus, minus)
    active = np.zeros((len(views.names), len(plus)), dtype=bool)
    own = np.zeros(active.shape, dtype=np.int64)
    for place, known in enumerate(views.known):
        mine = system.numbers_of(system.cells * known)
        own[place] = _difference(mine, plus, minus)
        mixed = _difference(system.numbers_of(system.free & known), plus, minus) > 0
        whole = _difference(system.numbers_of(system.free & ~known), plus, minus) == 0  # nothing left to learn
        rest = values - own[place]
        # A difference has no count of persons. A residual 0 needs no target of its own: every withheld 0
        # inside it that the attacker does not know already is one.
        persons = np.where(minus >= 0, rest, _persons_left(system, mine, known)[plus])
        public = (minus < 0) & ~mixed & system.settled[plus]  # an earlier release told everybody already
        active[place] = ~whole & ~public & _small(rest, persons, policy, zeros_too=(minus < 0) & ~mixed)
    active &= system.named[plus] & np.where(minus >= 0, system.named[minus], True)
    kept = active.any(axis=0)
    active, own = active[:, kept], own[:, kept]
    low, high = own + policy.smallest, own + policy.threshold
    known = views.known.reshape(len(views.names), -1)
    return Targets(views.names, known, plus[kept], minus[kept], active, low, high)


def _persons_left(system: System, mine: Ints, known: Bools) -> Ints:
    """(N,) how many persons stand at least behind what an attacker does not know; hospitals may share persons."""
    blocks = len(system.blocks)
    persons, mine = system.persons.reshape(system.shape), mine.reshape(system.shape)
    own = np.minimum(persons[:blocks], mine[:blocks])
    if blocks == 1:
        return (persons - own).reshape(-1)
    least: Ints = persons - np.concatenate([own, own.sum(axis=0, keepdims=True)])
    untouched = ~(known & system.free).any(axis=1)
    if untouched.any():
        least[-1] = np.maximum(least[-1], persons[:blocks][untouched].max(axis=0))
    return least.reshape(-1)


def _difference(numbers: Ints, plus: Ints, minus: Ints) -> Ints:
    result: Ints = numbers[..., plus] - np.where(minus >= 0, numbers[..., minus], 0)
    return result


def _small(values: Ints, persons: Ints, policy: SmallCellPolicy, zeros_too: bool | Bools) -> Bools:
    zero = (values == 0) & zeros_too & (policy.zeros == "hide")
    small: Bools = zero | ((values > 0) & (np.minimum(values, persons) < policy.threshold))
    return small


def _expressions(system: System) -> tuple[Ints, Ints]:
    """Every number, and every difference of nested numbers of one block and group that is not a number itself.

    What is nested is judged by the cells that can exist in the block: where nothing was corrected, a count and
    the same count of an earlier release are one.
    """
    grid = np.arange(len(system.values)).reshape(system.shape)
    plus, minus = [grid.ravel()], [np.full(grid.size, -1)]
    possible = system.free if len(grid) == 1 else np.concatenate([system.free, system.free.any(axis=0, keepdims=True)])
    patterns, kind = np.unique(possible, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        blocks = grid[kind.ravel() == number]
        for outer, inner in _nested(system.masks & pattern, system.groups):
            plus.append(blocks[:, outer])
            minus.append(blocks[:, inner])
    return np.concatenate(plus), np.concatenate(minus)


def _nested(masks: Bools, groups: Bools) -> Iterator[tuple[int, int]]:
    """Pairs of rows (outer, inner) of one group whose difference is no row, each difference once."""
    known = {mask.tobytes() for mask in masks}
    for group in groups:
        rows = np.flatnonzero(group)
        for outer in rows:
            nested = rows[~(masks[rows] & ~masks[outer]).any(axis=1)]
            for inner, rest in zip(nested.tolist(), masks[outer] & ~masks[nested], strict=True):
                if rest.any() and rest.tobytes() not in known:
                    known.add(rest.tobytes())
                    yield int(outer), inner
