"""`/api/draft`: the study file of a draft, a notebook that reproduces it, or the request written from it."""

from __future__ import annotations

from tornado.ioloop import IOLoop

from dashboards.builder.desk import may_open
from dashboards.web.base import PlainHandler
from workbench.access import Duty
from workbench.catalog.base import LANGUAGES
from workbench.drafts.as_notebook import Origin, notebook_of
from workbench.drafts.requested import KINDS, request_of
from workbench.drafts.starts import name_of
from workbench.drafts.writing import read


class DraftApi(PlainHandler):
    """GET with `draft` and `what` (file, notebook or request), for whoever may open the draft.

    A request has a `format` (html, docx or pdf) and a `lang`; it is written only from a draft that can be read whole.
    """

    async def get(self) -> None:
        query, viewer = self.query(), self.viewer()
        drafts, id_ = self.house.open_state.drafts, query.get("draft", "")
        if not viewer.has(Duty.DESIGNER, Duty.REVIEWER) or not may_open(drafts, id_, viewer, self.house.directory):
            return self.notice("no_access", 403)
        revision = drafts.read(id_)
        text = revision.text
        name = name_of(read(text))
        if query.get("what", "file") == "file":
            return self.file(f"{name}.yaml", "application/yaml; charset=utf-8", text.encode())
        form, lang = query.get("format", "html"), self.lang()
        if form not in KINDS or lang not in LANGUAGES:
            return self.notice("bad_request", 400)
        library = self.house.library
        if query["what"] == "notebook":
            origin = Origin(id_, revision.number, str(viewer.person))
            known = (text, origin, library.catalog, library.rules, lang)
            written = await IOLoop.current().run_in_executor(None, lambda: notebook_of(*known))
            return self.file(f"{name}.ipynb", "application/x-ipynb+json", written.encode())
        asked = (text, library.catalog, library.rules, library.root, lang, form)
        content = await IOLoop.current().run_in_executor(None, lambda: request_of(*asked))
        if content is None:
            return self.notice("bad_request", 400)
        if form == "html":
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(content)
            return None
        return self.file(f"{name}-request.{lang}.{form}", KINDS[form], content)

    def file(self, name: str, kind: str, content: bytes) -> None:
        """Answer with a file to be kept."""
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(content)
