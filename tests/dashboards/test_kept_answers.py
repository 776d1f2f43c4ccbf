"""What was once answered is not there for the next: no browser keeps it, and nothing in the server hands it on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboards.places import PLACES
from tests.dashboards.browsing import person, tokens
from tests.dashboards.portal import Portal, with_release

PRIVATE = {"id": "stroke-hospitals", "indicator": "deliveries", "year": "2018"}
FORMS = ("json", "csv", "xlsx", "pdf")
LARGE = re.compile(r"(?<![\w.])[1-6]\d{5}(?![\w.])")


@pytest.fixture(scope="module")
def own(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose rights may be changed."""
    with with_release(repo_root, tmp_path_factory.mktemp("own")) as portal:
        yield portal


@pytest.mark.parametrize("login", ["an.peeters", None], ids=["a reader", "the public"])
def test_no_browser_keeps_an_answer(portal: Portal, login: str | None) -> None:
    """Pages, exports, refusals and ways out: whoever uses the browser next finds none of them in it."""
    client = portal.client(login)
    asked = [path for path in PLACES if path != "/board"]
    asked += [
        "/report?id=stroke-hospitals",
        "/report?id=nothing",
        "/access?view=mine",
        "/nowhere",
        "/api/draft?draft=x",
    ]
    asked += [f"/api/report?id=stroke-hospitals&year=2018&format={form}" for form in (*FORMS[:2], "exe")]
    for path in asked:
        answer = client.get(path)
        assert answer.headers.get("Cache-Control") == "no-store", path


def test_what_one_reader_got_is_never_the_answer_to_another(portal: Portal) -> None:
    """With the mark by which a browser asks whether its copy is still right: it is answered anew, or refused."""
    first = portal.client("an.peeters").get("/api/report", **PRIVATE)
    mark = first.headers.get("Etag", '"any"')
    for login, status in (("luc.dubois", 200), ("els.maes", 403), (None, 403)):
        again = portal.client(login).get("/api/report", {"If-None-Match": mark}, **PRIVATE)
        assert again.status == status and again.text != first.text
        assert not {one for one in LARGE.findall(again.text) if one[0] == "1"}, "no number of the first"


def test_readers_at_once_get_each_their_own(portal: Portal) -> None:
    """The figures of a release are kept in memory for all; what is read of them is the reader's."""
    logins = ("an.peeters", "luc.dubois", "mia.janssens", "els.maes")
    clients = {login: portal.client(login) for login in logins}
    alone = {login: clients[login].get("/api/report", **PRIVATE) for login in logins}
    assert [alone[login].status for login in logins] == [200, 200, 200, 403]
    texts = {login: alone[login].text for login in logins}
    assert len(set(texts.values())) == 4
    with ThreadPoolExecutor(8) as many:
        turns = [login for _ in range(12) for login in logins]
        answers = many.map(lambda login: (login, clients[login].get("/api/report", **PRIVATE).text), turns)
        assert all(text == texts[login] for login, text in answers)


@pytest.mark.parametrize("form", FORMS)
def test_after_withdrawal_nothing_is_exported(own: Portal, form: str) -> None:
    client, state = own.client("luc.dubois"), own.house.open_state
    (grant,) = [one for one in state.grants.current() if one.person == "luc.dubois"]
    state.grants.withdraw(grant.id, by="tom", why="left")
    try:
        answer = client.get("/api/report", format=form, **PRIVATE)
        assert answer.status == 403 and not LARGE.search(answer.text)
        assert client.get("/api/report", {"If-None-Match": "*"}, format=form, **PRIVATE).status == 403
    finally:
        state.grants.give("luc.dubois", "stroke-care", "provider/hospital", by="tom", why="came back")


@pytest.mark.slow  # in real Chromium what the first test asks of every answer
@pytest.mark.browser
@pytest.mark.filterwarnings("ignore:reference already known")
def test_going_back_after_logging_out_shows_nothing(browser: Browser, own: Portal) -> None:
    with person(browser, own) as an:
        an.come_in("an.peeters")
        assert an.open("/report?id=stroke-hospitals&indicator=deliveries&year=2018") == 200
        assert any(
            LARGE.fullmatch(re.sub(r"\D", "", one)) for one in tokens(an.page.inner_text("body")) | seen(an.rows())
        )
        an.page.evaluate("fetch('/logout', {redirect: 'manual'})")
        an.page.goto(f"{own.address}/login?lang=en")
        an.page.go_back()
        an.page.wait_for_load_state()
        assert "No access" in an.page.inner_text("body")
        assert not [one for one in tokens(an.page.inner_text("body")) if LARGE.fullmatch(re.sub(r"\D", "", one))]


def seen(rows: list[list[str]]) -> set[str]:
    return {cell for row in rows for cell in row}
