"""Check rules of the codes used in Belgian health data: syntax and check digits.

Each rule takes one code as delivered (no dots, blanks or dashes that the code itself does not have) and
returns why it is wrong, or an empty text. Every rule names the key of the domain facts it rests on; a rule
that is inferred says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stdnum import luhn
from stdnum.be import bis, nn
from stdnum.exceptions import InvalidChecksum, ValidationError

Rule = Callable[[str], str]
ICD = re.compile(r"[A-Z][0-9][0-9A-Z](\.(-|[0-9A-Z]{1,3}-|[0-9A-Z]{1,4}))?")
ATC = re.compile(r"[ABCDGHJLMNPRSV]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?")
MOD_89 = "14"  # physicians, and nurses or midwives: the first digits that have numbers made modulo 89 too


def wrong(system: str, code: str) -> str:
    """Why `code` is not one of `system`, as a clause; empty when it is right or the system has no rule."""
    rule = RULES.get(system)
    return rule(code) if rule else ""


def is_right(system: str, code: str) -> bool:
    """Whether `code` obeys the rule of `system`; a system without a rule accepts everything."""
    return not wrong(system, code)


def insz(code: str) -> str:
    """Social security number: national or BIS number, mod 97; a 2 goes before it for those born from 2000
    (K14, K15)."""
    shape = _digits(code, 11)
    if shape:
        return shape
    try:
        (bis if int(code[2:4]) >= 20 else nn).validate(code)
    except InvalidChecksum:
        return "its last two digits are not 97 minus the first nine (or a 2 and the first nine) modulo 97"
    except ValidationError as error:
        return f"its date of birth is impossible ({error})"
    return "" if 1 <= int(code[6:9]) <= 998 else f"its counter {code[6:9]} is not between 001 and 998"


def riziv(code: str) -> str:
    """RIZIV/INAMI number, 8 digits or 11 with the qualification (K16, K17).

    Digits 7 and 8 are 97 minus the first six modulo 97; where MOD_89 says so, 89 may stand for 97.
    The form of the subtraction itself is not in the sources.
    """
    if not re.fullmatch(r"[0-9]{8}([0-9]{3})?", code):
        return f"it has to be 8 or 11 digits, not {_shape(code)}"
    number, check = int(code[:6]), int(code[6:8])
    allowed = [97 - number % 97] + ([89 - number % 89] if code[0] in MOD_89 else [])
    if check in allowed:
        return ""
    return f"digits 7 and 8 have to be {' or '.join(f'{right:02d}' for right in allowed)}, not {check:02d}"


def nomenclature(code: str) -> str:
    """Nomenclature code: 6 digits, the last the first five modulo 7 (inferred from 177 codes, K12)."""
    shape = _digits(code, 6)
    right = int(code[:5]) % 7 if not shape else 0
    return shape or ("" if int(code[5]) == right else f"its last digit has to be {right}, not {code[5]}")


def cnk(code: str) -> str:
    """CNK product number: 7 digits, the last a Luhn digit (inferred from two real codes, K13)."""
    shape = _digits(code, 7)
    if shape or luhn.is_valid(code):
        return shape
    return f"its last digit has to be {luhn.calc_check_digit(code[:6])}, not {code[6]}"


def atc(code: str) -> str:
    """ATC code or group: 1, 3, 4, 5 or 7 characters in its fixed pattern of letters and digits (K3)."""
    return "" if ATC.fullmatch(code) else "it has not the form of an ATC level, as J, J01, J01CA or J01CA04"


def icd10be(code: str) -> str:
    """ICD-10-BE code or prefix pattern: a letter, a digit, a third character, at most four after the dot."""
    return "" if ICD.fullmatch(code) else "it has not the form of an ICD-10-BE code, as I63.-, T83.5- or I67.89"


def nis(code: str) -> str:
    """NIS (REFNIS) code of a region, province, arrondissement or municipality: 5 digits (K19)."""
    return _digits(code, 5)


RULES: Mapping[str, Rule] = {
    "insz": insz,
    "riziv": riziv,
    "nomenclature": nomenclature,
    "cnk": cnk,
    "atc": atc,
    "icd10be": icd10be,
    "nis": nis,
}


def _digits(code: str, count: int) -> str:
    """Why a code is not exactly `count` digits. ASCII only: `isdigit` would let other scripts' digits in."""
    if re.fullmatch(rf"[0-9]{{{count}}}", code):
        return ""
    return f"it has to be {count} digits, not {_shape(code)}"


def _shape(code: str) -> str:
    kind = "digits" if re.fullmatch(r"[0-9]*", code) else "characters that are not all digits"
    return f"{len(code)} {kind}"
