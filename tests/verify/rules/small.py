"""A small sound study, as data, that breaks no rule; tests change one thing of it and look at what is found.

Hospitals select stays of 2018, eHealth codes the persons, the Crossroads Bank codes them again, the KCE analyses and
mends small cells, researchers read.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from workbench.catalog.model import Catalog
from workbench.catalog.source import SourceFile
from workbench.catalog.study_rule import StudyRule
from workbench.dataflow.graph import Flow, read_flow
from workbench.study.check import check_study
from workbench.study.load import StudyFile
from workbench.study.model import Study
from workbench.verify.check import Judged, check_flow

Data = dict[str, Any]
LABEL = {"nl": "x", "fr": "x", "en": "x"}
CITE = {"document": "own"}
STUDY = """
id: small
title: {nl: klein, fr: petit, en: small}
document: own
applicant: {organisation: VIKZ}
purpose: {nl: tonen, fr: montrer, en: show}
legal_basis: []
period: {from: 2018, to: 2018, cite: {document: own}}
population:
  label: {nl: verblijven, fr: séjours, en: stays}
  unit: mzg.STAYHOSP
  criteria:
    - {id: year, field: mzg.STAYHOSP.A2_YEAR_HOSP_OUT, between: [2018, 2018], cite: {document: own}}
parties: [hospitals, ehealth, ksz, ima-project-dwh, kce, vikz-researchers, committee]
domains:
  - {id: RN, of: INSZ, issuer: ehealth, scope: study, cite: {document: own}}
  - {id: Cproject, of: RN, issuer: ksz, scope: study, cite: {document: own}}
flow:
  - {id: list, kind: select, actor: hospitals, population: true, output: persons,
     parts: {rows: {from: [mzg.STAYHOSP, hospital.PATIENT], columns: {INSZ: hospital.PATIENT.INSZ}, filled: [INSZ],
       distinct: true}}}
  - {id: send-list, kind: send, actor: hospitals, dataset: persons, to: [ehealth], encrypted: true}
  - {id: code, kind: pseudonymise, actor: ehealth, input: persons, domain: RN, output: insz_rn, keep: [INSZ, RN]}
  - {id: send-codes, kind: send, actor: ehealth, dataset: insz_rn, to: [hospitals], encrypted: true}
  - {id: end-ehealth, kind: destroy, actor: ehealth, datasets: [persons, insz_rn], keys: [RN]}
  - {id: stays, kind: select, actor: hospitals, population: true, output: raw,
     parts: {stay: {from: [mzg.STAYHOSP, mzg.PATHOSPI, hospital.PATIENT], filled: [INSZ], columns: {
       INSZ: hospital.PATIENT.INSZ, A2_CODE_SEX: mzg.STAYHOSP.A2_CODE_SEX, A1_YEAR_BIRTH: mzg.PATHOSPI.A1_YEAR_BIRTH,
       A2_CODE_ADM: mzg.STAYHOSP.A2_CODE_ADM}}}}
  - {id: recode, kind: rekey, actor: hospitals, input: raw, concordance: insz_rn, from: INSZ, to_identifier: RN,
     output: coded}
  - {id: send-stays, kind: send, actor: hospitals, dataset: coded, to: [ksz], encrypted: true}
  - {id: end-hospitals, kind: destroy, actor: hospitals, datasets: [persons, insz_rn, raw, coded]}
  - {id: code-again, kind: pseudonymise, actor: ksz, input: coded.stay, domain: Cproject, output: final.stay,
     keep: [Cproject, A2_CODE_SEX, A1_YEAR_BIRTH, A2_CODE_ADM]}
  - {id: place, kind: send, actor: ksz, dataset: final, to: [ima-project-dwh], encrypted: true}
  - {id: end-ksz, kind: destroy, actor: ksz, datasets: [coded, final], keys: [Cproject]}
  - {id: open-kce, kind: grant_access, actor: ima-project-dwh, dataset: final, to: [kce]}
  - {id: assess, kind: assess_small_cells, actor: kce, input: final.stay, person: Cproject, output: report,
     quasi_identifiers: [A2_CODE_SEX, A1_YEAR_BIRTH], policy: small-cells}
  - {id: mend, kind: protect, actor: kce, input: final, part: stay, output: safe, person: Cproject,
     within: [A2_CODE_SEX], coarsen: A1_YEAR_BIRTH, width_as: A1_CLASS_WIDTH, widths: [1, 5, 10], policy: small-cells}
  - {id: tell, kind: send, actor: kce, dataset: report, to: [committee]}
  - {id: give-back, kind: send, actor: kce, dataset: safe, to: [ima-project-dwh], encrypted: true}
  - {id: end-kce, kind: destroy, actor: kce, datasets: [final, safe]}
  - {id: end-dwh, kind: destroy, actor: ima-project-dwh, datasets: [final]}
  - {id: open, kind: grant_access, actor: ima-project-dwh, dataset: safe, to: [vikz-researchers]}
