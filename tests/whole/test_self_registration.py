"""Times to the needle and swallow screening: against SQL by hand on what hospitals registered, and what was planted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.study.running import Ran, sql
from tests.study.test_selfreg import VERSIONS, Version, accepted, large
from workbench.catalog import load_catalog
from workbench.dataflow import compile_flow
from workbench.indicators import Cell, Computed, compute_indicators
from workbench.simulate import run_flow
from workbench.study import load_study
from workbench.synth import generate
from workbench.synth.sources import tables_for

APART = {"": "NOT InZiekenhuis AND NOT Doorverwijzing", "in_hospital_": "InZiekenhuis AND NOT Doorverwijzing",
         "referred_": "Doorverwijzing"}  # fmt: skip


@dataclass(frozen=True)
class Registered:
    version: Version
    rows: str
    computed: Computed

    @property
    def year(self) -> str:
        return self.version.study[-4:]

    def value(
        self, indicator: str, statistic: str, cell: Cell | None = None
    ) -> tuple[float, float | None, float | None]:
        """n, k and value of a result."""
        (found,) = [
            one
            for one in self.computed.results
            if (one.indicator, one.statistic, one.cell) == (indicator, statistic, cell or Cell())
        ]
        return found.n, found.k, found.value


@pytest.fixture(scope="module")
def data(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("selfreg") / "data"
    reads = ["hospital.PATIENT", *(f"selfreg.{version.table}" for version in VERSIONS)]
    generate(folder, 60_000, 20284, "stroke-care", repo_root / "catalog", tables=tables_for(reads))
    return folder


@pytest.fixture(scope="module", params=VERSIONS, ids=[version.study for version in VERSIONS])
def registered(
    request: pytest.FixtureRequest, repo_root: Path, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Registered:
    version: Version = request.param
    root = repo_root / "catalog"
    catalog = load_catalog(root)
    flow = compile_flow(load_study(version.study, catalog, root), catalog)
    run = run_flow(flow, data, tmp_path_factory.mktemp(version.study) / "run")
    ran = Ran(flow, run, data)
    rows = large(version, accepted(version, ran, catalog))
    if version.table == "STROKE_2022":
        rows = f"SELECT * FROM ({rows}) WHERE Inclusie"
    return Registered(version, rows, compute_indicators(flow, run))


@pytest.mark.parametrize("apart", APART)
def test_times_are_those_that_were_registered(registered: Registered, apart: str) -> None:
    name = f"door_to_needle_{apart}{registered.year}"
    times = f"SELECT DeurNaaldTijd AS t FROM ({registered.rows}) WHERE {APART[apart]} AND DeurNaaldTijd IS NOT NULL"
    (expected,) = sql(f"""SELECT count(*), quantile_cont(t, 0.25), median(t), quantile_cont(t, 0.75), avg(t),
        count(*) FILTER (t < 30), count(*) FILTER (t < 60) FROM ({times})""")
    if not expected[0]:
        assert not [one for one in registered.computed.results if one.indicator == name]
        return
    found = [registered.value(name, statistic)[2] for statistic in ("q1", "median", "q3", "mean")]
    assert found == pytest.approx(list(expected[1:5]))
    shares = [registered.value(name, statistic)[:2] for statistic in ("below 30", "below 60")]
    assert shares == [(expected[0], expected[5]), (expected[0], expected[6])]


def test_every_hospital_has_its_own_median(registered: Registered) -> None:
    hospital = registered.version.hospital
    per = sql(f"""SELECT {hospital}, median(DeurNaaldTijd) FROM ({registered.rows})
        WHERE {APART[""]} AND DeurNaaldTijd IS NOT NULL GROUP BY 1""")
    assert len(per) > 3
    for code, median in per:
        assert registered.value(f"door_to_needle_{registered.year}", "median", Cell(hospital=code))[2] == median


def test_what_was_planted_comes_back(registered: Registered) -> None:
    """Median 39 minutes, of which the logarithm spreads by 0.52 between patients and 0.15 between hospitals."""
    name = f"door_to_needle_{registered.year}"
    n, _, median = registered.value(name, "median")
    hospitals = len({one.cell.hospital for one in registered.computed.results if one.indicator == name}) - 1
    assert n > 100 and median is not None
    spread = np.sqrt(0.15**2 / hospitals + np.pi / 2 * 0.52**2 / n)
    assert abs(np.log((median + 0.5) / 39)) < 4 * spread


@pytest.mark.parametrize("registered", VERSIONS[:1], indirect=True)  # only the first measurement has it
def test_swallow_screening_counts_each_episode_once(registered: Registered) -> None:
    (expected,) = sql(f"""SELECT count(*), count(*) FILTER (Slikscreening) FROM ({registered.rows})
        WHERE NOT Doorverwijzing""")
    n, k, value = registered.value("swallow_screening_2020", "proportion")
    assert (n, k) == expected and value == expected[1] / expected[0] and n > 500
    low, high = proportion_confint(k, n, alpha=1e-4, method="wilson")
    assert low <= 0.72 <= high
    (times,) = sql(f"""SELECT count(*), median(DeurNaaldTijd + BeroerteTijd) FROM ({registered.rows})
        WHERE {APART[""]} AND DeurNaaldTijd + BeroerteTijd IS NOT NULL""")
    assert registered.value("onset_to_needle_2020", "median")[::2] == times


def test_the_flow_of_patients_says_who_fell_out(registered: Registered) -> None:
    lines = [one for one in registered.computed.flow if one.indicator == f"door_to_needle_{registered.year}"]
    (gone,) = sql(f"""SELECT count(*) FILTER (InZiekenhuis), count(*) FILTER (NOT InZiekenhuis AND Doorverwijzing),
        count(*) FILTER ({APART[""]} AND DeurNaaldTijd IS NULL) FROM ({registered.rows})""")
    assert [one.excluded for one in lines if one.kind in ("exclusion", "known")] == list(gone)
    assert all(before.stays - after.excluded == after.stays for before, after in pairwise(lines))
