"""The catalogue's content against counts and tables made by hand from the documents.

The files are read with plain YAML, not with the workbench's loader, so that a fault in one cannot hide a
fault in the other. The numbers below were counted on the printed text; none was computed from the files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
STUDY = CATALOG / "studies" / "stroke-care"
LANGUAGES = {"nl", "fr", "en"}
ROLES = {"direct_identifier", "pseudonym", "linkage", "quasi_identifier", "payload"}
TYPES = {"string", "integer", "decimal", "date", "boolean", "bigint"}
LAST_LINE_20_284 = 581
OTHERS_LISTS = {"hospitals", "cnk"}  # hospitals and products have tests of their own

# Rows of the annex, counted by hand; first and last row with the line they are printed on.
ANNEX = {
    "patient_selection": (1, 2, ("PatID", 303), ("INSZ", 304)),
    "rn_patid": (5, 2, ("PatID", 309), ("RN", 310)),
    "mzg_base": (5, 23, ("PatID", 315), ("DIAGNOSE.M1_CODE_CERT", 342)),
    "mzg_linkset": (6, 28, ("RN", 351), ("M1_CODE_CERT", 385)),
    "ima_selection": (8, 4, ("C2", 390), ("RIZIVnummer ziekenhuis", 393)),
    "ima_linkset": (9, 13, ("RN", 400), ("Overlijden90", 414)),
    "linked": (10, 34, ("Cproject", 419), ("M1_CODE_CERT", 464)),
}
MADE_BY_THE_FLOW = {
    "PatID", "RN", "C2", "Cproject", "Opnamedag", "Ontslagdag", "RIZIVnummer ziekenhuis", "LOS",
    "VorigZiekenhuis", "VorigVerblijf", "VolgendZiekenhuis", "VolgendVerblijf", "OpnameSpecialisme",
    "OpnameBedindex", "Overlijden30", "Overlijden90",
}  # fmt: skip
FIELDS = {
    "mzg.PATHOSPI": 5, "mzg.STAYHOSP": 32, "mzg.STAYSPEC": 9, "mzg.STAYINDX": 15, "mzg.DIAGNOSE": 10,
    # 12, 7 and 4 serve 20/284; the others are named in 21/194 or known from the domain facts.
    "ima.HEALTH": 48, "ima.FARMA": 41, "ima.POPULATION": 9, "hospital.PATIENT": 3,
}  # fmt: skip
# The five misprints of field names, resolved by reading the descriptions.
MISPRINTS = {
    "A2_DESTINATE": "mzg.STAYHOSP.A2_CODE_DESTINATE",
    "A2_HOSPSTYPE_FAC": "mzg.STAYHOSP.A2_HOSPTYPE_FAC",
    "A4_YEAR_SPEC_IN": "mzg.STAYINDX.A4_YEAR_BEDINDEX_IN",
    "A4_MONTH_SPEC_IN": "mzg.STAYINDX.A4_MONTH_BEDINDEX_IN",
    "A4_DAY_SPEC_IN": "mzg.STAYINDX.A4_DAY_BEDINDEX_IN",
}
# Group number: (number as printed, score, patterns in the row, of which between brackets), in printed order.
CHARLSON = {
    1: ("1", 1, 3, 0), 2: ("2", 1, 10, 1), 3: ("3", 1, 13, 0), 4: ("4", 1, 6, 2), 5: ("5", 1, 21, 13),
    6: ("6", 1, 7, 2), 7: ("7", 1, 7, 0), 8: ("8", 1, 1, 0), 9: ("9", 1, 12, 0), 10: ("10", 1, 35, 5),
    12: ("12", 2, 14, 8), 13: ("13", 2, 8, 1), 11: ("11,", 1, 8, 1), 16: ("16", 3, 9, 1),
    14: ("14", 2, 11, 1), 15: ("15", 3, 11, 2), 18: ("18", 6, 1, 0), 17: ("17,", 3, 3, 2),
    19: ("19", 6, 18, 18),
}  # fmt: skip
LISTS = {
    "age5", "atc_antibiotics", "atc_anticoagulants", "atc_antithrombotics", "atc_requested", "bed_index", "charlson",
    "charlson_groups", "infections_and_other", "mzg_code_cert", "mzg_destinate", "mzg_hosptype_fac",
    "mzg_place_before_adm", "mzg_present_adm", "mzg_type_adm", "mzg_type_diagnose", "mzg_type_discharge",
    "nis_arrondissement", "nis_province", "nis_region", "nomenclature_stroke", "qualification", "sex",
    "stroke_inclusion",
}  # fmt: skip
ICD = re.compile(r"[A-Z]\d[0-9A-Z](\.(-|[0-9A-Z]{1,4}-?))?")
ATC = re.compile(r"[A-Z]\d\d([A-Z]([A-Z](\d\d)?)?)?")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside `node`."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


# This file holds 20/284 to its text; the tables and lists of the other documents have tests of their own.
TABLES = {
    ref: t
    for t in map(read, sorted(CATALOG.glob("tables/*/*.yaml")))
    if (ref := f"{t['source']}.{t['table']}") in FIELDS
}
CODES = {p.stem: read(p) for p in sorted(CATALOG.glob("codes/*.yaml")) if p.stem in LISTS}
SETS = {d["id"]: d for d in read(STUDY / "annex.yaml")["datasets"]}
VARIABLES = read(STUDY / "study.yaml")["variables"]


def fields(table: str) -> dict[str, dict[str, Any]]:
    return {f["name"]: f for f in TABLES[table]["fields"]}


def names(dataset: str) -> list[tuple[str, ...]]:
    return [tuple(row["printed"]) for row in SETS[dataset]["rows"]]


def patterns(codes: str) -> list[str]:
    """Codes of a list, both ends of a range included."""
    return [e[k] for e in CODES[codes]["entries"] for k in ("code", "from", "to") if k in e]


@pytest.mark.parametrize("dataset", ANNEX)
def test_annex_rows_counted_by_hand(dataset: str) -> None:
    step, count, first, last = ANNEX[dataset]
    rows = SETS[dataset]["rows"]
    assert SETS[dataset]["step"] == step
    assert len(rows) == count
    assert (rows[0]["printed"][0], rows[0]["line"]) == first
    assert (rows[-1]["printed"][0], rows[-1]["line"]) == last
    lines = [row["line"] for row in rows]
    assert lines == sorted(set(lines)) and SETS[dataset]["line"] < lines[0]


def test_annex_keeps_every_misprint_and_three_part_date() -> None:
    assert list(SETS) == list(ANNEX)
    at = {row["line"]: row["printed"] for d in SETS.values() for row in d["rows"]}
    dates = ["STAYHOSP.A2_YEAR_HOSP_IN", "STAYHOSP.A2_MONTH_HOSP_IN", "STAYHOSP.A2_DAY_HOSP_IN"]
    assert at[319] == at[323] == dates  # the discharge date is printed with the names of the admission date
    assert at[333] == ["STAYSPEC.A3_YEAR_SPEC_IN", "STAYSPEC.A3_MONTH_SPEC_IN", "STAYSPEC.A3_DAY_SPEC_IN"]
    assert at[338] == ["STAYINDX.A4_YEAR_SPEC_IN", "STAYINDX.A4_MONTH_SPEC_IN", "STAYINDX.A4_DAY_SPEC_IN"]
    assert at[328] == ["STAYHOSP.A2_DESTINATE"] and at[366] == at[443] == ["A2_DESTINATE"]
    assert at[358] == ["A2_HOSPTYPE_FAC"] and at[437] == ["A2_HOSPSTYPE_FAC"]
    assert sorted(line for line, printed in at.items() if len(printed) != 1) == [319, 323, 333, 338]


def test_linked_set_is_the_ima_part_then_the_mzg_part() -> None:
    """The printed linked set drops the linking variables and keeps the order of both; one misprint is new."""
    ima, mzg = names("ima_linkset")[4:], names("mzg_linkset")[4:]
    expected = [("Cproject",), *ima, *mzg]
    expected[expected.index(("A2_HOSPTYPE_FAC",))] = ("A2_HOSPSTYPE_FAC",)
    assert names("linked") == expected


def test_annex_names_resolve_to_official_fields() -> None:
    official = {name: ref for ref in TABLES for name in fields(ref)}
    aliases = {a: f"{ref}.{n}" for ref in TABLES for n, f in fields(ref).items() for a in f.get("aliases", ())}
    assert MISPRINTS.items() <= aliases.items()
    assert not set(aliases) & (set(official) | MADE_BY_THE_FLOW)
    for dataset in SETS:
        for printed in (name for row in names(dataset) for name in row):
            table, _, name = printed.rpartition(".")
            if table:
                assert name in fields(f"mzg.{table}") or aliases[name].startswith(f"mzg.{table}."), printed
            else:
                assert name in official or name in aliases or name in MADE_BY_THE_FLOW, printed


def test_every_field_is_complete() -> None:
    assert {ref: len(t["fields"]) for ref, t in TABLES.items()} == FIELDS
    for ref, table in TABLES.items():
        assert len(fields(ref)) == len(table["fields"]), f"a field stands twice in {ref}"
        assert set(table["keys"]) <= set(fields(ref)) and table["keys"]
        for field in [table, *table["fields"]]:
            assert set(field["label"]) == LANGUAGES and all(field["label"].values()), field
            assert field["cite"]["document"], field
        for field in table["fields"]:
            assert field["role"] in ROLES and field["type"] in TYPES, field["name"]
            assert isinstance(field["mandatory"], bool) and isinstance(field["sensitive"], bool)
            assert field.get("codes") is None or (CATALOG / "codes" / f"{field['codes']}.yaml").exists(), field


def test_mzg_types_follow_the_guideline() -> None:
    number = re.compile(r"YEAR|MONTH|DAY|HOUR|MIN_|PERIOD|ORDER|NUMBER")
    optional = {f"A2_{u}_HOSP_OUT" for u in ("YEAR", "MONTH", "DAY", "HOUR", "MIN")}
    optional.add("A2_CODE_DIAG_CAUSE_DEATH")
    for ref in (t for t in TABLES if t.startswith("mzg.")):
        for name, field in fields(ref).items():
            assert field["type"] == ("integer" if number.search(name) else "string"), name
            assert field["mandatory"] == (name not in optional), name
            assert re.fullmatch(r"\d+(-\d+)?", field["length"]), name
    stay = fields("mzg.STAYHOSP")
    for name, length in {"STAYNUM": "1-15", "PATNUM": "1-20", "A2_CODE_DIAG_VERIF_ADM": "3-7"}.items():
        assert stay[name]["length"] == length


def test_only_the_insz_and_an_account_number_identify_directly() -> None:
    roles = {f"{ref}.{n}": f["role"] for ref in TABLES for n, f in fields(ref).items()}
    assert [r for r, role in roles.items() if role == "direct_identifier"] == [
        "hospital.PATIENT.INSZ",
        "ima.HEALTH.SS00250",
    ]
    assert {r for r, role in roles.items() if role == "pseudonym"} == {
        "hospital.PATIENT.PATNUM", "mzg.PATHOSPI.PATNUM", "mzg.STAYHOSP.PATNUM",
        "ima.HEALTH.SS00010", "ima.FARMA.SS00010", "ima.POPULATION.PP0010",
        "ima.HEALTH.SS00065A", "ima.HEALTH.SS00070A", "ima.FARMA.SS00065A", "ima.FARMA.SS00070A",
    }  # fmt: skip
    health = ("TYPE_DIAGNOSE", "CODE_DIAGNOSE", "M1_PRESENT_ADM", "M1_CODE_CERT")
    assert all(fields("mzg.DIAGNOSE")[name]["sensitive"] for name in health)


def test_citations_point_into_known_documents() -> None:
    documents = {d["id"] for d in read(CATALOG / "documents.yaml")["documents"]}
    for content in [*TABLES.values(), *CODES.values(), *VARIABLES]:
        for node in walk(content):
            cite = node.get("cite")
            if cite is None:
                continue
            assert cite["document"] in documents, cite
            if cite["document"] == "20/284":
                assert 1 <= cite["line"] <= LAST_LINE_20_284
            elif cite["document"] == "domain-facts":
                assert re.fullmatch(r"K([1-9]|[1-7]\d|8[0-8])", cite["key"])
            elif cite["document"] == "own":
                assert len(cite["note"]) > 20


@pytest.mark.parametrize("codes", CODES)
def test_code_lists_are_well_formed(codes: str) -> None:
    found = CODES[codes]
    assert found["id"] == codes and found["kind"] in {"values", "selection"}
    assert all(set(x["label"]) == LANGUAGES and all(x["label"].values()) for x in [found, *found["entries"]])
    assert all(isinstance(code, str) for code in patterns(codes))
    assert all(("code" in e) != ("from" in e and "to" in e) for e in found["entries"])
    if codes != "charlson":  # a code may stand in two Charlson rows
        assert max(Counter(patterns(codes)).values()) == 1


@pytest.mark.parametrize("codes", ["stroke_inclusion", "infections_and_other", "charlson"])
def test_icd_patterns_have_valid_syntax(codes: str) -> None:
    assert [p for p in patterns(codes) if not ICD.fullmatch(p)] == []
    for entry in CODES[codes]["entries"]:
        if "from" in entry:
            assert entry["from"][0] == entry["to"][0] and entry["from"] < entry["to"], entry


def test_selections_counted_by_hand() -> None:
    groups = Counter(e["attributes"]["group"] for e in CODES["stroke_inclusion"]["entries"])
    assert groups.pop("haemorrhage") == 3 and groups.pop("tia") == 2
    assert groups == {"ischaemic": 1, "other_cerebrovascular": 1, "atrial_fibrillation": 1}
    assert len(CODES["infections_and_other"]["entries"]) == 18
    ranges = {(e["from"], e["to"]) for e in CODES["infections_and_other"]["entries"] if "from" in e}
    assert ranges == {("J13.-", "J17.-"), ("J20.-", "J22.-"), ("B95.-", "B97.-")}


def test_charlson_against_the_printed_table() -> None:
    entries = [e["attributes"] for e in CODES["charlson"]["entries"]]
    assert list(dict.fromkeys(e["group"] for e in entries)) == list(CHARLSON)
    groups = {int(e["code"]): e["attributes"] for e in CODES["charlson_groups"]["entries"]}
    assert list(groups) == list(CHARLSON) and set(groups) == set(range(1, 20))
    for group, (printed, score, count, bracketed) in CHARLSON.items():
        rows = [e for e in entries if e["group"] == group]
        assert (groups[group]["printed_number"], groups[group]["score"]) == (printed, score)
        assert {e["score"] for e in rows} == {score}, group
        assert (len(rows), sum("bracket" in e for e in rows)) == (count, bracketed), group
        assert all(e["optional"] == ("bracket" in e and group != 19) for e in rows)
        assert all(e.get("unclosed", False) == (group == 19) for e in rows)
    milder = {g: a["superseded_by"] for g, a in groups.items() if "superseded_by" in a}
    assert milder == {9: 15, 10: 12, 11: 16, 14: 18, 17: 19}
    assert sum("inner_bracket" in e for e in entries) == 10  # dementia due to substances: round inside square


def test_nomenclature_obeys_modulo_seven() -> None:
    entries = CODES["nomenclature_stroke"]["entries"]
    assert {"477724", "477746", "477761", "477783", "212015", "212026", "212041"} == {
        entry["code"] for entry in entries
    }
    failing = [e["code"] for e in entries if int(e["code"][:5]) % 7 != int(e["code"][5])]
    assert failing == []  # no exception among the codes used
    misprints = {e["code"]: e["aliases"] for e in entries if e.get("aliases")}
    assert misprints == {"477724": ["4777724"], "477746": ["4777746"]}
    assert all(alias.replace("777", "77", 1) == code for code, (alias,) in misprints.items())


def test_atc_groups_nest() -> None:
    lists = ("atc_requested", "atc_antibiotics", "atc_antithrombotics", "atc_anticoagulants")
    requested, antibiotics, antithrombotics, anticoagulants = map(patterns, lists)
    assert all(ATC.fullmatch(code) for codes in map(patterns, lists) for code in codes)
    assert requested == antibiotics + antithrombotics == ["J01", "A01AB", "A07A", "R02AB", "B01A", "B01AD"]
    assert anticoagulants == ["B01AA", "B01AB", "B01AE", "B01AF"]


def test_codes_not_found_are_marked_as_working() -> None:
    whole = {c for c, found in CODES.items() if found.get("working_code")}
    mzg = {f"mzg_{c}" for c in ("type_adm", "type_discharge", "type_diagnose", "present_adm", "code_cert")}
    assert whole == {"sex", "qualification"} | mzg
    assert all(e["working_code"] for c in whole for e in CODES[c]["entries"])
    partly = [e["code"] for e in CODES["mzg_hosptype_fac"]["entries"] if e.get("working_code")]
    assert partly == ["H", "U", "M", "F", "L"]


def test_population_adds_up() -> None:
    arrondissements = [e["attributes"] | {"code": e["code"]} for e in CODES["nis_arrondissement"]["entries"]]
    assert (len(arrondissements), sum(a["population"] for a in arrondissements)) == (43, 11_521_238)
    for level, count in (("province", 11), ("region", 3)):
        entries = CODES[f"nis_{level}"]["entries"]
        assert len(entries) == count
        for entry in entries:
            inside = sum(a["population"] for a in arrondissements if a[level] == entry["code"])
            assert entry["attributes"]["population"] == inside > 0
    provinces = {e["code"]: e["attributes"]["population"] for e in CODES["nis_province"]["entries"]}
    thousands = {code: round(population / 1000) for code, population in provinces.items()}
    assert thousands == {
        "04000": 1220, "10000": 1876, "20001": 1162, "20002": 407, "30000": 1203, "40000": 1532,
        "50000": 1346, "60000": 1109, "70000": 880, "80000": 289, "90000": 497,
    }  # fmt: skip


def test_age_classes_cover_every_age_once() -> None:
    bounds = [(e["attributes"]["from"], e["attributes"]["to"]) for e in CODES["age5"]["entries"]]
    assert len(bounds) == 21 and bounds[0] == (0, 0) and bounds[-1] == (95, None)
    assert [a + 1 for _, a in bounds[:-1]] == [b for b, _ in bounds[1:]]


def test_every_variable_is_motivated_and_used() -> None:
    # Both printed lists of 20/284 (lines 40 and 430), and the count of stays that each of them rests on.
    first = {"ivt", "no_antibiotics", "anticoagulants", "mortality30", "mortality90"}
    second = {"ivt_direct", "aspiration_pneumonia", "urinary_infection", "anticoagulants_tia"}
    uses = first | second | {"deliveries", "linkage", "selection", "scra"}
    assert len({v["ref"] for v in VARIABLES}) == len(VARIABLES) == 51
    assert {u for v in VARIABLES for u in v["used_by"]} == uses
    for v in VARIABLES:
        table, _, name = v["ref"].rpartition(".")
        field = fields(table)[name]
        texts = v["motivation"]
        assert set(texts) == LANGUAGES and len(set(texts.values())) == 3
        assert all(len(text) > 30 for text in texts.values())
        assert v["used_by"] and len(set(v["used_by"])) == len(v["used_by"])
        person_id = field["role"] in {"direct_identifier", "pseudonym"}
        assert (v["transformation"] == "recode_pseudonym") == person_id, v["ref"]


def test_every_printed_source_variable_is_motivated() -> None:
    motivated = {v["ref"].rpartition(".")[2] for v in VARIABLES}
    resolve = {alias: ref.rpartition(".")[2] for alias, ref in MISPRINTS.items()}
    printed = {name.rpartition(".")[2] for d in SETS for row in names(d) for name in row} - MADE_BY_THE_FLOW
    discharge = {f"A2_{u}_HOSP_OUT" for u in ("YEAR", "MONTH", "DAY")}
    needed = {resolve.get(name, name) for name in printed} | discharge
    # Printed as PatID, as C2 (twice), and only in a description (line 413).
    assert motivated - needed == {"PATNUM", "SS00010", "PP0010", "PP0040"}
    assert needed <= motivated
