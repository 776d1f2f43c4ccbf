"""The rooms of the house and who may enter which: every import of our own code, read from the syntax tree.

The order is catalog -> study -> dataflow -> (verify | simulate) -> indicators -> disclosure -> publish
-> dashboards. A room may import what stands in its row and nothing else; a new room must be given a row
before it can exist.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

FILES = frozenset({"errors", "catalog"})
SPECIFICATION = FILES | {"study", "dataflow"}
ALLOWED: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "crypto": frozenset(),
    # Blocks and their writers: below all who have something to tell on paper.
    "paper": frozenset({"errors"}),
    # Keeps text and names and reads no study file, so that it can be the floor under drafts, rights and the audit log.
    "state": frozenset({"errors"}),
    "catalog": frozenset({"errors"}),
    "study": FILES,
    "dataflow": FILES | {"study"},
    # The two siblings are tested against each other, so neither may know the other.
    "verify": SPECIFICATION,
    "simulate": SPECIFICATION | {"crypto"},
    # Generates what parties hold: knowing a study would let it plant what the study looks for.
    "synth": FILES | {"crypto"},
    "indicators": SPECIFICATION | {"simulate"},
    "disclosure": SPECIFICATION | {"simulate", "indicators", "paper"},
    # Writes what the study file and the verifier say: it reaches no row of a person and no result.
    "documents": SPECIFICATION | {"verify", "paper"},
    "access": FILES | {"state"},
    # Who may take a study from one state to the next: knows the duties of people, and no data.
    "workflow": FILES | {"study", "access", "state"},
    "interchange": FILES | {"paper"},
    # Shows what was recorded of proven synthetic people: no engine, no run and no catalogue is in its reach.
    "stage": frozenset({"errors"}),
    # Starts our own commands as processes: it knows their names and imports none of them.
    "jobs": frozenset({"errors"}),
    # Edits and checks a study as data, and writes its request. It asks of indicators what reads their definitions.
    "drafts": SPECIFICATION | {"verify", "indicators", "interchange", "documents", "paper"},
    # Takes a SafeTable and nothing that is not yet safe, so it cannot reach behind disclosure; needs access
    # because the role filter is part of the query that reads a report.
    "publish": SPECIFICATION | {"disclosure", "access"},
    # Verifier and drafts read study files and the catalogue and reach no row: see docs/decisions.
    "dashboards": SPECIFICATION
    | {"publish", "access", "verify", "jobs", "drafts", "state", "workflow", "paper", "stage"},
    # The use cases as objects of a notebook: it calls them, and shows what any room makes; pages too (decision 0026).
    "notebook": SPECIFICATION
    | {"dashboards", "main", "interchange", "verify", "simulate", "synth", "indicators", "disclosure", "publish"},
    # Grades an answer on the desk of a notebook, so that a participant is asked for nothing that a designer cannot do.
    # It also breaks studies and attacks them, which takes the verifier, a run and disclosure control.
    "training": SPECIFICATION | {"notebook", "verify", "simulate", "indicators", "disclosure", "stage", "paper"},
    # The thin edge: parsing in one file, one function per use case in the other.
    "__main__": frozenset({"errors", "main"}),
}
EVERYTHING = frozenset({"main"})
# Pages hold no connection to a database of persons: they ask publish, which filters by role.
NO_ENGINE = {"dashboards": frozenset({"duckdb", "ibis"})}


class Import(NamedTuple):
    file: Path
    line: int
    module: str


def imports(file: Path, package: str) -> Iterator[Import]:
    """Every module that a file imports anywhere in it, in functions and for type checking too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: 1 - node.level or None] if node.level else []
            for alias in node.names:
                yield Import(file, node.lineno, ".".join(filter(None, [*base, node.module, alias.name])))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            named = node.args[0] if node.args else None
            text = named.value if isinstance(named, ast.Constant) else "workbench.(computed at run time)"
            yield Import(file, node.lineno, str(text))


def room_of(module: str) -> str | None:
    """The room a module of ours lives in; None for the libraries of others and the bare package."""
    head, *rest = module.split(".")
    if head == "dashboards":
        return "dashboards"
    return rest[0] if head == "workbench" and rest else None


def modules(root: Path) -> Iterator[tuple[Path, str]]:
    """Every file of ours with its dotted package."""
    for top in ("workbench", "dashboards"):
        for file in sorted((root / top).rglob("*.py")):
            yield file, ".".join(file.relative_to(root).parent.parts)


