"""The catalogue, and a way to check a study file that was changed in a few places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.catalog import Catalog, load_catalog
from workbench.dataflow import read_flow
from workbench.errors import Problem
from workbench.study import read_study

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
STUDY = (CATALOG / "studies" / "stroke-care" / "study.yaml").read_text(encoding="utf-8")

Check = Callable[[str | bytes], list[Problem]]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(CATALOG)


@pytest.fixture
def check(tmp_path: Path, catalog: Catalog) -> Check:
    """All problems of a study file and its flow, as `workbench study check` gathers them."""

    def problems(text: str | bytes) -> list[Problem]:
        path = tmp_path / "study.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        found, problems = read_study(str(path), catalog, CATALOG)
        more = read_flow(found, catalog)[1] if found else []
        assert all(problem.file.endswith("study.yaml") for problem in [*problems, *more])
        return sorted({*problems, *more})

    return problems


def edited(*edits: tuple[str, str]) -> str:
    """The study file with each first text replaced by the second; the first must stand there exactly once."""
    text = STUDY
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the study file"
        text = text.replace(old, new)
    return text


def line_of(text: str, mark: str) -> int:
    """Line (from 1) of a text that stands in the file once."""
    assert text.count(mark) == 1, f"{mark!r} stands {text.count(mark)} times"
    return text[: text.index(mark)].count("\n") + 1
