"""Which tables the generator can make, where each lies, and what has to be made for a set of references.

A wide table has fields that most studies never ask for (`DETAILS`): it is made with its core fields and those
that are named, or with all of them when asked as `ima.HEALTH.*`. What is made never depends on what else is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workbench.errors import WorkbenchError

_BY_PARTY = {
    "hospitals": (
        "hospital.PATIENT", "mzg.PATHOSPI", "mzg.STAYHOSP", "mzg.STAYSPEC", "mzg.STAYINDX", "mzg.DIAGNOSE",
        "mzg.HOSPCAMP", "mzg.CAMPUNIT", "mzg.STAYUNIT", "mzg.PROCEDUR", "mzg.TESTRESU", "mzg.URGADMIN",
        "mzg.ITEMDIVG", "hospital.THEATRE", "selfreg.STROKE_2020", "selfreg.STROKE_2022",
    ),
    "ima": ("ima.HEALTH", "ima.FARMA", "ima.POPULATION", "ima.HOSP"),
    "fps-health": ("mzg.STAYXTRA", "mzg.PATNEW", "finhosta.T13"),
    "bcr": ("bcr.TUMOUR", "bcr.INSURED", "bcr.CLINIC"),
    "technical-cell": ("tc.DOCUMENT_P", "tc.SHA_PREST", "tc.ADH_PREST"),
    "gp-practices": ("intego.IDENTIFIER", "intego.REGISTRY"),
}  # fmt: skip
_KEY_OF_ALL = ("persons", "stays", "episodes", "hospital_effects")
# Tables of the answer key that are only made beside a table of a party.
IMPERFECTIONS = "imperfections"  # where faults were planted, when they were
_PRACTICES = ("IDENTIFIER", "REGISTRY")
_KEY_BESIDE = {
    "tumours": ("TUMOUR",), "tumour_care": ("TUMOUR",),
    "practices": _PRACTICES, "practice_problems": _PRACTICES, "practice_care": _PRACTICES,
}  # fmt: skip

DETAILS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "HEALTH": (
            "ATC_PROD_L", "PROCEDURE_AH_CAT", "PROCEDURE_CAT", "PROCEDURE_DETAIL", "PROCEDURE_GROUP", "SS00080",
            "SS00085", "SS00120", "SS00130", "SS00140", "SS00145", "SS00150", "SS00155", "SS00160", "SS00165",
            "SS00170", "SS00025A", "SS00025B", "SS00065A", "SS00065B", "SS00070A", "SS00105A", "SS00105B",
            "delivery",
        ),
        "FARMA": (
            "ATC_PROD_L", "PROCEDURE_AH_CAT", "PROCEDURE_CAT", "PROCEDURE_DETAIL", "PROCEDURE_GROUP", "SS00080",
            "SS00085", "SS00110", "SS00130", "SS00140", "SS00145", "SS00155", "SS00160", "SS00165", "SS00170",
            "SS00175", "SS00180", "SS00185", "SS00195", "SS00200", "SS00205", "SS00210", "SS00215", "SS00220",
            "SS00225", "SS00230", "SS00025A", "SS00025B", "SS00065A", "SS00065B", "SS00070A", "delivery",
        ),
        "POPULATION": ("PP0005", "PP1008", "PP0055_AGG", "PP1010", "PP0030"),
    }
)  # fmt: skip

REFS = {ref.rpartition(".")[2]: ref for refs in _BY_PARTY.values() for ref in refs}
PLACES = {
    **{
        ref.rpartition(".")[2]: f"parties/{party}/{ref.rpartition('.')[2]}.parquet"
        for party, refs in _BY_PARTY.items()
        for ref in refs
    },
    **{name: f"answer_key/{name}.parquet" for name in (*_KEY_OF_ALL, *_KEY_BESIDE, IMPERFECTIONS)},
}
# What is made when nothing is asked for: the sources of hospital stays and of the sickness funds.
DEFAULT_TABLES = frozenset(
    REFS[name]
    for name in (
        "PATIENT", "PATHOSPI", "STAYHOSP", "STAYSPEC", "STAYINDX", "DIAGNOSE", "HEALTH", "FARMA", "POPULATION",
    )
)  # fmt: skip
ALL_TABLES = frozenset(f"{ref}.*" if name in DETAILS else ref for name, ref in REFS.items())


@dataclass(frozen=True)
class Asked:
    """What is to be made: tables by name, in the order of writing, and the further fields of the wide ones."""

    tables: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]


def tables_for(refs: Iterable[str]) -> frozenset[str]:
    """What to give to `generate` as `tables` so that these tables and fields are there.

    A reference is a table (`mzg.STAYHOSP`) or a field of one (`ima.HEALTH.SS00155`); references to sources the
    generator does not make raise `WorkbenchError`.
    """
    found = set()
    for ref in refs:
        source, table, *field = ref.split(".")
        if REFS.get(table) != f"{source}.{table}":
            raise WorkbenchError(f"the generator makes no table {source}.{table}; it makes {', '.join(REFS.values())}")
        wide = field and (field[0] == "*" or field[0] in DETAILS.get(table, ()))
        found.add(ref if wide and table in DETAILS else f"{source}.{table}")
    return frozenset(found)


def read_asked(tables: Collection[str] | None) -> Asked:
    """The tables and fields to make; None asks for the default. Raises `WorkbenchError` for an unknown one."""
    refs = tables_for(DEFAULT_TABLES if tables is None else tables)
    names = {ref.split(".")[1] for ref in refs}
    columns = {}
    for table, details in DETAILS.items():
        named = {ref.split(".")[2] for ref in refs if ref.split(".")[1] == table and ref.count(".") == 2}
        if table in names:
            columns[table] = tuple(name for name in details if name in named or "*" in named)
    beside = [name for name, parents in _KEY_BESIDE.items() if names & set(parents)]
    return Asked((*(name for name in REFS if name in names), *_KEY_OF_ALL, *beside), columns)
