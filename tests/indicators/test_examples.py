"""The examples beside the definitions: patients' rows with the expected denominator and numerator, run for real."""

from __future__ import annotations

from contextlib import closing
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from workbench.catalog import Catalog, load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.indicators.compute import coded_columns, make_flags, patient_flow
from workbench.indicators.examples import read_example
from workbench.indicators.page import indicator_page
from workbench.simulate.backends import DuckSession, EngineSettings, Session
from workbench.study import load_study

ROOT = Path(__file__).resolve().parents[2] / "catalog"
EXAMPLES = {path.stem: path for path in sorted((ROOT / "indicators/examples").glob("*.txt"))}


@cache
def catalog() -> Catalog:
    return load_catalog(ROOT)


@cache
def flow_with(indicator: str) -> Flow:
    for path in sorted(ROOT.glob("studies/*/study.yaml")):
        study = load_study(path.parent.name, catalog(), ROOT)
        if indicator in study.study.indicators:
            return compile_flow(study, catalog())
    raise AssertionError(f"no study computes {indicator}")


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_patient_is_counted_as_the_example_says(name: str, tmp_path: Path) -> None:
    with closing(DuckSession([tmp_path], EngineSettings(threads=1))) as session:
        counted_as_the_example_says(name, session)


def counted_as_the_example_says(name: str, session: Session) -> None:
    """Run the example's rows through the definition on any engine and compare with what stands beside them."""
    example, definition, flow = read_example(EXAMPLES[name]), catalog().indicators[name], flow_with(name)
    analysis = flow.study.study.analysis
    assert analysis is not None
    unit = analysis.units[definition.of]
    parts = {}
    for dataset in (analysis.dataset, *analysis.more):
        before = "" if dataset == analysis.dataset else f"{dataset}."
        for part, columns in flow.datasets[dataset].parts.items():
            parts[before + part] = session.register(example.part(before + part, columns))
    rows = example.tables[unit.part]
    # Units are told apart by their place in the table: some kinds have no key.
    own = session.arrow(parts[unit.part])
    parts[unit.part] = session.register(own.append_column("place", pa.array(range(own.num_rows), pa.int64())))
    unit = unit.model_copy(update={"person": "place"})
    flags = make_flags(
        unit, parts, catalog(), (definition,), session,
        lambda _, made: session.register(session.arrow(made)), coded_columns(flow),
    )  # fmt: skip
    found = session.arrow(flags.rows.order_by("person")).to_pylist()
    assert len(found) == len(rows), "a rule must neither lose nor repeat a unit"
    for row, flag in zip(rows, found, strict=True):
        assert flag[f"{name}.n"] == (row["denominator"] == "yes"), row
        if definition.numerator:
            assert flag[f"{name}.k"] == (row["numerator"] == "yes"), row
        for part in ("value", "exposure"):
            if part in row and row[part] != "-":
                assert flag[f"{name}.{part}"] == pytest.approx(float(row[part])), row
    lines = list(patient_flow(flags, session))
    idle = [line.rule for line in lines if line.kind in ("denominator", "exclusion", "known") and not line.excluded]
    assert not idle, f"no row of the example falls out by {', '.join(idle)}"
    if definition.numerator:
        counted = lines[-1].stays
        assert 0 < counted < lines[-2].stays, "the numerator needs a row in it and one that is not"


def test_every_indicator_with_rules_has_an_example() -> None:
    missing = [
        one.id
        for one in catalog().indicators.values()
        if (one.denominator or one.exclusions or one.numerator) and one.id not in EXAMPLES
    ]
    assert missing == [], "add catalog/indicators/examples/ID.txt"


def test_the_page_is_made_from_the_definitions() -> None:
    written = (ROOT.parent / "docs/indicators.md").read_text(encoding="utf-8")
    expected = indicator_page(catalog().indicators, ROOT / "indicators/examples")
    assert written == expected, "run: python -m workbench.indicators.page"
