"""One step against the gradient, and what it achieved: a pen goes in; every parameter's update in a line, the loss before and after, and
which way each output went come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.numbers.batches import batches
from derivegen.document.blocks import Block, Box, Heading, Paragraph, Prose, Row, Table, in_lines
from derivegen.document.pen import Pen
from derivegen.document.tables import in_twos, parameter_tables
from derivegen.formula.tree import Compare, Quantity, Sum, Value
from derivegen.network.training import Training
from derivegen.solution.optimizing import added, one_update, optimizer_section, rule_of
from derivegen.solution.update import first_step

FEW = 12
"""Parameters whose updates have a line each; of more, one is worked and tables hold the new values."""


def step(pen: Pen, names: Sequence[str]) -> Iterator[Block]:
    """The section: with numbers nothing without a learning rate, or where one update does not use all examples. Where only one parameter
    is worked, it is the first of `names` that is trained."""
    trained = pen.graph.trained
    if not one_update(pen) and not _by_letters(pen):
        return
    if not rule_of(pen).is_plain:
        yield from optimizer_section(pen, names)
        return
    yield Heading(1, pen.say("update.title"))
    again = None if pen.trace.complete else Quantity("loss")
    yield Paragraph(pen.say("update.opening", rate=Quantity("rate"), loss=again))
    frozen = len(pen.graph.parameters) - len(trained)
    if frozen:
        yield Paragraph(pen.say("update.frozen", count=frozen))
    if not pen.trace.complete:
        yield pen.derivation(Quantity(f"{trained[0]}'"), [(_rule(pen, trained[0]), ())])
        return
    if len(trained) <= FEW:
        yield _table(pen, trained)
    else:
        rule, after = _rule(pen, trained[0]), f"{trained[0]}'"
        yield in_lines(pen.derivation(Quantity(after), [(rule, ()), (pen.numbers(rule), ()), (Value(after), ())]))
        yield Paragraph(pen.say("update.others", count=len(trained)))
        tables = parameter_tables(pen, "table.new-parameters", lambda name: (Value(name + "'" * (name in trained)),))
        yield from in_twos(pen, tables)


def _by_letters(pen: Pen) -> bool:
    """Whether nothing is said of an update, and there are no numbers it could be missing for: the rule in letters holds for any rate."""
    return not pen.trace.complete and pen.graph.network.training == Training() and bool(pen.graph.trained)


def _rule(pen: Pen, name: str) -> Sum:
    """The parameter and what an update adds to it."""
    by = Quantity(pen.trace.derivation.name_of(name))
    return Sum((Quantity(name), added(pen, by, dotted=True)))


def _table(pen: Pen, names: tuple[str, ...]) -> Table:
    """Each parameter's new value as old value less rate times derivative."""
    lines = tuple((_new(name), _updated(pen, name)) for name in names)
    return Table(
        pen.say("lesson.updates", rate=Quantity("rate")), (pen.say("table.parameter"), pen.say("lesson.new")), lines
    )


def _new(name: str) -> Prose:
    return (Quantity(f"{name}'"),)


def _updated(pen: Pen, name: str) -> Prose:
    """old − rate · derivative = new, with digits enough."""
    side, end = pen.numbers(_rule(pen, name)), Value(f"{name}'")
    rows = pen.followed((Row(Quantity(f"{name}'"), "=", side), Row(None, pen.relation(side, end), end)))
    return (Compare(rows[0].right, rows[1].relation, rows[1].right), *rows[1].reason)


def achieved(pen: Pen) -> Iterator[Block]:
    """The loss before and after one update, what the slopes had promised, and which way each output went."""
    updates = pen.trace.updates
    if len(updates) < 2 or len(batches(pen.graph)) > 1:
        return
    said = first_step(pen, updates)
    outputs = pen.graph.outputs_by_row[0] if pen.graph.network.rows == 1 else ()
    yield Box(pen.say("training.title"), (Paragraph((*said, *_moves(pen, outputs))),))


def _moves(pen: Pen, outputs: Sequence[str]) -> Prose:
    """Which outputs came closer to their targets, and which went the wrong way."""
    if not outputs or len(outputs) > 4 or outputs[0] == pen.graph.root:
        return ()
    moves = []
    for a in outputs:
        target = pen.trace.number(pen.graph.beside(a, pen.graph.target))
        before, after = (pen.trace.number(f"{a}#{n}") for n in (0, 1))
        nearer = abs(after - target) < abs(before - target)
        moves.append((Quantity(a), Value(f"{a}#0"), Value(f"{a}#1"), nearer))
    told: list[object] = [[m[0], m[1], m[2], "1" if m[3] else ""] for m in moves]
    return (" ", *pen.say("lesson.moves", moves=told))
