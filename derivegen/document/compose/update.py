"""What the gradients are for: one update in full, the tables of all, the forward pass again, the training run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.evaluate import Update
from derivegen.calculus.training import batches
from derivegen.document.blocks import Block, Curves, Heading, Paragraph
from derivegen.document.compose.pen import Line, Pen
from derivegen.document.compose.tables import parameter_tables, training_table, update_table
from derivegen.formula.tree import Negative, Product, Quantity, Sum, Value


def update_section(pen: Pen, wanted: Sequence[str]) -> Iterator[Block]:
    """The rule, the wanted parameters line by line, the tables of the rest; nothing without a learning rate."""
    network = pen.graph.network
    trained = [name for name in wanted if name in pen.graph.trained]
    if network.training.learning_rate is None or not trained or len(batches(pen.graph)) > 1:
        return
    derivation = pen.trace.derivation
    yield Heading(1, pen.say("update.title"))
    yield Paragraph(pen.say("update.opening", rate=Quantity("rate")))
    frozen = len(pen.graph.parameters) - len(pen.graph.trained)
    if frozen:
        yield Paragraph(pen.say("update.frozen", count=frozen))
    for name in trained:
        old, rate, gradient = Quantity(name), Quantity("rate"), Quantity(derivation.name_of(name))
        formula = Sum((old, Negative(Product((rate, gradient)))))
        lines: list[Line] = [(formula, pen.say("reason.update", target=old))]
        if pen.trace.known(name + "'"):
            lines += [
                (pen.numbers(formula), pen.say("reason.numbers.update", target=old, rate=rate)),
                (Value(name + "'"), ()),
            ]
        yield pen.derivation(Quantity(name + "'"), lines)
    if pen.trace.complete:
        table = update_table(pen)
        if table is not None:
            yield table
        else:
            yield Paragraph(pen.say("update.others", count=len(pen.graph.trained)))
            yield from parameter_tables(pen, "table.new-parameters", lambda name: (Value(_after(pen, name)),))


def _after(pen: Pen, name: str) -> str:
    return name + "'" if name in pen.graph.trained else name


def training_section(pen: Pen, updates: tuple[Update, ...]) -> Iterator[Block]:
    """What came of it: the loss before and after one update and what the gradient foretold, then the run."""
    if len(updates) < 2:
        return
    network = pen.graph.network
    yield Heading(1, pen.say("training.title"))
    if len(batches(pen.graph)) == 1:
        yield from _first_order(pen, updates)
    else:
        yield Paragraph(pen.say("training.batches", size=network.training.batch_size, count=len(batches(pen.graph))))
    if len(updates) > 2:
        yield Paragraph(pen.say("training.run", count=len(updates) - 1, loss=Value(f"loss#{len(updates) - 1}")))
    yield training_table(pen, updates)
    if len(updates) > 8:
        labels = (pen.words.plain("curves.updates"), pen.words.plain("curves.loss"), pen.words.plain("curves.norm"))
        loss, norm = tuple(u.loss for u in updates), tuple(u.gradient_norm for u in updates)
        description = pen.words.plain("curves.description", count=len(updates) - 1)
        yield Curves("training", loss, norm, labels, pen.say("curves.caption"), description)


def _first_order(pen: Pen, updates: tuple[Update, ...]) -> Iterator[Block]:
    """The loss falls by about rate · ‖gradient‖², to first order."""
    falls = updates[0].loss > updates[1].loss
    yield Paragraph(
        pen.say(
            "training.first-order" if falls else "training.rises",
            before=Value("loss#0"),
            after=Value("loss#1"),
            fall=Value("fall#1"),
            foretold=Value("foretold#1"),
            rate=Quantity("rate"),
        )
    )
