"""A question as the search reads it: words and phrases with all that may stand for them, names, codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workbench.catalog.spelling import Spelling, Word
from workbench.catalog.words import Synonyms, squash, tokens

Alternative = list[Word]
Slot = tuple[int, list[Alternative]]  # how many words of the question it stands for, and what may meet it
Placed = Sequence[tuple[int, str]]  # words with their position in the question
SYNONYM = 0.9
NAME = re.compile(r"[\d_]|[A-Z]{2}|[a-z][A-Z]")  # what a field's name has and a word of a question has not
GAP = 2  # telling words that may stand between two words of a phrase
LONGEST = 40  # words of a question that are read


@dataclass
class Query:
    """What is looked for: slots to be met, and the names and codes that stand in the question."""

    slots: list[Slot] = field(default_factory=list)
    names: dict[str, float] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Phrase:
    words: tuple[str, ...]
    terms: tuple[str, ...]


class Reader:
    """Reads questions against the words and the squashed names of one index."""

    def __init__(self, words: Collection[str], names: Collection[str], synonyms: Synonyms) -> None:
        self._refs = frozenset(word for word in words if word.startswith("="))
        self._ignored = synonyms.silent()
        self._phrases: dict[str, list[_Phrase]] = defaultdict(list)
        self._whole: dict[str, list[_Phrase]] = defaultdict(list)
        for synonym in synonyms.synonyms:
            for phrase in synonym.phrases():
                raw = tuple(tokens(phrase))
                cut = tuple(word for word in raw if word not in self._ignored)
                # "in leven" without its ignored word would be met by every "leven": it counts whole.
                whole = len(cut) < 2 <= len(raw)
                kept = raw if whole or not cut else cut
                (self._whole if whole else self._phrases)[kept[0]].append(_Phrase(kept, synonym.terms))
        both = (*self._phrases.values(), *self._whole.values())
        said = {word for found in both for one in found for word in one.words}
        self._spelling = Spelling(set(words) - self._refs, said, names)

    def __call__(self, text: str) -> Query:
        """The query of a question."""
        text = " ".join(text.split()[:LONGEST])
        words = list(enumerate(tokens(text)))
        telling = [(at, word) for at, word in words if word not in self._ignored]
        found = [*self._met(telling, self._phrases), *self._met(words, self._whole)]
        slots: dict[frozenset[int], list[Alternative]] = {}
        covered: set[int] = set()
        for places, met in sorted(found, key=lambda one: -len(one[1].words)):
            if places in slots:
                slots[places] += self._terms(met)
            elif not places & covered:
                literal = [self._spelling.spellings(word) for at, word in telling if at in places]
                slots[places] = [*([literal] if literal else []), *self._terms(met)]
                covered |= places
        plain = [(at, word) for at, word in telling or words if at not in covered]
        rest = [(1, [[self._spelling.spellings(word)], *self._spelling.split(word)]) for _, word in plain]
        placed = [(len(places), alternatives) for places, alternatives in slots.items()]
        return Query([*placed, *rest], self._find_names(text), list(_codes(text)))

    def _met(self, words: Placed, phrases: dict[str, list[_Phrase]]) -> Iterator[tuple[frozenset[int], _Phrase]]:
        """Phrases that stand in the question, typing errors and gaps allowed, with the positions they cover."""
        for start, (at, first) in enumerate(words):
            for spelling in self._spelling.meant(first):
                for phrase in phrases.get(spelling, ()):
                    places = [at, *self._follow(words[start + 1 :], phrase.words[1:])]
                    if len(places) == len(phrase.words):
                        yield frozenset(places), phrase

    def _follow(self, words: Placed, wanted: Sequence[str]) -> Iterator[int]:
        """Positions of the wanted words, in their order, at most `GAP` telling words apart."""
        left, passed = list(wanted), 0
        for at, word in words:
            if not left or passed > GAP:
                return
            if left[0] in self._spelling.meant(word):
                left.pop(0)
                passed = 0
                yield at
            elif word not in self._ignored:
                passed += 1

    def _terms(self, phrase: _Phrase) -> Iterator[Alternative]:
        """What a phrase stands for. A term of more words than were said must not count for more than they."""
        for term in phrase.terms:
            if f"={term}" in self._refs:
                yield [{f"={term}": SYNONYM}]
                continue
            words = [word for word in tokens(term) if word not in self._ignored]
            if words:
                near = SYNONYM * min(1.0, len(phrase.words) / len(words)) ** 0.5
                yield [{word: near} for word in words]

    def _find_names(self, text: str) -> dict[str, float]:
        """Squashed names that stand in the question, also broken over a line, misspelled, or only begun."""
        chunks = text.split()
        named = [chunk for chunk in chunks if NAME.search(chunk)]
        pairs = [a + b for a, b in pairwise(chunks) if NAME.search(a + b)]
        parts = (name.rsplit(".", 1)[-1] for name in named)
        found: dict[str, float] = {}
        for name in {squash(part) for part in (text, *named, *pairs, *parts)}:
            for other, near in self._spelling.names(name):
                found[other] = max(found.get(other, 0.0), near)
        return found


def _codes(text: str) -> Iterator[str]:
    """What may be a code in the question, and the shorter codes that would cover it: `I63.9`, `I63`."""
    for chunk in text.split():
        code = squash(chunk)
        if any(letter.isdigit() for letter in code) and (code[:1].isalpha() or len(code) > 4):
            yield from (code[:length] for length in range(3, len(code) + 1))
