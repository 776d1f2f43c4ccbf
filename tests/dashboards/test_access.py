"""The page of rights over HTTP: who sees and does what, by every door."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboards.access.acts import ACTS
from dashboards.access.log import COLUMNS, MOST
from dashboards.web.access import DONE, VIEWS
from tests.dashboards.portal import Answer, Client, Portal, with_release
from workbench.main.audits import verified
from workbench.state.tables import today

SOON = (today() + timedelta(days=20)).isoformat()


@pytest.fixture(scope="module")
def shared(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with a release, started once: starting takes a second."""
    with with_release(repo_root, tmp_path_factory.mktemp("rights")) as portal:
        yield portal


@pytest.fixture
def own(shared: Portal) -> Iterator[Portal]:
    """The portal, of which each test may change the rights: afterwards they are put back."""
    state = shared.house.open_state
    before = [(one.person, one.collection, one.profile) for one in state.grants.current()]
    yield shared
    for request in state.grants.requests(waiting=True):
        state.grants.take_back(request.id, by=request.person)
    for grant in state.grants.current():
        state.grants.withdraw(grant.id, by="test", why="put back")
    for person, collection, profile in before:
        state.grants.give(person, collection, profile, by="test", why="put back")


def act(client: Client, name: str, **fields: str) -> Answer:
    """Send a form as the page would, with its hidden field."""
    hidden = re.search(r'name="_xsrf" value="([^"]+)"', client.get("/access", view="mine").text)
    value = hidden.group(1) if hidden else ""
    if not value:  # an organisation without profiles has no form: the cookie is there all the same
        found = re.search(r'name="_xsrf" value="([^"]+)"', client.get("/login").text)
        value = found.group(1) if found else ""
    return client.post("/access", _xsrf=value, act=name, **fields)


def ask(client: Client, **more: str) -> Answer:
    wish = {"collection": "breast-clinics", "profile": "provider/hospital", "ends": SOON, "why": "I coordinate"}
    return act(client, "ask", **{**wish, **more})


def held(portal: Portal, login: str) -> dict[str, str]:
    return {one.collection: one.profile for one in portal.house.open_state.grants.current() if one.person == login}


def test_the_acts_and_their_answers_are_the_same() -> None:
    assert set(ACTS) == set(DONE)


def test_from_request_to_report_and_back(own: Portal) -> None:
    els, manager, state = own.client("els.maes"), own.client("an.peeters"), own.house.open_state
    start = state.audit.receipt().number
    assert els.get("/api/report", id="stroke-hospitals").status == 403
    assert ask(els, collection="stroke-care").status == 303
    assert "I coordinate" in manager.get("/access", view="requests", lang="en").text
    assert els.get("/api/report", id="stroke-hospitals").status == 403, "asking gives nothing"
    (request,) = state.grants.requests(waiting=True)
    answer = act(manager, "approve", id=str(request.id), profile="provider/hospital", ends=SOON)
    assert (answer.status, "done=approve" in answer.headers["Location"]) == (303, True)
    assert els.get("/api/report", id="stroke-hospitals").status == 200
    grant = next(one for one in state.grants.current() if one.person == "els.maes")
    assert (grant.ends or today()).isoformat() == SOON and grant.by == "an.peeters"
    assert act(manager, "withdraw", id=str(grant.id), why="changed task").status == 303
    assert els.get("/api/report", id="stroke-hospitals").status == 403
    assert "changed task" in els.get("/access", view="mine", lang="en").text
    assert [one.what for one in state.audit.entries() if one.number > start and one.what.startswith("access.")] == [
        "access.asked", "access.withdrawn", "access.given", "access.withdrawn",
    ]  # fmt: skip


