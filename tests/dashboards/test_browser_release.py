"""The page of releases in real Chromium: what a releaser does, who may not, and what never comes over the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboards.browsing import Person, person, tokens
from tests.dashboards.portal import Portal, running
from tests.dashboards.test_browser_design import COLOURS, FULL, violations, wider_than_a_phone
from tests.publish.releases import STUDY, indicator_table
from workbench.disclosure import load_policy, protect
from workbench.indicators.table import IndicatorTable
from workbench.main.confidential import keep
from workbench.publish import write_release

pytestmark = pytest.mark.browser
DAMAGED = "operating-theatre"
LONG = 300_000  # milliseconds: a command beside the server gives way to whatever else the machine does


def published(table: IndicatorTable, shelf: Path, repo_root: Path) -> Path:
    """A release that two people must sign, with its confidential half."""
    policy = load_policy(repo_root / "catalog" / "policies" / "small-cells.yaml")
    made = protect(table, policy.model_copy(update={"signatures": 2}))
    keep(made.witnesses, shelf)
    return write_release(made.safe, "run-1", shelf).folder


@pytest.fixture(scope="module")
def shelf(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with a release that waits, one whose file was changed, and collections without any."""
    root = tmp_path_factory.mktemp("shelf")
    published(indicator_table(), root / "releases", repo_root)
    cube = published(replace(indicator_table(), study=DAMAGED), root / "releases", repo_root) / "cube.parquet"
    cube.chmod(0o644)
    cube.write_bytes(cube.read_bytes() + b" ")
    with running(root / "releases", root / "state", repo_root / "catalog") as portal:
        yield portal


def at(reader: Person, study: str = STUDY, tab: str = "") -> Page:
    assert reader.open(f"/release?study={study}" + (f"&tab={tab}" if tab else "")) == 200
    reader.page.locator("h1").first.wait_for()
    return reader.page


@pytest.mark.parametrize("login", ["", "an.peeters", "els.maes", "nora.willems", "ida.lemaire"])
def test_who_is_no_releaser_neither_finds_nor_opens_it(browser: Browser, shelf: Portal, login: str) -> None:
    """A hospital, somebody who registers, a reviewer, an operator, the public."""
    with person(browser, shelf) as reader:
        if login:
            reader.come_in(login)
        reader.open("/")
        reader.page.locator("nav.strip").wait_for()
        assert reader.page.locator("nav.strip a[href*='/release']").count() == 0
        assert reader.open(f"/release?study={STUDY}") == 403
        assert "Sign off" not in reader.page.content()


def test_a_releaser_of_another_sponsor_sees_no_release(browser: Browser, shelf: Portal) -> None:
    """The duty alone is not enough, neither at a click in an open page nor when the page is opened."""
    rights = shelf.house.open_state.grants
    (held,) = [one for one in rights.current() if (one.person, one.collection) == ("jef.wouters", STUDY)]
    with person(browser, shelf) as reader:
        reader.come_in("jef.wouters")
        page = at(reader)
        expect(page.locator("#sign")).to_be_visible()
        rights.withdraw(held.id, by="nora.willems", why="left the project")
        try:
            page.locator("#sign").click()
            expect(page.locator("h1")).to_contain_text("No access")
            assert page.locator(".releases").count() == 0
            page = at(reader)
            assert STUDY not in page.locator("#study option").evaluate_all("all => all.map(one => one.value)")
            assert page.locator("#sign").count() == 0
        finally:
            rights.give("jef.wouters", STUDY, held.profile, by="nora.willems", why="back again")
    assert not (shelf.house.releases / STUDY / "ledger.jsonl").exists(), "nothing was signed"


