"""Rights in real Chromium: from request to report, and a right withdrawn while the report is open."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from dashboards.web.access import VIEWS
from tests.dashboards.browsing import person
from tests.dashboards.portal import Portal, with_release
from workbench.state.tables import today

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:reference already known"),
]


@pytest.fixture(scope="module")
def own(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with a release of which the rights may be changed."""
    with with_release(repo_root, tmp_path_factory.mktemp("rights")) as portal:
        yield portal


# Looks through every shadow root for the heading of the refusal, and notes when it came.
WHEN_GONE = """() => { window.gone = new Promise((done) => {
  const headings = (node) => [...(node.shadowRoot ? headings(node.shadowRoot) : []),
    ...[...(node.children || [])].flatMap(headings), ...(node.tagName === "H1" ? [node.textContent] : [])]
  const id = setInterval(() => {
    if (headings(document.body).some((text) => text.includes("No access"))) { clearInterval(id); done(Date.now()) }
  }, 20)
}) }"""


def test_from_no_access_to_an_open_report_and_back_within_a_second(browser: Browser, own: Portal) -> None:
    """A closed report leads to a request; approved, it opens; withdrawn, the open page is refused at once."""
    with person(browser, own) as els, person(browser, own) as an:
        els.come_in("els.maes")
        assert els.open("/report?id=stroke-hospitals") == 403
        els.page.get_by_role("link", name="Ask for access").click()
        expect(els.page.get_by_label("Data collection")).to_have_value("stroke-care")
        els.page.get_by_label("Profile").select_option("provider/hospital")
        els.page.get_by_label("Reason").fill("I coordinate quality <b>now</b>")
        els.page.get_by_role("button", name="Ask").click()
        expect(els.page.get_by_role("status")).to_contain_text("with the access manager")
        assert els.open("/") == 200
        expect(els.page.locator(".collection", has_text="the request waits for a decision")).to_have_count(1)
        # The access manager, by keyboard alone from the name of the page on.
        an.come_in("an.peeters")
        an.page.goto(f"{own.address}/access?lang=en")
        expect(an.page.locator("blockquote")).to_have_text("I coordinate quality <b>now</b>")
        an.page.get_by_label("Until").focus()
        an.page.keyboard.press("Tab")
        while an.page.evaluate("document.activeElement.textContent") != "Approve":
            an.page.keyboard.press("Tab")
        an.page.keyboard.press("Enter")
        expect(an.page.get_by_role("status")).to_contain_text("the right holds from now on")
        assert els.open("/report?id=stroke-hospitals") == 200
        assert els.rows()
        # Chosen by the reader, and to be taken away.
        els.choose("Year of discharge", "2018")
        els.page.wait_for_url("**year=2018**")
        grant = next(one for one in own.house.open_state.grants.current() if one.person == "els.maes")
        an.page.goto(f"{own.address}/access?view=people&person=els.maes&lang=en")
        an.page.locator("summary").first.click()
        an.page.get_by_label("Reason").first.fill("another task")
        an.page.get_by_role("button", name="Withdraw now").click()
        expect(an.page.get_by_role("status")).to_contain_text("Withdrawn")
        assert own.house.open_state.grants.get(grant.id).withdrawn_by == "an.peeters"
        expect(els.page.get_by_role("heading", name="No access to this page")).to_be_visible()
        expect(els.page.get_by_role("link", name="Ask for access")).to_have_attribute(
            "href", re.compile("collection=stroke-care")
        )
        assert els.page.locator("table.grid tbody tr").count() == 0, "no figure stays on the screen"


def test_the_watch_refuses_an_open_page_in_less_than_a_second(browser: Browser, own: Portal) -> None:
    """The time between the change in the database and the refusal arriving at the browser, as the browser sees it."""
    state = own.house.open_state
    with person(browser, own) as reader:
        reader.come_in("luc.dubois")
        assert reader.open("/report?id=stroke-hospitals") == 200
        reader.rows()
        reader.page.evaluate(WHEN_GONE)
        grant = next(one for one in state.grants.current() if one.person == "luc.dubois")
        start = time.time()
        state.grants.withdraw(grant.id, by="tom", why="left")
        arrived = reader.page.evaluate("() => window.gone") / 1000
        print(f"refused after {arrived - start:.2f} s")
        assert arrived > start
        # Logging out somewhere, or no longer being active, closes other pages as well.
        state.people.activate("luc.dubois", "tom", active=False)
        expect(reader.page.get_by_role("heading", name="logged out")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "scheme"), [("nl", "light"), ("fr", "dark"), ("en", "dark")])
def test_every_view_is_free_of_faults_that_axe_finds(browser: Browser, own: Portal, lang: str, scheme: str) -> None:
    state = own.house.open_state
    if not state.grants.requests(waiting=True):
        state.grants.ask(
            "kobe.jacobs", "breast-clinics", "provider/hospital", why="r", ends=today() + timedelta(days=9)
        )
    with person(browser, own, lang) as reader:
        reader.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        addresses = [("an.peeters", f"view={view}") for view in VIEWS[:-1]]
        addresses += [("an.peeters", "view=people&person=kobe.jacobs"), ("ben.maertens", "view=log&verify=yes")]
        who = ""
        for login, query in addresses:
            if login != who:
                reader.page.context.clear_cookies()
                reader.come_in(who := login)
            reader.page.goto(f"{own.address}/access?{query}&lang={lang}")
            assert reader.page.locator("html").get_attribute("lang") == lang
            for one in reader.page.locator("summary").all():
                one.click()
            found = Axe().run(reader.page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], query
