"""What was read of a page goes in; the same comes out with a name that stands for the target in one line and for the output in another as
what its number says, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivegen.formula.tree import Array, Formula, Matrix, Quantity
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.statement import Statement, Unread
from derivegen.records import replace

Pairs = Mapping[str, tuple[str, Sequence[str], Sequence[str]]]
"""Outputs and targets by name: the other one, the quantities that each consists of."""


def as_target_or_output(
    found: Sequence[Statement | Unread | Answer], task: Task
) -> tuple[Statement | Unread | Answer, ...]:
    """y = 0.6 as the target and y = 0.3723 as the output, where both stand under one name: else one of them would be wrong."""
    if not task.graph.layered:
        return tuple(found)
    if task.graph.network.rows != 1:
        return tuple(_of_all(one, task) if isinstance(one, Statement) else one for one in found)
    pairs = dict(_pairs(task))
    both = {
        one.quantity
        for one in found
        if isinstance(one, Statement) and one.quantity in pairs and _says(one, pairs[one.quantity][1], task)
    }
    return tuple(
        _moved(one, pairs, task) if isinstance(one, Statement) and one.quantity in both else one for one in found
    )


def _pairs(task: Task) -> Iterator[tuple[str, tuple[str, Sequence[str], Sequence[str]]]]:
    graph = task.graph
    outputs = graph.outputs_by_row[0]
    targets = [graph.beside(name, graph.target) for name in outputs]
    for one, other in zip(outputs, targets, strict=True):
        yield one, (other, [one], [other])
        yield other, (one, [other], [one])
    yield graph.output.name, (graph.target.name, outputs, targets)
    yield graph.target.name, (graph.output.name, targets, outputs)


def _of_all(one: Statement, task: Task) -> Statement:
    """A loss that is said of no example of its own, though it stands below one, and has the number of all examples together."""
    name, left = one.quantity or "", one.sides[0]
    own = name.startswith("loss@") and not any(sign.isdigit() for sign in left.text)
    if not own or _says(one, [name], task) or not _says(one, ["loss"], task):
        return one
    return replace(one, quantity="loss", sides=(replace(left, formula=Quantity("loss")), *one.sides[1:]))


def _moved(one: Statement, pairs: Pairs, task: Task) -> Statement:
    """A line as one about the other, where its numbers are those and not its own."""
    assert one.quantity is not None
    other, mine, others = pairs[one.quantity]
    if _says(one, mine, task) or not _says(one, others, task):
        return one
    left = one.sides[0]
    formula = type(left.formula)(other) if isinstance(left.formula, Quantity | Array) else left.formula
    return replace(one, quantity=other, sides=(replace(left, formula=formula), *one.sides[1:]))


def _says(one: Statement, names: Sequence[str], task: Task) -> bool:
    """Whether the numbers that a line ends with are those of these quantities."""
    entries, numbers = list(_entries(one.sides[-1].formula)), [task.number(task.own(name)) for name in names]
    return len(entries) == len(numbers) and all(
        entry is not None and number is not None and entry.meets(number)
        for entry, number in zip(entries, numbers, strict=True)
    )


def _entries(formula: Formula | None) -> Iterator[Shown | None]:
    rows = formula.rows if isinstance(formula, Matrix) else () if formula is None else ((formula,),)
    return (shown(entry) for row in rows for entry in row)
