"""Names of datasets and parts: they become folders and files in the vaults, so they are plain words."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

WORD = r"[a-z][a-z0-9_]*"


def _word(value: str) -> str:
    if not re.fullmatch(WORD, value):
        raise ValueError("a name begins with a small letter and has small letters, digits and _ only")
    return value


def _part_ref(value: str) -> str:
    if not re.fullmatch(rf"{WORD}(\.{WORD})?", value):
        raise ValueError("it is a dataset, or dataset.part, in small letters, digits and _ only")
    return value


DatasetName = Annotated[str, AfterValidator(_word)]
PartName = Annotated[str, AfterValidator(_word)]
PartRef = Annotated[str, AfterValidator(_part_ref)]
