"""What every page needs, in one immutable object: releases, people, reports, labels, the library, live visits."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboards.areas import Areas, load_areas
from dashboards.catalogue.cart import Carts
from dashboards.labels import Labels, load_labels
from dashboards.library import Library
from dashboards.vigil import Vigil
from dashboards.visits import Logins, Visits
from workbench.access import Directory, Register, Viewer, load_directory
from workbench.access.stale import RightsPolicy, load_rights_policy
from workbench.drafts.counted import Counts
from workbench.errors import Problems
from workbench.jobs import Jobs
from workbench.publish import Collection, Report, ReportView, load_collections, own_files, read_report
from workbench.state import State, open_state

log = logging.getLogger("workbench.portal")


@dataclass(frozen=True)
class Moment:
    """Who is logged in with which rights, and which reports there are."""

    logins: Logins
    reports: Mapping[str, Report]


@dataclass(frozen=True)
class House:
    """The portal's sources; pages hold no other door to figures than `read`.

    The library is read when it is first needed: it holds the design of studies, and no figures.
    """

    releases: Path
    state: Path
    open_state: State
    register: Register
    catalogued: Mapping[str, Collection]
    labels: Labels
    logins: Logins
    library: Library
    carts: Carts
    visits: Visits = field(default_factory=Visits)
    _own: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def collections(self) -> Mapping[str, Collection]:
        """By study: the data collections of the catalogue, and those of studies from the builder that were released.

        The second kind is read again when a release added or changed one; a damaged file hides those, and nothing else.
        """
        files = own_files(self.releases)
        if not files:
            return self.catalogued
        if files != self._own.get("files"):
            try:
                found = load_collections(self.library.root, self.releases)
            except Problems as error:
                log.error("collections of own studies are not shown: %s", error)
                found = self.catalogued
            self._own.update(files=files, collections=found)
        return self._own["collections"]  # type: ignore[no-any-return]

    @property
    def reports(self) -> Mapping[str, Report]:
        """Every report by its id."""
        return {report.id: report for one in self.collections.values() for report in one.reports}

    def moment(self) -> Moment:
        """What decides on what open pages may show, asked once for all of them."""
        return Moment(self.logins.held(), self.reports)

    @cached_property
    def vigil(self) -> Vigil:
        """The watch over open pages."""
        return Vigil(self.moment)

    @cached_property
    def rights_policy(self) -> RightsPolicy:
        """For how long rights are given, and when they are stale."""
        return load_rights_policy(self.library.root)

    @cached_property
    def areas(self) -> Areas:
        """Provinces and arrondissements, and where hospitals lie."""
        return load_areas(self.library.root)

    @cached_property
    def jobs(self) -> Jobs:
        """Commands that run beside this process."""
        return Jobs(self.state)

    @property
    def directory(self) -> Directory:
        """People, organisations and rights of this moment."""
        return self.register.now()

    @property
    def registrations(self) -> pa.Table:
        return self.directory.registrations()

    @property
    def demo(self) -> bool:
        """Whether invented people are served: only then a page may name who can log in."""
        return self.open_state.people.seeded()

    def record(self, viewer: Viewer, what: str, about: str = "", **detail: str) -> None:
        """Tell the audit log; when that fails so does what was to be told."""
        self.open_state.audit.write(viewer.person, what, about, **detail)

    @cached_property
    def counts(self) -> Counts:
        """How many synthetic persons a population selects: of the data that the demo made beside the state."""
        return Counts(self.state.parent / "data", self.library.root)

    def read(self, viewer: Viewer, report_id: str, params: Mapping[str, str]) -> ReportView:
        """`workbench.publish.read_report` with the sources of this house; raises what it raises."""
        return read_report(
            self.releases, report_id, viewer, params, reports=self.reports, registrations=self.registrations
        )


def open_house(releases: Path, state: Path, catalog: Path) -> House:
    """Read the catalogue once and open the state.

    Raises `Problems` for a wrong file, and what `open_state` raises.
    """
    files = load_directory(catalog)
    collections, labels = load_collections(catalog), load_labels(catalog)
    opened = open_state(state)
    register = Register(opened, files)
    library = Library(catalog, register)
    return House(
        releases, state, opened, register, collections, labels, Logins(register, opened.log_ins), library, Carts(state)
    )
