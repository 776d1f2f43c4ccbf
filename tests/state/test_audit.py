"""The audit log: whatever is done to it afterwards is found, at the entry where it was done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.state.test_drafts import together
from workbench.errors import WorkbenchError
from workbench.state import AuditLog, Entry, Receipt, State, verify
from workbench.state.transactions import writing


def filled(log: AuditLog, entries: int = 8) -> list[Entry]:
    return [log.write(f"person{n % 3}", f"report.{n % 2}", f"stroke-{n}", param="é€") for n in range(entries)]


def by_hand(entry: Entry) -> str:
    """The hash as docs/security.md describes it, computed without our code."""
    fields = [entry.number, entry.at, entry.who, entry.what, entry.about, entry.detail, entry.before]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode("utf-8")).hexdigest()


def test_the_chain_is_the_one_that_is_described(state: State) -> None:
    before = ""
    for number, entry in enumerate(filled(state.audit), start=1):
        assert (entry.number, entry.before, entry.hash) == (number, before, by_hand(entry))
        assert entry.details == {"param": "é€"}
        before = entry.hash
    assert state.audit.verify() is None
    assert state.audit.receipt() == Receipt(8, before)


def test_an_empty_log_is_whole(state: State) -> None:
    assert state.audit.verify() is None
    assert state.audit.receipt() == Receipt(0, "")


# What somebody with the database in hands could do, and the entry at which it must show.
TAMPERED: dict[str, tuple[tuple[str, ...], int]] = {
    "edit who": (("UPDATE audit SET who = 'nobody' WHERE number = 4",), 4),
    "edit what": (("UPDATE audit SET what = 'login' WHERE number = 4",), 4),
    "edit about": (("UPDATE audit SET about = 'other' WHERE number = 1",), 1),
    "edit detail": (("UPDATE audit SET detail = '{}' WHERE number = 8",), 8),
    "edit when": (("UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 5",), 5),
    "edit the hash": (("UPDATE audit SET hash = 'f' WHERE number = 6",), 6),
    "edit the link": (("UPDATE audit SET before = 'f' WHERE number = 6",), 6),
    "delete": (("DELETE FROM audit WHERE number = 3",), 3),
    "delete the first": (("DELETE FROM audit WHERE number = 1",), 1),
    "delete and close the gap": (
        (
            "DELETE FROM audit WHERE number = 3",
            *(f"UPDATE audit SET number = {n} WHERE number = {n + 1}" for n in range(3, 8)),
        ),
        3,
    ),
    "reorder": (
        (
            "UPDATE audit SET number = 99 WHERE number = 4",
            "UPDATE audit SET number = 4 WHERE number = 5",
            "UPDATE audit SET number = 5 WHERE number = 99",
        ),
        4,
    ),
    "truncate": (("DELETE FROM audit WHERE number > 5",), 6),
    "truncate the last": (("DELETE FROM audit WHERE number = 8",), 8),
    "empty": (("DELETE FROM audit",), 1),
    "insert at the end": (
        ("INSERT INTO audit SELECT 9, at, who, what, about, detail, hash, hash FROM audit WHERE number = 8",),
        9,
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_is_found_at_the_entry(state: State, how: str) -> None:
    filled(state.audit)
    acts, number = TAMPERED[how]
    tamper(state, acts)
    found = state.audit.verify()
    assert found is not None and found.number == number, found


def tamper(state: State, acts: tuple[str, ...]) -> None:
    """As somebody who may do anything with the database: the triggers are no wall against them."""
    with writing(state.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER audit_kept ON audit"))
        else:
            connection.execute(text("DROP TRIGGER audit_kept_update"))
            connection.execute(text("DROP TRIGGER audit_kept_delete"))
        for act in acts:
            connection.execute(text(act))


def rewritten(entries: list[Entry]) -> list[Entry]:
    """A chain that is right in itself, as somebody who knows how it is made would forge it."""
    made, before = list[Entry](), ""
    for number, entry in enumerate(entries, start=1):
        fresh = replace(entry, number=number, before=before)
        before = by_hand(fresh)
        made.append(replace(fresh, hash=before))
    return made


def test_a_log_written_anew_is_found_by_a_receipt(state: State) -> None:
    """Whoever may write everything can make a new chain and a new end; what an auditor noted down tells."""
    entries = filled(state.audit)
    receipt = Receipt.read(f" {state.audit.receipt()}\n")
    forged = rewritten([replace(one, who="nobody") if one.number == 2 else one for one in entries])
    assert verify(forged) is None, "without a receipt it is a log like any other"
    found = verify(forged, [receipt])
    assert found is not None and found.number == 8 and "receipt" in found.why
    shorter = verify(rewritten(entries[:5]), [receipt])
    assert shorter is not None and shorter.number == 6
    early = verify(forged, [Receipt(2, entries[1].hash)])
    assert early is not None and early.number == 2


def test_a_shortened_log_with_a_new_end_is_found_by_a_receipt(state: State) -> None:
    entries = filled(state.audit)
    receipt = state.audit.receipt()
    new_end = f"UPDATE audit_head SET number = 5, hash = '{entries[4].hash}'"
    tamper(state, ("DELETE FROM audit WHERE number > 5", new_end))
    assert state.audit.verify() is None
    found = state.audit.verify([receipt])
    assert found is not None and found.number == 6


@given(st.data())
@settings(max_examples=60)
def test_any_change_to_any_entry_is_found(data: st.DataObject) -> None:
    """Fields of a chain changed, dropped, doubled or moved at random: the first place that differs is named."""
    names = st.text(max_size=5)
    raw = data.draw(st.lists(st.tuples(names, names, names), min_size=2, max_size=6))
    entries = rewritten([Entry(0, "t", who, what, about, "{}", "", "") for who, what, about in raw])
    length, last = len(entries), Receipt(len(entries), entries[-1].hash)
    place = data.draw(st.integers(0, length - 1))
    one = entries[place]
    kind = data.draw(st.sampled_from(["drop", "double", "swap", "who", "what", "about", "detail", "at"]))
    changed = list(entries)
    if kind == "drop":
        del changed[place]
    elif kind == "double":
        changed.insert(place, one)
        place += 1
    elif kind == "swap":
        place = min(place, length - 2)
        changed[place], changed[place + 1] = changed[place + 1], changed[place]
    else:
        changed[place] = replace(one, **{kind: getattr(one, kind) + data.draw(st.text(min_size=1, max_size=3))})
    found = verify(changed, [last], length)
    assert found is not None and found.number == place + 1


def test_a_moved_border_between_fields_is_a_change() -> None:
    """'ab' + 'c' and 'a' + 'bc' must not have one hash."""
    first, second = (Entry(1, "t", who, what, "", "{}", "", "") for who, what in (("ab", "c"), ("a", "bc")))
    assert rewritten([first])[0].hash != rewritten([second])[0].hash


def test_many_writers_make_one_chain(state: State) -> None:
    def write(name: str) -> Callable[[], None]:
        def act() -> None:
            for number in range(10):
                state.audit.write(name, "report.opened", str(number))

        return act

    together([write(f"person{number}") for number in range(5)])
    assert state.audit.verify() is None
    assert state.audit.receipt().number == 50


def test_filters_find_what_fits(state: State) -> None:
    written = filled(state.audit)

    def numbers(found: Iterator[Entry] | list[Entry]) -> list[int]:
        return [one.number for one in found]

    log = state.audit
    assert numbers(log.entries(who="person1")) == [2, 5, 8]
    assert numbers(log.entries(what=["report.0"])) == [1, 3, 5, 7]
    assert numbers(log.entries(about="stroke-3")) == [4]
    assert numbers(log.entries(who="person0", what=["report.1"])) == [4]
    from datetime import datetime

    third = datetime.fromisoformat(written[2].at)
    assert numbers(log.entries(since=third)) == [3, 4, 5, 6, 7, 8]
    assert numbers(log.entries(until=third)) == [1, 2]
    assert numbers(log.newest(2)) == [8, 7]
    assert numbers(log.newest(9, who="person0")) == [7, 4, 1]
    assert log.last_by("report.0")["person0", "stroke-6"].isoformat(timespec="microseconds") == written[6].at


@pytest.mark.parametrize("text", ["", "7", "7:abc", ":" + "a" * 64, "x:" + "a" * 64])
def test_what_is_no_receipt_says_so(text: str) -> None:
    with pytest.raises(WorkbenchError, match="a receipt is NUMBER:HASH"):
        Receipt.read(text)


def test_a_very_long_text_is_cut_and_a_nul_replaced(state: State) -> None:
    entry = state.audit.write(None, "login.refused", "x" * 9_000 + "\x00", name="a\x00b")
    assert (entry.who, len(entry.about), entry.about[-1]) == ("-", 2_000, "…")
    assert entry.details == {"name": "a\ufffdb"} and state.audit.verify() is None
