"""The closure: tables that can be joined become one cluster, and a cluster gains what follows from it.

Tokens are bits of one number, so that joining is `|` and containing is `&`. The closure of a set of tables is
the least one closed under three things, repeated until nothing changes:

- two clusters with an identifier of the same domain are one (R2; the reference numbers of a split, R6);
- two clusters that both have a whole quasi-key are one (R3);
- a cluster that has all a rule asks for gains what it gives (R4; keys are rules of who holds them, R1 and R5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Masks = tuple[int, ...]
MaskRule = tuple[int, int]


class Rules:
    """Rules (asks, gives), and what they make of every mask asked for before: tables come back in most coalitions."""

    def __init__(self, rules: Sequence[MaskRule]) -> None:
        self._rules = tuple(rules)
        self._grown: dict[int, int] = {}

    def grow(self, mask: int) -> int:
        """A mask with everything that follows from it."""
        grown = self._grown.get(mask)
        if grown is None:
            grown = self._grown[mask] = self._follow(mask)
        return grown

    def _follow(self, mask: int) -> int:
        before = -1
        while mask != before:
            before = mask
            for asks, gives in self._rules:
                if mask & asks == asks:
                    mask |= gives
        return mask


@dataclass(frozen=True)
class Laws:
    """What joins and what follows, as masks: identifier bits, quasi-keys, and rules (asks, gives)."""

    ids: int
    quasi: Masks
    rules: tuple[MaskRule, ...]
    _known: dict[tuple[MaskRule, ...], Rules] = field(default_factory=dict, repr=False, compare=False)

    def following(self, extra: tuple[MaskRule, ...] = ()) -> Rules:
        """The rules for who also has those of `extra`."""
        if extra not in self._known:
            self._known[extra] = Rules((*self.rules, *extra))
        return self._known[extra]


def close(masks: Iterable[int], laws: Laws, extra: tuple[MaskRule, ...] = ()) -> Masks:
    """The closure of tables with these tokens, for who also has the rules `extra`; largest numbers first."""
    rules = laws.following(extra)
    clusters = list(dict.fromkeys(masks))
    while True:
        joined = by_quasi_key(by_identifier(clusters, laws.ids), laws.quasi)
        grown = [rules.grow(mask) for mask in joined]
        if grown == clusters:
            return tuple(sorted(without_parts(grown), reverse=True))
        clusters = grown


def by_identifier(masks: Iterable[int], ids: int) -> list[int]:
    """Clusters that share an identifier domain, joined: each bit of `ids` is in at most one of the results."""
    clusters: list[int] = []
    owner: dict[int, int] = {}  # bit of an identifier -> place of the cluster that has it
    for mask in masks:
        places = set()
        left = mask & ids
        while left:
            bit = left & -left
            left ^= bit
            if bit in owner:
                places.add(owner[bit])
        place = min(places) if places else len(clusters)
        if place == len(clusters):
            clusters.append(0)
        for other in places - {place}:
            mask |= clusters[other]
            clusters[other] = 0
        mask |= clusters[place]
        clusters[place] = mask
        left = mask & ids
        while left:
            bit = left & -left
            left ^= bit
            owner[bit] = place
    return [mask for mask in clusters if mask]


def by_quasi_key(masks: list[int], quasi: Sequence[int]) -> list[int]:
    """Clusters that both have a whole quasi-key, joined."""
    for key in quasi:
        having = [mask for mask in masks if mask & key == key]
        if len(having) > 1:
            whole = 0
            for mask in having:
                whole |= mask
            masks = [mask for mask in masks if mask & key != key] + [whole]
    return masks


def without_parts(masks: Iterable[int]) -> list[int]:
    """Without clusters that are wholly within another: whatever they join or give, the other does."""
    kept: list[int] = []
    for mask in sorted(set(masks), key=int.bit_count, reverse=True):
        if not any(mask & other == mask for other in kept):
            kept.append(mask)
    return kept


def reaches(clusters: Iterable[int], target: int) -> bool:
    """Whether one cluster has the whole target."""
    return any(mask & target == target for mask in clusters)
