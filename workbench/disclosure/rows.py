"""Which sums over patterns are shown, and which patterns an attacker must hold possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def mask_of(flags: Bools, indicator: int, part: str) -> Bools:
    """(P, 2I) flags -> (P,) patterns that count in a part (n, k, rest) of an indicator."""
    n, k = flags[:, 2 * indicator], flags[:, 2 * indicator + 1]
    return {"n": n, "k": k, "rest": n & ~k}[part]


def possible_patterns(flags: Bools, counted: Bools) -> Bools:
    """At most two patterns to add to those that occur, so that every shown part has one.

    The attacker is taken to know which patterns occur, which favours the attacker. But a part that never
    occurs (nobody died) would then be known to be 0 before anything is published. So one pattern with all
    parts that never occur is possible too: jointly, so that it stays plausible where one event implies
    another. counted: (I,) whether the indicator has parts k and rest.
    """
    has_n, has_k = flags[:, 0::2], flags[:, 1::2]
    never_k = ~has_k.any(axis=0) & counted
    never_rest = ~(has_n & ~has_k).any(axis=0)
    extra = np.zeros((0, flags.shape[1]), dtype=bool)
    for never, direction in ((never_k, 1), (never_rest, -1)):
        if not never.any():
            continue
        base = np.zeros(flags.shape[1], dtype=bool)
        if len(flags):
            base = flags[np.argmax(direction * has_k.sum(axis=1))].copy()
        base[0::2] |= never
        base[1::2] = (base[1::2] | never) if direction > 0 else (base[1::2] & ~never)
        extra = np.concatenate([extra, base[None]])
    return extra


def sums_of(cells: NDArray[np.generic], masks: Bools) -> Floats:
    """(H, C) cells, (B, C) masks -> (H or H + 1, B) sums, the sum of all blocks last when there are several.

    Floating point, for the speed of its multiplication; exact for whole numbers below 2**53.
    """
    sums: Floats = cells.astype(float) @ masks.T.astype(float)
    return np.concatenate([sums, sums.sum(axis=0, keepdims=True)]) if len(cells) > 1 else sums
