"""A person in front of a real browser, and a watch on everything that browser does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket, expect

from scripts.browser import is_outside
from tests.dashboards.portal import PASSWORD, Portal

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=60_000)  # milliseconds, as for every other wait: a busy machine is no failure
READY = "() => window.Bokeh && Bokeh.index.roots[0] && Bokeh.index.roots[0].is_idle"


@dataclass
class Watch:
    """What a browser context did: errors, requests outside this machine, and all text it received."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    frames: int = 0

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("websocket", self._socket)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself reports the status of a refused page; every other error or warning is ours.
        refusal = message.type == "error" and "the server responded with a status of 4" in message.text
        if message.type in ("error", "warning") and not refusal:
            self.errors.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if is_outside(request.url):
            self.outside.append(request.url)

    def _failed(self, request: Request) -> None:
        # Whoever leaves a page early breaks off what was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"{request.failure}: {request.url}")

    def _socket(self, socket: WebSocket) -> None:
        if is_outside(socket.url):
            self.outside.append(socket.url)
        socket.on("framereceived", self._frame)

    def _frame(self, payload: str | bytes) -> None:
        self.frames += 1
        self.received.append(payload if isinstance(payload, str) else payload.decode("latin-1"))

    def text(self) -> str:
        """Everything that came over the websockets."""
        return "\n".join(self.received)

    def check(self) -> None:
        """No error, and not one request to the outside."""
        assert not self.errors, "\n".join(self.errors)
        assert not self.outside, "\n".join(self.outside)


@dataclass
class Person:
    """A browser context that is one person."""

    portal: Portal
    page: Page
    watch: Watch
    lang: str

    def log_in(self, login: str) -> None:
        """Fill in the form as a person does."""
        self.page.goto(f"{self.portal.address}/login?lang={self.lang}")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.ready()

    def come_in(self, login: str) -> None:
        """Be somebody who logged in: the form is sent without the browser, which only gets the cookies."""
        jar = self.portal.client(login).jar
        self.page.context.add_cookies(
            [{"name": one.name, "value": str(one.value), "url": self.portal.address, "httpOnly": True} for one in jar]
        )

    def open(self, path: str) -> int:
        """Go to a page of Panel and wait until it stands; returns its HTTP status."""
        link = "&" if "?" in path else "?"
        response = self.page.goto(f"{self.portal.address}{path}{link}lang={self.lang}")
        assert response is not None
        if response.ok:
            self.ready()
        return response.status

    def ready(self) -> None:
        self.page.wait_for_function(READY, timeout=60_000)

    def headings(self) -> list[str]:
        return [text.strip() for text in self.page.locator("h1, h2, h3").all_inner_texts()]

    def rows(self) -> list[list[str]]:
        """The cells of the table on the page."""
        table = self.page.locator("table.grid tbody tr")
        table.or_(self.page.locator(".reference")).first.wait_for()
        assert table.count(), "an error stands where the table should be"
        return [row.locator("th, td").all_inner_texts() for row in table.all()]

    def choose(self, parameter: str, value: str) -> None:
        """Choose a value of a parameter."""
        self.page.get_by_role("combobox", name=parameter).select_option(value)


@contextmanager
def person(browser: Browser, portal: Portal, lang: str = "en", width: int = 1366) -> Iterator[Person]:
    """A fresh browser context; at its end nothing may have gone wrong in it."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="nl-BE")
    try:
        page = context.new_page()
        page.set_default_timeout(60_000)
        watch = Watch()
        watch.follow(page)
        yield Person(portal, page, watch, lang)
        watch.check()
    finally:
        context.close()


def spellings(number: int, lang: str) -> set[str]:
    """A number as a program writes it and as the page of a language does."""
    separator = {"nl": ".", "fr": "\u202f", "en": ","}[lang]
    written = f"{number:,}".replace(",", separator)
    return {str(number), written, written.encode("unicode_escape").decode()}


def tokens(text: str) -> set[str]:
    """All whole numbers in a text, bare and with the separators of thousands.

    Digits inside a word are no number: every message has identifiers at random (`p34241`, `569766353B0C`), and
    one of those would be taken for a figure of somebody else once in some hundred pages. A coordinate (`14041.8036`) is
    no whole number; one that is written as a fraction (`14041.0`, `14041.0000001`) is.
    """
    lines = re.sub(r"\\[nrt]", " ", text)  # a line break, as JSON writes it, is no letter before a number
    bare = re.findall(r"(?<![0-9A-Za-z_.])\d+(?![0-9A-Za-z_])(?!\.(?!0{4})\d*[1-9])", lines)
    grouped = re.findall(r"(?<![0-9A-Za-z_])\d{1,3}(?:(?:[.,\u202f]|\\u202f)\d{3})+(?![0-9A-Za-z_])", lines)
    return {*bare, *grouped}


def browse(chromium: str) -> Any:
    """Playwright and the system's Chromium; to be used as a context manager."""
    from playwright.sync_api import sync_playwright

    @contextmanager
    def started() -> Iterator[Browser]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            try:
                yield browser
            finally:
                browser.close()

    return started()
