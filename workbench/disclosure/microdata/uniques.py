"""Minimal sample uniques: the smallest combinations of variables by which a record is alone (SUDA).

A record that is alone on some variables is alone on more of them too; only the smallest such sets say what singles it
out. So the sets are taken in order of size, and a record leaves the search for every set that holds one already
found for it. That leaves the others as they are: it differs from each of them on a subset, and so on the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import factorial
from operator import add

import ibis
import ibis.expr.types as ir

ID, PERSON, SET, COUNT = "$id", "$person", "$set", "$n"
WORD = 62  # bits used of a number
Keep = Callable[[ir.Table], ir.Table]  # the same rows, computed once


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
    coded, places = _coded(rows, names, person, keep)
    bits: dict[int, tuple[str, int]] = {}  # by set of variables, the column and bit that say it is minimal for a row
    found: list[ir.Table] = []
    for size in range(1, most + 1):
        level = [sum(1 << one for one in chosen) for chosen in combinations(range(len(names)), size)]
        made = [keep(_alone(coded, mask, places, bits, person is not None)) for mask in level]
        found += made
        if size < most:
            coded = keep(_noted(coded, level, made, bits))
    return _summary(names, most, keep(ibis.union(*found)) if len(found) > 1 else found[0])


def _coded(
    rows: ir.Table, names: Sequence[str], person: str | None, keep: Keep
) -> tuple[ir.Table, list[tuple[str, int]]]:
    """The variables as small numbers packed in few large ones, and where each is: (column, mask of its bits).

    An empty value is a value. One number to group by is several times faster than six columns.
    """
    if person is not None:
        # Of rows that are alike in person and variables one stands for all; it carries how many.
        coded = rows.group_by([person, *names]).aggregate(**{COUNT: rows.count()}).rename({PERSON: person})
    else:
        coded = rows.select(*names).mutate(**{COUNT: ibis.literal(1, "int64")})
    coded = keep(coded.mutate(**{ID: ibis.row_number()}))
    places: list[tuple[str, int]] = []
    words: list[list[tuple[str, int]]] = []
    used = WORD
    for place, name in enumerate(names):
        values = keep(coded.select(name).distinct().select(
            **{f"v{place}": ibis._[name], f"c{place}": ibis.row_number().cast("int64")}
        ))  # fmt: skip
        width = max(int(values.count().to_pyarrow().as_py()) - 1, 1).bit_length()
        if used + width > WORD:
            words.append([])
            used = 0
        words[-1].append((f"c{place}", used))
        places.append((f"w{len(words) - 1}", ((1 << width) - 1) << used))
        used += width
        coded = coded.join(values, coded[name].identical_to(values[f"v{place}"])).drop(name, f"v{place}")
    packed = {f"w{number}": reduce(add, (coded[c] * (1 << at) for c, at in word)) for number, word in enumerate(words)}
    others = [name for name in (ID, PERSON, COUNT) if name in coded.columns]
    return keep(coded.select(*others, **packed)), places


def _alone(
    coded: ir.Table, mask: int, places: Sequence[tuple[str, int]], bits: Mapping[int, tuple[str, int]], persons: bool
) -> ir.Table:
    """(id, set, count) of the rows that are alone on the variables of `mask` and on none of their subsets."""
    below: dict[str, int] = {}
    for other, (column, bit) in bits.items():
        if other & mask == other:
            below[column] = below.get(column, 0) | 1 << bit
    left = coded.filter([(coded[column] & chosen) == 0 for column, chosen in below.items()]) if below else coded
    keys: dict[str, int] = {}
    for number, (word, part) in enumerate(places):
        if mask >> number & 1:
            keys[word] = keys.get(word, 0) | part
    left = left.mutate(**{f"k{word}": left[word] & part for word, part in keys.items()})
    by = [f"k{word}" for word in keys]
    told = {SET: ibis.literal(mask, "int64")}
    if not persons:
        groups = left.group_by(by).aggregate(**{ID: left[ID].min(), COUNT: left.count()})
        return groups.filter(groups[COUNT] == 1).select(ID, COUNT, **told)
    groups = left.group_by(by).aggregate(low=left[PERSON].min(), high=left[PERSON].max())
    return left.semi_join(groups.filter(groups["low"] == groups["high"]), by).select(ID, COUNT, **told)


def _noted(
    coded: ir.Table, level: Sequence[int], made: Sequence[ir.Table], bits: dict[int, tuple[str, int]]
) -> ir.Table:
    """The rows with, in new columns, which sets of this size are minimal for them; `bits` learns where."""
    for start in range(0, len(level), WORD):
        column = f"found{len(bits)}"
        sets = list(zip(level[start : start + WORD], made[start : start + WORD], strict=True))
        flags = [one.select(ID, flag=ibis.literal(1 << bit, "int64")) for bit, (_, one) in enumerate(sets)]
        union = ibis.union(*flags) if len(flags) > 1 else flags[0]
        noted = union.group_by(ID).aggregate(**{column: union["flag"].bit_or()})
        coded = coded.left_join(noted, ID).drop(f"{ID}_right")
        coded = coded.mutate(**{column: coded[column].fill_null(0)})
        bits.update({mask: (column, bit) for bit, (mask, _) in enumerate(sets)})
    return coded


def _summary(names: tuple[str, ...], most: int, found: ir.Table) -> MinimalUniques:
    flags = {f"b{place}": ((found[SET] // (1 << place)) % 2).max() for place in range(len(names))}
    per_record = found.group_by(ID).aggregate(n=found[COUNT].max(), **flags)
    sums = {f"b{place}": (per_record[f"b{place}"] * per_record["n"]).sum() for place in range(len(names))}
    masks = found.group_by(SET).aggregate(n=found[COUNT].sum()).to_pyarrow().to_pylist()
    total = per_record.aggregate(records=per_record["n"].sum(), **sums).to_pyarrow().to_pylist()[0]
    records = int(total["records"] or 0)
    if not records:
        nothing = dict.fromkeys(names, 0.0)
        return MinimalUniques(names, most, 0, {}, nothing, dict(nothing))
    score = {int(one[SET]): int(one["n"]) * factorial(len(names) - int(one[SET]).bit_count()) for one in masks}
    sets = {tuple(n for place, n in enumerate(names) if int(one[SET]) >> place & 1): int(one["n"]) for one in masks}
    whole = sum(score.values())
    return MinimalUniques(
        variables=names,
        largest=most,
        records=records,
        sets=dict(sorted(sets.items(), key=lambda one: (-one[1], len(one[0]), one[0]))),
        contribution={name: int(total[f"b{place}"]) / records for place, name in enumerate(names)},
        weight={
            name: sum(value for mask, value in score.items() if mask >> place & 1) / whole
            for place, name in enumerate(names)
        },
    )
