"""Faults of a machine, made in a fork of this process: a kill, or a full disk, at any act of writing in a folder."""

from __future__ import annotations

import ctypes
import errno
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, NamedTuple

from workbench.main.machine import sentence

Fault = Literal["none", "kill", "full"]
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_MAKES = frozenset({"os.mkdir", "os.rename", "os.link"})
_ROOM = frozenset({"open", "os.mkdir"})  # what needs room on the disk


class Ended(NamedTuple):
    """How the fork ended: by which signal, with which error and what a user is told of it, and how often it wrote."""

    signal: int
    error: str
    said: str
    acts: int


def beside(work: Callable[[], Any], folder: Path, fault: Fault = "none", at: int = -1) -> Ended:
    """Do `work` in a fork in which act number `at` of writing below `folder` (from 0) is its last, or, `full`, the
    first for which there is no room any more."""
    hear, tell = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_work, args=(work, folder, fault, at, tell))
    child.start()
    tell.close()
    try:
        error, said, acts = hear.recv()
    except EOFError:
        error, said, acts = "", "", -1
    child.join()
    return Ended(-min(child.exitcode or 0, 0), error, said, acts)


def _work(work: Callable[[], Any], folder: Path, fault: Fault, at: int, tell: Connection) -> None:
    acts, on = 0, True

    def hear(event: str, values: tuple[Any, ...]) -> None:
        nonlocal acts
        if not on or (event not in _MAKES and not (event == "open" and _writes(*values))):
            return
        path = os.fsdecode(values[0]) if isinstance(values[0], (str, bytes, os.PathLike)) else ""
        if not path.startswith(str(folder)):
            return
        acts += 1
        if fault == "kill" and acts == at + 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "full" and acts > at and event in _ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    sys.addaudithook(hear)
    error, said = "", ""
    try:
        work()
    except BaseException as raised:
        error, said = type(raised).__name__, sentence(raised) or str(raised)
    on = False
    tell.send((error, said, acts))
    tell.close()
    os._exit(0)


def _writes(path: object, mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITES)


def on_small_disk(folder: Path, kilobytes: int, work: Callable[[], Any], then: Callable[[], Any]) -> str | None:
    """Do `work` in a process of its own for which `folder` is a disk of so many kB, and `then` when it has room again.

    Returns what a user is told of the first, empty when it found room; None where no such disk can be made (it takes a
    mount of its own, which some machines allow to nobody but root). Raises what the second raised.
    """
    folder.mkdir(parents=True, exist_ok=True)
    hear, tell = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_small, args=(folder, kilobytes, work, then, tell))
    process.start()
    tell.close()
    said, wrong = hear.recv()
    process.join()
    assert not wrong, wrong
    return None if said is None else str(said)


def _small(folder: Path, kilobytes: int, work: Callable[[], Any], then: Callable[[], Any], tell: Connection) -> None:
    said, wrong = None, ""
    try:
        if _mounted(folder, kilobytes):
            said = ""
            try:
                work()
            except Exception as error:
                said = sentence(error) or str(error)
            _mount(b"none", folder, _REMOUNT, b"size=64m")
            then()
    except BaseException:
        wrong = traceback.format_exc()
    tell.send((said, wrong))
    tell.close()
    os._exit(0)


_NEWNS, _NEWUSER, _REMOUNT, _PRIVATE = 0x00020000, 0x10000000, 32, (1 << 18) | 16384
_LIBC = ctypes.CDLL(None, use_errno=True)


def _mounted(folder: Path, kilobytes: int) -> bool:
    if _LIBC.unshare(_NEWNS):
        user, group = os.getuid(), os.getgid()
        if _LIBC.unshare(_NEWUSER | _NEWNS):
            return False
        for name, text in (("uid_map", f"0 {user} 1"), ("setgroups", "deny"), ("gid_map", f"0 {group} 1")):
            Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
    return _mount(b"none", Path("/"), _PRIVATE, b"") and _mount(b"tmpfs", folder, 0, f"size={kilobytes}k".encode())


def _mount(kind: bytes, at: Path, flags: int, options: bytes) -> bool:
    return not _LIBC.mount(b"none", str(at).encode(), kind, flags, options)
