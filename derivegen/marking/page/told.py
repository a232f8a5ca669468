"""What the lines of a page tell of the names on it: statements in which every symbol is a name of its own go in; numbers and formulas by
name come out. A name is spoken of by its key, and what is told is its value, its new value or the derivative by it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import Formula, Matrix, Number, Quantity, Transpose, names_in, walk
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.marking.read.statement import Statement
from derivegen.notation.schemes import LETTERS
from derivegen.records import dataclass, replace

_DERIVATIVE = re.compile(rf"d(?P<of>loss|{FREE}[^/]+)/d(?P<by>{FREE}[^/']+)")
_TOTAL = re.compile(r"_?(?:total|tot|ges|gesamt)$")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that a page gives for a name: for its value, its new one, or its derivative; what the numbers it is worked out from come
    to, to as many digits, where they stand there."""

    key: str
    what: str
    number: Shown
    worked: Shown | None = None


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line of symbols: the name on the left, as `what` of it, and a formula."""

    key: str
    what: str
    formula: Formula
    keys: frozenset[str]
    numbers: bool


def parts(name: str) -> tuple[str, str] | None:
    """The key in a name that is only spelled, and whether its value, its new one or the loss's derivative by it is meant."""
    if name.startswith(FREE):
        base, prime, _ = name.partition("'")
        base, hash_, step = base.partition("#")
        return (base, "value") if not prime and not hash_ else (base, "new") if step in ("", "1") else None
    match = _DERIVATIVE.fullmatch(name)
    if match is not None and (match["of"] == "loss" or _TOTAL.sub("", match["of"][1:].lower()) in LETTERS["loss"]):
        return match["by"], "grad"
    return None


def array_of(one: Statement) -> tuple[str, Matrix | None]:
    """The key on the left of a line whose numbers are a list or a matrix, and that."""
    left = one.sides[0].formula
    told = parts(left.name) if isinstance(left, Quantity) else None
    upright = (side.formula.body if isinstance(side.formula, Transpose) else side.formula for side in one.sides[:0:-1])
    matrix = next((formula for formula in upright if isinstance(formula, Matrix)), None)
    return ("", None) if told is None or matrix is None else (told[0], matrix)


def left(one: Statement | Answer) -> str:
    """The key on the left of a line."""
    left = one.sides[0].formula if isinstance(one, Statement) else None
    named = parts(one.quantity or "") or (parts(left.name) if isinstance(left, Quantity) else None)
    return "" if named is None else named[0]


def keys(one: Statement | Answer) -> Iterator[str]:
    """All names of a line that are only spelled."""
    formulas = [side.formula for side in one.sides] if isinstance(one, Statement) else []
    for formula in formulas:
        for part in walk(formula) if formula is not None else ():
            told = parts(part.name) if isinstance(part, Quantity) else None
            if told is not None:
                yield told[0]


def differentiated(one: Statement | Answer) -> Iterator[str]:
    """The names of a line that stand in a derivative."""
    formulas = [side.formula for side in one.sides] if isinstance(one, Statement) else []
    every = {name for formula in formulas if formula for name in names_in(formula)}
    for name in {one.quantity or "", *every}:
        match = _DERIVATIVE.fullmatch(name)
        yield from () if match is None else match.groups()


def facts(one: Statement | Answer) -> Iterator[Fact]:
    told = parts(one.quantity or "")
    if told is None:
        return
    formulas = [side.formula for side in one.sides[1:]] if isinstance(one, Statement) else [one.formula]
    for formula in reversed(formulas):
        number = shown(formula) if formula is not None else None
        if number is not None:
            yield Fact(told[0], told[1], number, next(_worked(formulas, number), None))
            return


def _worked(formulas: Sequence[Formula | None], number: Shown) -> Iterator[Shown]:
    """What the sides of numbers come to, at the digits of a result."""
    for formula in formulas:
        if formula is None or shown(formula) is not None or not number.decimals:
            continue
        try:
            found, half = float(value(formula, float, FLOAT)), number.unit / 2
        except NO_NUMBER:
            continue
        if math.isfinite(found):
            yield replace(number, value=found, low=found - half, high=found + half)


def lines(one: Statement) -> Iterator[SaidLine]:
    told = parts(one.quantity or "")
    for side in one.sides[1:] if told is not None else ():
        formula = side.formula
        if formula is None or shown(formula) is not None:
            continue
        leaves = {*names_in(formula)}
        told_of = {name: parts(name) for name in leaves}
        if leaves and all(told_of.values()) and told is not None:
            keys = frozenset(each[0] for each in told_of.values() if each is not None)
            numbers = any(isinstance(part, Number) and "." in part.text for part in walk(formula))
            yield SaidLine(told[0], told[1], formula, keys, numbers)
