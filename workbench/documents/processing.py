"""Parts of the views that the request tells otherwise: categories of data, minimisation, environment, risks."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.study_rule import Words
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Heading, OpenPoint, Paragraph, Table
from workbench.verify.check import Judged
from workbench.verify.facts import ID
from workbench.verify.meanings import Meanings


def categories(about: Told) -> Iterator[Block]:
    """Variables asked of each source: how many, and how many identify, help to recognise or tell of health."""
    t, flow = about.t, about.flow
    meanings, known = Meanings(flow), flow.catalog.knowledge.attributes
    asked: dict[str, list[str]] = {}
    for use in flow.study.study.variables:
        asked.setdefault(use.ref.rpartition(".")[0], []).append(use.ref.rpartition(".")[2])
    rows = []
    for ref, names in asked.items():
        table, tokens = flow.catalog.tables[ref], meanings.table(ref)
        facts = [tokens.get(name, frozenset()) for name in names]
        entries = [[known[one.partition(":")[2]] for one in found if one.partition(":")[2] in known] for found in facts]
        counts = (
            len(names),
            sum(any(one.startswith(ID) for one in found) for found in facts),
            sum(any(one.quasi for one in found) for found in entries),
            sum(any(one.sensitive for one in found) for found in entries),
        )
        rows.append((f"{table.label[about.lang]} ({ref})", about.party(table.provider), *map(t.number, counts)))
    yield Heading(t("h.categories"))
    yield Paragraph(t("categories.intro"))
    head = tuple(t(f"col.{name}") for name in ("table", "provider", "asked", "identify", "recognise", "health"))
    yield Table(head, rows, (34, 22, 11, 11, 11, 11), frozenset({2, 3, 4, 5}))


def minimised(about: Told) -> Iterator[Block]:
    """What becomes of the variables before researchers see them: how many by each transformation."""
    t, counts = about.t, dict[str, int]()
    for use in about.flow.study.study.variables:
        counts[use.transformation] = counts.get(use.transformation, 0) + 1
    yield Heading(t("h.minimised"))
    yield Paragraph(t("minimised.intro", number=t.number(sum(counts.values()))))
    most = sorted(counts.items(), key=lambda one: -one[1])
    rows = [(about.transformation(name), t.number(count)) for name, count in most]
    yield Table((t("col.transformation"), t("col.asked")), rows, (75, 25), frozenset({1}))


def environment(about: Told) -> Iterator[Block]:
    """Where the analysis takes place, and who runs the machines."""
    t, study, parties = about.t, about.flow.study.study, about.flow.catalog.parties
    yield Heading(t("h.environment"))
    if study.analysis is None:
        yield OpenPoint(t("open.environment"))
        return
    party = parties[study.analysis.party]
    zone = party.zone[about.lang] if party.zone else about.organisation(party.organisation)
    who, what = about.party(study.analysis.party), about.dataset(study.analysis.dataset)
    yield Paragraph(t("environment", who=who, what=what, zone=zone))
    yield OpenPoint(t("open.tools"))


def risks(about: Told) -> Iterator[Block]:
    """A row per rule that the verifier finds broken, with the places; what the study accepts comes with its reason."""
    t = about.t
    yield Heading(t("h.risks"))
    if not about.judged:
        yield Paragraph(t("findings.none"))
        return
    yield Paragraph(t("risks.intro"))
    places: dict[tuple[str, str], list[str]] = {}
    for one in about.judged:
        places.setdefault((one.finding.rule, _measure(about, one)), []).append(one.at)
    head = tuple(t(f"col.{name}") for name in ("risk", "at", "severity", "measure", "judgement"))
    rows = [_risk(about, rule, measure, found) for (rule, measure), found in places.items()]
    yield Table(head, rows, (28, 22, 11, 23, 16))


def _risk(about: Told, id_: str, measure: str, places: list[str]) -> tuple[str, ...]:
    t, rule = about.t, about.rules[id_]
    risk = f"{rule.title[about.lang]}. {_said(about, rule.reason)}."
    return risk, about.listed(places), t(f"severity.{rule.severity}"), measure, t("risks.judge")


def _measure(about: Told, one: Judged) -> str:
    if one.accepted is not None:
        return about.t("risks.accepted", reason=one.accepted.reason[about.lang])
    return about.t("risks.proposed", measure=_said(about, about.rules[one.finding.rule].repair))


def _said(about: Told, words: Words) -> str:
    """A sentence of a rule; in English, and said to be so, where nobody translated it."""
    return words.in_language(about.lang) or about.t("english", text=words.en)
