"""The folder of recorded plays and broken studies: commands write it, beside the state, and pages only read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from workbench.errors import Refused, WorkbenchError
from workbench.stage.recording import Recording, read_recording
from workbench.stage.story import Story, read_story

FOLDER = "plays"


@dataclass(frozen=True)
class Shelf:
    """What is kept below the folder of one home, and under which names."""

    home: Path

    @property
    def folder(self) -> Path:
        """Where all of it stands."""
        return self.home / FOLDER

    def play(self, study: str) -> Path:
        """The file of the play of a study."""
        return self.folder / f"{study}.json"

    def broken(self, study: str, fault: str) -> Path:
        """The file of what came of a study with a fault in it."""
        return self.folder / f"{study}.{fault}.json"

    def recording(self, study: str) -> Recording | None:
        """The play of a study; None when nobody recorded it. Raises `Refused` for one that was changed."""
        path = self.play(study)
        return read_recording(path) if path.is_file() else None

    def stories(self, study: str) -> Mapping[str, Story]:
        """By fault, what came of it; one that cannot be read is left out, because it may be of anybody."""
        found = {}
        for path in sorted(self.folder.glob(self.broken(study, "*").name)):
            try:
                one = read_story(path)
            except (Refused, WorkbenchError, TypeError):
                continue
            found[one.fault] = one
        return found


def digest_of(file: Path) -> str:
    """The SHA-256 of a study file, by which a recording tells of which version it is."""
    return sha256(file.read_bytes()).hexdigest()
