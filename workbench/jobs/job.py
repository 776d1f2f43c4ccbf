"""One job as its folder tells it: what was asked, how far it is, how it ended.

job.json        what was asked, by whom, when; written once, before the process exists
pid             the keeper: the process that waits for a place, starts the command and sees it end
kept            held (a lock) by the keeper alone
alive           held (a lock) by keeper and command as long as one of them lives
started         when the command began
progress.jsonl  one line a moment
out, log        what the command printed: its result, and its remarks and errors
cancel          who asked to stop it, and when
ended.json      exit code, and when
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from workbench.errors import WorkbenchError
from workbench.jobs.locks import held

State = Literal["waiting", "running", "done", "refused", "failed", "cancelled"]
ENDED: frozenset[State] = frozenset({"done", "refused", "failed", "cancelled"})
_LOG = 200_000  # bytes of a log that are read: its end
_FINE, _FINDINGS = 0, 1  # the command did its work, and has findings


@dataclass(frozen=True)
class Moment:
    """A line of progress; what a command does not say is 0 or None. `at` is in seconds since 1970."""

    stage: str
    what: str
    share: float
    at: float
    number: int | None = None
    steps: int | None = None
    actor: str | None = None
    rows: int | None = None
    made: int | None = None
    seconds: float | None = None
    left: float | None = None


@dataclass(frozen=True)
class Job:
    """A job at the moment it was read. Times are ISO 8601 in UTC; `about` is what the asker wants to find again."""

    id: str
    kind: str
    who: str
    asked: str
    command: tuple[str, ...]
    about: Mapping[str, str]
    state: State
    folder: Path
    started: str | None = None
    ended: str | None = None
    code: int | None = None
    cancelled_by: str | None = None

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    @cached_property
    def progress(self) -> tuple[Moment, ...]:
        """Every moment written so far; half a line at the end is not one yet."""
        return tuple(_moments(self.folder / "progress.jsonl"))

    @property
    def last(self) -> Moment | None:
        return self.progress[-1] if self.progress else None

    @property
    def text(self) -> str:
        """What the command printed as its result."""
        return _tail(self.folder / "out")

    @property
    def result(self) -> Any:
        """The result as JSON. Raises `WorkbenchError` when the command printed none."""
        path = self.folder / "out"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise WorkbenchError(f"Job {self.id} has no result that can be read. Look at its log.") from error

    @property
    def log(self) -> str:
        """The end of what the command said beside its result."""
        return _tail(self.folder / "log")

    @property
    def reason(self) -> str:
        """Why it did not end well, in the command's own last words; empty when it said nothing."""
        if self.state not in ("failed", "refused"):
            return ""
        lines = [line.strip() for line in self.log.splitlines() if line.strip()]
        return lines[-1] if lines else ""


def read_job(folder: Path) -> Job | None:
    """The job of a folder; None when there is none, or its first file is not yet or no longer whole."""
    asked = read_json(folder / "job.json")
    try:
        fixed = {name: str(asked[name]) for name in ("kind", "who", "asked")}
        command = tuple(str(one) for one in asked["command"])
        about = {str(name): str(value) for name, value in asked["about"].items()}
    except (KeyError, TypeError, AttributeError):
        return None
    # Alive is asked before the end is read: a job that ends in between is then seen as ended, not as dead.
    alive = held(folder / "alive")
    end, cancel = read_json(folder / "ended.json"), read_json(folder / "cancel")
    started = read_json(folder / "started")
    code = end.get("code")
    return Job(
        id=folder.name,
        command=command,
        about=about,
        state=_state(alive, bool(started), end, bool(cancel)),
        folder=folder,
        started=started.get("when"),
        ended=end.get("when"),
        code=code if isinstance(code, int) else None,
        cancelled_by=cancel.get("who"),
        **fixed,
    )


def _state(alive: bool, started: bool, end: Mapping[str, Any], cancel: bool) -> State:
    if not end:
        if alive:
            return "running" if started else "waiting"
        return "cancelled" if cancel else "failed"  # nobody lives who could end it: it died
    if started and (end.get("code") == _FINE or (end.get("code") == _FINDINGS and not end.get("stopped"))):
        return "done"
    if cancel:
        return "cancelled"
    return "refused" if end.get("code") == 3 else "failed"


def _moments(path: Path) -> Iterator[Moment]:
    known = Moment.__dataclass_fields__
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return
    for line in text[: text.rfind(b"\n") + 1].splitlines():
        try:
            yield Moment(**{name: value for name, value in json.loads(line).items() if name in known})
        except (ValueError, RecursionError, TypeError, AttributeError):
            continue  # a line that another process broke is no moment


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def now() -> str:
    """This moment, as every file of a job writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def read_json(path: Path) -> dict[str, Any]:
    """A small file of a job; empty when it is not there or not whole."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write so that a reader sees all of it or nothing."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
