"""The layer reading: a pen goes in; forward pass, backward pass and update as equations of matrices come out.

Every equation is written with its arrays, with their entries, with their numbers and as its value; the rules in between are stated once
with index letters (`index_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.matrix import function_of
from derivegen.document.blocks import Block, Heading, Note, Paragraph, Prose
from derivegen.document.pen import Pen
from derivegen.document.tables import layer_name
from derivegen.formula.tree import (
    Array,
    BigSum,
    Bracket,
    Call,
    Cases,
    Formula,
    Number,
    Quantity,
    Ratio,
    Sum,
    Value,
    product,
    walk,
)
from derivegen.network.family import Family
from derivegen.solution.array_pen import ArrayPen, Statement, Step
from derivegen.solution.forward import loss_lines
from derivegen.solution.index_rules import by_offset, index_rules
from derivegen.solution.optimizing import added, one_update, optimizer_section, rule_of
from derivegen.solution.wide import followed, shapes

ROWS_WRITTEN = 4
"""Examples whose arrays are added one by one; more stand under a sum sign."""


def layer_reading(pen: Pen) -> Iterator[Block]:
    """Everything from the arrays that are given to the derivatives by them."""
    arrays = ArrayPen(pen)
    yield from _given(arrays)
    yield from _forward(arrays)
    yield from index_rules(arrays)
    yield from _backward(arrays)
    if pen.trace.in_arrays:
        yield from followed(arrays)


# what is given


def _given(pen: ArrayPen) -> Iterator[Block]:
    """Every array that is given, with its entries, its numbers and its shape in words."""
    network = pen.network
    yield Heading(1, pen.say("layers.given.title"))
    yield Paragraph(pen.say("layers.given.opening", j=Quantity("j"), k=Quantity("k")))
    inputs = _array(pen, pen.below(1), pen.say("layers.shape.inputs", count=pen.pen.graph.n_inputs))
    targets = _array(pen, f"t{pen.at}", pen.say("layers.shape.targets", count=pen.pen.graph.n_outputs))
    yield from pen.statements(inputs, *([targets] if network.loss is not None else []))
    for number in pen.numbers_of_layers:
        yield from pen.statements(*_parameters(pen, number))
    large = [name for name in _given_names(pen) if not pen.small(Array(name))]
    if large:
        yield Paragraph(pen.say("layers.large", arrays=[Array(name) for name in large]))
        yield from shapes(pen)


def _given_names(pen: ArrayPen) -> Iterator[str]:
    yield pen.below(1)
    for number in pen.numbers_of_layers:
        yield f"w[{number}]"
        offset = pen.offset(number)
        if offset is not None:
            yield offset


def _array(pen: ArrayPen, name: str, shape: Prose) -> Statement:
    """An array, its entries, its numbers."""
    entries = pen.entries(Array(name))
    reason = shape if entries is None else pen.say("layers.reason.numbers", left=Array(name))
    return Array(name), [(entries, shape), (pen.value(name), reason)]


def _parameters(pen: ArrayPen, number: int) -> Iterator[Statement]:
    """Weights, the mask where there is one, biases or thresholds of a layer."""
    rows, columns = pen.arrays.size(f"w[{number}]")
    key = "layers.shape.weights.missing" if pen.masked(number) else "layers.shape.weights"
    yield _array(pen, f"w[{number}]", pen.say(key, rows=rows, columns=columns, first=number == 1))
    if pen.masked(number):
        yield Array(f"mask[{number}]"), [(pen.entries(Array(f"mask[{number}]")), pen.say("layers.shape.mask"))]
    offset = pen.offset(number)
    if offset is not None:
        keys = {"shared": "layers.shape.bias.shared", "threshold": "layers.shape.threshold"}
        yield _array(pen, offset, pen.say(keys.get(pen.layer(number).offsets, "layers.shape.bias")))


# forward


def _forward(pen: ArrayPen) -> Iterator[Block]:
    """z = Wa + b and a = f(z), a layer at a time, then the loss."""
    yield Heading(1, pen.say("layers.forward.title"))
    yield Paragraph(pen.say("layers.forward.opening", row=pen.pen.row_in_hand))
    for number in pen.numbers_of_layers:
        yield from _skipped(pen, number, Array(pen.below(number)))
        yield Heading(2, pen.say("forward.layer", number=number, count=pen.last))
        yield from pen.statements(affine(pen, number))
        if not pen.linear(number):
            yield from pen.statements(activation(pen, number))
    yield from _overview(pen)
    yield from loss_lines(pen.pen)


def _skipped(pen: ArrayPen, number: int, last: Array) -> Iterator[Block]:
    """The layers below one that are not worked, in a sentence, and what the last of them comes to."""
    if skipped := pen.pen.skipped(number):
        yield Paragraph(skipped)
        yield from pen.statements((last, [(pen.value(last.name), ())]))


def _overview(pen: ArrayPen) -> Iterator[Block]:
    """The equations of all layers together."""
    if len(pen.numbers_of_layers) < 2 or pen.pen.deep:
        return
    yield Heading(2, pen.say("layers.overview.title"))
    lines: list[Statement] = []
    for number in pen.numbers_of_layers:
        lines.append((pen.z(number), [(pen.equations.value(pen.layer(number).z), (layer_name(pen.pen, number),))]))
        if not pen.linear(number):
            called = Call(function_of(pen.layer(number).a), (pen.z(number),))
            lines.append((Array(f"a[{number}]{pen.at}"), [(called, ())]))
    yield from pen.statements(*lines)


def affine(pen: ArrayPen, number: int) -> Statement:
    """z = Wa + b of a layer."""
    formula, z = pen.equations.value(pen.layer(number).z), pen.z(number)
    return z, [
        (formula, pen.say("layers.reason.affine", below=Array(pen.below(number)), kind=pen.layer(number).offsets)),
        (pen.entries(formula), pen.say("layers.reason.written-out", left=z)),
        (pen.multiplied(formula), pen.say("layers.reason.multiplied", left=z)),
        *_numbers(pen, formula, z),
    ]


def _numbers(pen: ArrayPen, formula: Formula, left: Array) -> list[Step]:
    """The formula with its numbers, and the value it comes to."""
    return [(pen.numbers(formula), pen.say("layers.reason.numbers", left=left)), (pen.value(left.name), ())]


def activation(pen: ArrayPen, number: int) -> Statement:
    """a = f(z) of a layer."""
    called, a = Call(function_of(pen.layer(number).a), (pen.z(number),)), Array(f"a[{number}]{pen.at}")
    entries = pen.arrays.expand(called) if pen.spelled(called) else None
    numbers = pen.pen.numbers(entries) if entries is not None and pen.value(a.name) is not None else None
    return a, [
        (called, _activation_reason(pen, number)),
        (entries, pen.say("layers.reason.entries", left=a)),
        (numbers, pen.say("layers.reason.numbers", left=a)),
        (pen.value(a.name), ()),
    ]


def _activation_reason(pen: ArrayPen, number: int) -> Prose:
    activation, z = pen.layer(number).a, pen.z(number)
    if pen.coupled(number):
        return pen.say("layers.reason.softmax", z=z)
    if activation.is_unknown:
        return pen.say("layers.reason.entrywise.unknown", z=z)
    name = pen.pen.words.plain(f"activation.{activation.rule}")
    return pen.say("layers.reason.entrywise", name=name, z=z)


# backward


def _backward(pen: ArrayPen) -> Iterator[Block]:
    """δ of every layer from the output back, and with it the derivatives by weights and biases."""
    biases = any(pen.offset(number) for number in pen.numbers_of_layers)
    yield Heading(1, pen.say("layers.backward.title"))
    yield Paragraph(pen.say("layers.backward.opening", delta=pen.delta(pen.last), biases=biases))
    for number in reversed(pen.numbers_of_layers):
        yield Heading(2, pen.say("forward.layer", number=number, count=pen.last))
        for statement in deltas(pen, number):
            yield from pen.statements(statement)
        yield from pen.statements(weights(pen, number))
        offset = pen.layer(number).offset
        if offset is not None:
            yield from pen.statements(bias_rule(pen, offset))
        yield from _skipped(pen, number, pen.delta(pen.pen.lowest_skipped(number)))
    if pen.network.rows != 1:
        yield from _rows(pen)
    if pen.left_out:
        yield Note(pen.say("layers.left-out"))


def deltas(pen: ArrayPen, number: int) -> Iterator[Statement]:
    """What δ is made of, then δ."""
    delta = pen.delta(number)
    if number == pen.last and not pen.joint and not pen.linear(number):
        yield from _first(pen, pen.by(f"a[{number}]{pen.at}"), "layers.reason.loss-slope.first")
        yield _loss_slope(pen)
    if not pen.linear(number) and not (number == pen.last and pen.joint):
        if not pen.coupled(number):
            yield from _first(pen, pen.slope(number), "layers.reason.slopes.first")
        yield _jacobian(pen, number) if pen.coupled(number) else _slopes(pen, number)
    formula = pen.equations.adjoint(pen.layer(number).z)
    definition: list[Step] = [(pen.by(pen.z(number).name), pen.say("layers.reason.delta", delta=delta))]
    multiplied = pen.multiplied(formula) if number != pen.last and pen.value(delta.name) is None else None
    yield (
        delta,
        [
            *(definition if not pen.linear(number) or number != pen.last else ()),
            (formula, _delta_reason(pen, number)),
            (pen.entries(formula), pen.say("layers.reason.written-out", left=delta)),
            (multiplied, pen.say("layers.reason.each-entry", left=delta)),
            *([] if _with_gates(pen, formula) else _numbers(pen, formula, delta)),
            (pen.value(delta.name), pen.say("layers.reason.numbers", left=delta)),
        ],
    )


def _with_gates(pen: ArrayPen, formula: Formula) -> bool:
    """Whether the derivative by the outputs itself goes by cases: its numbers are which of them holds."""
    entries = pen.entries(formula) if isinstance(formula, Array) else None
    return entries is not None and any(isinstance(part, Cases) for part in walk(entries))


def _delta_reason(pen: ArrayPen, number: int) -> Prose:
    """Why δ is what it is."""
    if number == pen.last and pen.joint:
        return pen.say("layers.reason.delta.joint")
    if pen.coupled(number):
        return pen.say("layers.reason.delta.coupled")
    if number < pen.last:
        return pen.say("layers.reason.delta.hidden", slope=not pen.linear(number))
    return pen.say("layers.reason.delta.linear" if pen.linear(number) else "layers.reason.delta.output")


def _first(pen: ArrayPen, slopes: Formula, reason: str) -> Iterator[Statement]:
    """The first of an array of slopes with its numbers, where not all are written as formulas though all have their numbers below."""
    if pen.spelled(slopes) or pen.numbers(slopes) is None:
        return
    entry = pen.arrays.entry(slopes, 1, 1)
    reading = pen.read(entry)
    if reading == entry or any(isinstance(part, Cases) for part in walk(reading)):
        return
    yield (
        entry,
        [
            (reading, pen.say(reason)),
            (pen.pen.numbers(reading), pen.say("wide.reason.numbers")),
            (pen.pen.numbers(entry), ()),
        ],
    )


def _loss_slope(pen: ArrayPen) -> Statement:
    """∂C/∂a of the outputs."""
    by = pen.by(f"a[{pen.last}]{pen.at}")
    readings = pen.readings(by)
    return by, [
        (readings, pen.say("layers.reason.loss-slope")),
        (pen.put_in(readings), pen.say("layers.reason.numbers", left=by)),
        (pen.value(by.name), pen.say("layers.reason.numbers", left=by)),
    ]


def _slopes(pen: ArrayPen, number: int) -> Statement:
    """f′(z), the slope or gate of each unit."""
    slope = pen.slope(number)
    readings = pen.readings(slope)
    gates = readings is not None and any(isinstance(part, Cases) for part in walk(readings))
    return slope, [
        (readings, pen.say("layers.reason.gates" if gates else "layers.reason.slopes")),
        (None if readings is None else pen.assumed(readings), pen.say("layers.reason.assumed")),
        (pen.put_in(readings), pen.say("layers.reason.numbers", left=slope)),
        (pen.numbers(slope), pen.say("layers.reason.numbers", left=slope)),
    ]


def _jacobian(pen: ArrayPen, number: int) -> Statement:
    """How each output of a coupled layer changes with each z of it."""
    jacobian = pen.jacobian(number)
    a, z = Array(f"a[{number}]{pen.at}"), pen.z(number)
    return jacobian, [
        (pen.entries(jacobian), pen.say("layers.reason.jacobian", j=Quantity("j"), k=Quantity("k"), a=a, z=z)),
        (pen.value(jacobian.name), pen.say("layers.reason.numbers", left=jacobian)),
    ]


def weights(pen: ArrayPen, number: int) -> Statement:
    """∂C/∂W of a layer."""
    weights = pen.layer(number).weights
    formula, by = pen.equations.adjoint(weights), pen.by(weights.name)
    multiplied = pen.multiplied(formula) if pen.value(by.name) is None else None
    return by, [
        (formula, pen.say("layers.reason.outer.missing" if pen.masked(number) else "layers.reason.outer")),
        (pen.entries(formula), pen.say("layers.reason.written-out", left=by)),
        (multiplied, pen.say("layers.reason.each-entry", left=by)),
        *_numbers(pen, formula, by),
    ]


def bias_rule(pen: ArrayPen, offset: Family) -> Statement:
    """The derivative by a layer's biases or thresholds."""
    by, formula = by_offset(pen, offset)
    keys = {"shared": "layers.reason.bias.shared", "threshold": "layers.reason.threshold"}
    reason = pen.say(keys.get(pen.layer(offset.layer).offsets, "layers.reason.bias"))
    if isinstance(by, Array):
        return by, [(formula, reason), (pen.value(by.name), pen.say("layers.reason.numbers", left=by))]
    known = pen.pen.trace.known(by.name)
    return by, [
        (formula, reason),
        (pen.pen.numbers(formula) if known else None, pen.say("layers.reason.numbers", left=by)),
        (Value(by.name) if known else None, ()),
    ]


