"""A wrong number and the one it should have been go in; how the one differs from the other comes out, where that is simple: sign, a
factor, the decimal point, digits exchanged, the last digit, the value of another quantity.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from derivegen.formula.tree import Quantity
from derivegen.marking.findings import Said
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.read.statement import Side
from derivegen.network.graph import Graph
from derivegen.notation.vocabulary import ERROR_WORDS, bare
from derivegen.records import dataclass, field

ENOUGH = 2
"""Significant digits a number must show to be told from others."""
UNITS = 1.5
"""So many units of the last digit off, or less, it is the last digit that is off."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a number differs: the reason by its key, and what its sentence needs."""

    reason: str
    values: Mapping[str, Said] = field(default_factory=dict)


def slip(number: Shown, expected: float, low: float, high: float) -> Difference | None:
    """A slip of the pen, if it is one: the last digit (of a number that may lie between `low` and `high`), the sign, the decimal point,
    two digits exchanged."""
    if number.significant < ENOUGH:
        return None
    off = max(low - number.value, number.value - high)
    if number.unit and off <= UNITS * number.unit and number.significant > ENOUGH - 1 and number.value * expected > 0:
        return Difference("last-digit")
    if (-number).meets(expected) or (low <= -number.value <= high):
        return Difference("sign")
    power = _power(number, expected)
    if power:
        return Difference("point-moved", {"places": str(abs(power)), "greater": "yes" if power > 0 else ""})
    return Difference("digits-swapped") if _swapped(number, expected) else None


def _power(number: Shown, expected: float) -> int:
    """By how many places the decimal point is off; 0 if by none."""
    if not number.value or not expected:
        return 0
    power = round(math.log10(abs(number.value / expected)))
    scale = 10.0**power
    moved = number.low <= expected * scale <= number.high
    return power if moved and abs(power) <= 6 else 0


def _swapped(number: Shown, expected: float) -> bool:
    """Whether two neighbouring digits have been exchanged."""
    if not number.unit or abs(number.value) > 1e9:
        return False
    right = _digits(expected, number.decimals)
    typed = _digits(number.value, number.decimals)
    return right != typed and any(
        typed == right[:n] + right[n + 1] + right[n] + right[n + 2 :] for n in range(len(right) - 1)
    )


def _digits(value: float, decimals: int) -> str:
    return f"{Decimal(value):.{decimals}f}".replace(".", "")


def resemblance(task: Task, own: str, number: Shown, expected: float) -> Difference | None:
    """What else the number may be: a simple multiple of the right one, or the value of another quantity."""
    if number.significant < ENOUGH or not number.value:
        return None
    for factor in _factors(task.graph):
        if number.meets(expected * factor):
            return Difference("factor", {"factor": _factor_text(factor)})
    other = _other(task, own, number)
    return None if other is None else Difference("other-quantity", {"other": Quantity(other)})


def _factors(graph: Graph) -> Iterator[float]:
    """Factors that come too much or are forgotten: 2, the rows, the outputs, each with its sign."""
    rows = graph.network.rows
    counts = [2, 4, rows if isinstance(rows, int) else 1]
    counts.append(graph.n_outputs)
    for count in dict.fromkeys(counts):
        if count > 1:
            yield from (count, 1 / count, -count, -1 / count)


def _factor_text(factor: float) -> str:
    if abs(factor) >= 1:
        return f"{factor:.0f}"
    return f"{'-' if factor < 0 else ''}1/{1 / abs(factor):.0f}"


def _other(task: Task, own: str, number: Shown) -> str | None:
    """Another quantity of the network whose value this is."""
    if number.significant <= ENOUGH:
        return None
    for name in task.near(number.low, number.high):
        if name != own:
            return name
    return None


def is_difference(task: Task, quantity: str | None, sides: Sequence[Side]) -> bool:
    """Whether what is called the error is not the loss, but by how much an output is off, whichever is taken from which."""
    number = shown(sides[-1].formula) if sides[-1].formula is not None else None
    loss = task.number("loss") if quantity == "loss" else None
    if number is None or loss is None or number.meets(loss) or number.significant < ENOUGH:
        return False
    called = set(bare(sides[0].text).split()) & ERROR_WORDS
    return bool(called) and any(number.meets(off) or number.meets(-off) for off in task.differences)
