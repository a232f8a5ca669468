"""A document and what prints it go in; the `Pattern` of its page comes out, into which the numbers of any other student can be put.

The places of numbers are found by printing the document with marks for numbers, in both signs (brackets stand around negative ones only),
and with every = and ≈ turned over in a pattern of its own. Nothing is known of the format here: where the probes do not explain the page,
there is no pattern, and the document is printed in the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial

from derivegen.document.blocks import Document
from derivegen.document.followed import with_places
from derivegen.document.verify.text import figure_formulas, formulas
from derivegen.records import dataclass, replace
from derivegen.render.filled import (
    LONGEST_WORD,
    MARK,
    Around,
    Number,
    Pattern,
    Piece,
    Said,
    Sign,
    named_there,
    without_place,
)
from derivegen.render.relations import SIGNS, Sides, relations, with_relations

_MARKED = re.compile(rf"(<mn>)?{MARK}(\D{{0,5}}?)(\d{{4}})(</mn>)?")
"""A mark with the element of MathML around it, since the sign of a negative number stands before that."""
SHORTEST, WHOLE = "0.1", "1"
MOST_NUMBERS = 9999
_CLOSING = re.compile(r"^(?:</\w+>)*")
"""What ends the elements of the number before, where two numbers stand side by side."""
_TEXT = re.compile(r"Qzx(\d{4})xzQ")

Compose = Callable[[Callable[[int], str]], Document]
"""Composes a document, with the words that differ between students answered by their place."""
Chosen = Callable[[int], bool]
Print = Callable[[Document, Callable[[str], str]], str]
"""Prints a document, with the texts of its numbers answered by name."""


class Unexplained(Exception):
    """The probes do not explain how the page comes about."""


Split = tuple[str, str, str, str]
"""A mark on a page: what of it stands before it, its decimal sign, its place, and what stands behind it."""


def mark(place: int) -> str:
    """Words that are to differ between students, as they are put into a document for `pattern`."""
    return f"Qzx{place:04d}xzQ"


def pattern(composing: Compose, printing: Print, is_whole: Callable[[str], bool]) -> Pattern:
    """Where numbers, relations and words stand on the page, where these numbers are whole. Raises Unexplained."""
    probe = _Probe(composing, printing, is_whole)
    plain, below = _split(probe.marked()), _split(probe.marked(negative=lambda _: True))
    bits = max(1, len(probe.sides).bit_length())
    turned = [_split(probe.marked(approximate=partial(_has_bit, bit))) for bit in range(bits)]
    if any(each[1] != plain[1] for each in (below, *turned)):
        raise Unexplained("the numbers do not stand in one order")
    literals = [_signs(own, [each[0][place] for each in turned]) for place, own in enumerate(plain[0])]
    numbers = _numbers(probe.names, plain[1], _around(plain[0], below[0]))
    pieces: list[Piece] = []
    for place, literal in enumerate(literals):
        pieces += (*literal, *numbers[place : place + 1])
    made = Pattern(tuple(_with_words(pieces)), probe.sides, probe.placed[1], probe.whole)
    probe.confirm(made)
    return replace(made, cut=frozenset(_misfits(probe.names, partial(probe.fits, made))))


def _numbers(names: Sequence[str], found: Sequence[Split], around: Sequence[Around]) -> list[Number]:
    """The places of numbers; the decimal sign of a whole one is that of others in the same surroundings."""
    decimals = {(before, after): decimal for before, decimal, _, after in found if decimal}
    return [
        Number(
            names[int(number)],
            decimal or decimals.get((before, after), "."),
            (before, after),
            (more_before + before, after + more_after),
        )
        for (before, decimal, number, after), (more_before, more_after) in zip(found, around, strict=True)
    ]


@dataclass(frozen=True)
class _Probe:
    """Prints a document with all sorts of numbers, relations and words in it, to see what becomes of the page."""

    composing: Compose
    printing: Print
    is_whole: Callable[[str], bool]

    @cached_property
    def placed(self) -> tuple[Document, tuple[Sides, ...]]:
        """The document with marks for words, and its lines of numbers."""
        return with_places(self.composing(mark))

    @property
    def document(self) -> Document:
        """The document."""
        return self.placed[0]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The numbers in it. Raises Unexplained."""
        trees = (tree for _, tree in (*formulas(self.document), *figure_formulas(self.document)))
        names = tuple(dict.fromkeys(name for tree in trees for name in named_there(tree)))
        if len(names) > MOST_NUMBERS:
            raise Unexplained("too many numbers")
        return names

    @cached_property
    def whole(self) -> frozenset[str]:
        """Those of them that are printed as whole ones."""
        return frozenset(name for name in self.names if self.is_whole(without_place(name)))

    @cached_property
    def sides(self) -> tuple[Sides, ...]:
        """Both sides of its relations."""
        return tuple(relations(self.document))

    def marked(self, negative: Chosen = lambda _: False, approximate: Chosen = lambda _: False) -> str:
        """The page with marks for numbers, the chosen ones negative, and ≈ for the chosen relations."""
        return self._page(self.document, self._marks(negative), approximate)

    def _marks(self, negative: Chosen) -> dict[str, str]:
        return {
            name: f"{'-' if negative(place) else ''}{MARK}{'' if name in self.whole else '.'}{place:04d}"
            for place, name in enumerate(self.names)
        }

    def _page(self, document: Document, texts: Mapping[str, str], approximate: Chosen) -> str:
        return self.printing(with_relations(document, lambda place: SIGNS[approximate(place)]), texts.__getitem__)

    def confirm(self, made: Pattern) -> None:
        """Mixed signs, short numbers, short and long words come out as the pattern says. Raises Unexplained."""
        odd = [place * 2654435761 >> 7 & 1 == 1 for place in range(max(len(self.names), len(self.sides)))]
        equal, texts, words = [not each for each in odd], self._marks(odd.__getitem__), made.own_words(mark)
        if made.filled(texts, equal, words) != self._page(self.document, texts, odd.__getitem__):
            raise Unexplained("a probe of mixed signs comes out otherwise")
        if not self.fits(made, ()):
            raise Unexplained("lines are laid out by their length")
        for word in ("x", "x" * LONGEST_WORD):
            other, _ = with_places(self.composing(lambda _, word=word: word))  # type: ignore[misc]
            page = self._page(other, texts, odd.__getitem__)
            if made.filled(texts, equal, made.own_words(lambda _, word=word: word)) != page:  # type: ignore[misc]
                raise Unexplained("words change what stands around them")

    def fits(self, made: Pattern, turned: Collection[str]) -> bool:
        """Whether the page with short numbers is as the pattern says, some whole that are not otherwise, and the other way about."""
        texts = {name: WHOLE if (name in self.whole) != (name in turned) else SHORTEST for name in self.names}
        page = self._page(self.document, texts, lambda _: False)
        return made.filled(texts, [True] * len(self.sides), made.own_words(mark)) == page


