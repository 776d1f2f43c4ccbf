"""What a notebook sees: every domain object shows itself, completes, and says in a sentence what is wrong."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from tests.notebooks.desks import desk_in
from workbench import notebook
from workbench.catalog.card import Card
from workbench.errors import Problem, Problems, Refused, WorkbenchError
from workbench.main.results import Checked
from workbench.notebook import show
from workbench.notebook.desk import Desk
from workbench.notebook.ran import Ran
from workbench.notebook.shell import furnish
from workbench.synth.manifest import Manifest

EVIL = "<script>alert('x')</script>"
STUDY = "stroke-selfreg-2020"


@pytest.fixture(scope="module")
def desk(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_in(tmp_path_factory.mktemp("home"), repo_root)


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.met: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append(tag)


def bundle(one: Any) -> dict[str, Any]:
    """What a notebook would show, by an IPython of its own."""
    ip = InteractiveShell()
    furnish(ip)
    shown: dict[str, Any] = ip.display_formatter.format(one)[0]
    return shown


def test_the_desk_finds_the_catalogue_above_the_notebook(desk: Desk, tmp_path: Path) -> None:
    assert desk.copy and set(desk.studies) >= {STUDY, "stroke-care"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        with pytest.raises(WorkbenchError, match="no folder 'catalog'"):
            notebook.start()


def test_a_study_its_flow_and_its_datasets_show_themselves(desk: Desk) -> None:
    study = desk.studies[STUDY]
    drawn = bundle(study.flow)["text/html"]
    tags = Tags(drawn).met
    assert tags.count("svg") == 1 and "<?xml" not in drawn
    assert "Self-registration of stroke care" in bundle(study)["text/html"]
    columns = bundle(study.datasets["xml_file"])["text/html"]
    assert "DeurNaaldTijd" in columns and "selfreg.STROKE_2020.DeurNaaldTijd" in columns
    step = bundle(study.step("select-stays"))["text/plain"]
    assert "xml_file" in step and "hospitals" in step


def test_everything_with_names_completes_them(desk: Desk) -> None:
    study = desk.studies[STUDY]
    assert STUDY in desk.studies._ipython_key_completions_()
    assert STUDY in desk.studies and "nowhere" not in desk.studies and "nowhere" not in study.datasets
    assert study.datasets._ipython_key_completions_() == list(study.flow.datasets)
    assert "STAYHOSP" in dir(desk.catalog.mzg)


def test_tab_sees_fields_of_the_catalogue_and_calls_nothing(desk: Desk) -> None:
    ip = InteractiveShell()
    furnish(ip)
    ip.user_ns["wb"] = desk

    def tab(text: str) -> set[str]:
        with provisionalcompleter():
            return {one.text.removeprefix(".") for one in ip.Completer.completions(text, len(text))}

    assert {"studies", "catalog", "viewer"} <= tab("wb.")
    assert "A2_CODE_SEX" in tab("wb.catalog.mzg.STAYHOSP.")
    assert "flow" in tab(f'wb.studies["{STUDY}"].') and tab('wb.studies["stroke-self') >= {STUDY}
    assert "xml_file" in tab(f'wb.studies["{STUDY}"].datasets["')
    assert tab('wb.new_study("tabbed", "id: tabbed").') == set() and "tabbed" not in desk.studies, "tab did something"


def test_findings_come_live_while_a_study_is_written(desk: Desk) -> None:
    empty = desk.new_study("own", "id: own\n")
    assert not empty.fine and empty.rules is None
    assert {one.severity for one in empty.problems} == {"error"} and len(empty.problems) > 3
    whole = desk.new_study("own", desk.studies[STUDY].text.replace(f"id: {STUDY}", "id: own"))
    assert whole.fine and whole.rules is not None
    clear = "    dataset: xml_file\n    to: [smals]\n    encrypted: "
    broken = desk.studies["own"].edit(f"{clear}true", f"{clear}false")
    assert broken.rules is not None and set(broken.rules.counts) - set(whole.rules.counts) == {"sent-in-clear"}
    assert "sent-in-clear" in broken.sheet().text() and len(broken) == len(whole) + 1
    with pytest.raises(WorkbenchError, match="stands 0 times"):
        desk.studies["own"].edit("not in there", "")


def test_the_catalogue_itself_is_never_changed(repo_root: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repo_root)
        real = notebook.start()
    before = real.studies[STUDY].text
    for change in (lambda: real.new_study("own", "x"), lambda: real.studies[STUDY].edit("id:", "x:")):
        with pytest.raises(WorkbenchError, match="copy=True"):
            change()
    assert real.studies[STUDY].text == before and not (real.root / "studies" / "own").exists()


def test_what_a_coalition_learns_comes_with_its_chain(desk: Desk) -> None:
    study = desk.studies["stroke-care"]
    alone, together = study.exposure("ehealth"), study.exposure("ehealth", "ksz")
    assert set(alone.reached) < set(together.reached)
    yes = [one for one in together.report["targets"] if one["reached"]]
    assert all(one["derivation"][0] in bundle(together)["text/plain"] for one in yes)
    with pytest.raises(WorkbenchError, match="no party 'nobody'"):
        study.exposure("nobody")


def test_texts_of_others_never_become_markup() -> None:
    """A name in a file is text, whatever stands in it."""
    problem = Problem("study.yaml", 1, EVIL, EVIL, EVIL)
    made = Manifest(1, 1, None, EVIL, 1.0, 1, {EVIL: 1}, "", "", {}, None, None)
    for html in (bundle(Checked(EVIL, {EVIL: 1}, (problem,)))["text/html"], bundle(made)["text/html"]):
        assert "script" not in Tags(html).met and "alert(" in html


def test_a_frame_is_shown_as_text_with_nothing_where_nothing_is() -> None:
    frame = pd.DataFrame(
        {"why": [EVIL, "b"], "n": [float("nan"), 1424.0], "rate": [0.123456, None], "much": [14610.4, -99999.6]}
    )
    card = notebook.table(frame)
    assert card.rows == ((EVIL, "", "0.1235", "14,610"), ("b", "1,424", "", "-100,000"))
    assert "script" not in Tags(card.html()).met and "<h4>" not in card.html()
    pivot = frame.set_index("why").rename_axis(index="reason")
    assert notebook.table(pivot).columns == ("reason", "n", "rate", "much")


def test_every_class_that_is_said_to_be_shown_exists() -> None:
    """They are named, not imported, so that a notebook does not wait for libraries: a renamed one would be lost."""
    from importlib import import_module

    for (module, name), function in show.KINDS.items():
        made = getattr(import_module(module), name)
        assert made.__module__ == module, "IPython finds a class by the module where it was made"
        assert callable(getattr(show, function))


def test_an_error_is_a_sentence_and_no_calls_of_ours() -> None:
    many = Problems([Problem("a.yaml", line, "what", "why", "do") for line in range(20)])
    assert many._render_traceback_()[0] == "a.yaml:0: what. why. do."
    assert many._render_traceback_()[-1] == "and 8 problems more"
    assert Refused("No.")._render_traceback_() == ["No."]


def test_two_runs_are_set_beside_each_other_table_by_table(tmp_path: Path) -> None:
    """Repeated rows count, a table that one run lacks differs, and what indicators left behind is no table of a run."""
    tables = {"here": {"same": "1", "changed": "1), (1", "lacking": "1"}, "there": {"same": "1", "changed": "1"}}
    with duckdb.connect() as con:
        for run, made in tables.items():
            for dataset, values in [*made.items(), ("indicators", "2" if run == "here" else "3")]:
                folder = tmp_path / run / "vaults" / "party" / dataset
                folder.mkdir(parents=True)
                con.execute(f"COPY (SELECT * FROM (VALUES ({values}))) TO '{folder / 'part.parquet'}'")
    runs = (cast(Any, SimpleNamespace(folder=tmp_path / run)) for run in tables)
    here, there = (Ran(cast(Any, None), cast(Any, None), run) for run in runs)
    (card,) = here.same_as(there).parts
    assert isinstance(card, Card)
    assert [(row[1], *row[3:]) for row in card.rows] == [
        ("changed", "2", "1", "0"),
        ("lacking", "1", "1", "0"),
        ("same", "1", "0", "0"),
    ]
    assert "2 differ" in card.title
