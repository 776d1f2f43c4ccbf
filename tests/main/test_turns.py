"""Turns of those who have exercises graded on one machine: never more at once than there are, and none is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.main import turns
from workbench.main.turns import turn


def test_never_more_at_once_than_there_are_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LOOK", 0.001)
    inside, most, waited, lock = 0, 0, [], threading.Lock()

    def work(n: int) -> None:
        nonlocal inside, most
        with turn(tmp_path, lambda: waited.append(n), at_once=2):
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.01)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(work, range(30)))
    assert (inside, most) == (0, 2)
    assert waited and len(waited) == len(set(waited)), "who waits is told once"


def test_a_turn_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wrong"), turn(tmp_path, lambda: None, at_once=1):
        raise ValueError("wrong")
    with turn(tmp_path, lambda: pytest.fail("the turn is free"), at_once=1):
        pass


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkbenchError, match="Ask the trainer"), turn(tmp_path / "file/board", lambda: None):
        pass
