"""A draft as a notebook: run by IPython it writes the draft to the letter and shows what follows from it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from workbench.catalog.load import load_catalog
from workbench.catalog.study_rule import study_rules
from workbench.drafts.as_notebook import Origin, notebook_of
from workbench.drafts.starts import empty, template_text
from workbench.notebook.desk import HOME

ORIGIN = Origin("abc123", 7, "mia.janssens")
EVIL = "<script>alert(1)</script> [a](javascript:x) `b` $c$"


def made(root: Path, text: str) -> nbformat.NotebookNode:
    written = notebook_of(text, ORIGIN, load_catalog(root), study_rules(root))
    found = nbformat.reads(written, as_version=4)
    nbformat.validate(found)
    assert all(not cell.get("outputs") for cell in found.cells)
    return found


def sources(found: nbformat.NotebookNode, kind: str) -> list[str]:
    return [cell.source for cell in found.cells if cell.cell_type == kind]


def test_it_writes_the_draft_to_the_letter_and_every_cell_runs(
    repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = template_text(repo_root / "catalog", "stroke-selfreg-2020").replace("id: stroke-selfreg-2020", "id: own")
    text = f"\n# begun by hand: {{x}} $HOME\n{text}\n\n"
    found = made(repo_root / "catalog", text)
    monkeypatch.chdir(repo_root / "notebooks")
    monkeypatch.setenv(HOME, str(tmp_path))
    code = sources(found, "code")
    assert "study.run(people)" in code[-2] and code[-1] == "run.indicators"
    shell = InteractiveShell.instance()
    try:
        for cell in code[:4]:
            assert shell.run_cell(cell).success, cell
        study, desk = shell.user_ns["study"], shell.user_ns["wb"]
        assert desk.copy and study.text == text and study.findings.fine
    finally:
        InteractiveShell.clear_instance()
    folded = [cell.metadata.get("jupyter") for cell in found.cells if cell.source.startswith("%%study own")]
    assert folded == [{"source_hidden": True}]


def test_of_a_draft_with_errors_no_cell_fails_that_could_be_left_out(repo_root: Path) -> None:
    found = made(repo_root / "catalog", empty("begun", 2020).replace('title: {nl: ""', f"title: {{nl: '{EVIL}'"))
    code = sources(found, "code")
    assert len(code) == 2 and code[1].startswith("%%study begun\n")
    words = "\n".join(sources(found, "markdown"))
    assert "Once the file is in order" in words and 'draft="abc123", after=7' in words
    assert "<script>" not in words and "[a](" not in words and "$c$" not in words
