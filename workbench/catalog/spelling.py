"""Which known words and names a written one may stand for: misspelled, compounded, broken off.

Typing errors are compared by optimal string alignment (rapidfuzz): a swapped pair of letters is one error, and
the number of errors allowed grows with the word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

Word = dict[str, float]  # spellings of one word, with how near each is (1 is equal)
TYPO = 0.9
PART = 0.75  # a compound met by its two parts
LINKS = ("", "s", "e", "n", "en")  # what Dutch puts between the parts of a compound
NEAR_NAME = 0.8


class Spelling:
    """Spellings of the words and of the squashed names of one index; `said` are words of synonyms, known too."""

    def __init__(self, words: Collection[str], said: Collection[str], names: Collection[str]) -> None:
        self.known = frozenset(words)
        self._right = self.known.union(said)
        self._vocabulary = sorted(self._right)
        self._names = sorted(names)
        self.typos = lru_cache(maxsize=4096)(self._typos)
        self.spellings = lru_cache(maxsize=4096)(self._spellings)

    def meant(self, word: str) -> Collection[str]:
        """A word, or its corrections where it is no word we know."""
        return (word,) if word in self._right or len(word) < 5 else self.typos(word)

    def _typos(self, word: str) -> Word:
        """Words of the vocabulary spelled nearly as `word`, itself included."""
        allowed = 0 if word.isdigit() or len(word) < 4 else 1 if len(word) < 8 else 2 if len(word) < 13 else 3
        if not allowed:
            return {word: 1.0}
        near = process.extract(word, self._vocabulary, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        return {word: 1.0} | {other: TYPO * (1 - errors / len(word)) ** 2 for other, errors, _ in near if other != word}

    def _spellings(self, word: str) -> Word:
        """All known words that may stand for `word`: equal, misspelled, or one containing the other."""
        exact = word in self._right
        found = {other: near for other, near in self.typos(word).items() if other in self.known}
        if len(word) > 3 and not word.isdigit():
            for other in self.known:
                if len(other) > 3 and other not in found and (word in other or other in word):
                    share = min(len(word), len(other)) / max(len(word), len(other))
                    if share > 0.3:
                        found[other] = 0.3 + 0.5 * share
        return {other: near if other == word or not exact else 0.6 * near for other, near in found.items()}

    def split(self, word: str) -> Iterator[list[Word]]:
        """A compound the catalogue lacks, as two words that it has: `opnamedatum` as opname and datum."""
        if word in self.known or len(word) < 8:
            return
        for cut in range(3, len(word) - 2):
            for link in LINKS:
                first, second = word[:cut].removesuffix(link) if link else word[:cut], word[cut:]
                if first + link + second == word and {first, second} <= self.known:
                    yield [{first: PART}, {second: PART}]

    def names(self, name: str) -> Iterator[tuple[str, float]]:
        """Known names equal to one, spelled nearly so, or beginning with it; short ones only when equal."""
        at = bisect_left(self._names, name)
        if len(name) < 5:
            if name and self._names[at : at + 1] == [name]:
                yield name, 1.0
            return
        near = OSA.normalized_similarity
        for other, nearness, _ in process.extract(name, self._names, scorer=near, score_cutoff=NEAR_NAME, limit=None):
            yield other, nearness**4
        while at < len(self._names) and self._names[at].startswith(name):
            yield self._names[at], 0.5 * len(name) / len(self._names[at]) if self._names[at] != name else 1.0
            at += 1
