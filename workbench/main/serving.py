"""Serve the dashboards, and the demo accounts that open them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from workbench.access import load_directory, start_demo_accounts
from workbench.errors import WorkbenchError
from workbench.publish import load_collections, read_report


def demo_password(root: Path, state: Path) -> str:
    """Give the demo people one password for this start and return it, for the caller to show."""
    return start_demo_accounts(load_directory(root), state)


def people(root: Path) -> tuple[tuple[str, str], ...]:
    """Log-in, and name with organisation and profile, of each of the demo people."""
    directory = load_directory(root)
    return tuple((login, directory.describe(login)) for login in directory.people)


def read_as(login: str, report: str, params: Mapping[str, str], releases: Path, root: Path) -> pa.Table:
    """The rows of a report that one of the demo people sees: the same filter as on the page.

    Raises `Refused` when the profile may not open the report.
    """
    directory = load_directory(root)
    viewer = directory.viewer(login)
    if viewer is None:
        raise WorkbenchError(f"Nobody logs in as '{login}'. Known: {', '.join(directory.people)}.")
    reports = {one.id: one for collection in load_collections(root, releases).values() for one in collection.reports}
    view = read_report(releases, report, viewer, params, reports=reports, registrations=directory.registrations())
    return view.rows


def serve(releases: Path, state: Path, root: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve the portal until interrupted; `ready` is called once with its address."""
    from dashboards.server import serve as serve_portal  # the page libraries load only when pages are served

    serve_portal(releases, state, root, port, ready)
