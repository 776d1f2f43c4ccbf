"""TUMOUR of the cancer registry: what it knows of each tumour, and how the tumours of a person are counted."""

from __future__ import annotations

from workbench.synth.registry_counts import closed, counted
from workbench.synth.scenario import Scenario
from workbench.synth.tumour_care import tumour_care_key
from workbench.synth.tumour_deaths import clinic_of, hazard_of, relative_survival
from workbench.synth.tumour_origins import DRAWN


def tumour_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of TUMOUR and of the answer key `tumours`."""
    rows = f"({counted(scenario)})"
    codes = scenario.parameters["breast.clinic_codes"]
    classes = " ".join(f"WHEN '{name}' THEN '{code}'" for name, code in codes.items())
    order = ", ".join(f"{sql} AS {name}" for name, sql in _fields(scenario).items())
    return {
        "TUMOUR": f"SELECT {order} FROM {rows}",
        "tumours": f"""SELECT lpad(insz::VARCHAR, 11, '0') AS INSZ, order_alltum, site, incidence AS incidence_date,
            stage, subtype, in_situ, side, code_agr AS CODE_AGR, fld_nn_missing AS missing_insz, tid % 8 = {DRAWN}
                AS dies_of_it, {clinic_of(scenario)} AS clinic, birth AS birth_date, died AS death_date, sex,
                {hazard_of(scenario)} AS hazard,
                {relative_survival(scenario, 1)} AS p_relative_1, {relative_survival(scenario, 5)} AS p_relative_5
            FROM {rows}""",
        "tumour_care": tumour_care_key(scenario),
        "CLINIC": f"""SELECT DISTINCT {_coded_hospital(scenario)} AS bron, CASE {clinic_of(scenario, "number")}
            {classes} END AS clinic_class FROM hospitals""",
    }


def _fields(scenario: Scenario) -> dict[str, str]:
    """SQL of every field, in the order of the catalogue."""
    places, delivery = _places(scenario), f"DATE '{closed(scenario)}'"
    days = "({} - birth)::INTEGER".format
    flag = "CASE WHEN {} THEN '1' ELSE '0' END".format
    breast = "CASE WHEN site = 'C50' THEN {}::SMALLINT END".format
    stage = "CASE WHEN site = 'C50' THEN stage END"
    pathological = "CASE WHEN site = 'C50' THEN CASE WHEN operated THEN stage ELSE 'X' END END"
    lower = "CASE stage WHEN 'III' THEN 'II' ELSE 'I' END"
    clinical = f"CASE WHEN site <> 'C50' THEN NULL WHEN differs AND stage IN ('II', 'III') THEN {lower} ELSE stage END"
    staged = """CASE WHEN site <> 'C50' THEN NULL WHEN substr(tnm, {0}, 1) = 'i' THEN 'is'
        ELSE substr(tnm, {0}, 1) END""".format
    operated = "CASE WHEN site = 'C50' AND NOT operated THEN 'X' ELSE {} END".format
    merged = """CASE WHEN HER2_ISH IN ('P', 'N') THEN HER2_ISH WHEN HER2_IHC IN ('P', 'N') THEN HER2_IHC
        ELSE HER2_ISH END"""
    other = _other(scenario, "icd10")
    code = f"CASE WHEN site <> 'C50' THEN {other} WHEN in_situ THEN in_situ_code ELSE quadrant END"
    return {
        "arrngi": places["arrondissement"],
        "borsttelling": "CASE WHEN site = 'C50' AND NOT in_situ THEN least(invasive_breast_order, 2)::VARCHAR END",
        "cls_ag": "age::SMALLINT",
        "cls_ap": "(CASE WHEN age < 1 THEN 0 WHEN age < 5 THEN 1 ELSE least(18, 1 + age // 5) END)::VARCHAR",
        "cls_cg": clinical,
        "cls_dg": f"((ascii({code}) - 64) * 1000 + substr({code}, 2)::INTEGER)::INTEGER",
        "cls_nn": flag("NOT fld_nn_missing"),
        "cls_pg": pathological,
        "combstad": stage,
        "combStadkort": stage,
        "cStadkort": clinical,
        "farmafile": flag("in_farma"),
        "fld_bh": "CASE WHEN in_situ THEN '2' ELSE '3' END",
        "fld_bi_month": "month(birth)::TINYINT",
        "fld_bi_year": "year(birth)::SMALLINT",
        "fld_cm": staged(3),
        "fld_cn": staged(2),
        "fld_ct": staged(1),
        "fld_cy": "'BE'",
        "fld_db": "date_check",
        "fld_df": "grade",
        "fld_dp": "basis",
        "fld_ic_month": "month(incidence)::TINYINT",
        "fld_ic_year": "year(incidence)::SMALLINT",
        "fld_lt": "side::VARCHAR",
        "fld_mp": f"CASE WHEN site = 'C50' THEN histology ELSE {_other(scenario, 'morphology')} END",
        "fld_nn": "CASE WHEN NOT fld_nn_missing THEN lpad(insz::VARCHAR, 11, '0') END",
        "fld_pm": operated(staged(3)),
        "fld_pn": operated(staged(2)),
        "fld_pt": operated(staged(1)),
        "fld_sx": "sex::VARCHAR",
        "fld_tp": f"CASE WHEN site = 'C50' THEN quadrant ELSE {_other(scenario, 'topography')} END",
        "fld_vs": "CASE WHEN fld_nn_missing THEN '3' WHEN died IS NULL THEN '1' ELSE '2' END",
        "fld_zp": places["postcode"],
        "healthfile": flag("in_health"),
        "icd10": code,
        "int_bi_cd": f"CASE WHEN NOT fld_nn_missing THEN {days('died')} END",
        "int_bi_ic": days("incidence"),
        "int_bi_dd": days(delivery),
        "int_bi_la": f"CASE WHEN NOT fld_nn_missing AND died IS NULL THEN {days('last_seen')} END",
        "int_bi_lf": f"CASE WHEN fld_nn_missing THEN {days('incidence')} END",
        "int_bi_lod": f"CASE WHEN fld_nn_missing THEN {days('incidence')} ELSE {days('last_seen')} END",
        "multiple": "(CASE WHEN in_situ THEN 0 ELSE invasive_order END)::SMALLINT",
        "multiple_alltum": flag("total_alltum > 1"),
        "multiple_breast": flag("breast_total > 1"),
        "multiple_breast_no_sarc": flag("plain_total > 1"),
        "multiple_breast_sameday": flag("most_day > 1"),
        "multiple_breast_samelat": flag("most_side > 1"),
        "multiple_breast_samelatday": flag("most_day_side > 1"),
        "niscode": places["arrondissement"],
        "order_alltum": "order_alltum::SMALLINT",
        "order_breast": breast("breast_order"),
        "order_breast_no_sarc": "CASE WHEN site = 'C50' AND NOT sarcoma THEN plain_order::SMALLINT END",
        "provngi": places["province"],
        "pStadkort": pathological,
        "region": places["region"],
        "total_alltum": "total_alltum::SMALLINT",
        "total_breast": "breast_total::SMALLINT",
        "total_breast_no_sarc": "plain_total::SMALLINT",
        "total_breast_sameday": breast("day_total"),
        "total_breast_samelat": breast("side_total"),
        "total_breast_samelatday": breast("day_side_total"),
        "totalfile": flag("in_health OR in_farma"),
        "totaltum": "totaltum::SMALLINT",
        "totbron": "sources::SMALLINT",
        "ER": "ER",
        "PR": "PR",
        "HER2_IHC": "HER2_IHC",
        "HER2_ISH": "HER2_ISH",
        "HER2_merged": merged,
        "WHO": "who_score",
        "bron1": _coded_hospital(scenario, "hospital"),
        "fld_bi": "birth",
        "fld_ic": "incidence",
        "fld_cd": "CASE WHEN NOT fld_nn_missing THEN died END",
        "fld_dd": delivery,
        "fld_la": "CASE WHEN NOT fld_nn_missing AND died IS NULL THEN last_seen END",
        "fld_lf": "CASE WHEN fld_nn_missing THEN incidence END",
        "cls_lod": "CASE WHEN fld_nn_missing THEN incidence ELSE last_seen END",
    }


def _coded_hospital(scenario: Scenario, number: str = "number") -> str:
    """SQL for a hospital as the registry codes it."""
    coded = scenario.stay.below(f"{number} + 1", "coded hospital", 100)
    return f"'B' || lpad(({coded} * 1000 + {number})::VARCHAR, 5, '0')"


def _other(scenario: Scenario, name: str) -> str:
    """SQL for a code of a tumour elsewhere."""
    sites = scenario.parameters["breast.other_sites"]
    cases = " ".join(f"WHEN '{site}' THEN '{one[name]}'" for site, one in sites.items())
    return f"(CASE site {cases} END)"


def _places(scenario: Scenario) -> dict[str, str]:
    """SQL for the residence; its municipality is not generated, so the arrondissement stands for it."""
    p = scenario.parameters
    rows = p.margin("population.margins.by_arrondissement")
    regions, codes = {"BR": "1", "FL": "2", "WA": "3"}, p["codes.postal_codes"]
    lists = {
        "arrondissement": [row["ARRD_REFNIS"] for row in rows],
        "province": [row["PROV_REFNIS"] for row in rows],
        "region": [regions[row["RGN_ABBR"]] for row in rows],
        "postcode": [codes[row["ARRD_REFNIS"]] for row in rows],
    }
    return {name: f"({values!r})[1 + arr]" for name, values in lists.items()}
