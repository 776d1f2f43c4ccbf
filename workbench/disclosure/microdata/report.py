"""The report for the committee: what was at risk, by whom, why, what was done, and what that cost in detail lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workbench.catalog.texts import read_texts
from workbench.disclosure.microdata import sections
from workbench.disclosure.microdata.cost import cost
from workbench.disclosure.microdata.pages import Block, Picture, markdown, page
from workbench.disclosure.microdata.policy import MicrodataPolicy
from workbench.disclosure.microdata.results import Analysis, Theory
from workbench.disclosure.microdata.roles import Variable
from workbench.disclosure.microdata.sections import Told

FOLDER = Path(__file__).parent / "locale"


def write_report(told: Told, found: Analysis, out: Path, lang: str) -> Path:
    """`scra.<lang>.html`, `scra.<lang>.md` and the pictures of the latter in `out`; returns the page."""
    return _written(list(blocks(told, found, lang)), out, lang)


def write_expectation(
    told: Told, variables: Sequence[Variable], policy: MicrodataPolicy, theory: Theory, out: Path, lang: str
) -> Path:
    """The report of the theoretical analysis, before there are data."""
    t = read_texts(FOLDER, lang)
    parts = [
        *sections.head(told, t),
        *sections.variables(variables, t),
        *sections.theory(theory, t),
        *sections.limits(policy, t, False),
    ]
    return _written(parts, out, lang)


def blocks(told: Told, found: Analysis, lang: str) -> Iterator[Block]:
    """The report, block by block."""
    t = read_texts(FOLDER, lang)
    yield from sections.head(told, t)
    yield from sections.verdict(found, t)
    yield from sections.variables(found.variables, t)
    yield from sections.risk(found, t)
    yield from sections.who(told, found.scenarios, t)
    yield from sections.why(found, t)
    yield from sections.sensitive(found, t)
    yield from sections.population(found, t)
    yield from cost(found, told.adaptation[lang] if told.adaptation else None, t)
    yield from sections.theory(found.theory, t)
    yield from sections.limits(found.policy, t, found.done is not None)


def _written(parts: Sequence[Block], out: Path, lang: str) -> Path:
    pictures = out / f"scra.{lang}"
    pictures.mkdir(parents=True, exist_ok=True)
    for block in parts:
        if isinstance(block, Picture):
            (pictures / f"{block.name}.svg").write_text(block.svg, encoding="utf-8")
    (out / f"scra.{lang}.md").write_text(markdown(parts, pictures.name), encoding="utf-8")
    made = out / f"scra.{lang}.html"
    made.write_text(page(parts, lang), encoding="utf-8")
    return made
