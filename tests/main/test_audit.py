"""`workbench audit`: list, export, and a proof that holds away from the database."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from workbench.__main__ import main
from workbench.main.audits import exported, tell
from workbench.state import State, open_state


@pytest.fixture
def home(tmp_path: Path) -> Path:
    state = open_state(tmp_path / "state")
    for number, who in enumerate(("an", "els", "an", None)):
        state.audit.write(who, "report.opened" if number else "login", f"report-{number}", year="2018")
    state.close()
    return tmp_path


def lines(home: Path, *options: str) -> list[dict[str, object]]:
    out = home / "log.jsonl"
    assert main(["audit", "export", "--home", str(home), "--out", str(out), *options]) == 0
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def run(*arguments: object) -> int:
    return main(["audit", *map(str, arguments)])


def test_a_log_is_verified_in_place_and_away(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(lines(home)) == 4
    receipt = capsys.readouterr().out.split("receipt ")[1].split()[0]
    for where in (("--home", home), (home / "log.jsonl",)):
        assert run("verify", *where, "--receipt", receipt) == 0
        said = capsys.readouterr().out
        assert "4 entries, each as it was written" in said and f"receipt {receipt}" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: found[:2] + found[3:], "entry 3 is missing"),
        (lambda found: [found[0], {**found[1], "who": "me"}, *found[2:]], "entry 2 was changed"),
        (lambda found: [found[0], found[2], found[1], found[3]], "entry 2 is missing"),
        (lambda found: found[:3], "the log ends after 3 of 4 entries"),
        (lambda found: [], "the log ends after 0 of 4 entries"),
    ],
)
def test_a_changed_export_is_found(home: Path, capsys: pytest.CaptureFixture[str], change: object, said: str) -> None:
    found = lines(home)
    receipt = f"{found[-1]['number']}:{found[-1]['hash']}"
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in change(found))  # type: ignore[operator]
    (home / "log.jsonl").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert run("verify", home / "log.jsonl", "--receipt", receipt) == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{}", "no json", '["a"]', '{"number": "1"}', "null"])
def test_a_file_that_is_no_log_says_so(home: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (home / "log.jsonl").write_text(text + "\n", encoding="utf-8")
    assert run("verify", home / "log.jsonl") == 2
    assert "log.jsonl:1: this is no entry" in capsys.readouterr().err


def test_a_list_is_filtered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--home", home, "--who", "an", "--what", "report.opened", "--format", "json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["number"], found["about"], found["detail"]) == (3, "report-2", {"year": "2018"})
    assert run("list", "--home", home, "--until", "2020-01-01") == 0
    assert "0 entries" in capsys.readouterr().out
    assert run("list", "--home", home, "--since", "yesterday") == 2
    assert "'yesterday' is no moment" in capsys.readouterr().err


def test_a_command_tells_the_log_beside_its_releases(home: Path) -> None:
    tell(home / "releases", "mia", "release.signed", "stroke-care", number="1")
    state: State = open_state(home / "state")
    entry = state.audit.newest(1)[0]
    state.close()
    assert (entry.who, entry.what, entry.details["by"]) == ("mia", "release.signed", "command line")
    assert exported(home / "state", home / "again.jsonl").number == 5


def test_a_state_is_backed_up_and_restored(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["state", "backup", "--home", str(home), "--out", str(tmp_path / "b.zip")]) == 0
    receipt = capsys.readouterr().out.split("receipt ")[1].strip()
    assert main(["state", "restore", str(tmp_path / "b.zip"), "--home", str(tmp_path / "new")]) == 0
    assert main(["state", "restore", str(tmp_path / "b.zip"), "--home", str(tmp_path / "new")]) == 3
    capsys.readouterr()
    assert run("verify", "--home", tmp_path / "new", "--receipt", receipt) == 0
    assert "6 entries" in capsys.readouterr().out, "four, the backup, and that it was restored"


def test_a_backup_of_a_log_that_was_changed_says_so_at_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who makes a backup every night learns it that night: later there may be no earlier one left."""

    def backup(name: str) -> int:
        return main(["state", "backup", "--home", str(home), "--out", str(home / name)])

    assert backup("good.zip") == 0 and "NOT" not in capsys.readouterr().out
    with sqlite3.connect(home / "state" / "state.sqlite") as database:
        database.execute("DROP TRIGGER audit_kept_update")
        database.execute("UPDATE audit SET who = 'somebody else' WHERE number = 2")
    database.close()
    assert backup("bad.zip") == 1
    assert "NOT what was written: entry 2 was changed" in capsys.readouterr().out
    assert main(["state", "restore", str(home / "good.zip"), "--home", str(home / "restored")]) == 0
    assert (
        f"copy 'releases' and 'releases-confidential' of the site into {home / 'restored'}" in capsys.readouterr().out
    )
    assert main(["state", "restore", str(home / "bad.zip"), "--home", str(home / "elsewhere")]) == 3
    assert "entry 2 was changed" in capsys.readouterr().err
