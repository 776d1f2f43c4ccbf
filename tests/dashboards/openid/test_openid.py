"""Log-in by OpenID Connect: whom the provider proves comes in as the state says, and nothing else gets in."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from dashboards.web.base import COOKIE
from dashboards.web.openid.begun import COOKIE as BEGUN
from dashboards.web.openid.settings import Settings
from tests.dashboards.openid.there import CLIENT, SECRET, There, key, ours, sign
from tests.dashboards.portal import PASSWORD, Answer, Client, Portal

REPORT = "/access?view=mine&lang=en"


def leave(client: Client, target: str = REPORT) -> str:
    """Begin a log-in; returns the address that the browser is sent to."""
    answer = client.get("/login/openid", next=target, lang="en")
    assert answer.status == 303, answer.text
    return answer.headers["Location"]


def come(client: Client, address: str) -> Answer:
    return client.get(address.removeprefix(client.address))


def try_in(portal: Portal, there: There, **more: str) -> tuple[Client, Answer]:
    client = portal.client()
    return client, come(client, there.agree(leave(client), **more))


def told(portal: Portal) -> list[tuple[str | None, str, str, dict[str, Any]]]:
    return [(one.who, one.what, one.about, json.loads(one.detail)) for one in portal.house.open_state.audit.entries()]


def test_whom_the_provider_proves_comes_in_with_the_rights_of_the_state(site: tuple[Portal, There]) -> None:
    portal, there = site
    client, answer = try_in(portal, there)
    assert (answer.status, answer.headers["Location"]) == (303, REPORT)
    cookies = [value for name, value in answer.headers.items() if name == "Set-Cookie"]
    assert client.cookie(COOKIE) and client.cookie(BEGUN) is None and cookies
    assert "Mia Janssens" in client.get(REPORT).text
    assert told(portal)[-1][1:] == ("login", "mia.janssens", {"through": there.issuer})
    assert client.get("/logout", headers={"Sec-Fetch-Site": "same-origin"}, lang="en").status == 200
    assert "Mia Janssens" not in client.get(REPORT).text


def test_the_provider_is_asked_for_what_the_standard_says(site: tuple[Portal, There]) -> None:
    portal, there = site
    ours(portal).settings = Settings(there.issuer, CLIENT, "P", SECRET, levels=("high", "higher"))
    asked = dict(parse_qsl(urlsplit(leave(portal.client())).query))
    assert {name: asked[name] for name in ("response_type", "client_id", "scope", "code_challenge_method")} == {
        "response_type": "code", "client_id": CLIENT, "scope": "openid", "code_challenge_method": "S256",
    }  # fmt: skip
    assert asked["redirect_uri"] == f"{portal.address}/login/openid/back"
    assert asked["acr_values"] == "high higher" and asked["ui_locales"] == "en"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32
    again = dict(parse_qsl(urlsplit(leave(portal.client())).query))
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_log_out_leads_to_the_log_out_of_the_provider(site: tuple[Portal, There]) -> None:
    portal, there = site
    client, _ = try_in(portal, there)
    page = client.get("/logout", headers={"Sec-Fetch-Site": "same-origin"}, lang="en").text
    (end,) = re.findall(r'href="(http[^"]*/end[^"]*)"', page)
    asked = dict(parse_qsl(urlsplit(end.replace("&amp;", "&")).query))
    assert asked == {"client_id": CLIENT, "post_logout_redirect_uri": f"{portal.address}/login"}
    assert "Log out at Paspoort &amp; Co" in page
    there.description = {"end_session_endpoint": None}
    ours(portal)._kept.clear()
    client, _ = try_in(portal, there)
    page = client.get("/logout", headers={"Sec-Fetch-Site": "same-origin"}, lang="en").text
    assert "logged out" in page and "Log out at" not in page


def test_who_has_no_name_at_the_provider_logs_out_without_asking_it(site: tuple[Portal, There]) -> None:
    portal, there = site
    page = portal.client("an.peeters").get("/logout", headers={"Sec-Fetch-Site": "same-origin"}, lang="en").text
    assert "Log out at" not in page and not there.asked


def test_log_out_everywhere_ends_what_came_in_by_the_provider(site: tuple[Portal, There]) -> None:
    portal, there = site
    (first, _), (second, _) = try_in(portal, there), try_in(portal, there)
    hidden = re.search(r'name="_xsrf" value="([^"]+)"', second.get("/logout").text)
    assert hidden and second.post("/logout", _xsrf=hidden.group(1), everywhere="yes").status == 200
    assert "Mia Janssens" not in first.get(REPORT).text


def test_a_stranger_learns_what_to_do_and_gets_nothing(site: tuple[Portal, There]) -> None:
    portal, there = site
    there.subject = "<b>stranger"
    client, answer = try_in(portal, there)
    assert answer.status == 403 and "Not known here yet" in answer.text and "&lt;b&gt;stranger" in answer.text
    assert "code=" not in answer.text and "/login?lang=nl" in answer.text  # a code serves once, a link would repeat it
    assert client.cookie(COOKIE) is None
    _, what, about, detail = told(portal)[-1]
    assert (what, about, detail) == ("login.refused", "", {"subject": "<b>stranger", "through": there.issuer})


def test_who_is_no_longer_active_does_not_come_in(site: tuple[Portal, There]) -> None:
    portal, there = site
    people = portal.house.open_state.people
    people.activate("mia.janssens", "test", active=False)
    try:
        client, answer = try_in(portal, there)
    finally:
        people.activate("mia.janssens", "test", active=True)
    assert answer.status == 403 and "out of use" in answer.text and client.cookie(COOKIE) is None


SHARED = OctKey.import_key("x" * 32, {"kid": "first"})
OTHER = key("first")
HOSTILE: dict[str, Callable[[There], None]] = {
    "of another log-in": lambda there: changed(there, nonce="other"),
    "without a nonce": lambda there: changed(there, nonce=None),
    "a list of nonces": lambda there: setattr(there, "claims", lambda c: {**c, "nonce": [c["nonce"], "x"]}),
    "of another provider": lambda there: changed(there, iss="http://localhost:1"),
    "for another client": lambda there: changed(there, aud="other"),
    "for two, given to the other": lambda there: changed(there, aud=[CLIENT, "other"], azp="other"),
    "for two, not said to whom": lambda there: changed(there, aud=[CLIENT, "other"]),
    "given to another party": lambda there: changed(there, azp="other"),
    "over": lambda there: changed(there, exp=int(time.time()) - 120),
    "without an end": lambda there: changed(there, exp=None),
    "without end": lambda there: changed(there, exp=float("inf")),
    "of tomorrow": lambda there: changed(there, iat=int(time.time()) + 86_400),
    "not yet valid": lambda there: changed(there, nbf=int(time.time()) + 3_600),
    "of nobody": lambda there: changed(there, sub=" "),
    "of a number": lambda there: changed(there, sub=7),
    "a name without end": lambda there: changed(there, sub="s" * 256),
    "not signed": lambda there: setattr(there, "signed", lambda claims, _: unsigned(claims)),
    "signed with what both know": lambda there: setattr(there, "signed", lambda c, _: sign(c, SHARED, "HS256")),
    "signed by somebody else": lambda there: setattr(there, "signed", lambda c, _: sign(c, OTHER)),
    "signed with a key that is not published": lambda there: setattr(
        there, "signed", lambda c, _: sign(c, key("unknown"))
    ),
    "changed afterwards": lambda there: setattr(there, "signed", lambda c, t: sign(c, t.keys[-1])[:-4] + "AAAA"),
    "no token": lambda there: setattr(there, "signed", lambda c, t: "not.a.token"),
    "a long token": lambda there: changed(there, more="x" * 20_000),
}


def changed(there: There, **other: Any) -> None:
    there.claims = lambda claims: {name: one for name, one in {**claims, **other}.items() if one is not None}


def unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(one).encode() for one in ({"alg": "none", "kid": "first"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts), ""])


@pytest.mark.parametrize("what", HOSTILE)
def test_a_token_that_proves_nothing_lets_nobody_in(site: tuple[Portal, There], what: str) -> None:
    portal, there = site
    HOSTILE[what](there)
    client, answer = try_in(portal, there)
    assert answer.status == 403 and "could not be proven" in answer.text, answer.text
    assert client.cookie(COOKIE) is None and "Mia Janssens" not in client.get(REPORT).text
    _, name, about, detail = told(portal)[-1]
    assert (name, about, detail["through"]) == ("login.refused", "", there.issuer) and detail["why"]


def test_a_token_for_several_that_names_us_as_its_party_is_taken(site: tuple[Portal, There]) -> None:
    portal, there = site
    changed(there, aud=["other", CLIENT], azp=CLIENT)
    assert try_in(portal, there)[1].status == 303


@pytest.mark.parametrize(("level", "status"), [("high", 303), ("low", 403), (None, 403)])
def test_a_level_that_is_demanded_is_looked_at(site: tuple[Portal, There], level: str | None, status: int) -> None:
    portal, there = site
    ours(portal).settings = Settings(there.issuer, CLIENT, "P", SECRET, levels=("high",))
    changed(there, acr=level)
    assert try_in(portal, there)[1].status == status


def test_a_code_serves_once_and_only_the_browser_that_asked_for_it(site: tuple[Portal, There]) -> None:
    portal, there = site
    client = portal.client()
    back = there.agree(leave(client))
    thief = portal.client()
    assert come(thief, back).status == 403 and not thief.cookie(COOKIE)  # no log-in was begun there
    leave(thief)
    assert come(thief, back).status == 403 and not thief.cookie(COOKIE)  # another one was
    kept = client.cookie(BEGUN)
    assert come(client, back).status == 303
    assert come(client, back).status == 403  # its cookie is gone
    copied = portal.client().get(back.removeprefix(portal.address), headers={"Cookie": f"{BEGUN}={kept}"})
    assert copied.status == 403 and "Set-Cookie" not in {name for name in copied.headers if COOKIE in str(name)}


def test_a_victim_is_not_logged_in_as_the_attacker(site: tuple[Portal, There]) -> None:
    """A link with the attacker's own code, sent to somebody who has begun nothing, or something else."""
    portal, there = site
    attacker, victim = portal.client(), portal.client()
    back = there.agree(leave(attacker))
    leave(victim)
    answer = come(victim, back)
    assert answer.status == 403 and "another window" in answer.text and victim.cookie(COOKIE) is None


