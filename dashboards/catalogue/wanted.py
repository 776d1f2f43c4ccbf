"""What a reader asks of the catalogue, as the address holds it: words, facets, page, and the variable that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

FACETS = ("source", "table", "sensitive", "role", "type", "year")
UNKNOWN = "unknown"  # the year of what no entry gives a year for
_BETWEEN = ","


@dataclass(frozen=True)
class Wanted:
    """`chosen` are the values ticked per facet, `open` the reference that is shown beside the list."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    open: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wanted:
        """From the parameters of an address; what is not understood is as if it were not there."""
        chosen = {name: _split(query[name]) for name in FACETS if query.get(name)}
        page = query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        return cls(" ".join(query.get("q", "").split())[:200], chosen, max(number, 1), query.get("open", "")[:200])

    def query(self) -> dict[str, str]:
        """The parameters that give this again."""
        facets = {name: _BETWEEN.join(self.chosen[name]) for name in FACETS if self.chosen.get(name)}
        page = {"page": str(self.page)} if self.page > 1 else {}
        return {**({"q": self.q} if self.q else {}), **facets, **page, **({"open": self.open} if self.open else {})}

    def has(self, facet: str, value: str) -> bool:
        """Whether a value is ticked."""
        return value in self.chosen.get(facet, ())

    def toggled(self, facet: str, value: str) -> Wanted:
        """The same with a value ticked, or no longer; from the first page."""
        before = self.chosen.get(facet, ())
        after = tuple(one for one in before if one != value) if value in before else (*before, value)
        chosen = {name: values for name, values in {**self.chosen, facet: after}.items() if values}
        return replace(self, chosen=chosen, page=1)

    def asking(self, q: str) -> Wanted:
        """The same with other words; from the first page."""
        return replace(self, q=" ".join(q.split())[:200], page=1)

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.q or self.chosen)


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in text[:2000].split(_BETWEEN) if part))
