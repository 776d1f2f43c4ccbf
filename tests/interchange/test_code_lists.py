"""Which code lists may refuse a value: only those known to be complete."""

from __future__ import annotations

import pytest

from tests.interchange.small import CHOSEN, CLOSED, WORKING
from workbench.catalog import CodeList
from workbench.catalog.nodes import Nodes, compose
from workbench.interchange.code_lists import closed_codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (CLOSED, {"1", "A", "é"}),
        (WORKING, None),
        (CHOSEN, None),
        (CLOSED.replace("kind: values", "kind: values\nworking_code: true"), None),
        (CLOSED.replace("kind: values", "kind: selection"), None),
        (CLOSED.replace('code: "1"', 'from: "1", to: "9"'), None),
    ],
)
def test_only_complete_lists_are_closed(text: str, codes: set[str] | None) -> None:
    listed = CodeList.model_validate(Nodes(text).plain(compose(text)))  # type: ignore[arg-type]
    assert closed_codes(listed) == (None if codes is None else frozenset(codes))


def test_no_list_refuses_nothing() -> None:
    assert closed_codes(None) is None
