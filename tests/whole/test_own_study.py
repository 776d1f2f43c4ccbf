"""A study from the builder on its whole way: authorised, run, published, signed by another, read as a hospital."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dashboards.house import open_house
from workbench.access import Viewer, load_directory, seed
from workbench.catalog import load_catalog
from workbench.drafts.edits import Add, Put
from workbench.drafts.starting import begun, read_starts
from workbench.drafts.starts import empty, with_variables
from workbench.drafts.writing import edited, read
from workbench.errors import Refused, WorkbenchError
from workbench.main.audits import opened
from workbench.main.checks import open_study
from workbench.main.releases import sign_release
from workbench.main.runs import Released, publish_run, read_by, run_study
from workbench.publish import load_collections
from workbench.simulate import Run
from workbench.synth import generate
from workbench.synth.sources import tables_for
from workbench.workflow import act, load_workflow, shelf_of

ROOT = Path(__file__).resolve().parents[2] / "catalog"
WORDS = {"nl": "Waarheen na ontslag", "fr": "Vers où après la sortie", "en": "Where to after discharge"}


def small_study() -> str:
    """The study of docs/walk.md."""
    refs = [f"mzg.STAYHOSP.{name}" for name in ("A2_YEAR_HOSP_OUT", "A2_CODE_SEX", "A2_CODE_DESTINATE")]
    text, _ = with_variables(empty("study", 2018), refs)
    text = begun(text, read_starts(ROOT)["hospitals"], load_catalog(ROOT))
    variables = range(len(read(text)["variables"]))
    for at in (("title",), ("purpose",), ("population", "label"), *(("variables", n, "motivation") for n in variables)):
        text = edited(text, Put(at, WORDS))
    text = edited(text, Put(("applicant", "organisation"), "VIKZ"))
    criterion = {"id": "year", "field": refs[0], "between": [2018, 2018], "cite": {"document": "own"}}
    return edited(text, Add(("population", "criteria"), criterion))


@dataclass(frozen=True)
class Way:
    """A run of a draft, and where its state and its releases stand."""

    folder: Path
    text: str
    draft: str
    run: Run

    @property
    def releases(self) -> Path:
        return self.folder / "releases"

    def publish(self) -> Released:
        return publish_run(open_study(str(self.folder / "study.yaml"), ROOT), self.run, self.releases, ROOT)

    def give(self, command: str, by: str, text: str | None = None) -> None:
        with opened(self.folder / "state") as state:
            content = sha256((text or self.text).encode()).hexdigest()
            act(load_workflow(ROOT), state, self.draft, command, viewer(by), four_eyes=True, why="-", content=content)


def viewer(login: str) -> Viewer:
    found = load_directory(ROOT).viewer(login)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    folder, text = tmp_path_factory.mktemp("own"), small_study()
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    with opened(folder / "state") as state:
        seed(state, load_directory(ROOT))
        draft = state.drafts.create("mia.janssens", "Where to", text).id
    flow = open_study(str(folder / "study.yaml"), ROOT)
    generate(folder / "data", 3_000, 1, None, ROOT, tables=tables_for(read_by(flow)))
    run, _ = run_study(flow, folder / "data", folder / "run", seed=1)
    yield Way(folder, text, draft, run)


def test_from_a_draft_to_what_a_hospital_reads(made: Way) -> None:
    name = shelf_of(made.draft)
    with pytest.raises(Refused, match="no authorisation"):
        made.publish()
    made.give("submit", "mia.janssens")
    made.give("hand_in", "nora.willems")
    made.give("authorise", "nora.willems", made.text + "\n")  # another text than the one that was run
    made.give("start", "mia.janssens")
    with pytest.raises(Refused, match="no authorisation"):
        made.publish()
    assert load_collections(ROOT, made.releases).keys() == load_collections(ROOT).keys()
    for command, by in (("amend", "mia.janssens"), ("submit", "mia.janssens"), ("hand_in", "nora.willems"),
                        ("authorise", "nora.willems"), ("start", "mia.janssens")):  # fmt: skip
        made.give(command, by)

    done = made.publish()
    assert done.release.study == name and done.release.number == 1 and made.publish().reused
    shelf = done.release.folder.parent
    assert (shelf / "study-0001.yaml").read_text(encoding="utf-8") == made.text, "letter by letter"
    (collection,) = (one for id_, one in load_collections(ROOT, made.releases).items() if id_ == name)
    (report,) = collection.reports
    assert report.indicators == ("deliveries",) and report.level.value == "hospital" and report.study == name
    assert collection.label.nl == WORDS["nl"]

    house = open_house(made.releases, made.folder / "state", ROOT)
    assert house.collections[name].label == collection.label and "stroke-care" in house.collections

    def who(login: str) -> Viewer:
        found = house.directory.viewer(login)
        assert found is not None
        return found

    for login in ("els.maes", "luc.dubois", "mia.janssens"):  # without a right in this very collection
        with pytest.raises(Refused):
            house.read(who(login), report.id, {})
    with pytest.raises(Refused, match="no profile of the sponsor"):
        sign_release(made.releases, name, 1, "jef.wouters", ROOT)
    grants = house.open_state.grants
    given = {"els.maes": "provider/hospital", "jef.wouters": "sponsor/hospital", "mia.janssens": "sponsor/hospital"}
    for login, profile in given.items():
        grants.give(login, name, profile, by="nora.willems", why="-")
    with pytest.raises(WorkbenchError, match="waits for a signature"):
        house.read(who("els.maes"), report.id, {})
    with pytest.raises(Refused, match="four eyes"):
        sign_release(made.releases, name, 1, "mia.janssens", ROOT)
    sign_release(made.releases, name, 1, "jef.wouters", ROOT)

    rows = house.read(who("els.maes"), report.id, {}).rows.to_pylist()
    assert {one["hospital"] for one in rows} == {"901", "ALL"}
    total = next(one["n"] for one in rows if one["hospital"] == "ALL")
    data = pq.read_table(made.folder / "data" / "parties" / "hospitals" / "STAYHOSP.parquet")
    assert total == pc.sum(pc.equal(pc.cast(data["A2_YEAR_HOSP_OUT"], "int64"), 2018)).as_py()
    assert len({one["hospital"] for one in house.read(who("jef.wouters"), report.id, {}).rows.to_pylist()}) > 2
    for login in ("luc.dubois", "an.peeters"):
        with pytest.raises(Refused):
            house.read(who(login), report.id, {})
