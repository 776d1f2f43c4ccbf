"""A release is made from a `SafeTable` only, holds what was published, and never half of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.publish.releases import STUDY, indicator_table
from workbench.disclosure.release import SafeTable
from workbench.errors import Refused, WorkbenchError
from workbench.publish import (
    COLUMNS,
    DamagedRelease,
    Release,
    list_releases,
    read_release,
    release_numbers,
    write_release,
)
from workbench.publish import write as writing


def test_a_release_holds_the_rows_of_the_table(safe: SafeTable, own_release: Release) -> None:
    published = pq.read_table(own_release.cube)
    assert published.column_names == list(COLUMNS)
    order = [("indicator", "ascending"), ("hospital", "ascending"), ("year", "ascending")]
    assert published.sort_by(order).equals(safe.rows.select(list(COLUMNS)).cast(published.schema).sort_by(order))
    assert own_release.policy()["threshold"] == 5
    assert 0 < sum(published["withheld"].to_pylist()) < published.num_rows, "something is withheld, not all"


def test_what_is_not_a_safe_table_is_refused(safe: SafeTable, tmp_path: Path) -> None:
    lookalike = SimpleNamespace(study=STUDY, policy={}, certificate={}, rows=safe.rows)
    for wrong in (indicator_table(), safe.rows, lookalike, None):
        with pytest.raises(Refused, match="disclosure control"):
            write_release(wrong, "run-1", tmp_path)  # type: ignore[arg-type]
    assert not list(tmp_path.rglob("*"))


def test_a_safe_table_that_was_not_made_by_disclosure_is_empty_and_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_release(object.__new__(SafeTable), "run-1", tmp_path)
    with pytest.raises(TypeError):
        type("Forged", (SafeTable,), {})
    assert not list(tmp_path.rglob("*"))


def test_the_same_content_is_the_same_release(safe: SafeTable, tmp_path: Path) -> None:
    first = write_release(safe, "run-1", tmp_path)
    again = write_release(safe, "run-2", tmp_path)
    assert (again.number, again.content, again.run_id) == (1, first.content, "run-1")
    assert release_numbers(tmp_path, STUDY) == [1]


def test_other_content_gets_the_next_number(safe: SafeTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_release(safe, "run-1", tmp_path)
    write_files = writing._write_files

    def changed(table: SafeTable, folder: Path) -> dict[str, str]:
        files = write_files(table, folder)
        (folder / "policy.json").write_text('{"threshold": 9}')
        return files | {"policy.json": writing.sha256(folder / "policy.json")}

    monkeypatch.setattr(writing, "_write_files", changed)
    second = write_release(safe, "run-2", tmp_path)
    assert [one.number for one in list_releases(tmp_path, STUDY)] == [1, 2]
    assert second.content != first.content
    assert read_release(tmp_path, STUDY).number == 2
    assert read_release(tmp_path, STUDY, 1).content == first.content


def test_a_number_taken_meanwhile_is_not_overwritten(
    safe: SafeTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_release(safe, "run-1", tmp_path)
    before = (first.folder / "manifest.json").read_bytes()
    seen: list[int] = []

    def stale(root: Path, study: str) -> list[int]:
        """As another process sees the shelf just before the first release is placed."""
        seen.append(1)
        return [] if len(seen) == 1 else release_numbers(root, study)

    monkeypatch.setattr(writing, "list_releases", lambda *_: ())
    monkeypatch.setattr(writing, "release_numbers", stale)
    second = write_release(safe, "run-2", tmp_path)
    assert second.number == 2
    assert (first.folder / "manifest.json").read_bytes() == before
    assert read_release(tmp_path, STUDY, 2).run_id == "run-2"


@pytest.mark.parametrize("study", ["", "../other", "a/b", "Stroke", ".", "stroke care", "a\nb"])
def test_a_study_name_cannot_leave_the_shelf(safe: SafeTable, tmp_path: Path, study: str) -> None:
    with pytest.raises(WorkbenchError, match="no study name"):
        read_release(tmp_path, study)


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.publish.releases import safe_table
from workbench.publish import write, write_release
root, stop = Path(sys.argv[1]), sys.argv[2]
table = safe_table(Path(sys.argv[3]))
calls = {"files": write._write_files, "json": write._write_json, "place": write._place}
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def files_then_die(*a, **k):
    calls["files"](*a, **k)
    die()
if stop == "after files":
    write._write_files = files_then_die
elif stop == "in files":
    write._write_json = die
else:
    Path.rename = die
write_release(table, "run-1", root)
"""


