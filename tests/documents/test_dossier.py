"""What stands beside a study: sizes, security measures, deliveries; a wrong entry is told at its line."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from workbench.documents.dossier import Dossier, Estimate, read_dossier, read_estimate
from workbench.documents.question import size
from workbench.documents.security import security
from workbench.documents.told import Told
from workbench.errors import Problems
from workbench.paper.blocks import OpenPoint, Table

pytestmark = pytest.mark.xdist_group("documents")
Tellings = Mapping[tuple[str, str], Told]


@pytest.fixture
def about(tellings: Tellings) -> Told:
    return tellings["stroke-care", "en"]


def beside(about: Told, folder: Path, **files: str) -> Told:
    """The study in a folder of its own, with other files beside it."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    study = replace(about.flow.study, path=folder / "study.yaml")
    return replace(about, flow=replace(about.flow, study=study))


def test_eleven_fields_of_action(about: Told) -> None:
    """20/284, line 269, read by hand: nine items between semicolons, of which the last names three."""
    assert len(about.words.security.domains) == 11
    (table,) = [block for block in security(about) if isinstance(block, Table)]
    assert len(table.rows) == 11
    assert "sFTP" in dict(tuple(map(str, row)) for row in table.rows)["network security"]  # type: ignore[misc]


def test_who_said_nothing_and_who_half(about: Told) -> None:
    points = [block.text for block in security(about) if isinstance(block, OpenPoint)]
    assert len(points) == 2
    assert "eHealth platform" in points[0] and "data manager" in points[1] and "(1 of 11)" in points[1]
    full = [measure.model_copy(update={"party": party, "domain": domain})
            for measure in about.dossier.security[:1]
            for party in about.flow.study.study.parties for domain in about.words.security.domains]  # fmt: skip
    whole = replace(about, dossier=Dossier(security=tuple(full)))
    assert not [block for block in security(whole) if isinstance(block, OpenPoint)]


def test_a_count_is_scaled_and_rounded(about: Told) -> None:
    """11,521,238 of 1,000,000: 400 become 4,609; chance moves 400 by 1.96 times 20, so 360.8 to 439.2."""
    counted = Estimate(rows=400, persons=None, of=1_000_000, seed=1, version="3")
    tables = [block for block in size(replace(about, estimate=counted)) if isinstance(block, Table)]
    assert tables[1].rows == [(f"{_unit(about)}", "400", "4,610", "4,160\u2009\u2013\u20095,060")]


def _unit(about: Told) -> str:
    unit = about.flow.catalog.tables[about.flow.study.study.population.unit]
    return f"{unit.label.en} ({unit.ref})"


def test_wrong_names_are_told_at_their_lines_all_at_once(about: Told, tmp_path: Path) -> None:
    wrong = (
        "sizes:\n  - what: {nl: a, fr: b, en: c}\n    number: 3\n    cite: {document: nowhere, line: 1}\n"
        "security:\n  - party: nobody\n    domain: moat\n    text: {nl: a, fr: b, en: c}\n"
        '    cite: {document: "20/284", line: 1}\n'
        "deliveries:\n  - dataset: nothing\n    cite: {document: own}\ncontacts:\n  somebody: {nl: a, fr: b, en: c}\n"
    )
    moved = beside(about, tmp_path, dossier=wrong)
    with pytest.raises(Problems) as caught:
        read_dossier(moved.flow, about.words.security.domains, tmp_path)
    told = [str(one) for one in caught.value.problems]
    assert len(told) == 5
    for line, name in ((4, "nowhere"), (6, "nobody"), (7, "moat"), (11, "nothing"), (14, "somebody")):
        assert any(f"dossier.yaml:{line}: " in one and f"'{name}'" in one for one in told), (line, name, told)


@pytest.mark.parametrize("text", ["sizes:\n  - number: 0\n", "sises: []\n", "", "[1"])
def test_a_file_that_is_no_dossier_is_told(text: str, about: Told, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"dossier\.yaml:\d+: "):
        read_dossier(beside(about, tmp_path, dossier=text).flow, about.words.security.domains, tmp_path)


def test_without_files_nothing_is_known(about: Told, tmp_path: Path) -> None:
    moved = beside(about, tmp_path)
    assert read_dossier(moved.flow, about.words.security.domains, tmp_path) == Dossier()
    assert read_estimate(moved.flow, tmp_path) is None
    with pytest.raises(Problems, match=r"estimate\.yaml"):
        read_estimate(beside(about, tmp_path, estimate="rows: many\n").flow, tmp_path)


def test_a_new_remark_of_the_checker_is_not_lost(tellings: Tellings, tmp_path: Path, repo_root: Path) -> None:
    """A use that nobody weighed, planted: it stands in the table of the request in every language."""
    from workbench.main.documents import told

    root = tmp_path / "catalog"
    shutil.copytree(repo_root / "catalog", root)
    path = root / "studies/stroke-care/study.yaml"
    study = yaml.safe_load(path.read_text(encoding="utf-8"))
    (use,) = [one for one in study["variables"] if one["ref"] == "mzg.DIAGNOSE.CODE_DIAGNOSE"]
    gone = "urinary_infection"
    assert gone in use["used_by"]
    path.write_text(path.read_text(encoding="utf-8").replace(
        f"used_by: [{', '.join(use['used_by'])}]", f"used_by: [{', '.join(o for o in use['used_by'] if o != gone)}]"),
        encoding="utf-8")  # fmt: skip
    found = told("stroke-care", root, "nl")
    assert any(one.ref == use["ref"] and one.indicators == (gone,) for one in found.unweighed)
