"""A closed page leaves nothing behind, and a page that was slow to connect still can."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from bokeh.document import Document

from dashboards.pages import PAGES
from dashboards.visits import Visit, Visits
from dashboards.web.base import COOKIE
from tests.dashboards.portal import Portal, running, wait_until
from tests.dashboards.sockets import connect, page_token
from tests.publish.releases import safe_table
from workbench.errors import Refused
from workbench.publish import write_release

PAGE = "/report?id=stroke-public"


@pytest.fixture(scope="module")
def forgetful(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that ends a session as soon as nobody is connected to it."""
    root = tmp_path_factory.mktemp("forgetful")
    write_release(safe_table(repo_root), "run-1", root / "releases")
    quick = {"check_unused_sessions_milliseconds": 50, "unused_session_lifetime_milliseconds": 50}
    with running(root / "releases", root / "state", repo_root / "catalog", **quick) as portal:
        yield portal


@pytest.fixture
def born(monkeypatch: pytest.MonkeyPatch) -> WeakSet[Document]:
    """The documents made since the test began, as long as anything holds on to them."""
    alive: WeakSet[Document] = WeakSet()
    make = Document.__init__

    def made(document: Document, *args: Any, **kwargs: Any) -> None:
        make(document, *args, **kwargs)
        alive.add(document)

    monkeypatch.setattr(Document, "__init__", made)
    return alive


OPENED = {
    "/report": PAGE,
    "/catalogue": "/catalogue?q=sex&open=mzg.STAYHOSP.A2_CODE_SEX",
    "/flow": "/flow?study=intego",
}  # the others as they are


@pytest.mark.parametrize("page", [OPENED.get(path, path) for path in PAGES])
def test_closed_pages_are_forgotten(forgetful: Portal, page: str, born: WeakSet[Document]) -> None:
    path = page.partition("?")[0]
    client = forgetful.client("mia.janssens")
    for _ in range(3):
        token = page_token(client.get(page).text)
        assert "ACK" in connect(forgetful, path.rstrip("/") + "/ws", token, client.cookie(COOKIE))
    assert len(born) >= 1
    wait_until(lambda: not forgetful.server.get_sessions(path))

    def left() -> int:
        gc.collect()
        return len(born)

    # The event loop itself may hold on to the page it served last.
    wait_until(lambda: left() <= 1)


def test_a_page_whose_session_was_dropped_can_still_connect(forgetful: Portal) -> None:
    """On a slow line the websocket comes after the framework has given up on the page."""
    client = forgetful.client("an.peeters")
    token = page_token(client.get("/report?id=stroke-hospitals").text)
    sessions = forgetful.server.get_sessions
    wait_until(lambda: not sessions("/report"))
    assert connect(forgetful, "/report/ws", token) == 403, "and still for its own log-in only"
    assert "ACK" in connect(forgetful, "/report/ws", token, client.cookie(COOKIE))


def test_visits_are_kept_as_long_as_their_token_is_valid() -> None:
    now = [0.0]
    visits = Visits(token_lifetime=300, clock=lambda: now[0])
    page = Visit(None, "/", "nl", {})
    visits.enter("a", page)
    visits.leave("a")
    now[0] = 299.0
    visits.enter("b", page)
    assert visits.may_connect("a", "/", None)
    now[0] = 301.0
    visits.enter("c", page)
    assert not visits.may_connect("a", "/", None)
    with pytest.raises(Refused):
        visits.of("a")
    assert len(visits) == 2, "what is open stays, however long"
    visits.leave("never there")
