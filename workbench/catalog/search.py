"""Search over the catalogue: tolerant of typing errors, accents and line breaks, in three languages at once.

A query becomes slots, one for each word or known phrase. A slot is met by the word itself, by words spelled
nearly so, by words that contain it, or by what `catalog/synonyms.yaml` says for it. An entry scores, over its
slots, the rarity of the best word it has there times the weight of the place where that word stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path

from workbench.catalog.entries import Item, Kind, items
from workbench.catalog.model import Catalog
from workbench.catalog.printed import PrintedName, read_printed_names
from workbench.catalog.query import Query, Reader
from workbench.catalog.words import Synonyms, read_synonyms, squash, tokens

# How much a word tells where it stands: names and labels were chosen to be found, notes mention other things.
PLACES = {"name": 5.0, "alias": 5.0, "label": 4.0, "table": 1.2, "list": 1.2, "code": 1.0, "note": 0.8}
KINDS: dict[Kind, float] = {"field": 1.0, "derived": 1.0, "table": 0.75, "codes": 0.65}
LENGTH = 0.7  # share of a word's weight that a text longer than others of its place takes away
AWAY = 0.97  # a field that only refers to another comes after it
REFERENCE = 8.0  # a phrase of which a synonym says which field is meant
TWINS = 3  # the same field in so many tables of a source is one hit
EXACT_NAME = 60.0
CODE = 12.0


@dataclass(frozen=True)
class Hit:
    """One find. `also` are the references of the same field in other tables; `where` tells what was met."""

    ref: str
    kind: Kind
    label: str
    score: float
    where: str
    also: tuple[str, ...] = ()


class Search:
    """An index over a catalogue; building takes well under a second, a query some milliseconds."""

    def __init__(self, catalog: Catalog, synonyms: Synonyms | None = None, printed: Iterable[PrintedName] = ()) -> None:
        self._items = list(items(catalog))
        self._twins = Counter(item.twin for item in self._items if item.twin)
        synonyms = synonyms or Synonyms()
        self._words = _weigh(self._items, synonyms.silent())
        strong = REFERENCE * log(1 + len(self._items))
        for number, item in enumerate(self._items):
            self._words[f"={item.ref}"] = {number: (strong, "synonym")}  # what a synonym names by reference
        self._codes: dict[str, set[int]] = defaultdict(set)
        names: dict[str, set[int]] = defaultdict(set)
        for number, item in enumerate(self._items):
            for name in item.names:
                names[squash(name)].add(number)
            for code in item.codes:
                self._codes[squash(code)].add(number)
        places = {item.ref: number for number, item in enumerate(self._items)}
        for named in printed:
            names[squash(named.printed)].update(places[ref] for ref in named.refs if ref in places)
        self._names = dict(names)
        self._reader = Reader(self._words, self._names, synonyms)

    def __call__(
        self, query: str, lang: str = "en", limit: int = 10, kinds: Iterable[Kind] | None = None
    ) -> tuple[Hit, ...]:
        """The best entries for a question, a name or a code, with labels in `lang`; perhaps none."""
        wanted = set(kinds) if kinds is not None else set(KINDS)
        scores, where = self._score(self._reader(query))
        for number in scores:
            item = self._items[number]
            scores[number] *= KINDS[item.kind] * (AWAY if item.home[0] else 1.0)
        order = sorted(scores, key=lambda number: (-round(scores[number], 6), self._items[number].home, number))
        best: dict[str, Hit] = {}
        for number in order:
            item = self._items[number]
            key = item.twin if self._twins[item.twin] >= TWINS else item.ref
            if item.kind not in wanted:
                continue
            if key in best:
                first = best[key]
                best[key] = Hit(*_values(first), also=(*first.also, item.ref))
            else:
                hit = Hit(item.ref, item.kind, item.label[lang], round(scores[number], 2), where[number])
                best[key] = hit
        return tuple(best.values())[:limit]

    def _score(self, query: Query) -> tuple[dict[int, float], dict[int, str]]:
        total: dict[int, float] = defaultdict(float)
        met: dict[int, int] = defaultdict(int)
        top: dict[int, tuple[float, str]] = {}
        for size, slot in query.slots:
            best: dict[int, tuple[float, str]] = {}
            for alternative in slot:
                for number, found in self._alternative(alternative).items():
                    if found > best.get(number, (0.0, "")):
                        best[number] = found
            for number, (score, place) in best.items():
                total[number] += score
                met[number] += size
                top[number] = max(top.get(number, (0.0, "")), (score, place))
        asked = sum(size for size, _ in query.slots)
        for number in total:
            total[number] *= 0.4 + 0.6 * met[number] / asked
        named: dict[int, float] = {}
        for name, nearness in query.names.items():
            for number in self._names[name]:
                # A name with its table says more than the name alone, so a longer one counts more.
                named[number] = max(named.get(number, 0.0), nearness * (EXACT_NAME + len(name)))
        for number, score in named.items():
            total[number] += score
            top[number] = (score, "name")
        for code in query.codes:
            for number in self._codes.get(code, ()):
                total[number] += CODE
                top.setdefault(number, (CODE, "code"))
        return total, {number: place for number, (_, place) in top.items()}

    def _alternative(self, words: list[dict[str, float]]) -> dict[int, tuple[float, str]]:
        """Score and place of each entry for words that belong together, each a choice of spellings."""
        result: dict[int, tuple[float, str]] = {}
        for spellings in words:
            best: dict[int, tuple[float, str]] = {}
            for word, nearness in spellings.items():
                for number, (weight, place) in self._words.get(word, {}).items():
                    if weight * nearness > best.get(number, (0.0, ""))[0]:
                        best[number] = (weight * nearness, place)
            for number, (score, place) in best.items():
                before = result.get(number, (0.0, place))
                result[number] = (before[0] + score, before[1])
        return result


def open_search(catalog: Catalog, root: Path) -> Search:
    """The search over a catalogue with the synonyms of its folder. Raises `Problems` when those are wrong."""
    return Search(catalog, read_synonyms(root)[0], read_printed_names(root))


def _values(hit: Hit) -> tuple[str, Kind, str, float, str]:
    return hit.ref, hit.kind, hit.label, hit.score, hit.where


def _weigh(found: list[Item], silent: frozenset[str]) -> dict[str, dict[int, tuple[float, str]]]:
    """For each word the entries that have it, with its weight there (rarity, place, length of the text)."""
    telling = lru_cache(maxsize=None)(lambda text: [word for word in tokens(text) if word not in silent])
    cut = [[(place, telling(text)) for place, text in item.texts] for item in found]
    lengths: dict[str, list[int]] = defaultdict(list)
    for texts in cut:
        for place, words in texts:
            lengths[place].append(len(words))
    usual = {place: sum(counts) / len(counts) for place, counts in lengths.items()}
    index: dict[str, dict[int, tuple[float, str]]] = defaultdict(dict)
    for number, texts in enumerate(cut):
        for place, words in texts:
            weight = PLACES[place] / (1 - LENGTH + LENGTH * max(len(words), 1) / max(usual[place], 1))
            for word in words:
                index[word][number] = max(index[word].get(number, (0.0, "")), (weight, place))
    for entries in index.values():
        rarity = log(1 + len(found) / len(entries))
        for number, (weight, place) in entries.items():
            entries[number] = (weight * rarity, place)
    return dict(index)
