"""DIAGNOSE of the hospitals: the main diagnosis of each stay and the secondary ones it records.

Every diagnosis a stay can have is a bit; the bits of a stay are unfolded into its rows, so a code cannot
stand twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.synth.coding import af_code, main_code, stroke_code, weighted
from workbench.synth.parameters import Parameters
from workbench.synth.scenario import Scenario
from workbench.synth.stays import second_specialty, stay_key
from workbench.synth.words import DIAGNOSES, word

_CODES = ("aspiration", "urinary", "organism", "pneumonia", "tpa")
_DECOYS = {"arisen": "arisen_in_stay", "not validated": "not_validated"}


def diagnose_query(scenario: Scenario) -> str:
    """Rows of DIAGNOSE: exactly one main diagnosis per stay."""
    p = scenario.parameters
    bit = _bits(p)
    poa, certainty, role = (
        p[f"codes.meanings.{name}"] for name in ("mzg_present_adm", "mzg_code_cert", "mzg_type_diagnose")
    )
    others = [bit[f"other {n}"] for n in range(len(p["diagnoses.others"]))]
    absent = [bit[name] for name in ("aspiration", "urinary", "organism", "arisen")]
    drawn = weighted(
        scenario.stay.uniform("sid * 64 + b", "present"),
        {poa[meaning]: share for meaning, share in p["diagnoses.present_on_admission"].items()},
        "word",
    )
    return f"""
        SELECT {stay_key("entry")},
            CASE WHEN moved AND b IN ({_listed(others[2:])}) THEN 2 ELSE 1 END::TINYINT AS ORDER_SPEC,
            CASE WHEN b = {bit["main"]} THEN {word(role["main"])} ELSE {word(role["secondary"])} END AS TYPE_DIAGNOSE,
            {word(p["codes.fillers.CODE_SYSTEM"])} AS CODE_SYS_DIAGNOSE, {_code(scenario, bit)} AS CODE_DIAGNOSE,
            CASE WHEN b IN ({_listed(absent)}) OR b = {bit["stroke"]} AND arisen THEN {word(poa["absent"])}
                WHEN b IN ({_listed(others)}) THEN {drawn} ELSE {word(poa["present"])} END AS M1_PRESENT_ADM,
            CASE WHEN b = {bit["not validated"]} THEN {word(certainty["probable"])}
                ELSE {word(certainty["certain"])} END AS M1_CODE_CERT
        FROM (
            SELECT *, unnest(list_filter(range({len(bit)}), lambda place: (present >> place) & 1 = 1)) AS b
            FROM (
                SELECT stays.*, main_list.code AS background_code, {second_specialty(scenario)} AS moved,
                    {_present(scenario, bit)} AS present
                FROM stays LEFT JOIN main_list USING (main)
                LEFT JOIN (SELECT sid, aspiration, urinary, pneumonia, chain_lysed, lysis_leg FROM care)
                    USING (sid)
            )
        ) AS entry JOIN hospitals ON hospitals.number = hospital
    """


def noted_elsewhere(scenario: Scenario) -> str:
    """SQL: the stay codes that a thrombolytic was given in an earlier stay of its chain."""
    drawn = scenario.parameters.number("stroke.thrombolysis.noted_elsewhere")
    return f"chain_lysed AND leg > lysis_leg AND {scenario.stay.chance('sid', 'noted elsewhere', drawn)}"


def _bits(p: Parameters) -> dict[str, int]:
    """The bit of every diagnosis; the first ones are the Charlson groups in the order of their file."""
    names = [f"group {group['group']}" for group in p["comorbidities.groups"]]
    names += ["main", "af", "stroke", *_CODES, *_DECOYS]
    names += [f"other {n}" for n in range(len(p["diagnoses.others"]))]
    return {name: place for place, name in enumerate(names)}


def _code(scenario: Scenario, bit: Mapping[str, int]) -> str:
    p, person, stay = scenario.parameters, scenario.person, scenario.stay
    code = {"main": main_code(scenario), "af": af_code(scenario), "stroke": stroke_code(scenario)}
    code |= {name: f"'{DIAGNOSES[name]}'::icd" for name in _CODES}
    code |= {name: f"'{p[f'diagnoses.decoys.{path}.code']}'::icd" for name, path in _DECOYS.items()}
    for group in p["comorbidities.groups"]:
        name = f"group {group['group']}"
        code[name] = person.of("pid", name, group["codes"], "icd")
    # in the care of a tumour, the cancer of the person is that tumour
    code["group 14"] = f"coalesce(tumour_code, {code['group 14']})"
    for n, other in enumerate(p["diagnoses.others"]):
        code[f"other {n}"] = stay.of("sid", f"other code {n}", other["codes"], "icd")
    return "CASE b " + " ".join(f"WHEN {bit[name]} THEN {sql}" for name, sql in code.items()) + " END"


def _present(scenario: Scenario, bit: Mapping[str, int]) -> str:
    """SQL for the bits of the diagnoses a stay records."""
    p, stay = scenario.parameters, scenario.stay
    flags = {
        "main": "true",
        "af": "af_coded AND NOT af_main",
        "stroke": "event AND NOT main_stroke",
        "tpa": noted_elsewhere(scenario),
        "aspiration": "aspiration",
        "urinary": "urinary",
        "organism": f"urinary AND {stay.chance('sid', 'organism', p.number('stroke.infections.organism'))}",
        "pneumonia": "pneumonia",
    }
    for n, other in enumerate(p["diagnoses.others"]):
        day_stay = p.number("diagnoses.day_stay_share") * other["share"]
        share = f"CASE type WHEN 'H' THEN {other['share']} ELSE {day_stay} END"
        flags[f"other {n}"] = stay.chance("sid", f"other {n}", share)
    for name, path in _DECOYS.items():
        decoy = p[f"diagnoses.decoys.{path}"]
        group = bit[f"group {decoy['group']}"]
        drawn = stay.chance("sid", path, decoy["share"])
        flags[name] = f"type = 'H' AND (coded >> {group}) & 1 = 0 AND {drawn}"
    parts = [f"CASE WHEN {flag} THEN {1 << bit[name]}::BIGINT ELSE 0 END" for name, flag in flags.items()]
    return "(coded::BIGINT | " + " | ".join(parts) + ")"


def _listed(values: list[int]) -> str:
    return ", ".join(str(value) for value in values)
