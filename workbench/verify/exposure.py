"""What a coalition can join and conclude, with a derivation for every claim."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from workbench.verify.bits import Bits
from workbench.verify.closure import reaches
from workbench.verify.explain import Derivation, derive
from workbench.verify.facts import ATTRIBUTE, COHORT, ID, Facts, Holding, Key
from workbench.verify.trace import Evidence


@dataclass(frozen=True)
class Cluster:
    """Tables that can be joined row by row, and everything known of the persons in them."""

    tokens: frozenset[str]
    items: tuple[str, ...]

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Identifier domains, without their prefix."""
        return tuple(sorted(token[len(ID) :] for token in self.tokens if token.startswith(ID)))

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes, without their prefix."""
        return tuple(sorted(token[len(ATTRIBUTE) :] for token in self.tokens if token.startswith(ATTRIBUTE)))

    @property
    def membership(self) -> tuple[str, ...]:
        """Studies of whose population the persons are known to be."""
        return tuple(sorted(token[len(COHORT) :] for token in self.tokens if token.startswith(COHORT)))


@dataclass(frozen=True)
class Exposure:
    """What these tables and keys come to. `exact` are the facts without what is only probable."""

    facts: Facts
    exact: Facts
    holdings: tuple[Holding, ...]
    keys: tuple[Key, ...]
    bits: Bits = field(repr=False, compare=False)
    exact_bits: Bits = field(repr=False, compare=False)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """The clusters, those with most tokens first."""
        made = []
        for mask in self._masks:
            items = [one.item.name for one in self.holdings if self.bits.mask(one.tokens) & ~mask == 0]
            made.append(Cluster(self.bits.tokens(mask), tuple(dict.fromkeys(items))))
        return tuple(sorted(made, key=lambda one: (-len(one.tokens), one.items)))

    @cached_property
    def _masks(self) -> tuple[int, ...]:
        return self.bits.close(self.holdings, self.keys)

    def can(self, target: Collection[str]) -> bool:
        """Whether the tokens come together, for at least some persons."""
        return reaches(self._masks, self.bits.mask(target))

    def reaches(self, target: Collection[str]) -> Derivation | None:
        """How the tokens come together, by an exact chain where there is one; None when they do not."""
        if not self.can(target):
            return None
        wanted = frozenset(target)
        evidence: tuple[Evidence, ...] = (*self.holdings, *self.keys)
        return derive(self.exact, self.exact_bits, wanted, evidence) or derive(self.facts, self.bits, wanted, evidence)