def made(**other: Any) -> str:
    usual = {"state": "s", "nonce": "n", "verifier": "v", "target": "/", "lang": "en", "at": int(time.time())}
    return base64.urlsafe_b64encode(json.dumps({**usual, **other}).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "other", [{"at": 10**400}, {"at": -1}, {"state": "\ud800"}, {"verifier": "\ud800"}, {"lang": 7}]
)
def test_a_cookie_that_is_nearly_right_opens_nothing(site: tuple[Portal, There], other: dict[str, Any]) -> None:
    portal, _ = site
    headers = {"Cookie": f"{BEGUN}={made(**other)}"}
    answer = portal.client().get("/login/openid/back?code=x&state=s&lang=en", headers=headers)
    assert answer.status == 403 and "another window" in answer.text


@pytest.mark.parametrize("cookie", ["", "x", "e30", "eyJhIjoxfQ", "W10", "bnVsbA", "\u00e9", "A" * 4_000, "%00"])
def test_a_cookie_of_ones_own_making_opens_nothing(site: tuple[Portal, There], cookie: str) -> None:
    portal, _ = site
    headers = {"Cookie": f"{BEGUN}={cookie}".encode().decode("latin-1")}
    answer = portal.client().get("/login/openid/back?code=x&state=", headers=headers)
    assert answer.status == 403 and COOKIE not in answer.headers.get("Set-Cookie", "")


