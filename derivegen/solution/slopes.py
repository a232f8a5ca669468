"""The slopes a document needs, each derived once in a box: activations and the loss go in, boxes come out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.bends import Bends, bent
from derivegen.calculus.kinks import kinks
from derivegen.calculus.matrix import function_of
from derivegen.calculus.rules import differentiate
from derivegen.calculus.seams import in_pieces, seams
from derivegen.document.blocks import Block, Box, Derivation, Paragraph, Prose, Row, in_lines
from derivegen.document.pen import Pen
from derivegen.formula.functions import EXP
from derivegen.formula.tree import (
    BigSum,
    Call,
    Cases,
    Formula,
    Indexed,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Slope,
    Sum,
    printed_number,
    put_in,
    transform,
)
from derivegen.network.family import Family
from derivegen.network.layer import Layer
from derivegen.network.tables.activations import ACTIVATIONS, Activation, decimal, formula_of, read
from derivegen.network.tables.conventions import bends_of, kink_of
from derivegen.network.tables.losses import LOSSES
from derivegen.records import replace
from derivegen.solution.kinks import by_library, conventions

Z = Quantity("z")


def slope_boxes(pen: Pen) -> Iterator[Box]:
    """A box for each kind of activation but the linear one, in the order of the layers, and one for the loss."""
    seen = set()
    for layer in pen.graph.stack:
        own = layer.a.function, function_of(layer.a)  # two unknown ones have a letter each
        if layer.linear or own in seen:
            continue
        seen.add(own)
        yield _activation_box(pen, layer)
    loss = pen.chain.root_family
    if loss.kind == "loss":
        yield _loss_box(pen)


def slope_lines(pen: Pen) -> Iterator[Block]:
    """The same in a line each, without what the boxes tell beside it."""
    lines = [block for box in slope_boxes(pen) for block in box.blocks if isinstance(block, Derivation)]
    told = [block for box in slope_boxes(pen) for block in box.blocks if isinstance(block, Paragraph) and not lines]
    if lines:
        yield Paragraph(pen.say("slopes.opening"))
    yield from told
    for block in lines:
        yield in_lines(replace(block, rows=tuple(replace(row, reason=()) for row in block.rows)))


def _activation_box(pen: Pen, layer: Layer) -> Box:
    if layer.a.rule == "formula":
        return _own_formula(pen, layer.a)
    if layer.a.is_coupled:
        return _softmax_box(pen, layer)
    if layer.a.is_unknown:
        unknown = Paragraph(pen.say("box.abstract", f=Call(function_of(layer.a), (Z,))))
        return Box(pen.say("box.abstract.title"), (unknown, Paragraph(pen.say("box.abstract.instances"))))
    entry, names = ACTIVATIONS[layer.a.rule], {"z": Z, **dict(layer.a.parameters)}
    return _smooth_box(pen, entry, names) if entry.lines else _plain_box(pen, layer.a, entry, names)


def _smooth_box(pen: Pen, entry: Activation, names: dict[str, Formula]) -> Box:
    """Definition, differentiated definition, the taught lines."""
    formula = formula_of(entry.formula, names)
    opened = formula_of(entry.definition or entry.formula, names)
    rows = []
    if entry.definition:
        rows.append(
            Row(formula, "=", opened, pen.say("slope.definition", name=pen.words.plain(f"activation.{entry.name}")))
        )
    left: Formula | None = Slope(formula, Z)
    for text, reason in entry.lines:
        tree = _with_formula(read(text), formula, names)
        rows.append(Row(left, "=", tree, pen.say(f"slope.{reason}", f=formula)))
        left = None
    title = pen.say("box.activation.title", name=pen.words.plain(f"activation.{entry.name}"))
    return Box(title, (Derivation(tuple(rows), "functions"),))


def _with_formula(tree: Formula, formula: Formula, names: dict[str, Formula]) -> Formula:
    """The activation itself written for the letter a."""
    return put_in(tree, {**names, "a": formula})


def _plain_box(pen: Pen, a: Family, entry: Activation, names: dict[str, Formula]) -> Box:
    """Of an activation without lines that lead to its slope: what it is, its slope, and what that is at a kink."""
    f = Call(function_of(a), (Z,))
    formula, name = formula_of(entry.formula, names), pen.words.plain(f"activation.{entry.name}")
    kink = kink_of(entry.name) or ""
    found, taken = differentiate(formula, Z), _bends(pen).get(kink)
    taught = bent(formula_of(entry.slope, {**names, "a": formula}), taken)
    slope = bent(found.result, taken) if entry.kind == "gate" and isinstance(formula, Cases) else taught
    reason = pen.say("slope.cases", z=Z) if isinstance(slope, Cases) else _by_rule(pen, found.rule)
    rows = (Row(f, "=", formula, pen.say("slope.definition", name=name)), Row(Slope(f, Z), "=", slope, reason))
    title = pen.say("box.activation.title", name=name)
    return Box(title, (Derivation(rows, "functions"), *_at_kinks(pen, formula, taught, kink)))


def _at_kinks(pen: Pen, formula: Formula, slope: Formula, kink: str = "") -> Iterator[Paragraph]:
    """What is taken for the slope where it jumps."""
    found = kinks(slope, Z)
    for each in found:
        numbers = {
            side: printed_number(pen.trace.rounding.text(getattr(each, side))) for side in ("left", "taken", "right")
        }
        yield Paragraph(pen.say("box.kink", z=Z, at=decimal(each.at), **numbers))
    if not found and seams(slope):
        bent_there = [kink] if pen.chain.library and kink in _bends(pen) else []
        usual = pen.say("kink.conventions", which=conventions((formula,), Z))
        yield Paragraph(by_library(pen, bent_there) if bent_there else usual)


def _by_rule(pen: Pen, rule: str) -> Prose:
    return pen.say("slope.by-rule", a=Z, rule=pen.words.plain(f"rule-name.{rule.partition(':')[0]}"))


def _own_formula(pen: Pen, a: Family) -> Box:
    """A formula of one's own, its pieces if it has several kinks, and its slope."""
    assert a.formula is not None
    formula, f = transform(a.formula, lambda part: Z if isinstance(part, Indexed) else None), Call("f", (Z,))
    found = differentiate(formula, Z, _bends(pen))
    rows = [Row(f, "=", formula, pen.say("slope.given"))]
    pieces = in_pieces(formula, Z) if found.rule == "pieces" else None
    if pieces is not None:
        rows.append(Row(None, "=", pieces, pen.say("slope.pieces")))
    rows.append(Row(Slope(f, Z), "=", found.result, _by_rule(pen, found.rule)))
    return Box(
        pen.say("box.formula.title"), (Derivation(tuple(rows), "functions"), *_at_kinks(pen, formula, found.result))
    )


