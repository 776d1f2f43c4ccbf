"""The study as its file says it: what is asked and why, never how it is computed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict
from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label, Name, Text
from workbench.study.accepted import Accepted


class Applicant(Entry):
    organisation: Text
    responsible: str | None = None
    cite: Cite | None = None


class LegalBasis(Entry):
    text: Label
    cite: Cite


class Period(Entry):
    """Calendar years that the study looks at (of discharge, of incidence, of the service), both included."""

    from_year: int = Spec(alias="from")
    to_year: int = Spec(alias="to")
    cite: Cite


class Criterion(Entry):
    """One inclusion criterion on a field; it must hold for at least one row that belongs to the unit."""

    id: Text
    field: Text
    in_codes: str | None = None
    having: dict[str, Any] = Spec(default_factory=dict)
    between: tuple[int, int] | None = None
    years_before: str | None = None
    at_least: int | None = None
    cite: Cite


class Population(Entry):
    """The rows of the `unit` table that meet every criterion; without criteria, all of them."""

    label: Label
    unit: Text
    criteria: tuple[Criterion, ...] = ()


class KeyEnd(Entry):
    """How long a key is kept: so many years `from` an event."""

    years: int = Spec(ge=0)
    from_event: str = Spec(alias="from")


class Domain(Entry):
    """A pseudonym domain: `issuer` makes its pseudonyms, and holds its key unless another `key_holder` is named.

    scope `study`: the key is made for one run and destroyed in it; `source`: an operational key that the
    source's data are coded with, older and longer-lived than the study. Pseudonyms of a `reversible` domain can
    be turned back by who holds the key; of any other, nobody's key turns a pseudonym back.
    """

    id: Name
    of: Text
    issuer: Text
    scope: Literal["study", "source"]
    reversible: bool = False
    key_holder: str | None = None
    key_until: KeyEnd | None = None
    cite: Cite

    @property
    def keepers(self) -> tuple[str, ...]:
        """Parties that have the key: the issuer, and the key holder when that is another."""
        return tuple(dict.fromkeys((self.issuer, self.key_holder or self.issuer)))


class VariableUse(Entry):
    """A source variable that the study asks for, and why."""

    ref: Text
    motivation: Label
    transformation: Text
    used_by: tuple[str, ...]
    cite: Cite


class StepSpec(Entry):
    """A step of the flow as written; the keys beside these belong to its kind and are checked there."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Text
    kind: Text
    actor: Text
    label: Label
    cite: Cite
    number: str | None = None


class Chain(Entry):
    """Stays that follow one another through transfers; `next` has the columns with the key of the stay that follows."""

    previous: Text
    next: tuple[Text, ...] = Spec(min_length=1)
    days: Text = Spec(description="the column with the days of the stay itself")


class Unit(Entry):
    """What an indicator counts: rows of one table of the analysis dataset, and which of its columns say what.

    key: identifies a row, and joins rows of other tables by the columns they have of it; without one, only the
    unit's own columns can be asked for. person: the pseudonym, of which one unit or several exist.
    hospital: the group in which results are shown, of which `hospital_characters` (first and last, from 1) are taken.
    year: of which a class of `year_width` years may stand where years were put together.
    """

    part: Text
    key: tuple[Text, ...] = ()
    person: Text | None = None
    hospital: Text | None = None
    hospital_characters: tuple[int, int] | None = None
    year: Text | None = None
    year_width: Text | None = None
    birth_year: Text | None = None
    birth_width: Text | None = None
    sex: Text | None = None
    chain: Chain | None = None

    def columns(self) -> tuple[str, ...]:
        """Every column that the unit names."""
        chain = (self.chain.previous, *self.chain.next, self.chain.days) if self.chain else ()
        named = (self.person, self.hospital, self.year, self.year_width, self.birth_year, self.birth_width, self.sex)
        return tuple(dict.fromkeys((*self.key, *(one for one in named if one), *chain)))


class Analysis(Entry):
    """Where the indicators are computed, and what they count there.

    Parts of `dataset` are named as they are, those of `more` datasets as `dataset.part`.
    """

    party: Text
    dataset: Text
    more: tuple[Text, ...] = ()
    units: dict[str, Unit] = Spec(default_factory=dict)


class Scra(Entry):
    """Who does the small-cell risk analysis, by which policy, and who hears the result."""

    executor: Text
    policy: Text
    report_to: str | None = None
    cite: Cite


class Retention(Entry):
    dataset: Text
    years: int = Spec(ge=0)
    from_event: str = Spec(alias="from")
    cite: Cite


class Recipient(Entry):
    party: Text
    receives: Text
    cite: Cite


class Target(Entry):
    """What nobody but a source may bring together: tokens such as `id:INSZ` and `attr:diagnosis`."""

    id: Name
    of: tuple[Text, ...] = Spec(min_length=1)
    cite: Cite


class Satisfied(Entry):
    """What satisfies a condition: a step of the flow, or a setting of the study by its name."""

    step: str | None = None
    setting: str | None = None


class Condition(Entry):
    """A condition that the committee attaches to its authorisation, and what satisfies it."""

    id: Name
    text: Label
    satisfied_by: tuple[Satisfied, ...]
    cite: Cite


class Rights(Entry):
    """Whether the persons are informed, or why the duty to inform does not apply."""

    information: Literal["given", "exempt"]
    reason: Label | None = None
    cite: Cite


class Hosting(Entry):
    """`host` runs the machines on which data of party `of` stand; not `encrypted` means that it can read them."""

    host: Text
    of: Text
    encrypted: bool = False
    cite: Cite


class Erratum(Entry):
    """A place where the executable study departs from the printed text.

    `printed_columns` and `used_columns` state how the columns of `datasets` differ from the printed annex:
    the golden test allows exactly these differences.
    """

    id: Text
    what: Text
    printed: Text
    used: Text
    why: Text
    datasets: tuple[str, ...] = ()
    printed_columns: tuple[str, ...] = ()
    used_columns: tuple[str, ...] = ()
    cite: Cite


class Study(Entry):
    """A whole study file.

    A study without `indicators` and `analysis` runs and has no release; `datasets` may give its datasets a name
    for readers.
    """

    id: Name
    title: Label
    document: Text
    applicant: Applicant
    purpose: Label
    legal_basis: tuple[LegalBasis, ...]
    period: Period
    population: Population
    parties: tuple[str, ...]
    domains: tuple[Domain, ...]
    flow: tuple[StepSpec, ...]
    indicators: tuple[str, ...] = ()
    analysis: Analysis | None = None
    scra: Scra | None = None
    retention: tuple[Retention, ...]
    recipients: tuple[Recipient, ...]
    reports: tuple[str, ...] = ()
    variables: tuple[VariableUse, ...]
    targets: tuple[Target, ...] = ()
    conditions: tuple[Condition, ...] = ()
    rights: Rights | None = None
    hosting: tuple[Hosting, ...] = ()
    datasets: dict[str, Label] = Spec(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()
    errata: tuple[Erratum, ...] = ()

    def domain(self, id_: str) -> Domain | None:
        """The pseudonym domain of that name, or None."""
        return next((entry for entry in self.domains if entry.id == id_), None)
