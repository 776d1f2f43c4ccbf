"""What is registered beside the stays: units in order, procedures within stays, groups that follow the diagnosis."""

from __future__ import annotations

import pytest

from tests.synth.conftest import Data
from workbench.synth.parameters import Parameters

KEY = "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"
ENTRY = """make_timestamp(A5_YEAR_UNIT_IN, A5_MONTH_UNIT_IN, A5_DAY_UNIT_IN, A5_HOUR_UNIT_IN, A5_MIN_UNIT_IN, 0)"""
LEFT = """make_timestamp(A2_YEAR_HOSP_OUT, A2_MONTH_HOSP_OUT, A2_DAY_HOSP_OUT, A2_HOUR_HOSP_OUT, A2_MIN_HOSP_OUT, 0)"""


@pytest.fixture(scope="module")
def entered(data: Data) -> Data:
    data.con.execute(
        f"""CREATE OR REPLACE TEMP VIEW entered AS SELECT u.*, {ENTRY} AS entry, adm, dis, {LEFT} AS left_at,
            A2_HOSPTYPE_FAC AS type, A2_CODE_ADM AS how FROM STAYUNIT u JOIN dated USING ({KEY})"""
    )
    return data


def test_units_follow_one_another_from_the_admission_to_before_the_discharge(entered: Data) -> None:
    gaps = f"""SELECT count(*) FROM (SELECT {KEY} FROM STAYUNIT GROUP BY ALL
        HAVING min(ORDER_UNIT) <> 1 OR max(ORDER_UNIT) <> count(*))"""
    assert entered.one(gaps) == 0
    assert entered.one("SELECT count(*) FROM entered WHERE ORDER_UNIT = 1 AND entry::DATE <> adm") == 0
    assert entered.one("SELECT count(*) FROM entered WHERE entry >= left_at") == 0
    backwards = f"""SELECT count(*) FROM entered a JOIN entered b USING ({KEY})
        WHERE b.ORDER_UNIT = a.ORDER_UNIT + 1 AND b.entry <= a.entry"""
    assert entered.one(backwards) == 0


def test_units_are_open_while_a_stay_is_in_them(entered: Data) -> None:
    opened = "make_date(S3_YEAR_START_UNIT, S3_MONTH_START_UNIT, S3_DAY_START_UNIT)"
    closed = "make_date(S3_YEAR_END_UNIT, S3_MONTH_END_UNIT, S3_DAY_END_UNIT)"
    outside = f"""SELECT count(*) FROM entered e JOIN CAMPUNIT
        USING (CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, CODE_CAMPUS, CODE_UNIT)
        WHERE entry::DATE < {opened} OR coalesce(entry::DATE > {closed}, false)"""
    assert entered.one(outside) == 0
    last = "SELECT max(YEAR_REGISTR * 10 + PERIOD_REGISTR) FROM CAMPUNIT WHERE CODE_UNIT = 'X901'"
    assert entered.one(last) == 20171, "a unit that closed on 30 June 2017 is in no later half year"
    campuses = "SELECT CODE_AGR, count(DISTINCT CODE_CAMPUS) FROM STAYUNIT GROUP BY 1"
    assert max(count for _, count in entered.rows(campuses)) > 1


def test_special_units_take_the_stays_they_are_for(entered: Data) -> None:
    theatre = f"SELECT DISTINCT {KEY} FROM PROCEDUR WHERE M2_CODE_ANEST <> '0'"
    through = f"SELECT DISTINCT {KEY} FROM STAYUNIT WHERE CODE_UNIT = '{{}}'"
    for unit in ("OPR(OP)", "OPR(RE)"):
        assert set(entered.rows(theatre)) == set(entered.rows(through.format(unit)))
    emergency = f"SELECT DISTINCT {KEY} FROM STAYHOSP WHERE A2_CODE_ADM = 'E'"
    assert set(entered.rows(emergency)) == set(entered.rows(through.format("URG1")))
    assert set(entered.rows(emergency)) == set(entered.rows(f"SELECT DISTINCT {KEY} FROM URGADMIN"))
    day = "SELECT count(*) FILTER (type = 'H'), count(*) FILTER (type <> 'H') FROM entered WHERE CODE_UNIT = 'DAYMIX'"
    classic, others = entered.rows(day)[0]
    assert classic == 0 and others > 5_000
    night = "SELECT avg((A5_HOUR_UNIT_IN NOT BETWEEN 8 AND 19)::INTEGER) FROM STAYUNIT WHERE CODE_UNIT = 'OPR(OP)'"
    assert 0.01 < entered.one(night) < 0.3


