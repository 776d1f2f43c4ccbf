"""How far an attacker gets with a number, and by what sum: the linear program that the attacker would solve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from workbench.disclosure.rows import Bools, Ints
from workbench.disclosure.rules import Targets
from workbench.disclosure.system import Key, System
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS, NO_HOSPITAL, NO_YEAR

if TYPE_CHECKING:  # the audit explains itself when it refuses
    from workbench.disclosure.audit import Verdict

Term = tuple[float, str, int]  # times, name, value
_ROUNDING = 1e-7


@dataclass(frozen=True)
class Reach:
    """What an attacker can work out of a number: it lies between `low` and `high` (infinite: no bound).

    sums: for each end the shown numbers that give it, as (times, name, value), and what the attacker knows.
    """

    low: float
    high: float
    sums: tuple[tuple[Term, ...], tuple[Term, ...]]


def name_of(key: Key) -> str:
    """A number as a reader finds it: indicator, part, hospital, year, and the release when it is an earlier one."""
    when = f", release {key.release}" if key.release else ""
    hospital = ALL_HOSPITALS if key.hospital == NO_HOSPITAL else key.hospital
    year = "all years" if key.year in (ALL_YEARS, NO_YEAR) else key.year
    return f"{key.indicator} ({key.part}), {hospital}, {year}{when}"


@dataclass(frozen=True)
class Published:
    """Cells (H, C), the sums that are numbers (masks (B, C); block by block, then of all blocks), which of them
    are shown (N,), and what a reader calls them."""

    cells: Ints
    free: Bools
    masks: Bools
    shown: Bools
    name: Callable[[int], str]


def reach(table: Published, known: Bools, plus: int, minus: int = -1) -> Reach:
    """The interval, by fractions, of a number or a difference for who knows the cells `known` (H, C)."""
    matrix = _matrix(table.masks, len(table.cells), len(table.shown))
    moves = (table.free & ~known).reshape(-1)
    shown = np.flatnonzero(table.shown)
    stays, mine = table.cells.reshape(-1), (table.cells * known).reshape(-1)
    values, own = matrix @ stays, matrix @ mine
    aim = matrix[plus] - (matrix[minus] if minus >= 0 else 0 * matrix[plus])
    offset = float(own[plus] - (own[minus] if minus >= 0 else 0))
    ends: list[float] = []
    sums: list[tuple[Term, ...]] = []
    for sign in (1, -1):
        cost = sign * aim.toarray().ravel()[moves]
        found = linprog(
            cost, A_eq=matrix[shown][:, moves], b_eq=(values - own)[shown], bounds=(0, None), method="highs"
        )
        if found.status != 0:
            ends.append(-np.inf if sign > 0 else np.inf)
            sums.append(())
            continue
        ends.append(sign * found.fun + offset)
        dual = sign * found.eqlin.marginals
        used = np.flatnonzero(np.abs(dual) > _ROUNDING).tolist()
        terms = [(float(dual[i]), table.name(int(shown[i])), round(float(values[shown[i]]))) for i in used]
        rest = offset - float(sum(dual[i] * own[shown[i]] for i in used))
        if abs(rest) > _ROUNDING:
            terms.append((float(np.sign(rest)), "stays the attacker knows", round(abs(rest))))
        sums.append(tuple(terms))
    return Reach(ends[0], ends[1], (sums[0], sums[1]))


def arithmetic(terms: tuple[Term, ...], end: float) -> str:
    """A sum as a reader can do it: "120 [ivt (n), ALL, 2019] - 70 [...] = 3"."""
    ordered = sorted(terms, key=lambda term: -term[0])
    words: list[str] = []
    for times, name, value in ordered:
        factor = "" if abs(abs(times) - 1) < _ROUNDING else f"{abs(times):g} x "
        sign = "- " if times < 0 else ("+ " if words else "")
        words.append(f"{sign}{factor}{value} [{name}]")
    return " ".join(words or ["0"]) + f" = {end:g}"


def explain(system: System, targets: Targets, hidden: Bools, verdict: Verdict) -> str:
    """The worst that an attacker could do if this were published, in one sentence; empty when nothing fails."""
    failed = np.argwhere(verdict.unsafe)
    if not len(failed):
        return ""
    side, attacker, target = failed[0].tolist()
    plus, minus = int(targets.plus[target]), int(targets.minus[target])
    known = targets.known[attacker].reshape(system.cells.shape)
    keys = {number: key for key, number in reversed(list(zip(system.shown, system.number.tolist(), strict=True)))}
    shown = ~hidden & system.named
    table = Published(system.cells, system.free, system.masks, shown, lambda number: name_of(keys[number]))
    found = reach(table, known, plus, minus)
    name = name_of(keys[plus]) + (f" minus {name_of(keys[minus])}" if minus >= 0 else "")
    end = (found.high if side else found.low, found.sums[side])
    word = "at most" if side else "at least"
    return (
        f". For example, {targets.attackers[attacker]} could work out that {name} is {word} {end[0]:g}: "
        f"{arithmetic(end[1], end[0])}"
    )


def _matrix(masks: Bools, blocks: int, numbers: int) -> sp.csr_matrix:
    """(N, H * C) the cells that each number sums."""
    sums = sp.csr_matrix(masks.astype(float))
    inner = sp.kron(sp.identity(blocks, format="csr"), sums, format="csr")
    return sp.vstack([inner, sp.hstack([sums] * blocks)]).tocsr() if numbers > inner.shape[0] else inner
