"""What was planted for each indicator of a study, as SQL on the generator's answer key: `catalog/answers/<study>.yaml`.

The files say again, in words of their own, who an indicator counts and what is true of them; nothing of the
indicator's definition is read, so that the two can be held against each other.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import model_validator

from workbench.catalog.base import Entry, Name, Text
from workbench.catalog.source import read_source, validate
from workbench.errors import Problem, Problems

FOLDER = "answers"


class Answer(Entry):
    """The answer to one number of an indicator, over all hospitals and years.

    among, counted, drawn: conditions over the rows of `of`, and what a row was drawn with, of which the mean is shown;
    or `query`: SELECT n, the planted value, and what it was drawn with (each may be NULL or left out at the end).
    what: the statistic (see `Result`), when it is not the share or the count. stratum, level: when it is one level's.
    """

    indicator: Name
    what: Text | None = None
    stratum: str = ""
    level: str = ""
    of: Text | None = None
    among: Text | None = None
    counted: Text | None = None
    drawn: Text | None = None
    query: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Answer:
        if (self.query is None) == (self.of is None or self.among is None):
            raise ValueError("an answer has either 'query', or 'of' and 'among'")
        if self.query is not None and self.what is None:
            raise ValueError("an answer by 'query' says 'what' it is")
        return self

    @property
    def statistic(self) -> str:
        """The statistic of the indicator that this answers."""
        return self.what or ("proportion" if self.counted else "count")

    def sql(self) -> str:
        """SELECT of n, planted and drawn."""
        if self.query is not None:
            return self.query
        planted = f"avg(({self.counted})::INT)" if self.counted else "count(*)"
        return f"SELECT count(*), {planted}, avg({self.drawn or 'NULL'}) FROM {self.of} WHERE {self.among}"


class Answers(Entry):
    """The answers of a study.

    tables: SQL that makes what they ask, from views: the parties' tables by name, those of the answer key after `key_`.
    `{codes.LIST}` stands for the codes of a list, `{codes.LIST.ATTRIBUTE}` for those of which the attribute is true,
    `{values.LIST.ATTRIBUTE}` for rows (code, number) of those that have it, and any other `{dotted.path}` for a figure
    of catalog/synth. enrich: what the data are made more frequent for.
    """

    study: Name
    enrich: Name | None = None
    tables: Text
    answers: tuple[Answer, ...]


def answered(root: Path) -> tuple[str, ...]:
    """Studies with answers."""
    return tuple(path.stem for path in sorted((root / FOLDER).glob("*.yaml")))


def read_answers(study: str, root: Path) -> Answers:
    """The answers of a study. Raises `Problems` when there is no such file, or for what is wrong in it."""
    path = root / FOLDER / f"{study}.yaml"
    if not path.is_file():
        known = ", ".join(answered(root)) or "none"
        why, todo = f"these studies have answers: {known}", "add the file, or choose another study"
        raise Problems([Problem(str(path), 1, "nobody wrote down what was planted for it", why, todo)])
    source = read_source(path, root.parent)
    found = validate(Answers, source.data, source) if not source.problems else None
    if found is None:
        raise Problems(source.problems)
    return found
