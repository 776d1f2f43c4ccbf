"""A spoiled catalogue file is refused, naming the file and for its structure the place, or does no harm.

No harm means: what is read is equal, or differs in free text only. The judge below compares plain data with a
list of free-text keys of its own, so it does not trust the seal that it tests.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.corrupt import Corruption, corrupt
from workbench.catalog import load
from workbench.catalog.lint import check
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.printed import read_printed_names
from workbench.catalog.source import SourceFile, read_source
from workbench.catalog.units import read_units
from workbench.main.catalogs import seal_catalog

FREE_TEXT = {"label", "note", "title", "grain", "explanation", "definition", "question"}
KINDS = ("documents", "tables", "codes", "parties", "derived", "policies", "indicators", "services")
FILES = ("*.yaml", "tables/*/*.yaml", "codes/*.yaml", "policies/*.yaml", "indicators/*.yaml")
SEAL = "seal.yaml"  # what is tested; its own damage is the matter of test_seal.py
# These stand in the folder but are read by later rooms, with tests of their own.
OF_OTHER_ROOMS = {"own_report.yaml", "rights.yaml", "tiles.yaml", "workflow.yaml"}
FEW = ("mzg.STAYHOSP", "ima.POPULATION", "hospital.PATIENT")
LISTS = ("age5", "atc_requested", "cnk", "nomenclature_stroke", "stroke_inclusion", "nis_region")


def plain(value: Any) -> Any:
    """Data without free text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in FREE_TEXT}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def contents(catalog: Catalog, root: Path) -> Any:
    """All facts of a catalogue folder. Words to search by (synonyms.yaml) are free text."""
    entries = {
        kind: {ref: plain(entry.model_dump(warnings=False)) for ref, entry in getattr(catalog, kind).items()}
        for kind in KINDS
    }
    return entries, [plain(unit.model_dump()) for unit in read_units(root)[0]], read_printed_names(root)


def files(root: Path) -> list[Path]:
    found = sorted(path for pattern in FILES for path in root.glob(pattern))
    return [path for path in found if path.name not in {SEAL, *OF_OTHER_ROOMS}]


def small_copy(whole: Path, root: Path) -> None:
    """A copy with a few tables, those they refer to, and the code lists in use: quick to read a hundred times."""
    catalog = load_catalog(whole)
    wanted = set(FEW) | {ref.rpartition(".")[0] for one in catalog.derived.values() for ref in one.inputs}
    wanted &= set(catalog.tables)
    for _ in catalog.tables:
        fields = [one for ref in wanted for one in catalog.tables[ref].fields]
        wanted |= {ref.rpartition(".")[0] for one in fields for ref in one.references}
    fields = [one for ref in wanted for one in catalog.tables[ref].fields]
    lists = {one.codes for one in [*fields, *catalog.derived.values()]} | set(LISTS)
    lists |= {value for one in catalog.derived.values() for value in one.parameters.values() if isinstance(value, str)}
    shutil.copytree(
        whole,
        root,
        # What names fields of all tables would be at fault in a copy that has few of them.
        ignore=shutil.ignore_patterns("studies", "synth", "access", "interchange", "named_fields.yaml", "knowledge"),
    )
    for path in [*root.glob("tables/*/*.yaml"), *root.glob("codes/*.yaml")]:
        kept = path.stem in lists if path.parent.name == "codes" else f"{path.parent.name}.{path.stem}" in wanted
        if not kept:
            path.unlink()


def judge(root: Path, file: Path, made: Corruption, before: Any) -> str:
    """How a spoiled file was dealt with; the assertions are the promise."""
    catalog, problems = check(root)
    errors = [problem for problem in problems if problem.severity == "error"]
    told = f"{file.relative_to(root)}: {made.how}"
    if not errors:
        assert not made.structural, f"not refused: {told}"
        assert contents(catalog, root) == before, f"changed unseen: {told}"
        return "harmless"
    here = [problem for problem in errors if problem.file == f"catalog/{file.relative_to(root).as_posix()}"]
    assert here, f"refused, but not in its file: {told}: {errors[0]}"
    if made.structural:
        lines = [problem.line for problem in here]
        assert any(made.first <= line <= made.last for line in lines), f"{told}: {made.first}-{made.last}, said {lines}"
    return "sealed" if all("was changed here" in p.what or "is gone" in p.what for p in here) else "refused"


class Remembering:
    """Reads a file anew only when its bytes changed: of a hundred files, one is spoiled at a time."""

    def __init__(self) -> None:
        self.read: dict[tuple[Path, bytes], SourceFile] = {}

    def __call__(self, path: Path, root: Path) -> SourceFile:
        key = (path, path.read_bytes())
        if key not in self.read:
            self.read[key] = read_source(path, root)
        found = self.read[key]
        return replace(found, problems=list(found.problems), blanks=set(found.blanks))


def spoil(root: Path, count: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Spoil `count` times, one file at a time, and put it back each time."""
    monkeypatch.setattr(load, "read_source", Remembering())
    before = contents(load_catalog(root), root)
    rng = random.Random(seed)
    outcomes: Counter[str] = Counter()
    every = files(root)
    while outcomes.total() < count:
        file = rng.choice(every)
        whole = file.read_bytes()
        made = corrupt(whole.decode(), rng)
        if made is None:
            continue
        file.write_bytes(made.spoiled)
        try:
            outcomes[judge(root, file, made, before)] += 1
        finally:
            file.write_bytes(whole)
    return outcomes


@pytest.fixture
def copy(repo_root: Path, tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "catalog"
    small_copy(repo_root / "catalog", root)
    seal_catalog(root)
    assert [problem for problem in check(root)[1] if problem.severity == "error"] == []
    yield root


def test_a_hundred_corruptions_of_a_small_catalogue(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = spoil(copy, 100, 20284, monkeypatch)
    assert min(outcomes["refused"], outcomes["harmless"], outcomes["sealed"]) >= 3, outcomes


@pytest.mark.slow
def test_a_thousand_corruptions_of_the_whole_catalogue(
    repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "catalog"
    shutil.copytree(
        repo_root / "catalog", root, ignore=shutil.ignore_patterns("studies", "synth", "access", "interchange")
    )
    seal_catalog(root)
    outcomes = spoil(root, 1000, 20284, monkeypatch)
    assert min(outcomes["refused"], outcomes["harmless"], outcomes["sealed"]) >= 30, outcomes


def test_without_the_seal_a_changed_code_would_pass(copy: Path) -> None:
    """Why the seal is there: the corruption below is valid in every other respect."""
    file = copy / "codes" / "stroke_inclusion.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"I63.-"', '"I64.-"', 1), encoding="utf-8")
    found = [problem for problem in check(copy)[1] if problem.severity == "error"]
    line = text[: text.index('"I63.-"')].count("\n") + 1
    assert [(p.file, p.line) for p in found] == [("catalog/codes/stroke_inclusion.yaml", line)]
    (copy / "seal.yaml").unlink()
    assert [problem for problem in check(copy)[1] if problem.severity == "error"] == []
