"""Complex steps: a large network and random directions go in; how far its derivatives lie from those of a step into the complex plane
comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.calculus.seams import has_bends, seams
from derivegen.calculus.verified import DIRECTIONS, HAIR, NEAR, Verified, differ
from derivegen.errors import CheckFailed
from derivegen.formula.arithmetic.value import value
from derivegen.formula.tree import Indexed, Quantity, transform
from derivegen.on_use import numpy

TINY = 1e-100


def complex_steps(trace: Trace) -> Verified:
    """Directional derivatives from complex steps, in the space of all parameters and inputs; where they differ, since a unit stands on a
    kink, those a hair beside it."""
    from derivegen.calculus.numbers.layer_arrays import given_arrays

    given = given_arrays(trace.graph)
    try:
        largest = _steps(trace, given, trace.floats)
    except CheckFailed:
        if not _arrays_on_kinks(trace.floats):
            raise
        given = _hair(trace, given)
        largest = _steps(trace, given, LayerNumbers(trace.derivation, given))
    return Verified(f"complex steps along {DIRECTIONS} random directions", DIRECTIONS, largest)


def _arrays_on_kinks(numbers: Numbers) -> bool:
    """Whether some unit of a large network stands where one piece of a formula gives way to another."""
    from derivegen.formula.arithmetic.arrays import ARRAYS

    assert isinstance(numbers, LayerNumbers)
    if numbers.graph.lettered:
        return has_bends(numbers.graph)  # at a hair's breadth a derivative that is wrong is wrong as well
    for family in numbers.graph.families.values():
        for seam in seams(family.formula) if family.formula is not None else ():
            sides = [
                value(
                    transform(side, lambda part: Quantity(part.base) if isinstance(part, Indexed) else None),
                    numbers.arrays.__getitem__,
                    ARRAYS,
                )
                for side in (seam.left, seam.right)
            ]
            if bool((abs(sides[0] - sides[1]) <= NEAR * (1 + numpy.abs(sides[0]))).any()):
                return True
    return False


def _hair(trace: Trace, given: Mapping[str, Any]) -> dict[str, Any]:
    """All that is given a hair from where it is; constants, which say what is looked up, stay."""
    draw, families = numpy.random.RandomState(0), trace.graph.families
    by = {name: HAIR if families[name].kind != "constant" else 0.0 for name in given}
    return {name: array + by[name] * draw.uniform(1, 2, array.shape) for name, array in given.items()}


def _steps(trace: Trace, given: Mapping[str, Any], numbers: Numbers) -> float:
    """The largest difference along the directions. Raises CheckFailed."""
    from derivegen.calculus.code.array_code import array_function
    from derivegen.calculus.numbers.layer_arrays import where_given
    from derivegen.formula.arithmetic.arrays import complex_functions

    assert isinstance(numbers, LayerNumbers)
    adjoints = numbers.adjoints
    loss = array_function(trace.derivation, [trace.graph.root], complex_functions())
    largest = 0.0
    for seed in range(DIRECTIONS):
        draw = numpy.random.RandomState(seed)
        moved, expected = dict(given), 0.0
        for name in (name for name in given if name in adjoints):
            direction = draw.choice((-1, 1), given[name].shape) * draw.uniform(0.5, 1.0, given[name].shape)
            direction = direction * where_given(trace.graph.families[name])
            moved[name] = given[name] + TINY * 1j * direction
            expected += float((adjoints[name] * direction).sum())
        with numpy.errstate(all="ignore"):
            measured = float(loss(moved)[0].imag) / TINY
        largest = max(largest, differ(f"direction {seed + 1}", expected, measured))
    return largest