def _misfits(names: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> Sequence[str]:
    """Those that do not fit, found by halving; all of them where each half fits and only both together do not."""
    if not names or fits(names):
        return ()
    half = len(names) // 2
    parts = (names[:half], names[half:]) if half else ()
    return tuple(name for part in parts for name in _misfits(part, fits)) or names


def _has_bit(bit: int, place: int) -> bool:
    """Whether the number of a relation, counted from 1, has this bit: the probes that turn it over tell which it is."""
    return bool((place + 1) >> bit & 1)


def _split(page: str) -> tuple[list[str], list[Split]]:
    """What stands between the numbers, and the numbers."""
    parts = [part or "" for part in _MARKED.split(page)]
    return parts[::5], list(zip(parts[1::5], parts[2::5], parts[3::5], parts[4::5], strict=True))


def _around(plain: Sequence[str], below: Sequence[str]) -> list[Around]:
    """What stands before and after each number if it is negative: the rest of each literal, beyond what stands there anyhow."""
    before, after = [""] * len(plain), [""] * len(plain)
    for place, (own, other) in enumerate(zip(plain, below, strict=True)):
        at = other.find(own) if own else len(other) - len(_CLOSING.sub("", other))
        if at < 0:
            raise Unexplained("signs change what stands between numbers")
        after[place] = other[:at]  # behind the number that ends where this literal begins
        before[place] = other[at + len(own) :]
    if after[0] or before[-1]:
        raise Unexplained("signs change what stands outside")
    return list(zip(before[:-1], after[1:], strict=True))


def _signs(own: str, turned: Sequence[str]) -> list[Piece]:
    """The literal with the relation in it, if one of the probes turned one over."""
    changed = [bit for bit, other in enumerate(turned) if other != own]
    if not changed:
        return [own]
    (other,) = {turned[bit] for bit in changed} if len({turned[bit] for bit in changed}) == 1 else (None,)
    if other is None:
        raise Unexplained("two relations stand between two numbers")
    start = next((n for n, (a, b) in enumerate(zip(own, other, strict=False)) if a != b), min(len(own), len(other)))
    most = min(len(own), len(other)) - start
    end = next((n for n in range(most) if own[-1 - n] != other[-1 - n]), most)
    place = sum(1 << bit for bit in changed) - 1
    return [
        own[:start],
        Sign(place, (own[start : len(own) - end], other[start : len(other) - end])),
        own[len(own) - end :],
    ]


def _with_words(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with the marked words taken out of the literals; literals beside one another are joined."""
    waiting = ""
    for piece in pieces:
        if not isinstance(piece, str):
            if waiting:
                yield waiting
            waiting = ""
            yield piece
            continue
        literal, *marked = _TEXT.split(piece)
        waiting += literal
        for number, following in zip(marked[::2], marked[1::2], strict=True):
            if waiting:
                yield waiting
            yield Said(int(number))
            waiting = following
    if waiting:
        yield waiting
