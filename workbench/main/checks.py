"""Read and check: the catalogue, a study, and its flow, with all problems at once."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog.lint import check
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.dataflow.derived_variables import check_algorithms
from workbench.dataflow.graph import Flow, read_flow
from workbench.errors import Problem, Problems
from workbench.indicators.check import check_indicators
from workbench.main.results import Checked
from workbench.study.load import StudyFile, read_study


def study_names(root: Path) -> tuple[str, ...]:
    """Names of the studies of a catalogue."""
    return tuple(sorted(path.parent.name for path in root.glob("studies/*/study.yaml")))


def check_catalog(root: Path) -> Checked:
    """Read every catalogue file, follow every reference and look at the content of every entry.

    Raises `Problems` when there is no such folder: that is wrong use, and no finding.
    """
    catalog, problems = check(root)
    if not root.is_dir():
        raise Problems(problems)
    return Checked("catalogue", _catalog_counts(catalog), tuple(sorted({*problems, *check_algorithms(catalog)})))


def check_study(name: str, root: Path) -> Checked:
    """Check a study against a catalogue that is itself in order, its flow step by step, and its indicators."""
    file, flow, problems = _read(name, root, load_catalog(root))
    counts = _study_counts(file, flow) if file and flow else {}
    return Checked(f"study {name}", counts, tuple(problems))


def open_study(name: str, root: Path) -> Flow:
    """The checked flow of a study. Raises `Problems` with everything wrong in the catalogue, the study or the flow."""
    return open_with_remarks(name, root)[0]


def open_with_remarks(name: str, root: Path) -> tuple[Flow, tuple[Problem, ...]]:
    """The checked flow of a study with what the checker remarks of it without calling it wrong; as `open_study`."""
    flow, problems = read_flow_of(name, root, load_catalog(root))
    if flow is None or any(problem.severity == "error" for problem in problems):
        raise Problems(problems)
    return flow, tuple(problems)


def read_flow_of(name: str, root: Path, catalog: Catalog) -> tuple[Flow | None, list[Problem]]:
    """The flow of a study as far as it can be read, and everything wrong with it, by a catalogue read before."""
    return _read(name, root, catalog)[1:]


def _read(name: str, root: Path, catalog: Catalog) -> tuple[StudyFile | None, Flow | None, list[Problem]]:
    file, problems = read_study(name, catalog, root)
    if file is None:
        return None, None, sorted(set(problems))
    flow, more = read_flow(file, catalog)
    return file, flow, sorted({*problems, *more, *check_indicators(file, catalog)})


def _catalog_counts(catalog: Catalog) -> dict[str, int]:
    return {
        "documents": len(catalog.documents),
        "tables": len(catalog.tables),
        "fields": sum(len(table.fields) for table in catalog.tables.values()),
        "code lists": len(catalog.codes),
        "codes": sum(len(codes.entries) for codes in catalog.codes.values()),
        "derived variables": len(catalog.derived),
        "services": len(catalog.services),
        "parties": len(catalog.parties),
        "indicators": len(catalog.indicators),
    }


def _study_counts(file: StudyFile, flow: Flow) -> dict[str, int]:
    study = file.study
    return {
        "parties": len(study.parties),
        "variables with a reason": len(study.variables),
        "steps": len(flow.steps),
        "datasets": len(flow.datasets),
        "columns inferred": sum(len(dataset.columns()) for dataset in flow.datasets.values()),
        "indicators": len(study.indicators),
        "errata": len(study.errata),
    }
