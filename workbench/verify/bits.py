"""Tokens as bits of one number, for one set of facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from workbench.verify.closure import Laws, MaskRule, Masks, close
from workbench.verify.facts import ID, Facts, Holding, Key, key_rules


class Bits:
    """The bit of every token that anything in the facts names, and their laws as masks."""

    def __init__(self, facts: Facts) -> None:
        tokens: dict[str, None] = {}
        named = [holding.tokens for holding in facts.holdings]
        rules = [*facts.rules, *key_rules(facts.keys, facts.enumerable)]
        named += [rule.known | rule.gives for rule in rules]
        named += [quasi.tokens for quasi in facts.quasi] + [target.tokens for target in facts.targets]
        for group in dict.fromkeys(named):
            tokens.update(dict.fromkeys(sorted(group)))
        self._facts = facts
        self._bits = {token: 1 << place for place, token in enumerate(tokens)}
        self._unknown = 1 << len(tokens)
        self._masks: dict[frozenset[str], int] = {}

    def mask(self, tokens: Iterable[str]) -> int:
        """Tokens as bits; what nothing names has a bit that no table has."""
        wanted = frozenset(tokens)
        if wanted not in self._masks:
            mask = 0
            for token in wanted:
                mask |= self._bits.get(token, self._unknown)
            self._masks[wanted] = mask
        return self._masks[wanted]

    def tokens(self, mask: int) -> frozenset[str]:
        """The tokens of a mask."""
        return frozenset(token for token, bit in self._bits.items() if mask & bit)

    @cached_property
    def laws(self) -> Laws:
        """What joins and what follows for everybody."""
        ids = self.mask(token for token in self._bits if token.startswith(ID))
        rules = tuple((self.mask(rule.known), self.mask(rule.gives)) for rule in self._facts.rules)
        return Laws(ids, tuple(self.mask(quasi.tokens) for quasi in self._facts.quasi), rules)

    def rules(self, keys: Iterable[Key]) -> tuple[MaskRule, ...]:
        """The rules of who has all these keys, each once."""
        found = [(self.mask(rule.known), self.mask(rule.gives)) for rule in key_rules(keys, self._facts.enumerable)]
        return tuple(dict.fromkeys(found))

    def close(self, holdings: Iterable[Holding], keys: Iterable[Key]) -> Masks:
        """The closure of these tables for who has these keys."""
        return close((self.mask(one.tokens) for one in holdings), self.laws, self.rules(keys))

    def close_evidence(self, evidence: Sequence[Holding | Key]) -> Masks:
        """The closure of tables and keys in one list."""
        holdings = [one for one in evidence if isinstance(one, Holding)]
        return self.close(holdings, [one for one in evidence if isinstance(one, Key)])
