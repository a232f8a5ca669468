"""Lines of numpy code: what each assigns and may compute in goes in; code that lets go of arrays, and computes in them again, comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from derivegen.records import dataclass

_LESS = re.compile(r"\(([\d.]+) - ([^\W\d]\w*)\)")
_VARIABLE = re.compile(r"\b[vdp]\d+_\w*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code. `fresh`: what it assigns is an array that no other shows. `takes`: an array of the same axes that it may compute in
    where that is of no more use, and `taking` is how."""

    code: str
    fresh: bool = False
    takes: str = ""
    taking: str = ""

    @property
    def variables(self) -> list[str]:
        """All identifiers, the one assigned first."""
        return re.findall(r"\w+", self.code)


def let_go(lines: Sequence[Line]) -> Iterator[str]:
    """The code of the lines; the memory of an array that is read no more is used by the next (without that, 30-50-50-10 with 1,000 examples
    takes 1.7 times as long)."""
    last = {variable: place for place, line in enumerate(lines) for variable in line.variables}
    made = {line.variables[0] for line in lines}
    shown = {variable for line in lines if not line.fresh for variable in line.variables[1:]}
    own = {line.variables[0] for line in lines if line.fresh} - shown
    for place, line in enumerate(lines):
        taken = line.takes in own and last[line.takes] == place
        yield line.taking if taken else line.code
        gone = sorted(variable for variable in made.intersection(line.variables) if last[variable] == place)
        if gone and place < len(lines) - 2:
            yield f"del {', '.join(gone)}"


def in_place(variable: str, operations: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Lines that compute from left to right in one array; the first makes it, and may not be another's."""
    (_, first), *rest = operations
    if first.startswith("(") and first.endswith(")"):
        yield Line(f"{variable} = {bare(first)}", fresh=True)
    else:
        (sign, second), *rest = rest
        code = f"{variable} = {first} {sign} {second}"
        yield Line(code, True, first, f"{first} {sign}= {second}; {variable} = {first}")
    for sign, operand in rest:
        less = _LESS.fullmatch(operand)
        taking = f"{variable} {sign}= subtract({less[1]}, {less[2]}, {less[2]})" if less else ""
        yield Line(f"{variable} {sign}= {bare(operand)}", True, less[2] if less else "", taking)


def held(code: str) -> str:
    """In brackets where it begins with a minus, which binds less than a power or a method."""
    return f"({code})" if code.startswith("-") else code


def bare(code: str) -> str:
    """Without brackets around the whole."""
    if not code.startswith("(") or not code.endswith(")"):
        return code
    depth = 0
    for place, letter in enumerate(code):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and place < len(code) - 1:
            return code
    return code[1:-1]


def released(units: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of statements, each several lines long maybe; after the last that reads an array it is let go of."""
    read = [set(_VARIABLE.findall("\n".join(unit))) for unit in units]
    last = {variable: place for place, variables in enumerate(read) for variable in variables}
    for place, unit in enumerate(units):
        yield from unit
        gone = sorted(variable for variable in read[place] if last[variable] == place)
        if gone and place < len(units) - 2:
            yield f"del {', '.join(gone)}"
