"""The release attacks itself: what every attacker would most like to know, and how far each gets.

How far is answered twice: by the witnesses (tables nobody can rule out), and, for the number that stays the
narrowest, by the linear program an attacker would solve, with the sum it rests on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.arrays import Arrays
from workbench.disclosure.explain import Published, arithmetic, reach
from workbench.disclosure.recheck import View


@dataclass(frozen=True)
class Try:
    """One attacker.

    secrets:     how many small numbers and small differences this attacker must not learn.
    learned:     how many of them the witnesses do not protect: 0, or the release is not safe.
    target:      the one that stays the narrowest, and low, high: values nobody can rule out for it.
    lp_low, lp_high: what the attacker's own program says of it (infinite: no bound). sum: how it gets there.
    """

    attacker: str
    secrets: int
    learned: int
    target: str
    low: int
    high: int
    lp_low: float
    lp_high: float
    sum: str


def attack(published: str, arrays: Arrays, progress: Callable[[str, float], None] | None = None) -> tuple[Try, ...]:
    """Every attacker of a certificate, the outsider first; raises ValueError when it cannot be read."""
    view = View(published, arrays)
    least = 0 if view.zeros_hidden else 1
    secrets: dict[str, int] = {}
    learned: dict[str, int] = {}
    worst: dict[str, tuple[int, int, int, int, str, int, int]] = {}
    for found in view.answers():
        met = (found.low <= found.own + least) & (found.high >= found.own + view.threshold)
        secrets[found.view] = secrets.get(found.view, 0) + int(found.secret.sum())
        learned[found.view] = learned.get(found.view, 0) + int((found.secret & ~met).sum())
        width = np.where(found.secret, found.high - found.low, np.iinfo(np.int64).max)
        h, column = np.unravel_index(int(np.argmin(width)), width.shape)
        plus, minus = int(found.plus[column]), -1 if found.minus is None else int(found.minus[column])
        here = (int(width[h, column]), int(h), plus, minus, found.label(int(h), int(column)),
                int(found.low[h, column]), int(found.high[h, column]))  # fmt: skip
        worst[found.view] = min(worst.get(found.view, here), here)
    rows = len(view.rows)
    table = Published(view.truth, view.free, view.masks, (view.shown >= 0).reshape(-1),
                      lambda number: view.name(*divmod(number, rows)))  # fmt: skip
    made = []
    views = [str(name) for name in arrays["views"]]
    for place, name in enumerate(views):
        if progress:
            progress(name, place / len(views))
        if name not in worst:
            made.append(Try(name, 0, 0, "", 0, 0, 0, 0, ""))
            continue
        _, at, plus, minus, label, low, high = worst[name]
        known = np.asarray(arrays["known"][place], dtype=bool)
        bound = reach(table, known, at * rows + plus, at * rows + minus if minus >= 0 else -1)
        way = arithmetic(bound.sums[1], bound.high) if np.isfinite(bound.high) else ""
        made.append(Try(name, secrets[name], learned[name], label, low, high, bound.low, bound.high, way))
    return tuple(made)
