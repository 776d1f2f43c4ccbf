"""The pages of the catalogue and the dataflow in real Chromium: what a person clicks, types and presses.

Each test ends with a check that the browser met no error and asked nothing outside this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, TimeoutError, expect

from tests.dashboards.browsing import person
from tests.dashboards.portal import PASSWORD, Portal

pytestmark = [
    pytest.mark.browser,
    # Bokeh says so when a browser answers with a model that it was sent; as an error it would break the page.
    pytest.mark.filterwarnings("ignore:reference already known"),
]
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
FOCUSED = """() => { let e = document.activeElement;
  while (e.shadowRoot && e.shadowRoot.activeElement) { e = e.shadowRoot.activeElement; } return e.id; }"""
WIDE = "() => document.scrollingElement.scrollWidth - window.innerWidth"
PHONE = {"width": 360, "height": 800}
PICTURE = "dataset-ehealth-insz_rn"


def wider_than_a_phone(page: Page) -> int:
    """By how many pixels a page is wider than a phone, once it has laid itself out in a window of that size."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    with suppress(TimeoutError):
        page.wait_for_function(f"() => ({WIDE})() <= 0", timeout=10_000)
    return int(page.evaluate(WIDE))


def downloaded(page: Page, name: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def test_from_a_word_to_a_list_of_variables(browser: Browser, portal: Portal) -> None:
    """Search, narrow down, look, put aside, log in, and take it along as a piece of a study file."""
    with person(browser, portal) as reader:
        page = reader.page
        reader.open("/catalogue")
        count = page.locator("#count")
        every = len(portal.house.library.variables)
        expect(count).to_have_text(f"{every} variables")
        page.locator("#q").focus()
        page.keyboard.type("gender", delay=15)
        expect(page.locator(".variable", has_text="A2_CODE_SEX")).to_have_count(1)
        page.wait_for_url("**q=gender**")
        assert page.evaluate(FOCUSED) == "q", "the cursor stays where one types"
        page.locator("#source-mzg").check()
        expect(page.locator(".variable")).to_have_count(1)
        page.wait_for_url("**source=mzg**")
        assert page.evaluate(FOCUSED) == "source-mzg"
        # The whole variable: codes, years, and where it goes.
        page.locator("a.pick").click()
        detail = page.locator(".detail")
        expect(detail.locator("h2")).to_contain_text("A2_CODE_SEX")
        expect(detail).to_contain_text("30-day mortality")
        expect(detail).to_contain_text("mzg_linkset")
        expect(detail.locator("table.codes tbody tr").first).to_be_visible()
        page.locator("#put").click()
        expect(page.locator(".cart h2")).to_contain_text("1 variable")
        expect(page.locator(".variable input")).to_be_checked()
        # One step back, as everywhere: the variable closes, the words and the facet stay.
        page.go_back()
        expect(detail).to_have_count(0)
        expect(page.locator("#q")).to_have_value("gender")
        address = page.url
        page.get_by_role("button", name="Clear all").click()
        expect(count).to_have_text(f"{every} variables")
        page.goto(address)
        reader.ready()
        expect(page.locator(".variable")).to_have_count(1)
        expect(page.locator(".cart h2")).to_contain_text("1 variable")
        # Nothing fits: said, with a way out; and a question with a trap in it is only text.
        page.fill("#q", "<img src=x onerror=alert(1)>")
        page.wait_for_url("**q=%3Cimg**")
        page.fill("#q", "zzzzqqqq")
        expect(page.locator(".nothing-found")).to_contain_text("Nothing found")
        page.locator(".nothing-found button").click()
        expect(count).to_have_text(f"{every} variables")
        # The cart: emptied, and back again; then it follows the person who logs in.
        page.locator("#empty").click()
        page.locator("#restore").click()
        expect(page.locator(".cart li")).to_have_count(1)
        data = yaml.safe_load(downloaded(page, "For the study file"))
        assert [one["ref"] for one in data["variables"]] == ["mzg.STAYHOSP.A2_CODE_SEX"]
        assert len(downloaded(page, "List as CSV").splitlines()) == every + 1
        reader.log_in("an.peeters")
        reader.lang = "fr"
        reader.open("/catalogue?table=mzg.STAYHOSP&year=2018")
        expect(page.locator(".cart li")).to_have_count(1)
        expect(count).to_contain_text("variables")
        assert page.locator("html").get_attribute("lang") == "fr"
        page.locator(".cart .take").click()
        expect(page.locator(".cart")).to_contain_text("Encore vide")


def test_a_flow_step_by_step(browser: Browser, portal: Portal) -> None:
    """With the mouse and with the keyboard: play, choose, ask who knows what and who could together."""
    with person(browser, portal) as reader:
        page = reader.page
        reader.open("/flow?study=stroke-care")
        expect(page.locator(".moment")).to_contain_text("Step 48 of 48")
        page.locator("#first").click()
        expect(page.locator(".moment")).to_contain_text("Before the study")
        dataset = page.locator(f"[id='{PICTURE}']")
        expect(dataset).to_have_class("node dataset later")
        # Five steps on by keyboard; the focus stays on the button.
        page.locator("#next").focus()
        for number in range(1, 6):
            page.keyboard.press("Enter")
            expect(page.locator(".moment")).to_contain_text(f"Step {number} of 48")
        assert page.evaluate(FOCUSED) == "next"
        expect(dataset).to_have_class("node dataset now")
        # In the drawing by keyboard: one stop, arrows inside it, Enter chooses.
        page.locator("svg.drawing [data-stop]").first.focus()
        page.keyboard.press("ArrowRight")
        chosen = page.evaluate(FOCUSED)
        page.keyboard.press("Enter")
        expect(page.locator(f"[id='{chosen}'].chosen")).to_have_count(1)
        dataset.click()
        expect(page.locator("#panel h2")).to_contain_text("insz_rn")
        expect(page.locator("#panel table.codes")).to_contain_text("hospital.PATIENT.INSZ")
        page.wait_for_url("**choose=dataset-ehealth**")
        address = page.url
        page.get_by_role("tab", name="Who knows what").click()
        ehealth = page.locator(".knower", has_text="eHealth platform")
        expect(ehealth).to_contain_text("learns in this step")
        expect(ehealth).to_contain_text("RN")
        # Together: a chain, as long as it is; and nobody alone.
        page.get_by_role("tab", name="Together").click()
        page.get_by_role("checkbox", name="eHealth platform").check()
        page.locator("#what").select_option(label="INSZ + RN")
        expect(page.locator(".verdict")).to_contain_text("Yes.")
        expect(page.locator(".chain li").last).to_contain_text("INSZ + RN stand together")
        page.locator("#previous").click()
        expect(page.locator(".verdict")).to_contain_text("No.")
        page.get_by_role("tab", name="Printed and corrected").click()
        expect(page.locator(".errata")).to_contain_text("A2_CODE_DESTINATE")
        expect(page.locator("#columns-mzg_base")).to_contain_text("A4_YEAR_BEDINDEX_IN")
        # Played: it goes on by itself, and stops when asked to.
        page.locator("#play").click()
        expect(page.locator(".moment")).to_contain_text(re.compile(r"Step ([6-9]|[1-4]\d) of 48"))
        page.locator("#play").click()
        expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
        page.goto(address)
        reader.ready()
        expect(page.locator("#panel h2")).to_contain_text("insz_rn")
        expect(page.locator(".moment")).to_contain_text("Step 5 of 48")
        # From a column to the catalogue, and from there back to the study.
        page.get_by_role("link", name="hospital.PATIENT.INSZ").first.click()
        reader.ready()
        expect(page.locator(".detail h2")).to_contain_text("INSZ")
        page.locator(".use", has_text="stroke care").get_by_role("link").first.click()
        reader.ready()
        expect(page.locator("h1")).to_contain_text("Quality indicators of stroke care")


FULL = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # all that the dark changes


def violations(page: Page, options: dict[str, Any]) -> Iterator[str]:
    """What axe finds, with the first places."""
    for one in Axe().run(page, options=options).response["violations"]:
        places = "; ".join(str(node["target"]) + node["html"][:120] for node in one["nodes"][:3])
        yield f"{one['id']} ({one['impact']}): {places}"


def test_a_study_in_preparation_is_seen_by_its_sponsor_only(browser: Browser, portal: Portal) -> None:
    """Page, drawing and lineage: nothing of it is said to anyone else."""
    public = portal.client()
    for path in ("/flow?study=nothing", "/api/flow?study=nothing&format=svg"):
        assert public.get(path).status == 403
    directory = portal.house.directory
    listed = dict(directory.studies)
    hidden = {name: one for name, one in listed.items() if name != "stroke-care"}
    object.__setattr__(directory, "studies", hidden)
    try:
        for path in ("/flow?study=stroke-care", "/api/flow?study=stroke-care&format=svg"):
            assert public.get(path).status == 403
            assert portal.client("an.peeters").get(path).status == 403
        assert portal.client("mia.janssens").get("/api/flow?study=stroke-care&format=svg").status == 200
        with person(browser, portal) as reader:
            reader.open("/catalogue?open=mzg.STAYHOSP.A2_CODE_SEX")
            reader.page.locator(".detail").wait_for()
            assert "stroke care" not in reader.watch.text() and "mzg_linkset" not in reader.watch.text()
            reader.come_in("mia.janssens")
            reader.open("/catalogue?open=mzg.STAYHOSP.A2_CODE_SEX")
            expect(reader.page.locator(".detail")).to_contain_text("mzg_linkset")
    finally:
        object.__setattr__(directory, "studies", listed)


def test_files_are_what_they_say(portal: Portal) -> None:
    client = portal.client()
    for form, begin in (("svg", "<?xml"), ("pdf", "%PDF"), ("png", "\ufffdPNG")):
        with client._opener.open(f"{portal.address}/api/flow?study=intego&format={form}", timeout=60) as answer:
            assert answer.read().decode(errors="replace").startswith(begin)
    assert client.get("/api/flow", study="intego", format="exe").status == 400
    assert client.get("/api/catalogue", format="exe").status == 400
    assert client.get("/api/catalogue", what="cart", format="yaml").text.rstrip().endswith("variables: []")
    assert PASSWORD not in client.get("/catalogue").text
