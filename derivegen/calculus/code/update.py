"""An optimizer as code: its formula in the table goes in; the function that moves a parameter, or a line of a program, comes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from derivegen.formula.print.python import python
from derivegen.formula.tree import Negative, Quantity
from derivegen.network.tables.optimizers import GRADIENT, RATE, change


@lru_cache(maxsize=32)
def moved(optimizer: str) -> Callable[[Any, Any, Any], Any]:
    """From an old value, its derivative and the rate to the new value: of any numbers, and of arrays of them."""
    added = python(change(optimizer, GRADIENT), str)
    code: Callable[[Any, Any, Any], Any] = eval(f"lambda old, {GRADIENT.name}, {RATE.name}: old + {added}")
    return code


def statement(optimizer: str, parameter: str, derivative: str, rate: str, free: str = "") -> str:
    """The line of a program that moves a parameter, all given by their identifiers; `free` is one of a mask of what is trained."""
    names = {GRADIENT.name: derivative, RATE.name: rate}
    tree = change(optimizer, Quantity(GRADIENT.name))
    sign, amount = ("-", tree.body) if isinstance(tree, Negative) else ("+", tree)
    code = python(amount, names.__getitem__, as_factor=bool(free))
    return f"{parameter} {sign}= {code}" + (f" * {free}" if free else "")
