"""Recorded plays and broken studies, which commands write beside the state and pages only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from workbench.errors import Refused, WorkbenchError
from workbench.stage import Recording, Story, read_recording, read_story

FOLDER = "plays"


@dataclass(frozen=True)
class Shelf:
    """The folder of recordings of one house."""

    home: Path

    def recording(self, study: str) -> Recording | None:
        """The play of a study; None when nobody recorded it. Raises `Refused` for one that was changed."""
        path = self.home / f"{study}.json"
        return read_recording(path) if path.is_file() else None

    def stories(self, study: str) -> Mapping[str, Story]:
        """By fault, what came of it; one that cannot be read is left out, because it may be of anybody."""
        found = {}
        for path in sorted(self.home.glob(f"{study}.*.json")):
            try:
                one = read_story(path)
            except (Refused, WorkbenchError, TypeError):
                continue
            found[one.fault] = one
        return found


def is_of(recording: Recording, file: Path) -> bool:
    """Whether a recording is of the study as its file stands now."""
    return recording.study_sha256 == sha256(file.read_bytes()).hexdigest()
