"""The steps of a flow: the buttons from one to the next, the step in words, the list of all, and the tabs."""

from __future__ import annotations

from dashboards.flows.asked import TABS, Asked, last
from dashboards.flows.moments import step_at
from dashboards.flows.opened import OpenedStudy
from dashboards.markup import Html, icon, join, tag
from dashboards.pages.room import Room
from workbench.dataflow.words import kind_name


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
