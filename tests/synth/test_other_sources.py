"""The Technical Cell, stays and further fields of the sickness funds, the practices: one person everywhere."""

from __future__ import annotations

import yaml

from tests.synth.conftest import CATALOG, Data
from workbench.synth.parameters import Parameters

DOCUMENTS = {"SHA_PREST": "A2_HOSPTYPE_FAC = 'H'", "ADH_PREST": "A2_HOSPTYPE_FAC <> 'H'"}


def test_documents_of_stays_are_the_lines_of_the_sickness_funds(data: Data) -> None:
    """Line by line, also where the sickness funds' line names no hospital: the cell's line names the stay."""
    for table, which in DOCUMENTS.items():
        cell = f"""SELECT k.INSZ, NOMEN_CODE, REALIZATION_DATE, CNK, NUMBER, AMOUNT, ADMISSION_DATE, DISCHARGE_DATE
            FROM {table} JOIN key_stays k ON k.STAYNUM = admission_nr"""
        funds = f"""SELECT p.INSZ, SS00020, SS00015, SS00135, SS00050, SS00060, SS00110, SS00115
            FROM HEALTH JOIN key_persons p ON c2 = SS00010
            JOIN (SELECT INSZ, admission, discharge, any_value(A2_HOSPTYPE_FAC) AS A2_HOSPTYPE_FAC
                FROM key_stays JOIN STAYHOSP USING (CODE_AGR, STAYNUM) GROUP BY ALL) s
            ON s.INSZ = p.INSZ AND s.admission = SS00110 AND s.discharge = SS00115 WHERE {which}"""
        count = f"SELECT count(*), (SELECT count(*) FROM ({cell} EXCEPT ALL {funds})) FROM {table}"
        rows, without = data.rows(count)[0]
        assert rows > 10_000 and without == 0, table
    assert data.one("SELECT count(*) FROM SHA_PREST ANTI JOIN STAYHOSP ON STAYNUM = admission_nr") == 0


def test_a_stay_in_a_document_is_the_stay_of_the_hospital(data: Data) -> None:
    for table, which in DOCUMENTS.items():
        different = f"""SELECT count(*) FROM {table} JOIN dated s ON s.STAYNUM = admission_nr
            JOIN key_stays k ON k.STAYNUM = admission_nr JOIN key_persons p USING (INSZ)
            WHERE NOT ({which}) OR ADMISSION_DATE <> s.adm OR DISCHARGE_DATE <> s.dis OR PATIENT_SEX <> A2_CODE_SEX
            OR PATIENT_AGE <> date_sub('year', birth_date, s.adm)"""
        assert data.one(different) == 0
        persons = f"""SELECT count(DISTINCT (INSZ, patient_anonymous_id)), count(DISTINCT INSZ),
            count(DISTINCT patient_anonymous_id) FROM {table} JOIN key_stays k ON k.STAYNUM = admission_nr"""
        pairs, by_insz, by_number = data.rows(persons)[0]
        assert pairs == by_insz == by_number
    order = """SELECT count(*) FROM (
        SELECT DISTINCT patient_anonymous_id, ADMISSION_ORDER, ADMISSION_DATE, DISCHARGE_DATE, PREVIOUS_STAY_INTERVAL
        FROM (FROM SHA_PREST SELECT patient_anonymous_id, ADMISSION_ORDER, ADMISSION_DATE, DISCHARGE_DATE,
            PREVIOUS_STAY_INTERVAL UNION ALL FROM ADH_PREST SELECT patient_anonymous_id, ADMISSION_ORDER,
            ADMISSION_DATE, DISCHARGE_DATE, PREVIOUS_STAY_INTERVAL)
        ) a JOIN (SELECT DISTINCT patient_anonymous_id, ADMISSION_ORDER, DISCHARGE_DATE FROM SHA_PREST) b
        ON a.patient_anonymous_id = b.patient_anonymous_id AND b.ADMISSION_ORDER = a.ADMISSION_ORDER - 1
        WHERE a.PREVIOUS_STAY_INTERVAL <> a.ADMISSION_DATE - b.DISCHARGE_DATE OR b.DISCHARGE_DATE > a.ADMISSION_DATE"""
    assert data.one(order) == 0
    forfaits = {entry["code"] for entry in yaml.safe_load((CATALOG / "codes/day_forfait.yaml").read_text())["entries"]}
    used = {code for (code,) in data.rows("SELECT DISTINCT FORFAIT_TYPE FROM ADH_PREST")}
    assert used <= forfaits and len(used) == 10
    assert data.rows("SELECT DISTINCT FORFAIT_TYPE FROM SHA_PREST") == [(None,)]
    assert data.one("SELECT count(*) FROM SHA_PREST WHERE DELIVERY_YN") > 100