@pytest.mark.parametrize("login", ["", "els.maes", "luc.dubois", "nora.willems", "ben.maertens", "mia.janssens"])
def test_only_the_access_manager_of_the_organisation_decides(own: Portal, login: str) -> None:
    """Every act on people of another organisation, and by people without the duty, is refused and changes nothing."""
    els = own.client("els.maes")
    ask(els)
    state = own.house.open_state
    (request,) = state.grants.requests(waiting=True)
    grant = next(one for one in state.grants.current() if one.person == "kobe.jacobs")
    client = own.client(login or None)
    before = state.people.changes()
    for name, fields in {
        "approve": {"id": str(request.id), "profile": "provider/hospital", "ends": SOON},
        "refuse": {"id": str(request.id), "why": "no"},
        "give": {
            "person": "kobe.jacobs",
            "collection": "breast-clinics",
            "profile": "provider/hospital",
            "ends": SOON,
            "why": "x",
        },
        "withdraw": {"id": str(grant.id), "why": "x"},
        "keep": {"id": str(grant.id), "ends": SOON},
        "deactivate": {"person": "kobe.jacobs"},
        "activate": {"person": "kobe.jacobs"},
        "nonsense": {},
    }.items():
        assert act(client, name, **fields).status == 403, name
    assert state.people.changes() == before
    assert state.grants.request(request.id).state == "waiting"


def test_nobody_becomes_a_sponsor_through_a_hospital_or_decides_on_themselves(own: Portal) -> None:
    manager = own.client("an.peeters")
    wish = {"collection": "stroke-care", "ends": SOON, "why": "x"}
    assert act(manager, "give", person="els.maes", profile="sponsor/hospital", **wish).status == 403
    assert act(manager, "give", person="an.peeters", profile="provider/hospital", **wish).status == 403
    assert ask(own.client("els.maes"), profile="sponsor/hospital").status == 403
    assert ask(own.client("lea.simon")).status == 403, "her organisation holds no profile"
    assert held(own, "els.maes") == {"stroke-care": "provider/individual"}
    assert own.house.open_state.grants.requests(waiting=True) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"why": " "}, "Write a reason"),
        ({"ends": ""}, "Choose an end date"),
        ({"ends": "soon"}, "Choose an end date"),
        ({"ends": "2020-01-01"}, "Choose an end date"),
        ({"ends": "2199-01-01"}, "Choose an end date"),
        ({"profile": "emperor"}, "Choose a profile"),
        ({"profile": "public"}, "not yours to decide"),
        ({"collection": "../etc"}, "Choose a data collection"),
    ],
)
def test_what_is_wrong_in_a_form_is_said_and_what_was_typed_stays(
    own: Portal, wrong: dict[str, str], said: str
) -> None:
    client = own.client("els.maes")
    hidden = re.search(r'name="_xsrf" value="([^"]+)"', client.get("/access").text)
    assert hidden
    fields = {"collection": "breast-clinics", "profile": "provider/hospital", "ends": SOON, "why": "kept <b>text</b>"}
    answer = client.post("/access?view=mine&lang=en", _xsrf=hidden.group(1), act="ask", **{**fields, **wrong})
    assert answer.status in (400, 403) and said in answer.text and 'role="alert"' in answer.text
    if "why" not in wrong:
        assert "kept &lt;b&gt;text&lt;/b&gt;" in answer.text
    assert own.house.open_state.grants.requests(waiting=True) == []


def test_a_form_from_another_site_is_refused(own: Portal) -> None:
    client = own.client("els.maes")
    client.get("/access")
    fields = {"act": "ask", "collection": "breast-clinics", "profile": "provider/hospital", "ends": SOON, "why": "x"}
    assert client.post("/access", **fields).status == 403
    assert client.post("/access", _xsrf="made up", **fields).status == 403
    assert own.house.open_state.grants.requests(waiting=True) == []


