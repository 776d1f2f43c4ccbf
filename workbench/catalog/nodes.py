"""YAML text into plain data with the line of every entry; what cannot be taken over is noted, not raised."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

Loc = tuple[str | int, ...]
TEXT = "tag:yaml.org,2002:str"
MAX_DEPTH = 40  # the deepest file of the catalogue has seven levels
# A tag that does not fit its text (`!!bool maybe`) makes PyYAML raise whatever its constructor trips over.
MISREAD = (yaml.YAMLError, ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError)


class Fault(NamedTuple):
    """One thing wrong in the text."""

    line: int
    what: str
    why: str
    todo: str


class TooDeep(Exception):
    """Nesting passed `MAX_DEPTH` at this line."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Loader(yaml.CSafeLoader):
    """Composes nodes down to `MAX_DEPTH`: below the composer recurses in C until the process dies."""

    depth = 0

    def descend_resolver(self, node: yaml.Node | None, index: Any) -> None:
        """Called by the composer for every node on its way down."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep(_line(node.start_mark) if node else 1)

    def ascend_resolver(self) -> None:
        """Called by the composer on its way up."""
        self.depth -= 1


class _Scalars(yaml.SafeLoader):
    """Builds scalars only; a tag outside the safe set is an error of the file."""

    def __init__(self) -> None:
        super().__init__("")


def compose(text: str) -> yaml.Node | None:
    """The root node of a text, None when it is empty. Raises `TooDeep` and `yaml.YAMLError`."""
    return yaml.compose(text, Loader=_Loader)


def _aliases(text: str) -> list[int]:
    """Lines of all aliases; asked only when there is one, since a node cannot say where its alias stands."""
    events = yaml.parse(text, Loader=_Loader)
    return [_line(event.start_mark) for event in events if isinstance(event, yaml.AliasEvent)]


def _line(mark: Any) -> int:
    """Line from 1 of one of the two kinds of mark that PyYAML knows."""
    return int(mark.line) + 1


class Nodes:
    """Turns the nodes of one file into plain data; `blanks` are the places where nothing could be read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.lines: dict[Loc, int] = {}
        self.faults: list[Fault] = []
        self.blanks: set[Loc] = set()
        self._seen: set[int] = set()
        self._aliased = False
        self._scalars = _Scalars()

    def plain(self, node: yaml.Node, loc: Loc = ()) -> Any:
        """The data of a node and of all below it."""
        line = _line(node.start_mark)
        self.lines[loc] = line
        if id(node) in self._seen:
            if not self._aliased:
                self._aliased = True
                self._report_aliases()
            self.blanks.add(loc)
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*loc, number)) for number, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        return self._scalar(node, loc)

    def _report_aliases(self) -> None:
        """One fault for all of them: a file made to explode may hold a million."""
        first, *others = _aliases(self._text)
        what = f"an alias is used, and {len(others)} more below" if others else "an alias is used"
        why = "a file must say each thing itself"
        self.faults.append(Fault(first, what, why, "write the value out"))

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = _line(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.faults.append(Fault(line, "a key is not plain text", "keys are names", "write a name"))
                continue
            key = str(key_node.value)
            if key in result:
                why = f"it already stands at line {self.lines[(*loc, key)]}"
                self.faults.append(Fault(line, f"'{key}' is given twice", why, "keep one of the two"))
                continue
            result[key] = self.plain(value_node, (*loc, key))
            self.lines[(*loc, key)] = line
        return result

    def _scalar(self, node: yaml.Node, loc: Loc) -> Any:
        if node.tag == TEXT:
            return node.value
        try:
            return self._scalars.construct_object(node)
        except MISREAD as error:
            shown = node.value if len(node.value) < 40 else f"{node.value[:37]}..."
            why = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
            todo = "correct the value, or put it in quotes"
            self.faults.append(Fault(self.lines[loc], f"'{shown}' cannot be read", f"{why}", todo))
            self.blanks.add(loc)
            return None
