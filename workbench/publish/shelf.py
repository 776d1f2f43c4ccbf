"""The shelf of releases: numbered folders that are read only after their hashes were checked."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.errors import Refused, WorkbenchError

FILES = ("certificate.json", "cube.parquet", "policy.json")
_STUDY_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class DamagedRelease(WorkbenchError):
    """A release on disk is not what was published."""


@dataclass(frozen=True)
class Release:
    """One published release; `content` is the sha256 over the hashes of its files."""

    study: str
    number: int
    run_id: str
    created: str
    content: str
    files: Mapping[str, str]
    folder: Path

    @property
    def cube(self) -> Path:
        return self.folder / "cube.parquet"

    def policy(self) -> Mapping[str, Any]:
        """The disclosure policy the release was protected with."""
        policy: Mapping[str, Any] = json.loads((self.folder / "policy.json").read_text(encoding="utf-8"))
        return policy

    def certificate(self) -> Mapping[str, Any]:
        """The public half of the certificate: hashes and verdicts."""
        found: Mapping[str, Any] = json.loads((self.folder / "certificate.json").read_text(encoding="utf-8"))
        return found


def classes_of(release: Release) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The hospitals and the years by which a release is cut; none where it is not cut so."""
    keys = pq.read_table(release.cube, columns=["hospital", "year"])
    hospitals, years = (set(keys[name].to_pylist()) for name in ("hospital", "year"))
    return tuple(sorted(hospitals - {"ALL"})), tuple(sorted(years - {0}))


class Manifest(BaseModel):
    """`manifest.json` of a release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    study: str
    number: int
    run_id: str
    created: str
    content: str
    files: dict[str, str]


def study_folder(study: str) -> str:
    """`study` when it is a plain folder name; raises `WorkbenchError` otherwise."""
    if not _STUDY_NAME.fullmatch(study):
        raise WorkbenchError(f"{study!r} is no study name: use small letters, figures and hyphens")
    return study


def content_address(files: Mapping[str, str]) -> str:
    """sha256 over the sorted lines `name sha256` of the files of a release."""
    return hashlib.sha256("\n".join(f"{name} {files[name]}" for name in sorted(files)).encode()).hexdigest()


def sha256(path: Path) -> str:
    """sha256 of the bytes of a file, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_releases(root: Path, study: str) -> tuple[Release, ...]:
    """All releases of a study, oldest first, each verified; half-written folders are not releases."""
    return tuple(read_release(root, study, number) for number in release_numbers(root, study))


def release_numbers(root: Path, study: str) -> list[int]:
    """Numbers of the releases of a study, ascending; empty when nothing was published."""
    shelf = root / study_folder(study)
    names = [path.name for path in shelf.iterdir()] if shelf.is_dir() else []
    return sorted(int(name) for name in names if re.fullmatch(r"\d{4,}", name))


def read_release(root: Path, study: str, number: int | None = None) -> Release:
    """Release `number` of a study (the newest when None), with every hash checked.

    Raises `WorkbenchError` when there is no such release and `DamagedRelease` when a file was changed,
    added or removed after publication.
    """
    known = release_numbers(root, study)
    if not known:
        raise WorkbenchError(f"nothing has been published of {study} yet: run the study and publish the run")
    chosen = known[-1] if number is None else number
    if chosen not in known:
        raise WorkbenchError(f"{study} has no release {chosen}: the newest is {known[-1]}")
    folder = root / study_folder(study) / f"{chosen:04d}"
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise _damaged(folder, "its manifest cannot be read") from error
    names = {path.name for path in folder.iterdir()}
    if names != {*FILES, "manifest.json"} or set(manifest.files) != set(FILES):
        raise _damaged(folder, "files were added or removed")
    changed = [name for name in FILES if sha256(folder / name) != manifest.files[name]]
    if changed:
        raise _damaged(folder, f"{', '.join(changed)} changed after publication")
    if (manifest.study, manifest.number, manifest.content) != (
        study,
        chosen,
        content_address(manifest.files),
    ):
        raise _damaged(folder, "its manifest belongs to another release")
    return Release(
        manifest.study,
        manifest.number,
        manifest.run_id,
        manifest.created,
        manifest.content,
        manifest.files,
        folder,
    )


@contextmanager
def publishing(root: Path, study: str) -> Iterator[None]:
    """While one publishes a study nobody else does, in whatever process: two that are made at once know nothing of
    each other, so neither would be audited together with the other. The system lets go of it when a process dies.

    Raises `Refused` while somebody else is at it.
    """
    shelf = root / study_folder(study)
    shelf.mkdir(parents=True, exist_ok=True)
    handle = os.open(shelf / ".publishing", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused(
            f"another release of {study} is being made at this moment, and this one must be audited together with it: "
            "wait until it is there, then publish again"
        ) from None
    finally:
        os.close(handle)


def _damaged(folder: Path, why: str) -> DamagedRelease:
    return DamagedRelease(
        f"release {folder.parent.name}/{folder.name} is not what was published: {why}. "
        "Move the folder away and publish the run again"
    )
