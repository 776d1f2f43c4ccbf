"""What the verifier calls facts and identifiers, in words, also where a fact is made from another one.

The forms are those of catalog/knowledge/attributes.yaml (`<event>_since_<other>`) and the dataflow: a class of a fact
(`<fact>_class`), and the reference that a split makes (`ref:<step>`).
"""

from __future__ import annotations

from workbench.catalog.knowledge import Attribute
from workbench.documents.told import Told
from workbench.verify.facts import ATTRIBUTE, ID

REFERENCE = f"{ID}ref:"
FORMS = ("_date", "", "_year")  # under which the knowledge has an event or a fact


def token(about: Told, name: str) -> str:
    """A token such as `attr:admission_since_incidence` in the reader's language; its own name where unknown."""
    said = about.spoken.token(name, about.lang)
    plain = name.removeprefix(ATTRIBUTE)
    if said != name.partition(":")[2]:
        return said
    if name.startswith(REFERENCE):
        step = name.removeprefix(REFERENCE)
        labels = [one.label[about.lang] for one in about.flow.study.study.flow if one.id == step]
        return about.t("token.reference", step=labels[0]) if labels else said
    event, since, other = plain.partition("_since_")
    if since:
        return about.t("token.since", first=_fact(about, other), then=_fact(about, event))
    if plain.endswith("_class"):
        return about.t("token.class", fact=_fact(about, plain.removesuffix("_class")))
    return said


def attribute(about: Told, name: str) -> Attribute | None:
    """The attribute that a token is of or is made from (of a time between two, the later event); None without one."""
    plain = name.removeprefix(ATTRIBUTE)
    known = about.flow.catalog.knowledge.attributes
    if plain in known:
        return known[plain]
    return _entry(about, plain.partition("_since_")[0].removesuffix("_class"))


def _entry(about: Told, name: str) -> Attribute | None:
    known = about.flow.catalog.knowledge.attributes
    return next((known[name + form] for form in FORMS if name + form in known), None)


def _fact(about: Told, name: str) -> str:
    entry = _entry(about, name)
    return entry.label[about.lang] if entry else name
