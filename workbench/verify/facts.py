"""What a verification starts from: who holds which tables and keys when, and what follows from what.

All are small frozen values, so that a model can be made from a compiled study, from what a document prints, or by
hand in a test. Steps are numbered from 1; 0 is before the study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BEFORE = 0
EVERYBODY = "*"  # holder of what needs no secret: a code without a key, say
ID, ATTRIBUTE, COHORT = "id:", "attr:", "cohort:"


@dataclass(frozen=True)
class Item:
    """A table of rows about persons: a part of a dataset, or a source table.

    `columns` gives the tokens of each column; `tokens` are all of them and what the whole table tells (the cohort).
    Two items with the same identifier token can be joined row by row. An aggregate has no tokens.
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
    """A key turns identifiers `of` into pseudonyms `domain`; `backward` when its holder can also go back.

    That is so when the domain is reversible, and when the identifiers can all be tried.
    """

    party: str
    domain: str
    of: str
    backward: bool
    since: int
    until: int | None
    why: str

    def rules(self) -> tuple[Rule, ...]:
        """What its holder can conclude about a row."""
        id_, one, other = f"key:{self.domain}", frozenset({ID + self.of}), frozenset({ID + self.domain})
        forth = Rule(id_, one, other, f"the key turns {self.of} into {self.domain}")
        back = Rule(id_, other, one, f"the key tells which {self.of} is behind a {self.domain}")
        return (forth, back) if self.backward else (forth,)


@dataclass(frozen=True)
class Rule:
    """Who has all tokens `known` of one person or stay has those it `gives`; `certainty` 1.0 when always."""

    id: str
    known: frozenset[str]
    gives: frozenset[str]
    why: str
    certainty: float = 1.0


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
    that a dataset is made from: repairs go by these.
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
