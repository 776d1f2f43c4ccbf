"""The report of a release for people: what was at risk, for whom, what was done, what it cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import get_args

import pyarrow.parquet as pq

from workbench.catalog.base import Lang
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.disclosure.amounts.tries import AmountTry
from workbench.errors import WorkbenchError
from workbench.indicators.table import ALL_HOSPITALS, ALL_YEARS
from workbench.main.confidential import half_of
from workbench.main.release_counts import splits
from workbench.main.release_pictures import KINDS, SECRETS, bars
from workbench.main.release_words import WORDS, Words, attacker
from workbench.main.releases import attack_figures, attack_release
from workbench.paper.blocks import Block, Document, Heading, Paragraph, Picture, Table
from workbench.paper.write import Format, save


@dataclass(frozen=True)
class _Named:
    """What a certificate calls by its id, in the language of the reader."""

    catalog: Catalog
    lang: Lang
    words: Words

    def attacker(self, name: str) -> str:
        return attacker(name, self.words)

    def indicator(self, name: str) -> str:
        entry = self.catalog.indicators.get(name)
        return entry.label[self.lang] if entry else name

    def target(self, cell: str) -> str:
        """A number, or two with the difference between them; as it stands where it is named in another way."""
        return " - ".join(map(self._number, cell.split(" - ")))

    def _number(self, cell: str) -> str:
        found = re.fullmatch(r"(\w+)\.(\w+), (.+), (\d+)(?: \(release (\d+)\))?", cell)
        if found is None:
            return cell
        name, part, hospital, year, release = found.groups()
        what = f"{self.indicator(name)} ({self.words.get(f'part.{part}', part)})"
        where = self.words["hospitals"] if hospital == ALL_HOSPITALS else hospital
        when = self.words["years"] if int(year) == ALL_YEARS else year
        return ", ".join((what, where, when, *([self.words["release"].format(number=release)] if release else [])))


def write_report(
    releases: Path,
    study: str,
    number: int | None,
    lang: Lang,
    root: Path,
    out: Path,
    progress: Callable[[str, float], None] | None = None,
) -> Path:
    """Write the report in the format that `out` ends in; readable by the owner only.

    Indicators are called as the catalogue in `root` calls them; one it does not have, by its id.
    Raises `WorkbenchError` for another ending, and when the confidential half of the release is missing.
    """
    endings: dict[str, Format] = {f".{one}": one for one in get_args(Format)}
    if out.suffix not in endings:
        raise WorkbenchError(f"{out}: a report is {', '.join(endings)}. Give such a file name.")
    standing, tries = attack_release(releases, study, number, progress)
    figures = attack_figures(releases, study, number)
    release, words = standing.release, WORDS[lang]
    arrays, text = half_of(release, releases)
    split, cuts = splits(arrays, text)
    named = _Named(load_catalog(root), lang, words)
    split = {named.indicator(name): part for name, part in split.items()}
    levels = {words[f"level.{name}"]: part for name, part in cuts.items()}
    shown, small, secondary = (sum(part[place] for part in split.values()) for place in range(3))
    rows = [row for row in pq.read_table(release.cube).to_pylist() if row["k"] is not None or row["withheld"]]
    plain = {str(name) for place, name in enumerate(arrays["indicators"]) if arrays["plain"][-1][place]}
    rows = [row for row in rows if row["indicator"] not in plain]
    totals = [row for row in rows if row["hospital"] == ALL_HOSPITALS]
    before = ", ".join(str(one) for one in arrays["release"][:-1].tolist())
    numbers = shown + small + secondary
    facts = {
        "number": release.number, "study": study, "numbers": f"{numbers:,}", "small": f"{small:,}",
        "secondary": f"{secondary:,}", "shown": f"{shown:,}", "share": round(100 * shown / max(numbers, 1)),
        "threshold": int(arrays["threshold"]), "zeros": words["zeros"] if arrays["zeros_hidden"] else "",
        "attackers": len(tries), "secrets": f"{sum(one.secrets for one in tries):,}",
        "earlier": words["earlier"].format(releases=before) if before else "", "witnesses": int(arrays["witnesses"]),
        "rates": sum(row["rate"] is not None for row in rows), "allrates": len(rows),
        "national": sum(row["rate"] is not None for row in totals), "allnational": len(totals),
    }  # fmt: skip
    sought = {named.attacker(one.attacker): (one.secrets - one.learned, one.learned) for one in tries}
    attackers = [
        (named.attacker(one.attacker), f"{one.secrets:,}", str(one.learned), named.target(one.target),
         f"{one.low} {words['to']} {one.high}" if one.secrets else "")
        for one in tries
    ]  # fmt: skip
    sorts = tuple(words[key] for key in ("indicator", "shown", "small", "secondary"))
    blocks: list[Block] = [
        Heading(words["risk"]), Paragraph(words["risk.text"]),
        _picture("levels", words["picture.levels"], levels, KINDS, words),
        Heading(words["whom"]), Paragraph(words["whom.text"]),
        Table(tuple(words[key] for key in ("attacker", "secrets", "learned", "nearest", "open")), attackers,
              (30, 12, 12, 28, 18), frozenset({1, 2})),
        *([_picture("whom", words["picture.whom"], sought, SECRETS, words)] if any(map(sum, sought.values())) else []),
        Heading(words["done"]), Paragraph(words["done.text"]), Heading(words["cost"]), Paragraph(words["cost.text"]),
        _picture("indicators", words["picture"], split, KINDS, words),
        Table(sorts, [(name, *map(str, part)) for name, part in split.items()], (40, 20, 20, 20), frozenset({1, 2, 3})),
        *_figures(figures, named), Paragraph(words["next"]),
    ]  # fmt: skip
    filled = tuple(replace(one, text=one.text.format(**facts)) if isinstance(one, Paragraph) else one for one in blocks)
    title, about = (words[key].format(**facts) for key in ("title", "confidential"))
    return save(Document(lang, title, "", about, "", words["page"], filled), endings[out.suffix], out, private=True)


def _picture(
    name: str, caption: str, rows: Mapping[str, tuple[int, ...]], colours: Mapping[str, str], words: Words
) -> Picture:
    return Picture(caption, partial(bars, rows, colours, caption, words), name=name)


def _figures(tries: Sequence[AmountTry], named: _Named) -> list[Block]:
    """What was asked of means and quantiles; nothing when the release has none."""
    if not tries:
        return []
    heads = [named.words[key] for key in ("attacker", "indicator", "groups", "learned", "nearest", "persons", "over")]
    rows = [
        (named.attacker(one.attacker), named.indicator(one.indicator), str(one.groups), str(one.learned),
         named.target(one.target),
         f"{one.persons:g}" if isfinite(one.persons) else "-", f"{one.over:.0%}" if isfinite(one.over) else "-")
        for one in tries
    ]  # fmt: skip
    table = Table(heads, rows, numbers=frozenset({2, 3, 5, 6}))
    return [Heading(named.words["amounts"]), Paragraph(named.words["amounts.text"]), table]
