"""Quasi-keys, rules and targets of a model, from what catalog/knowledge says of attributes in general."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from workbench.catalog.knowledge import Derivation, Knowledge
from workbench.study.model import Study
from workbench.verify.facts import ATTRIBUTE, ID, SOME, Quasi, Rule, Target
from workbench.verify.forms import FINEST

Tokens = frozenset[str]
EVENT, OTHER = "{event}", "{other}"
WHO = f"{ID}INSZ"  # the national number says who a person is, to everybody
DIAGNOSIS = f"{ATTRIBUTE}diagnosis"


def quasi_keys(known: Knowledge) -> tuple[Quasi, ...]:
    """The quasi-keys of the catalogue."""
    return tuple(
        Quasi(one.id, frozenset(ATTRIBUTE + name for name in one.attributes), one.uniqueness, one.label.en)
        for one in known.quasi_keys.values()
    )


def rules_for(known: Knowledge, tokens: Tokens, extra: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """The derivations that can ever apply where only `tokens` are held, one for every event they speak of.

    A rule that gives only what nothing else names is left out: the days between any two dates are no news.
    """
    named = tokens | frozenset(ATTRIBUTE + one for one in known.attributes)
    every = [*extra, *(rule for one in known.derivations.values() for rule in _for_events(one, _events(named)))]
    every = [rule for rule in every if rule.gives & named]
    possible, before = set(tokens), -1
    while len(possible) != before:
        before = len(possible)
        for rule in every:
            if rule.known <= possible:
                possible |= rule.gives & named
    return tuple(
        Rule(rule.id, rule.known, rule.gives & named, rule.why, rule.certainty)
        for rule in every
        if rule.known <= possible and not rule.gives & named <= rule.known
    )


def told_of_some(tokens: Tokens) -> tuple[Rule, ...]:
    """What groups and classes tell of who is alone in them; nobody measured how many are."""
    why = "a group of one, or a class of one value, tells of that person what stands beside it"
    found = (token for token in sorted(tokens) if token.startswith(SOME))
    return tuple(Rule("alone", frozenset({one}), frozenset({one.removeprefix(SOME)}), why, None) for one in found)


def _events(named: Tokens) -> tuple[str, ...]:
    ends = (one.removeprefix(ATTRIBUTE) for one in sorted(named) if one.endswith(FINEST))
    return tuple(one.removesuffix(FINEST) for one in ends)


def _for_events(one: Derivation, events: Sequence[str]) -> Iterator[Rule]:
    """A derivation for each event, or pair of events, that it is written for."""
    text = " ".join((*one.known, *one.gives))
    firsts = events if EVENT in text else ("",)
    seconds = events if OTHER in text else ("",)
    for first, second in product(firsts, seconds):
        if first != second or not second:
            known, gives = ([t.replace(EVENT, first).replace(OTHER, second) for t in side]
                            for side in (one.known, one.gives))  # fmt: skip
            certainty = 1.0 if one.certainty is None else one.certainty
            yield Rule(one.id, frozenset(known), frozenset(gives), one.why, certainty)


def targets_for(study: Study, known: Knowledge, cohort: str | None, tokens: Tokens) -> tuple[Target, ...]:
    """The study's targets, and default ones that its tokens could reach at all; each set of tokens once.

    A default target of the name of one of the study's gives way to it.
    """
    found = [Target(one.id, frozenset(one.of), one.id) for one in study.targets]
    if cohort:
        found.append(Target("identity-and-cohort", frozenset({WHO, cohort}), "identity and membership"))
    for domain in study.domains:
        if domain.scope == "study":
            pair = frozenset({ID + domain.of, ID + domain.id})
            found.append(Target(f"{domain.of}-and-{domain.id}", pair, f"{domain.of} and {domain.id}"))
            full = frozenset({WHO, ID + domain.id})
            found.append(Target(f"INSZ-and-{domain.id}", full, f"INSZ and {domain.id}"))
        else:
            pair = frozenset({ID + domain.id, DIAGNOSIS})
            found.append(Target(f"{domain.id}-and-diagnosis", pair, f"{domain.id} and diagnosis"))
    own = frozenset(one.id for one in study.targets)
    found += [target for target in _defaults(known) if target.id not in own]
    return _once(found, tokens, own)


def default_targets(known: Knowledge, cohort: str | None, tokens: Tokens) -> tuple[Target, ...]:
    """The catalogue's targets that these tokens could reach at all, and membership of the population."""
    member = [Target("identity-and-cohort", frozenset({WHO, cohort or ""}), "identity and membership")]
    return _once([*(member if cohort else []), *_defaults(known)], tokens, frozenset())


def _defaults(known: Knowledge) -> list[Target]:
    return [Target(one.id, frozenset(one.of), one.label.en) for one in known.targets.values()]


def _once(found: Sequence[Target], tokens: Tokens, own: frozenset[str]) -> tuple[Target, ...]:
    """Each set of tokens once; of what no table could ever have only the study's own targets."""
    once: dict[Tokens, Target] = {}
    for target in found:
        if target.tokens <= tokens or target.id in own:
            once.setdefault(target.tokens, target)
    return tuple(once.values())
