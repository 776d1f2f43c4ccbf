"""select and the population on small source tables: who belongs, and which rows and fields go along."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.dataflow.tables import Row, desk, rows_of, same
from workbench.catalog import Catalog
from workbench.dataflow import Flow
from workbench.dataflow.kinds.select import Select
from workbench.dataflow.population import selected_units
from workbench.study import Criterion, Study

HEAD = "CODE_AGR:string | YEAR_REGISTR:integer | PERIOD_REGISTR:integer"
# Every stay is alike but for what its number says.
STAYHOSP = f"""
{HEAD}     | STAYNUM:string | PATNUM:string | A2_YEAR_HOSP_IN:integer | A2_YEAR_HOSP_OUT:integer
901 | 2018 | 1 | fits           | p1            | 2018                    | 2018
901 | 2017 | 1 | old-year-in    | p1            | 2016                    | 2017
901 | 2016 | 1 | too-early      | p1            | 2016                    | 2016
901 | 2020 | 1 | too-late       | p1            | 2019                    | 2020
854 | 2018 | 1 | elsewhere      | p1            | 2018                    | 2018
999 | 2018 | 1 | no-such-place  | p1            | 2018                    | 2018
901 | 2018 | 1 | minor          | p2            | 2018                    | 2018
901 | 2018 | 1 | eighteen       | p3            | 2018                    | 2018
901 | 2018 | 1 | age-unknown    | p4            | 2018                    | 2018
901 | 2018 | 1 | no-patient     | p5            | 2018                    | 2018
901 | 2018 | 1 | other-code     | p1            | 2018                    | 2018
901 | 2018 | 1 | second-code    | p1            | 2018                    | 2018
901 | 2018 | 1 | no-code        | p1            | 2018                    | 2018
902 | 2018 | 1 | fits           | p1            | 2018                    | 2018
901 | 2018 | 2 | not-yet-out    | p1            | 2018                    |
"""
PATHOSPI = f"""
{HEAD}     | PATNUM:string | A1_YEAR_BIRTH:integer
901 | 2018 | 1 | p1 | 1950
901 | 2018 | 2 | p1 | 1950
901 | 2017 | 1 | p1 | 1950
901 | 2016 | 1 | p1 | 1950
901 | 2020 | 1 | p1 | 1950
854 | 2018 | 1 | p1 | 1950
999 | 2018 | 1 | p1 | 1950
902 | 2018 | 1 | p1 | 1951
901 | 2018 | 1 | p2 | 2001
901 | 2018 | 1 | p3 | 2000
901 | 2018 | 1 | p4 |
"""


def diagnoses(*special: str) -> str:
    stays = [line.split("|") for line in STAYHOSP.strip().splitlines()[1:]]
    plain = [
        f"{cells[0]} | {cells[1]} | {cells[2]} | {cells[3]} | 1 | P | I639"
        for cells in stays
        if cells[3].strip() not in {"other-code", "second-code", "no-code"}
    ]
    return "\n".join(
        [
            f"{HEAD} | STAYNUM:string | ORDER_SPEC:integer | TYPE_DIAGNOSE:string | CODE_DIAGNOSE:string",
            *plain,
            "901 | 2018 | 1 | other-code | 1 | P | I6781",
            "901 | 2018 | 1 | second-code | 1 | P | J189",
            "901 | 2018 | 1 | second-code | 2 | S | I4891",
            "901 | 2018 | 1 | second-code | 3 | S | Z999",
            "901 | 2018 | 1 | second-code | 4 | S | I639",
            *special,
        ]
    )


SOURCES = {"mzg.STAYHOSP": STAYHOSP, "mzg.PATHOSPI": PATHOSPI, "mzg.DIAGNOSE": diagnoses()}


def units(study: Study, catalog: Catalog, sources: dict[str, str] | None = None) -> list[Row]:
    with desk(study, catalog, tables=sources or SOURCES) as context:
        return [(row[0], row[3]) for row in rows_of(context.rows(selected_units(context)))]


def test_who_belongs_to_the_population(flow: Flow, catalog: Catalog) -> None:
    """Each stay that falls out fails one criterion and meets the others; each stands there once."""
    assert sorted(units(flow.study.study, catalog)) == [
        ("901", "eighteen"), ("901", "fits"), ("901", "old-year-in"), ("901", "second-code"), ("902", "fits"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dropped", "back"),
    [
        ("flemish-hospital", {("854", "elsewhere"), ("999", "no-such-place")}),
        ("discharged-in-period", {("901", "too-early"), ("901", "too-late"), ("901", "not-yet-out")}),
        ("adult", {("901", "minor"), ("901", "age-unknown"), ("901", "no-patient")}),
        ("stroke-tia-or-atrial-fibrillation", {("901", "other-code"), ("901", "no-code")}),
    ],
)
def test_every_criterion_keeps_out_its_own(
    dropped: str, back: set[tuple[str, str]], flow: Flow, catalog: Catalog
) -> None:
    study = flow.study.study
    kept = tuple(criterion for criterion in study.population.criteria if criterion.id != dropped)
    assert len(kept) == len(study.population.criteria) - 1
    without = study.model_copy(update={"population": study.population.model_copy(update={"criteria": kept})})
    assert set(units(without, catalog)) - set(units(study, catalog)) == back


def test_a_number_of_a_child_table_and_a_list_of_a_parent_table(flow: Flow, catalog: Catalog) -> None:
    """A criterion holds when one of the rows that belong to the stay meets it."""
    study = flow.study.study
    tests = {"mzg.DIAGNOSE.ORDER_SPEC": [2, 9], "mzg.PATHOSPI.A1_YEAR_BIRTH": [1950, 1950]}
    criteria = tuple(
        Criterion.model_validate({"id": ref, "field": ref, "between": years, "cite": {"document": "own"}})
        for ref, years in tests.items()
    )
    changed = study.population.model_copy(update={"criteria": criteria})
    assert units(study.model_copy(update={"population": changed}), catalog) == [("901", "second-code")]


def extract(flow: Flow, catalog: Catalog, sources: dict[str, str], **part: Any) -> Any:
    label = {"nl": "x", "fr": "x", "en": "x"}
    given = {"id": "s", "kind": "select", "actor": "hospitals", "label": label, "cite": {"document": "own"}}
    population = part.pop("population", False)
    step = Select.model_validate({**given, "output": "o", "population": population, "parts": {"rows": part}})
    with desk(flow.study.study, catalog, tables=sources) as context:
        return context.rows(step.express(context)["o.rows"])


PATIENT = """
CODE_AGR:string | PATNUM:string | INSZ:string
901             | p1            | 01
901             | p2            |
902             | p1            | 01
"""
FEW = f"""
{HEAD} | STAYNUM:string | PATNUM:string
901 | 2018 | 1 | s1 | p1
901 | 2018 | 1 | s2 | p1
901 | 2018 | 1 | s3 | p2
902 | 2018 | 1 | s1 | p1
903 | 2018 | 1 | s1 | p1
"""
TWO = {"mzg.STAYHOSP": FEW, "hospital.PATIENT": PATIENT}


def test_fields_are_looked_up_by_the_keys_of_their_table(flow: Flow, catalog: Catalog) -> None:
    columns = {
        "who": "hospital.PATIENT.INSZ",
        "stay": "mzg.STAYHOSP.STAYNUM",
        "where": "hospital.PATIENT.CODE_AGR",
    }
    same(
        extract(flow, catalog, TWO, **{"from": ["mzg.STAYHOSP", "hospital.PATIENT"]}, columns=columns),
        """
        who:string | stay:string | where:string
        01         | s1          | 901
        01         | s2          | 901
                   | s3          | 901
        01         | s1          | 902
                   | s1          | 903
        """,
    )


def test_filled_and_distinct(flow: Flow, catalog: Catalog) -> None:
    columns = {"who": "hospital.PATIENT.INSZ", "where": "mzg.STAYHOSP.CODE_AGR"}
    tables = {"from": ["mzg.STAYHOSP", "hospital.PATIENT"], "columns": columns}
    same(
        extract(flow, catalog, TWO, **tables, filled=["who"], distinct=True),
        "who:string | where:string\n01 | 901\n01 | 902",
    )


@pytest.mark.parametrize("looked_up", [False, True])
def test_only_asked_codes_go_along(looked_up: bool, flow: Flow, catalog: Catalog) -> None:
    """Also when the filtered field is not one of the first table's own."""
    sources = {
        "mzg.DIAGNOSE": diagnoses("901 | 2018 | 1 | second-code | 5 | S | J159"),
        "mzg.STAYHOSP": STAYHOSP,
    }
    tables = ["mzg.DIAGNOSE", "mzg.STAYHOSP"] if looked_up else ["mzg.DIAGNOSE"]
    made = extract(
        flow,
        catalog,
        sources,
        **{"from": tables},
        columns={"stay": "mzg.DIAGNOSE.STAYNUM", "code": "mzg.DIAGNOSE.CODE_DIAGNOSE"},
        only={"code": ["stroke_inclusion", "infections_and_other"]},
    )
    assert [row for row in rows_of(made) if row[0] in {"second-code", "other-code"}] == [
        ("second-code", "I4891"), ("second-code", "I639"), ("second-code", "J159"),
    ]  # fmt: skip


