"""pyproject.toml, requirements.lock and environment.yml say the same thing, and the lock can be trusted."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")


class Lock:
    """requirements.lock read as pip reads it: one logical line per requirement."""

    def __init__(self, text: str) -> None:
        self.pins: dict[str, list[Requirement]] = {}
        self.unsafe: list[str] = []
        for line in text.replace("\\\n", " ").splitlines():
            line = line.split(" #")[0].strip()
            if not line or line.startswith("#"):
                continue
            requirement, *hashes = re.split(r"\s+(?=--hash)", line)
            if not hashes or not all(HASH.match(value) for value in hashes):
                self.unsafe.append(requirement)
                continue
            pin = Requirement(requirement)
            if [part.operator for part in pin.specifier] != ["=="]:
                self.unsafe.append(requirement)
            self.pins.setdefault(canonicalize_name(pin.name), []).append(pin)

    def versions(self, name: str) -> list[str]:
        """Every version locked under a name; more than one when they differ by Python or platform."""
        pins = self.pins.get(canonicalize_name(name), [])
        return [part.version for pin in pins for part in pin.specifier]


@pytest.fixture(scope="module")
def project(repo_root: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((repo_root / "pyproject.toml").read_text())["project"]
    return table


@pytest.fixture(scope="module")
def wanted(project: dict[str, Any]) -> list[Requirement]:
    return [Requirement(text) for text in project["dependencies"] + project["optional-dependencies"]["dev"]]


@pytest.fixture(scope="module")
def lock_text(repo_root: Path) -> str:
    return (repo_root / "requirements.lock").read_text()


@pytest.fixture(scope="module")
def conda(repo_root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((repo_root / "environment.yml").read_text())
    return loaded


def test_every_pin_is_exact_and_has_hashes(lock_text: str) -> None:
    lock = Lock(lock_text)
    assert lock.unsafe == []
    assert len(lock.pins) > 100


def test_the_lock_names_no_address(lock_text: str) -> None:
    assert "://" not in lock_text
    assert re.findall(r"^\s*(?:-i|-f|--\w*index\S*|--find-links|-e|file:)", lock_text, re.M) == []


def test_the_lock_covers_the_project(lock_text: str, wanted: list[Requirement]) -> None:
    lock = Lock(lock_text)
    for requirement in wanted:
        versions = lock.versions(requirement.name)
        assert versions, f"{requirement} is not locked: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_spark_has_a_lock_of_its_own(repo_root: Path, project: dict[str, Any]) -> None:
    lock = Lock((repo_root / "requirements-spark.lock").read_text())
    (wanted,) = map(Requirement, project["optional-dependencies"]["spark"])
    assert lock.unsafe == [] and lock.pins.keys() == {"pyspark", "py4j"}
    assert [wanted.specifier.contains(version) for version in lock.versions(wanted.name)] == [True]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("numpy==2.4.6", "no hash"),
        ("numpy>=2 --hash=sha256:" + "0" * 64, "a range"),
        ("numpy==2.4.6 --hash=md5:" + "0" * 32, "a weak hash"),
        ("-e .", "an editable"),
    ],
)
def test_an_unsafe_line_is_caught(line: str, why: str) -> None:
    assert len(Lock(f"# comment\n{line}\n    # via pandas\n").unsafe) == 1, why


def test_the_traps_of_the_pinned_set_are_closed(lock_text: str) -> None:
    """ibis 12.0.0 works with neither duckdb 2 nor sqlglot 30.18; docs/decisions/0002 has the measurements."""
    lock = Lock(lock_text)
    assert lock.versions("ibis-framework") == ["12.0.0"]
    assert all(SpecifierSet("<2").contains(version) for version in lock.versions("duckdb"))
    assert all(SpecifierSet("<30.18").contains(version) for version in lock.versions("sqlglot"))


def test_conda_gives_the_same_environment(conda: dict[str, Any], project: dict[str, Any]) -> None:
    assert conda["name"] == project["name"]
    plain = [entry for entry in conda["dependencies"] if isinstance(entry, str)]
    (by_pip,) = [entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict)]
    assert plain == [f"python{project['requires-python']}", "make", "pip"]
    # A library named here as well would be a second place for its version.
    assert by_pip == ["--only-binary :all:", "--require-hashes", "-r requirements.lock"]


def test_this_environment_is_the_locked_one(lock_text: str) -> None:
    """What the suite runs on is what a newcomer gets; `make setup` mends a stale environment."""
    installed = {canonicalize_name(found.name): found.version for found in distributions()}
    locked = [pin for pins in Lock(lock_text).pins.values() for pin in pins]
    meant = [pin for pin in locked if pin.marker is None or pin.marker.evaluate()]
    assert [
        f"{pin.name}{pin.specifier}, found {installed.get(canonicalize_name(pin.name))}"
        for pin in meant
        if not pin.specifier.contains(installed.get(canonicalize_name(pin.name), "0"))
    ] == []


def test_every_imported_library_is_declared(repo_root: Path, project: dict[str, Any]) -> None:
    """A library that only comes along with another may leave with it."""
    declared = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    # Need not be installed; the code that asks for it says what to do when it is not.
    extra = {canonicalize_name(Requirement(text).name) for text in project["optional-dependencies"]["spark"]}
    providers = packages_distributions()
    undeclared: set[tuple[str, str]] = set()
    for file in [*repo_root.glob("workbench/**/*.py"), *repo_root.glob("dashboards/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            for head in {name.split(".")[0] for name in names} - sys.stdlib_module_names:
                if head in ("workbench", "dashboards") or canonicalize_name(head) in extra:
                    continue
                if not declared & {canonicalize_name(name) for name in providers.get(head, [])}:
                    undeclared.add((str(file.relative_to(repo_root)), head))
    assert sorted(undeclared) == []
