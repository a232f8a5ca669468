"""A number in its turn: a formula made ready and the numbers before it go in; its own comes out, or None where it is not as simple as that
and has to be found by itself, which says what is in the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import EXACT, Arithmetic, Irrational, Prepared, is_long

IN_THE_WAY = (ArithmeticError, LookupError, ValueError, TypeError, InputError)
"""What a formula raises that has no number, or among whose names is one that has none."""


def in_turn(
    ready: Prepared, before: Mapping[str, Any], arithmetic: Arithmetic, keep: Callable[[Any], Any] | None
) -> Any:
    """The number, or why there is none; without a name being looked up anywhere but among the numbers before it. Not of what stands on a
    kink."""
    if ready.conditions and arithmetic.off is not None:
        return None
    if arithmetic is EXACT and ready.strict:
        # what follows from no fraction is none; to find that out costs ten times as much
        for name in ready.names:
            if type(none := before.get(name)) is Irrational:
                return none
    try:
        found = ready.number(before.__getitem__, arithmetic)
        if isinstance(found, Exception):
            return found  # one name alone, and that has no number
        if keep is not None:
            found = keep(found)
    except IN_THE_WAY:
        return None
    return _plain(found)


def as_given(given: Fraction | float, arithmetic: Arithmetic) -> Any:
    """The number of what is given, or None where it has to be looked at by itself."""
    try:
        return _plain(arithmetic.number(given))
    except IN_THE_WAY:
        return None


def _plain(found: Any) -> Any:
    if type(found) is float:
        return found + 0.0 if math.isfinite(found) else None  # −0.0 would be printed with its sign
    return None if type(found) is Fraction and is_long(found) else found
