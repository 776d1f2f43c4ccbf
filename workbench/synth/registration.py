"""The MZG files of the hospitals and their own patient administration, out of the stays."""

from __future__ import annotations

from workbench.synth.coding import main_code
from workbench.synth.scenario import Scenario
from workbench.synth.stay_facts import discharged_minute, emergency, first_bed, rehabilitated, rehabilitation_from
from workbench.synth.stays import patnum, registration_period, second_specialty, stay_key
from workbench.synth.words import DIAGNOSES, SPECIALTIES, word


def registration_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of PATIENT, PATHOSPI, STAYHOSP, STAYSPEC and STAYINDX by table."""
    patient = patnum("pid", "hospitals")
    return {
        "PATIENT": f"""
            SELECT code_agr AS CODE_AGR, {patient} AS PATNUM,
                CASE WHEN NOT missing_insz THEN lpad(insz::VARCHAR, 11, '0') END AS INSZ
            FROM (SELECT DISTINCT pid, hospital, insz, missing_insz FROM stays)
            JOIN hospitals ON hospitals.number = hospital""",
        "PATHOSPI": f"""
            SELECT code_agr AS CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, {patient} AS PATNUM,
                year(birth)::SMALLINT AS A1_YEAR_BIRTH
            FROM (SELECT DISTINCT pid, hospital, birth, {registration_period("stays")} FROM stays)
            JOIN hospitals ON hospitals.number = hospital""",
        "STAYHOSP": _stayhosp(scenario),
        "STAYSPEC": _stayspec(scenario),
        "STAYINDX": _stayindx(scenario),
    }


def _stayhosp(scenario: Scenario) -> str:
    p, stay = scenario.parameters, scenario.stay
    sex, how, out, to, before = (
        p[f"codes.meanings.{name}"]
        for name in ("sex", "mzg_type_adm", "mzg_type_discharge", "mzg_destinate", "mzg_place_before_adm")
    )
    filler = p["codes.fillers"]
    home = p["stays.nursing_home"]
    old = f"CASE WHEN year(adm) - year(birth) >= 80 THEN {home['from_80']} ELSE {home['under_80']} END"
    nursing = scenario.chain.chance("eid", "nursing home", old)
    elsewhere = stay.chance("sid", "elsewhere", p.number("stays.elsewhere"))
    symptom = stay.chance("sid", "symptom", p.number("stays.admitted_with_symptom"))
    against_advice = stay.chance("sid", "against advice", p.number("stays.against_advice"))
    return f"""
        SELECT {stay_key("stays")}, {date_parts("A2", "HOSP_IN", "adm")}, {date_parts("A2", "HOSP_OUT", "dis")},
            ({discharged_minute(scenario)} // 60)::TINYINT AS A2_HOUR_HOSP_OUT,
            ({discharged_minute(scenario)} % 60)::TINYINT AS A2_MIN_HOSP_OUT,
            '{filler["A2_HOSPTYPE_CAT"]}' AS A2_HOSPTYPE_CAT, type AS A2_HOSPTYPE_FAC,
            los::SMALLINT AS A2_TOTAL_NUMBER_DAY_FAC,
            '{filler["A2_CODE_READMISSION"]}' AS A2_CODE_READMISSION,
            CASE WHEN sex = 1 THEN {word(sex["man"])} ELSE {word(sex["woman"])} END AS A2_CODE_SEX,
            '{filler["A2_CODE_INDIC_AGE"]}' AS A2_CODE_INDIC_AGE,
            ({_postal_codes(scenario)})[1 + arr] AS A2_CODE_ZIP,
            '{filler["A2_CODE_COUNTRY"]}' AS A2_CODE_COUNTRY,
            '{filler["A2_CODE_INDIC_NAT"]}' AS A2_CODE_INDIC_NAT,
            '{filler["A2_CODE_STAT_INSURANCE"]}' AS A2_CODE_STAT_INSURANCE,
            CASE WHEN leg > 0 AND origin.university THEN {word(before["university_hospital"])}
                WHEN leg > 0 THEN {word(before["other_hospital"])}
                WHEN {nursing} THEN {word(before["nursing_home"])} ELSE {word(before["home"])} END
                AS A2_CODE_PLACE_BEFORE_ADM,
            CASE WHEN arisen THEN {word(how["internal"])} WHEN {emergency(scenario)} THEN {word(how["emergency"])}
                ELSE {word(how["planned"])} END AS A2_CODE_ADM,
            '{filler["A2_CODE_ADRBY"]}' AS A2_CODE_ADRBY,
            CASE WHEN dies THEN {word(to["deceased"])}
                WHEN moves AND target.university THEN {word(to["university_hospital"])}
                WHEN moves OR type = 'H' AND {elsewhere} THEN {word(to["other_hospital"])}
                WHEN {nursing} THEN {word(to["nursing_home"])} ELSE {word(to["home"])} END AS A2_CODE_DESTINATE,
            CASE WHEN dies THEN {word(out["deceased"])} WHEN moves THEN {word(out["transfer"])}
                WHEN {against_advice} THEN {word(out["against_advice"])}
                ELSE {word(out["advice"])} END AS A2_CODE_DISCHARGE,
            {word(filler["CODE_SYSTEM"])} AS A2_CODE_SYS_DIAG_VERIF_ADM,
            CASE WHEN main_stroke AND {symptom} THEN '{DIAGNOSES["symptom"]}'::icd ELSE {main_code(scenario)} END
                AS A2_CODE_DIAG_VERIF_ADM,
            {word(filler["CODE_SYSTEM"])} AS A2_CODE_SYS_DIAG_CAUSE_DEATH,
            CASE WHEN dies THEN {main_code(scenario)} END AS A2_CODE_DIAG_CAUSE_DEATH,
            {patnum("pid", "hospitals")} AS PATNUM
        FROM (SELECT stays.*, code AS background_code FROM stays LEFT JOIN main_list USING (main)) AS stays
        JOIN hospitals ON hospitals.number = hospital
        LEFT JOIN hospitals AS origin ON origin.number = from_hospital
        LEFT JOIN hospitals AS target ON target.number = to_hospital
    """


def _stayspec(scenario: Scenario) -> str:
    stay = scenario.stay
    second = stay.of("sid", "second specialty code", SPECIALTIES["second"], "word")
    second_day = stay.below("sid", "second specialty day", "los - 2")
    return f"""
        SELECT {stay_key("part")}, n::TINYINT AS ORDER_SPEC,
            CASE WHEN n = 2 THEN {second} WHEN event AND NOT arisen THEN {word(SPECIALTIES["stroke"])}
                WHEN af_main THEN {word(SPECIALTIES["atrial_fibrillation"])}
                ELSE spec END AS CODE_SPEC,
            {date_parts("A3", "SPEC_IN", "start")}
        FROM (
            SELECT *, adm + CASE WHEN n = 1 THEN 0 ELSE 1 + {second_day} END AS start
            FROM (
                SELECT stays.*, spec, unnest(range(1, 2 + {second_specialty(scenario)}::BIGINT)) AS n
                FROM stays LEFT JOIN main_list USING (main)
            )
        ) AS part JOIN hospitals ON hospitals.number = hospital
    """


def _stayindx(scenario: Scenario) -> str:
    """A stroke stay may end in the hospital's own Sp service; a later stay of a chain may lie wholly in
    one."""
    sp = scenario.parameters.code("bed_index", "rehabilitation")
    january = "make_date(year(dis), 1, 1)"
    return f"""
        SELECT {stay_key("part")}, n::TINYINT AS ORDER_BEDINDEX,
            CASE WHEN n = 2 THEN {word(sp)} ELSE {first_bed(scenario)} END AS A4_CODE_BEDINDEX_FAC,
            {date_parts("A4", "BEDINDEX_IN", "start")},
            (greatest(0, stop - greatest(start, {january})))::SMALLINT AS A4_NUMBER_DAY_FAC,
            (greatest(0, least(stop, {january}) - start))::SMALLINT AS A4_NUMBER_DAY_FAC_PREV,
            CASE WHEN type = 'H' THEN 0 ELSE 1 END::SMALLINT AS A4_NUMBER_DAY_PART_FAC,
            0::SMALLINT AS A4_NUMBER_DAY_PART_FAC_PREV, 0::SMALLINT AS A4_NUMBER_DAY_NO_FAC,
            0::SMALLINT AS A4_NUMBER_DAY_NO_FAC_PREV
        FROM (
            SELECT *, CASE WHEN n = 1 THEN adm ELSE change END AS start,
                CASE WHEN n = 1 AND split THEN change ELSE dis END AS stop
            FROM (
                SELECT *, unnest(range(1, 2 + split::BIGINT)) AS n, {rehabilitation_from(scenario)} AS change
                FROM (
                    SELECT stays.*, bed, {rehabilitated(scenario)} AS split
                    FROM stays LEFT JOIN main_list USING (main)
                )
            )
        ) AS part JOIN hospitals ON hospitals.number = hospital
    """


def date_parts(prefix: str, name: str, date: str) -> str:
    """SQL for the three fields year, month and day of a date."""
    parts = (("YEAR", "SMALLINT"), ("MONTH", "TINYINT"), ("DAY", "TINYINT"))
    return ", ".join(f"{part}({date})::{type_} AS {prefix}_{part}_{name}" for part, type_ in parts)


def _postal_codes(scenario: Scenario) -> str:
    codes = scenario.parameters["codes.postal_codes"]
    rows = scenario.parameters.margin("population.margins.by_arrondissement")
    return "[" + ", ".join(word(codes[row["ARRD_REFNIS"]]) for row in rows) + "]"
