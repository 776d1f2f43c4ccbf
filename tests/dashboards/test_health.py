"""Health and metrics: right for who keeps the machine, nothing for others, and no personal data in any of it."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from dashboards.web.health import TOKEN_VARIABLE, page_of
from tests.dashboards.portal import Portal, wait_until


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"{name} is not among the figures"
    return float(found.group(1))


def test_it_says_that_it_is_well_and_what_is_not(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = portal.client().get("/health")
    assert (answer.status, answer.json()) == (200, {"status": "ok"})

    def away(*_: Any) -> int:
        raise OSError("connection refused at db.internal:5432 by user secret")

    monkeypatch.setattr(type(portal.house.open_state.people), "changes", away)
    answer = portal.client().get("/health")
    assert (answer.status, answer.json()) == (503, {"status": "down", "what": "state"})
    assert "secret" not in answer.text
    monkeypatch.undo()
    assert portal.client().get("/health").status == 200, "gone and back"


def test_requests_are_counted_by_page_and_status(portal: Portal) -> None:
    client = portal.client("an.peeters")
    before = client.get("/metrics").text
    for _ in range(3):
        assert client.get("/report?id=stroke-hospitals").status == 200
    client.get("/report?id=nothing")
    client.get("/whatever/an.peeters")
    after = client.get("/metrics").text

    def grown(name: str) -> float:
        start = re.search(rf"^{re.escape(name)} (\S+)$", before, re.MULTILINE)
        return figure(after, name) - (float(start.group(1)) if start else 0)

    assert grown('workbench_requests_total{page="/report",status="200"}') == 3
    assert grown('workbench_requests_total{page="/report",status="403"}') == 1
    assert grown('workbench_requests_total{page="other",status="404"}') == 1
    assert grown('workbench_request_seconds_count{page="/report"}') == 4
    assert figure(after, "workbench_log_ins") >= 1
    assert figure(after, "workbench_audit_entries") == portal.house.open_state.audit.receipt().number
    assert "an.peeters" not in after and "stroke" not in after


def test_figures_are_for_this_machine_or_for_who_has_the_token(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client = portal.client()
    for header in ("X-Forwarded-For", "X-Real-Ip", "Forwarded"):
        assert client.get("/metrics", headers={header: "203.0.113.9"}).status == 404
    monkeypatch.setenv(TOKEN_VARIABLE, "a long token")
    assert client.get("/metrics").status == 404
    for wrong in ("Bearer", "Bearer a long", "a long token", "Bearer é"):
        assert client.get("/metrics", headers={"Authorization": wrong.encode("utf-8").decode("latin-1")}).status == 404
    right = {"Authorization": "Bearer a long token", "X-Forwarded-For": "203.0.113.9"}
    assert client.get("/metrics", headers=right).status == 200


def test_the_line_of_a_request_names_nobody(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    def lines() -> set[tuple[str, str, int]]:
        """What was said; the server says it after the answer has left, so the last line may still be on its way."""
        said = [json.loads(one.getMessage()) for one in caplog.records if one.name == "workbench.requests"]
        return {(one["method"], one["page"], one["status"]) for one in said}

    client = portal.client("an.peeters")
    with caplog.at_level(logging.INFO):
        client.get("/report?id=stroke-hospitals&hospital=901")
        client.get("/access?view=people&person=els.maes")
        wait_until(lambda: {("GET", "/report", 200), ("GET", "/access", 200)} <= lines())
    every = " ".join(one.getMessage() for one in caplog.records if one.name.startswith("workbench"))
    every = re.sub(r'"ms": \d+', "", every)  # by chance they may be any number
    assert not any(word in every for word in ("els.maes", "an.peeters", "901", "127.0.0.1", "stroke-hospitals"))


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "/"),
        ("/report/", "/report"),
        ("/access", "/access"),
        ("/api/report", "/api/"),
        ("/assets/pages.css", "/assets/"),
        ("/report/els.maes", "other"),
        ("//evil", "other"),
        ("", "/"),
    ],
)
def test_addresses_become_few_names(path: str, page: str) -> None:
    assert page_of(path) == page
