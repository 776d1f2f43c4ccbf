"""The right-hand side of the header: languages, who is logged in, and the way in or out."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.markup import Html, address, tag
from dashboards.pages.room import Room
from dashboards.places import strip
from dashboards.texts import LANGUAGES, NAMES, Texts
from dashboards.visits import SignedOut
from workbench.access import PUBLIC, Profile, Viewer


def follow(room: Room, path: str, query: Mapping[str, str]) -> None:
    """Let the links of the header lead to where the page is now."""
    room.header.object = _header(room, path, query)


def navigation(room: Room) -> Html:
    """The strip that joins the pages; a report belongs to the reports."""
    pages = dict(strip(PUBLIC if _ended(room) else room.viewer()))
    here = room.visit.path if room.visit.path in pages else "/"
    links = [
        tag("a", room.t(key), href=room.link(path), aria_current="page" if path == here else None)
        for path, key in pages.items()
    ]
    return tag("nav", *links, class_="strip", aria_label=room.t("nav.label"))


def _header(room: Room, path: str, query: Mapping[str, str]) -> Html:
    t = room.t
    here = {key: value for key, value in query.items() if key != "lang"}
    languages = [
        tag("a", code, href=address(path, **{**here, "lang": code}), lang=code, hreflang=code,
            aria_label=NAMES[code], aria_current="true" if code == t.lang else None)
        for code in LANGUAGES
    ]  # fmt: skip
    nav = tag("nav", *languages, class_="languages", aria_label=t("site.languages"))
    viewer = room.viewer() if not _ended(room) else None
    if viewer is None or viewer.is_public:
        back = address(path, **here)
        return tag(
            "div",
            nav,
            tag("a", t("login.title"), class_="log", href=room.link("/login", next=back)),
            class_="head",
        )
    who = tag("span", tag("b", viewer.name), tag("small", _under(room, viewer)), class_="who")
    out = tag("a", t("logout.title"), class_="log", href=room.link("/logout"))
    return tag("div", nav, who, out, class_="head")


def _ended(room: Room) -> bool:
    try:
        room.viewer()
    except SignedOut:
        return True
    return False


def _under(room: Room, viewer: Viewer) -> str:
    """What stands under a name: the profiles, or for who has no right in any collection the organisation."""
    organisation = room.house.directory.organisations.get(viewer.organisation or "")
    return profiles(room.t, viewer) if viewer.grants or organisation is None else organisation.name


def profiles(t: Texts, viewer: Viewer) -> str:
    """The profiles of a viewer in words."""
    held = dict.fromkeys(grant.profile for grant in viewer.grants) or {Profile.PUBLIC: None}
    return "; ".join(t(f"profile.{profile.value}") for profile in held)
