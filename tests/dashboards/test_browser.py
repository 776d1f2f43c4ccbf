"""The portal in real Chromium: every profile looks at what it may see, and at nothing else.

Each test ends with a check that the browser met no error and asked nothing outside this machine.
"""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboards.browsing import person, tokens
from tests.dashboards.portal import Portal
from tests.publish.releases import HOSPITALS

pytestmark = [
    pytest.mark.browser,
    # Bokeh says so when a browser answers with a model that it was sent; as an error it would break the page.
    pytest.mark.filterwarnings("ignore:reference already known"),
]

NAMES = {
    "nl": ("Indicator", "Jaar van ontslag", "Ziekenhuis"),
    "fr": ("Indicateur", "Année de sortie", "Hôpital"),
    "en": ("Indicator", "Year of discharge", "Hospital"),
}


def test_an_identifier_is_not_taken_for_a_number() -> None:
    """What failed once: an identifier at random that holds the digits of a number of somebody else."""
    sent = '{"id":"p34241","reqid":"5697A34241B0C4","at":0.34241,"n":[34242,34.243,1\u202f234],"t":"a\\n34244"}'
    assert "34241" not in tokens(sent)
    assert tokens(sent) >= {"34242", "34.243", "1\u202f234", "34244"}
    assert tokens("[14041.8036, 15042.0, 16043.00000001, 17044]") == {"15042", "16043", "17044"}


