"""What a person sees of a log-in through a provider, in Chromium: the form, the one without passwords, a stranger."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from dashboards.texts import texts
from tests.dashboards.browsing import Person, person
from tests.dashboards.openid.there import There, ours
from tests.dashboards.portal import Portal

pytestmark = pytest.mark.browser


def has_no_fault(reader: Person) -> None:
    """Axe finds nothing in it, and a phone has to push nothing aside."""
    assert reader.page.locator("html").get_attribute("lang") == reader.lang
    found = Axe().run(reader.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], reader.page.url
    assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), reader.page.url


@pytest.mark.parametrize(
    ("lang", "scheme", "width"), [("nl", "light", 1366), ("fr", "dark", 390), ("en", "dark", 1366)]
)
def test_axe_finds_nothing_on_the_pages_of_a_log_in(
    browser: Browser, site: tuple[Portal, There], lang: str, scheme: str, width: int
) -> None:
    portal, there = site
    there.subject = "somebody-else"
    t = texts(lang)
    with person(browser, portal, lang, width) as reader:
        page = reader.page
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{portal.address}/login?lang={lang}")
        way = page.get_by_role("link", name=t("login.provider", name="Paspoort & Co"))
        expect(way).to_be_visible()
        expect(page.locator("#password")).to_be_visible()
        has_no_fault(reader)
        way.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{there.issuer}/**")
        page.goto(there.agree(page.url))
        expect(page.locator("h1")).to_have_text(t("notice.unknown_here.title"))
        expect(page.locator(".reference")).to_contain_text("somebody-else")
        has_no_fault(reader)
        ours(portal).settings = replace(ours(portal).settings, only=True)
        page.goto(f"{portal.address}/login?lang={lang}")
        expect(way).to_be_visible()
        expect(page.locator("#password")).to_have_count(0)
        has_no_fault(reader)
