"""A chain of equalities about one number, and what was found of its signs: what is to be said of the number as a whole is asked of it."""

from __future__ import annotations

from derivegen.formula.tree import Formula
from derivegen.marking.findings import Place
from derivegen.marking.judge.line import Blame
from derivegen.marking.judge.links import Link
from derivegen.marking.judge.shown import Shown
from derivegen.marking.judge.side import is_symbolic
from derivegen.marking.read.statement import Side
from derivegen.records import dataclass

LAST_DIGITS = 2
"""Units of its last digit from which on a result is no matter of rounding."""


@dataclass(frozen=True, slots=True)
class Row:
    """One chain about one number: the quantity as it is named (None if none is), its sides, and where it stands."""

    quantity: str | None
    sides: tuple[Side, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class JudgedChain:
    """A chain whose signs have been judged: under which name the quantity is kept, its formulas, its links (None between a quantity and
    its bare number), the name it was handed in under, and whether it counts as an answer."""

    quantity: str
    own: str
    row: Row
    formulas: tuple[Formula | None, ...]
    links: tuple[Link | None, ...]
    name: str
    counts: bool
    start: int
    """How many findings there were before it."""

    @property
    def hold(self) -> bool:
        """Whether signs with something worked out between them all hold."""
        judged = [link for link in self.links if link is not None]
        return bool(judged) and all(link.holds for link in judged)

    @property
    def blame(self) -> Blame | None:
        """What is wrong with the first side of numbers that is not what it should be."""
        return next(
            (link.blame for link in self.links if link is not None and link.holds is False and link.blame), None
        )

    @property
    def read(self) -> bool:
        """Whether a side of numbers was read number by number, and is what it should be."""
        return any(link is not None and link.reading is not None for link in self.links)

    @property
    def doubtful(self) -> bool:
        """Whether nothing is against it but that of some side it cannot be told what its numbers are."""
        judged = [link for link in self.links if link is not None]
        open_ = [link for link in judged if link.holds is None and link.blame is not None]
        return bool(open_) and all(link.holds or link in open_ for link in judged)

    @property
    def method(self) -> bool:
        """Whether the way is shown and right: of the signs only the last fails, and its right side is a number."""
        *before, last = self.links
        shows = [link for link in before if link is not None]
        return bool(shows) and all(link.holds for link in shows) and last is not None

    def misreckons(self, number: Shown) -> bool:
        """Whether the way is shown in numbers and right, and the last result is none of that calculation, by more than a last digit."""
        last, left = self.links[-1], self.formulas[-2]
        if not self.method or last is None or last.holds is not False or last.expected is None or left is None:
            return False
        return not is_symbolic(left) and abs(abs(number.value) - abs(last.expected)) > LAST_DIGITS * number.unit
