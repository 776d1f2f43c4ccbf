"""The report files of the catalogue, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from workbench.catalog import load_catalog
from workbench.errors import Problems
from workbench.publish import load_collections

GOOD = """study: demo
label: {nl: a, fr: b, en: c}
description: {nl: a, fr: b, en: c}
cite: {document: own, note: test}
reports:
  - id: one
    level: public
    label: {nl: a, fr: b, en: c}
    description: {nl: a, fr: b, en: c}
    indicators: [ivt]
    parameters: [indicator]
    cite: {document: own, note: test}
"""


def collections_of(root: Path, *texts: str) -> object:
    folder = root / "catalog" / "reports"
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.yaml").write_text(text)
    return load_collections(root / "catalog")


def test_the_reports_of_the_repository_fit_its_indicators(repo_root: Path) -> None:
    known = {path.stem for path in (repo_root / "catalog" / "indicators").glob("*.yaml")}
    documents = set(load_catalog(repo_root / "catalog").documents)
    collection = load_collections(repo_root / "catalog")["stroke-care"]
    assert [report.id for report in collection.reports] == [
        "stroke-public",
        "stroke-hospitals",
        "stroke-deliveries",
    ]
    for report in collection.reports:
        assert set(report.indicators) <= known
        assert report.cite.document in documents
        assert report.study == "stroke-care"


@pytest.mark.parametrize(
    ("wrong", "line", "message"),
    [
        (GOOD.replace("level: public", "level: secret"), 7, "level"),
        (GOOD.replace("[indicator]", "[password]"), 11, "parameters"),
        (GOOD.replace("indicators: [ivt]", "indicators: []"), 10, "no indicator"),
        (GOOD.replace("    level: public\n", ""), 6, "level"),
        (GOOD + "    study: other\n", 13, "study 'other'"),
    ],
)
def test_a_wrong_file_is_told_where_and_what(tmp_path: Path, wrong: str, line: int, message: str) -> None:
    with pytest.raises(Problems) as raised:
        collections_of(tmp_path, wrong)
    (problem,) = raised.value.problems
    assert problem.file == "catalog/reports/0.yaml"
    assert problem.line == line
    assert message in problem.what


def test_a_report_id_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"1\.yaml:6: report 'one' exists already. see catalog/reports/0\.yaml:6"):
        collections_of(tmp_path, GOOD, GOOD.replace("study: demo", "study: more"))


def test_every_study_with_indicators_has_reports_of_what_can_be_certified(repo_root: Path) -> None:
    """So that it is released: a study that got indicators and no report would end before its certificate."""
    catalog = repo_root / "catalog"
    collections = load_collections(catalog)
    studies = {path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
               for path in catalog.glob("studies/*/study.yaml")}  # fmt: skip
    assert {name for name, study in studies.items() if study.get("indicators")} == set(collections)
    for name, collection in collections.items():
        for report in collection.reports:
            assert set(report.indicators) <= set(studies[name]["indicators"]), report.id
            for indicator in report.indicators:
                said = yaml.safe_load((catalog / "indicators" / f"{indicator}.yaml").read_text(encoding="utf-8"))
                assert said["type"] in ("proportion", "count", "distribution"), f"{report.id}: {indicator}"
