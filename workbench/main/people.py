"""The people of a site: who they are now, and how whoever keeps the machine adds the first of them."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from dashboards.web.openid.settings import ISSUER
from workbench.access import Directory, Organisation, Person, Register, Viewer, load_directory, set_password
from workbench.errors import WorkbenchError
from workbench.main.audits import opened, standing
from workbench.state import LONGEST_SUBJECT, OrganisationRow, PersonRow, Subject, is_subject

M = TypeVar("M", Organisation, Person)
PASSWORD_VARIABLE = "WORKBENCH_PASSWORD"
BY = "command line"  # nobody asks there who it is: the log says so
LOGIN = "small letters, figures, dots and hyphens, at least two and a letter first, as first.last"


@dataclass(frozen=True)
class Known:
    """A person as the list shows them."""

    login: str
    name: str
    organisation: str
    duties: tuple[str, ...]
    rights: tuple[str, ...]
    active: bool
    password: bool
    subjects: tuple[str, ...] = ()  # names at a provider of log-ins


def directory_of(state: Path, root: Path) -> Directory:
    """People, organisations and rights of this moment: a right withdrawn on the page holds at the command line too."""
    with opened(state) as found:
        return Register(found, load_directory(root)).now()


def viewer_of(directory: Directory, login: str) -> Viewer:
    """Raises `WorkbenchError` when nobody logs in under this name."""
    viewer = directory.viewer(login)
    if viewer is None:
        known = f"Known: {', '.join(directory.people)}" if directory.people else "Nobody is known here yet: add people"
        raise WorkbenchError(f"Nobody logs in as '{login}'. {known} ('workbench people add').")
    return viewer


def person(login: str, state: Path, root: Path) -> Viewer:
    """Who acts under a log-in name, with the rights of this moment; raises what `viewer_of` raises."""
    return viewer_of(directory_of(state, root), login)


def listed(state: Path) -> list[Known]:
    """Everybody, who may log in no longer too."""
    with standing(state) as found:
        _, _, people, grants = found.people.everything()
        hashes, subjects = found.accounts.hashes(), found.subjects.all()
    rights: dict[str, list[str]] = {}
    for one in grants:
        rights.setdefault(one.person, []).append(f"{one.profile} in {one.collection}")
    return [
        Known(
            one.login, one.name, one.organisation, one.duties, tuple(rights.get(one.login, ())), one.active,
            one.login in hashes, tuple(other.subject for other in subjects if other.person == one.login),
        )
        for one in people
    ]  # fmt: skip


def add_organisation(state: Path, values: Mapping[str, object]) -> None:
    """Raises `WorkbenchError` for values that are none of an organisation's, and for an id or a code that is taken."""
    one = _checked(Organisation, values)
    if (one.kind == "hospital") != (one.hospital is not None):
        raise WorkbenchError("a hospital has its code (--hospital), and nobody else has: it says whose rows are whose")
    with opened(state) as found:
        codes = {body.hospital: body.id for body in found.people.everything()[1] if body.hospital is not None}
        other = codes.get(one.hospital or "", one.id)
        if other != one.id:
            raise WorkbenchError(f"{one.hospital} is the code of '{other}': people of one would read rows of the other")
        found.people.add_organisation(OrganisationRow(**one.model_dump()), BY)


def set_contact(state: Path, organisation: str, manager: str, contact: str) -> None:
    """Raises `WorkbenchError` for an organisation that is not there, and for a name or an address that says nothing."""
    if not manager.strip() or not contact.strip():
        raise WorkbenchError("say whom to ask (--manager) and where (--contact)")
    with standing(state) as found:
        found.people.set_contact(organisation, manager, contact, BY)


def add(state: Path, values: Mapping[str, object]) -> None:
    """Raises `WorkbenchError` for values that are none of a person's, a name that is taken, no such organisation."""
    one = _checked(Person, values)
    duties = tuple(duty.value for duty in one.duties)
    with standing(state) as found:
        _, bodies, _, _ = found.people.everything()
        if one.organisation not in {body.id for body in bodies}:
            known = ", ".join(body.id for body in bodies) or "none yet"
            raise WorkbenchError(
                f"there is no organisation '{one.organisation}' (known: {known}): add it with "
                "'workbench people organisation'"
            )
        found.people.add(PersonRow(one.login, one.name, one.organisation, one.task, duties), BY)


def activate(state: Path, login: str, *, active: bool) -> None:
    """Let a person log in or no longer; open pages close within a second."""
    with standing(state) as found:
        found.people.activate(login, BY, active=active)


def set_duties(state: Path, login: str, duties: Sequence[str]) -> None:
    """Give a person these duties and no others."""
    with standing(state) as found:
        found.people.set_duties(login, duties, BY)


def link(state: Path, login: str, subject: str, issuer: str) -> None:
    """Let whom a provider of log-ins knows as `subject` in as this person. Raises what `Subjects.link` raises."""
    if not is_subject(subject):
        raise WorkbenchError(f"a provider's name for a person has 1 to {LONGEST_SUBJECT} characters of one line")
    with standing(state) as found:
        found.subjects.link(Subject(_issuer(issuer), subject, login), BY)


def unlink(state: Path, subject: str, issuer: str) -> str:
    """Let nobody in under a subject any more; returns whose it was. Raises what `Subjects.unlink` raises."""
    with standing(state) as found:
        return found.subjects.unlink(_issuer(issuer), subject, BY)


def _issuer(given: str) -> str:
    issuer = given or os.environ.get(ISSUER, "")
    if not issuer:
        raise WorkbenchError(f"which provider? Give --issuer, or {ISSUER} as for 'workbench serve'")
    return issuer


def change_password(state: Path, login: str, file: Path | None) -> None:
    """A new password from a file, the environment, or the keyboard; never from an argument, which others can list."""
    with standing(state) as found:
        if login not in {one.login for one in found.people.everything()[2]}:
            raise WorkbenchError(f"there is no person '{login}': add them first ('workbench people add')")
        set_password(found, login, read_password(file), BY)


def read_password(
    file: Path | None, environ: Mapping[str, str] = os.environ, ask: Callable[[str], str] | None = None
) -> str:
    """The password that somebody gave; raises `WorkbenchError` when nobody did, or two typed differ."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise WorkbenchError(f"the password cannot be read from {file}: {error}") from error
    if PASSWORD_VARIABLE in environ:
        return environ[PASSWORD_VARIABLE]
    if ask is None:
        if not sys.stdin.isatty():
            raise WorkbenchError(
                f"no keyboard to type a password at: use --file FILE or the variable {PASSWORD_VARIABLE}"
            )
        ask = getpass.getpass
    first = ask("Password: ")
    if ask("Once more: ") != first:
        raise WorkbenchError("the two were not the same: nothing was changed")
    return first


def _checked(model: type[M], values: Mapping[str, object]) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        said = "; ".join(_wrong(str(one["loc"][0]), one["input"], one["msg"]) for one in error.errors())
        raise WorkbenchError(f"this cannot be added: {said}") from error


def _wrong(field: str, value: object, said: str) -> str:
    return f"{field}: {'it is empty' if value == '' else LOGIN if field == 'login' else said}"
