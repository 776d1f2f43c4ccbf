"""Gives each door its share of spoiled files and keeps those it did not answer."""

from __future__ import annotations

import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzz.doors import Door, doors
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

    def add(self, other: Found) -> None:
        self.taken += other.taken
        self.refused += other.refused
        self.broken += other.broken


def chosen(every: Sequence[Door], seed: int, number: int) -> tuple[Door, bytes]:
    """Input `number` of a seed, always the same, whatever was given before it."""
    random = Random(seed << 40 | number)
    door = random.choices(every, [door.share for door in every])[0]
    return door, door.spoil(random.choice(door.good), random)


def fuzz(folder: Path, numbers: Iterable[int], seed: int) -> Found:
    """The spoiled files of these numbers, given in this process."""
    found, every = Found(), doors(folder)
    before = files(folder)
    for number in numbers:
        door, data = chosen(every, seed, number)
        one(door, data, number, found)
    wrote(folder, before, found)
    return found


def wrote(folder: Path, before: frozenset[str], found: Found) -> None:
    """Nobody may write beside the file that was taken in."""
    new = files(folder) - before - {name for name in files(folder) if name.endswith(TAKEN)}
    if new:
        found.broken.append(("every door", -1, f"wrote {sorted(new)[:5]}"))


TAKEN = (".TXT", ".csv", ".parquet", ".xml", "log.jsonl", "ro-crate-metadata.json", "-wal", "-shm")


def one(door: Door, data: bytes, number: int, found: Found, aside: Callable[[], str] = lambda: "") -> None:
    """Give one file to one door; `aside` tells what it did beside answering, and should not have."""
    try:
        with _limited(), _told() as printed:
            try:
                door.take(data)
            finally:
                did = aside()
        if did or printed:
            raise RuntimeError(did or printed[0])
        found.taken[door.name] += 1
    except WorkbenchError as error:
        if did or printed:
            found.broken.append((door.name, number, f"{data[:2000]!r}\n{did or printed[0]}"))
        elif str(error).strip():
            found.refused[door.name] += 1
        else:
            found.broken.append((door.name, number, f"{data[:2000]!r}\nrefused without a word"))
    except (Exception, Hangs):
        found.broken.append((door.name, number, f"{data[:2000]!r}\n{traceback.format_exc()[-1500:]}"))


def files(folder: Path) -> frozenset[str]:
    return frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


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