# several examples


def _rows(pen: ArrayPen) -> Iterator[Block]:
    """The arrays of all examples, added up or averaged."""
    loss = pen.network.loss
    assert loss is not None
    rows, mean = pen.network.rows, loss.reduction == "mean"
    yield Heading(2, pen.say("rows.title"))
    yield Paragraph(pen.say("layers.rows.opening", mean=mean, count=str(rows), loss=Quantity("loss")))
    for number in pen.numbers_of_layers:
        offset = pen.offset(number)
        for name in (f"w[{number}]", *([] if offset is None else [offset])):
            yield from pen.statements(_over_rows(pen, name, mean))


def _over_rows(pen: ArrayPen, name: str, mean: bool) -> Statement:
    shared = pen.is_shared(name)
    leaf = Quantity if shared else Array
    rows = pen.network.rows
    count = Number(str(rows)) if isinstance(rows, int) else Quantity(rows)
    each = [leaf(f"dloss@{row}/d{name}") for row in range(1, rows + 1)] if isinstance(rows, int) else []
    if each and len(each) <= ROWS_WRITTEN:
        summed: Formula = Bracket(Sum(tuple(each))) if mean else Sum(tuple(each))
    else:
        summed = BigSum(leaf(f"dloss@r/d{name}"), Quantity("r"), Number("1"), count)
    formula = product(*((Ratio(Number("1"), count),) if mean else ()), summed)
    left = leaf(f"dloss/d{name}")
    steps: list[Step] = [(formula, pen.say("layers.reason.rows", mean=mean))]
    if each and len(each) <= ROWS_WRITTEN:
        steps.append((pen.numbers(formula), pen.say("layers.reason.numbers", left=left)))
    return left, [*steps, (pen.numbers(left), ())]


