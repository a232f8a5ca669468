"""Marks a number: whether it is right, follows from earlier answers, or is what a mistake leads to. Reads nothing, needs nothing."""

import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation


def number(typed):
    """What somebody typed as a number; None where it is none."""
    text = str(typed).strip().replace("\u2212", "-").replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def within(found, bounds):
    """Whether a number lies between two."""
    return Decimal(bounds[0]) <= found <= Decimal(bounds[1])


def follows(own, typed):
    """What a function of the answers before comes to; None where they lead to no number."""
    try:
        return own(typed)
    except (ArithmeticError, ValueError):
        return None


def marked(field, typed, own=None):
    """(share of the marks, what is said); `own` is what follows from the answers before."""
    found = number(typed)
    if found is None:
        return 0.0, field["other"]
    if any(within(found, bounds) for bounds in field["right"]):
        return 1.0, field["said"]
    if own is not None and math.isfinite(own):
        rounded = Decimal(repr(own)).quantize(Decimal(1).scaleb(-field["decimals"]), ROUND_HALF_UP)
        if within(found - rounded, field["around"]):
            return 1.0, field["follows"]
    for low, high, share, says in field["wrong"]:
        if within(found, (low, high)):
            return share, says
    return 0.0, field["other"]
