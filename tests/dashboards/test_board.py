"""The board of a workshop as a page: for who leads it, anew every few seconds, whatever a participant is called."""

from __future__ import annotations

import shutil

import pytest

from dashboards.texts import LANGUAGES
from dashboards.web.board import FOLDER
from tests.dashboards.portal import Portal
from workbench.stage.board import leave


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_board_shows_who_is_how_far(portal: Portal, lang: str) -> None:
    folder = portal.house.state.parent / FOLDER
    client = portal.client("mia.janssens")
    empty = client.get("/board", lang=lang).text
    assert str(folder.absolute()) in empty and "<table" not in empty
    try:
        leave(folder, "Ann", "two-hats", 1, 2, "apart")
        leave(folder, "Ann", "key-kept", 2, 2, "")
        leave(folder, "<script>alert(1)</script>", "two-hats", 0, 2, "readable")
        page = client.get("/board", lang=lang)
    finally:
        shutil.rmtree(folder)
    assert page.status == 200 and '<meta http-equiv="refresh" content="5">' in page.text
    assert page.text.count('<td class="solved">') == 1 and page.text.count('<td class="tried">') == 2
    assert "1/2" in page.text and "<script>alert" not in page.text


def test_only_who_leads_a_workshop_sees_it(portal: Portal) -> None:
    assert portal.client().get("/board").status == 403
    assert portal.client("els.maes").get("/board").status == 403
