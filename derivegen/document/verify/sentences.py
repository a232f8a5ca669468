"""The reason of a rule goes in; what it says of where a quantity stands, sentence by sentence, comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.document.blocks import Prose
from derivegen.errors import CheckFailed
from derivegen.formula.ranges import affine_in
from derivegen.formula.tree import Compare, Formula, Indexed, Place, Quantity, walk
from derivegen.network.graph import Graph
from derivegen.records import dataclass


@dataclass(frozen=True)
class StandsIn:
    """One sentence: `by` stands in `of`, where the `holding` equations and bounds hold; what is `summed` over."""

    by: Formula
    of: tuple[Formula, ...]
    holding: tuple[Compare, ...]
    summed: tuple[str, ...]

    @property
    def bounds(self) -> Iterator[Compare]:
        """The conditions on the letters of what stands there."""
        return (each for each in self.holding if each.relation != "=")


def sentences(by: Formula, reason: Prose, graph: Graph) -> Iterator[StandsIn]:
    """The sentences of a reason: each names first what it is about."""
    parts: list[Formula] = []
    for each in (run for run in reason if isinstance(run, Formula)):
        if is_equation(each, graph):
            assert isinstance(each, Compare)
            if by not in walk(each.right):
                raise CheckFailed(f"{by} is said to stand in {each}, which is not about it")
            yield StandsIn(by, (each.left,), (), ())
        elif each == by:
            yield from _claim(parts, graph)
            parts = [each]
        elif parts:
            parts.append(each)
        elif isinstance(each, Indexed):
            raise CheckFailed(f"the rule of {by} says where {each} stands")
    yield from _claim(parts, graph)


def is_equation(tree: Formula, graph: Graph) -> bool:
    """Whether it is one of quantities, and none of places."""
    if not isinstance(tree, Compare) or not _is_member(tree.left, graph) or _looked_up(tree.left, graph):
        return False
    try:
        affine_in(tree.right)
    except TypeError:
        return True
    return isinstance(tree.left, Indexed)


def _is_member(tree: Formula, graph: Graph) -> bool:
    found = graph.families.get(base_of(tree))
    return found is not None and len(found.axes) == len(at_of(tree))


def _looked_up(tree: Formula, graph: Graph) -> bool:
    return graph.families[base_of(tree)].looked_up is not None


def _claim(parts: Sequence[Formula], graph: Graph) -> Iterator[StandsIn]:
    if len(parts) == 1:
        raise CheckFailed(f"it is not said what {parts[0]} stands in")
    if parts:
        letters = {letter for each in parts if isinstance(each, Indexed) for letter in each.letters}
        holding = tuple(each for each in parts if isinstance(each, Compare))
        of = tuple(each for each in parts[1:] if _is_member(each, graph) and base_of(each) not in letters)
        rest = (each.name for each in parts[1:] if isinstance(each, Quantity) and each not in of)
        yield StandsIn(parts[0], of, holding, tuple(rest))


def base_of(tree: Formula) -> str:
    return tree.base if isinstance(tree, Indexed) else tree.name if isinstance(tree, Quantity) else ""


def at_of(tree: Formula) -> tuple[Place, ...]:
    return tree.places if isinstance(tree, Indexed) else ()


def letters_in(tree: Formula) -> tuple[str, ...]:
    """The letters of places, or of a side of an equation between places."""
    return tree.letters if isinstance(tree, Indexed) else (tree.name,) if isinstance(tree, Quantity) else ()
