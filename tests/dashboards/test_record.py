"""What the portal tells the audit log, and that nothing is shown when it cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.portal import Portal, with_release

PRIVATE = "stroke-hospitals"


@pytest.fixture(scope="module")
def own(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose rights may be changed."""
    with with_release(repo_root, tmp_path_factory.mktemp("own")) as portal:
        yield portal


def told(portal: Portal, after: int) -> list[tuple[str, str, str]]:
    return [(one.who, one.what, one.about) for one in portal.house.open_state.audit.entries() if one.number > after]


def test_every_look_at_a_report_is_told(own: Portal) -> None:
    log = own.house.open_state.audit
    before = log.receipt().number
    client = own.client("an.peeters")
    client.get(f"/report?id={PRIVATE}")
    client.get("/api/report", id=PRIVATE, format="csv", year="2018")
    client.get("/api/report", id=PRIVATE, hospital="902")
    client.get("/report?id=stroke-individual-of-nobody")
    client.get("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    own.client().get(f"/report?id={PRIVATE}")
    own.client().get("/report?id=stroke-public")
    assert told(own, before) == [
        ("an.peeters", "login", "an.peeters"),
        ("an.peeters", "report.opened", PRIVATE),
        ("an.peeters", "report.exported", PRIVATE),
        ("an.peeters", "report.refused", PRIVATE),
        ("an.peeters", "report.refused", "stroke-individual-of-nobody"),
        ("an.peeters", "logout", "an.peeters"),
        ("-", "report.refused", PRIVATE),
        ("-", "report.opened", "stroke-public"),
    ]
    exported = next(log.entries(what=["report.exported"]))
    assert exported.details["year"] == "2018" and exported.details["format"] == "csv"
    assert (exported.details["release"], exported.details["study"]) == ("1", "stroke-care")
    assert log.verify() is None


def test_a_failed_log_in_is_told_without_what_was_typed(own: Portal) -> None:
    """Who types the password in the field of the name would find it in the log for ever."""
    before = own.house.open_state.audit.receipt().number
    client = own.client()
    client.log_in("els.maes", "guess")
    client.log_in("my secret password", "els.maes")
    assert told(own, before) == [("-", "login.refused", "els.maes"), ("-", "login.refused", "")]


def test_what_cannot_be_told_is_not_shown(own: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client = own.client("an.peeters")

    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(type(own.house.open_state.audit), "write", full)
    for answer in (client.get(f"/report?id={PRIVATE}"), client.get("/api/report", id=PRIVATE)):
        assert answer.status == 500 and "901" not in answer.text
    monkeypatch.undo()
    assert client.get("/api/report", id=PRIVATE).status == 200


def test_a_right_withdrawn_holds_at_the_next_look(own: Portal) -> None:
    client, state = own.client("luc.dubois"), own.house.open_state
    assert client.get("/api/report", id=PRIVATE).status == 200
    (grant,) = [one for one in state.grants.current() if one.person == "luc.dubois"]
    state.grants.withdraw(grant.id, by="tom", why="left")
    assert client.get("/api/report", id=PRIVATE).status == 403
    assert client.get(f"/report?id={PRIVATE}").status == 403
    state.grants.give("luc.dubois", "stroke-care", "provider/hospital", by="tom", why="came back")
    assert client.get("/api/report", id=PRIVATE).status == 200


def test_who_is_no_longer_active_is_nobody(own: Portal) -> None:
    client, people = own.client("sara.mertens"), own.house.open_state.people
    assert client.get("/api/report", id="stroke-deliveries").status == 200
    people.activate("sara.mertens", "tom", active=False)
    assert client.get("/api/report", id="stroke-deliveries").status == 403
    assert own.client().log_in("sara.mertens", "only for tests").status == 403
    people.activate("sara.mertens", "tom", active=True)
    assert client.get("/api/report", id="stroke-deliveries").status == 200


def test_a_lesser_profile_holds_at_the_next_look(own: Portal) -> None:
    """The sponsor of all hospitals becomes the sponsor of registrations in the middle of a session."""
    client, state = own.client("mia.janssens"), own.house.open_state
    every = client.get("/api/report", id=PRIVATE, year="2018").json()
    assert len({row["hospital"] for row in every["rows"]}) > 2
    state.grants.give("mia.janssens", "stroke-care", "sponsor/individual", by="nora", why="another task")
    answer = client.get("/api/report", id=PRIVATE, year="2018")
    assert answer.status == 403 and "rows" not in answer.text
    assert client.get("/api/report", id="stroke-deliveries").status == 200
    state.grants.give("mia.janssens", "stroke-care", "sponsor/hospital", by="nora", why="as before")
    assert client.get("/api/report", id=PRIVATE, year="2018").status == 200
