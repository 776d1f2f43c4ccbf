"""The closure a second time, as facts about single tables and nothing clever: what the fast one is checked against.

Facts are "table i knows token t" and "tables i and j are about the same rows". They are added one by one until
no rule adds any. No clusters, no bits, no order that matters.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from workbench.verify.facts import EVERYBODY, ID, Facts, Key, Rule

Tokens = frozenset[str]


def reaches(facts: Facts, coalition: Collection[str], target: Tokens) -> bool:
    """Whether some table of the coalition comes to know the whole target."""
    wanted = set(coalition) | {EVERYBODY}
    tables = [one.tokens for one in facts.holdings if one.party in coalition]
    keys = [key for key in facts.keys if key.party in wanted]
    quasi = [one.tokens for one in facts.quasi]
    lists = [_list(domain, keys) for domain in facts.enumerable]
    return any(target <= known for known in _fixpoint(tables, facts.rules, keys, lists, quasi))


def _list(domain: str, keys: Collection[Key]) -> Tokens:
    """Every person of a domain that can be tried, written down with all that the keys make of him or her."""
    known = {ID + domain}
    while any([_use(key, known) for key in keys]):
        pass
    return frozenset(known)


def _use(key: Key, known: set[str]) -> bool:
    """A key on what is known of one person; whether that gave anything new."""
    before = len(known)
    if ID + key.of in known:
        known.add(ID + key.domain)
    if key.reversible and ID + key.domain in known:
        known.add(ID + key.of)
    return len(known) > before


def _fixpoint(
    tables: list[Tokens],
    rules: Collection[Rule],
    keys: Collection[Key],
    lists: Collection[Tokens],
    quasi: Collection[Tokens],
) -> list[set[str]]:
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
            for key in keys:
                _use(key, known)
            for everybody in lists:  # a number that stands on the list leads to its line
                if everybody & known:
                    known |= everybody
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
