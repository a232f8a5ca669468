"""What stands around the mathematics: a pen goes in; what is sought and why, the parameters counted, the gradient as a vector, the
algorithm, definitions with this network's own numbers, and what was found come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isclose

from derivegen.calculus.joined import is_joined
from derivegen.calculus.numbers.batches import batches
from derivegen.document.blocks import Algorithm, Block, Definitions, Heading, Paragraph, Prose
from derivegen.document.graph_tables import NAMED, few
from derivegen.document.grids import lettered
from derivegen.document.pen import Pen
from derivegen.formula.tree import (
    Compare,
    Formula,
    Glyph,
    Matrix,
    Negative,
    Number,
    Product,
    Quantity,
    Relation,
    Sum,
    Value,
    total,
)
from derivegen.network.layer import Layer
from derivegen.network.wanted import asked_for
from derivegen.solution.optimizing import added, called, rule_of

IN_A_ROW = 6
"""Entries of a gradient written out; of a longer one the first ones and the last."""
SHOWN_OF_MANY = 3
OUTPUTS_FOLLOWED = 2
"""Outputs whose way from the first to the last update the closing tells."""


def brief(pen: Pen) -> bool:
    """Whether the document is to say only what is necessary: no definitions, no algorithm, no glossary."""
    return pen.graph.network.options.detail == "brief"


def opening(pen: Pen) -> Iterator[Block]:
    """What is sought, and why derivatives answer it."""
    yield Heading(1, pen.say("sought.title"))
    loss, count = Quantity("loss"), len(pen.graph.parameters)
    if brief(pen):
        yield Paragraph(pen.say("sought.brief", loss=loss, count=count))
        return
    network = pen.graph.network
    row = "" if network.rows == 1 else "@r"
    count_out = pen.graph.n_outputs
    outputs = _ends(f"{pen.graph.output.name}[{{}}]{row}", count_out)
    targets = _ends(f"{pen.graph.target.name}[{{}}]{row}", count_out)
    yield Paragraph(
        pen.say(
            "sought.function",
            loss=loss,
            count=count,
            outputs=outputs,
            targets=targets,
            single=count_out == 1,
            two=count_out == 2,
        )
    )
    yield from why(pen)


def _ends(pattern: str, count: int) -> list[Formula]:
    """The first and the last of many."""
    return [Quantity(pattern.format(n)) for n in dict.fromkeys((1, count))]


def why(pen: Pen) -> Iterator[Block]:
    """The derivative as a sensitivity, the gradient as the direction of the steepest rise."""
    names = pen.graph.sought
    if brief(pen) or not names:
        return
    trained = _first_trained(pen, names)
    name = trained or names[0]
    of, by, partial = Quantity(pen.graph.root), Quantity(name), Quantity(pen.trace.derivation.name_of(name))
    yield Paragraph(pen.say("sought.sensitivity", of=of, by=by, partial=partial))
    if not (trained or pen.graph.layered or asked_for(pen.graph, "gradient")):
        return  # of a graph of one's own without updates no gradient is asked for
    rate = Quantity("rate") if trained and rule_of(pen).is_plain else None
    update = None if rate is None else Compare(Quantity(f"{trained}'"), "=", _stepped(pen, by, partial))
    yield Paragraph(pen.say("sought.direction", of=of, gradient=_nabla(pen), rate=rate, update=update))


def _first_trained(pen: Pen, names: tuple[str, ...]) -> str | None:
    """What an update changes first, if there are updates at all."""
    trained = pen.graph.trained if pen.graph.network.training.learning_rate is not None else ()
    return next((name for name in trained if name in names), None)


def _stepped(pen: Pen, parameter: Formula, partial: Formula) -> Formula:
    """The parameter and what an update adds to it: parameter − rate · derivative."""
    return Sum((parameter, added(pen, partial)))


def _nabla(pen: Pen) -> Formula:
    return Product((Glyph("∇"), Quantity(pen.graph.root)), dotted=False)


def counted(pen: Pen) -> Iterator[Block]:
    """How many parameters there are, layer by layer: 4·3 + 4 + 1·4 + 1 = 21."""
    if brief(pen) or pen.deep:
        return
    terms = [term for layer in pen.graph.stack for term in _terms(layer)]
    kinds = {layer.offsets for layer in pen.graph.stack}
    masked = any(layer.missing for layer in pen.graph.stack)
    formula = Compare(total(*terms), "=", Number(str(len(pen.graph.parameters))))
    flags = {kind: kind in kinds for kind in ("each", "threshold", "shared")}
    flags |= {"masked": masked, "bare": "none" in kinds, "only": kinds == {"none"}}
    yield Paragraph(pen.say("counted.sentence", formula=formula, **flags))


def _terms(layer: Layer) -> Iterator[Formula]:
    """units · inputs of a layer, less what its mask leaves out, and its biases."""
    yield Product((Number(str(layer.units)), Number(str(layer.fan_in))))
    if layer.missing:
        yield Negative(Number(str(layer.missing)))
    if layer.offset is not None:
        yield Number(str(layer.offset.per_example))


def gradient_vector(pen: Pen) -> Iterator[Block]:
    """∇L as the row of all its entries, and that row in numbers."""
    names = pen.graph.sought
    if len(names) < 2:
        return
    dots = 0 if len(names) <= IN_A_ROW else len(names) - SHOWN_OF_MANY - 1
    shown = [*map(pen.trace.derivation.name_of, [*names[:SHOWN_OF_MANY], names[-1]] if dots else names)]
    symbols = Compare(_nabla(pen), "=", _row(map(Quantity, shown), dots))
    yield Paragraph(pen.say("gradient.vector", symbols=symbols, dots=dots, layers=pen.graph.layered))
    if all(map(pen.trace.known, shown)):
        sign: Relation = "=" if all(map(pen.trace.shown_exactly, shown)) else "≈"
        numbers = Compare(_nabla(pen), sign, _row(map(Value, shown), dots))
        yield Paragraph(pen.say("gradient.numbers", numbers=numbers))


def _row(entries: Iterable[Formula], dots: int) -> Matrix:
    """The entries as a row; dots before the last where that many are left out."""
    shown = list(entries)
    return Matrix(((*shown[:-1], Glyph("…"), shown[-1]) if dots else tuple(shown),))


def algorithm(pen: Pen) -> Iterator[Block]:
    """Training as pseudo-code, in the symbols of the notation."""
    if brief(pen):
        return
    yield Heading(1, pen.say("algorithm.heading"))
    yield Paragraph(pen.say("algorithm.opening"))
    lines: list[tuple[int, Prose]] = [(0, pen.say("algorithm.start", given=pen.trace.complete))]
    lines += [(0, pen.say("algorithm.repeat")), *_round(pen)]
    yield Algorithm(pen.say("algorithm.title"), tuple(lines))


def _round(pen: Pen) -> Iterator[tuple[int, Prose]]:
    """The lines that are repeated."""
    network = pen.graph.network
    several, cuts = network.rows != 1, len(batches(pen.graph)) > 1
    if cuts:
        size, together = network.training.batch_size, network.training.accumulate
        yield 1, pen.say("algorithm.batch", size=size, together=together, shuffled=network.training.shuffle is not None)
    if several:
        yield 1, pen.say("algorithm.example", batch=cuts)
    for line in _passes(pen, "@r" if several else ""):
        yield 2 if several else 1, line
    if several:
        yield 1, pen.say("algorithm.combine", mean=network.loss is not None and network.loss.reduction == "mean")
    yield 1, _update_line(pen)
    count = len(pen.trace.updates) - 1
    yield 1, pen.say("algorithm.stop", loss=Quantity("loss"), count=max(count, 0))


def _passes(pen: Pen, row: str) -> Iterator[Prose]:
    """Forward, the output's δ, backward, the parameters."""
    last = pen.graph.stack[-1]
    bent = any(not layer.linear for layer in pen.graph.stack)
    units = [Quantity(f"z[l][j]{row}"), Quantity(f"a[l][j]{row}")] if bent else [Quantity(f"a[l][j]{row}")]
    yield pen.say("algorithm.forward", units=units, output=Quantity(f"{last.a.name}[j]{row}"))
    delta = Quantity(f"delta[l][j]{row}")
    yield pen.say("algorithm.output", delta=delta, linear=last.linear, joint=is_joined(pen.graph))
    if last.number > 1:
        yield pen.say("algorithm.backward", delta=delta)
    yield pen.say("algorithm.weights", delta=delta, **_biases(pen))


