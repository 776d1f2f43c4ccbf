"""What may stand in the repository: no addresses of registries, no paths of a machine, no leftovers, no data.

Every rule is run on a planted offence as well, so a rule that has stopped seeing shows here.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

Offences = list[str]

# One letter of each word stands in brackets, so that this file does not offend against itself.
ADDRESS = re.compile(
    r"p[y]pi\.org|python[h]osted\.org|npm[j]s\.(?:org|com)|ana[c]onda\.org|conda[.]io|crates[.]io"
    r"|deb[.]debian\.org|archive[.]ubuntu\.com|https?://\S+\.(?:whl|zip|deb|rpm|exe|dmg|tgz|tar\.\w+)\b"
)
MACHINE = re.compile(r"(?<![\w.<>*~$}-])/(?:[w]ork|[r]oot|[h]ome|[U]sers|[t]mp|[o]pt)/\w")
LEFTOVER = re.compile(
    r"\b(?:TOD[O]|FIXM[E]|XX[X]|NotImplementedErro[r])\b"
    r"|(?i:\b(?:st[u]b|for n[o]w|simplified ver[s]ion|lorem ip[s]um)\b|\bplace[h]older\b(?!\s*=)(?!\"))"
)
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}")
CODE = {".py", ".ipynb", ".sh", ".css", ".js", ".html", ""}
PERSON_LEVEL = {".parquet", ".duckdb", ".sqlite", ".key", ".pem", ".arrow", ".feather", ".sas7bdat"}
LARGEST = 1_000_000


def tracked(root: Path) -> list[Path]:
    """The files that are or will be committed; without git, all that `.gitignore` does not name."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists():
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
        return [root / name for name in listed if name and (root / name).is_file()]
    ignore = root / ".gitignore"
    lines = ignore.read_text().splitlines() if ignore.exists() else []
    patterns = [line.strip("/") for line in lines if line and not line.startswith("#")]
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not any(fnmatch(name, pattern) for pattern in patterns)]
        found += [Path(folder, name) for name in files if not any(fnmatch(name, p) for p in patterns)]
    return found


def matches(root: Path, pattern: re.Pattern[str], suffixes: set[str] | None = None) -> Offences:
    found = []
    for file in tracked(root):
        if suffixes is not None and file.suffix not in suffixes:
            continue
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture
        hits = ((number, pattern.search(line)) for number, line in enumerate(lines, start=1))
        found += [f"{file.relative_to(root)}:{number}: {hit.group()}" for number, hit in hits if hit]
    return found


def registry_addresses(root: Path) -> Offences:
    return matches(root, ADDRESS)


def machine_paths(root: Path) -> Offences:
    return matches(root, MACHINE)


def leftovers(root: Path) -> Offences:
    # In code only: data and documents carry the words of their sources.
    return matches(root, LEFTOVER, CODE)


def secrets(root: Path) -> Offences:
    return matches(root, SECRET)


def person_level_files(root: Path) -> Offences:
    return [str(file.relative_to(root)) for file in tracked(root) if file.suffix in PERSON_LEVEL]


def large_files(root: Path) -> Offences:
    return [f"{file.relative_to(root)}" for file in tracked(root) if file.stat().st_size > LARGEST]


def notebook_outputs(root: Path) -> Offences:
    found = []
    for file in tracked(root):
        if file.suffix == ".ipynb":
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
            kept = [i for i, cell in enumerate(cells) if cell.get("outputs") or cell.get("execution_count")]
            found += [f"{file.relative_to(root)}: cell {index} keeps its output" for index in kept]
    return found


def missing_docstrings(root: Path) -> Offences:
    """Public modules of ours that do not say what they are; an empty `__init__` has nothing to say."""
    found = []
    for file in tracked(root):
        inside = file.relative_to(root)
        public = inside.suffix == ".py" and (inside.stem == "__init__" or not inside.stem.startswith("_"))
        if public and inside.parts[0] in ("workbench", "dashboards", "scripts", "tests"):
            text = file.read_text(encoding="utf-8")
            if text.strip() and not ast.get_docstring(ast.parse(text)):
                found.append(str(inside))
    return found


RULES: list[tuple[Callable[[Path], Offences], str, str]] = [
    (registry_addresses, "Makefile", "pip install -i https://py" + "pi.org/simple x"),
    (registry_addresses, "notes.md", "see https://example.org/" + "a-1.0.whl"),
    (machine_paths, "a.py", 'DATA = "/' + 'home/someone/data"'),
    (machine_paths, "a.yaml", "file: /" + "tmp/x.csv"),
    (leftovers, "a.py", "x = 1  # TO" + "DO: later"),
    (leftovers, "a.py", "raise NotImplemented" + "Error"),
    (leftovers, "a.py", '"""A st' + 'ub of the real thing."""'),
    (secrets, "a.txt", "-----BEGIN RSA " + "PRIVATE KEY-----"),
    (person_level_files, "persons.parquet", "PAR1"),
    (large_files, "big.csv", "1" * (LARGEST + 1)),
    (notebook_outputs, "a.ipynb", '{"cells": [{"cell_type": "code", "outputs": [{"text": "1"}]}]}'),
    (missing_docstrings, "workbench/a.py", "x = 1"),
]


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in RULES), ids=lambda rule: rule.__name__)
def test_the_repository_is_clean(repo_root: Path, rule: Callable[[Path], Offences]) -> None:
    assert rule(repo_root) == []


@pytest.mark.parametrize(("rule", "name", "text"), RULES)
def test_an_offence_is_caught(tmp_path: Path, rule: Callable[[Path], Offences], name: str, text: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert len(rule(tmp_path)) == 1


def test_plain_words_are_no_offence(tmp_path: Path) -> None:
    """Names that merely contain a forbidden word, and addresses of documents, stay allowed."""
    text = '"""A page."""\nimport pandas\nbox = TextInput(placeholder="name")\n# /workbench/home is a page\n'
    text += "SEE = 'https://www.ehealth.fgov.be/a.pdf'\n"
    (tmp_path / "page.py").write_text(text, encoding="utf-8")
    assert [offence for rule, _, _ in RULES for offence in rule(tmp_path)] == []


def test_the_list_of_files_is_not_empty(repo_root: Path) -> None:
    """A listing that fails quietly would make every rule above pass."""
    listed = {str(file.relative_to(repo_root)) for file in tracked(repo_root)}
    assert {"README.md", ".ci/run", "workbench/__init__.py", "tests/house/test_hygiene.py"} <= listed
