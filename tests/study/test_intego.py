"""INTEGO: both streams come together completely, and what brought them together is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.intego_oracle import PER, intego_cells
from tests.study.conftest import CATALOG
from tests.study.releasing import certified
from tests.study.running import Ran, columns, data_for, flow_of, run, sql
from workbench.catalog import Catalog
from workbench.indicators import compute_indicators
from workbench.study.printed_load import load_printed
from workbench.verify import knowledge_of, minimal_coalitions

# What each part of the register holds, beside the year of the registration.
PAYLOAD = {
    "patient": "birth_year, sex, registry_variables", "diagnosis": "diagnoses", "prescription": "prescriptions",
    "test": "tests",
}  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Ran:
    folder = tmp_path_factory.mktemp("intego")
    flow = flow_of("intego", catalog)
    return run(flow, data_for(flow, folder / "data", seed=3, persons=40_000), folder / "run")


def test_the_document_is_transcribed(catalog: Catalog) -> None:
    printed = load_printed("intego", catalog, CATALOG).printed
    assert [step.does for step in printed.steps if step.number == "2"] == ["send"]


@pytest.mark.parametrize("part", PAYLOAD)
def test_the_consolidation_is_complete(ran: Ran, part: str) -> None:
    """The register is the join of both source tables, with a pseudonym in the place of the number."""
    register = ran.table("intego-researchers", f"register.{part}")
    filled = PAYLOAD[part].rpartition(" ")[2]
    by_niss = f"""SELECT NISS AS person, * FROM {ran.source("IDENTIFIER")}
        JOIN {ran.source("REGISTRY")} USING (registration_code) WHERE {filled} NOT NULL"""
    by_pseudonym = f"SELECT HDPseudo AS person, * FROM {register}"
    # The same rows, divided over persons in the same way: what each person has, and how many have that.
    shape = f"""SELECT has, count(*) FROM (SELECT person, list_sort(list(concat_ws('|', registration_year,
        {PAYLOAD[part]}))) AS has FROM ({{rows}}) GROUP BY person) GROUP BY has ORDER BY has"""
    expected = sql(shape.format(rows=by_niss))
    assert sql(shape.format(rows=by_pseudonym)) == expected != []


def test_what_is_received_is_what_is_consolidated(ran: Ran) -> None:
    listed = f"{ran.source('REGISTRY')} WHERE registry_variables NOT NULL"
    (count,) = sql(f"SELECT count(*), count(DISTINCT registration_code) FROM {listed}")
    assert count[0] > 200
    for part in ("received", "consolidated"):
        assert sql(f"SELECT registraties, patienten FROM {ran.table('healthdata', f'quality_control.{part}')}") == [
            count
        ]


def test_who_objected_is_nowhere(ran: Ran) -> None:
    key = ran.source("practices")
    (told,) = sql(f"SELECT count(*) FILTER (WHERE objected), count(*) FROM {key}")
    assert told[0] > 0, "somebody must object, else this tests nothing"
    assert sql(f"SELECT count(*) FROM {ran.source('IDENTIFIER')}") == [(told[1] - told[0],)]
    made = [part for entry in ran.run.ledger.entries for part in entry.made if part.dataset == "records"]
    assert {part.rows for part in made if part.part == "identifier"} == {told[1] - told[0]}
    assert sql(
        f"SELECT count(*) FROM {ran.source('REGISTRY')} JOIN {key} USING (registration_code) WHERE objected"
    ) == [(0,)]


def test_code_and_number_are_gone(ran: Ran) -> None:
    """Nothing that leads back to identity is left: no column, no value, no key."""
    assert ran.keys() == set()
    files = ran.files(*ran.held())
    assert files
    secrets = {str(value) for (value,) in sql(f"SELECT registration_code FROM {ran.source('IDENTIFIER')}")}
    secrets |= {str(value) for (value,) in sql(f"SELECT NISS FROM {ran.source('IDENTIFIER')}")}
    for path in files:
        assert not {"registration_code", "NISS", "CODE_ENC"} & set(columns(path)), path
        for name in columns(path):
            values = {str(value).lstrip("0") for (value,) in sql(f"SELECT DISTINCT \"{name}\" FROM '{path}'")}
            assert not values & {one.lstrip("0") for one in secrets}, (path, name)
    assert ran.held()["ehealth"] == ran.held()["careconnect"] == ran.held()["gp-practices"] == set()


def test_the_trusted_party_never_sees_care(ran: Ran) -> None:
    given = ran.delivered("ehealth")
    seen = {column.name for name in given for part in ran.flow.datasets[name].parts.values() for column in part}
    assert given == {"identifier_stream"} and seen == {"NISS", "CODE_ENC"}
    seen = {
        column.name
        for name in ran.delivered("healthdata")
        for part in ran.flow.datasets[name].parts.values()
        for column in part
    }
    assert "NISS" not in seen and {"HDPseudo", "CODE_ENC", "registration_code", "diagnoses"} <= seen


def test_deletion_follows_consolidation_and_is_logged(ran: Ran) -> None:
    order = [entry.step for entry in ran.run.ledger.entries]
    assert order.index("consolidate-streams") < order.index("count-consolidated") < order.index("delete-code")
    assert order.index("delete-code") < order.index("open-register")
    remarks = {entry.step: entry.remark for entry in ran.run.ledger.entries}
    assert "streams together" in str(remarks["decrypt-code"]) and "deletion" in str(remarks["log-processing"])


def test_the_published_tables_are_right_and_have_no_small_cell(ran: Ran) -> None:
    expected = sql(f"""SELECT diagnoses, count(*), count(DISTINCT NISS) FROM {ran.source("IDENTIFIER")}
        JOIN {ran.source("REGISTRY")} USING (registration_code) WHERE diagnoses NOT NULL GROUP BY diagnoses
        HAVING count(DISTINCT NISS) >= 5 ORDER BY diagnoses""")
    for party in ("public", "intego-researchers"):
        table = ran.table(party, "healthstat_tables")
        assert sql(f"SELECT diagnoses, registraties, patienten FROM {table} ORDER BY diagnoses") == expected
    assert ran.held()["public"] == {"healthstat_tables"}
    coded = f"{ran.source('REGISTRY')} WHERE diagnoses NOT NULL"
    small = sql(f"SELECT count(*) FROM (SELECT 1 FROM {coded} GROUP BY diagnoses HAVING count(*) < 5)")
    assert small[0][0] > 0, "there are small cells to leave out"


def test_who_can_bring_identity_and_diagnosis_together(ran: Ran) -> None:
    """By hand: CareConnect keeps the records; else the TTP's table is needed together with the register."""
    found = minimal_coalitions(knowledge_of(ran.flow), ["id:INSZ", "attr:diagnosis"])
    assert {frozenset(one) for one in found} == {
        frozenset({"careconnect"}),
        frozenset({"ehealth", "healthdata"}),
        frozenset({"ehealth", "intego-researchers"}),
    }


