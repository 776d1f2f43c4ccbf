"""A release as files: what a reader's pages give and nothing else, read back by programs that others use."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import frictionless
import openpyxl
import pyshacl
import pytest
from rdflib import RDF, Graph
from rdflib.namespace import CSVW, DCAT, DCTERMS, SH

from tests.publish.releases import STUDY, indicator_table, safe_table
from workbench.__main__ import main
from workbench.access import PUBLIC, load_directory
from workbench.catalog import load_catalog
from workbench.catalog.model import Table
from workbench.disclosure import load_policy, protect
from workbench.errors import Refused
from workbench.interchange.released import Released, ReleasedTable, export_released, released_facts
from workbench.main import release_exports
from workbench.main.serving import invite
from workbench.publish import UnknownChoice, load_collections, read_report, write_release
from workbench.publish.ledger import sign, withdraw
from workbench.state import open_state

Export = Callable[..., tuple[int, str]]
READERS = (None, "an.peeters", "els.maes", "mia.janssens")  # the public, a hospital, who registered, the sponsor
Cells = dict[tuple[str, str, str, int], tuple[object, ...]]  # report, indicator, hospital, year


@pytest.fixture(scope="module", autouse=True)
def catalog_read_once() -> Iterator[None]:
    """Every command reads the catalogue anew; here it stays as it is for some twenty exports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release_exports, "load_catalog", cache(load_catalog))
        yield


