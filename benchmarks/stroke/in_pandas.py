"""In pandas, as an analyst would write it: the columns that are needed read whole, then filtered and merged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.stroke.codes import Prefixes, asked
from benchmarks.stroke.names import LINE, PATIENT, SHOWN, STAY, TOLD
from workbench.crypto import pseudonymise


def begins(text: pd.Series, codes: Prefixes) -> pd.Series:
    """Codes that begin as asked."""
    found = pd.Series(False, index=text.index)
    for length in {len(one) for one in codes.single}:
        found |= text.str.slice(0, length).isin([one for one in codes.single if len(one) == length])
    for low, high in codes.ranges:
        found |= (text.str.len() >= len(low)) & text.str.slice(0, len(low)).between(low, high)
    return found


def day(rows: pd.DataFrame, field: str) -> pd.Series:
    """A date, or nothing where the three numbers are none."""
    parts = {part: rows[field.format(part.upper())] for part in ("year", "month", "day")}
    return pd.to_datetime(pd.DataFrame(parts), errors="coerce")


def number(code: pd.Series) -> pd.Series:
    """The NIHDI number of a hospital."""
    six = "710" + code
    return six + (97 - six.astype("int64") % 97).astype("str").str.zfill(2)


def run(data: Path, out: Path, keys: Mapping[str, bytes]) -> None:
    """Write the analysis set to `out`."""
    study = asked()

    def table(party: str, name: str, columns: list[str]) -> pd.DataFrame:
        return pd.read_parquet(data / "parties" / party / f"{name}.parquet", columns=columns)

    def coded(values: pd.Series, domain: str) -> np.ndarray:
        return pseudonymise(values.to_numpy(np.int64), keys[domain], domain)

    told = table("hospitals", "DIAGNOSE", [*STAY, *TOLD])
    stroke = told.loc[begins(told["CODE_DIAGNOSE"], study.stroke), STAY].drop_duplicates()
    dates = [f"A2_{part}_HOSP_{way}" for way in ("IN", "OUT") for part in ("YEAR", "MONTH", "DAY")]
    coded_fields = [name for name in SHOWN if name.startswith("A2_")]
    units = table("hospitals", "STAYHOSP", [*STAY, "PATNUM", *dates, *coded_fields])
    units = units[units["CODE_AGR"].isin(study.hospitals) & units["A2_YEAR_HOSP_OUT"].between(2017, 2019)]
    born = table("hospitals", "PATHOSPI", [*PATIENT, "A1_YEAR_BIRTH"])
    units = units.merge(stroke, on=STAY).merge(born, on=PATIENT)
    units = units[units["A2_YEAR_HOSP_IN"] - units["A1_YEAR_BIRTH"] >= 18]
    patients = table("hospitals", "PATIENT", ["CODE_AGR", "PATNUM", "INSZ"]).dropna(subset="INSZ")
    patients = patients.merge(units[["CODE_AGR", "PATNUM"]].drop_duplicates())[["PATNUM", "INSZ"]].drop_duplicates()
    people = patients[["INSZ"]].drop_duplicates()
    numbers = people["INSZ"].astype("int64")
    people["RN"] = coded(numbers, "RN")
    people["Cproject"] = coded(people["RN"], "Cproject")
    people["C2"] = coded(pd.Series(coded(numbers, "C1")), "C2")
    known = patients.merge(people, on="INSZ")[["PATNUM", "RN", "Cproject", "C2"]].drop_duplicates()
    stays = units.merge(known, on="PATNUM")
    stays["nr"] = number(stays["CODE_AGR"])
    stays["begin"], stays["end"] = day(stays, "A2_{}_HOSP_IN"), day(stays, "A2_{}_HOSP_OUT")
    stays["LOS"] = (stays["end"] - stays["begin"]).dt.days.astype("Int64")
    stays["Jaar"] = stays["end"].dt.year.astype("Int64")
    stays = _chains(stays)
    key = units[[*STAY, "PATNUM"]]
    admitted = stays[["CODE_AGR", "STAYNUM", "begin"]].drop_duplicates()
    for part, name, field, order, code, new in (
        ("specialty", "STAYSPEC", "A3_{}_SPEC_IN", "ORDER_SPEC", "CODE_SPEC", "OpnameSpecialisme"),
        ("bedindex", "STAYINDX", "A4_{}_BEDINDEX_IN", "ORDER_BEDINDEX", "A4_CODE_BEDINDEX_FAC", "OpnameBedindex"),
    ):
        fields = [field.format(one) for one in ("YEAR", "MONTH", "DAY")]
        rows = table("hospitals", name, [*STAY, order, code, *fields]).merge(key, on=STAY).merge(known, on="PATNUM")
        rows = rows.merge(admitted, on=["CODE_AGR", "STAYNUM"], how="left")
        rows[new] = (day(rows, field) - rows["begin"]).dt.days.astype("Int64")
        rows["SS00075"] = number(rows["CODE_AGR"])
        rows[["Cproject", "SS00075", "STAYNUM", order, code, new]].to_parquet(out / f"{part}.parquet")
    rows = told.merge(key, on=STAY)
    rows = rows[begins(rows["CODE_DIAGNOSE"], study.diagnoses)].merge(known, on="PATNUM")
    rows["SS00075"] = number(rows["CODE_AGR"])
    rows[["Cproject", "SS00075", "STAYNUM", *TOLD]].to_parquet(out / "diagnosis.parquet")

    asked_for = stays[["C2", "begin", "end", "nr"]].drop_duplicates()
    health = table("ima", "HEALTH", ["SS00010", "SS00075", *LINE])
    health = health[begins(health["SS00020"], study.services) | health["SS00135"].isin(study.products)]
    hospital = health.merge(asked_for, left_on=["SS00010", "SS00075"], right_on=["C2", "nr"])
    farma = table("ima", "FARMA", ["SS00010", *(name for name in LINE if name != "SS00055")])
    pharmacy = farma[farma["SS00135"].isin(study.products)].merge(asked_for, left_on="SS00010", right_on="C2")
    lines = []
    for rows, after in ((hospital, 0), (pharmacy, 14)):
        on = pd.to_datetime(rows["SS00015"])
        within = on.between(rows["begin"], rows["end"] + pd.Timedelta(days=after))
        rows = rows[within].assign(SS00015=(on[within] - rows.loc[within, "begin"]).dt.days)
        lines.append(rows.astype({name: "Int64" for name in ("SS00050", "SS00055") if name in rows}))
    on = ["C2", "begin", "end", "nr"]
    billed = pd.concat(lines)[[*on, *LINE]].merge(stays[[*on, "Cproject", "STAYNUM"]], on=on)
    billed = billed.rename(columns={"nr": "SS00075"})
    billed[["Cproject", "SS00075", "STAYNUM", *LINE]].to_parquet(out / "billing.parquet")

    dead = table("ima", "POPULATION", ["PP0010", "PP0040"])
    deaths = asked_for.merge(dead, left_on="C2", right_on="PP0010")
    after = (pd.to_datetime(deaths["PP0040"]) - deaths["begin"]).dt.days
    for days in (30, 90):
        deaths[f"Overlijden{days}"] = after.between(0, days).astype("boolean")
    stays = stays.merge(deaths[[*on, "Overlijden30", "Overlijden90"]], on=on, how="left")
    stays = stays.rename(columns={"nr": "SS00075"})[["Cproject", "SS00075", "Overlijden30", "Overlijden90", *SHOWN]]
    _protect(stays, study.smallest).to_parquet(out / "stay.parquet")


def _chains(stays: pd.DataFrame) -> pd.DataFrame:
    """The stays elsewhere that ended when one began, and that began when it ended."""
    order = ["begin", "end", "STAYNUM", "CODE_AGR"]
    stays = stays.sort_values(["RN", *order])
    stays["place"] = stays.groupby("RN").cumcount()
    on = ["RN", *order]
    other = stays[["RN", "CODE_AGR", "place", "begin", "end", "nr", "STAYNUM"]].add_suffix("_o")
    for mine, its, hospital, stay, before in (
        ("begin", "end_o", "VorigZiekenhuis", "VorigVerblijf", True),
        ("end", "begin_o", "VolgendZiekenhuis", "VolgendVerblijf", False),
    ):
        pairs = stays.dropna(subset=mine).merge(other.dropna(subset=its), left_on=["RN", mine], right_on=["RN_o", its])
        nearer = pairs["place_o"] < pairs["place"] if before else pairs["place_o"] > pairs["place"]
        pairs = pairs[(pairs["CODE_AGR"] != pairs["CODE_AGR_o"]) & nearer].sort_values("place_o", ascending=not before)
        found = pairs.drop_duplicates(on)[[*on, "nr_o", "STAYNUM_o"]]
        stays = stays.merge(found.rename(columns={"nr_o": hospital, "STAYNUM_o": stay}), on=on, how="left")
    return stays


def _protect(rows: pd.DataFrame, least: int) -> pd.DataFrame:
    """Years widened until a class has enough persons."""
    group = ["SS00075", "A2_CODE_SEX"]
    year = rows["A1_YEAR_BIRTH"].astype("Int64")
    rows["width"] = pd.array([pd.NA] * len(rows), "Int64")
    rows["first"] = pd.array([pd.NA] * len(rows), "Int64")
    for width in (1, 5, 10, 20):
        rows["start"] = (year // width * width).where(rows["width"].isna())
        persons = rows.groupby([*group, "start"], dropna=False)["Cproject"].transform("nunique")
        settles = rows["start"].notna() & (persons >= least)
        rows.loc[settles, "width"] = width
        rows.loc[settles, "first"] = rows.loc[settles, "start"]
    left = rows[rows["width"].isna()].groupby(group, dropna=False)["Cproject"].nunique()
    few = left[left < least].reset_index()[group]
    sized = rows[rows["width"].notna()].groupby([*group, "width", "first"], dropna=False)["Cproject"].nunique()
    sized = sized.rename("size").reset_index().merge(few, on=group).sort_values(["size", "width", "first"])
    joins = sized.drop_duplicates(group)[[*group, "width", "first"]].assign(gone=True)
    rows = rows.merge(joins, on=[*group, "width", "first"], how="left")
    kept = rows["gone"].isna()
    rows["A1_YEAR_BIRTH"], rows["A1_CLASS_WIDTH"] = rows["first"].where(kept), rows["width"].where(kept)
    return rows.drop(columns=["width", "first", "start", "gone"])
