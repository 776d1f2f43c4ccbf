"""INTEGO: both streams come together completely, and what brought them together is gone."""

from __future__ import annotations

import pytest

from tests.study.conftest import CATALOG
from tests.study.running import Ran, columns, data_for, flow_of, run, sql
from workbench.catalog import Catalog
from workbench.study.printed_load import load_printed
from workbench.verify import knowledge_of, minimal_coalitions

PAYLOAD = "registry_variables, diagnoses, prescriptions, tests"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Ran:
    folder = tmp_path_factory.mktemp("intego")
    flow = flow_of("intego", catalog)
    return run(flow, data_for(flow, folder / "data", seed=3), folder / "run")


def test_the_document_is_transcribed(catalog: Catalog) -> None:
    printed = load_printed("intego", catalog, CATALOG).printed
    assert [step.does for step in printed.steps if step.number == "2"] == ["send"]


def test_the_consolidation_is_complete(ran: Ran) -> None:
    """The register is the join of both source tables, with a pseudonym in the place of the number."""
    register = ran.table("intego-researchers", "register")
    by_niss = f"""SELECT NISS AS person, {PAYLOAD} FROM {ran.source("IDENTIFIER")}
        JOIN {ran.source("REGISTRY")} USING (registration_code)"""
    by_pseudonym = f"SELECT HDPseudo AS person, {PAYLOAD} FROM {register}"
    # The same rows, divided over persons in the same way: what each person has, and how many have that.
    shape = """SELECT has, count(*) FROM (SELECT person, list_sort(list(concat_ws('|', registry_variables,
        diagnoses, prescriptions, tests))) AS has FROM ({rows}) GROUP BY person) GROUP BY has ORDER BY has"""
    expected = sql(shape.format(rows=by_niss))
    assert sql(shape.format(rows=by_pseudonym)) == expected
    (count,) = sql(f"SELECT count(*), count(DISTINCT registration_code) FROM {ran.source('REGISTRY')}")
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
        JOIN {ran.source("REGISTRY")} USING (registration_code) GROUP BY diagnoses
        HAVING count(DISTINCT NISS) >= 5 ORDER BY diagnoses""")
    for party in ("public", "intego-researchers"):
        table = ran.table(party, "healthstat_tables")
        assert sql(f"SELECT diagnoses, registraties, patienten FROM {table} ORDER BY diagnoses") == expected
    assert ran.held()["public"] == {"healthstat_tables"}
    small = sql(f"SELECT count(*) FROM (SELECT diagnoses FROM {ran.source('REGISTRY')} GROUP BY 1 HAVING count(*) < 5)")
    assert small[0][0] > 0, "there are small cells to leave out"


def test_who_can_bring_identity_and_diagnosis_together(ran: Ran) -> None:
    """By hand: CareConnect keeps the records; else the TTP's table is needed together with the register."""
    found = minimal_coalitions(knowledge_of(ran.flow), ["id:INSZ", "attr:diagnosis"])
    assert {frozenset(one) for one in found} == {
        frozenset({"careconnect"}),
        frozenset({"ehealth", "healthdata"}),
        frozenset({"ehealth", "intego-researchers"}),
    }
