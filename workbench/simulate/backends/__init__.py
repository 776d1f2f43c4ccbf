"""The engines: only the files of this folder name DuckDB or Spark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from workbench.simulate.backends import duck, spark
from workbench.simulate.backends.duck import DuckSession
from workbench.simulate.backends.session import Engine, EngineSettings, Session
from workbench.simulate.backends.spark import SparkSession

__all__ = ["DuckSession", "Engine", "EngineSettings", "Session", "SparkSession", "open_session", "translated"]


def open_session(folders: Sequence[Path], settings: EngineSettings, files: Sequence[Path] = ()) -> Session:
    """A session of the engine that `settings` names, confined to `folders` and single `files` beside them.

    The first folder takes its spilled rows.
    """
    make = SparkSession if settings.engine == "spark" else DuckSession
    return make(folders, settings, files)


@contextmanager
def translated() -> Iterator[None]:
    """Errors of any engine as errors of ours, in one sentence."""
    with ExitStack() as stack:
        stack.enter_context(duck.translated())
        stack.enter_context(spark.translated())
        yield
