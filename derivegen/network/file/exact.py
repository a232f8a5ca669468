"""Numbers as a file states them: a whole, a decimal, a fraction in quotes go in; the fraction it is comes out, or a sentence that says
what to write."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from derivegen.network.file.bars import RATIO, instead
from derivegen.network.file.messages import fault, shown, with_point
from derivegen.network.network import Rows
from derivegen.on_use import numpy

MOST_DIGITS: Final = 400
FINITE: Final = "a finite number"
WRITE_A_NUMBER: Final = 'write a plain decimal such as 0.5; a fraction stands in quotes, "1/3"'


def exact_number(value: object) -> Fraction:
    """A typed number as the fraction it says; a Python float as the decimal it prints."""
    return exact(value, "")


@lru_cache(maxsize=2**16)
def _fraction(value: Decimal) -> Fraction | None:
    """The fraction of a decimal of ordinary size; None of one that has to be looked at more closely."""
    ordinary = abs(value.adjusted()) < ORDINARY and len(value.as_tuple().digits) < ORDINARY
    return Fraction(value) if ordinary else None


ORDINARY: Final = 300
"""Digits before or behind the point that are within every limit."""


def ordinary(value: object) -> Fraction | None:
    """A number as nearly all numbers of a file are, quickly; None of anything else."""
    if type(value) is Decimal and value.is_finite():
        return _fraction(value)
    return Fraction(value) if type(value) is int and -LARGEST_WHOLE <= value <= LARGEST_WHOLE else None


def exact(value: object, place: str) -> Fraction:
    if isinstance(value, str) and (ratio := RATIO.fullmatch(value)):
        return _ratio(ratio, value, place)
    if isinstance(value, str):
        point = with_point(value)
        how = (
            instead(value) or f"take the quotes away and {f'write {point}, with a point' if point else WRITE_A_NUMBER}"
        )
        raise fault(f"{shown(value)} in quotes{place}", "a number", how)
    value = _plain_number(value)
    if value is None or isinstance(value, bool):
        raise fault(f"{shown(value)}{place}", "a number", WRITE_A_NUMBER)
    if isinstance(value, list | dict):
        raise fault(f"{shown(value)}{place}", "one number", WRITE_A_NUMBER)
    if not isinstance(value, int | float | Decimal | Fraction):
        raise fault(f"{shown(value)}{place}", "a number", WRITE_A_NUMBER)
    _check_finite(value, place)
    return Fraction(float.__repr__(value)) if isinstance(value, float) else Fraction(value)


def _ratio(found: re.Match[str], text: str, place: str) -> Fraction:
    """A fraction that is written as one, such as "1/2"."""
    if len(text) > MOST_DIGITS:
        raise fault(f"a fraction of {len(text)} characters{place}", f"at most {MOST_DIGITS} digits", "round it")
    top, bottom = (int(digits.replace("−", "-")) for digits in found.groups())
    if not bottom:
        raise fault(f"{shown(text)}{place}", "a number", "write a number other than 0 below the bar")
    number = Fraction(top, bottom)
    _check_finite(number, place)
    return number


def _plain_number(value: object) -> object:
    """numpy's scalars as Python's, so that a notebook may hand over what it has."""
    if hasattr(value, "dtype") and getattr(value, "shape", None) == ():
        return value.item() if hasattr(value, "item") else value
    return value


def _check_finite(value: int | float | Decimal | Fraction, place: str) -> None:
    """Anything a double cannot hold is refused before it is made a fraction: 1e999999999 would fill the memory."""
    if isinstance(value, Decimal) and value.is_finite() and len(value.as_tuple().digits) > MOST_DIGITS:
        raise fault(
            f"a number of {len(value.as_tuple().digits)} digits{place}", f"at most {MOST_DIGITS} digits", "round it"
        )
    try:
        size = float(value)
    except (OverflowError, ValueError):
        size = math.inf
    if not math.isfinite(size):
        raise fault(f"{shown(value)}{place}", FINITE, "write a number below 1.8e308; nan and inf are not numbers")
    if size == 0 and value != 0:
        raise fault(f"{shown(value)}{place}", "0 or a number above 1e-308 in size", "write 0")


LARGEST_WHOLE = 10**6
"""Whole numbers of an array up to here are taken to be meant exactly."""
MEANT_DECIMALS, MOST_MEANT = 6, 20_000
"""So are numbers of so few decimals, as a person writes them, in an array of at most so many."""


def finite_floats(table: Any) -> Rows:
    """A two-dimensional numpy array as rows of floats, an array of whole numbers or short decimals as exact ones; the row and column of
    what is not finite are named. Numbers of any width are read as doubles, so that a halfway width does not overflow on the way."""
    with numpy.errstate(over="ignore"):
        table = numpy.asarray(table).astype(float)
    bad = numpy.argwhere(~numpy.isfinite(table))
    if bad.size:
        r, c = (int(place) for place in bad[0])
        found = f"{float(table[r, c])} in row {r + 1}, column {c + 1}"
        raise fault(found, FINITE, "mend or leave out that entry of the array")
    rows = table.tolist()
    decimals = MEANT_DECIMALS if table.size <= MOST_MEANT else 0
    if (abs(table) <= LARGEST_WHOLE).all() and (table == numpy.round(table, decimals)).all():
        exact = {number: Fraction(repr(number)) for number in {number for row in rows for number in row}}
        return tuple(tuple(map(exact.__getitem__, row)) for row in rows)
    return tuple(map(tuple, rows))
