"""The portal: data collections and their reports, those one may open and those one may ask for."""

from __future__ import annotations

from panel.viewable import Viewable

from dashboards.markup import Html, icon, join, tag
from dashboards.pages.parts import PATH, mark
from dashboards.pages.room import Room, html
from workbench.access import Viewer
from workbench.publish import Collection, Report, can_open, release_numbers


def portal(room: Room) -> list[Viewable]:
    """The start page."""
    t = room.t
    viewer = room.viewer()
    room.title = t("portal.title")
    hello = t("portal.hello", name=viewer.name) if not viewer.is_public else t("portal.title")
    lead = tag("section", tag("h1", hello), tag("p", t("portal.lead"), class_="lead"), class_="hero")
    # What can be read comes first; a collection without a release has nothing to open yet.
    known = sorted(room.house.collections.values(), key=lambda one: not release_numbers(room.house.releases, one.study))
    asked = room.house.open_state.grants.requests(person=viewer.person) if viewer.person else ()
    waiting = frozenset(one.collection for one in asked if one.state == "waiting")
    collections = [_collection(room, viewer, one, one.study in waiting) for one in known]
    if not collections:
        collections = [tag("section", tag("p", t("portal.empty")), class_="card")]
    note = tag("p", icon("info"), tag("span", t("site.synthetic")), class_="note")
    return [html(join(lead, *collections, note))]


def _collection(room: Room, viewer: Viewer, collection: Collection, asked: bool) -> Html:
    t = room.t
    published = release_numbers(room.house.releases, collection.study)
    state = t("portal.release", number=published[-1]) if published else t("portal.no_release")
    head = tag(
        "div",
        tag("h2", collection.label[t.lang]),
        tag("p", collection.description[t.lang]),
        tag("p", state, class_="quiet"),
        class_="collection-head",
    )
    # What one may open comes first; within that, the order of the catalogue.
    ordered = sorted(collection.reports, key=lambda report: not can_open(viewer, report))
    cards = [_report(room, viewer, report, bool(published), asked) for report in ordered]
    return tag("section", head, tag("ul", *cards, class_="reports"), class_="collection")


def _report(room: Room, viewer: Viewer, report: Report, published: bool, asked: bool) -> Html:
    t = room.t
    allowed = can_open(viewer, report)
    title = tag("h3", report.label[t.lang])
    text = tag("p", report.description[t.lang], class_="about")
    action = _open(room, report, published) if allowed else _closed(room, viewer, report, asked)
    return tag("li", mark(room, report.level), title, text, action, class_="report" if allowed else "report closed")


def _open(room: Room, report: Report, published: bool) -> Html:
    if not published:
        return tag("p", room.t("portal.not_yet"), class_="quiet")
    name = room.t("portal.open_named", report=report.label[room.t.lang])
    return tag("a", room.t("portal.open"), class_="button", href=room.link(PATH, id=report.id), aria_label=name)


def _closed(room: Room, viewer: Viewer, report: Report, asked: bool) -> Html:
    t = room.t
    if viewer.is_public:
        back = room.link(PATH, id=report.id)
        ask = tag("a", t("login.title"), class_="button second", href=room.link("/login", next=back))
        return tag("div", tag("p", t("portal.log_in_first"), class_="why"), ask)
    if asked:  # asking again would only be refused
        mine = tag("a", t("access.view.mine"), class_="button second", href=room.link("/access", view="mine"))
        return tag("div", tag("p", t("portal.asked"), class_="why"), mine)
    ask = room.link("/access", view="mine", collection=report.study)
    name = t("access.request_named", report=report.label[t.lang])
    button = tag("a", t("access.request"), class_="button second", href=ask, aria_label=name)
    return tag("div", tag("p", t("portal.no_access"), class_="why"), button)