def _biases(pen: Pen) -> dict[str, bool]:
    kinds = {layer.offsets for layer in pen.graph.stack}
    return {"bias": "each" in kinds, "threshold": "threshold" in kinds, "shared": "shared" in kinds}


def _update_line(pen: Pen) -> Prose:
    weight, biases = Quantity("w[l][j][k]"), _biases(pen)
    if not rule_of(pen).is_plain:
        return pen.say(
            "algorithm.update-by", optimizer=called(pen), all=len(pen.graph.trained) == len(pen.graph.parameters)
        )
    rule = Compare(weight, "←", _stepped(pen, weight, Quantity("dloss/dw[l][j][k]")))
    everything = len(pen.graph.trained) == len(pen.graph.parameters)
    bias = biases["bias"] or biases["shared"]
    rate = None if pen.graph.network.training.learning_rate is not None else Quantity("rate")
    return pen.say("algorithm.update", rule=rule, all=everything, bias=bias, threshold=biases["threshold"], rate=rate)


def definitions(pen: Pen) -> Iterator[Block]:
    """The words of training as far as the document uses them, with this network's counts as the example."""
    network = pen.graph.network
    if brief(pen):
        return
    plain, rate = rule_of(pen).is_plain, Quantity("rate")
    entries = [_entry(pen, key) for key in ("forward", "back-propagation", "gradient", *(("descent",) * plain))]
    if not plain:
        pass  # what another optimizer makes of its rate stands with its formulas
    elif network.training.learning_rate is None:
        entries.append((pen.say("definition.rate"), pen.say("definition.rate.chosen", rate=rate)))
    else:
        entries.append(_entry(pen, "rate", rate=rate, equation=Compare(rate, "=", Value("rate"))))
    steps = max(0, len(pen.trace.updates) - 1)
    if isinstance(network.rows, int) and (steps > 1 or (steps and network.rows > 1)):
        entries += _counts(pen, network.rows, steps)
    yield Heading(1, pen.say("definitions.title"))
    yield Definitions(tuple(entries))


