"""Pictures of a run's indicators: one object for the notebook, the dashboard and paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog.card import Card
from workbench.catalog.indicator import Indicator
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    import pandas as pd
    from bokeh.plotting import figure

    from dashboards.texts import Texts
    from workbench.catalog.base import Label
    from workbench.catalog.model import Catalog
    from workbench.dataflow.graph import Flow
    from workbench.indicators import Computed

KINDS = ("funnel", "caterpillar", "trend", "survival", "times")
YEARLY = {"proportion": "proportion", "count": "count", "rate": "rate", "distribution": "median"}


@dataclass(frozen=True)
class Picture:
    """A picture with its title. `figure` is what a dashboard shows (`pn.pane.Bokeh(picture.figure)`); a notebook shows
    the same as SVG, with nothing to load, and `write` puts it in a file.
    """

    kind: str
    title: str
    figure: figure

    def write(self, path: Path) -> Path:
        """The picture as .svg, .pdf or .png. Raises `WorkbenchError` for another ending."""
        from dashboards.plots.paper import KINDS as ENDINGS

        if path.suffix[1:] not in ENDINGS:
            raise WorkbenchError(f"{path}: a picture is .svg, .pdf or .png. Give such a file name.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._paper(path.suffix[1:]))
        return path

    def _paper(self, kind: str) -> bytes:
        from dashboards.plots.paper import on_paper

        return on_paper(self.figure, kind, self.title)

    def _repr_svg_(self) -> str:
        return self._paper("svg").decode("utf-8")


@dataclass(frozen=True)
class ShownIndicator:
    """An indicator of a run as a notebook shows it: who fell out by which rule, the results, and its pictures."""

    label: str
    flow: pd.DataFrame
    results: pd.DataFrame
    pictures: Mapping[str, Picture]

    def _repr_html_(self) -> str:
        drawn = "".join(one._repr_svg_().partition("<svg")[2].join(("<svg", "")) for one in self.pictures.values())
        flow, results = (
            Card("", (), tuple(one.columns), tuple(one.astype(str).itertuples(index=False, name=None))).html()
            for one in (self.flow, self.results)
        )
        return f"<h3>{escape(self.label)}</h3>{flow}{results}{drawn}"

    def __repr__(self) -> str:
        return f"{self.label}\n\n{self.flow.to_string(index=False)}\n\n{self.results.to_string(index=False)}"


def show_indicator(
    flow: Flow, computed: Computed, name: str, lang: str = "en", kinds: Sequence[str] = KINDS
) -> ShownIndicator:
    """An indicator of a finished run with its pictures of these kinds. Raises `WorkbenchError` for an unknown one."""
    import pandas as pd

    from workbench.main import indicator_text, indicators

    if name not in flow.study.study.indicators:
        known = ", ".join(flow.study.study.indicators)
        raise WorkbenchError(f"{flow.study.study.id} has no indicator '{name}'. It has {known}.")
    one, found = flow.catalog.indicators[name], indicators.as_document(flow, computed)
    lines = [
        {
            "": indicator_text.KINDS[one["kind"]],
            "rule": one["label"],
            "out": one["excluded"] or "",
            "left": one["stays"],
        }
        for one in found["flow"]
        if one["indicator"] == name
    ]
    totals = [row for row in found["results"] if row["indicator"] == name and indicator_text.kind_of(row) == "total"]
    columns = ("n", "counted", "value", "95% interval")
    rows = [
        {"what": row["statistic"], **dict(zip(columns, indicator_text.numbers(row, one.unit), strict=True))}
        for row in totals
    ]
    drawn = pictures(found, one, lang, flow.catalog)
    return ShownIndicator(
        one.label[lang], pd.DataFrame(lines), pd.DataFrame(rows), {kind: drawn[kind] for kind in kinds if kind in drawn}
    )


def pictures(found: Mapping[str, Any], one: Indicator, lang: str, catalog: Catalog) -> dict[str, Picture]:
    """Every picture that the results of an indicator allow, by kind. found: as `indicators.as_document` gives it."""
    from dashboards.texts import texts

    t, results = texts(lang), [row for row in found["results"] if row["indicator"] == one.id]
    curves = [row for row in found["curves"] if row["indicator"] == one.id]
    made = {}
    names = {code: label[lang] for code, label in _labels(catalog, "hospitals").items()}
    for kind, drawn in _figures(one, results, _named(curves, one, catalog, lang), names, t):
        suffix = "" if kind in ("survival", "times") else f" ({t(f'picture.{kind}')})"
        made[kind] = Picture(kind, one.label[lang] + suffix, drawn)
    return made


def written(run: Path, name: str, kind: str | None, out: Path | None, lang: str, root: Path) -> tuple[Path, ...]:
    """Files with the pictures of an indicator of a run. Raises `WorkbenchError` where there is no such picture."""
    from workbench.catalog.load import load_catalog
    from workbench.main import indicators

    one = indicators.one_of(root, name)
    made = pictures(indicators.results_of(run), one, lang, load_catalog(root))
    if not made or (kind and kind not in made):
        there = (
            f"its results give {', '.join(made)}" if made else "the run has no results of it by hospital, year or time"
        )
        raise WorkbenchError(f"'{name}' has no {kind or 'picture'}: {there}.")
    if out is not None and out.suffix:
        if kind is None and len(made) > 1:
            raise WorkbenchError(f"{out} is one file and '{name}' has {', '.join(made)}. Choose one with --kind.")
        return (made[kind or next(iter(made))].write(out),)
    folder = out or run / "confidential" / "pictures"
    return tuple(made[one].write(folder / f"{name}-{one}.pdf") for one in ([kind] if kind else made))


def _labels(catalog: Catalog, codes: str | None) -> dict[str, Label]:
    found = catalog.codes.get(codes or "")
    return {one.code: one.label for one in found.entries if one.code} if found else {}


def _named(curves: Sequence[Mapping[str, Any]], one: Indicator, catalog: Catalog, lang: str) -> list[Mapping[str, Any]]:
    """Curves with the levels of a stratum in words, where the column is coded."""
    coded = {field.name: field.codes for table in catalog.tables.values() for field in table.fields if field.codes}
    words = {stratum.id: _labels(catalog, coded.get(stratum.column or "")) for stratum in one.strata}
    found = []
    for curve in curves:
        label = words.get(curve["cell"]["stratum"], {}).get(curve["cell"]["level"])
        found.append({**curve, "cell": {**curve["cell"], "level": label[lang]}} if label else curve)
    return found


def _figures(
    one: Indicator, results: Sequence[Mapping[str, Any]], curves: Sequence[Mapping[str, Any]],
    names: Mapping[str, str], t: Texts,
) -> Iterator[tuple[str, figure]]:  # fmt: skip
    ratios = [
        _row(row) for row in results if row["statistic"] == "ratio" and _only(row, "hospital") and row["expected"]
    ]
    if ratios:
        from dashboards.plots.caterpillar import caterpillar
        from dashboards.plots.funnel import funnel

        called = [names.get(row["hospital"], row["hospital"]) for row in ratios]
        yield "funnel", funnel(ratios, called, t).figure()
        yield "caterpillar", caterpillar(ratios, called, t)
    yearly = [row for row in results if row["statistic"] == YEARLY.get(one.type) and _only(row, "year")]
    if yearly:
        from dashboards.plots.trend import trend

        whole = [row["value"] for row in results if row["statistic"] == YEARLY[one.type] and _only(row, "")]
        points = [(row["year"], row["value"], row["low"], row["high"]) for row in sorted(yearly, key=_year)]
        axis = t(f"picture.axis_{YEARLY[one.type]}") + (f" ({t(f'unit.{one.unit}')})" if _has_unit(one) else "")
        shown = None if one.type == "count" else next(iter(whole), None)
        yield "trend", trend(points, shown, axis, _writer(one, points, t), t)
    yield from _curves(one, curves, t)


def _curves(one: Indicator, curves: Sequence[Mapping[str, Any]], t: Texts) -> Iterator[tuple[str, figure]]:
    if one.type == "survival" and curves:
        from dashboards.plots.survival import survival

        apart = [curve for curve in curves if curve["cell"]["stratum"]] or curves
        called = {curve["cell"]["level"] or t("hospital.all"): curve for curve in apart[:4]}
        lines = {name: curve["points"] for name, curve in called.items()}
        yield "survival", survival(lines, {name: dict(enumerate(one["at_risk"])) for name, one in called.items()}, t)
    if one.type == "distribution" and one.unit == "minutes" and curves:
        from dashboards.plots.times import times

        yield "times", times({value: int(units) for value, units in curves[0]["points"]}, one.limits, t)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"hospital": row["hospital"], "k": row["k"], "expected": row["expected"], "ratio": row["value"],
            "ratio_low": row["low"], "ratio_high": row["high"]}  # fmt: skip


def _only(row: Mapping[str, Any], what: str) -> bool:
    """Whether a result is of one hospital, of one year, or of neither, and of no stratum."""
    return not row["stratum"] and (row["hospital"] != "ALL", bool(row["year"])) == (what == "hospital", what == "year")


def _year(row: Mapping[str, Any]) -> int:
    return int(row["year"])


def _has_unit(one: Indicator) -> bool:
    return one.type in ("distribution", "rate") and one.unit not in ("percent", "count")


def _writer(one: Indicator, points: Sequence[tuple[Any, ...]], t: Texts) -> Callable[[float], str]:
    most = max((number for _, *numbers in points for number in numbers if number is not None), default=1.0)
    if one.type == "proportion":
        return lambda value: t.percent(value, 0 if most > 0.06 else 1)
    decimals = max(0, 1 - math.floor(math.log10(most))) if 0 < most < 10 else 0
    return lambda value: t.number(value, decimals)
