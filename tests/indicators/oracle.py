"""The stroke-care indicators a second time: the SQL of catalog/answers on the generator's answer key.

Nothing of the product is used: no pseudonym, no vault, no diagnosis or billing code, no rule, no linkage. Only
what the generator wrote down as planted: who is a person, which stay follows which, and what was really done.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from tests.study.conftest import CATALOG
from workbench.catalog.answers import read_answers

ANSWERS = read_answers("stroke-care", CATALOG)


def episodes(answer_key: Path) -> duckdb.DuckDBPyConnection:
    """A database with the table `episodes`: one row per selected stay with what is true of it."""
    con = duckdb.connect()
    for path in answer_key.glob("*.parquet"):
        con.execute(f"CREATE VIEW key_{path.stem} AS FROM '{path}'")
    con.execute(ANSWERS.tables)
    return con


def oracle_counts(answer_key: Path) -> pd.DataFrame:
    """indicator, hospital, year, part, stays, persons: the same shape as `IndicatorTable.counts`, only rows above 0."""
    found = []
    with episodes(answer_key) as con:
        for answer in (one for one in ANSWERS.answers if one.of):
            parts = {"n": f"{answer.among}"}
            if answer.counted:
                parts |= {"k": f"{answer.among} AND ({answer.counted})",
                          "rest": f"{answer.among} AND NOT ({answer.counted})"}  # fmt: skip
            for part, condition in parts.items():
                found.append(
                    con.execute(
                        f"""SELECT '{answer.indicator}' AS indicator, coalesce(CODE_AGR, 'ALL') AS hospital,
                            coalesce(jaar, 0)::INTEGER AS year, '{part}' AS part, count(*) AS stays,
                            count(DISTINCT INSZ) AS persons
                        FROM episodes WHERE {condition} GROUP BY CUBE (CODE_AGR, jaar) HAVING count(*) > 0"""
                    ).df()
                )
    return pd.concat(found, ignore_index=True)
