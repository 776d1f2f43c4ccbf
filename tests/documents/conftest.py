"""The requests of all studies, built once for the room: what is tested is the structure that every format writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from workbench.catalog.base import LANGUAGES
from workbench.catalog.study_rule import study_rules
from workbench.documents.request import request, told
from workbench.documents.told import Told, read_words
from workbench.main.checks import open_with_remarks, study_names
from workbench.paper.blocks import Document
from workbench.verify.check import check_flow


@pytest.fixture(scope="session")
def tellings(repo_root: Path) -> Mapping[tuple[str, str], Told]:
    """What each request is written from, by study and language."""
    root = repo_root / "catalog"
    rules, words, found = study_rules(root), read_words(root), {}
    titles = {id_: rule.title for id_, rule in rules.items()}
    for name in study_names(root):
        flow, problems = open_with_remarks(name, root)
        judged = check_flow(flow, rules)
        for lang in LANGUAGES:
            found[name, lang] = told(flow, judged, problems, words, titles, lang)
    return found


@pytest.fixture(scope="session")
def requests(tellings: Mapping[tuple[str, str], Told]) -> Mapping[tuple[str, str], Document]:
    """Every request, by study and language."""
    return {key: request(one) for key, one in tellings.items()}
