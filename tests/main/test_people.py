"""`workbench people`: the first people of a real site, as whoever keeps the machine adds them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.main.conftest import Command
from workbench.__main__ import parser
from workbench.access import Duty, authenticate
from workbench.errors import Refused, WorkbenchError
from workbench.main import people, serving
from workbench.main.audits import opened

BODY = ("people", "organisation", "azwest", "--name", "AZ West", "--kind", "hospital", "--hospital", "777")
BODY = (*BODY, "--manager", "Greet Aerts", "--contact", "toegang@azwest.example")
PERSON = (
    "people",
    "add",
    "greet.aerts",
    "--name",
    "Greet Aerts",
    "--organisation",
    "azwest",
    "--task",
    "manages access",
)


@pytest.fixture
def site(workbench: Command, tmp_path: Path) -> Command:
    def run(*arguments: str):  # type: ignore[no-untyped-def]
        return workbench(*arguments, "--home", str(tmp_path / "site"))

    return run


def test_from_nothing_to_the_first_access_manager(
    site: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repo_root: Path
) -> None:
    state = tmp_path / "site" / "state"
    assert "workbench people organisation" in serving.first_steps(state) and not serving.is_demo(state)
    began = site(*BODY)
    assert began.returncode == 0 and "Nobody yet" in site("people", "list").stdout
    # What is to be typed next is told for this site: without --home it would be done to another.
    todo = shlex.split(began.stdout.split("workbench ")[1].replace("FIRST.LAST", "greet.aerts"))
    added = site(*todo[:-2])
    assert todo[-2:] == ["--home", str(state.parent)] and added.returncode == 0
    assert f"workbench people password greet.aerts --home {state.parent}" in added.stdout
    (before,) = people.listed(state)
    assert (before.active, before.password) == (True, False)
    (tmp_path / "secret").write_text("correct horse battery\n", encoding="utf-8")
    assert site("people", "password", "greet.aerts", "--file", str(tmp_path / "secret")).returncode == 0
    (found,) = json.loads(site("people", "list", "--format", "json").stdout)
    assert (found["login"], found["duties"], found["active"], found["password"]) == (
        "greet.aerts", ["access_manager"], True, True,
    )  # fmt: skip
    assert serving.first_steps(state) == "", "now somebody can log in"
    viewer = people.person("greet.aerts", state, repo_root / "catalog")
    assert viewer.has(Duty.ACCESS_MANAGER) and viewer.hospital == "777"
    with opened(state) as opened_state:
        assert authenticate(opened_state.accounts.hashes(), "greet.aerts", "correct horse battery")
        told = [(one.who, one.what) for one in opened_state.audit.entries()]
        assert told == [("command line", f"access.{what}") for what in ("organisation", "person", "password")]
    assert site("people", "disable", "greet.aerts").returncode == 0
    with pytest.raises(WorkbenchError, match="Nobody logs in as 'greet"):
        people.person("greet.aerts", state, repo_root / "catalog")
    assert site("people", "enable", "greet.aerts").returncode == 0
    assert site("people", "duties", "greet.aerts", "--duty", "auditor", "--duty", "operator").returncode == 0
    assert people.person("greet.aerts", state, repo_root / "catalog").duties == {Duty.AUDITOR, Duty.OPERATOR}
    with pytest.raises(Refused, match="holds people of its own"):
        serving.demo_password(repo_root / "catalog", state)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ((*PERSON[:6], "azoost", *PERSON[7:]), "there is no organisation 'azoost' (known: azwest)"),
        (tuple("x" if part == "azwest" else part for part in BODY), "777 is the code of 'azwest'"),
        ((*BODY[:2], "x", *BODY[3:7], *BODY[9:]), "a hospital has its code"),
        (("people", "password", "nobody"), "there is no person 'nobody'"),
        (("people", "disable", "nobody"), "there is no person 'nobody'"),
        (("people", "add", "Greet Aerts", *PERSON[3:]), "login: small letters, figures, dots and hyphens"),
        ((*PERSON[:-1], ""), "task: it is empty"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(site: Command, command: tuple[str, ...], said: str) -> None:
    assert site(*BODY).returncode == 0
    done = site(*command)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_who_is_asked_for_rights_can_change(site: Command, tmp_path: Path, repo_root: Path) -> None:
    assert site(*BODY).returncode == 0
    change = ("people", "contact", "azwest", "--manager", "Piet Claes", "--contact", "piet@azwest.example")
    assert site(*change).returncode == 0
    one = people.directory_of(tmp_path / "site" / "state", repo_root / "catalog").organisations["azwest"]
    assert (one.access_manager, one.contact, one.hospital) == ("Piet Claes", "piet@azwest.example", "777")
    for wrong in ((*change[:2], "azoost", *change[3:]), (*change[:-1], " ")):
        assert site(*wrong).returncode == 2
    with opened(tmp_path / "site" / "state") as state:
        (told,) = [one.details for one in state.audit.entries(what=["access.contact"])]
    assert told == {"manager": "Piet Claes", "contact": "piet@azwest.example"}


def test_a_name_is_taken_once(site: Command) -> None:
    assert [site(*BODY).returncode for _ in range(2)] == [0, 2]
    assert [site(*PERSON).returncode for _ in range(2)] == [0, 2]


@pytest.mark.parametrize(
    "command",
    [
        ("people", "list"),
        PERSON,
        ("people", "duties", "x.y", "--duty", "auditor"),
        ("people", "disable", "x.y"),
        ("people", "password", "x.y", "--file", "/dev/null"),
        ("state", "backup", "--out", "monday.zip"),
        ("audit", "list"),
        ("audit", "verify"),
        ("audit", "export", "--out", "log.jsonl"),
        ("retention", "destroy", "run", "--by", "x.y"),
    ],
)
def test_a_mistyped_folder_is_no_empty_site(site: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    """A backup of nothing would be found out on the day it is needed, and a log of nothing is always in order."""
    done = site(*command)
    assert done.returncode == 2 and f"no site stands in {tmp_path / 'site'}" in done.stderr
    assert not (tmp_path / "site").exists()


def test_a_password_is_typed_twice_or_comes_from_file_or_environment(tmp_path: Path) -> None:
    assert people.read_password(None, {"WORKBENCH_PASSWORD": "from there"}) == "from there"
    assert people.read_password(None, {}, lambda _: "typed by hand") == "typed by hand"
    typed = iter(["one", "two"])
    with pytest.raises(WorkbenchError, match="not the same"):
        people.read_password(None, {}, lambda _: next(typed))
    with pytest.raises(WorkbenchError, match="cannot be read"):
        people.read_password(tmp_path / "nowhere", {})
    with pytest.raises(WorkbenchError, match="no keyboard"):
        people.read_password(None, {})


def test_no_password_is_ever_an_argument_and_every_duty_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    """Arguments stand in the list of processes, for everybody on the machine."""
    with pytest.raises(SystemExit):
        parser().parse_args(["people", "password", "--help"])
    said = capsys.readouterr().out
    assert "--file" in said and "--password" not in said
    for duty in Duty:
        parser().parse_args([*PERSON, "--duty", duty.value])
