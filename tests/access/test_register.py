"""The directory over the state: never older than the last change, and nothing it does not know gives a right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from workbench.access import Directory, Profile, Register, load_directory, seed
from workbench.state import State, open_state
from workbench.state.tables import today


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(tmp_path)
    yield state
    state.close()


def seeded(state: State, files: Directory, day: Callable[[], date] = today) -> Register:
    seed(state, files)
    return Register(state, files, day)


def profile(register: Register, login: str, collection: str = "stroke-care") -> Profile | None:
    viewer = register.viewer(login)
    return viewer.profile(collection) if viewer else None


def test_at_first_it_is_what_the_files_say(state: State, repo_root: Path) -> None:
    files = load_directory(repo_root / "catalog")
    found = seeded(state, files).now()
    assert dict(found.people) == dict(files.people)
    assert (found.organisations, found.studies) == (files.organisations, files.studies)
    assert found.registrations().sort_by([("person", "ascending"), ("year", "ascending")]) == (
        files.registrations().sort_by([("person", "ascending"), ("year", "ascending")])
    )


def test_nobody_of_the_files_is_in_a_state_that_did_not_ask_for_them(state: State, repo_root: Path) -> None:
    found = Register(state, load_directory(repo_root / "catalog")).now()
    assert (dict(found.people), dict(found.organisations)) == ({}, {})
    assert found.studies and not state.people.seeded()


def test_another_process_sees_a_change_at_its_next_look(state: State, repo_root: Path, tmp_path: Path) -> None:
    files = load_directory(repo_root / "catalog")
    register, other = seeded(state, files), open_state(tmp_path)
    assert profile(register, "an.peeters") is Profile.PROVIDER_HOSPITAL
    grant = next(
        one for one in other.grants.current() if one.person == "an.peeters" and one.collection == "stroke-care"
    )
    other.grants.withdraw(grant.id, by="x", why="left")
    assert profile(register, "an.peeters") is Profile.PUBLIC
    other.people.activate("els.maes", "x", active=False)
    assert register.viewer("els.maes") is None
    seed(other, files)
    assert profile(register, "an.peeters") is Profile.PUBLIC, "a start gives no right back"
    other.close()


def test_a_right_ends_at_midnight_without_any_change(state: State, repo_root: Path) -> None:
    day = [today()]
    register = seeded(state, load_directory(repo_root / "catalog"), day=lambda: day[0])
    state.grants.give("els.maes", "breast-clinics", "provider/hospital", by="x", why="r", ends=today())
    assert profile(register, "els.maes", "breast-clinics") is Profile.PROVIDER_HOSPITAL
    day[0] = day[0] + timedelta(days=1)
    assert profile(register, "els.maes", "breast-clinics") is Profile.PUBLIC
    day[0] = date.min
    assert profile(register, "els.maes", "breast-clinics") is Profile.PROVIDER_HOSPITAL


def test_a_name_from_a_newer_workbench_gives_nothing(state: State, repo_root: Path) -> None:
    register = seeded(state, load_directory(repo_root / "catalog"))
    state.grants.give("els.maes", "stroke-care", "provider/everything", by="x", why="r")
    state.people.set_duties("els.maes", ["emperor", "auditor"], "x")
    assert profile(register, "els.maes") is Profile.PUBLIC
    assert [duty.value for duty in register.now().people["els.maes"].duties] == ["auditor"]
