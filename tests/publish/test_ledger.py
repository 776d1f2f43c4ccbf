"""Releases are signed off and withdrawn in a ledger that cannot be changed unnoticed; pages obey it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.publish.releases import STUDY, indicator_table
from workbench.access import PUBLIC, Directory
from workbench.disclosure import load_policy, protect
from workbench.errors import Refused, WorkbenchError
from workbench.publish import DamagedRelease, Release, Report, read_report, write_release
from workbench.publish.ledger import public_release, sign, standing, standings, withdraw


@pytest.fixture
def four_eyes(repo_root: Path, tmp_path: Path) -> Release:
    """A release whose policy asks for the signatures of two people."""
    policy = load_policy(repo_root / "catalog" / "policies" / "small-cells.yaml")
    safe = protect(indicator_table(), policy.model_copy(update={"signatures": 2})).safe
    return write_release(safe, "run-1", tmp_path)


def test_nobody_reads_what_two_people_have_not_signed(
    four_eyes: Release, tmp_path: Path, reports: Mapping[str, Report], directory: Directory
) -> None:
    def read() -> int:
        registrations = directory.registrations()
        view = read_report(tmp_path, "stroke-public", PUBLIC, {}, reports=reports, registrations=registrations)
        return view.release.number

    assert standing(tmp_path, STUDY, 1).state == "waiting"
    with pytest.raises(WorkbenchError, match="waits for a signature"):
        read()
    assert sign(tmp_path, STUDY, 1, "mia").state == "waiting"
    with pytest.raises(Refused, match="mia signed release 1 already"):
        sign(tmp_path, STUDY, 1, "mia")
    with pytest.raises(WorkbenchError, match="waits for a signature"):
        read()
    assert sign(tmp_path, STUDY, 1, "jef").signed == ("mia", "jef")
    assert read() == 1


def test_a_withdrawn_release_stays_and_is_not_read(own_release: Release) -> None:
    root = own_release.folder.parent.parent
    before = {path.name: path.read_bytes() for path in own_release.folder.iterdir()}
    with pytest.raises(WorkbenchError, match="give one"):
        withdraw(root, STUDY, 1, "mia", "  ")
    assert public_release(root, STUDY).number == 1
    assert withdraw(root, STUDY, 1, "mia", "wrong denominators").state == "withdrawn"
    for number in (1, None):
        with pytest.raises(WorkbenchError, match="withdrawn"):
            public_release(root, STUDY, number)
    with pytest.raises(Refused, match="already: wrong denominators"):
        withdraw(root, STUDY, 1, "jef", "again")
    with pytest.raises(Refused, match="cannot be signed off"):
        sign(root, STUDY, 1, "jef")
    assert {path.name: path.read_bytes() for path in own_release.folder.iterdir()} == before
    assert [one.state for one in standings(root, STUDY)] == ["withdrawn"]


@pytest.mark.parametrize("way", ["changed", "taken out", "not a line", "of another release"])
def test_a_ledger_that_was_touched_is_not_believed(own_release: Release, way: str) -> None:
    root = own_release.folder.parent.parent
    for by in ("mia", "jef"):
        sign(root, STUDY, 1, by)
    path = root / STUDY / "ledger.jsonl"
    first, second = path.read_text().splitlines()
    wrong = {
        "changed": [first.replace("mia", "eve"), second],
        "taken out": [second],
        "not a line": [first, "{}"],
        "of another release": [json.dumps(json.loads(first) | {"content": "0" * 64})],
    }
    path.write_text("\n".join(wrong[way]) + "\n")
    with pytest.raises(DamagedRelease, match="ledger"):
        public_release(root, STUDY)


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="nothing has been published"):
        public_release(tmp_path, STUDY)


@pytest.mark.parametrize("left", ["", "{", '{"number":1,"content":"', "é"[:1]])
def test_a_signature_cut_off_by_a_kill_was_none_and_the_ledger_goes_on(own_release: Release, left: str) -> None:
    root = own_release.folder.parent.parent
    sign(root, STUDY, 1, "mia")
    path = root / STUDY / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + left.encode())
    assert standing(root, STUDY, 1).signed == ("mia",)
    assert sign(root, STUDY, 1, "jef").signed == ("mia", "jef")
    path.write_bytes(path.read_bytes().rstrip())  # an editor took the last end away
    assert sign(root, STUDY, 1, "eva").signed == ("mia", "jef", "eva")
    withdraw(root, STUDY, 1, "mia", "wrong")
    path.write_bytes(path.read_bytes().rstrip())
    assert standing(root, STUDY, 1).state == "withdrawn", "a line that is whole counts"
