"""The closure a second time, as facts about single tables and nothing clever: what the fast one is checked against.

Facts are "table i knows token t" and "tables i and j are about the same rows". They are added one by one until
no rule adds any. No clusters, no bits, no order that matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations

from workbench.verify.facts import EVERYBODY, ID, Facts, Rule

Tokens = frozenset[str]


def reaches(facts: Facts, coalition: Collection[str], target: Tokens) -> bool:
    """Whether some table of the coalition comes to know the whole target."""
    wanted = set(coalition) | {EVERYBODY}
    tables = [one.tokens for one in facts.holdings if one.party in coalition]
    rules = [*facts.rules, *(rule for key in facts.keys if key.party in wanted for rule in key.rules())]
    quasi = [one.tokens for one in facts.quasi]
    return any(target <= known for known in _fixpoint(tables, rules, quasi))


def _fixpoint(tables: list[Tokens], rules: list[Rule], quasi: Iterable[Tokens]) -> list[set[str]]:
    knows = [set(one) for one in tables]
    same: set[tuple[int, int]] = set()
    size = -1
    while size != sum(map(len, knows)) + len(same):
        size = sum(map(len, knows)) + len(same)
        for i, j in combinations(range(len(tables)), 2):
            shared = knows[i] & knows[j]
            if any(token.startswith(ID) for token in shared) or any(key <= shared for key in quasi):
                same |= {(i, j), (j, i)}
        for i, j in list(same):
            knows[i] |= knows[j]
        for known in knows:
            for rule in rules:
                if rule.known <= known:
                    known |= rule.gives
    return knows


def smallest(facts: Facts, units: dict[str, frozenset[str]], target: Tokens) -> set[frozenset[str]]:
    """All smallest sets of units (each a set of parties) that reach the target, by trying every set."""
    found: set[frozenset[str]] = set()
    for size in range(1, len(units) + 1):
        for names in combinations(units, size):
            chosen = frozenset(names)
            if not any(one <= chosen for one in found):
                parties = frozenset[str]().union(*(units[name] for name in names))
                if reaches(facts, parties, target):
                    found.add(chosen)
    return found
