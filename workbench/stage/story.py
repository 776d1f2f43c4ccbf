"""What came of a broken study, to be shown: the chain of joins with the values of one synthetic person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.stage.proof import Proof
from workbench.stage.rows import SyntheticRows
from workbench.stage.sealed import read_sealed, write_sealed

Labels = Mapping[str, str]  # by language


@dataclass(frozen=True)
class Hop:
    """A table of a chain, with the column by which it is entered (empty for the first) and the person's value there."""

    party: str
    ref: str
    by: str = ""
    value: str = ""


@dataclass(frozen=True)
class Story:
    """A fault, whom it gives away, how, and which rule sees it.

    sound, recognised: persons whom the same attack recognises in the sound study and in the broken one. difference: of
    two published tables, hospital, year, stays and outcomes of both. right, wrong: how much the answer key confirms.
    person: what the answer key says of the person, who is the one of `hops` and `told`. accepted: why the study lets
    the finding stand, where it does.
    """

    study: str
    fault: str
    title: Labels
    happens: Labels
    who: tuple[str, ...]
    people: int
    sound: int
    recognised: int
    hops: tuple[Hop, ...]
    told: SyntheticRows
    difference: Mapping[str, str]
    person: Mapping[str, str]
    right: int
    wrong: int
    rule: str
    rule_title: Labels
    rule_said: str
    rule_line: int
    accepted: Labels


def write_story(path: Path, proof: Proof, story: Story) -> None:
    """Write a story for the pages."""
    write_sealed(path, proof, {"story": {**asdict(story), "told": story.told.plain()}})


def read_story(path: Path) -> Story:
    """A story as it was written. Raises what `read_sealed` raises."""
    study, _, fault = path.stem.partition(".")
    body: dict[str, Any] = read_sealed(path, f"workbench flow break {study} --fault {fault}")["story"]
    body |= {"hops": tuple(Hop(**one) for one in body["hops"]), "told": SyntheticRows.read(body["told"])}
    return Story(**{**body, "who": tuple(body["who"])})
