"""The microdata service: results are right, anonymous, and the only thing that leaves the project room."""

from __future__ import annotations

import pytest

from tests.study.conftest import CATALOG
from tests.study.running import Ran, columns, data_for, flow_of, run, sql
from workbench.catalog import Catalog
from workbench.study.printed_load import load_printed
from workbench.verify import knowledge_of

DECADE = """CASE WHEN PP0015 < 1910 THEN '<1910' WHEN PP0015 >= 2020 THEN '2020+'
    ELSE concat(PP0015 // 10 * 10, '-', PP0015 // 10 * 10 + 9) END"""
IN_THE_ROOM = {"ima", "ima-room", "microdata-users"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Ran:
    folder = tmp_path_factory.mktemp("ima")
    flow = flow_of("ima-microdata", catalog)
    return run(flow, data_for(flow, folder / "data", seed=4), folder / "run")


def test_the_document_is_transcribed(catalog: Catalog) -> None:
    assert load_printed("ima-microdata", catalog, CATALOG).printed.datasets[1].line == 20


def test_results_are_those_of_the_source(ran: Ran) -> None:
    """Contacts: different days and physicians; deliveries: different days and products; groups of five persons on."""
    contacts = f"""SELECT year(SS00015) AS y, PP0020, {DECADE} AS d, count(DISTINCT p), count(*)
        FROM (SELECT DISTINCT SS00010 AS p, SS00015, SS00065A FROM {ran.source("HEALTH")}
              WHERE SS00020 IN ('101032', '101076', '103110', '103132'))
        JOIN {ran.source("POPULATION")} ON p = PP0010 GROUP BY ALL HAVING count(DISTINCT p) >= 5 ORDER BY ALL"""
    expected = sql(contacts)
    assert len(expected) > 20
    result = ran.table("microdata-applicant", "results.contacts")
    shown = "PrestatieJaar, PP0020, GeboorteDecennium, personen"
    assert sql(f"SELECT {shown}, contacten FROM {result} ORDER BY ALL") == expected

    medicines = f"""SELECT year(SS00015) AS y, PP0020, {DECADE} AS d, count(DISTINCT p), ATC_PROD_L, count(*)
        FROM (SELECT DISTINCT SS00010 AS p, SS00015, ATC_PROD_L FROM {ran.source("FARMA")}
              WHERE ATC_PROD_L[1:4] = 'N06A')
        JOIN {ran.source("POPULATION")} ON p = PP0010 GROUP BY ALL HAVING count(DISTINCT p) >= 5 ORDER BY ALL"""
    result = ran.table("microdata-applicant", "results.medicines")
    assert sql(f"SELECT {shown}, ATC_PROD_L, afleveringen FROM {result} ORDER BY ALL") == sql(medicines) != []


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


def test_the_room_is_empty_at_the_end(ran: Ran) -> None:
    results = {"results"}
    assert ran.held() == {"ima": set(), "ima-room": results, "microdata-users": results, "microdata-applicant": results}
    assert ran.keys() == set()


def test_files_in_the_room_have_neither_dates_nor_the_number_of_the_ima(ran: Ran) -> None:
    names = set(ran.flow.datasets["patient_files"].columns())
    assert names == {"IDmicrodata", "GeboorteDecennium", "PP0020", "PrestatieJaar", "ATC_PROD_L"}


def test_what_the_applicant_can_learn(ran: Ran) -> None:
    model = knowledge_of(ran.flow)
    assert not any(one.identifiers for one in model.exposure(["microdata-applicant"]).clusters)
    assert model.exposure(["microdata-users"]).reaches(["id:C2"]) is None
