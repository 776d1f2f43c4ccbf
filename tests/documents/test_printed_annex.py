"""Annex B of the request for stroke care, beside the annex that 20/284 prints: equal but for the errata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.dataflow.test_annex_golden import ANNEX, IDS, compare, errata_of, printed
from workbench.documents.told import Told
from workbench.paper.blocks import Document, Heading, Table

pytestmark = pytest.mark.xdist_group("documents")


def columns_told(document: Document, head: str) -> tuple[str, ...]:
    """Names in the tables under a dataset's head, each once."""
    names: dict[str, None] = {}
    inside = False
    for block in document.blocks:
        if isinstance(block, Heading):
            inside = block.level == 3 and block.text == head
        elif inside and isinstance(block, Table):
            names |= dict.fromkeys(row[0] for row in block.rows)
    return tuple(names)


@pytest.mark.parametrize("dataset", ANNEX, ids=IDS)
@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_the_annex_written_is_the_annex_printed(
    dataset: dict[str, Any],
    lang: str,
    requests: Mapping[tuple[str, str], Document],
    tellings: Mapping[tuple[str, str], Told],
) -> None:
    about = tellings["stroke-care", lang]
    told = columns_told(requests["stroke-care", lang], about.dataset(dataset["id"]))
    assert told and compare(printed(dataset), told, errata_of(about.flow, dataset["id"])) == []
    assert compare(printed(dataset), told[1:], errata_of(about.flow, dataset["id"])), "a column left out is noticed"
