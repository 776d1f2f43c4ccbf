"""Where the files stand that pages are made with."""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
