"""What a mistake is: an identifier, a rewrite of steps, what it touches, an example; and the catalogue of all, read when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from derivegen.calculus.links import Role
from derivegen.calculus.steps import Step
from derivegen.network.graph import Graph
from derivegen.on_use import Files

Stage = Literal["forward", "backward", "update"]
"""Which steps a mistake is made in: values of units and the loss; derivatives; what an update adds and leaves."""

Where = Literal["plain", "letters", "both"]
"""In which graphs a mistake can be made: of layers and of single numbers; with index letters; in all."""

Rewrite = Callable[[Step, Graph], Step | None]
"""The step as somebody with this mistake writes it, or None where the mistake cannot be made. The graph says what quantities there are."""


class Example(NamedTuple):
    """A tiny network file, one quantity of it, its right value and what the mistake gives instead, both to six digits."""

    network: Mapping[str, Any]
    quantity: str
    right: float
    wrong: float


class Mistake(NamedTuple):
    """One misconception. `touches` are the roles of the factors it rewrites: two mistakes that rewrite the same factor are no pair.
    One that `strays` reads, besides forward values, quantities the right step has nothing to do with (a new weight, another unit's δ).
    A mistake without a rewrite is a name only: it is recognised from digits, not from steps. `where` says in which graphs it is made."""

    identifier: str
    stage: Stage
    touches: frozenset[Role]
    rewrite: Rewrite | None
    example: Example | None
    strays: bool = False
    where: Where = "plain"

    def made_in(self, graph: Graph) -> bool:
        """Whether there are such steps in a graph of this kind."""
        return self.where in ("both", "letters" if graph.lettered else "plain")


def mistake(
    stage: Stage, *touches: Role, example: Example, strays: bool = False, where: Where = "plain"
) -> Callable[[Rewrite], Mistake]:
    """Makes a rewrite the mistake that its file is named after."""

    def made(rewrite: Rewrite) -> Mistake:
        identifier = rewrite.__module__.rpartition(".")[2].replace("_", "-")
        return Mistake(identifier, stage, frozenset(touches), rewrite, example, strays, where)

    return made


CATALOGUE: Files[Mistake] = Files("derivegen.mistakes.catalogue", "rewrite")
"""Every mistake by its identifier."""
