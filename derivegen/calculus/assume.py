"""Assumptions about quantities that have no number: comparisons such as z[1][1] > 0 go in; which branch of a formula's cases they settle
comes out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import holds
from derivegen.formula.tree import Cases, Compare, Formula, Number, Quantity, Relation, transform

_SIGNS: dict[str, Relation] = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_ROW = re.compile(r"@\w+$")


def read_assumption(text: str) -> Compare:
    """left relation right, each side a quantity's name or a number, separated by spaces."""
    left, sign, right = text.split()
    relation: Relation = _SIGNS.get(sign, sign)  # type: ignore[arg-type]
    return Compare(_side(left), relation, _side(right))


def _side(text: str) -> Formula:
    return Number(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else Quantity(text)


def settled(cases: Cases, assumptions: Sequence[Compare]) -> tuple[Formula, Compare] | None:
    """The branch that holds wherever the assumptions do, and the one that settles it; None if none does."""
    for assumption in assumptions:
        for body, condition in cases.branches:
            answer = True if condition is None else implied(assumption, condition)
            if answer is None:
                break
            if answer:
                return body, assumption
    return None


def implied(assumption: Compare, condition: Formula) -> bool | None:
    """Whether the condition holds (fails) wherever the assumption does; an assumption without an example speaks of every one."""
    assert isinstance(condition, Compare)
    if assumption.left != condition.left:
        condition = Compare(_any_row(condition.left), condition.relation, _any_row(condition.right))
    if assumption.left != condition.left:
        return None
    if isinstance(assumption.right, Number) and isinstance(condition.right, Number):
        return _on_ray(
            assumption.relation, Fraction(assumption.right.text), condition.relation, Fraction(condition.right.text)
        )
    if assumption.right != condition.right:
        return None
    return _on_ray(assumption.relation, Fraction(0), condition.relation, Fraction(0))


def _any_row(tree: Formula) -> Formula:
    return transform(tree, lambda part: Quantity(_ROW.sub("", part.name)) if isinstance(part, Quantity) else None)


def _on_ray(known: str, bound: Fraction, asked: str, limit: Fraction) -> bool | None:
    """Whether every (no) number x with `x known bound` has `x asked limit`."""
    if asked in ("<", "≤"):
        answer = _on_ray(known, bound, "≥" if asked == "<" else ">", limit)
        return None if answer is None else not answer
    above = bound > limit or (bound == limit and (asked == "≥" or known == ">"))
    below = bound < limit or (bound == limit and (asked == ">" or known == "<"))
    if known in (">", "≥", "=") and above and asked in (">", "≥"):
        return True
    if known in ("<", "≤", "=") and below and asked in (">", "≥"):
        return False
    return None


def check_assumptions(trace: Trace) -> None:
    """Refuse an assumption that the network's own numbers contradict. Raises InputError."""
    for text in trace.graph.network.options.assume or () if trace.complete else ():
        if not holds_at(trace.floats, read_assumption(text)):
            raise InputError(f"document.assume: {text} does not hold for the numbers of this network; take it out")


def holds_at(numbers: Numbers, assumption: Compare) -> bool:
    """Whether an assumption holds at given numbers; one without an example, whether it does for every one."""
    rows = numbers.graph.network.rows
    several = rows != 1 and isinstance(rows, int)
    suffixes = [f"@{row}" for row in range(1, rows + 1)] if several and isinstance(rows, int) else [""]

    def at(suffix: str) -> bool:
        def of(part: Formula) -> float:
            if isinstance(part, Quantity):
                member = part.name if numbers.graph.locate(part.name) is not None else part.name + suffix
                return float(numbers[member])
            assert isinstance(part, Number)
            return float(part.text)

        return holds(assumption, of)

    return all(map(at, suffixes))
