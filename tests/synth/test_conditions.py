"""One person is the same in every source: conditions show in contacts, medicines and stays; moves in hospitals;
lump sums and corrections in the billing."""

from __future__ import annotations

import pytest

from tests.synth.conftest import Data
from workbench.synth.parameters import Parameters


@pytest.fixture(scope="module")
def conditions(data: Data) -> str:
    """Persons over 65 who live through the window, with the number of chronic groups their stays tell, as a view."""
    data.con.execute(
        """
        CREATE OR REPLACE VIEW told AS
        SELECT c2, count(DISTINCT left(CODE_DIAGNOSE, 3)) AS conditions FROM DIAGNOSE
        JOIN key_stays USING (CODE_AGR, STAYNUM) JOIN key_persons USING (INSZ)
        WHERE death_date IS NULL AND birth_date < DATE '1950-01-01' AND kind = 'background'
            AND left(CODE_DIAGNOSE, 3) IN ('E10', 'E11', 'I50', 'I25', 'J44', 'J45', 'N18', 'I73')
            AND M1_PRESENT_ADM = 'Y' GROUP BY c2
        """
    )
    return "told"


@pytest.mark.parametrize("table", ["HEALTH", "FARMA"])
def test_conditions_drive_ambulatory_care_and_medicines(data: Data, conditions: str, table: str) -> None:
    ambulatory = "AND SS00075 IS NULL" if table == "HEALTH" else ""
    found = dict(
        data.rows(
            f"""SELECT least(conditions, 3) AS n, avg(lines) FROM {conditions} JOIN (
                SELECT SS00010 AS c2, count(*) AS lines FROM {table} WHERE true {ambulatory} GROUP BY c2
            ) USING (c2) GROUP BY n"""
        )
    )
    assert found[3] > 1.2 * found[1], found


@pytest.mark.parametrize(("codes", "substance"), [("E11", "A10BA02"), ("J44", "R03AK07"), ("I50", "C09AA05")])
def test_patients_take_the_medicine_of_their_condition(data: Data, codes: str, substance: str) -> None:
    """Who is coded with the condition gets it many times as often as anybody."""
    products = f"""SELECT SS00010 AS c2, avg((ATC_PROD_L = '{substance}')::INTEGER) AS share FROM FARMA GROUP BY c2"""
    ill = f"""SELECT DISTINCT c2 FROM DIAGNOSE JOIN key_stays USING (CODE_AGR, STAYNUM) JOIN key_persons USING (INSZ)
        WHERE starts_with(CODE_DIAGNOSE, '{codes}') AND TYPE_DIAGNOSE = 'S' AND NOT atrial_fibrillation"""
    with_, without = (
        data.one(f"SELECT avg(share) FROM ({products}) {join} JOIN ({ill}) USING (c2)") for join in ("SEMI", "ANTI")
    )
    assert with_ > 3 * without


def test_day_stays_have_one_lump_sum_and_classic_stays_none(data: Data, parameters: Parameters) -> None:
    codes = {code: name for name, (code, _) in parameters["billing.forfaits"].items()}
    listed = ", ".join(f"'{code}'" for code in codes)
    rows = data.rows(
        f"""SELECT stay_type, coalesce(n, 0), count(*) FROM (
            SELECT c2, stay_type, admission FROM key_stays JOIN key_persons USING (INSZ)
        ) LEFT JOIN (
            SELECT SS00010 AS c2, SS00110 AS admission, count(*) AS n FROM HEALTH
            WHERE SS00020 IN ({listed}) GROUP BY ALL
        ) USING (c2, admission) GROUP BY ALL"""
    )
    assert {(kind, number) for kind, number, _ in rows} == {("H", 0), ("C", 1), ("D", 1)}
    surgical = data.rows(
        f"""SELECT DISTINCT SS00020 FROM HEALTH JOIN key_persons ON c2 = SS00010
        JOIN key_stays ON key_stays.INSZ = key_persons.INSZ AND admission = SS00110
        WHERE SS00020 IN ({listed}) AND stay_type = 'C'"""
    )
    assert [codes[code] for (code,) in surgical] == ["maxi"]


def test_a_line_that_is_taken_back_was_billed(data: Data, parameters: Parameters) -> None:
    """Every negative line has its positive one: same person, day, code and product, opposite quantity and amount."""
    line = "SS00010, SS00015, SS00020, SS00135, SS00075"
    back = f"SELECT {line}, -SS00050 AS q, -SS00060 AS a FROM HEALTH WHERE SS00050 < 0"
    number = data.one(f"SELECT count(*) FROM ({back})")
    share = number / data.one("SELECT count(*) FROM key_stays")
    assert 0.5 < share / parameters.number("faults.taken_back_lines") < 1.2  # a stay with one line has none
    lonely = f"""SELECT count(*) FROM ({back}) AS b WHERE NOT EXISTS (
        SELECT 1 FROM HEALTH h WHERE h.SS00010 = b.SS00010 AND h.SS00015 = b.SS00015 AND h.SS00020 = b.SS00020
            AND h.SS00135 IS NOT DISTINCT FROM b.SS00135 AND h.SS00050 = b.q AND h.SS00060 = b.a)"""
    assert data.one(lonely) == 0


def test_who_moves_is_registered_at_the_new_place_from_then_on(data: Data, parameters: Parameters) -> None:
    moved = data.one("SELECT avg((moved IS NOT NULL)::INTEGER) FROM key_persons")
    expected = parameters.number("population.moves.yearly") * 1157 / 365.25
    assert abs(moved - expected) < 4 * (expected / 20_000) ** 0.5
    zips = parameters["codes.postal_codes"]
    rows = data.rows(
        """SELECT admission >= moved AS after, A2_CODE_ZIP, arrondissement, arrondissement_after
        FROM STAYHOSP JOIN key_stays USING (CODE_AGR, STAYNUM) JOIN key_persons USING (INSZ) WHERE moved IS NOT NULL
            AND place_in_chain = 0"""
    )
    seen = {(after, code == zips[old], code == zips[new]) for after, code, old, new in rows if old != new}
    assert (True, False, True) in seen and (False, True, False) in seen
    assert (False, False, True) not in seen, "nobody is at the new place before the move"
    assert len(rows) > 500


def test_stays_after_a_move_are_nearer_to_the_new_place(data: Data, parameters: Parameters) -> None:
    at = {str(one["code"]): str(one["arrondissement"]) for one in parameters.hospitals}
    rows = data.rows(
        """SELECT admission >= moved, CODE_AGR, arrondissement, arrondissement_after FROM key_stays
        JOIN key_persons USING (INSZ) WHERE moved IS NOT NULL AND arrondissement <> arrondissement_after"""
    )
    new_home = {after: [at[code] == new for a, code, _, new in rows if a == after] for after in (True, False)}
    rate = {after: sum(hits) / len(hits) for after, hits in new_home.items()}
    assert rate[True] > rate[False]
