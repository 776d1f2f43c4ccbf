"""The sections on who asks what, and of whom: applicant, purpose, legal basis, population, parties, indicators."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.indicator import Indicator
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Bullets, Heading, OpenPoint, Paragraph, Table
from workbench.study.model import Criterion


def applicant(about: Told) -> Iterator[Block]:
    t, who = about.t, about.flow.study.study.applicant
    yield Heading(t("h.applicant"))
    yield Paragraph(t("applicant.is", who=about.organisation(who.organisation)))
    if who.responsible:
        yield Paragraph(t("applicant.responsible", who=who.responsible))
    else:
        yield OpenPoint(t("open.responsible"))


def purpose(about: Told) -> Iterator[Block]:
    yield Heading(about.t("h.purpose"))
    yield Paragraph(about.flow.study.study.purpose[about.lang])


def legal_basis(about: Told) -> Iterator[Block]:
    yield Heading(about.t("h.legal"))
    study = about.flow.study.study
    if study.legal_basis:
        yield Bullets([f"{one.text[about.lang]} ({about.cited(one.cite)})" for one in study.legal_basis])
    else:
        yield OpenPoint(about.t("open.legal"))


def population(about: Told, sized: bool = True) -> Iterator[Block]:
    """The criteria in words: each is one test on one field; and, where it is asked, how many meet them."""
    t, study = about.t, about.flow.study.study
    unit = about.flow.catalog.tables[study.population.unit]
    table = f"{unit.label[about.lang]} ({unit.ref})"
    yield Heading(t("h.population"))
    yield Paragraph(study.population.label[about.lang])
    if study.population.criteria:
        yield Paragraph(t("population.rows", table=table))
        yield Bullets([_criterion(about, one) for one in study.population.criteria])
    else:
        yield Paragraph(t("population.all", table=table))
    period = study.period
    yield Paragraph(t("period", from_=period.from_year, to=period.to_year, cite=about.cited(period.cite)))
    if sized:
        yield Heading(t("h.size"), 2)
        yield from size(about)


def size(about: Told) -> Iterator[Block]:
    """Published numbers beside the count in synthetic data; what is not known is said to be so."""
    t, sizes, counted = about.t, about.dossier.sizes, about.estimate
    if sizes:
        yield Paragraph(t("size.sourced"))
        rows = [(one.what[about.lang], t.number(one.number), about.cited(one.cite)) for one in sizes]
        yield Table((t("col.of.whom"), t("col.count"), t("col.source")), rows, (58, 17, 25), frozenset({1}))
    else:
        yield OpenPoint(t("open.size"))
    if counted is None:
        yield OpenPoint(t("open.estimate"))
        return
    unit = about.flow.catalog.tables[about.flow.study.study.population.unit]
    said = {"of": t.number(counted.of), "seed": counted.seed, "version": counted.version}
    yield Paragraph(t("size.synthetic", **said))
    counts = [_scaled(about, f"{unit.label[about.lang]} ({unit.ref})", counted.rows)]
    if counted.persons is not None:
        per = "size.persons.hospital" if counted.per_hospital else "size.persons"
        counts.append(_scaled(about, t(per), counted.persons))
    head = (t("col.of.whom"), t("col.counted"), t("col.scaled"), t("col.chance"))
    yield Table(head, counts, (40, 18, 20, 22), frozenset({1, 2, 3}))
    people = about.words.inhabitants
    yield Paragraph(t("size.limits", people=t.number(people.number), cite=about.cited(people.cite)))
    if counted.persons is None:
        yield Paragraph(t("size.nopersons"))


def _scaled(about: Told, what: str, count: int) -> tuple[str, ...]:
    """A count, what it makes of all inhabitants, and where chance alone would put that 95 times in 100."""
    t, counted = about.t, about.estimate
    factor = about.words.inhabitants.number / (counted.of if counted else 1)
    low, high = (_rounded(max(count + sign * 1.96 * count**0.5, 0) * factor) for sign in (-1, 1))
    return what, t.number(count), t.number(_rounded(count * factor)), t.between(t.number(low), t.number(high))


def _rounded(value: float) -> float:
    """Three digits that mean something: more would promise what a model cannot know."""
    return float(f"{value:.3g}")


def _criterion(about: Told, one: Criterion) -> str:
    t = about.t
    said = {"field": about.field(one.field), "ref": one.field, "cite": about.cited(one.cite)}
    if one.in_codes is not None:
        having = "".join(
            t("criterion.having", name=_attribute(about, name), value=_value(about, value))
            for name, value in one.having.items()
        )
        label = about.words.code_lists.get(one.in_codes) or about.flow.catalog.codes[one.in_codes].label
        return t("criterion.codes", codes=label[about.lang], having=having, **said)
    if one.between is not None:
        return t("criterion.between", low=one.between[0], high=one.between[1], **said)
    return t("criterion.age", years=one.at_least, before=about.field(one.years_before or ""), **said)


def _attribute(about: Told, name: str) -> str:
    label = about.words.attributes.get(name)
    return label[about.lang] if label else name


def _value(about: Told, value: object) -> str:
    return about.t("yes" if value else "no") if isinstance(value, bool) else str(value)


def parties(about: Told) -> Iterator[Block]:
    t, study, catalog = about.t, about.flow.study.study, about.flow.catalog
    yield Heading(t("h.parties"))
    yield Paragraph(t("parties.intro"))
    rows = []
    for name in study.parties:
        party = catalog.parties[name]
        kind = about.words.party_kinds[party.kind][about.lang]
        zone = party.zone[about.lang] if party.zone else ""
        rows.append((party.label[about.lang], about.organisation(party.organisation), kind, zone))
    yield Table((t("col.party"), t("col.organisation"), t("col.role"), t("col.zone")), rows, (30, 28, 20, 22))
    read = (ref for entry in about.flow.steps for _, ref in entry.step.reads() if ref in catalog.tables)
    tables = [catalog.tables[ref] for ref in dict.fromkeys(read)]
    yield Paragraph(t("sources.intro"))
    head = (t("col.table"), t("col.description"), t("col.provider"))
    yield Table(head, [(one.ref, one.label[about.lang], about.party(one.provider)) for one in tables], (28, 44, 28))


def indicators(about: Told) -> Iterator[Block]:
    t, study = about.t, about.flow.study.study
    yield Heading(t("h.indicators"))
    if not study.indicators:
        yield Paragraph(t("indicators.none"))
        return
    found = [about.flow.catalog.indicators[name] for name in study.indicators]
    rows = [(f"{one.label[about.lang]} ({one.id})", _definition(about, one)) for one in found]
    yield Table((t("col.indicator"), t("col.definition")), rows, (32, 68))


def _definition(about: Told, one: Indicator) -> str:
    """The question, and what each part of the definition is called; the rules themselves stand in the catalogue."""
    t, lang = about.t, about.lang
    lines = [one.question[lang]]
    for part, rules in (("denominator", one.denominator), ("exclusions", one.exclusions)):
        if rules:
            lines.append(t(f"indicator.{part}", what=about.listed(rule.label[lang] for rule in rules)))
    for part, label in (
        ("numerator", one.numerator and one.numerator.label),
        ("value", one.value and one.value.label),
        ("exposure", one.exposure and one.exposure.label),
        ("proxy", one.proxy and one.proxy.label),
    ):
        if label:
            lines.append(t(f"indicator.{part}", what=label[lang].rstrip(".")))
    return "\n".join(lines)
