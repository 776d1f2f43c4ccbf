"""The requests of all studies, built once for the room: what is tested is the structure that every format writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.catalog.base import LANGUAGES
from workbench.catalog.texts import read_texts
from workbench.documents.request import request
from workbench.documents.told import LOCALE, Told
from workbench.main.checks import study_names
from workbench.main.documents import told
from workbench.paper.blocks import Document


@pytest.fixture(scope="session")
def tellings(repo_root: Path) -> Mapping[tuple[str, str], Told]:
    """What each request is written from, by study and language."""
    root, found = repo_root / "catalog", {}
    for name in study_names(root):
        one = told(name, root, "en")
        for lang in LANGUAGES:
            found[name, lang] = replace(one, t=read_texts(LOCALE, lang), lang=lang)
    return found


@pytest.fixture(scope="session")
def requests(tellings: Mapping[tuple[str, str], Told]) -> Mapping[tuple[str, str], Document]:
    """Every request, by study and language."""
    return {key: request(one) for key, one in tellings.items()}
