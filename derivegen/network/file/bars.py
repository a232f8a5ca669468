"""A fraction as somebody types it goes in; the number it says comes out, or, where it says none, what to write in its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Final

RATIO: Final = re.compile(r"\s*([-−]?\d+)\s*/\s*(\d+)\s*", re.A)
_SIGN, _WHOLE, _DECIMAL = r"\s*([-+−]?)\s*", r"(\d{1,18})", r"(\d{1,15}(?:\.\d{1,15})?)"
_BAR = r"\s*[/÷:∕⁄]\s*"
_MIXED: Final = re.compile(rf"{_SIGN}{_WHOLE}[ +]+{_WHOLE}{_BAR}{_WHOLE}\s*", re.A)
_TWO_BARS: Final = re.compile(rf"{_SIGN}{_WHOLE}{_BAR}{_WHOLE}{_BAR}{_WHOLE}\s*", re.A)
_ONE_BAR: Final = re.compile(rf"{_SIGN}{_DECIMAL}{_BAR}{_SIGN}{_DECIMAL}\s*", re.A)
_PERCENT: Final = re.compile(rf"{_SIGN}{_DECIMAL}\s*%\s*", re.A)


def instead(text: str) -> str | None:
    """What to write in place of a text that may be meant for a fraction: 1 1/2, 1/2/3, 0.5/2, 1/-2, ½, 50 %; None of any other, and where
    there is a 0 below the bar."""
    ways: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_MIXED, _mixed),
        (_TWO_BARS, _two_bars),
        (_ONE_BAR, _one_bar),
        (
            _PERCENT,
            lambda found: f"a share is written as a number, {_quoted(_signed(found[1]) * Fraction(found[2]) / 100)}",
        ),
    )
    spelled = _spelled_out(text)
    for pattern, way in ways:
        if found := pattern.fullmatch(spelled):
            try:
                return way(found)
            except ZeroDivisionError:
                return None
    return None


def in_quotes(line: str) -> str | None:
    """The first fraction of a line of TOML that stands there without quotes, which it needs; None if there is none."""
    bare = re.search(r"(?<![\w\"'./-])-?\d{1,18}/\d{1,18}(?![\w\"'./])", line.partition("#")[0], re.A)
    return None if bare is None or line.count('"', 0, bare.start()) % 2 else f'"{bare[0]}"'


def _spelled_out(text: str) -> str:
    """½ as 1/2, with a space between it and a whole number before it."""
    return "".join(
        f" {_ratio(unicodedata.numeric(letter))} "
        if unicodedata.category(letter) == "No" and "⁄" in _apart(letter)
        else letter
        for letter in text[:100]
    ).strip()


def _apart(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter)


def _ratio(number: float) -> Fraction:
    return Fraction(number).limit_denominator(10)


def _signed(sign: str) -> int:
    return -1 if sign in ("-", "−") else 1


def _mixed(found: re.Match[str]) -> str:
    number = _signed(found[1]) * (int(found[2]) + Fraction(int(found[3]), int(found[4])))
    return f"a mixed number is written as one fraction, {_quoted(number)}"


def _two_bars(found: re.Match[str]) -> str:
    first, second, third = (Fraction(int(found[place])) for place in (2, 3, 4))
    sign = _signed(found[1])
    one, other = sign * first / second / third, sign * first / (second / third)
    return (
        f"a fraction has one bar: {_quoted(one)} if ({first}/{second})/{third} is meant, "
        f"{_quoted(other)} if {first}/({second}/{third}) is"
    )


def _one_bar(found: re.Match[str]) -> str:
    number = _signed(found[1]) * Fraction(found[2]) / (_signed(found[3]) * Fraction(found[4]))
    return f"a fraction is written with whole numbers, the sign in front and a stroke for the bar, {_quoted(number)}"


def _quoted(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f'"{number}"'
