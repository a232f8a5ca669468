"""What is asked of a graph with index letters if nothing is named: the right derivation goes in; names of members come out, of each family
one that shows what is new about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import isfinite

from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.calculus.steps import Term
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import Irrational
from derivegen.mistakes.lettered import is_carried, window
from derivegen.mistakes.mistaken import Right
from derivegen.network.family import PARAMETERS, Family
from derivegen.network.graph import Graph

MOST_TRIED = 40
"""Members among which one is looked for."""


def asked_of_letters(right: Right) -> tuple[str, ...]:
    """One member of each parameter, all of whose uses contribute; before these one of what acts on later steps, lies in several windows or
    in a softmax. What the file names stands for its family."""
    graph, derivation = right.graph, right.derivation
    named = graph.network.options.wrt or ()
    found: list[str] = []
    for family in reversed(tuple(graph.families.values())):
        if not derivation.links[family.name]:
            continue
        own = [name for name in named if name.partition("[")[0] == family.name]
        if own:
            found += own
        elif family.is_parameter or _is_telling(right, family):
            found.append(_chosen(right, family))
    inner = [name for name in found if graph.kind_of(name) not in PARAMETERS]
    return (*inner, *(name for name in found if name not in inner))


def _is_telling(right: Right, family: Family) -> bool:
    """Whether its derivative shows something that layers have not: a way to a later step, a window that is turned round, a softmax."""
    if family.kind not in ("node", "input"):
        return False
    first = next(family.members(), None)
    links = right.derivation.links[family.name]
    return first is not None and (
        any(is_carried(Term((), link=link), right.graph) for link in links)
        or any(window(link) for link in links)
        or any(link.when == "cross" for link in links)
    )


def _chosen(right: Right, family: Family) -> str:
    """The member whose derivative has the most terms that are not 0, the last of these."""
    names = [family.member(indices) for indices in islice(family.members(), MOST_TRIED)]
    return max(reversed(names), key=lambda name: _contributing(right, name))


def _contributing(right: Right, name: str) -> tuple[int, int]:
    terms = right.derivation[right.derivation.name_of(name)].terms
    return sum(_acts(right, term) for term in terms), len(terms)


def _acts(right: Right, term: Term) -> bool:
    try:
        numbers = [float(right.numbers[factor.name]) for factor in term.factors if "/" in factor.name]
    except (Symbolic, Irrational, InputError, TypeError):
        return True
    return all(isfinite(number) and number for number in numbers)


def last_of_each(graph: Graph, names: Sequence[str], most: int) -> Iterator[str]:
    """The names in the order of the graph; of too many so many of the last of each family that there are no more than that."""
    names = sorted(names, key=graph.places.__getitem__)
    if len(names) <= most:
        yield from names
        return
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.partition("[")[0], []).append(name)
    each = max(1, most // len(groups))
    kept = {name for group in groups.values() for name in group[-each:]}
    yield from (name for name in names if name in kept)
