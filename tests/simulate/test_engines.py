"""The same study on both engines: every table of every vault, and every figure, equal row for row."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.simulate.cluster import cluster
from workbench.dataflow import Flow
from workbench.errors import Refused, WorkbenchError
from workbench.indicators import compute_indicators
from workbench.main.checks import open_study
from workbench.main.runs import synthesise
from workbench.simulate import EngineSettings, Run, run_flow
from workbench.simulate.backends import spark as spark_engine
from workbench.synth import generate

Row = tuple[object, ...]
# Spark asks pandas for something that the newest pandas no longer wants to be asked.
pytestmark = pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")
SPARK = EngineSettings(engine="spark", memory="1GB")


@pytest.fixture
def same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of a run are random; two runs can only be compared when both draw the same."""
    monkeypatch.setattr("workbench.simulate.vault.secrets.token_bytes", lambda n: hashlib.sha256(b"test").digest()[:n])


def content(path: Path) -> tuple[object, list[Row]]:
    table = pq.read_table(path)
    return table.schema.remove_metadata(), sorted(zip(*(c.to_pylist() for c in table.columns), strict=True), key=repr)


def run_on(flow: Flow, data: Path, out: Path, settings: EngineSettings) -> tuple[Run, dict[str, object]]:
    """The run, and what each vault holds at its end."""
    run = run_flow(flow, data, out, settings)
    files = sorted((out / "vaults").rglob("*.parquet"))
    return run, {str(path.relative_to(out)): content(path) for path in files}


def equal(one: dict[str, object], other: dict[str, object]) -> None:
    assert one.keys() == other.keys() and len(one) > 0
    for name, rows in one.items():
        assert rows == other[name], name


@pytest.mark.spark
@pytest.mark.usefixtures("same_keys")
def test_stroke_care_is_the_same_on_spark(flow: Flow, data: Path, tmp_path: Path) -> None:
    """The tiny world has a person for every rule, so this compares every branch of every step."""
    _, duck = run_on(flow, data, tmp_path / "duck", EngineSettings())
    _, spark = run_on(flow, data, tmp_path / "spark", SPARK)
    equal(duck, spark)


@pytest.mark.spark
@pytest.mark.usefixtures("same_keys")
def test_indicators_are_the_same_on_spark(flow: Flow, tmp_path: Path, catalog_root: Path) -> None:
    generate(tmp_path / "data", persons=3000, seed=7, enrich="stroke-care", catalog_root=catalog_root)
    tables = []
    for name, settings in (("duck", EngineSettings()), ("spark", SPARK)):
        run, _ = run_on(flow, tmp_path / "data", tmp_path / name, settings)
        tables.append(compute_indicators(flow, run, settings).table)
    for one in ("cells", "counts", "adjusted"):
        duck, spark = (sorted(map(repr, getattr(table, one).to_pylist())) for table in tables)
        assert duck == spark and len(duck) > 12, one


SMALL = ("stroke-selfreg-2020", "stroke-selfreg-2022", "intego", "ima-microdata")
OTHERS = (*SMALL, "operating-theatre", "breast-clinics")


@pytest.mark.spark
@pytest.mark.usefixtures("same_keys")
@pytest.mark.parametrize("name", OTHERS)
def test_every_other_study_is_the_same_on_spark(name: str, tmp_path: Path, catalog_root: Path) -> None:
    synthesise(tmp_path / "data", 3000, 7, None, catalog_root, studies=(name,))
    flow = open_study(name, catalog_root)
    _, duck = run_on(flow, tmp_path / "data", tmp_path / "duck", EngineSettings())
    _, spark = run_on(flow, tmp_path / "data", tmp_path / "spark", SPARK)
    equal(duck, spark)


@pytest.mark.spark
@pytest.mark.usefixtures("same_keys")
def test_stroke_care_is_the_same_on_a_cluster(flow: Flow, data: Path, tmp_path: Path) -> None:
    _, duck = run_on(flow, data, tmp_path / "duck", EngineSettings())
    with cluster(tmp_path) as master:
        settings = EngineSettings(engine="spark", memory="1GB", master=master)
        _, spark = run_on(flow, data, tmp_path / "spark", settings)
    equal(duck, spark)


@pytest.mark.spark
def test_what_is_outside_the_actors_folders_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    session = spark_engine.SparkSession([tmp_path / "mine"], EngineSettings(engine="spark", memory="1GB"))
    with pytest.raises(Refused, match="outside"):
        session.read(tmp_path / "theirs.parquet")
    with pytest.raises(Refused, match="outside"):
        session.read(tmp_path / "mine" / ".." / "theirs.parquet")
    session.close()


def test_without_java_or_spark_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = EngineSettings(engine="spark", master="local[none]")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkbenchError, match="Java 17"):
        spark_engine.SparkSession([tmp_path], settings)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(WorkbenchError, match="pip install 'pyspark"):
        spark_engine.SparkSession([tmp_path], settings)
