"""A catalogue of one table, two code lists and one derived variable, in order; tests spoil or extend copies of it."""

from __future__ import annotations

from pathlib import Path

LABEL = "label: {nl: een, fr: un, en: one}"
SMALL = {
    "documents.yaml": """\
documents:
  - {id: guide, title: A guide}
  - {id: own, title: Our own choices}
""",
    "parties.yaml": """\
parties:
  - id: hospitals
    label: {nl: ziekenhuizen, fr: hôpitaux, en: hospitals}
    organisation: hospitals
    kind: source
    cite: {document: guide, line: 1}
""",
    "units.yaml": """\
units:
  - {id: day, ucum: d, label: {nl: dag, fr: jour, en: day}}
""",
    "derived.yaml": """\
derived:
  - name: LOS
    label: {nl: verblijfsduur, fr: durée de séjour, en: length of stay}
    type: integer
    unit: day
    role: payload
    explanation: Days from admission to discharge.
    cite: {document: guide, line: 2}
""",
    "tables/lab/STAY.yaml": """\
table: STAY
source: lab
label: {nl: verblijven, fr: séjours, en: stays}
grain: one row per stay
keys: [STAYNUM]
provider: hospitals
cite: {document: guide, line: 3}
fields:
  - name: STAYNUM
    label: {nl: verblijfsnummer, fr: numéro de séjour, en: stay number}
    type: string
    role: linkage
    cite: {document: guide, line: 4}
  - name: AGE
    label: {nl: leeftijdsklasse, fr: "classe d'âge", en: age class}
    type: string
    codes: age
    role: quasi_identifier
    cite: {document: guide, line: 5}
  - name: WAIT
    label: {nl: wachttijd, fr: "temps d'attente", en: waiting time}
    type: integer
    unit: day
    role: payload
    aliases: [WIAT]
    available: {from: 2012, gaps: [2015]}
    cite: {document: guide, line: 6}
""",
    "codes/age.yaml": """\
id: age
label: {nl: leeftijdsklasse, fr: "classe d'âge", en: age class}
system: own
kind: values
cite: {document: own, note: Classes of our own.}
entries:
  - {code: young, label: {nl: jong, fr: jeune, en: young}, attributes: {from: 0, to: 17}}
  - {code: adult, label: {nl: volwassen, fr: adulte, en: adult}, attributes: {from: 18, to: 64}}
  - {code: old, label: {nl: oud, fr: âgé, en: old}, attributes: {from: 65, to: null}}
""",
    "codes/stroke.yaml": """\
id: stroke
label: {nl: beroerte, fr: AVC, en: stroke}
system: icd10be
kind: selection
cite: {document: guide, line: 7}
entries:
  - {code: "I63.-", label: {nl: herseninfarct, fr: infarctus cérébral, en: cerebral infarction}, attributes: {group: 1}}
  - {code: "I63.-", label: {nl: herseninfarct, fr: infarctus cérébral, en: cerebral infarction}, attributes: {group: 2}}
""",
    "synonyms.yaml": """\
ignored: {nl: [de], fr: [le], en: [the]}
synonyms:
  - {nl: [ligduur], fr: [hospitalisation], en: [stay], terms: [verblijfsduur]}
  - {nl: [kind], fr: [enfant], en: [child], terms: [lab.STAY.AGE]}
""",
}  # fmt: skip


def write(root: Path, files: dict[str, str] = SMALL) -> Path:
    """The files below `root`, which is a folder called catalog."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
