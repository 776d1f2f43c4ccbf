"""The page of releases: what stands on the shelf, signed by whom, certified against whom, and what it cost.

The page itself reads the public half of a release. What needs the confidential half runs as a command beside the web
process (dashboards/releases/beside.py) and comes back as counts.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import panel as pn
from panel.io import hold
from panel.viewable import Viewable

from dashboards.markup import Html, address, tag
from dashboards.pages import release_cells, release_certificate, release_list, release_whatif
from dashboards.pages.header import follow
from dashboards.pages.live import ASSETS, Live, filled
from dashboards.pages.room import Room
from dashboards.releases.asked import Asked, Classes
from dashboards.releases.beside import REPORT, WHAT_IF, latest, start_report, start_what_if
from workbench.access import Duty, Viewer
from workbench.errors import Refused, WorkbenchError
from workbench.jobs import Job
from workbench.publish import DamagedRelease, classes_of, is_sponsor, release_numbers
from workbench.publish.ledger import Standing, sign, standings, withdraw
from workbench.workflow import shelves

PATH = "/release"
_BEAT = 400  # milliseconds between two looks at a command that runs
_LONGEST_REASON = 500


def release(room: Room) -> list[Viewable]:
    """The page of the collection in the address."""
    return ReleasePage(room).layout()


class ReleaseLive(Live):
    """The page's own look, after that of all such pages."""

    _stylesheets = [*Live._stylesheets, (ASSETS / "release.css").read_text(encoding="utf-8")]  # noqa: RUF012


