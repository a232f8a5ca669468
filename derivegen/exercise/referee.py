"""The referee of drawn numbers: the right numbers of many candidates go in; nothing comes out, or CheckFailed where a derivative is not
what difference quotients say.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from derivegen.calculus.numbers.evaluate import Numbers, Symbolic, delta_name
from derivegen.errors import CheckFailed
from derivegen.mistakes.mistaken import Right
from derivegen.network.family import PARAMETERS
from derivegen.network.names import is_delta, parse_derivative

DIRECTIONS = 3
STEP = 1e-4
"""The smaller of two steps; extrapolated from both, the quotient of numbers made for hands is off by some 1e-9."""
TOLERANCE = 1e-6
ALL_UP_TO = 300
"""Parameters and inputs; in a larger network only those are moved that are asked about."""


def referee(right: Right, asked: Sequence[str]) -> None:
    """Compare the gradient along random directions, and every other derivative that is asked for, with difference quotients. Raises
    CheckFailed."""
    pairs = {pair: name for name in asked if (pair := _pair(right, name)) is not None}
    root = right.graph.root
    asked_about = [by for of, by in pairs if of == root]
    moved = [name for name in right.graph.names("input", *PARAMETERS) if name in right.graph.givens]
    if len(moved) > ALL_UP_TO:
        moved = [name for name in asked_about if name in right.graph.givens]
    for seed in range(DIRECTIONS if moved and _known(right.numbers, root) else 0):
        draw = random.Random(seed)
        direction = {name: draw.choice((-1, 1)) * draw.uniform(0.5, 1.0) for name in moved}
        derived = sum(d * right.numbers[right.derivation.name_of(name)] for name, d in direction.items())
        _compare(right, root, direction, derived)
    for (of, by), name in pairs.items():
        if of != root or by not in moved:
            _compare(right, of, {by: 1.0}, right.numbers[name])


def _pair(right: Right, name: str) -> tuple[str, str] | None:
    """What is differentiated by what; the loss of one row by what belongs to that row."""
    pair = parse_derivative(delta_name(right.graph, name) if is_delta(name) else name)
    if pair is None or any(end.startswith("loss[") for end in pair):
        return pair
    of, by = (right.graph.root, pair[1]) if pair[0] == "loss" else pair
    row = of.removeprefix("loss@") if of.startswith("loss@") else ""
    return (of, f"{by}@{row}") if row and right.graph.locate(f"{by}@{row}") is not None else (of, by)


def _known(numbers: Numbers, name: str) -> bool:
    try:
        numbers[name]
    except Symbolic:
        return False
    return True


def _compare(right: Right, of: str, direction: Mapping[str, float], derived: Any) -> None:
    near, far = (_quotient(right, of, direction, step) for step in (STEP, 2 * STEP))
    measured = (4 * near - far) / 3  # Richardson: the error of second order falls out
    off = numpy.max(numpy.abs(derived - measured) / (1 + numpy.abs(measured)))
    if not off <= TOLERANCE:
        raise CheckFailed(
            f"the derivative of {of} by {', '.join(direction)}: derived values are off by up to {off:.1e}"
        )


def _quotient(right: Right, of: str, direction: Mapping[str, float], step: float) -> Any:
    ahead, behind = (_moved(right, of, direction, side * step) for side in (1, -1))
    return (ahead - behind) / (2 * step)


def _moved(right: Right, of: str, direction: Mapping[str, float], by: float) -> Any:
    """The quantity after a step in a direction."""
    own = right.numbers
    put_in = {name: own[name] + by * d for name, d in direction.items()}
    return Numbers(right.derivation, own.arithmetic, {**right.put_in, **put_in})[of]
