"""Takes what is wrong with a file; gives the one sentence: place, what was found, what was expected, the likely fix."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pydantic_core import PydanticCustomError

FAULT: Final = "fault"
LONGEST: Final = 60


class Fault(Exception):
    """One mistake at one place of the file; `load` turns it into an `InputError` by adding the file's name."""

    def __init__(self, path: str, found: str, expected: str, fix: str) -> None:
        super().__init__(path, found, expected, fix)
        self.path, self.found, self.expected, self.fix = path, found, expected, fix

    def sentence(self, source: str) -> str:
        """The message as the user reads it."""
        path = " ".join(self.path.split())[: 2 * LONGEST]  # it may hold a key of the file, whatever that is
        where = f"{source}: {path}" if path else source
        return f"{where}: found {self.found}; expected {self.expected}; likely fix: {self.fix}"


def fault(found: str, expected: str, fix: str, at: str = "") -> PydanticCustomError:
    """The same mistake from inside a pydantic validator, which knows the path itself; `at` goes behind that path."""
    return PydanticCustomError(FAULT, FAULT, {"found": found, "expected": expected, "fix": fix, "at": at})


def shown(value: object, depth: int = 3) -> str:
    """A value as the user would have typed it, shortened."""
    text = _typed(value, depth)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _typed(value: object, depth: int) -> str:
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value[: 2 * LONGEST], ensure_ascii=False)
    if isinstance(value, Fraction):
        return f"{float(value):.15g}" if abs(value) < 10**300 else "a huge number"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else "a whole number of more than 40 digits"
    if isinstance(value, Decimal | float):
        return str(value).lower()
    return _container(value, depth)


def _container(value: object, depth: int) -> str:
    if isinstance(value, list | tuple):
        inside = "…" if depth == 0 else ", ".join(_typed(v, depth - 1) for v in value[:8])
        return f"[{inside}, …]" if len(value) > 8 and depth else f"[{inside}]"
    if isinstance(value, Mapping):
        pairs = [] if depth == 0 else [f"{k} = {_typed(v, depth - 1)}" for k, v in list(value.items())[:4]]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{ … }" if value else "{}"
    return f"a {type(value).__name__}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, if any does."""
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(word[:80].lower().replace("-", "_").replace(" ", "_"), by_lower, 1, 0.5)
    return by_lower[close[0]] if close else None


def suggestion(word: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """ "did you mean …?", or else the advice given, or else the list of what is known."""
    words = list(known)
    close = nearest(word, words)
    if close is not None:
        return f'did you mean "{close}"?'
    return otherwise or f"one of {', '.join(words)}"


def with_point(text: str) -> str | None:
    """The first decimal in a text that is written with a comma, with a point; None if there is none."""
    found = re.search(r"(?<![\d.,])([+-]?\d+),(\d+)(?![\d.,])", text)
    return f"{found[1]}.{found[2]}" if found else None


def commas_for_points(row: Sequence[object], wanted: int) -> str:
    """The hint where a row is twice as long as wanted because 0,5 is two numbers; "" where that cannot be why."""
    if len(row) != 2 * wanted or not all(isinstance(part, int | Fraction) and part == int(part) for part in row):
        return ""
    pairs = [(int(Fraction(str(one))), int(Fraction(str(two)))) for one, two in zip(row[::2], row[1::2], strict=True)]
    if any(two < 0 for _, two in pairs):
        return ""
    meant = ", ".join(f"{one}.{two}" for one, two in pairs[:8])
    return f"; if {pairs[0][0]},{pairs[0][1]} is one number, write it with a point: [{meant}{', …' if len(pairs) > 8 else ''}]"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """ "1 row", "2 rows"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
