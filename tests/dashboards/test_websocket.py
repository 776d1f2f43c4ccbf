"""The websocket and what leads to it: a page belongs to the log-in it was served to."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest
from bokeh.util.token import generate_jwt_token

from dashboards.web.base import COOKIE
from tests.dashboards.portal import Portal
from tests.dashboards.sockets import connect, page_token

PRIVATE = "/report?id=stroke-hospitals"


def test_the_own_websocket_opens(portal: Portal) -> None:
    client = portal.client("an.peeters")
    page = client.get(PRIVATE)
    assert page.status == 200
    first = connect(portal, "/report/ws", page_token(page.text), client.cookie(COOKIE))
    assert "ACK" in first


def test_a_page_token_serves_nobody_else(portal: Portal) -> None:
    """Whoever copies a token, from a log say, has nothing without the cookie that goes with it."""
    owner, other = portal.client("an.peeters"), portal.client("luc.dubois")
    token = page_token(owner.get(PRIVATE).text)
    assert connect(portal, "/report/ws", token) == 403
    assert connect(portal, "/report/ws", token, other.cookie(COOKIE)) == 403
    assert connect(portal, "/report/ws", token, "forged") == 403
    assert "ACK" in connect(portal, "/report/ws", token, owner.cookie(COOKIE))


def test_a_token_of_the_public_page_does_not_open_another_page(portal: Portal) -> None:
    token = page_token(portal.client().get("/").text)
    assert connect(portal, "/report/ws?id=stroke-hospitals", token) == 403
    assert connect(portal, "/report/ws", "made up") == 403
    assert connect(portal, "/report/ws", "") == 403
    assert "ACK" in connect(portal, "/ws", token)


def test_a_websocket_from_another_site_is_refused(portal: Portal) -> None:
    client = portal.client("an.peeters")
    token = page_token(client.get(PRIVATE).text)
    cookie = client.cookie(COOKIE)
    assert connect(portal, "/report/ws", token, cookie, origin="http://evil.example") == 403


def test_a_token_signed_by_another_is_refused(portal: Portal) -> None:
    for signed in (True, False):
        forged = generate_jwt_token("chosen-by-the-client", secret_key=b"guess", signed=signed)
        assert connect(portal, "/report/ws", forged) == 403


def test_logging_out_closes_the_websocket_door(portal: Portal) -> None:
    client = portal.client("an.peeters")
    cookie = client.cookie(COOKIE)
    token = page_token(client.get(PRIVATE).text)
    client.get("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert connect(portal, "/report/ws", token, cookie) == 403


@pytest.mark.parametrize("path", ["/autoload.js", "/report/autoload.js", "/metadata", "/report/metadata"])
@pytest.mark.parametrize("login", [None, "mia.janssens"])
def test_routes_that_nobody_needs_do_not_exist(portal: Portal, path: str, login: str | None) -> None:
    query = {"bokeh-autoload-element": "1", "id": "stroke-hospitals"}
    answer = portal.client(login).get(path, **query)
    assert answer.status == 404
    assert "token" not in answer.text


def test_the_client_cannot_choose_a_session(portal: Portal) -> None:
    """A session id in the address or a header would let one page be slipped into another browser."""
    victim = portal.client("mia.janssens")
    token = page_token(victim.get(PRIVATE).text)
    for given in ({"bokeh-session-id": "chosen"}, {"bokeh-token": token}):
        page = portal.client().get(f"/report?{urlencode({'id': 'stroke-public', **given})}")
        assert page.status == 400 or page_token(page.text) != token
    page = portal.client().get("/", headers={"Bokeh-Session-Id": "chosen"})
    assert "chosen" not in page.text
    assert page_token(page.text) != token


def test_a_page_holds_no_cookie_of_its_reader(portal: Portal) -> None:
    client = portal.client("an.peeters")
    page = client.get(PRIVATE).text
    secret = client.cookie(COOKIE)
    assert secret
    payload = base64.urlsafe_b64decode(page_token(page).split(".")[0] + "==")
    for text in (page, payload.decode(errors="replace")):
        assert secret not in text and COOKIE not in text
