"""A new, empty state for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.state import postgres
from workbench.state import State, open_state


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server | None]:
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Makes the URL of a new database, empty, for a folder."""
    if request.param == "sqlite":
        return lambda folder: f"sqlite:///{folder / 'state' / 'state.sqlite'}"
    server: postgres.Server | None = request.getfixturevalue("server")
    if server is None:
        pytest.skip(postgres.HOW)
    return lambda folder: server.new()


@pytest.fixture(scope="session")
def migrated(empty: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with all tables and nothing in them, which is only copied."""
    url = empty(tmp_path_factory.mktemp("migrated"))
    open_state(url).close()
    return url


@pytest.fixture
def empty_url(empty: Callable[[Path], str], tmp_path: Path) -> str:
    """Where a new state can be made."""
    return empty(tmp_path)


@pytest.fixture
def url(request: pytest.FixtureRequest, migrated: str, tmp_path: Path) -> str:
    """Where a state stands that holds nothing yet."""
    database = make_url(migrated).database
    assert database
    if migrated.startswith("postgresql"):
        server: postgres.Server = request.getfixturevalue("server")
        return server.new(database)
    copied = tmp_path / "state" / "state.sqlite"
    copied.parent.mkdir(mode=0o700)
    shutil.copy(database, copied)
    return f"sqlite:///{copied}"


@pytest.fixture
def state(url: str) -> Iterator[State]:
    state = open_state(url)
    yield state
    state.close()
