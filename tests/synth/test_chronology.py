"""Dates: stays do not overlap, transfers are pairs, nothing happens after death."""

from __future__ import annotations

from tests.synth.conftest import Data


def test_a_stay_ends_on_or_after_its_first_day(data: Data) -> None:
    assert data.one("SELECT count(*) FROM dated WHERE dis < adm") == 0
    same_day = data.one("SELECT count(*) FROM dated WHERE dis = adm AND A2_HOSPTYPE_FAC = 'H'")
    assert same_day > 10, "classic stays of one day occur"
    assert data.one("SELECT count(*) FROM dated WHERE dis > adm AND A2_HOSPTYPE_FAC <> 'H'") == 0


def test_stays_of_a_person_do_not_overlap(data: Data) -> None:
    overlaps = """SELECT count(*)
        FROM key_stays a JOIN key_stays b ON a.INSZ = b.INSZ AND a.STAYNUM <> b.STAYNUM
        WHERE a.admission <= b.admission AND b.admission < a.discharge AND b.discharge > a.admission"""
    assert data.one(overlaps) == 0


def test_stays_touch_only_where_there_is_a_transfer(data: Data) -> None:
    touching = """SELECT count(*), count(*) FILTER (
            b.previous_staynum = a.STAYNUM AND a.next_staynum = b.STAYNUM
            AND b.previous_code_agr = a.CODE_AGR AND a.next_code_agr = b.CODE_AGR
            AND a.CODE_AGR <> b.CODE_AGR)
        FROM key_stays a JOIN key_stays b ON a.INSZ = b.INSZ AND a.STAYNUM <> b.STAYNUM
            AND a.discharge = b.admission AND NOT (b.next_staynum IS NOT DISTINCT FROM a.STAYNUM)"""
    pairs, as_told = data.rows(touching)[0]
    assert pairs == as_told > 100
    assert data.one("SELECT count(*) FROM key_stays WHERE next_staynum NOT NULL") == pairs
    assert data.one("SELECT count(*) FROM key_stays WHERE previous_staynum NOT NULL") == pairs


def test_transfer_codes_stand_on_both_sides(data: Data) -> None:
    rows = data.rows(
        """SELECT a.A2_CODE_DESTINATE, b.A2_CODE_PLACE_BEFORE_ADM, a.A2_CODE_DISCHARGE,
            o.university, t.university,
            o.flemish_recognised = t.flemish_recognised
        FROM key_stays k JOIN STAYHOSP a USING (CODE_AGR, STAYNUM)
        JOIN STAYHOSP b ON b.STAYNUM = k.next_staynum
        JOIN key_hospital_effects o ON o.CODE_AGR = a.CODE_AGR
        JOIN key_hospital_effects t ON t.CODE_AGR = b.CODE_AGR"""
    )
    assert len(rows) > 100
    for destination, before, discharge, origin, target, same_group in rows:
        assert destination == ("4" if target else "3") and before == ("4" if origin else "3")
        assert discharge == "T" and same_group
    lonely = data.one(
        """SELECT count(*) FROM STAYHOSP JOIN key_stays k USING (CODE_AGR, STAYNUM)
        WHERE A2_CODE_DESTINATE IN ('3', '4') AND k.next_staynum IS NULL"""
    )
    assert lonely > 0, "transfers without a pair occur too"


def test_death_in_a_stay_is_coded_as_such(data: Data) -> None:
    died = """FROM STAYHOSP JOIN dated USING (CODE_AGR, STAYNUM) JOIN key_stays k USING (CODE_AGR, STAYNUM)
        JOIN key_persons p ON p.INSZ = k.INSZ"""
    assert (
        data.one(
            f"""SELECT count(*) {died}
            WHERE (STAYHOSP.A2_CODE_DESTINATE = '8') <> (death_date IS NOT DISTINCT FROM dis)"""
        )
        == 0
    )
    assert data.one(f"SELECT count(*) {died} WHERE (STAYHOSP.A2_CODE_DISCHARGE = 'D') <> k.died_in_stay") == 0
    assert data.one(f"SELECT count(*) {died} WHERE death_date < dis") == 0
    in_hospital = data.one("SELECT count(*) FROM STAYHOSP WHERE A2_CODE_DESTINATE = '8'")
    assert 0.3 < in_hospital / data.one("SELECT count(*) FROM key_persons WHERE death_date NOT NULL") < 0.7


