"""What a check of derivatives found, and when two numbers differ: numbers go in; how far apart they are comes out."""

from __future__ import annotations

from typing import Any, NamedTuple

from derivegen.errors import CheckFailed

DIRECTIONS = 3
TOLERANCE = 1e-9
NEAR = 1e-15
"""So near to one another two sides are equal: that a decimal is no binary number may put them apart."""


HAIR = 1e-6
"""How far beside its kinks a network is looked at."""


class Verified(NamedTuple):
    """What was compared, how, and the largest relative difference; `kinks` are derivatives at which the loss has a kink, `outside` those
    that the chain rule leads outside of the one-sided quotients, with these."""

    method: str
    compared: int
    largest: float
    kinks: tuple[str, ...] = ()
    outside: tuple[tuple[str, float, float], ...] = ()


def differ(what: str, derived: float, measured: float) -> float:
    off = difference(derived, measured)
    if not off <= TOLERANCE:
        raise CheckFailed(f"{what}: derived {derived!r}, but the difference quotient is {measured!r}")
    return off


def difference(derived: float, measured: float) -> float:
    return abs(derived - measured) / max(abs(derived), abs(measured), 1e-6)


def between(gradient: float, left: Any, right: Any) -> bool:
    low, high = sorted((left, right))
    slack = TOLERANCE * max(abs(low), abs(high), 1e-6)
    return bool(low - slack <= gradient <= high + slack)
