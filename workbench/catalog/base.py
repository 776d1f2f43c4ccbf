"""What every catalogue entry is made of: frozen, typed, named in three languages, and cited."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


def _name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", value):
        raise ValueError("a name begins with a letter and has letters, digits, - and _ only")
    return value


# Names of files and folders are made from these, so nothing that means something in a path may stand in them.
Name = Annotated[str, AfterValidator(_name)]
Text = Annotated[str, StringConstraints(min_length=1)]
Lang = Literal["nl", "fr", "en"]
LANGUAGES: tuple[Lang, ...] = ("nl", "fr", "en")


class Entry(BaseModel):
    """Base of all catalogue entries: unknown keys are errors, values cannot change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(Entry):
    """One name in the three languages of the workbench."""

    nl: Text
    fr: Text
    en: Text

    def __getitem__(self, lang: str) -> str:
        return str(getattr(self, lang))


class Cite(Entry):
    """Where a fact comes from: a document of `documents.yaml` with a line, a key or a note."""

    document: Text
    line: int | None = None
    key: str | None = None
    note: str | None = None
