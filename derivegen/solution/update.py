"""What the gradients are for: one update in full, the tables of all, the forward pass again, the training run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isclose

from derivegen.calculus.numbers.batches import orders
from derivegen.calculus.numbers.evaluate import Update
from derivegen.document.blocks import Beside, Block, Derivation, Heading, Paragraph, Picture, Prose
from derivegen.document.pen import Line, Pen
from derivegen.document.tables import in_twos, moved_table, parameter_tables, training_table, update_table
from derivegen.figures.axis import axis, counted, samples
from derivegen.figures.plot import RunFigure, Series
from derivegen.formula.tree import Negative, Number, Quantity, Sum, Value
from derivegen.network.tables.forms import BOOKS, LIBRARIES
from derivegen.solution.optimizing import added, called, one_update, optimizer_section, rule_of

FEW_STEPS, HIGH = 8, 9
"""Updates whose numbers say as much as a curve."""
MOST_ORDERS, MOST_ROWS = 3, 12
"""Epochs whose order of rows is said, and rows of which it is."""
SAME = 1e-12
"""Two numbers nearer to one another than this, relatively, are not said to rise or fall."""


def update_section(pen: Pen, wanted: Sequence[str]) -> Iterator[Block]:
    """The rule, the wanted parameters line by line, the tables of the rest; nothing without a learning rate."""
    trained = [name for name in wanted if name in pen.graph.trained]
    if not trained or not one_update(pen):
        return
    if not rule_of(pen).is_plain:
        yield from optimizer_section(pen, wanted)
        return
    yield Heading(1, pen.say("update.title"))
    yield Paragraph(pen.say("update.opening", rate=Quantity("rate"), loss=None))
    frozen = len(pen.graph.parameters) - len(pen.graph.trained)
    if frozen:
        yield Paragraph(pen.say("update.frozen", count=frozen))
    for name in trained:
        yield _step(pen, name)
    if pen.trace.complete:
        table = update_table(pen)
        if table is not None:
            yield table
        else:
            tables = [*parameter_tables(pen, "table.new-parameters", lambda name: (Value(_after(pen, name)),))]
            if tables or pen.graph.layered:
                yield Paragraph(pen.say("update.others", count=len(pen.graph.trained)))
            yield from tables


def _step(pen: Pen, name: str) -> Derivation:
    """What is added to a parameter, and the parameter after it."""
    old, rate, amount = Quantity(name), Quantity("rate"), "D" + name
    by_rule = added(pen, Quantity(pen.trace.derivation.name_of(name)), dotted=True)
    more: list[Line] = [(by_rule, pen.say("reason.amount", target=old))]
    new: list[Line] = [(Sum((old, Quantity(amount))), pen.say("reason.update", target=old))]
    if pen.trace.known(name + "'"):
        more += [(pen.numbers(by_rule), pen.say("reason.numbers.amount", rate=rate)), (Value(amount), ())]
        new += [
            (Sum((Value(name), Value(amount))), pen.say("reason.numbers.update", target=old)),
            (Value(name + "'"), ()),
        ]
    return Derivation((*pen.rows(Quantity(amount), more), *pen.rows(Quantity(name + "'"), new)))


def _after(pen: Pen, name: str) -> str:
    return name + "'" if name in pen.graph.trained else name


def training_section(pen: Pen, updates: tuple[Update, ...]) -> Iterator[Block]:
    """What came of it: the loss before and after one update and what the gradient foretold, then the run."""
    network = pen.graph.network
    broken = bool(updates) and len(updates) <= network.training.steps
    if len(updates) < 2:
        if broken:
            yield Paragraph(pen.say("training.broken", count=0, steps=network.training.steps, rate=Quantity("rate")))
        return
    yield Heading(1, pen.say("training.title"))
    if one_update(pen):
        yield Paragraph(first_step(pen, updates))
    yield from in_batches(pen)
    if len(updates) > 2:
        yield Paragraph(pen.say("training.run", count=len(updates) - 1, loss=Value(f"loss#{len(updates) - 1}")))
    if len(updates) > 2 or not one_update(pen):  # of one update all is said
        yield training_table(pen, updates)
    if broken:
        left = {"count": len(updates) - 1, "steps": network.training.steps}
        yield Paragraph(pen.say("training.broken", **left, rate=Quantity("rate")))
    if len(updates) > 2 and not isclose(updates[0].gradient_norm, updates[-1].gradient_norm, rel_tol=SAME):
        before, after, last = Value("norm#0"), Value(f"norm#{len(updates) - 1}"), updates[-1].gradient_norm
        yield Paragraph(pen.say("training.norm", before=before, after=after, falls=last < updates[0].gradient_norm))
    if len(updates) > 2:
        yield from _moved(pen, len(updates) - 1)
    if len(updates) > FEW_STEPS:
        yield _curves(pen, updates)


def in_batches(pen: Pen) -> Iterator[Paragraph]:
    """In what portions the rows are taken, in which order, and what becomes of the gradients of several, if all are not one batch."""
    network, training = pen.graph.network, pen.graph.network.training
    if training.batch_size is None or not isinstance(network.rows, int) or training.batch_size >= network.rows:
        return
    count, reduction = -(-network.rows // training.batch_size), network.loss and network.loss.reduction
    together = LIBRARIES[training.library or BOOKS].accumulates or reduction
    said = {"size": training.batch_size, "count": count, "together": training.accumulate, "mean": together == "mean"}
    text = pen.say("training.batches", **said)
    if training.shuffle is None:
        yield Paragraph(text)
        return
    epochs = -(-len(pen.trace.updates[1:]) * training.accumulate // count)
    shown = min(epochs, MOST_ORDERS) if network.rows <= MOST_ROWS else 0
    drawn = [[Number(str(row)) for row in order] for order in orders(training, network.rows, shown)]
    more = epochs > shown
    yield Paragraph((*text, " ", *pen.say("training.shuffled", seed=training.shuffle, orders=drawn, more=more)))


def run_section(pen: Pen, updates: tuple[Update, ...]) -> Iterator[Block]:
    """The run of several updates: a table of it with its curves, and where it has brought the parameters."""
    steps = pen.graph.network.training.steps
    broken = bool(updates) and len(updates) <= steps
    if len(updates) < 2:
        if broken:
            yield Paragraph(pen.say("training.broken", count=0, steps=steps, rate=Quantity("rate")))
        return
    last = len(updates) - 1
    if rule_of(pen).is_plain:
        yield Heading(1, pen.say("training.run.title", count=last))
    else:
        yield Heading(1, pen.say("training.run.by", count=last, optimizer=called(pen)))
    yield from in_batches(pen)
    yield Paragraph(pen.say("training.run", count=last, loss=Value(f"loss#{last}")))
    table = training_table(pen, updates)
    if last < FEW_STEPS:
        yield table
    elif len(table.rows) < HIGH:  # beside so low a table the curves would stand on a page of their own
        yield from (table, _curves(pen, updates))
    else:
        yield Beside((table, _curves(pen, updates, stacked=True)))
    if broken:
        yield Paragraph(pen.say("training.broken", count=last, steps=steps, rate=Quantity("rate")))
    yield from _moved(pen, last)


def _curves(pen: Pen, updates: tuple[Update, ...], stacked: bool = False) -> Picture:
    """Loss and length of the gradient over the updates."""
    runs = (("curves.loss", [u.loss for u in updates]), ("curves.norm", [u.gradient_norm for u in updates]))
    figure = RunFigure(
        pen.words.plain("curves.caption"),
        pen.words.plain("curves.description", count=len(updates) - 1),
        pen.words.plain("curves.updates"),
        counted(len(updates) - 1),
        tuple(Series(pen.words.plain(key), samples(values), axis(values)) for key, values in runs),
        stacked,
    )
    return Picture("training", figure, pen.say("curves.caption"))


def _moved(pen: Pen, last: int) -> Iterator[Block]:
    """Where the run has brought the parameters: with the way each has come where they are few."""
    table = moved_table(pen, last)
    if table is not None:
        yield table
    else:
        yield from in_twos(
            pen, parameter_tables(pen, "table.final", lambda name: (Value(f"{name}#{last}"),), count=last)
        )


def first_step(pen: Pen, updates: tuple[Update, ...]) -> Prose:
    """The loss before and after one update, with digits enough for their difference to be what is said, and what the gradient foretold. By
    gradient descent it falls by about rate · ‖gradient‖², to first order; of another optimizer no more is said than what came of it."""
    falls = updates[0].loss > updates[1].loss
    stays = isclose(updates[0].loss, updates[1].loss, rel_tol=SAME)
    before, after, fall = Value("loss#0"), Value("loss#1"), Value("fall#1")
    if not rule_of(pen).is_plain:
        return pen.say("training.came", before=before, after=after, falls=falls, stays=stays)
    shown = pen.paper.with_digits(Sum((before, Negative(after))), fall) if falls and not stays else None
    match shown:
        case Sum((Value() as before, Negative(Value() as after))):
            pass
    return pen.say(
        "training.stays" if stays else "training.first-order" if falls else "training.rises",
        before=before,
        after=after,
        fall=fall,
        foretold=Value("foretold#1"),
        rate=Quantity("rate"),
    )
