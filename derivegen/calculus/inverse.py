"""A link from the side of what is differentiated by: a link goes in; which of the child's members a member enters, and the chain rule under
the parent's own index letters, come out.

A member P[p] enters the members of C in whose formula it stands: there the places of the leaf are p. The letters of C that this leaves open
are those the chain rule sums over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivegen.calculus.links import Link
from derivegen.calculus.terms import minus, times
from derivegen.formula.tree import Formula, Indexed, Negative, transform
from derivegen.network.family import Axis, Family, over

FRESH = "imnpqsuv"
"""Letters for members of the child where its own are taken; i counts the units above."""


@dataclass(frozen=True, slots=True)
class Inverse:
    """A link solved for the child's members: `known` is what each letter of the child's formula is in the parent's letters, or the letter
    it is given where nothing determines it; `free` are the axes of those, under the child's letters; `unequal` are two letters of the
    parent's side that must differ, where a coupled link holds between different members only."""

    link: Link
    known: Mapping[str, str]
    free: tuple[Axis, ...]
    unequal: tuple[str, str] | None = None


def invert(link: Link, child: Family, parent: Family) -> Inverse:
    """The members of the child that a member of the parent enters."""
    known = dict(zip(link.leaf.letters, (axis.letter for axis in parent.axes), strict=True))
    free = tuple(axis for axis in child.axes if axis.letter not in known)
    for axis in free:
        taken = {*known.values(), *(parent_axis.letter for parent_axis in parent.axes)}
        known[axis.letter] = next(letter for letter in (axis.letter, *FRESH) if letter not in taken)
    pairs = zip(child.axes, parent.axes, strict=False)
    differing = ((known[own.letter], other.letter) for own, other in pairs if known[own.letter] != other.letter)
    return Inverse(link, known, free, next(differing, None) if link.when == "cross" else None)


def rule(inverse: Inverse, child: Family, upstream: str | None, local_first: bool = False) -> tuple[Formula, ...]:
    """What the root feels of the parent's member through the link, as terms under the parent's letters: the derivative by each of the
    child's members (an array of that name; none at the root itself) times the link, summed over the free letters. Of a link between
    different members all are summed, and the one that stands for itself is taken off again."""
    link, known = inverse.link, inverse.known
    assert link.factor is not None
    came = () if upstream is None else (Indexed(upstream, tuple(known[axis.letter] for axis in child.axes)),)
    local = renamed(link.factor, known)
    each = (
        times(local, *came, *link.shares, dotted=False)
        if local_first
        else times(*came, *link.shares, local, dotted=False)
    )
    summed = _over(each, inverse)
    if inverse.unequal is None:
        return (summed,)
    letter, other = inverse.unequal
    return summed, minus(renamed(each, {letter: other}))


def _over(body: Formula, inverse: Inverse) -> Formula:
    """The sum over the free letters, a minus in front of it."""
    if isinstance(body, Negative):
        return minus(_over(body.body, inverse))
    for axis in reversed(inverse.free):
        body = over(inverse.known[axis.letter], axis.size, body)
    return body


def renamed(tree: Formula, letters: Mapping[str, str]) -> Formula:
    """The formula under other index letters."""

    def change(part: Formula) -> Formula | None:
        if isinstance(part, Indexed):
            return Indexed(part.base, tuple(letters.get(letter, letter) for letter in part.letters))
        return None

    return transform(tree, change)
