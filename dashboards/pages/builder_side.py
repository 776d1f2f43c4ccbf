"""What stands around the fields of a draft: head, steps, findings, comments, and ways to fill a step at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.builder.choices import Names
from dashboards.builder.desk import Desk
from dashboards.flows.opened import OpenedStudy
from dashboards.markup import Html, address, icon, join, tag
from dashboards.pages.builder_form import LONGEST_COMMENT, remark
from dashboards.pages.catalogue_list import lost
from dashboards.pages.live import region
from dashboards.pages.room import Room
from workbench.drafts.acts import pointer
from workbench.drafts.counted import Counted
from workbench.drafts.edits import get
from workbench.drafts.judge import Judgement, Remark
from workbench.drafts.shapes import title_of
from workbench.drafts.starting import Start
from workbench.drafts.steps import STEPS
from workbench.state import Comment

PATH = "/builder"
START = "start:"  # before the name of a beginning, where names of studies stand too
_SHOWN = 60  # findings in the list at once


def frame(room: Room, lists: Mapping[str, Names]) -> Html:
    """The page with its places, and the lists to choose from that are the same for every draft."""
    t = room.t
    left = tag("nav", region("steps"), class_="facets stages", aria_label=t("builder.steps"))
    middle = tag("section", region("form"), class_="middle", aria_label=t("builder.fields"))
    right = tag("aside", region("findings"), region("comments"), class_="side", aria_label=t("builder.side"))
    return tag(
        "div", lost(room), region("head"), region("told", role="status"), _lists(lists), region("lists"),
        tag("div", left, middle, right, class_="three"), class_="builder",
    )  # fmt: skip


def lists(names: Mapping[str, Names]) -> Html:
    """The lists to choose from that the draft itself gives."""
    return _lists(names)


def _lists(names: Mapping[str, Names]) -> Html:
    return join(
        *(
            tag("datalist", *(tag("option", words, value=name) for name, words in one.items()), id=f"dl-{key}")
            for key, one in names.items()
        )
    )


def head(room: Room, desk: Desk, locked: bool) -> Html:
    """Which draft, that it is saved, and the ways back and out."""
    t, revision = room.t, desk.revision
    crumb = tag("nav", tag("a", t("builder.title"), href=room.link(PATH)), class_="crumb", aria_label=t("site.crumb"))
    saved = t("builder.saved", number=t.number(revision.number), time=f"{revision.at:%H:%M}")
    turns = [
        tag(
            "button", t(f"builder.{act}"), type="button", class_="square wide", id=act, data_do=act,
            disabled=locked or to is None,
        )
        for act, to in (("undo", desk.history.undo), ("redo", desk.history.redo))
    ]  # fmt: skip
    file = tag(
        "a", icon("download"), t("builder.export"), class_="tool", download=True,
        href=address("/api/draft", draft=desk.id, what="file"),
    )  # fmt: skip
    notebook = tag(
        "a", icon("download"), t("builder.notebook"), class_="tool", id="as-notebook", download=True,
        href=address("/api/draft", draft=desk.id, what="notebook", lang=t.lang), title=t("builder.notebook.help"),
    )  # fmt: skip
    state = tag("span", t("builder.locked"), class_="tag") if locked else Html("")
    tools = tag(
        "div", *turns, tag("span", saved, class_="quiet", id="saved", role="status"), state, file, notebook,
        class_="tools",
    )  # fmt: skip
    return join(crumb, tag("h1", title(desk.data, room.t.lang) or t("builder.unnamed")), tools)


def title(data: Any, lang: str) -> str:
    """What the draft is called in a language."""
    words = data.get("title") if isinstance(data, dict) else None
    found = words.get(lang) if isinstance(words, dict) else None
    return found if isinstance(found, str) else ""


def steps(room: Room, here: str, remarks: Sequence[Remark], data: Any) -> Html:
    """The steps in their order, each with what is still wrong in it; none is ticked because one went past it."""
    t = room.t
    lines = []
    for number, step in enumerate(STEPS, start=1):
        mine = [one for one in remarks if one.step == step and not one.accepted]
        wrong = sum(one.weight == "error" for one in mine)
        if wrong:
            badge = tag("span", t.count("builder.errors", wrong), class_="badge bad")
        elif mine:
            badge = tag("span", t.count("builder.warnings", len(mine)), class_="badge doubt")
        else:
            badge = tag("span", t("builder.in_order"), class_="badge fine")
        button = tag(
            "button", tag("span", str(number), class_="n"), tag("span", t(f"step.{step}")), badge, type="button",
            id=f"step-{step}", data_do="step", data_value=step, aria_current="step" if step == here else None,
        )  # fmt: skip
        lines.append(tag("li", button))
    return tag("ol", *lines)


def on(room: Room, here: str) -> Html:
    """To the step that follows."""
    names = list(STEPS)
    place = names.index(here) + 1
    if place == len(names):
        return Html("")
    words = room.t("builder.on", step=room.t(f"step.{names[place]}"))
    return tag(
        "p", tag("button", words, type="button", class_="button", id="on", data_do="step", data_value=names[place])
    )


def findings(room: Room, judgement: Judgement | None, checking: bool) -> Html:
    """Everything found in the draft, the gravest first; each leads to its field."""
    t = room.t
    if judgement is None:
        return tag("section", tag("h2", t("builder.findings")), tag("p", t("builder.checking")), class_="panel")
    found = [one for one in judgement.remarks if not one.accepted]
    errors = len(judgement.errors)
    about = t.count("builder.errors", errors) if errors else t("builder.clean")
    title_ = tag("h2", t("builder.findings"), " ", tag("small", t("builder.checking") if checking else about))
    lines = []
    for number, one in enumerate(found[:_SHOWN]):
        words = join(remark(t, one))
        if one.at:
            place = tag(
                "button", t("builder.show", step=t(f"step.{one.step}")), type="button", class_="plain",
                id=f"goto-{number}", data_do="goto", data_value=pointer(one.at),
                aria_label=t("builder.show_it", what=one.what),
            )  # fmt: skip
            words = join(words, place)
        lines.append(tag("li", words))
    rest = len(found) - len(lines)
    more = tag("p", t.count("builder.more_findings", rest), class_="quiet") if rest > 0 else Html("")
    accepted = sum(one.accepted for one in judgement.remarks)
    kept = tag("p", t.count("builder.accepted", accepted), class_="quiet") if accepted else Html("")
    body = tag(
        "ul", *lines, class_="findings", id="findings", data_scroll=True, tabindex="0", aria_label=t("builder.findings")
    )
    none = tag("p", t("builder.nothing_found"), class_="quiet")
    return tag("section", title_, body if lines else none, more, kept, class_="panel", aria_live="polite")


def comments(room: Room, every: Sequence[Comment], step: str, written: str) -> Html:
    """What was said about the step that is shown, and a place to say more."""
    t = room.t
    people = room.house.directory.people
    lines = []
    for one in every:
        if one.section != step:
            continue
        who = people[one.by].name if one.by in people else one.by
        done = one.resolved_at is not None
        button = tag(
            "button", t("builder.reopen" if done else "builder.resolve"), type="button", class_="plain",
            id=f"resolve-{one.id}", data_do="resolve", data_value=str(one.id),
        )  # fmt: skip
        when = tag("small", f"{who}, {t.date(one.at.isoformat())}")
        lines.append(tag("li", tag("p", one.text), when, " ", button, class_="done" if done else None))
    elsewhere = sum(one.section != step and one.resolved_at is None for one in every)
    other = tag("p", t.count("builder.comments_elsewhere", elsewhere), class_="quiet") if elsewhere else Html("")
    field = tag(
        "textarea", written, id="say", rows="3", data_do="say", maxlength=str(LONGEST_COMMENT),
    )  # fmt: skip
    send = tag("button", t("builder.comment"), type="button", class_="button second", id="comment", data_do="comment")
    return tag(
        "section", tag("h2", t("builder.comments")), tag("ul", *lines, class_="said-by") if lines else Html(""), other,
        tag("label", t("builder.say", step=t(f"step.{step}")), for_="say"), field, send, class_="panel comments",
    )  # fmt: skip


def count(room: Room, found: Counted | None, possible: bool, data: Any) -> Html:
    """How many synthetic persons are left after each criterion."""
    t = room.t
    if not possible:
        return tag("section", tag("p", t("count.none")), class_="count")
    if found is None:
        return tag("section", tag("p", t("count.busy")), class_="count", role="status")
    if found.error:
        return tag(
            "section", tag("p", t("count.error")), tag("p", found.error, lang="en", class_="quiet"), class_="count"
        )
    names = [title_of(one) for one in get(data, ("population", "criteria")) or ()]
    lines = []
    for name, units, persons in zip(("", *names), found.units, found.persons, strict=False):
        after = t("count.after", name=name) if name else t("count.before")
        left = t("count.rows", units=t.number(units))
        who = "" if persons is None else t.count("count.persons", persons) + ", "
        lines.append(tag("li", f"{after}: {who}{left}"))
    last = found.persons[-1]
    big = t.number(found.units[-1] if last is None else last)
    words = t("count.of_rows", of=t.number(found.of)) if last is None else t("count.of", of=t.number(found.of))
    head = tag("p", tag("span", big, class_="big", id="count"), " ", words)
    more = tag("p", t("count.enriched", study=found.enriched), class_="quiet") if found.enriched else Html("")
    return tag("section", head, tag("ol", *lines), more, class_="count", role="status")


def from_cart(room: Room, number: int, locked: bool) -> Html:
    """Take the variables along that were put aside in the catalogue."""
    t = room.t
    link = tag("a", t("builder.to_catalogue"), href=room.link("/catalogue"))
    if not number or locked:
        return tag("p", t("builder.cart_nothing"), " ", link, class_="quiet")
    button = tag(
        "button", t.count("builder.take_cart", number), type="button", class_="button", id="take-cart", data_do="cart"
    )
    return tag("p", button, " ", link)


def from_flow(
    room: Room, starts: Mapping[str, Start], studies: Mapping[str, OpenedStudy], chosen: str, opened: bool
) -> Html:
    """Begin with a flow for the draft's own variables, or with that of a known study."""
    t = room.t
    ready = [
        tag("option", one.label[t.lang], value=f"{START}{id_}", selected=f"{START}{id_}" == chosen)
        for id_, one in starts.items()
    ]
    known = [
        tag("option", one.study.title[t.lang], value=name, selected=name == chosen) for name, one in studies.items()
    ]
    groups = [
        tag("optgroup", *ready, label=t("builder.starts")),
        tag("optgroup", *known, label=t("builder.flows")),
    ]
    choice = tag("select", *groups, id="flow-template", data_do="template")
    take = tag(
        "button", t("builder.take_flow"), type="button", class_="button second", id="take-flow",
        data_do="flow_template",
    )  # fmt: skip
    start = starts.get(chosen.removeprefix(START)) if chosen.startswith(START) else None
    about = tag("p", start.text[t.lang]) if start else Html("")
    words = tag("p", t("builder.take_flow.text"), class_="quiet")
    label = tag("label", t("builder.flow_template.which"), for_="flow-template")
    head = tag("summary", t("builder.flow_template"))
    return tag(
        "details", head, label, choice, about, words, take, id="flow-templates", class_="template", open=opened
    )  # fmt: skip


def drawing(room: Room, svg: Html) -> Html:
    """The dataflow as it stands."""
    name = room.t("flow.drawing")
    box = tag("div", svg, class_="scroll", tabindex="0", role="img", aria_label=name)
    return tag("details", tag("summary", name), box, id="flow-drawing", class_="template")
