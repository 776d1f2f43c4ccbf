"""Tumours as the registry counts them: what is drawn for each, and its place among the tumours of the person."""

from __future__ import annotations

from workbench.synth.coding import weighted
from workbench.synth.scenario import Scenario
from workbench.synth.tumours import draws

_UNKNOWN = 3 * "X"  # T, N and M


def counted(scenario: Scenario) -> str:
    """SQL for the tumours with the person, what is drawn for each, and the counts over the person's tumours."""
    p, tumour = scenario.parameters, draws(scenario)
    missing = scenario.person.chance("pid", "missing insz", p.number("faults.missing_insz"))
    breast, invasive = "FILTER (site = 'C50')", "FILTER (site = 'C50' AND NOT in_situ)"

    def drawn(name: str, path: str) -> str:
        return weighted(tumour.uniform("tid", name), p[path])

    whom = "PARTITION BY pid"
    over = {
        "order_alltum": f"row_number() OVER ({whom} ORDER BY incidence, tid)",
        "total_alltum": f"count(*) OVER ({whom})",
        "invasive_order": f"count(*) FILTER (NOT in_situ) OVER ({whom} ORDER BY incidence, tid)",
        "totaltum": f"count(*) FILTER (NOT in_situ) OVER ({whom})",
        "breast_order": f"count(*) {breast} OVER ({whom} ORDER BY incidence, tid)",
        "breast_total": f"count(*) {breast} OVER ({whom})",
        "plain_order": f"count(*) FILTER (site = 'C50' AND NOT sarcoma) OVER ({whom} ORDER BY incidence, tid)",
        "plain_total": f"count(*) FILTER (site = 'C50' AND NOT sarcoma) OVER ({whom})",
        "invasive_breast_order": f"count(*) {invasive} OVER ({whom} ORDER BY incidence, tid)",
        "day_total": f"count(*) {breast} OVER ({whom}, incidence)",
        "side_total": f"count(*) {breast} OVER ({whom}, side)",
        "day_side_total": f"count(*) {breast} OVER ({whom}, incidence, side)",
    }
    return f"""
        SELECT *, max(day_total) OVER ({whom}) AS most_day, max(side_total) OVER ({whom}) AS most_side,
            max(day_side_total) OVER ({whom}) AS most_day_side
        FROM (SELECT *, {", ".join(f"{sql} AS {name}" for name, sql in over.items())} FROM (
            SELECT tumours.*, arr, sex, insz, code_agr, {missing} AS fld_nn_missing,
                date_sub('year', tumours.birth, incidence) AS age, coalesce(died, {known(scenario)}) AS last_seen,
                CASE WHEN histology = '8520' THEN 'D050' ELSE 'D051' END AS in_situ_code,
                {drawn("quadrant", "breast.quadrants")} AS quadrant, {drawn("who", "breast.who_score")} AS who_score,
                {drawn("basis", "breast.basis")} AS basis, {drawn("check", "breast.incidence_check")} AS date_check,
                {drawn("sources", "breast.sources")} AS sources, {tnm(scenario)} AS tnm,
                {operated(scenario)} AS operated,
                {tumour.chance("tid", "clinical differs", p.number("breast.clinical_differs"))} AS differs,
                {tumour.chance("tid", "health file", p.number("breast.billed_in_year.health"))} AS in_health,
                {tumour.chance("tid", "farma file", p.number("breast.billed_in_year.farma"))} AS in_farma,
                {_receptors(scenario)}
            FROM tumours JOIN registrants USING (pid) JOIN hospitals ON hospitals.number = tumours.hospital
        ))
    """


def known(scenario: Scenario) -> str:
    """SQL for the last day on which a death is known: who has not died by then was seen alive on it."""
    return f"(DATE '{scenario.first_day}' + {scenario.horizon - 1})"


def closed(scenario: Scenario) -> str:
    """The day of the insurers' delivery, after which nothing is known."""
    return str(scenario.parameters["breast.delivery_day"])


def operated(scenario: Scenario) -> str:
    """The same draw as the care of the tumour."""
    none = scenario.parameters["breast.no_surgery"]
    cases = " ".join(f"WHEN '{stage}' THEN {share}" for stage, share in none.items())
    return f"(NOT {draws(scenario).chance('tid', 'no surgery', f'CASE stage {cases} ELSE 0 END')})"


def tnm(scenario: Scenario) -> str:
    """SQL for T, N and M of the stage, as one text of three characters."""
    u, cases = draws(scenario).uniform("tid", "tnm"), []
    for one in scenario.parameters["breast.stages"]:
        weights = {"".join(str(part) for part in tnm[:3]): float(tnm[3]) for tnm in one["tnm"]}
        cases.append(f"WHEN '{one['stage']}' THEN {weighted(u, weights)}")
    return f"CASE WHEN site <> 'C50' THEN '{_UNKNOWN}' ELSE CASE stage {' '.join(cases)} ELSE 'i00' END END"


def _receptors(scenario: Scenario) -> str:
    """SQL for what immunohistochemistry and hybridisation tell, and the grade; unknown for tumours in situ."""
    p, tumour = scenario.parameters, draws(scenario)
    share, u = p["breast.receptors"], tumour.uniform("tid", "grade")
    parts: dict[str, list[str]] = {"er": [], "pr": [], "her2": [], "grade": []}
    for one in p["breast.subtypes"]:
        grades = {str(n + 1): float(weight) for n, weight in enumerate(one["grades"])}
        for name in ("er", "pr", "her2"):
            parts[name].append(f"WHEN '{one['name']}' THEN '{one[name]}'")
        parts["grade"].append(f"WHEN '{one['name']}' THEN {weighted(u, grades)}")
    truth = {name: f"(CASE subtype {' '.join(cases)} END)" for name, cases in parts.items()}
    unknown = tumour.chance("tid", "receptors unknown", share["unknown"])
    doubtful = tumour.chance("tid", "doubtful", share["ihc_equivocal"])
    negative = tumour.chance("tid", "progesterone", share["pr_negative_in_luminal"])
    hybridised = tumour.chance("tid", "hybridised", share["ish_done"])
    told = f"CASE WHEN site <> 'C50' THEN NULL WHEN subtype IS NULL OR {unknown} THEN 'U'"
    return f"""
        {told} ELSE {truth["er"]} END AS ER,
        {told} WHEN {truth["pr"]} = 'P' AND {negative} THEN 'N' ELSE {truth["pr"]} END AS PR,
        {told} WHEN {doubtful} THEN 'E' ELSE {truth["her2"]} END AS HER2_IHC,
        {told} WHEN {doubtful} OR {hybridised} THEN {truth["her2"]} ELSE 'U' END AS HER2_ISH,
        coalesce({truth["grade"]}, CASE WHEN site = 'C50' THEN '-2' ELSE '9' END) AS grade"""
