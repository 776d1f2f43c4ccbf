"""What a random billing line or delivery is: guide tables of codes, products and amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from workbench.synth.guides import shares
from workbench.synth.medicines import products_by_class
from workbench.synth.parameters import Parameters
from workbench.synth.scenario import Scenario
from workbench.synth.words import enumerate_type

CELLS = 16_384


class Line(NamedTuple):
    """One outcome. `care_*` is what stands instead in a stay whose care is planned; `requested` what a study
    reads."""

    code: str | None
    care_code: str | None
    product: str | None
    care_product: str | None
    cents: int
    requested: bool


def register_lines(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Tables `hospital_lines`, `ambulatory_lines`, `pharmacy_lines`, and the types of the codes in them.

    Codes are enumerated types: one byte in a row instead of a string, and text again in the files.
    """
    p = scenario.parameters
    services = {str(entry["code"]) for where in ("hospital", "ambulatory") for entry in p[f"billing.{where}"]}
    services |= {code for group in p["billing.stroke_codes"].values() for code in group}
    services |= {str(p["billing.medicine_code"]), *(str(entry["code"]) for entry in p["breast.services"].values())}
    services |= {code for code, _ in p["billing.forfaits"].values()}
    enumerate_type(con, "service", services)
    enumerate_type(con, "product", (product["code"] for product in p.products))
    enumerate_type(con, "riziv", (number for h in scenario.hospitals for number in (h.riziv, h.wrong_riziv)))
    for where in ("hospital", "ambulatory", "pharmacy"):
        con.register("drawn_lines", _guide(p, where))
        con.execute(
            f"""CREATE TABLE {where}_lines AS
            SELECT g, code::service AS code, care_code::service AS care_code, product::product AS product,
                care_product::product AS care_product, (cents / 100)::DECIMAL(10,2) AS euro,
                requested FROM drawn_lines"""
        )
    con.unregister("drawn_lines")


def _guide(p: Parameters, where: str) -> pa.Table:
    in_hospital = p.number("billing.lines.medicines_share")
    medicines = {"hospital": in_hospital, "ambulatory": 0.0, "pharmacy": 1.0}[where]
    outcomes, weights = [], []
    services: list[Mapping[str, object]] = [] if where == "pharmacy" else p[f"billing.{where}"]
    plain = [str(entry["code"]) for entry in services if not entry.get("watched")]
    total = sum(float(str(entry["weight"])) for entry in services)
    for entry in services:
        code, watched = str(entry["code"]), bool(entry.get("watched"))
        cents = round(100 * float(str(entry["euro"])))
        outcomes.append(Line(code, plain[0] if watched else code, None, None, cents, watched))
        weights.append((1 - medicines) * float(str(entry["weight"])) / total)
    classes = products_by_class(p)
    chance = {} if where == "ambulatory" else p[f"billing.class_weights.{where}"]
    code = str(p["billing.medicine_code"])
    for name, weight in chance.items():
        for place, product in enumerate(classes[name]):
            other = product if name == "other" else classes["other"][place % len(classes["other"])]
            outcomes.append(Line(code, code, product, other, 250 + 170 * place, name != "other"))
            weights.append(medicines * weight / sum(chance.values()) / len(classes[name]))
    drawn = [outcomes[cell] for cell in shares(weights, CELLS)]
    types = (pa.string(), pa.string(), pa.string(), pa.string(), pa.int32(), pa.bool_())
    columns = {
        name: pa.array([line[place] for line in drawn], type_)
        for place, (name, type_) in enumerate(zip(Line._fields, types, strict=True))
    }
    return pa.table({"g": np.arange(CELLS, dtype=np.int32), **columns})
