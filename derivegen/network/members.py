"""Arrays by family go in; a mapping by canonical name comes out, w[1][2][3] ↦ the entry of w[1] in row 2 and column 3, with no name made
before somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy

from derivegen.network.family import Family
from derivegen.network.graph import Graph


@dataclass(frozen=True)
class Members(Mapping[str, float]):
    """The numbers of every member of some families; `arrays` have one axis for each index, a family without indices is a number."""

    graph: Graph
    arrays: Mapping[str, Any]

    def __getitem__(self, name: str) -> float:
        """The number. Raises KeyError if the name is none of a member."""
        found = self.graph.locate(name)
        if found is None or found[0].name not in self.arrays:
            raise KeyError(name)
        family, indices = found
        return float(self.arrays[family.name][tuple(int(index) - 1 for index in indices)]) + 0.0  # no −0.0

    def __iter__(self) -> Iterator[str]:
        for name in self.arrays:
            family = self.graph.families[name]
            yield from map(family.member, family.members())

    def __len__(self) -> int:
        return sum(self._count(self.graph.families[name]) for name in self.arrays)

    @staticmethod
    def _count(family: Family) -> int:
        rows = prod(axis.size for axis in family.axes if axis.counts == "example" and isinstance(axis.size, int))
        return family.per_example * rows


def largest(members: Members) -> float:
    """The size of the largest number."""
    return max(float(numpy.abs(array).max(initial=0.0)) for array in members.arrays.values())
