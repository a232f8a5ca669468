"""The loss as families: the outputs and the targets go in; the loss, each row's own and each output's term come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod

from derivegen.formula.letters import renamed, sum_over
from derivegen.formula.tree import (
    ONE,
    Bracket,
    Call,
    Formula,
    Indexed,
    Number,
    Product,
    Quantity,
    Ratio,
    product,
    total,
    walk,
)
from derivegen.network.family import PARAMETERS, Axis, Equation, Family, Slopes, over
from derivegen.network.layers.activation import no_slope
from derivegen.network.network import Counts, LossChoice, Network
from derivegen.network.tables.activations import Text, decimal, formula_of
from derivegen.network.tables.losses import LOSSES, PENALTIES, Penalty
from derivegen.records import replace

LOSS, ROWS, OWN_ROWS = "loss", "loss rows", "row_loss"
"""The families of the loss and of the losses of the rows, whose members are loss@r; beside other layers than dense ones, where much is
derived by it, by a name of its own."""
TARGET, MASK = "t", "m"
"""What the targets are called, and the zeros and ones that say which steps count."""
STEPS: tuple[Counts, ...] = ("time", "token")
"""What a letter counts that runs over steps, at each of which there may be an output."""
OTHER_STEP = "s"
"""The letter over which the steps that count are counted, beside t."""


def families(network: Network, output: Family, target: Family) -> list[Family]:
    """The loss, and beside it each row's own loss and each output's term (members loss@r, loss[j]@r)."""
    choice = network.loss
    assert choice is not None
    letters = tuple(axis.letter for axis in output.axes)
    a, t = Indexed(output.name, letters), Indexed(target.name, letters)
    term, slopes = _term(choice, a, t), _slopes(choice, a, t)
    shares: list[int | str] = [network.n_outputs] if choice.outputs == "mean" and network.n_outputs > 1 else []
    row_loss = _shared(shares, over("j", network.n_outputs, term))
    layer = output.layer
    found = []
    if network.n_outputs > 1:
        found.append(Family("loss terms", "loss", output.axes, term, layer, _rule(choice), slopes, stem="loss"))
    if network.rows == 1:
        return [*found, Family("loss", "loss", (), row_loss, layer, _rule(choice), slopes)]
    rows = output.axes[-1]
    found.append(Family(ROWS, "loss", (rows,), row_loss, layer, _rule(choice), slopes, stem="loss"))
    shares = ([rows.size] if choice.reduction == "mean" else []) + shares
    whole = over(rows.letter, rows.size, over("j", network.n_outputs, term))
    return [*found, Family("loss", "loss", (), _shared(shares, whole), layer, _rule(choice), slopes)]


def indexed(
    choice: LossChoice, output: Family, target: Family, mask: Family | None, before: Iterable[Family]
) -> Iterator[Family]:
    """The loss of outputs under any letters, of the steps that a mask counts if there is one: what it is of each row, if there are
    several, what is added for the size of the parameters, and the loss."""
    held = list(_penalties(choice, before))
    added = [Indexed(each.name, ()) for each in held if each.kind != "constant"]
    yield from held
    letters = tuple(axis.letter for axis in output.axes)
    own = [axis for axis in output.axes if axis.counts != "example"]
    weights = _weights(choice, [axis for axis in own if axis.counts not in STEPS])
    yield from weights.values()
    units = prod(int(axis.size) for axis in own if axis.counts not in STEPS)
    steps = prod(int(axis.size) for axis in own if axis.counts in STEPS)
    names = {name: Indexed(name, tuple(axis.letter for axis in each.axes)) for name, each in weights.items()}
    at = Indexed(target.name, tuple(axis.letter for axis in target.axes))
    body = _term(choice, Indexed(output.name, letters), at, names)
    counted: int | Formula = steps
    for axis in reversed(own):
        if mask is not None and axis.counts in STEPS:
            counts = Indexed(mask.name, tuple(each.letter for each in mask.axes))
            counted = sum_over(replace(axis.whole, letter=OTHER_STEP), renamed(counts, {axis.letter: OTHER_STEP}))
            body = product(counts, body, dotted=False)
        body = sum_over(axis.whole, body)
    per_output = [units] if choice.outputs == "mean" and units > 1 else []
    body = _shared([*([counted] if choice.steps == "mean" and steps > 1 else []), *per_output], body)
    rows = next((axis for axis in output.axes if axis.counts == "example"), None)
    among = _among(choice, at, names, mask, [*reversed(own), *([] if rows is None else [rows])])
    if rows is None:
        yield _loss(Equation((), (), total(_shared(among, body), *added), "formula"))
        return
    letter = rows.letter
    yield _loss(Equation((letter,), (rows.whole,), body, "formula"), (rows,))
    every = sum_over(rows.whole, Indexed(OWN_ROWS, (letter,)))
    every = _shared([rows.size] if choice.reduction == "mean" else among, every)
    yield _loss(Equation((), (), total(every, *added), "formula"))


def _among(
    choice: LossChoice, target: Formula, weights: Mapping[str, Formula], mask: Family | None, axes: Iterable[Axis]
) -> list[Formula]:
    """What the weights of all examples, of the steps that count, add up to, where the loss is divided by that."""
    weighted = LOSSES[choice.name].weighted if choice.reduction == "weighted_mean" else None
    if weighted is None:
        return []
    share = formula_of(weighted.counts, {"t": target, **weights})
    if mask is not None:
        share = product(Indexed(mask.name, tuple(axis.letter for axis in mask.axes)), share, dotted=False)
    for axis in axes:
        share = sum_over(axis.whole, share)
    return [share]


def _weights(choice: LossChoice, units: Sequence[Axis]) -> dict[str, Family]:
    """The weights of the classes: those of the outputs, or a number for each of two classes."""
    weighted = LOSSES[choice.name].weighted if choice.weights else None
    if weighted is None:
        return {}
    axes = () if len(weighted.names) > 1 else tuple(units)
    places, domain = tuple(axis.letter for axis in axes), tuple(axis.whole for axis in axes)
    return {name: Family(name, "constant", axes, equations=(Equation(places, domain),)) for name in weighted.names}


def _penalties(choice: LossChoice, before: Iterable[Family]) -> Iterator[Family]:
    """The strengths of what is added to the loss, and what is added."""
    kinds = PARAMETERS if choice.penalized == "all" else ("weight",)
    held = [family for family in before if family.kind in kinds]
    for penalty in map(PENALTIES.__getitem__, choice.penalties if held else ()):
        yield Family(penalty.strength, "constant", equations=(Equation((), ()),))
        own = _penalty(penalty, held)
        yield Family(penalty.name, "node", (), own.formula, rule=own.rule, slopes=own.slopes, equations=(own,))


def _penalty(penalty: Penalty, families: list[Family]) -> Equation:
    """The strength times the sum over all parameters of these families."""
    strength = {penalty.strength: Indexed(penalty.strength, ())}
    sums = [_sum(penalty.term, family) for family in families]
    whole = Bracket(total(*sums)) if len(sums) > 1 else sums[0]
    slopes: Slopes = ()
    if penalty.slope is not None:
        held = {family.name for family in families}
        leaves = dict.fromkeys(part for part in walk(whole) if isinstance(part, Indexed) and part.base in held)
        slopes = tuple((leaf, formula_of(penalty.slope, {**strength, "w": leaf}), "each") for leaf in leaves)
    return Equation((), (), product(formula_of(penalty.share, strength), whole, dotted=False), "formula", slopes)


def _sum(term: Text, family: Family) -> Formula:
    """The sum of a term over all members of a family."""
    body = formula_of(term, {"w": Indexed(family.name, tuple(axis.letter for axis in family.axes))})
    for axis in reversed(family.axes):
        body = sum_over(axis.whole, body)
    return body


def _loss(own: Equation, axes: tuple[Axis, ...] = ()) -> Family:
    name, stem = (OWN_ROWS, LOSS) if axes else (LOSS, "")
    return Family(name, "node", axes, own.formula, rule=own.rule, stem=stem, equations=(own,))


def _shared(shares: Sequence[int | str | Formula], body: Formula) -> Formula:
    """The body with 1/n in front for each share."""
    return Product((*map(_ratio, shares), body), dotted=False) if shares else body


def _ratio(n: int | str | Formula) -> Formula:
    of = Number(str(n)) if isinstance(n, int) else Quantity(n) if isinstance(n, str) else n
    return Ratio(ONE, of)


def _rule(choice: LossChoice) -> str:
    return "formula" if choice.formula else choice.name


def _letters(choice: LossChoice, a: Formula, t: Formula) -> dict[str, Formula]:
    """What stands for the letters of the table's formulas."""
    names = {"a": a, "t": t}
    if choice.formula is None:
        parameters = LOSSES[choice.name].parameters
        names |= {key: decimal(choice.parameters.get(key, value)) for key, value in parameters.items()}
    return names


def _term(choice: LossChoice, a: Formula, t: Formula, weights: Mapping[str, Formula] | None = None) -> Formula:
    """One output's term of the loss; with these weights of classes, if they have any."""
    if choice.is_unknown:
        return Call("C", (a, t))
    weighted = LOSSES[choice.name].weighted if weights else None
    if weights and weighted is not None:
        return formula_of(weighted.term, {"a": a, "t": t, **weights})
    return formula_of(choice.formula or LOSSES[choice.name].term, _letters(choice, a, t))


def _slopes(choice: LossChoice, a: Indexed, t: Formula) -> Slopes:
    """The taught slope of the term; a user's own formula has none, unless it is a constant."""
    if choice.is_unknown:
        return ()
    if choice.formula is not None:
        return no_slope(_term(choice, a, t), a)
    return ((a, formula_of(LOSSES[choice.name].slope, _letters(choice, a, t)), "each"),)
