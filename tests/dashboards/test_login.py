"""Logging in and out: cookies, forms, and whom they lead where."""

from __future__ import annotations

import re

import pytest

from dashboards.web.base import COOKIE
from dashboards.web.login import in_language, safe_next
from tests.dashboards.portal import PASSWORD, Portal

PRIVATE = "/report?id=stroke-hospitals"


@pytest.mark.parametrize(
    "cookie",
    ["", "forged", "an.peeters", "2|1:0|10:1700000000|17:workbench_session|12:YW4ucGVldGVycw==|" + "0" * 64, "%"],
)
def test_a_forged_cookie_is_nobody(portal: Portal, cookie: str) -> None:
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    assert portal.client().get("/api/report", headers=headers, id="stroke-hospitals").status == 403
    assert portal.client().get(PRIVATE, headers=headers).status == 403
    assert portal.client().get("/api/report", headers=headers, id="stroke-public").status == 200


def test_a_changed_cookie_is_nobody(portal: Portal) -> None:
    cookie = portal.client("an.peeters").cookie(COOKIE)
    assert cookie
    last = "0" if cookie[-1] != "0" else "1"
    for changed in (cookie[:-1] + last, cookie + "0", cookie[:-4], cookie.swapcase()):
        headers = {"Cookie": f"{COOKIE}={changed}"}
        assert portal.client().get("/api/report", headers=headers, id="stroke-hospitals").status == 403


def test_a_copied_cookie_ends_with_the_log_in(portal: Portal) -> None:
    client = portal.client("an.peeters")
    copied = {"Cookie": f"{COOKIE}={client.cookie(COOKIE)}"}
    assert portal.client().get("/api/report", headers=copied, id="stroke-hospitals").status == 200
    assert client.get("/logout", headers={"Sec-Fetch-Site": "same-origin"}).status == 200
    assert portal.client().get("/api/report", headers=copied, id="stroke-hospitals").status == 403


def test_logging_in_again_ends_the_log_in_before(portal: Portal) -> None:
    client = portal.client("an.peeters")
    first = client.cookie(COOKIE)
    client.log_in("luc.dubois", PASSWORD)
    assert client.cookie(COOKIE) != first
    headers = {"Cookie": f"{COOKIE}={first}"}
    assert portal.client().get("/api/report", headers=headers, id="stroke-hospitals").status == 403


@pytest.mark.parametrize(
    ("target", "inside"),
    [
        ("/report?id=stroke-public", "/report?id=stroke-public"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/a\nb", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_logging_in_one_stays_in_the_portal(target: str, inside: str) -> None:
    assert safe_next(target) == inside


def test_the_log_in_leads_to_the_page_that_was_asked(portal: Portal) -> None:
    client = portal.client()
    answer = client.log_in("an.peeters", PASSWORD, next="/report?id=stroke-hospitals&year=2018")
    assert (answer.status, answer.headers["Location"]) == (303, "/report?id=stroke-hospitals&year=2018&lang=nl")
    cookies = [cookie for cookie in client.jar if cookie.name == COOKIE]
    assert cookies[0].has_nonstandard_attr("HttpOnly")
    assert cookies[0].get_nonstandard_attr("SameSite") == "Lax"


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/", "/?lang=fr"),
        ("/report?id=a+b&lang=en", "/report?id=a+b&lang=en"),
        ("/report?id=x", "/report?id=x&lang=fr"),
    ],
)
def test_the_language_of_the_form_is_kept(target: str, address: str) -> None:
    assert in_language(target, "fr") == address


def test_a_failed_log_in_keeps_the_way_back(portal: Portal) -> None:
    answer = portal.client().log_in("an.peeters", "wrong password", next=PRIVATE)
    assert answer.status == 403
    assert f'name="next" value="{PRIVATE}"' in answer.text
    assert 'role="alert"' in answer.text


def test_a_log_in_form_from_another_site_is_refused(portal: Portal) -> None:
    client = portal.client()
    client.get("/login")
    assert client.post("/login", login="an.peeters", password=PASSWORD).status == 403
    assert client.post("/login", login="an.peeters", password=PASSWORD, _xsrf="made up").status == 403
    assert client.cookie(COOKIE) is None


def test_a_link_on_another_site_does_not_log_out(portal: Portal) -> None:
    client = portal.client("an.peeters")
    for site in ("cross-site", "none", "same-site"):
        assert "<form" in client.get("/logout", headers={"Sec-Fetch-Site": site}).text
    assert client.post("/logout").status == 403
    assert client.get("/api/report", id="stroke-hospitals").status == 200


def test_guessing_is_slowed_down(portal: Portal) -> None:
    client = portal.client()
    answers = [client.log_in("nobody.here", f"guess {number}").status for number in range(6)]
    assert answers == [403] * 5 + [429]
    assert portal.client("kobe.jacobs").cookie(COOKIE), "others may still log in"


def test_logging_out_everywhere_needs_the_own_form(portal: Portal) -> None:
    """Two browsers of one person: the button in one ends both; a form from another site ends neither."""
    here, there = portal.client("jef.wouters"), portal.client("jef.wouters")
    assert there.post("/logout", everywhere="yes").status == 403
    page = here.get("/access", view="mine", lang="en").text
    assert "logged in in 2 browsers" in page
    hidden = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert hidden
    assert (
        here.get("/api/report", id="stroke-hospitals").status == there.get("/api/report", id="stroke-hospitals").status
    )
    assert here.post("/logout", everywhere="yes", _xsrf=hidden.group(1)).status == 200
    cookie = {"Cookie": f"{COOKIE}={there.cookie(COOKIE)}"}
    assert portal.client().get("/access", headers=cookie).status == 403
    assert there.get("/access").status == 403
