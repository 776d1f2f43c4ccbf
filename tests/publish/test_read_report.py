"""The role filter: every profile x every report, what comes back and what must not.

The expectation is computed here, straight from the protected table and the access file, without the
query that is tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.publish.releases import HOSPITALS, INDICATORS, YEARS
from workbench.access import PUBLIC, Directory, Grant, Level, Profile, Viewer
from workbench.disclosure.release import SafeTable
from workbench.errors import Refused, WorkbenchError
from workbench.publish import (
    SCOPES,
    Report,
    ReportView,
    Scope,
    UnknownChoice,
    can_open,
    read_report,
)

STUDY = "stroke-care"
# Who opens which report; a name that is not in a row must be refused. Written out on purpose.
OPENS: Mapping[str, frozenset[str]] = {
    "stroke-public": frozenset(
        {
            "",
            "an.peeters",
            "els.maes",
            "kobe.jacobs",
            "luc.dubois",
            "sara.mertens",
            "mia.janssens",
            "jef.wouters",
            "lea.simon",
        }
    ),
    "stroke-hospitals": frozenset({"an.peeters", "luc.dubois", "mia.janssens"}),
    "stroke-deliveries": frozenset({"els.maes", "kobe.jacobs", "sara.mertens", "jef.wouters"}),
}
EVERYONE = sorted(OPENS["stroke-public"])


def allowed_cells(login: str, report: str) -> set[tuple[str, int]]:
    """(hospital, year) that a login may see in a report it may open."""
    periods = {0, *YEARS}
    total = {("ALL", year) for year in periods}
    own = {"an.peeters": "901", "luc.dubois": "902"}
    registered = {
        "els.maes": {("901", 2017), ("901", 2018)},
        "kobe.jacobs": {("901", 2019)},
        "sara.mertens": {("902", year) for year in YEARS},
    }
    if report == "stroke-public":
        return total
    if report == "stroke-hospitals":
        mine = HOSPITALS if login == "mia.janssens" else (own[login],)
        return total | {(hospital, year) for hospital in mine for year in periods}
    return set().union(*registered.values()) if login == "jef.wouters" else registered[login]


@pytest.fixture
def read(shelf: Path, reports: Mapping[str, Report], directory: Directory) -> Any:
    def reader(login: str | Viewer, report: str, **params: str) -> ReportView:
        viewer = login if isinstance(login, Viewer) else (directory.viewer(login) if login else PUBLIC)
        assert viewer is not None
        return read_report(shelf, report, viewer, params, reports=reports, registrations=directory.registrations())

    return reader


def every_row(read: Any, login: str, report: Report) -> list[dict[str, Any]]:
    """All rows that a login can get from a report, over all values of its parameters."""
    rows = []
    for indicator in report.indicators:
        for year in ("all", "each", "2018"):
            params = {"indicator": indicator, "year": year}
            try:
                view = read(login, report.id, **{k: v for k, v in params.items() if k in report.parameters})
            except UnknownChoice:
                continue
            rows += view.rows.to_pylist()
    return rows


@pytest.mark.parametrize("login", EVERYONE, ids=lambda login: login or "public")
@pytest.mark.parametrize("report_id", sorted(OPENS))
def test_every_profile_sees_exactly_its_rows(
    read: Any,
    reports: Mapping[str, Report],
    safe: SafeTable,
    directory: Directory,
    login: str,
    report_id: str,
) -> None:
    report = reports[report_id]
    viewer = directory.viewer(login) if login else PUBLIC
    assert viewer is not None
    assert can_open(viewer, report) == (login in OPENS[report_id])
    if login not in OPENS[report_id]:
        with pytest.raises(Refused):
            read(login, report_id)
        return
    rows = every_row(read, login, report)
    seen = {(row["indicator"], row["hospital"], row["year"]) for row in rows}
    cells = allowed_cells(login, report_id)
    indicators = report.indicators if "indicator" in report.parameters else report.indicators[:1]
    assert seen == {(indicator, *cell) for indicator in indicators for cell in cells}
    published = {(r["indicator"], r["hospital"], r["year"]): r for r in safe.rows.to_pylist()}
    for row in rows:
        person = row.pop("registered_by")
        assert (person is not None) == (report_id == "stroke-deliveries")
        assert row == {name: published[row["indicator"], row["hospital"], row["year"]][name] for name in row}


def test_the_table_of_scopes_is_complete() -> None:
    """Every level and profile was decided on: a new profile or level must be written down here too."""
    opens = {(Level.PUBLIC, profile): Scope.TOTALS for profile in Profile} | {
        (Level.HOSPITAL, Profile.PROVIDER_HOSPITAL): Scope.OWN_HOSPITAL,
        (Level.HOSPITAL, Profile.SPONSOR_HOSPITAL): Scope.EVERY_HOSPITAL,
        (Level.INDIVIDUAL, Profile.PROVIDER_INDIVIDUAL): Scope.OWN_REGISTRATIONS,
        (Level.INDIVIDUAL, Profile.SPONSOR_INDIVIDUAL): Scope.EVERY_REGISTRATION,
    }
    assert dict(SCOPES) == opens


def test_the_sponsor_of_one_level_sees_nothing_of_the_other(read: Any) -> None:
    with pytest.raises(Refused):
        read("jef.wouters", "stroke-hospitals")
    with pytest.raises(Refused):
        read("mia.janssens", "stroke-deliveries")


@pytest.mark.parametrize("hospital", ["902", "904", "999", "ALL", "' OR 1=1 --", "901' OR '1'='1"])
def test_another_hospital_is_refused_and_the_answer_teaches_nothing(read: Any, hospital: str) -> None:
    with pytest.raises(Refused) as refusal:
        read("an.peeters", "stroke-hospitals", hospital=hospital)
    assert str(refusal.value) == "this profile may not see that hospital in the report stroke-hospitals"


def test_an_unknown_report_is_refused_like_a_closed_one(read: Any) -> None:
    with pytest.raises(Refused, match="may not open the report nothing"):
        read("mia.janssens", "nothing")


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"year": "1999"}, "no such year"),
        ({"year": "2017 OR 1=1"}, "no such year"),
        ({"indicator": "length_of_stay"}, "no such indicator"),
        ({"indicator": "ivt') OR TRUE --"}, "no such indicator"),
        ({"profile": "sponsor/hospital"}, "no parameter 'profile'"),
        ({"viewer": "mia.janssens"}, "no parameter 'viewer'"),
        ({"release": "../1"}, "named by its number"),
        ({"release": "-1"}, "named by its number"),
        ({"release": "²"}, "named by its number"),
    ],
)
def test_other_values_are_not_passed_on(read: Any, params: dict[str, str], why: str) -> None:
    with pytest.raises(UnknownChoice, match=why):
        read("an.peeters", "stroke-hospitals", **params)


def test_a_public_report_has_no_hospital_parameter(read: Any) -> None:
    with pytest.raises(UnknownChoice, match="no parameter 'hospital'"):
        read("mia.janssens", "stroke-public", hospital="901")


def test_a_hospital_keeps_the_total_beside_it(read: Any) -> None:
    view = read("mia.janssens", "stroke-hospitals", hospital="903", year="2018")
    assert {(row["hospital"], row["year"]) for row in view.rows.to_pylist()} == {("903", 2018), ("ALL", 2018)}


def test_defaults_suit_the_reader(read: Any) -> None:
    assert read("mia.janssens", "stroke-hospitals").chosen.year == "all"
    assert read("an.peeters", "stroke-hospitals").chosen.year == "each"
    assert read("", "stroke-public").chosen.indicator == "ivt"
    assert read("els.maes", "stroke-deliveries").choices.years == ("each", "2017", "2018")


def test_choices_name_only_what_one_may_see(read: Any) -> None:
    assert read("an.peeters", "stroke-hospitals").choices.hospitals == ("901",)
    assert read("", "stroke-public").choices.hospitals == ()
    assert read("mia.janssens", "stroke-hospitals").choices.hospitals == HOSPITALS
    assert set(read("mia.janssens", "stroke-hospitals").choices.indicators) == set(INDICATORS)


@pytest.mark.parametrize(
    "viewer",
    [
        Viewer("x", "X", "o", None, (Grant(STUDY, Profile.PROVIDER_HOSPITAL),)),
        Viewer("x", "X", "o", "901", (Grant("another-study", Profile.PROVIDER_HOSPITAL),)),
        Viewer(
            "x", "X", "o", "901",
            (Grant(STUDY, Profile.PROVIDER_HOSPITAL), Grant(STUDY, Profile.SPONSOR_HOSPITAL)),
        ),
        Viewer(None, "X", "o", "901", (Grant(STUDY, Profile.SPONSOR_HOSPITAL),)),
        Viewer("x", "X", "o", "901", (Grant(STUDY, Profile.PUBLIC),)),
    ],
    ids=["no hospital", "another study", "two profiles", "nobody", "public grant"],
)  # fmt: skip
def test_a_doubtful_viewer_is_refused(read: Any, viewer: Viewer) -> None:
    with pytest.raises(Refused):
        read(viewer, "stroke-hospitals")


def test_who_registered_nothing_gets_an_empty_view(read: Any) -> None:
    viewer = Viewer("new.person", "New", "o", "901", (Grant(STUDY, Profile.PROVIDER_INDIVIDUAL),))
    view = read(viewer, "stroke-deliveries")
    assert view.rows.num_rows == 0
    assert (view.choices.indicators, view.choices.hospitals, view.choices.years) == ((), (), ("each",))


def test_registrations_of_another_collection_do_not_count(
    shelf: Path, reports: Mapping[str, Report], directory: Directory
) -> None:
    other = directory.registrations().to_pandas().assign(collection="another-study")
    table = pa.Table.from_pandas(other, schema=directory.registrations().schema, preserve_index=False)
    viewer = directory.viewer("els.maes")
    assert viewer is not None
    view = read_report(shelf, "stroke-deliveries", viewer, {}, reports=reports, registrations=table)
    assert view.rows.num_rows == 0


def test_a_report_before_the_first_release_says_so(
    tmp_path: Path, reports: Mapping[str, Report], directory: Directory
) -> None:
    with pytest.raises(WorkbenchError, match="nothing has been published of stroke-care yet"):
        read_report(tmp_path, "stroke-public", PUBLIC, {}, reports=reports, registrations=directory.registrations())
