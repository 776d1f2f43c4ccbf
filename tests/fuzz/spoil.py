"""Spoils a good file: bytes, lines, words and whole parts, some by chance and some as an attacker would."""

from __future__ import annotations

import io
import zipfile
from random import Random

HOSTILE = (
    b"=1+1", b"@SUM(A1)", b"../../etc/passwd", b"'; DROP TABLE people; --", b"<script>alert(1)</script>", b"{{7*7}}",
    b"${jndi:x}", b"%s%n", b"\x00", b"\xff\xfe", b"\xc3", "\u202e\u0000\u2028é".encode(), b"\r", b"\n\n", b"\t",
    b"9" * 400, b"-1", b"1e999", b"nan", b".inf", b"0x", b"1_000", b"NULL", b"~", b"true", b"[]", b"{}", b"2020-02-30",
    b"9999-12-31", b"0000-00-00", b"*a", b"&a [*a, *a]", b"!!python/object/apply:os.system ['x']", b"!!binary x",
    b"<<: *a", b"? x", b"- " * 300, b"[" * 300, b"{a: " * 200,
    b"[" * 9_000, b'{"a":' * 9_000, b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hosts'>]>",
    b"<a xmlns='x'>", b"]]>", b"<![CDATA[", b"&#0;", b"&b;", b"<?xml version='1.1' encoding='utf-16'?>", b'"',
    b'""', b"'", b",", b";", b"#" * 200, b"|", b": ", b":", b"- ",
)  # fmt: skip


def spoiled(good: bytes, random: Random) -> bytes:
    """The file with one to four things wrong in it."""
    found = good
    for _ in range(random.choice((1, 1, 2, 4))):
        found = random.choice(WAYS)(found, random)
    return found


def spoiled_zip(good: bytes, random: Random) -> bytes:
    """An archive spoiled from outside, or, three times in four, one of its parts and packed again."""
    if random.random() < 0.25:
        return spoiled(good, random)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new:
        names = old.namelist()
        at = random.choice(names)
        for name in names:
            new.writestr(name, spoiled(old.read(name), random) if name == at else old.read(name))
    return made.getvalue()


def _byte(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.choice((1, 1, 8))) + data[at + random.choice((0, 1, 3)) :]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(HOSTILE) + data[at:]


def _word(data: bytes, random: Random) -> bytes:
    """A value becomes something else, or another value of the file."""
    words = data.split(b" ")
    at = random.randrange(len(words))
    words[at] = random.choice((random.choice(HOSTILE), random.choice(words)))
    return b" ".join(words)


def _line(data: bytes, random: Random) -> bytes:
    """A line goes, comes twice, comes elsewhere, or moves to the side."""
    lines = data.split(b"\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    line = lines[at]
    way = random.randrange(4)
    if way == 0:
        del lines[at]
    elif way == 1:
        lines.insert(to, line)
    elif way == 2:
        lines[to], lines[at] = line, lines[to]
    else:
        lines[at] = line[2:] if random.random() < 0.5 else b"  " + line
    return b"\n".join(lines)


def _cut(data: bytes, random: Random) -> bytes:
    """A part goes: what was still being written, or never arrived."""
    first, last = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return random.choice((data[:first], data[first:last], data[:first] + data[last:]))


def _again(data: bytes, random: Random) -> bytes:
    """A part comes many times."""
    first = random.randrange(len(data) + 1)
    last = min(len(data), first + random.randrange(40))
    return data[:last] + data[first:last] * random.randrange(1, 60) + data[last:]


WAYS = (_byte, _byte, _insert, _insert, _word, _word, _line, _line, _cut, _again)
