"""Log-ins, passwords and attempts in the state, on both databases and in several processes at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.state.test_rights import AN, ELS, HOSPITAL
from workbench.errors import WorkbenchError
from workbench.state import State, open_state
from workbench.state.tables import log_ins, now

OTHER = """
import sys
from datetime import timedelta
from workbench.state import open_state
from workbench.state.tables import now
state = open_state(sys.argv[1])
assert state.log_ins.get("mine").person == "an"
assert len(state.log_ins.close_all("an")) == 2
while state.attempts.take("els", 5, now() - timedelta(hours=1), now()) is None:
    print("tried")
state.close()
"""


@pytest.fixture
def known(state: State) -> Iterator[State]:
    state.people.seed([HOSPITAL], [AN, ELS], [])
    yield state


def begin(state: State, token: str, person: str) -> None:
    at = now()
    state.log_ins.open(token, person, at, (at - timedelta(hours=8), at - timedelta(hours=1)))


def test_another_process_knows_a_log_in_ends_it_and_counts_on(known: State, url: str) -> None:
    begin(known, "mine", "an")
    begin(known, "also mine", "an")
    begin(known, "hers", "els")
    for _ in range(3):
        known.attempts.take("els", 5, now() - timedelta(hours=1), now())
    done = subprocess.run([sys.executable, "-c", OTHER, url], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.split()) == (0, ["tried", "tried"]), done.stderr
    assert known.log_ins.get("mine") is None and known.log_ins.get("also mine") is None
    assert known.log_ins.get("hers") is not None


def test_a_token_is_stored_as_its_hash_only(known: State) -> None:
    begin(known, "a secret token", "an")
    with known.engine.connect() as connection:
        (kept,) = connection.execute(select(log_ins.c.token)).scalars()
    assert len(kept) == 64 and "secret" not in kept
    assert known.log_ins.get(kept) is None, "what stands in the table opens nothing"


def test_use_moves_on_and_what_is_dead_is_cleared_away(known: State) -> None:
    begin(known, "old", "an")
    later = now() + timedelta(minutes=30)
    known.log_ins.use("old", later)
    found = known.log_ins.get("old")
    assert found is not None and found.used == later and found.begun < later
    known.log_ins.use("never there", later)
    known.log_ins.close("never there")
    known.log_ins.open("new", "els", later, (later, later - timedelta(hours=9)))
    assert [one.person for one in known.log_ins.all()] == ["els"]


def test_a_new_password_ends_what_the_old_one_opened(known: State) -> None:
    begin(known, "mine", "an")
    begin(known, "hers", "els")
    known.accounts.set({"an": "hash one"}, "x")
    assert known.log_ins.get("mine") is None and known.log_ins.get("hers") is not None
    known.accounts.set({"an": "hash two"}, "x")
    assert known.accounts.hashes() == {"an": "hash two"}
    with pytest.raises(WorkbenchError, match="no person 'nobody'"):
        known.accounts.set({"nobody": "hash", "an": "hash three"}, "x")
    assert known.accounts.hashes() == {"an": "hash two"}
    told = [one.about for one in known.audit.entries(what=["access.password"])]
    assert told == ["an", "an"] and "hash one" not in str([vars(one) for one in known.audit.entries()])


def test_of_many_attempts_at_once_no_more_count_than_may(known: State, url: str) -> None:
    others = [open_state(url) for _ in range(3)]
    at, since = now(), now() - timedelta(minutes=1)
    with ThreadPoolExecutor(8) as crowd:
        found = list(crowd.map(lambda n: others[n % 3].attempts.take("an", 4, since, at), range(16)))
    assert found.count(None) == 4 and set(found) == {None, at}
    known.attempts.give_back("an", all_of_them=False)
    assert known.attempts.take("an", 4, since, at) is None
    assert known.attempts.take("an", 4, since, at) == at
    assert known.attempts.take("els", 4, since, at) is None
    for other in others:
        other.close()