def trespasses(root: Path) -> list[str]:
    """Each import across a wall that has no door, as `file:line: room -> room`."""
    found = []
    for file, package in modules(root):
        inside = file.relative_to(root)
        here = room_of(".".join(inside.with_suffix("").parts))
        if inside == Path("workbench/__init__.py"):
            here = "errors"  # whoever imports a room imports this file first: it may need nothing
        if here in EVERYTHING:
            continue
        if here not in ALLOWED:
            found.append(f"{inside}:1: {here} has no row in ALLOWED")
            continue
        for found_import in imports(file, package):
            there = room_of(found_import.module)
            library = found_import.module.split(".")[0]
            if there == "__version__":
                continue
            if there is not None and there != here and there not in ALLOWED[here]:
                found.append(f"{inside}:{found_import.line}: {here} -> {there}")
            if library in NO_ENGINE.get(here, frozenset()):
                found.append(f"{inside}:{found_import.line}: {here} -> {library}")
    return found


def test_no_room_imports_what_it_may_not(repo_root: Path) -> None:
    assert trespasses(repo_root) == []


def test_the_rules_have_no_circle() -> None:
    """A room that could reach itself through others would make the order above mean nothing."""
    reach = {room: set(allowed) for room, allowed in ALLOWED.items()}
    for _ in reach:
        for room in reach:
            reach[room] |= {far for near in reach[room] for far in reach.get(near, ())}
    assert [room for room in reach if room in reach[room]] == []
    for room in ("publish", "dashboards", "access"):
        assert not ALLOWED[room] & {"simulate", "synth", "indicators", "crypto"}, room
    assert reach["stage"] == {"errors"}, "what pages show of persons comes from recordings, never from a run"
    assert "verify" not in ALLOWED["publish"] | ALLOWED["access"]
    assert reach["verify"] <= SPECIFICATION, "pages ask the verifier, so it may never reach rows of persons"


@pytest.mark.parametrize(
    ("file", "text", "trespass"),
    [
        ("workbench/catalog/a.py", "from workbench.study import x", "catalog -> study"),
        ("workbench/study/a.py", "import workbench.dataflow.graph", "study -> dataflow"),
        ("workbench/study/a.py", "from workbench import dataflow", "study -> dataflow"),
        ("workbench/study/a.py", "from ..dataflow import graph", "study -> dataflow"),
        ("workbench/study/deep/a.py", "from ...dataflow import graph", "study -> dataflow"),
        ("workbench/study/__init__.py", "from .. import dataflow", "study -> dataflow"),
        ("workbench/verify/a.py", "def f():\n    import workbench.simulate", "verify -> simulate"),
        ("workbench/simulate/a.py", "from workbench.verify import x", "simulate -> verify"),
        ("workbench/synth/a.py", "from workbench.simulate import x", "synth -> simulate"),
        ("workbench/synth/a.py", "from workbench.study import x", "synth -> study"),
        ("workbench/publish/a.py", "from workbench.indicators.table import x", "publish -> indicators"),
        ("workbench/publish/a.py", "if TYPE_CHECKING:\n    import workbench.simulate", "publish -> simulate"),
        ("workbench/publish/a.py", "import_module('workbench.synth')", "publish -> synth"),
        ("workbench/publish/a.py", "importlib.import_module(name)", "publish -> (computed at run time)"),
        ("workbench/access/a.py", "import workbench.publish", "access -> publish"),
        ("workbench/jobs/a.py", "from workbench.main import run_study", "jobs -> main"),
        ("workbench/errors.py", "import workbench.catalog", "errors -> catalog"),
        ("workbench/crypto.py", "from workbench.errors import Refused", "crypto -> errors"),
        ("workbench/__init__.py", "from workbench.catalog import Catalog", "errors -> catalog"),
        ("workbench/__main__.py", "from workbench.simulate import run", "__main__ -> simulate"),
        ("dashboards/pages/a.py", "from workbench.synth import x", "dashboards -> synth"),
        ("dashboards/a.py", "import workbench.main", "dashboards -> main"),
        ("dashboards/a.py", "from ibis import _", "dashboards -> ibis"),
        ("workbench/attic/a.py", "", "attic has no row in ALLOWED"),
    ],
)
def test_a_planted_trespass_is_caught(tmp_path: Path, file: str, text: str, trespass: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    assert [line.split(": ", 1)[1] for line in trespasses(tmp_path)] == [trespass]


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    """The way through the house, each step by its own door, raises nothing."""
    for room, allowed in ALLOWED.items():
        file = tmp_path / ("dashboards/a.py" if room == "dashboards" else f"workbench/{room}/a.py")
        file.parent.mkdir(parents=True)
        file.write_text("\n".join(f"from workbench.{there} import x" for there in sorted(allowed)))
    (tmp_path / "workbench/main.py").write_text("import workbench.synth, workbench.publish")
    (tmp_path / "workbench/study/b.py").write_text("from . import a\nfrom .a import x\nimport pandas")
    assert trespasses(tmp_path) == []
