"""What a question may be about: a network's right derivation goes in; the quantities, the lines of working and the answers that kinds
of questions are made of come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite

from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.calculus.steps import Term
from derivegen.errors import InputError
from derivegen.exercise.exercise import Answer, Form
from derivegen.exercise.working import Line, working
from derivegen.formula.arithmetic.value import Irrational
from derivegen.mistakes.lettered import is_carried, window
from derivegen.mistakes.mistaken import Right
from derivegen.network.family import PARAMETERS, Family
from derivegen.network.graph import Graph
from derivegen.network.names import is_delta, parse_derivative
from derivegen.network.wanted import wanted

MOST_ROWS = 14
"""Rows of a table that is asked for if nothing else is said."""
MOST_LINES = 16
"""Lines of a working that is shuffled, has blanks or a mistake in it; of a longer one the last."""
WEIGHTS: dict[Form, Fraction] = {"number": Fraction(1), "formula": Fraction(2), "letter": Fraction(1)}


class Asking:
    """What is asked for of one network."""

    def __init__(self, right: Right) -> None:
        self.right, self.graph, self.derivation = right, right.graph, right.derivation
        self.network = right.graph.network

    @property
    def wanted(self) -> tuple[str, ...]:
        """The parameters, or the names, that the network asks to be differentiated by."""
        if self.graph.layered:
            return wanted(self.graph)
        if self.graph.lettered:
            return asked_of_letters(self.right)
        sought = self.graph.sought
        return tuple(name for name in sought if self._acts(name)) or sought  # what is 0 is no question

    @property
    def table(self) -> Iterator[str]:
        """The values of a table that is asked for if nothing else is said: those of the forward pass; of a graph with index letters in the
        order of its equations, where there are too many the last of each family."""
        computed = [line.name for line in working(self.right, self.roots()) if line.stage == "forward"]
        yield from last_of_each(self.graph, computed, MOST_ROWS) if self.graph.lettered else computed[:MOST_ROWS]

    @property
    def numbered(self) -> bool:
        """Whether the network comes to numbers."""
        try:
            for name in self.roots():
                self.right.numbers[name]
        except (Symbolic, Irrational):
            return False
        except InputError:
            return True  # numbers that lead nowhere: whoever draws others, or refuses them, says so
        return True

    def _acts(self, name: str) -> bool:
        """Whether the root hangs on a quantity."""
        found = self.graph.locate(name)
        return found is not None and bool(self.derivation.links[found[0].name])

    @property
    def for_choice(self) -> str:
        """What a choice is about if nothing is named: the second weight, since the first is what other kinds work out."""
        weights = [name for name in self.wanted if self.graph.kind_of(name) == "weight"]
        return self.derivation.name_of(weights[1] if len(weights) > 1 else self.wanted[-1]) if self.wanted else ""

    def roots(self) -> Iterator[str]:
        """What the forward pass leads to."""
        rows = self.network.rows
        if rows == 1 or not isinstance(rows, int):
            yield self.graph.root
        else:
            yield "loss@1"

    def lines(self, of: Sequence[str]) -> tuple[Line, ...]:
        """The working that leads to quantities, no longer than a sheet has room for."""
        return working(self.right, of)[-MOST_LINES:]


def answers(number: int, names: Sequence[str], form: Form = "number") -> tuple[Answer, ...]:
    """The answers of a question, labelled by their places in it, with what they weigh; a derivative weighs twice as much as a value."""
    weights = (WEIGHTS[form] * (2 if form == "number" and _is_derivative(name) else 1) for name in names)
    labels = (f"{number}{letter(place)}" for place in range(len(names)))
    return tuple(Answer(label, name, form, weight) for label, name, weight in zip(labels, names, weights, strict=True))


def _is_derivative(name: str) -> bool:
    return is_delta(name) or parse_derivative(name) is not None


def letter(place: int) -> str:
    """a, b, …, z, aa, ab, … for places counted from 0."""
    return chr(ord("a") + place) if place < 26 else letter(place // 26 - 1) + letter(place % 26)


# of a graph with index letters: members of each family, those that show what is new about it

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
    names = [*family.names(MOST_TRIED)]
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
