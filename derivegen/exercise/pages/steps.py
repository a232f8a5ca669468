"""Lines of working as they are printed: a pen and a line go in; its formula, the numbers put in and its value come out, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Derivation, Prose, Row
from derivegen.document.pen import Pen
from derivegen.errors import CheckFailed
from derivegen.exercise.working import Line
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import Cases, Compare, Formula, Negative, Product, Quantity, Value, transform, values_in
from derivegen.network.names import parse_kept
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.solution.forward import definition

CLOSE = 1e-9


def step_rows(pen: Pen, line: Line, explained: bool = True, bare: bool = False) -> tuple[Row, ...]:
    """quantity = formula = numbers = value; the reason beside the formula where it is to be explained; bare, without the numbers."""
    sides: list[Formula] = [_named(line)]
    if not bare and pen.trace.known(line.number(line.name)):
        opened = None if pen.graph.lettered else definition(line.reading)  # there the equation itself says tanh
        numbers = _put_in(pen, line, opened or _named(line))
        _check(pen, line, numbers)
        if any(values_in(numbers)) and not isinstance(numbers, Value):
            sides.append(numbers)
        sides.append(Value(line.number(line.name)))
    before: Formula = Quantity(line.name)
    rows = []
    for place, side in enumerate(sides):
        why = reason(pen, line) if explained and not place else ()
        rows.append(Row(None if place else before, pen.relation(before, side), side, why))
        before = side
    return pen.followed(tuple(rows))


def step_derivation(pen: Pen, line: Line, bare: bool = False) -> Derivation:
    """The same as a block."""
    return Derivation(step_rows(pen, line, bare=bare))


def in_a_line(pen: Pen, line: Line, bare: bool = False) -> Prose:
    """The same run on in one line."""
    return tuple(_joined(step_rows(pen, line, explained=False, bare=bare)))


def _joined(rows: tuple[Row, ...]) -> Iterator[str | Formula]:
    for row in rows:
        if row.left is not None:
            yield row.left
        yield f" {row.relation} "
        yield row.right


def _named(line: Line) -> Formula:
    """The formula as a teacher writes it: ReLU by its name."""
    if line.stage == "forward" and isinstance(line.reading, Cases):
        rules = {factor.rule for term in line.step.terms for factor in term.factors}
        for entry in (ACTIVATIONS[rule] for rule in rules if rule in ACTIVATIONS):
            if entry.function is not None:
                return entry.function(*map(Quantity, line.uses()))
    return _signs_in_front(line.reading)


def _signs_in_front(tree: Formula) -> Formula:
    """w − η · slope for w + (−η) · slope, as it is written by hand."""

    def change(part: Formula) -> Formula | None:
        if isinstance(part, Product) and isinstance(part.factors[0], Negative):
            return Negative(Product((part.factors[0].body, *part.factors[1:]), part.dotted))
        return None

    return transform(tree, change)


def _put_in(pen: Pen, line: Line, tree: Formula) -> Formula:
    """The numbers somebody who writes this line puts in; of cases the branch that holds for them."""

    def own(leaf: Formula) -> Formula | None:
        return Quantity(line.number(leaf.name)) if isinstance(leaf, Quantity) else None

    def holds(when: Formula) -> bool:
        condition = transform(when, own)
        assert isinstance(condition, Compare)
        return pen.trace.holds(condition)

    def change(part: Formula) -> Formula | None:
        if isinstance(part, Quantity):
            return Value(line.number(part.name)) if pen.trace.known(line.number(part.name)) else None
        if isinstance(part, Cases):
            return transform(next(body for body, when in part.branches if when is None or holds(when)), change)
        return None

    return transform(tree, change)


def _check(pen: Pen, line: Line, numbers: Formula) -> None:
    """The line is consistent: what is put in comes to what stands at its end, mistake or not."""
    found, printed = value(numbers, pen.trace.number, FLOAT), pen.trace.number(line.number(line.name))
    if pen.trace.rounding.carry == "exact" and not abs(found - printed) <= CLOSE * (1 + abs(printed)):
        raise CheckFailed(f"the line of {line.name} comes to {found!r}, but {printed!r} stands at its end")


def reason(pen: Pen, line: Line) -> Prose:
    """Why the line is so."""
    key = _key(pen, line)
    factors = [factor for term in line.step.terms for factor in term.factors]
    last = factors[-1] if factors else None
    values: dict[str, object] = {"target": Quantity(line.name), "count": len(line.step.terms)}
    if key == "working.activation":
        assert last is not None
        values["name"] = pen.words.plain(f"activation.{last.rule}") if pen.words.has(f"activation.{last.rule}") else ""
    return pen.say(key, **values)


def _key(pen: Pen, line: Line) -> str:
    if line.stage == "forward":
        kind = pen.graph[line.name].family.kind
        return {"pre-activation": "working.sum", "activation": "working.activation", "loss": "working.loss"}.get(
            kind, "working.node"
        )
    if line.stage == "update":
        return _of_update(pen, line.name)
    roles = {term.factors[-1].role for term in line.step.terms}
    if not pen.graph.layered:
        return "working.chain"
    for role in ("loss slope", "slope", "gate", "weight", "input", "bias"):
        if role in roles:
            return f"working.{role.replace(' ', '-')}"
    return "working.chain"


def _of_update(pen: Pen, name: str) -> str:
    """The key of the reason of a line of an update: of gradient descent one for all, of another optimizer that of its own line."""
    rule, moment = pen.graph.network.training.rule, parse_kept(name)
    if rule.is_plain:
        return "working.update"
    if moment is None:
        return "optimizer.reason.added" if name.startswith("D") else "optimizer.reason.new"
    return f"optimizer.reason.{rule.reasons[moment.base] if moment.primed else 'start'}"
