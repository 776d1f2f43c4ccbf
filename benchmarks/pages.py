"""From an act to its picture, in the reader's browser: `python -m benchmarks.pages`.

One visitor does the same things again and again on the pages of the portal, in the system's Chromium and on this
machine; printed are the median and the 95th percentile of the milliseconds until the page shows the answer, and the
time until a page stands that was open before (warm).
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Page

from tests.dashboards.browsing import READY, browse
from tests.dashboards.portal import Portal, running
from tests.publish.releases import safe_table
from workbench.publish import write_release

ROOT = Path(__file__).parent.parent
TIMES = 40
# Resolves with the milliseconds from the act to the next frame after `seen` holds what is awaited.
TIMED = """([act, seen]) => new Promise((done) => {
  const deep = (root, what) => {
    const found = root.querySelector(what)
    if (found) return found
    for (const one of root.querySelectorAll("*")) {
      const inner = one.shadowRoot && deep(one.shadowRoot, what)
      if (inner) return inner
    }
    return null
  }
  const at = deep(document, act[0]), begin = performance.now()
  if (act[1] === null) at.click()
  else { at.value = act[1]; at.dispatchEvent(new Event("change", { bubbles: true })) }
  const look = () => {
    const found = deep(document, seen[0]), busy = deep(document, ".live").hasAttribute("aria-busy")
    if (!busy && found && found.textContent.includes(seen[1])) done(performance.now() - begin)
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look) })"""


def acts() -> Iterator[tuple[str, str, list[list[str | None]], list[list[str]]]]:
    """Name, page, what is done in turn, and where what then stands."""
    facets = [[f"#source-{one}", None] for one in ("mzg", "mzg", "ima", "ima")]
    yield "catalogue: a facet", "/catalogue", facets, [["#count", "variable"]]
    words = [["#q", word] for word in ("sex", "date", "discharge", "")]
    yield "catalogue: a word", "/catalogue", words, [["#count", "variable"]]
    opened = [["a.pick", None]]
    yield "catalogue: a variable", "/catalogue?q=sex", opened, [["#count", "variable"]]
    steps = [["#step", str(number)] for number in (3, 17, 29, 48)]
    yield "dataflow: a step", "/flow?study=stroke-care", steps, [[".moment", f"Step {n} "] for n in (3, 17, 29, 48)]
    yield "dataflow: a step, knowing", "/flow?study=stroke-care&tab=knows", steps, [[".moment", "Step"]]
    asked = [["#what", one] for one in ("identity-and-diagnosis", "identity-and-billing", "INSZ-and-RN")]
    page = "/flow?study=stroke-care&tab=together&who=ksz,ehealth,vikz-datateam"
    yield "dataflow: a question", page, asked, [[".verdict", "."]]


def measure(page: Page, portal: Portal) -> None:
    """Print one line per kind of act."""
    for name, path, doing, seen in acts():
        link = "&" if "?" in path else "?"
        begin = 0.0
        for _ in range(2):  # the second time everything is warm
            begin = time.perf_counter()
            page.goto(f"{portal.address}{path}{link}lang=en")
            page.wait_for_function(READY)
            page.locator(".live h1").wait_for()
        stood = (time.perf_counter() - begin) * 1000
        pairs = islice(cycle(zip(cycle(doing), cycle(seen), strict=False)), TIMES)
        took = [float(page.evaluate(TIMED, [act, what])) for act, what in islice(pairs, TIMES)]
        p95 = statistics.quantiles(took, n=20)[-1]
        print(f"{name:28} median {statistics.median(took):6.0f} ms   p95 {p95:6.0f} ms   page {stood:6.0f} ms")


def main(chromium: Callable[[str], str | None] = shutil.which) -> int:
    """Measure everything once."""
    program = chromium("chromium") or chromium("google-chrome")
    if program is None:
        print("There is no Chromium on the path.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_release(safe_table(ROOT), "run-1", root / "releases")
        with running(root / "releases", root / "state", ROOT / "catalog") as portal:
            portal.house.library.read()
            with browse(program) as browser:
                measure(browser.new_page(viewport={"width": 1366, "height": 900}), portal)
    return 0


if __name__ == "__main__":
    sys.exit(main())