@pytest.mark.parametrize("stop", ["in files", "after files", "before rename"])
def test_a_killed_write_leaves_no_release(safe: SafeTable, tmp_path: Path, repo_root: Path, stop: str) -> None:
    root = tmp_path / "releases"
    done = subprocess.run([sys.executable, "-c", KILLED, str(root), stop, str(repo_root)], cwd=repo_root, check=False)
    assert done.returncode == -signal.SIGKILL
    left = [path.name for path in (root / STUDY).iterdir()]
    assert len(left) == 1 and left[0].startswith(".partial-"), "the write had begun"
    assert list_releases(root, STUDY) == ()
    with pytest.raises(WorkbenchError, match="nothing has been published"):
        read_release(root, STUDY)
    hours_ago = time.time() - 7200
    os.utime(root / STUDY / left[0], (hours_ago, hours_ago))
    assert write_release(safe, "run-2", root).number == 1
    assert [path.name for path in (root / STUDY).iterdir()] == ["0001"], "what the killed write left is gone"


def test_a_write_that_is_under_way_is_left_alone(safe: SafeTable, tmp_path: Path) -> None:
    other = tmp_path / STUDY / ".partial-other"
    other.mkdir(parents=True)
    write_release(safe, "run-1", tmp_path)
    assert other.is_dir()


@dataclass(frozen=True)
class Damage:
    """One way in which a published folder can be tampered with."""

    name: str
    message: str

    def do(self, folder: Path) -> None:
        target = folder / "cube.parquet"
        for path in folder.iterdir():
            path.chmod(0o644)
        if self.name == "a number changed":
            rows = pq.read_table(target).to_pylist()
            rows[0]["n"] = 4
            pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(list(COLUMNS.items()))), target)
        elif self.name == "a file added":
            (folder / "extra.parquet").write_bytes(b"x")
        elif self.name == "a file removed":
            (folder / "certificate.json").unlink()
        elif self.name == "policy loosened":
            (folder / "policy.json").write_text('{"threshold": 1}')
        elif self.name == "manifest unreadable":
            (folder / "manifest.json").write_text("{")
        elif self.name == "manifest renumbered":
            manifest = json.loads((folder / "manifest.json").read_text())
            (folder / "manifest.json").write_text(json.dumps(manifest | {"number": 7}))
        elif self.name == "content address changed":
            manifest = json.loads((folder / "manifest.json").read_text())
            (folder / "manifest.json").write_text(json.dumps(manifest | {"content": "0" * 64}))


DAMAGES = (
    Damage("a number changed", "cube.parquet changed after publication"),
    Damage("a file added", "files were added or removed"),
    Damage("a file removed", "files were added or removed"),
    Damage("policy loosened", "policy.json changed after publication"),
    Damage("manifest unreadable", "its manifest cannot be read"),
    Damage("manifest renumbered", "its manifest belongs to another release"),
    Damage("content address changed", "its manifest belongs to another release"),
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_a_damaged_release_is_not_read(own_release: Release, damage: Damage) -> None:
    damage.do(own_release.folder)
    root = own_release.folder.parent.parent
    with pytest.raises(DamagedRelease, match=damage.message):
        read_release(root, STUDY)
    with pytest.raises(DamagedRelease):
        list_releases(root, STUDY)


def test_published_files_are_read_only(own_release: Release) -> None:
    assert {oct(path.stat().st_mode & 0o777) for path in own_release.folder.iterdir()} == {"0o444"}


def test_an_unknown_number_says_which_is_newest(own_release: Release) -> None:
    with pytest.raises(WorkbenchError, match="has no release 9: the newest is 1"):
        read_release(own_release.folder.parent.parent, STUDY, 9)