def test_a_log_in_that_was_begun_long_ago_is_over(site: tuple[Portal, There]) -> None:
    portal, there = site
    client = portal.client()
    back = there.agree(leave(client))
    ours(portal).clock = lambda: time.time() + 601
    try:
        answer = come(client, back)
    finally:
        ours(portal).clock = time.time
    assert answer.status == 403 and "tien minuten geleden" in answer.text


def test_another_provider_cannot_send_people_back(site: tuple[Portal, There]) -> None:
    portal, there = site
    assert try_in(portal, there, iss="https://other.example")[1].status == 403
    assert try_in(portal, there, iss=there.issuer)[1].status == 303
    there.description = {"authorization_response_iss_parameter_supported": True}
    ours(portal)._kept.clear()
    assert try_in(portal, there)[1].status == 403
    assert try_in(portal, there, iss=there.issuer)[1].status == 303


def test_who_thinks_better_of_it_is_told_so_in_the_language_of_before(site: tuple[Portal, There]) -> None:
    portal, _ = site
    client = portal.client()
    address = client.get("/login/openid", lang="fr").headers["Location"]
    state = dict(parse_qsl(urlsplit(address).query))["state"]
    answer = client.get(f"/login/openid/back?error=access_denied&error_description=%3Cb%3E&state={state}")
    assert answer.status == 403 and "interrompue" in answer.text and "<b>" not in answer.text


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/" + "a" * 2_000]
)
def test_one_is_not_led_elsewhere(site: tuple[Portal, There], target: str) -> None:
    portal, there = site
    client = portal.client()
    assert come(client, there.agree(leave(client, target))).headers["Location"] == "/?lang=en"


