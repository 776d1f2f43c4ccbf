"""The desk of a notebook: one catalogue, its studies, and a folder in which data and runs are kept."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from workbench.catalog.browse import Browser
from workbench.catalog.card import Card
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.printed import read_printed_names
from workbench.catalog.words import read_synonyms
from workbench.errors import WorkbenchError
from workbench.main import checks
from workbench.notebook import shell, show
from workbench.notebook.compare import compare
from workbench.notebook.live import Pages, Part
from workbench.notebook.opened import Findings, Opened
from workbench.notebook.sent import Post
from workbench.notebook.sheet import Sheet, Shows, rows_of
from workbench.synth.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd

    from workbench.notebook.extract import Extract

PORTAL = Path(".workbench", "demo", "state")  # beside the catalogue, where `workbench demo` keeps the portal's state
HOME = "WORKBENCH_NOTEBOOKS"  # where data and runs of notebooks are kept instead of beside the catalogue


@dataclass(frozen=True, repr=False)
class People(Shows):
    """Synthetic people in a folder."""

    folder: Path
    manifest: Manifest
    root: Path

    def table(self, name: str, most: int | None = None) -> pd.DataFrame:
        """A source table (`STAYHOSP`) as its provider holds it, or its first rows."""
        found = sorted((self.folder / "parties").glob(f"*/{name}.parquet"))
        if not found:
            known = ", ".join(sorted(path.stem for path in (self.folder / "parties").glob("*/*.parquet")))
            raise WorkbenchError(f"There is no table '{name}'. There are {known}.")
        return _rows(found[0], most)

    def planted(self, name: str, most: int | None = None) -> pd.DataFrame:
        """A table of the answer key (`stays`): what really happened, which no party of a study ever reads."""
        path = self.folder / "answer_key" / f"{name}.parquet"
        if not path.is_file():
            known = ", ".join(sorted(one.stem for one in path.parent.glob("*.parquet")))
            raise WorkbenchError(f"The answer key has no '{name}'. It has {known}.")
        return _rows(path, most)

    def realism(self) -> Sheet:
        """Figures of these people beside those of the sources."""
        from workbench.synth.realism import realism, told

        head = ("figure", "synthetic", "sourced", "may differ by", "", "source")
        rows = tuple(told(figure) for figure in realism(self.folder, self.root)[1])
        return Sheet((Card(f"{len(rows)} figures beside their sources", (), head, rows),))

    def sheet(self) -> Sheet:
        """What was made."""
        return show.manifest(self.manifest)


@lru_cache(maxsize=4)
def _facts(root: Path, stamp: int) -> Catalog:
    return load_catalog(root)


@lru_cache(maxsize=4)
def _browser(root: Path, stamp: int) -> Browser:
    return Browser(_facts(root, stamp), read_synonyms(root)[0], read_printed_names(root))


def _rows(path: Path, most: int | None) -> pd.DataFrame:
    """The rows of a file, marked as synthetic in the corner of whatever shows them."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    found: pd.DataFrame = (table if most is None else table.slice(0, most)).to_pandas()
    return found.rename_axis(columns="SYNTHETIC")


