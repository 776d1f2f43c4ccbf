"""What is chosen in the drawing: a dataset with its columns and where they come from, a delivery, or a party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dashboards.flows.asked import Asked
from dashboards.flows.moments import Part, held
from dashboards.flows.opened import OpenedStudy
from dashboards.markup import Html, icon, join, tag
from dashboards.pages.room import Room
from workbench.dataflow import Column
from workbench.dataflow.picture import sensitivity
from workbench.dataflow.schema import ROWS, split_ref
from workbench.dataflow.words import WORDS, kind_name


def chosen(room: Room, study: OpenedStudy, asked: Asked, parts: Mapping[str, Part]) -> Html:
    """The part that is chosen, or how to choose one."""
    part = parts.get(asked.choose)
    if part is None:
        return tag("p", icon("info"), tag("span", room.t("flow.choose")), class_="note")
    if part.kind == "dataset":
        return _dataset(room, study, asked, part, parts)
    if part.kind == "step":
        return _delivery(room, study, part, parts)
    return _party(room, study, asked, part, parts)


def _dataset(room: Room, study: OpenedStudy, asked: Asked, part: Part, parts: Mapping[str, Part]) -> Html:
    t, flow = room.t, study.flow
    dataset = flow.datasets[part.name]
    makers = [entry for entry in flow.steps if part.name in entry.makes]
    sources = dict.fromkeys(ref for entry in makers for _, ref in entry.step.reads())
    holders = [party for party in study.picture.holders if part.name in held(study, asked.step, party)]
    facts = [
        (t("flow.holds"), WORDS[t.lang][sensitivity(dataset, flow.catalog)]),
        (t("flow.held_by"), ", ".join(_party_name(room, study, one) for one in holders) or t("flow.nobody")),
        (
            t("flow.made_in"),
            join(*(_step_button(room, entry.number + 1, entry.step.label[t.lang]) for entry in makers)),
        ),
        (t("flow.made_from"), join(*(_source(room, study, ref, parts) for ref in sources)) or t("flow.nothing")),
        (t("flow.read_by"), join(*_readers(room, study, part.name)) or t("flow.nothing")),
    ]
    tables = [_columns(room, name, columns) for name, columns in dataset.parts.items()]
    name = study.picture.name(part.name, t.lang)
    return join(_title(part.name, name or _party_name(room, study, part.party)), _facts(facts), *tables)


def _readers(room: Room, study: OpenedStudy, name: str) -> Iterator[Html]:
    """Steps that work with a dataset."""
    for entry in study.flow.steps:
        if name in {split_ref(ref)[0] for _, ref in entry.step.reads()}:
            yield _step_button(room, entry.number + 1, entry.step.label[room.t.lang])


def _columns(room: Room, part: str, columns: Sequence[Column]) -> Html:
    t = room.t
    rows = []
    for one in columns:
        refs = sorted(ref for ref in one.origin if ref in room.house.library.variables)
        links = [join(tag("a", tag("code", ref), href=room.link("/catalogue", open=ref)), " ") for ref in refs]
        kind = t(f"role.{one.role}") + (f" · {t('sensitive.yes')}" if one.sensitive else "")
        rows.append(tag("tr", tag("td", tag("code", one.name)), tag("td", kind), tag("td", *links)))
    head = tag("tr", *(tag("th", t(f"flow.column.{key}"), scope="col") for key in ("name", "role", "origin")))
    title = (
        t("flow.columns", number=len(columns)) if part == ROWS else t("flow.columns_of", part=part, number=len(columns))
    )
    table = tag("table", tag("caption", title), tag("thead", head), tag("tbody", *rows), class_="codes")
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=title)


def _delivery(room: Room, study: OpenedStudy, part: Part, parts: Mapping[str, Part]) -> Html:
    t = room.t
    entry = study.flow.step(part.name)
    step = entry.step
    sent = step.delivers()
    facts = [
        (t("flow.does"), kind_name(step.kind, t.lang)),
        (t("flow.from"), _party_name(room, study, step.actor)),
        (t("flow.to"), ", ".join(_party_name(room, study, one) for one in sent[1]) if sent else ""),
        (t("flow.carries"), _dataset_button(study, step.actor, sent[0], parts) if sent else ""),
        (t("flow.when"), _step_button(room, entry.number + 1, step.label[t.lang])),
        (t("detail.source"), f"{step.cite.document} {t('detail.line', line=step.cite.line) if step.cite.line else ''}"),
    ]
    return join(
        _title(t("flow.delivery", number=study.picture.numbers[entry.number]), step.label[t.lang]), _facts(facts)
    )


def _party(room: Room, study: OpenedStudy, asked: Asked, part: Part, parts: Mapping[str, Part]) -> Html:
    t, party = room.t, study.flow.catalog.parties[part.party]
    here = sorted(held(study, asked.step, part.party))
    acts = [entry for entry in study.flow.steps if entry.step.actor == part.party]
    facts = [
        (t("flow.organisation"), party.organisation + (f" · {party.zone[t.lang]}" if party.zone else "")),
        (t("flow.kind"), t(f"party.{party.kind}")),
        (t("flow.has"), join(*(_dataset_button(study, part.party, name, parts) for name in here)) or t("flow.nothing")),
        (
            t("flow.own"),
            join(*(_source(room, study, ref, parts) for ref in study.picture.own_tables(part.party)))
            or t("flow.nothing"),
        ),
        (
            t("flow.acts"),
            join(*(_step_button(room, one.number + 1, one.step.label[t.lang]) for one in acts)) or t("flow.nothing"),
        ),
    ]
    return join(_title(party.label[t.lang], ""), _facts(facts))


def _title(name: str, label: str) -> Html:
    return tag("h2", name, *([" ", tag("small", label)] if label else []))


def _facts(facts: Sequence[tuple[str, str]]) -> Html:
    return tag("dl", *(tag("div", tag("dt", heading), tag("dd", said)) for heading, said in facts))


def _party_name(room: Room, study: OpenedStudy, id_: str) -> str:
    party = study.flow.catalog.parties.get(id_)
    return party.label[room.t.lang] if party else id_


def _step_button(room: Room, number: int, label: str) -> Html:
    said = f"{number} {label}"
    return tag("button", said, type="button", class_="plain", data_do="step", data_value=str(number))


def _dataset_button(study: OpenedStudy, party: str, name: str, parts: Mapping[str, Part]) -> Html:
    """A dataset where this party has it, else where it is drawn first; plain text when it is not drawn."""
    drawn = [one for one in parts.values() if one.kind == "dataset" and one.name == name]
    drawn.sort(key=lambda one: one.party != party)
    if not drawn:
        return join(tag("code", name), " ")
    return tag("button", name, type="button", class_="plain", data_do="choose", data_value=drawn[0].id)


def _source(room: Room, study: OpenedStudy, ref: str, parts: Mapping[str, Part]) -> Html:
    """What a step reads: a table of the catalogue, or a dataset."""
    if ref in study.flow.catalog.tables:
        return join(tag("a", tag("code", ref), href=room.link("/catalogue", open=ref)), " ")
    return _dataset_button(study, "", split_ref(ref)[0], parts)
