"""The same in processes of their own, for a million: a door that kills its process, or hangs where no signal of Python
comes through, is found as well, and so is one that writes elsewhere, starts a program or takes too much memory.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fuzz.doors import Door, doors
from tests.fuzz.run import SECONDS, Found, chosen, files, one, wrote

TOLD = 1_000  # inputs between two reports of a worker
MEMORY = 3 << 30  # bytes that a worker may have for itself
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_ACTS = frozenset({"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"})
_NEVER = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "socket.bind"})
Made = Callable[[Path], Sequence[Door]]


class Watch:
    """Hears of every file that Python opens for writing, and of every program and connection."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen, self.on = str(folder), list[str](), False
        sys.addaudithook(self._hear)

    def __call__(self) -> str:
        self.seen, seen = [], self.seen
        return "; ".join(seen[:3])

    def _hear(self, event: str, values: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in _NEVER:
            self.seen.append(f"{event} {values[0]!r}")
        elif event in _ACTS or (event == "open" and _writes(*values)):
            path = values[0]
            path = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
            if path and os.path.isabs(path) and not path.startswith(self.folder):
                self.seen.append(f"{event} {path}")


def _writes(path: object, mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITES)


def work(folder: Path, todo: range, skip: frozenset[int], seed: int, made: Made, at: Any, tell: Connection) -> None:
    """Give the files numbered `todo`, and tell every thousand what was found; `at` is the number now."""
    tempfile.tempdir = str(folder / "spill")
    (folder / "spill").mkdir(parents=True)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    every, watch = made(folder), Watch(folder)
    before = files(folder)
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)  # which ends the process wherever it is
    found = Found()
    for number in todo:
        if number not in skip:
            at.value = number
            door, data = chosen(every, seed, number)
            signal.setitimer(signal.ITIMER_VIRTUAL, 3 * SECONDS)
            watch.on = True
            one(door, data, number, found, watch)
            watch.on = False
        if (number + 1 - todo.start) % TOLD == 0 or number == todo[-1]:
            wrote(folder, before, found)
            tell.send((number + 1, found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10))
            found = Found()
    tell.close()


def fuzz_beside(
    folder: Path, inputs: int, seed: int, processes: int, told: Callable[[Found, int], None], made: Made = doors
) -> Found:
    """`inputs` spoiled files in so many processes; `told` hears of each thousand, with the memory of a worker in MB."""
    context = multiprocessing.get_context("fork")
    found, running, number = Found(), dict[Connection, _Worker](), 0
    parts = [range(at * inputs // processes, (at + 1) * inputs // processes) for at in range(processes)]
    waiting = [(part, frozenset[int]()) for part in parts if part]
    while waiting or running:
        while waiting:
            todo, skip = waiting.pop()
            number += 1
            hear, tell = context.Pipe(duplex=False)
            at = context.Value("q", -1, lock=False)
            home = folder / f"worker-{number}"
            process = context.Process(target=work, args=(home, todo, skip, seed, made, at, tell))
            process.start()
            tell.close()
            running[hear] = _Worker(process, todo, skip, at)
        for hear in multiprocessing.connection.wait(list(running)):
            assert isinstance(hear, Connection)
            worker = running[hear]
            try:
                done, part, memory = hear.recv()
            except EOFError:
                del running[hear]
                waiting += _ended(worker, found)
                continue
            worker.todo = range(done, worker.todo.stop)
            found.add(part)
            told(found, memory)
    return found


class _Worker:
    def __init__(self, process: Any, todo: range, skip: frozenset[int], at: Any) -> None:
        self.process, self.todo, self.skip, self.at = process, todo, skip, at


def _ended(worker: _Worker, found: Found) -> list[tuple[range, frozenset[int]]]:
    """What is left to do for another process when this one died: all since its last report, without what killed it."""
    worker.process.join()
    if not worker.todo:
        return []
    number, code = worker.at.value, worker.process.exitcode
    if number < 0:
        raise RuntimeError(f"a worker ended before its first input, with {code}")
    said = signal.Signals(-code).name if code < 0 else f"exit {code}"
    found.broken.append(("a process", number, f"died of {said}"))
    return [(worker.todo, worker.skip | {number})]
