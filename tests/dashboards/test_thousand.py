"""A thousand pages opened and closed in one process: its memory is what it was after the first few."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.load import forgotten, one_after_the_other, serving

FIRST, ALL = 200, 1_000  # the first ones make what is kept for good: compiled queries, templates, the allocator's reserve
MOST = 1.08  # of the memory after the first ones; a session that stayed would be 2.6 MB, all of them four times as much


@pytest.mark.slow
def test_a_thousand_sessions_leave_no_memory_behind(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        asyncio.run(one_after_the_other(server, FIRST))
        forgotten(server)
        first = server.megabytes
        asyncio.run(one_after_the_other(server, ALL - FIRST))
        forgotten(server)
        print(f"{first:.0f} MB after {FIRST} sessions, {server.megabytes:.0f} MB after {ALL}")
        assert server.figure("workbench_open_pages") == 0
        assert server.megabytes < MOST * first
