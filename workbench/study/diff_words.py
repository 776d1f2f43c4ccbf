"""The sentences of a comparison, in the three languages: headings, facets, names of entries, values."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from workbench.catalog.base import Label, Lang
from workbench.catalog.model import Catalog
from workbench.study.diff_entries import Item, Words

HEADINGS: Mapping[str, Words] = {
    "study": Words("studie", "étude", "study"),
    "applicant": Words("aanvrager", "demandeur", "applicant"),
    "legal_basis": Words("rechtsgrond", "base légale", "legal basis"),
    "period": Words("periode", "période", "period"),
    "population": Words("populatie", "population", "population"),
    "criterion": Words("criterium van de populatie", "critère de la population", "criterion of the population"),
    "party": Words("partij", "partie", "party"),
    "domain": Words("pseudoniemendomein", "domaine de pseudonymes", "pseudonym domain"),
    "variable": Words("variabele", "variable", "variable"),
    "step": Words("stap", "étape", "step"),
    "indicator": Words("indicator", "indicateur", "indicator"),
    "analysis": Words("analyse", "analyse", "analysis"),
    "scra": Words("small-cellanalyse", "analyse small cells", "small-cell analysis"),
    "retention": Words("bewaartermijn", "durée de conservation", "retention"),
    "recipient": Words("ontvanger", "destinataire", "recipient"),
    "report": Words("rapport", "rapport", "report"),
    "target": Words("te vermijden kennis", "connaissance à éviter", "knowledge to prevent"),
    "condition": Words("voorwaarde", "condition", "condition"),
    "rights": Words("rechten van de betrokkenen", "droits des personnes", "rights of the persons"),
    "hosting": Words("hosting", "hébergement", "hosting"),
    "dataset": Words("naam van een dataset", "nom d'un ensemble", "name of a dataset"),
    "accepted": Words("aanvaarde bevinding", "constat accepté", "accepted finding"),
    "erratum": Words("afwijking van de tekst", "écart par rapport au texte", "departure from the text"),
}
FACETS: Mapping[str, Words] = {
    "actor": Words("wie het doet", "qui l'exécute", "who does it"),
    "kind": Words("soort", "type", "kind"),
    "label": Words("omschrijving", "libellé", "description"),
    "number": Words("nummer", "numéro", "number"),
    "to": Words("ontvangers", "destinataires", "receivers"),
    "columns": Words("kolommen", "colonnes", "columns"),
    "parts": Words("inhoud", "contenu", "content"),
    "by": Words("groepering", "regroupement", "grouping"),
    "on": Words("gekoppeld op", "couplé sur", "linked on"),
    "output": Words("resultaat", "résultat", "result"),
    "encrypted": Words("versleuteld", "chiffré", "encrypted"),
    "order": Words("volgorde", "ordre", "order"),
    "motivation": Words("motivatie", "motivation", "motivation"),
    "transformation": Words("bewerking", "transformation", "transformation"),
    "used_by": Words("gebruikt door", "utilisé par", "used by"),
    "unit": Words("eenheid", "unité", "unit"),
    "years": Words("jaren", "années", "years"),
    "from": Words("vanaf", "à partir de", "counted from"),
    "text": Words("tekst", "texte", "text"),
    "title": Words("titel", "titre", "title"),
    "document": Words("document", "document", "document"),
    "purpose": Words("doel", "finalité", "purpose"),
    "executor": Words("uitvoerder", "exécutant", "executor"),
    "issuer": Words("uitgever", "émetteur", "issuer"),
    "key_holder": Words("sleutelhouder", "détenteur de la clé", "key holder"),
    "reversible": Words("omkeerbaar", "réversible", "reversible"),
    "satisfied_by": Words("vervuld door", "remplie par", "satisfied by"),
    "reason": Words("reden", "motif", "reason"),
    "between": Words("tussen", "entre", "between"),
}
PATTERNS: Mapping[str, Words] = {
    "added": Words("Toegevoegd: {about} {name}.", "Ajout : {about} {name}.", "Added: {about} {name}."),
    "removed": Words("Weggevallen: {about} {name}.", "Suppression : {about} {name}.", "Removed: {about} {name}."),
    "renamed": Words(
        "Andere naam, zelfde betekenis: {about} {old} heet nu {new}.",
        "Autre nom, même sens : {about} {old} s'appelle désormais {new}.",
        "Other name, same meaning: {about} {old} is now called {new}.",
    ),
    "moved": Words(
        "Andere bron, zelfde variabelen: {name} komt uit {new} in plaats van uit {old}.",
        "Autre source, mêmes variables : {name} vient de {new} au lieu de {old}.",
        "Other source, same variables: {name} comes from {new} instead of {old}.",
    ),
    "replaced": Words(
        "Vervangen: {about} {old} door {new}.", "Remplacement : {about} {old} par {new}.",
        "Replaced: {about} {old} by {new}.",
    ),
    "reordered": Words(
        "Andere volgorde: {about} {name} komt op een andere plaats.",
        "Autre ordre : {about} {name} change de place.",
        "Other order: {about} {name} comes at another place.",
    ),
    "changed": Words(
        "Gewijzigd: {about} {name}, {facet}: {old} wordt {new}.",
        "Modification : {about} {name}, {facet} : {old} devient {new}.",
        "Changed: {about} {name}, {facet}: {old} becomes {new}.",
    ),
    "members": Words(
        "Gewijzigd: {about} {name}, {facet}: weg {old}; nieuw {new}.",
        "Modification : {about} {name}, {facet} : retiré {old} ; nouveau {new}.",
        "Changed: {about} {name}, {facet}: gone {old}; new {new}.",
    ),
}  # fmt: skip
NOTHING = Words("niets", "rien", "nothing")
YES_NO = (Words("nee", "non", "no"), Words("ja", "oui", "yes"))
LANGS: tuple[Lang, ...] = ("nl", "fr", "en")


def sentence(kind: str, about: str, lang: Lang, **filled: str) -> str:
    """One change as a sentence; a heading that stands alone loses the space before its empty name."""
    heading = getattr(HEADINGS.get(about, Words(about, about, about)), lang)
    text: str = getattr(PATTERNS[kind], lang).format(about=heading, **filled)
    return text.replace(" ,", ",").replace(" .", ".")


def facet_name(facet: str, lang: Lang) -> str:
    """The word for a facet; the key of the file where no better word is known."""
    found = FACETS.get(facet)
    return getattr(found, lang) if found else facet


def name_of(item: Item, lang: Lang, catalog: Catalog) -> str:
    """How a reader calls an entry: its label, that of its party or variable, or its id."""
    data: Mapping[str, Any] = item.data
    if item.about == "variable":
        field = catalog.field(data["ref"])
        return f"{data['ref']} ({field.label[lang]})" if field else str(data["ref"])
    if item.about in ("party", "indicator"):
        return value_of(data[item.about], lang, catalog)
    if item.about in ("step", "dataset"):
        return f"'{data['label'][lang]}'"
    if item.about in ("condition", "legal_basis"):
        return f"'{data['text'][lang]}'"
    if item.about == "recipient":
        return f"{value_of(data['party'], lang, catalog)} ({data['receives']})"
    if item.about == "accepted":
        return f"{data['rule']} ({data['at']})"
    if item.about == "hosting":
        return f"{value_of(data['host'], lang, catalog)} ({value_of(data['of'], lang, catalog)})"
    if item.about == "target":
        return " + ".join(data["of"])
    known = (data.get(key) for key in ("what", "dataset", "field", "report", "id", item.about))
    return next((f"'{one}'" if " " in str(one) else str(one) for one in known if isinstance(one, str)), "")


def value_of(value: Hashable, lang: Lang, catalog: Catalog) -> str:
    """A value for readers: labels of parties and indicators, yes and no, sets as lists."""
    if value is None:
        return str(getattr(NOTHING, lang))
    if isinstance(value, Words):
        return f"'{getattr(value, lang)}'"
    if isinstance(value, tuple) and len(value) == 2 and value[0] == "bool":
        return str(getattr(YES_NO[bool(value[1])], lang))
    if isinstance(value, frozenset):
        return ", ".join(sorted(_member(one, lang, catalog) for one in value))
    if isinstance(value, tuple):
        return "-".join(value_of(one, lang, catalog) for one in value)
    label: Label | None = None
    if isinstance(value, str):
        entry = catalog.parties.get(value) or catalog.indicators.get(value)
        label = entry.label if entry else None
    return label[lang] if label else str(value)


def _member(one: Any, lang: Lang, catalog: Catalog) -> str:
    """A member of a bag (value, how often) or of a mapping (key, value)."""
    first, second = one
    if isinstance(second, int) and not isinstance(first, str):
        return value_of(first, lang, catalog)
    if isinstance(second, int):
        return value_of(first, lang, catalog) + (f" ({second}x)" if second > 1 else "")
    return f"{facet_name(first, lang)} {value_of(second, lang, catalog)}"
