"""The commands about the people of a site, printed for people."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from workbench.main import people, terminal


def _list(chosen: argparse.Namespace) -> int:
    found = people.listed(chosen.home / "state")
    if chosen.format == "json":
        terminal.show_json([asdict(one) for one in found])
        return 0
    if not found:
        terminal.out.print("Nobody yet. 'workbench people organisation' and 'workbench people add' make the first.")
        return 0
    rows = [
        (one.login, one.name, one.organisation, "\n".join(one.duties), "\n".join(one.rights), _way_in(one))
        for one in found
    ]  # fmt: skip
    terminal.show_table("People", ("log-in", "name", "organisation", "duties", "rights", "may log in"), rows)
    return 0


def _way_in(one: people.Known) -> str:
    """How a person may log in."""
    if not one.active:
        return "no"
    ways = [*(["password"] if one.password else []), *(f"as {name}" for name in one.subjects)]
    return ", ".join(ways) or "not yet: no password"


def _organisation(chosen: argparse.Namespace) -> int:
    values = {"id": chosen.id, "name": chosen.name, "kind": chosen.kind, "hospital": chosen.hospital}
    values |= {"access_manager": chosen.manager, "contact": chosen.contact}
    people.add_organisation(chosen.home / "state", values)
    todo = (
        f'people add FIRST.LAST --name {shlex.quote(chosen.manager)} --organisation {chosen.id} --task "manages access"'
    )
    _next(f"{chosen.id}: added. Now its access manager", f"{todo} --duty access_manager", chosen.home)
    return 0


def _contact(chosen: argparse.Namespace) -> int:
    people.set_contact(chosen.home / "state", chosen.id, chosen.manager, chosen.contact)
    terminal.out.print(f"{chosen.id}: its people now ask {chosen.manager}, {chosen.contact}", markup=False)
    return 0


def _add(chosen: argparse.Namespace) -> int:
    values = {"login": chosen.login, "name": chosen.name, "organisation": chosen.organisation}
    people.add(chosen.home / "state", {**values, "task": chosen.task, "duties": tuple(chosen.duty)})
    _next(f"{chosen.login}: added. Now", f"people password {chosen.login}", chosen.home)
    return 0


def _next(done: str, todo: str, home: Path) -> None:
    """What was done, and the command that comes next as it can be typed: for this site, whichever it is."""
    terminal.out.print(f"{done}: workbench {todo} --home {shlex.quote(str(home))}", markup=False)


def _disable(chosen: argparse.Namespace) -> int:
    people.activate(chosen.home / "state", chosen.login, active=False)
    terminal.out.print(f"{chosen.login}: may log in no longer; open pages close within a second", markup=False)
    return 0


def _enable(chosen: argparse.Namespace) -> int:
    people.activate(chosen.home / "state", chosen.login, active=True)
    terminal.out.print(f"{chosen.login}: may log in again, with the rights that still hold", markup=False)
    return 0


def _duties(chosen: argparse.Namespace) -> int:
    people.set_duties(chosen.home / "state", chosen.login, chosen.duty)
    terminal.out.print(f"{chosen.login}: {', '.join(chosen.duty) or 'no duties'}", markup=False)
    return 0


def _password(chosen: argparse.Namespace) -> int:
    people.change_password(chosen.home / "state", chosen.login, chosen.file)
    terminal.out.print(
        f"{chosen.login}: has a new password; whatever was open with the old one has ended", markup=False
    )
    return 0


def _link(chosen: argparse.Namespace) -> int:
    people.link(chosen.home / "state", chosen.login, chosen.subject, chosen.issuer)
    terminal.out.print(f"{chosen.login}: logs in as {chosen.subject}", markup=False)
    return 0


def _unlink(chosen: argparse.Namespace) -> int:
    login = people.unlink(chosen.home / "state", chosen.subject, chosen.issuer)
    terminal.out.print(f"{login}: logs in as {chosen.subject} no longer; what was open has ended", markup=False)
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "organisation": _organisation,
    "contact": _contact,
    "add": _add,
    "disable": _disable,
    "enable": _enable,
    "duties": _duties,
    "password": _password,
    "link": _link,
    "unlink": _unlink,
}
