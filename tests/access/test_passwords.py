"""Demo accounts: hashes only, in a file for its owner, and a check that treats unknown logins alike."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from workbench.access import Throttle, authenticate, load_directory, read_accounts, start_demo_accounts
from workbench.access import passwords as module
from workbench.errors import WorkbenchError

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


def test_every_demo_person_gets_the_password_of_this_start(repo_root: Path, tmp_path: Path) -> None:
    directory = load_directory(repo_root / "catalog")
    password = start_demo_accounts(directory, tmp_path / "state", {})
    accounts = read_accounts(tmp_path / "state")
    assert set(accounts) == set(directory.people)
    assert all(authenticate(accounts, login, password) for login in accounts)
    text = (tmp_path / "state" / "accounts.json").read_text()
    assert password not in text
    assert len(set(json.loads(text).values())) == len(accounts), "each hash has its own salt"
    assert (tmp_path / "state" / "accounts.json").stat().st_mode & 0o777 == 0o600
    again = start_demo_accounts(directory, tmp_path / "state", {})
    assert again != password
    assert not authenticate(read_accounts(tmp_path / "state"), "an.peeters", password)


def test_the_password_may_come_from_the_environment(repo_root: Path, tmp_path: Path) -> None:
    directory = load_directory(repo_root / "catalog")
    chosen = {"WORKBENCH_DEMO_PASSWORD": "klaslokaal 7"}
    assert start_demo_accounts(directory, tmp_path, chosen) == "klaslokaal 7"
    with pytest.raises(WorkbenchError, match="8 to 512 characters"):
        start_demo_accounts(directory, tmp_path, {"WORKBENCH_DEMO_PASSWORD": "short"})


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


def test_damaged_accounts_are_an_error_not_an_open_door(tmp_path: Path) -> None:
    assert read_accounts(tmp_path) == {}
    for text in ("{", "[]"):
        (tmp_path / "accounts.json").write_text(text)
        with pytest.raises(WorkbenchError, match=r"accounts\.json"):
            read_accounts(tmp_path)


def test_the_throttle_stops_after_the_limit_and_lets_go_after_the_window() -> None:
    now = [0.0]
    throttle = Throttle(limit=3, window=60.0, clock=lambda: now[0])
    for moment in (0.0, 1.0, 2.0):
        now[0] = moment
        assert throttle.wait("an") == 0.0
        throttle.failed("an")
    assert throttle.wait("an") == pytest.approx(58.0)
    assert throttle.wait("luc") == 0.0
    now[0] = 60.0
    assert throttle.wait("an") == 0.0, "the first failure is a window ago"
    throttle.failed("an")
    assert throttle.wait("an") > 0.0
    throttle.succeeded("an")
    assert throttle.wait("an") == 0.0


def test_the_throttle_remembers_a_limited_number_of_keys() -> None:
    throttle = Throttle(limit=1, capacity=100)
    for number in range(1000):
        throttle.failed(f"key {number}")
    assert len(throttle._failures) == 100
    assert throttle.wait("key 999") > 0.0
