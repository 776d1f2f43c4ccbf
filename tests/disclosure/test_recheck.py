"""The re-check accepts a real certificate and refuses every kind of tampering; it needs NumPy only."""

from __future__ import annotations

import ast
import hashlib
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.disclosure.builders import stroke_table
from tests.disclosure.cubes import small_policy
from workbench.disclosure import protect, recheck
from workbench.disclosure.arrays import Arrays

SAFE, WITNESSES = protect(stroke_table(3, hospitals=4, years=2, mean=40), small_policy())
TEXT = WITNESSES.published


def tampered(change: Callable[[Arrays], None]) -> list[str]:
    arrays = {name: array.copy() for name, array in WITNESSES.arrays.items()}
    change(arrays)
    return recheck.recheck(TEXT, arrays)


def test_the_real_certificate_is_accepted() -> None:
    assert recheck.recheck(TEXT, WITNESSES.arrays) == []
    assert hashlib.sha256(TEXT.encode()).hexdigest() == SAFE.certificate.rows_sha256


def test_every_witness_counts() -> None:
    """Thinned witnesses: take any one away and some demand of someone is open."""
    for gone in range(int(WITNESSES.arrays["witnesses"])):

        def drop(arrays: Arrays, gone: int = gone) -> None:
            kept = arrays["witness"] != gone
            for name in ("witness", "cell", "change"):
                arrays[name] = arrays[name][kept]

        assert any("can narrow down" in fault for fault in tampered(drop)), gone


def test_changed_stays_are_noticed() -> None:
    random = np.random.default_rng(0)
    for _ in range(40):
        place = int(random.integers(len(WITNESSES.arrays["change"])))

        def shift(arrays: Arrays, place: int = place) -> None:
            arrays["change"] = arrays["change"] + (np.arange(len(arrays["change"])) == place)

        assert tampered(shift)


TAMPERINGS: dict[str, tuple[Callable[[Arrays], None], str]] = {
    "negative stays": (lambda a: a.update(change=a["change"] * 100), "negative"),
    "another truth": (lambda a: a.update(truth=a["truth"] + 1), "published numbers"),
    "fractions": (lambda a: a.update(change=a["change"] / 2), "whole numbers"),
    "a change of the truth": (lambda a: a.update(witness=a["witness"] * 0), "changes a cell twice"),
    "more witnesses than tables": (lambda a: a.update(witnesses=np.array(2)), "cannot be read"),
    "a cell that does not exist": (lambda a: a.update(cell=a["cell"] - 1), "does not exist"),
    "an impossible kind": (lambda a: a.update(free=a["free"] & (a["truth"] > 0)), "taken to be impossible"),
    "an insider who knows less": (lambda a: a.update(known=a["known"] & False), "something else than its own"),
    "an outsider who knows more": (lambda a: a.update(known=a["known"] | True), "the outsider is taken"),
    "a hospital that is no attacker": (lambda a: a.update(views=a["views"][:-1], known=a["known"][:-1]), "is missing"),
    "a higher threshold": (lambda a: a.update(threshold=np.array(9)), "narrow down"),
    "a missing array": (lambda a: a.__delitem__("persons"), "cannot be read"),
    "fewer persons": (lambda a: a.update(persons=np.minimum(a["persons"], 4)), "published although small"),
    "a pattern too many": (
        lambda a: a.update(
            flags=np.vstack([a["flags"], np.ones_like(a["flags"][:1])]),
            year=np.append(a["year"], a["year"][-1:]),
            present=np.hstack([a["present"], a["present"][:, :1]]),
            truth=np.hstack([a["truth"], a["truth"][:, :1] * 0]),
            free=np.hstack([a["free"], a["free"][:, :1]]),
            known=np.concatenate([a["known"], a["known"][..., :1]], axis=2),
            cell=a["cell"] // a["truth"].shape[1] * (a["truth"].shape[1] + 1) + a["cell"] % a["truth"].shape[1],
        ),
        "never occurs",
    ),
}


@pytest.mark.parametrize("way", TAMPERINGS)
def test_tampering_is_refused(way: str) -> None:
    change, expected = TAMPERINGS[way]
    faults = tampered(change)
    assert any(expected in fault for fault in faults), faults[:3]


def test_a_published_text_that_says_more_is_refused() -> None:
    lines = TEXT.splitlines()
    blank = next(line for line in lines if line.startswith('"ivt"') and line.endswith(",,"))
    tampering = {
        "a withheld number filled in": TEXT.replace(blank, blank[:-1] + "3,"),
        "another number": TEXT.replace(lines[1], re.sub(r",(\d+)$", r",1\1", lines[1])),
        "a row twice": TEXT + lines[1] + "\n",
        "a negative number": TEXT.replace(blank, blank[:-1] + "-3,"),
        "an unknown hospital": TEXT + lines[1].replace("ALL", "elsewhere") + "\n",
    }
    for way, text in tampering.items():
        assert text != TEXT and recheck.recheck(text, WITNESSES.arrays), way


def test_the_script_runs_alone(tmp_path: Path) -> None:
    WITNESSES.save(tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"witnesses.npz": 0o600, "published.csv": 0o600}
    command = [sys.executable, "-I", recheck.__file__, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["rows_sha256", SAFE.certificate.rows_sha256, "accepted"])
    (tmp_path / "published.csv").write_text(TEXT + TEXT.splitlines()[1] + "\n", encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout.endswith("refused\n")


def test_it_imports_numpy_and_nothing_else() -> None:
    tree = ast.parse(Path(recheck.__file__).read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {module.split(".")[0] for module in modules} - set(sys.stdlib_module_names) == {"numpy"}
