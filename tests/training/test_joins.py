"""Attacks on a broken study, on small tables with the answer beside them: joins, differences, and the answer key."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.catalog.model import Role
from workbench.dataflow.schema import Column
from workbench.disclosure import SmallCellPolicy, load_policy
from workbench.errors import Problems, WorkbenchError
from workbench.main.checks import open_study
from workbench.training.audited import audited
from workbench.training.breaks import Difference, Record, break_of, read_breaks
from workbench.training.broken import edited
from workbench.training.differencing import Told, differ, stays_of
from workbench.training.joins import recognise
from workbench.training.key import truth
from workbench.training.play import _follow
from workbench.training.seen import Held, Seen

ROOT = Path(__file__).resolve().parents[2] / "catalog"
ANN, BOB, EVE = "52043012345", "60010112345", "71112312345"


STAY = Record(table="stays", column="STAYNUM", known="STAYNUM")


def column(name: str, domain: str | None = None) -> Column:
    role: Role = "direct_identifier" if domain == "INSZ" else "pseudonym" if domain else "payload"
    kind = "string" if domain in (None, "INSZ") else "bigint"
    return Column(name, cast(Any, kind), role, domain is None, frozenset(), domain=domain)


def table(folder: Path, party: str, ref: str, columns: list[Column], *rows: tuple[Any, ...]) -> Held:
    path = folder / f"{party}-{ref}.parquet"
    names = [one.name for one in columns]
    pq.write_table(pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows]), path)
    return Held(party, ref, path, tuple(columns))


@pytest.fixture
def names(tmp_path: Path) -> Held:
    return table(tmp_path, "ttp", "names.rows", [column("INSZ", "INSZ"), column("RN", "RN")], (ANN, -17), (BOB, 4))


@pytest.fixture
def keys(tmp_path: Path) -> Held:
    return table(tmp_path, "ttp", "keys.rows", [column("RN", "RN"), column("C", "C")], (-17, 100), (4, 200), (9, 300))


@pytest.fixture
def health(tmp_path: Path) -> Held:
    columns = [column("C", "C"), column("STAYNUM"), column("DIAG")]
    return table(tmp_path, "team", "health.stay", columns, (100, "s1", "I63"), (100, "s2", "E11"), (300, "s3", "I61"))


def test_the_chain_goes_over_every_table_and_ends_at_the_right_person(names: Held, keys: Held, health: Held) -> None:
    found = recognise([health, keys, names], "DIAG", "STAYNUM")
    assert found is not None
    assert [one.ref for one in found.tables] == ["names.rows", "keys.rows", "health.stay"]
    assert [(one.left, one.right, one.value) for one in found.links] == [("RN", "RN", "-17"), ("C", "C", "100")]
    assert (found.persons, found.person) == (1, ANN), "Bob has no row, and 300 has no name"
    assert found.told == (("s1", "I63"), ("s2", "E11"))
    assert found.pairs == {(ANN, "s1"), (ANN, "s2")}


def test_a_table_that_is_missing_breaks_the_chain(names: Held, keys: Held, health: Held) -> None:
    assert recognise([health, names], "DIAG", "STAYNUM") is None
    assert recognise([health, keys], "DIAG", "STAYNUM") is None
    assert recognise([names, keys], "DIAG", "STAYNUM") is None


def test_columns_of_one_name_and_two_domains_are_not_joined(tmp_path: Path, names: Held) -> None:
    other = table(tmp_path, "team", "health.rows", [column("RN", "another"), column("DIAG")], (-17, "I63"))
    assert recognise([names, other], "DIAG", "STAYNUM") is None


def test_a_table_that_has_it_all_needs_no_join_and_the_shortest_chain_is_told(
    tmp_path: Path, names: Held, keys: Held, health: Held
) -> None:
    whole = table(tmp_path, "team", "whole.rows", [column("INSZ", "INSZ"), column("DIAG")], (EVE, "I64"), (BOB, None))
    found = recognise([names, keys, health, whole], "DIAG", "STAYNUM")
    assert found is not None
    assert ([one.ref for one in found.tables], found.person, found.persons) == (["whole.rows"], EVE, 1)


def test_a_join_that_finds_nobody_is_no_recognition(tmp_path: Path, names: Held) -> None:
    strangers = table(tmp_path, "team", "health.rows", [column("RN", "RN"), column("DIAG")], (5, "I63"))
    assert recognise([names, strangers], "DIAG", "STAYNUM") is None


def answer_key(folder: Path) -> Path:
    persons = {"INSZ": [ANN, BOB], "birth_date": [date(1952, 4, 30), date(1960, 1, 1)]}
    deaths = pa.array([date(2018, 3, 20), None], pa.date32())
    stays = {
        "INSZ": [ANN, ANN, BOB],
        "STAYNUM": ["s1", "s9", "s2"],
        "CODE_AGR": ["101", "101", "102"],
        "admission": [date(2018, 3, 1), date(2017, 1, 1), date(2018, 5, 1)],
        "discharge": [date(2018, 3, 9), date(2017, 1, 3), date(2018, 5, 9)],
    }
    (folder / "answer_key").mkdir(parents=True)
    pq.write_table(pa.table({**persons, "death_date": deaths}), folder / "answer_key/persons.parquet")
    pq.write_table(pa.table(stays), folder / "answer_key/stays.parquet")
    return folder


def test_what_was_told_of_another_person_counts_as_wrong(tmp_path: Path, names: Held, keys: Held, health: Held) -> None:
    found = truth(recognise([names, keys, health], "DIAG", "STAYNUM"), (), answer_key(tmp_path / "data"), record=STAY)
    assert found.person["birth_date"] == "1952-04-30"
    assert (found.right, found.wrong) == (1, 1), "s1 is Ann's, s2 is Bob's by the key"
    died = Told("101", 2018, "1", (20, 6), (19, 5), ANN, True)
    lived = Told("101", 2017, "1", (20, 5), (19, 5), ANN, False)
    lie = Told("102", 2018, "1", (20, 6), (19, 5), BOB, True)
    found = truth(None, (died, lived, lie), tmp_path / "data", 30)
    assert (found.person["INSZ"], found.right, found.wrong) == (ANN, 2, 1)
    assert truth(None, (), tmp_path / "data").person == {}


ASKED = Difference.model_validate(
    {
        "party": "team", "part": "a.stay", "person": "C", "hospital": "H", "characters": [2, 4], "days": 30,
        "year": "Y",
        "group": "S",
        "own": {"persons": "p", "stays": "s.stay", "on": "N", "person": "INSZ", "hospital": "AGR", "year": "OUT",
                "group": "S"},
    }
)  # fmt: skip


@pytest.fixture
def policy() -> SmallCellPolicy:
    return load_policy(ROOT / "policies/small-cells.yaml")


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    """Two large hospitals, and 103 with one patient, Ann, who died; Bob was in 104 with another."""
    large = [(n, f"x10{1 + n % 2}y", 2018, "1", n % 3 == 0) for n in range(24)]
    rows = [*large, (50, "x103y", 2018, "1", True), *((n, "x104y", 2018, "1", False) for n in (51, 52))]
    rows.append((53, "x103y", 2018, "2", False))  # of the other group there are too few for any table
    stays = [("1", "103", 2018, "1"), ("2", "104", 2018, "1"), ("3", "104", 2018, "1"), ("2", "103", 2018, "2")]
    columns = [column(name) for name in ("C", "H", "Y", "S", "DIED")]
    own = [column(name) for name in ("N", "AGR", "OUT", "S")]
    tables = [
        table(tmp_path, "team", "a.stay", columns, *rows),
        table(tmp_path, "hospitals", "s.stay", own, *stays),
        table(tmp_path, "hospitals", "p.rows", [column("N"), column("INSZ")], ("1", ANN), ("2", BOB), ("3", EVE)),
    ]
    return Seen(cast(Any, None), cast(Any, None), cast(Any, None), {(one.party, one.ref): one.path for one in tables})


def test_the_difference_of_two_tables_tells_of_the_one_patient(seen: Seen, policy: SmallCellPolicy) -> None:
    (told,) = differ(seen, ASKED, "DIED", policy)
    # By hand: 24 + 1 + 2 stays, of which 8 + 1 died; without 103 one stay and one death less.
    assert told == Told("103", 2018, "1", (27, 9), (26, 8), ANN, True)


def test_one_table_tells_of_nobody(seen: Seen, policy: SmallCellPolicy) -> None:
    assert differ(seen, ASKED, "DIED", policy, second=False) == ()


def test_a_year_with_a_small_group_is_in_no_table(seen: Seen, policy: SmallCellPolicy, tmp_path: Path) -> None:
    columns = [column(name) for name in ("C", "H", "Y", "S", "DIED")]
    few = [(n, "x101y", 2018, "1", n < 4) for n in range(20)] + [(50, "x103y", 2018, "1", True)]
    seen.parts["team", "a.stay"] = table(tmp_path, "team", "few.stay", columns, *few).path
    assert differ(seen, ASKED, "DIED", policy) == (), "without 103 only four died, and that table does not say so"


def test_the_audit_does_not_let_the_second_table_tell(seen: Seen, policy: SmallCellPolicy) -> None:
    stays = stays_of(seen, ASKED, "DIED")
    (told,) = differ(seen, ASKED, "DIED", policy)
    assert "2018" in audited(stays, told, policy)
    # The same table again, with nobody left out, gives nothing away and stands.
    assert audited(stays, Told("999", 2018, "1", (27, 9), (27, 9), ANN, True), policy) == ""


def test_a_table_that_nobody_had_is_said(seen: Seen, policy: SmallCellPolicy) -> None:
    del seen.parts["team", "a.stay"]
    with pytest.raises(WorkbenchError, match=r"team never had a\.stay"):
        differ(seen, ASKED, "DIED", policy)


def test_a_play_follows_one_person_over_the_numbers_that_stand_beside_each_other(
    names: Held, keys: Held, health: Held
) -> None:
    made = [(step, one.ref, one.columns, pq.read_table(one.path)) for step, one in ((1, names), (3, keys), (4, health))]
    trace = _follow(made)
    assert trace.known == {"INSZ": {ANN}, "RN": {"-17"}, "C": {"100"}}, "Ann is in three tables, Bob in two"
    assert {ref: rows.num_rows for ref, rows in trace.rows.items()} == {
        "names.rows": 1,
        "keys.rows": 1,
        "health.stay": 2,
    }
    assert trace.by_step[1] == {"INSZ": ANN, "RN": "-17"}
    assert "C" not in trace.by_step[1] and trace.by_step[3]["C"] == "100"


def test_faults_are_data_in_three_languages_and_an_unknown_one_is_named() -> None:
    known = read_breaks(ROOT)
    assert set(known) == {
        "keep-insz", "skip-recode", "forget-destruction", "leak-concordance", "collude", "one-hospital-less",
        "insz-to-fod", "insz-to-ksz", "lists-kept", "niss-to-healthdata", "ttp-keeps-lists",
    }  # fmt: skip
    for one in known.values():
        assert len(set(one.title.model_dump().values())) == len(set(one.happens.model_dump().values())) == 3
    with pytest.raises(WorkbenchError, match=r"has no fault 'nothing'\. It has keep-insz"):
        break_of(ROOT, "stroke-care", "nothing")
    with pytest.raises(WorkbenchError, match="Faults are written for breast-clinics, intego, stroke-care"):
        break_of(ROOT, "operating-theatre", "collude")


def test_the_edits_of_every_fault_fit_the_study_as_it_is_and_leave_one_that_runs() -> None:
    """Here and not only where they run: whoever changes a study sees at once that a fault no longer fits it."""
    for one in read_breaks(ROOT).values():
        sound = open_study(one.study, ROOT)
        assert (edited(sound, ROOT, one.edits).study.study == sound.study.study) == (not one.edits), one.id


def test_a_fault_that_breaks_nothing_or_comes_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workshop").mkdir()
    text = (ROOT / "workshop/breaks.yaml").read_text(encoding="utf-8").replace("    together: true\n", "")
    text = text.replace("id: skip-recode", "id: keep-insz")
    (tmp_path / "workshop/breaks.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as raised:
        read_breaks(tmp_path)
    assert "'collude' breaks nothing" in str(raised.value) and "two faults 'keep-insz'" in str(raised.value)
