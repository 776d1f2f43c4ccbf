"""What a draft is called in the language of the reader.

The state keeps one title of a draft, in the first language that has one, for lists that know no language. The others
stand in its text, of which only the piece with the titles is read, and once: a revision never changes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from workbench.drafts.writing import read
from workbench.state import Draft, Drafts

_PIECE = re.compile(r"^title:.*\n(?:(?:[ \t].*)?\n)*", re.MULTILINE)


def called(drafts: Drafts, one: Draft, lang: str) -> str:
    """The title of a draft in `lang`; where it has none, what every list calls it."""
    return _titles(drafts, one.id, one.number).get(lang) or one.title or one.id


@lru_cache(maxsize=2_000)
def _titles(drafts: Drafts, draft: str, number: int) -> dict[str, str]:
    piece = _PIECE.search(drafts.read(draft, number).text + "\n")
    data = read(piece.group()) if piece else None
    titles = data.get("title") if isinstance(data, dict) else None
    known = titles if isinstance(titles, dict) else {}
    return {lang: words.strip()[:200] for lang, words in known.items() if isinstance(words, str)}
