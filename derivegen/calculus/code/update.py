"""An update rule as code: its formulas go in; the function that moves a parameter, or the lines of a program, come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.print.python import python
from derivegen.formula.tree import Formula, Negative
from derivegen.network.rule import COUNT, GRADIENT, LASTS, PARAMETER, RATE, SHARED, SQUARES, STAGE, Rule
from derivegen.on_use import numpy

Handed = tuple[Any, ...]
"""What is handed from update to update, in the rule's order."""
Move = Callable[[Any, Any, Any, int, Handed, Any], tuple[Any, Handed]]
"""A parameter, its derivative, the rate, the number of the update, what is kept and the sum of the squares of all derivatives → what is
added, and what is kept then."""


@lru_cache(maxsize=64)
def _moved(
    lines: tuple[tuple[str, Formula], ...], change: Formula, kept: tuple[str, ...], stages: bool, arrays: bool
) -> Any:
    names = ", ".join(kept) + ("," if kept else "")
    code = [f"def move({PARAMETER.name}, {GRADIENT.name}, {RATE.name}, {COUNT.name}, kept, {SQUARES.name}):"]
    code += [f"    {names} = kept"] if kept else []
    code += [f"    {STAGE.name} = ({COUNT.name} - 1) // {LASTS}"] if stages else []
    code += [f"    {name} = {python(tree, _newest, arrays)}" for name, tree in lines]
    code += [f"    return {python(change, _newest, arrays)}, ({names})"]
    return compile("\n".join(code), "<update>", "exec")


def moved(rule: Rule, arrays: bool = False) -> Move:
    """What moves a number, or with `arrays` many at once."""
    space: dict[str, Any] = {name: float(setting) for name, setting in rule.settings.items()}
    if arrays:
        space["np"] = numpy
    else:
        space["np"] = _SINGLE
    exec(_moved(rule.lines, rule.change, rule.kept, rule.uses(STAGE), arrays), space)
    move: Move = space["move"]
    return move


_SINGLE = SimpleNamespace(
    **{each.code.removeprefix("np."): each.double for each in FUNCTIONS.values() if each.code is not None}
)
"""What numpy's functions are of a single number."""


def started(rule: Rule, rate: float) -> tuple[float, ...]:
    """What is kept before the first update."""
    numbers = {RATE.name: rate, **{name: float(setting) for name, setting in rule.settings.items()}}
    return tuple(float(value(rule.starts[name], numbers.__getitem__, FLOAT)) for name in rule.kept)


def _newest(name: str) -> str:
    """A name in a program, where what is worked out stands in the place of what it was."""
    return name.removesuffix("'")


def statements(rule: Rule, parameter: str, named: Callable[[str], str], free: str = "") -> Iterator[str]:
    """The lines of a program that move a parameter, everything called as `named` says; `free` is a mask of what is trained."""

    def called(name: str) -> str:
        return named(_newest(name))

    yield from _worked_out(rule, called, shared=False)
    sign, amount = ("-", rule.change.body) if isinstance(rule.change, Negative) else ("+", rule.change)
    code = python(amount, called, as_factor=bool(free))
    yield f"{parameter} {sign}= {code}" + (f" * {free}" if free else "")


def shared_statements(rule: Rule, named: Callable[[str], str]) -> Iterator[str]:
    """The lines of a program that work out what is the same for all parameters."""
    yield from _worked_out(rule, lambda name: named(_newest(name)), shared=True)


def _worked_out(rule: Rule, called: Callable[[str], str], shared: bool) -> Iterator[str]:
    for name, tree in rule.lines:
        if (name in SHARED) == shared:
            yield f"{called(name)} = {python(tree, called)}"
