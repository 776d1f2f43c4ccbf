"""`/board`: how far every participant of a workshop is. The page renews itself, without script too."""

from __future__ import annotations

from tornado.ioloop import IOLoop

from dashboards.places import PLACES, strip
from dashboards.web.base import PlainHandler
from workbench.stage.board import read_board

FOLDER = "board"  # beside the state: `exercise check --board` of all participants writes there
SECONDS = 5


class BoardHandler(PlainHandler):
    """GET, for who leads a workshop."""

    async def get(self) -> None:
        viewer = self.viewer()
        if not PLACES["/board"].admits(viewer):
            return self.notice("no_access", 403)
        folder = self.house.state.parent / FOLDER
        board = await IOLoop.current().run_in_executor(None, read_board, folder)
        exercises = sorted({exercise for mine in board.values() for exercise in mine})
        solved = {who: sum(one.mark.solved for one in mine.values()) for who, mine in board.items()}
        self.show(
            "board.html", board=board, exercises=exercises, solved=solved, folder=folder.absolute(), seconds=SECONDS,
            strip=list(strip(viewer)),
        )  # fmt: skip
