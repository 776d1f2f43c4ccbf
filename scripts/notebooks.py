"""Every notebook in a real JupyterLab and a real browser: opened, run from top to bottom, and photographed whole.

    python -m scripts.notebooks [NAME ...] [--out FOLDER]     NAME as 03 or 03_own_study; all when none is given

Prints how long each took from "run all" to its last cell, as a table for docs/notebooks.md. Each begins with a new
kernel and without people or runs of another notebook, so that the time is what whoever opens only this one waits.
Ends with 1 when a cell fails, when the browser tells an error, or when anything is asked of another machine.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from scripts import browser
from scripts.lab import HEIGHT, OPENED, RUN, Seen, furnish, lab

PICTURES = Path(".workbench/notebook-pictures")
LONGEST = 600_000  # milliseconds for a notebook
TALLEST = 14_000  # pixels that a browser paints in one picture
WIDTH, AROUND = 1500, 140  # of a window; of what JupyterLab shows above and below a notebook


@dataclass(frozen=True)
class Shown:
    """A notebook as it was seen: the seconds it took, and what was wrong."""

    name: str
    seconds: float
    wrong: tuple[str, ...]


def show(chromium: Browser, address: str, picture: Path | None = None) -> Shown:
    """Open a notebook, run all its cells, and take its picture: several files when it is taller than one."""
    page, seen = chromium.new_page(viewport={"width": WIDTH, "height": 1000}), Seen()
    page.set_default_timeout(LONGEST)
    seen.follow(page)
    page.goto(f"{address}?reset")  # without the tabs of the notebook before
    page.wait_for_function(OPENED)
    ran = page.evaluate(RUN)
    if picture is not None:
        page.evaluate('() => window.jupyterapp.commands.execute("application:toggle-left-area")')
        page.wait_for_timeout(500)  # for the page to lay itself out; nothing tells when it has
        whole = int(page.evaluate(HEIGHT))
        page.set_viewport_size({"width": WIDTH, "height": min(whole, TALLEST) + AROUND})
        page.wait_for_timeout(500)
        for part, top in enumerate(range(0, whole, TALLEST)):
            page.evaluate(
                f'() => document.querySelectorAll(".jp-WindowedPanel-outer").forEach((one) => one.scrollTop = {top})'
            )
            page.screenshot(path=picture.with_stem(picture.stem + (f"-{part + 1}" if part else "")))
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()
    wrong = [*ran["errors"], *(f"in the console: {one}" for one in seen.errors)]
    wrong += [f"asked another machine: {one}" for one in seen.outside]
    if ran["skipped"]:
        wrong.append(f"cells that did not run: {ran['skipped']}")
    return Shown(address.rpartition("/")[2].removesuffix(".ipynb"), float(ran["seconds"]), tuple(wrong))


def main(words: list[str] | None = None) -> int:
    """Show the notebooks that are asked for; 0 when all went well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=Path, default=PICTURES, help=f"folder of the pictures (default: {PICTURES})")
    chosen = parser.parse_args(words)
    chosen.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="lab-") as home, sync_playwright() as playwright:
        files = sorted(furnish(Path(home)).glob("*.ipynb"))
        files = [one for one in files if not chosen.names or one.name.startswith(tuple(chosen.names))]
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
        failed = False
        print("| Notebook | Seconds |\n|:--|--:|", flush=True)
        with lab(Path(home)) as address:
            for file in files:
                shutil.rmtree(Path(home) / "desk", ignore_errors=True)
                shown = show(chromium, f"{address}/{file.name}", chosen.out / f"{file.stem}.png")
                print(f"| {shown.name} | {shown.seconds:.0f} |", flush=True)
                for one in shown.wrong:
                    print(f"{shown.name}: {one}", file=sys.stderr, flush=True)
                failed = failed or bool(shown.wrong)
        chromium.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
