"""Minimal sample uniques: the smallest combinations of variables by which a record is alone (SUDA).

A record that is alone on some variables is alone on more of them too; only the smallest such sets say what singles it
out. So the sets are taken in order of size, and a record leaves the search for every set that holds one already
found for it. That leaves the others as they are: it differs from each of them on a subset, and so on the whole.

The engine makes every value a small number and packs those of a record into one or a few; every set is then a sort of
whole numbers in memory, whatever the types of the variables. As many groupings in the engine, nearly as many classes as
records in each, took several times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import factorial
from operator import add

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

PERSON, COUNT = "$person", "$n"
WORD = 62  # bits used of a number
SHIFT = 63  # a key of more bits is numbered anew before another variable joins it
Keep = Callable[[ir.Table], ir.Table]  # the same rows, computed once
Ints = NDArray[np.int64]
Bits = NDArray[np.uint8]  # one bit per record


@dataclass(frozen=True)
class MinimalUniques:
    """Which variables single records out.

    sets: records per set of variables that is minimal for them; records: with any; contribution: per variable, the
    share of those records for which it is in a minimal set; weight: its share of the SUDA score, in which a set
    of s of the m variables counts (m - s)!, so that few variables weigh more. Complete up to sets of `largest`.
    """

    variables: tuple[str, ...]
    largest: int
    records: int
    sets: dict[tuple[str, ...], int]
    contribution: dict[str, float]
    weight: dict[str, float]


def minimal_uniques(
    rows: ir.Table, quasi: Sequence[str], keep: Keep, person: str | None = None, largest: int | None = None
) -> MinimalUniques:
    """All minimal sets of at most `largest` variables. With `person`, records of one person do not hide each other."""
    names = tuple(quasi)
    most = min(largest or len(names), len(names))
    records = _Records(*_coded(rows, names, person, keep))
    score, sets = [0] * len(names), {}
    within = [np.zeros(records.bits, dtype=np.uint8) for _ in names]  # records with the variable in a set of theirs
    for chosen, alone in _minimal(records, len(names), most):
        count = records.counted(alone)
        sets[tuple(names[place] for place in chosen)] = count
        marked = records.marked(alone)
        for place in chosen:
            within[place] |= marked
            score[place] += count * factorial(len(names) - len(chosen))
    any_set = reduce(np.bitwise_or, within, np.zeros(records.bits, dtype=np.uint8))
    total = records.counted(records.places(any_set))
    whole = sum(count * factorial(len(names) - len(chosen)) for chosen, count in sets.items())
    return MinimalUniques(
        variables=names,
        largest=most,
        records=total,
        sets=dict(sorted(sets.items(), key=lambda one: (-one[1], len(one[0]), one[0]))),
        contribution={
            name: records.counted(records.places(mine)) / total if total else 0.0
            for name, mine in zip(names, within, strict=True)
        },
        weight={name: mine / whole if whole else 0.0 for name, mine in zip(names, score, strict=True)},
    )


def _minimal(records: _Records, variables: int, most: int) -> Iterator[tuple[tuple[int, ...], Ints]]:
    """Every set of at most `most` variables that is minimal for some records, with these, small sets first."""
    below: dict[tuple[int, ...], Bits] = {(): np.zeros(records.bits, dtype=np.uint8)}
    for size in range(1, most + 1):
        here: dict[tuple[int, ...], Bits] = {}  # records alone on the set or on part of it
        for chosen in combinations(range(variables), size):
            found = reduce(np.bitwise_or, (below[chosen[:at] + chosen[at + 1 :]] for at in range(size)))
            alone = records.alone(chosen, records.places(~found))
            if len(alone):
                found = found | records.marked(alone)
                yield chosen, alone
            here[chosen] = found
        below = here


class _Records:
    """Records in memory: `words` hold the values of their variables, each the word and bits of `places`."""

    def __init__(self, words: dict[str, Ints], places: Sequence[tuple[str, int, int]]) -> None:
        self._words, self._places = words, places
        self._size = len(words[COUNT])
        self.bits = (self._size + 7) // 8

    def alone(self, chosen: Sequence[int], left: Ints) -> Ints:
        """Those of the records `left` whose values of the chosen variables no other of them has, or no other person."""
        key = self._key(chosen, left)
        order = np.argsort(key)
        sorted_key = key[order]
        edge = np.ones(len(key) + 1, dtype=bool)
        np.not_equal(sorted_key[1:], sorted_key[:-1], out=edge[1:-1])
        if PERSON not in self._words:
            return left[order[edge[1:] & edge[:-1]]]
        starts, who = np.flatnonzero(edge[:-1]), self._words[PERSON][left[order]]
        if not len(starts):
            return left
        one = np.minimum.reduceat(who, starts) == np.maximum.reduceat(who, starts)
        found: Ints = left[order[np.repeat(one, np.diff(np.append(starts, len(key))))]]
        return found

    def _key(self, chosen: Sequence[int], left: Ints) -> Ints:
        """One number per record that is the same where all chosen variables are."""
        key, used = np.zeros(len(left), dtype=np.int64), 0
        for variable in chosen:
            word, at, width = self._places[variable]
            if used + width > SHIFT:
                key = np.unique(key, return_inverse=True)[1].astype(np.int64)
                used = len(left).bit_length()
            key = (key << width) | (self._words[word][left] >> at & (1 << width) - 1)
            used += width
        return key

    def counted(self, places: Ints) -> int:
        """How many rows of the table these records stand for."""
        return int(self._words[COUNT][places].sum())

    def marked(self, places: Ints) -> Bits:
        """One bit per record, set for these."""
        on = np.zeros(self._size, dtype=bool)
        on[places] = True
        return np.packbits(on)

    def places(self, bits: Bits) -> Ints:
        """The records whose bit is set."""
        return np.flatnonzero(np.unpackbits(bits, count=self._size))


def _coded(
    rows: ir.Table, names: Sequence[str], person: str | None, keep: Keep
) -> tuple[dict[str, Ints], list[tuple[str, int, int]]]:
    """The variables as small numbers packed in few large ones, and where each is: (word, first bit, bits).

    An empty value is a value.
    """
    if person is not None:
        # Of rows that are alike in person and variables one stands for all; it carries how many.
        coded = rows.group_by([person, *names]).aggregate(**{COUNT: rows.count()}).rename({PERSON: person})
    else:
        coded = rows.select(*names).mutate(**{COUNT: ibis.literal(1, "int64")})
    coded = keep(coded)
    places: list[tuple[str, int, int]] = []
    words: list[list[tuple[str, int]]] = []
    used = WORD
    for place, name in enumerate((*names, *([PERSON] if person is not None else []))):
        values = keep(coded.select(name).distinct().select(
            **{f"v{place}": ibis._[name], f"c{place}": ibis.row_number().cast("int64")}
        ))  # fmt: skip
        coded = coded.join(values, coded[name].identical_to(values[f"v{place}"])).drop(name, f"v{place}")
        if name == PERSON:
            coded = coded.rename({PERSON: f"c{place}"})
            break
        width = max(int(values.count().to_pyarrow().as_py()) - 1, 1).bit_length()
        if used + width > WORD:
            words.append([])
            used = 0
        words[-1].append((f"c{place}", used))
        places.append((f"w{len(words) - 1}", used, width))
        used += width
    packed = {f"w{number}": reduce(add, (coded[c] * (1 << at) for c, at in word)) for number, word in enumerate(words)}
    others = [name for name in (PERSON, COUNT) if name in coded.columns]
    made = coded.select(*others, **packed).to_pyarrow()
    return {name: made[name].to_numpy() for name in made.column_names}, places
