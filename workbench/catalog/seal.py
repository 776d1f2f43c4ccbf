"""The seal: short digests of the facts of every entry as last reviewed, in `catalog/seal.yaml`.

A slip of the hand can turn one valid code, name or number into another; no syntax and no reference shows that.
The seal does: an entry whose facts differ from the sealed ones is reported at its line until somebody says that
the change is meant. Free text (labels, notes, explanations) is not sealed, nor is an entry that is new.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.catalog.base import Entry
from workbench.catalog.load import Sources
from workbench.catalog.model import Catalog
from workbench.catalog.printed import read_printed_file
from workbench.catalog.request import VIEWS, WORDS, read_views, read_words
from workbench.catalog.source import Loc, SourceFile, read_source, validate
from workbench.catalog.units import read_units
from workbench.errors import Problem, Problems

FILE = "seal.yaml"
FREE_TEXT = frozenset({"label", "note", "title", "grain", "explanation", "definition", "question"})
PARTS = ("fields", "entries", "datasets")
HEADER = """\
# Digests of the facts of every entry as last reviewed: of the entry itself, then of each of its fields or codes.
# Made by `workbench catalog seal`, which says that all changes since are meant; not to be edited by hand.
"""
Digests = tuple[str, ...]
Facts = Entry | list[Any] | Mapping[str, Any]  # an entry; or what stands in a file whose model another room has
Sealable = Mapping[str, tuple[Facts, SourceFile, Loc]]  # entries by `kind:id`, with their file and place in it


class Seal(Entry):
    """Digests by file (below the catalogue folder) and entry; `sum` is the digest of all of them."""

    sum: str
    sealed: Mapping[str, Mapping[str, str]]


def facts(entry: Any) -> Any:
    """An entry as plain data without its free text: what must not change unseen."""
    data = entry
    if isinstance(entry, Entry):
        # Without defaults: a key that the model learns later changes no digest.
        data = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True, warnings=False)
    if isinstance(data, dict):
        return {key: facts(value) for key, value in data.items() if key not in FREE_TEXT}
    return [facts(item) for item in data] if isinstance(data, list) else data


def sealable(catalog: Catalog, sources: Sources, root: Path) -> Sealable:
    """Every entry with facts: of the catalogue, its units, printed names, words of documents, and what studies tell.

    Raises `Problems` for a file that cannot be read.
    """
    kinds: dict[str, Mapping[str, Entry]] = {
        "document": catalog.documents,
        "table": catalog.tables,
        "codelist": catalog.codes,
        "party": catalog.parties,
        "derived": catalog.derived,
        "policy": catalog.policies,
        "indicator": catalog.indicators,
        "service": catalog.services,
        "lifetable": catalog.life_tables,
        "identifier": catalog.knowledge.identifiers,
        "attribute": catalog.knowledge.attributes,
        "quasikey": catalog.knowledge.quasi_keys,
        "derivation": catalog.knowledge.derivations,
        "defaulttarget": catalog.knowledge.targets,
        "generalisation": catalog.knowledge.generalisations,
        "marginal": catalog.knowledge.marginals,
    }
    found: dict[str, tuple[Facts, SourceFile, Loc]] = {}
    for name, (source, at) in sources.items():
        kind, _, ref = name.partition(":")
        found[name] = kinds[kind][ref], source, at
    units, of_units = read_units(root)
    if of_units:
        found |= {f"unit:{unit.id}": (unit, of_units, ("units", number)) for number, unit in enumerate(units)}
    documents, of_documents = read_printed_file(root)
    if of_documents:
        for number, one in enumerate(documents):
            found[f"printed:{one.document}"] = one, of_documents, ("documents", number)
    if (root / WORDS).exists():
        words, of_words = read_words(root)
        found["words:request"] = words, of_words, ()
    if (root / VIEWS).exists():
        views, of_views = read_views(root)
        found |= {f"view:{view.id}": (view, of_views, ("views", number)) for number, view in enumerate(views)}
    beside = (f"studies/*/{name}.yaml" for name in ("dossier", "estimate"))
    return {**found, **_plain(root, "interchange/*.yaml", *beside)}


def _plain(root: Path, *patterns: str) -> Sealable:
    """Every part of some files, by `FOLDER:FILE.KEY`, as plain data: their models are those of other rooms."""
    found: dict[str, tuple[Facts, SourceFile, Loc]] = {}
    for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
        source = read_source(path, root.parent)
        if source.problems or not isinstance(source.data, Mapping):
            raise Problems(
                source.problems or [source.problem((), "this is no mapping", "it has no keys", "give it keys")]
            )
        name = f"{path.parent.relative_to(root).as_posix()}:{path.stem}"
        for key, value in source.data.items():
            found[f"{name}.{key}"] = value if isinstance(value, list) else {key: value}, source, (key,)
    return found


def make_seal(entries: Sealable) -> Seal:
    """The seal of entries as they are."""
    sealed: dict[str, dict[str, str]] = {}
    for name, (entry, source, _) in entries.items():
        sealed.setdefault(_below(source), {})[name] = " ".join(_digests(entry))
    return Seal(sum=_digest(sealed), sealed=sealed)


def write_seal(seal: Seal, root: Path) -> Path:
    """Write the seal into the catalogue folder `root`."""
    lines = [HEADER + f'sum: "{seal.sum}"', "sealed:"]
    for file, entries in sorted(seal.sealed.items()):
        lines += [f"  {file}:", *(f'    {json.dumps(name)}: "{digests}"' for name, digests in entries.items())]
    path = root / FILE
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def check_seal(entries: Sealable, root: Path, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Entries whose facts differ from the sealed ones or that are gone; nothing where no seal was made.

    Files in `broken` have problems reported already: that their entries changed too is no news.
    """
    path = root / FILE
    if not path.exists():
        return
    source = read_source(path, root.parent)
    seal = validate(Seal, source.data, source) if not source.problems else None
    if seal is None:
        raise Problems(source.problems)
    if _digest(seal.sealed) != seal.sum:
        why, todo = "its sum does not fit its digests", "undo the change, or seal the catalogue again"
        raise Problems([source.problem(("sum",), "the seal was edited by hand or damaged", why, todo)])
    todo = "if the change is meant, seal it: workbench catalog seal"
    for file, sealed in seal.sealed.items():
        place = f"{root.name}/{file}"
        for name, digests in sealed.items() if place not in broken else ():
            if name not in entries:
                why = "other entries and studies may rest on it"
                yield Problem(place, 1, f"the sealed entry '{name}' is gone", why, todo)
                continue
            entry, where, at = entries[name]
            for loc in _changed(tuple(digests.split(" ")), _digests(entry), entry):
                why = "its type, codes, source or other facts are not those last reviewed"
                yield where.problem((*at, *loc), f"'{name}' was changed here", why, todo)


def _below(source: SourceFile) -> str:
    return source.name.partition("/")[2] or source.name


def _digests(entry: Facts) -> Digests:
    """Of the entry without its parts, then of each part in order; a list has nothing but parts."""
    data = facts(entry)
    if isinstance(data, list):
        return (_digest(None), *map(_digest, data))
    parts = [part for key in PARTS for part in data.pop(key, [])]
    return (_digest(data), *map(_digest, parts))


def _digest(data: Any) -> str:
    return sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def _changed(old: Digests, new: Digests, entry: Facts) -> Iterator[Loc]:
    """Places of the parts that differ; where parts were taken out, the place of the next one that is left."""
    if old[:1] != new[:1]:
        yield ()
    below = () if isinstance(entry, list) else (next((key for key in PARTS if hasattr(entry, key)), ""),)
    matcher = SequenceMatcher(None, old[1:], new[1:], autojunk=False)
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind != "equal":
            yield from ((*below, number) for number in range(start, max(end, start + 1)))
