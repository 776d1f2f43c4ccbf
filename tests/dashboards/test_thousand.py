"""A thousand pages opened and closed in one process: its memory is what it was after the first half of them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from benchmarks.load import Server, forgotten, one_after_the_other, serving
from dashboards.heap import EACH
from tests.dashboards.portal import in_a_loop

pytestmark = pytest.mark.slow
PART = 250
MOST = 1.06  # of the memory after the first half: a page that left 70 kB behind would be found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("thousand")) as (found,):
        yield found


@pytest.fixture(scope="module")
def after() -> list[float]:
    """Megabytes after each part."""
    return []


@pytest.mark.parametrize("part", range(4))
def test_a_thousand_sessions_leave_no_memory_behind(part: int, server: Server, after: list[float]) -> None:
    in_a_loop(one_after_the_other(server, PART))
    forgotten(server)
    assert server.figure("workbench_open_pages") == 0
    now = settled(server)
    print(f"{now:.0f} MB after {(part + 1) * PART} sessions")
    after.append(now)
    assert now < MOST * after[min(1, part)]  # what pages that are open at once take is taken once


def settled(server: Server) -> float:
    """The least of its memory within the time in which what closed pages left in pieces goes back to the system."""
    end, least = time.monotonic() + 1.2 * EACH / 1000, server.megabytes
    while time.monotonic() < end:
        time.sleep(1)
        least = min(least, server.megabytes)
    return least
