"""Running numbers: a graph goes in; the number of each weight, bias and unit comes out, each kind counted through, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from derivegen.network.family import Family, Index
from derivegen.network.graph import Graph
from derivegen.records import dataclass

_COUNTED = {"weight": "w", "bias": "b", "threshold": "b", "pre-activation": "z", "activation": "a"}


@dataclass(frozen=True)
class Running:
    """The running numbers of one graph; they are the same in every notation."""

    graph: Graph

    def number(self, family: Family, units: tuple[Index, ...]) -> int | str:
        """The running number of a quantity: weights, biases and hidden units each counted through, layer by layer; "" of any other."""
        before = self._before.get(family.name)
        if before is None or not all(isinstance(index, int) for index in units):
            return ""
        return before + (family.place(units) if units else 1)

    def counted(self) -> Iterator[tuple[tuple[str, int | str], tuple[Index, ...]]]:
        """Every family and running number with the unit indices it stands for."""
        for name in self._before:
            family = self.graph.families[name]
            width = sum(axis.counts == "unit" for axis in family.axes)
            for units in dict.fromkeys(indices[:width] for indices in family.members()):
                yield (name, self.number(family, units)), units

    @cached_property
    def _before(self) -> Mapping[str, int]:
        """How many are counted before each family."""
        counts: dict[str, int] = {}
        found: dict[str, int] = {}
        last = self.graph.depth
        for family in self.graph.families.values():
            if family.kind in _COUNTED and not (family.kind == "activation" and family.layer == last):
                key = _COUNTED[family.kind]
                found[family.name] = counts.get(key, 0)
                counts[key] = found[family.name] + family.per_example
        return found
