"""The whole stroke-care flow on the tiny world: its linked set is what full identity says it must be."""

from __future__ import annotations

from collections import Counter

import pyarrow.parquet as pq
import pytest

from tests.simulate import oracle
from tests.simulate.reading import KEY, PARTS, content, in_order, names, rows
from tests.simulate.tiny import World, hospital_number
from workbench.dataflow import Flow
from workbench.dataflow.schema import IBIS_TYPES
from workbench.simulate import Run

DWH = "ima-project-dwh"
STORED = {"int64": "int64", "string": "string", "bool": "boolean", "double": "float64", "date32[day]": "date"}


@pytest.fixture(scope="module")
def persons(run: Run, made: World) -> dict[int, str]:
    """Person by Cproject. A stay is known by its hospital and number."""
    return names(run, {(hospital_number(stay.hospital), stay.number): stay.person for stay in made.stays})


@pytest.mark.parametrize("part", PARTS)
def test_every_part_equals_the_oracle(part: str, run: Run, made: World, persons: dict[int, str]) -> None:
    wanted = getattr(oracle.linked(made), part)
    found = [(persons[row[0]], *row[1:]) for row in rows(run, DWH, f"linked.{part}", PARTS[part])]
    missing, surplus = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    assert not missing and not surplus, f"missing {in_order(list(missing))}\nsurplus {in_order(list(surplus))}"
    assert len(found) > 10, "an oracle on nothing proves nothing"


def test_one_pseudonym_per_person(run: Run, persons: dict[int, str], made: World) -> None:
    expected = {stay[0] for stay in oracle.linked(made).stay}
    assert set(persons.values()) == expected and len(persons) == len(expected)
    for part in PARTS:
        assert {row[0] for row in rows(run, DWH, f"linked.{part}", KEY)} <= set(persons)


def test_every_case_of_the_tiny_world_is_decided_as_it_should(made: World) -> None:
    """The oracle itself, on the cases by name: who is in, and what is known of them."""
    stays = {(stay[0], stay[2]): stay for stay in oracle.linked(made).stay}
    inside = {person for person, _ in stays}
    out = {"minor", "out-2016", "out-2020", "elsewhere", "neighbour-code", "tia-neighbour", "no-insz"}
    assert not inside & out
    assert inside >= {
        "eighteen",
        "new-year",
        "secondary",
        "other-vascular",
        "tia",
        "uninsured",
        "no-such-day",
    }
    deaths = {days: stays[f"died{days}", f"5{days + 10:02d}"][3:5] for days in (-3, 0, 30, 31, 90, 91)}
    assert deaths == {
        -3: (False, False), 0: (True, True), 30: (True, True),
        31: (False, True), 90: (False, True), 91: (False, False),
    }  # fmt: skip
    assert stays["transfer", "200"] is not None
    lines = [row for row in oracle.linked(made).billing if row[0] == "billed"]
    assert sorted(row[3] for row in lines if row[4] == "477724") == [0, 5, 10]
    assert sorted(row[3] for row in lines if row[8] == "9365750") == [0, 10, 24]
    assert [row[3] for row in lines if row[8] == "9001074"] == [2]


def test_a_stay_stands_there_once(run: Run) -> None:
    keys = rows(run, DWH, "linked.stay", ("SS00075", "STAYNUM"))
    assert len(keys) == len(set(keys)) == 40


def test_the_analysis_set_is_the_linked_set_with_protected_years(run: Run) -> None:
    for part in PARTS:
        left = [column for column in PARTS[part] if column != "A1_YEAR_BIRTH"]
        before = rows(run, DWH, f"linked.{part}", tuple(left))
        after = rows(run, "vikz-researchers", f"analysis.{part}", tuple(left))
        assert in_order(before) == in_order(after)
    classes: dict[tuple[object, ...], set[int]] = {}
    columns = ("Cproject", "SS00075", "A2_CODE_SEX", "A1_YEAR_BIRTH", "A1_CLASS_WIDTH")
    for project, *shown in rows(run, "vikz-researchers", "analysis.stay", columns):
        classes.setdefault(tuple(shown), set()).add(project)
    shown = {key: len(who) for key, who in classes.items() if key[3] is not None}
    assert shown and min(shown.values()) >= 5
    assert shown["71090112", "2", 1940, 1] == 5


def test_the_risk_analysis_reports_an_aggregate(run: Run) -> None:
    ((records, classes, smallest, below, threshold),) = rows(run, "committee", "scra_report")
    assert (records, threshold, smallest) == (40, 5, 1)
    assert 0 < below < records and 1 < classes < records


def test_files_have_the_inferred_columns_and_types(run: Run, flow: Flow) -> None:
    held = flow.steps[-1].holdings
    for party, datasets in held.items():
        for name in datasets:
            for part, columns in flow.datasets[name].parts.items():
                schema = pq.read_schema(run.part(party, f"{name}.{part}"))
                assert [(field.name, STORED[str(field.type)]) for field in schema] == [
                    (column.name, IBIS_TYPES[column.type]) for column in columns
                ]


def test_content_does_not_depend_on_the_pseudonyms(run: Run) -> None:
    found = content(run)
    assert len(found) == 10 and all(found.values())
