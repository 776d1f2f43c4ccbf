"""A run of a study that has every kind of step: what each vault holds, what the ledger says, what can be decoded."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.simulate.conftest import Watched
from tests.simulate.tiny import World
from workbench.catalog import Catalog
from workbench.dataflow import Flow, compile_flow
from workbench.dataflow.kinds import KINDS
from workbench.errors import Refused
from workbench.simulate import EngineSettings, Now, Run, Vault, open_run, run_flow
from workbench.simulate.backends import DuckSession, Sessions, translated
from workbench.simulate.run import _make
from workbench.study import load_study

STUDY = Path(__file__).with_name("every_kind.yaml")


@pytest.fixture(scope="module")
def small(catalog: Catalog, catalog_root: Path) -> Flow:
    return compile_flow(load_study(str(STUDY), catalog, catalog_root), catalog)


Rows = dict[str, list[dict[str, Any]]]


class Kept(Watched):
    """Also keeps the rows of every dataset as they stood before the last two steps destroyed lists and keys."""

    rows: Rows

    def _look(self, now: Now) -> None:
        super()._look(now)
        if now.begins and now.number == now.steps - 2:
            files = sorted(self._vaults.glob("*/*/*.parquet"))
            self.rows = {path.parent.name: pq.read_table(path).to_pylist() for path in files}


@pytest.fixture(scope="module")
def ran(small: Flow, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(small, data, tmp_path_factory.mktemp("every") / "out")


@pytest.fixture(scope="module")
def kept(ran: Kept) -> Rows:
    return ran.rows


def test_the_study_has_every_kind(small: Flow) -> None:
    assert {entry.step.kind for entry in small.steps} == set(KINDS)


def test_after_every_step_every_vault_holds_what_the_flow_says(ran: Kept, small: Flow) -> None:
    for entry, held in zip(small.steps, ran.held[1:], strict=True):
        said = {party: names for party, names in entry.holdings.items() if party in held}
        assert held == said, f"after {entry.step.id}"


def test_everybody_holds_what_was_published_and_nothing_else(ran: Kept, small: Flow) -> None:
    assert Vault(ran.run.folder / "vaults", "public").datasets() == {"counts"}
    assert small.steps[-1].holdings["public"] == {"counts"}


def test_the_ledger_says_what_must_be_said(run: Run, ran: Kept) -> None:
    remarks = {entry.step: entry.remark for entry in ran.run.ledger.entries if entry.remark}
    assert remarks == {
        "keep-log": "the linking of the components",
        "look-at-counts": "approved by 2 different persons of vikz-datateam: release of the counts",
        "publish-counts": "published: a web page",
        "return-counts": "each receiver reads the rows of its own CODE_AGR",
        "find-persons": "ask the hospitals for missing stays",
    }
    assert not any(entry.remark for entry in run.ledger.entries), "stroke-care has nothing of the kind"


def test_what_is_decoded_are_the_numbers_that_were_coded(kept: Rows, made: World) -> None:
    known = {person.insz for person in made.persons}
    found = {row["INSZ"] for row in kept["found"]}
    assert found == {row["INSZ"] for row in kept["part_a"]} <= known
    assert any(number.startswith("0") for number in found), "zeros in front come back"
    assert len({row["INSZ_X"] for row in kept["found"]}) == len(found)
    named = Counter((row["INSZ"], row["STAYNUM"]) for row in kept["named"])
    told = {row["REF_NR"]: row["INSZ"] for row in kept["part_a"]}
    assert named == Counter((told[row["REF_NR"]], row["STAYNUM"]) for row in kept["part_b"])


def test_stays_have_the_year_and_week_of_their_admission(kept: Rows, made: World) -> None:
    insz = {person.name: person.insz for person in made.persons}
    wanted = Counter(
        (
            insz[stay.person],
            stay.number,
            stay.begin.year,
            "weekend" if stay.begin.isoweekday() > 5 else "week",
            klass(stay.begin.year - made.person(stay.person).born),
        )
        for stay in made.stays
        if stay.hospital.startswith("9") and insz[stay.person]
    )
    found = Counter(
        (row["INSZ"], row["STAYNUM"], row["Jaar"], row["WeekWeekend"], row["LeeftijdsklasseOKA"])
        for row in kept["named"]
    )
    chosen = Counter({key: number for key, number in wanted.items() if key[:2] in {one[:2] for one in found}})
    assert found == chosen and len(found) > 20


def test_the_derived_variable_of_the_catalogue_is_that_of_every_stay(kept: Rows, made: World) -> None:
    wanted = Counter(
        (stay.hospital, stay.number, None if stay.end is None else (stay.end - stay.begin).days) for stay in made.stays
    )
    assert Counter((row["CODE_AGR"], row["STAYNUM"], row["LOS"]) for row in kept["lengths"]) == wanted


def klass(age: int) -> str:
    tops = {16: "0-16", 40: "17-40", 65: "41-65", 85: "66-85", 200: "86+"}
    return next(name for top, name in tops.items() if age <= top)


def test_half_of_the_list_are_persons_without_a_stay(kept: Rows, made: World) -> None:
    listed, asked = ({row["INSZ"] for row in kept[name]} for name in ("list", "persons"))
    everybody = {person.insz for person in made.persons} - {None}
    assert asked < listed <= everybody
    assert len(listed) == min(2 * len(asked), len(everybody))


def test_counts_are_of_large_groups_only(kept: Rows) -> None:
    persons: dict[tuple[str, str], set[int]] = {}
    for row in kept["linked"]:
        persons.setdefault((row["CODE_AGR"], row["LeeftijdsklasseOKA"]), set()).add(row["INSZ_X"])
    stays = Counter((row["CODE_AGR"], row["LeeftijdsklasseOKA"]) for row in kept["linked"])
    assert {(row["CODE_AGR"], row["LeeftijdsklasseOKA"]): row["verblijven"] for row in kept["counts"]} == {
        group: stays[group] for group, found in persons.items() if len(found) >= 5
    }
    assert 0 < len(kept["counts"]) < len(stays)


def test_each_holder_of_a_key_ends_its_own(ran: Kept, small: Flow) -> None:
    at = {entry.step.id: place for place, entry in enumerate(small.steps)}
    after = {name: ran.keys[place + 1] for name, place in at.items()}
    assert after["code-stays"]["ehealth"] == {"Hnew", "INSZ_X"} and after["code-stays"]["kce"] == {"INSZ_X"}
    assert after["end-keys"]["ehealth"] == set() and after["end-keys"]["kce"] == {"INSZ_X"}
    assert after["end-key-of-holder"]["kce"] == set()


def references(folder: Path) -> list[tuple[int, str]]:
    rows = pq.read_table(folder / "vaults" / "hospitals" / "part_b" / "rows.parquet").to_pylist()
    return sorted((row["REF_NR"], row["STAYNUM"]) for row in rows)


def test_references_follow_from_the_seed_and_tell_nothing_of_the_order(
    small: Flow, data: Path, tmp_path: Path, ran: Kept
) -> None:
    first = references(ran.run.folder)
    again = references(run_flow(small, data, tmp_path / "again").folder)
    other = references(run_flow(small, data, tmp_path / "other", seed=1).folder)
    assert first == again != other
    assert [stay for _, stay in first] != sorted(stay for _, stay in first)
    assert [number for number, _ in first] == list(range(1, len(first) + 1)) == [number for number, _ in other]
    assert open_run(small, data, tmp_path / "other", 1)[1] == "finished"
    assert open_run(small, data, tmp_path / "other", 2)[1] == "discarded", "another seed is another run"


def test_who_has_no_key_decodes_nothing(small: Flow, data: Path, ran: Kept) -> None:
    """The flow is checked before it runs; this is the second lock, in the vault itself."""
    stolen = small.step("find-persons").step.model_copy(
        update={"actor": "vikz-datateam", "input": "linked.stay", "output": "stolen"}
    )
    vault = Vault(ran.run.folder / "vaults", "vikz-datateam")
    sessions = Sessions(EngineSettings(threads=1, memory="500MB"))
    with closing(sessions), pytest.raises(Refused, match="vikz-datateam has no key of 'INSZ_X'"):
        _make(small, stolen, vault, data, sessions, 0)
    assert not vault.holds("stolen")


def test_a_copy_of_a_table_is_read_by_its_holder_and_no_other_file_is(
    catalog: Catalog, catalog_root: Path, data: Path, tmp_path: Path
) -> None:
    text = STUDY.read_text(encoding="utf-8")
    start, end = text.index("  - id: list-persons"), text.index("  - id: hide-persons")
    only = text[: text.index("flow:\n") + 6] + text[start:end] + text[text.index("retention:") :]
    by_copy = (
        only.replace("actor: hospitals", "actor: fps-health")
        .replace("parties: [hospitals", "parties: [fps-health, hospitals")
        .replace("[mzg.STAYHOSP, hospital.PATIENT]", "[mzg.STAYHOSP]")
        .replace("columns: {INSZ: hospital.PATIENT.INSZ}, filled: [INSZ]", "columns: {STAYNUM: mzg.STAYHOSP.STAYNUM}")
    )
    path = tmp_path / "copy.yaml"
    path.write_text(by_copy, encoding="utf-8")
    flow = compile_flow(load_study(str(path), catalog, catalog_root), catalog)
    made = run_flow(flow, data, tmp_path / "out").part("fps-health", "persons.patient")
    provider = pq.read_table(data / "parties/hospitals/STAYHOSP.parquet").to_pylist()
    wanted = {row["STAYNUM"] for row in provider if row["CODE_AGR"].startswith("9")}
    assert {row["STAYNUM"] for row in pq.read_table(made).to_pylist()} == wanted
    own = data.parent / "with-own"
    shutil.copytree(data, own)
    (own / "parties/fps-health").mkdir(exist_ok=True)
    table = pq.read_table(own / "parties/hospitals/STAYHOSP.parquet")
    pq.write_table(table.slice(0, 3), own / "parties/fps-health/STAYHOSP.parquet")
    few = run_flow(flow, own, tmp_path / "few").part("fps-health", "persons.patient")
    assert pq.read_table(few).num_rows <= 3, "a copy of its own comes first"


@pytest.mark.parametrize("raw", [False, True], ids=["as a table", "by sql"])
def test_beside_a_copy_nothing_of_the_provider_can_be_read(data: Path, tmp_path: Path, raw: bool) -> None:
    folder = data / "parties" / "hospitals"
    session = DuckSession([tmp_path], EngineSettings(threads=1, memory="500MB"), [folder / "STAYHOSP.parquet"])
    try:
        assert session.arrow(session.read(folder / "STAYHOSP.parquet")).num_rows > 0
        for other in (folder / "PATIENT.parquet", folder / "*.parquet", folder / ".." / "ima" / "HEALTH.parquet"):
            with pytest.raises(Refused), translated():
                if raw:
                    session._raw.execute(f"SELECT count(*) FROM '{other}'").fetchall()
                else:
                    session.arrow(session.read(other))
    finally:
        session.close()
