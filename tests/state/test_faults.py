"""What goes wrong with machines: a killed process, a full disk, a database away for a while, a clock that jumps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.state import postgres
from tests.state.test_rights import AN, ELS, HOSPITAL
from workbench.state import State, open_state
from workbench.state.tables import audit, grants

_GIVER = """
import sys
from workbench.state import open_state
state = open_state(sys.argv[1])
for number in range(100_000):
    state.grants.give("els", "c%d" % (number % 3), "provider/hospital", by="an", why="r")
    print(number, flush=True)
"""


def test_a_kill_leaves_no_right_without_its_line_and_no_line_without_its_right(url: str) -> None:
    state = open_state(url)
    state.people.seed([HOSPITAL], [AN, ELS], [])
    state.close()
    with subprocess.Popen([sys.executable, "-c", _GIVER, url], stdout=subprocess.PIPE, text=True) as giver:
        assert giver.stdout is not None
        reported = [int(giver.stdout.readline()) for _ in range(15)]
        os.kill(giver.pid, signal.SIGKILL)
        reported += [int(line) for line in giver.stdout.read().splitlines() if line]
    state = open_state(url)
    with state.engine.connect() as connection:
        given = connection.execute(select(func.count()).select_from(grants)).scalar_one()
        ended = connection.execute(select(func.count(grants.c.withdrawn_at))).scalar_one()
        told = dict(connection.execute(select(audit.c.what, func.count()).group_by(audit.c.what)).all())  # type: ignore[arg-type]
    assert given - len(reported) in (0, 1), "what was reported is kept, and at most one more"
    assert (told["access.given"], told.get("access.withdrawn", 0)) == (given, ended)
    assert given - ended == 3 and state.audit.verify() is None
    state.close()


def test_a_full_disk_stores_all_or_nothing_and_one_goes_on_when_there_is_room(tmp_path: Path) -> None:
    state = open_state(tmp_path)
    draft = state.drafts.create("mia", "x", "one")
    full = [True]

    @event.listens_for(state.engine, "checkout")
    def no_room(connection: object, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages if full[0] else 1_000_000}")  # type: ignore[attr-defined]

    with pytest.raises(OperationalError, match="full"):
        state.drafts.append(draft.id, "two" * 20_000, "mia", expected=1)
    assert (state.drafts.read(draft.id).text, state.drafts.get(draft.id).number) == ("one", 1)
    with pytest.raises(OperationalError, match="full"):
        for number in range(1_000):
            state.audit.write("mia", "report.opened", "x" * 1_500, n=str(number))
    assert state.audit.verify() is None, "the log ends with the last entry that found room"
    full[0] = False
    assert state.drafts.append(draft.id, "two" * 20_000, "mia", expected=1).number == 2
    state.audit.write("mia", "report.opened")
    assert state.audit.verify() is None
    state.close()


@pytest.fixture
def own_server() -> Iterator[postgres.Server]:
    """A server that may be stopped: no other test uses it."""
    with postgres.running() as server:
        if server is None:
            pytest.skip(postgres.HOW)
        yield server


def test_a_database_that_goes_and_comes_back(own_server: postgres.Server) -> None:
    """While it is away nothing is said to be kept; what was kept is there afterwards, and the same state goes on."""
    state: State = open_state(own_server.new())
    draft = state.drafts.create("mia", "x", "one")
    own_server.stop()
    for act in (
        lambda: state.drafts.append(draft.id, "two", "mia", expected=1),
        lambda: state.people.changes(),
        lambda: state.audit.write("mia", "login"),
    ):
        with pytest.raises(DBAPIError):
            act()
    own_server.start()
    assert state.drafts.read(draft.id).text == "one"
    assert state.drafts.append(draft.id, "two", "mia", expected=1).number == 2
    assert state.audit.receipt().number == 0
    state.close()


def test_a_clock_that_jumps_breaks_no_order(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Order is by number: a clock set back by a year changes what is written, not what follows what."""
    ticks, start = count(), datetime(2026, 11, 30, tzinfo=UTC)

    def jumping() -> datetime:
        return start + timedelta(days=365 * (-1) ** next(ticks))

    for module in ("audit", "drafts", "events", "grants"):
        monkeypatch.setattr(f"workbench.state.{module}.now", jumping)
    state.people.seed([HOSPITAL], [AN, ELS], [])
    draft = state.drafts.create("mia", "x", "0")
    for number in range(1, 6):
        state.drafts.append(draft.id, str(number), "mia", expected=number)
        state.events.add("stroke", f"c{number}", f"s{number}", "mia", after=number - 1)
        state.grants.give("els", "stroke", f"p{number}", by="an", why="r")
    assert [one.text for one in state.drafts.history(draft.id)] == list("012345")
    assert state.drafts.read(draft.id).text == "5"
    assert [one.state for one in state.events.of("stroke")] == [f"s{number}" for number in range(1, 6)]
    assert state.events.newest()["stroke"].state == "s5"
    assert [one.profile for one in state.grants.current()] == ["p5"]
    assert state.audit.verify() is None
