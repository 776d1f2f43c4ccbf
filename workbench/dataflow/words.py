"""The words of the drawing in three languages: what colours and lines mean, and what each kind of step is called."""

from __future__ import annotations

from collections.abc import Mapping

_NL = {
    "dataflow": "gegevensstroom van",
    "identity": "bevat een directe identificator",
    "pseudonym": "gecodeerde personen, zonder gezondheidsvariabelen",
    "health": "gezondheidsgegevens van personen",
    "aggregate": "aantallen of instellingen, geen personen",
    "none": "geen identificator",
    "concordance": "concordantie",
    "own": "eigen gegevens",
    "dashed": "levering met identificatoren",
    "solid": "levering zonder identificatoren",
    "access": "mag ter plaatse lezen",
    "made": "binnen de partij gemaakt uit",
    "ended": "vernietigd na stap",
    "kept": "aan het einde nog in bezit",
    "extra": "4+: na stap 4, niet zelf genummerd",
    "organisation": "één organisatie",
    "zone": "zone",
    "step": "stap",
    "colon": ":",
}
_FR = {
    "dataflow": "flux de données de",
    "identity": "contient un identifiant direct",
    "pseudonym": "personnes codées, sans variables de santé",
    "health": "données de santé de personnes",
    "aggregate": "effectifs ou institutions, sans personnes",
    "none": "aucun identifiant",
    "concordance": "concordance",
    "own": "données propres",
    "dashed": "livraison avec identifiants",
    "solid": "livraison sans identifiants",
    "access": "peut lire sur place",
    "made": "fait chez la partie à partir de",
    "ended": "détruit après l'étape",
    "kept": "encore détenu à la fin",
    "extra": "4+ : après l'étape 4, sans numéro propre",
    "organisation": "une organisation",
    "zone": "zone",
    "step": "étape",
    "colon": "\u00a0:",
}
_EN = {
    "dataflow": "dataflow of",
    "identity": "holds a direct identifier",
    "pseudonym": "coded persons, no health variables",
    "health": "health data of persons",
    "aggregate": "counts or institutions, no persons",
    "none": "no identifier",
    "concordance": "concordance",
    "own": "own records",
    "dashed": "delivery with identifiers",
    "solid": "delivery without identifiers",
    "access": "may read it where it stands",
    "made": "made inside the party from",
    "ended": "destroyed after step",
    "kept": "still held at the end",
    "extra": "4+: after step 4, without a number of its own",
    "organisation": "one organisation",
    "zone": "zone",
    "step": "step",
    "colon": ":",
}
WORDS: Mapping[str, Mapping[str, str]] = {"nl": _NL, "fr": _FR, "en": _EN}

_KINDS: Mapping[str, tuple[str, str, str]] = {
    "select": ("selecteren", "sélectionner", "select"),
    "construct": ("variabele construeren", "construire une variable", "construct"),
    "derive": ("afleiden", "dériver", "derive"),
    "recode_date": ("datum hercoderen", "recoder une date", "recode date"),
    "categorise": ("in klassen", "en classes", "categorise"),
    "pseudonymise": ("pseudonimiseren", "pseudonymiser", "pseudonymise"),
    "decode": ("decoderen", "décoder", "decode"),
    "rekey": ("omsleutelen", "changer de clé", "rekey"),
    "split": ("splitsen", "scinder", "split"),
    "send": ("verzenden", "envoyer", "send"),
    "consolidate": ("samenvoegen", "rassembler", "consolidate"),
    "link": ("koppelen", "coupler", "link"),
    "drop": ("weglaten", "supprimer", "drop"),
    "aggregate": ("aggregeren", "agréger", "aggregate"),
    "assess_small_cells": ("kleine cellen analyseren", "analyser les petites cellules", "assess small cells"),
    "protect": ("beschermen", "protéger", "protect"),
    "grant_access": ("toegang geven", "donner accès", "grant access"),
    "approve": ("goedkeuren", "approuver", "approve"),
    "add_decoys": ("anderen toevoegen", "ajouter des leurres", "add decoys"),
    "destroy": ("vernietigen", "détruire", "destroy"),
    "log": ("loggen", "journaliser", "log"),
    "publish": ("publiceren", "publier", "publish"),
    "feed_back": ("terugkoppelen", "retourner", "feed back"),
}


def kind_name(kind: str, lang: str) -> str:
    """What a kind of step is called in a language; its name in the study file where none is given."""
    named = _KINDS.get(kind)
    return dict(zip(("nl", "fr", "en"), named, strict=True))[lang] if named else kind
