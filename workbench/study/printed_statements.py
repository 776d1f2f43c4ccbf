"""What a document states and another place of it, or the catalogue, may contradict."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Spec

from workbench.catalog.base import Entry, Text
from workbench.study.printed_texts import Number

Range = tuple[int | None, int | None]
Years = tuple[int | None, int | None]


class _Said(Entry):
    """Base of all statements: where it stands and what it is about."""

    line: int
    subject: str = ""


class Age(_Said):
    """`from` n: at least n; `over` n: older than n; `to` n: at most n; `below` n: younger than n."""

    says: Literal["age"]
    from_: int | None = Spec(default=None, alias="from")
    over: int | None = None
    to: int | None = None
    below: int | None = None


class Period(_Said):
    """Years or dates of a population, a source, a registration; null where the document leaves it open."""

    says: Literal["period"]
    from_: int | str | None = Spec(default=None, alias="from")
    to: int | str | None = None
    unit: str = "year"


class Availability(_Said):
    """From when until when a source has its data."""

    says: Literal["availability"]
    from_: int | str | None = Spec(default=None, alias="from")
    to: int | str | None = None


class Retention(_Said):
    """How many years data are kept, and from which event these count."""

    says: Literal["retention"]
    years: float | None = None
    from_: str | None = Spec(default=None, alias="from")


class Destroy(_Said):
    """`what` is destroyed (a printed name of a dataset, or words) at `when`."""

    says: Literal["destroy"]
    what: Text
    when: str | None = None


class Named(Entry):
    """An indicator as a list names it."""

    number: Number | None = None
    name: Text


class Indicators(_Said):
    """A list of the indicators of the study, in the order printed."""

    says: Literal["indicators"]
    list_: tuple[Named, ...] = Spec(alias="list")


class IndicatorRef(_Said):
    """An indicator named by its number, and what it means there."""

    says: Literal["indicator_ref"]
    number: Number
    means: Text


class Access(_Said):
    """A party has access to a dataset; both by their printed names."""

    says: Literal["access"]
    party: Text
    dataset: Text


class Zone(_Said):
    """The zone of an organisation, under its printed name, in which a party works."""

    says: Literal["zone"]
    party: Text
    zone: Text


class Separation(_Said):
    """Parties that must not see each other's data."""

    says: Literal["separation"]
    parties: tuple[Text, ...]


class Scra(_Said):
    """Small-cell risk analysis: by whom, on what, when, with which threshold, reported to whom."""

    says: Literal["scra"]
    executor: str | None = None
    kind: Literal["theoretical", "on_data"] | None = None
    before: Literal["access", "delivery"] | None = None
    of: str | None = None
    threshold: int | None = None
    report_to: str | None = None


class Condition(_Said):
    """What the committee asks; `needs` is the step or setting that satisfies it."""

    says: Literal["condition"]
    needs: Literal[
        "decoys", "destroy", "scra", "report", "four_eyes", "log", "authorisation", "encryption", "separation"
    ]
    of: str | None = None
    text: str | None = None


class Rights(_Said):
    """Whether the persons are informed; if not, whether that is impossible or takes too much effort."""

    says: Literal["rights"]
    information: Literal["given", "exempt"]
    reason: Literal["impossible", "effort"] | None = None


class Classes(_Said):
    """Classes of an attribute, both ends included, null for an open end; `count` is the number announced."""

    says: Literal["classes"]
    of: Text
    classes: tuple[Range, ...] = ()
    count: int | None = None


class Interval(_Said):
    """A date given as the time since another."""

    says: Literal["interval"]
    of: Text
    since: Text
    unit: str = "day"


class CodingSaid(_Said):
    """The code system in which an attribute or field is given, and the years of those data."""

    says: Literal["coding"]
    of: Text
    system: Text
    years: Years | None = None


class Count(_Said):
    """A number `n` of things that can be counted elsewhere: years, indicators, hospitals."""

    says: Literal["count"]
    of: Text
    n: int


class NameSaid(_Said):
    """A spelling of the `subject`: the same subject may be printed in several."""

    says: Literal["name"]
    value: Text


class Meaning(_Said):
    """What a name means at this place."""

    says: Literal["meaning"]
    name: Text
    means: Text


class Reference(_Said):
    """A reference to a paragraph, annex, footnote or line, and whether it is there."""

    says: Literal["reference"]
    to: Number
    exists: bool


class Delivers(_Said):
    """A party delivers a dataset; `columns` where the sentence names some."""

    says: Literal["delivers"]
    party: Text
    dataset: Text
    columns: tuple[Text, ...] = ()


class KeepsExact(_Said):
    """The attribute `of` is kept as it is, not made coarser."""

    says: Literal["keeps_exact"]
    of: Text


class LinkImpossible(_Said):
    """The dataset `subject` is said to have no link with the dataset `with`."""

    says: Literal["link_impossible"]
    with_: str | None = Spec(default=None, alias="with")


class Enclosed(_Said):
    """Text promised as an annex."""

    says: Literal["enclosed"]
    name: Text


Statement = Annotated[
    Age
    | Period
    | Availability
    | Retention
    | Destroy
    | Indicators
    | IndicatorRef
    | Access
    | Zone
    | Separation
    | Scra
    | Condition
    | Rights
    | Classes
    | Interval
    | CodingSaid
    | Count
    | NameSaid
    | Meaning
    | Reference
    | Delivers
    | KeepsExact
    | LinkImpossible
    | Enclosed,
    Spec(discriminator="says"),
]
