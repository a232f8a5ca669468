"""Numbers in lists within one another: what a file states under a name with index letters goes in, its numbers by member come out; and
back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any, Final

from derivegen.formula.read.indexed import Left, read_left
from derivegen.network.family import Equation
from derivegen.network.file.messages import Fault, shown
from derivegen.network.network import Figure, FormulaGraph, Part

MOST_MEMBERS: Final = 200_000
"""Quantities: each has a name."""
Numbers = dict[str, Figure | None]


def members(left: Left, called: str, example: str | None = None) -> list[str]:
    """The names of what a left side speaks of, under the name that the network has; the number of an example stands behind an @."""
    pattern = called + "".join("@%s" if letter and letter == example else "[%s]" for letter in left.letters)
    return [pattern % indices for indices in Equation(left.places, left.domain).members()]


def numbers(left: Left, text: str, value: Any, part: Part, path: str, fix: str) -> Numbers:
    """The numbers by member, the last index running fastest; None where they are symbols. Raises Fault."""
    if any(end.terms for each in left.domain for end in (each.low, each.high)):
        raise Fault(path, shown(text), "whole ranges of what is given", "take the comparison out")
    named = [letter for letter in left.letters if letter]
    sizes = tuple(part.axes[letter].size for letter in named)
    if prod(sizes) > MOST_MEMBERS:
        raise Fault(path, f"{prod(sizes)} numbers", f"at most {MOST_MEMBERS}", "choose smaller axes")
    names = members(left, part.called.get(left.name, left.name), part.example)
    if value is None:
        return dict.fromkeys(names)
    shape = shape_of(value, path)
    if shape != sizes:
        letters = ", ".join(f"{letter} = {size}" for letter, size in zip(named, sizes, strict=True))
        raise Fault(path, by(shape), f"{by(sizes)} ({letters})" if sizes else "one number", fix)
    return dict(zip(names, flat(value), strict=True))


def by(shape: Sequence[int]) -> str:
    """2 × 3 numbers."""
    if shape == (1,):
        return "a list of 1 number"
    return " × ".join(map(str, shape)) + " numbers" if shape else "one number"


def shape_of(value: Any, path: str) -> tuple[int, ...]:
    """How many there are at each depth. Raises Fault where lists differ in length."""
    if not isinstance(value, tuple):
        return ()
    inner = [shape_of(each, f"{path}[{n}]") if isinstance(each, tuple) else () for n, each in enumerate(value, 1)]
    for place, shape in enumerate(inner, 1):
        if shape != inner[0]:
            expected = f"{by(inner[0])}, as in {path}[1]: lists of one length"
            raise Fault(f"{path}[{place}]", by(shape), expected, "give every row the same length")
    return (len(value), *inner[0]) if inner else (0,)


def flat(value: Any) -> Iterator[Figure | None]:
    """The numbers one after another."""
    if not isinstance(value, tuple):
        yield value
        return
    for each in value:
        yield from flat(each)


def nested(values: Iterator[Any], sizes: Sequence[int]) -> Any:
    """As many lists within one another as there are sizes, filled one number after another."""
    return next(values) if not sizes else [nested(values, sizes[1:]) for _ in range(sizes[0])]


def filled(values: Iterator[Any], sizes: Sequence[int]) -> Any:
    """The same as tuples."""
    return next(values) if not sizes else tuple(filled(values, sizes[1:]) for _ in range(sizes[0]))


def stated(graph: FormulaGraph, part: Part, text: str) -> Any:
    """What a file states under a name: lists within one another, or "symbolic"."""
    left = read_left(text, part.ends)
    known: Mapping[str, Figure | None] = {**graph.inputs, **graph.constants, **graph.parameters}
    found = [known[name] for name in members(left, part.called.get(left.name, left.name), part.example)]
    sizes = [part.axes[letter].size for letter in left.letters if letter]
    return "symbolic" if None in found else nested(iter(found), sizes)
