"""How runs are said in the language of the page: people, studies, parties, times, states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from dashboards.flows.opened import OpenedStudy
from dashboards.markup import Html, join, tag
from dashboards.pages.room import Room
from dashboards.runs.kept import STUDY, Runs
from dashboards.runs.told import Stage
from dashboards.texts import Texts
from workbench.drafts.edits import get
from workbench.drafts.writing import read
from workbench.errors import Refused
from workbench.jobs import Job, Moment


class Words:
    """What is shown of a job in words."""

    def __init__(self, room: Room, runs: Runs) -> None:
        self.room, self.runs = room, runs
        self._of_drafts: dict[str, Mapping[str, str]] = {}  # labels of steps, by folder of the run

    @property
    def t(self) -> Texts:
        return self.room.t

    def study(self, job: Job) -> str:
        """The title of a study in the language of the page; of a draft as it was when it ran."""
        known = self._opened(job)
        if known is None:
            about = job.about
            return about.get(f"title.{self.t.lang}") or about.get("title") or about.get("study", "")
        return known.study.title[self.t.lang]

    def _opened(self, job: Job) -> OpenedStudy | None:
        """The study of a job as the library has it now; None for a draft, and for one the reader may not see."""
        if job.about.get("draft"):
            return None
        return self.room.house.library.studies(self.room.viewer()).get(job.about.get("study", ""))

    def person(self, login: str) -> str:
        found = self.room.house.directory.people.get(login)
        return found.name if found else login

    def party(self, name: str) -> str:
        found = self.room.house.library.catalog.parties.get(name)
        return found.label[self.t.lang] if found else name

    def steps(self, job: Job) -> Mapping[str, str]:
        """Labels of the steps of a study by their id, in their order; empty when they are not known."""
        if job.about.get("draft"):
            return self._steps_of_draft(job)
        known = self._opened(job)
        return {one.step.id: one.step.label[self.t.lang] for one in known.flow.steps} if known else {}

    def _steps_of_draft(self, job: Job) -> Mapping[str, str]:
        """From the study file as it ran, which does not change: it is read once."""
        folder = self.runs.folder(job)
        if folder.name not in self._of_drafts:
            file = folder / STUDY
            flow = get(read(file.read_text(encoding="utf-8")), ("flow",)) if file.is_file() else None
            steps = flow if isinstance(flow, list) else []
            labels = {str(get(one, ("id",))): get(one, ("label", self.t.lang)) for one in steps}
            self._of_drafts[folder.name] = {id_: str(label or id_) for id_, label in labels.items()}
        return self._of_drafts[folder.name]

    def step(self, job: Job, one: Moment) -> str:
        """A step in the language of the page; the command tells of it in English."""
        labels = list(self.steps(job).values())
        return labels[one.number - 1] if one.number is not None and one.number <= len(labels) else one.what

    def doing(self, job: Job, stage: Stage) -> Html:
        """What a stage does at this moment; what has no words in the language of the page is marked as English."""
        last = next((one for one in reversed(job.progress) if one.stage == stage.name and one.what), None)
        if last is None:
            return join()
        if stage.name == "run":
            return join(self.step(job, last))
        indicators = self.room.house.labels.indicators.values()
        label = next((one.label[self.t.lang] for one in indicators if one.label["en"] == last.what), None)
        return join(label) if label else tag("span", last.what, lang="en")

    def facts(self, job: Job) -> str:
        """How many persons, from which seed, who asked for it and when."""
        return self.t(
            "runs.facts",
            persons=self.number(job.about.get("persons")),
            seed=self.number(job.about.get("seed")),
            who=self.person(job.who),
            when=self.moment(job.asked),
        )

    def moment(self, iso: str | None) -> str:
        """Day and minute, on the clock of this machine."""
        if not iso:
            return ""
        return f"{self.t.date(iso)} {datetime.fromisoformat(iso).astimezone():%H:%M}"

    def seconds(self, value: float) -> str:
        """`4.2 s`, `3 min 5 s`."""
        if value < 60:
            return f"{self.t.number(value, 1)} s"
        minutes, rest = divmod(round(value), 60)
        return f"{minutes} min {rest} s"

    def took(self, job: Job) -> str:
        """From the begin to the end of a job; empty while it goes on."""
        if not job.started or not job.ended:
            return ""
        between = datetime.fromisoformat(job.ended) - datetime.fromisoformat(job.started)
        return self.seconds(between.total_seconds())

    def state(self, job: Job) -> Html:
        """The state as a coloured word."""
        return tag("span", self.t(f"runs.state.{job.state}"), class_=f"tag state {job.state}")

    def number(self, text: str | None) -> str:
        """A whole number as the language writes it; anything else as it is."""
        return self.t.number(int(text)) if text and text.isdecimal() else text or ""

    def refusal(self, error: Exception) -> str:
        """Why something was not done; what comes from below is English and names what to do."""
        return str(error) if isinstance(error, Refused) else self.t("runs.said.not_done", why=str(error))

    @cached_property
    def dash(self) -> Html:
        return tag("span", "–", class_="quiet")
