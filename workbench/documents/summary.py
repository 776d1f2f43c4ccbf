"""The data management summary for who delivers data: what is asked of them, in what form, when, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.dataflow.graph import FlowStep
from workbench.dataflow.schema import ROWS, Column
from workbench.documents.annexes import column
from workbench.documents.assembled import document
from workbench.documents.dossier import Delivery
from workbench.documents.question import population
from workbench.documents.told import Told
from workbench.errors import WorkbenchError
from workbench.paper.blocks import Block, Bullets, Document, Heading, OpenPoint, Paragraph, Table


def summary(about: Told, party: str) -> Document:
    """The summary for a party. Raises `WorkbenchError` when it delivers nothing in this study."""
    given = _deliveries(about, party)
    if not given:
        able = [one for one in about.flow.study.study.parties if _deliveries(about, one)]
        raise WorkbenchError(
            f"'{party}' delivers no data in {about.flow.study.study.id}. "
            f"Give one of --party {', '.join(able) or '(no party does)'}."
        )
    t = about.t
    sections = [
        *_study(about),
        *_asked(about, given),
        *population(about, sized=False),
        *_fields(about, given),
        *_afterwards(about, party),
        *_back(about, party),
        *_contact(about, party),
    ]
    who = about.party(party)
    return document(about, t("summary.title", who=who), t("summary.about"), sections)


def _deliveries(about: Told, party: str) -> list[FlowStep]:
    """Steps by which a source hands over what it holds of itself."""
    tables = about.flow.catalog.tables
    reads = {ref for entry in about.flow.steps if entry.step.actor == party for _, ref in entry.step.reads()}
    if not any(ref in tables and party in tables[ref].holders for ref in reads):
        return []
    return [entry for entry in about.flow.steps if entry.step.actor == party and entry.step.delivers()]


def _given(entry: FlowStep) -> tuple[str, tuple[str, ...]]:
    return entry.step.delivers() or ("", ())


def _study(about: Told) -> Iterator[Block]:
    t, study = about.t, about.flow.study.study
    yield Heading(t("h.summary.study"))
    yield Paragraph(study.purpose[about.lang])
    yield Paragraph(t("summary.who", who=about.organisation(study.applicant.organisation), document=study.document))


def _asked(about: Told, given: list[FlowStep]) -> Iterator[Block]:
    """One row per delivery; what nobody wrote down is a gap that the reader sees, and an open point."""
    t = about.t
    yield Heading(t("h.summary.asked"))
    known = {one.dataset: one for one in about.dossier.deliveries}
    rows = []
    for entry in given:
        name, receivers = _given(entry)
        sealed = t("step.encrypted") if getattr(entry.step, "encrypted", False) else t("summary.clear")
        form, channel, moment = _how(about, known.get(name))
        rows.append((f"{about.number(entry)}. {about.dataset(name)}", about.parties(receivers), form,
                     f"{channel}\n{sealed}", moment))  # fmt: skip
    head = tuple(t(f"col.{name}") for name in ("dataset", "whom", "form", "channel", "moment"))
    yield Table(head, rows, (26, 20, 16, 22, 16))
    for part in ("form", "channel", "moment"):
        lacking = [name for entry in given if not getattr(known.get(name := _given(entry)[0]), part, None)]
        if lacking:
            yield OpenPoint(t(f"open.delivery.{part}", what=about.listed(map(about.dataset, dict.fromkeys(lacking)))))


def _how(about: Told, told: Delivery | None) -> tuple[str, str, str]:
    found = (told.form, told.channel, told.moment) if told else (None, None, None)
    form, channel, moment = (one[about.lang] if one else about.t("summary.unknown") for one in found)
    return form, channel, moment


def _fields(about: Told, given: list[FlowStep]) -> Iterator[Block]:
    t = about.t
    yield Heading(t("h.summary.fields"))
    yield Paragraph(t("summary.fields"))
    head = tuple(t(f"col.{name}") for name in ("variable", "description", "format", "motivation"))
    for name in dict.fromkeys(_given(entry)[0] for entry in given):
        yield Heading(about.dataset(name), 3)
        for part, columns in about.flow.datasets[name].parts.items():
            if part != ROWS:
                yield Paragraph(f"{name}.{part}")
            yield Table(head, [_field(about, one) for one in columns], (22, 26, 20, 32))


def _field(about: Told, one: Column) -> tuple[str, str, str, str]:
    label, _ = column(about, one)
    uses = [use.motivation[about.lang] for use in about.flow.study.study.variables if use.ref in one.origin]
    return one.name, label, _format(about, one), "\n".join(dict.fromkeys(uses))


def _format(about: Told, one: Column) -> str:
    """Type, length and code list: those of the field it is taken from, unless a step made something else of it."""
    field = about.flow.catalog.field(next(iter(one.origin))) if len(one.origin) == 1 else None
    said = [about.t(f"type.{one.type}")]
    if field is not None and field.type == one.type:
        if field.length:
            said.append(about.t("format.length", length=field.length))
        if field.codes:
            said.append(about.t("format.codes", codes=field.codes))
    return about.listed(said)


def _afterwards(about: Told, party: str) -> Iterator[Block]:
    """What the party itself destroys, and how long others keep what is made of its data."""
    t, study = about.t, about.flow.study.study
    yield Heading(t("h.summary.kept"))
    own = [
        t("summary.destroys", step=about.number(entry), what=about.listed(map(about.dataset, entry.step.destroys()[0])))
        for entry in about.flow.steps
        if entry.step.actor == party and entry.step.destroys()[0]
    ]
    yield Bullets(own) if own else OpenPoint(t("open.summary.destroys", who=about.party(party)))
    kept = [
        t("summary.kept", what=about.dataset(one.dataset), term=about.term(one.years, one.from_event))
        for one in study.retention
    ]
    if kept:
        yield Paragraph(t("summary.others"))
        yield Bullets(kept)


def _back(about: Told, party: str) -> Iterator[Block]:
    t = about.t
    yield Heading(t("h.summary.back"))
    found = [
        t("summary.back", step=about.number(entry), what=about.dataset(name), who=about.party(entry.step.actor))
        for entry in about.flow.steps
        for name, receivers in [_given(entry)]
        if party in receivers and entry.step.actor != party
    ]
    if about.flow.study.study.reports:
        found.append(t("summary.report"))
    yield Bullets(found) if found else Paragraph(t("summary.noback"))


def _contact(about: Told, party: str) -> Iterator[Block]:
    t, contacts = about.t, about.dossier.contacts
    yield Heading(t("h.summary.contact"))
    if contacts:
        yield Bullets(
            [f"{about.party(name)}: {label[about.lang]}" for name, label in contacts.items() if name != party]
        )
    else:
        yield OpenPoint(t("open.contact"))
