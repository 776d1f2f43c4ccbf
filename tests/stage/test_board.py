"""The board of a workshop: what thirty leave at once is all there, the last check counts, and solved stays solved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.stage.board import leave, read_board


def test_the_last_check_counts_until_it_is_solved(tmp_path: Path) -> None:
    for met, first in ((0, "readable"), (1, "apart")):
        leave(tmp_path, "Ann", "two-hats", met, 2, first)
    standing = read_board(tmp_path)["Ann"]["two-hats"]
    assert (standing.mark.first, standing.mark.met, standing.tries, standing.mark.solved) == ("apart", 1, 2, False)
    leave(tmp_path, "Ann", "two-hats", 2, 2, "")
    leave(tmp_path, "Ann", "two-hats", 0, 2, "readable")  # tries something else afterwards
    standing = read_board(tmp_path)["Ann"]["two-hats"]
    assert (standing.mark.solved, standing.tries) == (True, 3)


def test_names_are_kept_apart_and_come_in_order(tmp_path: Path) -> None:
    for who in ("zoë", "Ann", "  Ann   B. ", "../../etc/passwd"):
        leave(tmp_path / "board", who, "two-hats", 1, 2, "apart")
    assert list(read_board(tmp_path / "board")) == ["../../etc/passwd", "Ann", "Ann B.", "zoë"]
    assert len(list((tmp_path / "board").iterdir())) == 4 and list(tmp_path.iterdir()) == [tmp_path / "board"]


@pytest.mark.parametrize("who", ["", "   ", "x" * 41, "a\x1b[31m"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, who: str) -> None:
    with pytest.raises(WorkbenchError, match="cannot stand on the board"):
        leave(tmp_path, who, "two-hats", 1, 2, "apart")


def test_a_line_that_is_cut_off_or_strange_hides_no_other(tmp_path: Path) -> None:
    leave(tmp_path, "Ann", "two-hats", 1, 2, "apart")
    (file,) = tmp_path.iterdir()
    text = file.read_text(encoding="utf-8")
    file.write_text(
        '{"who": "Ann"}\n[1]\n' + text + text.replace('"met": 1', '"met": "all"') + text[:30], encoding="utf-8"
    )
    assert read_board(tmp_path)["Ann"]["two-hats"].tries == 1
    assert read_board(tmp_path / "nothing") == {}


def test_thirty_at_once_lose_no_line(tmp_path: Path) -> None:
    def work(n: int) -> None:  # five share each name, which nobody should do and which still loses nothing
        for met in range(20):
            leave(tmp_path, f"p{n % 6}", f"e{n}", met, 20, "x")

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(work, range(30)))
    tries = [standing.tries for mine in read_board(tmp_path).values() for standing in mine.values()]
    assert tries == [20] * 30
