"""The page that plays a flow: for whoever may read the study, on recorded synthetic rows only, in three languages."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboards.plays.notes import read_notes
from dashboards.texts import LANGUAGES, texts
from tests.dashboards.portal import Portal
from workbench.stage import Hop, Shelf, Story, SyntheticRows, proven, write_recording, write_story

STUDY = "stroke-care"
ANN = "52043012345"


@pytest.fixture(scope="module")
def plays(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A recording of three tables and one broken study, with one person, beside the state of the portal."""
    data, home = tmp_path_factory.mktemp("data"), Shelf(portal.house.state.parent).folder
    (data / "answer_key").mkdir()
    manifest = {"seed": 1, "persons": 2000, "parameters_sha256": "ab", "version": "3"}
    (data / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    pq.write_table(pa.table({"INSZ": [ANN]}), data / "answer_key/persons.parquet")
    proof = proven(data)
    rows = SyntheticRows.of(proof, ("INSZ", "RN"), [(ANN, "-17"), ("60010112345", "<b>4</b>")], 87, 1)
    known = {1: {"INSZ": ANN}, 5: {"INSZ": ANN, "RN": "-17"}}
    steps = {"patient_selection.patient": 1, "insz_list.rows": 3, "insz_rn.rows": 5}
    write_recording(
        home / f"{STUDY}.json", proof, (STUDY, "0" * 64), {"INSZ": ANN, "sex": "woman"}, known,
        dict.fromkeys(steps, rows), steps,
    )  # fmt: skip
    told = SyntheticRows.of(proof, ("STAYNUM", "CODE_DIAGNOSE"), [("s1", "I63.9")], 1, 1)
    words = dict.fromkeys(LANGUAGES, "INSZ kept")
    hops = (Hop("ksz", "rn_cproject.rows"), Hop("ksz", "mzg_linkset.diagnosis", "RN", "-17"))
    story = Story(
        STUDY, "keep-insz", words, words, ("ksz",), 2000, 0, 87, hops, told, {}, {"INSZ": ANN}, 120, 0,
        "ttp-identity-and-payload", words, "ksz sees identities", 441, {},
    )  # fmt: skip
    write_story(home / f"{STUDY}.keep-insz.json", proof, story)
    yield home
    for path in home.glob("*.json"):
        path.unlink()


def test_the_public_is_not_let_in(portal: Portal) -> None:
    assert portal.client().get("/play", study=STUDY).status == 403


def test_without_a_recording_the_page_says_how_to_make_one(portal: Portal) -> None:
    page = portal.client("mia.janssens").get("/play", study="intego", lang="en")
    assert page.status == 200 and "workbench flow play intego" in page.text
    assert portal.client("mia.janssens").get("/play", study="nothing").status == 403


def test_it_begins_with_what_is_recorded_here_else_with_what_a_trainer_has_notes_for(portal: Portal) -> None:
    client, shelf = portal.client("mia.janssens"), Shelf(portal.house.state.parent)

    def begins() -> str:
        found = re.search(r'<option value="([^"]+)" selected', client.get("/play", lang="en").text)
        assert found is not None
        return found.group(1)

    assert begins() == STUDY, "catalog/workshop/notes.yaml is about this one"
    shelf.folder.mkdir(parents=True, exist_ok=True)
    path = shelf.play("intego")
    path.write_text("{}", encoding="utf-8")
    assert begins() == "intego"
    path.unlink()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_has_an_address_and_says_that_it_is_synthetic(portal: Portal, plays: Path, lang: str) -> None:
    client, t = portal.client("mia.janssens"), texts(lang)
    page = client.get("/play", study=STUDY, step="5", lang=lang).text
    assert t("play.watermark") in page and t("play.synthetic") in html.unescape(page)
    assert "eHealth" in page and "insz_rn" in page and "-17" in page
    assert "<b>4</b>" not in page and "&lt;b&gt;4&lt;/b&gt;" in page, "a value is text, whatever stands in it"
    assert re.search(r'<a href="/play\?study=stroke-care&amp;step=6[^"]*" data-go="on"', page)
    assert re.search(r'<a href="/play\?study=stroke-care&amp;step=4[^"]*" data-go="back"', page)
    assert page.count('<tr class="mine">') >= 1


def test_a_step_shows_the_vaults_of_who_is_concerned_and_only_what_is_there_by_then(
    portal: Portal, plays: Path
) -> None:
    client = portal.client("mia.janssens")
    first = client.get("/play", study=STUDY, step="1", lang="en").text
    assert "vault-hospitals" in first and "vault-ehealth" not in first and "insz_list.rows" not in first
    sent = client.get("/play", study=STUDY, step="6", lang="en").text  # INSZ/RN to data manager and NIC
    assert all(f"vault-{party}" in sent for party in ("ehealth", "vikz-datamanager", "nic"))
    ended = client.get("/play", study=STUDY, step="9", lang="en").text  # destroy-at-ehealth
    assert "destroyed" in ended and "This vault is empty." in ended
    before = client.get("/play", study=STUDY, lang="en").text
    assert "Before the study." in before and 'data-go="back"' not in before
    last = client.get("/play", study=STUDY, step="9999", lang="en").text
    assert 'data-go="on"' not in last


def test_notes_and_presenter_view_stay_in_the_address(portal: Portal, plays: Path) -> None:
    client = portal.client("mia.janssens")
    page = client.get("/play", study=STUDY, step="4", notes="1", view="presenter", lang="nl").text
    assert 'class="wide presenter"' in page
    assert "Op de lijst staan verraadt toch iets" in page, "what was written for this step"
    assert "geeft insz_list aan" in page, "what follows from the step"
    assert "notes=1" in page and "view=presenter" in page
    assert 'class="notes"' not in client.get("/play", study=STUDY, step="4", lang="nl").text


def test_a_broken_study_is_told_join_by_join(portal: Portal, plays: Path) -> None:
    client = portal.client("mia.janssens")
    told = [client.get("/play", study=STUDY, fault="keep-insz", step=str(n), lang="en").text for n in range(4)]
    assert [page.count("<li>INSZ") for page in told] == [0, 0, 0, 0]
    assert "RN -17" not in told[1] and "RN -17" in told[2]
    assert "I63.9" not in told[2] and "I63.9" in told[3] and "ttp-identity-and-payload" in told[3]
    reason = portal.house.library.rules["ttp-identity-and-payload"].reason
    for lang in LANGUAGES:
        page = html.unescape(client.get("/play", study=STUDY, fault="keep-insz", step="3", lang=lang).text)
        assert f"<p>{reason.in_language(lang)}.</p>" in page and '<span lang="en">ksz sees identities' in page
    other = client.get("/play", study=STUDY, fault="collude", lang="en").text
    assert "workbench flow break stroke-care --fault collude" in other


def test_a_recording_that_was_changed_is_not_shown(portal: Portal, plays: Path) -> None:
    path = plays / f"{STUDY}.json"
    kept = path.read_text(encoding="utf-8")
    try:
        path.write_text(kept.replace(ANN, "85073003328"), encoding="utf-8")
        page = portal.client("mia.janssens").get("/play", study=STUDY, step="5", lang="en").text
    finally:
        path.write_text(kept, encoding="utf-8")
    assert "85073003328" not in page and "Nothing is shown." in page


def test_notes_are_of_steps_that_there_are(portal: Portal) -> None:
    studies = portal.house.library.studies(portal.house.directory.viewer("mia.janssens"))  # type: ignore[arg-type]
    for (study, step), note in read_notes(portal.house.library.root).items():
        assert step in {entry.step.id for entry in studies[study].flow.steps}
        assert len(set(note.says.model_dump().values())) == 3
