"""What counts as small in person-level data: the figures stand in catalog/policies/, not here."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from workbench.catalog.model import Catalog, Policy
from workbench.errors import Problem, Problems, WorkbenchError


class MicrodataPolicy(Policy):
    """When a class of the quasi-identifiers is too small, and what may be done about it.

    beside: the policy for published tables it goes with; threshold: k, the fewest persons of a class; diversity: l,
    the fewest different values of a sensitive variable in a class; withheld: share of the records that an adaptation
    may leave out rather than coarsen everything;
    largest_combination: variables in a minimal unique; evaluations: generalisations that the search may measure.
    There is no zero rule: a class that nobody is in does not exist in person-level data.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    beside: str
    unit: Literal["persons"]
    threshold: int = Field(ge=2, le=1000)
    diversity: int = Field(ge=1, le=100)
    withheld: float = Field(ge=0, le=0.5)
    largest_combination: int = Field(ge=1, le=10)
    evaluations: int = Field(ge=1, le=100_000)


def microdata_policy(catalog: Catalog, name: str) -> MicrodataPolicy:
    """The figures for person-level data that stand beside the policy `name` of a study.

    Raises `WorkbenchError` when the catalogue has none, `Problems` with every key that is wrong.
    """
    found = [one for one, entry in catalog.policies.items() if (entry.model_extra or {}).get("beside") == name]
    if not found:
        raise WorkbenchError(
            f"No policy for person-level data stands beside '{name}': no file of catalog/policies says "
            f"'beside: {name}'. Copy catalog/policies/person-level.yaml and name it there."
        )
    entry = catalog.policies[found[0]]
    try:
        return MicrodataPolicy.model_validate(entry.model_dump(), strict=False)
    except ValidationError as error:
        file, line = catalog.places[f"policy:{found[0]}"]
        why, todo = "the risk of person-level data is measured by it", "compare with catalog/policies/person-level.yaml"
        raise Problems(
            [Problem(file, line, f"{_at(one)}: {one['msg']}", why, todo) for one in error.errors()]
        ) from error


def _at(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"])
