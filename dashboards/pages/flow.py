"""The page of a dataflow: the drawing step by step, what is in it, who knows what, and what is printed beside it."""

from __future__ import annotations

from urllib.parse import parse_qsl

import panel as pn
from panel.io import hold
from panel.viewable import Viewable

from dashboards.flows.asked import Asked
from dashboards.flows.moments import marks, parts
from dashboards.markup import Html, address
from dashboards.pages import flow_chosen, flow_frame, flow_knowing, flow_player, flow_printed
from dashboards.pages.header import follow
from dashboards.pages.live import Live, filled
from dashboards.pages.room import Room
from workbench.errors import Refused

PATH = "/flow"


def flow(room: Room) -> list[Viewable]:
    """The page of the study in the address."""
    return FlowPage(room).layout()


class FlowPage:
    """One visitor's open dataflow; all of it stands in the address."""

    def __init__(self, room: Room) -> None:
        self.room = room
        studies = room.house.library.studies(room.viewer())
        name = room.visit.query.get("study", next(iter(studies), ""))
        if name not in studies:
            raise Refused("this study is not public")
        self.study = studies[name]
        self.parts = parts(self.study)
        self.asked = Asked.read(room.visit.query, self.study, self.parts)
        room.title = self.study.study.title[room.t.lang]
        frame = flow_frame.frame(room, self.study, studies)
        self.live = Live(self.heard, frame=str(frame), address=self.address())
        self.column = pn.Column(self.live, sizing_mode="stretch_width", margin=0)
        self.show()

    def layout(self) -> list[Viewable]:
        return [self.column]

    def address(self) -> str:
        """This very view."""
        return address(PATH, **self.asked.query(), lang=self.room.t.lang)

    def heard(self, act: str, value: str, on: bool) -> None:
        """Something the visitor does."""
        room = self.room
        with hold(pn.state.curdoc), room.boundary(self.column):
            if self.study.id not in room.house.library.studies(room.viewer()):
                raise Refused("this study is not public")
            if act == "address":
                self.asked = Asked.read(dict(parse_qsl(value.removeprefix("?"))), self.study, self.parts)
            else:
                self.asked = self.asked.after(act, value, on)
            self.show()

    def show(self) -> None:
        """Send what changed."""
        room, study, asked = self.room, self.study, self.asked
        self.live.regions = filled(
            now=flow_player.now(room, study, asked),
            player=flow_player.player(room, study, asked),
            steps=flow_player.steps(room, study, asked),
            tabs=flow_player.tabs(room, asked),
            panel=self.panel(),
        )
        self.live.marks = marks(study, asked.step, asked.choose)
        self.live.values = {"step": str(asked.step)}
        self.live.address = self.address()
        follow(room, PATH, asked.query())

    def panel(self) -> Html:
        """What stands under the tab that is open."""
        room, study, asked = self.room, self.study, self.asked
        if asked.tab == "knows":
            return flow_knowing.knows(room, study, asked)
        if asked.tab == "together":
            return flow_knowing.together(room, study, asked)
        if asked.tab == "printed":
            return flow_printed.printed(room, study)
        return flow_chosen.chosen(room, study, asked, self.parts)
