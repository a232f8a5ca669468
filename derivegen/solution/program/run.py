"""A program goes in; what it prints comes out, each of its numbers held to the Trace."""

from __future__ import annotations

import contextlib
import io
import math
import re
import sys
from typing import Any

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.errors import CheckFailed
from derivegen.on_use import numpy
from derivegen.solution.program.text import Program, Shown

_NUMBER = r"(-?(?:\d+\.?\d*(?:e[+-]\d+)?|inf|nan))"
SLACK = 1e-9
"""How much of a unit of the last digit, or of the number, the arithmetic itself may be off by."""


def executed(code: str) -> tuple[str, dict[str, Any]]:
    """What a program prints, and its variables. It is made by us alone: identifiers, numbers and functions of our tables."""
    variables: dict[str, Any] = {"__name__": "__main__"}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), numpy.errstate(all="ignore"):
        exec(compile(code, "<listing>", "exec", dont_inherit=True), variables)
    return printed.getvalue().rstrip("\n"), variables


def output(program: Program) -> str:
    """What the program prints. Raises CheckFailed if it does not run."""
    try:
        return executed(program.code)[0]
    except Exception as error:  # whatever goes wrong in a program is a defect of ours
        raise CheckFailed(f"the program listing does not run: {error!r}") from None


def steady(program: Program, printed: str) -> bool:
    """Whether the program prints the same when its parameters are moved by a last digit, as other machines may do in adding up."""
    return not program.nudged or executed(program.nudged)[0] == printed


def check(program: Program, printed: str, trace: Trace) -> None:
    """Raise CheckFailed unless these are the words and numbers the program has to print."""
    match = _pattern(program).fullmatch(printed)
    if match is None:
        raise CheckFailed("the program listing prints other lines than it should")
    shown = [part for part in program.printed if isinstance(part, Shown)]
    for part, text in zip(shown, match.groups(), strict=True):
        expected = 0.0 if part.name is None else trace.number(part.name)
        if not agrees(text, expected):
            raise CheckFailed(f"the program listing prints {text} for {part.name}, which is {expected!r}")


def _pattern(program: Program) -> re.Pattern[str]:
    """The printed text as a pattern: its words with a group for each number, whatever the space between."""
    pieces = [_NUMBER if isinstance(part, Shown) else _spaced(part) for part in program.printed]
    return re.compile(r"\s*".join(pieces))


def _spaced(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def agrees(text: str, number: float) -> bool:
    """Whether a printed number is this one to the digits it shows."""
    digits, _, exponent = text.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    found = float(text)
    room = unit * (0.5 + 1e-6) + abs(number) * SLACK + sys.float_info.min  # below that doubles have no digits
    return math.isfinite(found) and abs(found - number) <= room
