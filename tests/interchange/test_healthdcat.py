"""HealthDCAT-AP: the export meets the shapes, and the shapes see every mandatory property that is gone."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import CSVW, DCAT, DCTERMS, FOAF, RDFS, SH, SKOS

from workbench.catalog import Catalog
from workbench.errors import Problems
from workbench.interchange import export_catalog
from workbench.interchange.healthdcat import catalog_graph
from workbench.interchange.healthdcat_facts import read_healthdcat

HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
CV = Namespace("http://data.europa.eu/m8g/")

# (class of the subject, property): what release 8 asks of every record that is not public.
MANDATORY = [
    (DCAT.Dataset, DCTERMS.title),
    (DCAT.Dataset, DCTERMS.description),
    (DCAT.Dataset, DCTERMS.identifier),
    (DCAT.Dataset, DCTERMS.accessRights),
    (DCAT.Dataset, DCTERMS.provenance),
    (DCAT.Dataset, DCTERMS.publisher),
    (DCAT.Dataset, DCTERMS.type),
    (DCAT.Dataset, DCAT.contactPoint),
    (DCAT.Dataset, DCAT.distribution),
    (DCAT.Dataset, DCAT.keyword),
    (DCAT.Dataset, DCAT.theme),
    (DCAT.Dataset, DCATAP.applicableLegislation),
    (DCAT.Dataset, HEALTH.hdab),
    (DCAT.Dataset, HEALTH.healthCategory),
    (DCAT.Dataset, HEALTH.hasStructuredData),
    (DCAT.Dataset, HEALTH.hasVariables),
    (DCAT.Distribution, DCAT.accessURL),
    (DCAT.Distribution, DCATAP.applicableLegislation),
    (FOAF.Agent, FOAF.name),
    (FOAF.Agent, CV.contactPoint),
    (CV.ContactPoint, CV.contactPage),
    (VCARD.Kind, VCARD.hasURL),
    (DCTERMS.ProvenanceStatement, RDFS.label),
    (SKOS.Concept, SKOS.inScheme),
    (CSVW.TableGroup, DCTERMS.title),
    (CSVW.TableGroup, CSVW.table),
    (CSVW.Table, DCTERMS.title),
    (CSVW.Table, CSVW.column),
    (CSVW.Column, CSVW.name),
    (CSVW.Column, CSVW.title),
    (CSVW.Column, CSVW.datatype),
    (CSVW.Column, DCTERMS.description),
]


@pytest.fixture(scope="module")
def shapes(real_root: Path) -> Graph:
    return Graph().parse(real_root / "interchange/healthdcat-ap-shapes.ttl")


@pytest.fixture(scope="module")
def one_table(real: Catalog, real_root: Path) -> Graph:
    """The record of one source with one table: enough to break in every way, and quick to check."""
    few = dataclasses.replace(real, tables={"mzg.PATHOSPI": real.tables["mzg.PATHOSPI"]})
    graph, warnings = catalog_graph(few, read_healthdcat(real_root))
    assert warnings == []
    return graph


def messages(graph: Graph, shapes: Graph) -> list[str]:
    conforms, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    found = [str(text) for text in report.objects(None, SH.resultMessage)]
    assert conforms == (not found)
    return found


def copied(graph: Graph) -> Graph:
    copy = Graph()
    for triple in graph:
        copy.add(triple)
    return copy


def test_the_shapes_are_shapes(shapes: Graph) -> None:
    assert pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)[0]


def test_the_whole_catalogue_meets_the_shapes(real: Catalog, real_root: Path, shapes: Graph, tmp_path: Path) -> None:
    """Read back from the file that is written, as another program would."""
    out = tmp_path / "catalogue.ttl"
    warnings = export_catalog(real, "healthdcat", out, real_root)
    assert warnings == []
    graph = Graph().parse(out)
    assert messages(graph, shapes) == []
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == len({table.source for table in real.tables.values()})
    columns = {
        str(ref) for node in graph.subjects(RDF.type, CSVW.Column) for ref in graph.objects(node, DCTERMS.identifier)
    }
    fields = {f"{table.ref}.{field.name}" for table in real.tables.values() for field in table.fields}
    assert columns == fields


@pytest.mark.parametrize(("kind", "gone"), MANDATORY)
def test_a_mandatory_property_that_is_gone_is_seen(one_table: Graph, shapes: Graph, kind: URIRef, gone: URIRef) -> None:
    graph = copied(one_table)
    (subject, *_) = sorted(graph.subjects(RDF.type, kind))
    assert (subject, gone, None) in graph, "a property that is not there cannot be missed"
    graph.remove((subject, gone, None))
    assert messages(graph, shapes) != []


DATASET, MZG = DCAT.Dataset, "https://study-workbench.example/catalogue/dataset/mzg"


@pytest.mark.parametrize(
    ("predicate", "value", "words"),
    [
        (
            DCTERMS.accessRights,
            URIRef("http://publications.europa.eu/resource/authority/access-right/PUBLIC"),
            "not public",
        ),
        (HEALTH.hdab, URIRef("https://other.example/body"), "access body"),
        (HEALTH.hasStructuredData, Literal("true"), "whether its variables"),
        (DCATAP.applicableLegislation, Literal("the law"), "named by its address"),
        (HEALTH.healthCategory, URIRef("https://other.example/category"), "category of article 51"),
        (DCTERMS.title, Literal("another", lang="en"), "a title, one in each language"),
        (DCTERMS.publisher, URIRef("https://other.example/agent"), "publishes the dataset"),
        (DCTERMS.identifier, URIRef("https://other.example/id"), "written as a text"),
    ],
)
def test_a_value_too_many_or_of_the_wrong_kind_is_seen(
    one_table: Graph, shapes: Graph, predicate: URIRef, value: URIRef | Literal, words: str
) -> None:
    graph = copied(one_table)
    graph.add((URIRef(MZG), predicate, value))
    assert any(words in message for message in messages(graph, shapes))


def test_a_type_that_csvw_does_not_have_is_seen(one_table: Graph, shapes: Graph) -> None:
    graph = copied(one_table)
    column = next(graph.subjects(RDF.type, CSVW.Column))
    graph.set((column, CSVW.datatype, Literal("text")))
    assert messages(graph, shapes) == ["a column has one type, of those of CSVW"]


def test_what_the_record_says_is_what_the_catalogue_says(real: Catalog, one_table: Graph) -> None:
    table = real.tables["mzg.PATHOSPI"]
    node = URIRef("https://study-workbench.example/catalogue/table/mzg.PATHOSPI")
    assert {(text.language, str(text)) for text in one_table.objects(node, DCTERMS.title)} == {
        (lang, table.label[lang]) for lang in ("nl", "fr", "en")
    }
    assert {str(key) for key in one_table.objects(node, CSVW.primaryKey)} == set(table.keys)
    year = URIRef("https://study-workbench.example/catalogue/variable/mzg.PATHOSPI.A1_YEAR_BIRTH")
    assert str(one_table.value(year, CSVW.datatype)) == "integer"
    assert one_table.value(year, CSVW.required).toPython() is True


def test_a_source_that_is_not_described_is_exported_with_a_warning(
    small: Catalog, root: Path, real_root: Path, shapes: Graph, tmp_path: Path
) -> None:
    """A new source is one new file; until someone describes it as a whole, the record says what is known."""
    shutil.copy(real_root / "interchange/healthdcat.yaml", root / "interchange")
    out = tmp_path / "catalogue.ttl"
    (warning,) = export_catalog(small, "healthdcat", out, root)
    assert (warning.severity, "source 'test'" in warning.what) == ("warning", True)
    graph = Graph().parse(out)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 2
    found = messages(graph, shapes)
    assert {message.split(" has ")[-1] for message in found if "dataset has" in message} == {
        "a title, one in each language",
        "a description, one in each language",
        "a category of article 51 of the European Health Data Space",
    }


def test_an_organisation_that_is_not_listed_is_a_problem(root: Path, real_root: Path) -> None:
    text = (real_root / "interchange/healthdcat.yaml").read_text("utf-8")
    (root / "interchange/healthdcat.yaml").write_text(text.replace("access_body: hda", "access_body: none"), "utf-8")
    with pytest.raises(Problems, match="access_body is 'none'"):
        read_healthdcat(root)


def test_everything_named_in_the_facts_is_cited(real: Catalog, real_root: Path) -> None:
    facts = read_healthdcat(real_root)
    for entry in (facts, *facts.agents, *facts.datasets):
        assert entry.cite.document in real.documents
