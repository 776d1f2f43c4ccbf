"""The map of areas: every area once, sums that a reader could make, and nothing where one number is withheld."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from dashboards.areas import Areas, can_be_mapped, load_areas
from dashboards.labels import Measure
from dashboards.plots.tiles import _NOTHING, _STEPS, tile_map
from dashboards.texts import LANGUAGES, texts
from workbench.errors import Problems

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def areas(repo_root: Path) -> Areas:
    return load_areas(repo_root / "catalog")


def row(hospital: str, n: int | None, k: int | None, expected: float | None = None) -> dict[str, object]:
    return {"hospital": hospital, "n": n, "k": k, "expected": expected}


# 901 and 915 lie in the arrondissement of Antwerp, 906 in that of Mechelen in the same province, 902 in Ghent.
ROWS = [row("901", 100, 20, 10.0), row("915", 50, 10, 10.0), row("906", 50, 30, 15.0), row("902", 80, None, 8.0)]


def test_areas_are_summed_as_anyone_would(areas: Areas) -> None:
    every = [*ROWS, row("ALL", 280, 60, 43.0)]
    rates = areas.sums(every, Measure.RATE, "arrondissement")
    assert {area: one.value for area, one in rates.items()} == {"11000": 0.2, "12000": 0.6, "44000": None}
    assert rates["11000"].hospitals == ("901", "915")
    provinces = areas.sums(every, Measure.RATE, "province")
    assert {area: one.value for area, one in provinces.items()} == {"10000": 0.3, "40000": None}
    assert areas.sums(every, Measure.RATIO, "province")["10000"].value == pytest.approx(60 / 35)
    assert areas.sums(every, Measure.COUNT, "province")["40000"].value == 80
    assert areas.sums([row("999", 9, 3)], Measure.RATE, "province") == {}


def test_a_map_needs_sums_and_more_than_the_own_hospital() -> None:
    assert can_be_mapped(ROWS, Measure.RATE)
    assert not can_be_mapped(ROWS, Measure.SPREAD)
    assert not can_be_mapped([row("901", 1, 1), row("ALL", 9, 9)], Measure.RATE)
    assert not can_be_mapped([*ROWS, ROWS[0]], Measure.RATE), "a row a year is not a row a hospital"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_area_is_drawn_named_and_reached(areas: Areas, lang: str) -> None:
    t = texts(lang)
    for grid, many in (("province", 11), ("arrondissement", 43)):
        sums = areas.sums(ROWS, Measure.RATE, grid)  # type: ignore[arg-type]
        drawn = ET.fromstring(tile_map(areas, sums, grid, t.percent, lambda code: f"<{code}>", t))  # type: ignore[arg-type]
        tiles = drawn.findall(f"{SVG}g")
        assert len(tiles) == many == len({one.get("transform") for one in tiles})
        assert len([one for one in tiles if one.get("tabindex") == "0"]) == len(sums)
        said = [str(one.get("aria-label")) for one in tiles]
        assert sum("<901>" in one for one in said) == 1
        assert sum(t("table.withheld") in one for one in said) == 1
        assert sum(t("map.none") in one for one in said) == many - len(sums)


def test_what_stands_in_a_tile_can_be_read() -> None:
    """WCAG 2.1: 4.5 to 1."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for fill, ink in (*_STEPS, _NOTHING):
        high, low = sorted((light(fill), light(ink)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (fill, ink)


@pytest.mark.parametrize("fault", ["missing", "twice", "same place", "unknown"])
def test_a_wrong_grid_is_told_at_its_line(repo_root: Path, tmp_path: Path, fault: str) -> None:
    root = tmp_path / "catalog"
    (root / "codes").mkdir(parents=True)
    for name in ("hospitals", "nis_province", "nis_arrondissement"):
        (root / "codes" / f"{name}.yaml").write_bytes((repo_root / "catalog" / "codes" / f"{name}.yaml").read_bytes())
    found = yaml.safe_load((repo_root / "catalog" / "tiles.yaml").read_text(encoding="utf-8"))
    tiles = found["grids"]["province"]
    {
        "missing": lambda: tiles.pop(),
        "twice": lambda: tiles.append({**tiles[0], "column": 9}),
        "same place": lambda: tiles[0].update(column=tiles[1]["column"], row=tiles[1]["row"]),
        "unknown": lambda: tiles[0].update(area="99999"),
    }[fault]()
    (root / "tiles.yaml").write_text(yaml.safe_dump(found), encoding="utf-8")
    with pytest.raises(Problems, match=re.escape("catalog/tiles.yaml:")):
        load_areas(root)
