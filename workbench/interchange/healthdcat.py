"""The catalogue as HealthDCAT-AP in Turtle: one `dcat:Dataset` per source, its variables as CSVW columns.

The terms are those of HealthDCAT-AP release 8 for data that are not public (`access-right/NON_PUBLIC`): as in
its examples there is no `dcat:Catalog` round the datasets, and `csvw:column` has each column as a value.
`catalog/interchange/healthdcat-ap-shapes.ttl` says in SHACL what a record must have.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import CSVW, DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from workbench.catalog.base import LANGUAGES, Cite, Label
from workbench.catalog.model import Catalog, Table
from workbench.errors import Problem
from workbench.interchange.healthdcat_facts import LISTS, PERSONAL_DATA, Agent, DatasetFacts, Facts
from workbench.interchange.healthdcat_variables import add_variables

HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
GEODCAT = Namespace("http://data.europa.eu/930/")
DPV = Namespace("https://w3id.org/dpv#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
CV = Namespace("http://data.europa.eu/m8g/")
PREFIXES = {
    "healthdcatap": HEALTH,
    "dcatap": DCATAP,
    "geodcatap": GEODCAT,
    "dpv": DPV,
    "vcard": VCARD,
    "cv": CV,
    "csvw": CSVW,
}


def catalog_graph(catalog: Catalog, facts: Facts) -> tuple[Graph, list[Problem]]:
    """The graph of all sources, and a warning for each source of which too little is known."""
    graph = empty_graph()
    known = {dataset.source: dataset for dataset in facts.datasets}
    problems = []
    for source in dict.fromkeys(table.source for table in catalog.tables.values()):
        tables = [table for table in catalog.tables.values() if table.source == source]
        DatasetRecord(graph, facts, source).add(tables, known.get(source), catalog)
        if source not in known:
            what, todo = f"nothing is said of source '{source}' as a whole", "add it under 'datasets'"
            why = "its record lacks title, publisher and health category, which the profile requires"
            problems.append(Problem("catalog/interchange/healthdcat.yaml", 1, what, why, todo, "warning"))
    return graph, problems


def empty_graph() -> Graph:
    """A graph that writes the names of the profile short."""
    graph = Graph(bind_namespaces="core")
    for prefix, namespace in {**PREFIXES, "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "skos": SKOS}.items():
        graph.bind(prefix, namespace)
    return graph


class DatasetRecord:
    """Adds the record of one source to a graph."""

    def __init__(self, graph: Graph, facts: Facts, source: str) -> None:
        self.graph, self.facts, self.source = graph, facts, source
        self.base, self.laws = str(facts.base), facts.legislation
        self.node = URIRef(f"{self.base}dataset/{quote(source)}")
        self.access = "NON_PUBLIC"
        self.agents = {agent.id: agent for agent in facts.agents}

    def add(self, tables: list[Table], known: DatasetFacts | None, catalog: Catalog) -> None:
        """All statements about the source; `known` is None when the facts do not list it."""
        if known.personal_data if known else _personal(tables):
            self.laws += self.facts.legislation_personal
        self._say(RDF.type, DCAT.Dataset)
        self._say(DCTERMS.identifier, Literal(f"{self.base}dataset/{self.source}"))
        self._say(DCTERMS.accessRights, self._code("access right", self.access))
        self._say(DCTERMS.type, self._code("dataset type", known.type if known else "PERSONAL_DATA"))
        self._say(DCAT.theme, self._code("theme", "HEAL"))
        self._say(DCTERMS.spatial, URIRef(f"{LISTS['country']}/{self.facts.country}"))
        for language in self.facts.language:
            self._say(DCTERMS.language, URIRef(f"{LISTS['language']}/{language}"))
        self._legislation(self.node)
        self._access()
        for table in tables:
            self._label(DCAT.keyword, table.label)
        self._period(tables)
        self._provenance(tables, catalog)
        if known:
            self._known(known)
        add_variables(self.graph, self.node, self.base, self.source, tables, catalog)

    def _known(self, known: DatasetFacts) -> None:
        self._label(DCTERMS.title, known.title)
        self._label(DCTERMS.description, known.description)
        self._say(DCTERMS.publisher, self._agent(known.publisher))
        self._say(GEODCAT.custodian, self._agent(known.custodian))
        for code in known.categories:
            self._say(HEALTH.healthCategory, self._code("health category", code))
        for code in known.themes:
            self._say(HEALTH.healthTheme, self._code("health theme", code))
        for name in known.personal_data:
            self._say(DPV.hasPersonalData, URIRef(PERSONAL_DATA + name))
        for code in known.coding_systems:
            system = self._code("coding system", code)
            self.graph.add((system, RDF.type, DCTERMS.Standard))
            self._say(HEALTH.hasCodingSystem, system)

    def _access(self) -> None:
        """Whom to ask, and the way to the data: a request, since nothing can be downloaded."""
        page = URIRef(str(self.facts.request_page))
        self._say(HEALTH.hdab, self._agent(self.facts.access_body))
        contact = self._part(DCAT.contactPoint, "contact", VCARD.Kind)
        self.graph.add((contact, VCARD.hasURL, page))
        way = self._part(DCAT.distribution, "request", DCAT.Distribution)
        self.graph.add((way, DCTERMS.title, Literal("Access after a request and a permit", lang="en")))
        self.graph.add((way, DCAT.accessURL, page))
        self._legislation(way)

    def _period(self, tables: list[Table]) -> None:
        first = [table.available.from_year for table in tables if table.available]
        years = [year for year in first if year is not None]
        if years:
            period = self._part(DCTERMS.temporal, "period", DCTERMS.PeriodOfTime)
            self.graph.add((period, DCAT.startDate, Literal(f"{min(years):04}-01-01", datatype=XSD.date)))

    def _provenance(self, tables: list[Table], catalog: Catalog) -> None:
        """Which documents the description rests on."""
        cited = {cite.document for table in tables for cite in _cites(table)}
        titles = [document.title for name, document in catalog.documents.items() if name in cited]
        made = self._part(DCTERMS.provenance, "provenance", DCTERMS.ProvenanceStatement)
        text = f"Described by the Study Workbench from: {'; '.join(titles)}."
        self.graph.add((made, RDFS.label, Literal(text, lang="en")))

    def _agent(self, name: str) -> URIRef:
        agent = self.agents.get(name)
        node = URIRef(f"{self.base}agent/{quote(name)}")
        if agent and (node, RDF.type, FOAF.Agent) not in self.graph:
            self._describe(node, agent)
        return node

    def _describe(self, node: URIRef, agent: Agent) -> None:
        self.graph.add((node, RDF.type, FOAF.Agent))
        for lang in LANGUAGES:
            self.graph.add((node, FOAF.name, Literal(agent.name[lang], lang=lang)))
        self.graph.add((node, DCTERMS.type, self._code("publisher type", agent.type)))
        contact = URIRef(f"{node}/contact")
        self.graph.add((node, CV.contactPoint, contact))
        self.graph.add((contact, RDF.type, CV.ContactPoint))
        self.graph.add((contact, CV.contactPage, URIRef(str(agent.page))))

    def _code(self, name: str, code: str) -> URIRef:
        """A code of a controlled list, said to be one: that is how validators know it."""
        scheme, node = URIRef(LISTS[name]), URIRef(f"{LISTS[name]}/{code}")
        self.graph.add((node, RDF.type, SKOS.Concept))
        self.graph.add((node, SKOS.inScheme, scheme))
        self.graph.add((scheme, RDF.type, SKOS.ConceptScheme))
        self.graph.add((scheme, DCTERMS.title, Literal(name, lang="en")))
        return node

    def _legislation(self, node: URIRef) -> None:
        for law in self.laws:
            self.graph.add((node, DCATAP.applicableLegislation, URIRef(str(law))))

    def _part(self, predicate: URIRef, name: str, kind: URIRef) -> URIRef:
        node = URIRef(f"{self.node}/{name}")
        self._say(predicate, node)
        self.graph.add((node, RDF.type, kind))
        return node

    def _label(self, predicate: URIRef, label: Label) -> None:
        for lang in LANGUAGES:
            self._say(predicate, Literal(label[lang], lang=lang))

    def _say(self, predicate: URIRef, value: URIRef | Literal) -> None:
        self.graph.add((self.node, predicate, value))


def _personal(tables: list[Table]) -> bool:
    """Whether rows of the tables are about people."""
    return any(field.role in ("direct_identifier", "pseudonym") for table in tables for field in table.fields)


def _cites(table: Table) -> Iterator[Cite]:
    yield table.cite
    yield from (field.cite for field in table.fields)