@pytest.fixture(scope="module")
def shelf(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("home") / "releases"
    write_release(safe_table(repo_root), "run-1", root)
    invite(root, repo_root / "catalog")
    return root


@pytest.fixture
def export(repo_root: Path, shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Export:
    def run(form: str, out: str, *more: str) -> tuple[int, str]:
        words = ["release", "export", STUDY, "1", "--format", form, "--out", str(tmp_path / out)]
        code = main(["--catalog", str(repo_root / "catalog"), *words, *more, "--releases", str(shelf)])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def told(shelf: Path) -> list[str]:
    """Who took something along, by the audit log; the public is a dash."""
    state = open_state(shelf.parent / "state")
    try:
        return [one.who for one in state.audit.entries(what=["report.exported"])]
    finally:
        state.close()


def as_reader(login: str | None) -> list[str]:
    return ["--as", login] if login else []


def paged(shelf: Path, login: str | None, root: Path) -> Cells:
    """All that the pages give to a reader, page by page and parameter by parameter."""
    directory = load_directory(root)
    viewer = directory.viewer(login) if login else PUBLIC
    assert viewer is not None
    found: Cells = {}
    reports = {report.id: report for report in load_collections(root)[STUDY].reports}
    for name, report in reports.items():
        for indicator in report.indicators:
            for year in ("each", "all"):
                asked = {"indicator": indicator, "year": year}
                asked = {key: asked[key] for key in asked if key in report.parameters} | {"release": "1"}
                try:
                    view = read_report(
                        shelf, name, viewer, asked, reports=reports, registrations=directory.registrations()
                    )
                except (Refused, UnknownChoice):
                    continue
                for row in view.rows.to_pylist():
                    cells = tuple(row[key] for key in ("n", "k", "rate", "expected", "ratio", "withheld"))
                    found[(name, row["indicator"], row["hospital"], row["year"])] = cells
    return found


def number(text: str) -> float | None:
    return float(text) if text else None


def written(folder: Path) -> Cells:
    found: Cells = {}
    for path in folder.glob("*.csv"):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            key = (path.stem, row["indicator"], row["hospital"], int(row["year"] or 0))
            assert key not in found
            numbers = (number(row[name]) for name in ("n", "k", "rate", "expected", "ratio"))
            found[key] = (*numbers, row["withheld"] == "true")
    return found


def test_the_tables_are_what_the_pages_give_this_reader(
    export: Export, shelf: Path, repo_root: Path, tmp_path: Path
) -> None:
    """And so no small number: also the widest export has the small cell empty, and no column that no page has."""
    for login in READERS:
        code, text = export("csv", login or "public", *as_reader(login))
        assert code == 0, text
        found = written(tmp_path / (login or "public"))
        assert found == paged(shelf, login, repo_root / "catalog") and len(found) > 20
    assert {hospital for _, _, hospital, _ in written(tmp_path / "public")} == {"ALL"}
    assert {hospital for _, _, hospital, _ in written(tmp_path / "an.peeters")} == {"ALL", "901"}
    small = written(tmp_path / "mia.janssens")[("stroke-hospitals", "ivt", "905", 2018)]
    assert small[1] is None and small[-1] is True
    heads = {path.read_text(encoding="utf-8").splitlines()[0] for path in tmp_path.rglob("*.csv")}
    assert not any("rest" in head.split(",") for head in heads)
    assert sum("registered_by" in head for head in heads) == 1


def test_the_data_package_is_valid_and_a_changed_cell_is_seen(export: Export, tmp_path: Path) -> None:
    code, text = export("datapackage", "package", "--as", "mia.janssens", "--lang", "nl")
    assert code == 0, text
    package = tmp_path / "package" / "datapackage.json"
    report = frictionless.validate(str(package))
    assert report.valid, report.flatten(["title", "message"])[:5]
    found = frictionless.Package(str(package))
    assert {one.name for one in found.resources} == {path.stem for path in package.parent.glob("*.csv")}
    table = package.parent / "stroke-hospitals.csv"
    kept = table.read_bytes()
    table.write_bytes(kept.replace(b",true", b",false", 1))
    assert not frictionless.validate(str(package)).valid
    table.write_bytes(kept)
    code, text = export("datapackage", "package")
    assert code == 2 and "is not empty" in text
    assert frictionless.validate(str(package)).valid


def test_no_text_acts_as_a_formula(repo_root: Path, tmp_path: Path) -> None:
    root = repo_root / "catalog"
    catalog, facts = load_catalog(root), released_facts(root)
    evil = {field.name: None for field in facts.columns} | {"withheld": False, "n": 7, "rate": -0.5}
    starts = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1")
    rows = [{**evil, "indicator": "a", "hospital_name": text, "registered_by": text} for text in starts]
    label = load_collections(root)[STUDY].label
    table = Table(table="t", source="s", label=label, grain="x", keys=(), provider="p", cite=facts.cite, note="x",
                  fields=facts.columns)  # fmt: skip
    made = Released(STUDY, 1, "2026-01-01T00:00:00+00:00", "c", "r", label, label, "VIKZ", "", [],
                    [ReleasedTable(table, "all", rows)])  # fmt: skip
    export_released(made, "csv", tmp_path / "evil", catalog, root)
    with (tmp_path / "evil" / "t.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.DictReader(file) for cell in (row["hospital_name"], row["registered_by"])]
    assert len(cells) == 12 and all(cell.startswith("'") for cell in cells)
    export_released(made, "xlsx", tmp_path / "evil.xlsx", catalog, root)
    sheet = openpyxl.load_workbook(tmp_path / "evil.xlsx")["t"]
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None}
    assert "f" not in kinds and {7, -0.5} <= {cell.value for row in sheet.iter_rows(min_row=2) for cell in row}


def test_a_workbook_has_a_sheet_per_table_and_says_what_it_is(
    export: Export, shelf: Path, repo_root: Path, tmp_path: Path
) -> None:
    assert export("xlsx", "out.xlsx", "--as", "an.peeters")[0] == 0
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    tables = paged(shelf, "an.peeters", repo_root / "catalog")
    assert set(book.sheetnames) == {"about"} | {report for report, *_ in tables}
    assert sum(sheet.max_row - 1 for sheet in book.worksheets[1:]) == len(tables)
    said = " ".join(str(cell.value) for cell in book["about"]["A"])
    assert "an.peeters" in said and "synthetic persons" in said and "withheld" in said


@pytest.mark.parametrize("login", [None, "mia.janssens"])
def test_the_record_meets_the_shapes(login: str | None, export: Export, repo_root: Path, tmp_path: Path) -> None:
    """A record for everyone says so; but for that, it is held against the same shapes as the catalogue."""
    code, text = export("healthdcat", "release.ttl", *as_reader(login))
    assert code == 0, text
    shapes = (repo_root / "catalog/interchange/healthdcat-ap-shapes.ttl").read_text(encoding="utf-8")
    if login is None:
        shapes = shapes.replace("access-right/NON_PUBLIC", "access-right/PUBLIC")
    graph = Graph().parse(tmp_path / "release.ttl")
    conforms, report, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(data=shapes))
    assert conforms, [str(one) for one in report.objects(None, SH.resultMessage)]
    (record,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert str(record).endswith(f"{STUDY}-release-1")
    graph.remove((record, DCTERMS.title, None))
    assert not pyshacl.validate(graph, shacl_graph=Graph().parse(data=shapes))[0]
    names = {str(name) for column in graph.subjects(RDF.type, CSVW.Column) for name in graph.objects(column, CSVW.name)}
    assert {"n", "rate", "withheld"} <= names and "registered_by" not in names


def test_what_waits_or_was_withdrawn_does_not_leave(
    repo_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    safe, shelf = safe_table(repo_root), tmp_path / "releases"
    write_release(safe, "run-1", shelf)
    policy = load_policy(repo_root / "catalog" / "policies" / "small-cells.yaml").model_copy(update={"signatures": 1})
    waiting = write_release(protect(indicator_table(), policy).safe, "run-2", shelf)
    again = ["--releases", str(shelf), "--format", "csv", "--out", str(tmp_path / "out")]
    words = ["--catalog", str(repo_root / "catalog"), "release", "export", STUDY, str(waiting.number), *again]
    assert main(words) == 2 and not (tmp_path / "out").exists()
    sign(shelf, STUDY, waiting.number, "mia.janssens")
    assert main(words) == 0 and written(tmp_path / "out")
    withdraw(shelf, STUDY, 1, "mia.janssens", "wrong years")
    capsys.readouterr()
    first = [word if word != str(waiting.number) else "1" for word in words]
    first[-1] = str(tmp_path / "other")
    assert main(first) == 2 and "wrong years" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_the_commands_of_the_docs_work_and_are_told_to_the_log(
    export: Export, shelf: Path, repo_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(told(shelf))
    lines = (repo_root / "docs" / "exports.md").read_text(encoding="utf-8").splitlines()
    commands = [line.split()[1:] for line in lines if line.startswith("workbench release export")]
    for words in commands:
        out = words.index("--out") + 1
        words[out] = str(tmp_path / words[out])
        code = main(["--catalog", str(repo_root / "catalog"), *words, "--releases", str(shelf)])
        assert code == 0 and Path(words[out]).exists(), capsys.readouterr().err
    code, text = export("csv", "out", "--as", "nobody")
    assert code == 2 and "Nobody logs in" in text
    assert told(shelf)[before:] == ["-", "an.peeters", "mia.janssens", "-"] and len(commands) == 4
