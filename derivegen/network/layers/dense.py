"""A dense layer as families: weights, biases or thresholds, pre-activations z = Σ w·a + b, activations a = f(z)."""

from __future__ import annotations

from derivegen.formula.functions import EXP
from derivegen.formula.tree import ONE, ZERO, Formula, Indexed, Negative, Product, Ratio, Sum, walk
from derivegen.network.family import Axis, Family, Slopes, over
from derivegen.network.network import ActivationChoice, Dense
from derivegen.network.tables.activations import ACTIVATIONS, USUAL, Activation, Text, decimal, formula_of


def families(number: int, layer: Dense, below: Family, examples: tuple[Axis, ...]) -> tuple[Family, ...]:
    """The families of layer `number` (1 = the first that computes), fed by the family `below`."""
    unit, feed = Axis("j", layer.units), Axis("k", below.axes[0].size)
    rows = tuple(axis.letter for axis in examples)
    weights = Family(f"w[{number}]", "weight", (unit, feed), layer=number, mask=layer.mask)
    offsets = _offsets(number, layer, unit)
    terms: list[Formula] = [
        over(
            "k",
            feed.size,
            Product((Indexed(weights.name, ("j", "k")), Indexed(below.name, ("k", *rows))), dotted=False),
        )
    ]
    terms += [_offset_term(family) for family in offsets]
    formula = Sum(tuple(terms)) if len(terms) > 1 else terms[0]
    z = Family(f"z[{number}]", "pre-activation", (unit, *examples), formula, number, "affine")
    return (weights, *offsets, z, activation_family(number, layer.activation, z))


def _offsets(number: int, layer: Dense, unit: Axis) -> tuple[Family, ...]:
    if layer.bias_kind == "none":
        return ()
    if layer.bias_kind == "threshold":
        return (Family(f"theta[{number}]", "threshold", (unit,), layer=number),)
    return (Family(f"b[{number}]", "bias", (unit,) if layer.bias_kind == "each" else (), layer=number),)


def _offset_term(family: Family) -> Formula:
    leaf = Indexed(family.name, tuple(axis.letter for axis in family.axes))
    return Negative(leaf) if family.kind == "threshold" else leaf


def activation_family(number: int, choice: ActivationChoice, z: Family) -> Family:
    """a = f(z), unit by unit, or coupled over the units of the layer for softmax."""
    letters = tuple(axis.letter for axis in z.axes)
    own = Indexed(z.name, letters)
    a = Indexed(f"a[{number}]", letters)
    if entry_of(choice).kind == "coupled":
        return _softmax(number, z, own, a, choice.name)
    formula, rule, slopes = activated(choice, own, a)
    parameters = tuple(numbers_of(choice).items())
    return Family(
        a.base, "activation", z.axes, formula, number, rule, slopes, parameters=parameters, letter=choice.symbol
    )


def entry_of(choice: ActivationChoice) -> Activation:
    """The entry of the table; of a formula of one's own that of no activation."""
    return ACTIVATIONS[USUAL if choice.formula else choice.name]


def numbers_of(choice: ActivationChoice) -> dict[str, Formula]:
    """The parameters of an activation, those of the file in place of the usual ones."""
    return {key: decimal(choice.parameters.get(key, value)) for key, value in entry_of(choice).parameters.items()}


def activated(choice: ActivationChoice, own: Indexed, a: Indexed) -> tuple[Formula, str, Slopes]:
    """What f(own) is, by which rule, and its slope as it is taught."""
    entry, names = entry_of(choice), {"z": own, "a": a, **numbers_of(choice)}
    letter = choice.symbol or entry.letter or "f"
    text: Text = choice.formula or entry.formula
    formula = formula_of(text, names, letter)
    if choice.formula:
        return formula, "formula", no_slope(formula, own)
    return formula, choice.name, ((own, formula_of(entry.slope, names, letter), "each"),)


def no_slope(formula: Formula, by: Indexed) -> Slopes:
    """The slope 0 of a formula of one's own that does not contain what it is differentiated by; of any other it is derived."""
    return () if by in walk(formula) else ((by, ZERO, "each"),)


def _softmax(number: int, z: Family, own: Indexed, a: Indexed, rule: str) -> Family:
    """a_j = e^{z_j} / Σ_k e^{z_k}; ∂a_j/∂z_j = a_j(1 − a_j), ∂a_j/∂z_k = −a_j a_k (Bridle 1990)."""
    other = Indexed(z.name, ("k", *own.letters[1:]))
    exp_own, exp_other = EXP(own), EXP(other)
    formula = Ratio(exp_own, over("k", z.axes[0].size, exp_other))
    slopes = (
        (own, Product((a, Sum((ONE, Negative(a)))), dotted=False), "own"),
        (other, Negative(Product((a, Indexed(a.base, other.letters)), dotted=False)), "cross"),
    )
    return Family(a.base, "activation", z.axes, formula, number, rule, slopes)
