"""What a page takes for granted: its statements and what they are held to go in; the same with the page's own conventions comes out.

A δ may be the error times the slope, target less output, with a + in the update; a loss may go without its ½ or be a mean. Whoever does so
throughout is judged so, and told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derivegen.calculus.chain import derive
from derivegen.formula.tree import Formula, Negative, Quantity, walk
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.statement import Statement
from derivegen.network.graph import build
from derivegen.network.names import derivative, is_delta, parse_derivative
from derivegen.network.tables.losses import SQUARED
from derivegen.notation.choose import choose
from derivegen.records import replace

FEWEST = 2
"""Significant digits of a number that says anything."""

Told = tuple[str, Formula | None, Shown | None]
"""A quantity by its name, a formula of it and its number."""


def as_taken(found: Iterable[object], task: Task) -> tuple[Task, tuple[str, ...]]:
    """The task in the conventions of the page, and the keys of what is to be said of them."""
    told = [each for one in found if isinstance(one, Statement | Answer) for each in _told(one)]
    if not told or not task.graph.layered or task.graph.network.rows != 1:
        return task, ()
    remarks = list[str]()
    other = _other_loss(told, task)
    if other is not None:
        task, remarks = other, ["loss-factor"]
    if _turns_delta(told, task):
        entry = task.notation.entry
        turned = replace(task.notation, entry=replace(entry, delta_sign=-entry.delta_sign))
        task = Task(task.derivation, turned, task.rounding, task.asked)
        remarks.append("delta-sign")
    return task, tuple(remarks)


def _told(one: Statement | Answer) -> Iterator[Told]:
    """What is said of a quantity: every side a formula, the last number."""
    if not one.quantity:
        return
    formulas = [side.formula for side in one.sides[1:]] if isinstance(one, Statement) else [one.formula]
    numbers = [number for each in formulas if each is not None and (number := shown(each)) is not None]
    yield one.quantity, None, numbers[-1] if numbers else None
    for each in formulas:
        if each is not None and shown(each) is None:
            yield one.quantity, each, None


def _turns_delta(told: Sequence[Told], task: Task) -> bool:
    """Whether every δ of the page has the other sign, and that is no slip: its formula says so, or an update that is right."""
    numbers = [
        (name, number)
        for name, _, number in told
        if is_delta(name) and number is not None and number.significant >= FEWEST
    ]
    formulas = [(name, formula) for name, formula, _ in told if is_delta(name) and formula is not None]
    if not numbers and not formulas:
        return False
    votes = [_sign_of(name, number, task) for name, number in numbers]
    if any(vote > 0 for vote in votes):
        return False
    said = [_sign_of_formula(name, formula, task) for name, formula in formulas]
    if any(sign > 0 for sign in said):
        return False
    return any(sign < 0 for sign in said) or (any(vote < 0 for vote in votes) and _updates_hold(told, task))


def _sign_of(name: str, number: Shown, task: Task) -> int:
    """1 where the number has the sign it has in the notation, −1 where it has the other; 0 where it is another number."""
    true = task.number(task.own(name))
    if not true:
        return 0
    true *= task.sign(name)
    slack = 3 * number.unit
    if abs(number.value - true) <= slack < abs(true):
        return 1
    return -1 if abs(number.value + true) <= slack < abs(true) else 0


def _sign_of_formula(name: str, formula: Formula, task: Task) -> int:
    slope: Formula = Quantity(derivative("loss", f"z{name.removeprefix('delta')}"))
    if task.sign(name) < 0:
        slope = Negative(slope)
    if _has_delta(formula):
        return 0
    if task.equalities.equal(formula, slope):
        return 1
    return -1 if task.equalities.equal(formula, Negative(slope)) else 0


def _has_delta(formula: Formula) -> bool:
    return any(isinstance(part, Quantity) and is_delta(part.name) for part in walk(formula))


def _updates_hold(told: Sequence[Told], task: Task) -> bool:
    """Whether a parameter's new value is on the page, and right."""
    for name, _, number in told:
        new = name.removesuffix("'").removesuffix("#1")
        if number is None or name == new or not task.given(new):
            continue
        true = task.number(task.own(f"{new}'"))
        if true is not None and number.meets(true) and number.significant >= FEWEST:
            return True
    return False


def _other_loss(told: Sequence[Told], task: Task) -> Task | None:
    """The task with a loss that differs by a factor, where both the loss and its derivatives on the page say so."""
    network = task.graph.network
    loss = network.loss
    if loss is None or loss.formula is not None or loss.name not in SQUARED or task.rounding is not None:
        return None
    values = [
        (task.own(name), number) for name, _, number in told if number is not None and number.significant >= FEWEST
    ]
    values = [(own, number) for own, number in values if own == "loss" or _of_loss(own)]
    if not any(own == "loss" for own, _ in values) or not any(_of_loss(own) for own, _ in values):
        return None
    if any(_meets(task, own, number) for own, number in values):
        return None
    for name in SQUARED:
        derivation = derive(build(replace(network, loss=replace(loss, name=name))))
        other = Task(derivation, choose(derivation.graph, network.notation), task.rounding, task.asked)
        if name != loss.name and all(_meets(other, own, number) for own, number in values):
            return other
    return None


def _meets(task: Task, own: str, number: Shown) -> bool:
    true = task.number(own)
    return true is not None and bool(true) and abs(number.value - true) <= 2 * number.unit


def _of_loss(own: str) -> bool:
    pair = parse_derivative(own)
    return pair is not None and pair[0] == "loss"
