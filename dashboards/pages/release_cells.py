"""The small-cell report of a release as a page: what was at risk, for whom, what was done and lost. Counts only."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.markup import Html, icon, join, tag
from dashboards.pages.release_certificate import attacker
from dashboards.pages.room import Room
from dashboards.releases.beside import Figures, Parts, figures_of
from workbench.errors import WorkbenchError
from workbench.jobs import Job

KINDS = ("shown", "small", "secondary")


def cells(room: Room, job: Job | None) -> Html:
    """The report where it was made, else the way to have it made."""
    t = room.t
    warning = tag("p", icon("lock"), " ", t("cells.confidential"), class_="confidential")
    if job is None or job.state == "cancelled":
        make = tag("button", t("cells.make"), type="button", class_="button", id="report", data_do="report")
        return join(warning, tag("p", t("cells.none")), make)
    if not job.is_over:
        return join(warning, tag("p", t("cells.making")))
    try:
        if job.state != "done":
            raise WorkbenchError(job.reason)
        return join(warning, _report(room, figures_of(job)))
    except (WorkbenchError, KeyError, TypeError, ValueError):
        again = tag("button", t("cells.again"), type="button", class_="button", id="report", data_do="report")
        return join(warning, tag("p", t("cells.failed", job=job.id), class_="bad"), again)


def _report(room: Room, found: Figures) -> Html:
    t = room.t
    shown, small, secondary = found.total
    every = shown + small + secondary
    zeros = t("cells.zeros") if found.zeros_hidden else ""
    secrets = sum(one for one, _ in found.attackers.values())
    learned = sum(one for _, one in (*found.attackers.values(), *found.amounts.values()))
    share = t.percent(shown / every if every else 0.0, 0)
    return join(
        tag("h3", t("cells.risk")),
        tag("p", t("cells.risk.text", numbers=t.number(every), small=t.number(small), threshold=found.threshold,
                   zeros=zeros)),
        _bars(room, {t(f"cells.level.{name}"): one for name, one in found.levels.items()}, t("cells.by_level")),
        tag("h3", t("cells.whom")),
        tag("p", t.count("cells.whom.text", len(found.attackers), secrets=t.number(secrets))),
        _attackers(room, found),
        tag("p", t("cells.nothing_learned") if not learned else t("cells.learned", learned=t.number(learned)),
            class_="verdict no" if not learned else "verdict yes"),
        tag("h3", t("cells.done")),
        tag("p", t("cells.done.text", secondary=t.number(secondary), witnesses=t.number(found.witnesses))),
        tag("h3", t("cells.cost")),
        tag("p", t("cells.cost.text", shown=t.number(shown), numbers=t.number(every), share=share)),
        _bars(room, {room.house.labels.indicator(name, t.lang): one for name, one in found.indicators.items()},
              t("cells.by_indicator")),
    )  # fmt: skip


def bar(parts: Parts, most: int) -> Html:
    """A bar of what is shown, small, and withheld for others; the numbers stand beside it, so it may be skipped."""
    pieces = [
        tag("span", class_=kind, style=f"width:{100 * count / most:.2f}%")
        for kind, count in zip(KINDS, parts, strict=True)
        if count
    ]
    return tag("div", *pieces, class_="stacked", aria_hidden="true")


def _bars(room: Room, rows: Mapping[str, Parts], caption: str) -> Html:
    t = room.t
    most = max((sum(one) for one in rows.values()), default=1) or 1
    keys = [
        tag("th", tag("i", class_=f"key {kind}"), t(f"cells.{kind}"), scope="col", class_="right") for kind in KINDS
    ]
    head = tag("tr", tag("td"), *keys, tag("td"))
    body = [
        tag("tr", tag("th", name, scope="row"), *(tag("td", t.number(one), class_="right") for one in parts),
            tag("td", bar(parts, most), class_="drawn"))
        for name, parts in rows.items()
    ]  # fmt: skip
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body), class_="codes counted")
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=caption)


def _attackers(room: Room, found: Figures) -> Html:
    t = room.t
    heads = ("attacker", "secrets", "learns")
    head = tag("tr", *(tag("th", t(f"cells.{key}"), scope="col", class_=None if key == "attacker" else "right")
                       for key in heads))  # fmt: skip
    rows = [
        tag("tr", tag("th", attacker(room, name), scope="row"), tag("td", t.number(secrets), class_="right"),
            tag("td", t.number(learned + found.amounts.get(name, (0, 0))[1]), class_="right"))
        for name, (secrets, learned) in found.attackers.items()
    ]  # fmt: skip
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="codes counted")
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("cells.whom"))
