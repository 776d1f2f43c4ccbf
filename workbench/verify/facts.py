"""What a verification starts from: who holds which tables and keys when, and what follows from what.

All are small frozen values, so that a model can be made from a compiled study, from what a document prints, or by
hand in a test. Steps are numbered from 1; 0 is before the study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

BEFORE = 0
EVERYBODY = "*"  # holder of what needs no secret: a code without a key, say
ID, ATTRIBUTE, COHORT = "id:", "attr:", "cohort:"
SOME = "some:"  # before another token: told of some persons only, those alone in their group or class


@dataclass(frozen=True)
class Item:
    """A table of rows about persons: a part of a dataset, or a source table.

    `columns` gives the tokens of each column; `tokens` are all of them and what the whole table tells (the cohort).
    Two items with the same identifier token can be joined row by row. An aggregate without small cells has no tokens.
    """

    name: str
    dataset: str
    tokens: frozenset[str]
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False, compare=False)


class _Held:
    """Held from step `since` until step `until` (None: for good)."""

    since: int
    until: int | None

    @property
    def prior(self) -> bool:
        """Held before the study, and so by another right than the study's."""
        return self.since == BEFORE

    def at(self, step: int) -> bool:
        """Whether it is held when that step is done."""
        return self.since <= step and (self.until is None or step < self.until)


@dataclass(frozen=True)
class Holding(_Held):
    """A party that can read an item from step `since` until step `until` (None: for good), and `why`."""

    party: str
    item: Item
    since: int
    until: int | None
    why: str

    @property
    def tokens(self) -> frozenset[str]:
        """Tokens of the item."""
        return self.item.tokens


@dataclass(frozen=True)
class Key(_Held):
    """A key turns identifiers `of` into pseudonyms `domain`, and back where the domain is `reversible`.

    What else it turns back depends on the other keys held beside it: see `key_rules`.
    """

    party: str
    domain: str
    of: str
    reversible: bool
    since: int
    until: int | None
    why: str


@dataclass(frozen=True)
class Rule:
    """Who has all tokens `known` of one person or stay has those it `gives`.

    `certainty` is 1.0 when always, None when nobody measured for how many.
    """

    id: str
    known: frozenset[str]
    gives: frozenset[str]
    why: str
    certainty: float | None = 1.0


def key_rules(keys: Iterable[Key], enumerable: Set[str]) -> tuple[Rule, ...]:
    """What who has all these keys can conclude about a row, each rule once.

    Forth always. Back where the domain is reversible, and where the identifiers can all be tried: those of an
    enumerable domain, and those that the keys make of what can be tried, so that a chain of keys hides nothing.
    """
    keys = tuple(keys)
    tried = _tried(keys, enumerable)
    rules: dict[Rule, None] = {}
    for key in keys:
        id_, one, other = f"key:{key.domain}", frozenset({ID + key.of}), frozenset({ID + key.domain})
        rules[Rule(id_, one, other, f"the key turns {key.of} into {key.domain}")] = None
        if key.reversible:
            rules[Rule(id_, other, one, f"the key tells which {key.of} is behind a {key.domain}")] = None
        elif key.of in tried:
            why = f"every {key.of} there is can be tried with the key until one gives this {key.domain}"
            rules[Rule(id_, other, one, why)] = None
    return tuple(rules)


def _tried(keys: Sequence[Key], enumerable: Set[str]) -> Set[str]:
    """Domains of which all identifiers can be made, one after another, by who has these keys."""
    found, size = set(enumerable), -1
    while size != len(found):
        size = len(found)
        found |= {key.domain for key in keys if key.of in found}
        found |= {key.of for key in keys if key.reversible and key.domain in found}
    return found


@dataclass(frozen=True)
class Quasi:
    """Attributes by which rows can be joined without an identifier; None when the uniqueness was not measured."""

    id: str
    tokens: frozenset[str]
    uniqueness: float | None
    why: str


@dataclass(frozen=True)
class Target:
    """Tokens that should not come together."""

    id: str
    tokens: frozenset[str]
    label: str


@dataclass(frozen=True)
class Moment:
    """A step in its place, as reports name it."""

    number: int
    id: str
    actor: str
    label: str
    printed: str | None = None


@dataclass(frozen=True)
class Facts:
    """Everything a verification knows.

    `organisations` gives the body of each party; parties not in the study may be among them, when they issue an
    identifier that the study uses. `needs` are the steps that work with a token of a dataset, `lineage` the datasets
    that a dataset is made from: repairs go by these. Of `enumerable` identifier domains all values can be tried.
    """

    study: str
    organisations: Mapping[str, str]
    holdings: tuple[Holding, ...]
    keys: tuple[Key, ...] = ()
    rules: tuple[Rule, ...] = ()
    quasi: tuple[Quasi, ...] = ()
    targets: tuple[Target, ...] = ()
    steps: tuple[Moment, ...] = ()
    needs: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    lineage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    enumerable: frozenset[str] = frozenset()
