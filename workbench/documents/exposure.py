"""What each party can learn, in sentences from the verifier, and what the checker and the verifier find."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from workbench.documents.tokens import token
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Bullets, Heading, Paragraph, Table
from workbench.verify.check import Judged
from workbench.verify.coalitions import coalitions
from workbench.verify.facts import ID, SOME

MOST = 3  # parties in a group that is looked for; larger ones are left to `workbench flow exposure`


def exposure(about: Told) -> Iterator[Block]:
    t, model = about.t, about.model
    yield Heading(t("h.exposure"))
    yield Paragraph(t("exposure.intro"))
    yield Bullets([sentence for party in model.parties for sentence in _learns(about, party)])
    if not model.targets:
        yield Paragraph(t("exposure.notargets"))
        return
    yield Paragraph(t("exposure.targets"))
    head = tuple(t(f"col.{name}") for name in ("target", "alone", "bodies", "together"))
    yield Table(head, [_target(about, target.tokens) for target in model.targets], (31, 22, 22, 25))


def _learns(about: Told, party: str) -> Iterator[str]:
    """A sentence for everything a party can join that its own tables did not give before the study.

    Who had part of it already is said to add the rest: naming again what a source holds hides what is new.
    """
    t, who = about.t, about.party(party)
    who = who[:1].upper() + who[1:]
    known = [one.tokens for one in about.model.before.exposure([party]).clusters]
    found = [one.tokens for one in about.model.exposure([party]).clusters]
    new = [one for one in found if not any(one <= old for old in known)]
    for tokens in new:
        own = max((old & tokens for old in known), key=len, default=frozenset[str]())
        if own and party in about.model.sources:
            yield t("exposure.beside", who=who, what=", ".join(_said(about, tokens - own)))
        else:
            yield _joined(about, who, tokens)
    if not new:
        yield t("exposure.nothing.new" if found else "exposure.nothing", who=who)


def _joined(about: Told, who: str, tokens: Collection[str]) -> str:
    """Identifiers first: they say whose facts these are."""
    names = _said(about, [one for one in tokens if one.startswith(ID)])
    facts = _said(about, [one for one in tokens if not one.startswith(ID)])
    if not names:
        return about.t("exposure.facts", who=who, facts=", ".join(facts))
    if not facts:
        return about.t("exposure.names", who=who, names=", ".join(names))
    number = about.t.count("exposure.count", len(facts))
    return about.t("exposure.learns", who=who, names=", ".join(names), number=number, facts=", ".join(facts))


def _said(about: Told, tokens: Collection[str]) -> list[str]:
    """Tokens in words, each once, in the order of the alphabet; what is told of all is not told of some again."""
    words = []
    for one in tokens:
        plain = one.removeprefix(SOME)
        said = token(about, plain)
        if plain == one:
            words.append(said)
        elif plain not in tokens:
            words.append(about.t("exposure.some", fact=said))
    return sorted(dict.fromkeys(words), key=str.lower)


def _target(about: Told, tokens: Collection[str]) -> tuple[str, ...]:
    """The smallest coalitions by which the study brings tokens together; those of another right are left out."""
    t = about.t
    parties = coalitions(about.model, tokens, "party", MOST)
    bodies = coalitions(about.model, tokens, "organisation", MOST)
    alone = [about.party(*one) for one in parties.found if len(one) == 1]
    single = [about.organisation(*one) for one in bodies.found if len(one) == 1]
    several = sorted((sorted(one) for one in parties.found if len(one) > 1), key=lambda one: (len(one), one))
    none = t("exposure.nobody") if parties.complete else t("exposure.tried", size=parties.size)
    together = f" {t('and')} ".join(map(about.party, several[0])) if several else none
    nobody = t("exposure.nobody")
    said = f" {t('and')} ".join(token(about, one) for one in sorted(tokens, reverse=True))
    return said, ", ".join(sorted(alone)) or nobody, ", ".join(sorted(single)) or nobody, together


def findings(about: Told) -> Iterator[Block]:
    t = about.t
    left = [one for one in about.judged if one.accepted is None]
    accepted = [one for one in about.judged if one.accepted is not None]
    yield Heading(t("h.findings"))
    yield Heading(t("h.findings.open"), 2)
    yield from _table(about, left)
    yield Heading(t("h.findings.accepted"), 2)
    if accepted:
        rows = [(_rule(about, one), one.at, one.accepted.reason[about.lang]) for one in accepted if one.accepted]
        yield Table((t("col.finding"), t("col.at"), t("col.reason")), rows, (30, 28, 42))
    else:
        yield Paragraph(t("findings.none"))
    yield Heading(t("h.checker"), 2)
    if about.problems:
        yield Paragraph(t("checker.intro"))
        yield Bullets([str(one) for one in about.problems])
    else:
        yield Paragraph(t("findings.none"))


def _table(about: Told, found: Sequence[Judged]) -> Iterator[Block]:
    t = about.t
    if not found:
        yield Paragraph(t("findings.none"))
        return
    rows = [(t(f"severity.{one.finding.severity}"), _rule(about, one), one.at) for one in found]
    yield Table((t("col.severity"), t("col.finding"), t("col.at")), rows, (18, 44, 38))


def open_findings(about: Told) -> Iterator[str]:
    """Errors that the study does not accept, for the list of open points."""
    for one in about.judged:
        if one.open:
            yield about.t("open.finding", finding=_rule(about, one), at=one.at)


def _rule(about: Told, one: Judged) -> str:
    """A finding by the title of its rule, in the reader's language."""
    return about.titles[one.finding.rule][about.lang]
