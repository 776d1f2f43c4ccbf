"""The breast-clinics indicators a second time, in hand-written SQL on the registry and on the answer key of the care.

Nothing of the product is used: no pseudonym, no vault, no diagnosis, procedure or billing code, no rule, no linkage.
What the registry knows of a tumour is read in its own table, with the INSZ; what was done, in what was planted.
"""

from __future__ import annotations

import duckdb
import pandas as pd

# Needs the views TUMOUR (of the registry), key_tumour_care and key_tumours.
TUMOURS = """
    CREATE OR REPLACE TEMP TABLE tumours AS
    WITH cohort AS (
        SELECT *, min(fld_ic) OVER (PARTITION BY fld_nn) AS earliest FROM TUMOUR
        WHERE fld_nn IS NOT NULL AND fld_ic_year BETWEEN 2009 AND 2018 AND (icd10 LIKE 'C50%' OR icd10 LIKE 'D05%')
    )
    SELECT bron1 AS hospital, fld_ic_year AS year, k.clinic, combStadkort AS stage, cStadkort AS clinical, ER, PR,
        HER2_merged AS her2, fld_cn AS cn, borsttelling = '1' AS counted, fld_ic = earliest AS indexed,
        fld_ic_year IN (2017, 2018) AS billed, fld_vs, cls_lod - earliest AS followed,
        surgery_date - fld_ic AS surgery, conserving, sentinel, chemotherapy_date - fld_ic AS chemotherapy,
        imaging_date - fld_ic AS imaging, pathology_date - fld_ic AS pathology, consultation_date - fld_ic AS mdt,
        radiotherapy_date - fld_ic AS irradiated, targeted_date - fld_ic AS targeted,
        hormonal_date - fld_ic AS hormonal
    FROM cohort LEFT JOIN key_tumour_care AS c ON c.INSZ = fld_nn
    LEFT JOIN (SELECT INSZ, order_alltum, clinic FROM key_tumours) AS k
        ON k.INSZ = fld_nn AND k.order_alltum = cohort.order_alltum
"""
_CARED = "counted AND indexed AND billed"
_CHEMO = "coalesce(chemotherapy BETWEEN 0 AND 270, false)"
# indicator: (denominator, numerator) as conditions over `tumours`
DEFINITIONS = {
    "breast_volume": ("counted", None),
    "breast_receptors_known": ("counted", "ER IN ('P', 'N') AND PR IN ('P', 'N') AND her2 IN ('P', 'N')"),
    "breast_pathology_before": (
        f"{_CARED} AND surgery NOT NULL", "coalesce(surgery - pathology BETWEEN 1 AND 200, false)"
    ),
    "breast_imaging_before": (
        f"{_CARED} AND surgery NOT NULL AND clinical IN ('I', 'II', 'III')",
        "coalesce(surgery - imaging BETWEEN 0 AND 92, false)",
    ),
    "breast_consultation": (_CARED, "coalesce(mdt BETWEEN -30 AND 61, false)"),
    "breast_conserving": (f"{_CARED} AND surgery NOT NULL AND clinical IN ('I', 'II')", "conserving"),
    "breast_radiotherapy": (
        f"{_CARED} AND surgery NOT NULL AND conserving AND stage <> 'IV'",
        "coalesce(irradiated - surgery BETWEEN 0 AND 270, false)",
    ),
    "breast_hormonal": (
        f"{_CARED} AND (ER = 'P' OR PR = 'P') AND stage <> 'IV'", "coalesce(hormonal BETWEEN 0 AND 365, false)"
    ),
    "breast_chemotherapy": (f"{_CARED} AND stage IN ('II', 'III')", _CHEMO),
    "breast_targeted": (f"{_CARED} AND her2 = 'P' AND {_CHEMO}", "coalesce(targeted BETWEEN 0 AND 365, false)"),
    "breast_neoadjuvant": (
        f"{_CARED} AND stage IN ('II', 'III') AND surgery NOT NULL AND {_CHEMO}", "chemotherapy < surgery"
    ),
    "breast_metastatic_systemic": (
        f"{_CARED} AND stage = 'IV'",
        "coalesce(chemotherapy BETWEEN 0 AND 365, false) OR coalesce(hormonal BETWEEN 0 AND 365, false)",
    ),
    "breast_sentinel": (f"{_CARED} AND cn = '0' AND surgery NOT NULL AND stage <> 'IV'", "sentinel"),
    "breast_survival": ("counted AND indexed AND fld_vs IN ('1', '2')", "fld_vs = '2'"),
}  # fmt: skip
WAITING = f"""SELECT least(surgery, CASE WHEN chemotherapy >= 0 THEN chemotherapy END, irradiated, hormonal) AS days
    FROM tumours WHERE {_CARED} AND days NOT NULL ORDER BY days"""


def crude(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """indicator, hospital ('ALL'), year (0 = all), clinic ('' = all), n, k: only rows with somebody in them."""
    con.execute(TUMOURS)
    found = []
    for indicator, (inside, counted) in DEFINITIONS.items():
        found.append(
            con.execute(
                f"""SELECT '{indicator}' AS indicator, coalesce(hospital, 'ALL') AS hospital, coalesce(year, 0) AS year,
                    coalesce(clinic, '') AS clinic, count(*) AS n, count(*) FILTER ({counted or "true"}) AS k
                FROM tumours WHERE {inside}
                GROUP BY GROUPING SETS ((), (hospital), (year), (hospital, year), (clinic)) HAVING count(*) > 0"""
            ).df()
        )
    return pd.concat(found, ignore_index=True)
