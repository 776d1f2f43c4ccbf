"""Write the documents of a study as files."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog.base import Lang
from workbench.catalog.study_rule import study_rules
from workbench.catalog.texts import read_texts
from workbench.documents.dossier import read_dossier, read_estimate
from workbench.documents.request import request
from workbench.documents.told import LOCALE, Told, Use, read_words
from workbench.indicators.needed import unmotivated, unweighed
from workbench.main.checks import open_with_remarks
from workbench.paper.write import Format, save
from workbench.verify import knowledge_of
from workbench.verify.check import check_flow


def told(name: str, root: Path, lang: Lang) -> Told:
    """What the documents of a study are written from.

    Raises `Problems` with everything wrong in the study, its dossier or the words for it.
    """
    flow, problems = open_with_remarks(name, root)
    rules, words = study_rules(root), read_words(root)
    known = set(unmotivated(flow))
    return Told(
        flow=flow,
        model=knowledge_of(flow),
        judged=check_flow(flow, rules),
        unweighed=[Use(one.ref, silent) for one, silent in unweighed(flow)],
        problems=[one for one in problems if one not in known],
        words=words,
        rules=rules,
        dossier=read_dossier(flow, words.security.domains, root),
        estimate=read_estimate(flow, root),
        t=read_texts(LOCALE, lang),
        lang=lang,
    )


def write_document(name: str, root: Path, form: Format, lang: Lang, out: Path | None) -> Path:
    """Write the request of a study; by default as `STUDY-request.LANG.FORM` in the current folder. Raises as `save`."""
    return save(request(told(name, root, lang)), form, out or Path(f"{Path(name).stem}-request.{lang}.{form}"))
