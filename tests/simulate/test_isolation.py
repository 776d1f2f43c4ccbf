"""A step reads what its actor holds and writes to its actor's vault; every other way is closed, by the engine too."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, Literal

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.catalog import Catalog
from workbench.crypto import pseudonymise
from workbench.dataflow import Flow
from workbench.dataflow.kinds import Context, Step
from workbench.errors import Refused, WorkbenchError
from workbench.simulate import EngineSettings, Run, Vault
from workbench.simulate.backends import DuckSession, Sessions
from workbench.simulate.context import VaultContext
from workbench.simulate.run import _make

SMALL = EngineSettings(threads=1, memory="500MB")
SECRET = pa.table({"secret": [42]})


@pytest.fixture
def vaults(tmp_path: Path) -> dict[str, Vault]:
    """Two parties that hold one dataset each, in folders beside each other."""
    made = {party: Vault(tmp_path / "vaults", party) for party in ("ima", "ksz")}
    pq.write_table(pa.table({"x": [1]}), made["ima"].place("own", "rows"))
    pq.write_table(SECRET, made["ksz"].place("theirs", "rows"))
    made["ksz"].key("C", make=True)
    return made


@pytest.fixture
def session(vaults: dict[str, Vault]) -> Iterator[DuckSession]:
    made = DuckSession([vaults["ima"].folder], SMALL)
    yield made
    made.close()


@pytest.fixture
def context(flow: Flow, catalog: Catalog, data: Path, vaults: dict[str, Vault], session: DuckSession) -> VaultContext:
    return VaultContext(flow.study.study, catalog, vaults["ima"], data / "parties", session)


def test_what_the_actor_holds_can_be_read(context: VaultContext, session: DuckSession) -> None:
    """The other tests would pass on a session that can read nothing at all."""
    assert session.arrow(context.part("own")).to_pylist() == [{"x": 1}]
    assert list(context.parts("own")) == ["rows"]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda context: context.source("mzg.STAYHOSP"), "ima does not hold mzg.STAYHOSP: its provider is hospitals"),
        (lambda context: context.source("hospital.PATIENT"), "its provider is hospitals"),
        (lambda context: context.part("theirs"), "ima does not hold 'theirs'"),
        (lambda context: context.parts("theirs"), "ima does not hold 'theirs'"),
        (lambda context: context.part("own.more"), "ima holds 'own' without the part 'more'"),
        (lambda context: context.part("../ksz/theirs"), "ima does not hold"),
        (lambda context: context.parts("../ksz/theirs"), "ima does not hold"),
        (lambda context: context.parts(".keys"), "ima does not hold"),
        (lambda context: context.concordance(context.part("own"), "x", "C2"), "ima does not issue 'C2'"),
        (lambda context: context.concordance(context.part("own"), "x", "RN"), "only its issuer holds the key"),
        (lambda context: context.concordance(context.part("own"), "x", "none"), "ima does not issue 'none'"),
    ],
)  # fmt: skip
def test_the_context_refuses(act: Any, words: str, context: VaultContext) -> None:
    with pytest.raises(Refused, match=words.replace("(", r"\(")) as caught:
        act(context)
    assert caught.value.exit_code == 3


def ways(vaults: dict[str, Vault]) -> dict[str, str]:
    """Raw SQL that reaches for another party's things, in many spellings."""
    own, theirs = vaults["ima"].folder, vaults["ksz"].folder
    table = theirs / "theirs" / "rows.parquet"
    key = theirs / ".keys" / "C.key"
    link = own / "link.parquet"
    link.symlink_to(table)
    folder = own / "folder"
    folder.symlink_to(theirs)
    return {
        "its file": f"FROM '{table}'",
        "its file by parquet_scan": f"FROM parquet_scan('{table}')",
        "its file by ..": f"FROM '{own}/../ksz/theirs/rows.parquet'",
        "its file by .. below a folder": f"FROM '{own}/own/../../ksz/theirs/rows.parquet'",
        "a link to its file": f"FROM '{link}'",
        "a link to its folder": f"FROM '{folder}/theirs/rows.parquet'",
        "all files": f"FROM '{own.parent}/*/*/*.parquet'",
        "all files by ..": f"FROM read_parquet('{own}/../**/*.parquet')",
        "a list of its files": f"FROM glob('{theirs}/*/*')",
        "its key as bytes": f"FROM read_blob('{key}')",
        "its key as text": f"FROM read_text('{own}/../ksz/.keys/C.key')",
        "its file as csv": f"FROM read_csv('{table}')",
        "its metadata": f"FROM parquet_metadata('{table}')",
        "a file of the machine": "FROM read_text('/etc/hostname')",
        "a database of its own elsewhere": f"ATTACH '{theirs}/x.db'",
        "writing into its vault": f"COPY (SELECT 1) TO '{theirs}/left.parquet' (FORMAT parquet)",
        "writing by ..": f"COPY (SELECT 1) TO '{own}/../ksz/left.csv'",
        "writing through a link": f"COPY (SELECT 1) TO '{folder}/left.csv'",
        "an export into its vault": f"EXPORT DATABASE '{theirs}/left'",
        "an extension": "INSTALL httpfs",
        "a loaded extension": "LOAD httpfs",
        "a variable of the program": "FROM SECRET",
        "the network": "FROM 'https://example.org/x.parquet'",
        "wider folders": "SET allowed_directories = ['/']",
        "external access": "SET enable_external_access = true",
        "an unlocked configuration": "RESET lock_configuration",
        "other temporary files": f"SET temp_directory = '{theirs}'",
        "more threads": "SET threads = 64",
        "a profile written elsewhere": f"PRAGMA profiling_output = '{theirs}/left.json'",
    }