# update


def matrix_update(pen: Pen) -> Iterator[Block]:
    """W′ = W − η ∂C/∂W for every array; nothing without a learning rate."""
    arrays = ArrayPen(pen)
    if not one_update(pen):
        return
    if not rule_of(pen).is_plain:
        yield from optimizer_section(pen, pen.graph.trained)
        return
    yield Heading(1, pen.say("layers.update.title"))
    yield Paragraph(pen.say("layers.update.opening", rate=Quantity("rate")))
    for name in _given_names(arrays):
        if name != arrays.below(1):
            yield from _updated(arrays, name)


def _updated(pen: ArrayPen, name: str) -> Iterator[Block]:
    leaf = Quantity if pen.is_shared(name) else Array
    if not _trained(pen, name):
        yield Paragraph(pen.say("layers.update.frozen", array=leaf(name)))
        return
    formula = Sum((leaf(name), added(pen.pen, leaf(f"dloss/d{name}"), dotted=pen.is_shared(name))))
    yield from pen.statements(
        (
            leaf(f"{name}'"),
            [
                (formula, pen.say("layers.reason.update")),
                (pen.numbers(formula), pen.say("layers.reason.numbers", left=leaf(name))),
                (pen.numbers(leaf(f"{name}'")), ()),
            ],
        )
    )


def _trained(pen: ArrayPen, name: str) -> bool:
    """Whether the step changes every entry of an array."""
    graph = pen.pen.graph
    own = (m == name or m.startswith(f"{name}[") for m in set(graph.parameters) - set(graph.trained))
    return not any(own)
