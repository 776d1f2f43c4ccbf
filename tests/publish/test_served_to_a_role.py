"""Whatever a role asks for, all that it is served together never pins a small number down to a small number.

Random tiny releases are published and read back as every role, with every parameter. The oracle sees the served rows
and what the role knows itself, and asks for the least and the most of each small number in a whole table that agrees.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.disclosure.amounts.builders import amounts_table, policy, random_world
from tests.disclosure.amounts.oracle import given_away
from tests.disclosure.builders import Cell, table_of
from tests.disclosure.cubes import Cube, random_cube, rows_of
from tests.disclosure.oracle import cells_of
from workbench.access import PUBLIC, Grant, Level, Profile, Viewer
from workbench.access.directory import REGISTRATIONS
from workbench.catalog.base import Cite, Label
from workbench.disclosure import SafeTable, Told, protect, told_again
from workbench.errors import Refused
from workbench.publish import Report, UnknownChoice, read_report, write_release

STUDY = "tiny"
ENOUGH = 60.0  # more than any cell here holds, and than any threshold
REGISTERED = ("p0", "h0", 2015)  # person, hospital, year
ROLES: Mapping[str, Viewer] = {
    "public": PUBLIC,
    **{
        f"provider of h{n}": Viewer("a", "A", "o", f"h{n}", (Grant(STUDY, Profile.PROVIDER_HOSPITAL),))
        for n in range(3)
    },
    "who registered": Viewer("p0", "B", "o", "h0", (Grant(STUDY, Profile.PROVIDER_INDIVIDUAL),)),
    "sponsor": Viewer("c", "C", "s", None, (Grant(STUDY, Profile.SPONSOR_HOSPITAL),)),
    "sponsor of persons": Viewer("d", "D", "s", None, (Grant(STUDY, Profile.SPONSOR_INDIVIDUAL),)),
}
Served = dict[tuple[int, str, str, int], dict[str, Any]]  # release, indicator, hospital, year -> row


def knows(role: str, hospital: str, year: int) -> bool:
    """What a role knows without reading anything: its own hospital, or what it registered."""
    return role == f"provider of {hospital}" or (role == "who registered" and (hospital, year) == REGISTERED[1:])


def reports(indicators: Iterable[str]) -> dict[str, Report]:
    """A report of every level over all indicators."""
    words = Label(nl="x", fr="x", en="x")
    return {
        level.value: Report(id=level.value, level=level, label=words, description=words, indicators=tuple(indicators),
                            parameters=("indicator", "year", "hospital"), cite=Cite(document="own"), study=STUDY)
        for level in Level
    }  # fmt: skip


def served(root: Path, role: str, indicators: tuple[str, ...], releases: int) -> Served:
    """All rows that a role gets from the shelf, over all reports, releases and parameters."""
    person, hospital, year = REGISTERED
    registered = pa.Table.from_pylist(
        [{"collection": STUDY, "person": person, "name": "B", "hospital": hospital, "year": year}], schema=REGISTRATIONS
    )
    every, found = reports(indicators), Served()
    for report in every:
        for number in range(1, releases + 1):
            for indicator in indicators:
                for years in ("each", "all"):
                    asked = {"indicator": indicator, "year": years, "release": str(number)}
                    try:
                        view = read_report(root, report, ROLES[role], asked, reports=every, registrations=registered)
                    except (Refused, UnknownChoice):
                        continue
                    for row in view.rows.to_pylist():
                        found[number, indicator, row["hospital"], row["year"]] = row
    return found


def equations(rows: Served, years: Mapping[int, tuple[int, ...]], cells: Iterable[Cell]) -> dict[frozenset[Cell], int]:
    """The sums of cells that served rows tell; a served rate tells its numerator."""
    found: dict[frozenset[Cell], int] = {}
    cells = list(cells)
    for (number, indicator, hospital, year), row in rows.items():
        inside = [cell for cell in cells if cell[1] in years[number]]
        told = {part: row[part] for part in ("n", "k", "rest") if row[part] is not None}
        if row["rate"] is not None:
            told["k"] = round(row["rate"] * row["n"])  # a rate without its denominator would fail here
        found |= {cells_of((indicator, hospital, year, part), inside): value for part, value in told.items()}
    return found


def pinned(role: str, cube: Cube, told: Mapping[frozenset[Cell], int]) -> list[frozenset[Cell]]:
    """Small numbers that a role pins down between 1 and the threshold."""
    cells, most = list(cube.truth), cube.policy.threshold - 1
    known = {cell: cube.truth[cell] for cell in cells if knows(role, cell[0], cell[1])}
    sums = np.array([[cell in one for cell in cells] for one in told], dtype=float).reshape(-1, len(cells))
    agrees = [LinearConstraint(sums, list(told.values()), list(told.values()))] if told else []
    whole, ends = np.ones(len(cells)), ([known.get(cell, end) for cell in cells] for end in (0, ENOUGH))
    bounds = Bounds(*ends)
    found = []
    for group in {cells_of(row, cells) for row in cube.rows}:
        own = sum(known.get(cell, 0) for cell in group)
        if not 1 <= sum(cube.truth[cell] for cell in group) - own <= most:
            continue
        aim = np.array([cell in group for cell in cells], dtype=float)
        low, high = (milp(sign * aim, constraints=agrees, bounds=bounds, integrality=whole) for sign in (1, -1))
        assert low.status == high.status == 0, "the truth agrees with what is served"
        if low.fun > own + 0.5 and -high.fun < own + most + 0.5:
            found.append(group)
    return found


def with_a_year_more(cube: Cube, seed: int) -> Cube:
    """The same study a year later: nothing is corrected, a year is added."""
    random = np.random.default_rng(seed)
    last = max(year for _, year, _ in cube.truth)
    more = {(h, last + 1, on): int(random.integers(0, 4)) for h, year, on in cube.truth if year == last}
    names = cube.table.indicators
    plain = tuple(name for name in names if (name, "k") not in {(row[0], row[3]) for row in cube.rows})
    truth = cube.truth | more
    return Cube(table_of(names, truth, plain=plain), cube.policy, truth, rows_of(names, plain, truth), {})


def publish(cube: Cube, root: Path, earlier: list[Told]) -> SafeTable | None:
    """Publish a cube as the next release; None when it is refused, which is no leak."""
    try:
        safe, witnesses = protect(cube.table, cube.policy, earlier=earlier, registered=[("h0", frozenset({2015}))])
    except Refused:
        return None
    number = write_release(safe, f"run {len(earlier)}", root).number
    earlier.append(told_again(witnesses.arrays, witnesses.published, number))
    return safe


def years_of(cube: Cube) -> tuple[int, ...]:
    return tuple(sorted({year for _, year, _ in cube.truth}))


_QUIET = {"deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=8, **_QUIET)
@given(seed=st.integers(0, 10**6), twice=st.booleans())
def test_no_role_pins_a_small_number_down(tmp_path_factory: Any, seed: int, twice: bool) -> None:
    _released_and_read(tmp_path_factory.mktemp("shelf"), seed, twice)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@settings(max_examples=10, **_QUIET)
@given(seed=st.integers(10**6, 10**7), twice=st.booleans())
def test_no_role_pins_a_small_number_down_in_many_releases(
    tmp_path_factory: Any, part: int, seed: int, twice: bool
) -> None:
    """A hundred, in parts: one after another they take longer than a test may on a busy machine."""
    _released_and_read(tmp_path_factory.mktemp("shelf"), 10 * seed + part, twice)


def _released_and_read(root: Path, seed: int, twice: bool) -> None:
    earlier: list[Told] = []
    cube = random_cube(seed)
    cubes = [cube, with_a_year_more(cube, seed)] if twice and len(cube.truth) <= 6 else [cube]
    cubes = [one for one in cubes if publish(one, root, earlier)]
    if not cubes:
        return
    years = {number: years_of(one) for number, one in enumerate(cubes, start=1)}
    for role in ROLES:
        rows = served(root, role, cube.table.indicators, len(cubes))
        assert (role == "public") <= bool(rows)
        assert not pinned(role, cubes[-1], equations(rows, years, cubes[-1].truth)), role


def test_the_oracle_sees_what_is_served_too_much() -> None:
    """The same rows with one withheld number put back: some role pins a small number down."""
    caught = 0
    for seed in range(12):
        cube = random_cube(seed)
        every = {
            cells_of(row, cube.truth): sum(cube.truth[cell] for cell in cells_of(row, cube.truth)) for row in cube.rows
        }
        small = [row for row in cube.rows if 1 <= every[cells_of(row, cube.truth)] < cube.policy.threshold]
        found = pinned("sponsor", cube, every)
        assert len(found) == len({cells_of(row, cube.truth) for row in small})
        caught += len(found)
    assert caught > 10


@settings(max_examples=6, **_QUIET)
@given(seed=st.integers(0, 10**6))
def test_no_role_sums_up_a_small_group_from_means(tmp_path_factory: Any, seed: int) -> None:
    world = {cell: some for cell, some in random_world(np.random.default_rng(seed)).items() if some}
    if not world:
        return
    root = tmp_path_factory.mktemp("shelf")
    made = protect(amounts_table({"cost": world}), policy(), registered=[("h0", frozenset({2015}))])
    safe = made.safe
    assert dataclasses.is_dataclass(safe.certificate)
    write_release(safe, "run", root)
    for role in ROLES:
        rows = served(root, role, ("cost",), 1)
        means = [key for key, row in rows.items() if row["mean"] is not None]
        groups = [
            frozenset(cell for cell in world if h in ("ALL", cell[0]) and y in (0, cell[1])) for _, _, h, y in means
        ]
        known = [cell for cell in world if knows(role, *cell)]
        assert not given_away(dict(world), groups, known, 3, 0.1, 2, 0.9), role
