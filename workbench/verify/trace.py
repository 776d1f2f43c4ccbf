"""The chain of joins and conclusions by which tables reach a target, step by step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from workbench.verify.facts import ATTRIBUTE, COHORT, ID, SOME, Facts, Holding, Key, Quasi, Rule, key_rules

Evidence = Holding | Key


@dataclass(frozen=True)
class Link:
    """One step of a chain: tables joined (`on` an identifier or a quasi-key), or something concluded by a rule."""

    kind: str  # "identifier", "quasi-key" or "rule"
    by: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    gives: tuple[str, ...]
    certainty: float | None
    why: str
    left_known: frozenset[str] = frozenset()  # what the left table had before the link


def words(token: str) -> str:
    """A token for readers: `id:RN` is RN, `attr:birth_date` birth date."""
    token = token.removeprefix(SOME)
    if token.startswith(COHORT):
        return f"membership of the population of {token[len(COHORT) :]}"
    return token[len(ID) :] if token.startswith(ID) else token.removeprefix(ATTRIBUTE).replace("_", " ")


def listed(tokens: Collection[str]) -> str:
    """Tokens for readers, identifiers first."""
    named = [words(token) for token in sorted(tokens, key=lambda one: (not one.startswith(ID), one))]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


class _Group:
    """Tables joined so far, with their tokens, while a chain is traced."""

    def __init__(self, name: str, tokens: frozenset[str]) -> None:
        self.names: tuple[str, ...] = (name,)
        self.tokens = set(tokens)


def trace(facts: Facts, target: frozenset[str], evidence: Sequence[Evidence]) -> list[Link]:
    """The links by which the evidence reaches the target, useless ones left out."""
    tables = [one for one in evidence if isinstance(one, Holding)]
    groups = [_Group(name, tokens) for name, tokens in dict((one.item.name, one.tokens) for one in tables).items()]
    keys = [one for one in evidence if isinstance(one, Key)]
    rules = [*facts.rules, *key_rules(keys, facts.enumerable)]
    links: list[Link] = []
    while True:
        done = next((group for group in groups if target <= group.tokens), None)
        if done is not None:
            return _useful(links, done, target)
        link = _by_identifier(groups) or _by_rule(groups, rules) or _by_quasi(groups, facts.quasi)
        assert link is not None, "the closure reached it"
        links.append(link)


def _by_identifier(groups: list[_Group]) -> Link | None:
    for place, one in enumerate(groups):
        for other in groups[place + 1 :]:
            shared = sorted(token for token in one.tokens & other.tokens if token.startswith(ID))
            if shared:
                return _join(groups, one, other, "identifier", words(shared[0]), (shared[0],), 1.0)
    return None


def _by_quasi(groups: list[_Group], quasi: Sequence[Quasi]) -> Link | None:
    for key in quasi:
        having = [group for group in groups if key.tokens <= group.tokens]
        if len(having) > 1:
            by = f"{key.id} ({listed(key.tokens)})"
            return _join(groups, having[0], having[1], "quasi-key", by, tuple(sorted(key.tokens)), key.uniqueness)
    return None


def _join(
    groups: list[_Group], one: _Group, other: _Group, kind: str, by: str, tokens: tuple[str, ...], share: float | None
) -> Link:
    link = Link(kind, by, one.names, other.names, tokens, share, "", frozenset(one.tokens))
    one.names += other.names
    one.tokens |= other.tokens
    groups.remove(other)
    return link


def _by_rule(groups: list[_Group], rules: Sequence[Rule]) -> Link | None:
    for group in groups:
        for rule in rules:
            new = rule.gives - group.tokens
            if new and rule.known <= group.tokens:
                group.tokens |= new
                gives = tuple(sorted(new))
                return Link("rule", rule.id, group.names, tuple(sorted(rule.known)), gives, rule.certainty, rule.why)
    return None


def _useful(links: list[Link], done: _Group, target: frozenset[str]) -> list[Link]:
    """The links that the target needs, from the last to the first: all joins, and the rules that feed something.

    `wanted` are tokens that tables must have: those joined so far, by their names, as they were at that moment.
    """
    wanted = {(done.names, token) for token in target}
    kept: list[Link] = []
    for link in reversed(links):
        if link.kind == "rule":
            used = {(link.left, token) for token in link.gives} & wanted
            if not used:
                continue
            wanted = (wanted - used) | {(link.left, token) for token in link.right}
            kept.append(replace(link, gives=tuple(sorted(token for _, token in used))))
            continue
        whole = (*link.left, *link.right)
        if not set(whole) <= set(done.names):
            continue
        passed = {token for names, token in wanted if names == whole}
        wanted = {one for one in wanted if one[0] != whole}
        wanted |= {(link.left if token in link.left_known else link.right, token) for token in passed}
        wanted |= {(names, token) for names in (link.left, link.right) for token in link.gives}
        kept.append(link)
    return kept[::-1]
