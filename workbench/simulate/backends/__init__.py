"""The engines: only the files of this folder name DuckDB or Spark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from workbench.simulate.backends import duck, spark
from workbench.simulate.backends.duck import DuckSession
from workbench.simulate.backends.session import Engine, EngineSettings, Session
from workbench.simulate.backends.spark import SparkSession

__all__ = [
    "DuckSession",
    "Engine",
    "EngineSettings",
    "Session",
    "Sessions",
    "SparkSession",
    "open_session",
    "translated",
]


def open_session(folders: Sequence[Path], settings: EngineSettings, files: Sequence[Path] = ()) -> Session:
    """A session of the engine that `settings` names, confined to `folders` and single `files` beside them.

    The first folder takes its spilled rows.
    """
    make = SparkSession if settings.engine == "spark" else DuckSession
    return make(folders, settings, files)


class Sessions:
    """One session at a time: an actor's next step goes on in its last one, emptied, and another actor's gets its own.

    Opening one takes longer than many a step.
    """

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._bounds: tuple[tuple[Path, ...], tuple[Path, ...]] | None = None
        self._open: Session | None = None
        self._asked = Lock()  # a session must not end while another thread asks it how far it is

    def get(self, folders: Sequence[Path], files: Sequence[Path] = ()) -> Session:
        """A session confined to `folders` and `files` in which nothing of an earlier step is left."""
        bounds = tuple(folders), tuple(files)
        if self._open is None or bounds != self._bounds:
            self.close()
            self._open, self._bounds = open_session(folders, self._settings, files), bounds
        else:
            self._open.clear()
        return self._open

    def share(self) -> float:
        """Share (0 to 1) done of what the engine is computing, asked from another thread."""
        with self._asked:
            return self._open.share() if self._open is not None else 0.0

    def close(self) -> None:
        """End the session that is open."""
        with self._asked:
            if self._open is not None:
                self._open.close()
                self._open = None


@contextmanager
def translated() -> Iterator[None]:
    """Errors of any engine as errors of ours, in one sentence."""
    with ExitStack() as stack:
        stack.enter_context(duck.translated())
        stack.enter_context(spark.translated())
        yield
