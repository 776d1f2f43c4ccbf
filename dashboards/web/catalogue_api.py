"""`/api/catalogue`: the list that the page shows, or the visitor's own cart, as a file."""

from __future__ import annotations

from tornado.ioloop import IOLoop

from dashboards.catalogue.cart import owner
from dashboards.catalogue.exports import study_fragment, variables_csv
from dashboards.catalogue.narrow import narrow
from dashboards.catalogue.variables import span
from dashboards.catalogue.wanted import Wanted
from dashboards.texts import texts
from dashboards.web.base import PlainHandler

OWN = "own"  # the document of what no document says


class CatalogueApi(PlainHandler):
    """GET with `what` (list or cart), `format` (csv, or yaml for a cart) and the parameters of the page."""

    async def get(self) -> None:
        query, lang, library = self.query(), self.lang(), self.house.library
        what, form = query.get("what", "list"), query.get("format", "csv")
        if (what, form) not in (("list", "csv"), ("cart", "csv"), ("cart", "yaml")):
            return self.notice("bad_request", 400)
        await IOLoop.current().run_in_executor(None, library.read)
        every = library.variables
        if what == "list":
            found = narrow(every, Wanted.read(query), library.search, span(library.catalog), lang)
            return self.file("variables.csv", "text/csv", variables_csv(found.variables))
        person, browser = self.viewer().person, self.browser()
        held = self.house.carts.of(owner(person, browser)) if person or browser else ()
        chosen = [every[ref] for ref in held if ref in every]
        if form == "csv":
            return self.file("cart.csv", "text/csv", variables_csv(chosen))
        self.file("cart.yaml", "application/yaml", study_fragment(chosen, OWN, texts(lang)))

    def file(self, name: str, kind: str, content: str) -> None:
        """Answer with a file to be kept."""
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(content)
