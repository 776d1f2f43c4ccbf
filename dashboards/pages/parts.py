"""The written parts of a report page: heading, exports, what is withheld and why, provenance."""

from __future__ import annotations

from dashboards.markup import Html, address, icon, join, tag
from dashboards.pages.header import profiles
from dashboards.pages.room import Room
from dashboards.shown import Shown
from dashboards.texts import Texts
from workbench.access import Level, Viewer
from workbench.publish import ReportView

PATH = "/report"
FORMS = ("csv", "xlsx", "pdf")


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
    files = [_file(t, form, address("/api/report", **query, format=form, lang=t.lang)) for form in FORMS]
    link = tag("a", icon("link"), t("report.link"), class_="tool", href=room.link(PATH, **query))
    title = tag("h2", t("report.table"), " ", tag("small", t.count("report.rows", len(table.rows))))
    return tag("div", title, tag("div", *files, link, class_="tools"), class_="table-head")


def withheld(room: Room, view: ReportView, table: Shown) -> Html:
    """What is withheld and why, from the policy that the release was protected with."""
    t = room.t
    first, rest = why_withheld(view, table, t)
    words = join(tag("b", first), " ", rest)
    return tag("section", icon("shield"), tag("p", words), class_="withheld", aria_label=t("withheld.label"))


def _file(t: Texts, form: str, href: str) -> Html:
    """A link that gives the view as a file."""
    name = form.upper()
    label = t("report.file", form=name)
    return tag("a", icon("download"), name, class_="tool", download=True, aria_label=label, href=href)


def why_withheld(view: ReportView, table: Shown, t: Texts) -> tuple[str, str]:
    """How much is withheld in a view, and by which rule of the policy its release was protected with."""
    policy = view.release.policy()
    zeros = policy.get("zeros") == "hide"
    rule = t("withheld.rule_zero" if zeros else "withheld.rule", threshold=policy["threshold"])
    if not table.withheld:
        return t("withheld.none"), rule
    return t.count("withheld.some", table.withheld, total=t.number(len(table.rows))), f"{rule} {t('withheld.second')}"


def source(view: ReportView, t: Texts) -> str:
    """Which release, run and content the figures come from."""
    release = view.release
    return t(
        "report.source",
        number=release.number,
        date=t.date(release.created),
        run=release.run_id[:12],
        content=release.content[:12],
    )


def reader(viewer: Viewer, t: Texts) -> str:
    """As whom a view is read."""
    return t("report.guest") if viewer.is_public else t("report.reader", profile=profiles(t, viewer))


def empty(room: Room) -> Html:
    """What stands in place of drawings and table when there is no row."""
    t = room.t
    title, text = tag("h2", t("report.empty.title")), tag("p", t("report.empty.text"))
    return tag("section", title, text, class_="card notice")


def foot(room: Room, view: ReportView) -> Html:
    """Where the figures come from and as whom they are read."""
    t = room.t
    note = tag("p", icon("info"), tag("span", t("site.synthetic")), class_="note")
    return tag("footer", note, tag("p", source(view, t)), tag("p", reader(room.viewer(), t)), class_="foot")