def test_raw_sql_on_the_sessions_own_connection_is_refused(vaults: dict[str, Vault], session: DuckSession) -> None:
    assert session._raw.execute(f"FROM '{vaults['ima'].folder}/own/rows.parquet'").fetchall() == [(1,)]
    through = []
    for name, sql in ways(vaults).items():
        try:
            session._raw.execute(sql).fetchall()
            through.append(name)
        except duckdb.Error:
            continue
    assert not through, f"these ways are open: {', '.join(through)}"
    assert not list(vaults["ksz"].folder.glob("left*"))


@pytest.mark.parametrize("spelling", ["theirs/rows.parquet", "../ksz/theirs/rows.parquet"])
def test_reading_and_writing_elsewhere_is_refused_in_a_sentence(
    spelling: str, vaults: dict[str, Vault], session: DuckSession
) -> None:
    base = vaults["ima"].folder if spelling.startswith("..") else vaults["ksz"].folder
    with pytest.raises(Refused, match="The engine refuses"):
        session.arrow(session.read(base / spelling))
    with pytest.raises(Refused, match="The engine refuses"):
        session.write(session.register(SECRET), vaults["ksz"].folder / "left.parquet")
    assert vaults["ksz"].datasets() == {"theirs"}


def test_a_file_appears_whole_or_not_at_all(
    vaults: dict[str, Vault], session: DuckSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program dies when the engine has written: what was there before still is, and the rest is swept away."""
    path = vaults["ima"].place("own", "rows")
    before = path.read_bytes()
    rows = session.register(SECRET)

    def dies(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        session.write(rows, path)
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 2
    vaults["ima"].sweep()
    assert list(path.parent.iterdir()) == [path]


def test_what_the_engine_cannot_do_is_a_sentence_too(vaults: dict[str, Vault], session: DuckSession) -> None:
    (vaults["ima"].folder / "broken.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(WorkbenchError, match="The engine could not do this"):
        session.read(vaults["ima"].folder / "broken.parquet")


def test_a_path_with_a_quote_is_only_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "it's here"
    folder.mkdir()
    session = DuckSession([folder], SMALL)
    try:
        assert session.write(session.register(SECRET), folder / "a.parquet") == 1
        assert session.arrow(session.read(folder / "a.parquet")).equals(SECRET)
    finally:
        session.close()


class Thief(Step):
    """A kind of step that says it reads its own dataset and reaches further."""

    kind: Literal["thief"]
    icon: ClassVar[str] = "!"
    meaning: ClassVar[str] = "takes what it should not"
    way: str

    def express(self, context: Context) -> dict[str, ir.Table]:
        own = context.part("own")
        engine = ibis.get_backend(own)
        return {
            "by name": lambda: {"stolen.rows": context.part("theirs")},
            "by table": lambda: {
                "stolen.rows": context.source("ima.HEALTH").cross_join(context.source("mzg.STAYHOSP"))
            },
            "by the engine behind its own table": lambda: {"stolen.rows": engine.read_parquet(self.way_to)},
            "by sql": lambda: {"stolen.rows": engine.sql(f"SELECT * FROM '{self.way_to}'")},
        }[self.way]()

    @property
    def way_to(self) -> str:
        return str(Thief.target)

    target: ClassVar[Path]


@pytest.mark.parametrize("way", ["by name", "by table", "by the engine behind its own table", "by sql"])
def test_a_step_that_reaches_further_is_refused_and_leaves_nothing(
    way: str, flow: Flow, data: Path, vaults: dict[str, Vault]
) -> None:
    Thief.target = vaults["ksz"].folder / "theirs" / "rows.parquet"
    label = {"nl": "x", "fr": "x", "en": "x"}
    given = {"id": "x", "kind": "thief", "actor": "ima", "label": label, "cite": {"document": "own"}}
    step = Thief.model_validate({**given, "way": way})
    with closing(Sessions(SMALL)) as sessions, pytest.raises(Refused):
        _make(flow, step, vaults["ima"], data, sessions, 0)
    assert vaults["ima"].datasets() == {"own"}


def test_a_vault_takes_no_name_for_a_path(vaults: dict[str, Vault]) -> None:
    for name in ("../ksz/theirs", ".keys", "", ".", "..", "/etc"):
        assert not vaults["ima"].holds(name)
        with pytest.raises(Refused):
            vaults["ima"].parts(name)


def test_a_key_can_be_read_by_its_owner_only(vaults: dict[str, Vault]) -> None:
    path = vaults["ksz"].folder / ".keys" / "C.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_bytes() == vaults["ksz"].key("C", make=False) and path.stat().st_size == 32
    assert path.read_bytes() == vaults["ksz"].key("C", make=True), "a second use must not make a second key"
    with pytest.raises(Refused, match="ima has no key of 'C'"):
        vaults["ima"].key("C", make=False)


def test_a_destroyed_key_is_not_made_again(vaults: dict[str, Vault]) -> None:
    vaults["ksz"].destroy_key("C")
    assert not list(vaults["ksz"].folder.rglob("*.key"))
    for make in (False, True):
        with pytest.raises(Refused, match="ksz destroyed its key of 'C'"):
            vaults["ksz"].key("C", make=make)
    vaults["ksz"].destroy_key("C")  # a step that was interrupted does it again


def test_a_dataset_is_destroyed_or_it_is_said(vaults: dict[str, Vault], monkeypatch: pytest.MonkeyPatch) -> None:
    held = vaults["ksz"].parts("theirs")["rows"]
    vaults["ksz"].destroy("theirs")
    assert not held.exists() and not held.parent.exists()
    vaults["ksz"].destroy("theirs")

    def resist(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("workbench.simulate.vault.shutil.rmtree", resist)
    with pytest.raises(WorkbenchError, match="own could not be destroyed: Permission denied"):
        vaults["ima"].destroy("own")
    assert vaults["ima"].holds("own")


def test_a_copy_outlives_the_senders(vaults: dict[str, Vault]) -> None:
    vaults["ima"].receive("theirs", vaults["ksz"])
    vaults["ksz"].destroy("theirs")
    assert pq.read_table(vaults["ima"].parts("theirs")["rows"]).equals(SECRET)
    with pytest.raises(Refused, match="ksz does not hold 'theirs'"):
        vaults["ima"].receive("theirs", vaults["ksz"])


def test_receiving_again_leaves_nothing_behind(vaults: dict[str, Vault]) -> None:
    """As it happens when a run was killed between a delivery and its line in the ledger."""
    for _ in range(2):
        vaults["ima"].receive("theirs", vaults["ksz"])
        assert [path.name for path in (vaults["ima"].folder / "theirs").iterdir()] == ["rows.parquet"]


def test_a_copy_across_file_systems(vaults: dict[str, Vault], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("workbench.simulate.vault.os.link", refuse)
    vaults["ima"].receive("theirs", vaults["ksz"])
    assert pq.read_table(vaults["ima"].parts("theirs")["rows"]).equals(SECRET)


def test_a_run_gives_nobody_a_part_that_party_does_not_hold(run: Run) -> None:
    for party, ref in (("kce", "linked.stay"), ("vikz-researchers", "linked.stay"), ("committee", "analysis.stay")):
        with pytest.raises(Refused, match="does not hold"):
            run.part(party, ref)
    with pytest.raises(Refused, match="without a part 'patients'"):
        run.part("vikz-researchers", "analysis.patients")


def test_each_distinct_identifier_is_evaluated_once(
    flow: Flow, catalog: Catalog, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[int] = []

    def counted(values: Any, key: bytes, domain: str) -> Any:
        evaluated.extend(values.tolist())
        return pseudonymise(values, key, domain)

    monkeypatch.setattr("workbench.simulate.context.pseudonymise", counted)
    vault = Vault(tmp_path / "vaults", "ehealth")
    with closing(DuckSession([vault.folder], SMALL)) as session:
        rows = session.register(pa.table({"INSZ": ["00000000012", "00000000007", None, "00000000012"]}))
        context = VaultContext(flow.study.study, catalog, vault, data / "parties", session)
        made = session.arrow(context.concordance(context.trace.leaf(rows, "given"), "INSZ", "RN")).to_pylist()
    assert sorted(evaluated) == [7, 12]
    assert {row["INSZ"] for row in made} == {"00000000012", "00000000007"} and len({row["RN"] for row in made}) == 2


def test_a_session_is_used_again_by_its_actor_alone_and_empty(vaults: dict[str, Vault]) -> None:
    """What a step kept or registered is gone for the next; another actor, or other files, get their own session."""
    mine, theirs = vaults["ima"].folder, vaults["ksz"].folder
    with closing(Sessions(SMALL)) as sessions:
        first = sessions.get([mine])
        kept = first.keep(first.read(mine / "own" / "rows.parquet"))
        made = first.register(pa.table({"secret": [1]}))
        again = sessions.get([mine])
        assert again is first
        for left in (kept, made):
            with pytest.raises(WorkbenchError, match="does not exist"):
                again.arrow(left)
        assert again.arrow(again.read(mine / "own" / "rows.parquet")).num_rows == 1
        other = sessions.get([theirs])
        assert other is not first
        with pytest.raises(Refused):
            other.read(mine / "own" / "rows.parquet")
        assert sessions.get([theirs], [mine / "own" / "rows.parquet"]) is not other
