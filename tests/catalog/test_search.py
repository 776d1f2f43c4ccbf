"""The wanted field stands in the first three hits of sixty questions, and of names with every kind of damage."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.catalog.small import write
from workbench.catalog import Catalog, load_catalog
from workbench.catalog.base import LANGUAGES
from workbench.catalog.search import Search, open_search
from workbench.catalog.words import Synonyms, fold, read_synonyms, squash, tokens
from workbench.errors import Problems
from workbench.main.catalogs import list_fields, search, show_field

QUESTIONS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8")
)["questions"]


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.fixture(scope="module")
def find(repo_root: Path, catalog: Catalog) -> Search:
    return open_search(catalog, repo_root / "catalog")


def test_there_are_twenty_questions_in_each_language() -> None:
    assert {lang: sum(q["lang"] == lang for q in QUESTIONS) for lang in LANGUAGES} == dict.fromkeys(LANGUAGES, 20)
    assert len({q["ask"] for q in QUESTIONS}) == 60
    assert {q["about"] for q in QUESTIONS} >= {"concept", "synonym", "typo", "accent", "printed", "misprint", "label"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["ask"])
def test_the_wanted_field_is_in_the_first_three(find: Search, question: dict[str, Any]) -> None:
    hits = find(question["ask"], question["lang"], limit=3)
    assert question["ref"] in [hit.ref for hit in hits], hits


def test_the_synonyms_earn_their_place(find: Search, catalog: Catalog) -> None:
    """Without them some questions fail: a list that changed nothing would be dead weight."""
    plain = Search(catalog, Synonyms())
    missed = [q["ask"] for q in QUESTIONS if q["ref"] not in [hit.ref for hit in plain(q["ask"], limit=3)]]
    assert len(missed) >= 10, missed


def test_every_official_name_and_reference_finds_its_field_first(find: Search, catalog: Catalog) -> None:
    for ref, table in catalog.tables.items():
        for entry in table.fields:
            full = find(f"{ref}.{entry.name}", limit=1)[0]
            assert f"{ref}.{entry.name}" in (full.ref, *full.also)
            hits = find(entry.name, limit=3)
            same = {hit.ref.rpartition(".")[2].casefold() for hit in hits}
            assert entry.name.casefold() in same, (entry.name, hits)


def test_every_printed_misprint_finds_the_official_field(find: Search, catalog: Catalog) -> None:
    for ref, table in catalog.tables.items():
        for entry in table.fields:
            for alias in entry.aliases:
                found = [at for hit in find(alias, limit=3) for at in (hit.ref, *hit.also)]
                names = {at.rpartition(".")[2] for at in found}
                assert entry.name in names, (alias, f"{ref}.{entry.name}", found)


def test_names_broken_over_a_line_are_found(find: Search, catalog: Catalog) -> None:
    """A name cut at any place by a blank or a line break, as in a narrow table of a PDF."""
    rng = random.Random(3)
    names = [one.name for table in catalog.tables.values() for one in table.fields if len(one.name) > 9]
    for name in rng.sample(names, 60):
        cut = rng.randrange(2, len(name) - 2)
        hits = find(f"{name[:cut]}{rng.choice((' ', chr(10)))}{name[cut:]}", limit=3)
        assert name in {hit.ref.rpartition(".")[2] for hit in hits}, (name, cut, hits)


def test_labels_with_one_typing_error_are_found(find: Search, catalog: Catalog) -> None:
    """For labels no other field shares: at least 95 of 100 come among the first three."""
    fields = [(f"{ref}.{one.name}", one) for ref, table in catalog.tables.items() for one in table.fields]
    rng = random.Random(7)
    tried = met = 0
    for lang in LANGUAGES:
        shared = [one.label[lang] for _, one in fields]
        for ref, one in rng.sample(fields, min(60, len(fields))):
            label = one.label[lang]
            words = [word for word in label.split() if len(word) > 5 and word.isalpha()]
            if not words or shared.count(label) > 1:
                continue
            tried += 1
            word = rng.choice(words)
            at = rng.randrange(1, len(word) - 1)
            slip = rng.choice(
                (word[:at] + word[at + 1 :], word[: at - 1] + word[at - 1 : at + 1][::-1] + word[at + 1 :])
            )
            met += ref in [hit.ref for hit in find(label.replace(word, slip), lang, limit=3)]
    assert tried > 40 and met >= 0.95 * tried, (met, tried)


@pytest.mark.parametrize(
    ("one", "other"),
    [("décès", "deces"), ("GESLACHT", "geslacht"), ("a2_code_sex", "A2 CODE SEX"), ("  bestemming? ", "bestemming")],
)
def test_case_accents_and_signs_make_no_difference(find: Search, one: str, other: str) -> None:
    assert find(one)[0].ref == find(other)[0].ref


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "qqqqzzzz", "de het een", "\x00", "字" * 50])
def test_nothing_is_found_for_nothing(find: Search, nothing: str) -> None:
    assert find(nothing) == ()


def test_a_very_long_question_is_read_as_far_as_it_makes_sense(find: Search) -> None:
    assert find("geslacht van de patiënt " + "blabla " * 50_000)[0].label == "sex"


def test_codes_lead_to_their_lists(find: Search) -> None:
    assert find("I63.9", limit=1)[0].ref == "codes.stroke_inclusion"
    assert {hit.ref for hit in find("477724", limit=2)} == {"codes.nomenclature_stroke", "codes.theatre_nomenclature"}


def test_the_same_field_in_many_tables_is_one_hit(tmp_path: Path) -> None:
    root = write(tmp_path / "catalog")
    table = (root / "tables/lab/STAY.yaml").read_text(encoding="utf-8")
    for name in ("LATER", "LAST"):
        text = table.replace("table: STAY\n", f"table: {name}\n").replace("keys: [STAYNUM]", "keys: [STAYNUM, AGE]")
        (root / f"tables/lab/{name}.yaml").write_text(text, encoding="utf-8")
    (hit, *_) = search("verblijfsnummer", "nl", root=root)
    assert (hit.ref, hit.label) == ("lab.STAY.STAYNUM", "verblijfsnummer"), "its home is where the key is smallest"
    assert set(hit.also) == {"lab.LATER.STAYNUM", "lab.LAST.STAYNUM"}


def test_synonyms_of_a_folder_are_read_and_their_faults_told(tmp_path: Path) -> None:
    root = write(tmp_path / "catalog")
    assert search("hospitalisation", "fr", root=root)[0].ref == "derived.LOS"
    assert search("child", root=root)[0].ref == "lab.STAY.AGE"
    (root / "synonyms.yaml").write_text("synonyms: [{nl: [a]}]\n", encoding="utf-8")
    with pytest.raises(Problems, match=r"synonyms\.yaml:1.*'synonyms\.0\.terms' is missing"):
        search("stay", root=root)
    (root / "synonyms.yaml").unlink()
    assert read_synonyms(root) == (Synonyms(), None)
    assert search("stay number", root=root)[0].ref == "lab.STAY.STAYNUM"


def test_a_new_table_is_one_new_file_and_no_code(repo_root: Path, tmp_path: Path) -> None:
    root = tmp_path / "catalog"
    shutil.copytree(repo_root / "catalog", root)
    text = """\
