"""What each party can learn, in sentences from the verifier, and what the checker and the verifier find."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from workbench.documents.tokens import attribute, token
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
    found = {party: list(_learns(about, party)) for party in model.parties}
    yield Bullets([_nothing(about, party) for party, learnt in found.items() if not learnt])
    yield Paragraph(t("exposure.kinds"))
    for learnt in found.values():
        for sentence, rows in learnt:
            yield Paragraph(sentence)
            yield Table((t("col.kind"), t("col.facts")), rows, (20, 80))
    if not model.targets:
        yield Paragraph(t("exposure.notargets"))
        return
    yield Paragraph(t("exposure.targets"))
    head = tuple(t(f"col.{name}") for name in ("target", "alone", "bodies", "together"))
    yield Table(head, [_target(about, target.tokens) for target in model.targets], (31, 22, 22, 25))


def _nothing(about: Told, party: str) -> str:
    """That a party learns nothing, or nothing that its own data did not tell before."""
    known = about.model.exposure([party]).clusters
    return about.t("exposure.nothing.new" if known else "exposure.nothing", who=_who(about, party))


def _who(about: Told, party: str) -> str:
    who = about.party(party)
    return who[:1].upper() + who[1:]


def _learns(about: Told, party: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Everything a party can join that its own tables did not give before the study, by kind of fact.

    Who had part of it already is said to add the rest: naming again what a source holds hides what is new.
    """
    t, who = about.t, _who(about, party)
    known = [one.tokens for one in about.model.before.exposure([party]).clusters]
    found = [one.tokens for one in about.model.exposure([party]).clusters]
    for tokens in found:
        if any(tokens <= old for old in known):
            continue
        own = max((old & tokens for old in known), key=len, default=frozenset[str]())
        if own and party in about.model.sources:
            yield t("exposure.beside", who=who), _by_kind(about, tokens - own)
        else:
            named = any(one.startswith(ID) for one in tokens)
            yield t("exposure.learns" if named else "exposure.facts", who=who), _by_kind(about, tokens)


def _by_kind(about: Told, tokens: Collection[str]) -> list[tuple[str, str]]:
    """Rows of a table: identifiers first, for they say whose facts these are; no row for a kind without facts."""
    kinds: dict[str, set[str]] = {kind: set() for kind in ("names", "quasi", "health", "other")}
    for one in tokens:
        kinds[_kind(about, one)].add(one)
    return [
        (about.t(f"kind.{kind}", number=len(said)), about.listed(said))
        for kind, found in kinds.items()
        if (said := _said(about, found))
    ]


def _kind(about: Told, name: str) -> str:
    plain = name.removeprefix(SOME)
    if plain.startswith(ID):
        return "names"
    entry = attribute(about, plain)
    if entry is None:
        return "other"
    return "health" if entry.sensitive else "quasi" if entry.quasi else "other"


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
        rows = [(about.rule(one), one.at, one.accepted.reason[about.lang]) for one in accepted if one.accepted]
        yield Table((t("col.finding"), t("col.at"), t("col.reason")), rows, (30, 28, 42))
    else:
        yield Paragraph(t("findings.none"))
    yield Heading(t("h.checker"), 2)
    if about.unweighed:
        yield Paragraph(t("checker.uses"))
        rows = [
            (one.ref, about.field(one.ref), about.listed(map(about.purpose, one.indicators))) for one in about.unweighed
        ]
        yield Table((t("col.variable"), t("col.description"), t("col.read")), rows, (28, 24, 48))
    if about.problems:
        yield Paragraph(t("checker.intro"))
        yield Bullets([str(one) for one in about.problems])
    if not about.unweighed and not about.problems:
        yield Paragraph(t("findings.none"))


def _table(about: Told, found: Sequence[Judged]) -> Iterator[Block]:
    t = about.t
    if not found:
        yield Paragraph(t("findings.none"))
        return
    rows = [(t(f"severity.{one.finding.severity}"), about.rule(one), one.at) for one in found]
    yield Table((t("col.severity"), t("col.finding"), t("col.at")), rows, (18, 44, 38))


def open_findings(about: Told) -> Iterator[str]:
    """Errors that the study does not accept, for the list of open points."""
    for one in about.judged:
        if one.open:
            yield about.t("open.finding", finding=about.rule(one), at=one.at)
