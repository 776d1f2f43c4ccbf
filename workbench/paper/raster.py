"""Pictures as PNG, for Word: what a picture gives itself, or its SVG drawn by Typst."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from workbench.paper.blocks import Picture

DPI = 200.0  # sharp on paper, and a picture of bars stays below 100 KB


def png(picture: Picture) -> bytes:
    """The picture as the bytes of a PNG file, 170 mm wide when it is made of an SVG."""
    if picture.png is not None:
        return picture.png()
    with TemporaryDirectory() as folder:
        room = Path(folder)
        (room / "picture.svg").write_bytes(picture.svg())
        sheet = '#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg", width: 170mm)'
        (room / "sheet.typ").write_text(sheet, encoding="utf-8")
        drawn = typst.compile(room / "sheet.typ", root=room, format="png", ppi=DPI, ignore_system_fonts=True)
        return bytes(drawn)
