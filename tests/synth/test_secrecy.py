"""What each party holds: no identity and nothing of the answer key at the sickness funds, keys with their
holders."""

from __future__ import annotations

import stat

import numpy as np

from tests.synth.conftest import Data
from workbench.crypto import pseudonymise, read_key
from workbench.synth.files import PLACES

PARTY_TABLES = [table for table, place in PLACES.items() if place.startswith("parties/")]
TELLING = (
    "planted",
    "kind",
    "lysed",
    "thrombolysed",
    "p_",
    "died",
    "billing_lost",
    "missing",
    "charlson",
    "effect",
    "eid",
    "sid",
)


def test_c2_is_the_chain_of_two_pseudonyms(data: Data) -> None:
    rows = data.con.execute("SELECT INSZ::BIGINT AS insz, c2 FROM key_persons").fetchnumpy()
    c1 = pseudonymise(np.asarray(rows["insz"]), read_key(data.folder / "parties/nic/keys/C1.key"), "C1")
    c2 = pseudonymise(c1, read_key(data.folder / "parties/ksz/keys/C2.key"), "C2")
    assert np.array_equal(c2, rows["c2"])
    assert (
        data.one("SELECT count(*) FROM key_persons p JOIN POPULATION m ON p.c2 = m.PP0010")
        == data.manifest.persons
    )


def test_keys_can_be_read_by_their_owner_alone(data: Data) -> None:
    for name in ("nic/keys/C1.key", "ksz/keys/C2.key"):
        assert stat.S_IMODE((data.folder / "parties" / name).stat().st_mode) == 0o600


def test_party_files_have_no_column_of_the_answer_key(data: Data) -> None:
    for table in PARTY_TABLES:
        columns = [row[0] for row in data.rows(f"DESCRIBE {table}")]
        assert [c for c in columns if c.lower().startswith(TELLING) or c != c.upper()] == [], table


def test_the_sickness_funds_never_see_an_insz(data: Data) -> None:
    data.con.execute(
        "CREATE OR REPLACE TEMP TABLE known AS SELECT INSZ AS text, INSZ::BIGINT AS number FROM key_persons"
    )
    for table in ("HEALTH", "FARMA", "POPULATION"):
        for column, type_, *_ in data.rows(f"DESCRIBE {table}"):
            if type_ in ("VARCHAR", "BIGINT"):
                person = "text" if type_ == "VARCHAR" else "number"
                assert data.one(f"SELECT count(*) FROM {table} SEMI JOIN known ON {person} = {column}") == 0


def test_only_the_administration_of_hospitals_holds_an_insz(data: Data) -> None:
    data.con.execute("CREATE OR REPLACE TEMP TABLE identities AS SELECT INSZ AS person FROM key_persons")
    for table in PARTY_TABLES:
        for column, type_, *_ in data.rows(f"DESCRIBE {table}"):
            if type_ == "VARCHAR" and (table, column) != ("PATIENT", "INSZ"):
                assert (
                    data.one(f"SELECT count(*) FROM {table} SEMI JOIN identities ON person = {column}") == 0
                ), table


def test_folders_of_parties_are_apart_from_the_answer_key(data: Data) -> None:
    found = {str(path.relative_to(data.folder)) for path in data.folder.rglob("*") if path.is_file()}
    keys = {"parties/nic/keys/C1.key", "parties/ksz/keys/C2.key", "manifest.json"}
    assert found == set(PLACES.values()) | keys
