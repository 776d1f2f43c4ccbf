"""From an act to its picture, in the reader's browser: `python -m benchmarks.pages`.

The portal runs in a process of its own; one reader does the same things again and again in the system's Chromium.
Printed are, in milliseconds, the median and the 95th percentile of the time from the act until the page shows the
answer and the last canvas was painted, and of a page that stood open before (warm) the time until it stands.
`busy` is the same report while another reader downloads one report after the other as PDF.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from dashboards.labels import load_labels
from dashboards.texts import texts
from tests.dashboards.browsing import READY, browse
from tests.dashboards.portal import PASSWORD, Client, running
from tests.publish.releases import HOSPITALS, YEARS, safe_table
from workbench.publish import EACH_YEAR, WHOLE_PERIOD, write_release

ROOT = Path(__file__).parent.parent
TIMES = 120
LOADS = 7
REPORT = "/report?id=stroke-hospitals"
# Notes when a canvas was last painted on.
PAINTS = """() => { const clear = CanvasRenderingContext2D.prototype.clearRect
  CanvasRenderingContext2D.prototype.clearRect = function (...at) {
    window.painted = performance.now()
    return clear.apply(this, at)
  } }"""
# Resolves with the milliseconds from the act until what is awaited stands there and no canvas is painted any more.
TIMED = """([where, value, seen]) => new Promise((done) => {
  const all = (root, what) => [...root.querySelectorAll(what),
    ...[...root.querySelectorAll("*")].flatMap((one) => one.shadowRoot ? all(one.shadowRoot, what) : [])]
  const option = where !== "option" ? null : all(document, "option").find((one) => one.textContent === value)
  const at = option ? option.closest("select") : all(document, where)[0], begin = performance.now()
  if (value === null) at.click()
  else { at.value = option ? option.value : value; at.dispatchEvent(new Event("change", { bubbles: true })) }
  let stood = 0
  const look = () => {
    const now = performance.now()
    if (now - begin > 20000) return done(null)
    const says = (text) => (one) => one.textContent.includes(text) && one.checkVisibility()
    const there = ([what, text]) => all(document, what).some(says(text))
    if (!stood && !all(document, ".live[aria-busy]").length && seen.every(there)) stood = now
    const last = Math.max(stood, window.painted || 0)
    if (stood && now - last > 150) return done(last - begin)
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look) })"""


@dataclass(frozen=True)
class Act:
    """What is done (a value for the field at `where`, None clicks on it; `option` is chosen by what it says), and what
    then stands: place and text."""

    where: str
    value: str | None
    seen: tuple[tuple[str, str], ...]

    def plain(self) -> list[Any]:
        return [self.where, self.value, [list(one) for one in self.seen]]


@dataclass(frozen=True)
class Scene:
    name: str
    page: str
    acts: tuple[Act, ...]
    login: str = ""


def scenes() -> Iterator[Scene]:
    """Every kind of act that is measured."""
    yield Scene("report with map: a parameter", REPORT, tuple(parameters()), "mia.janssens")
    count = (("#count", "variable"),)
    facets = tuple(Act(f"#source-{one}", None, count) for one in ("mzg", "mzg", "ima", "ima"))
    yield Scene("catalogue: a facet", "/catalogue", facets)
    words = tuple(Act("#q", word, count) for word in ("sex", "date", "discharge", ""))
    yield Scene("catalogue: a word", "/catalogue", words)
    yield Scene("catalogue: a variable", "/catalogue?q=sex", (Act("a.pick", None, count),))
    steps = tuple(Act("#step", str(number), ((".moment", f"Step {number} "),)) for number in (3, 17, 29, 48))
    yield Scene("dataflow: a step", "/flow?study=stroke-care", steps)
    yield Scene("dataflow: a step, knowing", "/flow?study=stroke-care&tab=knows", steps)
    asked = ("identity-and-diagnosis", "identity-and-billing", "INSZ-and-RN")
    questions = tuple(Act("#what", one, ((".verdict", "."),)) for one in asked)
    yield Scene("dataflow: a question", "/flow?study=stroke-care&tab=together&who=ksz,ehealth,vikz-datateam", questions)


def parameters() -> Iterator[Act]:
    """Indicator and year in turn, so that kinds of numbers and of drawings change too; every view is another."""
    labels, t = load_labels(ROOT / "catalog"), texts("en")
    years = cycle(("2018", EACH_YEAR, "2019", WHOLE_PERIOD, "2017"))
    year = WHOLE_PERIOD
    for indicator in ("mortality30", "ivt", "mortality90", "no_antibiotics", "anticoagulants", "deliveries"):
        name = labels.indicator(indicator, "en")
        yield Act("option", name, _seen(name, year))
        year = next(years)
        yield Act("option", year if year.isdecimal() else t(f"year.{year}"), _seen(name, year))
    yield Act("option", t(f"year.{WHOLE_PERIOD}"), _seen(name, WHOLE_PERIOD))


def _seen(name: str, year: str) -> tuple[tuple[str, str], ...]:
    """The heading of the drawing, the number of rows of the table, and the map where there is one."""
    rows = (len(HOSPITALS) + 1) * (len(YEARS) if year == EACH_YEAR else 1)
    period = year if year.isdecimal() else texts("en").between(str(YEARS[0]), str(YEARS[-1]))
    heading = f"{name}, {period}"
    mapped = () if year == EACH_YEAR else (("h2", f"{texts('en')('map.title', indicator=name, period=period)}"),)
    return (("h2", heading), ("h2 small", f"{rows} rows"), *mapped)


@contextmanager
def portal_beside(root: Path) -> Iterator[str]:
    """The address of a portal in another process."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(root, theirs), daemon=True)
    process.start()
    try:
        yield str(ours.recv())
    finally:
        ours.send("end")
        process.join(30)