scra: {executor: kce, policy: small-cells, report_to: committee, cite: {document: own}}
retention: [{dataset: safe, years: 4, from: the delivery, cite: {document: own}}]
recipients:
  - {party: vikz-researchers, receives: safe, cite: {document: own}}
  - {party: committee, receives: report, cite: {document: own}}
conditions:
  - {id: analysed, text: {nl: x, fr: x, en: x}, satisfied_by: [{step: assess}, {setting: scra.report_to}],
     cite: {document: own}}
rights: {information: given, cite: {document: own}}
variables:
  - {ref: hospital.PATIENT.INSZ, transformation: recode_pseudonym, used_by: [selection, linkage]}
  - {ref: mzg.STAYHOSP.A2_YEAR_HOSP_OUT, transformation: to_date, used_by: [selection]}
  - {ref: mzg.STAYHOSP.A2_CODE_SEX, transformation: none, used_by: [analysis, scra]}
  - {ref: mzg.PATHOSPI.A1_YEAR_BIRTH, transformation: none, used_by: [analysis, scra]}
  - {ref: mzg.STAYHOSP.A2_CODE_ADM, transformation: none, used_by: [analysis]}
"""


def small() -> Data:
    """The small study as data."""
    data: Data = yaml.safe_load(textwrap.dedent(STUDY))
    for step in data["flow"]:
        step.update(label=LABEL, cite=CITE)
    for use in data["variables"]:
        use.update(motivation=LABEL, cite=CITE)
    return data


class Sketch:
    """The small study while a test changes it."""

    def __init__(self) -> None:
        self.data = small()

    def step(self, id_: str) -> Data:
        """A step of the flow."""
        found: Data = next(one for one in self.data["flow"] if one["id"] == id_)
        return found

    def without(self, *ids: str) -> Sketch:
        """Leave steps out."""
        self.data["flow"] = [one for one in self.data["flow"] if one["id"] not in ids]
        return self

    def add(self, before: str | None = None, **words: Any) -> Sketch:
        """Add a step, at the end or before another; a `from_` is written `from`."""
        step = {"label": LABEL, "cite": CITE, **{key.rstrip("_"): value for key, value in words.items()}}
        place = len(self.data["flow"])
        if before:
            place = next(number for number, one in enumerate(self.data["flow"]) if one["id"] == before)
        self.data["flow"].insert(place, step)
        return self

    def move(self, id_: str, before: str) -> Sketch:
        """Put a step before another."""
        step = self.step(id_)
        self.data["flow"].remove(step)
        self.data["flow"].insert(self.data["flow"].index(self.step(before)), step)
        return self

    def ask(self, ref: str, *used_by: str, transformation: str = "none") -> Sketch:
        """Ask for a variable."""
        use = {
            "ref": ref,
            "transformation": transformation,
            "used_by": list(used_by),
            "motivation": LABEL,
            "cite": CITE,
        }
        self.data["variables"].append(use)
        return self

    def column(self, step: str, part: str, name: str, ref: str) -> Sketch:
        """Take one field more."""
        self.step(step)["parts"][part]["columns"][name] = ref
        return self


def compiled(data: Data, catalog: Catalog) -> Flow:
    """The flow of a study that must compile."""
    source = SourceFile("small.yaml", data)
    file = StudyFile(Study.model_validate(data), source, Path("small.yaml"))
    flow, problems = read_flow(file, catalog)
    wrong = [str(one) for one in [*check_study(file.study, source, catalog), *problems]]
    assert wrong == [], wrong
    return flow


def found(data: Data, catalog: Catalog, rules: Mapping[str, StudyRule]) -> tuple[Judged, ...]:
    """What all rules find in a study that must compile."""
    return check_flow(compiled(data, catalog), rules)
