"""Passwords: hashes only, in the state, and a check that treats unknown logins alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from workbench.access import (
    Directory,
    Throttle,
    authenticate,
    load_directory,
    seed,
    set_password,
    start_demo_accounts,
)
from workbench.access import passwords as module
from workbench.errors import WorkbenchError
from workbench.state import State, open_state
from workbench.state.tables import now

REAL = module._HASHER


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheaper hashing: these tests ask what is hashed, not how hard."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(module, "_HASHER", quick)
    monkeypatch.setattr(module, "_NOBODY", quick.hash("nobody"))


def test_the_hashing_is_argon2id_of_the_strength_that_was_chosen() -> None:
    found = extract_parameters(REAL.hash("x"))
    assert (found.type, found.time_cost, found.memory_cost) == (Type.ID, 3, 32_768)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(tmp_path)
    yield state
    state.close()


@pytest.fixture(scope="module")
def files(repo_root: Path) -> Directory:
    return load_directory(repo_root / "catalog")


def test_every_demo_person_gets_the_password_of_this_start(files: Directory, state: State) -> None:
    password = start_demo_accounts(files, state, {})
    accounts = state.accounts.hashes()
    assert set(accounts) == set(files.people)
    assert all(authenticate(accounts, login, password) for login in accounts)
    assert len(set(accounts.values())) == len(accounts), "each hash has its own salt"
    state.log_ins.open("token", "an.peeters", now(), (now(), now()))
    again = start_demo_accounts(files, state, {})
    assert again != password
    assert not authenticate(state.accounts.hashes(), "an.peeters", password)
    assert state.log_ins.get("token") is None, "what was opened with the password before ends"
    assert not any(password in str(vars(entry)) for entry in state.audit.entries())


def test_the_password_may_come_from_the_environment(files: Directory, state: State) -> None:
    chosen = {"WORKBENCH_DEMO_PASSWORD": "klaslokaal 7"}
    assert start_demo_accounts(files, state, chosen) == "klaslokaal 7"
    before = state.accounts.hashes()
    state.log_ins.open("token", "an.peeters", now(), (now(), now()))
    start_demo_accounts(files, state, chosen)
    assert state.accounts.hashes() == before and state.log_ins.get("token"), "a second process ends nobody's work"
    with pytest.raises(WorkbenchError, match="8 to 512 characters"):
        start_demo_accounts(files, state, {"WORKBENCH_DEMO_PASSWORD": "short"})


def test_a_password_of_a_site_is_longer_and_is_somebodys(files: Directory, state: State) -> None:
    seed(state, files)
    set_password(state, "an.peeters", "correct horse battery", "x")
    assert authenticate(state.accounts.hashes(), "an.peeters", "correct horse battery")
    for wrong in ("eleven char", "", "x" * 513):
        with pytest.raises(WorkbenchError, match="12 to 512 characters"):
            set_password(state, "an.peeters", wrong, "x")
    with pytest.raises(WorkbenchError, match="no person 'nobody'"):
        set_password(state, "nobody", "correct horse battery", "x")


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("an", "wrong password"),
        ("an", ""),
        ("an", "right password "),
        ("an", "right password" + "x" * 600),
        ("nobody", "right password"),
        ("nobody", "nobody"),
        ("", ""),
        ("AN", "right password"),
    ],
)
def test_only_the_right_pair_passes(login: str, password: str) -> None:
    accounts = {"an": module._HASHER.hash("right password"), "broken": "no hash", "empty": ""}
    assert authenticate(accounts, "an", "right password")
    assert not authenticate(accounts, login, password)
    assert not authenticate(accounts, "broken", "no hash")
    assert not authenticate(accounts, "empty", "")


def test_a_very_long_password_is_not_cut_to_a_right_one() -> None:
    accounts = {"an": module._HASHER.hash("x" * 512)}
    assert authenticate(accounts, "an", "x" * 512)
    assert not authenticate(accounts, "an", "x" * 513)


def test_an_unknown_login_costs_one_hash_like_a_known_one() -> None:
    accounts = {"an": module._HASHER.hash("right password")}
    for login in ("an", "nobody"):
        with patch.object(module, "_HASHER", wraps=module._HASHER) as hasher:
            authenticate(accounts, login, "wrong password")
        assert (hasher.verify.call_count, hasher.hash.call_count) == (1, 0)


def test_the_throttle_stops_after_the_limit_and_lets_go_after_the_window(state: State) -> None:
    start = now()
    at = [start]

    def later(seconds: float) -> None:
        at[0] = start + timedelta(seconds=seconds)

    throttle = Throttle(state.attempts, limit=3, window=60.0, clock=lambda: at[0])
    for moment in (0, 1, 2):
        later(moment)
        assert throttle.take("an") == 0.0
    assert throttle.take("an") == pytest.approx(58.0)
    assert throttle.take("luc") == 0.0
    later(59.9)
    assert throttle.take("an") > 0.0, "those that were refused did not count, the three did"
    later(60)
    assert throttle.take("an") == 0.0, "the first failure is a window ago"
    assert throttle.take("an") > 0.0
    throttle.give_back("an")
    assert throttle.take("an") == 0.0
    throttle.forget("an")
    assert [throttle.take("an") for _ in range(3)] == [0.0] * 3


def test_a_clock_that_was_set_back_locks_nobody_out(state: State) -> None:
    at = [now() + timedelta(days=365)]
    throttle = Throttle(state.attempts, limit=1, clock=lambda: at[0])
    throttle.take("an")
    at[0] = now()
    assert throttle.take("an") == 0.0
    assert throttle.take("an") > 0.0


def test_of_many_at_once_in_several_processes_no_more_get_through_than_may(state: State, tmp_path: Path) -> None:
    others = [open_state(tmp_path) for _ in range(3)]
    with ThreadPoolExecutor(12) as crowd:
        tried = crowd.map(lambda n: Throttle(others[n % 3].attempts, limit=5).take("an") == 0.0, range(24))
        assert sum(tried) == 5
    for other in others:
        other.close()
