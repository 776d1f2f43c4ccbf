"""INTEGO's figures a second time: from what the generator planted for each patient and problem, in hand-written SQL.

No registration, no code list, no pseudonym: the practice knows a problem from a year on, and cares for it in years.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

Cells = dict[tuple[str, str, str], tuple[int, int]]  # indicator, group, year/sex/age -> counted, of

# The groups once more, by hand.
PROBLEMS = {
    "cancer": ("A79", "X76"), "ischaemic_heart": ("K76",), "heart_failure": ("K77",), "atrial_fibrillation": ("K78",),
    "stroke": ("K90",), "peripheral_vascular": ("K92",), "copd": ("R95",), "diabetes": ("T90",), "dementia": ("P70",),
    "rheumatoid_arthritis": ("L88",), "peptic_ulcer": ("D86",), "liver": ("D97",), "kidney": ("U99",),
    "paralysis": ("N18",), "hiv": ("B90",),
}  # fmt: skip
MEDICINES = {  # problems that are treated with a medicine of the group
    "acid": ("D86",), "diabetes": ("T90",), "antithrombotic": ("K90", "K92", "K78"), "cardiovascular": ("K76", "K77"),
    "hormone_antagonist": ("X76",), "antidepressant": (), "dementia": ("P70",), "respiratory": ("R95",),
}  # fmt: skip
CLASSES = ((0, "0-14"), (15, "15-44"), (45, "45-64"), (65, "65-74"), (75, "75-84"), (85, "85+"))
PER = {
    "all": "'all'", "year": "year", "sex": "sex", "age": "age_class",
    "year-sex-age": "year || ' ' || sex || ' ' || age_class",
}  # fmt: skip


def intego_cells(data: Path) -> dict[str, Cells]:
    """For every way of cutting: counted and denominator per indicator, group ('' for all) and class."""
    key = data / "answer_key"
    ages = " ".join(f"WHEN year - year(birth_date) >= {start} THEN '{name}'" for start, name in reversed(CLASSES))
    with duckdb.connect() as con:
        con.execute(f"""CREATE TABLE listed AS SELECT INSZ, year, CASE sex WHEN 'man' THEN '1' ELSE '2' END AS sex,
                CASE {ages} END AS age_class
            FROM (SELECT *, unnest(range(first_year, last_year + 1)) AS year FROM '{key}/practices.parquet')
            JOIN '{key}/persons.parquet' USING (INSZ) WHERE NOT objected""")
        con.execute(f"CREATE TABLE problems AS FROM '{key}/practice_problems.parquet'")
        con.execute(f"CREATE TABLE care AS FROM '{key}/practice_care.parquet'")
        met = {("intego_population", ""): "1"}
        for group, codes in {"": sum(PROBLEMS.values(), ()), **PROBLEMS}.items():
            first = f"(SELECT min(known) FROM problems p WHERE p.INSZ = l.INSZ AND problem IN {(*codes, '')})"
            met["intego_prevalence", group] = f"coalesce({first} <= year, false)::INT"
            met["intego_incidence", group] = f"coalesce({first} = year, false)::INT"
        for group, codes in {"": sum(MEDICINES.values(), ()), **MEDICINES}.items():
            given = f"""(SELECT sum(prescriptions) FROM care c
                WHERE c.INSZ = l.INSZ AND c.year = l.year AND problem IN {(*codes, "")})"""
            met["intego_chronic_medication", group] = f"coalesce({given} >= 3, false)::INT"
        met["intego_tests", ""] = (
            "coalesce((SELECT sum(tests) FROM care c WHERE c.INSZ = l.INSZ AND c.year = l.year), 0)"
        )
        columns = ", ".join(f'{value} AS "{name} {group}"' for (name, group), value in met.items())
        con.execute(f"CREATE TABLE judged AS SELECT l.*, {columns} FROM listed l")
        found: dict[str, Cells] = {}
        for cut, level in PER.items():
            sums = ", ".join(f'sum("{name} {group}")' for name, group in met)
            rows = con.execute(f"SELECT {level}, count(*), {sums} FROM judged GROUP BY 1").fetchall()
            found[cut] = {
                (name, group, str(row[0])): (int(row[2 + place]), int(row[1]))
                for row in rows
                for place, (name, group) in enumerate(met)
            }
        return found
