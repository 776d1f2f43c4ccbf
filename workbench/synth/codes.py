"""Other pseudonyms of a person than those of the sickness funds, and the order of a person's stays."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from workbench.crypto import pseudonymise, pseudonymise_reversibly
from workbench.synth.keys import keys
from workbench.synth.scenario import Scenario
from workbench.synth.stays import patnum


def make_codes(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `codes`: pid, INSZ_T (the Technical Cell's number, which eHealth can turn back) and Hnew (that of the
    federal service)."""
    known = con.execute("SELECT pid, insz FROM persons").fetchnumpy()
    key, insz = keys(scenario.seed), np.asarray(known["insz"])
    # The Technical Cell's number is decoded before a study codes it anew (21/104, step 2.1), so it must be reversible.
    columns = {
        "INSZ_T": pseudonymise_reversibly(insz, key["INSZ_T"], "INSZ_T"),
        "Hnew": pseudonymise(insz, key["Hnew"], "Hnew"),
    }
    con.register("listed", pa.table({"pid": np.asarray(known["pid"]), **columns}))
    con.execute("CREATE TABLE codes AS FROM listed")
    con.unregister("listed")


def make_admissions(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `admissions`: sid, its place among the stays of the person, and days since the one before."""
    con.execute(
        """CREATE TABLE admissions AS SELECT sid, row_number() OVER w AS place, adm - lag(dis) OVER w AS since
        FROM stays WINDOW w AS (PARTITION BY pid ORDER BY adm, sid)"""
    )


def code_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of PATNEW and INSURED, which lead from one number of a person to another."""
    patient = "SELECT DISTINCT pid, hospital, missing_insz FROM stays"
    missing = scenario.person.chance("pid", "missing insz", scenario.parameters.number("faults.missing_insz"))
    return {
        "PATNEW": f"""SELECT code_agr AS CODE_AGR, {patnum("pid", "hospitals")} AS PATNUM, Hnew
            FROM ({patient}) JOIN hospitals ON hospitals.number = hospital JOIN codes USING (pid)
            WHERE NOT missing_insz""",
        "INSURED": f"""SELECT lpad(insz::VARCHAR, 11, '0') AS fld_nn, c2 AS SS00010
            FROM persons SEMI JOIN tumours USING (pid) WHERE NOT {missing}""",
    }
