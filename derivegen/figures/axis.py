"""Values go in, an axis that holds them comes out, with ticks at round numbers; and of a long run the samples that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil, floor, log10
from sys import float_info

from derivegen.figures.plot import Sample, Scale
from derivegen.formula.tree import Formula, Number, Power, Product

INTERVALS = 5
"""Between the ticks of an axis there are at most so many spaces."""
DECADES = 3
"""Of positive values that span more powers of ten equal steps are equal factors."""
LEAST = 1e-300
"""What is nearer to 0 lies on it."""
MOST = 240
"""Samples of a curve: more are not told apart on paper."""


def axis(values: Sequence[float]) -> Scale:
    """An axis for values that are finite: linear, and from 0 where they come near it, or logarithmic."""
    low, high = min(values), max(values)
    if low > 0 and log10(high) - log10(low) > DECADES:
        return _logarithmic(low, high)
    if 0 < low < high / 4:
        low = 0.0
    largest = max(abs(low), abs(high))
    if largest < LEAST:
        low, high = -1.0, 1.0
    elif high / largest - low / largest <= 1e-9:  # a level line: in the middle
        low, high = max(low - largest / 2, -float_info.max), min(high + largest / 2, float_info.max)
    return _linear(low, high)


def counted(last: int) -> Scale:
    """An axis for 0, 1, 2, … up to a last number, with ticks at whole ones."""
    step, high = max(1, int(_round_step(max(last, 1) / INTERVALS))), max(last, 1)
    ticks = ((count / high, Number(str(count))) for count in range(0, last + 1, step))
    return Scale(0, high, tuple(ticks))


def samples(values: Sequence[float]) -> tuple[Sample, ...]:
    """The values with their numbers from 0; of many the least and the greatest of each stretch, so that no peak is lost."""
    if len(values) <= MOST:
        return tuple((float(place), value) for place, value in enumerate(values))
    kept = {0, len(values) - 1}
    stretch = -(-2 * len(values) // MOST)
    for start in range(0, len(values), stretch):
        places = range(start, min(start + stretch, len(values)))
        kept |= {min(places, key=values.__getitem__), max(places, key=values.__getitem__)}
    return tuple((float(place), values[place]) for place in sorted(kept))


def _round_step(least: float) -> Decimal:
    """The least of 1, 2, 5, 10, 20, … (and of 0.1, 0.2, 0.5, …) that is not below a number."""
    power = floor(log10(least))
    return next(step for step in (Decimal(f"{digit}e{power}") for digit in (1, 2, 5, 10)) if step >= least * (1 - 1e-9))


def _linear(low: float, high: float) -> Scale:
    """Ticks at whole multiples of a round step, of which the last on each side is the axis' end."""
    step = _round_step(high / INTERVALS - low / INTERVALS)
    unit = float(step)
    first, last = floor(low / unit + 1e-9), ceil(high / unit - 1e-9)
    power = (max(abs(first), abs(last)) * step).adjusted()
    ticks = (
        ((count - first) / (last - first), _printed(count * step, step, power)) for count in range(first, last + 1)
    )
    return Scale(first, last, tuple(ticks), unit)


def _printed(mark: Decimal, step: Decimal, power: int) -> Formula:
    """A mark with as many decimals as the step needs; where the largest is very small or very large, times its power of ten."""
    if not mark:
        return Number("0")
    last = step.adjusted()  # of its one digit
    if -4 <= power <= 5:
        return Number(f"{mark:.{max(0, -last)}f}")
    return Product((Number(f"{mark.scaleb(-power):.{max(0, power - last)}f}"), _power_of_ten(power)))


def _logarithmic(low: float, high: float) -> Scale:
    first, last = floor(log10(low)), ceil(log10(high))
    step = max(1, int(_round_step((last - first) / INTERVALS)))
    powers = range(first + -first % step, last + 1, step)
    ticks = (((power - first) / (last - first), _power_of_ten(power)) for power in powers)
    return Scale(first, last, tuple(ticks), logarithmic=True)


def _power_of_ten(power: int) -> Power:
    return Power(Number("10"), Number(str(power)))
