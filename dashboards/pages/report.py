"""A report: parameters first, then the drawings, the table, what is withheld and why, and the way out."""

from __future__ import annotations

from typing import Any, ClassVar

import panel as pn
from panel.io import hold
from panel.viewable import Viewable

from dashboards.markup import address
from dashboards.pages import parts
from dashboards.pages.header import follow
from dashboards.pages.results import Results, card
from dashboards.pages.room import ASSETS, Room, html
from dashboards.shown import told
from workbench.publish import EACH_YEAR, WHOLE_PERIOD

_EVERY = ""
# Beside one another and, where that is too wide, below; of a row Panel would say that it is at least as wide as all.
_WRAP = {"flex-direction": "row", "flex-wrap": "wrap", "gap": "16px"}
_CSS = (ASSETS / "select.css").read_text(encoding="utf-8")


def report(room: Room) -> list[Viewable]:
    """The page of the report in the address."""
    query = dict(room.visit.query)
    query.pop("lang", None)
    return ReportPage(room, query.pop("id", ""), query).layout()


class ReportPage:
    """One reader's open report; a changed parameter reads the report anew, with the rights of that moment."""

    def __init__(self, room: Room, report_id: str, params: dict[str, str]) -> None:
        self.room = room
        self.release = params.get("release", "")
        self.view = room.read(report_id, params)
        room.title = self.view.report.label[room.t.lang]
        self.selects = self._selects()
        self.results = Results(room, self._again)
        self.results.show(self.view)

    def layout(self) -> list[Viewable]:
        choose = pn.Column(*self.selects.values(), styles=_WRAP, sizing_mode="stretch_width", margin=0)
        parameters = [card(choose)] if self.selects else []
        return [html(parts.head(self.room, self.view)), *parameters, self.results.column]

    def _selects(self) -> dict[str, Any]:
        """One labelled choice for each parameter of the report that leaves something to choose."""
        t, view = self.room.t, self.view
        labels = self.room.house.labels
        years = {_year_name(self.room, year): year for year in view.choices.years}
        options: dict[str, dict[str, str]] = {
            "indicator": {labels.indicator(one, t.lang): one for one in view.choices.indicators},
            "year": years,
            "hospital": {
                t("report.every_hospital"): _EVERY,
                **{labels.hospital(one, t.lang): one for one in view.choices.hospitals},
            },
        }
        made = {}
        for name in view.report.parameters:
            offered = options[name]
            if len(offered) < 2 or (name == "hospital" and len(view.choices.hospitals) < 2):
                continue
            # Not the Material one, which opens by mouse only.
            select = _Choice(
                label=t(f"parameter.{name}"),
                options=offered,
                value=getattr(view.chosen, name) or _EVERY,
                sizing_mode="stretch_width",
                max_width=460 if name == "indicator" else 260,
                min_width=220,
                margin=0,
                stylesheets=[_CSS],
            )
            select.param.watch(self._changed, "value")
            made[name] = select
        return made

    def _changed(self, _: Any) -> None:
        # One message to the browser for all that follows.
        with hold(pn.state.curdoc), self.room.boundary(self.results.column):
            self.results.first_rows()
            params = self._read()
            self.room.house.record(self.room.viewer(), "report.chosen", self.view.report.id, **told(self.view))
            self.results.show(self.view)
            here = {"id": self.view.report.id, **params}
            pn.state.location.search = address("", **here, lang=self.room.t.lang)
            follow(self.room, parts.PATH, here)

    def _again(self) -> None:
        with hold(pn.state.curdoc), self.room.boundary(self.results.column):
            self._read()
            self.results.show(self.view)

    def _read(self) -> dict[str, str]:
        """Read what is chosen; returns its parameters."""
        params = {name: select.value for name, select in self.selects.items() if select.value}
        if self.release:
            params["release"] = self.release
        self.view = self.room.read(self.view.report.id, params)
        return params


class _Choice(pn.widgets.Select):
    """A choice that is answered at once: Panel waits 50 ms for more of the same, which only typing has."""

    _priority_changes: ClassVar[list[str]] = ["value"]


def _year_name(room: Room, year: str) -> str:
    return room.t(f"year.{year}") if year in (EACH_YEAR, WHOLE_PERIOD) else year