def test_new_keys_of_the_provider_are_learnt_and_not_asked_for_without_end(site: tuple[Portal, There]) -> None:
    portal, there = site
    assert try_in(portal, there)[1].status == 303
    there.keys = [*there.keys, RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})]
    there.signed = lambda claims, one: sign(claims, one.keys[-1], "RS256")
    assert try_in(portal, there)[1].status == 403  # asked for a moment ago
    ours(portal).clock = lambda: time.time() + 61
    try:
        assert try_in(portal, there)[1].status == 303
        for _ in range(3):
            there.signed = lambda claims, one: sign(claims, key("made up"))
            assert try_in(portal, there)[1].status == 403
    finally:
        ours(portal).clock = time.time
    assert there.asked.count("jwks") == 2


WRONG: dict[str, tuple[str, Any]] = {
    "an error": (".well-known/openid-configuration", 500),
    "a redirect": (".well-known/openid-configuration", 302),
    "no JSON": (".well-known/openid-configuration", "<html>"),
    "a list": (".well-known/openid-configuration", "[]"),
    "nested without end": (".well-known/openid-configuration", "[" * 90_000),
    "without end": (".well-known/openid-configuration", "x" * 300_000),
    "another name": (".well-known/openid-configuration", '{"issuer": "https://other.example"}'),
    "no keys": ("jwks", "{}"),
    "keys of no kind": ("jwks", '{"keys": [{"kty": "x"}]}'),
    "broken keys": ("jwks", '{"keys": [{"kty": "EC", "crv": "P-256", "x": "1", "y": 2}]}'),
    "a redirected token": ("token", 302),
    "a broken token": ("token", 500),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_provider_that_answers_wrongly_is_said_to_be_silent(site: tuple[Portal, There], what: str) -> None:
    portal, there = site
    wrong, answer = WRONG[what]
    there.answer = lambda path: answer if path == wrong else None
    client = portal.client()
    left = client.get("/login/openid", lang="en")
    if left.status == 303:
        left = come(client, there.agree(left.headers["Location"]))
    assert left.status == 503 and "does not answer at the moment" in left.text and 'name="password"' in left.text
    assert "elsewhere" not in there.asked and client.cookie(COOKIE) is None


@pytest.mark.parametrize("unsafe", ["http://there.example/token", "ftp://x", "https://me@there.example", "", None, 7])
def test_a_secret_is_not_sent_to_an_unsafe_address(site: tuple[Portal, There], unsafe: Any) -> None:
    portal, there = site
    there.description = {"token_endpoint": unsafe}
    assert portal.client().get("/login/openid", lang="en").status == 503


def test_others_go_on_while_the_provider_is_slow_and_a_dead_one_is_told_soon(
    site: tuple[Portal, There], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal, there = site
    monkeypatch.setattr("dashboards.web.openid.provider.WHOLE", 1.5)
    there.answer = lambda path: 30.0
    found = list[Answer]()
    waiting = threading.Thread(target=lambda: found.append(portal.client().get("/login/openid", lang="en")))
    waiting.start()
    while not there.asked:
        time.sleep(0.01)
    assert portal.client("an.peeters").get("/access", view="mine").status == 200
    assert not found, "others were answered while this one waited"
    waiting.join(20)
    assert found[0].status == 503 and "does not answer" in found[0].text
    ours(portal).settings = Settings("http://localhost:9", CLIENT, "P", SECRET)  # nobody listens there
    ours(portal)._kept.clear()
    assert portal.client().get("/login/openid").status == 503


def test_several_slow_answers_have_no_more_time_than_one(
    site: tuple[Portal, There], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal, there = site
    client = portal.client()
    back = there.agree(leave(client))
    monkeypatch.setattr("dashboards.web.openid.provider.WHOLE", 0.6)
    there.pause = 0.4  # each answer is in time, token and keys together are not
    answer = come(client, back)
    assert answer.status == 503 and "does not answer" in answer.text and client.cookie(COOKIE) is None


def test_passwords_are_not_taken_where_only_the_provider_counts(site: tuple[Portal, There]) -> None:
    portal, there = site
    open_page = portal.client().get("/login", lang="en").text
    assert 'name="password"' in open_page and "Log in with Paspoort &amp; Co" in open_page
    hidden = re.search(r'name="_xsrf" value="([^"]+)"', open_page)
    ours(portal).settings = Settings(there.issuer, CLIENT, "Paspoort & Co", SECRET, only=True)
    client = portal.client()
    page = client.get("/login", lang="en").text
    assert 'name="password"' not in page and "Log in with Paspoort &amp; Co" in page
    token = client.cookie("_xsrf") or (hidden and hidden.group(1)) or ""
    answer = client.post("/login?lang=en", _xsrf=token, login="mia.janssens", password=PASSWORD)
    assert answer.status == 403 and client.cookie(COOKIE) is None


def test_without_a_provider_there_is_nothing_of_it(portal: Portal) -> None:
    for path in ("/login/openid", "/login/openid/back"):
        assert portal.client().get(path, code="x", state="x").status == 404
    assert "/login/openid" not in portal.client().get("/login").text


def test_nothing_of_a_log_in_stands_in_the_log(site: tuple[Portal, There], caplog: pytest.LogCaptureFixture) -> None:
    portal, there = site
    caplog.set_level("DEBUG")
    client = portal.client()
    address = leave(client)
    asked, back = dict(parse_qsl(urlsplit(address).query)), there.agree(address)
    come(client, back)
    HOSTILE["changed afterwards"](there)
    try_in(portal, there)
    secret = [SECRET, asked["state"], asked["nonce"], dict(parse_qsl(urlsplit(back).query))["code"]]
    lines = [one.getMessage() for one in caplog.records if not one.name.startswith("tornado.access")]
    assert lines and not [one for one in secret for line in lines if one in line]
