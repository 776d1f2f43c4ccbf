"""The variables of a source as CSVW, as HealthDCAT-AP wants them: a group of tables with columns."""

from __future__ import annotations

from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import CSVW, DCAT, DCTERMS, RDF, XSD

from workbench.catalog.base import LANGUAGES
from workbench.catalog.model import Available, Catalog, Field, Table

HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
DATATYPES = {
    "string": "string",
    "integer": "integer",
    "bigint": "long",
    "decimal": "decimal",
    "date": "date",
    "boolean": "boolean",
}
ROLES = {
    "direct_identifier": "identifies a person directly",
    "pseudonym": "pseudonym of a person",
    "linkage": "used to link or order records",
    "quasi_identifier": "may identify a person together with others",
    "payload": "payload",
}


def add_variables(graph: Graph, dataset: URIRef, base: str, source: str, tables: list[Table], catalog: Catalog) -> None:
    """Adds the tables of a source with a column for each field; the dataset is said to be structured."""
    group = URIRef(f"{dataset}/variables")
    graph.add((dataset, HEALTH.hasStructuredData, Literal(True)))
    graph.add((dataset, HEALTH.hasVariables, group))
    graph.add((group, RDF.type, CSVW.TableGroup))
    graph.add((group, DCTERMS.title, Literal(f"Variables of {source}", lang="en")))
    for table in tables:
        node = URIRef(f"{base}table/{quote(table.ref)}")
        graph.add((group, CSVW.table, node))
        _add_table(graph, node, table)
        for field in table.fields:
            column = URIRef(f"{base}variable/{quote(table.ref)}.{quote(field.name)}")
            graph.add((node, CSVW.column, column))
            _add_column(graph, column, table, field, catalog)


def _add_table(graph: Graph, node: URIRef, table: Table) -> None:
    graph.add((node, RDF.type, CSVW.Table))
    graph.add((node, DCTERMS.identifier, Literal(table.ref)))
    graph.add((node, DCTERMS.description, Literal(_sentences(table.grain, table.note), lang="en")))
    for lang in LANGUAGES:
        graph.add((node, DCTERMS.title, Literal(table.label[lang], lang=lang)))
        graph.add((node, DCAT.keyword, Literal(table.label[lang], lang=lang)))
    for key in table.keys:
        graph.add((node, CSVW.primaryKey, Literal(key)))


def _add_column(graph: Graph, node: URIRef, table: Table, field: Field, catalog: Catalog) -> None:
    graph.add((node, RDF.type, CSVW.Column))
    graph.add((node, DCTERMS.identifier, Literal(f"{table.ref}.{field.name}")))
    graph.add((node, CSVW.name, Literal(field.name)))
    graph.add((node, CSVW.datatype, Literal(DATATYPES.get(field.type, "string"))))
    graph.add((node, CSVW.required, Literal(field.mandatory, datatype=XSD.boolean)))
    for lang in LANGUAGES:
        graph.add((node, CSVW.title, Literal(field.label[lang], lang=lang)))
    graph.add((node, DCTERMS.description, Literal(_description(field, catalog), lang="en")))


def _description(field: Field, catalog: Catalog) -> str:
    """What a reader in another country needs beside the name: role, unit, codes, years, remarks."""
    codes = catalog.codes.get(field.codes or "")
    sensitive = "health data under article 9 of the GDPR" if field.sensitive else None
    return _sentences(
        field.label.en,
        f"Role: {ROLES.get(field.role, field.role)}" + (f"; {sensitive}" if sensitive else ""),
        f"Unit: {field.unit}" if field.unit else None,
        f"Codes: {codes.label.en} ({codes.id})" if codes else None,
        _years(field.available) if field.available else None,
        field.note,
    )


def _years(available: Available) -> str | None:
    said = [
        f"from {available.from_year}" if available.from_year else "",
        f"until {available.to_year}" if available.to_year else "",
        f"not for {', '.join(map(str, available.gaps))}" if available.gaps else "",
        f"{available.delay_months} months later" if available.delay_months else "",
    ]
    text = ", ".join(part for part in said if part)
    return f"Available {text}" if text else None


def _sentences(*parts: str | None) -> str:
    texts = [part.rstrip(".") for part in parts if part]
    return ". ".join(text[:1].upper() + text[1:] for text in texts) + "."
