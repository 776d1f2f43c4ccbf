"""A small study with every kind of step, and one indicator, on Spark: equal to DuckDB row for row.

Part of the everyday suite; the larger comparisons are in test_engines.py. Where Spark is not installed it is left out,
and the suite's last lines say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scripts import spark
from tests.indicators.test_examples import counted_as_the_example_says
from tests.simulate.test_engines import equal, run_on, same_keys
from workbench.catalog import Catalog
from workbench.dataflow import compile_flow
from workbench.simulate import EngineSettings
from workbench.simulate.backends import SparkSession
from workbench.simulate.backends import spark as spark_engine
from workbench.study import load_study

__all__ = ["same_keys"]
LACKS = spark.missing()
pytestmark = [
    pytest.mark.small_spark,
    pytest.mark.skipif(LACKS is not None, reason=f"{LACKS}, so nothing was compared on Spark"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
SPARK = EngineSettings(engine="spark", memory="1GB")
# For thirty people, preparing fast code takes longer than running slow code.
QUICK_START = """
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
"""


@pytest.fixture(scope="module", autouse=True)
def quick_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("conf")
    (folder / "spark-defaults.conf").write_text(QUICK_START, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        yield
        spark_engine.stop()


@pytest.mark.usefixtures("same_keys")
def test_every_kind_of_step_is_the_same(catalog: Catalog, catalog_root: Path, data: Path, tmp_path: Path) -> None:
    study = load_study(str(Path(__file__).with_name("every_kind.yaml")), catalog, catalog_root)
    flow = compile_flow(study, catalog)
    _, duck = run_on(flow, data, tmp_path / "duck", EngineSettings())
    _, on_spark = run_on(flow, data, tmp_path / "spark", SPARK)
    equal(duck, on_spark)


def test_an_indicator_is_what_its_example_says(tmp_path: Path) -> None:
    with closing(SparkSession([tmp_path], SPARK)) as session:
        counted_as_the_example_says("swallow_screening_2020", session)
