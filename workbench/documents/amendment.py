"""The amendment request: what changes between two versions of a study, why, and what that does to exposure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.catalog.base import Label
from workbench.documents.assembled import document
from workbench.documents.told import Told
from workbench.paper.blocks import Block, Bullets, Document, Heading, OpenPoint, Paragraph, Table
from workbench.study.diff import Change, Changes
from workbench.study.diff_words import HEADINGS, facet_name
from workbench.verify.diff import ExposureChanges

# Parts of a study file in the order in which a committee reads them; how a document is read is no change of the study.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "question": ("study", "applicant", "legal_basis", "period", "population", "criterion"),
    "variables": ("variable",),
    "flow": ("party", "domain", "step", "hosting", "dataset"),
    "protection": ("scra", "target", "retention", "recipient", "rights", "condition", "accepted"),
    "indicators": ("indicator", "analysis", "report"),
}
LEFT_OUT = ("erratum",)


def amendment(before: Told, about: Told, changes: Changes, exposure: ExposureChanges) -> Document:
    """The document; `about` is the new version, in whose words and language it is written."""
    t = about.t
    blocks = [
        *_why(before, about),
        *_changes(about, changes),
        *_new_variables(about, changes),
        *_exposure(about, exposure),
        *_findings(before, about),
    ]
    said = t("amendment.about", before=changes.before, after=changes.after)
    return document(about, t("amendment.title"), said, blocks)


def _why(before: Told, about: Told) -> Iterator[Block]:
    t, lang, said = about.t, about.lang, about.dossier.amends
    yield Heading(t("h.amendment.why"))
    title, new = before.flow.study.study.title[lang], about.flow.study.study.title[lang]
    yield Paragraph(t("amendment.of", before=title, after=new))
    if said is not None and said.study == before.flow.study.study.id:
        yield Paragraph(t("amendment.because", why=said.why[lang], cite=about.cited(said.cite)))
    else:
        yield OpenPoint(t("open.amendment"))


def _changes(about: Told, changes: Changes) -> Iterator[Block]:
    t = about.t
    yield Heading(t("h.amendment.what"))
    shown = [one for one in changes.changes if one.about not in LEFT_OUT]
    if not shown:
        yield Paragraph(t("findings.none"))
        return
    yield Paragraph(t("amendment.count", number=len(shown)))
    known = {part for parts in GROUPS.values() for part in parts}
    for name, parts in {**GROUPS, "other": ()}.items():
        found = [one for one in shown if one.about in parts or (not parts and one.about not in known)]
        if found:
            yield Heading(t(f"h.amendment.{name}"), 2)
            head = (t("col.part"), t("col.was"), t("col.becomes"))
            yield Table(head, [_row(about, one) for one in found], (34, 33, 33))


def _row(about: Told, one: Change) -> tuple[str, str, str]:
    """The part and what of it changes; what was there, and what comes."""
    t, lang = about.t, about.lang
    kind = getattr(HEADINGS[one.about], lang) if one.about in HEADINGS else one.about
    name = one.name[lang] if one.name else ""
    facet = f"\n{facet_name(one.facet, lang)}" if one.facet and one.facet != one.about else ""
    part = f"{kind[:1].upper()}{kind[1:]} {name}".strip() + facet
    if one.kind in ("added", "removed"):
        return (part, "", t("amendment.added")) if one.kind == "added" else (part, t("amendment.removed"), "")
    if one.kind == "reordered":
        return part, "", t("amendment.moved")
    return part, _plain(about, one.old), _plain(about, one.new)


def _plain(about: Told, value: Label | None) -> str:
    """A value; moments, purposes and steps in it by the names that readers know."""
    said = value[about.lang] if value else ""
    events = about.words.events
    return events[said][about.lang] if said in events else ", ".join(map(about.purpose, said.split(", ")))


def _new_variables(about: Told, changes: Changes) -> Iterator[Block]:
    """Variables that the study did not ask for, with the reason that its file gives."""
    t, lang = about.t, about.lang
    places = {place for one in changes.changes if (one.about, one.kind) == ("variable", "added") for place in one.after}
    source = about.flow.study.source
    rows = []
    for number, use in enumerate(about.flow.study.study.variables):
        if f"{source.name}:{source.line(('variables', number))}" in places:
            row = (use.ref, about.field(use.ref), use.motivation[lang], about.transformation(use.transformation))
            rows.append(row)
    if rows:
        yield Heading(t("h.amendment.new"))
        yield Paragraph(t("amendment.new"))
        head = tuple(t(f"col.{name}") for name in ("variable", "description", "motivation", "transformation"))
        yield Table(head, rows, (25, 22, 34, 19))


def _exposure(about: Told, exposure: ExposureChanges) -> Iterator[Block]:
    t, lang = about.t, about.lang
    yield Heading(t("h.amendment.exposure"))
    yield Paragraph(t("amendment.exposure"))
    more = [one.text[lang] for one in exposure.learned if one.change == "more"]
    more += [one.text[lang] for one in exposure.coalitions if one.change == "appears"]
    less = [one.text[lang] for one in exposure.learned if one.change == "less"]
    less += [one.text[lang] for one in exposure.coalitions if one.change == "disappears"]
    for key, said in (("more", more), ("less", less)):
        yield Heading(t(f"h.amendment.{key}"), 2)
        yield Bullets(said) if said else Paragraph(t("findings.none"))


def _findings(before: Told, about: Told) -> Iterator[Block]:
    """Findings by rule and place that only one version has."""
    t = about.t
    yield Heading(t("h.amendment.findings"))
    old, new = ({(one.finding.rule, one.at) for one in side.judged} for side in (before, about))
    rows = [
        (t(f"amendment.finding.{key}"), t(f"severity.{one.finding.severity}"), about.rule(one), one.at)
        for key, side, other in (("new", about, old), ("gone", before, new))
        for one in side.judged
        if (one.finding.rule, one.at) not in other
    ]
    if rows:
        head = (t("col.change"), t("col.severity"), t("col.finding"), t("col.at"))
        yield Table(head, rows, (14, 16, 40, 30))
    else:
        yield Paragraph(t("findings.none"))