class Studies(Mapping[str, Opened], Shows):
    """The studies of a catalogue by name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._opened: dict[str, Opened] = {}

    def __getitem__(self, name: str) -> Opened:
        if name not in self._opened:
            self._opened[name] = Opened(self._desk, name)
        return self._opened[name]

    def __contains__(self, name: object) -> bool:
        return name in set(self)

    def __iter__(self) -> Iterator[str]:
        return iter(checks.study_names(self._desk.root))

    def __len__(self) -> int:
        return len(checks.study_names(self._desk.root))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def sheet(self) -> Sheet:
        """The names; a study is read when it is asked for."""
        return Sheet(
            (
                Card(
                    "Studies",
                    (("open one", 'wb.studies["stroke-care"]'),),
                    ("study",),
                    rows_of((name,) for name in self),
                ),
            )
        )


class Desk(Shows):
    """What a notebook works with. `root` is the catalogue; `home` the folder in which data and runs are kept; `portal`
    the folder of the portal's state, whose drafts can be taken and sent.
    """

    def __init__(self, root: Path, home: Path, copy: bool, portal: Path | None = None) -> None:
        self.root, self.home, self.copy = root, home, copy
        self.portal: Path | str = portal or root.parent / PORTAL
        self.studies = Studies(self)
        self._pages, self._post = Pages(self), Post(self)

    @property
    def facts(self) -> Catalog:
        """The catalogue as checks read it, read again after a change. Raises `Problems` when a file of it is wrong."""
        return _facts(self.root, self.stamp())

    @property
    def catalog(self) -> Browser:
        """The catalogue to browse: `wb.catalog.mzg.STAYHOSP`, `wb.catalog.search("sex")`; tab completes."""
        return _browser(self.root, self.stamp())

    def stamp(self) -> int:
        """Changes when a file of the catalogue does; files of studies are looked after by the studies."""
        files = (path for path in self.root.rglob("*.*") if "studies" not in path.parts)
        return hash(tuple((path, path.stat().st_mtime_ns) for path in files))

    def people(self, persons: int, enrich: str | None = None, studies: Sequence[str] = (), seed: int = 1) -> People:
        """Synthetic people, of the same make for every notebook that asks for the same; `enrich` names a study of which
        more is planted, `studies` those whose sources are made.
        """
        from workbench.main import runs

        words = [str(persons), str(seed), f"more-{enrich}" if enrich else "", *studies]
        folder = self.home / "-".join(("people", *filter(None, words)))
        with shell.Bar(f"{persons:,} synthetic persons") as bar:
            made, _ = runs.synthesise(folder, persons, seed, enrich, self.root, bar, studies)
        return People(folder, made, self.root)

    def compare(self, *refs: str) -> Sheet:
        """Fields, derived variables or tables beside one another, and the codes of those that are coded.

        Raises `WorkbenchError` with the nearest names for a reference that leads nowhere.
        """
        return compare(self.facts, refs)

    def extract(self, path: str | Path) -> Extract:
        """A hospital's own MZG file (`821-Z-3.0-A-STAYHOSP-2019-1.TXT`), checked against the catalogue."""
        from workbench.notebook.extract import Extract

        return Extract(Path(path), self.facts, self.root)

    def write_extract(self, rows: pd.DataFrame, path: str | Path) -> Extract:
        """Rows as such a file; the name says table, year and period, and fields that are not there stay empty."""
        from workbench.notebook import extract

        return extract.write(rows, Path(path), self.facts, self.root)

    def viewer(self, study: str, lang: str = "en") -> Part:
        """The flow player of the dashboards, live in the cell. Raises `Problems` with what is wrong in the study."""
        return self._pages.viewer(study, lang)

    def builder(self, study: str, lang: str = "en") -> Part:
        """The study builder of the dashboards on the study's file: what is changed is written to the file at once.

        Raises `WorkbenchError` outside a copy, `Problems` for a file that is no study at all.
        """
        return self._pages.builder(study, lang)

    def catalogue(self, lang: str = "en") -> Part:
        """The catalogue of the dashboards; what is put into its cart can be taken along in the builder."""
        return self._pages.catalogue(lang)

    def drafts(self, login: str) -> Sheet:
        """Drafts of the portal that a designer may open. Raises `WorkbenchError` where there is no portal."""
        return self._post.drafts(login)

    def take(self, draft: str, login: str) -> Findings:
        """A draft of the portal as a study of this copy, called as it calls itself. Raises as `send` does."""
        return self._post.take(draft, login)

    def send(self, study: str, login: str, draft: str = "", after: int = 0) -> Sheet:
        """A study as a draft of the portal, owned by a designer; sent again, as the next version of the same draft.

        `draft` and `after` say which draft and which version of it this was written from, where this notebook did not
        take or send it itself; `draft="new"` begins another. Nothing is overwritten: raises `WorkbenchError` when
        somebody saved a version in between, `Refused` when the draft was submitted or is not theirs.
        """
        return self._post.send(study, login, draft, after)

    def new_study(self, name: str, text: str = "") -> Findings:
        """Write a study file, or replace it, and say what is wrong with it. Raises `WorkbenchError` outside a copy."""
        self.only_in_a_copy()
        if not name.replace("-", "").replace("_", "").isalnum():
            raise WorkbenchError(f"'{name}' cannot be the name of a study: use letters, digits, - and _.")
        file = self.root / "studies" / name / "study.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch()
        return self.studies[name].write(text)

    def only_in_a_copy(self) -> None:
        """Raises `WorkbenchError` where a change would be one of the real catalogue."""
        if not self.copy:
            raise WorkbenchError(
                "This is the catalogue itself, which a notebook does not change. Begin with "
                "wb = notebook.start(copy=True): then you work on a copy that is thrown away."
            )

    def sheet(self) -> Sheet:
        """Where things are, and what there is to begin with."""
        facts = (
            ("catalogue", f"{self.root}" + (", a copy to try things in" if self.copy else "")),
            ("data and runs", str(self.home)),
            ("go on with", 'wb.catalog   wb.catalog.search("...")   wb.studies["..."]   wb.people(20_000)'),
        )
        return Sheet((Card("The workbench", facts, ("study",), rows_of((name,) for name in self.studies)),))


def start(copy: bool = False) -> Desk:
    """A desk on the catalogue of the folder of the notebook, or of one above it; with `copy`, on a copy to change.

    In IPython it also brings the displays and the cell `%%study NAME`, which writes a study and checks it. Raises
    `WorkbenchError` when there is no catalogue.
    """
    here = Path.cwd()
    found = next((one / "catalog" for one in (here, *here.parents) if (one / "catalog" / "studies").is_dir()), None)
    if found is None:
        raise WorkbenchError(
            f"There is no folder 'catalog' in {here} or above it. Start the notebook in the workbench."
        )
    home = Path(os.environ.get(HOME) or found.parent / ".workbench" / "notebooks")
    portal = found.parent / PORTAL
    if copy:
        scratch = Path(mkdtemp(prefix="workbench-"))
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)
        shutil.copytree(found, scratch / "catalog")
        found = scratch / "catalog"
    desk = Desk(found, home, copy, portal)
    ip = shell.shell()
    if ip is not None:
        shell.furnish(ip)
        ip.register_magic_function(lambda line, cell: desk.new_study(line.strip(), cell), "cell", "study")
    return desk
