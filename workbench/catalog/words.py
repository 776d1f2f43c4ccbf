"""Words as the search compares them: folded, cut into tokens, with the synonyms of `catalog/synonyms.yaml`.

Folding takes away what a hurried reader leaves out: capitals, accents, dots, underscores. Dutch compounds are
not cut here; the search compares them by what one word contains of another.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from workbench.catalog.base import LANGUAGES, Entry, Text
from workbench.catalog.source import SourceFile, read_source, validate
from workbench.errors import Problems

FILE = "synonyms.yaml"
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "’": "'"})
HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")  # not within cTNM or pN
WORD = re.compile(r"[a-z0-9]+")


class Synonym(Entry):
    """What people say (`nl`, `fr`, `en`: words or phrases) for what the catalogue says (`terms`).

    A term is a word or phrase of the catalogue's labels, or a reference such as `mzg.STAYHOSP.A2_CODE_SEX`.
    """

    nl: tuple[Text, ...] = ()
    fr: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()
    terms: tuple[Text, ...]

    def phrases(self) -> tuple[str, ...]:
        """The words of all three languages."""
        return tuple(phrase for lang in LANGUAGES for phrase in getattr(self, lang))


class Ignored(Entry):
    """Words that say nothing about a field: articles, question words."""

    nl: tuple[Text, ...]
    fr: tuple[Text, ...]
    en: tuple[Text, ...]


class Synonyms(Entry):
    """The whole file."""

    ignored: Ignored = Ignored(nl=(), fr=(), en=())
    synonyms: tuple[Synonym, ...] = ()

    def silent(self) -> frozenset[str]:
        """The words that say nothing, folded."""
        phrases = (*self.ignored.nl, *self.ignored.fr, *self.ignored.en)
        return frozenset(word for phrase in phrases for word in tokens(phrase))


def read_synonyms(root: Path) -> tuple[Synonyms, SourceFile | None]:
    """Synonyms of a catalogue folder, with their source for its lines; a catalogue may have none.

    Raises `Problems` when the file is there and wrong.
    """
    path = root / FILE
    if not path.exists():
        return Synonyms(), None
    source = read_source(path, root.parent)
    found = validate(Synonyms, source.data, source) if not source.problems else None
    if found is None:
        raise Problems(source.problems)
    return found, source


def fold(text: str) -> str:
    """Small letters without accents: `Décès` -> `deces`."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    return plain.encode("ascii", "ignore").decode("ascii")  # what is left out are the accents, now apart


def tokens(text: str) -> list[str]:
    """The words of a text; `DeurNaaldTijd` and `A2_CODE_SEX` are three each; single letters are no words."""
    found = WORD.findall(fold(HUMP.sub(" ", text)))
    return [word for word in found if len(word) > 1 or word.isdigit()]


def squash(text: str) -> str:
    """A name without anything between its parts, so that a line break in it is no difference."""
    return "".join(WORD.findall(fold(text)))
