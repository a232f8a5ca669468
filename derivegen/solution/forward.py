"""The forward pass: which units to show in full goes in, their lines and the tables of all others come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derivegen.document.blocks import Block, Derivation, Heading, Paragraph, Prose, Table
from derivegen.document.pen import Line, Pen
from derivegen.document.tables import layer_name
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import ONE, BigSum, Call, Formula, Indexed, Number, Quantity, Sum, Value, product, total
from derivegen.network.family import Family
from derivegen.network.layer import Layer
from derivegen.network.tables.activations import ACTIVATIONS, formula_of
from derivegen.records import replace
from derivegen.solution.gates import gate_note
from derivegen.solution.saturated import is_saturated, joined_loss_lines
from derivegen.solution.targets_picture import targets_picture

MOST_TERMS = 24
"""Products of a weighted sum that are written out; of more, one stands for all under a sum sign."""
MOST_IN_TABLE = 40
"""Units of a layer listed in a table; beyond, the layer is only described."""


def forward(pen: Pen, shown: dict[int, list[int]]) -> Iterator[Block]:
    """The section: for each layer the shown units line by line, then the loss."""
    yield Heading(1, pen.say("forward.title"))
    yield Paragraph(pen.say("forward.opening", row=pen.row_in_hand))
    for layer in pen.worked:
        number, units = layer.number, shown.get(layer.number, [1])
        if skipped := pen.skipped(number):
            yield Paragraph(skipped)
            yield from numbers_alone(pen, members_of(pen, layer.below))
        yield Heading(2, pen.say("forward.layer", number=number, count=pen.graph.depth))
        for unit in units:
            yield from unit_lines(pen, layer, unit)
        if layer.units > len(units):
            yield Paragraph(pen.say("forward.others", count=layer.units - len(units)))
        if layer.units > len(units) and pen.trace.complete and layer.units <= MOST_IN_TABLE:
            yield _units_table(pen, layer)
        yield from gate_note(pen, layer)
    yield from loss_lines(pen)


SYMBOLS_UP_TO = 2
"""Values that enter a unit up to which symbols and numbers stand in one line."""
MOST_TARGETS = 4
"""Outputs that are drawn beside their targets."""
FEW_LAYERS = 3
"""Layers that need no headings."""
UNITS_IN_LINES = 6
"""Units of a layer that have a line each; of a larger one those that are followed, and a table."""


def forward_lines(pen: Pen, names: Sequence[str]) -> Iterator[Block]:
    """The section in lines: z and a of a unit in one, then the loss. `names` are the parameters that will be followed."""
    yield Heading(1, pen.say("forward.title"))
    yield Paragraph(pen.say("forward.opening", row=pen.row_in_hand))
    followed = _units_of(pen, names)
    for layer in pen.worked:
        if skipped := pen.skipped(layer.number):
            yield Paragraph(skipped)
            yield from numbers_alone(pen, members_of(pen, layer.below))
        if pen.graph.depth > FEW_LAYERS:
            yield Heading(2, pen.say("forward.layer", number=layer.number, count=pen.graph.depth))
        units = range(1, layer.units + 1)
        lines = [unit for unit in units if layer.units <= UNITS_IN_LINES or unit in followed.get(layer.number, {1})]
        for unit in lines:
            yield _unit_in_a_line(pen, layer, unit, first=unit == lines[0])
        if layer.units > len(lines):
            yield Paragraph(pen.say("forward.others", count=layer.units - len(lines)))
            if pen.trace.complete and layer.units <= MOST_IN_TABLE:
                yield _units_table(pen, layer)
        yield from gate_note(pen, layer)
    yield from (_running(block) for block in loss_lines(pen) if isinstance(block, Derivation))
    picture = targets_picture(pen) if 1 < pen.graph.n_outputs <= MOST_TARGETS else None
    if picture is not None:
        yield picture


def _units_of(pen: Pen, names: Sequence[str]) -> dict[int, set[int]]:
    """The units that parameters belong to, by layer, and those that feed them."""
    found: dict[int, set[int]] = {}
    for name in names:
        located = pen.graph.locate(name)
        if located is None or not located[0].layer or not located[1]:
            continue
        family, (unit, *source) = located
        found.setdefault(family.layer, {1}).add(int(unit))
        if source and family.layer > 1:
            found.setdefault(family.layer - 1, {1}).add(int(source[0]))
    return found


def _unit_in_a_line(pen: Pen, layer: Layer, unit: int, first: bool) -> Derivation:
    """z = Σ wx + b and a = f(z) of one unit, running on; of units with many inputs only the first is written in symbols."""
    z, a = (family.member((unit, *pen.rows_in_hand)) for family in (layer.z, layer.a))
    sums, *others = unit_lines(pen, layer, unit)
    lines = sums.rows
    if len(lines) > 2 and layer.fan_in > SYMBOLS_UP_TO and not first:
        lines = (replace(lines[1], left=lines[0].left), *lines[2:])
    activation = others[0].rows if others else ()
    if activation and not first and pen.trace.known(a) and definition(closed_form(pen, layer.a, a, z)) is not None:
        short: list[Line] = [(pen.numbers(closed_form(pen, layer.a, a, z)), ()), (Value(a), ())]
        activation = tuple(pen.rows(Quantity(a), short))
    return Derivation(tuple(replace(row, reason=()) for row in (*lines, *activation)), running=True)


def _running(block: Derivation) -> Derivation:
    return replace(block, rows=tuple(replace(row, reason=()) for row in block.rows), running=True)


def members_of(pen: Pen, family: Family) -> list[str]:
    """A layer's quantities of the row in hand."""
    return [family.member((unit, *pen.rows_in_hand)) for unit in family.axes[0].range()]