def test_document_p_is_a_part_of_the_ambulatory_lines(data: Data) -> None:
    lines = """SELECT SS00020, SS00015, SS00060 FROM HEALTH WHERE SS00075 IS NULL"""
    extra = f"SELECT count(*) FROM (SELECT NOMEN_CODE, REALIZATION_DATE, AMOUNT FROM DOCUMENT_P EXCEPT ALL {lines})"
    assert data.one(extra) == 0
    assert 0.05 < data.one("SELECT count(*) FROM DOCUMENT_P") / data.one(f"SELECT count(*) FROM ({lines})") < 0.4


def test_stays_of_the_sickness_funds_are_those_of_the_hospitals(data: Data) -> None:
    same = """SELECT count(*) FROM HOSP h JOIN key_stays k ON k.INSZ = fld_nn AND FIRST_PREST = admission
        AND LAST_PREST = discharge WHERE LOS = discharge - admission AND left(STAY_NR, 4)::INTEGER = year(admission)
        AND (k.billing_lost OR HOSP_ADM[4:6] = k.CODE_AGR) AND HOSP_TRANS[4:6] IS NOT DISTINCT FROM k.next_code_agr"""
    assert data.one(same) == data.one("SELECT count(*) FROM HOSP") == data.one("SELECT count(*) FROM key_stays")
    assert data.one("SELECT count(*) FROM HOSP WHERE LOS_YYYY > LOS") == 0
    assert data.one("SELECT count(*) FROM HOSP WHERE LOS_YYYY < LOS") > 5


def test_further_fields_of_the_lines_follow_from_the_lines(data: Data, parameters: Parameters) -> None:
    products = {entry["code"]: entry["atc"] for entry in parameters.products}
    for table in ("HEALTH", "FARMA"):
        found = dict(data.rows(f"SELECT DISTINCT SS00135, ATC_PROD_L FROM {table} WHERE SS00135 NOT NULL"))
        assert found and all(products[code] == atc for code, atc in found.items())
        booked = "make_date(SS00025A, SS00025B, 1)"
        early = f"SELECT count(*) FROM {table} WHERE {booked} < date_trunc('month', SS00015)"
        late = f"SELECT max({booked} - SS00015), avg({booked} - SS00015) FROM {table}"
        assert data.one(early) == 0
        most, mean = data.rows(late)[0]
        assert 300 < most <= 730 and 25 < mean < 55
        assert data.one(f"SELECT count(*) FROM {table} WHERE SS00155 > SS00015 OR SS00155 < SS00015 - 21") == 0
    stays = """SELECT count(*) FROM HEALTH WHERE (PROCEDURE_AH_CAT = '2') <> (SS00110 IS NOT NULL)
        OR SS00085 IS DISTINCT FROM SS00075 OR SS00150 <> SS00020 OR (isodow(SS00015) > 5) <> (SS00145 = '2')"""
    assert data.one(stays) == 0
    repeated = """SELECT count(*), count(*) - count(DISTINCT t) FROM (SELECT t FROM HEALTH AS t)"""
    rows, equal = data.rows(repeated)[0]
    core = "SELECT count(*) - count(DISTINCT t) FROM (SELECT COLUMNS(c -> c IN ({})) FROM HEALTH) AS t"
    names = [row[0] for row in data.rows("DESCRIBE HEALTH")][:12]
    assert equal == data.one(core.format(", ".join(f"'{name}'" for name in names))) > 0 and rows > 500_000
    increased = (
        "SELECT avg((PP1010 IS NOT NULL)::INTEGER), count(DISTINCT PP1008), count(DISTINCT PP0055_AGG) FROM POPULATION"
    )
    share, incomes, sectors = data.rows(increased)[0]
    assert 0.12 < share < 0.22 and incomes == 4 and sectors > 5_000


