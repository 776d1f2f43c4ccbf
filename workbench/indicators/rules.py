"""The rules an indicator file may use: each turns the stays' frame into one boolean column."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Literal, cast

import ibis
import ibis.expr.types as ir
from pydantic import ValidationError

from workbench.catalog.base import Entry
from workbench.indicators.frame import KEY, Frame


class StayRule(Entry):
    """Base of the rules: `lists` and `reads` say what a rule depends on, for the checks."""

    @abstractmethod
    def apply(self, frame: Frame) -> str:
        """Name of a boolean column, true for the stays that meet the rule."""

    def lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Code lists with the groups taken from them."""
        return ()

    def reads(self) -> tuple[str, ...]:
        """Columns of the analysis dataset the rule uses (`part.column`)."""
        return ()


class Codes(Entry):
    codes: str
    groups: tuple[str, ...]


class FirstOfChain(StayRule):
    """first_of_chain: no stay in another hospital ended on the day this one began, so an episode counts once."""

    first_of_chain: Literal[True]

    def apply(self, frame: Frame) -> str:
        return frame.add(frame.table["VorigVerblijf"].isnull())

    def reads(self) -> tuple[str, ...]:
        return ("stay.VorigVerblijf",)


class MainDiagnosis(StayRule):
    """main_diagnosis: the validated main diagnosis falls in the groups of a code list."""

    main_diagnosis: Codes

    def apply(self, frame: Frame) -> str:
        rows = frame.parts["diagnosis"]
        wanted = frame.group(self.main_diagnosis.codes, self.main_diagnosis.groups)
        return frame.mark(
            rows.filter(
                _having(frame, rows["TYPE_DIAGNOSE"], "mzg_type_diagnose", "main"),
                _having(frame, rows["M1_CODE_CERT"], "mzg_code_cert", "validated"),
                frame.coded(rows["CODE_DIAGNOSE"], wanted),
            )
        )

    def lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return ((self.main_diagnosis.codes, self.main_diagnosis.groups),)

    def reads(self) -> tuple[str, ...]:
        return "diagnosis.TYPE_DIAGNOSE", "diagnosis.CODE_DIAGNOSE", "diagnosis.M1_CODE_CERT"


class AnyDiagnosis(StayRule):
    """any_diagnosis: a validated diagnosis, main or secondary, falls in the groups of a code list."""

    any_diagnosis: Codes

    def apply(self, frame: Frame) -> str:
        rows = frame.parts["diagnosis"]
        wanted = frame.group(self.any_diagnosis.codes, self.any_diagnosis.groups)
        return frame.mark(
            rows.filter(
                _having(frame, rows["M1_CODE_CERT"], "mzg_code_cert", "validated"),
                frame.coded(rows["CODE_DIAGNOSE"], wanted),
            )
        )

    def lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return ((self.any_diagnosis.codes, self.any_diagnosis.groups),)

    def reads(self) -> tuple[str, ...]:
        return "diagnosis.CODE_DIAGNOSE", "diagnosis.M1_CODE_CERT"


class LeftAlive(StayRule):
    """left_alive: the last stay of the chain did not end with death."""

    left_alive: Literal[True]

    def apply(self, frame: Frame) -> str:
        return frame.add(~_having(frame, frame.table["last_destination"], "mzg_destinate", "deceased"))

    def reads(self) -> tuple[str, ...]:
        return ("stay.A2_CODE_DESTINATE",)


class Billed(Entry):
    codes: str
    groups: tuple[str, ...]
    days: tuple[int, int]


class BilledTogether(StayRule):
    """billed_together: in one stay of the chain, a line of each group within the days after that stay's admission."""

    billed_together: Billed

    def apply(self, frame: Frame) -> str:
        spec = self.billed_together
        lines = frame.lines.filter(frame.lines["stay_day"].between(*spec.days))
        found: ir.Table | None = None
        for group in spec.groups:
            asked = frame.coded(lines["SS00020"], frame.group(spec.codes, (group,)))
            one = lines.filter(asked).select(*KEY, "place").distinct()
            found = one if found is None else found.semi_join(one, [*KEY, "place"])
        return frame.mark(cast(ir.Table, found))

    def lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return ((self.billed_together.codes, self.billed_together.groups),)

    def reads(self) -> tuple[str, ...]:
        return "billing.SS00020", "billing.SS00015"


class Delivered(Entry):
    codes: str
    days: tuple[int, int]
    after: Literal["admission", "discharge"]


class Medicine(StayRule):
    """medicine: a product of the list delivered in the days after the first admission or around the last discharge."""

    medicine: Delivered

    def apply(self, frame: Frame) -> str:
        spec = self.medicine
        lines = frame.lines.filter(frame.product(frame.lines["SS00135"], spec.codes))
        if spec.after == "admission":
            return frame.mark(lines.filter(lines["day"].between(*spec.days)))
        # Only what was delivered in or after the last stay is treatment at discharge.
        return frame.mark(lines.filter(lines["last"], (lines["stay_day"] - lines["los"]).between(*spec.days)))

    def lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return ((self.medicine.codes, ()),)

    def reads(self) -> tuple[str, ...]:
        return (
            "billing.SS00135",
            "billing.SS00015",
            *(("stay.LOS",) if self.medicine.after == "discharge" else ()),
        )


class DiedWithin(StayRule):
    """died_within: days after the first admission, 30 or 90, as the source delivers them."""

    died_within: Literal[30, 90]

    def apply(self, frame: Frame) -> str:
        return frame.add(frame.table[f"Overlijden{self.died_within}"])

    def reads(self) -> tuple[str, ...]:
        return (f"stay.Overlijden{self.died_within}",)


class NoneOf(StayRule):
    """none_of: another rule does not hold."""

    none_of: dict[str, Any]

    def apply(self, frame: Frame) -> str:
        return frame.negate(self._inner().apply(frame))

    def lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return self._inner().lists()

    def reads(self) -> tuple[str, ...]:
        return self._inner().reads()

    def _inner(self) -> StayRule:
        rule, trouble = parse_rule(self.none_of)
        if rule is None:
            raise ValueError(trouble)
        return rule


RULES: dict[str, type[StayRule]] = {
    "first_of_chain": FirstOfChain,
    "main_diagnosis": MainDiagnosis,
    "any_diagnosis": AnyDiagnosis,
    "left_alive": LeftAlive,
    "billed_together": BilledTogether,
    "medicine": Medicine,
    "died_within": DiedWithin,
    "none_of": NoneOf,
}


def parse_rule(spec: dict[str, Any]) -> tuple[StayRule | None, str]:
    """The rule of `{name: arguments}`, or None with the reason why there is none."""
    name = next(iter(spec), "")
    if len(spec) != 1 or name not in RULES:
        return None, f"a rule is one of {', '.join(RULES)} with its arguments"
    try:
        rule = RULES[name].model_validate(spec)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return None, f"its arguments do not fit: {'.'.join(map(str, first['loc']))}: {first['msg']}"
    if isinstance(rule, NoneOf):
        inner, trouble = parse_rule(rule.none_of)
        if inner is None:
            return None, trouble
    return rule, ""


def _having(frame: Frame, column: ir.Value, codes: str, attribute: str) -> ir.BooleanValue:
    """Condition that a code's entry has the attribute: what a code means stays in the catalogue."""
    chosen = [entry.code for entry in frame.catalog.codes[codes].entries if entry.attributes.get(attribute) is True]
    return cast(ir.BooleanValue, column.isin(chosen)).fill_null(False) if chosen else ibis.literal(False)
