"""The figures of amounts attack themselves: how near every attacker comes to a single person's amount."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.amounts.bounds import AMOUNT, PERSONS, reach
from workbench.disclosure.amounts.pieces import Pieces, Row
from workbench.disclosure.arrays import Arrays


@dataclass(frozen=True)
class AmountTry:
    """One attacker and one indicator.

    groups: hospital years of others of which something is shown. learned: those of which the attacker's own program
    leaves too little open. target: the one that leaves least. persons, over: the most persons it may hold as far as the
    attacker can tell, and by what share the attacker's best guess of the largest contribution may exceed it.
    """

    attacker: str
    indicator: str
    groups: int
    learned: int
    target: str
    persons: float
    over: float


def attack_amounts(text: str, arrays: Arrays) -> tuple[AmountTry, ...]:
    """Every attacker on every indicator, by the program the attacker would solve: no witness is looked at."""
    least, _, p, largest, share = (float(value) for value in arrays["rule"])
    told = [list(csv.DictReader(io.StringIO(one))) for one in (*map(str, arrays["text"]), text)]
    made = []
    for place, name in enumerate(map(str, arrays["indicators"])):
        pieces = _pieces(place, arrays)
        rows = [Row(k, row["hospital"], int(row["year"])) for k, some in enumerate(told) for row in some
                if row["indicator"] == name]  # fmt: skip
        masks = np.array([pieces.mask(row) for row in rows], dtype=bool).reshape(len(rows), len(pieces.year))
        for view, known in zip(map(str, arrays[f"{place}.views"]), arrays[f"{place}.known"].astype(bool), strict=True):
            asked = np.flatnonzero(masks.any(axis=0) & ~known & (pieces.measures[PERSONS] > 0)).tolist()
            found = []
            for piece in asked:
                own = pieces.amounts[piece]
                persons, total = (reach(pieces, masks, known, one, piece)[0] for one in (PERSONS, AMOUNT))
                over = (total - own[1:2].sum()) / own[0] - 1 if own[0] else np.inf
                bad = persons < least - 1e-6 or over < p - 1e-6 or own[: int(largest)].sum() > share * total + 1e-6
                found.append((over, persons, bad, f"{pieces.hospital[piece]}, {int(pieces.year[piece])}"))
            over, persons, _, target = min(found, default=(np.inf, np.inf, False, ""))
            made.append(AmountTry(view, name, len(asked), sum(one[2] for one in found), target, persons, over))
    return tuple(made)


def _pieces(place: int, arrays: Arrays) -> Pieces:
    names = [str(name) for name in arrays["hospitals"]]
    sizes = np.asarray(arrays[f"{place}.size"], dtype=np.int64)
    amounts = np.split(np.asarray(arrays[f"{place}.amount"], dtype=float), np.cumsum(sizes)[:-1]) if len(sizes) else []
    return Pieces(
        tuple(names[int(one)] for one in arrays[f"{place}.hospital"]),
        np.asarray(arrays[f"{place}.year"], dtype=np.int64),
        np.asarray(arrays[f"{place}.present"], dtype=bool),
        tuple(amounts),
    )