def test_who_objected_is_in_neither_stream_of_the_practices(data: Data, parameters: Parameters) -> None:
    assert data.rows("SELECT registration_code FROM IDENTIFIER EXCEPT SELECT registration_code FROM REGISTRY") == []
    assert data.rows("SELECT registration_code FROM REGISTRY EXCEPT SELECT registration_code FROM IDENTIFIER") == []
    told = data.rows("SELECT registration_code, INSZ FROM key_practices WHERE NOT objected ORDER BY 1")
    assert told == data.rows("SELECT registration_code, NISS FROM IDENTIFIER ORDER BY 1")
    assert data.one("SELECT count(*) FROM key_practices WHERE objected") > 0
    other = """SELECT count(*) FROM REGISTRY JOIN IDENTIFIER USING (registration_code) JOIN key_persons p ON INSZ = NISS
        WHERE birth_year <> year(birth_date) OR REGISTRY.sex <> CASE p.sex WHEN 'man' THEN '1' ELSE '2' END"""
    assert data.one(other) == 0
    flemish = "arrondissement[1] IN ('1', '3', '4', '7') OR arrondissement[1:2] IN ('23', '24')"
    persons = data.one(f"SELECT count(*) FROM key_persons WHERE {flemish}")
    share = data.one("SELECT count(*) FROM key_practices") / persons
    assert abs(share - parameters.number("intego.share")) < 0.005
    heart = """SELECT count(*) FROM (SELECT INSZ, bool_or(problem = 'K78') AS told FROM key_practice_problems
            GROUP BY INSZ) JOIN key_persons USING (INSZ) WHERE told AND NOT atrial_fibrillation"""
    assert data.one(heart) == 0 and data.one("SELECT count(*) FROM key_practice_problems WHERE problem = 'K78'") > 0


def test_registrations_of_the_practices_say_what_was_planted(data: Data) -> None:
    """Years on the list, first year of each problem, prescriptions and tests: row by row those of the answer key."""
    data.con.execute("CREATE OR REPLACE TEMP VIEW reg AS SELECT INSZ, r.* FROM REGISTRY r JOIN key_practices USING "
                     "(registration_code)")  # fmt: skip
    listed = "SELECT INSZ, min(registration_year), max(registration_year), count(*) FROM reg WHERE birth_year NOT NULL"
    told = "SELECT INSZ, first_year, last_year, last_year - first_year + 1 FROM key_practices WHERE NOT objected"
    assert data.rows(f"{listed} GROUP BY 1 ORDER BY 1") == data.rows(f"{told} ORDER BY 1")
    first = "SELECT INSZ, diagnoses, min(registration_year) FROM reg WHERE diagnoses <> 'R74' GROUP BY ALL ORDER BY ALL"
    problems = "SELECT INSZ, problem, min(known) FROM key_practice_problems GROUP BY ALL"
    heard = "INSZ IN (SELECT INSZ FROM key_practices WHERE NOT objected)"
    assert data.rows(first) == data.rows(f"{problems} HAVING {heard} ORDER BY ALL")
    for column, planted in (("prescriptions", "prescriptions"), ("tests", "tests")):
        rows = f"""SELECT INSZ, registration_year, count(*) FROM reg WHERE {column} NOT NULL AND {column} <> 'J01CA04'
            GROUP BY ALL ORDER BY ALL"""
        sums = f"SELECT INSZ, year, sum({planted}) AS n FROM key_practice_care WHERE {heard} GROUP BY ALL HAVING n > 0"
        assert data.rows(rows) == data.rows(f"{sums} ORDER BY ALL") != []
    late = "SELECT count(*) FROM reg JOIN key_persons USING (INSZ) WHERE registration_year > year(death_date)"
    assert data.one(late) == 0
