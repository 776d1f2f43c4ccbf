"""What `catalog/interchange/healthdcat.yaml` says, and the controlled lists its codes come from."""

from __future__ import annotations

from pathlib import Path

from pydantic import HttpUrl

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.errors import Problem, Problems
from workbench.interchange.facts import CATALOG, read_facts

NAME = "healthdcat.yaml"
_HEALTH = "https://hdeu-dcat.data.health.europa.eu/resource/authority"
_EU = "http://publications.europa.eu/resource/authority"
# The lists of HealthDCAT-AP release 8 and of the Publications Office, by the term whose values they hold.
LISTS = {
    "access right": f"{_EU}/access-right",
    "theme": f"{_EU}/data-theme",
    "dataset type": f"{_EU}/dataset-type",
    "language": f"{_EU}/language",
    "country": f"{_EU}/country",
    "health category": f"{_HEALTH}/healthcategories",
    "health theme": f"{_HEALTH}/health-theme",
    "publisher type": f"{_HEALTH}/publisher-type",
    "coding system": f"{_HEALTH}/coding-system",
}
PERSONAL_DATA = "https://w3id.org/dpv/dpv-pd#"


class Agent(Entry):
    """An organisation with the page where it takes questions."""

    id: Name
    name: Label
    type: Text
    page: HttpUrl
    cite: Cite


class DatasetFacts(Entry):
    """What is said of one source's tables together."""

    source: Name
    title: Label
    description: Label
    publisher: Name
    custodian: Name
    categories: tuple[Text, ...]
    themes: tuple[Text, ...]
    type: Text = "PERSONAL_DATA"
    personal_data: tuple[Text, ...]
    coding_systems: tuple[Text, ...]
    cite: Cite


class Facts(Entry):
    """The whole file."""

    base: HttpUrl
    legislation: tuple[HttpUrl, ...]
    legislation_personal: tuple[HttpUrl, ...]
    access_body: Name
    request_page: HttpUrl
    language: tuple[Text, ...]
    country: Text
    cite: Cite
    agents: tuple[Agent, ...]
    datasets: tuple[DatasetFacts, ...]


def read_healthdcat(root: Path = CATALOG) -> Facts:
    """The facts for the export. Raises `Problems`, also for an organisation that is named but not listed."""
    facts = read_facts(root, NAME, Facts)
    listed = {agent.id for agent in facts.agents}
    named = [("access_body", facts.access_body)]
    for dataset in facts.datasets:
        named += [(f"publisher of {dataset.source}", dataset.publisher)]
        named += [(f"custodian of {dataset.source}", dataset.custodian)]
    found = [(what, name) for what, name in named if name not in listed]
    if found:
        file, why = f"{root.name}/interchange/{NAME}", "'agents' does not list it"
        raise Problems([Problem(file, 1, f"{what} is '{name}'", why, "add it there") for what, name in found])
    return facts
