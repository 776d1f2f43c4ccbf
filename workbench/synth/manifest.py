"""The manifest of a data folder: written last and in one step, so a folder with one is complete."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VERSION = "3"
_NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What was generated, from what, and from what catalogue.

    tables: rows by table. columns: fields of a wide table that were made beside its core. enrichment: in words, what
    was made more frequent than sourced.
    first_year: first year of stays before the window, None without. imperfections: SHA-256 of the file of faults
    that were planted, None without. Keys under parties/ follow from the seed and
    protect nobody.
    """

    seed: int
    persons: int
    enrich: str | None
    enrichment: str
    factor: float
    hospitals: int
    tables: Mapping[str, int]
    parameters_sha256: str
    keys: str
    columns: Mapping[str, list[str]]
    first_year: int | None
    imperfections: str | None
    version: str = VERSION

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), indent=2, sort_keys=True) + "\n"

    @staticmethod
    def from_json(text: str) -> Manifest:
        """Raises `ValueError` or `TypeError` when the text is not a manifest."""
        return Manifest(**json.loads(text))

    @staticmethod
    def read(folder: Path) -> Manifest:
        """The manifest of a data folder. Raises `FileNotFoundError` when generation did not end."""
        return Manifest.from_json((folder / _NAME).read_text(encoding="utf-8"))

    def write(self, folder: Path) -> None:
        """Put the manifest in place in one step; until then the folder is not valid."""
        draft = folder / (_NAME + ".draft")
        with draft.open("w", encoding="utf-8") as file:
            file.write(self.to_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / _NAME)

    @staticmethod
    def remove(folder: Path) -> None:
        """Make a folder invalid before its tables change."""
        (folder / _NAME).unlink(missing_ok=True)
