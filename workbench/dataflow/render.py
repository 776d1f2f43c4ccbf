"""Graphviz source -> SVG, PNG or PDF, by the `dot` program or by the libraries inside the pygraphviz wheel.

The libraries hold Python's global lock for the whole layout (measured: every other thread stood still) and
cannot be interrupted. They therefore run in a Python process of their own, called as `dot` is called: a
server's event loop goes on, a layout that hangs is ended, and a crash stays outside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Literal, get_args
from xml.etree import ElementTree as ET

from workbench.errors import WorkbenchError

Format = Literal["svg", "png", "pdf"]
TIMEOUT = 60.0  # seconds for one layout; the drawings of the studies take a fraction of one
DPI = "150"
LIBRARIES = """
import sys
from pygraphviz import AGraph
graph = AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot", args=" ".join(sys.argv[2:])))
"""
_slots = BoundedSemaphore(os.cpu_count() or 1)

SVG = "http://www.w3.org/2000/svg"
GROUP, LINK, TITLE = f"{{{SVG}}}g", f"{{{SVG}}}a", f"{{{SVG}}}title"
TOOLTIP = "{http://www.w3.org/1999/xlink}title"
ET.register_namespace("", SVG)


def render(dot: str, format: Format) -> bytes:
    """The drawing of Graphviz source as a file's bytes; PNG at 150 dots per inch.

    Blocks until done and may be called from many threads at once: as many layouts run as there are
    processors, and the last drawings are remembered. On an event loop use
    `await asyncio.to_thread(render, dot, format)`. Raises `WorkbenchError` for an unknown format, source that
    is not Graphviz's, or a layout that takes too long.
    """
    if format not in get_args(Format):
        raise WorkbenchError(f"There is no drawing as '{format}'. Choose from {', '.join(get_args(Format))}.")
    program = shutil.which("dot")
    options = [f"-Gdpi={DPI}"] if format == "png" else []
    if program:
        return _run((program, f"-T{format}", *options), dot, format)
    # -P: a file that happens to be named pygraphviz.py in the current folder is not taken for the library.
    return _run((sys.executable, "-P", "-c", LIBRARIES, format, *options), dot, format)


@lru_cache(maxsize=64)
def _run(command: tuple[str, ...], dot: str, format: Format) -> bytes:
    try:
        with _slots:
            done = subprocess.run(command, input=dot.encode(errors="replace"), capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise WorkbenchError(f"The drawing took longer than {TIMEOUT:g} s and was ended.") from None
    except OSError as error:
        raise WorkbenchError(f"{command[0]} cannot be started: {error}. Take it off the PATH.") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise WorkbenchError(f"Graphviz could not make the drawing: {said[-1]}")
    return _tidy(done.stdout) if format == "svg" else done.stdout


def _tidy(svg: bytes) -> bytes:
    """The same picture without links: tooltips as `<title>`, a group per delivery, a name to be read out."""
    root = ET.fromstring(svg)
    _titles(root)
    for link in list(root.iter(LINK)):  # whatever Graphviz made of a link set by someone else's source
        link.tag = GROUP
        link.attrib.clear()
    parents = {child: parent for parent in root.iter() for child in parent}
    groups = {group.get("id", ""): group for group in root.iter(GROUP)}
    for id_, group in groups.items():
        whole, _, half = id_.rpartition("++")
        if half in ("head", "tail") and whole in groups:
            parents[group].remove(group)
            del group.attrib["id"]
            for title in group.findall(TITLE):
                group.remove(title)
            groups[whole].insert(1, group)  # after the title, below the badge
            groups[whole].set("class", "delivery")
    root.set("role", "graphics-document")
    root.set("aria-label", root.findtext(f"{GROUP}/{TITLE}") or "")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _titles(group: ET.Element) -> None:
    """Graphviz makes a tooltip a link round the shapes; here it becomes the title of their group."""
    tooltip = None
    for place, child in reversed(list(enumerate(group))):
        if child.tag == GROUP and [inner.tag for inner in child] == [LINK]:
            tooltip = child[0].get(TOOLTIP)
            group[place : place + 1] = list(child[0])
    for child in list(group):
        if child.tag == TITLE and tooltip and tooltip.strip():
            child.text = tooltip
        elif child.tag == TITLE:
            group.remove(child)  # only the name of a node in the source
        _titles(child)
