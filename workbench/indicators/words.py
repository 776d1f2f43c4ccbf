"""A definition in words: what is counted, who is in and who falls out, with the source of each choice."""

from __future__ import annotations

from workbench.catalog.base import Cite, Lang
from workbench.catalog.indicator import Indicator
from workbench.catalog.rule import Amount, AmountOfRows, AnyOf, Condition, Last, Near, NoneOf, Rows, RowsOf, RuleSpec


def definition(one: Indicator, lang: Lang) -> str:
    """The definition as lines of text."""
    lines = [f"{one.id}: {one.label[lang]}", one.question[lang], ""]
    lines.append(f"{one.type} of '{one.of}'; better: {one.direction}  {cited(one.cite)}")
    lines += [f"printed at line {cite.line} of {cite.document}" + _note(cite) for cite in one.printed]
    if one.target is not None:
        lines.append(f"target: {one.target:g} {one.unit}")
    if one.period:
        lines.append(f"years {one.period.from_year} to {one.period.to_year}  {cited(one.period.cite)}")
    if one.proxy:
        lines.append(f"PROXY: {one.proxy.label[lang]}  {cited(one.proxy.cite)}")
        if one.proxy.beside:
            lines.append(f"    compared with '{one.proxy.beside}': sensitivity and specificity")
    for at, rule in one.rules():
        lines += ["", f"{at[0]}: {rule.label[lang]}  {cited(rule.cite)}"]
        lines += [f"    {line}" for line in rule_words(rule.rule)]
    for at, measured in one.amounts():
        lines += ["", f"{at[0]}: {measured.label[lang]}  {cited(measured.cite)}"]
        lines += [f"    {line}" for line in amount_words(measured.amount)]
    if one.groups_of:
        lines += ["", f"the numerator told apart by the groups of {one.groups_of}, each beside the whole denominator"]
    shown = "at" if one.type == "survival" else "shares below"
    lines += ["", f"{shown} {', '.join(f'{limit:g}' for limit in one.limits)} {one.unit}"] if one.limits else []
    if one.relative_to:
        lines.append(f"also relative to everybody of the same age and sex: life table '{one.relative_to}'")
    for stratum in one.strata:
        beside = f", hazards beside {stratum.reference}" if stratum.reference else ""
        lines.append(f"apart by {stratum.label[lang]}{beside}  {cited(stratum.cite)}")
    if one.volume:
        lines.append(f"hazard for every doubling of {one.volume.label[lang]}  {cited(one.volume.cite)}")
    if one.adjustment:
        lines.append(f"adjusted for {', '.join(one.adjustment.covariates)}  {cited(one.adjustment.cite)}")
    return "\n".join([*lines, *(["", one.note] if one.note else [])])


def rule_words(rule: RuleSpec) -> list[str]:
    """A rule as lines, indented where it is made of others."""
    if isinstance(rule, Condition):
        return [words(rule)]
    if isinstance(rule, Rows):
        return _rows_words(rule.rows, f"{rule.at_least} or more rows" if rule.at_least > 1 else "a row")
    if isinstance(rule, Near):
        low, high = rule.near.between
        days = f"a row whose {rule.near.day} lies {low:g} to {high:g} after the first day below"
        return [*_rows_words(rule.near, days), *(f"    {line}" for line in _number_words(rule.near.first))]
    if isinstance(rule, Last):
        return [f"in the last stay of the chain: {words(rule.last)}"]
    name = "any of" if isinstance(rule, AnyOf) else "none of" if isinstance(rule, NoneOf) else "all of"
    return [name, *(f"    {line}" for one in rule.rules() for line in rule_words(one))]


def amount_words(amount: Amount) -> list[str]:
    """An amount as lines."""
    if amount.rows:
        return _number_words(amount.rows)
    if amount.earliest:
        return ["the smallest of", *(f"    {line}" for one in amount.earliest for line in _number_words(one))]
    signed = [f"+ {amount.plus}" if amount.plus else "", f"- {amount.minus}" if amount.minus else ""]
    return [" ".join(filter(None, [amount.column or "1", *signed]))]


def _number_words(rows: AmountOfRows) -> list[str]:
    return _rows_words(rows, f"{rows.of} {rows.column or ''}".strip() + " of the rows")


def _rows_words(rows: RowsOf, what: str) -> list[str]:
    where = {"own": "", "chain": ", in any stay of the chain", "last": ", in the last stay of the chain"}[rows.along]
    lines = [f"{what} of {rows.part}{where}, with", *(f"    {words(one)}" for one in rows.where)]
    for number, some in enumerate(rows.each):
        lines.append("    and in one and the same stay" if not number else "    and")
        lines += [f"        {words(one)}" for one in some]
    return lines


def words(one: Condition) -> str:
    """A condition as a line of text."""
    said = f"{one.column} "
    if one.codes:
        said += f"in {one.codes}"
        said += f" ({', '.join(one.groups)})" if one.groups else ""
        said += "".join(f" where {name} is {value}" for name, value in one.having.items())
    elif one.known is not None:
        said += "is known" if one.known else "is empty"
    elif one.between:
        said += f"from {one.between[0]:g} to {one.between[1]:g}"
    elif one.at_least is not None or one.at_most is not None:
        said += f"at least {one.at_least:g}" if one.at_least is not None else f"at most {one.at_most:g}"
    else:
        said += f"is {one.is_}" if one.one_of is None else f"is one of {', '.join(map(str, one.one_of))}"
    return said if one.counted_from == "admission" else f"{said}, counted from the {one.counted_from.replace('_', ' ')}"


def _note(cite: Cite) -> str:
    return f": {cite.note}" if cite.note else ""


def cited(cite: Cite) -> str:
    """Where a choice comes from."""
    where = f", line {cite.line}" if cite.line else (f", {cite.key}" if cite.key else "")
    return f"[{cite.document}{where}]" if cite.document != "own" else f"[our choice: {cite.note}]"
