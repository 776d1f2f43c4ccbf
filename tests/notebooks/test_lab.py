"""Notebooks in a real JupyterLab: pages of the dashboards live in a cell, and what the script of the pictures sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.lab import OPENED, RUN, Seen, furnish, lab
from scripts.notebooks import show

pytestmark = [pytest.mark.slow, pytest.mark.browser]
STUDY = "stroke-selfreg-2020"
FIELD = "selfreg.STROKE_2020.DeurNaaldTijd"
LIVE = (
    "from workbench import notebook\nwb = notebook.start(copy=True)",
    f'wb.viewer("{STUDY}")',
    f'wb.builder("{STUDY}")',
    "wb.catalogue()",
)
TELL = "from IPython.display import Javascript\nJavascript('console.error(\"told\")')"
WRONG = ("print(1)", TELL, "1 / 0", "print(2)")
WAIT = 120_000  # milliseconds
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lab")
    folder = furnish(home)
    for name, cells in {"live": LIVE, "wrong": WRONG}.items():
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(made, folder / f"{name}.ipynb")
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with lab(home) as address:
        yield address


def opened(browser: Browser, address: str) -> tuple[Page, Seen]:
    page, seen = browser.new_page(viewport={"width": 1500, "height": 1000}), Seen()
    page.set_default_timeout(WAIT)
    seen.follow(page)
    page.goto(address)
    page.wait_for_function(OPENED)
    assert page.evaluate(RUN)["errors"] == []
    return page, seen


def test_pages_of_the_dashboards_live_in_a_cell(browser: Browser, address: str) -> None:
    """A click moves the flow, a field gets its finding, the cart fills, and nothing asks the network."""
    page, seen = opened(browser, f"{address}/live.ipynb")
    flow, builder = page.locator(".live.alone .flow"), page.locator(".live.alone .builder")
    flow.locator("#next").click()
    expect(flow.locator(".moment")).to_contain_text("Step 1 of")
    flow.locator("#next").click()
    expect(flow.locator(".moment")).to_contain_text("Step 2 of")
    title = builder.locator('[id="f/title/nl"]')
    title.fill("")
    title.blur()
    expect(builder.locator("#saved")).to_contain_text("2")
    expect(builder.locator("#findings")).to_contain_text("title")
    title.fill("Geheel anders")
    title.blur()
    expect(builder.locator("#saved")).to_contain_text("3")
    expect(builder.locator("#findings")).not_to_contain_text("title")
    page.locator("#q").fill(FIELD.rpartition(".")[2])
    variable = page.locator(".variable", has_text=FIELD.rpartition(".")[2]).first
    variable.get_by_role("checkbox").check()
    expect(page.locator(".cart li")).to_have_count(1)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:insert-cell-below')")
    page.keyboard.press("Enter")
    page.keyboard.type("wb.catalog.mzg.STAYHOSP.")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer-item", has_text="A2_CODE_SEX").first).to_be_visible()
    assert page.url == f"{address}/live.ipynb" and not seen.outside, seen.outside
    assert not seen.errors, seen.errors
    page.close()


def test_the_pictures_tell_a_cell_that_fails_and_an_error_in_the_console(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    wrong = show(browser, f"{address}/wrong.ipynb")
    assert any("ZeroDivisionError" in one for one in wrong.wrong)
    assert any("told" in one for one in wrong.wrong)
    assert "cells that did not run: 1" in wrong.wrong
    fine = show(browser, f"{address}/00_start.ipynb", tmp_path / "start.png")
    assert fine.wrong == () and (tmp_path / "start.png").stat().st_size > 50_000
