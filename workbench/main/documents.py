"""Write the authorisation request of a study as a file."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog.base import Lang
from workbench.catalog.study_rule import study_rules
from workbench.documents.request import request, told
from workbench.documents.told import read_words
from workbench.main.checks import open_with_remarks
from workbench.paper.blocks import Document
from workbench.paper.write import Format, save
from workbench.verify.check import check_flow


def study_document(name: str, root: Path, lang: Lang) -> Document:
    """The request of a study, as blocks. Raises `Problems` with everything wrong in the study."""
    flow, problems = open_with_remarks(name, root)
    rules = study_rules(root)
    titles = {id_: rule.title for id_, rule in rules.items()}
    return request(told(flow, check_flow(flow, rules), problems, read_words(root), titles, lang))


def write_document(name: str, root: Path, form: Format, lang: Lang, out: Path | None) -> Path:
    """Write the request of a study; by default as `STUDY-request.LANG.FORM` in the current folder. Raises as `save`."""
    return save(study_document(name, root, lang), form, out or Path(f"{Path(name).stem}-request.{lang}.{form}"))