def test_nothing_is_billed_or_delivered_after_death(data: Data) -> None:
    for table in ("HEALTH", "FARMA"):
        late = f"SELECT count(*) FROM {table} JOIN POPULATION ON PP0010 = SS00010 WHERE SS00015 > PP0040"
        assert data.one(late) == 0, table


def test_hospital_lines_lie_inside_their_stay(data: Data) -> None:
    assert data.one("SELECT count(*) FROM HEALTH WHERE SS00015 NOT BETWEEN SS00110 AND SS00115") == 0
    assert data.one("SELECT count(*) FROM HEALTH WHERE (SS00110 IS NULL) <> (SS00075 IS NULL)") == 0
    assert data.one("SELECT count(*) FROM HEALTH WHERE SS00125 < SS00015") == 0


def test_periods_within_a_stay_are_ordered_and_inside_it(data: Data) -> None:
    for table, letter, name, order in (
        ("STAYSPEC", "A3", "SPEC", "ORDER_SPEC"),
        ("STAYINDX", "A4", "BEDINDEX", "ORDER_BEDINDEX"),
    ):
        start = f"make_date({letter}_YEAR_{name}_IN, {letter}_MONTH_{name}_IN, {letter}_DAY_{name}_IN)"
        data.con.execute(
            f"""CREATE OR REPLACE TEMP VIEW periods AS
            SELECT t.CODE_AGR, t.STAYNUM, {order} AS n, {start} AS start, adm, dis
            FROM {table} t JOIN dated USING (CODE_AGR, STAYNUM)"""
        )
        assert data.one("SELECT count(*) FROM periods WHERE start NOT BETWEEN adm AND dis") == 0
        assert data.one("SELECT count(*) FROM periods WHERE n = 1 AND start <> adm") == 0
        backwards = """SELECT count(*) FROM periods a JOIN periods b
            ON a.STAYNUM = b.STAYNUM AND a.CODE_AGR = b.CODE_AGR AND b.n = a.n + 1 WHERE b.start <= a.start"""
        assert data.one(backwards) == 0
        assert data.one("SELECT count(*) FROM periods WHERE n = 2") > 50, table


def test_bed_index_days_add_up_to_the_stay(data: Data) -> None:
    wrong = """SELECT count(*) FROM (
        SELECT any_value(A2_TOTAL_NUMBER_DAY_FAC) AS total,
            sum(A4_NUMBER_DAY_FAC + A4_NUMBER_DAY_FAC_PREV) AS days
        FROM STAYINDX JOIN STAYHOSP USING (CODE_AGR, STAYNUM) GROUP BY CODE_AGR, STAYNUM)
        WHERE total <> days"""
    assert data.one(wrong) == 0
    assert data.one("SELECT count(*) FROM STAYINDX WHERE A4_CODE_BEDINDEX_FAC = 'S3' AND ORDER_BEDINDEX = 2") > 20


def test_stays_lie_on_both_sides_of_the_period(data: Data) -> None:
    for condition in ("year(adm) = 2016", "year(adm) = 2016 AND year(dis) = 2017", "year(dis) = 2020"):
        assert data.one(f"SELECT count(*) FROM dated WHERE {condition}") > 0, condition
    registered = "YEAR_REGISTR = year(dis) AND PERIOD_REGISTR = CASE WHEN month(dis) <= 6 THEN 1 ELSE 2 END"
    assert data.one(f"SELECT count(*) FROM dated WHERE NOT ({registered})") == 0
