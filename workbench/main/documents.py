"""Write the documents of a study as files."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog.base import Lang
from workbench.catalog.request import read_views
from workbench.catalog.study_rule import study_rules
from workbench.documents.amendment import amendment
from workbench.documents.request import request
from workbench.documents.summary import summary
from workbench.documents.told import Told
from workbench.documents.views import checked, view
from workbench.drafts.requested import told_of
from workbench.errors import WorkbenchError
from workbench.main.checks import open_with_remarks
from workbench.paper.blocks import Document
from workbench.paper.write import Format, save
from workbench.study.diff import diff
from workbench.verify.check import check_flow
from workbench.verify.diff import diff_exposure


def told(name: str, root: Path, lang: Lang) -> Told:
    """What the documents of a study are written from.

    Raises `Problems` with everything wrong in the study, its dossier or the words for it.
    """
    flow, problems = open_with_remarks(name, root)
    rules = study_rules(root)
    return told_of(flow, check_flow(flow, rules), problems, rules, root, lang)


def study_document(name: str, root: Path, kind: str, lang: Lang, party: str | None = None) -> Document:
    """The request of a study, the summary for a party that delivers data, or a view of `catalog/views.yaml`.

    Raises `WorkbenchError` for another kind, and for a party that delivers nothing.
    """
    views = checked(*read_views(root))
    known = ("request", "summary", *views)
    if kind not in known:
        raise WorkbenchError(f"There is no document '{kind}'. Choose from {', '.join(known)}.")
    if party is not None and kind != "summary":
        raise WorkbenchError(f"--party goes with --kind summary, and this is the {kind}. Leave it out.")
    about = told(name, root, lang)
    if kind == "request":
        return request(about)
    return summary(about, party or "hospitals") if kind == "summary" else view(about, views[kind])


def write_document(
    name: str, root: Path, form: Format, lang: Lang, out: Path | None, kind: str = "request", party: str | None = None
) -> Path:
    """Write a document of a study; by default as `STUDY-KIND.LANG.FORM` in the current folder. Raises as `save`."""
    made = study_document(name, root, kind, lang, party)
    of = f"-{party}" if party else ""
    return save(made, form, out or Path(f"{Path(name).stem}-{kind}{of}.{lang}.{form}"))


def write_amendment(before: str, after: str, root: Path, form: Format, lang: Lang, out: Path | None) -> Path:
    """Write what changes from one study to another; by default as `AFTER-amendment.LANG.FORM`. Raises as `save`."""
    old, new = told(before, root, lang), told(after, root, lang)
    changes = diff(old.flow.study, new.flow.study, new.flow.catalog)
    made = amendment(old, new, changes, diff_exposure(old.flow, new.flow))
    return save(made, form, out or Path(f"{Path(after).stem}-amendment.{lang}.{form}"))
