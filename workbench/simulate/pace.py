"""How far a run is: rows, the share of the work done, and the time that is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.dataflow.graph import Flow, FlowStep
from workbench.simulate.context import source_file
from workbench.simulate.ledger import Ledger

# What a step costs beside its rows (opening files, compiling, writing), and one that only moves or destroys, as rows
# that could be read in that time.
A_STEP, A_DELIVERY = 300_000, 10_000
TICK = 0.2  # seconds between two looks at a step that is under way


@dataclass(frozen=True)
class Now:
    """A moment of a run: before a step (`begins`), in it, after it (`made` is known); after the last `label` is "done".

    rows: what the step reads; share: of the step, from 0 to 1; done: of the whole run; left: seconds, when known.
    """

    label: str
    actor: str
    number: int
    steps: int
    rows: int = 0
    share: float = 0.0
    made: int | None = None
    seconds: float = 0.0
    done: float = 0.0
    left: float | None = None
    begins: bool = False


Progress = Callable[[Now], None]


@dataclass
class Pace:
    """Tells `progress` where a run is, and how long the rest may take at the pace so far."""

    flow: Flow
    ledger: Ledger
    data: Path
    progress: Progress | None
    _started: float = field(default_factory=time.perf_counter)
    _worked: float = 0.0  # in rows, since this start

    def __post_init__(self) -> None:
        self._sources: dict[tuple[str, str], int] = {}

    @contextmanager
    def step(self, entry: FlowStep, share: Callable[[], float]) -> Iterator[None]:
        """A step while it runs; `share` asks the engine how far it is."""
        if self.progress is None:
            yield
            return
        begun, ended = time.perf_counter(), threading.Event()
        rows = self._rows(entry)
        self._tell(entry, rows, 0.0, begun, begins=True)

        def look() -> None:
            while not ended.wait(TICK):
                self._tell(entry, rows, share(), begun)

        watch = threading.Thread(target=look, daemon=True)
        watch.start()
        try:
            yield
        finally:
            ended.set()
            watch.join()
        self._worked += self._work(entry)
        made = sum(part.rows for part in self.ledger.entries[-1].made)
        self._tell(entry, rows, 1.0, begun, made=made)

    def end(self) -> None:
        """The run is done."""
        if self.progress:
            total = len(self.flow.steps)
            self.progress(Now("done", "", total, total, done=1.0, left=0.0, begins=True))

    def _tell(
        self, entry: FlowStep, rows: int, share: float, begun: float, begins: bool = False, made: int | None = None
    ) -> None:
        assert self.progress is not None
        known = self.ledger.done()
        here = 0.0 if made is not None else share * self._work(entry)
        before = here + sum(self._work(one) for one in self.flow.steps if one.step.id in known)
        rest = sum(self._work(one) for one in self.flow.steps if one.step.id not in known) - here
        worked, now = self._worked + here, time.perf_counter()
        self.progress(
            Now(
                entry.step.label.en,
                entry.step.actor,
                entry.number,
                len(self.flow.steps),
                rows,
                share,
                made,
                seconds=now - begun,
                done=before / (before + rest),
                left=(now - self._started) * rest / worked if worked else None,
                begins=begins,
            )
        )

    def _work(self, entry: FlowStep) -> int:
        return A_STEP + self._rows(entry) if entry.makes else A_DELIVERY

    def _rows(self, entry: FlowStep) -> int:
        """Rows that a step reads, as far as they are there: of a dataset not yet made nobody knows them."""
        if not entry.makes:
            return 0
        found = 0
        for ref in dict.fromkeys(entry.step.scans(self.flow.study.study)):
            if ref in self.flow.catalog.tables:
                found += self._source(ref, entry.step.actor)
            else:
                dataset, _, part = ref.partition(".")
                made = [one for done in self.ledger.entries for one in done.made if one.dataset == dataset]
                found += sum(one.rows for one in made if part in ("", one.part))
        return found

    def _source(self, ref: str, actor: str) -> int:
        if (ref, actor) not in self._sources:
            path = source_file(self.flow.catalog.tables[ref], actor, self.data / "parties")
            try:
                self._sources[ref, actor] = pq.read_metadata(path).num_rows
            except (OSError, pa.ArrowInvalid):  # the step that reads it says what is wrong
                self._sources[ref, actor] = 0
        return self._sources[ref, actor]
