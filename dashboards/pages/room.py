"""What a page is given: the sources, this visit, the words of its language, and a net under its errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import panel as pn

from dashboards.files import ASSETS
from dashboards.house import House
from dashboards.markup import Html, address, join, tag
from dashboards.texts import Texts
from dashboards.visits import SignedOut, Visit
from dashboards.web.base import reference_of
from workbench.access import Duty, Viewer
from workbench.errors import Refused
from workbench.publish import ReportView

CSS = (ASSETS / "pages.css").read_text(encoding="utf-8")


def html(content: str, **options: Any) -> Any:
    """A pane of our own markup; text in it was escaped by `dashboards.markup`."""
    options = {"sizing_mode": "stretch_width", "margin": 0, **options}
    return pn.pane.HTML(str(join(content)), stylesheets=[CSS], sanitize_html=False, **options)


@dataclass
class Room:
    """What a page is given: the house, this visit, and the words of its language."""

    house: House
    visit: Visit
    t: Texts
    title: str = ""
    header: Any = field(default_factory=lambda: html("", sizing_mode=None))

    def viewer(self) -> Viewer:
        """Who looks, asked anew at each call; raises `SignedOut` when the log-in has ended."""
        return self.visit.viewer(self.house.logins)

    def need(self, *duties: Duty) -> Viewer:
        """Whoever looks now, who has one of `duties`; raises `Refused` otherwise. The first call of every action."""
        viewer = self.viewer()
        if not viewer.has(*duties):
            raise Refused(f"{viewer.person or 'the public'} has none of the duties {sorted(d.value for d in duties)}")
        return viewer

    def read(self, report_id: str, params: Mapping[str, str]) -> ReportView:
        """The view of whoever looks now."""
        return self.house.read(self.viewer(), report_id, params)

    def link(self, path: str, **query: str | None) -> str:
        """An address inside the portal that keeps the language."""
        return address(path, **query, lang=self.t.lang)

    @contextmanager
    def boundary(self, place: Any) -> Iterator[None]:
        """Whatever fails inside is shown in `place` as a sentence, never as a spinner without end."""
        try:
            yield
        except SignedOut:
            place[:] = [html(signed_out(self))]
        except Refused:
            place[:] = [html(refused(self))]
        except Exception:
            place[:] = [html(trouble(self))]


def signed_out(room: Room) -> Html:
    """What a page shows when its log-in has ended."""
    t = room.t
    button = tag("a", t("notice.signed_out.again"), class_="button", href=room.link("/login"))
    return notice(t("notice.signed_out.title"), t("notice.signed_out.text"), button)


def refused(room: Room) -> Html:
    """What a page shows that is not for its reader, or no longer: a right may end while it is open."""
    t, report = room.t, room.house.reports.get(room.visit.query.get("id", ""))
    ask = room.link("/access", view="mine", collection=report.study if report else None) + "#ask"
    actions = tag(
        "p", tag("a", t("access.request"), class_="button", href=ask), " ",
        tag("a", t("notice.portal"), href=room.link("/")), class_="actions",
    )  # fmt: skip
    changed = tag("p", t("notice.no_access.changed"))
    return notice(t("notice.no_access.title"), t("notice.no_access.text"), changed, actions)


def trouble(room: Room) -> Html:
    """What a page shows after an error: a number to give to whoever can look it up."""
    t = room.t
    reference = reference_of(cast(Any, sys.exc_info()))
    number = tag("p", t("notice.reference"), " ", tag("b", reference), class_="reference")
    return notice(t("notice.error.title"), t("notice.error.text"), number)


def notice(title: str, text: str, *more: str) -> Html:
    """A card that says what happened and what to do."""
    return tag("section", tag("h1", title), tag("p", text), *more, class_="card notice")
