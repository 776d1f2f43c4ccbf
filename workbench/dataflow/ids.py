"""Ids of the parts of a drawing: the same for the same thing, never the same for two."""

from __future__ import annotations

from urllib.parse import quote


def element_id(kind: str, *names: str) -> str:
    """`kind-name-name` without spaces; only the first name keeps its hyphens, so that no two ids collide."""
    first, *rest = (coded(name) for name in names)
    return "-".join([kind, first, *(name.replace("-", "%2D") for name in rest)])


def coded(name: str) -> str:
    """A name without what has a meaning in an id."""
    return quote(name, safe="", errors="surrogatepass")  # even half a character is a name
