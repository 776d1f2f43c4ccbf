"""What is done for a breast tumour and when, by stage, subtype and the class of the clinic."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.synth.registry_counts import operated, tnm
from workbench.synth.scenario import Scenario
from workbench.synth.tumour_deaths import clinic_of
from workbench.synth.tumours import draws


def cared(scenario: Scenario) -> str:
    """SQL for the earliest breast tumour of each person in the window, with what is done and when.

    Who has none there is cared for before it, when earlier years are made.
    """
    p, tumour = scenario.parameters, draws(scenario)
    care = p["breast.care"]
    earlier = f"incidence < DATE '{scenario.first_day}'"
    low, high = care["surgery_nights"]
    length = int(care["cycles"]) * int(care["days_between_cycles"])
    day_stay = tumour.chance("tid", "day surgery", care["surgery_as_day_stay"])

    def within(name: str, stream: str) -> str:
        start, end = care[name]
        return f"({start} + {tumour.below('tid', stream, end - start)})"

    def done(stream: str, share: str) -> str:
        return tumour.chance("tid", stream, f"({share}) * (1 - less)")

    radiotherapy = f"""CASE WHEN NOT operated THEN 0.2 WHEN conserving THEN {care["radiotherapy"]["conserving"]}
        ELSE {_of(care["radiotherapy"]["mastectomy"], "stage")} END"""
    nodes = care["sentinel"]
    sentinel = f"CASE WHEN substr(tnm, 2, 1) = '0' THEN {nodes['node_negative']} ELSE {nodes['node_positive']} END"
    luminal = "subtype IN ('luminal_a', 'luminal_b', 'luminal_her2')"
    return f"""
        SELECT *, greatest(CASE WHEN operated THEN operation + nights ELSE incidence END,
                CASE WHEN treated THEN course + {length} ELSE incidence END)
                + {within("radiotherapy_after", "radiotherapy day")} AS irradiation,
            {done("radiotherapy", radiotherapy)} AS irradiated,
            {luminal} AND {done("hormonal", str(care["hormonal"]))} AS hormonal,
            subtype IN ('luminal_her2', 'her2') AND treated AND {done("targeted", str(care["targeted"]))} AS targeted,
            NOT in_situ AND {done("sentinel", sentinel)} AS sentinel,
            NOT in_situ AND {tumour.chance("tid", "dissection", 0.6)} AS dissection
        FROM (
            SELECT *, CASE WHEN neoadjuvant THEN start + {length} + 14 + wait + {tumour.below("tid", "pause", 14)}
                    ELSE soon END AS operation,
                CASE WHEN neoadjuvant OR NOT operated THEN start
                    ELSE soon + nights + {within("chemotherapy_after", "chemotherapy day")} END AS course
            FROM (
                SELECT *, incidence + wait + {within("surgery_after", "surgery day")} AS soon,
                    incidence + wait + {within("neoadjuvant_after", "first cycle")} AS start,
                    operated AND treated AND stage IN ('II', 'III')
                        AND {tumour.chance("tid", "neoadjuvant", _of(care["neoadjuvant"], "subtype"))} AS neoadjuvant,
                    {tumour.chance("tid", "conserving", _of(care["conserving"], "stage"))} AS conserving
                FROM (
                    SELECT *, {operated(scenario)} AS operated, {tnm(scenario)} AS tnm,
                        NOT in_situ AND {done("chemotherapy", _by_subtype(care["chemotherapy"]))} AS treated,
                        CASE WHEN {day_stay} THEN 0 ELSE {low} + {tumour.below("tid", "nights", high - low + 1)} END
                            AS nights
                    FROM (
                        SELECT *, {_by_class(scenario, "less")}::DOUBLE AS less, {_by_class(scenario, "wait")} AS wait
                        FROM (
                            SELECT *, {clinic_of(scenario)} AS clinic FROM tumours
                            WHERE site = 'C50' AND incidence >= DATE '{scenario.first_stay}'
                            QUALIFY row_number() OVER (PARTITION BY pid ORDER BY {earlier}, incidence, tid) = 1
                        )
                    )
                )
            )
        )
    """


def services(scenario: Scenario) -> str:
    """SQL for what is billed outside hospital stays: (pid, tid, place, name, day, code, cents, medicine)."""
    p, tumour = scenario.parameters, draws(scenario)
    listed = p["breast.services"]
    blocks = []

    def block(name: str, place: str, day: str, when: str, code: str, euro: float, medicine: str = "NULL") -> str:
        return f"""SELECT pid, tid, '{place}' AS place, '{name}' AS name, {day} AS day, '{code}' AS code,
            {round(100 * euro)} AS cents, {medicine} AS medicine FROM tumour_care WHERE {when}"""

    for place, (name, one) in enumerate((n, o) for n, o in listed.items() if "share" in o):
        low, high = one["after"]
        drawn = tumour.uniform("tid", f"service {name.removeprefix('late_')}")
        timely = listed[name.removeprefix("late_")]["share"]
        done = f"{drawn} < {timely} * (1 - less)"
        if name.startswith("late_"):  # of those who had none in time
            done = f"{drawn} >= {timely} * (1 - less) AND {drawn} < {timely} * (1 - less) + {one['share']}"
        day = f"incidence + ({low}) + {tumour.below(f'tid * 8 + {place}', 'service day', high - low)}"
        blocks.append(block(name.removeprefix("late_"), "hospital", day, done, one["code"], float(one["euro"])))
    radiotherapy = listed["radiotherapy"]
    blocks.append(
        block(
            "radiotherapy", "hospital", "irradiation", "irradiated", radiotherapy["code"], float(radiotherapy["euro"])
        )
    )
    gap = int(p["breast.care.days_between_cycles"])
    medicine = str(p["billing.medicine_code"])
    blocks.append(block("targeted", "hospital", f"course + {gap}", "targeted", medicine, 1200.0, "'targeted'"))
    low, high = p["breast.care.hormonal_after"]
    day = f"incidence + {low} + {tumour.below('tid', 'hormonal day', high - low)}"
    blocks.append(block("hormonal", "pharmacy", day, "hormonal", "", 25.0, "'hormonal'"))
    return " UNION ALL ".join(blocks)


def _of(shares: Mapping[str, float], column: str) -> str:
    cases = " ".join(f"WHEN '{key}' THEN {share}" for key, share in shares.items())
    return f"CASE {column} {cases} ELSE 0 END"


def _by_subtype(shares: Mapping[str, Mapping[str, float]]) -> str:
    cases = " ".join(f"WHEN '{subtype}' THEN {_of(stages, 'stage')}" for subtype, stages in shares.items())
    return f"CASE subtype {cases} ELSE 0 END"


def _by_class(scenario: Scenario, name: str) -> str:
    cases = " ".join(f"WHEN '{key}' THEN {one[name]}" for key, one in scenario.parameters["breast.by_class"].items())
    return f"(CASE clinic {cases} END)"
