"""Pages of the dashboards as live parts of a notebook: the flow player, the study builder, the catalogue.

The reader is the designer at this machine (`dashboards.alone`). Everything a page needs is in the cell's output, so
that it works where there is no network.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.notebook import shell

if TYPE_CHECKING:
    from dashboards.alone import Alone
    from workbench.notebook.desk import Desk


class Part:
    """A page in the output of a cell; `page` is the object of the dashboards, `panel` what Panel lays out."""

    def __init__(self, page: Any) -> None:
        self.page, self.panel = page, page.column

    @property
    def text(self) -> str:
        """The study file as it stands in a builder."""
        return str(self.page.text)

    def __panel__(self) -> Any:
        return self.panel

    def __repr__(self) -> str:
        return f"[{self.page.room.title}: live in a notebook]"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return self.panel._repr_mimebundle_(include, exclude)


class Pages:
    """The pages of a desk, read again when the catalogue or a study of it changed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.alone: Alone | None = None
        self.as_of = 0

    def viewer(self, study: str, lang: str) -> Part:
        """See `Desk.viewer`."""
        flow = self.desk.studies[study].flow  # says what is wrong in the study, or that there is none
        return Part(self._fresh().flow(flow.study.study.id, lang))

    def builder(self, study: str, lang: str) -> Part:
        """See `Desk.builder`."""
        self.desk.only_in_a_copy()
        return Part(self._fresh().builder(self.desk.studies[study].file, lang))

    def catalogue(self, lang: str) -> Part:
        """See `Desk.catalogue`."""
        return Part(self._fresh().catalogue(lang))

    def _fresh(self) -> Alone:
        import panel as pn

        from dashboards.alone import Alone

        if shell.shell() is not None:
            # With every part, as a browser that was loaded anew has nothing of it; the default asks a server far away.
            pn.extension(inline=True)
        files = self.desk.root.glob("studies/*/study.yaml")
        now = hash((self.desk.stamp(), *sorted((path, path.stat().st_mtime_ns) for path in files)))
        if self.alone is None:
            self.alone = Alone(self.desk.root, self._state())
        if now != self.as_of:
            self.alone.read_again(self.desk.facts)
        self.as_of = now
        return self.alone

    def _state(self) -> Path:
        """Beside a copy, and thrown away with it; else where data and runs of notebooks are kept."""
        return self.desk.root.parent / "state" if self.desk.copy else self.desk.home / "state"
