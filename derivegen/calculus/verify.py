"""The judge of numbers: a derivation and its trace go in; how well they agree with difference quotients comes out, or CheckFailed.

Up to 50 parameters every derivative is compared with a 50-digit difference quotient of the root; above that the gradient along three
seeded random directions. At a kink the derivative lies between the one-sided quotients. Where several kinks meet on the way, the chain rule
may lead outside of them: then each link must lie between the one-sided quotients of its own formula, and the gradient a hair beside the
kinks must be the difference quotient there. Of a large network, whose numbers are arrays of doubles, the quotient is the complex one,
Im L(θ + ihd)/h, which loses no digits for any h (Squire and Trapp 1998).
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivegen.calculus.complex_steps import complex_steps
from derivegen.calculus.numbers import sides
from derivegen.calculus.numbers.evaluate import Numbers, Trace, lost
from derivegen.calculus.seams import has_bends, seams
from derivegen.calculus.verified import DIRECTIONS, HAIR, TOLERANCE, Verified, between, differ, difference
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import Arithmetic, precise, value
from derivegen.formula.tree import Formula, names_in
from derivegen.network.graph import Member
from derivegen.network.tables.conventions import bends_of, kink_of

EVERY_UP_TO = 50
MOST_WORK = 15_000
"""Derivatives times quantities: a graph of thousands of nodes without parameters is compared along directions as well."""
STEP = 18  # h = 10^-18 of 50 digits: truncation h² and cancellation 10^-50/h both stay below 10^-30
LARGE = 1e12
"""Beyond, the digits of fifty may not reach down to the step."""


def verify(trace: Trace) -> Verified:
    """Compare the gradients of a trace with difference quotients. Raises CheckFailed naming the first derivative that differs."""
    if trace.in_arrays:
        return complex_steps(trace)
    by_member = trace.exactly.gradients if trace.complete else {}
    if not by_member:
        return Verified("nothing to compare: no numbers were given", 0, 0.0)
    work = len(by_member) * len(trace.values)
    if len(trace.graph.parameters) <= EVERY_UP_TO and work <= MOST_WORK:
        return _every(trace, by_member)
    return _along(trace, by_member)


def _digits(trace: Trace) -> Arithmetic:
    """Fifty digits, and of large numbers, which a difference may take most of, as many more as they have before the point, twice."""
    return precise(50 + 2 * _size(trace))


def _step(trace: Trace) -> Any:
    """How far a quantity is moved: the less, the larger the numbers are, since what they multiply bends the sooner."""
    return _digits(trace).number(10.0) ** -(STEP + _size(trace))


def _size(trace: Trace) -> int:
    """The power of ten of the largest number there is, if it is large."""
    largest = max(map(abs, trace.values.values()))
    return math.ceil(math.log10(min(largest, sys.float_info.max))) if largest >= LARGE else 0


def _root(trace: Trace, overrides: Mapping[str, Any]) -> Any:
    """The root at fifty digits with some values replaced."""
    return Numbers(trace.derivation, _digits(trace), overrides).fill(trace.derivation.values_in_order)[trace.graph.root]


def _every(trace: Trace, gradients: Mapping[str, float]) -> Verified:
    largest, kinks = 0.0, []
    outside: list[tuple[str, float, float]] = []
    quotients = _quotients(trace)
    for member, gradient in gradients.items():
        if member == trace.graph.root:
            continue
        try:
            left, right = quotients(member, gradient)
        except InputError:
            if not lost(trace.graph, trace.derivation.name_of(member)):
                raise
            continue  # so far saturated that no number beside this output can be told from it
        if left is right:
            largest = max(largest, difference(gradient, float(right)))
            continue
        if abs(right - left) > TOLERANCE * (1 + abs(right)):
            kinks.append(member)
        if between(gradient, left, right):
            largest = max(largest, 0.0 if member in kinks else difference(gradient, float((left + right) / 2)))
        elif outside or _on_kinks(trace):
            outside.append((member, float(left), float(right)))
        else:
            raise CheckFailed(
                f"∂/∂{member} = {gradient!r} lies outside the one-sided quotients {float(left)!r} and {float(right)!r}"
            )
    if outside:
        _links(trace)
        _beside(trace, list(gradients))
    method = "50-digit difference quotients of every derivative"
    return Verified(method, len(gradients), largest, tuple(kinks), tuple(outside))


def _quotients(trace: Trace, at: Mapping[str, Any] | None = None) -> Callable[[str, float], tuple[Any, Any]]:
    """The one-sided difference quotients of the root by a quantity, at other numbers for some quantities. Where nothing bends and the one
    ahead is the derivative that was found, it stands for the one behind as well: they differ by no more than the step."""
    middle, root = Numbers(trace.derivation, _digits(trace), at), trace.graph.root
    losses = {name: middle.fill(trace.derivation.values_in_order).formula(name) for name in trace.graph.names("loss")}
    lines = {name: formula for name, formula in losses.items() if formula is not None}
    outputs = frozenset(name for row in trace.graph.outputs_by_row for name in row)
    h, bends = _step(trace), has_bends(trace.graph)

    def quotients(member: str, derived: float) -> tuple[Any, Any]:
        cone = trace.graph.above(member)

        def moved(by: Any) -> Any:
            """The root where the quantity is moved: only what hangs on it is computed anew."""
            own = (
                {} if member in outputs else lines
            )  # a joined loss is one in z, which an output that is moved has none of
            return middle.moved({member: middle[member] + by}, cone, own).fill(cone)[root]

        right = (moved(h) - middle[root]) / h
        if not bends and difference(derived, float(right)) <= TOLERANCE:
            return right, right
        return (middle[root] - moved(-h)) / h, right

    return quotients


def _on_kinks(trace: Trace) -> bool:
    """Whether some formula stands where one of its pieces gives way to another."""
    return any(True for _ in standing(trace))


def standing(trace: Trace) -> Iterator[Member]:
    """The quantities whose formula stands where one of its pieces gives way to another."""
    numbers = Numbers(trace.derivation, _digits(trace))
    for member in trace.graph.members():
        for seam in seams(member.formula) if member.formula is not None else ():
            if sides.equal(numbers, seam):
                yield member
                break


def _links(trace: Trace) -> None:
    """Every link of a formula that stands on a kink lies between its own one-sided quotients."""
    numbers = Numbers(trace.derivation, _digits(trace))
    h = _step(trace)
    for member in standing(trace):
        formula = member.formula
        assert formula is not None
        for leaf in dict.fromkeys(names_in(formula)):
            local = trace.derivation.local(member.name, leaf)
            if local is None or member.family.kind == "loss" or _stated(trace, member):
                continue

            def moved(by: Any, leaf: str = leaf, formula: Formula = formula) -> Any:
                def at(name: str) -> Any:
                    return numbers[name] + by if name == leaf else numbers[name]

                return value(formula, at, numbers.arithmetic)

            found = float(value(local.reading, numbers.__getitem__, numbers.arithmetic))
            left, right = (moved(0) - moved(-h)) / h, (moved(h) - moved(0)) / h
            if not between(found, left, right):
                raise CheckFailed(f"{local.name} = {found!r} lies outside {float(left)!r} and {float(right)!r}")


def _stated(trace: Trace, member: Member) -> bool:
    """Whether the slope there is a number that a library takes though it is that of neither side."""
    bends = bends_of(trace.derivation.library)
    return isinstance(bends.get(kink_of(member.family.rule) or ""), Fraction)


def _beside(trace: Trace, members: Sequence[str]) -> None:
    """A hair beside its kinks the derivatives are the difference quotients."""
    shifted = _shifted(trace)
    numbers, quotients = Numbers(trace.derivation, _digits(trace), shifted), _quotients(trace, shifted)
    for member in members:
        if trace.graph[member].formula is None:
            derived = float(numbers[trace.derivation.name_of(member)])
            left, right = quotients(member, derived)
            differ(f"∂/∂{member}", derived, float((left + right) / 2))


def _shifted(trace: Trace) -> dict[str, Any]:
    """All that is given, each a hair from where it is."""
    start, draw = Numbers(trace.derivation, _digits(trace)), random.Random(0)
    given = [*trace.graph.names("input"), *trace.graph.parameters]
    return {name: start[name] + draw.choice((-1, 1)) * draw.uniform(1, 2) * HAIR for name in given}


def _along(trace: Trace, gradients: Mapping[str, float]) -> Verified:
    """Directional derivatives in the space of all parameters and inputs."""
    try:
        largest = _directional(trace, gradients, {})
    except CheckFailed:
        if not _on_kinks(trace):
            raise
        _links(trace)
        shifted = _shifted(trace)
        numbers = Numbers(trace.derivation, _digits(trace), shifted)
        names = {name: float(numbers[trace.derivation.name_of(name)]) for name in shifted if name in gradients}
        largest = _directional(trace, names, shifted)
    return Verified(f"50-digit difference quotients along {DIRECTIONS} random directions", DIRECTIONS, largest)


def _directional(trace: Trace, gradients: Mapping[str, float], at: Mapping[str, Any]) -> float:
    """The largest difference along the directions, at other numbers for some quantities. Raises CheckFailed."""
    start = Numbers(trace.derivation, _digits(trace), at)
    members = [name for name in (*trace.graph.names("input"), *trace.graph.parameters) if name in gradients]
    h = _step(trace)
    largest = 0.0
    for seed in range(DIRECTIONS):
        draw = random.Random(seed)
        direction = {name: draw.choice((-1, 1)) * draw.uniform(0.5, 1.0) for name in members}
        ahead = _root(trace, {**at, **{name: start[name] + h * d for name, d in direction.items()}})
        behind = _root(trace, {**at, **{name: start[name] - h * d for name, d in direction.items()}})
        expected = sum(gradients[name] * d for name, d in direction.items())
        largest = max(largest, differ(f"direction {seed + 1}", expected, float((ahead - behind) / (2 * h))))
    return largest
