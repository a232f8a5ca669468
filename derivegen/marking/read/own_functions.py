"""A call of a function that a text has defined for itself, s(u) = 1/(1 + e^(-u)), in; what it stands for, its argument put in, out.

Where the text has not said what its slope is, s' is differentiated.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from derivegen.calculus.rules import differentiate
from derivegen.formula.tree import Bracket, Formula, Quantity, transform, walk
from derivegen.marking.read.symbols import IDENTIFIER, SymbolReader
from derivegen.marking.read.unreadable import Unreadable
from derivegen.records import dataclass

BOUND = Quantity("?")
"""The letter of a definition."""
MOST_PARTS = 600


@dataclass(frozen=True, slots=True)
class OwnFunction:
    """A function that a text defines: what it is of BOUND."""

    body: Formula

    @property
    def slope(self) -> OwnFunction | None:
        """Its derivative; None where it has none."""
        try:
            return OwnFunction(differentiate(self.body, BOUND).result)
        except TypeError:
            return None

    def at(self, argument: Formula) -> Formula | None:
        """What it is of an argument; None where that would be too long to be anybody's line."""
        times = sum(part == BOUND for part in walk(self.body))
        if size_of(self.body) + times * size_of(argument) > MOST_PARTS:
            return None
        return Bracket(transform(self.body, lambda part: Bracket(argument) if part == BOUND else None))


class OwnReader(SymbolReader):
    """Reads what such functions are called with. `own` are those that the text has defined, by name with primes, `values` what it has named
    for itself, e = y − t (None: what cannot be read); `letter` is the one of a definition that is being read."""

    own: Mapping[str, OwnFunction] = MappingProxyType({})
    values: Mapping[str, Formula | None] = MappingProxyType({})
    letter = ""

    def own_function(self) -> Formula | None:
        """A function that the text has defined, with its argument put in; the letter of a definition; what has a name of the text's own."""
        token, primes = self.next, 0
        if token.text == self.letter:
            self.skip()
            return BOUND
        if self.values and (found := self._own_value()) is not None:
            return found
        while self.own and self.peek(1 + primes) == "'":
            primes += 1
        own = self.own.get(token.text + "'" * primes) or self._slope(token.text, primes)
        if own is None or self.peek(1 + primes) != "(":
            return None
        self.at += 2 + primes
        argument = self.sum()
        self.expect(")")
        found = own.at(argument)
        if found is None:
            raise self.fail("too-deep", token)
        return found

    def _own_value(self) -> Formula | None:
        """What the text has named for itself; e before a sum that is raised stays Euler's number."""
        name = own_name(self.source, self.next.at)
        if name not in self.values or (name == "e" and self.peek() == "^" and not self.peek(2).isdigit()):
            return None
        end = self.next.at + len(name)
        while self.next.kind != "end" and self.next.at < end:
            self.at += 1
        if (value := self.values[name]) is None:
            raise Unreadable("unknown-name", self.tokens[self.at - 1].at, name=name)
        return Bracket(value)

    def _slope(self, name: str, primes: int) -> OwnFunction | None:
        """The slope of a function whose formula alone is known."""
        own = self.own.get(name) if primes == 1 else None
        return None if own is None else own.slope


def own_name(text: str, at: int) -> str:
    """The word that begins at a place of a text."""
    match = IDENTIFIER.match(text, at)
    return "" if match is None else match[0]


def size_of(tree: Formula) -> int:
    """How many parts a formula has."""
    return sum(1 for _ in walk(tree))
