"""The role filter over real HTTP: every profile x every report, what is returned and what is not."""

from __future__ import annotations

import csv
import io
import re
from functools import cache

import pytest

from tests.dashboards.portal import Portal
from tests.publish.releases import HOSPITALS, YEARS
from tests.publish.test_read_report import EVERYONE, OPENS, allowed_cells

REPORTS = sorted(OPENS)
# Stays of hospital i lie between i x 100,000 and (i + 1) x 100,000, the total above all of them.
LARGE = re.compile(r"(?<![\w.])[1-6]\d{5}(?![\w.])")


@cache
def document(portal: Portal, login: str, report: str, year: str = "each") -> tuple[int, str]:
    """Status and text of the JSON of a report as a login gets it."""
    answer = portal.client(login or None).get("/api/report", id=report, year=year)
    return answer.status, answer.text


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("login", EVERYONE, ids=lambda login: login or "public")
def test_json_and_csv_hold_the_rows_of_the_profile_and_no_others(portal: Portal, login: str, report: str) -> None:
    client = portal.client(login or None)
    answer = client.get("/api/report", id=report, year="each")
    if login not in OPENS[report]:
        assert answer.status == 403
        assert answer.json()["error"] == "refused"
        assert not LARGE.search(answer.text)
        assert client.get("/api/report", id=report, format="csv").status == 403
        return
    assert answer.status == 200, answer.text
    found = answer.json()
    cells = {(h, y) for h, y in allowed_cells(login, report) if y}
    assert {(row["hospital"], row["year"]) for row in found["rows"]} == cells
    hospitals = {hospital for hospital, _ in cells}
    for other in set(HOSPITALS) - hospitals:
        assert f'"{other}"' not in answer.text, "not even its code is named"
    table = client.get("/api/report", id=report, year="each", format="csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert [tuple(line) for line in lines[:1]] == [tuple(found["columns"])]
    assert [_as_text(row) for row in found["rows"]] == lines


def _as_text(row: dict[str, object]) -> dict[str, str]:
    words = {None: "", True: "true", False: "false"}
    return {key: words[value] if value in (None, True, False) else str(value) for key, value in row.items()}


@pytest.mark.parametrize("login", ["an.peeters", "els.maes"])
def test_the_numbers_of_others_are_nowhere_in_the_answer(portal: Portal, login: str) -> None:
    """Their sizes tell whose numbers are on the wire, whatever they are called there."""
    report = "stroke-hospitals" if login == "an.peeters" else "stroke-deliveries"
    extra = {"indicator": "deliveries"} if login == "an.peeters" else {}
    text = portal.client(login).get("/api/report", id=report, year="2018", **extra).text
    numbers = {int(number) for number in LARGE.findall(text)}
    assert any(100_000 <= number < 200_000 for number in numbers), "the own number is there"
    assert not [number for number in numbers if 200_000 <= number < 700_000]
    everything = {"id": "stroke-hospitals", "indicator": "deliveries", "year": "2018"}
    sponsor = portal.client("mia.janssens").get("/api/report", **everything).text
    assert {int(number) // 100_000 for number in LARGE.findall(sponsor)} == set(range(1, 7)), "it would be seen"


@pytest.mark.parametrize(
    ("login", "query", "status"),
    [
        ("an.peeters", {"id": "stroke-hospitals", "hospital": "902"}, 403),
        ("an.peeters", {"id": "stroke-hospitals", "hospital": "999"}, 403),
        ("an.peeters", {"id": "stroke-hospitals", "hospital": "901' OR '1'='1"}, 403),
        ("an.peeters", {"id": "stroke-hospitals", "hospital": "901"}, 200),
        ("", {"id": "stroke-public", "hospital": "901"}, 400),
        ("an.peeters", {"id": "stroke-hospitals", "profile": "sponsor/hospital"}, 400),
        ("an.peeters", {"id": "stroke-hospitals", "person": "mia.janssens"}, 400),
        ("els.maes", {"id": "stroke-deliveries", "year": "2019"}, 400),
        ("els.maes", {"id": "stroke-deliveries", "year": "all"}, 400),
        ("els.maes", {"id": "stroke-deliveries", "person": "kobe.jacobs"}, 400),
        ("mia.janssens", {"id": "stroke-hospitals", "release": "7"}, 404),
        ("mia.janssens", {"id": "stroke-hospitals", "release": "../../1"}, 400),
        ("mia.janssens", {"id": "nothing"}, 403),
        ("", {"id": "nothing"}, 403),
        ("", {}, 403),
        ("", {"id": "stroke-public", "format": "exe"}, 400),
    ],
)
def test_tampering_with_the_address_gives_no_rows(
    portal: Portal, login: str, query: dict[str, str], status: int
) -> None:
    answer = portal.client(login or None).get("/api/report", **query)
    assert answer.status == status, answer.text
    assert (status == 200) == ("rows" in answer.json())


def test_a_parameter_given_twice_does_not_slip_through(portal: Portal) -> None:
    client = portal.client("an.peeters")
    for pair in ("hospital=901&hospital=902", "hospital=902&hospital=901"):
        answer = client.get(f"/api/report?id=stroke-hospitals&{pair}")
        hospitals = {row["hospital"] for row in answer.json().get("rows", [])}
        assert hospitals <= {"901", "ALL"}


def test_every_year_and_hospital_adds_up_to_what_the_sponsor_sees(portal: Portal) -> None:
    """The views of one report are cut from one release: a hospital reads the number its sponsor reads."""
    sponsor = portal.client("mia.janssens").get("/api/report", id="stroke-hospitals", year="each").json()
    own = portal.client("luc.dubois").get("/api/report", id="stroke-hospitals", year="each").json()
    mine = [row for row in sponsor["rows"] if row["hospital"] in ("902", "ALL")]
    assert own["rows"] == mine
    assert len(sponsor["rows"]) == (len(HOSPITALS) + 1) * len(YEARS)


def test_a_withheld_number_is_absent_and_marked(portal: Portal) -> None:
    query = {"id": "stroke-hospitals", "indicator": "ivt", "year": "2018"}
    found = portal.client("mia.janssens").get("/api/report", **query).json()
    (row,) = [row for row in found["rows"] if row["hospital"] == "905"]
    assert row["withheld"] is True
    assert row["k"] is None and row["rate"] is None
    others = [row for row in found["rows"] if row["withheld"] and row["hospital"] != "905"]
    assert others, "a second one is withheld, or the total would give the first away"
