"""A draft as a notebook that reproduces it: the study file whole, its findings, flow and exposure, and a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat

from workbench.catalog.base import Lang
from workbench.catalog.card import plain
from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import StudyRule
from workbench.drafts.judge import Judgement, judge
from workbench.drafts.starts import name_of
from workbench.drafts.writing import read

LONG = 60  # lines of a study file from which its cell is folded: nobody scrolls past a thousand to the result
PERSONS = 5_000  # a run of seconds


@dataclass(frozen=True)
class Origin:
    """Which version of which draft, and for whom the notebook is."""

    draft: str
    number: int
    login: str


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook, in words or in code."""

    text: str
    code: bool = False
    folded: bool = False


def notebook_of(text: str, origin: Origin, catalog: Catalog, rules: Mapping[str, StudyRule], lang: Lang = "en") -> str:
    """The notebook as the text of its file (ipynb), to open beside the other notebooks.

    The cell that writes the study holds the very text of the draft. What a wrong file cannot show is left out, so
    that the notebook of any draft runs from top to bottom; its findings say what to mend. Title and question are in
    `lang`, the rest in the language of all notebooks.
    """
    found = judge(text, catalog, rules, lang)
    made = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(_cells(text, origin, found, lang)):
        new: Callable[..., Any] = nbformat.v4.new_code_cell if cell.code else nbformat.v4.new_markdown_cell
        # The number as its name instead of a random one: the same draft gives the same file.
        one = new(cell.text, id=f"cell-{number:02}")
        if cell.folded:
            one.metadata["jupyter"] = {"source_hidden": True}
        made.cells.append(one)
    return str(nbformat.writes(made)) + "\n"  # type: ignore[no-untyped-call]


def _cells(text: str, origin: Origin, found: Judgement, lang: Lang) -> Iterator[Cell]:
    data = read(text)
    name = name_of(data)
    title, purpose = (plain(_said(data.get(key), lang)) for key in ("title", "purpose"))
    yield Cell(
        f"# {title or name}\n\n**Question.** {purpose or 'The draft does not say yet.'}\n\n"
        f"A study designed in the dashboards: version {origin.number} of draft `{origin.draft}`. You work on a copy of "
        "the catalogue, so nothing can break, and nobody in the data exists."
    )
    yield Cell("from workbench import notebook\n\nwb = notebook.start(copy=True)", code=True)
    long = text.count("\n") > LONG
    folded = " It is long, so its cell is folded: a click on the three dots opens it." if long else ""
    yield Cell(
        f"## The study file\n\nAs it stood in that version, to the letter.{folded} Change it and run the cell: "
        "what is wrong comes below it, each with its line."
    )
    yield Cell(f"%%study {name}\n{text}", code=True, folded=long)
    if found.flow is None or any(one.severity == "error" for one in found.problems):
        yield Cell(
            "## Once the file is in order\n\nThe findings above say what to mend. Then these show the flow, who can "
            f'learn what, and a run: `study = wb.studies["{name}"]`, `study.flow`, `study.exposure()`, '
            f'`study.run(wb.people({PERSONS:_}, studies=["{name}"]))`.'
        )
    else:
        yield from _shown(name, found)
    send = f'wb.send("{name}", "{origin.login}", draft="{origin.draft}", after={origin.number})'
    yield Cell(
        "**Result.** The study as it was designed, and what follows from it.\n\n"
        f"**Next step.** Change the study file above and send it back: `{send}` makes it the next version of the same "
        "draft, where the portal's state is on this machine; elsewhere, begin a draft from the file."
    )


def _shown(name: str, found: Judgement) -> Iterator[Cell]:
    yield Cell("## Its flow, and who can learn what\n\nBoth follow from the file, before there are data.")
    yield Cell(f'study = wb.studies["{name}"]\nstudy.flow', code=True)
    yield Cell("study.exposure()", code=True)
    yield Cell(
        "## A run on people who do not exist\n\nMore of them, or more of what the study looks for: "
        '`wb.people(20_000, enrich="stroke-care", ...)`.'
    )
    yield Cell(f'people = wb.people({PERSONS:_}, studies=["{name}"])\nrun = study.run(people)\nrun', code=True)
    study = found.flow.study.study if found.flow else None
    if study is not None and study.indicators and study.analysis:
        yield Cell("run.indicators", code=True)


def _said(words: object, lang: Lang) -> str:
    """A text in a language, or in the first that it is written in."""
    if not isinstance(words, dict):
        return ""
    texts = [words.get(one) for one in (lang, "nl", "fr", "en")]
    return next((one for one in texts if isinstance(one, str) and one.strip()), "")
