"""The frame of the flow page: the study, the player, the drawing, the steps in words, and the tabs."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.flows.asked import TABS, Asked, last
from dashboards.flows.moments import step_at
from dashboards.flows.opened import OpenedStudy
from dashboards.markup import Html, address, icon, join, tag
from dashboards.pages.catalogue_list import lost
from dashboards.pages.live import region
from dashboards.pages.room import Room
from workbench.dataflow.words import kind_name


def frame(room: Room, study: OpenedStudy, studies: Mapping[str, OpenedStudy]) -> Html:
    """The page with its places; the drawing stands in it once, only its marks change."""
    t = room.t
    files = [
        tag(
            "a",
            icon("download"),
            form.upper(),
            class_="tool",
            download=True,
            href=address("/api/flow", study=study.id, format=form, lang=t.lang),
        )
        for form in ("svg", "pdf", "png")
    ]
    zoom = [
        tag("button", sign, type="button", class_="square", data_zoom=how, aria_label=t(f"flow.zoom.{how}"))
        for how, sign in (("out", "−"), ("fit", "1:1"), ("in", "+"))
    ]
    tools = tag("div", tag("div", *zoom, class_="zoom"), tag("div", *files, class_="tools"), class_="sheet-tools")
    drawing = tag(
        "div",
        Html(study.svg(t.lang)),
        class_="scroll",
        data_rove=True,
        tabindex="0",
        role="region",
        aria_label=t("flow.drawing"),
        id="drawing",
    )
    play = tag(
        "button",
        icon("play"),
        tag("span", t("flow.play")),
        type="button",
        id="play",
        class_="button second play",
        data_play=True,
        data_target="next",
        data_start="first",
        aria_pressed="false",
    )
    slider = tag(
        "input",
        type="range",
        id="step",
        min="0",
        max=str(last(study)),
        data_do="step",
        data_live=True,
        aria_label=t("flow.slider"),
    )
    player = tag("div", region("player", class_="buttons"), play, slider, class_="player")
    sheet = tag(
        "section",
        player,
        region("now", class_="moment", aria_live="polite"),
        tools,
        drawing,
        class_="panel sheet",
        aria_label=t("flow.drawing"),
    )
    steps = tag("section", tag("h2", t("flow.steps")), region("steps"), class_="panel", aria_label=t("flow.steps"))
    panel = tag(
        "section",
        region("tabs"),
        region("panel", id="panel", role="tabpanel", tabindex="0", aria_labelledby="tab-current"),
        class_="panel tabbed",
        aria_label=t("flow.panel"),
    )
    return tag(
        "div", lost(room), _head(room, study, studies), sheet, tag("div", steps, panel, class_="two"), class_="flow"
    )


def _head(room: Room, study: OpenedStudy, studies: Mapping[str, OpenedStudy]) -> Html:
    t, now = room.t, study.study
    options = [
        tag("option", one.study.title[t.lang], value=name, selected=name == study.id) for name, one in studies.items()
    ]
    choice = tag("select", *options, name="study", id="study")
    lang = tag("input", type="hidden", name="lang", value=t.lang)
    show = tag("button", t("flow.show"), type="submit", class_="button second")
    form = tag(
        "form",
        tag("label", t("flow.study"), for_="study"),
        choice,
        lang,
        show,
        method="get",
        action="/flow",
        class_="which",
    )
    facts = t("flow.facts", document=now.document, start=now.period.from_year, end=now.period.to_year)
    return tag(
        "header",
        form,
        tag("h1", now.title[t.lang]),
        tag("p", now.purpose[t.lang], class_="lead"),
        tag("p", facts, class_="quiet"),
    )


def player(room: Room, study: OpenedStudy, asked: Asked) -> Html:
    """The buttons that go from step to step."""
    t, end = room.t, last(study)
    ways = (
        ("first", "first", 0),
        ("back", "previous", asked.step - 1),
        ("on", "next", asked.step + 1),
        ("last", "last", end),
    )
    return join(
        *(
            tag(
                "button",
                icon(picture),
                type="button",
                id=name,
                class_="square",
                data_do="step",
                data_value=str(to),
                disabled=to < 0 or to > end or to == asked.step,
                aria_label=t(f"flow.{name}"),
            )
            for picture, name, to in ways
        )
    )


def now(room: Room, study: OpenedStudy, asked: Asked) -> Html:
    """The step in words."""
    t, entry = room.t, step_at(study, asked.step)
    if entry is None:
        return tag("p", tag("b", t("flow.before")), " ", t("flow.before.text"))
    step = entry.step
    parties = study.flow.catalog.parties
    who = parties[step.actor].label[t.lang]
    place = t("flow.step", number=t.number(asked.step), total=t.number(last(study)))
    printed = t("flow.printed_step", number=step.number) if step.number else t("flow.own_step")
    kind = tag("span", f"{step.icon} {kind_name(step.kind, t.lang)}", class_="tag")
    made = [t("flow.makes", names=", ".join(entry.makes))] if entry.makes else []
    sent = step.delivers()
    if sent:
        made.append(t("flow.sends", name=sent[0], to=", ".join(parties[one].label[t.lang] for one in sent[1])))
    if step.destroys()[0]:
        made.append(t("flow.destroys", names=", ".join(step.destroys()[0])))
    line = tag("p", tag("b", f"{place}: "), f"{who}: {step.label[t.lang]} ", kind)
    return join(line, tag("p", " · ".join([printed, *made]), class_="quiet"))


def steps(room: Room, study: OpenedStudy, asked: Asked) -> Html:
    """Every step as a button; the arrow keys go through them."""
    t, parties = room.t, study.flow.catalog.parties
    lines = []
    for number, entry in enumerate(study.flow.steps, start=1):
        words = join(
            tag("span", study.picture.numbers[entry.number], class_="printed-number"),
            tag("span", tag("b", parties[entry.step.actor].label[t.lang]), " ", entry.step.label[t.lang]),
        )
        current = "step" if number == asked.step else None
        lines.append(
            tag(
                "li",
                tag(
                    "button",
                    words,
                    type="button",
                    id=f"go-{number}",
                    data_stop=True,
                    data_do="step",
                    data_value=str(number),
                    aria_current=current,
                ),
            )
        )
    return tag("ol", *lines, class_="steps", id="steps", data_rove=True, data_scroll=True)


def tabs(room: Room, asked: Asked) -> Html:
    """What can stand under the drawing."""
    t = room.t
    names = [one for one in TABS if one != "printed" or asked.study.printed]
    buttons = [
        tag(
            "button",
            t(f"flow.tab.{name}"),
            type="button",
            role="tab",
            id="tab-current" if name == asked.tab else f"tab-{name}",
            data_stop=True,
            data_do="tab",
            data_value=name,
            aria_selected="true" if name == asked.tab else "false",
            aria_controls="panel",
            aria_current="true" if name == asked.tab else None,
        )
        for name in names
    ]
    return tag("div", *buttons, class_="tabs", role="tablist", data_rove=True, aria_label=t("flow.panel"))
