"""A calculation with numbers and the wrong result typed behind it go in; the operation that must have gone wrong comes out: + for ·, a sign
that was lost, a square that was not taken.

An explanation needs digits that tell it apart from chance: a result of fewer than two significant digits has none, and one that more than
three operations explain has none either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.functions import EXP
from derivegen.formula.tree import (
    Bracket,
    Call,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
    Value,
    product,
    total,
    transform,
    walk,
)
from derivegen.marking.findings import Said
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.shown import Shown
from derivegen.records import replace

MOST = 3
"""Explanations of one result."""
MOST_TRIED = 400
FEWEST_DIGITS = 2

Change = tuple[Formula, Formula | None]
"""A part of a calculation, and what it was worked as; None where it was left out."""


def operations(tree: Formula, result: Shown) -> tuple[Change, ...]:
    """The changes that lead to the result, the commonest first; none where its digits do not tell."""
    if result.significant < FEWEST_DIGITS or any(isinstance(part, Quantity | Value) for part in walk(tree)):
        return ()
    found = dict[str, Change]()
    for part, instead, whole in islice(_changed(tree), MOST_TRIED):
        try:
            number = float(value(whole, lambda name: float(name), FLOAT))
        except NO_NUMBER:
            continue
        if result.meets(number):
            part, instead = _bare(part), None if instead is None else _bare(instead)
            found.setdefault(repr((part, instead)), (part, instead))
    return tuple(found.values()) if len(found) <= MOST else ()


def _changed(tree: Formula) -> Iterator[tuple[Formula, Formula | None, Formula]]:
    """Every single change: signs of numbers, then operations, then what is left out."""
    parts = list(dict.fromkeys(walk(tree)))
    for changes in (_signs, _others, _left_out):
        for part in parts:
            for shown, instead, changed in changes(part):
                yield shown, instead, _with(tree, part, changed)


def _with(tree: Formula, part: Formula, changed: Formula) -> Formula:
    return changed if tree == part else transform(tree, lambda each: changed if each == part else None)


def _signs(part: Formula) -> Iterator[tuple[Formula, Formula | None, Formula]]:
    match part:
        case Sum(terms):
            for place, term in enumerate(terms):
                other = term.body if isinstance(term, Negative) else Negative(term)
                yield term, other, Sum((*terms[:place], other, *terms[place + 1 :]))
        case Product(factors):
            for place, factor in enumerate(factors):
                if isinstance(bare := _bare(factor), Negative):
                    yield factor, bare.body, replace(part, factors=(*factors[:place], bare.body, *factors[place + 1 :]))
        case Call() if part.function == EXP(Number("1")).function and part.arguments:
            (argument,) = part.arguments
            other = argument.body if isinstance(argument, Negative) else Negative(argument)
            yield part, EXP(other), EXP(other)


def _others(part: Formula) -> Iterator[tuple[Formula, Formula | None, Formula]]:
    instead: Formula
    match part:
        case Product((first, second)):
            for instead in (Sum((first, second)), Sum((first, _minus(second))), Ratio(first, second)):
                yield part, instead, Bracket(instead)
        case Product(factors):
            for place in range(len(factors) - 1):
                pair = factors[place : place + 2]
                for instead in (Sum(pair), Sum((pair[0], _minus(pair[1]))), Ratio(*pair)):
                    rest = (*factors[:place], Bracket(instead), *factors[place + 2 :])
                    yield Product(pair), instead, replace(part, factors=rest)
        case Sum(terms):
            for place in range(len(terms) - 1):
                pair = terms[place : place + 2]
                instead = product(*map(_in_brackets, pair))
                yield total(*pair), instead, total(*terms[:place], instead, *terms[place + 2 :])
        case Ratio(top, bottom):
            for instead in (product(_in_brackets(top), _in_brackets(bottom)), Ratio(bottom, top)):
                yield part, instead, instead
        case Power(base, Number("2")):
            twice = product(Number("2"), base)
            yield part, twice, twice
            yield part, base, base


def _left_out(part: Formula) -> Iterator[tuple[Formula, Formula | None, Formula]]:
    match part:
        case Sum(terms) if len(terms) > 1:
            for place, term in enumerate(terms):
                yield term, None, total(*terms[:place], *terms[place + 1 :])
        case Product(factors) if len(factors) > 1:
            for place, factor in enumerate(factors):
                yield factor, None, product(*factors[:place], *factors[place + 1 :])


def _minus(tree: Formula) -> Formula:
    bare = _bare(tree)
    return bare.body if isinstance(bare, Negative) else Negative(tree)


def _in_brackets(tree: Formula) -> Formula:
    return Bracket(tree) if isinstance(tree, Negative | Sum) else tree


def _bare(tree: Formula) -> Formula:
    return _bare(tree.body) if isinstance(tree, Bracket) else tree


def worked_as(changes: Sequence[Change], comes: str) -> tuple[str, dict[str, Said]]:
    """That a line of numbers comes to something else, and the operations that lead to what is typed."""
    values: dict[str, Said] = {"comes": comes}
    if not changes:
        return "arithmetic", values
    for place in range(MOST):
        part, instead = changes[place] if place < len(changes) else ("", "")
        values |= {f"part{place + 1}": part, f"as{place + 1}": instead or ""}
    return "arithmetic-as", values
