"""Serve the dashboards, and the demo accounts that open them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from workbench.access import load_directory, seed, start_demo_accounts
from workbench.errors import Refused
from workbench.main.audits import beside, opened
from workbench.main.people import directory_of, viewer_of
from workbench.publish import load_collections, read_report

FIRST = """Nobody can log in yet. Make an organisation, its first access manager, and a password:
  workbench people organisation ID --name NAME --kind hospital --hospital CODE --manager NAME --contact E-MAIL
  workbench people add FIRST.LAST --name NAME --organisation ID --task "manages access" --duty access_manager
  workbench people password FIRST.LAST
each with --home {home}. For a look around with invented people: workbench serve --demo --home {home}"""


def demo_password(root: Path, state: Path) -> str:
    """Give the invented people one password for this start and return it, for the caller to show.

    Raises `Refused` for a state that holds people of its own.
    """
    with opened(state) as found:
        if found.people.everything()[2] and not found.people.seeded():
            raise Refused(f"the state in {state} holds people of its own: a demo needs a home of its own (--home)")
        return start_demo_accounts(load_directory(root), found)


def is_demo(state: Path) -> bool:
    """Whether a demo was started in this state before."""
    with opened(state) as found:
        return found.people.seeded()


def first_steps(state: Path) -> str:
    """What to do before anybody can log in; empty when somebody can."""
    with opened(state) as found:
        return "" if found.accounts.hashes() or found.subjects.all() else FIRST.format(home=state.parent)


def people(root: Path) -> tuple[tuple[str, str], ...]:
    """Log-in, and name with organisation and profile, of each of the demo people."""
    directory = load_directory(root)
    return tuple((login, directory.describe(login)) for login in directory.people)


def invite(releases: Path, root: Path) -> None:
    """Take the invented people in beside a shelf of one's own, so that one may look as each of them."""
    with opened(beside(releases)) as state:
        if not state.people.everything()[2]:
            seed(state, load_directory(root))


def read_as(login: str, report: str, params: Mapping[str, str], releases: Path, root: Path) -> pa.Table:
    """The rows of a report that a person of the site sees: the same filter as on the page, with the rights of now.

    Raises `Refused` when the profile may not open the report.
    """
    directory = directory_of(beside(releases), root)
    viewer = viewer_of(directory, login)
    reports = {one.id: one for collection in load_collections(root, releases).values() for one in collection.reports}
    view = read_report(releases, report, viewer, params, reports=reports, registrations=directory.registrations())
    return view.rows


def serve(
    releases: Path, state: Path, root: Path, port: int, ready: Callable[[str], None], origin: str | None = None
) -> None:
    """Serve the portal until interrupted; `ready` is called once with its address.

    `origin` is where browsers find it when a proxy stands before it. Raises `WorkbenchError` when that is no address.
    A plain `kill` stops it as Ctrl-C does, with the database closed: that is how containers and most keepers of
    processes end one, and the first process of a container would otherwise not hear it at all.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    from dashboards.server import serve as serve_portal  # the page libraries load only when pages are served

    with suppress(KeyboardInterrupt):  # the way to stop it, and no failure for whoever watches the exit code
        serve_portal(releases, state, root, port, ready, origin)
