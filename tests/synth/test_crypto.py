"""Pseudonyms: known answers of the published standards, uniqueness, domains and keys apart, and the way
back."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import crypto
from workbench.crypto import NotUnique, derive_key, domain_tag, pseudonymise, read_key, reveal, write_key

KEY = derive_key(b"test", "C1")
IDENTIFIERS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, min_size=1, max_size=300)


def column(values: list[int]) -> np.ndarray:
    return np.asarray(values, dtype=np.int64)


def test_aes_256_known_answer_of_fips_197(monkeypatch: pytest.MonkeyPatch) -> None:
    # Appendix C.3: the block 00112233445566778899aabbccddeeff, its halves as identifier and domain tag.
    key, block = bytes(range(32)), bytes.fromhex("00112233445566778899aabbccddeeff")
    monkeypatch.setattr(crypto, "domain_tag", lambda domain: int.from_bytes(block[8:], "little"))
    found = pseudonymise(column([int.from_bytes(block[:8], "little", signed=True)]), key, "any")
    assert int(found[0]).to_bytes(8, "little", signed=True) == bytes.fromhex("8ea2b7ca516745bf")


def test_hkdf_known_answer_of_rfc_5869() -> None:
    # Test case 3 (no salt, no info): the first 32 of its 42 bytes.
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert derive_key(bytes([0x0B]) * 22, "").hex() == expected


def test_pseudonyms_of_this_project_are_pinned() -> None:
    values = column([85073003328, 17073003384, 0, -1])
    pinned = [int(value) for value in pseudonymise(values, bytes(32), "C1")]
    # computed with the command line of OpenSSL and SHA-256 of the domain's name
    assert pinned == [2764368622661453951, -616450611085460085, 1173403432746220952, 4068908955337300883]
    assert domain_tag("C1") == 0x432EDC70C11D86AB


def test_order_and_chunks_do_not_matter() -> None:
    values = np.arange(200_000, dtype=np.int64) * 7919 - 10**12
    whole = pseudonymise(values, KEY, "C1")
    assert np.array_equal(whole[::-1], pseudonymise(np.ascontiguousarray(values[::-1]), KEY, "C1"))
    assert np.array_equal(whole[65_530:65_550], pseudonymise(values[65_530:65_550], KEY, "C1"))
    assert np.array_equal(whole[::3], pseudonymise(values[::3], KEY, "C1")), "a strided column"


def test_keys_and_domains_give_unrelated_pseudonyms() -> None:
    values = np.arange(50_000, dtype=np.int64)
    columns = [pseudonymise(values, key, domain) for key in (KEY, derive_key(b"test", "C2")) for domain in ("C1", "C2")]
    assert len(np.unique(np.concatenate(columns))) == 200_000
    assert abs(np.corrcoef(columns[0].astype(float), columns[1].astype(float))[0, 1]) < 0.02
    assert not np.any(columns[0] == values)


@given(IDENTIFIERS)
def test_reveal_turns_pseudonyms_back_among_candidates(values: list[int]) -> None:
    hidden = pseudonymise(column(values), KEY, "RN")
    assert np.array_equal(reveal(hidden, column([*values, *values]), KEY, "RN"), column(values))


def test_reveal_refuses_what_no_candidate_explains() -> None:
    hidden = pseudonymise(column([1, 2, 3]), KEY, "RN")
    with pytest.raises(KeyError, match="1 pseudonyms"):
        reveal(hidden, column([1, 2]), KEY, "RN")
    with pytest.raises(KeyError):
        reveal(hidden, column([1, 2, 3]), KEY, "Cproject")
    with pytest.raises(KeyError):
        reveal(hidden, column([]), KEY, "RN")
    assert reveal(column([]), column([]), KEY, "RN").size == 0


def test_a_repeated_identifier_is_a_fault() -> None:
    with pytest.raises(NotUnique, match="more than once"):
        pseudonymise(column([5, 6, 5]), KEY, "C1")


def test_a_collision_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_encrypt", lambda values, key, domain: values // 2)
    with pytest.raises(NotUnique, match="collided"):
        pseudonymise(column([2, 3]), KEY, "C1")


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(33)])
def test_a_key_of_another_length_is_refused(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonymise(column([1]), key, "C1")
    with pytest.raises(ValueError, match="32 bytes"):
        write_key(tmp_path / "key", key)


def test_identifiers_of_another_type_are_refused() -> None:
    with pytest.raises(ValueError, match="64-bit"):
        pseudonymise(np.asarray([1.0]), KEY, "C1")  # type: ignore[arg-type]


def test_key_files_are_private_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "party" / "keys" / "RN.key"
    write_key(path, KEY)
    write_key(path, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path) == KEY
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        read_key(path)
