"""`/api/flow`: the drawing of a study's dataflow as a file."""

from __future__ import annotations

from typing import cast, get_args

from tornado.ioloop import IOLoop

from dashboards.web.base import PlainHandler
from workbench.dataflow.draw import draw
from workbench.dataflow.render import Format, render

_KINDS: dict[Format, str] = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}


class FlowApi(PlainHandler):
    """GET with `study` and `format` (svg, pdf or png), for whoever may read the study."""

    async def get(self) -> None:
        query, lang, library = self.query(), self.lang(), self.house.library
        form = query.get("format", "svg")
        if form not in get_args(Format):
            return self.notice("bad_request", 400)
        loop = IOLoop.current()
        await loop.run_in_executor(None, library.read)
        study = library.studies(self.viewer()).get(query.get("study", ""))
        if study is None:
            return self.notice("no_study", 403)
        known = cast(Format, form)
        content = await loop.run_in_executor(None, lambda: render(draw(study.flow, lang), known))
        self.set_header("Content-Type", _KINDS[known])
        self.set_header("Content-Disposition", f'attachment; filename="{study.id}.{known}"')
        self.finish(content)
