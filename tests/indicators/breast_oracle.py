"""The breast-clinics indicators a second time: the SQL of catalog/answers on the registry and on the answer key.

Nothing of the product is used: no pseudonym, no vault, no diagnosis or procedure code, no rule, no linkage.
What the registry knows of a tumour is read in its own table, with the INSZ; what was done, in what was planted.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from tests.study.conftest import CATALOG
from workbench.catalog.answers import read_answers

ANSWERS = read_answers("breast-clinics", CATALOG)
WAITING = "SELECT days FROM started ORDER BY days"
CELLS = "GROUP BY GROUPING SETS ((), (hospital), (year), (hospital, year), (clinic)) HAVING count(*) > 0"


def crude(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """indicator, hospital ('ALL'), year (0 = all), clinic ('' = all), n, k: only rows with somebody in them.

    `con` has the parties' tables as views, and those of the answer key with `key_` before their names.
    """
    con.execute(ANSWERS.tables)
    asked = {one.indicator: (one.among, one.counted) for one in ANSWERS.answers if one.of == "tumours"}
    asked["breast_survival"] = ("counted AND indexed AND fld_vs IN ('1', '2')", "fld_vs = '2'")
    asked.pop("breast_campus_volume")  # by campus, which the registry does not know
    found = []
    for indicator, (inside, counted) in asked.items():
        found.append(
            con.execute(
                f"""SELECT '{indicator}' AS indicator, coalesce(hospital, 'ALL') AS hospital, coalesce(year, 0) AS year,
                    coalesce(clinic, '') AS clinic, count(*) AS n, count(*) FILTER ({counted or "true"}) AS k
                FROM tumours WHERE {inside} {CELLS}"""
            ).df()
        )
    return pd.concat(found, ignore_index=True)
