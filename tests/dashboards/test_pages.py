"""Pages over HTTP: refusals, languages, headers against injected scripts, and errors."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.dashboards.portal import Client, Portal
from workbench.publish import DamagedRelease

PRIVATE = "/report?id=stroke-hospitals"


@pytest.mark.parametrize("path", [PRIVATE, "/report/?id=stroke-hospitals", "/report?id=nothing", "/report"])
@pytest.mark.parametrize("login", [None, "els.maes", "lea.simon"])
def test_a_closed_page_is_refused_before_it_is_made(portal: Portal, path: str, login: str | None) -> None:
    before = len(portal.house.visits)
    answer = portal.client(login).get(path)
    assert answer.status == 403
    assert "token" not in answer.text
    assert len(portal.house.visits) == before, "no session was begun"


def test_a_wrong_address_is_said_to_be_wrong(portal: Portal) -> None:
    client = portal.client("mia.janssens")
    assert client.get("/report?id=stroke-hospitals&year=1999").status == 400
    assert client.get("/report?id=stroke-hospitals&release=99").status == 404
    assert client.get("/nowhere").status == 404
    assert client.post("/nowhere").status == 404


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", PRIVATE, "/report?id=stroke-public", "/logout"])
def test_every_page_has_a_policy_against_injected_scripts(portal: Portal, path: str) -> None:
    answer = portal.client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts and "unsafe-eval" not in scripts
    assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
    nonce = re.search(r"'nonce-([^']+)'", scripts)
    for script in re.findall(r"<script[^>]*>", answer.text):
        assert nonce and f'nonce="{nonce.group(1)}"' in script
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    again = portal.client().get(path).headers["Content-Security-Policy"]
    assert not nonce or again != policy, "a nonce is used once"


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/report?id=stroke-public"])
def test_the_page_says_its_language(portal: Portal, path: str, lang: str) -> None:
    link = "&" if "?" in path else "?"
    page = portal.client().get(f"{path}{link}lang={lang}").text
    assert re.findall(r'<html lang="([^"]*)"', page) == [lang]


def test_the_language_of_the_browser_is_used(portal: Portal) -> None:
    page = portal.client().get("/login", headers={"Accept-Language": "de-DE,fr-BE;q=0.8,en;q=0.5"}).text
    assert '<html lang="fr"' in page
    assert '<html lang="nl"' in portal.client().get("/login?lang=xx").text


def test_text_of_the_address_is_escaped(portal: Portal) -> None:
    attack = "<script>alert(1)</script>"
    client = portal.client("an.peeters")
    for answer in (
        client.get("/login", user=attack, next=attack),
        client.get("/report", id=attack),
        client.get("/report", id="stroke-hospitals", hospital=attack),
        client.get("/", lang=attack),
        client.get("/" + attack),
    ):
        assert "<script>alert" not in answer.text


def test_files_of_other_modules_are_not_served(portal: Portal) -> None:
    assert portal.client().get("/components/workbench.errors/Problem/__doc__/x").status == 404
    assert portal.client().get("/components/os/path/_css/x").status == 404
    assert portal.client().get("/assets/../server.py").status in (403, 404)
    assert portal.client().get("/assets/%2e%2e/server.py").status in (403, 404)


def test_an_error_shows_a_reference_number_and_nothing_else(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dashboards.house.read_report", broken)
    client: Client = portal.client("an.peeters")
    answer = client.get(PRIVATE)
    assert answer.status == 500
    assert "secret detail" not in answer.text and "Traceback" not in answer.text
    reference = re.search(r"<strong>([0-9A-F]{8})</strong>", answer.text)
    assert reference and reference.group(1) in caplog.text and "secret detail" in caplog.text
    data = client.get("/api/report", id="stroke-hospitals")
    assert (data.status, data.json()["error"]) == (500, "error")
    assert "secret detail" not in data.text


def test_a_damaged_release_is_an_error_not_a_report(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: Any, **__: Any) -> None:
        raise DamagedRelease("cube.parquet changed")

    monkeypatch.setattr("dashboards.house.read_report", damaged)
    assert portal.client().get("/api/report", id="stroke-public").status == 500
    assert portal.client().get("/report?id=stroke-public").status == 500
