"""A catalogue of two tables, made for the tests: small enough to know by heart, with one of everything."""

from __future__ import annotations

from pathlib import Path

TABLE = """\
# A comment that must survive every edit.
table: TINY
source: mzg
label: {nl: "klein", fr: "petit", en: "small"}
grain: one row per key
keys: [CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, KEY]
provider: holder
cite: {document: own, note: "made for the tests"}
fields:
  - name: CODE_AGR
    label: {nl: "ziekenhuis", fr: "hôpital", en: "hospital"}
    type: string
    length: "3"
    mandatory: true
    role: linkage
    cite: {document: own, line: 1}
  - name: YEAR_REGISTR
    label: {nl: "jaar", fr: "année", en: "year"}
    type: integer
    length: "4"
    mandatory: true
    role: linkage
    cite: {document: own, line: 2}
  - name: PERIOD_REGISTR
    label: {nl: "periode", fr: "période", en: "period"}
    type: integer
    length: "1-2"
    mandatory: true
    role: linkage
    cite: {document: own, line: 3}
  - name: KEY   # the number of the record
    label: {nl: "nummer", fr: "numéro", en: "number"}
    type: integer
    length: "1-5"
    mandatory: true
    role: pseudonym
    cite: {document: own, line: 4}
  - name: DAY
    label: {nl: "dag", fr: "jour", en: "day"}
    type: date
    length: "0 of 8"
    role: quasi_identifier
    available: {from: 2012, gaps: [2015, 2017]}
    cite: {document: own, line: 5}
  - name: AMOUNT
    label: {nl: "bedrag", fr: "montant", en: "amount"}
    type: decimal
    length: "4-8"
    unit: euro
    role: payload
    cite: {document: own, line: 6}
  - name: CODE
    label: {nl: "code", fr: "code", en: "code"}
    type: string
    length: "1"
    mandatory: true
    codes: closed
    role: payload
    sensitive: true
    aliases: [KODE, "CO DE; broken"]
    cite: {document: own, line: 7}
  - name: OPEN
    label: {nl: "open", fr: "ouvert", en: "open"}
    type: string
    length: "1"
    codes: working
    role: payload
    cite: {document: own, line: 8}
  - name: LONG
    label: {nl: "lang", fr: "long", en: "long"}
    type: string
    length: "1 of 7"
    role: payload
    note: "Either a mark or a code."
    cite: {document: own, line: 9}
  - name: YEARLY
    label: {nl: "jaarlijks", fr: "annuel", en: "yearly"}
    type: string
    length: "3-6 t.e.m. MZG2014 3-7 vanaf MZG2015"
    role: payload
    cite: {document: own, line: 10}
"""
OTHER = """\
table: OTHER
source: test
label: {nl: "ander", fr: "autre", en: "other"}
grain: "one row: always"
keys: [ID]
provider: holder
cite: {document: own}
fields:
  - {name: ID, label: {nl: i, fr: i, en: i}, type: bigint, role: direct_identifier, cite: {document: own}}
  - {name: NR, label: {nl: n, fr: n, en: n}, type: integer, role: linkage, cite: {document: own, key: K1}}
"""
CLOSED = """\
id: closed
label: {nl: "gesloten", fr: "fermé", en: "closed"}
system: own
kind: values
cite: {document: own}
entries:
  - {code: "1", label: {nl: "een", fr: "un", en: "one"}}
  - {code: "A", label: {nl: "a", fr: "a", en: "a"}, attributes: {group: "x", score: 2, since: 2012-01-01}}
  - {code: "é", label: {nl: "é", fr: "é", en: "é"}}
"""
WORKING = """\
id: working
label: {nl: "werk", fr: "travail", en: "working"}
system: own
kind: values
cite: {document: own}
entries:
  - {code: "1", label: {nl: "een", fr: "un", en: "one"}, working_code: true}
"""
CHOSEN = """\
id: chosen
label: {nl: "keuze", fr: "choix", en: "choice"}
system: icd10be
kind: selection
cite: {document: own}
entries:
  - {code: "I63.-", label: {nl: "a", fr: "a", en: "a"}, attributes: {group: 1}}
  - {from: "J13.-", to: "J17.-", label: {nl: "b", fr: "b", en: "b"}}
  - {code: "I63.-", label: {nl: "a", fr: "a", en: "a"}, attributes: {group: 2}}
"""
DERIVED = """\
# What a study computes.
derived:
  - name: LOS
    label: {nl: verblijfsduur, fr: durée, en: length of stay}
    type: integer
    unit: day
    role: payload
    explanation: Days between admission and discharge.
    cite: {document: own}
"""
PARTIES = """\
parties:
  - id: holder
    label: {nl: "houder", fr: "détenteur", en: "holder"}
    organisation: Holder
    kind: source
    cite: {document: own}
"""
DOCUMENTS = """\
documents:
  - id: own
    title: Choice of the workbench
"""
MZG = """\
versions: ["3.0"]
kind: Z
named: {hospital: CODE_AGR, year: YEAR_REGISTR, period: PERIOD_REGISTR}
cite: {document: own}
files:
  - {code: A9, table: TINY, cite: {document: own}}
"""
FILES = {
    "tables/mzg/TINY.yaml": TABLE,
    "tables/test/OTHER.yaml": OTHER,
    "codes/closed.yaml": CLOSED,
    "codes/working.yaml": WORKING,
    "codes/chosen.yaml": CHOSEN,
    "derived.yaml": DERIVED,
    "parties.yaml": PARTIES,
    "documents.yaml": DOCUMENTS,
    "interchange/mzg.yaml": MZG,
    "interchange/delivery.yaml": "checks: []\nyear_fields: [YEAR_REGISTR]\ncite: {document: own}\n",
}


def write_small(folder: Path) -> Path:
    """The small catalogue in `folder/catalog`."""
    root = folder / "catalog"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root
