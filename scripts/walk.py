"""A newcomer's walk through the portal in a real browser; makes the pictures of docs/walk.md and of README.

    python -m scripts.walk HOME      HOME as `workbench demo --home HOME --no-serve` made it

The steps are functions of a page, so that a test walks the same way without pictures.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from scripts import browser

IMAGES = Path("docs/images")
READY = "() => window.Bokeh && Bokeh.index.roots[0] && Bokeh.index.roots[0].is_idle"
FIELDS = ("A2_YEAR_HOSP_OUT", "A2_CODE_SEX", "A2_CODE_DESTINATE")
WORDS = {
    "title": ("Waarheen na ontslag", "Vers où après la sortie", "Where to after discharge"),
    "purpose": (
        "Tellen waarheen vrouwen en mannen na ontslag gaan, om nazorg te plannen.",
        "Compter vers où vont femmes et hommes après la sortie, pour planifier le suivi.",
        "Count where women and men go after discharge, in order to plan after-care.",
    ),
    "population/label": ("Alle verblijven in 2018.", "Tous les séjours en 2018.", "All stays in 2018."),
    "variables/0/motivation": ("Kiest het jaar.", "Choisit l'année.", "Chooses the year."),
    "variables/1/motivation": ("De vraag is per geslacht.", "La question est par sexe.", "The question is by sex."),
    "variables/2/motivation": ("Dit wordt geteld.", "C'est ce qui est compté.", "This is what is counted."),
    "variables/3/motivation": (
        "Elk ziekenhuis ziet zichzelf.",
        "Chaque hôpital se voit.",
        "Each hospital sees itself.",
    ),
    "variables/4/motivation": ("Telt personen, niet rijen.", "Compte des personnes.", "Counts persons, not rows."),
}
HOSPITAL, MANAGER, REVIEWER = "els.maes", "an.peeters", "nora.willems"  # people of the demo
Shot = Callable[[str], None]


def no_shot(name: str) -> None:
    """A walk without pictures."""


def visit(page: Page, address: str) -> None:
    """Open a page of the portal and wait until it stands."""
    page.goto(address)
    page.wait_for_function(READY)


def log_in(page: Page, home: str, login: str, password: str) -> None:
    page.goto(f"{home}/login?lang=en")
    page.fill("#login", login)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_function(READY)


def find_three_fields(page: Page, home: str, shot: Shot = no_shot) -> None:
    """Search each in the catalogue and put it aside."""
    visit(page, f"{home}/catalogue?lang=en")
    if page.locator("#empty").count():
        page.click("#empty")
        expect(page.locator(".cart li")).to_have_count(0)
    for number, name in enumerate(FIELDS, start=1):
        page.fill("#q", name)
        page.wait_for_url(f"**q={name}**")
        page.locator(".variable", has_text=name).first.get_by_role("checkbox").check()
        expect(page.locator(".cart li")).to_have_count(number)
    shot("fields")


def begin_with_them(page: Page, home: str, shot: Shot = no_shot) -> None:
    """A draft from the cart, with a flow that fits its variables."""
    visit(page, f"{home}/builder?lang=en")
    page.click("#begin-cart")
    page.wait_for_url("**draft=**")
    page.wait_for_function(READY)
    go(page, "flow")
    page.select_option("#flow-template", "start:hospitals")
    page.click("#take-flow")
    expect(page.locator(".entry-head", has_text="count-groups")).to_be_visible()
    shot("flow")


def repair_its_findings(page: Page, shot: Shot = no_shot) -> None:
    """What is missing stands at its field: write it, until nothing is left."""
    go(page, "purpose")
    expect(page.locator('[id="f/title/nl-said"]')).to_be_visible()
    shot("findings")
    for at in ("title", "purpose"):
        write(page, at)
    fill(page, "applicant/organisation", "VIKZ")
    for end in ("from", "to"):
        fill(page, f"period/{end}", "2018")
    go(page, "variables")
    for number in range(sum(at.startswith("variables/") for at in WORDS)):
        page.locator(".entry-head").nth(number).click()
        expect(page.locator(f'[id="f/variables/{number}/motivation/nl"]')).to_be_visible()
        write(page, f"variables/{number}/motivation")
    go(page, "population")
    write(page, "population/label")
    page.get_by_role("button", name="Add: Criteria").click()
    fill(page, "population/criteria/0/field", "mzg.STAYHOSP.A2_YEAR_HOSP_OUT")
    fill(page, "population/criteria/0/between", "[2018, 2018]")
    expect(page.get_by_text("no errors")).to_be_visible()
    expect(page.locator("#count")).to_be_visible() if shot is not no_shot else None
    page.locator("#step-title").scroll_into_view_if_needed()
    shot("population")


def hand_it_in(page: Page, shot: Shot = no_shot) -> str:
    """Submit it for review; returns the number of the draft."""
    go(page, "review")
    expect(page.locator("#submit")).to_be_enabled()
    shot("review")
    page.click("#submit")
    expect(page.locator("#state")).to_contain_text("in review")
    found = re.search(r"draft=(\w+)", page.url)
    assert found is not None
    return found.group(1)


def authorise_it(page: Page, home: str, draft: str, shot: Shot = no_shot) -> None:
    """As a reviewer: hand it in, and record what the Committee decided."""
    visit(page, f"{home}/builder?draft={draft}&lang=en")
    go(page, "review")
    page.click("#hand_in")
    expect(page.locator("#state")).to_contain_text("submitted")
    page.fill("#why", "Deliberation of the walk: no conditions.")
    shot("authorise")
    page.click("#authorise")
    expect(page.locator("#state")).to_contain_text("authorised")


def run_it(page: Page, home: str, draft: str, shot: Shot = no_shot, persons: int = 5_000) -> None:
    """Run the draft on synthetic people; the run goes on when the page is left."""
    visit(page, f"{home}/runs?lang=en")
    page.select_option("#study", f"draft/{draft}")
    page.fill("#persons", str(persons))
    page.locator("#persons").press("Enter")
    expect(page.locator(".stages")).to_be_visible()
    expect(page.locator(".state").first).to_have_text("done", timeout=600_000)
    expect(page.locator("table.ledger tbody tr").first).to_be_visible()
    shot("run")


def publish_it(page: Page, shot: Shot = no_shot) -> None:
    """On the page of the run: protect its indicators and put them on the shelf, to be signed."""
    page.locator('button[id^="publish-"]').click()
    expect(page.locator(".publication .state").first).to_have_text("done", timeout=600_000)
    page.locator(".publication").first.scroll_into_view_if_needed()
    shot("published")


def give_right(page: Page, home: str, draft: str, person: str, profile: str, shot: Shot = no_shot) -> None:
    """As an access manager: a profile in the new collection for somebody of the own organisation.

    It is chosen by its draft: who walked before has a collection of the same name.
    """
    page.goto(f"{home}/access?view=people&person={person}&lang=en")
    page.select_option("#collection", f"draft-{draft}")
    page.select_option("#profile", profile)
    page.fill("#why", "Takes part in the study.")
    page.locator("#why").scroll_into_view_if_needed()
    shot("right")
    page.locator("#why").press("Enter")
    expect(page.locator("li", has_text=WORDS["title"][2]).first).to_be_visible()


def sign_it(page: Page, home: str, draft: str, shot: Shot = no_shot) -> None:
    """As a second person of the sponsor."""
    visit(page, f"{home}/release?study=draft-{draft}&lang=en")
    expect(page.locator("#sign")).to_be_visible()
    shot("sign")
    page.click("#sign")
    expect(page.locator(".state.public").first).to_be_visible()


def go(page: Page, step: str) -> None:
    """To a step of the builder, and wait until it is there."""
    page.click(f"#step-{step}")
    expect(page.locator(f"#step-{step}")).to_have_attribute("aria-current", "step")


def write(page: Page, at: str) -> None:
    """The same in three languages."""
    for lang, words in zip(("nl", "fr", "en"), WORDS[at], strict=True):
        fill(page, f"{at}/{lang}", words)


def fill(page: Page, at: str, words: str) -> None:
    """Fill in a field, go on to the next, and see that it is saved."""
    field = page.locator(f'[id="f/{at}"]')
    field.wait_for()  # with what adds it comes a version
    before = version(page)
    field.fill(words)
    page.keyboard.press("Tab")
    expect(page.locator("#saved")).to_contain_text(f"version {before + 1} ")


def version(page: Page) -> int:
    found = re.search(r"version ([\d,]+) ", page.locator("#saved").inner_text())
    assert found is not None
    return int(found.group(1).replace(",", ""))


def read_as_a_hospital(page: Page, home: str, draft: str, shot: Shot = no_shot) -> None:
    """From the start page to the report of the new collection."""
    visit(page, f"{home}/?lang=en")
    page.locator(f'a.button[href*="draft-{draft}"]').first.click()
    expect(page.locator("table.grid tbody tr").first).to_be_visible()
    page.locator("table.grid tbody tr").last.scroll_into_view_if_needed()
    shot("report")


def walk(page: Page, home: str, become: Callable[[str], None], designer: str, signer: str, shot: Shot = no_shot,
         persons: int = 5_000) -> str:  # fmt: skip
    """The whole way; `become` logs in as somebody else. Returns the number of the draft."""
    become(designer)
    find_three_fields(page, home, shot)
    begin_with_them(page, home, shot)
    repair_its_findings(page, shot)
    draft = hand_it_in(page, shot)
    become(REVIEWER)
    authorise_it(page, home, draft, shot)
    become(designer)
    run_it(page, home, draft, shot, persons)
    publish_it(page, shot)
    become(REVIEWER)  # who looks after the rights of the sponsor's people too
    give_right(page, home, draft, signer, "sponsor/hospital")
    become(signer)
    sign_it(page, home, draft, shot)
    become(MANAGER)
    give_right(page, home, draft, HOSPITAL, "provider/hospital", shot)
    become(HOSPITAL)
    read_as_a_hospital(page, home, draft, shot)
    return draft


def main(home: Path) -> None:
    """Serve a demo folder, walk, and take the pictures."""
    password = secrets.token_urlsafe(12)
    command = [sys.executable, "-m", "workbench", "serve", "--home", str(home), "--port", "5990"]
    environment = {**os.environ, "WORKBENCH_DEMO_PASSWORD": password, "COLUMNS": "200"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            address = _address(server)
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
                page = chromium.new_page(viewport={"width": 1280, "height": 860})
                page.set_default_timeout(120_000)
                expect.set_options(timeout=120_000)
                names: list[str] = []

                def shot(name: str) -> None:
                    names.append(name)
                    page.wait_for_timeout(700)  # what fades in is there
                    page.screenshot(path=IMAGES / f"walk-{len(names)}-{name}.png")

                def become(login: str) -> None:
                    page.context.clear_cookies()
                    log_in(page, address, login, password)

                walk(page, address, become, "mia.janssens", "jef.wouters", shot)
                become("mia.janssens")
                page.set_viewport_size({"width": 1366, "height": 940})
                visit(page, f"{address}/report?id=stroke-hospitals&indicator=mortality30&year=all&lang=en")
                expect(page.locator("table.grid tbody tr").first).to_be_visible()
                page.wait_for_timeout(700)
                page.screenshot(path=IMAGES / "report.png")
                chromium.close()
        finally:
            server.terminate()


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        found = re.search(r"http://[\w.]+:\d+", line)
        if found:
            return found.group()
    raise SystemExit("the portal did not start")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
