"""Purpose, legal basis, conditions of use and retention of a study in the terms of DPV and DUO, as JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from workbench.catalog.base import LANGUAGES, Cite, Entry, Label, Text
from workbench.interchange.facts import CATALOG, read_facts

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "obo": "http://purl.obolibrary.org/obo/",  # of DUO
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
When = Literal["always", "retention", "recipients"]


class Matched(Entry):
    """A term, and the words in an English text that mean it."""

    term: Text
    contains: tuple[Text, ...]
    cite: Cite


class Condition(Entry):
    """A condition of use, and when it holds."""

    term: Text
    when: When
    label: Label
    cite: Cite


class Terms(Entry):
    """What `catalog/interchange/terms.yaml` says."""

    purpose: tuple[Matched, ...]
    legal_basis: tuple[Matched, ...]
    conditions: tuple[Condition, ...]
    cite: Cite


@dataclass(frozen=True)
class Said:
    """What a study says, as far as terms are asked for. `kept`: dataset, years, from which event."""

    id: str
    title: Label
    controller: str
    purpose: Label
    legal_basis: Sequence[Label]
    kept: Sequence[tuple[str, int, str]]
    recipients: Sequence[str]


def study_terms(said: Said, root: Path = CATALOG) -> tuple[dict[str, Any], list[str]]:
    """The JSON-LD of a study, and each text for which no term was found. Raises `Problems` for a damaged file."""
    terms = read_facts(root, "terms.yaml", Terms)
    untold: list[str] = []

    def matched(label: Label, known: Sequence[Matched], kind: str) -> dict[str, Any]:
        found = [one.term for one in known if any(word in label.en for word in one.contains)]
        if not found:
            untold.append(label.en)
        return {"@type": found or [kind], "dct:description": _texts(label)}

    holds = {"always": True, "retention": bool(said.kept), "recipients": bool(said.recipients)}
    purpose = matched(said.purpose, terms.purpose, "dpv:Purpose")
    bases = [matched(one, terms.legal_basis, "dpv:LegalBasis") for one in said.legal_basis]
    document = {
        "@context": CONTEXT,
        "@id": f"https://study-workbench.example/study/{said.id}",
        "@type": "dpv:Process",
        "dct:title": _texts(said.title),
        "dpv:hasDataController": {"@type": "dpv:DataController", "dct:title": said.controller},
        "dpv:hasPurpose": purpose,
        "dpv:hasLegalBasis": bases,
        "dpv:hasStorageCondition": [
            {
                "@type": "dpv:StorageDuration",
                "dct:title": dataset,
                "dpv:hasDuration": {"@type": "xsd:duration", "@value": f"P{years}Y"},
                "dct:description": f"{years} years from {event}",
            }
            for dataset, years, event in said.kept
        ],
        "dpv:hasRecipient": [{"@type": "dpv:Recipient", "dct:title": one} for one in said.recipients],
        "dct:accessRights": [
            {"@id": one.term, "dct:title": _texts(one.label)} for one in terms.conditions if holds[one.when]
        ],
    }
    return document, untold


def _texts(label: Label) -> list[dict[str, str]]:
    return [{"@value": label[lang], "@language": lang} for lang in LANGUAGES]
