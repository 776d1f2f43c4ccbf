"""The words of the interface: `locale/**/<language>.po` are the only places where a sentence of it stands.

What all pages share is in `locale/`, what one page alone says in a folder of its own below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbench.catalog.texts import Texts, read_texts

__all__ = ["FOLDER", "LANGUAGES", "NAMES", "Texts", "language", "texts"]
LANGUAGES = ("nl", "fr", "en")
NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}
FOLDER = Path(__file__).parent / "locale"


def texts(lang: str) -> Texts:
    """The texts of a language; an unknown language is read as the first one."""
    return read_texts(FOLDER, lang if lang in LANGUAGES else LANGUAGES[0])


def language(asked: str | None, accepted: str = "") -> str:
    """The language of a visit: what the address asks, else the first that the browser accepts, else Dutch."""
    wanted: Iterable[str] = (asked or "", *(part.split(";")[0] for part in accepted.split(",")))
    for one in wanted:
        short = one.strip().lower()[:2]
        if short in LANGUAGES:
            return short
    return LANGUAGES[0]
