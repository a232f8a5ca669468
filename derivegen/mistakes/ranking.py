"""Mistakes that lead to one number go in; the likeliest of them come out, the commonest first: one order for all who say why a number is
wrong, the judge of somebody's work, the comparison with printed values and the audit of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from derivegen.mistakes.mistake import Mistake
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import Tried, same

COMMON: Final = (
    "sign-of-error", "missing-hidden-slope", "missing-output-slope", "one-route-only", "sign-of-update", "loss-without-half", "lost-two",
    "lost-half", "missing-input", "missing-downstream-weight", "updated-weights-used", "slope-at-activation", "bias-forgotten",
    "activation-forgotten", "transposed-index", "lost-mean", "rate-forgotten", "update-for-gradient", "gradient-for-parameter", "z-for-a",
)  # fmt: skip
"""What is met most, in hand-ins and in what is asked and published about networks; any other is rarer."""
_PLACES: Final = {identifier: place for place, identifier in enumerate(COMMON)}
MOST: Final = 3
"""Explanations that anybody is given."""
PLACES: Final = 12
"""Decimals to which numbers of mistakes are told apart."""


def likeliest(
    right: Right, name: str, fitting: Iterable[Tried], off: Callable[[float], float], seen: Collection[str] = ()
) -> list[Tried]:
    """Of the mistakes that fit those that somebody has made before (`seen`), made everywhere, least `off` the number as far as
    its digits tell, common, made in the step of the quantity itself; at most three."""

    def rank(each: Tried) -> tuple[bool, bool, float, bool, bool, int]:
        before = all(mistake.identifier in seen for mistake in each.mistakes)
        here = any(right.rewritten(mistake, name) is not None for mistake in each.mistakes)
        rarest = max(map(_place, each.mistakes))
        return not before, bool(each.at), round(off(each.value), PLACES), rarest == len(COMMON), not here, rarest

    return apart(sorted(fitting, key=rank))[:MOST]


def apart(candidates: Iterable[Tried]) -> list[Tried]:
    """Without those that a mistake made in one step has in common with the same made everywhere."""
    found: list[Tried] = []
    for each in candidates:
        if not any(other.mistakes == each.mistakes and same(other.value, each.value) for other in found):
            found.append(each)
    return found


def _place(mistake: Mistake) -> int:
    return _PLACES.get(mistake.identifier, len(COMMON))