def test_a_filter_on_a_looked_up_field(flow: Flow, catalog: Catalog) -> None:
    stays = STAYHOSP.replace("A2_YEAR_HOSP_IN:integer", "A2_CODE_SEX:string")
    diagnosis = f"{HEAD} | STAYNUM:string | CODE_DIAGNOSE:string\n901 | 2018 | 1 | fits | I639"
    made = extract(
        flow,
        catalog,
        {
            "mzg.DIAGNOSE": diagnosis,
            "mzg.STAYHOSP": stays.replace("| 2018                    | 2018", "| 1 | 2018"),
        },
        **{"from": ["mzg.DIAGNOSE", "mzg.STAYHOSP"]},
        columns={"code": "mzg.DIAGNOSE.CODE_DIAGNOSE", "sex": "mzg.STAYHOSP.A2_CODE_SEX"},
        only={"sex": ["sex"]},
    )
    assert rows_of(made) == [("I639", "1")]


def test_the_extract_is_limited_to_the_population(flow: Flow, catalog: Catalog) -> None:
    made = extract(
        flow,
        catalog,
        SOURCES,
        **{"from": ["mzg.DIAGNOSE"]},
        columns={name: f"mzg.DIAGNOSE.{name}" for name in ("CODE_AGR", "STAYNUM", "CODE_DIAGNOSE")},
        population=True,
    )
    wanted = set(units(flow.study.study, catalog))
    assert {row[:2] for row in rows_of(made)} == wanted
    assert [row[2] for row in rows_of(made) if row[1] == "second-code"] == ["I4891", "I639", "J189", "Z999"]


def test_an_age_is_counted_at_the_year_of_admission(flow: Flow, catalog: Catalog) -> None:
    """Years of birth around the limit, two years of admission: 18 is reached in the year, not on the day."""
    born, admitted = (1998, 1999, 2000, 2001), (2017, 2018)
    pairs = list(product(born, admitted))
    stays = [STAYHOSP.strip().splitlines()[0]]
    patients = [PATHOSPI.strip().splitlines()[0]]
    codes = [diagnoses().splitlines()[0]]
    for year, at in pairs:
        key = "901 | 2018 | 1"
        stays.append(f"{key} | {year}-{at} | {year}-{at} | {at} | 2018")
        patients.append(f"{key} | {year}-{at} | {year}")
        codes.append(f"{key} | {year}-{at} | 1 | P | I639")
    sources = {"mzg.STAYHOSP": stays, "mzg.PATHOSPI": patients, "mzg.DIAGNOSE": codes}
    found = units(flow.study.study, catalog, {name: "\n".join(lines) for name, lines in sources.items()})
    assert {stay for _, stay in found} == {f"{year}-{at}" for year, at in pairs if at - year >= 18}
