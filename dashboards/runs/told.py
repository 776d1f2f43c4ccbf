"""How far a job is, stage by stage and step by step, from the lines it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.jobs import Job, Moment

STAGES = {"run": ("data", "run", "indicators"), "publish": ("release",)}


@dataclass(frozen=True)
class Stage:
    """A stage of a job: `share` from 0 to 1, what is being done now, and the seconds it took so far."""

    name: str
    share: float
    what: str = ""
    seconds: float = 0.0

    @property
    def is_over(self) -> bool:
        return self.share >= 1


def stages(job: Job) -> tuple[Stage, ...]:
    """Every stage of this kind of job, those not begun with a share of 0; of a job that is done all are over."""
    found = []
    for name in STAGES.get(job.kind, ()):
        lines = [one for one in job.progress if one.stage == name]
        if not lines:
            found.append(Stage(name, 0.0))
            continue
        share = max(one.share for one in lines)
        what = next((one.what for one in reversed(lines) if one.what), "") if share < 1 else ""
        found.append(Stage(name, share, what, lines[-1].at - lines[0].at))
    if job.state == "done":  # a study without indicators has no such stage
        return tuple(one for one in found if one.share)
    return tuple(found)


def steps(job: Job) -> tuple[Moment, ...]:
    """The last that was told of each step, in their order; `made` is known of those that ended."""
    last: dict[int, Moment] = {}
    for one in job.progress:
        if one.stage == "run" and one.number is not None:
            last[one.number] = one
    return tuple(last[number] for number in sorted(last))


def left(job: Job) -> float | None:
    """Seconds that the steps still take at the pace so far; None when nobody knows."""
    now = job.last
    return now.left if now is not None and now.stage == "run" and job.state == "running" else None


def whole(parts: Sequence[Stage]) -> float:
    """One share for all stages, each counting the same."""
    return sum(one.share for one in parts) / len(parts) if parts else 0.0
