"""A thousand wrong files for the parsers: none ends in a traceback, hangs, or makes one of them write."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz.doors import Door
from tests.fuzz.run import Found, fuzz, one
from tests.fuzz.spoil import HOSTILE, spoiled
from tests.fuzz.workers import fuzz_beside


def test_a_thousand_wrong_files_are_answered(tmp_path: Path) -> None:
    found = fuzz(tmp_path, range(1_000), seed=20284)
    assert found.broken == []
    assert found.inputs == 1_000 and min(found.refused[name] for name in ("xml", "mzg", "csv", "parquet")) > 0


def test_a_door_that_breaks_is_found() -> None:
    found = Found()
    one(Door("breaks", (b"",), lambda data: data[99], 1), b"", 7, found)
    (broken,) = found.broken
    assert broken[:2] == ("breaks", 7) and "IndexError" in broken[2]


def test_what_only_a_process_of_its_own_shows_is_found(tmp_path: Path) -> None:
    """Each of these doors is wrong for one file in some; every other file is still given."""
    elsewhere = tmp_path / "elsewhere"

    def now_and_then(act: Callable[[], object]) -> Callable[[bytes], object]:
        return lambda data: act() if data[:1] == b"x" else None

    wrong = {
        "dies": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "writes": lambda: elsewhere.write_bytes(b"x"),
        "starts": lambda: os.system("true"),
        "fills": lambda: bytearray(8 << 30),
    }

    def made(folder: Path) -> list[Door]:
        spoil = lambda good, random: random.choice((b"x", *[b"y"] * 9))  # noqa: E731
        return [Door(name, (b"",), now_and_then(act), 1, spoil) for name, act in wrong.items()]

    heard: list[int] = []
    found = fuzz_beside(tmp_path, 120, 1, 2, lambda found, memory: heard.append(found.inputs), made)
    assert found.inputs == 120 and heard[-1] <= 120
    said = {name: text for name, _, text in found.broken}
    assert set(said) == {"a process", "writes", "starts", "fills"}
    assert said["a process"] == "died of SIGKILL"
    assert "MemoryError" in said["fills"] and str(elsewhere) in said["writes"] and "os.system" in said["starts"]
    numbers = [number for _, number, _ in found.broken]
    assert len(numbers) == len(set(numbers)), "what killed a process is not given to the next"


def test_what_is_spoiled_is_another_file_and_the_same_for_the_same_seed() -> None:
    good = b"id: one\nfields:\n  - {name: a, type: string}\n"
    made = [spoiled(good, Random(seed)) for seed in range(400)]
    assert made == [spoiled(good, Random(seed)) for seed in range(400)]
    assert sum(one != good for one in made) > 380 and len(set(made)) > 350
    assert sum(any(bad in one for bad in HOSTILE[:4]) for one in made) > 3
