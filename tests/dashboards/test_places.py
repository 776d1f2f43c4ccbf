"""The strip above the pages: whoever has no duty for a page neither finds it there nor is let in."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from dashboards.pages import PAGES
from dashboards.places import PLACES, Place, strip
from dashboards.texts import LANGUAGES, texts
from tests.dashboards.portal import Portal
from workbench.access import PUBLIC, Duty, Viewer, load_directory
from workbench.catalog.texts import read_catalogue


def test_every_page_has_a_place_and_every_place_a_page() -> None:
    assert set(PAGES) == {path for path, place in PLACES.items() if not place.plain}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_name_in_the_strip_has_a_text(lang: str) -> None:
    names = [place.name for place in PLACES.values() if place.name]
    assert [texts(lang)(name) for name in names if texts(lang)(name) == name] == []


def test_a_place_with_duties_admits_one_who_has_one_of_them() -> None:
    place = Place("nav.reports", frozenset({Duty.RELEASER, Duty.AUDITOR}))
    releaser = Viewer("mia", duties=frozenset({Duty.RELEASER}))
    designer = Viewer("jef", duties=frozenset({Duty.DESIGNER}))
    forged = Viewer(None, duties=frozenset({Duty.RELEASER}))
    assert place.admits(releaser)
    assert [place.admits(one) for one in (designer, forged, PUBLIC)] == [False, False, False]


def test_the_public_finds_only_what_is_open_to_everyone() -> None:
    assert {path for path, _ in strip(PUBLIC)} == {
        path for path, one in PLACES.items() if one.name and not one.duties and not one.personal
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_lacks_a_duty_reads_which_and_is_not_sent_to_ask_for_a_report(portal: Portal, lang: str) -> None:
    client, t = portal.client("kobe.jacobs"), texts(lang)
    for path in (path for path, place in PLACES.items() if place.duties):
        answer = client.get(path, lang=lang)
        page = html.unescape(answer.text)
        assert answer.status == 403 and 'href="/access?view=mine' not in page, path
        assert all(t(f"duty.{duty.value}") in page for duty in PLACES[path].duties), path
    asked = client.get("/report", id="stroke-hospitals", lang=lang)
    assert asked.status == 403 and 'href="/access?view=mine' in asked.text
    assert t("login.title") in html.unescape(portal.client().get("/builder", lang=lang).text)


def test_every_duty_is_somebodys_in_the_demonstration(repo_root: Path) -> None:
    people = load_directory(repo_root / "catalog").people.values()
    assert {duty for person in people for duty in person.duties} == set(Duty)


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    for folder in (tmp_path, tmp_path / "runs"):
        (folder / "en.po").write_text('msgid "runs.title"\nmsgstr "Runs"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"runs\.title"):
        read_catalogue(tmp_path, "en")
