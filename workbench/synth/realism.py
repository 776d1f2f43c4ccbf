"""The realism report of a data folder: planted against sourced figures as a page with pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from workbench.errors import WorkbenchError
from workbench.synth.cells import age_range
from workbench.synth.manifest import Manifest
from workbench.synth.parameters import Parameters, read_parameters
from workbench.synth.pictures import bars, distances
from workbench.synth.plausibility import Figure, plausibility
from workbench.synth.scenario import Scenario, make_scenario
from workbench.synth.sources import PLACES


def realism(folder: Path, catalog_root: Path = Path("catalog")) -> tuple[Manifest, tuple[Figure, ...]]:
    """What was made and its figures beside the sourced ones. Raises `WorkbenchError` for an unfinished folder."""
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError, TypeError) as error:
        raise WorkbenchError(
            f"{folder} holds no finished data of this version: a manifest.json is written last. "
            f"Make data with 'workbench synth --persons 100000 --out {folder}'."
        ) from error
    return manifest, plausibility(folder, catalog_root)


def write_realism(folder: Path, out: Path, catalog_root: Path = Path("catalog")) -> tuple[Path, ...]:
    """The report in `out`: realism.md, and its pictures as SVG in `out/images`. Returns the files, the page first."""
    manifest, figures = realism(folder, catalog_root)
    parameters = read_parameters(catalog_root)
    scenario = make_scenario(parameters, manifest.persons, manifest.seed, manifest.enrich, manifest.first_year)
    con = duckdb.connect()
    made = {
        "realism-figures.svg": distances("How far from the sources", figures),
        "realism-ages.svg": _ages(con, folder, scenario),
        "realism-stays.svg": _lengths(con, folder, parameters),
        "realism-hospitals.svg": _volumes(con, folder),
    }
    con.close()
    (out / "images").mkdir(parents=True, exist_ok=True)
    for name, picture in made.items():
        (out / "images" / name).write_text(picture, encoding="utf-8")
    page = out / "realism.md"
    page.write_text(_page(manifest, figures, list(made)), encoding="utf-8")
    return (page, *(out / "images" / name for name in made))


def told(figure: Figure) -> tuple[str, str, str, str, str, str]:
    """A figure as texts: what, synthetic, sourced, allowed difference, verdict, source."""
    verdict = "as sourced" if figure.plausible else "OFF"
    return (
        figure.says, f"{figure.synthetic:.4g}", f"{figure.sourced:.4g}", f"{figure.within:.3g}", verdict, figure.source
    )  # fmt: skip


def _page(manifest: Manifest, figures: Sequence[Figure], pictures: Sequence[str]) -> str:
    rows = "\n".join(f"| {' | '.join(told(one))} |" for one in figures)
    shown = "\n\n".join(f"![{name.removesuffix('.svg').replace('-', ' ')}](images/{name})" for name in pictures)
    faults = (
        "Faults were planted on purpose." if manifest.imperfections else "No further faults were planted on purpose."
    )
    return f"""# How real the synthetic Belgium is

Made by `workbench synth report DIR --page docs` from {manifest.persons:,} persons, seed {manifest.seed},
{manifest.hospitals} hospitals, {sum(manifest.tables.values()):,} rows in {len(manifest.tables)} tables.
{manifest.enrichment} {faults}

Each figure is counted in the data as its entry in `catalog/synth/plausibility.yaml` says, which names its source. What
stands there without a source (`own`) is a choice of ours with its reason, and is not in this table.

| figure | synthetic | sourced | may be off by | | source |
| --- | --- | --- | --- | --- | --- |
{rows}

{shown}
"""


def _ages(con: duckdb.DuckDBPyConnection, folder: Path, scenario: Scenario) -> str:
    rows = scenario.parameters.margin("population.margins.by_province")
    labels = sorted({row["AGE5"] for row in rows}, key=lambda label: age_range(scenario, label)[0])
    counted = {label: sum(int(row["POPULATION"]) for row in rows if row["AGE5"] == label) for label in labels}
    lows = [age_range(scenario, label)[0] for label in labels]
    age = f"date_sub('year', birth_date, DATE '{scenario.first_day}')"
    found = _rows(con, f"SELECT {age} AS age, count(*) FROM {_file(folder, 'persons')} GROUP BY age")
    made = [0] * len(labels)
    for years, number in found:
        made[sum(low <= years for low in lows) - 1] += number
    share = {
        "synthetic": [100 * number / sum(made) for number in made],
        "sourced": [100 * counted[label] / sum(counted.values()) for label in labels],
    }
    return bars("Ages", "per cent of the population, by age class", labels, share)


def _lengths(con: duckdb.DuckDBPyConnection, folder: Path, parameters: Parameters) -> str:
    """Nights of classic stays beside the sourced shape in `stays.yaml`; the last bar is 21 and more."""
    query = f"""SELECT least((discharge - admission)::INTEGER, 21) AS nights, count(*) FROM {_file(folder, "stays")}
        WHERE stay_type = 'H' AND kind IN ('background', 'af_only') GROUP BY nights"""
    found = dict(_rows(con, query))
    points = parameters["stays.length_of_stay.classic"]
    shape = [_reached(points, n + 1) - _reached(points, n) for n in range(21)] + [1 - _reached(points, 21)]
    total = sum(found.values()) or 1
    share = {"synthetic": [100 * found.get(n, 0) / total for n in range(22)], "sourced": [100 * part for part in shape]}
    labels = [*(str(n) for n in range(21)), "21+"]
    return bars("Nights of a classic stay", "per cent of stays without a stroke; domain-facts K40", labels, share)


def _reached(points: Sequence[Sequence[float]], value: float) -> float:
    """Share of stays shorter than a value, from quantile points (share, value) joined by lines."""
    if value <= points[0][1]:
        return 0.0
    for (low, start), (high, end) in pairwise(points):
        if start <= value <= end and end > start:
            return low + (high - low) * (value - start) / (end - start)
    return 1.0


def _volumes(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    found = _rows(con, f"SELECT CODE_AGR, count(*) AS n FROM {_file(folder, 'stays')} GROUP BY 1 ORDER BY n DESC, 1")
    title = "Stays of each hospital, largest first"
    said = "number of stays; the skew is ours, no distribution of volumes was found"
    return bars(title, said, [str(place + 1) for place in range(len(found))], {"synthetic": [n for _, n in found]})


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    return con.execute(query).fetchall()


def _file(folder: Path, table: str) -> str:
    return "'" + str(folder / PLACES[table]).replace("'", "''") + "'"
