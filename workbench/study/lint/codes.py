"""Codes: their form, their check digits, and whether their system fits the field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.catalog.rules import wrong
from workbench.study.findings import Hit
from workbench.study.lint.facts import squashed
from workbench.study.lint.known import Known, bare
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed
from workbench.study.printed import Printed
from workbench.study.printed_codes import ListEntry, PrintedList

CHECKED = {"icd10": "icd10be", "atc": "atc", "nomenclature": "nomenclature", "cnk": "cnk"}


def plain(code: str) -> str:
    """A code without dots, dashes and blanks: the prefix that it selects on."""
    return re.sub(r"[.\-\s]", "", code)


def filled_up(code: str) -> str | None:
    """The ATC group of a code whose last places are filled up with X, or None when none are."""
    short = code.rstrip("X")
    return short if short != code and not wrong("atc", short) else None


@rule("code-malformed")
def code_malformed(paper: Printed, known: Known) -> Iterator[Hit]:
    """A code has not the form, or not the check digit, of its system."""
    for codes in paper.code_lists:
        for entry in codes.entries:
            for code in entry.codes:
                why = wrong(CHECKED.get(codes.system, ""), code)
                if why and not (codes.system == "atc" and filled_up(code)):
                    yield Hit(
                        entry.line,
                        f"{code} of '{codes.name}' is no {known.facts.called(codes.system)} code: {why}",
                        repair=_mend(code, codes),
                    )


def _mend(code: str, codes: PrintedList) -> str:
    """The code of the right form when a character that is printed once too often is left out."""
    system = CHECKED[codes.system]
    shorter = {code[:at] + code[at + 1 :] for at in range(1, len(code)) if code[at] == code[at - 1]}
    right = sorted(one for one in shorter if not wrong(system, one))
    return f"perhaps {right[0]} is meant" if len(right) == 1 else ""


@rule("code-filled-up")
def code_filled_up(paper: Printed, known: Known) -> Iterator[Hit]:
    """X fills up ATC codes: taken as printed they select nothing, or a small group that really ends in X."""
    for codes in paper.code_lists:
        if codes.system != "atc":
            continue
        # X is a letter of the system: it fills up only where a code would be wrong with it.
        fills = any(wrong("atc", code) and filled_up(code) for entry in codes.entries for code in entry.codes)
        for entry in codes.entries:
            for code in entry.codes:
                short = filled_up(code)
                if short and wrong("atc", code):
                    yield Hit(entry.line, f"{code} is no ATC code: X fills it up", repair=f"write {short}")
                elif short and fills:
                    what = f"{code} is an ATC group of its own, and X fills up the other codes of the list"
                    yield Hit(entry.line, what, repair=f"write {short} if that is meant")


@rule("list-not-of-field")
def list_not_of_field(paper: Printed, known: Known) -> Iterator[Hit]:
    """A list of one system selects on a field that holds codes of another."""
    holds = {one.field: one.systems for one in known.facts.field_systems}
    for codes in paper.code_lists:
        systems = holds.get(bare(codes.field)) if codes.field else None
        if systems and codes.system not in systems and codes.system != "own":
            held = listed(known.facts.called(system) for system in systems)
            what = f"'{codes.name}' has {known.facts.called(codes.system)} codes, and {codes.field} holds {held} codes"
            yield Hit(codes.line, what)


@rule("coding-system-unknown")
def coding_system_unknown(paper: Printed, known: Known) -> Iterator[Hit]:
    """A code system is called by a name that no system has."""
    said = [(one.line, one.system) for one in paper.statements if one.says == "coding"]
    said += [(col.line, col.coding.system) for entry in paper.datasets for col in entry.columns if col.coding]
    for line, name in said:
        if known.facts.system(name) is None:
            near = known.suggestion(squashed(name), known.facts.system_names())
            yield Hit(line, f"no code system is called {name}", repair=f"perhaps {near} is meant" if near else "")


@rule("range-backwards")
def range_backwards(paper: Printed, known: Known) -> Iterator[Hit]:
    """A range of codes ends before it begins, or its ends are of different length."""
    for codes in paper.code_lists:
        for entry in codes.entries:
            if entry.from_code is None or entry.to_code is None:
                continue
            first, last = plain(entry.from_code), plain(entry.to_code)
            if last < first:
                yield Hit(entry.line, f"the range {entry.shown} of '{codes.name}' ends before it begins")
            elif len(first) != len(last):
                yield Hit(entry.line, f"the ends of the range {entry.shown} of '{codes.name}' differ in length")


# In these systems a code stands for every longer one that begins with it.
PREFIXED = frozenset({"icd10", "icd9", "atc"})


def covers(entry: ListEntry, system: str) -> tuple[str, str]:
    """First and last code that an entry selects, in the order of the system."""
    given = [plain(code) if system in PREFIXED else code for code in entry.codes]
    return given[0], given[-1] + ("~" if system in PREFIXED else "")
