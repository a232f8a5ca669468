"""Derivatives over several links: the numbers of a network and two of its quantities go in; what the one feels of the other over every way
between them comes out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivegen.calculus.numbers.fold import Numbers


def over_links(numbers: Numbers, of: str, by: str) -> Any:
    """A derivative over several links, added up over every way from the one to the other: of each quantity between them by everything it is
    computed from directly, times what that feels of `by`. What does not hang on `by` is not looked at."""
    graph, arithmetic = numbers.graph, numbers.arithmetic
    felt: dict[str, Any] = {by: arithmetic.number(Fraction(1))}
    coming: dict[str, list[str]] = {}
    for name in (by, *graph.above(by)):
        if name != by:
            felt[name] = numbers._kept(_felt(numbers, name, coming.get(name, []), felt))
        if name == of:
            return felt[of]
        for user in graph.users(name):
            coming.setdefault(user, []).append(name)
    return arithmetic.number(Fraction(0))


def _felt(numbers: Numbers, name: str, parents: list[str], felt: Mapping[str, Any]) -> Any:
    """What a quantity feels through those it is computed from."""
    found = numbers.arithmetic.number(Fraction(0))
    for parent in parents:
        local = numbers.derivation.local(name, parent)
        if local is not None:
            found = found + numbers._value(local.reading) * felt[parent]
    return found
