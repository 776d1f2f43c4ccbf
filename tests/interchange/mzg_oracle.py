"""The rules of an MZG file once more: slow, in plain Python, character by character, from the facts.

Shares nothing with the workbench but the names of the rules; the layout is that of the table in `small.py`.
"""

from __future__ import annotations

import datetime

Found = set[tuple[int, str, str]]
FIELDS = [
    "CODE_AGR",
    "YEAR_REGISTR",
    "PERIOD_REGISTR",
    "KEY",
    "DAY",
    "AMOUNT",
    "CODE",
    "OPEN",
    "LONG",
    "YEARLY",
]
MANDATORY = {"CODE_AGR", "YEAR_REGISTR", "PERIOD_REGISTR", "KEY", "CODE"}
DIGITS = "0123456789"
NO_CHARACTER = {0x81, 0x8D, 0x8F, 0x90, 0x9D}


def violations(data: bytes, hospital: str = "001", year: int = 2019, period: int = 1) -> Found:
    """(line, field, rule) of everything wrong in a file without zero bytes, marks or giant lines."""
    found: Found = set()
    lines = data.split(b"\n")
    last = lines.pop()
    returns = bool(lines) and lines[0].endswith(b"\r")
    if last:
        found.add((len(lines) + 1, "", "form"))
    mixed = [n for n, line in enumerate(lines, 1) if line.endswith(b"\r") != returns]
    if mixed:
        found.add((mixed[0], "", "form"))
    if not data:
        found.add((1, "", "form"))
    first: dict[tuple[str, ...], int] = {}
    for number, line in enumerate([*lines, last] if last else lines, start=1):
        if returns and line.endswith(b"\r"):
            line = line[:-1]
        text = "".join("\0" if byte in NO_CHARACTER else bytes([byte]).decode("cp1252") for byte in line)
        key = _record(text, number, found, hospital, year, period)
        if key is not None:
            if key in first:
                found.add((number, "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, KEY", "key"))
            first.setdefault(key, number)
    return found


def _record(text: str, number: int, found: Found, hospital: str, year: int, period: int) -> tuple[str, ...] | None:
    bare = text.rstrip(" \t\r")
    if bare != text.rstrip("\r") or not bare:
        found.add((number, "", "form"))
    if not bare:
        return None
    parts = bare.split("#")
    if len(parts) != len(FIELDS) + 1 or parts[-1]:
        found.add((number, "", "fields"))
        return None
    record = dict(zip(FIELDS, parts, strict=False))
    for name, value in record.items():
        found.update((number, name, rule) for rule in _rules(name, value, hospital, year, period))
    numbers = [record[name] for name in ("YEAR_REGISTR", "PERIOD_REGISTR", "KEY")]
    return (record["CODE_AGR"], *(str(int(n)) if n and not set(n) - set(DIGITS) else n for n in numbers))


def _rules(name: str, value: str, hospital: str, year: int, period: int) -> list[str]:
    if not value:
        return ["mandatory"] if name in MANDATORY else []
    rules = []
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        rules.append("character")
    unsigned = value[1:] if value.startswith("-") else value
    if name in ("YEAR_REGISTR", "PERIOD_REGISTR", "KEY") and (not unsigned or set(unsigned) - set(DIGITS)):
        rules.append("type")
    if name == "AMOUNT":
        whole, point, cents = unsigned.partition(".")
        if not (whole and point and len(cents) == 2 and not set(whole + cents) - set(DIGITS)):
            rules.append("type")
    if name == "DAY" and not _is_date(value):
        rules.append("type")
    longest = 6 if year <= 2014 else 7
    sizes = {
        "CODE_AGR": {3},
        "YEAR_REGISTR": {4},
        "PERIOD_REGISTR": {1, 2},
        "KEY": {1, 2, 3, 4, 5},
        "DAY": {8},
    }
    sizes |= {"AMOUNT": set(range(4, 9)), "CODE": {1}, "OPEN": {1}, "LONG": {1, 7}}
    if len(value) not in {**sizes, "YEARLY": set(range(3, longest + 1))}[name]:
        rules.append("length")
    if name == "CODE" and value not in ("1", "A", "é"):
        rules.append("code")
    named = {"CODE_AGR": [hospital], "YEAR_REGISTR": [f"{year:04}"]}
    named["PERIOD_REGISTR"] = [str(period), f"{period:02}"]
    if value not in named.get(name, [value]):
        rules.append("name")
    return rules


def _is_date(value: str) -> bool:
    if len(value) != 8 or set(value) - set(DIGITS) or value[0] == "0":
        return False
    try:
        datetime.date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return False
    return True
