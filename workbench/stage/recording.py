"""A recorded play: who is followed, and some rows of every table of a run on synthetic people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.stage.proof import Proof
from workbench.stage.rows import SyntheticRows
from workbench.stage.sealed import read_sealed, write_sealed


@dataclass(frozen=True)
class Recording:
    """A play of one study.

    study_sha256: of the study file that was run, so that a page can tell a recording of another version.
    persons: how many synthetic people there were. person: what the answer key says of who is followed.
    known: by step (from 1), the numbers by which that person is found in what was made up to then.
    parts: by `dataset.part`, some of its rows; made: at which step (from 1) it was made.
    """

    study: str
    study_sha256: str
    persons: int
    person: Mapping[str, str]
    known: Mapping[int, Mapping[str, str]]
    parts: Mapping[str, SyntheticRows]
    made: Mapping[str, int]

    def numbers(self, step: int) -> Mapping[str, str]:
        """By which numbers the followed person is known once a step is done."""
        return next((self.known[one] for one in sorted(self.known, reverse=True) if one <= step), {})


def write_recording(
    path: Path,
    proof: Proof,
    study: tuple[str, str],
    person: Mapping[str, str],
    known: Mapping[int, Mapping[str, str]],
    parts: Mapping[str, SyntheticRows],
    made: Mapping[str, int],
) -> None:
    """Write a recording. `study` is its id and the SHA-256 of its file."""
    body = {
        "study": study[0],
        "study_sha256": study[1],
        "person": dict(person),
        "known": {str(step): dict(numbers) for step, numbers in known.items()},
        "parts": {ref: one.plain() for ref, one in parts.items()},
        "made": dict(made),
    }
    write_sealed(path, proof, body)


def read_recording(path: Path) -> Recording:
    """A recording as it was written. Raises what `read_sealed` raises."""
    body = read_sealed(path, f"workbench flow play {path.stem}")
    return Recording(
        body["study"],
        body["study_sha256"],
        body["synthetic"]["persons"],
        body["person"],
        {int(step): numbers for step, numbers in body["known"].items()},
        {ref: SyntheticRows.read(one) for ref, one in body["parts"].items()},
        body["made"],
    )
