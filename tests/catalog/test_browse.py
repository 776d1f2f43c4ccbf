"""Python access: by attribute and key, completion as JupyterLab asks for it, and cards that are text, not markup."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.catalog.small import SMALL, write
from workbench.catalog.browse import Browser, open_catalog
from workbench.catalog.describe import NOT_KNOWN
from workbench.errors import Problems, WorkbenchError

EVIL = "<script>alert(1)</script> | `x` **b** [l](javascript:x) & <img src=x onerror=y>"


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Browser:
    return open_catalog(repo_root / "catalog")


def test_a_field_is_reached_by_attributes_and_by_keys(catalog: Any) -> None:
    field = catalog.mzg.STAYHOSP.A2_CODE_DESTINATE
    assert field is catalog["mzg"]["STAYHOSP"]["A2_CODE_DESTINATE"]
    assert (field.ref, field.type, field.label.en) == ("mzg.STAYHOSP.A2_CODE_DESTINATE", "string", "destination")
    assert field.codes is catalog.codes.mzg_destinate and field.codes["8"].label.en == "deceased"
    assert catalog.derived.LOS.unit == "day"
    assert catalog.derived["RIZIVnummer ziekenhuis"].label.en.startswith("NIHDI"), "a name with a blank"


def test_a_printed_misprint_leads_to_the_official_field_but_is_not_offered(catalog: Any) -> None:
    stay = catalog.mzg.STAYHOSP
    assert stay.A2_DESTINATE is stay.A2_CODE_DESTINATE is stay["A2_DESTINATE"]
    assert "A2_DESTINATE" in stay and "A2_DESTINATE" not in dir(stay) and "A2_DESTINATE" not in list(stay)


def test_a_wrong_name_says_what_was_perhaps_meant(catalog: Any) -> None:
    with pytest.raises(KeyError, match="STAYHOSP"):
        catalog.mzg["STAYHOP"]
    with pytest.raises(AttributeError):
        _ = catalog.mzg.STAYHOP
    with pytest.raises(WorkbenchError, match=r"Did you mean mzg\.STAYHOSP\.A2_CODE_DESTINATE"):
        catalog.show("mzg.STAYSPEC.A2_DESTINATE")
    with pytest.raises(WorkbenchError, match="Search for it"):
        catalog.show("§§§")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell of its own, without a history file, gone after the test."""
    # Jedi keeps parsed modules in one folder of the user; a second process that reads a file while the first writes it
    # gets an error, which IPython swallows: no completion at all.
    monkeypatch.setattr("jedi.settings.cache_directory", str(tmp_path / "jedi"))
    quiet = {"enabled": False, "hist_file": ":memory:"}
    # The completer gives up after 0.4 s by default, which a busy machine may need for nothing.
    patient = {"jedi_compute_type_timeout": 60_000}
    made = InteractiveShell(config=Config({"HistoryManager": quiet, "IPCompleter": patient}))
    yield made
    atexit.unregister(made.atexit_operations)
    made.atexit_operations()


@pytest.mark.parametrize("jedi", [False, True])
@pytest.mark.parametrize(
    ("typed", "offered", "not_offered"),
    [
        ("catalog.", ["mzg", "ima", "search", "derived"], []),
        ("catalog.mzg.ST", ["STAYHOSP", "STAYSPEC"], ["DIAGNOSE"]),
        ("catalog.mzg.STAYHOSP.A2_CODE_D", ["A2_CODE_DESTINATE", "A2_CODE_DISCHARGE"], ["A2_DESTINATE"]),
        ("catalog.mzg.STAYHOSP['A2_CODE_D", ["A2_CODE_DESTINATE"], ["A2_CODE_SEX"]),
    ],
)
def test_completion_as_a_notebook_asks_for_it(
    catalog: Browser, shell: InteractiveShell, jedi: bool, typed: str, offered: list[str], not_offered: list[str]
) -> None:
    shell.Completer.use_jedi = jedi
    shell.user_ns["catalog"] = catalog
    with provisionalcompleter():
        found = list(shell.Completer.completions(typed, len(typed)))
    names = {one.text.rpartition(".")[2].strip("'\"]") for one in found}
    assert set(offered) <= names, names
    assert not {*not_offered, "_things", "_catalog"} & names