def numbers_alone(pen: Pen, names: Sequence[str], left: Callable[[str], str] = str) -> Iterator[Derivation]:
    """What quantities come to that are not worked, each under a name."""
    if len(names) <= MOST_IN_TABLE and all(map(pen.trace.known, names)):
        yield Derivation(
            tuple(
                row
                for name in names
                for row in pen.rows(Quantity(left(name)), [(Quantity(name), ()), (Value(name), ())])
            )
        )


def at(pen: Pen) -> str:
    """What is added to a name for the row in hand."""
    return "" if pen.chain.row is None else f"@{pen.chain.row}"


def is_linear(pen: Pen, number: int) -> bool:
    """Whether the layer's z and a are one quantity."""
    return pen.graph.layer(number).linear


def unit_lines(pen: Pen, layer: Layer, unit: int) -> Iterator[Derivation]:
    """z = Σ wx + b and a = f(z) of one unit."""
    z, a = (family.member((unit, *pen.rows_in_hand)) for family in (layer.z, layer.a))
    formula = pen.graph[z].formula
    assert formula is not None
    key = {"none": "reason.affine.no-bias", "threshold": "reason.affine.threshold"}.get(layer.offsets, "reason.affine")
    reason = pen.say(key, z=Quantity(z), unit=unit)
    if layer.fan_in > MOST_TERMS and layer.weights.mask is None:
        known: list[Line] = [(Value(z), ())] if pen.trace.known(z) else []
        yield pen.derivation(Quantity(z), [(_short(pen, layer, unit, formula), reason), *known])
    else:
        yield pen.statement(z, formula, reason, pen.say("reason.numbers.affine", z=Quantity(z)))
    if not layer.linear:
        yield _activation(pen, layer.a, z, a)


