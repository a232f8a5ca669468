"""A graph and what somebody with mistakes has for some of its formulas go in; the graph as they have it comes out."""

from __future__ import annotations

from collections.abc import Callable

from derivegen.calculus.steps import Step
from derivegen.network.family import Family, Index
from derivegen.network.graph import Graph, Member
from derivegen.records import dataclass, field, replace


@dataclass(frozen=True)
class MistakenGraph(Graph):
    """A graph whose forward formulas are rewritten."""

    right: Graph = field(kw_only=True)
    rewritten: Callable[[str], Step | None] = field(kw_only=True)

    def member(self, family: Family, indices: tuple[Index, ...]) -> Member:
        """One member, with the formula somebody with the mistakes has for it."""
        member = self.right[family.member(indices)]
        step = self.rewritten(member.name) if member.formula is not None else None
        return member if step is None else replace(member, formula=step.reading)


def mistaken_graph(right: Graph, rewritten: Callable[[str], Step | None]) -> Graph:
    return MistakenGraph(right.network, right.families, right.root, right.givens, right=right, rewritten=rewritten)
