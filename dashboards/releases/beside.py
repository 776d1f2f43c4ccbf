"""The commands that the page has run beside the web process: they alone read the confidential half of a release.

What comes back is counts of numbers, read field by field: nothing else that a command might print reaches a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.house import House
from workbench.jobs import Job
from workbench.publish import Release

WHAT_IF, REPORT = "release-whatif", "release-report"
Parts = tuple[int, int, int]  # shown, small, withheld to protect the small ones


@dataclass(frozen=True)
class Plan:
    """What a release would be: numbers it could show, small ones among them, withheld in all."""

    numbers: int
    small: int
    withheld: int
    certified: bool

    @property
    def shown(self) -> int:
        return self.numbers - self.withheld

    @property
    def secondary(self) -> int:
        return self.withheld - self.small


@dataclass(frozen=True)
class Figures:
    """The report of a release as counts; see `workbench release report --format json`."""

    threshold: int
    zeros_hidden: bool
    witnesses: int
    indicators: Mapping[str, Parts]
    levels: Mapping[str, Parts]
    attackers: Mapping[str, tuple[int, int]]
    amounts: Mapping[str, tuple[int, int]]

    @property
    def total(self) -> Parts:
        shown, small, secondary = (sum(one[place] for one in self.indicators.values()) for place in range(3))
        return shown, small, secondary


def start_what_if(house: House, release: Release, groups: Sequence[Sequence[str]], who: str) -> Job:
    """Ask what merging these classes would save. Raises what `Jobs.start` raises."""
    merges = [part for group in groups for part in ("--merge", "+".join(group))]
    about = {**_about(release), "merge": " ".join("+".join(group) for group in groups)}
    return house.jobs.start(WHAT_IF, _command(house, "whatif", release.study, *merges), who, about)


def start_report(house: House, release: Release, who: str) -> Job:
    """Ask for the report of a release. Raises what `Jobs.start` raises."""
    command = _command(house, "report", release.study, str(release.number))
    return house.jobs.start(REPORT, command, who, _about(release))


def latest(house: House, kind: str, release: Release, who: str | None = None) -> Job | None:
    """The newest job of a kind about this very release, by anybody or by one person."""
    about = _about(release)
    found = (job for job in house.jobs.list(kind) if about.items() <= job.about.items())
    return next((job for job in found if who in (None, job.who)), None)


def plans_of(job: Job) -> tuple[Plan, Plan]:
    """Before and after; raises `WorkbenchError` when the job has no result."""
    before, after = (
        Plan(int(one["numbers"]), int(one["small"]), int(one["withheld"]), one["certified"] is True)
        for one in job.result["plans"]
    )
    return before, after


def figures_of(job: Job) -> Figures:
    """The report; raises `WorkbenchError` when the job has no result."""
    found: Mapping[str, Any] = job.result
    return Figures(
        int(found["threshold"]),
        found["zeros_hidden"] is True,
        int(found["witnesses"]),
        {str(name): _parts(one) for name, one in found["indicators"].items()},
        {str(name): _parts(one) for name, one in found["levels"].items()},
        {str(name): (int(one[0]), int(one[1])) for name, one in found["attackers"].items()},
        {str(name): (int(one[0]), int(one[1])) for name, one in found["amounts"].items()},
    )


def _parts(one: Sequence[int]) -> Parts:
    shown, small, secondary = map(int, one)
    return shown, small, secondary


def _about(release: Release) -> dict[str, str]:
    return {"study": release.study, "release": str(release.number), "content": release.content}


def _command(house: House, action: str, study: str, *more: str) -> list[str]:
    where = ["--releases", str(house.releases.absolute()), "--format", "json"]
    return ["--catalog", str(house.library.root.absolute()), "release", action, study, *more, *where]
