"""Seeded ways to spoil a catalogue file: a character, a line, or its structure.

A structural corruption is made so that it must be refused, within the entry it stands in: `first` and `last` are
the lines of that entry, one line more at either end for what a parser can only notice a line later.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.,:;{}[]\"'#&*!|>%@/\\\t\né\x00"
KEY = re.compile(r"^(\s*(?:- )?)([a-z_]+):( |$)")
SCALAR = re.compile(r"^(\s*(?:- )?)(type|role|mandatory|sensitive|kind|line|table|id|threshold|codes): (\S.*)$")
ITEM = re.compile(r"^\s*- ")
NEEDED = ("type", "role", "cite", "label", "keys", "provider", "grain", "system", "kind", "organisation")


@dataclass(frozen=True)
class Corruption:
    how: str
    spoiled: bytes
    first: int = 0
    last: int = 0

    @property
    def structural(self) -> bool:
        return self.last > 0


def corrupt(text: str, rng: random.Random) -> Corruption | None:
    """One corruption of a file's text; None when the kind drawn does not fit the file or changes nothing."""
    kind = rng.choice((_character, _line, _structure))
    made = kind(text, rng)
    return made if made is not None and made.spoiled != text.encode() else None


def _character(text: str, rng: random.Random) -> Corruption:
    at = rng.randrange(len(text))
    how = rng.choice(("delete", "insert", "replace", "swap"))
    letter = rng.choice(LETTERS)
    middle = {"delete": "", "insert": letter + text[at], "replace": letter, "swap": text[at : at + 2][::-1]}[how]
    rest = text[at + (2 if how == "swap" else 1) :]
    line = text.count("\n", 0, at) + 1
    return Corruption(f"character: {how} {letter!r} in line {line}", (text[:at] + middle + rest).encode())


def _line(text: str, rng: random.Random) -> Corruption:
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    how = rng.choice(("delete", "twice", "swap", "cut", "indent", "outdent", "join"))
    line, after = lines[at], lines[at + 1 : at + 2]
    spoiled = {
        "delete": [*lines[:at], *lines[at + 1 :]],
        "twice": [*lines[: at + 1], *lines[at:]],
        "swap": [*lines[:at], *after, line, *lines[at + 2 :]],
        "cut": lines[:at],
        "indent": [*lines[:at], " " * rng.randint(1, 4) + line, *lines[at + 1 :]],
        "outdent": [*lines[:at], line[min(2, len(line) - len(line.lstrip())) :], *lines[at + 1 :]],
        "join": [*lines[:at], line.rstrip("\n"), *lines[at + 1 :]],
    }[how]
    return Corruption(f"line: {how} line {at + 1}", "".join(spoiled).encode())


def _structure(text: str, rng: random.Random) -> Corruption | None:
    lines = text.splitlines()
    how: Callable[[list[str], int], list[str] | bytes | None] = rng.choice(STRUCTURES)
    places = list(range(len(lines)))
    rng.shuffle(places)
    for at in places:
        if lines[at].lstrip().startswith("#") or not lines[at].strip():
            continue
        spoiled = how(lines, at)
        if spoiled is not None:
            first, last = _entry(lines, at)
            raw = spoiled if isinstance(spoiled, bytes) else ("\n".join(spoiled) + "\n").encode()
            grown = raw.count(b"\n") - text.count("\n")
            return Corruption(f"structure: {how.__name__} at line {at + 1}", raw, first - 1, last + grown + 1)
    return None


def _entry(lines: list[str], at: int) -> tuple[int, int]:
    """Lines (from 1) of the list item that a line stands in, or of the file where it stands in none."""
    if lines[at][:1] not in (" ", "-"):
        return 1, len(lines)
    items = [number for number, line in enumerate(lines) if ITEM.match(line)]
    first = max((number for number in items if number <= at), default=0)
    last = min((number for number in items if number > at), default=len(lines))
    return first + 1, last


def misspelled_key(lines: list[str], at: int) -> list[str] | None:
    found = KEY.match(lines[at])
    return _with(lines, at, f"{found[1]}{found[2]}q:{lines[at][found.end(2) + 1 :]}") if found else None


def key_left_out(lines: list[str], at: int) -> list[str] | None:
    found = KEY.match(lines[at])
    one = found and found[2] in NEEDED and not found[1].endswith("- ")
    return [*lines[:at], *lines[at + 1 :]] if one and not lines[at].endswith(":") else None


def key_given_twice(lines: list[str], at: int) -> list[str] | None:
    found = KEY.match(lines[at])
    one = found and not found[1].endswith("- ") and not lines[at].endswith(":")
    return [*lines[: at + 1], *lines[at:]] if one else None


def value_of_wrong_kind(lines: list[str], at: int) -> list[str] | None:
    found = SCALAR.match(lines[at])
    return _with(lines, at, f"{found[1]}{found[2]}: {{wrong: [1, 2]}}") if found else None


def unknown_word(lines: list[str], at: int) -> list[str] | None:
    found = SCALAR.match(lines[at])
    one = found and found[2] in ("type", "role", "kind", "mandatory", "sensitive", "codes")
    return _with(lines, at, f"{found[1]}{found[2]}: nothing_of_ours") if found and one else None


def dangling_document(lines: list[str], at: int) -> list[str] | None:
    changed = re.sub(r"\{document: [^,}]+", "{document: nowhere", lines[at])
    return _with(lines, at, changed) if changed != lines[at] else None


def label_without_language(lines: list[str], at: int) -> list[str] | None:
    changed = re.sub(r"(label: \{nl: .*?), fr: .*?, en: ", r"\1, en: ", lines[at], count=1)
    return _with(lines, at, changed) if changed != lines[at] else None


def entry_given_twice(lines: list[str], at: int) -> list[str] | None:
    found = re.match(r"^\s*- \{?(code|name|id): ", lines[at])
    first, last = _entry(lines, at)
    return [*lines[:last], *lines[first - 1 :]] if found else None


def alias(lines: list[str], at: int) -> list[str] | None:
    found = SCALAR.match(lines[at])
    return _with(lines, at, f"{found[1]}{found[2]}: *other") if found else None


def brace_left_open(lines: list[str], at: int) -> list[str] | None:
    return _with(lines, at, lines[at][:-1]) if lines[at].endswith("}") else None


def not_utf_8(lines: list[str], at: int) -> bytes:
    raw = [line.encode() for line in lines]
    raw[at] += b" \xff"
    return b"\n".join(raw) + b"\n"


def nested_too_deeply(lines: list[str], at: int) -> list[str] | None:
    found = SCALAR.match(lines[at])
    return _with(lines, at, f"{found[1]}{found[2]}: {'[' * 60}{']' * 60}") if found else None


STRUCTURES: tuple[Callable[[list[str], int], list[str] | bytes | None], ...] = (
    misspelled_key,
    key_left_out,
    key_given_twice,
    value_of_wrong_kind,
    unknown_word,
    dangling_document,
    label_without_language,
    entry_given_twice,
    alias,
    brace_left_open,
    not_utf_8,
    nested_too_deeply,
)


def _with(lines: list[str], at: int, line: str) -> list[str]:
    return [*lines[:at], line, *lines[at + 1 :]]
