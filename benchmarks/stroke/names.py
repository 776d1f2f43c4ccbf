"""Names of keys and fields that the versions of the study share."""

from __future__ import annotations

STAY = ["CODE_AGR", "YEAR_REGISTR", "PERIOD_REGISTR", "STAYNUM"]
PATIENT = ["CODE_AGR", "YEAR_REGISTR", "PERIOD_REGISTR", "PATNUM"]
LINE = ["SS00015", "SS00020", "SS00050", "SS00055", "SS00070", "SS00135"]
TOLD = ["ORDER_SPEC", "TYPE_DIAGNOSE", "CODE_DIAGNOSE", "M1_PRESENT_ADM", "M1_CODE_CERT"]
SHOWN = [
    "A1_YEAR_BIRTH", "STAYNUM", "LOS", "Jaar", "A2_HOSPTYPE_FAC", "A2_CODE_SEX", "A2_CODE_PLACE_BEFORE_ADM",
    "A2_CODE_ADM", "VorigZiekenhuis", "VorigVerblijf", "A2_CODE_DESTINATE", "A2_CODE_DISCHARGE", "VolgendZiekenhuis",
    "VolgendVerblijf", "A2_CODE_DIAG_VERIF_ADM",
]  # fmt: skip
