"""The page of runs: start one, watch it, read its ledger, compare two, publish. The runs live outside this process."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import panel as pn
from panel.io import hold
from panel.viewable import Viewable

from dashboards.files import ASSETS
from dashboards.markup import Html, address, tag
from dashboards.pages import runs_compare, runs_detail, runs_list
from dashboards.pages.header import follow
from dashboards.pages.live import Live, filled
from dashboards.pages.room import Room
from dashboards.pages.runs_choice import choices
from dashboards.pages.runs_words import Words
from dashboards.runs.kept import Order, Runs
from workbench.access import Duty, Viewer
from workbench.catalog.base import LANGUAGES
from workbench.drafts.writing import read
from workbench.errors import Refused, WorkbenchError
from workbench.jobs import Job
from workbench.workflow import shelves

PATH = "/runs"
TICK = 1_000  # milliseconds between two looks at what goes on
_ACTS = {"cancel": "run.cancelled", "again": "run.gone_on_with", "publish": "release.started"}  # in the audit log
_CSS = (ASSETS / "runs.css").read_text(encoding="utf-8")


def runs(room: Room) -> list[Viewable]:
    """The list of runs, or the run of the address."""
    return RunsPage(room).layout()


class RunsPage:
    """One visitor's page; which run is open, and beside which other, stands in the address."""

    def __init__(self, room: Room) -> None:
        self.room = room
        room.title = room.t("runs.title")
        self.runs = Runs(room.house.jobs, room.house.library.root, room.house.releases)
        self.words = Words(room, self.runs)
        self.form = runs_list.Form(study=next(iter(choices(room, room.viewer())), ""))
        self.open, self.beside, self.picked = "", "", ()  # type: str, str, tuple[str, ...]
        self.asked_to_remove = ""
        self.said: Html | None = None
        self._go(dict(room.visit.query))
        self.live = Live(self.heard, frame=str(runs_list.frame(room)), address=self.address(), stylesheets=[_CSS])
        self.column = pn.Column(self.live, sizing_mode="stretch_width", margin=0)
        self.show()
        pn.state.add_periodic_callback(self.tick, period=TICK)

    def layout(self) -> list[Viewable]:
        return [self.column]

    def address(self) -> str:
        return address(PATH, **self._query(), lang=self.room.t.lang)

    def need(self) -> Viewer:
        """Whoever looks now, still with a duty for this page."""
        return self.room.need(Duty.DESIGNER, Duty.OPERATOR)

    def tick(self) -> None:
        """Show how far things are."""
        with hold(pn.state.curdoc), self.room.boundary(self.column):
            self.need()
            self.show()

    def heard(self, act: str, value: str, on: bool) -> None:
        """Something the visitor does."""
        with hold(pn.state.curdoc), self.room.boundary(self.column):
            viewer, self.said = self.need(), None
            try:
                self._do(viewer, act, value, on)
            except (Refused, WorkbenchError) as error:
                self.said = tag("p", self.words.refusal(error), class_="said wrong", role="alert")
            self.show()

    def _do(self, viewer: Viewer, act: str, value: str, on: bool) -> None:
        if act != "remove":
            self.asked_to_remove = ""
        if act in ("study", "persons", "seed"):
            self.form = self.form.with_field(act, value)
        elif act == "start":
            self._start(viewer)
        elif act in ("open", "back", "address", "beside"):
            self._go(self._wanted(act, value))
        elif act == "pick":
            others = tuple(one for one in self.picked if one != value)
            self.picked = (*others, value)[-2:] if on else others
        elif act == "compare" and len(self.picked) == 2:
            older, newer = sorted(self.picked)
            self._go({"job": newer, "with": older})
        elif act == "remove":
            self._remove(viewer, value)
        elif act in _ACTS:
            self._touch(viewer, act, self.mine(viewer, value))

    def _start(self, viewer: Viewer) -> None:
        found = choices(self.room, viewer)
        self.form = self.form.checked(found)
        if self.form.wrong:
            return
        chosen, persons, seed = found[self.form.study], int(self.form.persons), int(self.form.seed)
        if chosen.draft:
            text = self.room.house.open_state.drafts.read(chosen.draft).text
            named = read(text).get("title")
            titles = {lang: str(named[lang]) for lang in LANGUAGES if isinstance(named, dict) and named.get(lang)}
            order = Order(shelves.shelf_of(chosen.draft), persons, seed, chosen.title, text, chosen.draft, titles)
        else:
            order = Order(chosen.value, persons, seed, chosen.title)
        job = self.runs.start(order, viewer.person or "")
        self._tell(viewer, "run.started", job)
        self._go({"job": job.id})

    def _touch(self, viewer: Viewer, act: str, job: Job) -> None:
        who, t = viewer.person or "", self.room.t
        self._tell(viewer, _ACTS[act], job)
        if act == "cancel":
            self.room.house.jobs.cancel(job.id, who)
            self.said = tag("p", t("runs.said.cancelled"), class_="said")
        elif act == "again":
            self._go({"job": self.runs.go_on(job, who).id})
        else:
            if draft := job.about.get("draft"):
                house = self.room.house
                shelves.start(house.library.workflow, house.open_state, draft, viewer, self.runs.content(job))
            self.runs.publish(job, who)
            self.said = tag("p", t("runs.said.publishing"), class_="said")

    def _remove(self, viewer: Viewer, number: str) -> None:
        job = self.mine(viewer, number)
        if self.asked_to_remove != number:
            self.asked_to_remove = number
            return
        self.runs.remove(job)
        self._tell(viewer, "run.removed", job)
        self.picked = tuple(one for one in self.picked if one != number)
        self._go({})
        self.said = tag("p", self.room.t("runs.said.removed"), class_="said")

    def _tell(self, viewer: Viewer, what: str, job: Job) -> None:
        self.room.house.record(viewer, what, job.about.get("study", ""), job=job.id)

    def mine(self, viewer: Viewer, number: str) -> Job:
        """A run or publication that the viewer may stop or throw away: their own, and to an operator any."""
        job = self.room.house.jobs.read(number)
        if job.who != viewer.person and not viewer.has(Duty.OPERATOR):
            raise Refused(self.room.t("runs.said.not_yours"))
        return job

    def visible(self, viewer: Viewer) -> tuple[Job, ...]:
        """Runs of studies that the viewer may read, of each its last start; to an operator all."""
        every = tuple(self.runs.newest().values())
        if viewer.has(Duty.OPERATOR):
            return every
        known = choices(self.room, viewer).values()
        studies, drafts = ({getattr(one, name) for one in known} for name in ("value", "draft"))
        return tuple(
            one
            for one in every
            if one.who == viewer.person
            or (one.about["draft"] in drafts if one.about.get("draft") else one.about.get("study") in studies)
        )

    def _wanted(self, act: str, value: str) -> dict[str, str]:
        if act == "address":
            return dict(parse_qsl(value.removeprefix("?")))
        if act == "beside":
            return {"job": self.open, "with": value}
        return {"job": value} if act == "open" else {}

    def _go(self, query: dict[str, str]) -> None:
        self.open, self.beside = query.get("job", ""), query.get("with", "")

    def _query(self) -> dict[str, str]:
        return {name: value for name, value in (("job", self.open), ("with", self.beside)) if value}

    def show(self) -> None:
        """Send what changed."""
        viewer = self.need()
        every = self.visible(viewer)
        job, other = (self._found(every, number) for number in (self.open, self.beside))
        parts: dict[str, str] = {}
        if self.open and (job is None or (self.beside and other is None)):
            parts = {"head": runs_detail.gone(self.room)}
        elif job is not None and other is not None:
            parts = runs_compare.parts(self.words, self.runs, other, job)
        elif job is not None:
            parts = runs_detail.parts(self.words, self.runs, job, every, self._rights(viewer, job))
        else:
            parts = runs_list.parts(self.words, self.runs, every, self.form, self.picked, viewer)
        said = {"said": self.said or ""}
        self.live.regions = filled(**{**dict.fromkeys(runs_list.REGIONS, ""), **parts, **said})
        self.live.address = self.address()
        follow(self.room, PATH, self._query())

    def _found(self, every: Sequence[Job], number: str) -> Job | None:
        """The run of a number among those that may be seen; one that was gone on with is found as it is now."""
        folder = next((one.about.get("folder") for one in self.runs.all() if one.id == number), None)
        return next((one for one in every if folder and one.about.get("folder") == folder), None)

    def _rights(self, viewer: Viewer, job: Job) -> runs_detail.Rights:
        mine = job.who == viewer.person or viewer.has(Duty.OPERATOR)
        return runs_detail.Rights(mine, self.asked_to_remove == job.id)
