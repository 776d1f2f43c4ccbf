"""Every rule of the indicator files against small tables: patients' rows with the expected answer beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.indicators.small import open_parts, rows
from workbench.catalog import load_catalog
from workbench.catalog.model import Catalog
from workbench.indicators.frame import Frame
from workbench.indicators.rules import RULES, parse_rule

IVT = {"billed_together": {"codes": "nomenclature_stroke", "groups": ["intake", "monitoring"], "days": [0, 1]}}
ANTIBIOTIC = {"medicine": {"codes": "atc_antibiotics", "days": [0, 6], "after": "admission"}}
ANTICOAGULANT = {"medicine": {"codes": "atc_anticoagulants", "days": [-3, 14], "after": "discharge"}}
ISCHAEMIC = {"codes": "stroke_inclusion", "groups": ["ischaemic"]}


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


def product(catalog: Catalog, atc: str) -> str:
    """A product number of the catalogue in that ATC group."""
    return next(str(e.code) for e in catalog.codes["cnk"].entries if str(e.attributes["atc"]).startswith(atc))


def holds(catalog: Catalog, folder: Path, rule: dict[str, Any], **texts: str) -> dict[str, bool]:
    session, parts = open_parts(folder, **texts)
    try:
        frame = Frame(parts, catalog, lambda _, rows: session.register(session.arrow(rows)))
        parsed, trouble = parse_rule(rule)
        assert parsed is not None, trouble
        name = parsed.apply(frame)
        answer = session.arrow(frame.table.select("STAYNUM", name))
        assert answer.num_rows == len(rows(texts["stay"])), "a rule must neither lose nor repeat a stay"
        return dict(zip(answer["STAYNUM"].to_pylist(), answer[name].to_pylist(), strict=True))
    finally:
        session.close()


def expected(text: str) -> dict[str, bool]:
    return {row["STAYNUM"]: row["expected"] == "yes" for row in rows(text)}


def test_first_of_chain_leaves_out_the_stay_that_follows_a_transfer(catalog: Catalog, tmp_path: Path) -> None:
    stays = """
        STAYNUM | SS00075  | VorigVerblijf | VolgendZiekenhuis | VolgendVerblijf | expected
        a       | 71090101 | -             | 71090202          | b               | yes
        b       | 71090202 | a             | -                 | -               | no
        c       | 71090101 | -             | -                 | -               | yes"""
    assert holds(catalog, tmp_path, {"first_of_chain": True}, stay=stays) == expected(stays)


def test_main_diagnosis_takes_the_validated_main_code_of_the_group_and_nothing_else(
    catalog: Catalog, tmp_path: Path
) -> None:
    stays = """
        STAYNUM | expected
        a       | yes
        b       | no
        c       | no
        d       | no
        e       | no"""
    diagnoses = """
        STAYNUM | TYPE_DIAGNOSE | CODE_DIAGNOSE | M1_CODE_CERT
        a       | P             | I6350         | C
        a       | S             | I10           | C
        b       | S             | I639          | C
        c       | P             | I639          | P
        d       | P             | I619          | C
        e       | P             | I64           | C"""
    assert holds(catalog, tmp_path, {"main_diagnosis": ISCHAEMIC}, stay=stays, diagnosis=diagnoses) == expected(stays)


def test_any_diagnosis_takes_secondary_codes_too(catalog: Catalog, tmp_path: Path) -> None:
    stays = """
        STAYNUM | expected
        a       | yes
        b       | yes
        c       | no"""
    diagnoses = """
        STAYNUM | TYPE_DIAGNOSE | CODE_DIAGNOSE | M1_CODE_CERT
        a       | S             | I4891         | C
        b       | P             | I480          | C
        c       | S             | I4891         | P"""
    rule = {"any_diagnosis": {"codes": "stroke_inclusion", "groups": ["atrial_fibrillation"]}}
    assert holds(catalog, tmp_path, rule, stay=stays, diagnosis=diagnoses) == expected(stays)


def test_left_alive_looks_at_the_last_stay_of_the_chain(catalog: Catalog, tmp_path: Path) -> None:
    stays = """
        STAYNUM | SS00075  | A2_CODE_DESTINATE | VolgendZiekenhuis | VolgendVerblijf | expected
        a       | 71090101 | 3                 | 71090202          | b               | no
        b       | 71090202 | 8                 | -                 | -               | no
        c       | 71090101 | 1                 | -                 | -               | yes
        d       | 71090101 | 8                 | -                 | -               | no"""
    assert holds(catalog, tmp_path, {"left_alive": True}, stay=stays) == expected(stays)


def test_thrombolysis_proxy_needs_both_services_in_one_stay_on_day_0_or_1(catalog: Catalog, tmp_path: Path) -> None:
    stays = """
        STAYNUM | SS00075  | VolgendZiekenhuis | VolgendVerblijf | expected
        both    | 71090101 | -                 | -               | yes
        intake  | 71090101 | -                 | -               | no
        late    | 71090101 | -                 | -               | no
        plan    | 71090101 | -                 | -               | no
        first   | 71090101 | 71090202          | then            | yes
        then    | 71090202 | -                 | -               | yes
        split   | 71090101 | 71090202          | other           | no
        other   | 71090202 | -                 | -               | no"""
    billing = """
        STAYNUM | SS00075  | SS00015 | SS00020
        both    | 71090101 | 0       | 477724
        both    | 71090101 | 1       | 212015
        intake  | 71090101 | 0       | 477724
        late    | 71090101 | 0       | 477746
        late    | 71090101 | 2       | 212026
        plan    | 71090101 | 0       | 477761
        plan    | 71090101 | 0       | 212015
        then    | 71090202 | 0       | 477724
        then    | 71090202 | 0       | 212026
        split   | 71090101 | 0       | 477724
        other   | 71090202 | 0       | 212015"""
    assert holds(catalog, tmp_path, IVT, stay=stays, billing=billing) == expected(stays)


def test_a_medicine_after_admission_counts_days_over_the_whole_chain(catalog: Catalog, tmp_path: Path) -> None:
    antibiotic, other = product(catalog, "J01"), product(catalog, "B01AC")
    stays = """
        STAYNUM | SS00075  | LOS | VolgendZiekenhuis | VolgendVerblijf | expected
        day6    | 71090101 | 10  | -                 | -               | yes
        day7    | 71090101 | 10  | -                 | -               | no
        before  | 71090101 | 10  | -                 | -               | no
        other   | 71090101 | 10  | -                 | -               | no
        first   | 71090101 | 3   | 71090202          | second          | yes
        second  | 71090202 | 9   | -                 | -               | yes
        slow    | 71090101 | 5   | 71090202          | third           | no
        third   | 71090202 | 9   | -                 | -               | yes
        one     | 71090101 | 1   | 71090202          | two             | yes
        two     | 71090202 | 1   | 71090303          | three           | yes
        three   | 71090303 | 9   | -                 | -               | yes"""
    billing = f"""
        STAYNUM | SS00075  | SS00015 | SS00135
        day6    | 71090101 | 6       | {antibiotic}
        day7    | 71090101 | 7       | {antibiotic}
        before  | 71090101 | -1      | {antibiotic}
        other   | 71090101 | 0       | {other}
        second  | 71090202 | 3       | {antibiotic}
        third   | 71090202 | 2       | {antibiotic}
        three   | 71090303 | 4       | {antibiotic}"""
    assert holds(catalog, tmp_path, ANTIBIOTIC, stay=stays, billing=billing) == expected(stays)
    opposite = {name: not value for name, value in expected(stays).items()}
    assert holds(catalog, tmp_path, {"none_of": ANTIBIOTIC}, stay=stays, billing=billing) == opposite


def test_a_medicine_after_discharge_counts_from_the_last_discharge(catalog: Catalog, tmp_path: Path) -> None:
    anticoagulant = product(catalog, "B01AF")
    stays = """
        STAYNUM | SS00075  | LOS | VolgendZiekenhuis | VolgendVerblijf | expected
        early   | 71090101 | 10  | -                 | -               | no
        minus3  | 71090101 | 10  | -                 | -               | yes
        plus14  | 71090101 | 10  | -                 | -               | yes
        plus15  | 71090101 | 10  | -                 | -               | no
        first   | 71090101 | 5   | 71090202          | last            | no
        last    | 71090202 | 20  | -                 | -               | no
        ok      | 71090101 | 5   | 71090202          | end             | yes
        end     | 71090202 | 20  | -                 | -               | yes
        short   | 71090101 | 6   | 71090202          | shorter         | no
        shorter | 71090202 | 1   | 71090303          | short3          | no
        short3  | 71090303 | 1   | -                 | -               | no"""
    billing = f"""
        STAYNUM | SS00075  | SS00015 | SS00135
        early   | 71090101 | 6       | {anticoagulant}
        minus3  | 71090101 | 7       | {anticoagulant}
        plus14  | 71090101 | 24      | {anticoagulant}
        plus15  | 71090101 | 25      | {anticoagulant}
        first   | 71090101 | 5       | {anticoagulant}
        end     | 71090202 | 18      | {anticoagulant}
        short   | 71090101 | 6       | {anticoagulant}"""
    assert holds(catalog, tmp_path, ANTICOAGULANT, stay=stays, billing=billing) == expected(stays)


@pytest.mark.parametrize(("days", "expectation"), [(30, {"a": True, "b": False}), (90, {"a": True, "b": True})])
def test_died_within_is_what_the_source_delivers(
    catalog: Catalog, tmp_path: Path, days: int, expectation: dict[str, bool]
) -> None:
    stays = """
        STAYNUM | Overlijden30 | Overlijden90
        a       | yes          | yes
        b       | no           | yes"""
    assert holds(catalog, tmp_path, {"died_within": days}, stay=stays) == expectation


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"first_of_chains": True}, "a rule is one of"),
        ({}, "a rule is one of"),
        ({"first_of_chain": True, "left_alive": True}, "a rule is one of"),
        ({"died_within": 31}, "its arguments do not fit"),
        ({"medicine": {"codes": "atc_antibiotics", "days": [0]}}, "its arguments do not fit"),
        ({"none_of": {"nothing": 1}}, "a rule is one of"),
    ],
)
def test_a_rule_that_cannot_be_computed_says_why(rule: dict[str, Any], words: str) -> None:
    parsed, trouble = parse_rule(rule)
    assert parsed is None and words in trouble


def test_every_kind_of_rule_stands_in_this_file() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in RULES if f'"{name}"' not in text] == []
