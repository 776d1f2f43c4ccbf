"""What changed between two versions of a study, in the terms of its field: an amendment told as sentences.

Names are not the study: another id for a step or a dataset, or another order of a list, is no change. A variable
of another name and the same meaning is told as such. Every other difference is told exactly once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field as Spec

from workbench.catalog.base import Entry, Label, Lang
from workbench.catalog.model import Catalog
from workbench.study.diff_entries import STEP, VARIABLE, Item, entries, plain, sections_of
from workbench.study.diff_match import Pair, match, meaning, same_names, under
from workbench.study.diff_order import moved_steps
from workbench.study.diff_steps import Delta, deltas
from workbench.study.diff_words import LANGS, facet_name, name_of, sentence, value_of
from workbench.study.load import StudyFile

Kind = Literal["added", "removed", "renamed", "moved", "replaced", "reordered", "changed"]


class Change(Entry):
    """One change; `about` is the part of the study, `facet` what of it changed, places are `file:line`."""

    kind: Kind
    about: str
    facet: str | None = None
    name: Label | None = Spec(default=None, description="none where the study has only one such part")
    old: Label | None = None
    new: Label | None = None
    before: tuple[str, ...] = Spec(default=(), description="places in the first file")
    after: tuple[str, ...] = Spec(default=(), description="places in the second file")
    text: Label


class Changes(Entry):
    """All changes from study `before` to study `after`, in the order of a study file."""

    before: str
    after: str
    changes: tuple[Change, ...]


def diff(before: StudyFile, after: StudyFile, catalog: Catalog) -> Changes:
    """Every difference of meaning between two study files, each told once."""
    return Changes(before=before.study.id, after=after.study.id, changes=tuple(_Diff(before, after, catalog).run()))


def to_json(changes: Changes) -> dict[str, Any]:
    """The changes as JSON; `Changes.model_json_schema()` is its schema."""
    return changes.model_dump(mode="json")


def describe(changes: Changes, lang: Lang) -> str:
    """One sentence per change, each followed by its places."""
    none = {"nl": "Er is niets veranderd.", "fr": "Rien n'a changé.", "en": "Nothing has changed."}
    lines = [f"{one.text[lang]} [{_places(one)}]" for one in changes.changes]
    return "\n".join(lines or [none[lang]])


def _places(change: Change) -> str:
    """The places of both sides; of each file its name once."""
    sides = []
    for side in (change.before, change.after):
        lines: dict[str, list[str]] = {}
        for place in side:
            file, _, line = place.rpartition(":")
            lines.setdefault(file, []).append(line)
        sides += [f"{file}:{','.join(found)}" for file, found in lines.items()]
    return " -> ".join(sides)


class _Diff:
    def __init__(self, before: StudyFile, after: StudyFile, catalog: Catalog) -> None:
        self.files = before, after
        self.catalog = catalog
        self.before, new = plain(before.study), plain(after.study)
        names, same = same_names(self.before, new, catalog)
        self.after = under(new, names)
        self.new_names = {old: name for name, old in names.items()}
        self.columns = {
            other.data["ref"].rpartition(".")[2]: one.data["ref"].rpartition(".")[2]
            for one, other in same
            if names.get(other.data["ref"]) == one.data["ref"]
        }

    def run(self) -> Iterator[Change]:
        sections = {section.about: section for data in (self.before, self.after) for section in sections_of(data)}
        for section in sections.values():
            left, right = entries(self.before, section), entries(self.after, section)
            pairs, only_left, only_right = match(left, right, self.catalog)
            yield from (self._change("removed", [item], []) for item in only_left)
            yield from (self._change("added", [], [item]) for item in only_right)
            if section == VARIABLE:
                yield from self._variables(pairs)
            yield from self._pairs(pairs)
            if section == STEP:
                moved = moved_steps(pairs)
                if moved:
                    yield self._change("reordered", [one for one, _ in moved], [other for _, other in moved])

    def _variables(self, pairs: Sequence[Pair]) -> Iterator[Change]:
        """Variables of the same meaning under another name, or from another table."""
        tables: dict[tuple[str, str], list[Pair]] = {}
        for one, other in pairs:
            old, new = one.data["ref"], other.data["ref"]
            (old_table, _, old_name), (new_table, _, new_name) = old.rpartition("."), new.rpartition(".")
            if old == new:
                continue
            if meaning(one, self.catalog) is None or meaning(one, self.catalog) != meaning(other, self.catalog):
                yield self._change("replaced", [one], [other])
            elif old_name != new_name:
                yield self._change("renamed", [one], [other])
            else:
                tables.setdefault((old_table, new_table), []).append((one, other))
        for (old_table, new_table), found in tables.items():
            values = {"old": old_table, "new": new_table}
            yield self._change("moved", [one for one, _ in found], [other for _, other in found], values=values)

    def _pairs(self, pairs: Sequence[Pair]) -> Iterator[Change]:
        """Differing facets; the same difference in several steps is one change."""
        found: dict[tuple[Delta, int], list[Pair]] = {}
        for number, pair in enumerate(pairs):
            for delta in deltas(*pair, self.columns):
                if pair[0].section != VARIABLE or delta.facet != "ref":
                    group = 0 if pair[0].section == STEP else number
                    where = found.setdefault((delta, group), [])
                    where += [pair] if pair not in where else []
        for (delta, _), where in found.items():
            one, other = [pair[0] for pair in where], [pair[1] for pair in where]
            kind: Kind = "replaced" if delta.facet == one[0].about else "changed"
            values = {"old": delta.old, "new": delta.new}
            yield self._change(kind, one, other, delta.facet, values, "members" if delta.members else kind)

    def _change(
        self,
        kind: Kind,
        before: list[Item],
        after: list[Item],
        facet: str = "",
        values: Mapping[str, Any] | None = None,
        pattern: str = "",
    ) -> Change:
        items = before or after
        words: dict[str, dict[str, str]] = {}
        for lang in LANGS:
            said = {"name": ", ".join(dict.fromkeys(name_of(item, lang, self.catalog) for item in items))}
            if values is not None:
                said |= {key: value_of(value, lang, self.catalog) for key, value in values.items()}
            elif before and after:
                said |= {"old": said["name"], "new": ", ".join(name_of(item, lang, self.catalog) for item in after)}
            text = sentence(pattern or kind, items[0].about, lang, facet=facet_name(facet, lang), **said)
            for key, value in {**said, "text": text}.items():
                words.setdefault(key, {})[lang] = value
        labels = {key: Label(**said) for key, said in words.items() if all(said.values())}
        return Change(
            kind=kind,
            about=items[0].about,
            facet=facet or None,
            before=self._where(0, before, facet),
            after=self._where(1, after, facet),
            **labels,
        )

    def _where(self, side: int, items: Iterable[Item], facet: str) -> tuple[str, ...]:
        source = self.files[side].source
        names = self.new_names if side else {}
        places = [(*item.loc, facet) for item in items]
        places = [
            (place[0], names.get(str(place[1]), place[1])) if place[0] == "datasets" else place for place in places
        ]
        return tuple(dict.fromkeys(f"{source.name}:{source.line(place)}" for place in places))
