"""A finished run in a notebook: the ledger, indicators, risk, and rows of a vault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.notebook import shell, show
from workbench.notebook.sheet import Sheet, Shows

if TYPE_CHECKING:
    import pandas as pd

    from workbench.disclosure.microdata import Analysis
    from workbench.indicators import Computed
    from workbench.main.pictures import ShownIndicator
    from workbench.notebook.desk import People
    from workbench.notebook.opened import Opened
    from workbench.publish import Release
    from workbench.simulate import Run


class Indicators(Mapping[str, "ShownIndicator"], Shows):
    """The indicators of a run by name, each with its flow of patients, results and pictures."""

    def __init__(self, ran: Ran, computed: Computed) -> None:
        self.ran, self.computed = ran, computed

    def __getitem__(self, name: str) -> ShownIndicator:
        from workbench.main import pictures

        return pictures.show_indicator(self.ran.study.flow, self.computed, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ran.study.flow.study.study.indicators)

    def __len__(self) -> int:
        return len(self.ran.study.flow.study.study.indicators)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def sheet(self) -> Sheet:
        """Totals of all."""
        return show.computed(self.computed)


class Ran(Shows):
    """A run whose steps are all done."""

    def __init__(self, study: Opened, people: People, run: Run) -> None:
        self.study, self.people, self.run = study, people, run

    @cached_property
    def indicators(self) -> Indicators:
        """Computed once: exact, so they stay here. Raises `WorkbenchError` for a study without an analysis."""
        from workbench.main import indicators

        with shell.Bar("indicators") as bar:
            return Indicators(self, indicators.compute(self.study.flow, self.run, progress=bar))

    def risk(self) -> Analysis:
        """The small-cell risk analysis. Raises `WorkbenchError` for a study that does none."""
        from workbench.main import scra

        with shell.Bar("small-cell risk") as bar:
            return scra.assess(self.run.folder, self.study.desk.root, self.people.folder, bar)[1]

    def release(self) -> Release:
        """Protect the indicators and put them on the shelf; one that stands there of the same run is taken.

        Raises `Refused` when no certificate can be given.
        """
        from workbench.main import runs

        with shell.Bar("release") as bar:
            shelf = self.run.folder.with_name(f"{self.run.folder.name}-releases")
            return runs.publish_run(self.study.flow, self.run, shelf, self.study.desk.root, bar).release

    def rows(self, party: str, part: str, most: int = 10) -> pd.DataFrame:
        """The first rows of what a party holds in the end (`analysis.stay`). Raises `Refused` for what it has not."""
        import pandas as pd
        import pyarrow.parquet as pq

        if party not in self.study.flow.study.study.parties:
            known = ", ".join(self.study.flow.study.study.parties)
            raise WorkbenchError(f"There is no party '{party}'. The study has {known}.")
        rows = pq.ParquetFile(self.run.part(party, part)).iter_batches(batch_size=most)
        shown = next(rows, None)
        found = pd.DataFrame() if shown is None else shown.to_pandas()
        return found.rename_axis(columns="SYNTHETIC")  # stands in the corner of every picture of these rows

    def sheet(self) -> Sheet:
        """The ledger."""
        return show.run(self.run)


def run(study: Opened, people: People) -> Ran:
    """See `Opened.run`."""
    from workbench.main import runs

    folder = people.folder.with_name(f"{people.folder.name}--{study.name}{'-copy' if study.desk.copy else ''}")
    with shell.Bar(f"run of {study.name}") as bar:
        return Ran(study, people, runs.run_study(study.flow, people.folder, folder, bar)[0])
