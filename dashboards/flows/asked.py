"""What a reader asks of a dataflow, as the address holds it: the step, what is chosen, the tab, the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dashboards.flows.moments import Part
from dashboards.flows.opened import OpenedStudy
from workbench.verify.model import Mode

TABS = ("chosen", "knows", "together", "printed")


@dataclass(frozen=True)
class Asked:
    """`step` from 0 (before the study) to the last; `who` may bring together the target `what`."""

    study: OpenedStudy
    parts: Mapping[str, Part] = field(repr=False)
    step: int = 0
    choose: str = ""
    tab: str = "chosen"
    who: tuple[str, ...] = ()
    what: str = ""
    mode: Mode = "ever"

    @classmethod
    def read(cls, query: Mapping[str, str], study: OpenedStudy, parts: Mapping[str, Part]) -> Asked:
        """From the parameters of an address; what the study does not have is as if it were not there.

        `dataset` is a dataset by its name, wherever it is drawn first: other pages know no more of it.
        """
        asked = cls(study, parts, last(study))
        step = query.get("step", "")
        if step.isascii() and step.isdigit() and len(step) < 5:
            asked = replace(asked, step=min(int(step), last(study)))
        wanted = query.get("dataset", "")
        named = next((one.id for one in parts.values() if one.kind == "dataset" and one.name == wanted), "")
        choose = query.get("choose", named)
        who = tuple(one for one in dict.fromkeys(query.get("who", "").split(",")) if one in study.model.parties)
        return replace(
            asked,
            choose=choose if choose in parts else "",
            tab=query.get("tab", "") if query.get("tab") in TABS else "chosen",
            who=who,
            what=query.get("what", "") if study.target(query.get("what", "")) else "",
            mode="now" if query.get("mode") == "now" else "ever",
        )

    def query(self) -> dict[str, str]:
        """The parameters that give this again."""
        said = {
            "study": self.study.id,
            "step": str(self.step) if self.step != last(self.study) else "",
            "choose": self.choose,
            "tab": self.tab if self.tab != "chosen" else "",
            "who": ",".join(self.who),
            "what": self.what,
            "mode": self.mode if self.mode != "ever" else "",
        }
        return {key: value for key, value in said.items() if value}

    def after(self, act: str, value: str, on: bool) -> Asked:
        """What is asked after an act of the reader; the same for an act that is none."""
        if act == "step" and value.isascii() and value.isdigit() and len(value) < 5:
            return replace(self, step=min(int(value), last(self.study)))
        if act == "choose" and (value in self.parts or not value):
            return replace(self, choose=value, tab="chosen")
        if act == "tab" and value in TABS:
            return replace(self, tab=value)
        if act == "who" and value in self.study.model.parties:
            others = tuple(one for one in self.who if one != value)
            return replace(self, who=(*others, value) if on else others)
        if act == "group":
            known = tuple(one for one in value.split(",") if one in self.study.model.parties)
            return replace(self, who=known, step=last(self.study))
        if act == "what" and (self.study.target(value) or not value):
            return replace(self, what=value)
        if act == "mode" and value in ("ever", "now"):
            return replace(self, mode="now" if value == "now" else "ever")
        return self


def last(study: OpenedStudy) -> int:
    """Number of the last step."""
    return len(study.flow.steps)
