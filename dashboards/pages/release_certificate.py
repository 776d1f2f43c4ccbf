"""The certificate of a release and the ledger of what happened to it, readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.markup import Html, icon, join, tag
from dashboards.pages.room import Room
from workbench.publish.ledger import Standing

HASHES = ("rows_sha256", "witnesses_sha256", "policy_sha256")


def certificate(room: Room, chosen: Standing) -> Html:
    """What was proven, against whom, by which rule, and the hashes that tie it to what is shown."""
    t, release = room.t, chosen.release
    found, policy = release.certificate(), release.policy()
    verdicts: Mapping[str, str] = found["verdicts"]
    proven = all(verdict == "safe" for verdict in verdicts.values())
    words = t.count("certificate.safe", len(verdicts)) if proven else t("certificate.unsafe")
    verdict = tag("p", icon("shield"), " ", words, class_="verdict no" if proven else "verdict yes")
    withheld = t("certificate.numbers", numbers=t.number(found["numbers"]), withheld=t.number(found["withheld"]))
    zeros = t("certificate.zeros.hide" if policy.get("zeros") == "hide" else "certificate.zeros.show")
    rule = t("certificate.rule", policy=policy["id"], threshold=policy["threshold"])
    earlier = ", ".join(found["earlier"])
    before = t("certificate.earlier", numbers=earlier) if earlier else t("certificate.first")
    lines = [tag("li", withheld), tag("li", rule, " ", zeros), tag("li", before)]
    if amounts := found.get("amounts"):
        said = t("certificate.amounts", numbers=t.number(amounts["numbers"]), withheld=t.number(amounts["withheld"]))
        lines.insert(1, tag("li", said))
    return join(
        verdict,
        tag("ul", *lines, class_="facts-list"),
        tag("h3", t("certificate.attackers")),
        tag("p", t("certificate.attackers.text"), class_="quiet"),
        _verdicts(room, verdicts),
        tag("details", tag("summary", t("certificate.hashes")), _hashes(room, found), id="hashes"),
    )


def attacker(room: Room, name: str) -> str:
    """An attacker as a reader knows it: a hospital by its name, the outsider and who registered in words."""
    t = room.t
    if name == "outsider":
        return t("attacker.outsider")
    if name.startswith("who registered "):
        hospital, _, years = name.removeprefix("who registered ").partition(" in ")
        return t("attacker.registered", hospital=room.house.labels.hospital(hospital, t.lang), years=years)
    return " + ".join(room.house.labels.hospital(one, t.lang) for one in name.split(" + "))


def _verdicts(room: Room, verdicts: Mapping[str, str]) -> Html:
    t = room.t
    head = tag("tr", *(tag("th", t(f"certificate.{key}"), scope="col") for key in ("attacker", "verdict")))
    ordered = sorted(verdicts, key=lambda one: (one != "outsider", one.startswith("who "), one))
    rows = [
        tag("tr", tag("th", attacker(room, name), scope="row"),
            tag("td", t("certificate.verdict.safe") if verdicts[name] == "safe" else verdicts[name]))
        for name in ordered
    ]  # fmt: skip
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="codes verdicts")
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=t("certificate.attackers"))


def _hashes(room: Room, found: Mapping[str, Any]) -> Html:
    t = room.t
    lines = [tag("div", tag("dt", t(f"certificate.{key}")), tag("dd", tag("code", found[key]))) for key in HASHES]
    method = tag("div", tag("dt", t("certificate.method")), tag("dd", found["method"]))
    return join(tag("p", t("certificate.hashes.text"), class_="quiet"), tag("dl", *lines, method))


def ledger(room: Room, chosen: Standing) -> Html:
    """What was done to the release, by whom, when and why; made first."""
    t, people = room.t, room.house.directory.people
    lines = [tag("li", tag("b", t("ledger.made")), " ", t.date(chosen.release.created))]
    for one in chosen.lines:
        name = people[one.by].name if one.by in people else one.by
        why = [": ", tag("q", one.why)] if one.why else []
        lines.append(tag("li", tag("b", t(f"ledger.{one.action}", name=name)), " ", t.date(one.when), *why))
    return join(tag("p", t("ledger.lead"), class_="quiet"), tag("ol", *lines, class_="ledger"))
