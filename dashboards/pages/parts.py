"""The written parts of a report page: heading, exports, what is withheld and why, provenance."""

from __future__ import annotations

from dashboards.markup import Html, address, icon, join, tag
from dashboards.pages.header import profiles
from dashboards.pages.room import Room
from dashboards.shown import Shown
from workbench.access import Level
from workbench.publish import ReportView

PATH = "/report"


def head(room: Room, view: ReportView) -> Html:
    """Where one is, what one reads, and for whom it is cut."""
    t = room.t
    name = view.report.label[t.lang]
    home = tag("a", t("portal.title"), href=room.link("/"))
    crumb = tag("nav", home, " / ", tag("span", name), class_="crumb", aria_label=t("site.crumb"))
    scope = tag("p", t(f"scope.{view.scope.name.lower()}"), class_="lead")
    return tag("section", crumb, mark(room, view.report.level), tag("h1", name), scope, class_="report-head")


def mark(room: Room, level: Level) -> Html:
    """A globe for what is public, a lock for what only some may open."""
    kind, picture = ("public", "globe") if level is Level.PUBLIC else ("private", "lock")
    return tag("span", icon(picture), room.t(f"portal.{kind}"), class_=f"mark {kind}")


def table_head(room: Room, view: ReportView, table: Shown) -> Html:
    """The heading of the table, with the rows as a file and an address that gives this very view again."""
    t = room.t
    named = {"id": view.report.id, "release": str(view.release.number), **view.chosen.query()}
    query = {key: named[key] for key in ("id", "release", *view.report.parameters) if key in named}
    data = address("/api/report", **query, format="csv", lang=t.lang)
    csv = tag("a", icon("download"), t("report.csv"), class_="tool", href=data, download=True)
    link = tag("a", icon("link"), t("report.link"), class_="tool", href=room.link(PATH, **query))
    title = tag("h2", t("report.table"), " ", tag("small", t.count("report.rows", len(table.rows))))
    return tag("div", title, tag("div", csv, link, class_="tools"), class_="table-head")


def withheld(room: Room, view: ReportView, table: Shown) -> Html:
    """What is withheld and why, from the policy that the release was protected with."""
    t = room.t
    policy = view.release.policy()
    zeros = policy.get("zeros") == "hide"
    rule = t("withheld.rule_zero" if zeros else "withheld.rule", threshold=policy["threshold"])
    if table.withheld:
        first = t.count("withheld.some", table.withheld, total=t.number(len(table.rows)))
        words = join(tag("b", first), " ", rule, " ", t("withheld.second"))
    else:
        words = join(tag("b", t("withheld.none")), " ", rule)
    return tag("section", icon("shield"), tag("p", words), class_="withheld", aria_label=t("withheld.label"))


def empty(room: Room) -> Html:
    """What stands in place of drawings and table when there is no row."""
    t = room.t
    title, text = tag("h2", t("report.empty.title")), tag("p", t("report.empty.text"))
    return tag("section", title, text, class_="card notice")


def foot(room: Room, view: ReportView) -> Html:
    """Where the figures come from and as whom they are read."""
    t, release = room.t, view.release
    source = t(
        "report.source",
        number=release.number,
        date=t.date(release.created),
        run=release.run_id[:12],
        content=release.content[:12],
    )
    viewer = room.viewer()
    if viewer.is_public:
        reader = t("report.guest")
    else:
        reader = t("report.reader", profile=profiles(room, viewer))
    note = tag("p", icon("info"), tag("span", t("site.synthetic")), class_="note")
    return tag("footer", note, tag("p", source), tag("p", reader), class_="foot")
