"""Small types of a printed document."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from workbench.catalog.base import Text


def _as_text(value: object) -> object:
    """Numbers of steps and indicators are names (`3`, `6a`): YAML reads some of them as integers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Text, BeforeValidator(_as_text)]
