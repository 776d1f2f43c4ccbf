"""The watch over open pages: one question for all of them, and only those look again whose reader may see otherwise."""

from __future__ import annotations

import gc
from datetime import timedelta
from pathlib import Path

from dashboards.heap import give_back, stays
from dashboards.vigil import Vigil, Watched
from dashboards.visits import Logins
from tests.dashboards.portal import in_a_loop
from tests.state.test_rights import AN, ELS, HOSPITAL
from workbench.access import Directory, Register
from workbench.state import open_state
from workbench.state.tables import now


class Document:
    def __init__(self) -> None:
        self.told = 0

    def add_next_tick_callback(self, _: object) -> None:
        self.told += 1


def test_fifty_pages_are_one_question_and_only_what_changed_looks_again() -> None:
    asked, rights = list[int](), {"an": 1, "els": 1}

    def moment() -> dict[str, int]:
        asked.append(1)
        return dict(rights)

    vigil, pages = Vigil(moment), [Document() for _ in range(50)]
    in_a_loop(vigil.look())
    assert not asked, "no page is open"
    for number, page in enumerate(pages):
        who = "an" if number % 5 else "els"
        vigil.watch(f"{number}", Watched(page, lambda held, who=who: held[who], lambda: None))  # type: ignore[misc]
    asked.clear()
    in_a_loop(vigil.look())
    assert len(asked) == 1 and not any(page.told for page in pages)
    rights["els"] = 2
    vigil.leave("0")
    in_a_loop(vigil.look())
    assert len(asked) == 2 and [page.told for page in pages] == [0 if n % 5 or n == 0 else 1 for n in range(50)]


def test_a_watch_that_cannot_ask_leaves_pages_as_they_are_and_goes_on() -> None:
    answers: list[object] = [1, OSError("the database is away"), 2]

    def moment() -> object:
        found = answers.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    vigil, page = Vigil(moment), Document()
    vigil.watch("one", Watched(page, lambda held: held, lambda: None))
    in_a_loop(vigil.look())
    assert page.told == 0
    in_a_loop(vigil.look())
    assert page.told == 1


def test_the_log_ins_of_a_moment_are_those_that_are_asked_for_one_by_one(tmp_path: Path) -> None:
    state, at = open_state(tmp_path), now()
    state.people.seed([HOSPITAL], [AN, ELS], [])
    logins = Logins(Register(state, Directory()), state.log_ins, clock=lambda: at)
    tokens = [logins.open(one) for one in ("an", "els", "an")]
    state.log_ins.open("old", "an", at - timedelta(hours=9), (at - timedelta(days=1), at - timedelta(days=1)))
    logins.close(tokens[2])
    state.people.activate("els", "x", active=False)
    held = logins.held()
    found = [held.viewer(one, uses=False) for one in (*tokens, "old", "unknown", None)]
    assert found == [logins.viewer(one, uses=False) for one in (*tokens, "old", "unknown", None)]
    assert [one.person if one else None for one in found] == ["an", None, None, None, None, None]
    logins.close_all("an")
    assert held.viewer(tokens[0], uses=False) and logins.held().viewer(tokens[0], uses=False) is None
    state.close()


def test_what_was_read_at_the_start_is_looked_through_no_more() -> None:
    try:
        stays()
        assert gc.get_freeze_count() > 10_000 and len(gc.get_objects()) < gc.get_freeze_count() / 10
    finally:
        gc.unfreeze()


def test_memory_in_pieces_goes_back_to_the_system() -> None:
    def megabytes() -> float:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6

    before = megabytes()
    pieces = [bytes(5_000) for _ in range(20_000)]  # 100 MB, too small to be given back one by one
    kept = pieces[-1]
    held = megabytes()
    del pieces
    give_back()
    assert kept and held - before > 80 and megabytes() - before < 40
