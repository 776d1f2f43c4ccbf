"""Charlson comorbidity score of a stay, from the printed table of deliberation 20/284 (metadata list c).

Codes in brackets are left out: the document gives no legend for them. The condition under study (group 4) is
left out as well, for every stroke has it. A milder group does not count beside the graver one it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir
import pyarrow as pa

from workbench.catalog.model import Catalog, CodeList
from workbench.dataflow.codes import prefixes, within
from workbench.simulate.backends import Session

STUDIED_GROUP = 4
READS = tuple(f"diagnosis.{name}" for name in ("TYPE_DIAGNOSE", "CODE_DIAGNOSE", "M1_PRESENT_ADM", "M1_CODE_CERT"))


def groups_of(code: str, table: CodeList) -> tuple[int, ...]:
    """Charlson groups that a diagnosis code (undotted) belongs to, bracketed patterns apart."""
    found = {
        int(entry.attributes["group"])
        for entry, bounds in zip(
            table.entries,
            (prefixes(table.model_copy(update={"entries": (e,)})) for e in table.entries),
            strict=True,
        )
        if not entry.attributes.get("optional") and within(code, bounds)
    }
    return tuple(sorted(found - {STUDIED_GROUP}))


def score_of(groups: frozenset[int], table: CodeList) -> int:
    """Score of a set of groups under the hierarchy of the group table."""
    entries = {int(str(entry.code)): entry.attributes for entry in table.entries}
    counted = {g for g in groups if entries[g].get("requires_group") is None or entries[g]["requires_group"] in groups}
    return sum(int(entries[g]["score"]) for g in counted if entries[g].get("superseded_by") not in counted)


def charlson_scores(diagnosis: ir.Table, catalog: Catalog, session: Session, key: Sequence[str]) -> ir.Table:
    """The key and `charlson` (points) for every stay with at least one counted group; others score 0.

    Only validated secondary diagnoses present on admission count: what arose in hospital is no case mix.
    """
    codes, groups = catalog.codes["charlson"], catalog.codes["charlson_groups"]
    counted = diagnosis.filter(
        diagnosis["TYPE_DIAGNOSE"].isin(_codes(catalog, "mzg_type_diagnose", "main", False)),
        diagnosis["M1_PRESENT_ADM"].isin(_codes(catalog, "mzg_present_adm", "present", True)),
        diagnosis["M1_CODE_CERT"].isin(_codes(catalog, "mzg_code_cert", "validated", True)),
    )
    # The distinct codes of a study are a short list, so which groups a code is in is worked out once per code.
    seen = session.arrow(counted.select("CODE_DIAGNOSE").distinct())["CODE_DIAGNOSE"].to_pylist()
    pairs = [(code, 1 << group) for code in seen for group in groups_of(code, codes)]
    bits = session.register(
        pa.table(
            {
                "CODE_DIAGNOSE": pa.array([p[0] for p in pairs], pa.string()),
                "bit": pa.array([p[1] for p in pairs], pa.int64()),
            }
        )
    )
    per_group = counted.join(bits, "CODE_DIAGNOSE").select(*key, "bit").distinct()
    masks = per_group.group_by(list(key)).aggregate(mask=per_group["bit"].sum().cast("int64"))
    distinct = session.arrow(masks.select("mask").distinct())["mask"].to_pylist()
    numbers = [int(str(entry.code)) for entry in groups.entries]
    scores = [score_of(frozenset(g for g in numbers if mask >> g & 1), groups) for mask in distinct]
    points = session.register(
        pa.table({"mask": pa.array(distinct, pa.int64()), "charlson": pa.array(scores, pa.int64())})
    )
    scored = masks.join(points, "mask")
    return scored.select(*key, "charlson")


def _codes(catalog: Catalog, codes: str, attribute: str, value: bool) -> list[str]:
    return [
        entry.code for entry in catalog.codes[codes].entries if entry.code and entry.attributes.get(attribute) is value
    ]


__all__ = ["charlson_scores", "groups_of", "score_of"]
