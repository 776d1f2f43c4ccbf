"""Backup and restore: all of it comes back, into either database, or nothing does."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.state.test_rights import AN, ELS, HOSPITAL
from workbench.errors import Refused, WorkbenchError
from workbench.state import State, Subject, backup, open_state, restore
from workbench.state.tables import PASSING, metadata, now, today
from workbench.state.transactions import writing

LOG_IN = '["log_ins", {"token": "t", "person": "an", "begun": "2026-11-30", "used": "2026-11-30"}]\n'


@pytest.fixture
def full(state: State) -> State:
    """Something in every table."""
    state.people.seed([HOSPITAL], [AN, ELS], [("an", "stroke", "provider/hospital")])
    draft = state.drafts.create("an", "Beroerte 'é€", "id: x\n")
    state.drafts.append(draft.id, "id: y\n", "els", expected=1)
    state.drafts.throw_away(draft.id)
    state.drafts.resolve(state.drafts.comment(draft.id, "flow", "why?", "els").id, "an")
    state.events.add("stroke", "submit", "in_review", "an", after=0)
    asked = state.grants.ask("els", "stroke", "provider/individual", why="r", ends=today() + timedelta(days=9))
    state.grants.approve(asked.id, by="an", ends=today())
    state.grants.withdraw(state.grants.all("els")[0].id, by="an", why="left")
    state.accounts.set({"an": "$argon2id$"}, "an")
    state.subjects.link(Subject("https://there", "7", "an"), "els")
    state.log_ins.open("token", "an", now(), (now(), now()))
    state.attempts.take("els from somewhere", 5, now(), now())
    return state


def everything(state: State) -> dict[str, list[tuple[Any, ...]]]:
    with state.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
            if table.name not in PASSING
        }


@pytest.fixture(params=["the same", "the other"])
def elsewhere(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> str:
    """A new state in the database of the backup, and in the other one."""
    same = request.param == "the same"
    if url.startswith("sqlite") == same:
        return f"sqlite:///{tmp_path / 'new' / 'state.sqlite'}"
    server = request.getfixturevalue("server")
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    made: str = server.new()
    return made


def test_all_of_it_comes_back_in_either_database(full: State, elsewhere: str, tmp_path: Path) -> None:
    before = everything(full)
    assert all(before.values()), "every table has something to lose"
    made = backup(full.engine, tmp_path / "backup.zip")
    other = open_state(elsewhere)
    try:
        assert restore(other.engine, tmp_path / "backup.zip") == made
        assert everything(other) == before
        assert other.audit.verify([made.receipt]) is None
        # And it goes on from there: keys and numbers follow on.
        other.grants.give("els", "breast", "provider/hospital", by="an", why="r")
        other.drafts.comment(other.drafts.list(binned=True)[0].id, "flow", "more", "els")
        other.grants.ask("an", "breast", "provider/hospital", why="r")
        assert other.audit.verify([made.receipt]) is None
    finally:
        other.close()


def test_a_state_that_holds_something_is_not_overwritten(full: State, tmp_path: Path) -> None:
    backup(full.engine, tmp_path / "backup.zip")
    before = everything(full)
    with pytest.raises(Refused, match="holds something already"):
        restore(full.engine, tmp_path / "backup.zip")
    assert everything(full) == before


def rewritten(file: Path, change: Callable[[list[str], dict[str, Any]], None], *, sealed: bool = True) -> None:
    """A backup as somebody would change it; `sealed` with a hash that fits again."""
    with zipfile.ZipFile(file) as packed:
        lines = packed.read("state.jsonl").decode().splitlines(keepends=True)
        manifest = json.loads(packed.read("manifest.json"))
    change(lines, manifest)
    rows = "".join(lines).encode()
    if sealed:
        manifest["sha256"] = hashlib.sha256(rows).hexdigest()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("state.jsonl", rows)
        packed.writestr("manifest.json", json.dumps(manifest))


def without(name: str) -> Callable[[list[str], dict[str, Any]], None]:
    def change(lines: list[str], manifest: dict[str, Any]) -> None:
        lines.remove([line for line in lines if line.startswith(f'["{name}"')][-1])

    return change


def forged(lines: list[str], manifest: dict[str, Any]) -> None:
    place = next(n for n, line in enumerate(lines) if line.startswith('["audit"'))
    lines[place] = lines[place].replace('"seed"', '"someone"')


def numbered_by_words(lines: list[str], manifest: dict[str, Any]) -> None:
    place = next(n for n, line in enumerate(lines) if line.startswith('["audit"'))
    lines[place] = lines[place].replace('"number": 1', '"number": "1"')


def of_another_kind(lines: list[str], manifest: dict[str, Any]) -> None:
    place = next(n for n, line in enumerate(lines) if line.startswith('["people"'))
    lines[place] = lines[place].replace('"login": "an"', '"login": {"a": 1}')


@pytest.mark.parametrize(
    ("change", "sealed", "said"),
    [
        (without("grants"), False, "is damaged"),
        (without("grants"), True, "does not hold the rows"),
        (without("audit"), True, "audit log .* is not what was written"),
        (forged, True, "audit log .* is not what was written"),
        (lambda lines, manifest: lines.append('["nonsense", {}]\n'), True, "is none of a state"),
        (lambda lines, manifest: lines.append('["grants", {}]\n'), True, "has other columns"),
        (lambda lines, manifest: lines.append(LOG_IN), True, "has other columns"),
        (lambda lines, manifest: lines.append("{"), True, "is none of a state"),
        (lambda lines, manifest: lines.append("[" * 100_000), True, "is none of a state"),
        (numbered_by_words, True, "a row of the audit log is no entry"),
        (of_another_kind, True, "a row is none that the state could hold"),
        (lambda lines, manifest: manifest.update(migration="9999"), True, "made at migration 9999"),
        (lambda lines, manifest: manifest.pop("receipt"), True, "is damaged"),
    ],
)
def test_a_changed_backup_restores_nothing(
    full: State, tmp_path: Path, change: Callable[[list[str], dict[str, Any]], None], sealed: bool, said: str
) -> None:
    file = tmp_path / "backup.zip"
    backup(full.engine, file)
    rewritten(file, change, sealed=sealed)
    other = open_state(tmp_path / "new")
    empty = everything(other)
    with pytest.raises(WorkbenchError, match=said):
        restore(other.engine, file)
    assert everything(other) == empty
    other.close()


@pytest.mark.parametrize("content", [b"", b"PK nothing", None])
def test_a_file_that_is_no_backup_says_so(tmp_path: Path, content: bytes | None) -> None:
    file, state = tmp_path / "backup.zip", open_state(tmp_path / "new")
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WorkbenchError, match="is no backup"):
        restore(state.engine, file)
    state.close()


def test_a_backup_that_would_fill_the_memory_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte that unpacks to a gigabyte: refused by what its head says, and never read further than that."""
    file, state = tmp_path / "backup.zip", open_state(tmp_path / "new")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", "{}")
        with packed.open("state.jsonl", "w", force_zip64=True) as rows:
            for _ in range(60):
                rows.write(bytes(1_000_000))
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(WorkbenchError, match="would unpack to 60,000,000 bytes"):
        restore(state.engine, file)
    state.close()


def test_a_backup_is_of_one_moment(full: State, tmp_path: Path) -> None:
    """What is written while the backup is made is in it wholly or not at all: its log and its rows agree."""
    import threading

    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            full.events.add(f"study-{number}", "submit", "in_review", "an", after=0)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(full.engine, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join(60)
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as packed:
            rows = [json.loads(line) for line in packed.read("state.jsonl").splitlines()]
        events = {row["study"] for name, row in rows if name == "events"}
        told = {row["about"] for name, row in rows if name == "audit" and row["what"] == "study.submit"}
        assert events == told
    with writing(full.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar_one() > 1


def test_a_backup_of_the_first_version_is_put_back(full: State, tmp_path: Path) -> None:
    """Since then tables were only added; they stay empty."""
    file = tmp_path / "backup.zip"
    backup(full.engine, file)

    def first(lines: list[str], manifest: dict[str, Any]) -> None:
        lines[:] = [line for line in lines if not line.startswith('["accounts"')]
        manifest["migration"] = "0001"
        del manifest["rows"]["accounts"]

    rewritten(file, first)
    other = open_state(tmp_path / "new")
    restore(other.engine, file)
    assert everything(other) == {**everything(full), "accounts": []}
    other.close()
