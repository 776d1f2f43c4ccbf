"""Which drawings fit a view, each with a heading and a sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bokeh.plotting import figure

from dashboards.labels import Labels, Measure
from dashboards.markup import Html, join, tag
from dashboards.plots.bars import by_name, by_year
from dashboards.plots.funnel import funnel, outside, points
from dashboards.plots.lines import lines_by_year
from dashboards.plots.picture import Picture
from dashboards.plots.values import VALUE
from dashboards.shown import Row, Shown
from dashboards.texts import Texts
from workbench.publish import EACH_YEAR, TOTAL, WHOLE_PERIOD, ReportView

_MOST_BARS = 12


@dataclass(frozen=True)
class Drawing:
    """A picture with its title above and a text below; no picture when everything is withheld."""

    title: str
    question: str
    picture: Picture | None
    text: str

    @property
    def figure(self) -> figure | None:
        """The picture made for itself."""
        return self.picture.figure() if self.picture else None

    @property
    def heading(self) -> Html:
        return join(tag("h2", self.title), tag("p", self.question, class_="question") if self.question else "")

    @property
    def caption(self) -> Html:
        return tag("p", self.text, class_="caption" if self.picture else "nothing")


def drawings(view: ReportView, table: Shown, labels: Labels, t: Texts) -> Iterator[Drawing]:
    """The drawings of a view with rows: bars, and a funnel where there is a ratio."""
    yield _bars(view, table, labels, t)
    if table.measure is Measure.RATIO:
        dots = points(table.rows)
        if dots:
            yield _funnel(view, dots, t)


def _bars(view: ReportView, table: Shown, labels: Labels, t: Texts) -> Drawing:
    own = [row for row in table.rows if row["hospital"] != TOTAL]
    total = [row for row in table.rows if row["hospital"] == TOTAL]
    series: dict[str, list[Row]] = {}
    for row in own:
        series.setdefault(series_name(row), []).append(row)
    title = f"{table.rows[0]['indicator_name']}, {period(view, t)}"
    question = labels.question(table.rows[0]["indicator"], t.lang)
    value = VALUE[table.measure]
    if all(row[value] is None for row in own or total):
        return Drawing(title, question, None, t("plot.nothing"))
    dashed = own and table.measure is not Measure.COUNT and any(row[value] is not None for row in total)
    beside = ["caption.dashed"] if dashed else []
    if view.chosen.year == EACH_YEAR and len(series) < 2:
        made = by_year(own, total, table.measure, t)
        keys = ["caption.years_own" if own and total else "caption.years"]
    elif view.chosen.year == EACH_YEAR and len(own) > _MOST_BARS:
        made = lines_by_year(series, total, table.measure, t)
        keys = ["caption.lines", *beside]
    else:
        names = [row_name(row, view.chosen.year == EACH_YEAR) for row in own or total]
        made = by_name(own or total, names, total[0] if own and len(total) == 1 else None, table.measure, t)
        keys = ["caption.names", *beside, "caption.chance"]
    if table.measure is Measure.COUNT:
        keys = ["caption.count"]
    if table.measure is Measure.SPREAD:
        keys = ["caption.spread", *beside]
    keys.append(f"direction.{labels.direction(table.rows[0]['indicator'])}")
    return Drawing(title, question, made, " ".join(t(key) for key in keys).strip())


def _funnel(view: ReportView, dots: Sequence[Row], t: Texts) -> Drawing:
    each = view.chosen.year == EACH_YEAR
    # The years of one hospital need not repeat its name.
    one = each and len({series_name(row) for row in dots}) == 1
    names = [str(row["year"]) if one else row_name(row, each) for row in dots]
    beyond = outside(dots)
    if beyond:
        listed = ", ".join(row_name(row, each) for row in beyond)
        found = t.count("caption.funnel_outside", len(beyond), names=listed)
    else:
        found = t("caption.funnel_inside")
    heading = t("report.funnel", indicator=dots[0]["indicator_name"], period=period(view, t))
    return Drawing(heading, "", funnel(dots, names, t), t("caption.funnel") + " " + found)


def series_name(row: Row) -> str:
    """The hospital, and who registered where that is known."""
    person = row.get("registered_by")
    return f"{row['hospital_name']}, {person}" if person else str(row["hospital_name"])


def row_name(row: Row, with_year: bool) -> str:
    """The name of a row in a drawing."""
    return f"{series_name(row)} {row['year']}" if with_year else series_name(row)


def period(view: ReportView, t: Texts) -> str:
    """The year, or the first and last year that the reader may choose."""
    if view.chosen.year not in (EACH_YEAR, WHOLE_PERIOD):
        return view.chosen.year
    years = [year for year in view.choices.years if year.isdecimal()]
    return t.between(years[0], years[-1]) if len(years) > 1 else "".join(years)
