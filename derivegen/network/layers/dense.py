"""A dense layer as families: its text, of the table of layer kinds, is put to its sizes and to what is below; weights, biases or
thresholds, pre-activations z = Σ w·a + b and activations a = f(z) come out.
"""

from __future__ import annotations

from functools import cache

from derivegen.formula.read.indexed import Left, Softmax, read_left, read_right
from derivegen.formula.tree import BigSum, Formula, Indexed, Product, transform
from derivegen.network.family import Axis, Family, Kind, over
from derivegen.network.layers import indexed
from derivegen.network.layers.activation import activated, entry_of, numbers_of
from derivegen.network.network import ActivationChoice, BiasKind, Dense
from derivegen.network.tables.layer_kinds import DENSE
from derivegen.network.tables.layer_texts import plain

UNIT, FEED = "j", "k"
"""The letters of the text: that of the units, and that of what enters them."""


def families(number: int, layer: Dense, below: Family, examples: tuple[Axis, ...]) -> tuple[Family, ...]:
    """The families of layer `number` (1 = the first that computes), fed by the family `below`."""
    axes = {UNIT: Axis(UNIT, layer.units), FEED: Axis(FEED, below.axes[0].size)}
    rows = tuple(axis.letter for axis in examples)
    given, weighted = _stated(layer.bias_kind)

    def named(part: Formula) -> Formula | None:
        match part:
            case Indexed("below", places):
                return Indexed(below.name, (*places, *rows))
            case Indexed(base, places):
                return Indexed(f"{base}[{number}]", places)
            case BigSum(Product(factors)):
                factors = tuple(transform(each, named) for each in factors)
                return over(FEED, axes[FEED].size, Product(factors, dotted=False))
        return None

    parameters = (
        Family(
            f"{left.name}[{number}]",
            kind,
            tuple(axes[letter] for letter in left.letters),
            layer=number,
            mask=layer.mask if kind == "weight" else None,
        )
        for kind, left in given
    )
    z = Family(f"z[{number}]", "pre-activation", (axes[UNIT], *examples), transform(weighted, named), number, "affine")
    return (*parameters, z, _activations(number, layer.activation, z))


@cache
def _stated(offsets: BiasKind) -> tuple[tuple[tuple[Kind, Left], ...], Formula]:
    """What a layer is given, and its weighted sum, as the text has them; the sizes are put in afterwards."""
    (text,) = DENSE.texts
    assert not callable(text.nodes)
    ends, (sum_, _) = dict.fromkeys((UNIT, FEED), (1, 2)), text.nodes
    kinds: tuple[Kind, Kind] = ("weight", "threshold" if offsets == "threshold" else "bias")
    lefts = [
        (kind, plain(each, (), (), (offsets,)))
        for kind, every in zip(kinds, (text.weights, text.biases), strict=True)
        for each in every
    ]
    given = tuple((kind, read_left(left, ends)) for kind, left in lefts if left)
    left, right = (plain(side, (), (), (offsets,)) for side in sum_)
    ranks = {each.name: len(each.letters) for _, each in given} | {"below": 1}
    weighted = read_right(right, ends, ranks, read_left(left, ends))
    assert not isinstance(weighted, Softmax)
    return given, weighted


def _activations(number: int, choice: ActivationChoice, z: Family) -> Family:
    """a = f(z), unit by unit, or coupled over the units of the layer for softmax."""
    letters = tuple(axis.letter for axis in z.axes)
    own, a = Indexed(z.name, letters), Indexed(f"a[{number}]", letters)
    if entry_of(choice).kind == "coupled":
        other = Indexed(z.name, (FEED, *letters[1:]))
        formula, rule, slopes = indexed.softmax(a, Softmax(own, other, Axis(FEED, z.axes[0].size).whole))
    else:
        formula, rule, slopes = activated(choice, own, a)
    parameters = tuple(numbers_of(choice).items())
    return Family(
        a.base, "activation", z.axes, formula, number, rule, slopes, parameters=parameters, letter=choice.symbol
    )
