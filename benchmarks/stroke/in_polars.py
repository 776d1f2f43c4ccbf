"""In polars: large tables streamed lazily, what is left of them kept in memory, no steps in between."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from benchmarks.stroke.codes import Prefixes, asked
from benchmarks.stroke.names import LINE, PATIENT, SHOWN, STAY, TOLD
from workbench.crypto import pseudonymise


def begins(column: str, codes: Prefixes) -> pl.Expr:
    """Codes that begin as asked."""
    text = pl.col(column)
    tests = [
        text.str.slice(0, n).is_in([c for c in codes.single if len(c) == n]) for n in {len(c) for c in codes.single}
    ]
    for low, high in codes.ranges:
        tests.append(
            (text.str.len_chars() >= len(low)) & text.str.slice(0, len(low)).is_between(pl.lit(low), pl.lit(high))
        )
    return pl.any_horizontal(tests)


def day(field: str) -> pl.Expr:
    """A date, or nothing where the three numbers are none."""
    year, month, number = (pl.col(field.format(part)).cast(pl.String) for part in ("YEAR", "MONTH", "DAY"))
    return pl.concat_str(year, month.str.zfill(2), number.str.zfill(2), separator="-").str.to_date(
        "%Y-%m-%d", strict=False
    )


def number() -> pl.Expr:
    """The NIHDI number of a hospital."""
    six = pl.lit("710") + pl.col("CODE_AGR")
    return (six + (97 - six.cast(pl.Int64) % 97).cast(pl.String).str.zfill(2)).alias("nr")


def days(begin: str, end: str | pl.Expr) -> pl.Expr:
    """Whole days."""
    return ((pl.col(end) if isinstance(end, str) else end) - pl.col(begin)).dt.total_days()


def run(data: Path, out: Path, keys: Mapping[str, bytes]) -> None:
    """Write the analysis set to `out`."""
    study = asked()

    def table(party: str, name: str) -> pl.LazyFrame:
        return pl.scan_parquet(data / "parties" / party / f"{name}.parquet")

    def coded(values: pl.Series, domain: str) -> pl.Series:
        return pl.Series(domain, pseudonymise(values.to_numpy().astype("int64"), keys[domain], domain))

    stroke = table("hospitals", "DIAGNOSE").filter(begins("CODE_DIAGNOSE", study.stroke)).select(STAY)
    units = (
        table("hospitals", "STAYHOSP")
        .filter(pl.col("CODE_AGR").is_in(study.hospitals) & pl.col("A2_YEAR_HOSP_OUT").is_between(2017, 2019))
        .join(stroke, on=STAY, how="semi")
        .join(table("hospitals", "PATHOSPI").select(*PATIENT, "A1_YEAR_BIRTH"), on=PATIENT)
        .filter(pl.col("A2_YEAR_HOSP_IN") - pl.col("A1_YEAR_BIRTH") >= 18)
        .collect(engine="streaming")
    )
    patients = (
        table("hospitals", "PATIENT")
        .filter(pl.col("INSZ").is_not_null())
        .join(units.lazy().select("CODE_AGR", "PATNUM").unique(), on=["CODE_AGR", "PATNUM"])
        .select("PATNUM", "INSZ")
        .unique()
        .collect(engine="streaming")
    )
    people = patients.select("INSZ").unique()
    numbers = people["INSZ"].cast(pl.Int64)
    people = people.with_columns(RN=coded(numbers, "RN"))
    people = people.with_columns(Cproject=coded(people["RN"], "Cproject"), C2=coded(coded(numbers, "C1"), "C2"))
    known = patients.join(people, on="INSZ").select("PATNUM", "RN", "Cproject", "C2").unique()
    stays = _chains(
        units.join(known, on="PATNUM")
        .with_columns(number(), begin=day("A2_{}_HOSP_IN"), end=day("A2_{}_HOSP_OUT"))
        .with_columns(LOS=days("begin", "end"), Jaar=pl.col("end").dt.year())
    )
    key = units.lazy().select(*STAY, "PATNUM")
    admitted = stays.select("CODE_AGR", "STAYNUM", "begin").unique()
    for part, name, field, order, code, new in (
        ("specialty", "STAYSPEC", "A3_{}_SPEC_IN", "ORDER_SPEC", "CODE_SPEC", "OpnameSpecialisme"),
        ("bedindex", "STAYINDX", "A4_{}_BEDINDEX_IN", "ORDER_BEDINDEX", "A4_CODE_BEDINDEX_FAC", "OpnameBedindex"),
    ):
        rows = table("hospitals", name).join(key, on=STAY).collect(engine="streaming").join(known, on="PATNUM")
        rows = rows.join(admitted, on=["CODE_AGR", "STAYNUM"], how="left")
        rows = rows.with_columns(number(), days("begin", day(field)).alias(new))
        _write(rows.select("Cproject", "STAYNUM", order, code, new, SS00075="nr"), out / f"{part}.parquet")
    told = table("hospitals", "DIAGNOSE").join(key, on=STAY).collect(engine="streaming")
    told = told.filter(begins("CODE_DIAGNOSE", study.diagnoses)).join(known, on="PATNUM").with_columns(number())
    _write(told.select("Cproject", "STAYNUM", *TOLD, SS00075="nr"), out / "diagnosis.parquet")

    asked_for = stays.select("C2", "begin", "end", "nr").unique().lazy()
    product = pl.col("SS00135").is_in(study.products)
    hospital = (
        table("ima", "HEALTH")
        .filter(begins("SS00020", study.services) | product)
        .join(asked_for, left_on=["SS00010", "SS00075"], right_on=["C2", "nr"])
        .filter(pl.col("SS00015").is_between(pl.col("begin"), pl.col("end")))
        .select("begin", "end", *LINE, C2="SS00010", nr="SS00075")
        .collect(engine="streaming")
    )
    pharmacy = (
        table("ima", "FARMA")
        .filter(product)
        .join(asked_for, left_on="SS00010", right_on="C2")
        .filter(pl.col("SS00015").is_between(pl.col("begin"), pl.col("end") + pl.duration(days=14)))
        .with_columns(SS00055=pl.lit(None, pl.Int16))
        .select("begin", "end", *LINE, "nr", C2="SS00010")
        .collect(engine="streaming")
    )
    lines = pl.concat([hospital, pharmacy], how="diagonal").with_columns(SS00015=days("begin", "SS00015"))
    on = ["C2", "begin", "end", "nr"]
    lines = lines.join(stays.select(*on, "Cproject", "STAYNUM"), on=on)
    _write(lines.select("Cproject", "STAYNUM", *LINE, SS00075="nr"), out / "billing.parquet")

    dead = table("ima", "POPULATION").select("PP0010", "PP0040")
    deaths = asked_for.join(dead, left_on="C2", right_on="PP0010").collect(engine="streaming")
    deaths = deaths.with_columns(
        days("begin", "PP0040").is_between(0, n).fill_null(False).alias(f"Overlijden{n}") for n in (30, 90)
    )
    stays = stays.join(deaths.drop("PP0040"), on=on, how="left")
    stays = stays.select("Cproject", "Overlijden30", "Overlijden90", *SHOWN, SS00075="nr")
    _write(_protect(stays, study.smallest), out / "stay.parquet")


def _write(rows: pl.DataFrame, path: Path) -> None:
    rows.write_parquet(path, compression="zstd", compression_level=1)


def _chains(stays: pl.DataFrame) -> pl.DataFrame:
    """The stays elsewhere that ended when one began, and that began when it ended."""
    order = ["begin", "end", "STAYNUM", "CODE_AGR"]
    stays = stays.sort("RN", *order, nulls_last=True).with_columns(place=pl.int_range(pl.len()).over("RN"))
    on = ["RN", *order]
    other = stays.select("RN", "CODE_AGR", "place", "begin", "end", "nr", other="STAYNUM")
    for mine, its, hospital, stay, before in (
        ("begin", "end", "VorigZiekenhuis", "VorigVerblijf", True),
        ("end", "begin", "VolgendZiekenhuis", "VolgendVerblijf", False),
    ):
        pairs = stays.select(*on, "place").join(other, left_on=["RN", mine], right_on=["RN", its], suffix="_o")
        later = pl.col("place_o") < pl.col("place") if before else pl.col("place_o") > pl.col("place")
        pairs = pairs.filter((pl.col("CODE_AGR") != pl.col("CODE_AGR_o")) & later).sort("place_o", descending=before)
        found = pairs.group_by(on).agg(pl.col("nr").first().alias(hospital), pl.col("other").first().alias(stay))
        stays = stays.join(found, on=on, how="left")
    return stays


def _protect(stays: pl.DataFrame, least: int) -> pl.DataFrame:
    """Years widened until a class has enough persons."""
    group, year = ["SS00075", "A2_CODE_SEX"], pl.col("A1_YEAR_BIRTH")
    rows = stays.with_columns(width=pl.lit(None, pl.Int64), first=pl.lit(None, pl.Int64))
    for width in (1, 5, 10, 20):
        open_ = pl.col("width").is_null() & year.is_not_null()
        rows = rows.with_columns(start=pl.when(open_).then(year // width * width).cast(pl.Int64))
        enough = (
            rows.filter(pl.col("start").is_not_null()).group_by(*group, "start").agg(n=pl.col("Cproject").n_unique())
        )
        rows = rows.join(enough, on=[*group, "start"], how="left", nulls_equal=True)
        settles = pl.col("start").is_not_null() & (pl.col("n") >= least)
        rows = rows.with_columns(
            width=pl.when(settles).then(width).otherwise("width"),
            first=pl.when(settles).then("start").otherwise("first"),
        ).drop("n")
    few = (
        rows.filter(pl.col("width").is_null())
        .group_by(group)
        .agg(n=pl.col("Cproject").n_unique())
        .filter(pl.col("n") < least)
    )
    sized = (
        rows.filter(pl.col("width").is_not_null())
        .group_by(*group, "width", "first")
        .agg(size=pl.col("Cproject").n_unique())
    )
    joins = (
        sized.join(few, on=group, how="semi", nulls_equal=True)
        .sort("size", "width", "first")
        .unique(group, keep="first")
    )
    rows = rows.join(
        joins.select(*group, "width", "first", gone=pl.lit(True)),
        on=[*group, "width", "first"],
        how="left",
        nulls_equal=True,
    )
    kept = pl.col("gone").is_null()
    return rows.with_columns(
        A1_YEAR_BIRTH=pl.when(kept).then("first"), A1_CLASS_WIDTH=pl.when(kept).then("width")
    ).drop("width", "first", "start", "gone")
