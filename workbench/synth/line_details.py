"""Further fields of HEALTH and FARMA: each a function of the line, so that a repeated line repeats them.

They are drawn from one hash of the person, the day and the code, which no other draw uses; a table is read through
`with_details` only when one of them is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.synth.parameters import Parameters
from workbench.synth.scenario import Scenario

_DAY = "(SS00015 - DATE '2000-01-01')::BIGINT"


def health_details(scenario: Scenario, query: str, names: Sequence[str]) -> str:
    """The rows of HEALTH with the named further fields behind its core."""
    return with_details(scenario, query, "SS00020::VARCHAR", _health(scenario), names)


def farma_details(scenario: Scenario, query: str, names: Sequence[str]) -> str:
    """The rows of FARMA with the named further fields behind its core."""
    return with_details(scenario, query, "NULL::VARCHAR", _farma(scenario), names)


def with_details(scenario: Scenario, query: str, service: str, fields: Mapping[str, str], names: Sequence[str]) -> str:
    """The rows of a query with fields computed from them; `service` is SQL for the nomenclature code."""
    if not names:
        return query
    p = scenario.parameters
    booking = p["billing_details.booking"]
    line = f"xor(SS00010, ({_DAY} * 10000000 + coalesce(SS00135::VARCHAR, SS00020::VARCHAR)::BIGINT) * 1000003)"
    products = ", ".join(f"('{one['code']}', '{one['atc']}')" for one in p.products)
    services = ", ".join(
        f"('{code}', '{facts[0]}', '{facts[1]}', '{facts[2]}', {'prescribed' in facts})"
        for code, facts in p["billing_details.service_facts"].items()
    )
    listed = ", ".join(f"{fields[name]} AS {name}" for name in names)
    return f"""
        SELECT line.* EXCLUDE (d, booked), {listed}
        FROM (
            SELECT *, SS00015 + least({int(booking["most_days"])},
                floor(-ln(1 - ((d >> 11) & 65535) / 65536.0) * {booking["mean_days"]}))::INTEGER AS booked
            FROM (SELECT *, {scenario.line.bits(line, "details")} AS d FROM ({query}))
        ) AS line
        LEFT JOIN (VALUES {products}) AS product(cnk, atc) ON product.cnk = SS00135::VARCHAR
        LEFT JOIN (VALUES {services}) AS service(code, kind, detail, budget, prescribed) ON service.code = {service}
    """


def _health(scenario: Scenario) -> dict[str, str]:
    p = scenario.parameters
    other, own = p["billing_details.other_service"], p["billing_details.providers"]
    night, implant = p["billing_details.night_or_weekend"], p["billing_details.implant"]
    codes, invoice = p["billing_details.service_code"], p["billing_details.invoice"]
    at_night = p.number("billing_details.at_night")
    provider = f"""CASE WHEN SS00075 IS NULL THEN 'P' || lpad(({_part(27, own["elsewhere"])})::VARCHAR, 8, '0')
        ELSE 'P' || substr(SS00075::VARCHAR, 4, 3) || lpad(({_part(27, own["of_hospital"])})::VARCHAR, 5, '0') END"""
    return {
        **_both(p),
        "PROCEDURE_AH_CAT": f"CASE WHEN SS00075 IS NULL THEN '{_ah(p, 'ambulatory')}' ELSE '{_ah(p, 'hospital')}' END",
        "PROCEDURE_CAT": f"coalesce(kind, '{other[0]}')",
        "PROCEDURE_DETAIL": f"coalesce(detail, '{other[1]}')",
        "PROCEDURE_GROUP": f"coalesce(budget, '{other[2]}')",
        "SS00080": f"CASE WHEN SS00075 IS NULL THEN '{codes['ambulatory']}' ELSE {_one(19, codes['hospital'])} END",
        "SS00085": "SS00075::VARCHAR",
        "SS00120": f"CASE WHEN SS00075 IS NULL THEN '{invoice['ambulatory']}' ELSE '{invoice['hospital']}' END",
        "SS00130": f"CASE WHEN SS00020::VARCHAR = '{implant['code']}' THEN SS00020::VARCHAR END",
        "SS00140": f"CASE WHEN {_chance(33, 0.1)} THEN '50' ELSE '100' END",
        "SS00145": f"""CASE WHEN isodow(SS00015) > 5 THEN '{night["weekend"]}'
            WHEN SS00075 IS NOT NULL AND {_chance(37, at_night)} THEN '{night["night"]}' ELSE '{night["day"]}' END""",
        "SS00150": "SS00020::VARCHAR",
        "SS00155": f"CASE WHEN prescribed THEN {_prescribed(p)} END",
        "SS00170": f"CASE WHEN SS00020::VARCHAR = '{implant['code']}' THEN {_one(17, implant['implants'])} END",
        "SS00065A": provider,
        "SS00065B": f"CASE WHEN kind IN ('consultation', 'visit') AND detail = 'general_practitioner' "
        f"THEN '{p.code('qualification', 'gp')}' ELSE '{p.code('qualification', 'specialist')}' END",
        "SS00105A": "SS00075::VARCHAR",
        "SS00105B": f"CASE WHEN SS00075 IS NOT NULL THEN '{p['billing_details.third_party']}' END",
    }


def _farma(scenario: Scenario) -> dict[str, str]:
    p = scenario.parameters
    kind, own = p["billing_details.pharmacy"], p["billing_details.providers"]
    no, yes = (p["billing_details.flags"][name] for name in ("no", "yes"))
    pharmacy = f"lpad(({_part(27, own['pharmacies'])})::VARCHAR, 6, '0')"
    flag = f"CASE WHEN {{}} THEN '{yes}' ELSE '{no}' END".format
    return {
        **_both(p),
        "PROCEDURE_AH_CAT": f"'{_ah(p, 'ambulatory')}'",
        "PROCEDURE_CAT": f"'{kind[0]}'",
        "PROCEDURE_DETAIL": f"'{kind[1]}'",
        "PROCEDURE_GROUP": f"'{kind[2]}'",
        "SS00080": "NULL::VARCHAR",
        "SS00085": pharmacy,
        "SS00110": "strftime(booked, '%Y%m')",
        "SS00130": "NULL::VARCHAR",
        "SS00140": "'0'",
        "SS00145": "'0'",
        "SS00155": _prescribed(p),
        "SS00170": "'5' || lpad((d & 4294967295)::VARCHAR, 15, '0')",
        "SS00175": flag(_chance(33, p.number("billing_details.deferred"))),
        "SS00180": "NULL::VARCHAR",
        "SS00185": f"'{no}'",
        "SS00195": "(SS00060 * 0)::DECIMAL(10,2)",
        "SS00200": f"'{no}'",
        "SS00205": flag(_chance(37, p.number("billing_details.first_delivery"))),
        "SS00210": "(SS00060 * 0)::DECIMAL(10,2)",
        "SS00215": f"'{no}'",
        "SS00220": f"'{no}'",
        "SS00225": f"'{no}'",
        "SS00230": f"'{yes}'",
        "SS00065A": f"'F' || {pharmacy}",
        "SS00065B": f"'{p['billing_details.pharmacist']}'",
    }


def _both(p: Parameters) -> dict[str, str]:
    """Fields that mean the same in both tables."""
    share, extra = p["billing_details.personal_share"], p["billing_details.supplement"]
    own = p["billing_details.providers"]
    return {
        "ATC_PROD_L": "atc",
        "SS00160": f"""(CASE WHEN {_chance(29, share["none"])} THEN 0 ELSE SS00060 * {share["of_amount"]} END)
            ::DECIMAL(10,2)""",
        "SS00165": f"""(CASE WHEN {_chance(31, extra["share"])} THEN SS00060 * {extra["of_amount"]} ELSE 0 END)
            ::DECIMAL(10,2)""",
        "SS00025A": "year(booked)::SMALLINT",
        "SS00025B": "month(booked)::TINYINT",
        "SS00070A": f"'V' || lpad(({_part(23, own['practices'])})::VARCHAR, 7, '0')",
        "delivery": "'BCRO' || year(booked) || '-' || quarter(booked)",
    }


def _prescribed(p: Parameters) -> str:
    return f"(SS00015 - ({_part(21, int(p['billing_details.prescribed_before']))})::INTEGER)"


def _part(field: int, count: int) -> str:
    """SQL for a whole number below `count`: of its own for every number of a field."""
    return f"(((hash(xor(d, {field}::UBIGINT)) >> 40) * {count}) >> 24)"


def _chance(field: int, share: float) -> str:
    return f"({_part(field, 65536)} < {int(65536 * share)})"


def _one(field: int, values: Sequence[str]) -> str:
    return f"({list(values)!r})[1 + ({_part(field, len(values))})::INTEGER]"


def _ah(p: Parameters, meaning: str) -> str:
    return p.code("procedure_ah_cat", meaning)
