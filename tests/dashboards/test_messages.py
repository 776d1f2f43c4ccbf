"""What a page never says and a hand-made websocket message can: other choices, other models, other addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browsing import tokens
from tests.dashboards.portal import Portal, wait_until, with_release
from tests.dashboards.sockets import Talk
from tests.publish.releases import HOSPITALS

YEAR = "Year of discharge"
PRIVATE = "/report?id=stroke-hospitals&lang=en&indicator=deliveries&year=2018"


@pytest.fixture(scope="module")
def own(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose rights may be changed."""
    with with_release(repo_root, tmp_path_factory.mktemp("own")) as portal:
        yield portal


def models(found: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Every model of a kind in a document."""
    if isinstance(found, dict):
        if found.get("type") == "object" and str(found.get("name", "")).endswith(kind):
            yield found
        for value in found.values():
            yield from models(value, kind)
    elif isinstance(found, list):
        for value in found:
            yield from models(value, kind)


def choice(talk: Talk, title: str) -> dict[str, Any]:
    """The choice of the page with this label."""
    return next(one for one in models(talk.document(), "Select") if one["attributes"]["title"] == title)


def heard(talk: Talk) -> set[str]:
    """The hospitals whose numbers stand in anything that came over the socket."""
    return shown("\n".join(talk.heard))


def shown(text: str) -> set[str]:
    """The hospitals whose numbers of one year stand in a text: those of hospital i lie in the i-th hundred thousand."""
    numbers = {int("".join(filter(str.isdigit, one))) for one in tokens(text)}
    numbers = {number for number in numbers if number % 1000}  # the others are marks of an axis
    return {name for name in HOSPITALS if any(int(name) - 900 == number // 100_000 for number in numbers)}


def test_no_message_reads_another_hospital(portal: Portal) -> None:
    """A sponsor's page answers such a message with its numbers, so it would be seen; that of a hospital does not."""
    with Talk(portal, portal.client("mia.janssens"), PRIVATE) as talk:
        hospitals = choice(talk, "Hospital")
        assert heard(talk) == set(HOSPITALS)
        talk.change(hospitals["id"], value="902")
        wait_until(lambda: shown(json.dumps(talk.document())) == {"902"})
    with Talk(portal, portal.client("an.peeters"), PRIVATE) as talk:
        years, location = choice(talk, YEAR), next(models(talk.document(), "Location"))
        assert heard(talk) == {"901"}, "the own numbers are there"
        for value in (
            "902",
            "AZ Beukenhof",
            "902' OR '1'='1",
            "../902",
            "{{hospital}}",
            "",
            None,
            7,
            ["902"],
            {"a": 1},
        ):
            talk.change(years["id"], value=value)
        talk.change(years["id"], options=[["902", "902"]], value="902")
        for search in ("?id=stroke-hospitals&hospital=902", "?id=stroke-deliveries", "?user=mia.janssens"):
            talk.change(location["id"], search=search)
        talk.change(years["id"], value="2019")
        wait_until(lambda: choice(talk, YEAR)["attributes"]["value"] == "2019")
        assert heard(talk) == {"901"}


@pytest.mark.slow  # two pages at once; a page reads nothing for another reader by the test above
def test_a_model_of_another_page_cannot_be_reached(portal: Portal) -> None:
    """Ids of models are easily guessed (`p1234`), and each page has only its own."""
    with (
        Talk(portal, portal.client("mia.janssens"), PRIVATE) as hers,
        Talk(portal, portal.client("an.peeters"), PRIVATE) as his,
    ):
        hospitals = choice(hers, "Hospital")
        before = hospitals["attributes"].get("value")
        his.change(hospitals["id"], value="902")
        for number in range(1, 40):
            his.change(f"p{1000 + number}", value="902")
        assert choice(hers, "Hospital")["attributes"].get("value") == before
        his.document()
        assert heard(his) == {"901"}


@pytest.mark.parametrize(
    "profile", ["sponsor/individual", pytest.param(None, marks=pytest.mark.slow)], ids=["a lesser profile", "no right"]
)
def test_a_message_from_an_open_page_is_answered_with_the_rights_of_that_moment(
    own: Portal, profile: str | None
) -> None:
    """The page was opened with the numbers of all hospitals; what is taken away is not read for the next message."""
    grants = own.house.open_state.grants
    with Talk(own, own.client("mia.janssens"), PRIVATE) as talk:
        years = choice(talk, YEAR)
        assert heard(talk) == set(HOSPITALS)
        (grant,) = [one for one in grants.current() if one.person == "mia.janssens" and one.collection == "stroke-care"]
        if profile:
            grants.give("mia.janssens", "stroke-care", profile, by="nora", why="another task")
        else:
            grants.withdraw(grant.id, by="nora", why="left")
        try:
            talk.heard.clear()
            try:
                talk.change(years["id"], value="2019")
                wait_until(lambda: bool(talk.heard.clear()) or "No access" in json.dumps(talk.document()))
            except ConnectionError:
                pass  # the watch was faster, and closed the page
            assert heard(talk) == set()
        finally:
            grants.give("mia.janssens", "stroke-care", "sponsor/hospital", by="nora", why="as before")
