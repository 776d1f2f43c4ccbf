"""Self-registration of 2020 and 2022: what arrives is checked, small cells go, and no identifier is in it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.study.conftest import CATALOG
from tests.study.releasing import certified
from tests.study.running import Ran, columns, data_for, flow_of, run, sql
from workbench.catalog import Catalog
from workbench.study.printed_load import load_printed
from workbench.verify import knowledge_of, minimal_coalitions

UNKNOWN = "950"  # recognised by Flanders, and without an account: no patient of its own


class Version(NamedTuple):
    study: str
    table: str
    hospital: str
    years: tuple[int, int]
    kept: str
    checker: str


VERSIONS = (
    Version("stroke-selfreg-2020", "STROKE_2020", "CODE_AGR", (2017, 2019), "BeroerteTijd, Slikscreening", "smals"),
    Version("stroke-selfreg-2022", "STROKE_2022", "ERK", (2018, 2021), "Inclusie, SITS", "vikz-transfer"),
)


@pytest.fixture(scope="module", params=VERSIONS, ids=[version.study for version in VERSIONS])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, catalog: Catalog
) -> tuple[Version, Ran]:
    version: Version = request.param
    folder = tmp_path_factory.mktemp(version.study)
    flow = flow_of(version.study, catalog)
    data = data_for(flow, folder / "data", seed=5)
    (table,) = data.rglob(f"{version.table}.parquet")
    codes = catalog.codes["hospitals"].entries
    assert any(one.code == UNKNOWN and one.attributes["flemish_recognised"] for one in codes)
    assert sql(f"SELECT count(*) FROM '{next(data.rglob('PATIENT.parquet'))}' WHERE CODE_AGR = '{UNKNOWN}'") == [(0,)]
    # Twelve records under a number for which nobody opened an account, one of a hospital that Flanders does not
    # recognise, and one of another year: none may come through.
    foreign = next(one.code for one in codes if not one.attributes["flemish_recognised"])
    kept = f"SELECT * REPLACE ({{}}) FROM '{table}' LIMIT {{}}"
    parts = [
        f"SELECT * FROM '{table}'",
        kept.format(f"'{UNKNOWN}' AS {version.hospital}", 12),
        kept.format(f"'{foreign}' AS {version.hospital}", 1),
        kept.format(f"{version.years[1] + 1} AS Jaar", 1),
    ]
    sql(f"COPY ({' UNION ALL '.join(f'({part})' for part in parts)}) TO '{table}.new' (FORMAT parquet)")
    table.with_name(f"{table.name}.new").replace(table)
    return version, run(flow, data, folder / "run")


def accepted(version: Version, ran: Ran, catalog: Catalog) -> str:
    """By hand: records of the period, of recognised hospitals that have an account."""
    recognised = [one.code for one in catalog.codes["hospitals"].entries if one.attributes["flemish_recognised"]]
    listed = ", ".join(f"'{code}'" for code in recognised)
    return f"""SELECT * FROM {ran.source(version.table)} WHERE Jaar BETWEEN {version.years[0]} AND {version.years[1]}
        AND {version.hospital} IN ({listed}) AND {version.hospital} IN (SELECT CODE_AGR FROM {ran.source("PATIENT")})"""


def large(version: Version, rows: str) -> str:
    """By hand: records in cells of at least five."""
    cell = f"{version.hospital}, Doorverwijzing, InZiekenhuis"
    return f"SELECT * FROM ({rows}) QUALIFY count(*) OVER (PARTITION BY {cell}) >= 5"


@pytest.mark.parametrize("version", VERSIONS, ids=[version.study for version in VERSIONS])
def test_the_document_is_transcribed(version: Version, catalog: Catalog) -> None:
    printed = load_printed(version.study, catalog, CATALOG).printed
    (annex,) = [one for one in printed.datasets if one.id == "xml_file"]
    fields = [field for column in annex.columns for field in column.fields]
    assert fields == [field.name for field in catalog.tables[f"selfreg.{version.table}"].fields]


def test_only_checked_records_in_large_cells_are_analysed(both: tuple[Version, Ran], catalog: Catalog) -> None:
    version, ran = both
    rows = accepted(version, ran, catalog)
    expected = large(version, rows)
    counts = [sql(f"SELECT count(*) FROM ({query})")[0][0] for query in (expected, rows)]
    assert 0 < counts[0] < counts[1] < sql(f"SELECT count(*) FROM {ran.source(version.table)}")[0][0] - 13
    shown = f"{version.hospital}, Doorverwijzing, InZiekenhuis, DeurNaaldTijd, {version.kept}"
    analysis = ran.table("vikz-analysts", "analysis.stay")
    assert sql(f"SELECT {shown} FROM {analysis} ORDER BY ALL") == sql(f"SELECT {shown} FROM ({expected}) ORDER BY ALL")
    assert sql(f"SELECT count(*) FROM {analysis} WHERE {version.hospital} = '{UNKNOWN}'") == [(0,)]


def test_a_year_is_shown_only_where_five_share_it(both: tuple[Version, Ran], catalog: Catalog) -> None:
    version, ran = both
    analysis = ran.table("vikz-analysts", "analysis.stay")
    cell = f"{version.hospital}, Doorverwijzing, InZiekenhuis"
    (smallest,) = sql(f"""SELECT min(n), count(*) FROM (SELECT count(*) AS n FROM {analysis}
        GROUP BY {cell}, Jaar, JaarBreedte)""")
    assert smallest[0] >= 5 and smallest[1] > 10
    # A widened year still is a class with the year of the record in it: the counts per cell and class agree.
    truth = large(version, accepted(version, ran, catalog))
    for width in (1, 2, 4):
        told = sql(f"""SELECT {cell}, Jaar, count(*) FROM {analysis} WHERE JaarBreedte = {width} GROUP BY ALL""")
        real = dict(
            ((*row[:4],), row[4])
            for row in sql(f"SELECT {cell}, Jaar // {width} * {width}, count(*) FROM ({truth}) GROUP BY ALL")
        )
        assert all(real[(*row[:4],)] >= row[4] for row in told)


def test_the_analysis_of_small_cells_is_right(both: tuple[Version, Ran], catalog: Catalog) -> None:
    version, ran = both
    (report,) = sql(f"SELECT records, classes, smallest_class, records_below_threshold FROM "
                    f"{ran.table('committee', 'scra_report')}")  # fmt: skip
    (expected,) = sql(f"""SELECT sum(n), count(*), min(n), sum(n) FILTER (WHERE n < 5) FROM (
        SELECT count(*) AS n FROM ({accepted(version, ran, catalog)})
        GROUP BY {version.hospital}, Jaar, Doorverwijzing, InZiekenhuis)""")
    assert report == expected and expected[3] > 0


def test_aggregated_results(both: tuple[Version, Ran]) -> None:
    version, ran = both
    by = f"{version.hospital}, Jaar, JaarBreedte, Doorverwijzing, InZiekenhuis" + (
        ", Inclusie" if version.study.endswith("2022") else ""
    )
    analysis = ran.table("vikz-analysts", "analysis.stay")
    expected = sql(f"""SELECT {by}, count(*), round(avg(DeurNaaldTijd), 6) FROM {analysis}
        GROUP BY ALL HAVING count(*) >= 5 ORDER BY ALL""")
    shown = f"{by}, verblijven, round(gemiddelde_deur_naaldtijd, 6)"
    assert sql(f"SELECT {shown} FROM {ran.table('vikz-analysts', 'results')} ORDER BY ALL") == expected != []


def test_nobody_keeps_what_he_passed_on(both: tuple[Version, Ran]) -> None:
    _, ran = both
    held = ran.held()
    assert held.pop("vikz-analysts") == {"analysis", "results"}
    assert held.pop("smals") == {"analysis"} and held.pop("committee") == {"scra_report"}
    assert held.pop("kce") == {"scra_report"} and not any(held.values())


def test_no_identifier_anywhere(both: tuple[Version, Ran]) -> None:
    """The set cannot be linked with that of indicators 1 to 4: it has nothing to link on."""
    _, ran = both
    for dataset in ran.flow.datasets.values():
        for part in dataset.parts.values():
            assert not [one.name for one in part if one.role in ("direct_identifier", "pseudonym")]
    for path in ran.files(*ran.held()):
        assert not {"INSZ", "PATNUM", "STAYNUM", "RN", "Cproject"} & set(columns(path))
    model = knowledge_of(ran.flow)
    for target in model.targets:
        assert minimal_coalitions(model, target.tokens) == ()


def test_vikz_sees_nothing_before_the_check(both: tuple[Version, Ran]) -> None:
    """What the hospitals deliver reaches the analysts only through the check and the small-cell analysis."""
    version, ran = both
    order = [entry.step for entry in ran.run.ledger.entries]
    assert order.index("check-files") < order.index("assess-small-cells") < order.index("open-to-analysts")
    assert ran.flow.step("check-files").step.actor == version.checker
    assert ran.delivered("vikz-analysts") == {"analysis"}


def test_the_release_has_the_whole_period_and_no_class_of_years(both: tuple[Version, Ran], tmp_path: Path) -> None:
    """A class of two or four years cannot be split again: each hospital over all years, counted by hand."""
    version, ran = both
    release, rows = certified(ran.flow, ran.run, tmp_path)
    stay = ran.table("vikz-analysts", "analysis.stay")
    assert sql(f"SELECT count(DISTINCT JaarBreedte) > 1 FROM {stay}") == [(True,)], "else this tests nothing"
    hospitals = {one for (one,) in sql(f"SELECT DISTINCT {version.hospital}::VARCHAR FROM {stay}")}
    assert {year for _, _, year in rows} == {0}
    assert {hospital for _, hospital, _ in rows} <= {"ALL", *hospitals}
    year = version.study[-4:]
    usable = "NOT InZiekenhuis AND NOT Doorverwijzing AND DeurNaaldTijd NOT NULL"
    if year == "2022":
        usable += " AND Inclusie"
    for hospital, n in sql(f"""SELECT coalesce({version.hospital}::VARCHAR, 'ALL'), count(*) FILTER ({usable})
            FROM {stay} GROUP BY GROUPING SETS (({version.hospital}), ())"""):
        row = rows.get((f"door_to_needle_{year}", hospital, 0))
        assert row is None or row["n"] == n or row["n"] is None
    certificate = release.certificate()
    assert set(certificate["verdicts"]) - {"outsider"} == {one for _, one, _ in rows} - {"ALL"}
