"""What a coalition really can join: by the values in the rows it holds, the keys it has, and nothing else.

Rows are joined that share a number that identifies, or whose shared facts single out one stay of the whole world. A
key is tried on every number held, and on every social security number there is; a reversible one also backwards. No
column's meaning is looked at; only the numbers of splits, which start from 1 each, are told apart by their split.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tests.verify.guard3_world import STAYS
from workbench.crypto import decode, pseudonymise, pseudonymise_reversibly

Row = frozenset[object]
LEAST = 1_000_000  # smaller numbers are counted days
EVERYBODY = tuple(stay.insz for stay in STAYS)
FACTS: frozenset[object] = frozenset().union(*(stay.facts for stay in STAYS))


@dataclass(frozen=True)
class Secret:
    """A key as its holder has it; an `operational` one has been used on everybody, long before the study."""

    domain: str
    key: bytes
    reversible: bool
    operational: bool = False

    def forth(self, values: Collection[int]) -> dict[int, int]:
        """Each number beside what the key makes of it."""
        make = pseudonymise_reversibly if self.reversible else pseudonymise
        numbers = sorted(values)
        made = make(np.array(numbers, dtype=np.int64), self.key, self.domain)
        return {value: int(one) for value, one in zip(numbers, made, strict=True)}

    def back(self, values: Collection[int]) -> dict[int, int]:
        """Each number beside what it would be a pseudonym of."""
        numbers = sorted(values)
        made = decode(np.array(numbers, dtype=np.int64), self.key, self.domain)
        return {value: int(one) for value, one in zip(numbers, made, strict=True)}


def components(rows: Iterable[Row], secrets: Collection[Secret], true: Collection[int]) -> list[set[object]]:
    """Everything that can be brought together, value by value; `true` are the numbers that identify somebody."""
    sets: list[set[object]] = [set(row) for row in set(rows)]
    size = -1
    while size != (size := _size(sets)):
        sets = _by_facts(_by_number([*sets, *_keyed(sets, secrets, true)]))
        for one in sets:
            one |= set(_counted(one))
        if _size(sets) == size:
            return sets
    return sets


def _size(sets: list[set[object]]) -> int:
    return 1000 * len(sets) + sum(map(len, sets))


def _identifies(value: object) -> bool:
    return isinstance(value, tuple) or (isinstance(value, int) and abs(value) >= LEAST)


def _counted(values: set[object]) -> Iterator[date]:
    """Dates that follow from a date and a number of days, where they are dates of the world."""
    days = [value for value in values if isinstance(value, int) and 0 <= value < LEAST]
    for one in [value for value in values if isinstance(value, date)]:
        for number in days:
            yield from (day for day in (one + timedelta(number), one - timedelta(number)) if day in FACTS)


def _keyed(sets: list[set[object]], keys: Collection[Secret], true: Collection[int]) -> Iterator[set[object]]:
    """Pairs that the keys add to what is held: a pseudonym beside what it is of."""
    held = {value for one in sets for value in one if isinstance(value, int) and abs(value) >= LEAST}
    tried = set(EVERYBODY)
    size = -1
    while size != (size := len(tried)):  # with every key on every number there is, and on what they made
        for key in keys:
            tried |= set(key.forth(tried).values()) & set(true)
            if key.reversible:
                tried |= set(key.back(tried).values()) & set(true)
    for key in keys:
        for value, made in key.forth(held | tried).items():
            if made in true and (key.operational or value in held or made in held):
                yield {value, made}
        if key.reversible and held:
            for value, made in key.back(held).items():
                if made in true:
                    yield {value, made}


def _by_number(sets: list[set[object]]) -> list[set[object]]:
    """Sets that share a number that identifies, as one."""
    place: dict[object, int] = {}
    merged: list[set[object]] = []
    for one in sets:
        whole = set(one)
        where = {place[value] for value in one if _identifies(value) and value in place}
        target = min(where, default=len(merged))
        if target == len(merged):
            merged.append(set())
        for other in where:
            whole |= merged[other]
            merged[other] = set()
        merged[target] = whole
        place.update({value: target for value in whole if _identifies(value)})
    return [one for one in merged if one]


def _by_facts(sets: list[set[object]]) -> list[set[object]]:
    """Sets whose shared facts single out one stay, as one; sets without a fact stay as they are."""
    merged: list[set[object]] = []
    for one in sets:
        facts = one & FACTS
        if facts:
            same = [other for other in merged if _one_stay(facts & other)]
            for other in same:
                merged.remove(other)
                one = one | other
        merged.append(one)
    return merged


def _one_stay(shared: set[object]) -> bool:
    return bool(shared) and sum(1 for stay in STAYS if shared <= stay.facts) == 1
