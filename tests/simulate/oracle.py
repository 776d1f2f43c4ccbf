"""What the linked set must hold, worked out on the invented persons with full identity: loops, no joins."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from tests.simulate.tiny import Line, Stay, World, hospital_number

FLEMISH = {"901", "902", "903"}
INCLUDED = ("I63", "I6789", "I60", "I61", "I62", "G458", "G459", "I48")
DELIVERED_CODES = {"I639", "G459", "I4891", "I6789", "E119"}  # of the codes that occur in the tiny world
ASKED_SERVICES = {"477724", "212015"}
ASKED_PRODUCTS = {"9365750", "9001074", "9315102"}
DAYS_AFTER = 14


class Linked(NamedTuple):
    """Rows of each part, with the person's name where the linked set has Cproject."""

    stay: list[tuple[Any, ...]]
    billing: list[tuple[Any, ...]]
    specialty: list[tuple[Any, ...]]
    bedindex: list[tuple[Any, ...]]
    diagnosis: list[tuple[Any, ...]]


def linked(made: World) -> Linked:
    """The five parts of the linked set."""
    stays = [stay for stay in made.stays if belongs(stay, made) and made.person(stay.person).insz]
    result = Linked([], [], [], [], [])
    for stay in stays:
        person = made.person(stay.person)
        key = (stay.person, hospital_number(stay.hospital), stay.number)
        before, after = neighbours(stay, stays)
        result.stay.append(
            (
                *key,
                died(stay, made, 30),
                died(stay, made, 90),
                person.born,
                (stay.end - stay.begin).days if stay.end else None,
                stay.end.year if stay.end else None,
                stay.type,
                person.sex,
                *((hospital_number(before.hospital), before.number) if before else (None, None)),
                *((hospital_number(after.hospital), after.number) if after else (None, None)),
            )
        )
        if person.insured and stay.end:
            result.billing.extend((*key, *row) for row in billing(stay, made))
        result.specialty.extend((*key, order, f"S{order}", order - 1) for order in (1, 2))
        result.bedindex.append((*key, 1, "C", 0))
        result.diagnosis.extend(
            (*key, 1, "S" if order else "P", code, "Y", "1")
            for order, code in enumerate(stay.codes)
            if code in DELIVERED_CODES
        )
    return result


def belongs(stay: Stay, made: World) -> bool:
    """Whether the stay is in the study population."""
    year = stay.end.year if stay.end else stay.begin.year  # the year field is filled also where the day is wrong
    return (
        stay.hospital in FLEMISH
        and 2017 <= year <= 2019
        and stay.begin.year - made.person(stay.person).born >= 18
        and any(code.startswith(INCLUDED) for code in stay.codes)
    )


def died(stay: Stay, made: World, days: int) -> bool | None:
    """Whether the person died within so many days; None where the sickness funds cannot be asked."""
    person = made.person(stay.person)
    if not person.insured or stay.end is None:
        return None
    return person.died is not None and 0 <= (person.died - stay.begin).days <= days


def neighbours(stay: Stay, stays: list[Stay]) -> tuple[Stay | None, Stay | None]:
    """The stays in other hospitals that ended when this one began, and that began when it ended."""

    def rank(one: Stay) -> tuple[date, date, str, str]:
        return one.begin, one.end or date.max, one.number, one.hospital

    others = [one for one in stays if one.person == stay.person and one.hospital != stay.hospital]
    before = [one for one in others if one.end == stay.begin and rank(one) < rank(stay)]
    after = [one for one in others if one.begin == stay.end and rank(one) > rank(stay)]
    return max(before, key=rank, default=None), min(after, key=rank, default=None)


def billing(stay: Stay, made: World) -> list[tuple[Any, ...]]:
    """Day since admission, service, amount, days, qualification and product of the stay's lines."""
    assert stay.end is not None
    found = []
    for line in made.lines:
        if line.person != stay.person:
            continue
        day = (line.day - stay.begin).days
        if line.hospital:
            taken = line.hospital == stay.hospital and stay.begin <= line.day <= stay.end and asked(line)
        else:
            taken = day >= 0 and (line.day - stay.end).days <= DAYS_AFTER and line.product in ASKED_PRODUCTS
        if taken:
            found.append((day, line.code, 1, 1 if line.hospital else None, "010", line.product))
    return found


def asked(line: Line) -> bool:
    """Whether a hospital's line is of an asked service or of an asked medicine."""
    return line.code in ASKED_SERVICES or line.product in ASKED_PRODUCTS