class ReleasePage:
    """One releaser's open page; each act asks anew who that is and whether the collection is theirs."""

    def __init__(self, room: Room) -> None:
        self.room = room
        room.title = room.t("release.title")
        self.asked = Asked.read(room.visit.query, self.studies(room.need(Duty.RELEASER)))
        self.withdrawing, self.why, self.message = False, "", ""
        self.beat: pn.state.PeriodicCallback | None = None  # type: ignore[name-defined]
        self.live = ReleaseLive(self.heard, frame=str(release_list.frame(room)), address=self.address())
        self.column = pn.Column(self.live, sizing_mode="stretch_width", margin=0)
        self.show()

    def layout(self) -> list[Viewable]:
        return [self.column]

    def studies(self, viewer: Viewer) -> tuple[str, ...]:
        """The collections whose sponsor sent this person, those with something to look at first."""
        mine = (study for study in self.room.house.collections if is_sponsor(viewer, study))
        return tuple(sorted(mine, key=lambda study: not release_numbers(self.room.house.releases, study)))

    def address(self) -> str:
        return address(PATH, **self.asked.query(), lang=self.room.t.lang)

    def heard(self, act: str, value: str, on: bool) -> None:
        """Something the releaser does."""
        room = self.room
        with hold(pn.state.curdoc), room.boundary(self.column):
            viewer = room.need(Duty.RELEASER)
            studies = self.studies(viewer)
            if self.asked.study and self.asked.study not in studies:
                raise Refused(f"{viewer.person} is not of the sponsor of {self.asked.study}")
            if act != "why":
                self.message, self.withdrawing = "", act == "withdraw"
            if act == "address":
                self.asked = Asked.read(dict(parse_qsl(value.removeprefix("?"))), studies)
            elif act == "study":
                self.asked = Asked.read({"study": value}, studies)
            elif act in ("number", "tab", "axis", "pick", "join", "part"):
                chosen = self.chosen(self.standings())
                classes = Classes() if chosen is None else self.classes(chosen)
                self.asked = self.asked.after(act, value, on, classes)
            else:
                self.do(act, value, viewer)
            self.show()

    def do(self, act: str, value: str, viewer: Viewer) -> None:
        """Something that changes more than what is seen; one of two people who act at once is told so."""
        every, who = self.standings(), str(viewer.person)
        chosen = self.chosen(every)
        if chosen is None:
            return
        house, here = self.room.house, (self.room.house.releases, chosen.release.study, chosen.release.number)
        try:
            if act == "sign":
                try:
                    shelves.release(
                        house.library.workflow, house.open_state, chosen.release.study, viewer, chosen.release.content
                    )
                except Refused as error:
                    self.message = self.room.t("release.not_yours", why=str(error))
                    return
                house.record(viewer, "release.signed", chosen.release.study, release=str(chosen.release.number))
                sign(*here, who)
                self.message = self.room.t("release.signed", number=chosen.release.number)
            elif act == "withdraw":
                self.why = ""
            elif act == "why":
                self.why = value[:_LONGEST_REASON]
            elif act == "withdraw-now":
                if not self.why.strip():
                    self.withdrawing, self.message = True, self.room.t("release.why_needed")
                    return
                house.record(viewer, "release.withdrawn", chosen.release.study, release=str(chosen.release.number))
                withdraw(*here, who, self.why)
                self.message = self.room.t("release.withdrawn", number=chosen.release.number)
            elif act == "report":
                house.record(viewer, "release.report", chosen.release.study, release=str(chosen.release.number))
                start_report(house, chosen.release, who)
            elif act == "whatif" and self.asked.groups:
                start_what_if(house, every[-1].release, self.asked.groups, who)
            elif act == "stop" and (job := self.job(every, chosen)) is not None and job.id == value:
                house.jobs.cancel(job.id, who)
        except DamagedRelease:
            raise
        except WorkbenchError:
            self.message = self.room.t("release.changed")

    def standings(self) -> tuple[Standing, ...]:
        """Every release of the collection, oldest first; all their files are read and hashed, so once an act."""
        return standings(self.room.house.releases, self.asked.study) if self.asked.study else ()

    def chosen(self, every: tuple[Standing, ...]) -> Standing | None:
        """The release of `every` that is open: the one asked for, else the newest."""
        named = [one for one in every if one.release.number == self.asked.number]
        return (named or every or [None])[-1]  # type: ignore[list-item]

    def classes(self, chosen: Standing) -> Classes:
        hospitals, years = classes_of(chosen.release)
        return Classes(hospitals, tuple(map(str, years)))

    def job(self, every: tuple[Standing, ...], chosen: Standing) -> Job | None:
        """The command behind the open tab, if one was started."""
        if self.asked.tab not in ("cells", "whatif"):
            return None
        if self.asked.tab == "cells":
            return latest(self.room.house, REPORT, chosen.release)
        who = self.room.viewer().person
        return latest(self.room.house, WHAT_IF, every[-1].release, who)

    def show(self) -> None:
        """Send what changed."""
        room, asked = self.room, self.asked
        studies = self.studies(room.viewer())
        try:
            every = self.standings()
            chosen = self.chosen(every)
        except DamagedRelease:
            every, chosen = (), None
            body = {"list": release_list.damaged(room)}
        else:
            body = {"list": release_list.listed(room, every, chosen)}
        body["which"] = release_list.which(room, studies, asked.study)
        body["said"] = tag("p", self.message, class_="said") if self.message else Html("")
        for name in ("head", "tabs", "panel", "job"):
            body[name] = Html("")
        if chosen is not None:
            viewer = room.viewer()
            body["head"] = release_list.head(room, chosen, viewer, self.withdrawing)
            body["tabs"] = release_list.tabs(room, asked.tab)
            job = self.job(every, chosen)
            body["panel"] = self.panel(every, chosen, job)
            body["job"] = release_whatif.running(room, job)
            self.watch(job)
        self.live.regions = filled(**body)
        self.live.values = {"why": self.why}
        self.live.address = self.address()
        follow(room, PATH, asked.query())

    def panel(self, every: tuple[Standing, ...], chosen: Standing, job: Job | None) -> Html:
        """What stands under the tab that is open."""
        room, asked = self.room, self.asked
        if asked.tab == "cells":
            return release_cells.cells(room, job)
        if asked.tab == "whatif":
            newest = every[-1]
            return release_whatif.whatif(room, newest.release.number, asked, self.classes(newest), job)
        if asked.tab == "ledger":
            return release_certificate.ledger(room, chosen)
        return release_certificate.certificate(room, chosen)

    def watch(self, job: Job | None) -> None:
        """Look at a command that runs until it has ended; nothing is asked when none runs."""
        runs = job is not None and not job.is_over
        if runs and self.beat is None:
            self.beat = pn.state.add_periodic_callback(self.look, period=_BEAT)
        elif not runs and self.beat is not None:
            self.beat.stop()
            self.beat = None

    def look(self) -> None:
        """A beat: whoever has lost the duty meanwhile sees nothing more."""
        room = self.room
        with hold(pn.state.curdoc), room.boundary(self.column):
            try:
                room.need(Duty.RELEASER)
                self.show()
            except Exception:
                if self.beat is not None:
                    self.beat.stop()
                    self.beat = None
                raise
