"""Both ways to make a picture, from many threads, off the event loop, and what goes wrong said plainly."""

from __future__ import annotations

import asyncio
import shutil
import struct
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from workbench.dataflow import render as module
from workbench.dataflow.render import render
from workbench.errors import WorkbenchError

SVG = "{http://www.w3.org/2000/svg}"
DOT = """digraph g { graph [id=whole tooltip=picture]
    a [id=first tooltip="a & b" URL="javascript:alert(1)"] b [URL="http://example.org" target=_top]
    a -> badge [id="badge++tail" href=x] badge [id=badge tooltip=step] badge -> b [id="badge++head"] }"""
INSTALLED = shutil.which("dot")
STAND_IN = f"""#!{sys.executable}
import sys
sys.argv = [sys.argv[0], sys.argv[1].removeprefix("-T"), *sys.argv[2:]]
open(__file__ + ".used", "w").close()
{module.LIBRARIES}"""


@pytest.fixture(autouse=True)
def forget() -> None:
    module._run.cache_clear()


def program(folder: Path, text: str) -> Path:
    path = folder / "dot"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(params=["program", "libraries"])
def way(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A PATH with a `dot` program (a stand-in where none is installed), and one without."""
    folder = tmp_path
    if request.param == "program":
        if INSTALLED:
            folder = Path(INSTALLED).parent
        else:
            program(tmp_path, STAND_IN)
    monkeypatch.setenv("PATH", str(folder))
    return str(request.param)


def test_both_ways_give_the_same_tidy_svg(way: str, tmp_path: Path) -> None:
    root = ET.fromstring(render(DOT, "svg"))
    if way == "program" and not INSTALLED:
        assert (tmp_path / "dot.used").exists()
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == "picture"
    assert not list(root.iter(f"{SVG}a"))
    assert b"javascript" not in ET.tostring(root) and b"href" not in ET.tostring(root)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    assert groups["first"].findtext(f"{SVG}title") == "a & b"
    assert groups["badge"].get("class") == "delivery"
    assert len(groups["badge"].findall(f"{SVG}g/{SVG}path")) == 2
    assert not [id_ for id_ in groups if id_ and "++" in id_]


def test_no_link_is_left_wherever_it_stands() -> None:
    link = '<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:x" onclick="y"><path/></a>'
    tidy = module._tidy(f'<svg xmlns="{SVG[1:-1]}"><g><title>t</title>{link}<g>{link}{link}</g></g></svg>'.encode())
    assert b"<a" not in tidy and b"href" not in tidy and b"onclick" not in tidy
    assert len(list(ET.fromstring(tidy).iter(f"{SVG}path"))) == 3


def test_png_and_pdf(way: str) -> None:
    png = render('graph { size="2,2!" a }', "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    assert 290 <= max(width, height) <= 310, "two inches at 150 dots per inch"
    assert render("graph { a }", "pdf")[:5] == b"%PDF-"


@pytest.mark.parametrize(
    "wrong", ["digraph { a -> ", "no graph", "", "/etc/passwd", "graph { a [label=<<b>] }", "\ud800"]
)
def test_what_is_no_source_of_graphviz_is_refused(way: str, wrong: str) -> None:
    with pytest.raises(WorkbenchError, match="Graphviz could not make the drawing"):
        render(wrong, "svg")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="svg, png, pdf"):
        render("graph { a }", "exe")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#!/bin/sh\necho 'Format: \"svg\" not recognized' >&2\nexit 1\n", "not recognized"),
        ("#!/bin/sh\nexit 3\n", "exit code 3"),
        ("#!/bin/sh\nexit 0\n", "exit code 0"),
        ("#!/no/such/program\n", "cannot be started"),
    ],
)
def test_a_broken_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    program(tmp_path, text)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkbenchError, match=said):
        render("graph { a }", "svg")


def test_a_layout_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, f"#!{sys.executable}\nimport time\ntime.sleep(600)\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "TIMEOUT", 0.3)
    with pytest.raises(WorkbenchError, match=r"longer than 0\.3 s"):
        render("graph { a }", "svg")


def test_a_drawing_is_made_once(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render("graph { once }", "svg")
    monkeypatch.setattr(module.subprocess, "run", None)
    assert render("graph { once }", "svg") == first


def test_many_threads_get_each_their_own_drawing(way: str) -> None:
    sources = [f"digraph {{ {' '.join(f'n{number} -> m{step};' for step in range(20))} }}" for number in range(8)]
    one_by_one = [render(source, "svg") for source in sources]
    module._run.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda source: render(source, "svg"), sources * 2))
    assert together == one_by_one * 2
    assert len(set(one_by_one)) == 8


def test_no_more_layouts_run_than_there_are_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    run = module.subprocess.run

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return run(*args, **kwargs)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(module, "_slots", threading.BoundedSemaphore(2))
    monkeypatch.setattr(module.subprocess, "run", counted)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: render(f"graph {{ n{number} }}", "svg"), range(8)))
    assert most == 2


def test_an_event_loop_goes_on_while_a_large_flow_is_laid_out(way: str) -> None:
    edges = " ".join(f"n{a} -> n{(a * 7 + b * 13 + 1) % 90};" for a in range(90) for b in range(3))

    async def beats() -> int:
        drawing = asyncio.create_task(asyncio.to_thread(render, f"digraph {{ {edges} }}", "svg"))
        count = 0
        while not drawing.done():
            await asyncio.sleep(0.001)
            count += 1
        assert (await drawing).startswith(b"<?xml")
        return count

    # In this process the libraries would hold Python's lock throughout: the loop would beat once or twice. A thread of
    # its own, because a browser test before this one may have left its loop running in the main thread.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, beats()).result() > 20
