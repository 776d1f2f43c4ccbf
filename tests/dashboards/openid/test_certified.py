"""The same with a provider that the OpenID Foundation certified, in real Chromium: `make test-oidc` (needs Node)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.web.openid.provider import Provider
from dashboards.web.openid.settings import Settings
from tests.dashboards.openid.there import CLIENT, SECRET
from tests.dashboards.portal import Portal, running
from workbench.state import Subject

pytestmark = pytest.mark.oidc
HERE = Path(__file__).parent / "certified"


@pytest.fixture(scope="module")
def site(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, str]]:
    root = tmp_path_factory.mktemp("certified")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    issuer, node = f"http://localhost:{port}", shutil.which("node")
    assert node and (HERE / "node_modules").is_dir(), "make test-oidc installs what this needs"
    ours = Provider(Settings(issuer, CLIENT, "itsme", SECRET))
    with running(root / "releases", root / "state", repo_root / "catalog", provider=ours) as portal:
        portal.house.open_state.subjects.link(Subject(issuer, "subject-7", "mia.janssens"), "test")
        program = [node, str(HERE / "server.mjs"), str(port), portal.address]
        environment = {**os.environ, "SECRET": SECRET}
        with subprocess.Popen(program, stdout=subprocess.PIPE, env=environment, cwd=HERE) as process:
            try:
                assert process.stdout and process.stdout.readline() == b"ready\n"
                yield portal, issuer
            finally:
                process.kill()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def log_in(page: Page, portal: Portal, subject: str) -> None:
    page.goto(f"{portal.address}/login?lang=en&next=/access?view=mine")
    page.get_by_role("link", name="Log in with itsme").click()
    page.locator("input[name=login]").fill(subject)
    page.locator("input[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_a_person_logs_in_reads_and_logs_out_at_both(page: Page, site: tuple[Portal, str]) -> None:
    portal, issuer = site
    log_in(page, portal, "subject-7")
    expect(page.locator(".who")).to_have_text("Mia Janssens")
    assert page.url.startswith(f"{portal.address}/access?view=mine")
    entry = list(portal.house.open_state.audit.entries(what=["login"]))[-1]
    assert entry.about == "mia.janssens" and issuer in entry.detail
    page.get_by_role("link", name="Log out").click()
    page.get_by_role("link", name="Log out at itsme").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("link", name="Log in with itsme")).to_be_visible()
    assert page.url.startswith(f"{portal.address}/login")
    page.get_by_role("link", name="Log in with itsme").click()
    expect(page.locator("input[name=login]")).to_be_visible()  # logged out there too: it asks again


def test_a_right_of_the_state_counts_and_no_other(page: Page, site: tuple[Portal, str]) -> None:
    portal, _ = site
    log_in(page, portal, "somebody-else")
    expect(page.locator("h1")).to_have_text("Not known here yet")
    expect(page.locator(".reference")).to_contain_text("somebody-else")


def test_log_out_everywhere_ends_it_in_every_browser(browser: Browser, page: Page, site: tuple[Portal, str]) -> None:
    portal, _ = site
    log_in(page, portal, "subject-7")
    expect(page.locator(".who")).to_have_text("Mia Janssens")
    portal.house.logins.close_all("mia.janssens")
    page.reload()
    expect(page.locator(".who")).to_have_count(0)


def test_who_turns_back_at_the_provider_is_told(page: Page, site: tuple[Portal, str]) -> None:
    portal, _ = site
    page.goto(f"{portal.address}/login?lang=en")
    page.get_by_role("link", name="Log in with itsme").click()
    page.get_by_role("link", name="[ Cancel ]").click()
    expect(page.get_by_role("alert")).to_contain_text("broken off")
