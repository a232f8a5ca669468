"""A link made ready for members: all that does not depend on which member is asked for; a member's indices go in, what the letters of the
child's side are come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from derivegen.calculus.inverse import Inverse
from derivegen.calculus.links import Link, Role
from derivegen.calculus.steps import Factor
from derivegen.formula.places import Range, runs
from derivegen.network.family import Equation, Families, Family, Index
from derivegen.network.instance import index_at


class Entering(NamedTuple):
    """A link with all that does not depend on which member is asked for: the index letters it binds, the parent's first, every choice of
    the others (None where they hang on the member), and those of them that stay letters; `own` are the child's index letters in its
    order."""

    link: Link
    child: Family
    inverse: Inverse
    under: Equation
    role: Role
    at_root: bool
    letters: tuple[str, ...]
    choices: tuple[tuple[Index, ...], ...] | None
    symbolic: tuple[Range, ...]
    shares: tuple[Factor, ...]

    def solutions(self, indices: tuple[Index, ...], families: Families) -> Iterator[Mapping[str, Index]]:
        """What the letters of the child's side are, for each of its members that the parent's member enters."""
        if self.choices is not None:
            for values in self.choices:
                yield dict(zip(self.letters, (*indices, *values), strict=True))
            return
        bound = self.under.at(indices)
        if bound is not None:
            yield from self.inverse.solutions(bound, families)


def leading(
    link: Link, entries: Sequence[Entering], families: Families, low: tuple[Index, ...], high: tuple[Index, ...]
) -> Iterator[Mapping[str, Index]]:
    """The values of a link's letters at which it leads from one member to another: under index letters those of the child, elsewhere those
    found of the parent."""
    if not entries:
        own = link.equation.at(high)
        for each in runs(link.freed, own) if own is not None else ():
            if tuple([index_at(place, each, families) for place in link.leaf.places]) == low:
                yield each
        return
    for entry in entries:
        for bound in entry.solutions(low, families):
            if high == tuple(bound[each] if isinstance(each, str) else each.shift for each in link.equation.places):
                yield bound
