"""A page with places for numbers, relations and words goes in with those of one student; the page that printing that student's document
would have given comes out. `probe` finds such pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from derivegen.document.inscribe import with_digits
from derivegen.formula.tree import Formula, Value, walk
from derivegen.records import dataclass
from derivegen.render.relations import Sides

MARK = "8713"
"""A number begins with this that is none; the four digits behind its decimal sign count."""
LONGEST = len(f"-{MARK}.0000")
"""The page is tried with short numbers and with marks, which are long; beyond, lines might be broken elsewhere."""
LONGEST_WORD = 60

Around = tuple[str, str]
"""What stands before and after a number."""


@dataclass(frozen=True, slots=True)
class Number:
    """Where a number stands: its name, the decimal sign as it is printed here, what stands around it, and around a negative one."""

    name: str
    decimal: str
    around: Around
    negative: Around

    def put(self, text: str) -> str:
        """The number as it stands here."""
        own = text if self.decimal == "." else text.replace(".", self.decimal)
        before, after = self.negative if own.startswith("-") else self.around
        return f"{before}{own.removeprefix('-')}{after}"


@dataclass(frozen=True, slots=True)
class Sign:
    """Where = or ≈ stands: which of the page's relations it is, and how the two are printed."""

    place: int
    forms: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """Where words stand that differ between students: which."""

    place: int


Piece = str | Number | Sign | Said


@dataclass(frozen=True)
class Pattern:
    """A page with places for numbers, relations and words. `relations` are the two sides of each relation that depends on numbers, `lines`
    the lines of numbers with their results, in which a number is called by its name and the line's place (`named_there`); `whole` are the
    numbers that are whole here, `cut` those that are written otherwise if they are and are not: 0.5 · (1 − x), but 2 (1 − x)."""

    pieces: tuple[Piece, ...]
    relations: tuple[Sides, ...]
    lines: tuple[Sides, ...] = ()
    whole: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()

    def takes(self, texts: Mapping[str, str], words: Sequence[str]) -> bool:
        """Whether numbers with these texts and these words can be put in."""
        fitting = all(
            len(text) <= LONGEST and "e" not in text and (name not in self.cut or whole(text) == (name in self.whole))
            for name, text in texts.items()
        )
        return fitting and max(map(len, words), default=0) <= LONGEST_WORD

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the numbers it shows."""
        return tuple(dict.fromkeys(piece.name for _, piece in self._open if isinstance(piece, Number)))

    def own_words(self, word: Callable[[int], str]) -> list[str]:
        """The words to be put in, as `word` answers them."""
        return [
            word(n)
            for n in range(1 + max((piece.place for _, piece in self._open if isinstance(piece, Said)), default=-1))
        ]

    @cached_property
    def _open(self) -> tuple[tuple[int, Number | Sign | Said], ...]:
        """What is to be put in, with its place among the pieces."""
        return tuple((place, piece) for place, piece in enumerate(self.pieces) if not isinstance(piece, str))

    def filled(self, texts: Mapping[str, str], equal: Sequence[bool], words: Sequence[str]) -> str:
        """The page with the printed numbers by name, whether each relation is an equality, and the words as this format escapes them."""
        made: list[Any] = list(self.pieces)
        for place, piece in self._open:
            if isinstance(piece, Number):
                made[place] = piece.put(texts[piece.name])
            elif isinstance(piece, Sign):
                made[place] = piece.forms[0 if equal[piece.place] else 1]
            else:
                made[place] = words[piece.place]
        return "".join(made)


def named_there(tree: Formula) -> Iterator[str]:
    """What the numbers of a formula are called on a page."""
    return (with_digits(part.name, part.more) for part in walk(tree) if isinstance(part, Value))


def without_place(name: str) -> str:
    """The name of a number itself."""
    return name.partition("~")[0]


def whole(text: str) -> bool:
    """Whether a number is printed as a whole one."""
    return "." not in text
