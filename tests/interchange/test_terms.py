"""The terms of every study: valid RDF, each fact of the study in them, and what has no term is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF

from workbench.catalog import load_catalog
from workbench.main.study_terms import export_terms
from workbench.study import load_study

DPV, GDPR = Namespace("https://w3id.org/dpv#"), Namespace("https://w3id.org/dpv/legal/eu/gdpr#")
DUO = "http://purl.obolibrary.org/obo/DUO_"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own
@pytest.mark.parametrize("name", ["stroke-care", "intego", "breast-clinics"])
def test_every_fact_of_the_study_has_its_term_or_is_told(name: str, repo_root: Path, tmp_path: Path) -> None:
    root = repo_root / "catalog"
    study = load_study(name, load_catalog(root), root).study
    untold = export_terms(name, root, tmp_path / "terms.jsonld")
    graph = Graph().parse(data=(tmp_path / "terms.jsonld").read_text(encoding="utf-8"), format="json-ld")
    node = URIRef(f"https://study-workbench.example/study/{name}")
    assert (node, RDF.type, DPV.Process) in graph
    bases = list(graph.objects(node, DPV.hasLegalBasis))
    assert len(bases) == len(study.legal_basis)
    kept = graph.objects(node, DPV.hasStorageCondition)
    durations = sorted(str(one) for part in kept for one in graph.objects(part, DPV.hasDuration))
    assert durations == sorted(f"P{one.years}Y" for one in study.retention)
    conditions = {str(one).removeprefix(DUO) for one in graph.objects(node, DCTERMS.accessRights)}
    assert conditions == {"0000006", "0000027"} | ({"0000025"} if study.retention else set()) | (
        {"0000028"} if study.recipients else set()
    )
    termed = [one for one in bases if any(str(kind).startswith(str(GDPR)) for kind in graph.objects(one, RDF.type))]
    told = [one for one in study.legal_basis if one.text.en in untold]
    assert len(termed) + len(told) == len(bases)


def test_the_stroke_study_is_research_by_article_9_and_its_decree_has_no_term(repo_root: Path, tmp_path: Path) -> None:
    untold = export_terms("stroke-care", repo_root / "catalog", tmp_path / "terms.jsonld")
    document = json.loads((tmp_path / "terms.jsonld").read_text(encoding="utf-8"))
    assert document["dpv:hasLegalBasis"][0]["@type"] == ["eu-gdpr:A9-2-j"]
    assert document["dpv:hasPurpose"]["@type"] == ["dpv:ScientificResearch"]
    assert any("Flemish decree" in text for text in untold)
