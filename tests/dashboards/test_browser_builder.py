"""The study builder in real Chromium: from a known study to a draft that is submitted, and what stands in its way."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import nbformat
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.dashboards.browsing import Person, person
from tests.dashboards.portal import Portal
from workbench.drafts.judge import judge
from workbench.main.checks import check_study

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:reference already known"),
]
MARKUP = "<img src=x onerror=document.title='taken'>"


def begin(designer: Person, study: str = "stroke-selfreg-2020") -> Page:
    """A new draft from a known study, open at its first step."""
    page = designer.page
    designer.open("/builder")
    page.select_option("#template", study)
    page.click("#begin-begin_template")
    page.wait_for_url("**draft=**")
    designer.ready()
    expect(page.locator("#saved")).to_contain_text("1")
    return page


def type_in(page: Page, at: str, words: str) -> None:
    """Fill in a field and go on to the next, as a person does."""
    page.fill(f'[id="f{at}"]', words)
    page.keyboard.press("Tab")


def go(page: Page, step: str) -> None:
    """To a step, and wait until it is there."""
    page.click(f"#step-{step}")
    expect(page.locator(f"#step-{step}")).to_have_attribute("aria-current", "step")


@pytest.mark.slow
def test_from_a_known_study_to_a_submitted_draft(
    browser: Browser, portal: Portal, repo_root: Path, tmp_path: Path
) -> None:
    """Break it, see the finding at the field, repair it, undo and redo, take it along, and hand it in."""
    with person(browser, portal) as designer:
        designer.come_in("mia.janssens")
        page = begin(designer)
        # A field that does not exist: said at the field, in the list, and in the steps; saved all the same.
        go(page, "variables")
        page.locator(".entry-head").first.click()
        type_in(page, "/variables/0/ref", "selfreg.STROKE_2020.NONE")
        said = page.locator('[id="f/variables/0/ref-said"]')
        expect(said).to_contain_text("does not exist")
        expect(page.locator('[id="f/variables/0/ref"]')).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#saved")).to_contain_text("version 2")
        expect(page.locator("#step-variables")).to_contain_text("1 error")
        go(page, "review")
        expect(page.locator("#submit")).to_be_disabled()
        # The list leads back to the field, which gets the focus.
        page.locator("#findings li", has_text="does not exist").get_by_role("button").click()
        expect(page.locator('[id="f/variables/0/ref"]')).to_be_focused()
        page.click("#undo")
        expect(said).to_have_count(0)
        expect(page.locator("#redo")).to_be_enabled()
        # Words of a person are words, whatever they look like.
        type_in(page, "/variables/0/motivation/en", MARKUP)
        expect(page.locator("#saved")).to_contain_text("version 4")
        expect(page.locator('[id="f/variables/0/motivation/en"]')).to_have_value(MARKUP)
        assert "taken" not in page.title()
        # A list of parties: one that nobody knows, and away with it.
        go(page, "flow")
        page.fill('[id="f/parties"]', "nobody")
        page.keyboard.press("Enter")
        expect(page.locator('[id="f/parties-said"]')).to_contain_text("'nobody' is unknown")
        page.get_by_role("button", name="Remove nobody").click()
        expect(page.locator('[id="f/parties-said"]')).to_have_count(0)
        # Reloading loses nothing, and leads to the same step.
        page.reload()
        designer.ready()
        expect(page.locator("#step-flow")).to_have_attribute("aria-current", "step")
        expect(page.locator("#saved")).to_contain_text("version 6")
        # What changed since the first version, in words.
        go(page, "review")
        page.select_option("#compare", "1")
        expect(page.locator(".changes")).to_contain_text("motivation")
        # Out as a file that the command line finds in order, and as a request.
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Study file (YAML)").click()
        file = tmp_path / "mine.yaml"
        file.write_bytes(Path(waiting.value.path()).read_bytes())
        assert yaml.safe_load(file.read_text())["variables"][0]["motivation"]["en"] == MARKUP
        assert check_study(str(file), repo_root / "catalog").fine
        with page.expect_download() as waiting:
            page.click("#as-notebook")
        notebook = nbformat.read(waiting.value.path(), as_version=4)
        written = [cell.source.partition("\n")[2] for cell in notebook.cells if cell.source.startswith("%%study")]
        assert written == [file.read_text()] and waiting.value.suggested_filename.endswith(".ipynb")
        with page.context.expect_page() as opened:
            page.click("#request-html")
        request = opened.value
        expect(request.locator("h1")).to_contain_text("Self-registration")
        request.close()
        expect(page.locator("#submit")).to_be_enabled()
        page.click("#submit")
        expect(page.locator("#submit")).to_have_count(0)
        go(page, "purpose")
        expect(page.locator('[id="f/title/nl"]')).to_be_disabled()
        draft = page.url
    # The reviewer reads it and says something; whoever has no duty here finds nothing.
    with person(browser, portal, "nl") as reviewer:
        reviewer.come_in("nora.willems")
        page = reviewer.page
        page.goto(draft.replace("lang=en", "lang=nl"))
        reviewer.ready()
        page.fill("#say", "Waarom deze titel?")
        page.click("#comment")
        expect(page.locator(".said-by")).to_contain_text("Waarom deze titel?")
        page.locator(".said-by button").click()
        expect(page.locator(".said-by .done")).to_have_count(1)
        # A decision has its reason; sent back, the draft can be written again.
        go(page, "review")
        page.click("#send_back")
        expect(page.get_by_role("alert").filter(has_text="reden")).to_be_visible()
        page.fill("#why", "Titel aanpassen")
        page.click("#send_back")
        expect(page.locator(".events")).to_contain_text("Titel aanpassen")
    with person(browser, portal) as designer:
        designer.come_in("mia.janssens")
        designer.page.goto(draft)
        designer.ready()
        expect(designer.page.locator('[id="f/title/nl"]')).to_be_enabled()
    with person(browser, portal) as stranger:
        stranger.come_in("an.peeters")
        assert stranger.open(draft.removeprefix(portal.address).replace("&lang=en", "")) == 403
        assert portal.client("an.peeters").get("/api/draft", draft=draft.split("draft=")[1][:24]).status == 403
        assert portal.client().get("/api/draft", draft=draft.split("draft=")[1][:24]).status == 403


# What the page was sent for a part of it, drawn or not.
SENT = """(name) => [...Bokeh.documents[0]._all_models.values()].find((one) => one.data && one.data.regions)
  .data.regions[name]"""


def test_nothing_typed_or_pressed_is_lost_when_the_page_is_drawn_anew(
    browser: Browser, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check ends while somebody is in the middle of a field, and another between press and release of a button."""
    judged = Event()

    def patient(*given: Any) -> Any:
        assert judged.wait(60)
        return judge(*given)

    with person(browser, portal) as designer:
        designer.come_in("mia.janssens")
        page = begin(designer)
        expect(page.get_by_text("no errors")).to_be_visible()
        monkeypatch.setattr("dashboards.pages.builder_draft.judge", patient)
        type_in(page, "/title/nl", "")
        expect(page.locator("#saved")).to_contain_text("version 2")
        french = page.locator('[id="f/title/fr"]')
        expect(french).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type("En cours d'écriture")
        judged.set()
        expect(page.locator('[id="f/title/nl-said"]')).to_be_visible()
        expect(french).to_be_focused()
        expect(french).to_have_value("En cours d'écriture")
        page.keyboard.press("Tab")
        expect(page.locator("#saved")).to_contain_text("version 3")
        # The mistake is mended with the button of the next step already pressed: the steps change below the mouse.
        page.locator('[id="f/title/nl"]').fill("Titel")
        page.locator("#step-flow").hover()
        page.mouse.down()
        page.wait_for_function(f"() => !({SENT})('steps').includes('error')")
        page.mouse.up()
        expect(page.locator("#step-flow")).to_have_attribute("aria-current", "step")
        expect(page.locator("#saved")).to_contain_text("version 4")
    (newest, *_) = portal.house.open_state.drafts.list("mia.janssens")
    text = yaml.safe_load(portal.house.open_state.drafts.read(newest.id).text)
    assert (text["title"]["nl"], text["title"]["fr"]) == ("Titel", "En cours d'écriture")


