"""`/play`: a flow played step by step on synthetic people, and broken ones; each screen has an address of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from tornado.ioloop import IOLoop

from dashboards.flows.opened import OpenedStudy
from dashboards.flows.said import Said
from dashboards.markup import address
from dashboards.places import strip
from dashboards.plays.notes import notes, read_notes
from dashboards.plays.scene import Scene
from dashboards.web.base import PlainHandler
from workbench.errors import Problems, Refused, WorkbenchError
from workbench.stage import Shelf, Story, digest_of

PATH = "/play"


class PlayHandler(PlainHandler):
    """GET with `study` and `step`, or with `fault` and how many joins are told; `view` and `notes` say how it looks."""

    async def get(self) -> None:
        if self.viewer().is_public:
            return self.notice("no_access", 403)
        loop, library = IOLoop.current(), self.house.library
        await loop.run_in_executor(None, library.read)
        studies = library.studies(self.viewer())
        name = self.query().get("study") or self.first(tuple(studies))
        if name not in studies:
            return self.notice("no_study", 403)
        page = Page(self, studies[name])
        try:
            shown = await loop.run_in_executor(None, page.shown)
        except (Refused, WorkbenchError) as error:
            shown = {**page.frame, "kind": "refused", "problem": str(error)}
        options = [(one, study.study.title[self.lang()]) for one, study in studies.items()]
        self.show("play.html", strip=list(strip(self.viewer())), studies=options, **shown)

    def first(self, studies: Sequence[str]) -> str:
        """The study to begin with: one that is recorded here, else one for which a trainer has notes."""
        shelf = Shelf(self.house.state.parent)
        try:
            noted = {study for study, _ in read_notes(self.house.library.root)}
        except Problems:  # the page itself says what is wrong in the file
            noted = set()
        recorded = (one for one in studies if shelf.play(one).is_file())
        return next(recorded, next((one for one in studies if one in noted), next(iter(studies), "")))


class Page:
    """What one address of the page shows."""

    def __init__(self, handler: PlayHandler, study: OpenedStudy) -> None:
        self.study = study
        self.query = handler.query()
        self.names = handler.frame()
        self.t, self.lang = self.names["t"], self.names["lang"]
        self.shelf = Shelf(handler.house.state.parent)
        self.root = handler.house.library.root
        self.rules = handler.house.library.rules

    @cached_property
    def frame(self) -> dict[str, Any]:
        """What every kind of screen has."""
        return {
            "study": self.study, "ways": {}, "problem": "", "notes": (), "noted": self.query.get("notes") == "1",
            "presenter": self.query.get("view") == "presenter", "to": self.to, "who": self.who,
            "stories": self.shelf.stories(self.study.id),
        }  # fmt: skip

    def to(self, **change: str | None) -> str:
        """The address of another screen of this study, seen in the same way."""
        kept = {name: self.query.get(name) for name in ("step", "fault", "view", "notes")}
        return address(PATH, **{"study": self.study.id, **kept, "lang": self.lang, **change})

    def who(self, person: Mapping[str, str]) -> str:
        """A person as the answer key has it, in words."""
        t = self.t
        said = [f"INSZ {person['INSZ']}"] if "INSZ" in person else []
        if "birth_date" in person:
            said.append(t("play.born", date=t.date(person["birth_date"])))
        if "sex" in person:
            said.append(t("play.woman") if person["sex"] == "woman" else t("play.man"))
        if "death_date" in person:
            said.append(t("play.died", date=t.date(person["death_date"])))
        return ", ".join(said)

    def shown(self) -> dict[str, Any]:
        """Everything the template needs. Raises `Refused` for a recording that may not be shown."""
        fault = self.query.get("fault", "")
        if fault:
            story = self.frame["stories"].get(fault)
            return {**self.frame, "kind": "unbroken", "fault": fault} if story is None else self._story(story)
        recording = self.shelf.recording(self.study.id)
        if recording is None:
            return {**self.frame, "kind": "empty"}
        self.study.prepare(self.lang)
        last = len(self.study.flow.steps)
        scene = Scene(self.study, recording, self.t, self._number("step", last))
        old = recording.study_sha256 != digest_of(self.study.flow.study.path)
        written = read_notes(self.root).get((self.study.id, scene.entry.step.id)) if scene.entry else None
        return {
            **self.frame, "kind": "scene", "scene": scene, "last": last, "ways": self._ways("step", scene.step, last),
            "old": old, "notes": list(notes(scene, written, self.t)),
        }  # fmt: skip

    def _story(self, story: Story) -> dict[str, Any]:
        end = len(story.hops) + 1 if story.hops else 4
        number = self._number("step", end)
        rule = self.rules.get(story.rule)  # none where the audit of publications sees it
        return {
            **self.frame, "kind": "story", "story": story, "number": number, "last": end,
            "ways": self._ways("step", number, end), "said": Said(self.study, self.t),
            "reason": rule.reason.in_language(self.lang) if rule else None,
        }  # fmt: skip

    def _number(self, name: str, last: int) -> int:
        asked = self.query.get(name, "")
        return min(int(asked), last) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0

    def _ways(self, name: str, here: int, last: int) -> dict[str, str]:
        """Addresses of the screens before and after, those that there are."""
        where = {"first": 0, "back": here - 1, "on": here + 1, "last": last}
        return {way: self.to(**{name: str(to)}) for way, to in where.items() if 0 <= to <= last and to != here}
