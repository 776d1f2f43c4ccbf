"""Who may not learn what: the targets of the audit, for the outsider and for every hospital insider.

A target is a number, or the difference of two numbers of which one lies inside the other (deaths after day
30 = deaths within 90 days - deaths within 30 days), that is small in the eyes of an attacker. For a hospital
insider
what counts is the residual: the number minus the insider's own share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.rows import Bools, Ints
from workbench.disclosure.system import System

OUTSIDER = "outsider"


@dataclass(frozen=True)
class Targets:
    """attackers: the outsider (sees every published number, knows no stay), then every hospital.

    plus, minus: (T,) number indices; the target's value is values[plus] - values[minus]; minus -1 = nothing.
    active:      (A, T) whether the target must be protected against the attacker.
    low, high:   (A, T) the attacker must have to consider a value <= low and a value >= high possible.
    """

    attackers: tuple[str, ...]
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
    return _small(system.values, system.persons, policy, zeros_too=True)


def find_targets(system: System, policy: SmallCellPolicy) -> Targets:
    """All targets of all attackers.

    Required of each: the attacker can exclude neither the smallest allowed value (0, or 1 when zeros may be
    shown) nor the threshold itself, so nobody can even tell that the withheld number is a small one.
    """
    plus, minus = _expressions(system)
    values = _difference(system.values, plus, minus)
    persons = np.where(minus >= 0, values, system.persons[plus])  # a difference has no count of persons
    hospitals = len(system.hospitals)
    active = np.zeros((1 + hospitals, len(plus)), dtype=bool)
    own = np.zeros((1 + hospitals, len(plus)), dtype=np.int64)
    active[0] = _small(values, persons, policy, zeros_too=minus < 0)
    scope = plus // system.block
    total = np.flatnonzero(scope == hospitals)
    for hospital in range(hospitals if hospitals > 1 else 0):
        back = (hospitals - hospital) * system.block  # from a number of ALL to the same number of the hospital
        share = _difference(system.values, plus[total] - back, np.where(minus[total] >= 0, minus[total] - back, -1))
        rest = values[total] - share
        others = np.where(minus[total] >= 0, rest, _persons_of_others(system, hospital)[plus[total] % system.block])
        own[1 + hospital, total] = share
        active[1 + hospital] = active[0] & (scope != hospital)
        # A residual 0 needs no target of its own: every withheld 0 of another hospital already is one.
        active[1 + hospital, total] = _small(rest, others, policy, zeros_too=False)
    kept = active.any(axis=0)
    active, own = active[:, kept], own[:, kept]
    low, high = own + policy.smallest, own + policy.threshold
    return Targets((OUTSIDER, *system.hospitals), plus[kept], minus[kept], active, low, high)


def _persons_of_others(system: System, hospital: int) -> Ints:
    """(block,) how many persons the other hospitals have at least; they may share persons."""
    grid = system.persons.reshape(-1, system.block)
    largest: Ints = np.delete(grid[:-1], hospital, axis=0).max(axis=0)
    least: Ints = np.maximum(largest, grid[-1] - grid[hospital])
    return least


def _difference(numbers: Ints, plus: Ints, minus: Ints) -> Ints:
    result: Ints = numbers[..., plus] - np.where(minus >= 0, numbers[..., minus], 0)
    return result


def _small(values: Ints, persons: Ints, policy: SmallCellPolicy, zeros_too: bool | Bools) -> Bools:
    zero = (values == 0) & zeros_too & (policy.zeros == "hide")
    small: Bools = zero | ((values > 0) & (np.minimum(values, persons) < policy.threshold))
    return small


def _expressions(system: System) -> tuple[Ints, Ints]:
    """Every number, and every difference of nested numbers of one scope that is not a number itself."""
    masks = system.masks
    known = {mask.tobytes() for mask in masks}
    grid = np.arange(len(system.values)).reshape(system.shape)
    plus, minus = [grid.ravel()], [np.full(grid.size, -1)]
    for outer in range(len(masks)):
        for inner in range(len(masks)):
            rest = masks[outer] & ~masks[inner]
            nested = outer != inner and not (masks[inner] & ~masks[outer]).any()
            if nested and rest.tobytes() not in known:
                known.add(rest.tobytes())
                plus.append(grid[..., outer].ravel())
                minus.append(grid[..., inner].ravel())
    return np.concatenate(plus), np.concatenate(minus)
