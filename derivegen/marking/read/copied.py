"""A text copied from a web page in; the same text out, in which a formula that stands there twice stands once.

Pages that show formulas as MathML and keep their LaTeX beside it are copied as both, without a gap: h=σ(z)h = \\sigma(z). The first has
lost its fractions and minus signs; its letters and digits in their order are those of the second, by which it is found.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from derivegen.marking.read.typed_tokens import CALLED, GREEK_COMMANDS

_PIECE = re.compile(r"\\([A-Za-z]+)|([^\W_])")
_RUN = re.compile(r"\S+")
_COMMANDS = re.compile(r"(?:\\[A-Za-z]++\s*+|[{(\[-]\s*+)+$")
LONGEST = 60
"""Characters of commands before a formula's first letter."""
LONGEST_HALF = 300
"""Letters of a formula that stands twice."""
MOST = 5000
"""Characters of a line."""
MOST_LOOKED_AT = 100_000
"""Characters of lines that may hold a formula twice; of more formulas than that not all are read."""


def without_copies(text: str) -> str:
    """The text with every such first half as a semicolon and spaces."""
    left = MOST_LOOKED_AT
    lines = []
    for line in text.split("\n"):
        twice = len(line) <= MOST and line.count("=") > 1
        left -= len(line) if twice else 0
        lines.append(_line(line) if twice and left > 0 else line)
    return "\n".join(lines)


def _line(line: str) -> str:
    letters, places = _skeleton(line)
    shown, covered = line, 0
    for run in _RUN.finditer(line):
        if run.start() < covered or "=" not in run[0]:
            continue
        half = _first_half(line, run, letters, places)
        if half is not None:
            middle, covered = half
            shown = f"{shown[: run.start()]};{' ' * (middle - run.start() - 1)}{shown[middle:]}"
    return shown


def _skeleton(line: str) -> tuple[str, list[int]]:
    """The letters and digits of a line, commands by what they print, and where each stands."""
    letters, places = "", list[int]()
    for match in _PIECE.finditer(line):
        command = match[1]
        shown: str = match[2] if command is None else GREEK_COMMANDS.get(command, command if command in CALLED else "")
        if shown != "∂":
            letters += shown
            places += [match.start()] * len(shown)
    return letters, places


def _first_half(line: str, run: re.Match[str], letters: str, places: list[int]) -> tuple[int, int] | None:
    """Where the second half begins and ends, if the run of characters begins with a formula that follows once more."""
    first, end = bisect_left(places, run.start()), bisect_left(places, run.end())
    for length in range(min(end - first, LONGEST_HALF), 1, -1):
        second = first + length
        if letters[first:second] != letters[second : second + length] or second >= len(places):
            continue
        middle, end = _command_start(line, places[second], run.start()), places[second + length - 1] + 1
        half, rest = line[run.start() : middle], line[middle:end]
        if middle <= run.end() and "\\" not in half and "=" in half and "=" in rest:
            return middle, end
    return None


def _command_start(line: str, middle: int, start: int) -> int:
    """Back over what LaTeX writes before the first letter: \\frac{\\partial."""
    start = max(start, middle - LONGEST)
    match = _COMMANDS.search(line[start:middle])
    return middle if match is None else start + match.start()
