"""Nudge and see: a parameter's name goes in; the loss before and after it is moved a little, and their ratio beside the derivative,
come out.

The loss is computed with fifty digits at both places and printed with digits enough for the ratio to follow from what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from math import floor, log10
from typing import Any

from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.document.blocks import Paragraph
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import Irrational, precise
from derivegen.formula.tree import Compare, Formula, Number, Quantity, Sum, Value, printed_number
from derivegen.records import replace

FIGURES = 4
"""Significant digits of the ratio."""
BEND = 0.1
"""Where the ratio differs from the derivative by more than this part, the nudge is too long to say anything."""
SMALL, LARGE = 1e-6, 1e6
"""A parameter, and a loss, beyond these is written with a power of ten, in which no nudge is seen."""
MOST_DIGITS = 16
"""Decimals of the loss beyond which nobody would compare two numbers."""


def nudge(pen: Pen, name: str, first: bool = True) -> Iterator[Paragraph]:
    """The paragraph; nothing where the numbers are carried on as printed, or the loss hardly answers."""
    target = pen.chain.name_of(name)
    if not pen.trace.known(target) or pen.trace.carried or pen.trace.in_arrays or not pen.trace.number(target):
        return
    old = pen.trace.number(name)
    if old and not SMALL < abs(old) < LARGE:
        return
    by = Decimal(10) ** (floor(log10(abs(old))) - 1) if old else Decimal("0.01")
    shown = _seen(pen, name, by)
    if shown is None:
        return
    before, after = shown
    rise = after - before
    with localcontext() as context:
        context.prec, context.rounding = FIGURES, ROUND_HALF_UP
        ratio = rise / by
    numbers = {"loss": Quantity(pen.chain.root), "before": _number(before), "after": _number(after)}
    numbers |= {"rise": _number(abs(rise)), "by": _number(by), "ratio": _number(ratio)}
    said = pen.say(
        "lesson.nudge",
        of=Quantity(name),
        old=Value(name),
        new=_moved(pen, name, by),
        falls=rise < 0,
        found=_compared(pen, target),
        first=first,
        **numbers,
    )
    yield Paragraph(said)


def _moved(pen: Pen, name: str, by: Decimal) -> Formula:
    """The parameter as it is printed, moved."""
    text = pen.trace.text(name)
    return Sum((printed_number(text), _number(by))) if "/" in text else _number(Decimal(text) + by)


def _compared(pen: Pen, target: str) -> Formula:
    """The derivative; one that is printed as a fraction also as the decimal that the ratio is held to."""
    if "/" not in pen.trace.text(target):
        return Value(target)
    decimal = replace(pen.trace.rounding, fractions=False).text(pen.trace.known_number(target))
    return Compare(Value(target), "≈", printed_number(decimal))


def _seen(pen: Pen, name: str, by: Decimal) -> tuple[Decimal, Decimal] | None:
    """The loss before and after, with digits enough for their ratio; None where nothing can be seen of the slope in them."""
    try:
        before, after = (_loss(pen, name, at) for at in (None, by))
    except (InputError, Irrational, ValueError, ZeroDivisionError, OverflowError):
        return None
    difference, slope = after - before, pen.trace.number(pen.chain.name_of(name))
    if not max(abs(before), abs(after)) < LARGE or not difference:
        return None
    if abs(float(difference / by) - slope) > BEND * abs(slope):
        return None
    places = max(FIGURES + 1, FIGURES - 1 - floor(log10(abs(float(difference)))))
    return None if places > MOST_DIGITS else (_rounded(before, places), _rounded(after, places))


def _loss(pen: Pen, name: str, by: Decimal | None) -> Decimal:
    """The loss in hand, with one parameter moved."""
    arithmetic = precise(50)
    own = Numbers(pen.trace.derivation, arithmetic)
    moved: dict[str, Any] = {} if by is None else {name: own[name] + arithmetic.number(Fraction(by))}
    return Decimal(str(Numbers(pen.trace.derivation, arithmetic, moved)[pen.chain.root]))


def _rounded(number: Decimal, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _number(number: Decimal) -> Number:
    return Number(f"{number:f}")