def test_what_somebody_types_never_acts_as_markup(own: Portal) -> None:
    els, manager = own.client("els.maes"), own.client("an.peeters")
    assert ask(els, why='"><script>alert(1)</script>').status == 303
    for client, view in ((els, "mine"), (manager, "requests")):
        page = client.get("/access", view=view).text
        assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_everyone_sees_what_is_theirs_and_no_more(own: Portal) -> None:
    assert own.client().get("/access").status == 403
    reader = own.client("els.maes")
    for view in VIEWS:
        page = reader.get("/access", view=view, lang="en", person="an.peeters").text
        assert "What you may see" in page and "Quality coordinator" not in page and "An Peeters</a>" not in page
    manager = own.client("an.peeters").get("/access", view="people", lang="en").text
    assert "Els Maes" in manager and "Luc Dubois" not in manager and "Mia Janssens" not in manager
    other = own.client("an.peeters").get("/access", view="people", person="luc.dubois", lang="en").text
    assert "Luc Dubois" not in other
    auditor = own.client("ben.maertens").get("/access", view="people", lang="en").text
    assert all(name in auditor for name in ("Els Maes", "Luc Dubois", "Mia Janssens"))
    assert "<form" not in own.client("ben.maertens").get("/access", view="people", person="els.maes").text


def test_who_looked_at_what_is_shown_to_who_may_know(own: Portal) -> None:
    luc, els = own.client("luc.dubois"), own.client("els.maes")

    def looked(page: str) -> list[str]:
        return sorted(set(re.findall(r"<td>([^<]*)</td><td>opened</td>", page)))

    luc.get("/report?id=stroke-hospitals")
    els.get("/report?id=stroke-deliveries&lang=en")
    mine = own.client("an.peeters").get("/access", view="seen", lang="en").text
    assert "Els Maes" in looked(mine) and "Luc Dubois" not in looked(mine)
    every = own.client("ben.maertens").get("/access", view="seen", lang="en").text
    assert {"Els Maes", "Luc Dubois"} <= set(looked(every))
    one = own.client("ben.maertens").get("/access", view="seen", person="luc.dubois", lang="en").text
    assert looked(one) == ["Luc Dubois"]
    hidden = own.client("an.peeters").get("/access", view="seen", person="luc.dubois", lang="en").text
    assert "Nobody looked at anything" in hidden


def test_stale_rights_are_kept_or_withdrawn(own: Portal) -> None:
    manager, state = own.client("an.peeters"), own.house.open_state
    page = manager.get("/access", view="stale", lang="en").text
    assert "Els Maes" in page and "without an end date" in page
    grant = next(one for one in state.grants.current() if one.person == "els.maes")
    later = (today() + timedelta(days=300)).isoformat()
    assert act(manager, "keep", id=str(grant.id), ends=later).status == 303
    assert "<strong>Els Maes</strong>" not in manager.get("/access", view="stale", lang="en").text
    assert state.grants.get(grant.id).reviewed_by == "an.peeters"


def test_who_looked_at_what_leaves_as_a_file_for_who_may_know(own: Portal) -> None:
    els, luc = own.client("els.maes"), own.client("luc.dubois")
    els.get("/report?id=stroke-deliveries")
    luc.get("/report?id=stroke-hospitals")

    def rows(login: str) -> list[str]:
        answer = own.client(login).get("/access", view="seen", format="csv")
        assert answer.headers["Content-Type"].startswith("text/csv")
        return [line.split(",")[2] for line in answer.text.splitlines()[1:]]

    assert "els.maes" in rows("an.peeters") and "luc.dubois" not in rows("an.peeters")
    assert {"els.maes", "luc.dubois"} <= set(rows("ben.maertens"))
    nobody = els.get("/access", view="seen", format="csv")
    assert nobody.headers["Content-Type"].startswith("text/html") and "luc.dubois" not in nobody.text
    assert own.house.open_state.audit.newest(1, what=["audit.exported"])[0].who == "ben.maertens"


def test_an_auditor_reads_the_whole_log_and_nobody_else_does(own: Portal) -> None:
    ben, els = own.client("ben.maertens"), own.client("els.maes")
    els.get("/report?id=stroke-deliveries&lang=en")
    ask(els)
    page = ben.get("/access", view="log", lang="en").text
    assert "report.opened" in page and "access.asked" in page and "access.seeded" in page
    for login in ("an.peeters", "els.maes"):
        client = own.client(login)
        for form in ("", "csv", "jsonl"):
            answer = client.get("/access", view="log", format=form, lang="en")
            assert answer.headers["Content-Type"].startswith("text/html") and "access.seeded" not in answer.text, login


