"""Classes of medicines and the products in them."""

from __future__ import annotations

from workbench.synth.parameters import Parameters
from workbench.synth.scenario import Scenario


def products_by_class(parameters: Parameters) -> dict[str, list[str]]:
    """Product numbers of each class; the longest ATC prefix decides."""
    prefixes = {prefix: name for name, listed in parameters["billing.classes"].items() for prefix in listed}
    found: dict[str, list[str]] = {name: [] for name in parameters["billing.classes"]}
    for product in parameters.products:
        matching = [prefix for prefix in prefixes if str(product["atc"]).startswith(prefix)]
        found[prefixes[max(matching, key=len)]].append(str(product["code"]))
    return found


def product_of(scenario: Scenario, identifier: str, class_: str) -> str:
    """SQL for a product of a class, the same for the same identifier."""
    classes = products_by_class(scenario.parameters)
    cases = " ".join(
        f"WHEN '{name}' THEN {scenario.line.of(identifier, f'product {name}', products)}"
        for name, products in classes.items()
    )
    return f"(CASE {class_} {cases} END)::product"
