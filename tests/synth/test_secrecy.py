"""What each party holds: no identity and nothing of the answer key at the sickness funds, keys with their
holders."""

from __future__ import annotations

import stat

import numpy as np
import yaml

from tests.synth.conftest import CATALOG, Data
from workbench.crypto import pseudonymise, pseudonymise_reversibly, read_key
from workbench.synth.keys import KEY_PLACES
from workbench.synth.sources import IMPERFECTIONS, PLACES, REFS

# Where a source of its own right knows persons by their number.
IDENTIFIED = {
    ("PATIENT", "INSZ"), ("THEATRE", "INSZ"), ("TUMOUR", "fld_nn"), ("INSURED", "fld_nn"), ("HOSP", "fld_nn"),
    ("IDENTIFIER", "NISS"),
}  # fmt: skip
PARTY_TABLES = [table for table, place in PLACES.items() if place.startswith("parties/")]


def test_c2_is_the_chain_of_two_pseudonyms(data: Data) -> None:
    rows = data.con.execute("SELECT INSZ::BIGINT AS insz, c2 FROM key_persons").fetchnumpy()
    c1 = pseudonymise(np.asarray(rows["insz"]), read_key(data.folder / "parties/nic/keys/C1.key"), "C1")
    c2 = pseudonymise(c1, read_key(data.folder / "parties/ksz/keys/C2.key"), "C2")
    assert np.array_equal(c2, rows["c2"])
    assert data.one("SELECT count(*) FROM key_persons p JOIN POPULATION m ON p.c2 = m.PP0010") == data.manifest.persons


def test_each_source_holds_its_own_pseudonym_of_the_same_person(data: Data) -> None:
    rows = data.con.execute(
        """SELECT k.INSZ::BIGINT AS insz, any_value(p.Hnew) AS Hnew, any_value(h.patient_anonymous_id)::BIGINT AS cell
        FROM PATIENT k JOIN PATNEW p USING (CODE_AGR, PATNUM) JOIN key_stays s USING (CODE_AGR, PATNUM)
        JOIN SHA_PREST h ON h.admission_nr = s.STAYNUM GROUP BY ALL"""
    ).fetchnumpy()
    insz = np.asarray(rows["insz"])
    assert len(insz) > 1000
    for holder in ("technical-cell", "ehealth"):
        key = read_key(data.folder / f"parties/{holder}/keys/INSZ_T.key")
        assert np.array_equal(pseudonymise_reversibly(insz, key, "INSZ_T"), rows["cell"])
    key = read_key(data.folder / "parties/ehealth/keys/Hnew.key")
    assert np.array_equal(pseudonymise(insz, key, "Hnew"), rows["Hnew"])
    assert data.one("SELECT count(*) FROM PATIENT ANTI JOIN PATNEW USING (CODE_AGR, PATNUM) WHERE INSZ NOT NULL") == 0


def test_keys_can_be_read_by_their_owner_alone(data: Data) -> None:
    for _, place in KEY_PLACES:
        assert stat.S_IMODE((data.folder / place).stat().st_mode) == 0o600


def test_party_files_have_the_columns_of_the_catalogue_alone(data: Data) -> None:
    for table in PARTY_TABLES:
        source = REFS[table].split(".")[0]
        listed = yaml.safe_load((CATALOG / "tables" / source / f"{table}.yaml").read_text("utf-8"))
        described = {row[0] for row in data.rows(f"DESCRIBE {table}")}
        assert described <= {field["name"] for field in listed["fields"]}, table
        assert listed["provider"] == PLACES[table].split("/")[1], table


def test_the_sickness_funds_never_see_an_insz(data: Data) -> None:
    data.con.execute(
        "CREATE OR REPLACE TEMP TABLE known AS SELECT INSZ AS text, INSZ::BIGINT AS number FROM key_persons"
    )
    for table in ("HEALTH", "FARMA", "POPULATION"):
        for column, type_, *_ in data.rows(f"DESCRIBE {table}"):
            if type_ in ("VARCHAR", "BIGINT"):
                person = "text" if type_ == "VARCHAR" else "number"
                assert data.one(f"SELECT count(*) FROM {table} SEMI JOIN known ON {person} = {column}") == 0


def test_only_the_sources_that_identify_persons_hold_an_insz(data: Data) -> None:
    data.con.execute("CREATE OR REPLACE TEMP TABLE identities AS SELECT INSZ AS person FROM key_persons")
    for table in PARTY_TABLES:
        for column, type_, *_ in data.rows(f"DESCRIBE {table}"):
            if type_ == "VARCHAR" and (table, column) not in IDENTIFIED:
                assert data.one(f"SELECT count(*) FROM {table} SEMI JOIN identities ON person = {column}") == 0, table


def test_folders_of_parties_are_apart_from_the_answer_key(data: Data) -> None:
    found = {str(path.relative_to(data.folder)) for path in data.folder.rglob("*") if path.is_file()}
    keys = {place for _, place in KEY_PLACES} | {"manifest.json"}
    assert found == set(PLACES.values()) - {PLACES[IMPERFECTIONS]} | keys
