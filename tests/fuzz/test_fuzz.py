"""A thousand wrong files for the parsers: none ends in a traceback, hangs, or makes one of them write."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.fuzz.doors import Door
from tests.fuzz.run import Found, fuzz, one
from tests.fuzz.spoil import HOSTILE, spoiled


def test_a_thousand_wrong_files_are_answered(tmp_path: Path) -> None:
    found = fuzz(tmp_path, 1_000, seed=20284)
    assert found.broken == []
    assert found.inputs == 1_000 and min(found.refused[name] for name in ("xml", "mzg", "csv")) > 0


def test_a_door_that_breaks_is_found() -> None:
    found = Found()
    one(Door("breaks", (b"",), lambda data: data[99], 1), b"", 7, found)
    (broken,) = found.broken
    assert broken[:2] == ("breaks", 7) and "IndexError" in broken[2]


def test_what_is_spoiled_is_another_file_and_the_same_for_the_same_seed() -> None:
    good = b"id: one\nfields:\n  - {name: a, type: string}\n"
    made = [spoiled(good, Random(seed)) for seed in range(400)]
    assert made == [spoiled(good, Random(seed)) for seed in range(400)]
    assert sum(one != good for one in made) > 380 and len(set(made)) > 350
    assert sum(any(bad in one for bad in HOSTILE[:4]) for one in made) > 3
