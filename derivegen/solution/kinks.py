"""Derivatives taken at a kink: what the judge of numbers found goes in; the notes that say which choice was made come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from derivegen.calculus.seams import several
from derivegen.calculus.verified import Verified
from derivegen.calculus.verify import standing
from derivegen.document.blocks import Block, Note
from derivegen.document.pen import Pen
from derivegen.formula.functions import KINKED
from derivegen.formula.tree import Call, Cases, Formula, Number, Quantity, Value, walk

MOST_NAMED = 6
"""Derivatives that are named one by one."""


def conventions(formulas: Iterable[Formula], by: Formula | None = None) -> tuple[str, ...]:
    """By name, what is taken for the slopes of these formulas at their kinks."""
    found: dict[str, None] = {}
    for formula in formulas:
        if isinstance(formula, Cases):
            found["branch"] = None
        elif several(formula, by):
            found["left"] = None
        else:
            calls = (part.function for part in walk(formula) if isinstance(part, Call))
            found |= dict.fromkeys(function for function in calls if function in KINKED)
    return tuple(found)


def kink_notes(pen: Pen, verified: Verified) -> Iterator[Block]:
    """Which derivatives are taken at a kink, what was taken there, and where that leads outside of the one-sided slopes."""
    name_of, root = pen.trace.derivation.name_of, Quantity(pen.trace.derivation.root)
    outside = [member for member, _, _ in verified.outside]
    within = [Quantity(name_of(member)) for member in verified.kinks if member not in outside]
    if not within and not outside:
        return
    if within:
        more = len(within) - MOST_NAMED
        yield Note(pen.say("closing.kink", names=within[:MOST_NAMED], more=max(more, 0), root=root))
    for member, left, right in verified.outside[:MOST_NAMED]:
        sides = {"left": _number(pen, left), "right": _number(pen, right)}
        smooth = sides["left"] == sides["right"]
        value = Value(name_of(member))
        yield Note(pen.say("closing.outside", by=Quantity(member), root=root, value=value, smooth=smooth, **sides))
    which = conventions(member.formula for member in standing(pen.trace) if member.formula is not None)
    if which:
        yield Note(pen.say("kink.conventions", which=which))


def _number(pen: Pen, number: float) -> Number:
    """As few digits as say it: one-sided quotients end in what was carried along."""
    return Number(pen.trace.rounding.text(Fraction(f"{number:.12g}") if abs(number) > 1e-15 else 0))