def _bends(pen: Pen) -> Bends:
    """What the library takes at kinks whose conventions the document follows."""
    return bends_of(pen.chain.library)


MOST_ADDED = 5
"""Units of a softmax layer that are written out in its sum."""


def _softmax_box(pen: Pen, layer: Layer) -> Box:
    """∂a_j/∂z_j by the quotient rule, ∂a_j/∂z_k likewise with a constant numerator (Bridle 1990)."""
    suffix = f"@{pen.chain.row}" if pen.chain.row is not None else ""
    (z1, z2), (a1, a2) = (
        [Quantity(family.member((j, *pen.rows_in_hand))) for j in (1, 2)] for family in (layer.z, layer.a)
    )
    formula = pen.graph[a1.name].formula
    assert isinstance(formula, Ratio)
    exp1, exp2 = EXP(z1), EXP(z2)
    units, letter = layer.units, Quantity("m")
    each = EXP(Indexed(f"{layer.z.name}{suffix}", ("m",)))
    total = formula.bottom if units <= MOST_ADDED else BigSum(each, letter, Number("1"), Number(str(units)))
    formula = Ratio(exp1, total)
    square, share = Power(total, Number("2")), Ratio(exp1, total)
    quotient = Ratio(Sum((Product((exp1, total)), Negative(Product((exp1, exp1))))), square)
    split = Product((share, Sum((Number("1"), Negative(share)))))
    own = (
        Row(Quantity(f"d{a1.name}/d{z1.name}"), "=", quotient, pen.say("slope.softmax.quotient", z=z1)),
        Row(None, "=", split, pen.say("slope.softmax.split", a=a1)),
        Row(None, "=", Product((a1, Sum((Number("1"), Negative(a1)))), False), pen.say("slope.softmax.own", a=a1)),
    )
    constant = Negative(Ratio(Product((exp1, exp2)), square))
    cross = (
        Row(Quantity(f"d{a1.name}/d{z2.name}"), "=", constant, pen.say("slope.softmax.constant", z=z2)),
        Row(None, "=", Negative(Product((a1, a2), False)), pen.say("slope.softmax.cross", a=a1, b=a2)),
    )
    first = Row(a1, "=", formula, pen.say("slope.definition", name=pen.words.plain("activation.softmax")))
    blocks = (Derivation((first,)), Derivation(own), Derivation(cross), Paragraph(pen.say("box.softmax", a=a1)))
    return Box(pen.say("box.activation.title", name=pen.words.plain("activation.softmax")), blocks)


def _loss_box(pen: Pen) -> Box:
    """The slope of one output's term, in the symbols of this network's first output."""
    choice = pen.graph.network.loss
    assert choice is not None
    name = pen.words.plain(f"loss.{choice.name}")
    suffix = f"@{pen.chain.row}" if pen.chain.row is not None else ""
    first = (1, *pen.rows_in_hand)
    a, t = Quantity(pen.graph.output.member(first)), Quantity(pen.graph.target.member(first))
    factor = pen.chain[pen.chain.name_of(a.name)].terms[0].factors[-1]
    title = pen.say("box.loss.title", name=name)
    suits = () if choice.formula else (Paragraph(pen.say(f"suits.{choice.name}")),)
    if choice.is_unknown:
        return Box(title, (Paragraph(pen.say("box.loss.abstract", slope=Quantity(factor.name), a=a)), *suits))
    names: dict[str, Formula] = {"a": a, "t": t}
    lines: tuple[tuple[str, str], ...] = ()
    if choice.formula is None:
        entry = LOSSES[choice.name]
        names |= {key: decimal(choice.parameters.get(key, value)) for key, value in entry.parameters.items()}
        lines = entry.lines
    term = formula_of(choice.formula or LOSSES[choice.name].term, names)
    of = f"loss[1]{suffix}" if pen.graph.n_outputs > 1 else pen.chain.root
    slope = Quantity(f"d{of}/d{a.name}")
    start = Derivation((Row(Quantity(of), "=", term, pen.say("slope.loss-term", name=name, a=a)),))
    if not lines:
        rule = differentiate(term, a, _bends(pen)).rule.partition(":")[0]
        reason = pen.say("slope.by-rule", a=a, rule=pen.words.plain(f"rule-name.{rule}"))
        return Box(title, (*suits, Derivation((*start.rows, Row(slope, "=", factor.reading, reason)))))
    rows = []
    left: Formula | None = slope
    for text, reason_key in lines:
        rows.append(Row(left, "=", formula_of(text, names), pen.say(f"slope.{reason_key}", f=a, a=a, t=t)))
        left = None
    return Box(title, (*suits, Derivation((*start.rows, *rows))))
