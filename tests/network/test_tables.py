"""Every line of the tables of activations and losses, proved by sympy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest
import sympy

from derivegen.formula.symbolic import opened, to_sympy
from derivegen.formula.tree import Formula, Quantity
from derivegen.network.file import kinds_of_value, layer_sections
from derivegen.network.tables.activations import ACTIVATIONS, Activation, Text, decimal, formula_of
from derivegen.network.tables.losses import LOSSES, Loss

z, a, t = (sympy.Symbol(name, real=True) for name in "zat")
ACTIVATION_NAMES = [name for name, entry in ACTIVATIONS.items() if entry.kind in ("smooth", "gate")]
LOSS_NAMES = [name for name, entry in LOSSES.items() if entry.kind != "unknown"]
LOSS_POINTS = [(0.3, 0.9), (0.3, -0.4), (-1.0, 0.4), (1.0, 1.7), (0.2, 2.5), (0.0, 0.8), (-1.0, -3.0)]


def tree(text: Text, parameters: Mapping[str, Any] | None = None) -> Any:
    names: dict[str, Formula] = {key: decimal(value) for key, value in (parameters or {}).items()}
    return to_sympy(formula_of(text, {**{n: Quantity(n) for n in "zat"}, **names}))


def is_zero(difference: Any) -> bool:
    """Whether sympy proves the expression 0, closed functions opened."""
    exponential = opened(opened(difference)).rewrite(sympy.exp)
    return bool(sympy.simplify(sympy.together(sympy.expand(exponential))) == 0)


def same(one: Any, other: Any, entry: Loss) -> bool:
    """Whether two lines of a loss are equal for all that its targets may be, shares for instance from 0 up."""
    if entry.targets != "shares":
        return is_zero(one - other)
    return all(is_zero((one - other).subs(t, target)) for target in (sympy.Symbol("t", positive=True), 0))


def branches(text: Text) -> Iterator[str]:
    yield from [text] if isinstance(text, str) else (branch for branch, _ in text)


def conditions(text: Text) -> list[str | None]:
    return [None] if isinstance(text, str) else [when for _, when in text]


@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_slope_is_the_derivative(name: str) -> None:
    entry = ACTIVATIONS[name]
    assert conditions(entry.formula) == conditions(entry.slope)
    for formula, slope in zip(branches(entry.formula), branches(entry.slope), strict=True):
        own = tree(formula, entry.parameters)
        assert is_zero(sympy.diff(own, z) - tree(slope, entry.parameters).subs(a, own)), (formula, slope)


def test_softmax_slopes() -> None:
    """∂p_j/∂z_j = p_j(1 − p_j), ∂p_j/∂z_k = −p_j p_k, for three units."""
    zs = sympy.symbols("z1:4", real=True)
    p = [sympy.exp(own) / sum(map(sympy.exp, zs)) for own in zs]
    for j in range(3):
        for k in range(3):
            taught = tree(ACTIVATIONS["softmax"].slope).subs(a, p[j]) if j == k else -p[j] * p[k]
            assert sympy.simplify(sympy.diff(p[j], zs[k]) - taught) == 0


@pytest.mark.parametrize("name", [name for name, entry in ACTIVATIONS.items() if entry.definition])
def test_definition_is_the_activation(name: str) -> None:
    entry = ACTIVATIONS[name]
    assert entry.definition is not None and isinstance(entry.formula, str)
    assert is_zero(tree(entry.definition) - tree(entry.formula))


@pytest.mark.parametrize("name", [name for name, entry in ACTIVATIONS.items() if entry.lines])
def test_every_line_of_an_activation_equals_the_one_before(name: str) -> None:
    entry: Activation = ACTIVATIONS[name]
    assert isinstance(entry.formula, str)
    definition = tree(entry.definition or entry.formula)
    lines = [sympy.diff(definition, z), *(tree(line).subs(a, definition) for line, _ in entry.lines)]
    for number, (before, after) in enumerate(pairwise(lines), 1):
        assert is_zero(before - after), (name, number, entry.lines[number - 1])
    assert entry.lines[-1][0] == entry.slope
    assert all(reason for _, reason in entry.lines)


@pytest.mark.parametrize("name", LOSS_NAMES)
def test_slope_of_a_loss_is_the_derivative(name: str) -> None:
    entry = LOSSES[name]
    term, slope = tree(entry.term, entry.parameters), tree(entry.slope, entry.parameters)
    if entry.kind == "smooth":
        assert same(sympy.diff(term, a), slope, entry)
    assert_quotients(name, term, slope)


def assert_quotients(name: str, term: Any, slope: Any) -> None:
    """Off the kinks: a central difference quotient at exact rationals, on either side of every kink."""
    h = sympy.Rational(1, 10**9)
    for target, output in LOSS_POINTS:
        probable = LOSSES[name].targets in ("probability", "shares")
        if probable and not (0 < output < 1 and 0 <= target <= 1):
            continue
        point = {t: sympy.Rational(str(target)), a: sympy.Rational(str(output))}
        ahead, behind = (term.subs(a, a + sign * h).subs(point) for sign in (1, -1))
        assert abs(float(((ahead - behind) / (2 * h) - slope.subs(point)).evalf(40))) < 1e-12, (name, target, output)


def test_kinked_losses_branch_by_branch() -> None:
    """|u|: ±1; Huber: u inside δ, ±δ outside; hinge: −t inside the margin, 0 outside."""
    d = sympy.Symbol("d", real=True)  # a − t
    positive, negative = sympy.Symbol("u", positive=True), sympy.Symbol("v", negative=True)
    absolute = tree(LOSSES["absolute_error"].term).subs(t, a - d)
    for u, slope in ((positive, 1), (negative, -1)):
        assert sympy.diff(absolute.subs(d, u), u) == slope
    square, straight = branches(LOSSES["huber"].term)
    delta = sympy.Symbol("delta", real=True)
    assert is_zero(sympy.diff(tree(square), a) - tree("a - t"))
    for u, slope in ((positive, delta), (negative, -delta)):
        assert is_zero(sympy.diff(tree(straight).subs(a, u + t), u) - slope)
    seam = tree(straight).subs(a, t + positive).subs(positive, delta) - tree(square).subs(a, t + delta)
    assert sympy.simplify(seam) == 0  # the two halves meet, and so do their slopes: u = δ
    assert sympy.diff(1 - t * a, a) == tree("-t")


@pytest.mark.parametrize("name", [name for name, entry in LOSSES.items() if entry.lines])
def test_every_line_of_a_loss_equals_the_one_before(name: str) -> None:
    entry: Loss = LOSSES[name]
    lines = [sympy.diff(tree(entry.term), a), *(tree(line) for line, _ in entry.lines)]
    for number, (before, after) in enumerate(pairwise(lines), 1):
        assert same(before, after, entry), (name, number, entry.lines[number - 1])
    assert entry.lines[-1][0] == entry.slope


def test_joint_slope_of_sigmoid_and_cross_entropy() -> None:
    entry = LOSSES["binary_cross_entropy"]
    assert entry.with_activation == "sigmoid" and entry.joint is not None
    assert is_zero(tree(entry.slope) * tree(ACTIVATIONS["sigmoid"].slope) - tree(entry.joint))


@pytest.mark.parametrize("name", ["cross_entropy", "kl_divergence"])
def test_joint_slope_of_softmax_and_cross_entropy(name: str) -> None:
    """Σ_j (−t_j/p_j)·∂p_j/∂z_k = p_k − t_k, if the targets of a row sum to 1."""
    entry = LOSSES[name]
    assert entry.with_activation == "softmax" and entry.joint == "a - t"
    p, targets = sympy.symbols("p1:4", positive=True), sympy.symbols("t1:4", real=True)
    slopes = [tree(entry.slope).subs({t: target, a: output}) for target, output in zip(targets, p, strict=True)]
    for k in range(3):
        whole = sum(slope * (p[j] * (1 - p[j]) if j == k else -p[j] * p[k]) for j, slope in enumerate(slopes))
        assert sympy.simplify((whole - (p[k] - targets[k])).subs(targets[2], 1 - targets[0] - targets[1])) == 0


def test_tables_and_the_schema_of_the_file_know_the_same_names() -> None:
    assert tuple(ACTIVATIONS) == kinds_of_value.ACTIVATIONS
    assert tuple(LOSSES) == kinds_of_value.LOSSES
    parameters = {name: dict(entry.parameters) for name, entry in ACTIVATIONS.items() if entry.parameters}
    assert parameters == layer_sections.ACTIVATION_PARAMETERS
