"""The sentences of a comparison of exposures, in the three languages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from workbench.catalog.base import Lang
from workbench.catalog.model import Catalog
from workbench.verify.facts import ATTRIBUTE, COHORT, ID

LEARNED = {
    ("more", "nl"): "{who} kan voortaan {new} leren{beside}.",
    ("more", "fr"): "{who} peut désormais apprendre {new}{beside}.",
    ("more", "en"): "{who} can now learn {new}{beside}.",
    ("less", "nl"): "{who} kan niet langer {new} leren{beside}.",
    ("less", "fr"): "{who} ne peut plus apprendre {new}{beside}.",
    ("less", "en"): "{who} can no longer learn {new}{beside}.",
}
BESIDE = {"nl": ", naast {words}", "fr": ", à côté de {words}", "en": ", beside {words}"}
COALITION = {
    ("appears", "nl"): "Nieuw: {who} kan {target} samenbrengen.",
    ("appears", "fr"): "Nouveau : {who} peut réunir {target}.",
    ("appears", "en"): "New: {who} can bring together {target}.",
    ("disappears", "nl"): "Weggevallen: {who} kan {target} niet langer samenbrengen.",
    ("disappears", "fr"): "Disparu : {who} ne peut plus réunir {target}.",
    ("disappears", "en"): "Gone: {who} can no longer bring together {target}.",
}
MEMBERSHIP = {
    "nl": "dat iemand tot de populatie van de studie behoort",
    "fr": "l'appartenance à la population de l'étude",
    "en": "that somebody belongs to the population of the study",
}
TOGETHER = {"nl": "{names} samen", "fr": "{names} ensemble", "en": "{names} together"}
NOTHING = {
    "nl": "Niemand kan meer of minder leren dan voordien.",
    "fr": "Personne ne peut apprendre plus ou moins qu'avant.",
    "en": "Nobody can learn more or less than before.",
}


@dataclass(frozen=True)
class Spoken:
    """The words of a catalogue for parties and tokens."""

    catalog: Catalog

    def unit(self, name: str, lang: Lang) -> str:
        """A party by its label, an organisation by its name."""
        party = self.catalog.parties.get(name)
        return party.label[lang] if party else name

    def token(self, token: str, lang: Lang) -> str:
        """An identifier or attribute by its label; its own name where the knowledge has none."""
        if token.startswith(COHORT):
            return MEMBERSHIP[lang]
        known = self.catalog.knowledge
        if token.startswith(ID):
            identifier = known.identifiers.get(token[len(ID) :])
            return identifier.label[lang] if identifier else token[len(ID) :]
        attribute = known.attributes.get(token.removeprefix(ATTRIBUTE))
        derived = self.catalog.derived.get(token.removeprefix(ATTRIBUTE))
        entry = attribute or derived
        return entry.label[lang] if entry else token.removeprefix(ATTRIBUTE)

    def tokens(self, tokens: Collection[str], lang: Lang) -> str:
        """Identifiers first."""
        ordered = sorted(tokens, key=lambda one: (not one.startswith(ID), one))
        return ", ".join(self.token(one, lang) for one in ordered)


def learned_text(
    spoken: Spoken, name: str, change: str, new: Collection[str], beside: Collection[str], lang: Lang
) -> str:
    """What a party or organisation learns more or less."""
    rest = BESIDE[lang].format(words=spoken.tokens(beside, lang)) if beside else ""
    who = _capital(spoken.unit(name, lang))
    return LEARNED[change, lang].format(who=who, new=spoken.tokens(new, lang), beside=rest)


def coalition_text(spoken: Spoken, names: Collection[str], change: str, target: Collection[str], lang: Lang) -> str:
    """A smallest coalition that comes or goes."""
    who = ", ".join(spoken.unit(name, lang) for name in sorted(names))
    who = TOGETHER[lang].format(names=who) if len(names) > 1 else who
    return COALITION[change, lang].format(who=who, target=" + ".join(spoken.token(one, lang) for one in sorted(target)))


def nothing(lang: Lang) -> str:
    """That nothing changed."""
    return NOTHING[lang]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