def _short(pen: Pen, layer: Layer, unit: int, formula: Formula) -> Formula:
    """The sum of a great many products under a sum sign, and what is added to it."""
    width, below = layer.fan_in, f"{layer.below.name}{at(pen)}"
    each = product(Indexed(layer.weights.name, (str(unit), "m")), Indexed(below, ("m",)), dotted=False)
    offsets = formula.terms[width:] if isinstance(formula, Sum) else ()
    return total(BigSum(each, Quantity("m"), ONE, Number(str(width))), *offsets)


def _activation(pen: Pen, family: Family, z: str, a: str) -> Derivation:
    """a = f(z), with the definition written out where it has one."""
    closed = closed_form(pen, family, a, z)
    name = pen.words.plain(f"activation.{family.rule}")
    key = "reason.activation.unknown" if family.is_unknown else "reason.activation"
    lines: list[Line] = [(closed, pen.say(key, name=name, z=Quantity(z)))]
    formula = pen.graph[a].formula
    lines += pen.under_assumption(formula) if formula is not None else []
    if pen.trace.known(a):
        if family.rule in ACTIVATIONS and ACTIVATIONS[family.rule].is_switch:
            above = pen.trace.number(z) > 0
            lines.append(
                (pen.numbers(closed), pen.say("reason.gate.open" if above else "reason.gate.shut", z=Quantity(z)))
            )
        elif definition(closed) is not None:
            lines.append((pen.numbers(definition(closed) or closed), pen.say("reason.numbers.definition", name=name)))
        else:
            lines.append((pen.numbers(closed), pen.say("reason.numbers.activation", z=Quantity(z))))
        lines.append((Value(a), ()))
    return pen.derivation(Quantity(a), lines)


def closed_form(pen: Pen, family: Family, a: str, z: str) -> Formula:
    """The activation as a teacher names it: σ(z), ReLU(z); otherwise its formula."""
    entry = ACTIVATIONS.get(family.rule)
    if entry is not None and entry.function is not None:
        return entry.function(Quantity(z))
    formula = pen.graph[a].formula
    assert formula is not None
    return formula


def definition(closed: Formula) -> Formula | None:
    """What a named function stands for, with its own argument: 1/(1 + e^(−z)) for σ(z)."""
    if isinstance(closed, Call) and closed.function in FUNCTIONS and len(closed.arguments) == 1:
        opened = FUNCTIONS[closed.function].definition
        return None if opened is None else formula_of(opened, {"z": closed.arguments[0]})
    return None


def _units_table(pen: Pen, layer: Layer) -> Table:
    header: list[Prose] = [pen.say("table.unit")]
    header += [pen.say(f"table.{key}") for key in (["output"] if layer.linear else ["z", "a"])]
    rows = []
    for unit in range(1, layer.units + 1):
        indices = (unit, *pen.rows_in_hand)
        names = [family.member(indices) for family in ([layer.a] if layer.linear else [layer.z, layer.a])]
        cells: list[Prose] = [(Value(name),) for name in names]
        rows.append(((Quantity(layer.a.member(indices)),), *cells))
    return Table(pen.say("table.units", layer=layer_name(pen, layer.number)), tuple(header), tuple(rows))


def loss_lines(pen: Pen) -> Iterator[Block]:
    """The loss of the row in hand, or of the whole where there is only one row."""
    if pen.graph.network.loss is None:
        return
    name = pen.chain.root
    formula = pen.graph[name].formula
    assert formula is not None
    loss = pen.graph.network.loss
    words = pen.words.plain(f"loss.{loss.name}")
    yield Heading(2, pen.say("forward.loss"))
    reason = pen.say("reason.loss", name=words, loss=Quantity(name))
    numbers = pen.say("reason.numbers.loss", loss=Quantity(name))
    if is_saturated(pen):
        joined = joined_loss_lines(pen)
        put_in = pen.say("reason.numbers.joined", loss=Quantity(name))
        lines = [(formula, reason), *joined, *pen.in_numbers(name, joined[-1][0], put_in)]
        yield pen.derivation(Quantity(name), lines)
        return
    yield pen.statement(name, formula, reason, numbers)
