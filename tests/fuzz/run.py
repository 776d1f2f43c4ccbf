"""Gives each door its share of spoiled files and keeps those it did not answer."""

from __future__ import annotations

import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzz.doors import Door, doors
from tests.fuzz.spoil import spoiled
from workbench.errors import WorkbenchError

SECONDS, STANDSTILL = 20, 600  # of the processor, and by the clock: no file of these sizes takes so long


class Hangs(BaseException):
    """A door did not answer."""


@dataclass
class Found:
    """How many inputs each door took in or refused, and those for which it had no answer."""

    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        return self.taken.total() + self.refused.total() + len(self.broken)


def fuzz(folder: Path, inputs: int, seed: int, told: Callable[[Found], None] = lambda found: None) -> Found:
    """`inputs` spoiled files, the same for the same seed; `told` hears of each thousand."""
    random, found = Random(seed), Found()
    every = list(doors(folder))
    names, shares = range(len(every)), [door.share for door in every]
    before = _files(folder)
    for number in range(inputs):
        door = every[random.choices(names, shares)[0]]
        one(door, spoiled(random.choice(door.good), random), number, found)
        if number % 1000 == 999:
            told(found)
    new = _files(folder) - before - {one for one in _files(folder) if one.endswith((".TXT", ".csv", ".xml"))}
    if new:
        found.broken.append(("every door", inputs, f"wrote {sorted(new)[:5]}"))
    return found


def one(door: Door, data: bytes, number: int, found: Found) -> None:
    """Give one file to one door."""
    try:
        with _limited(), _told() as aside:
            door.take(data)
        if aside:
            raise RuntimeError(aside[0])
        found.taken[door.name] += 1
    except WorkbenchError:
        found.refused[door.name] += 1
    except (Exception, Hangs):
        found.broken.append((door.name, number, f"{data[:2000]!r}\n{traceback.format_exc()[-1500:]}"))


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@contextmanager
def _told() -> Iterator[list[str]]:
    """Errors that a library could not raise and would only print."""
    aside: list[str] = []
    before = sys.unraisablehook
    sys.unraisablehook = lambda error: aside.append(f"{error.err_msg}: {error.exc_value!r}")
    try:
        yield aside
    finally:
        sys.unraisablehook = before


@contextmanager
def _limited() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Hangs

    before = [signal.signal(one, stop) for one in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(STANDSTILL)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for one, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(one, handler)