def test_procedures_belong_to_the_main_diagnosis_and_lie_within_the_stay(data: Data) -> None:
    main = "CODE_DIAGNOSE, TYPE_DIAGNOSE, ORDER_SPEC"
    assert data.one(f"SELECT count(*) FROM PROCEDUR ANTI JOIN DIAGNOSE USING ({KEY}, {main})") == 0
    assert data.one("SELECT count(*) FROM PROCEDUR WHERE TYPE_DIAGNOSE <> 'P'") == 0
    day = "make_date(M2_YEAR_PROCEDURE, M2_MONTH_PROCEDURE, M2_DAY_PROCEDURE)"
    assert data.one(f"SELECT count(*) FROM PROCEDUR JOIN dated USING ({KEY}) WHERE {day} NOT BETWEEN adm AND dis") == 0
    assert data.one("SELECT count(*) FROM PROCEDUR WHERE length(M2_CODE_PROCEDURE) <> 7") == 0
    lysed = f"""SELECT count(*) FROM (FROM PROCEDUR WHERE M2_CODE_PROCEDURE = '3E03317') JOIN STAYHOSP USING ({KEY})
        JOIN key_stays k USING (CODE_AGR, STAYNUM) WHERE NOT k.thrombolysed"""
    assert data.one(lysed) == 0
    assert data.one("SELECT count(*) FROM PROCEDUR WHERE M2_CODE_PROCEDURE = '3E03317'") > 20


def test_shares_of_procedures_are_those_of_the_file(data: Data, parameters: Parameters) -> None:
    for one in parameters["procedures.by_main"]:
        codes = ", ".join(f"'{code}'" for code in one["codes"])
        mains = f"SELECT {KEY} FROM DIAGNOSE WHERE TYPE_DIAGNOSE = 'P' AND CODE_DIAGNOSE = '{one['main']}'"
        done = f"SELECT DISTINCT {KEY} FROM PROCEDUR WHERE M2_CODE_PROCEDURE IN ({codes})"
        stays, with_it = data.rows(
            f"SELECT count(*), count(d.STAYNUM) FROM ({mains}) LEFT JOIN ({done}) d USING ({KEY})"
        )[0]
        if stays > 60:
            assert abs(with_it / stays - one["share"]) < 4 * (0.25 / stays) ** 0.5, one["main"]


def test_the_grouper_follows_the_main_diagnosis(data: Data) -> None:
    different = f"""SELECT count(*) FROM STAYXTRA JOIN DIAGNOSE USING ({KEY})
        WHERE TYPE_DIAGNOSE = 'P' AND PRINDIAG <> CODE_DIAGNOSE"""
    assert data.one(different) == 0
    assert (
        data.one("SELECT count(*) FROM (SELECT PRINDIAG FROM STAYXTRA GROUP BY 1 HAVING count(DISTINCT DRG_V28) > 1)")
        == 0
    )
    assert data.one("SELECT avg((DRG_V28 = '956')::INTEGER) FROM STAYXTRA") < 0.01
    assert data.one(f"SELECT count(*) FROM STAYXTRA JOIN dated USING ({KEY}) WHERE LENGTH_OF_STAY <> dis - adm") == 0
    operated = f"SELECT count(*) FROM STAYXTRA SEMI JOIN STAYUNIT s USING ({KEY}) WHERE MEDICAL_SURGICAL_V28 = 'P'"
    assert data.one(operated) > 1000
    wrong = f"""SELECT count(*) FROM STAYXTRA JOIN (SELECT DISTINCT {KEY} FROM PROCEDUR WHERE M2_CODE_ANEST <> '0')
        USING ({KEY}) WHERE MEDICAL_SURGICAL_V28 <> 'P'"""
    assert data.one(wrong) == 0
    worse = "SELECT corr(SEVERITY_V28::INTEGER, charlson_score) FROM STAYXTRA JOIN key_stays USING (CODE_AGR, STAYNUM)"
    assert data.one(worse) > 0.3