def _counts(pen: Pen, rows: int, steps: int) -> Iterator[tuple[Prose, Prose]]:
    """Batch, iteration, epoch with their numbers, and the length of the gradient."""
    training = pen.graph.network.training
    size, together = min(training.batch_size or rows, rows), training.accumulate
    per, over = divmod(-(-rows // size), together)
    yield _entry(pen, "batch", rows=rows, size=size, last=rows % size, together=together)
    yield _entry(pen, "iteration", steps=steps, together=together)
    if per and not over:
        yield _entry(pen, "epoch", per=per, steps=steps, whole=steps // per, rest=steps % per)
    yield _entry(pen, "norm")


def _entry(pen: Pen, key: str, **values: object) -> tuple[Prose, Prose]:
    return pen.say(f"definition.{key}"), pen.say(f"definition.{key}.means", **values)


def closing(pen: Pen) -> Iterator[Block]:
    """What was found: the derivatives and what was used again; where the training has led."""
    network = pen.graph.network
    yield Heading(1, pen.say("closing.title"))
    root = Quantity(pen.graph.root)
    if not pen.graph.layered:
        yield Paragraph(pen.say("closing.graph", root=root, wrt=_sought_of(pen)))
        return
    count = len(pen.graph.parameters)
    found = pen.say("closing.derivatives", root=root, count=count, several=network.rows != 1)
    delta = Quantity("delta[l][j]" + ("" if network.rows == 1 else "@r"))
    deltas = sum(pen.graph.widths[1:])
    reuse = pen.say("closing.reuse", deltas=deltas, delta=delta, bias=_biases(pen)["bias"])
    yield Paragraph(found)
    if not brief(pen):
        yield Paragraph(reuse)
    if len(pen.trace.updates) > 1:
        yield Paragraph(_moved(pen))


def _sought_of(pen: Pen) -> list[Formula]:
    """What a graph of one's own was differentiated by: its quantities; with index letters, the families of them."""
    if not pen.graph.lettered:
        return few(pen.graph.sought)
    places = {name: place for place, name in enumerate(pen.graph.sought)}
    firsts: dict[str, int] = {}
    for family in pen.graph.families.values():
        own = [places[name] for name in family.names() if name in places]
        firsts |= {family.name: min(own)} if own else {}
    families = [lettered(pen.graph.families[name]) for name in sorted(firsts, key=firsts.__getitem__)]
    return families if len(families) <= NAMED + 1 else [*families[: NAMED - 1], Glyph("…"), families[-1]]


def _moved(pen: Pen) -> Prose:
    """Outputs and loss before and after the training."""
    network, updates = pen.graph.network, pen.trace.updates
    last = len(updates) - 1
    values = {
        "count": last,
        "loss": Quantity("loss"),
        "falls": updates[-1].loss < updates[0].loss,
        "stays": isclose(updates[-1].loss, updates[0].loss, rel_tol=1e-12),
        "before": Value("loss#0"),
        "after": Value(f"loss#{last}"),
    }
    if network.rows != 1 or pen.graph.n_outputs > OUTPUTS_FOLLOWED:
        return pen.say("closing.loss", **values)
    outputs = [(a, pen.graph.beside(a, pen.graph.target)) for a in pen.graph.outputs()]
    moves = [(Quantity(a), Value(f"{a}#0"), Value(f"{a}#{last}"), Value(t)) for a, t in outputs]
    return pen.say("closing.outputs", moves=moves, **values)
