"""Campuses and nursing units of the hospitals in each half year: HOSPCAMP and CAMPUNIT."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from workbench.synth.registration import date_parts
from workbench.synth.scenario import Scenario

_CLOSED_UNIT = "X901"


def make_structure(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Tables `campuses` and `units` (hospital, campus, unit, opened, closed; `bed` and `place` of a ward), and
    `registration_periods`."""
    made = {"campuses": _campuses(scenario), "units": _units(scenario), "registration_periods": _periods(scenario)}
    for name, rows in made.items():
        con.register("listed", pa.Table.from_pylist(list(rows)))
        con.execute(f"CREATE TABLE {name} AS FROM listed")
        con.unregister("listed")
    con.execute("ALTER TABLE campuses ADD COLUMN closed DATE")  # none of them closes


def structure_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of HOSPCAMP and CAMPUNIT: every campus and unit in each half year in which it is open."""
    period = """JOIN registration_periods ON opened < until AND (closed IS NULL OR closed >= since)
        JOIN hospitals ON hospitals.number = hospital"""
    key = "code_agr AS CODE_AGR, year AS YEAR_REGISTR, period AS PERIOD_REGISTR, campus AS CODE_CAMPUS"
    return {
        "HOSPCAMP": f"""SELECT {key}, {date_parts("S2", "START_CAMPUS", "opened")},
            {date_parts("S2", "END_CAMPUS", "closed")} FROM campuses {period}""",
        "CAMPUNIT": f"""SELECT {key}, unit AS CODE_UNIT, {date_parts("S3", "START_UNIT", "opened")},
            {date_parts("S3", "END_UNIT", "closed")} FROM units {period}""",
    }


def _campuses(scenario: Scenario) -> Iterator[dict[str, Any]]:
    for hospital, campus in _places(scenario):
        yield {"hospital": hospital, "campus": campus, "opened": _opened(scenario, campus)}


def _units(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Wards dealt over the campuses of their hospital, the special units on each, and one that closed."""
    special: Mapping[str, str] = scenario.parameters["structure.special"]
    campuses: dict[int, list[str]] = {}
    for hospital, campus in _places(scenario):
        campuses.setdefault(hospital, []).append(campus)
    for hospital, own in campuses.items():
        rows: list[tuple[str, str, str | None, int]] = []
        for bed, wards in scenario.parameters["structure.wards"].items():
            for place in range(int(wards)):
                rows.append((own[place % len(own)], f"{bed}{place + 1}01", bed, place))
        rows += [(campus, unit, None, 0) for campus in own for unit in special.values()]
        for campus, unit, bed, place in rows:
            opened = _opened(scenario, campus + unit)
            yield {
                "hospital": hospital, "campus": campus, "unit": unit, "opened": opened, "closed": None, "bed": bed,
                "place": place, "wards": int(scenario.parameters["structure.wards"].get(bed, 0)),
            }  # fmt: skip
        closed = {"campus": own[0], "unit": _CLOSED_UNIT, "closed": _day(scenario, "closed_unit")}
        yield {"hospital": hospital, "opened": _day(scenario, "opened"), "bed": None, "place": 0, "wards": 0, **closed}


def _places(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Hospital number and campus code: the place of the hospital in its list, then of the campus in it."""
    listed = {str(entry["code"]): entry for entry in scenario.parameters.hospitals}
    for hospital in scenario.hospitals:
        for place, _ in enumerate(listed[hospital.code_agr]["campuses"]):
            yield hospital.number, f"{hospital.code_agr}{place + 1}"


def _opened(scenario: Scenario, name: str) -> datetime.date:
    return _day(scenario, "opened") + datetime.timedelta(days=zlib.crc32(name.encode()) % 2920)


def _day(scenario: Scenario, name: str) -> datetime.date:
    return datetime.date.fromisoformat(str(scenario.parameters[f"structure.{name}"]))


def _periods(scenario: Scenario) -> list[dict[str, Any]]:
    """The half years in which stays of the window end."""
    last = scenario.first_day + datetime.timedelta(days=scenario.days)
    first = scenario.first_stay
    halves = [(year, half) for year in range(first.year, last.year + 1) for half in (1, 2)]
    rows = []
    for year, half in halves:
        since = datetime.date(year, 6 * half - 5, 1)
        until = datetime.date(year + half - 1, 7 if half == 1 else 1, 1)
        if until > first and since <= last:
            rows.append({"year": year, "period": half, "since": since, "until": until})
    return rows
