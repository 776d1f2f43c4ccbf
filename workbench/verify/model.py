"""The model of a flow: who holds what when, and the questions that can be asked of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from workbench.verify.bits import Bits
from workbench.verify.closure import Masks
from workbench.verify.exposure import Exposure
from workbench.verify.facts import EVERYBODY, ID, Facts, Holding, Key, Target

Mode = Literal["ever", "now"]
Level = Literal["party", "organisation"]


@dataclass(frozen=True)
class Model(Facts):
    """Facts, with the closure over them.

    Mode `ever`: everything held up to a step (by default the last) is remembered, deletion or not; `now`: only
    what is held when the step is done counts. What was held before the study counts in both.
    """

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """Parties that hold anything, or take part, in a fixed order."""
        return tuple(self.organisations)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Parties that held tables before the study that tell more of persons than who they are.

        Who only keeps a key or a list of identifiers, as a trusted third party does, is no source.
        """
        telling = (one for one in self.holdings if one.prior and any(not token.startswith(ID) for token in one.tokens))
        return frozenset(one.party for one in telling)

    def organisation(self, party: str) -> str:
        """The body that a party is part of."""
        return self.organisations[party]

    def members(self, name: str, level: Level = "organisation") -> frozenset[str]:
        """The parties of an organisation (or, at party level, the party itself)."""
        if level == "party":
            return frozenset({name})
        return frozenset(party for party, body in self.organisations.items() if body == name)

    def units(self, level: Level) -> tuple[str, ...]:
        """Parties, or organisations, in a fixed order."""
        return self.parties if level == "party" else tuple(dict.fromkeys(self.organisations.values()))

    @cached_property
    def last(self) -> int:
        """Number of the last step at which anything happens."""
        moments = [moment.number for moment in self.steps]
        held = [when or 0 for one in self.holdings for when in (one.since, one.until)]
        keys = [when or 0 for key in self.keys for when in (key.since, key.until)]
        return max((*moments, *held, *keys), default=0)

    def held(self, coalition: Collection[str], at: int | None = None, mode: Mode = "ever") -> tuple[Holding, ...]:
        """What members of a coalition can read."""
        wanted = frozenset(coalition)
        return tuple(one for one in self.holdings if one.party in wanted and self._counts(one, at, mode))

    def keys_of(self, coalition: Collection[str], at: int | None = None, mode: Mode = "ever") -> tuple[Key, ...]:
        """The keys members of a coalition can use, those that everybody can use included."""
        wanted = frozenset(coalition) | {EVERYBODY}
        return tuple(one for one in self.keys if one.party in wanted and self._counts(one, at, mode))

    def _counts(self, one: Holding | Key, at: int | None, mode: Mode) -> bool:
        step = self.last if at is None else at
        return one.since <= step if mode == "ever" else one.at(step)

    def exposure(self, coalition: Collection[str], at: int | None = None, mode: Mode = "ever") -> Exposure:
        """What a coalition can join and conclude. Raises `KeyError` for a party that the model does not have."""
        for party in coalition:
            self.organisation(party)
        held, keys = self.held(coalition, at, mode), self.keys_of(coalition, at, mode)
        return Exposure(self, self.exact, held, keys, self.bits, self.exact.bits)

    def of_organisation(self, body: str, at: int | None = None, mode: Mode = "ever") -> Exposure:
        """What an organisation can join and conclude: all its parties together."""
        return self.exposure(self.members(body), at, mode)

    @cached_property
    def exact(self) -> Model:
        """The same without what is only probable: no quasi-keys, no rules that do not always hold."""
        return replace(self, quasi=(), rules=tuple(rule for rule in self.rules if rule.certainty == 1.0))

    @cached_property
    def before(self) -> Model:
        """The same as it was before the study: what its sources hold by another right."""
        holdings = tuple(one for one in self.holdings if one.prior)
        return replace(self, holdings=holdings, keys=tuple(one for one in self.keys if one.prior))

    def target(self, id_: str) -> Target:
        """The target of that name. Raises `KeyError` when there is none."""
        for target in self.targets:
            if target.id == id_:
                return target
        raise KeyError(id_)

    @cached_property
    def bits(self) -> Bits:
        """The tokens of the model as bits."""
        return Bits(self)

    def clusters(self, coalition: Collection[str], at: int | None = None, mode: Mode = "ever") -> Masks:
        """The closure of what a coalition can read, as masks of `bits`."""
        return self.bits.close(self.held(coalition, at, mode), self.keys_of(coalition, at, mode))
