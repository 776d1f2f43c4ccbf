"""The ledger of a study's releases: who signed which off, which was withdrawn, by whom and why.

A release is immutable and is never deleted: the world may have a copy. What happens to it afterwards is a line
in `<root>/<study>/ledger.jsonl`. Each line holds the hash of the line before, so none can be changed or taken
out unnoticed; and the content address of the release, so it speaks of nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.errors import Refused, WorkbenchError
from workbench.publish.shelf import DamagedRelease, Release, list_releases, read_release, study_folder

State = Literal["waiting", "public", "withdrawn"]


class Line(BaseModel):
    """What was done to a release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    content: str
    action: Literal["signed", "withdrawn"]
    by: str
    why: str
    when: str
    before: str


@dataclass(frozen=True)
class Standing:
    """Where a release stands; `needed` is the number of signatures of different people that its policy asks."""

    release: Release
    state: State
    needed: int
    lines: tuple[Line, ...]

    @property
    def signed(self) -> tuple[str, ...]:
        """Who signed it off, first to last."""
        return tuple(line.by for line in self.lines if line.action == "signed")


def standings(root: Path, study: str) -> tuple[Standing, ...]:
    """Every release of a study with its standing, oldest first; raises `DamagedRelease`."""
    lines = read_ledger(root, study)
    return tuple(_standing(release, lines) for release in list_releases(root, study))


def standing(root: Path, study: str, number: int) -> Standing:
    """The standing of one release; raises `WorkbenchError` when there is none of this number."""
    return _standing(read_release(root, study, number), read_ledger(root, study))


def _standing(release: Release, lines: tuple[Line, ...]) -> Standing:
    mine = tuple(line for line in lines if line.number == release.number)
    if any(line.content != release.content for line in mine):
        raise DamagedRelease(f"the ledger of {release.study} speaks of another release {release.number} than there is")
    needed = int(release.policy().get("signatures", 0))
    state: State = "public"
    if any(line.action == "withdrawn" for line in mine):
        state = "withdrawn"
    elif len({line.by for line in mine if line.action == "signed"}) < needed:
        state = "waiting"
    return Standing(release, state, needed, mine)


def public_release(root: Path, study: str, number: int | None = None) -> Release:
    """The release that readers get: this one, or the newest that is signed off and not withdrawn.

    Raises `WorkbenchError` when there is none, and says where the one that was asked for stands.
    """
    if number is not None:
        found = standing(root, study, number)
        if found.state == "withdrawn":
            raise WorkbenchError(f"release {number} of {study} was withdrawn: {found.lines[-1].why}")
        if found.state == "waiting":
            raise WorkbenchError(f"release {number} of {study} waits for a signature and cannot be read yet")
        return found.release
    every = standings(root, study)
    ready = [one.release for one in every if one.state == "public"]
    if ready:
        return ready[-1]
    if not every:
        return read_release(root, study)  # says that nothing was published, and what to do
    raise WorkbenchError(f"no release of {study} can be read: each is withdrawn or waits for a signature")


def sign(root: Path, study: str, number: int, by: str) -> Standing:
    """Sign a release off. Raises `Refused` for a second signature of one person and for a withdrawn release."""
    with _locked(root, study):
        found = standing(root, study, number)
        if found.state == "withdrawn":
            raise Refused(f"release {number} of {study} was withdrawn and cannot be signed off: publish anew")
        if by in found.signed:
            raise Refused(f"{by} signed release {number} already; four eyes are those of two people")
        _append(root, study, found.release, "signed", by, "")
    return standing(root, study, number)


def withdraw(root: Path, study: str, number: int, by: str, why: str) -> Standing:
    """Withdraw a release: pages stop showing it, its files stay, and later releases are still audited with it."""
    if not why.strip():
        raise WorkbenchError("a release is withdrawn for a reason that others can read: give one")
    with _locked(root, study):
        found = standing(root, study, number)
        if found.state == "withdrawn":
            raise Refused(f"release {number} of {study} was withdrawn already: {found.lines[-1].why}")
        _append(root, study, found.release, "withdrawn", by, why.strip())
    return standing(root, study, number)


def read_ledger(root: Path, study: str) -> tuple[Line, ...]:
    """All lines, first to last; raises `DamagedRelease` when one does not follow from the one before."""
    lines, before = [], ""
    for place, text in enumerate(_written(_path(root, study)), start=1):
        try:
            line = Line.model_validate_json(text)
        except ValidationError as error:
            raise DamagedRelease(f"line {place} of the ledger of {study} cannot be read") from error
        if line.before != before:
            raise DamagedRelease(f"line {place} of the ledger of {study} does not follow from the one before")
        before = hashlib.sha256(text.encode()).hexdigest()
        lines.append(line)
    return tuple(lines)


def _append(
    root: Path, study: str, release: Release, action: Literal["signed", "withdrawn"], by: str, why: str
) -> None:
    path = _path(root, study)
    texts = _written(path)
    before = hashlib.sha256(texts[-1].encode()).hexdigest() if texts else ""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    line = Line(number=release.number, content=release.content, action=action, by=by, why=why, when=when, before=before)
    with path.open("ab") as file:
        whole = sum(len(text.encode()) + 1 for text in texts)
        if file.tell() < whole:
            file.write(b"\n")
        file.truncate(whole)  # a kill may have left a part of a line
        file.write(line.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _written(path: Path) -> list[str]:
    """Every line, but a last one that breaks off: it was being written when the machine stopped, and told to nobody."""
    whole = path.read_bytes() if path.exists() else b""
    *lines, last = whole.decode("utf-8", "replace").split("\n")
    return [*lines, last] if last.endswith("}") else lines


@contextmanager
def _locked(root: Path, study: str) -> Iterator[None]:
    """Two people who sign at the same time write one after the other."""
    read_release(root, study)  # there is a shelf
    handle = os.open(root / study_folder(study), os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _path(root: Path, study: str) -> Path:
    return root / study_folder(study) / "ledger.jsonl"
