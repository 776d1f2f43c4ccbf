"""Runs and publications as jobs: started, found again, gone on with, thrown away.

Each run has a folder of its own under the state folder, with the data that were made for it and, for a draft, the
study file as it was at that moment.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from workbench.errors import Refused, WorkbenchError
from workbench.jobs import Job, Jobs

RUN, PUBLISH = "run", "publish"
STUDY = "study.yaml"  # of a draft, as it was when its run was started
FEWEST, MOST = 1_000, 1_000_000  # the command takes more; from a page a million people is the most that waits well
LARGEST_SEED = 2**31 - 1
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")


@dataclass(frozen=True)
class Order:
    """What shall run: a study of the catalogue, or the draft `draft` with `text`.

    `title` is how readers know it, `titles` the same by language as far as the draft has them.
    """

    study: str
    persons: int
    seed: int
    title: str = ""
    text: str | None = None
    draft: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def problems(self) -> tuple[str, ...]:
        """What of it cannot be run: names of its fields."""
        persons, seed = FEWEST <= self.persons <= MOST, 0 <= self.seed <= LARGEST_SEED
        return tuple(name for name, fine in (("persons", persons), ("seed", seed)) if not fine)


@dataclass(frozen=True)
class Runs:
    """All runs that were started from pages of one house."""

    jobs: Jobs
    catalog: Path
    releases: Path

    @cached_property
    def home(self) -> Path:
        return self.jobs.state.absolute() / "runs"

    def all(self) -> tuple[Job, ...]:
        """Every start of a run, the newest first."""
        return self.jobs.list(RUN)

    def newest(self) -> dict[str, Job]:
        """Of each run its last start, by folder, the newest first: who goes on with a run has it once, not twice."""
        found: dict[str, Job] = {}
        for job in self.all():
            found.setdefault(job.about.get("folder", ""), job)
        return found

    def folder(self, job: Job) -> Path:
        """Where the run of a job, or the run that it publishes, stands."""
        name = job.about.get("folder", "")
        if not _WORD.fullmatch(name):
            raise WorkbenchError(f"Job {job.id} names no folder of a run.")
        return self.home / name

    def start(self, order: Order, who: str) -> Job:
        """Start a run; raises `WorkbenchError` for an order with problems, `Refused` when too many wait."""
        if order.problems() or not _WORD.fullmatch(order.study):
            raise WorkbenchError(f"Not a run: {order.study}, {order.persons} persons, seed {order.seed}.")
        name = f"{order.study[:60]}-{secrets.token_hex(4)}"
        folder = self.home / name
        folder.mkdir(parents=True, mode=0o700)
        named = order.study
        if order.text is not None:
            (folder / STUDY).write_bytes(order.text.encode())
            named = str(folder / STUDY)
        asked = ("--persons", str(order.persons), "--seed", str(order.seed), "--out", str(folder / "run"))
        about = {
            "study": order.study,
            "title": order.title,
            "persons": str(order.persons),
            "seed": str(order.seed),
            "folder": name,
            "draft": order.draft,
            **{f"title.{lang}": title for lang, title in order.titles.items()},
        }
        try:
            return self.jobs.start(RUN, (*self._catalog, "run", named, *asked), who, about)
        except (Refused, WorkbenchError):
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def go_on(self, job: Job, who: str) -> Job:
        """The same run again: it goes on where it was stopped, with what was finished."""
        if not job.is_over:
            raise Refused("A run that waits or goes on cannot be started again.")
        return self.jobs.start(RUN, job.command, who, job.about)

    def publish(self, job: Job, who: str) -> Job:
        """Release the indicators of a finished run; raises `Refused` for any other."""
        if job.state != "done":
            raise Refused("Only a run that is finished is published.")
        folder = self.folder(job)
        study = str(folder / STUDY) if job.about.get("draft") else job.about["study"]
        where = ("--data", str(folder / "run-data"), "--run", str(folder / "run"))
        command = (*self._catalog, PUBLISH, study, *where, "--releases", str(self.releases.absolute()))
        return self.jobs.start(PUBLISH, command, who, job.about)

    def content(self, job: Job) -> str:
        """The sha256 of the study file of a draft's run; empty when it is gone."""
        path = self.folder(job) / STUDY
        return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""

    def publications(self, job: Job) -> tuple[Job, ...]:
        """Jobs that published, or tried to publish, this run, the newest first."""
        return tuple(one for one in self.jobs.list(PUBLISH) if one.about.get("folder") == job.about.get("folder"))

    def remove(self, job: Job) -> None:
        """Take a run out of the history, with its data; raises `Refused` while anything of it goes on.

        What was released stays released: a release is never part of a run's folder.
        """
        same = [one for one in self.jobs.list() if one.about.get("folder") == job.about.get("folder")]
        if any(not one.is_over for one in same):
            raise Refused("This run, or its publication, still goes on. Cancel it first.")
        shutil.rmtree(self.folder(job), ignore_errors=True)
        for one in same:
            self.jobs.remove(one.id)

    @property
    def _catalog(self) -> tuple[str, str]:
        return "--catalog", str(self.catalog.absolute())
