"""Numbers with check digits, held against python-stdnum and the printed rules."""

from __future__ import annotations

import datetime

from stdnum import luhn
from stdnum.be import bis, nn

from tests.synth.conftest import Data
from workbench.synth.parameters import Parameters
from workbench.synth.scenario import make_scenario


def test_every_insz_is_a_valid_national_or_bis_number(data: Data) -> None:
    numbers = [number for (number,) in data.rows("SELECT INSZ FROM key_persons")]
    wrong = [n for n in numbers if not (nn.is_valid(n) or bis.is_valid(n))]
    assert wrong == []


def test_insz_carries_birth_date_and_sex(data: Data) -> None:
    rows = data.rows("SELECT INSZ, birth_date, sex FROM key_persons WHERE substr(INSZ, 3, 2)::INTEGER <= 12")
    letter = {"man": "M", "woman": "F"}
    assert len(rows) > 19_000
    for number, birth, sex in rows[:4000]:
        assert (nn.get_birth_date(number), nn.get_gender(number)) == (birth, letter[sex])


def test_bis_numbers_occur_at_their_share(data: Data, parameters: Parameters) -> None:
    months = dict(data.rows("SELECT substr(INSZ, 3, 2)::INTEGER // 20, count(*) FROM key_persons GROUP BY 1"))
    share = parameters.number("population.identity.bis_share")
    assert abs((months[1] + months[2]) / sum(months.values()) - share) < 0.004
    assert 0 < months[1] < months[2]


def test_a_patient_number_belongs_to_one_person_and_hospital(data: Data) -> None:
    assert data.one("SELECT count(*) - count(DISTINCT PATNUM) FROM PATIENT") == 0
    assert data.one("SELECT count(*) FROM PATIENT WHERE NOT starts_with(PATNUM, CODE_AGR)") == 0
    several = data.one(
        """SELECT count(*) FROM (
            SELECT INSZ FROM PATIENT WHERE INSZ NOT NULL GROUP BY INSZ HAVING count(*) > 1)"""
    )
    assert several > 100, "persons known to several hospitals have several numbers"
    joined = """SELECT count(*) FROM PATIENT a JOIN PATIENT b USING (INSZ)
        WHERE a.CODE_AGR < b.CODE_AGR AND substr(a.PATNUM, 4) = substr(b.PATNUM, 4)"""
    assert data.one(joined) == 0, "the serial of one hospital must not give away that of another"


def test_products_have_a_luhn_digit(parameters: Parameters) -> None:
    assert all(len(str(p["code"])) == 7 and luhn.is_valid(str(p["code"])) for p in parameters.products)
    assert len({p["code"] for p in parameters.products}) == len(parameters.products) >= 70


def test_nomenclature_codes_satisfy_modulo_7(data: Data, parameters: Parameters) -> None:
    billed = {code for (code,) in data.rows("SELECT DISTINCT SS00020 FROM HEALTH")}
    assert len(billed) > 25
    assert [code for code in billed if int(code[:5]) % 7 != int(code[5]) or len(code) != 6] == []
    for listed in parameters["billing.stroke_codes"].values():
        assert set(listed) <= billed


def test_hospital_numbers_of_the_sickness_funds(data: Data, parameters: Parameters) -> None:
    hospitals = make_scenario(parameters, 20_000, 41, None).hospitals
    right = {h.riziv: h for h in hospitals}
    wrong = {h.wrong_riziv for h in hospitals}
    for number, hospital in right.items():
        assert len(number) == 8 and number.startswith("710" + hospital.code_agr)
        assert (int(number[:6]) + int(number[6:])) % 97 == 0
    assert not wrong & set(right)
    billed = {n for (n,) in data.rows("SELECT DISTINCT SS00075 FROM HEALTH WHERE SS00075 NOT NULL")}
    assert billed == set(right) | wrong


def test_oldest_person_is_plausible(data: Data) -> None:
    oldest, youngest = data.rows("SELECT min(birth_date), max(birth_date) FROM key_persons")[0]
    assert datetime.date(1911, 12, 1) < oldest < youngest <= datetime.date(2016, 12, 1)