def numbers(page: str) -> list[int]:
    return [int(one) for one in re.findall(r"<tr><td>(\d+)</td>", page)]


def test_the_log_is_filtered_and_turned_page_by_page(own: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the entries themselves, filtered by hand."""
    els, ben = own.client("els.maes"), own.client("ben.maertens")
    els.get("/report?id=stroke-deliveries&lang=en")
    ask(els, collection="breast-clinics")
    every = list(own.house.open_state.audit.entries())

    def shown(**asked: str) -> list[int]:
        return numbers(ben.get("/access", view="log", lang="en", **asked).text)

    tomorrow, yesterday = ((today() + timedelta(days=days)).isoformat() for days in (1, -1))
    for asked, fits in (
        ({"what": "access."}, lambda one: one.what.startswith("access.")),
        ({"what": "no.such"}, lambda one: False),
        ({"who": "els.maes", "what": "report.opened", "about": "stroke-deliveries", "since": yesterday},
         lambda one: (one.who, one.what, one.about) == ("els.maes", "report.opened", "stroke-deliveries")),
        ({"since": tomorrow}, lambda one: False),
        ({"until": yesterday}, lambda one: False),
    ):  # fmt: skip
        wanted = [one.number for one in every if fits(one)]
        assert [one for one in shown(**asked) if one <= len(every)] == wanted[::-1][:MOST], asked
    assert "Write a date" in ben.get("/access", view="log", since="yesterday", lang="en").text
    monkeypatch.setattr("dashboards.access.log.MOST", len(every) // 2)
    end, read, query = len(every), [], {"before": str(len(every) + 1)}
    while query:
        page = ben.get("/access", view="log", lang="en", **query).text
        read += numbers(page)
        older = re.search(r"before=(\d+)[^>]*>Older", page)
        query = {"before": older.group(1)} if older else {}
    assert read == list(range(end, 0, -1)), "each entry once, the newest first"


def test_the_log_leaves_as_files_and_is_verified_on_the_page_and_away(own: Portal, tmp_path: Path) -> None:
    ben, state = own.client("ben.maertens"), own.house.open_state
    ask(own.client("els.maes"), why="=1+1")
    rows = list(csv.reader(ben.get("/access", view="log", format="csv", what="access.asked").text.splitlines()))
    assert rows[0] == list(COLUMNS) and {row[3] for row in rows[1:]} == {"access.asked"}
    last = state.audit.newest(1)[0]
    assert (last.who, last.what, last.details) == (
        "ben.maertens", "audit.exported", {"format": "csv", "filters": "what=access.asked"}
    )  # fmt: skip
    file = tmp_path / "log.jsonl"
    file.write_text(ben.get("/access", view="log", format="jsonl").text, encoding="utf-8")
    broken, receipt = verified(tmp_path, file, [])
    assert broken is None and receipt == state.audit.receipt()
    assert f"<code>{receipt}</code>" in ben.get("/access", view="log", verify="yes", lang="en").text
    second = next(one for one in state.audit.entries() if one.number == 2)
    change = "UPDATE audit SET who = ? WHERE number = 2"
    with state.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_kept_update")
        connection.exec_driver_sql(change, ("somebody",))
    page = ben.get("/access", view="log", verify="yes", lang="en").text
    with state.engine.begin() as connection:
        connection.exec_driver_sql(change, (second.who,))
    assert "Entry 2 is not what was written" in page and "each as it was written" not in page


def test_who_asks_twice_is_told_that_it_waits(own: Portal) -> None:
    els = own.client("els.maes")
    assert ask(els).status == 303
    again = ask(els)
    assert again.status == 400 and "U vroeg dit al aan" in again.text
    assert len([one for one in own.house.open_state.grants.requests(waiting=True) if one.person == "els.maes"]) == 1
