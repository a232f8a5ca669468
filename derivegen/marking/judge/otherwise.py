"""Right by another convention: a derivation and a name go in; what it is with other slopes at the kinks, and whose, comes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property

from derivegen.calculus.chain import Derivation
from derivegen.calculus.conventions import Convention, of_libraries, other_conventions
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.network.tables.conventions import Library
from derivegen.records import dataclass

MOST_CITED = 3
"""Libraries that are named as those that come to a number."""


@dataclass(frozen=True, slots=True)
class Way:
    """A number somebody comes to with another convention: the key of the sentence that says so, the number, the libraries."""

    why: str
    number: float
    said: str = ""


@dataclass(frozen=True)
class Otherwise:
    """The numbers of a derivation with other conventions, found once; none where nothing stands on a kink."""

    derivation: Derivation

    def of(self, name: str) -> Iterator[Way]:
        """What a quantity is: as libraries have it, those that agree together, then with the other side and half way between."""
        whose: dict[float, list[str]] = {}
        for libraries, numbers in self._of_libraries:
            with suppress(*NO_NUMBER):
                whose.setdefault(float(numbers[name]), []).extend(library.title for library in libraries)
        yield from (Way("convention", number, said=", ".join(titles[:MOST_CITED])) for number, titles in whose.items())
        for convention, numbers in self._of_sides:
            with suppress(*NO_NUMBER):
                yield Way(convention, float(numbers[name]))

    @cached_property
    def _of_libraries(self) -> tuple[tuple[tuple[Library, ...], Numbers], ...]:
        try:
            return of_libraries(self.derivation)
        except NO_NUMBER:
            return ()

    @cached_property
    def _of_sides(self) -> tuple[tuple[Convention, Numbers], ...]:
        try:
            return tuple(other_conventions(self.derivation).items())
        except NO_NUMBER:
            return ()
