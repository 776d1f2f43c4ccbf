"""A finished run in a notebook: the ledger, indicators, risk, and rows of a vault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.catalog.card import Card
from workbench.errors import WorkbenchError
from workbench.notebook import shell, show
from workbench.notebook.sheet import Sheet, Shows, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from workbench.disclosure.microdata import Analysis
    from workbench.indicators import Computed
    from workbench.main.pictures import ShownIndicator
    from workbench.main.recovered import Recovered
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

    def __contains__(self, name: object) -> bool:
        return name in self.ran.study.flow.study.study.indicators

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

    def truth(self) -> tuple[Recovered, ...]:
        """What is true of these people beside what the indicators find. Raises `WorkbenchError` without answers."""
        from workbench.catalog.answers import read_answers
        from workbench.main import recovered
        from workbench.main.indicators import as_document
        from workbench.synth.parameters import read_parameters

        flow, root = self.study.flow, self.study.desk.root
        answers = read_answers(self.study.name, root)
        true = recovered.true_answers(answers, self.people.folder, flow.catalog, read_parameters(root))
        return tuple(recovered.beside(answers, true, as_document(flow, self.indicators.computed)["results"]))

    def recovered(self) -> Sheet:
        """The same as a table, with what each rate was drawn with."""
        rows = ((one.indicator, one.what, one.drawn, one.planted, one.value, one.verdict) for one in self.truth())
        head = ("indicator", "what", "drawn with", "true of these people", "found", "")
        return Sheet((Card("What was planted, and what was found", (), head, rows_of(rows)),))

    @property
    def shelf(self) -> Path:
        """Where releases of this run stand."""
        return self.run.folder.with_name(f"{self.run.folder.name}-releases")

    def reads(self, login: str, report: str, **params: str) -> pd.DataFrame:
        """The rows of a report of the newest release that one of the demo people sees; as on the page.

        Raises `Refused` when the profile may not open the report.
        """
        from workbench.main import serving

        serving.invite(self.shelf, self.study.desk.root)
        rows: pd.DataFrame = serving.read_as(login, report, params, self.shelf, self.study.desk.root).to_pandas()
        return rows

    def attack(self) -> Sheet:
        """How far every attacker gets with the release: what it must not learn, learns, and cannot narrow."""
        from workbench.main import releases

        with shell.Bar("attack") as bar:
            _, tries = releases.attack_release(self.shelf, self.study.name, None, bar)
        head = ("attacker", "secrets", "learned", "the one that stays narrowest", "may be from", "to")
        rows = ((one.attacker, one.secrets, one.learned, one.target, one.low, one.high) for one in tries)
        return Sheet(
            (Card(f"{show.counted(len(tries), 'attacker')} with all that is published", (), head, rows_of(rows)),)
        )

    def release(self) -> Release:
        """Protect the indicators and put them on the shelf; one that stands there of the same run is taken.

        Raises `Refused` when no certificate can be given.
        """
        from workbench.main import runs

        with shell.Bar("release") as bar:
            return runs.publish_run(self.study.flow, self.run, self.shelf, self.study.desk.root, bar).release

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

    def same_as(self, other: Ran) -> Sheet:
        """Every table of every vault beside that of another run: rows that only one has, repeated ones counted.

        A table that only this run holds differs in all its rows. What indicators were computed with is left out.
        """
        import duckdb

        from workbench.simulate.verify_folder import WORK

        rows = []
        with duckdb.connect() as con:
            for path in sorted((self.run.folder / "vaults").glob("*/*/*.parquet")):
                if path.parent.name == WORK:
                    continue
                there = other.run.folder / path.relative_to(self.run.folder)
                one = f"FROM '{path}'"
                two = f"FROM '{there}'" if there.exists() else f"{one} LIMIT 0"
                first, second = (f"SELECT count(*) FROM (({a}) EXCEPT ALL ({b}))" for a, b in ((one, two), (two, one)))
                found = con.execute(f"SELECT (SELECT count(*) {one}), ({first}), ({second})").fetchone()
                rows.append((path.parent.parent.name, path.parent.name, path.stem, *(found or ())))
        differ = sum(bool(row[-1] or row[-2]) for row in rows)
        title = f"{show.counted(len(rows), 'table')}, " + (f"{differ} differ" if differ else "all the same")
        head = ("party", "dataset", "part", "rows", "only here", "only there")
        return Sheet((Card(title, (), head, rows_of(rows)),))

    def sheet(self) -> Sheet:
        """The ledger."""
        return show.run(self.run)


def run(study: Opened, people: People, engine: Literal["duckdb", "spark"]) -> Ran:
    """See `Opened.run`."""
    from workbench.main import runs
    from workbench.simulate import EngineSettings

    words = [
        people.folder.name,
        study.name,
        *(["copy"] if study.desk.copy else []),
        *([engine] if engine != "duckdb" else []),
    ]
    with shell.Bar(f"run of {study.name}") as bar:
        folder = people.folder.with_name("--".join(words))
        settings = EngineSettings(engine=engine)
        return Ran(study, people, runs.run_study(study.flow, people.folder, folder, bar, settings=settings)[0])
