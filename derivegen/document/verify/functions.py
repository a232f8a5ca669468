"""Lines about a function of free letters: a derivation goes in, proved by sampling, a slope by a difference quotient at fifty digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from derivegen.document.blocks import Derivation, Row
from derivegen.errors import CheckFailed
from derivegen.formula.arithmetic.value import Irrational, precise, value
from derivegen.formula.tree import Call, Formula, Slope, transform

Show = Callable[[Formula, Row], str]
POINTS = (-7.3, -1.7, -0.4, 0.3, 0.9, 2.1, 8.2)
"""Among them some beyond 6, where the last of the known functions has its last kink."""


def judge_functions(derivation: Derivation, show: Show) -> int:
    """Every line holds at the points where both its sides have a value; the number of lines."""
    before: Formula | None = None
    definitions: dict[str, Formula] = {}
    for row in derivation.rows:
        if row.left is not None:
            before = row.left
            name = getattr(row.left, "function", None)
            if name is not None:
                definitions[name] = row.right
        assert before is not None
        if row.relation != "=":
            raise CheckFailed(f"{show(before, row)}: functions are equal or not, never {row.relation}")
        held = 0
        for point in POINTS:
            left, right = (_at_point(side, point, definitions) for side in (before, row.right))
            if left is None or right is None:
                continue
            held += 1
            if abs(left - right) > 1e-12 * (1 + abs(left)):
                raise CheckFailed(f"{show(before, row)}: the sides are {float(left)!r} and {float(right)!r} at {point}")
        if not held:
            raise CheckFailed(f"{show(before, row)}: there is no point at which both sides have a value")
        before = row.right
    return len(derivation.rows)


def _at_point(tree: Formula, point: float, definitions: Mapping[str, Formula]) -> Any:
    """A side at a value of its free letter, fifty digits; a slope as a central difference quotient. None where it has no value."""
    arithmetic = precise()

    def opened(part: Formula) -> Formula | None:
        known = isinstance(part, Call) and part.function not in arithmetic.functions and part.function in definitions
        return transform(definitions[part.function], opened) if known and isinstance(part, Call) else None

    def at(body: Formula, z: Any) -> Any:
        def look_up(name: str) -> Any:
            if name != "z":
                raise Irrational(name)
            return z

        return value(transform(body, opened), look_up, arithmetic)

    try:
        if isinstance(tree, Slope):
            h = arithmetic.number(10.0) ** -18
            z = arithmetic.number(point)
            return (at(tree.body, z + h) - at(tree.body, z - h)) / (2 * h)
        return at(tree, arithmetic.number(point))
    except (Irrational, ValueError, ZeroDivisionError, OverflowError):
        return None
