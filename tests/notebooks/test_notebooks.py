"""Every notebook runs top to bottom from its own folder, has a question, a result and a next step, stores nothing.

They run one after the other in one kernel that is emptied in between, and share the people that they ask for, as
they do on a designer's desk: starting a kernel and making people again would take most of the time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from workbench.notebook.desk import HOME

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
START = FOLDER / "00_start.ipynb"
LINK = re.compile(r"\]\(([^)#]+)\)")
# The everyday suite runs one to know that notebooks run at all; the others take minutes and come with the slow tests.
EVERYDAY = {"00"}
RUN = [path if path.name[:2] in EVERYDAY else pytest.param(path, marks=pytest.mark.slow) for path in NOTEBOOKS]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelManager]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(FOLDER), env={**os.environ, HOME: str(tmp_path_factory.mktemp("notebooks"))})
    yield manager
    manager.shutdown_kernel(now=True)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def prose(path: Path) -> str:
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def test_there_is_a_notebook_of_every_subject() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number:02}" for number in range(len(NOTEBOOKS))]
    assert len(NOTEBOOKS) >= 14


def test_the_start_page_leads_to_every_notebook_and_every_link_leads_somewhere() -> None:
    assert {path.name for path in NOTEBOOKS if path != START} <= set(LINK.findall(prose(START)))
    links = [(path.name, link) for path in NOTEBOOKS for link in LINK.findall(prose(path)) if "://" not in link]
    assert [(name, link) for name, link in links if not (FOLDER / link).exists()] == []


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path != START], ids=lambda path: path.stem)
def test_it_has_a_question_a_result_and_a_next_step(path: Path) -> None:
    said = prose(path)
    assert said.startswith("# ")
    assert said.index("**Question.**") < said.index("**Result.**") < said.index("**Next step.**")


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.stem)
def test_it_runs_and_shows_results(path: Path, kernel: KernelManager) -> None:
    notebook = read(path)
    assert all(not cell.get("outputs") for cell in notebook.cells), "stored outputs: strip them before committing"
    empty = nbformat.v4.new_code_cell("%reset -f")
    notebook.cells.insert(0, empty)
    client = NotebookClient(notebook, km=kernel, timeout=300)
    try:
        client.execute()
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    shown = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    assert len(shown) >= 4, "a notebook is there to show results"
    assert not any(output.output_type == "error" for cell in shown for output in cell.outputs)
