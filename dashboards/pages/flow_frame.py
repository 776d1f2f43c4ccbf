"""The frame of the flow page: the study, the drawing, and the places that are filled at every step."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.flows.asked import last
from dashboards.flows.opened import OpenedStudy
from dashboards.markup import Html, address, icon, tag
from dashboards.pages.catalogue_list import lost
from dashboards.pages.live import region
from dashboards.pages.room import Room


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