def test_tests_and_nursing_items_are_those_of_classic_stays(data: Data, parameters: Parameters) -> None:
    for table in ("TESTRESU", "ITEMDIVG"):
        assert data.one(f"SELECT count(*) FROM {table} JOIN STAYHOSP USING ({KEY}) WHERE A2_HOSPTYPE_FAC <> 'H'") == 0
    day = "make_date(M5_YEAR_TEST, M5_MONTH_TEST, M5_DAY_TEST)"
    assert data.one(f"SELECT count(*) FROM TESTRESU JOIN dated USING ({KEY}) WHERE {day} NOT BETWEEN adm AND dis") == 0
    classic = data.one("SELECT count(*) FROM STAYHOSP WHERE A2_HOSPTYPE_FAC = 'H'")
    for one in parameters["clinical.tests"]:
        first = f"""SELECT count(*), min(M5_RESULT_TEST::DOUBLE), max(M5_RESULT_TEST::DOUBLE) FROM TESTRESU
            WHERE M5_TYPE_TEST = '{one["type"]}' AND M5_ORDER_TEST_1_DAY = 1"""
        count, low, high = data.rows(first)[0]
        assert abs(count / classic - one["share"]) < 0.02
        assert one["low"] / one["divide"] <= low < high <= one["high"] / one["divide"]
    injured = """SELECT count(*) FROM URGADMIN u JOIN STAYXTRA x USING (CODE_AGR, STAYNUM)
        WHERE M6_TYPE_INFO_URG IN ('A', 'L') AND NOT starts_with(PRINDIAG, 'S')"""
    assert data.one(injured) == 0
    assert data.one("SELECT count(*) FROM URGADMIN WHERE M6_TYPE_INFO_URG = 'L'") > 100


def test_theatre_registrations_are_the_procedures_of_the_theatre(data: Data) -> None:
    theatre = """SELECT DISTINCT CODE_AGR, STAYNUM, make_date(M2_YEAR_PROCEDURE, M2_MONTH_PROCEDURE, M2_DAY_PROCEDURE),
        substr(M2_CODE_PROCEDURE, 1, 4) FROM PROCEDUR WHERE M2_CODE_ANEST <> '0'"""
    own = "SELECT DISTINCT CODE_AGR, HOSNR, PROCEDURE_DATE, PROCEDURE_TYPE FROM THEATRE"
    assert set(data.rows(theatre)) == set(data.rows(own))
    persons = """SELECT count(*) FROM THEATRE t JOIN key_stays k ON k.STAYNUM = HOSNR AND k.CODE_AGR = t.CODE_AGR
        WHERE t.INSZ IS DISTINCT FROM CASE WHEN NOT missing_insz THEN k.INSZ END"""
    assert data.one(persons) == 0
    assert data.one("SELECT count(*) FROM THEATRE WHERE YEAR_THEATRE <> year(PROCEDURE_DATE)") == 0
    assert data.one(r"SELECT count(*) FROM THEATRE WHERE NOT regexp_full_match(PROCEDURE_TIME, '[0-2]\d:[0-5]\d')") == 0
    assert (
        data.rows("SELECT COST_CENTRE, YEAR, count(DISTINCT SENDER_CD) FROM T13 GROUP BY ALL HAVING count(*) <> 36")
        == []
    )


def test_registered_times_are_those_of_thrombolysed_stays(data: Data) -> None:
    for table, years in (("STROKE_2020", "2017 AND 2019"), ("STROKE_2022", "2018 AND 2021")):
        assert data.one(f"SELECT count(*) FROM {table} WHERE Jaar NOT BETWEEN {years}") == 0
    kinds = "('ischaemic', 'tia')"
    planted = f"""SELECT count(*), count(*) FILTER (thrombolysed) FROM key_stays
        WHERE flemish_recognised AND kind IN {kinds} AND age_at_admission >= 18
            AND (main_stroke OR arisen_in_hospital) AND year(discharge) BETWEEN 2018 AND 2021"""
    assert data.rows(planted) == data.rows("SELECT count(*), count(DeurNaaldTijd) FROM STROKE_2022")
    fast = data.one("SELECT avg((DeurNaaldTijd < 30)::INTEGER) FROM STROKE_2020 WHERE DeurNaaldTijd NOT NULL")
    assert 0.1 < fast < 0.6
    assert data.one("SELECT count(*) FROM STROKE_2022 WHERE Inclusie AND DeurNaaldTijd IS NULL") == 0
    assert 0.6 < data.one("SELECT avg(Slikscreening::INTEGER) FROM STROKE_2020") < 0.85
