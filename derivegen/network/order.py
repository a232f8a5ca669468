"""In what order a network is computed: its families go in; blocks of them come out, each after what it is computed from, and for those that
are computed from one another the letters along which that goes step by step.

Families that use one another are found by Tarjan (1972). Among them a letter is looked for along which nothing uses what comes later; what
uses the same step must not go in a circle, or goes on along a further letter (Karp, Miller and Winograd 1967).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from derivegen.formula.places import Affine, affine
from derivegen.formula.tree import Indexed, names_in, walk
from derivegen.network.family import Equation, Families, Family, Index
from derivegen.network.instance import instance
from derivegen.network.names import parse
from derivegen.network.walks import find_cycle

Uses = Sequence[tuple[str, Equation, Indexed]]
"""What is computed from what: a family, its equation, and a leaf that stands there."""


class Circular(Exception):
    """Members that hang on themselves; the first and the last of `names` is the same."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" → ".join(names))
        self.names = names


class Block(NamedTuple):
    """Families that are computed together, in their order within a step; `loops` are the letters that count the steps and whether up (1)
    or down (−1), the outermost first. One family by itself has none."""

    names: tuple[str, ...]
    loops: tuple[tuple[str, int], ...] = ()

    def members(self, families: Families, backwards: bool = False) -> Iterator[tuple[Family, tuple[Index, ...]]]:
        """The members in their order, or from the last step to the first."""
        many = [families[name] for name in self.names]
        if not self.loops:
            yield from ((family, indices) for family in many for indices in family.members())
            return
        placed = sorted(
            (
                (self._step(family, indices), place, indices)
                for place, family in enumerate(many)
                for indices in family.members()
            ),
            key=lambda each: each[:2],
        )
        by_step = [(at, list(each)) for at, each in groupby(placed, key=lambda each: each[:2])]
        for (_, place), each in reversed(by_step) if backwards else by_step:
            yield from ((many[place], indices) for _, _, indices in each)

    def _step(self, family: Family, indices: tuple[Index, ...]) -> tuple[int, ...]:
        letters = [axis.letter for axis in family.axes]
        return tuple(int(indices[letters.index(letter)]) * way for letter, way in self.loops)


def schedule(families: Families) -> tuple[Block, ...]:
    """The blocks in order. Raises Circular where something hangs on itself."""
    if not any(family.equations for family in families.values()):
        return tuple(Block((name,)) for name in families)
    uses = [
        (name, equation, leaf)
        for name, family in families.items()
        for equation in family.parts
        if equation.formula is not None
        for leaf in dict.fromkeys(part for part in walk(equation.formula) if isinstance(part, Indexed))
    ]
    needs = {name: list(dict.fromkeys(leaf.base for own, _, leaf in uses if own == name)) for name in families}
    found = []
    for names in components(needs):
        if len(names) == 1 and names[0] not in needs[names[0]]:
            found.append(Block(names))
        else:
            inner = [use for use in uses if use[0] in names and use[2].base in names]
            block = _along(names, inner, families, ())
            if block is None:
                raise Circular(_circle(names, families))
            found.append(block)
    return tuple(found)


def _along(names: tuple[str, ...], uses: Uses, families: Families, done: tuple[tuple[str, int], ...]) -> Block | None:
    """The block of families that use one another, stepping along further letters than those that are `done`."""
    for letter in (axis.letter for axis in families[names[0]].axes):
        if any(letter == own for own, _ in done) or not all(_has(families[name], letter) for name in names):
            continue
        offsets = [_offset(use, letter, families) for use in uses]
        for way in (1, -1):
            if any(offset is None or offset * way > 0 for offset in offsets):
                continue
            same = [use for use, offset in zip(uses, offsets, strict=True) if not offset]
            needs = {name: [leaf.base for own, _, leaf in same if own == name] for name in names}
            order = components(needs)
            loops = (*done, (letter, way))
            if all(len(each) == 1 and each[0] not in needs[each[0]] for each in order):
                return Block(tuple(each[0] for each in order), loops)
            block = _along(names, same, families, loops)
            if block is not None:
                return block
    return None


def _has(family: Family, letter: str) -> bool:
    return any(axis.letter == letter for axis in family.axes)


def _offset(use: tuple[str, Equation, Indexed], letter: str, families: Families) -> int | None:
    """How many steps later along the letter the used member is; None where that is no fixed number."""
    name, equation, leaf = use
    own = equation.places[_place(families[name], letter)]
    read = leaf.places[_place(families[leaf.base], letter)]
    if isinstance(read, Indexed):
        return None
    gap = affine(read) - affine(own)
    if gap.terms:
        return _far(gap, equation)
    return gap.shift


def _far(gap: Affine, equation: Equation) -> int | None:
    """A number of steps that is always of one sign, as from every t to the fixed t = 1."""
    if any(each not in equation.box for each in gap.letters):
        return None
    low, high = gap.bounds(equation.box)
    return high if high <= 0 else low if low >= 0 else None


def _place(family: Family, letter: str) -> int:
    return [axis.letter for axis in family.axes].index(letter)


def components(needs: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The strongly connected parts of a graph, each after those it needs; without recursion, since graphs may be long."""
    place = {name: number for number, name in enumerate(needs)}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: dict[str, None] = {}
    found: list[tuple[str, ...]] = []
    for start in needs:
        walking = [(start, iter(needs[start]))] if start not in index else []
        if walking:
            index[start] = low[start] = len(index)
            stack[start] = None
        while walking:
            one, rest = walking[-1]
            other = next(rest, None)
            if other is None:
                walking.pop()
                if walking:
                    low[walking[-1][0]] = min(low[walking[-1][0]], low[one])
                if low[one] == index[one]:
                    part = []
                    while one in stack:
                        part.append(stack.popitem()[0])
                    found.append(tuple(sorted(part, key=place.__getitem__)))
            elif other not in needs:
                continue
            elif other not in index:
                index[other] = low[other] = len(index)
                stack[other] = None
                walking.append((other, iter(needs[other])))
            elif other in stack:
                low[one] = min(low[one], index[other])
    return found


def _circle(names: tuple[str, ...], families: Families) -> tuple[str, ...]:
    """Members that hang on one another in a circle, by name."""

    def needed(member: str) -> Iterator[str]:
        family, indices = next(found for name in names if (found := _member(member, families[name])) is not None)
        own, binding = family.defined(indices)
        formula = None if own is None else instance(own, binding, families)
        every = names_in(formula) if formula is not None else ()
        return (each for each in every if any(_member(each, families[name]) is not None for name in names))

    return find_cycle((each for name in names for each in families[name].names()), needed) or (*names, names[0])


def _member(name: str, family: Family) -> tuple[Family, tuple[Index, ...]] | None:
    """The member of a family that has this name."""
    own, found = parse(family.name), parse(name)
    if own is None or found is None or own.base != found.base or own.indices != found.indices[: len(own.indices)]:
        return None
    row = () if found.row is None else (int(found.row),)
    indices = (*found.indices[len(own.indices) :], *row)
    return (family, indices) if len(indices) == len(family.axes) else None
