"""The page of runs in real Chromium: start, watch, cancel, go on, read the ledger, compare, publish, remove."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect

from tests.dashboards.browsing import person
from tests.dashboards.portal import Portal, running
from tests.dashboards.test_browser_design import FULL, violations, wider_than_a_phone
from tests.jobs.held import Held, over
from workbench.jobs import Job

pytestmark = [
    pytest.mark.browser,
    # The framework tells a page of its watched models twice, to no effect; the other browser tests say the same.
    pytest.mark.filterwarnings("ignore:reference already known"),
]
STUDY = "stroke-selfreg-2022"  # the smallest study that has indicators
RUN = {"study": STUDY, "title": "Own <b>title</b>", "persons": "2000", "seed": "5", "draft": ""}


@pytest.fixture
def own(repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """A portal with a state folder of its own, where nothing ran yet; no job outlives the test."""
    monkeypatch.chdir(repo_root)
    with running(tmp_path / "releases", tmp_path / "state", repo_root / "catalog") as portal:
        portal.house.library.read()
        yield portal
        for job in portal.house.jobs.list():
            portal.house.jobs.cancel(job.id, "test")
            portal.house.jobs.cancel(job.id, "test")


def held(portal: Portal, folder: Path, who: str = "mia.janssens") -> tuple[Held, Job]:
    """A job that the page takes for a run, and that stands still until it is let go."""
    waiting = Held(folder)
    command = waiting.command
    return waiting, portal.house.jobs.start("run", command, who, {**RUN, "folder": f"{STUDY}-{folder.name}"})


def test_a_study_is_run_from_the_form_to_its_ledger(browser: Browser, own: Portal) -> None:
    with person(browser, own) as reader:
        page = reader.page
        reader.come_in("mia.janssens")
        reader.open("/")
        page.get_by_role("link", name="Runs").click()
        reader.ready()
        expect(page.locator("[data-region=history]")).to_contain_text("No run has ended yet")
        page.select_option("#study", STUDY)
        page.fill("#persons", "20")
        page.keyboard.press("Enter")  # as who fills in a form does
        expect(page.locator("#persons-help")).to_contain_text("From 1,000 to 1,000,000")
        expect(page.locator("#persons")).to_have_attribute("aria-invalid", "true")
        assert not own.house.jobs.list()
        page.fill("#persons", "1500")
        page.locator("#persons").press("Enter")
        expect(page.locator(".stages")).to_be_visible()
        page.wait_for_url("**/runs?job=*")
        here = page.url
        (job,) = own.house.jobs.list()
        assert job.about["persons"] == "1500" and job.who == "mia.janssens"
        page.goto("about:blank")  # the tab goes away; the run does not
        done = over(own.house.jobs, job)
        assert done.state == "done", done.log
        page.goto(here)
        reader.ready()
        expect(page.locator(".state").first).to_have_text("done")
        ledger = page.locator("table.ledger tbody tr")
        folder = own.house.jobs.state.absolute() / "runs" / job.about["folder"] / "run"
        lines = [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]
        expect(ledger).to_have_count(len(lines))
        expect(page.locator(".chain-mark.unbroken")).to_be_visible()
        made = lines[0]["made"][0]
        expect(ledger.first).to_contain_text(f"{made['dataset']}.{made['part']}")
        expect(ledger.first).to_contain_text(made["sha256"][:12])
        received = reader.watch.text()
        assert "vaults" not in received and "parties/" not in received, "where rows of persons stand is not said"
        assert str(folder) not in received


def test_runs_go_on_wait_are_cancelled_and_gone_on_with(browser: Browser, own: Portal, tmp_path: Path) -> None:
    waiting, job = held(own, tmp_path / "one")
    for name in ("two", "three"):
        held(own, tmp_path / name)
    end = waiting.reached()
    lines = [
        {"stage": "data", "share": 1.0, "what": "", "at": 1.0},
        {"stage": "run", "share": 0.5, "what": "Two", "at": 2.0, "number": 1, "steps": 2, "rows": 12345, "made": 17,
         "actor": "hospitals", "seconds": 1.25, "left": 9.0},
    ]  # fmt: skip
    (job.folder / "progress.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with person(browser, own, lang="fr") as reader:
        page = reader.page
        reader.come_in("mia.janssens")
        reader.open("/runs")
        going = page.locator(".going > li")
        expect(going).to_have_count(3)
        expect(going.last).to_contain_text("en attente")
        expect(going.first).to_contain_text("encore environ 9,0 s")
        expect(going.first.get_by_role("progressbar")).to_have_attribute("value", "50")
        going.first.get_by_role("link").click()
        expect(page.locator("[data-region=progress]")).to_contain_text("12\u202f345")
        expect(page.locator("[data-region=progress]")).to_contain_text("hôpitaux")
        page.get_by_role("button", name=re.compile("Arrêter")).focus()
        page.keyboard.press("Enter")
        expect(page.locator(".state").first).to_have_text("arrêtée")
        expect(page.get_by_role("button", name="Continuer")).to_be_visible()

        os.close(end)
        page.get_by_role("button", name="Continuer").click()
        expect(page.locator(".state").first).not_to_have_text("arrêtée")
        assert len(own.house.jobs.list("run")) == 4
        page.locator("nav.crumb a").click()
        expect(page.locator(".going > li")).to_have_count(3)


def test_a_failure_says_why_and_a_run_is_removed_after_one_question(
    browser: Browser, own: Portal, tmp_path: Path
) -> None:
    command = ("--catalog", str(tmp_path / "none"), "run", STUDY, "--persons", "2000", "--out", str(tmp_path / "x"))
    about = {**RUN, "folder": f"{STUDY}-bad"}
    job = over(own.house.jobs, own.house.jobs.start("run", command, "mia.janssens", about))
    assert job.state == "failed"
    with person(browser, own) as reader:
        page = reader.page
        reader.come_in("jef.wouters")
        reader.open(f"/runs?job={job.id}")
        expect(page.locator(".verdict")).to_contain_text("there is no catalogue folder here")
        expect(page.get_by_role("button", name="Remove")).to_have_count(0)  # it is somebody else's
        assert "<b>title" not in page.locator("main").first.inner_html()
        reader.come_in("mia.janssens")
        reader.open(f"/runs?job={job.id}")
        page.get_by_role("button", name="Remove").click()
        page.get_by_role("button", name="Keep").click()
        page.get_by_role("button", name="Remove").click()
        page.get_by_role("button", name="Yes, remove").click()
        expect(page.locator("[data-region=said]")).to_contain_text("removed")
        assert not own.house.jobs.list()
        reader.open(f"/runs?job={job.id}")
        expect(page.locator("h1")).to_have_text("This run is not there")


def test_only_who_has_the_duty_is_let_in(own: Portal) -> None:
    for login, status in (("mia.janssens", 200), ("ida.lemaire", 200), ("an.peeters", 403), ("lea.simon", 403)):
        client = own.client(login)
        assert client.get("/runs").status == status, login
        assert ("/runs" in client.get("/").text) <= (status == 200)
    assert own.client().get("/runs").status == 403


@pytest.mark.slow
def test_two_runs_side_by_side_and_nothing_for_axe_to_find(browser: Browser, own: Portal, tmp_path: Path) -> None:
    """Every state of the page, in light and dark, and on a phone nothing wider than it."""
    going, job = held(own, tmp_path / "one")
    end = going.reached()
    bad = ("--catalog", str(tmp_path / "none"), "run", STUDY, "--persons", "2000", "--out", str(tmp_path / "x"))
    failed = [
        over(own.house.jobs, own.house.jobs.start("run", bad, "mia.janssens", {**RUN, "folder": f"{STUDY}-{name}"}))
        for name in ("f", "g")
    ]
    wrong: list[str] = []
    with person(browser, own) as reader:
        page = reader.page
        reader.come_in("mia.janssens")
        reader.open("/runs")
        boxes = page.locator("table.list input[type=checkbox]")
        expect(boxes).to_have_count(2)
        expect(page.get_by_role("button", name="Put side by side")).to_have_attribute("aria-disabled", "true")
        boxes.first.check()
        boxes.last.check()
        page.get_by_role("button", name="Put side by side").click()
        expect(page.locator("h1")).to_have_text("Two runs side by side")
        expect(page.locator("[data-region=compare]")).to_contain_text("Not shown: indicators stand side by side here")
        page.go_back()
        expect(page.locator("h1")).to_have_text("Runs")
        pair = f"/runs?job={failed[0].id}&with={failed[1].id}"
        for path in ("/runs", f"/runs?job={job.id}", f"/runs?job={failed[0].id}", pair, "/runs?job=none"):
            reader.open(path)
            page.locator("h1").first.wait_for()
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                wrong += [f"{scheme} {path}: {one}" for one in violations(page, FULL)]
            page.emulate_media(color_scheme="light")
            assert wider_than_a_phone(page) <= 0, path
            page.set_viewport_size({"width": 1366, "height": 900})

    os.close(end)
    assert not wrong, "\n".join(wrong)


def test_what_is_typed_over_a_selection_takes_its_place_also_where_the_field_was_drawn_anew(
    browser: Browser, own: Portal
) -> None:
    """An answer may come between selecting the old number and typing the new one."""
    with person(browser, own) as reader:
        page = reader.page
        reader.come_in("mia.janssens")
        reader.open("/runs")
        persons = page.locator("#persons")
        persons.select_text()
        persons.evaluate("(one) => one.setAttribute('data-old', '')")
        page.locator("#study").evaluate(
            "(one, value) => { one.value = value; one.dispatchEvent(new Event('change', { bubbles: true })) }", STUDY
        )
        expect(page.locator("#persons[data-old]")).to_have_count(0)
        page.keyboard.insert_text("1000")
        expect(persons).to_have_value("1000")


def test_a_draft_is_run_as_it_is_now(browser: Browser, own: Portal, repo_root: Path) -> None:
    """Its text at that moment is the study file of the run, and what was done stands in the audit log."""
    text = (repo_root / "catalog" / "studies" / STUDY / "study.yaml").read_text(encoding="utf-8")
    text = text.replace(yaml.safe_load(text)["title"]["en"], "My own <study>")
    draft = own.house.open_state.drafts.create("mia.janssens", "Mijn eigen <studie>", text)
    hidden = own.house.open_state.drafts.create("lea.simon", "Not for others", text)
    with person(browser, own) as reader:
        page = reader.page
        reader.come_in("mia.janssens")
        reader.open("/runs")
        options = page.locator("#study optgroup[label=Drafts] option")
        expect(options).to_have_text(["My own <study>"])
        assert hidden.id not in reader.watch.text()
        page.select_option("#study", label="My own <study>")
        page.fill("#persons", "1000")
        page.get_by_role("button", name="Start").click()
        expect(page.locator("h1")).to_have_text("My own <study>")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator(".state").first).to_have_text("cancelled")
    (job,) = own.house.jobs.list()
    named = Path(job.command[job.command.index("run") + 1])
    assert named.read_text(encoding="utf-8") == text and job.about["draft"] == draft.id
    told = [one.what for one in own.house.open_state.audit.entries() if one.what.startswith("run.")]
    assert told == ["run.started", "run.cancelled"]
