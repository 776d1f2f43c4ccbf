"""What can be done on the page of rights; each act asks the rules anew, whoever sent it and from where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from dashboards.access.desk import Desk
from workbench.access import Profile, check_can_give, check_can_hold, check_can_manage
from workbench.errors import Refused, WorkbenchError
from workbench.state.tables import today

Form = Mapping[str, str]
LONGEST_REASON = 2_000


class Wrong(Exception):
    """A field of a form says nothing that can be used; `key` names the sentence for it."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def act(desk: Desk, name: str, form: Form) -> str:
    """Do `name` with the fields of a form; returns the key of the sentence that says what was done.

    Raises `Wrong` for a field that is missing or wrong, `Refused` for what a rule forbids or somebody did before,
    `WorkbenchError` for what is not there.
    """
    if desk.viewer.is_public or name not in ACTS:
        raise Refused("this cannot be done here")
    ACTS[name](desk, form)
    return f"access.done.{name}"


def _ask(desk: Desk, form: Form) -> None:
    organisation = desk.organisation()
    profile, collection, ends, why = _profile(form), _collection(desk, form), _ends(desk, form), _why(form)
    if organisation is None:
        raise Refused("only people of an organisation ask for rights")
    if any(one.collection == collection and one.state == "waiting" for one in desk.asked):
        raise Wrong("access.wrong.asked")
    check_can_hold(organisation, profile)
    desk.house.open_state.grants.ask(str(desk.viewer.person), collection, profile.value, why=why, ends=ends)


def _take_back(desk: Desk, form: Form) -> None:
    desk.house.open_state.grants.take_back(_number(form), by=str(desk.viewer.person))


def _approve(desk: Desk, form: Form) -> None:
    request, profile = desk.house.open_state.grants.request(_number(form)), _profile(form)
    _check(desk, request.person, profile)
    by = str(desk.viewer.person)
    desk.house.open_state.grants.approve(
        request.id, by=by, profile=profile.value, ends=_ends(desk, form), why=form.get("why", "")[:LONGEST_REASON]
    )


def _refuse(desk: Desk, form: Form) -> None:
    request = desk.house.open_state.grants.request(_number(form))
    _check(desk, request.person)
    desk.house.open_state.grants.refuse(request.id, by=str(desk.viewer.person), why=_why(form))


def _give(desk: Desk, form: Form) -> None:
    person, profile = form.get("person", ""), _profile(form)
    _check(desk, person, profile)
    collection, ends, why = _collection(desk, form), _ends(desk, form), _why(form)
    by = str(desk.viewer.person)
    desk.house.open_state.grants.give(person, collection, profile.value, by=by, why=why, ends=ends)


def _withdraw(desk: Desk, form: Form) -> None:
    grant = desk.house.open_state.grants.get(_number(form))
    _check(desk, grant.person)
    desk.house.open_state.grants.withdraw(grant.id, by=str(desk.viewer.person), why=_why(form))


def _keep(desk: Desk, form: Form) -> None:
    grant = desk.house.open_state.grants.get(_number(form))
    _check(desk, grant.person)
    desk.house.open_state.grants.review(grant.id, by=str(desk.viewer.person), ends=_ends(desk, form))


def _activate(desk: Desk, form: Form) -> None:
    _set_active(desk, form, active=True)


def _deactivate(desk: Desk, form: Form) -> None:
    _set_active(desk, form, active=False)


def _set_active(desk: Desk, form: Form, *, active: bool) -> None:
    person = form.get("person", "")
    _check(desk, person)
    desk.house.open_state.people.activate(person, str(desk.viewer.person), active=active)


def _check(desk: Desk, person: str, profile: Profile | None = None) -> None:
    """Raises `Refused` unless the viewer decides on this person (and may give this profile)."""
    organisation = desk.organisation(person) if person else None
    if organisation is None:
        raise WorkbenchError(f"there is no person '{person}'")
    check_can_manage(desk.viewer, organisation.id)
    if person == desk.viewer.person:
        raise Refused("nobody decides on rights of their own")
    if profile is not None:
        check_can_give(desk.viewer, person, organisation, profile)


def _number(form: Form) -> int:
    text = form.get("id", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise WorkbenchError("there is nothing of this number")
    return int(text)


def _profile(form: Form) -> Profile:
    try:
        return Profile(form.get("profile", ""))
    except ValueError as error:
        raise Wrong("access.wrong.profile") from error


def _collection(desk: Desk, form: Form) -> str:
    collection = form.get("collection", "")
    if collection not in desk.house.collections:
        raise Wrong("access.wrong.collection")
    return collection


def _why(form: Form) -> str:
    why = form.get("why", "").strip()
    if not why:
        raise Wrong("access.wrong.why")
    return why[:LONGEST_REASON]


def _ends(desk: Desk, form: Form) -> date:
    try:
        ends = date.fromisoformat(form.get("ends", ""))
    except ValueError as error:
        raise Wrong("access.wrong.ends") from error
    if not today() <= ends <= desk.last_day:
        raise Wrong("access.wrong.ends")
    return ends


ACTS: Mapping[str, Callable[[Desk, Form], None]] = {
    "ask": _ask,
    "take_back": _take_back,
    "approve": _approve,
    "refuse": _refuse,
    "give": _give,
    "withdraw": _withdraw,
    "keep": _keep,
    "activate": _activate,
    "deactivate": _deactivate,
}