table: DENTAL
source: practice
label: {nl: tandheelkundige dossiers, fr: dossiers dentaires, en: dental records}
grain: one row per dental visit
keys: [VISIT]
provider: hospitals
cite: {document: own, note: A table that no document names.}
fields:
  - name: VISIT
    label: {nl: bezoeknummer, fr: numéro de visite, en: visit number}
    type: string
    role: linkage
    cite: {document: own, note: Made up for a test.}
  - name: CAVITIES
    label: {nl: aantal gaatjes in het gebit, fr: nombre de caries, en: number of cavities}
    type: integer
    role: payload
    sensitive: true
    cite: {document: own, note: Made up for a test.}
"""
    (root / "tables" / "practice").mkdir()
    (root / "tables" / "practice" / "DENTAL.yaml").write_text(text, encoding="utf-8")
    listed = list_fields(root, "practice.DENTAL", "nl")
    assert [(one.ref, one.label) for one in listed] == [
        ("practice.DENTAL.VISIT", "bezoeknummer"),
        ("practice.DENTAL.CAVITIES", "aantal gaatjes in het gebit"),
    ]
    assert search("gatjes in het gebit", "nl", root=root)[0].ref == "practice.DENTAL.CAVITIES"
    assert "one row per dental visit" in show_field("practice.DENTAL.CAVITIES", root).text()


def test_folding() -> None:
    assert fold("Décès à l'œil") == "deces a l'oeil"
    assert tokens("A2_CODE_SEX DeurNaaldTijd cTNM pN d'âge") == [
        "a2", "code", "sex", "deur", "naald", "tijd", "ctnm", "pn", "age",
    ]  # fmt: skip
    assert squash("PROCEDURE_DETAI L") == "proceduredetail"
