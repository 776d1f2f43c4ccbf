"""What if these classes were one? Which numbers that would save, and what it costs, before anybody decides."""

from __future__ import annotations

from dashboards.markup import Html, icon, join, tag
from dashboards.pages.release_cells import bar
from dashboards.pages.room import Room
from dashboards.releases.asked import Asked, Classes
from dashboards.releases.beside import Plan, plans_of
from workbench.errors import WorkbenchError
from workbench.jobs import Job


def whatif(room: Room, number: int, asked: Asked, classes: Classes, job: Job | None) -> Html:
    """The classes to choose from, the groups made so far, and the last answer."""
    t = room.t
    lead = tag("p", t("whatif.lead", number=number), class_="quiet")
    if not classes.axes():
        return join(lead, tag("p", t("whatif.no_classes")))
    return join(lead, _axes(room, asked, classes), _groups(room, asked), _answer(room, job))


def _axes(room: Room, asked: Asked, classes: Classes) -> Html:
    t = room.t
    axis = asked.axis if asked.axis in classes.axes() else classes.axes()[0]
    radios = [
        tag("label", tag("input", type="radio", name="axis", id=f"axis-{one}", value=one, data_do="axis",
                         checked=one == axis or None), t(f"whatif.axis.{one}"))
        for one in classes.axes()
    ]  # fmt: skip
    boxes = [
        tag("label", tag("input", type="checkbox", id=f"pick-{one}", data_do="pick", data_value=one,
                         checked=one in asked.picked or None), tag("span", _class_name(room, one)))
        for one in asked.free(classes)
    ]  # fmt: skip
    enough = len(asked.picked) > 1
    join_them = tag("button", t("whatif.join"), type="button", class_="button second", id="join", data_do="join",
                    aria_disabled=None if enough else "true")  # fmt: skip
    return join(
        tag("fieldset", tag("legend", t("whatif.axis")), *radios, class_="ways"),
        tag("fieldset", tag("legend", t("whatif.classes")), *boxes, class_="people") if boxes else Html(""),
        tag("div", join_them, tag("small", t("whatif.two") if not enough else ""), class_="actions"),
    )


def _groups(room: Room, asked: Asked) -> Html:
    t = room.t
    if not asked.groups:
        return Html("")
    chips = [
        tag("button", " + ".join(_class_name(room, one) for one in group), icon("close"), type="button", class_="chip",
            id=f"part-{place}", data_do="part", data_value=str(place),
            aria_label=t("whatif.part", classes=" + ".join(_class_name(room, one) for one in group)))
        for place, group in enumerate(asked.groups)
    ]  # fmt: skip
    go = tag("button", t("whatif.go"), type="button", class_="button", id="whatif", data_do="whatif")
    return tag(
        "div", tag("p", t("whatif.groups")), tag("div", *chips, class_="chips"), tag("div", go, class_="actions")
    )


def _class_name(room: Room, one: str) -> str:
    return room.house.labels.hospital(one, room.t.lang)


def running(room: Room, job: Job | None) -> Html:
    """How far the command is, and the way to stop it; nothing when none runs."""
    t = room.t
    if job is None or job.is_over:
        return Html("")
    last = job.last
    share = last.share if last else 0.0
    words = t("release.job.waiting") if job.state == "waiting" else t("release.job.running", share=t.percent(share, 0))
    progress = tag("progress", value=f"{share:.3f}", max="1", aria_label=t("release.job.progress"))
    stop = tag(
        "button", t("release.job.stop"), type="button", class_="plain", id="stop", data_do="stop", data_value=job.id
    )
    return tag("div", progress, tag("span", words), stop, class_="job")


def _answer(room: Room, job: Job | None) -> Html:
    t = room.t
    if job is None or not job.is_over or job.state == "cancelled":
        return Html("")
    try:
        if job.state != "done":
            raise WorkbenchError(job.reason)
        before, after = plans_of(job)
    except (WorkbenchError, KeyError, TypeError, ValueError):
        return tag("p", t("whatif.failed", job=job.id), class_="bad")
    merged = " · ".join(
        " + ".join(_class_name(room, one) for one in group.split("+"))
        for group in job.about.get("merge", "").split(" ")
    )
    saved, fewer = before.withheld - after.withheld, before.numbers - after.numbers
    words = t.count("whatif.saved", saved) if saved > 0 else t("whatif.saves_nothing")
    cost = t.count("whatif.cost", fewer)
    head = [tag("td")] + [
        tag("th", t(f"whatif.{key}"), scope="col", class_="right")
        for key in ("numbers", "small", "secondary", "shown", "certified")
    ]
    most = max(before.numbers, after.numbers, 1)
    rows = [_plan(room, t(f"whatif.{key}"), plan, most) for key, plan in (("before", before), ("after", after))]
    table = tag("table", tag("caption", merged), tag("thead", tag("tr", *head, tag("td"))), tag("tbody", *rows),
                class_="codes counted")  # fmt: skip
    wide = tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("whatif.answer"))
    kind = "verdict no" if saved > 0 else "verdict"
    return join(tag("h3", t("whatif.answer")), tag("p", words, " ", cost, class_=kind), wide,
                tag("p", t("whatif.nothing_changed"), class_="quiet"))  # fmt: skip


def _plan(room: Room, name: str, plan: Plan, most: int) -> Html:
    t = room.t
    figures = (t.number(plan.numbers), t.number(plan.small), t.number(plan.secondary),
               f"{t.number(plan.shown)} ({t.percent(plan.shown / max(plan.numbers, 1), 0)})",
               t("whatif.yes") if plan.certified else t("whatif.no"))  # fmt: skip
    drawn = bar((plan.shown, plan.small, plan.secondary), most)
    return tag("tr", tag("th", name, scope="row"), *(tag("td", one, class_="right") for one in figures),
               tag("td", drawn, class_="drawn"))  # fmt: skip
