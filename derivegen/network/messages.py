"""Takes what is wrong with a file; gives the one sentence: place, what was found, what was expected, the likely fix."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
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
        where = f"{source}: {self.path}" if self.path else source
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


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """ "1 row", "2 rows"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
