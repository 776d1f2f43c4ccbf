"""Every rule of the indicator files against small tables: patients' rows with the expected answer beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.indicators.small import CODED, STAY, open_parts, rows
from workbench.catalog import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.rule import KINDS, RuleSpec
from workbench.indicators.frame import Frame
from workbench.indicators.rules import apply

RULE: TypeAdapter[Any] = TypeAdapter(RuleSpec)

IVT = {
    "rows": {
        "part": "billing",
        "along": "chain",
        "where": [{"column": "SS00015", "between": [0, 1]}],
        "each": [
            [{"column": "SS00020", "codes": "nomenclature_stroke", "groups": ["intake"]}],
            [{"column": "SS00020", "codes": "nomenclature_stroke", "groups": ["monitoring"]}],
        ],
    }
}
VALIDATED = {"column": "M1_CODE_CERT", "codes": "mzg_code_cert", "having": {"validated": True}}


def medicine(codes: str, days: list[int], along: str, counted_from: str) -> dict[str, Any]:
    where = [
        {"column": "SS00135", "codes": codes},
        {"column": "SS00015", "between": days, "counted_from": counted_from},
    ]
    return {"rows": {"part": "billing", "along": along, "where": where}}


ANTIBIOTIC = medicine("atc_antibiotics", [0, 6], "chain", "first_admission")
ANTICOAGULANT = medicine("atc_anticoagulants", [-3, 14], "last", "discharge")


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


def product(catalog: Catalog, atc: str) -> str:
    """A product number of the catalogue in that ATC group."""
    return next(str(e.code) for e in catalog.codes["cnk"].entries if str(e.attributes["atc"]).startswith(atc))


def holds(catalog: Catalog, folder: Path, rule: dict[str, Any], **texts: str) -> dict[str, bool]:
    session, parts = open_parts(folder, **texts)
    try:
        frame = Frame(STAY, parts, catalog, lambda _, rows: session.register(session.arrow(rows)), CODED)
        name = apply(RULE.validate_python(rule), frame)
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
    assert holds(catalog, tmp_path, {"column": "VorigVerblijf", "known": False}, stay=stays) == expected(stays)


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
    main = {"column": "TYPE_DIAGNOSE", "codes": "mzg_type_diagnose", "having": {"main": True}}
    ischaemic = {"column": "CODE_DIAGNOSE", "codes": "stroke_inclusion", "groups": ["ischaemic"]}
    rule = {"rows": {"part": "diagnosis", "where": [main, VALIDATED, ischaemic]}}
    assert holds(catalog, tmp_path, rule, stay=stays, diagnosis=diagnoses) == expected(stays)


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
    fibrillation = {"column": "CODE_DIAGNOSE", "codes": "stroke_inclusion", "groups": ["atrial_fibrillation"]}
    rule = {"rows": {"part": "diagnosis", "where": [VALIDATED, fibrillation]}}
    assert holds(catalog, tmp_path, rule, stay=stays, diagnosis=diagnoses) == expected(stays)


def test_left_alive_looks_at_the_last_stay_of_the_chain(catalog: Catalog, tmp_path: Path) -> None:
    stays = """
        STAYNUM | SS00075  | A2_CODE_DESTINATE | VolgendZiekenhuis | VolgendVerblijf | expected
        a       | 71090101 | 3                 | 71090202          | b               | no
        b       | 71090202 | 8                 | -                 | -               | no
        c       | 71090101 | 1                 | -                 | -               | yes
        d       | 71090101 | 8                 | -                 | -               | no"""
    died = {"last": {"column": "A2_CODE_DESTINATE", "codes": "mzg_destinate", "having": {"deceased": True}}}
    assert holds(catalog, tmp_path, {"none_of": [died]}, stay=stays) == expected(stays)


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
    assert holds(catalog, tmp_path, {"none_of": [ANTIBIOTIC]}, stay=stays, billing=billing) == opposite


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
    assert holds(catalog, tmp_path, {"column": f"Overlijden{days}", "is": True}, stay=stays) == expectation


@pytest.mark.parametrize(
    ("test", "values"),
    [
        ({"at_least": 3}, "no no yes yes no"),
        ({"at_most": 3}, "yes yes yes no no"),
        ({"between": [2, 3]}, "no yes yes no no"),
        ({"is": 2}, "no yes no no no"),
        ({"one_of": [1, 4]}, "yes no no yes no"),
        ({"known": True}, "yes yes yes yes no"),
        ({"known": False}, "no no no no yes"),
    ],
)
def test_a_number_is_compared_with_both_bounds_included_and_unknown_meets_nothing(
    catalog: Catalog, tmp_path: Path, test: dict[str, Any], values: str
) -> None:
    stays = """
        STAYNUM | LOS
        a       | 1
        b       | 2
        c       | 3
        d       | 4
        e       | -"""
    found = holds(catalog, tmp_path, {"column": "LOS", **test}, stay=stays)
    assert " ".join("yes" if one else "no" for one in found.values()) == values


def test_rules_are_combined(catalog: Catalog, tmp_path: Path) -> None:
    stays = """
        STAYNUM | LOS | A2_CODE_SEX
        both    | 9   | 1
        long    | 9   | 2
        man     | 2   | 1
        neither | 2   | 2"""
    long, man = {"column": "LOS", "at_least": 5}, {"column": "A2_CODE_SEX", "is": "1"}
    kinds = ("all_of", "any_of", "none_of")
    found = {name: holds(catalog, tmp_path, {name: [long, man]}, stay=stays) for name in kinds}
    assert [stay for stay, yes in found["all_of"].items() if yes] == ["both"]
    assert [stay for stay, yes in found["any_of"].items() if yes] == ["both", "long", "man"]
    assert [stay for stay, yes in found["none_of"].items() if yes] == ["neither"]


def test_at_least_counts_rows_of_the_stay_itself(catalog: Catalog, tmp_path: Path) -> None:
    stays = """
        STAYNUM | expected
        two     | yes
        one     | no
        none    | no"""
    billing = """
        STAYNUM | SS00015 | SS00020
        two     | 0       | 477724
        two     | 3       | 477724
        one     | 0       | 477724
        one     | 0       | 101032"""
    where = [{"column": "SS00020", "codes": "nomenclature_stroke", "groups": ["intake"]}]
    rule = {"rows": {"part": "billing", "where": where}, "at_least": 2}
    assert holds(catalog, tmp_path, rule, stay=stays, billing=billing) == expected(stays)


def test_near_counts_days_from_the_first_of_the_other_rows(catalog: Catalog, tmp_path: Path) -> None:
    """Both ends count, a day before is negative, and a stay without the other rows does not meet it."""
    stays = """
        STAYNUM | expected
        a       | yes
        b       | yes
        c       | no
        d       | no
        e       | no
        f       | no"""
    billing = """
        STAYNUM | SS00015 | SS00020
        a       | 3       | first
        a       | 2       | then
        b       | 3       | first
        b       | 9       | first
        b       | 5       | then
        c       | 3       | first
        c       | 9       | first
        c       | 8       | then
        d       | 3       | first
        d       | 1       | then
        e       | 3       | then
        f       | 3       | first"""
    first = {"part": "billing", "of": "min", "column": "SS00015", "where": [{"column": "SS00020", "is": "first"}]}
    then = [{"column": "SS00020", "is": "then"}]
    rule = {"near": {"part": "billing", "day": "SS00015", "where": then, "first": first, "between": [-1, 2]}}
    assert holds(catalog, tmp_path, rule, stay=stays, billing=billing) == expected(stays)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"first_of_chains": True}, "a rule is one of"),
        ({}, "a rule is one of"),
        ({"column": "LOS"}, "exactly one of"),
        ({"column": "LOS", "at_least": 1, "known": True}, "exactly one of"),
        ({"column": "LOS", "between": [3, 1]}, "nothing lies between"),
        ({"column": "LOS", "is": 1, "groups": ["a"]}, "choose entries of 'codes'"),
        ({"none_of": [{"nothing": 1}]}, "a rule is one of"),
        ({"any_of": []}, "at least 1 item"),
        ({"rows": {"part": "billing", "each": [[{"column": "LOS", "is": 1}]]}, "at_least": 2}, "use one of the two"),
    ],
)
def test_a_rule_that_cannot_be_computed_says_why(rule: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        RULE.validate_python(rule)


def test_every_kind_of_rule_stands_in_this_file() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in KINDS if f'"{name}"' not in text] == []
