"""The judge of numbers: a derivation and its trace go in; how well they agree with difference quotients comes out, or CheckFailed.

Up to 50 parameters every derivative is compared with a 50-digit difference quotient of the root; above that the gradient along three
seeded random directions. At a kink the derivative must lie between the one-sided quotients. Of a large network, whose numbers are arrays of
doubles, the quotient is the complex one, Im L(θ + ihd)/h, which loses no digits for any h (Squire and Trapp 1998); it is that of the side
on which every gate and kink stands.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derivegen.calculus.evaluate import Numbers, Trace
from derivegen.errors import CheckFailed
from derivegen.formula.value import precise

EVERY_UP_TO = 50
MOST_WORK = 15_000
"""Derivatives times quantities: a graph of thousands of nodes without parameters is compared along directions as well."""
DIRECTIONS = 3
STEP = 18  # h = 10^-18 of 50 digits: truncation h² and cancellation 10^-50/h both stay below 10^-30
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared, how, and the largest relative difference; `kinks` are derivatives at which the loss has a kink."""

    method: str
    compared: int
    largest: float
    kinks: tuple[str, ...] = ()


def verify(trace: Trace) -> Verified:
    """Compare the gradients of a trace with difference quotients. Raises CheckFailed naming the first derivative that differs."""
    if trace.in_arrays:
        return _complex(trace)
    gradients = Numbers(trace.derivation) if trace.rounding.carry == "rounded" else trace.floats
    names = dict(gradients.backward()) if trace.complete else {}
    if not names:
        return Verified("nothing to compare: no numbers were given", 0, 0.0)
    cut = len(trace.derivation.name_of(""))
    by_member = {name[cut:]: float(number) for name, number in names.items()}
    work = len(by_member) * len(trace.values)
    if len(trace.graph.parameters) <= EVERY_UP_TO and work <= MOST_WORK:
        return _every(trace, by_member)
    return _along(trace, by_member)


def _root(trace: Trace, overrides: Mapping[str, Any], branches: Numbers | None = None) -> Any:
    """The root at fifty digits with some values replaced; filled in order, so that no recursion gets deep."""
    numbers = Numbers(trace.derivation, precise(), overrides, branches=branches)
    for name in trace.graph.names():
        if trace.known(name):
            numbers[name]
    return numbers[trace.graph.root]


def _every(trace: Trace, gradients: Mapping[str, float]) -> Verified:
    start = Numbers(trace.derivation, precise())
    middle = _root(trace, {})
    gates = start if _gate_at_kink(trace) else None
    largest, kinks = 0.0, []
    for member, gradient in gradients.items():
        if member == trace.graph.root:
            continue
        h = precise().number(10.0) ** -STEP
        right = (_root(trace, {member: start[member] + h}) - middle) / h
        left = (middle - _root(trace, {member: start[member] - h})) / h
        if abs(right - left) > TOLERANCE * (1 + abs(right)):
            kinks.append(member)
        if gates is not None:
            ahead, behind = (_root(trace, {member: start[member] + d}, gates) for d in (h, -h))
            largest = max(largest, _differ(f"∂/∂{member}", gradient, float((ahead - behind) / (2 * h))))
            continue
        if member in kinks:
            _between(member, gradient, float(left), float(right))
            continue
        largest = max(largest, _differ(f"∂/∂{member}", gradient, float((left + right) / 2)))
    return Verified("50-digit difference quotients of every derivative", len(gradients), largest, tuple(kinks))


def _gate_at_kink(trace: Trace) -> bool:
    """Whether a gate's z is exactly 0. Then gates are held in the branch the convention takes: several kinks at once can cancel in the
    one-sided quotients, or add to more than any of them."""
    graph = trace.graph
    gated = [f"z[{family.layer}]" for family in graph.families.values() if family.rule in ("relu", "leaky_relu", "elu")]
    return any(trace.number(graph.families[z].member(i)) == 0 for z in gated for i in graph.families[z].members())


def _differ(what: str, derived: float, measured: float) -> float:
    difference = abs(derived - measured) / max(abs(derived), abs(measured), 1e-6)
    if not difference <= TOLERANCE:
        raise CheckFailed(f"{what}: derived {derived!r}, but the difference quotient is {measured!r}")
    return difference


def _between(member: str, gradient: float, left: float, right: float) -> None:
    low, high = sorted((left, right))
    slack = TOLERANCE * (1 + abs(low) + abs(high))
    if not low - slack <= gradient <= high + slack:
        raise CheckFailed(f"∂/∂{member} = {gradient!r} lies outside the one-sided quotients {left!r} and {right!r}")


def _along(trace: Trace, gradients: Mapping[str, float]) -> Verified:
    """Directional derivatives in the space of all parameters and inputs."""
    start = Numbers(trace.derivation, precise())
    members = [name for name in (*trace.graph.names("input"), *trace.graph.parameters) if name in gradients]
    h = precise().number(10.0) ** -STEP
    largest = 0.0
    for seed in range(DIRECTIONS):
        draw = random.Random(seed)
        direction = {name: draw.choice((-1, 1)) * draw.uniform(0.5, 1.0) for name in members}
        ahead = _root(trace, {name: start[name] + h * d for name, d in direction.items()})
        behind = _root(trace, {name: start[name] - h * d for name, d in direction.items()})
        expected = sum(gradients[name] * d for name, d in direction.items())
        largest = max(largest, _differ(f"direction {seed + 1}", expected, float((ahead - behind) / (2 * h))))
    return Verified(f"50-digit difference quotients along {DIRECTIONS} random directions", DIRECTIONS, largest)


TINY = 1e-100


def _complex(trace: Trace) -> Verified:
    """Directional derivatives from complex steps, in the space of all parameters and inputs."""
    import numpy

    from derivegen.calculus.layer_arrays import given_arrays
    from derivegen.calculus.layer_code import layer_function
    from derivegen.calculus.layer_numbers import LayerNumbers
    from derivegen.formula.arrays import COMPLEX

    assert isinstance(trace.floats, LayerNumbers)
    given, adjoints = given_arrays(trace.graph), trace.floats.adjoints
    loss = layer_function(trace.derivation, [trace.graph.root], COMPLEX)
    largest = 0.0
    for seed in range(DIRECTIONS):
        draw = numpy.random.RandomState(seed)
        moved, expected = dict(given), 0.0
        for name in (name for name in given if name in adjoints):
            direction = draw.choice((-1, 1), given[name].shape) * draw.uniform(0.5, 1.0, given[name].shape)
            moved[name] = given[name] + TINY * 1j * direction
            expected += float((adjoints[name] * direction).sum())
        with numpy.errstate(all="ignore"):
            measured = float(loss(moved)[0].imag) / TINY
        largest = max(largest, _differ(f"direction {seed + 1}", expected, measured))
    return Verified(f"complex steps along {DIRECTIONS} random directions", DIRECTIONS, largest)


def same_derivative(derived: Any, formula: Any, by: str) -> bool:
    """The referee of a user's own formula: whether sympy's derivative of `formula` by the symbol `by` equals `derived`."""
    import sympy

    from derivegen.formula.symbolic import opened, symbol, to_sympy

    difference = opened(sympy.diff(to_sympy(formula), symbol(by)) - to_sympy(derived))
    return bool(sympy.simplify(difference) == 0)
