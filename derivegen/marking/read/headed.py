"""The beginning of a line in; which example or which step in time it and the lines below are about out: "Example 2:", "t = 3:"."""

from __future__ import annotations

import re

from derivegen.network.graph import Graph
from derivegen.notation.vocabulary import EXAMPLE_WORDS, MOMENT_WORDS, STEP_WORDS, alternatives
from derivegen.records import dataclass, replace

_BEFORE, _BEHIND = r"[\s#*>(\[-]*", r"(?P<number>\d{1,4})(?![\w.,]*\d)\**[\s)\].,:—–-]"
_EXAMPLE = re.compile(rf"{_BEFORE}{alternatives(EXAMPLE_WORDS)}\W{{0,3}}{_BEHIND}", re.I)
_MOMENT = re.compile(
    rf"{_BEFORE}(?:(?:{alternatives(MOMENT_WORDS | STEP_WORDS)}\W{{0,3}})?(?P<letter>[a-z])\s*=|"
    rf"{alternatives(MOMENT_WORDS)})\s*{_BEHIND}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class StandsUnder:
    """What a line stands under: an example, a step in time; "" where nothing says so. Where that begins a line of working, the lines below
    are under it that stand further in than `column`."""

    row: str = ""
    moment: str = ""
    column: int = -1

    def __bool__(self) -> bool:
        return bool(self.row or self.moment)


def under(line: str, graph: Graph) -> StandsUnder | None:
    """What a line says of itself and those below; None where it says nothing."""
    rows = graph.network.rows
    if isinstance(rows, int) and rows > 1:
        match = _EXAMPLE.match(line)
        return StandsUnder(row=match["number"]) if match is not None and 0 < int(match["number"]) <= rows else None
    times = {axis.letter for family in graph.families.values() for axis in family.axes if axis.counts == "time"}
    match = _MOMENT.match(line) if times else None
    if match is None or (match["letter"] and match["letter"] not in times):
        return None
    return StandsUnder(moment=match["number"])


def stands_under(line: str, graph: Graph, before: StandsUnder, indent: int) -> StandsUnder:
    """What a line of working that stands in so far is about: what it begins with, or the heading before."""
    own = under(line, graph)
    return replace(own, column=indent) if own is not None else before if indent > before.column else StandsUnder()
