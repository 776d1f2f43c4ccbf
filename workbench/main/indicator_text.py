"""How indicators look in a terminal: the flow of patients, the results, and a definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.main import terminal

Row = Mapping[str, Any]
KINDS = {"all": "", "denominator": "has", "exclusion": "has not", "known": "known", "numerator": "counted"}
SHARES = ("proportion", "sensitivity", "specificity", "below ", "survival at ", "relative survival at ")
UNITS = {"minutes": " min", "days": " d", "years": " y", "euro": " €", "events": "", "count": "", "percent": ""}
RATIOS = ("ratio", "odds ratio", "rate", "hazard", "hazard per doubling")
NOTE = "Exact numbers of synthetic people, not protected: only a release (workbench publish) may leave the run."


def show_flow(lines: Iterable[Row]) -> None:
    """One block per indicator: how many each rule takes out, and how many are left."""
    rows: list[tuple[object, ...]] = []
    for line in lines:
        first = line["kind"] == "all"
        if first and rows:
            rows.append(("", "", "", "", ""))
        out = f"-{line['excluded']:,}" if line["excluded"] else ""
        rows.append((line["indicator"] if first else "", KINDS[line["kind"]], line["label"], out, f"{line['stays']:,}"))
    terminal.show_table("Flow of patients", ("indicator", "", "rule", "out", "left"), rows)


def show_results(results: Iterable[Row], units: Mapping[str, str], cells: str) -> None:
    """The results of a kind of cell: total, year, hospital, hospital-year, or the name of a stratum."""
    rows: list[tuple[object, ...]] = []
    order = {name: place for place, name in enumerate(units)}

    def place(one: Row) -> tuple[object, ...]:
        return order.get(one["indicator"], len(order)), one["hospital"], one["year"], one["level"]

    chosen = sorted((one for one in results if kind_of(one) == cells), key=place)
    shown = ""
    for one in chosen:
        where = [one["hospital"]] if one["hospital"] != "ALL" else []
        where += [str(one["year"])] if one["year"] else []
        where += [one["level"]] if one["stratum"] else []  # of which stratum stands in the title
        what, _, group = (
            one["statistic"].partition(" ")
            if one["statistic"].startswith("proportion ")
            else (one["statistic"], "", "")
        )
        where += [group.replace("_", " ")] if group else []
        unit = units.get(one["indicator"], "percent")
        name = one["indicator"] if one["indicator"] != shown else ""
        shown = one["indicator"]
        rows.append((name, " ".join(where) or "all", what, *numbers(one, unit)))
    if cells == "total":
        there = {one["indicator"] for one in chosen}
        rows += [(name, "all", "nobody left", "0", "", "", "") for name in order if name not in there]
    columns = ("indicator", "of", "what", "n", "counted", "value", "95% interval")
    terminal.show_table(f"Results by {cells}" if cells != "total" else "Results", columns, rows)


def kind_of(one: Row) -> str:
    """Which kind of cell a result belongs to."""
    if one["stratum"]:
        return str(one["stratum"]) if one["hospital"] == "ALL" and not one["year"] else ""
    named = [name for name, there in (("hospital", one["hospital"] != "ALL"), ("year", one["year"])) if there]
    return "-".join(named) or "total"


def numbers(one: Row, unit: str) -> tuple[str, str, str, str]:
    """n, counted, value and interval as text."""
    counted = "" if one["k"] is None else f"{one['k']:,.0f}"
    if one["expected"] is not None:
        counted += f" / {one['expected']:,.1f} expected"
    value, low, high = (value_text(one[name], one["statistic"], unit) for name in ("value", "low", "high"))
    return f"{one['n']:,.0f}", counted, value, f"{low} - {high}" if low and high else ""


def value_text(value: float | None, statistic: str, unit: str) -> str:
    """A value of a statistic as text; empty for none."""
    if value is None:
        return ""
    if statistic.startswith(SHARES):
        return f"{100 * value:.1f} %"
    if statistic == "count":
        return f"{value:,.0f}"
    if statistic in RATIOS:
        return f"{value:.2f}"
    return f"{value:,.1f}{UNITS[unit]}"
