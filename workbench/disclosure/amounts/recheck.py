"""Check the figures of amounts of a certificate again, with NumPy only: no solver and nothing of the workbench.

    python workbench/disclosure/amounts/recheck.py FOLDER

FOLDER holds `amounts.csv` (indicator, hospital, year, n, mean, q1, median, q3 of what is shown) and `amounts.npz`: rule
(persons, persons beside a quantile, p, N, K); release (K: numbers, 0 = the one that is checked, last), text (what the
K - 1 earlier ones show); indicators, hospitals; and for the indicator at place i, as `i.name`: hospital, year, size (F:
of every piece the place of its hospital, its year and its persons), present (K, F: which release counts it), amount
(what each of those persons contributes, piece after piece), views (A), known (A, F), and the witnesses, as changes of
the true persons (measure 0) or totals (measure 1): measure (W), and witness, piece, change of every change.

Exit code 0 when nothing is wrong, else 1 with every fault.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NEAR = 1e-6


def recheck_amounts(published: str, arrays: Mapping[str, Array]) -> list[str]:
    """Faults; an empty list means that no sum of shown figures tells any view of too few people."""
    try:
        texts = [*map(str, arrays["text"]), published]
        rows = [(k, row) for k, text in enumerate(texts) for row in csv.DictReader(io.StringIO(text))]
        names = [str(name) for name in arrays["indicators"]]
        unknown = {row["indicator"] for k, row in rows if k == len(texts) - 1} - set(names)
        faults = [f"figures of {name} without what they are made of" for name in sorted(unknown)]
        for place, name in enumerate(names):
            mine = [(k, row) for k, row in rows if row["indicator"] == name]
            faults += [f"{name}: {fault}" for fault in _faults(place, mine, len(texts) - 1, arrays)]
        return faults
    except (KeyError, ValueError, IndexError, TypeError) as error:
        return [f"the certificate of amounts cannot be read: {type(error).__name__}: {error}"]


def _faults(
    place: int, rows: list[tuple[int, dict[str, str]]], last: int, arrays: Mapping[str, Array]
) -> Iterator[str]:
    def part(name: str) -> Array:
        return np.asarray(arrays[f"{place}.{name}"])

    least, beside, p, largest, share = (float(value) for value in arrays["rule"])
    hospital = np.array([str(name) for name in arrays["hospitals"]])[part("hospital")]
    pieces = [np.sort(one)[::-1] for one in np.split(part("amount"), np.cumsum(part("size"))[:-1])]
    if len(part("size")) == 0:
        pieces = []
    if any((one < 0).any() for one in pieces):
        yield "an amount is below zero"
    truth = np.array([[len(one), one.sum()] for one in pieces], dtype=float).reshape(-1, 2).T
    near = NEAR * np.maximum(truth.sum(axis=1), 1e-9)
    masks = np.zeros((len(rows), len(pieces)), dtype=bool)
    for number, (release, row) in enumerate(rows):
        at = part("present")[release] & ((hospital == row["hospital"]) | (row["hospital"] == "ALL"))
        masks[number] = at & ((part("year") == int(row["year"])) | (row["year"] == "0"))
        amounts = np.sort(np.concatenate([np.zeros(0), *(pieces[f] for f in np.flatnonzero(masks[number]))]))[::-1]
        if abs(int(row["n"]) * float(row["mean"]) - amounts.sum()) > near[1]:
            yield f"the mean of {row['hospital']}, {row['year']} is not that of the true amounts"
        if release < last:
            continue
        if _too_few(amounts, least, p, int(largest), share):
            yield f"{row['hospital']}, {row['year']} has too few persons, or one of them outweighs the others"
        if (row["median"] and len(amounts) < 2 * beside) or ((row["q1"] or row["q3"]) and len(amounts) < 4 * beside):
            yield f"a quantile of {row['hospital']}, {row['year']} has too few persons beside it"
    changes = np.zeros((len(part("measure")), len(pieces)))
    np.add.at(changes, (part("witness"), part("piece")), part("change"))
    measure = part("measure")
    for number, change in enumerate(changes):
        if (np.abs(masks @ change) > near[measure[number]]).any():
            yield f"witness {number} does not give the published totals"
        if (truth[measure[number]] + change < -near[measure[number]]).any():
            yield f"witness {number} holds less than nothing"
    views, known = [str(name) for name in part("views")], part("known").astype(bool)
    if "outsider" not in views or known[views.index("outsider")].any():
        yield "the outsider is missing or taken to know something"
    for name in {str(one) for one in arrays["hospitals"]} if len(arrays["hospitals"]) > 1 else ():
        if name not in views or (known[views.index(name)] != (hospital == name)).any():
            yield f"{name} is missing among the attackers, or known to know something else than its own"
    everything = [one[one > 0] for one in pieces]
    tiniest = min((one[-1] for one in everything if len(one)), default=np.inf)
    for view, mine in zip(views, known, strict=True):
        blind = changes[~(np.abs(changes[:, mine]) > 0).any(axis=1)]
        kind = measure[~(np.abs(changes[:, mine]) > 0).any(axis=1)]
        most = truth.copy()
        for which in (0, 1):
            most[which] += np.maximum(blind[kind == which], 0).max(axis=0, initial=0.0)
        open_rows = masks & ~mine
        single = open_rows[open_rows.sum(axis=1) == 1].any(axis=0)
        asked = ~mine & (truth[0] > 0) & masks.any(axis=0)
        loose = np.sort(np.concatenate([np.zeros(0), *(pieces[f] for f in np.flatnonzero(asked & ~single))]))
        for f in np.flatnonzero(asked):
            own = pieces[f]
            group = own if single[f] else loose[loose <= own[0]][::-1]
            need = max(own[0] * (1 + p) + group[1:2].sum(), group[: int(largest)].sum() / share, least * tiniest)
            if most[0, f] < least - near[0] or most[1, f] < need - near[1]:
                yield f"{view} can work out too much of {hospital[f]}, {part('year')[f]}"


def _too_few(amounts: Array, least: float, p: float, largest: int, share: float) -> bool:
    """Persons apart per piece; the largest first."""
    total = amounts.sum()
    rest = total - amounts[:2].sum()
    near = NEAR * max(float(total), 1e-9)
    return bool(
        np.count_nonzero(amounts) < least  # who contributes nothing hides nobody
        or total <= 0
        or rest < p * amounts[0] - near
        or amounts[:largest].sum() > share * total + near
    )


def main(folder: Path) -> int:
    published = (folder / "amounts.csv").read_bytes()
    print(f"amounts_sha256 {hashlib.sha256(published).hexdigest()}")
    with np.load(folder / "amounts.npz", allow_pickle=False) as arrays:
        faults = recheck_amounts(published.decode(), dict(arrays))
    for fault in faults:
        print(fault)
    print("refused" if faults else "accepted")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
