"""The catalogue, its search and the studies, read once for the whole server: pages only look things up in it.

Reading everything takes some seconds. It happens in a thread when the server starts, and whoever comes earlier
waits for that thread without holding up another visitor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import RLock, Thread

from dashboards.catalogue.lineage import Use, uses_of
from dashboards.catalogue.variables import Variable, every_variable
from dashboards.flows.opened import OpenedStudy
from workbench.access import Directory, Register, Viewer
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.search import Search, open_search
from workbench.catalog.study_rule import StudyRule, study_rules
from workbench.dataflow import read_flow
from workbench.drafts.starting import Start, read_starts
from workbench.errors import WorkbenchError
from workbench.study.load import read_study
from workbench.workflow import Workflow, load_workflow

log = logging.getLogger("workbench.portal")


@dataclass(frozen=True)
class Library:
    """What a catalogue folder holds for readers; `directory` says which studies a viewer may read."""

    root: Path
    directory: Directory | Register

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lock", RLock())

    def read(self) -> None:
        """Read all of it now. Raises `Problems` when the catalogue is wrong; a wrong study is left out and logged."""
        with self._lock:  # type: ignore[attr-defined]
            _ = self.search, self.uses

    def read_soon(self, then: Callable[[], None] = lambda: None) -> None:
        """Begin to read, in a thread that holds up nobody; `then` is called in it afterwards."""
        Thread(target=self._read_quietly, args=(then,), name="library", daemon=True).start()

    def _read_quietly(self, then: Callable[[], None]) -> None:
        try:
            self.read()
        except WorkbenchError as error:
            log.error("the catalogue cannot be shown: %s", error)  # who opens a page gets the error itself
        then()

    @cached_property
    def catalog(self) -> Catalog:
        return load_catalog(self.root)

    @cached_property
    def rules(self) -> Mapping[str, StudyRule]:
        return study_rules(self.root)

    @cached_property
    def starts(self) -> Mapping[str, Start]:
        return read_starts(self.root)

    @cached_property
    def workflow(self) -> Workflow:
        return load_workflow(self.root)

    @cached_property
    def search(self) -> Search:
        return open_search(self.catalog, self.root)

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        """Every field and derived variable by its reference, in the order of the catalogue."""
        return {one.ref: one for one in every_variable(self.catalog)}

    @cached_property
    def _studies(self) -> Mapping[str, OpenedStudy]:
        return {one.id: one for one in self._open_all()}

    def _open_all(self) -> Iterator[OpenedStudy]:
        for path in sorted(self.root.glob("studies/*/study.yaml")):
            name = path.parent.name
            try:
                file, problems = read_study(name, self.catalog, self.root)
                flow, more = read_flow(file, self.catalog) if file else (None, [])
            except WorkbenchError as error:
                self._left_out(name, str(error))
                continue
            wrong = [one for one in (*problems, *more) if one.severity == "error"]
            if flow is None or wrong:
                self._left_out(name, "; ".join(map(str, wrong)))
                continue
            yield OpenedStudy(flow, self.root)

    def _left_out(self, study: str, why: str) -> None:
        log.error("study %s is not shown: %s", study, why)

    @cached_property
    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        """By variable: in which studies, datasets and indicators it is used."""
        return uses_of(self._studies.values(), self.catalog)

    def studies(self, viewer: Viewer) -> Mapping[str, OpenedStudy]:
        """The studies whose design a viewer may read."""
        allowed = self.directory.may_read_study
        return {name: one for name, one in self._studies.items() if allowed(viewer, name)}
