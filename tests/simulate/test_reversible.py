"""What a reversible domain codes comes back, digit for digit, to who has the key, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalog import Catalog
from workbench.crypto import decode, derive_key, pseudonymise, pseudonymise_reversibly
from workbench.dataflow import Flow
from workbench.dataflow.written import written
from workbench.errors import Refused, WorkbenchError
from workbench.simulate import EngineSettings, Vault
from workbench.simulate.backends import DuckSession
from workbench.simulate.context import VaultContext
from workbench.study.model import Domain

KEY = derive_key(b"tests", "reversible")
NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=200, unique=True)
CITE = {"document": "own"}


@given(values=NUMBERS)
def test_decoding_undoes_coding_and_no_two_numbers_share_a_pseudonym(values: list[int]) -> None:
    given_ = np.array(values, dtype=np.int64)
    coded = pseudonymise_reversibly(given_, KEY, "X")
    assert decode(coded, KEY, "X").tolist() == values
    assert len(set(coded.tolist())) == len(values)


def test_pseudonyms_stay_what_they_are() -> None:
    """An operational key lives for years: another version of the program must read what this one coded."""
    coded = pseudonymise_reversibly(np.array([0, 1, -1], dtype=np.int64), KEY, "X")
    assert coded.tolist() == [-4390068640556317596, -3778592709884201760, -5741850893160777140]


def test_a_destroyed_key_is_not_given_again(tmp_path: Path) -> None:
    issuer, holder = Vault(tmp_path, "ehealth"), Vault(tmp_path, "kce")
    key = issuer.key("Code", make=True)
    holder.receive_key("Code", issuer)
    holder.receive_key("Code", issuer)
    assert holder.key("Code", make=False) == key
    holder.destroy_key("Code")
    holder.receive_key("Code", issuer)
    with pytest.raises(Refused, match="kce destroyed its key of 'Code'"):
        holder.key("Code", make=False)
    assert not list(holder.folder.glob(".keys/*.key")) and issuer.key("Code", make=False) == key


def test_a_pseudonym_tells_nothing_without_its_key_and_domain() -> None:
    given_ = np.arange(20_000, dtype=np.int64)
    coded = pseudonymise_reversibly(given_, KEY, "X")
    for key, domain in ((derive_key(b"tests", "other"), "X"), (KEY, "Y")):
        assert not np.any(decode(coded, key, domain) == given_)
    assert not np.any(coded == given_) and not np.any(coded == pseudonymise(given_, KEY, "X"))
    bits = np.unpackbits(coded.view(np.uint8)).mean()
    assert 0.49 < bits < 0.51, "neighbouring numbers are far apart"
    ranks = np.corrcoef(given_, coded.astype(float))[0, 1]
    assert abs(ranks) < 0.03


def given_to(context: VaultContext, session: DuckSession, rows: pa.Table) -> ir.Table:
    """Rows as a table that the step was given."""
    return context.trace.leaf(session.register(rows), "given")


@contextmanager
def desk(flow: Flow, catalog: Catalog, of: str, party: str, folder: Path) -> Iterator[tuple[VaultContext, DuckSession]]:
    given_ = {"id": "Code", "of": of, "issuer": "ehealth", "scope": "study", "reversible": True, "cite": CITE}
    domain = Domain.model_validate({**given_, "key_holder": "kce"})
    study = flow.study.study.model_copy(update={"domains": (domain,)})
    vault = Vault(folder, party)
    session = DuckSession([vault.folder], EngineSettings(threads=1, memory="500MB"))
    try:
        yield VaultContext(study, catalog, vault, folder, session), session
    finally:
        session.close()


def back(flow: Flow, catalog: Catalog, of: str, values: list[str]) -> list[str]:
    """What comes back of identifiers of that name when they were coded and decoded in a vault."""
    with TemporaryDirectory() as folder, desk(flow, catalog, of, "ehealth", Path(folder)) as (context, session):
        rows = given_to(context, session, pa.table({of: pa.array(values, pa.string())}))
        coded = context.concordance(rows, of, "Code")
        pairs = context.identifiers(coded, "Code", "Code")
        shown = pairs.select("Code", **{"back": written(pairs[of], of, catalog)})
        found = session.arrow(coded.join(shown, "Code").select(of, "back")).to_pylist()
        assert len(found) == len(values)
        return [row["back"] for row in sorted(found, key=lambda row: values.index(row[of]))]


@settings(max_examples=10, deadline=None)
@given(values=st.lists(st.text("0123456789", min_size=1, max_size=18), min_size=1, max_size=20, unique=True))
def test_digits_of_any_length_come_back_with_their_zeros(values: list[str], flow: Flow, catalog: Catalog) -> None:
    """STAYNUM is a string of no fixed length."""
    assert back(flow, catalog, "STAYNUM", values) == values


@settings(max_examples=5, deadline=None)
@given(values=st.lists(st.text("0123456789", min_size=11, max_size=11), min_size=1, max_size=20, unique=True))
def test_a_number_of_fixed_length_gets_its_zeros_back(values: list[str], flow: Flow, catalog: Catalog) -> None:
    assert back(flow, catalog, "INSZ", values) == values


def test_two_ways_to_write_one_number_are_refused_where_one_would_be_lost(flow: Flow, catalog: Catalog) -> None:
    with pytest.raises(WorkbenchError, match="two identifiers are one number"):
        back(flow, catalog, "INSZ", ["01", "1"])
    with pytest.raises(WorkbenchError, match="'STAYNUM' cannot be turned into 'Code'"):
        back(flow, catalog, "STAYNUM", ["12a"])


def test_only_a_holder_of_the_key_decodes(flow: Flow, catalog: Catalog, tmp_path: Path) -> None:
    with desk(flow, catalog, "STAYNUM", "ehealth", tmp_path) as (context, session):
        rows = given_to(context, session, pa.table({"STAYNUM": pa.array(["7", "8"])}))
        coded = session.arrow(context.concordance(rows, "STAYNUM", "Code"))
    with desk(flow, catalog, "STAYNUM", "ksz", tmp_path) as (context, session):
        with pytest.raises(Refused, match="ksz has no key of 'Code': ehealth and kce has it"):
            context.identifiers(given_to(context, session, coded), "Code", "Code")
        with pytest.raises(Refused, match="ksz does not issue 'Code'"):
            context.concordance(given_to(context, session, coded), "STAYNUM", "Code")
    with desk(flow, catalog, "STAYNUM", "kce", tmp_path) as (context, session):
        with pytest.raises(Refused, match="kce has no key of 'Code'"):  # named, but it never got it
            context.identifiers(given_to(context, session, coded), "Code", "Code")
        Vault(tmp_path, "kce").receive_key("Code", Vault(tmp_path, "ehealth"))
        found = session.arrow(context.identifiers(given_to(context, session, coded), "Code", "Code"))
        assert sorted(found["STAYNUM"].to_pylist()) == [17, 18]


def test_a_one_way_domain_is_decoded_by_nobody(flow: Flow, catalog: Catalog, tmp_path: Path) -> None:
    vault = Vault(tmp_path, "ehealth")
    session = DuckSession([vault.folder], EngineSettings(threads=1, memory="500MB"))
    try:
        context = VaultContext(flow.study.study, catalog, vault, tmp_path, session)
        rows = given_to(context, session, pa.table({"INSZ": pa.array(["7", "8"])}))
        coded = context.concordance(rows, "INSZ", "RN")
        with pytest.raises(Refused, match="'RN' is not reversible"):
            context.identifiers(coded, "RN", "RN")
    finally:
        session.close()
