"""A released result as a HealthDCAT-AP record: its tables as CSVW, public or not by who may read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDFS, XSD

from workbench.catalog.base import Label
from workbench.catalog.model import Catalog, Table
from workbench.interchange.healthdcat import HEALTH, VCARD, DatasetRecord, empty_graph
from workbench.interchange.healthdcat_facts import Agent, DatasetFacts, Facts, read_healthdcat
from workbench.interchange.released import Released, ReleasedFacts, released_facts

APPLICANT = "applicant"


def released_graph(released: Released, catalog: Catalog, root: Path) -> Graph:
    """The record of `released`. Categories and themes are those of the sources that the study reads."""
    facts, own = read_healthdcat(root), released_facts(root)
    agents = {agent.name.en: agent.id for agent in facts.agents} | {agent.id: agent.id for agent in facts.agents}
    publisher = agents.get(released.publisher, agents.get(released.publisher.lower(), APPLICANT))
    if publisher == APPLICANT:
        name = Label(nl=released.publisher, fr=released.publisher, en=released.publisher)
        # As for other organisations whose own page is not known, the access body takes the questions.
        known = Agent(id=APPLICANT, name=name, type="other", page=facts.request_page, cite=own.cite)
        facts = facts.model_copy(update={"agents": (*facts.agents, known)})
    read = [one for one in facts.datasets if one.source in released.sources]
    number = f" ({released.number})"
    record = DatasetFacts(
        source=released.id,
        title=Label(**{lang: text + number for lang, text in released.title.model_dump().items()}),
        description=released.description,
        publisher=publisher,
        custodian=publisher,
        categories=_all(one.categories for one in read),
        themes=_all(one.themes for one in read),
        type="STATISTICAL",
        personal_data=(),
        coding_systems=(),
        cite=own.cite,
    )
    graph = empty_graph()
    _ReleasedRecord(graph, facts, released, own).add([one.table for one in released.tables], record, catalog)
    return graph


def _all(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for found in lists for one in found))


class _ReleasedRecord(DatasetRecord):
    """As the record of a source, but for the way to it and for where it comes from."""

    def __init__(self, graph: Graph, facts: Facts, released: Released, own: ReleasedFacts) -> None:
        super().__init__(graph, facts, released.id)
        self.released, self.own = released, own
        self.access = "NON_PUBLIC" if released.reader else "PUBLIC"

    def _access(self) -> None:
        page = URIRef(str(self.facts.request_page))
        self._say(HEALTH.hdab, self._agent(self.facts.access_body))
        contact = self._part(DCAT.contactPoint, "contact", VCARD.Kind)
        self.graph.add((contact, VCARD.hasURL, page))
        way = self._part(DCAT.distribution, "files", DCAT.Distribution)
        title = self.own.closed_way if self.released.reader else self.own.public_way
        for lang, text in title.model_dump().items():
            self.graph.add((way, DCTERMS.title, Literal(text, lang=lang)))
        self.graph.add((way, DCAT.accessURL, URIRef(f"{self.node}/files")))
        self._legislation(way)

    def _period(self, tables: list[Table]) -> None:
        years = {row["year"] for one in self.released.tables for row in one.rows} - {None}
        if years:
            period = self._part(DCTERMS.temporal, "period", DCTERMS.PeriodOfTime)
            self.graph.add((period, DCAT.startDate, Literal(f"{min(years):04}-01-01", datatype=XSD.date)))
            self.graph.add((period, DCAT.endDate, Literal(f"{max(years):04}-12-31", datatype=XSD.date)))

    def _provenance(self, tables: list[Table], catalog: Catalog) -> None:
        made = self._part(DCTERMS.provenance, "provenance", DCTERMS.ProvenanceStatement)
        self.graph.add((made, RDFS.label, Literal(" ".join(self.released.about()), lang="en")))
        self._say(DCTERMS.issued, Literal(self.released.created, datatype=XSD.dateTime))
