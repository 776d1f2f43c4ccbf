"""A study file -> `Study`, with the place of every entry kept for messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.catalog.model import Catalog
from workbench.catalog.salvage import salvage
from workbench.catalog.source import Loc, SourceFile, parse_source, read_source
from workbench.errors import Problem, Problems, WorkbenchError
from workbench.study.check import check_study
from workbench.study.model import Study


@dataclass(frozen=True)
class StudyFile:
    """A study and the file it came from."""

    study: Study
    source: SourceFile
    path: Path

    def problem(self, loc: Loc, what: str, why: str, todo: str) -> Problem:
        """A problem at an entry of the study file."""
        return self.source.problem(loc, what, why, todo)

    def left_out(self, loc: Loc) -> bool:
        """Whether the entry at `loc` is wrong and was already reported."""
        return self.source.left_out(loc)


def find_study(name: str, root: Path) -> Path:
    """The file of a study given by name (`stroke-care`) or by path.

    Raises `WorkbenchError` with what exists when there is none.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        if path.is_file():
            return path
        raise WorkbenchError(
            f"There is no study file {path}. Give the path of an existing file, or the name of a study."
        )
    inside = root / "studies" / name / "study.yaml"
    if path.name == name and inside.is_file():
        return inside
    known = ", ".join(sorted(found.parent.name for found in root.glob("studies/*/study.yaml"))) or "none"
    raise WorkbenchError(f"There is no study '{name}' under {root / 'studies'}. Known studies: {known}.")


def read_study(name: str, catalog: Catalog, root: Path) -> tuple[StudyFile | None, list[Problem]]:
    """The study as far as it can be read, and everything found wrong with it.

    Wrong values are left out of the study, so that it can be looked at further; run it only without problems.
    """
    path = find_study(name, root)
    return _read(read_source(path, root.parent), path, catalog)


def read_study_text(text: str, name: str, catalog: Catalog) -> tuple[StudyFile | None, list[Problem]]:
    """`read_study` for the text of a study that is in no file; `name` stands in its messages.

    Its path leads nowhere, so that nothing which lies beside it by chance is taken for its own.
    """
    return _read(parse_source(text, name), Path("(draft)") / name, catalog)


def _read(source: SourceFile, path: Path, catalog: Catalog) -> tuple[StudyFile | None, list[Problem]]:
    study = salvage(Study, source.data, source) if source.data is not None else None
    if study is None:
        return None, source.problems
    return StudyFile(study, source, path), [*source.problems, *check_study(study, source, catalog)]


def load_study(name: str, catalog: Catalog, root: Path) -> StudyFile:
    """Read and check a study; raises `Problems` with all errors, each with file and line."""
    found, problems = read_study(name, catalog, root)
    if problems or found is None:
        raise Problems(problems)
    return found