def test_every_figure_equals_the_answer_key(ran: Ran) -> None:
    """Over all, per year, sex and class of age, and per year, sex and age together; every group and every cell."""
    computed = compute_indicators(ran.flow, ran.run)
    assert computed.table is not None
    assert set(computed.table.counts["hospital"].to_pylist()) == {"-", "ALL"}, "no practice is named"
    found: dict[str, dict[tuple[str, str, str], tuple[int, int]]] = {cut: {} for cut in PER}
    for one in computed.results:
        cut = one.cell.stratum or ("year" if one.cell.year else "all")
        level = one.cell.level or (str(one.cell.year) if one.cell.year else "all")
        group = one.statistic.partition(" ")[2]
        counted = one.n if one.k is None else one.k
        found[cut][one.indicator, group, level] = (int(counted), int(one.n))
    assert found == intego_cells(ran.data)
    cells = found["year-sex-age"]
    assert len(cells) > 1_000 and len({level for _, _, level in cells}) > 30
    # The traps were met: problems written down twice, known before the patient came, and acute ones.
    register = ran.table("intego-researchers", "register.diagnosis")
    twice = f"SELECT count(*) FROM (SELECT 1 FROM {register} WHERE diagnoses <> 'R74' GROUP BY HDPseudo, diagnoses"
    assert sql(f"{twice} HAVING count(*) > 1)")[0][0] > 2
    new, there = found["all"]["intego_incidence", "", "all"][0], found["all"]["intego_prevalence", "", "all"][0]
    assert 5 < new < there / 5


def test_the_release_is_by_year_and_small_years_are_withheld(ran: Ran, tmp_path: Path) -> None:
    """The register names no practice: all practices together, each number as planted or withheld."""
    release, rows = certified(ran.flow, ran.run, tmp_path)
    assert list(release.certificate()["verdicts"]) == ["outsider"]
    assert release.policy()["signatures"] == 0
    planted = intego_cells(ran.data)
    counted = {(name, 0): found for (name, group, _), found in planted["all"].items() if not group}
    counted |= {(name, int(year)): found for (name, group, year), found in planted["year"].items() if not group}
    small = 0
    for (name, hospital, year), row in rows.items():
        k, n = counted[name, year]
        assert hospital == "ALL" and row["n"] in (n, None)
        if name != "intego_population":
            assert row["k"] in (k, None) and row["rest"] in (n - k, None)
            small += k < 5
            assert row["k"] is None or k >= 5
    assert len(rows) == 4 * 4 and small > 0, "a small year must occur, else this tests nothing"