def test_a_changed_parameter_changes_page_and_address(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as reader:
        reader.come_in("mia.janssens")
        reader.open("/report?id=stroke-hospitals")
        assert len(reader.rows()) == len(HOSPITALS) + 1
        reader.choose("Indicator", "30-day mortality after stroke")
        reader.page.locator("h2", has_text="Mortality against expectation").wait_for()
        reader.choose("Hospital", "UZ Beukenhof")
        reader.page.locator("h2 small", has_text="2 rows").wait_for()
        reader.choose("Year of discharge", "2018")
        reader.page.wait_for_url("**year=2018**")
        address = reader.page.url
        for part in ("id=stroke-hospitals", "indicator=mortality30", "hospital=902", "year=2018", "lang=en"):
            assert part in address
        rows = reader.rows()
        assert [row[:2] for row in rows] == [["UZ Beukenhof", "2018"], ["All hospitals", "2018"]]
        # The same view again: from the address, from the permanent link, and in another language.
        reader.page.goto(address)
        reader.ready()
        assert reader.rows() == rows
        link = reader.page.get_by_role("link", name="Permanent link to this view")
        assert "release=1" in str(link.get_attribute("href"))
        link.click()
        reader.ready()
        assert reader.rows() == rows
        reader.page.locator("a[hreflang=fr]").click()
        reader.ready()
        assert [row[:2] for row in reader.rows()] == [["UZ Beukenhof", "2018"], ["Tous les hôpitaux", "2018"]]
        assert reader.page.locator("html").get_attribute("lang") == "fr"


def test_the_csv_holds_what_the_page_shows(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as reader:
        reader.come_in("an.peeters")
        reader.open("/report?id=stroke-hospitals&indicator=ivt")
        shown = [[row[0], row[1], row[2].replace(",", "")] for row in reader.rows()]
        with reader.page.expect_download() as waiting:
            reader.page.get_by_role("link", name="This view as CSV").click()
        text = waiting.value.path().read_text(encoding="utf-8")
        assert waiting.value.suggested_filename == "stroke-hospitals-0001.csv"
        lines = list(csv.DictReader(io.StringIO(text)))
        assert [[line["hospital_name"], line["year"], line["n"]] for line in lines] == shown


def test_an_open_page_shows_nothing_new_after_logging_out(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as reader:
        reader.come_in("an.peeters")
        reader.open("/report?id=stroke-hospitals&indicator=ivt")
        reader.rows()
        cookie = {one["name"]: one["value"] for one in reader.page.context.cookies()}
        elsewhere = Request(
            f"{portal.address}/logout",
            headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookie.items()), "Sec-Fetch-Site": "same-origin"},
        )
        with urlopen(elsewhere, timeout=60) as answer:
            assert answer.status == 200
        before = len(reader.watch.received)
        reader.choose("Indicator", "90-day mortality after stroke")
        reader.page.locator("h1", has_text="You are logged out").wait_for()
        assert reader.page.locator("table.grid tbody tr").count() == 0
        assert not [
            text
            for text in reader.watch.received[before:]
            if "mortality90" in text and "value" in text and "UZ" in text
        ]


def test_logging_out_leads_back_to_the_public_portal(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as reader:
        reader.come_in("an.peeters")
        reader.open("/")
        reader.page.get_by_role("heading", name="Hello An Peeters").wait_for()
        reader.page.get_by_role("link", name="Log out").click()
        assert reader.page.locator("h1").inner_text() == "You are logged out"
        reader.open("/")
        reader.page.get_by_role("heading", name="Reports", exact=True).wait_for()
        reader.page.get_by_role("link", name="Log in", exact=True).first.wait_for()


def test_a_page_that_breaks_shows_a_reference_number(
    browser: Browser, portal: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dashboards.pages.results.drawings", broken)
    with person(browser, portal) as reader:
        reader.open("/report?id=stroke-public")
        reader.page.locator("h1", has_text="Something went wrong").wait_for()
        reference = reader.page.locator(".reference b").inner_text()
        assert reference in caplog.text
        assert "secret detail" not in reader.watch.text()


def test_everything_can_be_done_with_the_keyboard(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as reader:
        reader.page.goto(f"{portal.address}/login?lang=en&user=mia.janssens&next=/report?id=stroke-hospitals")
        reader.page.locator("#password:focus").wait_for()  # the cursor stands there, once the page is drawn
        reader.page.keyboard.type("only for tests")
        reader.page.keyboard.press("Enter")
        reader.ready()
        reader.rows()
        for _ in range(30):
            reader.page.keyboard.press("Tab")
            focused = reader.page.evaluate(FOCUSED)
            if focused["tag"] == "SELECT":
                break
        assert focused == {"tag": "SELECT", "label": "Indicator"}
        reader.page.keyboard.press("ArrowDown")
        reader.page.wait_for_url("**indicator=no_antibiotics**")
        reader.page.keyboard.press("Tab")
        assert reader.page.evaluate(FOCUSED) == {"tag": "SELECT", "label": "Year of discharge"}


FOCUSED = """() => {
  let e = document.activeElement;
  while (e.shadowRoot && e.shadowRoot.activeElement) { e = e.shadowRoot.activeElement; }
  return {tag: e.tagName, label: e.labels && e.labels.length ? e.labels[0].textContent : null};
}"""


@pytest.mark.slow
def test_a_drawing_that_does_not_fit_a_view_goes_and_comes_back(browser: Browser, portal: Portal) -> None:
    """What failed once: a drawing that was hidden stayed so, and its words were there for whoever asked for them."""
    with person(browser, portal) as reader:
        reader.come_in("mia.janssens")
        reader.open("/report?id=stroke-hospitals&indicator=mortality30")
        page = reader.page
        funnel = page.get_by_role("heading", name="Mortality against expectation")
        drawn = page.locator(".bk-Figure").filter(visible=True)
        expect(funnel).to_be_visible()
        expect(drawn).to_have_count(2)
        reader.choose("Indicator", "Intravenous thrombolysis")
        expect(funnel).to_have_count(0)
        expect(drawn).to_have_count(1)
        reader.choose("Indicator", "30-day mortality after stroke")
        expect(funnel).to_be_visible()
        expect(drawn).to_have_count(2)
        assert all(box["width"] > 300 for one in drawn.all() if (box := one.bounding_box()))


@pytest.mark.slow
def test_controls_have_names_and_no_key_is_shown(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as reader:
        reader.come_in("mia.janssens")
        for lang, names in NAMES.items():
            reader.lang = lang
            reader.open("/report?id=stroke-hospitals&indicator=mortality30")
            reader.rows()
            for name in names:
                assert reader.page.get_by_role("combobox", name=name, exact=True).count() == 1
            assert reader.page.get_by_role("combobox").count() == 3
            for link in reader.page.get_by_role("link").all():
                assert (link.get_attribute("aria-label") or link.inner_text()).strip()
            body = reader.page.locator("body").inner_text()
            for prefix in ("portal.", "report.", "withheld.", "column.", "caption.", "plot.", "scope.", "notice."):
                assert f" {prefix}" not in body
