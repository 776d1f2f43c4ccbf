"""What the documents of a study are written from, for a study file on disk and for a draft alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.catalog.base import Lang
from workbench.catalog.model import Catalog
from workbench.catalog.request import read_words
from workbench.catalog.study_rule import StudyRule
from workbench.catalog.texts import read_texts
from workbench.dataflow.graph import Flow
from workbench.documents.dossier import read_dossier, read_estimate
from workbench.documents.request import request
from workbench.documents.told import LOCALE, Told, Use
from workbench.drafts.judge import judge
from workbench.errors import Problem
from workbench.indicators.needed import unmotivated, unweighed
from workbench.paper.write import Format, written
from workbench.verify import knowledge_of
from workbench.verify.check import Judged

KINDS: Mapping[Format, str] = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def told_of(
    flow: Flow,
    judged: Sequence[Judged],
    problems: Sequence[Problem],
    rules: Mapping[str, StudyRule],
    root: Path,
    lang: Lang,
) -> Told:
    """A checked study with what was found in it. Raises `Problems` for a dossier or words that are wrong."""
    words, known = read_words(root)[0], set(unmotivated(flow))
    return Told(
        flow=flow,
        model=knowledge_of(flow),
        judged=judged,
        unweighed=[Use(one.ref, silent) for one, silent in unweighed(flow)],
        problems=[one for one in problems if one not in known],
        words=words,
        rules=rules,
        dossier=read_dossier(flow, words.security.domains, root),
        estimate=read_estimate(flow, root),
        t=read_texts(LOCALE, lang),
        lang=lang,
    )


def request_of(
    text: str, catalog: Catalog, rules: Mapping[str, StudyRule], root: Path, lang: Lang, form: Format
) -> bytes | None:
    """The request written from a draft; None while its file has errors. A draft has no dossier beside it yet."""
    found = judge(text, catalog, rules, lang)
    if found.flow is None or any(one.severity == "error" for one in found.problems):
        return None
    return written(request(told_of(found.flow, found.judged, found.problems, rules, root, lang)), form)
