"""How far a reader gets with shown totals: may a piece hold enough people, and enough besides the largest of them?

Take any combination of shown totals that leaves a group of pieces with nothing below zero. Its smallest total over a
piece is, by the duality of linear programs, the largest total that the piece can have in a table that gives all that
is shown. So one table with enough in the piece rules out every such group at once: it is the witness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from workbench.disclosure.amounts.pieces import Pieces, Row
from workbench.disclosure.amounts.policy import AmountRule
from workbench.disclosure.rows import Bools, Floats, Ints
from workbench.errors import Refused

PERSONS, AMOUNT = 0, 1
SLACK = 1e-7  # of the largest total: how far the solver's numbers may be off


@dataclass(frozen=True)
class Failure:
    """A piece that a view can learn too much of: measure, what it can be at most, what it must be able to be, and
    the shown rows with their factors that say so."""

    view: int
    piece: int
    measure: int
    most: float
    need: float
    terms: tuple[tuple[float, int], ...]


@dataclass
class Witness:
    """A change of the true pieces that no shown total betrays."""

    measure: int
    piece: Ints
    change: Floats


@dataclass
class Pool:
    """Witnesses found so far; a table serves every view whose knowledge it leaves as it is."""

    witnesses: list[Witness] = field(default_factory=list)

    def most(self, pieces: Pieces, known: Bools) -> Floats:
        """(2, F) the most that the witnesses let every piece be for who knows the pieces `known` (F,)."""
        truth = pieces.measures
        most = truth.copy()
        for one in self.witnesses:
            if not known[one.piece].any():
                most[one.measure, one.piece] = np.maximum(
                    most[one.measure, one.piece], truth[one.measure, one.piece] + one.change
                )
        return most


def needs(pieces: Pieces, masks: Bools, known: Bools, rule: AmountRule) -> Floats:
    """(2, F) what each piece must be able to hold for who knows `known` (F,); minus infinity where nothing is asked.

    The total must exceed the largest contribution by the share p after the second largest is taken off, and the
    largest N must stay within the share K of it. Which others share a group with a piece is left open: the
    largest that any unknown piece holds, and that are no larger than its own largest, are taken to. It must also
    exceed what fewer than enough persons with the least amount have: a total of 4 visits tells of at most four.
    """
    asked = ~known & (pieces.measures[PERSONS] > 0) & masks.any(axis=0)  # in no shown total: nothing is told of it
    needed = np.full((2, len(known)), -np.inf)
    needed[PERSONS, asked] = rule.contributors
    alone = np.zeros(len(known), dtype=bool)
    for mask in masks & ~known:
        if mask.sum() == 1:
            alone |= mask
    loose = [pieces.amounts[place] for place in np.flatnonzero(asked & ~alone)]
    around = np.sort(np.concatenate(loose)) if loose else np.zeros(0)
    positive = [one[one > 0].min() for one in pieces.amounts if (one > 0).any()]
    least = min(positive, default=np.inf)  # a total of nothing tells that everybody has nothing
    for place in np.flatnonzero(asked):
        own = pieces.amounts[place]
        others = own[::-1] if alone[place] else around[: np.searchsorted(around, own[0], side="right")]
        second = others[-2] if len(others) > 1 else 0.0
        top = float(others[-rule.largest :].sum())
        needed[AMOUNT, place] = max((1 + rule.p) * own[0] + second, top / rule.share, rule.contributors * least)
    return needed


def audit(pieces: Pieces, rows: Sequence[Row], views: Bools, rule: AmountRule, pool: Pool) -> list[Failure]:
    """What the shown rows give away to any view (A, F); an empty list means that `pool` holds a witness of all.

    Raises Refused when the solver gives no answer.
    """
    masks = np.array([pieces.mask(row) for row in rows], dtype=bool).reshape(len(rows), len(pieces.year))
    found: list[Failure] = []
    slack = _slack(pieces)[:, None]
    for view, known in enumerate(views):
        needed = needs(pieces, masks, known, rule)
        most = pool.most(pieces, known)
        for measure, piece in np.argwhere(most < needed - slack).tolist():
            if most[measure, piece] >= needed[measure, piece] - slack[measure, 0]:
                continue  # by a witness found meanwhile
            need = float(needed[measure, piece])
            witness = _lift(pieces, masks, known, measure, piece, need) if np.isfinite(need) else None
            if witness is None:
                bound, terms = reach(pieces, masks, known, measure, piece)
                found.append(Failure(view, piece, measure, bound, need, terms))
                continue
            pool.witnesses.append(witness)
            lifted = pieces.measures[measure, witness.piece] + witness.change
            most[measure, witness.piece] = np.maximum(most[measure, witness.piece], lifted)
    return found


def _slack(pieces: Pieces) -> Floats:
    slack: Floats = SLACK * np.maximum(pieces.measures.sum(axis=1), 1e-9)
    return slack


def _lift(pieces: Pieces, masks: Bools, known: Bools, measure: int, piece: int, need: float) -> Witness | None:
    """The smallest change that lifts a piece to what it needs; None when there is none."""
    truth, moves = pieces.measures[measure], np.flatnonzero(~known)
    sums = sp.csr_matrix(masks[:, moves].astype(float))
    sums = sums[np.unique(sums.nonzero()[0])]
    place = int(np.searchsorted(moves, piece))
    up, down = np.zeros(len(moves)), truth[moves].copy()
    up[place], down[place] = need - truth[piece], 0.0
    scale = max(float(truth.max()), need, 1.0)
    bounds = [(low / scale, None) for low in up] + [(0, high / scale) for high in down]
    done = linprog(np.ones(2 * len(moves)), A_eq=sp.hstack([sums, -sums]) if sums.shape[0] else None,
                   b_eq=np.zeros(sums.shape[0]) if sums.shape[0] else None, bounds=bounds, method="highs")  # fmt: skip
    if done.status == 2:
        return None
    if done.status != 0:
        raise Refused(f"the solver gave no answer about an amount ({done.message}): nothing is published")
    change = scale * (done.x[: len(moves)] - done.x[len(moves) :])
    used = np.abs(change) > 1e-12 * scale
    return Witness(measure, moves[used], change[used])


def reach(
    pieces: Pieces, masks: Bools, known: Bools, measure: int, piece: int
) -> tuple[float, tuple[tuple[float, int], ...]]:
    """The most that a piece can be, and the shown rows with their factors that bound it; infinite when nothing does."""
    truth, moves = pieces.measures[measure], np.flatnonzero(~known)
    cost = np.where(moves == piece, -1.0, 0.0)
    sums = masks[:, moves].astype(float)
    scale = max(float(truth.max()), 1.0)
    done = linprog(cost, A_eq=sums, b_eq=sums @ truth[moves] / scale, bounds=(0, None), method="highs")
    if done.status != 0:
        return float("inf"), ()
    factors = -done.eqlin.marginals
    used = np.flatnonzero(np.abs(factors) > 1e-7).tolist()
    return float(-done.fun * scale), tuple((float(factors[row]), row) for row in used)