def _serve(root: Path, pipe: Any) -> None:
    write_release(safe_table(ROOT), "run-1", root / "releases")
    with running(root / "releases", root / "state", ROOT / "catalog") as portal:
        portal.house.library.read()
        pipe.send(portal.address)
        pipe.recv()


@contextmanager
def another_reader(address: str) -> Iterator[None]:
    """Somebody who asks for long work without a pause."""
    ended = threading.Event()
    client = Client(address)
    client.log_in("mia.janssens", PASSWORD)

    def work() -> None:
        while not ended.is_set():
            with client._opener.open(f"{address}/api{REPORT}&format=pdf&lang=en", timeout=120) as file:
                file.read()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(60)


def measure(page: Page, address: str, scene: Scene, name: str = "") -> None:
    """Print one line."""
    link = "&" if "?" in scene.page else "?"
    loads = []
    for _ in range(LOADS):
        begin = time.perf_counter()
        page.goto(f"{address}{scene.page}{link}lang=en")
        page.wait_for_function(READY)
        page.locator("h1").first.wait_for()
        loads.append((time.perf_counter() - begin) * 1000)
    took = []
    for act in islice(cycle(scene.acts), TIMES):
        found = page.evaluate(TIMED, act.plain())
        if found is None:
            raise SystemExit(f"{scene.name}: {act} was never seen")
        took.append(float(found))
    p95 = statistics.quantiles(took, n=20)[-1]
    print(
        f"{name or scene.name:30} median {statistics.median(took):5.0f}   p95 {p95:5.0f}   "
        f"page: first {loads[0]:5.0f}, warm median {statistics.median(loads[1:]):5.0f}, worst {max(loads[1:]):5.0f}",
        flush=True,
    )


def main(only: str = "", chromium: Callable[[str], str | None] = shutil.which) -> int:
    """Measure everything once, or the scenes whose name begins with `only`."""
    program = chromium("chromium") or chromium("google-chrome")
    if program is None:
        print("There is no Chromium on the path.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, portal_beside(Path(folder)) as address, browse(program) as browser:
        for scene in scenes():
            if not scene.name.startswith(only):
                continue
            context = browser.new_context(viewport={"width": 1366, "height": 900})
            page = context.new_page()
            page.add_init_script(f"({PAINTS})()")
            if scene.login:
                page.goto(f"{address}/login?lang=en")
                page.fill("#login", scene.login)
                page.fill("#password", PASSWORD)
                page.keyboard.press("Enter")
                page.wait_for_function(READY)
            measure(page, address, scene)
            if scene.login:
                with another_reader(address):
                    measure(page, address, scene, f"{scene.name}, busy")
            context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
