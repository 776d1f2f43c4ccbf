"""HTML that is escaped unless it was made here: the one way a page prints text."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

_VOID = frozenset({"br", "hr", "img", "input", "path"})


class Html(str):
    """Text that is markup already; everything else is escaped when it is put into a tag."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """An element; `class_` and `aria_label` are written as `class` and `aria-label`, None is left out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    opening = f"<{name}{written}>"
    return Html(opening) if name in _VOID else Html(f"{opening}{join(*children)}</{name}>")


def join(*parts: str) -> Html:
    """Parts one after the other; those that are not markup are escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def address(path: str, **query: str | None) -> str:
    """A path with a query string; values that are None or empty are left out."""
    given = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


# Lines in a square of 24 by 24, drawn in the colour of the text beside them.
_ICONS = {
    "lock": "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v10H5z",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c4 5 4 13 0 18M12 3c-4 5-4 13 0 18",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v6M12 7.5v.5",
    "shield": "M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6zM9 12l2 2 4-4",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "cart": "M4 5h2l2.2 10h9l2-7H7M9 20h.01M17 20h.01",
    "close": "M6 6l12 12M18 6 6 18",
    "play": "M8 5v14l11-7z",
    "back": "M15 5l-7 7 7 7",
    "on": "M9 5l7 7-7 7",
    "first": "M18 5l-7 7 7 7M6 5v14",
    "last": "M6 5l7 7-7 7M18 5v14",
    "link": "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
}


def icon(name: str) -> Html:
    """A small drawing beside words; hidden from screen readers, which read the words."""
    drawing = tag("path", d=_ICONS[name])
    return tag("svg", drawing, class_="icon", viewBox="0 0 24 24", aria_hidden="true", focusable="false")
