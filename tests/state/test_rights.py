"""People, rights and requests: what holds, what ended, and that nobody ends with two rights in one collection."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from tests.state.test_drafts import together
from workbench.errors import Refused, WorkbenchError
from workbench.state import GrantRow, OrganisationRow, PersonRow, State
from workbench.state.tables import today

HOSPITAL = OrganisationRow("wilgenrij", "UZ Wilgenrij", "hospital", "901", "An", "a@b.example")
AN = PersonRow("an", "An Peeters", "wilgenrij", "coordinator", ("access_manager",), {"stroke": [2017, 2018]})
ELS = PersonRow("els", "Els Maes", "wilgenrij", "registers")
DAY = timedelta(days=1)


@pytest.fixture
def hospital(state: State) -> State:
    state.people.seed([HOSPITAL], [AN, ELS], [("an", "stroke", "provider/hospital")])
    return state


def held(state: State, person: str) -> dict[str, str]:
    return {one.collection: one.profile for one in state.grants.current() if one.person == person}


def test_what_was_seeded_is_there(hospital: State) -> None:
    _, bodies, people, grants = hospital.people.everything()
    assert (bodies, people) == ([HOSPITAL], [AN, ELS.__class__(**{**vars(ELS), "registered": {}})])
    assert [(one.person, one.collection, one.profile, one.by) for one in grants] == [
        ("an", "stroke", "provider/hospital", "seed")
    ]


def test_a_file_never_gives_a_withdrawn_right_back(hospital: State) -> None:
    """The files are where people begin; what the access managers did since stands."""
    (grant,) = hospital.grants.current()
    hospital.grants.withdraw(grant.id, by="greet", why="left")
    hospital.people.activate("els", "greet", active=False)
    kobe = PersonRow("kobe", "Kobe", "wilgenrij", "new")
    again = hospital.people.seed([HOSPITAL], [AN, ELS, kobe], [("an", "stroke", "x"), ("kobe", "stroke", "y")])
    assert again == 1
    assert held(hospital, "an") == {} and held(hospital, "kobe") == {"stroke": "y"}
    assert {one.login: one.active for one in hospital.people.everything()[2]} == {
        "an": True,
        "els": False,
        "kobe": True,
    }


def test_a_right_given_replaces_the_one_before(hospital: State) -> None:
    first = hospital.grants.give("els", "stroke", "provider/individual", by="an", why="registers")
    hospital.grants.give("els", "breast", "provider/hospital", by="an", why="also")
    second = hospital.grants.give("els", "stroke", "provider/hospital", by="an", why="coordinates")
    assert held(hospital, "els") == {"stroke": "provider/hospital", "breast": "provider/hospital"}
    ended = hospital.grants.get(first.id)
    assert (ended.withdrawn_by, ended.withdrawn_why) == ("an", "replaced by provider/hospital")
    assert [one.id for one in hospital.grants.all("els")] == [second.id, second.id - 1, first.id]


def test_a_right_ends_on_its_last_day(hospital: State) -> None:
    grant = hospital.grants.give("els", "stroke", "provider/individual", by="an", why="r", ends=today())
    assert held(hospital, "els"), "it holds on its last day"
    assert [grant.holds(today() + n * DAY) for n in (-1, 0, 1)] == [True, True, False]
    assert GrantRow(**{**vars(grant), "ends": None}).holds(date.max)


def test_a_right_is_withdrawn_once_and_for_a_reason(hospital: State) -> None:
    (grant,) = hospital.grants.current()
    with pytest.raises(WorkbenchError, match="a reason is needed"):
        hospital.grants.withdraw(grant.id, by="greet", why="  ")
    assert held(hospital, "an") == {"stroke": "provider/hospital"}
    ended = hospital.grants.withdraw(grant.id, by="greet", why="left the hospital")
    assert (ended.withdrawn_by, ended.withdrawn_why, ended.holds(today())) == ("greet", "left the hospital", False)
    for act in (
        lambda: hospital.grants.withdraw(grant.id, by="greet", why="again"),
        lambda: hospital.grants.review(grant.id, by="greet", ends=None),
    ):
        with pytest.raises(Refused, match="had ended already"):
            act()


def test_a_review_is_noted(hospital: State) -> None:
    (grant,) = hospital.grants.current()
    reviewed = hospital.grants.review(grant.id, by="greet", ends=today() + 30 * DAY)
    assert (reviewed.reviewed_by, reviewed.ends) == ("greet", today() + 30 * DAY) and reviewed.reviewed_at is not None


def test_from_request_to_right(hospital: State) -> None:
    asked = hospital.grants.ask("els", "stroke", "provider/individual", why="I register", ends=today() + DAY)
    assert [one.id for one in hospital.grants.requests(waiting=True)] == [asked.id]
    assert held(hospital, "els") == {}, "asking gives nothing"
    given = hospital.grants.approve(asked.id, by="an", ends=today())
    assert (given.profile, given.ends, given.by) == ("provider/individual", today(), "an")
    decided = hospital.grants.request(asked.id)
    assert (decided.state, decided.decided_by) == ("approved", "an")
    assert hospital.grants.requests(waiting=True) == [] and hospital.grants.requests(person="els") == [decided]


def test_a_refusal_has_a_reason_and_gives_nothing(hospital: State) -> None:
    asked = hospital.grants.ask("els", "stroke", "provider/hospital", why="curious")
    with pytest.raises(WorkbenchError, match="a reason is needed"):
        hospital.grants.refuse(asked.id, by="an", why="")
    refused = hospital.grants.refuse(asked.id, by="an", why="not your task")
    assert (refused.state, refused.decided_why) == ("refused", "not your task")
    assert held(hospital, "els") == {}
    with pytest.raises(Refused, match="decided already, by an"):
        hospital.grants.approve(asked.id, by="an")


def test_one_asks_once_and_may_take_it_back(hospital: State) -> None:
    asked = hospital.grants.ask("els", "stroke", "provider/hospital", why="r")
    with pytest.raises(Refused, match="asked for access to this collection already"):
        hospital.grants.ask("els", "stroke", "provider/individual", why="r")
    hospital.grants.ask("els", "breast", "provider/hospital", why="another collection is another matter")
    with pytest.raises(Refused, match="somebody else"):
        hospital.grants.take_back(asked.id, by="an")
    assert hospital.grants.take_back(asked.id, by="els").state == "taken_back"
    hospital.grants.ask("els", "stroke", "provider/individual", why="r")


def test_whatever_happens_at_once_a_person_has_one_right_in_a_collection(hospital: State) -> None:
    asked = hospital.grants.ask("els", "stroke", "provider/hospital", why="r")
    start, refused = threading.Barrier(4), list[Refused]()

    def approve() -> None:
        start.wait()
        try:
            hospital.grants.approve(asked.id, by="an")
        except Refused as error:
            refused.append(error)

    def give() -> None:
        start.wait()
        hospital.grants.give("els", "stroke", "provider/individual", by="an", why="r")

    together([approve, approve, give, give])
    assert len(refused) == 1
    assert len([one for one in hospital.grants.current() if one.person == "els"]) == 1
    assert len(hospital.grants.all("els")) == 3 and hospital.audit.verify() is None


def test_every_change_moves_the_number_and_is_in_the_log(hospital: State) -> None:
    """Readers look at one number; a change that did not move it would leave a withdrawn right in force."""
    people, grants = hospital.people, hospital.grants
    steps = {
        "access.given": lambda: grants.give("els", "stroke", "p", by="an", why="r"),
        "access.reviewed": lambda: grants.review(grants.all("els")[0].id, by="an", ends=None),
        "access.withdrawn": lambda: grants.withdraw(grants.all("els")[0].id, by="an", why="r"),
        "access.person": lambda: people.add(PersonRow("kobe", "Kobe", "wilgenrij", "x"), "an"),
        "access.deactivated": lambda: people.activate("kobe", "an", active=False),
        "access.activated": lambda: people.activate("kobe", "an", active=True),
        "access.duties": lambda: people.set_duties("kobe", ["auditor"], "an"),
        "access.organisation": lambda: people.add_organisation(
            OrganisationRow("b", "B", "other", None, "x", "y"), "an"
        ),
    }
    for what, step in steps.items():
        before = people.changes()
        step()
        assert people.changes() > before, what
        assert hospital.audit.newest(1)[0].what == what
    assert hospital.audit.verify() is None


@pytest.mark.parametrize("ends", [-1, -400])
def test_an_end_in_the_past_is_refused(hospital: State, ends: int) -> None:
    for act in (
        lambda: hospital.grants.ask("els", "stroke", "p", why="r", ends=today() + ends * DAY),
        lambda: hospital.grants.give("els", "stroke", "p", by="an", why="r", ends=today() + ends * DAY),
    ):
        with pytest.raises(WorkbenchError, match="in the past"):
            act()
    assert hospital.grants.all("els") == hospital.grants.requests() == []


def test_who_is_not_known_says_so(hospital: State) -> None:
    for act in (
        lambda: hospital.grants.give("nobody", "stroke", "p", by="an", why="r"),
        lambda: hospital.grants.ask("nobody", "stroke", "p", why="r"),
        lambda: hospital.grants.withdraw(99, by="an", why="r"),
        lambda: hospital.grants.approve(99, by="an"),
        lambda: hospital.people.activate("nobody", "an", active=True),
        lambda: hospital.people.set_duties("nobody", [], "an"),
        lambda: hospital.people.add(AN, "an"),
        lambda: hospital.people.add(PersonRow("x", "X", "nowhere", "x"), "an"),
        lambda: hospital.people.add_organisation(HOSPITAL, "an"),
    ):
        with pytest.raises(WorkbenchError):
            act()
    assert hospital.audit.receipt().number == 1, "nothing but the seed was told"
