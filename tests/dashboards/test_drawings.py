"""Every view that anybody can ask for can be drawn, listed and exported, in each language."""

from __future__ import annotations

from html import escape

import pytest

from dashboards.labels import Measure
from dashboards.pages.drawings import drawings
from dashboards.pages.grid import grid_rows
from dashboards.shown import as_csv, as_document, shown
from dashboards.texts import texts
from tests.dashboards.portal import Portal
from tests.publish.test_read_report import EVERYONE, OPENS
from workbench.access import PUBLIC, Viewer
from workbench.publish import EACH_YEAR, ReportView


def views(portal: Portal, viewer: Viewer, report: str) -> list[ReportView]:
    """All combinations of the parameters; of the hospitals only every one and one."""
    house = portal.house
    first = house.read(viewer, report, {})
    names = first.report.parameters
    found = []
    for indicator in first.choices.indicators if "indicator" in names else ("",):
        for year in first.choices.years:
            for hospital in ("", *first.choices.hospitals[:1]) if "hospital" in names else ("",):
                given = {"indicator": indicator, "year": year, "hospital": hospital}
                found.append(house.read(viewer, report, {name: value for name, value in given.items() if value}))
    return found


# The public report is the same for everyone.
READERS = [("", "stroke-public")] + [
    (login, report)
    for report in ("stroke-hospitals", "stroke-deliveries")
    for login in EVERYONE
    if login in OPENS[report]
]


@pytest.mark.parametrize(("login", "report"), READERS)
def test_every_view_can_be_drawn(portal: Portal, login: str, report: str) -> None:
    viewer = portal.house.directory.viewer(login) if login else PUBLIC
    assert viewer is not None
    for number, view in enumerate(views(portal, viewer, report)):
        t = texts(("nl", "fr", "en")[number % 3])
        table = shown(view, portal.house.labels, t)
        drawn = list(drawings(view, table, portal.house.labels, t))
        shows_ratio = any(row.get("ratio") is not None and row["hospital"] != "ALL" for row in table.rows)
        assert len(drawn) == 1 + shows_ratio
        rows = grid_rows(table, t)
        assert len(rows) == len(table.rows) == len(as_csv(table).splitlines()) - 1 > 0
        assert not rows.isna().any().any(), "what is not a number reads as a word"
        assert (rows == t("table.withheld")).any(axis=1).tolist() == [row["withheld"] for row in table.rows]
        assert as_document(view, table)["measure"] == table.measure.value
        one_series = len({row["hospital"] for row in table.rows} - {"ALL"}) < 2
        if view.chosen.year == EACH_YEAR and one_series and drawn[0].figure is not None:
            assert list(drawn[0].figure.x_range.factors) == sorted({str(row["year"]) for row in table.rows})
        if table.measure is Measure.COUNT:
            assert escape(t("caption.count")) in drawn[0].caption
