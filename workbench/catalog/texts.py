"""Sentences in the three languages: gettext catalogues by key, and numbers as each language writes them.

A folder with `<language>.po`, in it or in the folders below it, is the only place where its sentences stand; the files
are compiled when they are first needed, so there is no build step. Keys, not English sentences, are the message ids:
English is a language like the others.
"""

from __future__ import annotations

import gettext
import io
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}


class Texts:
    """The sentences and number formats of one language; call it with a key."""

    def __init__(self, lang: str, messages: gettext.NullTranslations) -> None:
        self.lang = lang
        self._locale = LOCALES[lang]
        self._messages = messages

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of `key` with `{names}` filled in; plain text, to be escaped by who prints it."""
        return self._messages.gettext(key).format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The sentence of `key` in the form that fits `number`, which is also `{number}`."""
        return self._messages.ngettext(key, key, number).format(number=self.number(number), **values)

    def number(self, value: float, decimals: int = 0) -> str:
        """1234.5 as the language writes it, with a fixed number of decimals."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(value, format=pattern, locale=self._locale))

    def percent(self, value: float, decimals: int = 1) -> str:
        """0.123 as a percentage."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "\u202f%"
        return str(format_percent(value, format=pattern, locale=self._locale))

    def date(self, moment: str) -> str:
        """An ISO moment as a date in words."""
        return str(format_date(datetime.fromisoformat(moment), format="long", locale=self._locale))

    def between(self, low: str, high: str) -> str:
        """Two numbers as a range."""
        return f"{low}\u2009\u2013\u2009{high}"


def read_catalogue(folder: Path, lang: str) -> Catalog:
    """All messages of a language, from every `<lang>.po` in `folder` and below it.

    Raises `FileNotFoundError` when there is none, `ValueError` for a key that stands in two files.
    """
    paths = sorted(folder.rglob(f"{lang}.po"))
    if not paths:
        raise FileNotFoundError(f"{folder}: no {lang}.po")
    whole = Catalog(locale=LOCALES[lang])
    for path in paths:
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALES[lang]):
                if message.id and message.id in whole:
                    raise ValueError(f"{path}: '{message.id}' stands in another file too")
                if message.id:
                    whole[message.id] = message
    return whole


@cache
def read_texts(folder: Path, lang: str) -> Texts:
    """The texts of a language; raises what `read_catalogue` raises."""
    catalogue = read_catalogue(folder, lang)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Texts(lang, gettext.GNUTranslations(compiled))