@pytest.mark.slow
def test_merging_classes_is_weighed_and_the_report_made_beside_the_web_process(
    browser: Browser, shelf: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures by hand: 16 sorts of numbers (five proportions of three parts, one count) x 7 hospitals x 4 periods."""
    monkeypatch.setattr("workbench.disclosure.recheck.View.__init__", _forbidden)
    with person(browser, shelf) as reader:
        reader.come_in("mia.janssens")
        page = at(reader, tab="whatif")
        page.locator("#axis-hospital").check()
        expect(page.locator("#join")).to_have_attribute("aria-disabled", "true")
        page.locator("#pick-904").check()
        page.locator("#pick-905").check()
        page.locator("#join:not([aria-disabled])").click()
        expect(page.locator(".chip")).to_contain_text("+")
        assert page.locator("#pick-904").count() == 0, "it stands in a group"
        page.locator("#whatif").click()
        expect(page.locator(".counted tbody tr")).to_have_count(2, timeout=LONG)
        before, after = (row.split("\t")[1:6] for row in page.locator(".counted tbody tr").all_inner_texts())
        assert (before[0], before[1]) == (f"{16 * 7 * 4}", "1")
        assert after == [f"{16 * 6 * 4}", "0", "0", f"{16 * 6 * 4} (100\u202f%)", "yes"]
        expect(page.locator(".verdict")).to_contain_text(f"costs {16 * 4} numbers")
        page.locator(".chip").first.click()
        expect(page.locator(".chip")).to_have_count(0)
        page.locator("#tab-cells").click()
        page.locator("#report").click()
        expect(page.locator(".counted")).to_have_count(3, timeout=LONG)
        expect(page.locator("#panel")).to_contain_text("None of them learns anything")
        rows = page.locator(".counted").first.locator("tbody tr").all_inner_texts()
        levels = [(name, sum(map(int, counts))) for name, *counts in (row.split("\t")[:4] for row in rows)]
        assert levels == [
            ("all together", 16), ("all hospitals, by year", 48), ("by hospital", 96), ("by hospital and year", 288),
        ]  # fmt: skip
        # Whoever opens it later, elsewhere, finds it made.
        reader.lang = "fr"
        page = at(reader, tab="cells")
        expect(page.locator(".counted")).to_have_count(3)
        expect(page.locator(".confidential")).to_contain_text("Confidentiel")
        traffic = reader.watch.text()
        # Every count of stays is above 9,999 but the small ones: not one number of the release is there, shown or not.
        counted = {one for one in indicator_table().counts["stays"].to_pylist() if one > 9_999}
        assert len(counted) > 300 and {int(one) for one in tokens(traffic) if one.isdigit()} & counted == set()
        half = next(shelf.house.releases.with_name("releases-confidential").iterdir())
        assert half.name not in traffic.replace(_witnesses_hash(shelf), ""), "the folder is named nowhere"
        for word in ("npz", "persons_key", "cannot rule out", "salt"):
            assert word not in traffic


def _forbidden(*_: object, **__: object) -> None:
    raise AssertionError("the web process looked into the confidential half")


def _witnesses_hash(portal: Portal) -> str:
    text = (portal.house.releases / STUDY / "0001" / "certificate.json").read_text(encoding="utf-8")
    return str(json.loads(text)["witnesses_sha256"])


def test_what_cannot_be_trusted_is_not_shown(browser: Browser, shelf: Portal) -> None:
    with person(browser, shelf, "nl") as reader:
        reader.come_in("mia.janssens")
        page = at(reader, DAMAGED)
        expect(page.locator(".bad")).to_contain_text("niet meer wat er gepubliceerd werd")
        assert page.locator("#sign").count() == 0 and page.locator(".tabs").count() == 0
        page.locator("#study").select_option("intego")
        expect(page.locator(".panel")).to_contain_text("nog niets gepubliceerd")
        page.wait_for_url("**study=intego**")


def test_four_eyes_sign_and_one_withdraws_with_a_reason(browser: Browser, shelf: Portal) -> None:
    """By keyboard where a person would: sign as two people, read as the public, withdraw, read no more."""
    ledger = shelf.house.releases / STUDY / "ledger.jsonl"
    public = "/report?id=stroke-public"
    with person(browser, shelf) as reader:
        assert reader.open(public) == 404, "it waits"
        reader.come_in("mia.janssens")
        page = at(reader)
        page.locator("#sign").focus()
        page.keyboard.press("Enter")
        expect(page.locator("h2 .state")).to_contain_text("1 of 2")
        expect(page.locator(".actions")).to_contain_text("You signed")
        assert page.locator("#sign").count() == 0
        assert reader.open(public) == 404, "one pair of eyes is not four"
    with person(browser, shelf, "fr") as reader:
        reader.come_in("jef.wouters")
        page = at(reader)
        page.locator("#sign").click()
        expect(page.locator("h2 .state")).to_have_text("lisible")
        expect(page.locator(".releases")).to_contain_text("Mia Janssens, Jef Wouters")
        assert reader.open(public) == 200
        reader.rows()
    assert [json.loads(line)["by"] for line in ledger.read_text().splitlines()] == ["mia.janssens", "jef.wouters"]
    with person(browser, shelf) as reader:
        reader.come_in("mia.janssens")
        page = at(reader)
        page.locator("#withdraw").click()
        page.locator("#keep").click()
        expect(page.locator("#why")).to_have_count(0)
        page.locator("#withdraw").click()
        page.locator("#withdraw-now").click()
        expect(page.locator(".said")).to_contain_text("Give a reason")
        assert len(ledger.read_text().splitlines()) == 2
        page.locator("#why").fill("<b>wrong</b> years of 905")
        page.locator("#withdraw-now").click()
        expect(page.locator("h2 .state")).to_have_text("withdrawn")
        expect(page.locator(".why-withdrawn")).to_contain_text("<b>wrong</b> years of 905")
        assert page.locator("#withdraw").count() == 0
        page.locator("#tab-ledger").click()
        expect(page.locator(".ledger li")).to_have_count(4)
        assert reader.open(public) == 404


@pytest.mark.slow
def test_axe_finds_nothing_and_a_phone_is_wide_enough(browser: Browser, shelf: Portal) -> None:
    wrong: list[str] = []
    with person(browser, shelf, "nl") as reader:
        reader.come_in("jef.wouters")
        for tab in ("", "cells", "whatif", "ledger"):
            page = at(reader, tab=tab)
            page.locator(".tabs").wait_for()
            wrong += [f"light {tab}: {one}" for one in violations(page, FULL)]
            assert wider_than_a_phone(page) <= 0, f"{tab} is wider than a phone"
            page.set_viewport_size({"width": 1366, "height": 900})
            page.emulate_media(color_scheme="dark")
            wrong += [f"dark {tab}: {one}" for one in violations(page, COLOURS)]
            page.emulate_media(color_scheme="light")
    assert not wrong, "\n".join(wrong)
