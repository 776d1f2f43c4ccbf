"""Check-digit rules: against printed codes, against python-stdnum, and against every slip in one digit."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import bis, nn

from workbench.catalog.rules import RULES, insz, is_right, nomenclature, wrong

CODES = Path(__file__).resolve().parents[2] / "catalog" / "codes"
# Official examples of numbers, codes printed in the deliberations, numbers of two real packages.
RIGHT = """
insz          85073003328   born in 1985
insz          17073003384   born in 2017
insz          98472899765   BIS number, sex known
insz          01490700185   BIS number, born from 2000
riziv         71001030      a hospital: 710, its recognition number, 97 minus the rest
riziv         71001030580   the same with a qualification
nomenclature  477724        stroke team
nomenclature  450192        mammography
nomenclature  450203        mammography in hospital
cnk           3621109       printed on a package
cnk           3612173       printed on a package
atc           J01
atc           B01AD
atc           J01CA04
atc           J
icd10be       I63.-
icd10be       I67.89
icd10be       T83.5-
icd10be       I63
icd10be       T83.511A
icd10be       C7A.0
nis           21000
"""
WRONG = """
insz          85073003329   last
insz          85073003382   last
insz          8507300332    11 digits
insz          85.07.30-033.28  11 digits
insz          ٨٥٠٧٣٠٠٣٣٢٨   11 digits
riziv         71001039      30
riziv         7100103       8 or 11
riziv         710010305     8 or 11
nomenclature  477725        4, not 5
nomenclature  4777724       6 digits
cnk           3621108       9, not 8
cnk           362110        7 digits
atc           J1            ATC
atc           J01C4         ATC
atc           B01AXXX       ATC
atc           X01           ATC
icd10be       63.-          ICD
icd10be       I63.          ICD
icd10be       I63.12345     ICD
icd10be       i63.-         ICD
nis           2100          5 digits
"""


# Of one century and one modulus, so that a slip cannot land on a number of the other.
SLIPS = {"85073003328", "3621109", "3612173", "71001030", "71001030580"}


def rows(table: str) -> list[list[str]]:
    return [line.split(maxsplit=2) for line in table.strip().splitlines()]


@pytest.mark.parametrize("row", rows(RIGHT), ids=lambda row: f"{row[0]} {row[1]}")
def test_right(row: list[str]) -> None:
    assert wrong(row[0], row[1]) == "" and is_right(row[0], row[1])


@pytest.mark.parametrize("row", rows(WRONG), ids=lambda row: f"{row[0]} {row[1]}")
def test_wrong_says_what_was_expected(row: list[str]) -> None:
    assert row[2] in wrong(row[0], row[1]) and not is_right(row[0], row[1])


def test_a_system_without_a_rule_accepts_everything() -> None:
    assert is_right("mzg", "anything") and "mzg" not in RULES


@pytest.mark.parametrize(
    ("number", "modulus", "fine"), [(100_001, 97, True), (100_001, 89, True), (700_001, 89, False)]
)
def test_second_modulus_only_for_the_professions_that_have_it(number: int, modulus: int, fine: bool) -> None:
    assert is_right("riziv", f"{number}{modulus - number % modulus:02d}") is fine
    assert number % 97 % 89 != number % 89, "a number whose two check digits agree would prove nothing"


@given(st.integers(0, 99), st.integers(0, 52), st.integers(0, 31), st.integers(1, 998), st.booleans())
def test_insz_agrees_with_the_library(year: int, month: int, day: int, counter: int, from_2000: bool) -> None:
    base = f"{year:02d}{month:02d}{day:02d}{counter:03d}"
    number = f"{base}{97 - int(('2' if from_2000 else '') + base) % 97:02d}"
    assert is_right("insz", number) == (nn.is_valid(number) or bis.is_valid(number))


def test_insz_date_and_counter() -> None:
    for base, said in (("851330033", "date of birth"), ("850730000", "counter"), ("850730999", "counter")):
        assert said in insz(f"{base}{97 - int(base) % 97:02d}")


@pytest.mark.parametrize("row", [row for row in rows(RIGHT) if row[1] in SLIPS], ids=lambda row: row[1])
def test_every_slip_in_one_digit_is_caught(row: list[str]) -> None:
    """The moduli are prime, so no single wrong digit of the checked part can pass."""
    system, code = row[:2]
    for place in range(8 if system == "riziv" else len(code)):
        for digit in set("0123456789") - {code[place]}:
            slip = code[:place] + digit + code[place + 1 :]
            assert not is_right(system, slip), slip


def test_nomenclature_catches_all_slips_but_those_of_seven() -> None:
    """A digit changed by 7 cannot be seen modulo 7: known, and the only blind spot."""
    for place in range(5):
        for digit in set("0123456789") - {"477724"[place]}:
            slip = "477724"[:place] + digit + "477724"[place + 1 :]
            assert bool(nomenclature(slip)) == ((int(digit) - int("477724"[place])) % 7 != 0), slip


@pytest.mark.parametrize("system", ["atc", "icd10be", "nomenclature", "cnk", "nis"])
def test_every_code_list_of_the_catalogue_obeys_its_rule(system: str) -> None:
    lists = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CODES.glob("*.yaml"))]
    entries = [e for found in lists if found["system"] == system for e in found["entries"]]
    codes = [e[key] for e in entries for key in ("code", "from", "to") if key in e]
    assert len(codes) >= 7
    assert [code for code in codes if wrong(system, code)] == []