@pytest.mark.slow
def test_two_people_at_one_draft_both_keep_their_change(browser: Browser, portal: Portal) -> None:
    with person(browser, portal) as mia, person(browser, portal, "fr") as jef:
        mia.come_in("mia.janssens")
        page = begin(mia)
        jef.come_in("jef.wouters")
        jef.page.goto(page.url.replace("lang=en", "lang=fr"))
        jef.ready()
        type_in(page, "/title/en", "Mia was here")
        expect(page.locator("#saved")).to_contain_text("version 2")
        type_in(jef.page, "/title/fr", "Jef aussi")
        expect(jef.page.locator("#saved")).to_contain_text("3")
        expect(jef.page.locator('[id="f/title/en"]')).to_have_value("Mia was here")
        expect(jef.page.get_by_text("Mia Janssens a enregistré")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "steps"),
    [("light", ("population", "indicators", "small_cells", "retention")), ("dark", ("variables", "flow", "review"))],
)
def test_every_step_can_be_read_and_used_by_everyone(
    browser: Browser, portal: Portal, scheme: str, steps: tuple[str, ...]
) -> None:
    """axe finds nothing serious on the list, on an empty draft with all its errors, and on every step of a full one."""
    with person(browser, portal, "nl") as designer:
        page = designer.page
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        designer.come_in("mia.janssens")
        designer.open("/builder")
        serious(page)
        page.click("#begin-empty")
        page.wait_for_url("**draft=**")
        designer.ready()
        expect(page.locator('[id="f/title/nl-said"]')).to_be_visible()
        serious(page)
        page = begin(designer, "stroke-care")
        for step in steps:
            go(page, step)
            entry = page.locator(".entry-head").first
            if entry.count():
                entry.click()
                expect(page.locator(".entry-body").first).to_be_visible()
            serious(page)


def serious(page: Page) -> None:
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not found, [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.slow
def test_a_file_is_taken_over_or_refused_with_its_line(browser: Browser, portal: Portal, tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.yaml", tmp_path / "right.yaml"
    wrong.write_text("id: a\ntitle: [\n")
    right.write_text("# mine\nid: own-study\ntitle: {nl: Eigen, fr: Propre, en: Own}\n")
    with person(browser, portal) as designer:
        page = designer.page
        designer.come_in("mia.janssens")
        designer.open("/builder")
        page.set_input_files("#file", wrong)
        expect(page.get_by_role("alert").filter(has_text="study.yaml:3")).to_be_visible()
        page.set_input_files("#file", right)
        page.wait_for_url("**draft=**")
        designer.ready()
        expect(page.locator("h1")).to_have_text("Own")
        expect(page.locator("#step-flow")).to_contain_text("error")
        designer.open("/builder")
        page.get_by_role("button", name="Throw away: Own").click()
        expect(page.get_by_role("link", name="Own", exact=True)).to_have_count(0)
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_role("link", name="Own", exact=True)).to_have_count(1)
