"""Reading and writing: every change is one transaction, taken at its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A view of one moment."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """All or nothing: what happens inside is kept when the block ends, and not at all when it fails."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection
