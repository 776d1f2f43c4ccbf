"""The section on security: the eleven fields of action, with what is known of each and who has said nothing."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.documents.dossier import Measure
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Bullets, Heading, OpenPoint, Paragraph, Table


def security(about: Told) -> Iterator[Block]:
    t, asked = about.t, about.words.security
    yield Heading(t("h.security"))
    yield Paragraph(t("security.intro", number=len(asked.domains), cite=about.cited(asked.cite)))
    yield Table((t("col.field"), t("col.measures")), list(_rows(about)), (30, 70))
    yield from _missing(about)
    yield from _flow(about)


def _rows(about: Told) -> Iterator[tuple[str, str]]:
    for domain, label in about.words.security.domains.items():
        known = [_measure(about, one) for one in about.dossier.security if one.domain == domain]
        yield label[about.lang], "\n".join(known) or about.t("security.none")


def _measure(about: Told, one: Measure) -> str:
    who, cite = about.party(one.party), about.cited(one.cite)
    return about.t("security.measure", who=who, what=one.text[about.lang], cite=cite)


def _missing(about: Told) -> Iterator[OpenPoint]:
    """Who holds data of persons without a word on all or some of the fields."""
    t, every = about.t, len(about.words.security.domains)
    said: dict[str, set[str]] = {}
    for one in about.dossier.security:
        said.setdefault(one.party, set()).add(one.domain)
    holders = _holders(about)
    silent = [party for party in holders if party not in said]
    if silent:
        yield OpenPoint(t("open.security.all", who=about.parties(silent)))
    partly = [party for party in holders if 0 < len(said.get(party, ())) < every]
    if partly:
        who = (t("security.part", who=about.party(party), number=len(said[party]), all=every) for party in partly)
        yield OpenPoint(t("open.security.some", who=about.listed(who)))


def _holders(about: Told) -> list[str]:
    """Parties that have rows of persons at some step, of their own or delivered."""
    flow, found = about.flow, set[str]()
    for entry in flow.steps:
        found |= {ref.provider for _, name in entry.step.reads() if (ref := flow.catalog.tables.get(name))}
        for party, held in entry.holdings.items():
            if any(name in flow.datasets and not flow.datasets[name].aggregate for name in held):
                found.add(party)
    return [party for party in flow.study.study.parties if party in found]


def _flow(about: Told) -> Iterator[Block]:
    """What the dataflow itself tells."""
    t, study, parties = about.t, about.flow.study.study, about.flow.catalog.parties
    sent = [
        entry.step
        for entry in about.flow.steps
        if entry.step.kind == "send"
        and any(parties[one].organisation != parties[entry.step.actor].organisation for one in entry.step.delivers()[1])  # type: ignore[index]
    ]
    encrypted = sum(bool(getattr(step, "encrypted", False)) for step in sent)
    yield Paragraph(t("security.encrypted", encrypted=encrypted, all=len(sent)))
    if study.hosting:
        lines = []
        for one in study.hosting:
            key = "hosting.encrypted" if one.encrypted else "hosting.clear"
            lines.append(t(key, host=about.party(one.host), of=about.party(one.of), cite=about.cited(one.cite)))
        yield Bullets(lines)
