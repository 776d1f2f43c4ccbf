"""The sections on what protects the persons: pseudonyms, retention, recipients, conditions, rights, security."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.documents.told import Told
from workbench.paper.blocks import Block, Heading, OpenPoint, Paragraph, Table
from workbench.study.model import Domain, Satisfied


def pseudonyms(about: Told) -> Iterator[Block]:
    t, study = about.t, about.flow.study.study
    yield Heading(t("h.pseudonyms"))
    if not study.domains:
        yield Paragraph(t("pseudonyms.none"))
        return
    head = tuple(t(f"col.{name}") for name in ("domain", "of", "issuer", "keeper", "reversible", "end"))
    rows, missing = [], []
    for one in study.domains:
        end = _end_of_key(about, one)
        if not end:
            missing.append(OpenPoint(t("open.key", domain=one.id)))
        keepers = about.parties(one.keepers)
        reversible = t("yes" if one.reversible else "no")
        rows.append((one.id, one.of, about.party(one.issuer), keepers, reversible, end or t("key.open")))
    yield Table(head, rows, (15, 15, 18, 18, 13, 21))
    yield from missing
    if study_events := [one.key_until.from_event for one in study.domains if one.key_until]:
        yield from _untranslated(about, study_events)


def _end_of_key(about: Told, one: Domain) -> str:
    """The step that destroys the key and the term it is kept; empty where the study says neither."""
    steps = [about.number(entry) for entry in about.flow.steps if one.id in entry.step.destroys()[1]]
    said = [about.t("key.step", steps=", ".join(steps))] if steps else []
    if one.key_until:
        said.append(about.t("key.until", term=about.term(one.key_until.years, one.key_until.from_event)))
    if one.scope == "source":
        said.append(about.t("key.source"))
    return about.listed(said)


def retention(about: Told) -> Iterator[Block]:
    t, flow = about.t, about.flow
    study = flow.study.study
    yield Heading(t("h.retention"))
    yield Paragraph(t("retention.intro"))
    kept = [
        (about.dataset(one.dataset), about.term(one.years, one.from_event), about.cited(one.cite))
        for one in study.retention
    ]
    yield Table((t("col.dataset"), t("col.term"), t("col.source")), kept, (40, 38, 22))
    yield from _untranslated(about, [one.from_event for one in study.retention])
    yield Paragraph(t("retention.end"))
    last = flow.steps[-1].holdings if flow.steps else {}
    rows, missing = [], []
    for name, dataset in flow.datasets.items():
        ends = [
            f"{about.party(entry.step.actor)}, {about.number(entry)}"
            for entry in flow.steps
            if name in entry.step.destroys()[0]
        ]
        held = about.parties([party for party in study.parties if name in last.get(party, frozenset())])
        rows.append((about.dataset(name), about.listed(ends), held))
        if held and not dataset.aggregate and name not in {one.dataset for one in study.retention}:
            missing.append(OpenPoint(t("open.term", dataset=about.dataset(name), who=held)))
    yield Table((t("col.dataset"), t("col.destroyed"), t("col.held")), rows, (34, 36, 30))
    yield from missing


def _untranslated(about: Told, events: list[str]) -> Iterator[Block]:
    """Moments that the words of the catalogue do not have: said as they are, and as an open point."""
    for event in dict.fromkeys(events):
        if about.lang != "en" and event not in about.words.events:
            yield OpenPoint(about.t("open.event", event=event))


def recipients(about: Told) -> Iterator[Block]:
    t, study = about.t, about.flow.study.study
    yield Heading(t("h.recipients"))
    if not study.recipients:
        yield Paragraph(t("recipients.none"))
        return
    rows = []
    for one in study.recipients:
        party = about.flow.catalog.parties[one.party]
        kind = about.words.party_kinds[party.kind][about.lang]
        body = about.organisation(party.organisation)
        rows.append((about.party(one.party), body, kind, about.dataset(one.receives), about.cited(one.cite)))
    head = tuple(t(f"col.{name}") for name in ("party", "organisation", "role", "receives", "source"))
    yield Table(head, rows, (22, 22, 18, 22, 16))


def conditions(about: Told) -> Iterator[Block]:
    t, study = about.t, about.flow.study.study
    yield Heading(t("h.conditions"))
    if not study.conditions:
        yield OpenPoint(t("open.conditions"))
        return
    rows = [
        (one.text[about.lang], about.listed(_met(about, how) for how in one.satisfied_by), about.cited(one.cite))
        for one in study.conditions
    ]
    yield Table((t("col.condition"), t("col.met"), t("col.source")), rows, (40, 42, 18))


def _met(about: Told, how: Satisfied) -> str:
    if how.step is None:
        return about.t("met.setting", name=how.setting)
    entry = about.flow.step(how.step)
    return f"{about.number(entry)}, {entry.step.label[about.lang]}"


def rights(about: Told) -> Iterator[Block]:
    t, said = about.t, about.flow.study.study.rights
    yield Heading(t("h.rights"))
    if said is None:
        yield OpenPoint(t("open.rights"))
        return
    yield Paragraph(t(f"rights.{said.information}", cite=about.cited(said.cite)))
    if said.reason:
        yield Paragraph(said.reason[about.lang])
