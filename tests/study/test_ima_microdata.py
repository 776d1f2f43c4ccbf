"""The microdata service: results are right, anonymous, and the only thing that leaves the project room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.study.conftest import CATALOG
from tests.study.releasing import certified
from tests.study.running import Ran, columns, data_for, flow_of, run, sql
from workbench.catalog import Catalog
from workbench.errors import WorkbenchError
from workbench.indicators import compute_indicators
from workbench.main.runs import release_policy
from workbench.publish.ledger import public_release
from workbench.study.printed_load import load_printed
from workbench.verify import knowledge_of

DECADE = """CASE WHEN PP0015 < 1910 THEN '<1910' WHEN PP0015 >= 2020 THEN '2020+'
    ELSE concat(PP0015 // 10 * 10, '-', PP0015 // 10 * 10 + 9) END"""
IN_THE_ROOM = {"ima", "ima-room", "microdata-users"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Ran:
    folder = tmp_path_factory.mktemp("ima")
    flow = flow_of("ima-microdata", catalog)
    return run(flow, data_for(flow, folder / "data", seed=4, persons=10_000), folder / "run")


def test_the_document_is_transcribed(catalog: Catalog) -> None:
    assert load_printed("ima-microdata", catalog, CATALOG).printed.datasets[1].line == 20


# Both derived variables once more, from the lines: what a correction took back is none.
CONTACTS = """SELECT p, year(day) AS y, count(*) AS contacts FROM (
        SELECT DISTINCT p, day, doctor FROM (
            SELECT SS00010 AS p, SS00015 AS day, SS00065A AS doctor, SS00020, sum(SS00050) AS taken FROM {HEALTH}
            WHERE SS00020 IN ('101032', '101076', '103110', '103132') GROUP BY ALL HAVING taken > 0)
    ) GROUP BY ALL"""
USERS = """SELECT p, year(day) AS y, sum(packages * coalesce(units, 0)) >= 80 AND count(DISTINCT day) >= 2 AS chronic
    FROM (
        SELECT SS00010 AS p, SS00015 AS day, SS00135 AS cnk, sum(SS00050) AS packages FROM {FARMA}
        WHERE ATC_PROD_L[1:4] = 'N06A' GROUP BY ALL HAVING packages > 0
    ) LEFT JOIN (VALUES {UNITS}) AS packs(cnk, units) USING (cnk) GROUP BY ALL"""


def hand_made(ran: Ran) -> tuple[str, str]:
    """Contacts and chronic use of a person and year, in SQL on the lines of the IMA."""
    listed = yaml.safe_load((CATALOG / "codes/cnk.yaml").read_text(encoding="utf-8"))["entries"]
    units = ", ".join(
        f"('{one['code']}', {one['attributes']['units']})" for one in listed if "units" in one["attributes"]
    )
    return (
        CONTACTS.format(HEALTH=ran.source("HEALTH")),
        USERS.format(FARMA=ran.source("FARMA"), UNITS=units),
    )


def test_results_are_those_of_the_source(ran: Ran) -> None:
    """Counted from the lines: groups of five persons on."""
    contacts, users = hand_made(ran)
    person = f"JOIN (SELECT PP0010 AS p, PP0020, {DECADE} AS d FROM {ran.source('POPULATION')}) USING (p)"
    expected = sql(f"""SELECT y, PP0020, d, count(DISTINCT p), sum(contacts) FROM ({contacts}) {person}
        GROUP BY ALL HAVING count(DISTINCT p) >= 5 ORDER BY ALL""")
    assert len(expected) > 20
    result = ran.table("microdata-applicant", "results.contacts")
    shown = "PrestatieJaar, PP0020, GeboorteDecennium, personen"
    assert sql(f"SELECT {shown}, contacten FROM {result} ORDER BY ALL") == expected
    expected = sql(f"""SELECT y, PP0020, d, count(DISTINCT p), chronic FROM ({users}) {person}
        GROUP BY ALL HAVING count(DISTINCT p) >= 5 ORDER BY ALL""")
    result = ran.table("microdata-applicant", "results.medicines")
    assert sql(f"SELECT {shown}, chronic_antidepressants FROM {result} ORDER BY ALL") == expected != []


def test_indicators_of_the_derived_variables_equal_the_lines(ran: Ran) -> None:
    """Every cell of the cohort: all, year, sex, generation; and the spread of the contacts, value by value."""
    contacts, users = hand_made(ran)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE person AS SELECT PP0010 AS p, PP0020 AS sex, {DECADE} AS generation "
                    f"FROM {ran.source('POPULATION')}")  # fmt: skip
        con.execute(f"CREATE TABLE contact AS FROM ({contacts}) JOIN person USING (p)")
        con.execute(f"CREATE TABLE medicine AS FROM ({users}) JOIN person USING (p)")
        con.execute("ALTER TABLE person ADD COLUMN y INTEGER")
        expected: dict[tuple[str, str, str], tuple[float, float]] = {}
        for name, table, counted in (
            ("ima_gp_users", "person", "p IN (SELECT p FROM contact)"),
            ("ima_chronic_users", "person", "p IN (SELECT p FROM medicine WHERE chronic)"),
            ("ima_chronic_antidepressants", "medicine", "chronic"),
        ):
            for cut in ("all", "year", "sex", "generation"):
                level = {"all": "'all'", "year": "y::VARCHAR"}.get(cut, cut)
                rows = con.execute(f"""SELECT {level}, count(*) FILTER ({counted}), count(*) FROM {table}
                    WHERE {level} NOT NULL GROUP BY 1""").fetchall()
                expected |= {(name, cut, level): (k, n) for level, k, n in rows}
        spread = con.execute("""SELECT y, count(*), avg(contacts), quantile_disc(contacts, 0.5),
            avg((contacts < 5)::INT) FROM contact GROUP BY y""").fetchall()
    computed = compute_indicators(ran.flow, ran.run)
    found, seen = {}, {}
    for one in computed.results:
        cut = one.cell.stratum or ("year" if one.cell.year else "all")
        if one.statistic == "proportion":
            found[one.indicator, cut, one.cell.level or str(one.cell.year or "all")] = (one.k, one.n)
        elif cut == "year":
            seen[one.cell.year, one.statistic] = one.value
    assert found == expected and len(found) > 40
    chronic, given = found["ima_chronic_antidepressants", "all", "all"]
    assert 0 < chronic < given
    for year, _, mean, median, below in spread:
        assert (seen[year, "mean"], seen[year, "below 5"]) == (pytest.approx(mean), pytest.approx(below))
        assert abs(seen[year, "median"] - median) <= 1, "the median of an even number of values lies between two"


def test_the_release_is_what_leaves_the_room(ran: Ran, tmp_path: Path) -> None:
    """By year, each number counted by hand; two people of the room must sign before anybody reads it."""
    release, rows = certified(ran.flow, ran.run, tmp_path)
    assert (release.policy()["id"], release.policy()["signatures"]) == ("small-cells", 2)
    with pytest.raises(WorkbenchError, match="can be read"):
        public_release(tmp_path / "releases", "ima-microdata")
    contacts, users = hand_made(ran)
    for indicator, table, counted in (
        ("ima_gp_contacts", contacts, "NULL"),
        ("ima_chronic_antidepressants", users, "count(*) FILTER (chronic)"),
    ):
        by_hand = dict(
            (year, (n, k)) for year, n, k in sql(f"SELECT coalesce(y, 0), count(*), {counted} FROM ({table}) GROUP BY "
                                                 "GROUPING SETS ((y), ())")
        )  # fmt: skip
        shown = {year: (row["n"], row["k"]) for (name, _, year), row in rows.items() if name == indicator}
        assert shown == by_hand and len(by_hand) == 6


def test_two_policies_are_no_policy(ran: Ran) -> None:
    """Without a small-cell analysis the aggregates say by which rule; where they differ, nothing says it."""
    assert release_policy(ran.flow, CATALOG).id == "small-cells"
    steps = list(ran.flow.steps)
    place = next(p for p, one in enumerate(steps) if one.step.id == "count-users")
    steps[place] = replace(steps[place], step=steps[place].step.model_copy(update={"policy": "other"}))
    with pytest.raises(WorkbenchError, match=r"several policies \(other, small-cells\).* stay with microdata-users"):
        release_policy(replace(ran.flow, steps=tuple(steps)), CATALOG)
    bare = [one for one in steps if one.step.id not in ("count-users", "count-contacts")]
    with pytest.raises(WorkbenchError, match="names no policy"):
        release_policy(replace(ran.flow, steps=tuple(bare)), CATALOG)


def test_nothing_about_a_person_leaves_the_room(ran: Ran) -> None:
    for entry in ran.run.ledger.entries:
        for name in entry.delivered:
            if not ran.flow.datasets[name].aggregate:
                assert set(entry.receivers) <= IN_THE_ROOM, entry.step
    assert ran.delivered("microdata-applicant") == {"results"}
    outside = ran.files("microdata-applicant")
    assert len(outside) == 2
    for path in outside:
        assert not {"IDmicrodata", "C2", "SS00010", "PP0010", "PP0015", "SS00015"} & set(columns(path))
        assert sql(f"SELECT min(personen) FROM '{path}'")[0][0] >= 5


def test_what_is_left_is_in_the_room_and_has_a_term(ran: Ran) -> None:
    results = {"results"}
    held = {party: names - {"indicators"} for party, names in ran.held().items()}  # made by another test
    assert held == {
        "ima": set(), "ima-room": {"patient_files", *results}, "microdata-applicant": results,
        "microdata-users": {"patient_files", "work", *results},
    }  # fmt: skip
    assert ran.keys() == set()
    terms = {one.dataset: one.from_event for one in ran.flow.study.study.retention}
    assert terms["patient_files"] == terms["work"] == "the end of the project"


def test_files_in_the_room_have_neither_dates_nor_the_number_of_the_ima(ran: Ran) -> None:
    names = set(ran.flow.datasets["patient_files"].columns())
    assert names == {
        "IDmicrodata", "GeboorteDecennium", "PP0020", "PrestatieJaar", "gp_contacts", "chronic_antidepressants",
    }  # fmt: skip


def test_what_the_applicant_can_learn(ran: Ran) -> None:
    model = knowledge_of(ran.flow)
    assert not any(one.identifiers for one in model.exposure(["microdata-applicant"]).clusters)
    assert model.exposure(["microdata-users"]).reaches(["id:C2"]) is None
