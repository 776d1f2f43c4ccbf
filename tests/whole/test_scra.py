"""The analysis of a whole run: which table, who could attack it, what it finds, and the report."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from tests.whole.conftest import Whole
from workbench.__main__ import main
from workbench.disclosure.microdata import Analysis
from workbench.main.scra import assess, merge
from workbench.main.scra_tables import Assessed

LINKED = "vaults/ima-project-dwh/linked/stay.parquet"
COUNTED = "SS00075, A2_CODE_SEX, A1_YEAR_BIRTH"


@pytest.fixture(scope="module")
def assessed(whole: Whole, repo_root: Path) -> tuple[Assessed, Analysis]:
    return assess(whole.run.folder, repo_root / "catalog")


def counted(whole: Whole, names: str) -> tuple[int, int, int]:
    """Records below five persons, records of one person alone, and the smallest class, in SQL of our own."""
    found = duckdb.sql(
        f"""WITH c AS (SELECT count(*) AS n, count(DISTINCT Cproject) AS p FROM '{whole.run.folder / LINKED}'
        GROUP BY {names}) SELECT sum(n) FILTER (p < 5), sum(n) FILTER (p <= 1), min(p) FROM c"""
    ).fetchone()
    assert found is not None
    return found[0] or 0, found[1] or 0, found[2]


def test_it_is_the_table_step_and_executor_of_the_study(assessed: tuple[Assessed, Analysis]) -> None:
    asked, found = assessed
    assert (asked.step["input"], asked.entry.step.actor, found.policy.threshold) == ("linked.stay", "kce", 5)
    assert set(found.counted) == set(COUNTED.split(", "))


def test_it_counts_what_the_step_of_the_flow_counted(whole: Whole, assessed: tuple[Assessed, Analysis]) -> None:
    report = duckdb.sql(f"FROM '{whole.run.folder}/vaults/committee/scra_report/rows.parquet'").fetchall()[0]
    classes = assessed[1].classes
    assert report == (classes.records, classes.classes, classes.k, classes.below, classes.threshold)
    assert (classes.below, classes.uniques, classes.k) == counted(whole, COUNTED)


def test_attackers_are_parties_with_sources_and_their_classes_are_counted_again(
    whole: Whole, assessed: tuple[Assessed, Analysis]
) -> None:
    """Hospitals know the patient by name and lack what happens after discharge; the IMA knows a code and the bills."""
    by_party = {party: one for one in assessed[1].scenarios for party in one.attacker.parties}
    assert set(by_party) == {"hospitals", "ima"}
    hospitals, ima = by_party["hospitals"], by_party["ima"]
    assert hospitals.attacker.names and not ima.attacker.names
    assert "STAYNUM" in hospitals.attacker.holds and ima.attacker.holds == ()
    assert {"Overlijden30", "Overlijden90"} <= set(hospitals.learns)
    assert "A2_CODE_DIAG_VERIF_ADM" in ima.learns and "A2_CODE_DIAG_VERIF_ADM" not in hospitals.learns
    for one in (hospitals, ima):
        below, uniques, k = counted(whole, ", ".join(one.quasi))
        assert (one.classes.below, one.classes.uniques, one.classes.k) == (below, uniques, k)


def test_the_step_of_the_study_takes_most_out_of_small_classes(assessed: tuple[Assessed, Analysis]) -> None:
    found = assessed[1]
    assert found.done is not None
    assert found.done.classes.records == found.classes.records
    assert found.done.classes.share_below < 0.05 < found.classes.share_below
    assert found.done.lost["A1_YEAR_BIRTH"] > 0 and found.done.lost["SS00075"] == 0
    assert found.suggestion.classes.share_below <= found.policy.withheld and found.suggestion.found.best


def test_theory_and_run_speak_of_the_same_persons(assessed: tuple[Assessed, Analysis]) -> None:
    theory = assessed[1].theory
    assert theory.run is not None and theory.measured is not None
    assert theory.run.persons == assessed[1].persons and not theory.frame.missing
    assert theory.measured == assessed[1].classes


def test_merging_is_what_the_table_would_show(whole: Whole, repo_root: Path) -> None:
    found = merge(whole.run.folder, repo_root / "catalog", {"A1_YEAR_BIRTH": "ten"})
    names = "SS00075, A2_CODE_SEX, A1_YEAR_BIRTH // 10"
    assert (found.after.below, found.after.uniques, found.after.k) == counted(whole, names)
    assert found.saved == counted(whole, COUNTED)[0] - found.after.below > 0


def test_a_destroyed_table_is_made_again_and_gives_the_same(
    whole: Whole, assessed: tuple[Assessed, Analysis], repo_root: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole.run.folder, run)
    shutil.rmtree(run / "vaults/ima-project-dwh/linked")
    _, again = assess(run, repo_root / "catalog", whole.data)
    assert again.classes == assessed[1].classes and again.uniques.sets == assessed[1].uniques.sets
    assert again.done == assessed[1].done
    assert not (run / "vaults/ima-project-dwh/linked").exists(), "the run stays as it was"


def test_the_command_writes_a_report_in_each_language(
    whole: Whole, tmp_path: Path, repo_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repo_root)
    for lang in ("nl", "fr"):
        assert main(["scra", str(whole.run.folder), "--out", str(tmp_path), "--lang", lang]) == 0
        page = (tmp_path / f"scra.{lang}.html").read_text(encoding="utf-8")
        tags = Tags()
        tags.feed(page)
        assert tags.open == [] and page.count("<svg") == 4
        told = (tmp_path / f"scra.{lang}.md").read_text(encoding="utf-8")
        for picture in sorted((tmp_path / f"scra.{lang}").glob("*.svg")):
            ET.parse(picture)
            assert f"](scra.{lang}/{picture.name})" in told
        assert "{" not in told and "Cproject" in told
    assert main(["scra", str(whole.run.folder), "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out.split("\n{\n", 1)[-1].join(["{\n", ""]))
    assert shown["classes"]["below"] == counted(whole, COUNTED)[0]


class Tags(HTMLParser):
    """Tags that are open; a page that closes all has none at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "rect", "line", "circle", "col"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