def test_everything_has_a_card_in_three_forms(catalog: Any) -> None:
    stay = catalog.mzg.STAYHOSP
    shown = (catalog, catalog.mzg, stay, stay.A2_CODE_SEX, catalog.codes, catalog.codes.sex, catalog.derived.LOS)
    for one in (*shown, catalog.search("sex"), catalog.search("qqqqzzzz"), catalog.show("mzg.STAYHOSP")):
        bundle = one._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html", "text/markdown"}
        assert bundle["text/plain"] == repr(one) and bundle["text/html"] == one._repr_html_()


def test_a_card_says_what_is_known(catalog: Any) -> None:
    text = repr(catalog.mzg.STAYHOSP.A2_CODE_DESTINATE)
    for said in (
        "bestemming", "one row per hospital stay", "string, length 1", "codes.mzg_destinate", "GDPR art. 9",
        "A2_DESTINATE", "20/284", "line 328", "catalog/tables/mzg/STAYHOSP.yaml:", "nursing home",
    ):  # fmt: skip
        assert said in text, said


def test_a_card_says_what_is_not_known(tmp_path: Path) -> None:
    found: Any = open_catalog(write(tmp_path / "catalog"))
    facts = dict(found.show("lab.STAY.STAYNUM").facts)
    assert facts["type"] == f"string, length {NOT_KNOWN}, may be empty"
    assert (facts["available"], facts["code list"], facts["sensitive"]) == (NOT_KNOWN, "none", "no")
    assert dict(found.show("lab.STAY.WAIT").facts)["available"] == "from 2012, not for 2015"
    assert dict(found.show("lab.STAY.WAIT").facts)["unit"] == "day"


def test_every_reference_has_a_card(catalog: Browser) -> None:
    model = catalog._catalog
    refs = [f"{ref}.{one.name}" for ref, table in model.tables.items() for one in table.fields]
    refs += [*model.tables, *(f"derived.{name}" for name in model.derived), *(f"codes.{name}" for name in model.codes)]
    assert all(catalog.show(ref).title == ref and catalog.show(ref).facts for ref in refs[:: max(1, len(refs) // 120)])


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style", "scope"}

    def handle_data(self, data: str) -> None:
        self.said += data


def test_no_text_of_a_catalogue_becomes_markup(tmp_path: Path) -> None:
    evil = EVIL.replace("'", "''")
    files = {name: text.replace("en: waiting time", f"en: '{evil}'") for name, text in SMALL.items()}
    files["tables/lab/STAY.yaml"] = files["tables/lab/STAY.yaml"].replace(
        "role: payload", f"role: payload\n    note: '{evil}'"
    )
    files["codes/age.yaml"] = files["codes/age.yaml"].replace("en: young", f"en: '{evil}'")
    found: Any = open_catalog(write(tmp_path / "catalog", files))
    for one in (found.lab.STAY.WAIT, found.lab.STAY, found.codes.age, found.search("wachttijd"), found.search(EVIL)):
        page = Tags()
        page.feed(one._repr_html_())
        assert page.tags <= {"div", "h4", "table", "thead", "tbody", "tr", "th", "td", "p"}
        assert EVIL in page.said
        markdown = one._repr_mimebundle_()["text/markdown"]
        assert "<script" not in markdown and "<img" not in markdown and "](javascript" not in markdown
        assert all(line.count("|") - line.count("\\|") in (0, 3, 4, 5, 6, 7) for line in markdown.splitlines())


def test_references_are_shown_both_ways(tmp_path: Path) -> None:
    files = SMALL | {
        "tables/lab/TEST.yaml": SMALL["tables/lab/STAY.yaml"]
        .replace("table: STAY\n", "table: TEST\n")
        .replace("    role: linkage", "    references: [lab.STAY.STAYNUM]\n    role: linkage")
    }
    found: Any = open_catalog(write(tmp_path / "catalog", files))
    assert "refers to  " in repr(found.lab.TEST.STAYNUM).replace("refers to      ", "refers to  ")
    assert ("referred to by", "lab.TEST.STAYNUM") in found.show("lab.STAY.STAYNUM").facts


def test_a_wrong_catalogue_is_told_not_browsed(tmp_path: Path) -> None:
    root = write(tmp_path / "catalog")
    (root / "codes" / "age.yaml").unlink()
    with pytest.raises(Problems, match=r"STAY\.yaml:17: it names code list 'age'"):
        open_catalog(root)
