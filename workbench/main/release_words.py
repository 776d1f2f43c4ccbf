"""What the report of a release says, in the three languages."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.disclosure.views import OUTSIDER, registered

Words = Mapping[str, str]

WORDS: Mapping[str, Words] = {
    "en": {
        "page": "Page",
        "outsider": "anyone outside",
        "registrar": "who registered {hospital} in {years}",
        "part.k": "numerator",
        "part.n": "denominator",
        "part.rest": "rest of the denominator",
        "hospitals": "all hospitals",
        "years": "all years",
        "release": "release {number}",
        "title": "What release {number} of {study} protects",
        "confidential": (
            "Confidential: this report tells how many numbers are small. It is meant for who computes and for "
            "the Committee, not for readers of the release."
        ),
        "risk": "What was at risk",
        "risk.text": (
            "Of the {numbers} numbers that the pages, filters and exports can show, {small} count fewer than "
            "{threshold} stays or persons{zeros}. Shown as they are, or worked out from their neighbours, they "
            "could point at a person."
        ),
        "zeros": " (none at all included)",
        "whom": "For whom",
        "whom.text": (
            "{attackers} readers were taken as attackers, each with all numbers of this release{earlier} and "
            "with what they know themselves. Together they have {secrets} small numbers and small differences "
            "to go after."
        ),
        "earlier": " and of release {releases}",
        "attacker": "attacker",
        "secrets": "after",
        "learned": "learns",
        "nearest": "the nearest miss",
        "open": "cannot rule out",
        "to": "to",
        "done": "What was done",
        "done.text": (
            "The small numbers are withheld, and {secondary} others with them, because sums would give the "
            "small ones back. All carry one mark. For each small number and each attacker there is a table of "
            "whole stays that agrees with all that is published and has a low value there, and one that has a "
            "high value: {witnesses} such tables in all, checked again by other code."
        ),
        "cost": "What it cost",
        "cost.text": (
            "{shown} of {numbers} numbers are shown ({share} %), and {rates} of {allrates} rates. Of the totals"
            " of all hospitals, {national} of {allnational} rates are shown."
        ),
        "indicator": "indicator",
        "shown": "shown",
        "small": "small",
        "secondary": "withheld to protect them",
        "picture": "Numbers per indicator: shown, small, and withheld to protect the small ones",
        "picture.levels": "Numbers by how finely they are cut: the finer, the more are small",
        "picture.whom": "How many small numbers and differences each attacker is after, and how many it learns",
        "level.all": "all together",
        "level.year": "all hospitals, by year",
        "level.hospital": "by hospital",
        "level.both": "by hospital and year",
        "amounts": "Means and quartiles",
        "amounts.text": (
            "A mean and its count are a total, and totals subtract. So for each group of hospital years that "
            "is told of, each attacker was asked how many persons it may hold, and by how much the largest "
            "amount in it may be taken too high."
        ),
        "groups": "groups",
        "persons": "may hold up to",
        "over": "largest amount, too high by",
        "next": (
            "To lose less: workbench release whatif {study} --merge A+B shows what merging hospitals or years saves."
        ),
    },
    "nl": {
        "page": "Bladzijde",
        "outsider": "een buitenstaander",
        "registrar": "wie {hospital} registreerde in {years}",
        "part.k": "teller",
        "part.n": "noemer",
        "part.rest": "rest van de noemer",
        "hospitals": "alle ziekenhuizen",
        "years": "alle jaren",
        "release": "publicatie {number}",
        "title": "Wat publicatie {number} van {study} beschermt",
        "confidential": (
            "Vertrouwelijk: dit verslag zegt hoeveel getallen klein zijn. Het is bestemd voor wie rekent en "
            "voor het Comité, niet voor lezers van de publicatie."
        ),
        "risk": "Wat liep gevaar",
        "risk.text": (
            "Van de {numbers} getallen die de pagina's, filters en exports kunnen tonen, tellen er {small} "
            "minder dan {threshold} verblijven of personen{zeros}. Zo getoond, of afgeleid uit hun buren, "
            "kunnen ze naar iemand wijzen."
        ),
        "zeros": " (ook geen enkel)",
        "whom": "Voor wie",
        "whom.text": (
            "{attackers} lezers golden als aanvaller, elk met alle getallen van deze publicatie{earlier} en met"
            " wat ze zelf weten. Samen kunnen ze {secrets} kleine getallen en kleine verschillen zoeken."
        ),
        "earlier": " en van publicatie {releases}",
        "attacker": "aanvaller",
        "secrets": "zoekt",
        "learned": "vindt",
        "nearest": "kwam het dichtst bij",
        "open": "kan niet uitsluiten",
        "to": "tot",
        "done": "Wat gebeurde er",
        "done.text": (
            "De kleine getallen zijn weggelaten, en {secondary} andere erbij, omdat sommen de kleine zouden "
            "teruggeven. Alle dragen hetzelfde teken. Voor elk klein getal en elke aanvaller bestaat een tabel "
            "van gehele verblijven die klopt met al wat gepubliceerd is en daar een lage waarde heeft, en een "
            "met een hoge waarde: samen {witnesses} tabellen, nagerekend door andere code."
        ),
        "cost": "Wat het kostte",
        "cost.text": (
            "{shown} van de {numbers} getallen zijn te zien ({share} %), en {rates} van de {allrates} "
            "percentages. Van de totalen van alle ziekenhuizen zijn {national} van de {allnational} percentages"
            " te zien."
        ),
        "indicator": "indicator",
        "shown": "getoond",
        "small": "klein",
        "secondary": "weggelaten om die te beschermen",
        "picture": "Getallen per indicator: getoond, klein, en weggelaten om de kleine te beschermen",
        "picture.levels": "Getallen naar hoe fijn ze gesneden zijn: hoe fijner, hoe meer er klein zijn",
        "picture.whom": "Hoeveel kleine getallen en verschillen elke aanvaller zoekt, en hoeveel hij er vindt",
        "level.all": "alles samen",
        "level.year": "alle ziekenhuizen, per jaar",
        "level.hospital": "per ziekenhuis",
        "level.both": "per ziekenhuis en jaar",
        "amounts": "Gemiddelden en kwartielen",
        "amounts.text": (
            "Een gemiddelde en zijn aantal zijn een totaal, en totalen zijn af te trekken. Daarom werd voor "
            "elke groep ziekenhuisjaren waarover iets gezegd wordt en voor elke aanvaller gevraagd hoeveel "
            "personen ze kan tellen, en hoeveel te hoog het grootste bedrag erin geschat kan worden."
        ),
        "groups": "groepen",
        "persons": "kan tellen tot",
        "over": "grootste bedrag, te hoog met",
        "next": (
            "Minder verliezen: workbench release whatif {study} --merge A+B toont wat samennemen van "
            "ziekenhuizen of jaren spaart."
        ),
    },
    "fr": {
        "page": "Page",
        "outsider": "une personne extérieure",
        "registrar": "qui a enregistré {hospital} en {years}",
        "part.k": "numérateur",
        "part.n": "dénominateur",
        "part.rest": "reste du dénominateur",
        "hospitals": "tous les hôpitaux",
        "years": "toutes les années",
        "release": "publication {number}",
        "title": "Ce que protège la publication {number} de {study}",
        "confidential": (
            "Confidentiel : ce rapport dit combien de nombres sont petits. Il est destiné à qui calcule et au "
            "Comité, pas aux lecteurs de la publication."
        ),
        "risk": "Ce qui était en danger",
        "risk.text": (
            "Des {numbers} nombres que les pages, filtres et exports peuvent montrer, {small} comptent moins de"
            " {threshold} séjours ou personnes{zeros}. Montrés tels quels, ou déduits de leurs voisins, ils "
            "peuvent désigner quelqu'un."
        ),
        "zeros": " (ou aucun)",
        "whom": "Pour qui",
        "whom.text": (
            "{attackers} lecteurs ont été pris pour attaquants, chacun avec tous les nombres de cette "
            "publication{earlier} et avec ce qu'il sait lui-même. Ensemble ils ont {secrets} petits nombres et "
            "petites différences à chercher."
        ),
        "earlier": " et de la publication {releases}",
        "attacker": "attaquant",
        "secrets": "cherche",
        "learned": "trouve",
        "nearest": "au plus près",
        "open": "ne peut exclure",
        "to": "à",
        "done": "Ce qui a été fait",
        "done.text": (
            "Les petits nombres sont retenus, et {secondary} autres avec eux, parce que des sommes rendraient "
            "les petits. Tous portent la même marque. Pour chaque petit nombre et chaque attaquant il existe un"
            " tableau de séjours entiers qui s'accorde avec tout ce qui est publié et y a une valeur basse, et "
            "un autre une valeur haute : {witnesses} tableaux en tout, vérifiés par un autre code."
        ),
        "cost": "Ce que cela a coûté",
        "cost.text": (
            "{shown} des {numbers} nombres sont montrés ({share} %), et {rates} des {allrates} pourcentages. "
            "Des totaux de tous les hôpitaux, {national} des {allnational} pourcentages sont montrés."
        ),
        "indicator": "indicateur",
        "shown": "montrés",
        "small": "petits",
        "secondary": "retenus pour les protéger",
        "picture": "Nombres par indicateur : montrés, petits, et retenus pour protéger les petits",
        "picture.levels": "Nombres selon la finesse du découpage : plus il est fin, plus il y en a de petits",
        "picture.whom": (
            "Combien de petits nombres et de différences chaque attaquant cherche, et combien il en trouve"
        ),
        "level.all": "tout ensemble",
        "level.year": "tous les hôpitaux, par année",
        "level.hospital": "par hôpital",
        "level.both": "par hôpital et année",
        "amounts": "Moyennes et quartiles",
        "amounts.text": (
            "Une moyenne et son nombre sont un total, et des totaux se soustraient. Pour chaque groupe "
            "d'années d'hôpital dont on parle et chaque attaquant, on a donc demandé combien de personnes il "
            "peut compter, et de combien le plus grand montant peut y être estimé trop haut."
        ),
        "groups": "groupes",
        "persons": "peut compter jusqu'à",
        "over": "plus grand montant, trop haut de",
        "next": (
            "Perdre moins : workbench release whatif {study} --merge A+B montre ce que réunir des hôpitaux ou"
            " des années épargne."
        ),
    },
}


def attacker(name: str, words: Words) -> str:
    """A view of `workbench.disclosure.views` for readers; a hospital, or several together, by its own name."""
    if name == OUTSIDER:
        return words["outsider"]
    found = registered(name)
    return words["registrar"].format(hospital=found[0], years=found[1]) if found else name
