"""Pages filled in: a document and what prints it go in once, a `Pattern` comes out; the numbers of any other student go into that, and the
page that printing that student's document would have given comes out.

The places of numbers are found by printing the document with marks for numbers, in both signs (brackets stand around negative ones only),
and with every = and ≈ turned over in a pattern of its own. Nothing is known of the format here: where the probes do not explain the page,
there is no pattern, and the document is printed in the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from derivegen.document.blocks import Block, Derivation, Document, Item, Items, Prose, Row
from derivegen.formula.tree import Formula, Relation, Value, map_formulas, walk

MARK = "8713"
"""A number begins with this that is none; the four digits behind its decimal sign count."""
_MARKED = re.compile(rf"{MARK}(\D{{1,5}}?)(\d{{4}})")
SHORTEST, WHOLE, LONGEST = "0.1", "1", len(f"-{MARK}.0000")
"""The page is tried with short numbers and with marks, which are long; beyond, lines might be broken elsewhere."""
_TEXT = re.compile(r"Qzx(\d{4})xzQ")
SIGNS: tuple[Relation, Relation] = ("=", "≈")

Print = Callable[[Document, Callable[[str], str]], str]
"""Prints a document, with the texts of its numbers answered by name."""


class Unexplained(Exception):
    """The probes do not explain how the page comes about."""


@dataclass(frozen=True, slots=True)
class Number:
    """Where a number stands: its name, the decimal sign as it is printed here, and what stands around a negative one."""

    name: str
    decimal: str
    before: str = ""
    after: str = ""

    def put(self, text: str) -> str:
        """The number as it stands here."""
        own = text if self.decimal == "." else text.replace(".", self.decimal)
        return f"{self.before}{own[1:]}{self.after}" if own.startswith("-") else own


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
Sides = tuple[Formula, Formula]


@dataclass(frozen=True)
class Pattern:
    """A page with places for numbers, relations and words. `relations` are the two sides of each relation that depends on numbers; `cut`
    are the numbers that would be written otherwise if they were whole: 0.5 · (1 − x), but 2 (1 − x)."""

    pieces: tuple[Piece, ...]
    relations: tuple[Sides, ...]
    cut: frozenset[str] = frozenset()

    def takes(self, texts: Mapping[str, str]) -> bool:
        """Whether numbers with these texts can be put in."""
        return all(
            len(text) <= LONGEST and "e" not in text and ("." in text or name not in self.cut)
            for name, text in texts.items()
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the numbers it shows."""
        return tuple(dict.fromkeys(piece.name for _, piece in self._open if isinstance(piece, Number)))

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


def mark(place: int) -> str:
    """Words that are to differ between students, as they are put into a document for `pattern`."""
    return f"Qzx{place:04d}xzQ"


def pattern(document: Document, printing: Print) -> Pattern:
    """Where numbers, relations and marked words stand on the page. Raises Unexplained."""
    names = tuple(
        dict.fromkeys(part.name for tree in _trees(document) for part in walk(tree) if isinstance(part, Value))
    )
    places = {name: place for place, name in enumerate(names)}
    sides = tuple(_relations(document))
    if len(names) > 9999:
        raise Unexplained("too many numbers")

    def probe(negative: Callable[[int], bool], approximate: Callable[[int], bool]) -> str:
        def text(name: str) -> str:
            return f"{'-' if negative(places[name]) else ''}{MARK}.{places[name]:04d}"

        return printing(_with_relations(document, lambda place: SIGNS[approximate(place)]), text)

    plain = _split(probe(lambda _: False, lambda _: False))
    below = _split(probe(lambda _: True, lambda _: False))
    bits = max(1, len(sides).bit_length())
    turned = [_split(probe(lambda _: False, partial(_has_bit, bit))) for bit in range(bits)]
    if any(each[1] != plain[1] for each in (below, *turned)):
        raise Unexplained("the numbers do not stand in one order")
    literals = [_signs(own, [each[0][place] for each in turned]) for place, own in enumerate(plain[0])]
    around = _around(plain[0], below[0])
    pieces: list[Piece] = []
    for place, literal in enumerate(literals):
        pieces += literal
        if place < len(plain[1]):
            decimal, number = plain[1][place]
            pieces.append(Number(names[int(number)], decimal, *around[place]))
    made = Pattern(tuple(_with_words(pieces)), sides)
    _confirm(made, names, probe)
    equal, words = _with_relations(document, lambda _: "="), _own_words(made)

    def fits(whole: Sequence[str]) -> bool:
        """Whether the page with short numbers, some of them whole, is as the pattern says."""
        texts = dict.fromkeys(names, SHORTEST) | dict.fromkeys(whole, WHOLE)
        return made.filled(texts, [True] * len(sides), words) == printing(equal, texts.__getitem__)

    if not fits(()):
        raise Unexplained("lines are laid out by their length")
    return replace(made, cut=frozenset(_misfits(names, fits)))


def _misfits(names: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> Iterator[str]:
    """Those that do not fit, found by halving."""
    if not names or fits(names):
        return
    if len(names) == 1:
        yield names[0]
        return
    half = len(names) // 2
    yield from _misfits(names[:half], fits)
    yield from _misfits(names[half:], fits)


def _confirm(made: Pattern, names: Sequence[str], probe: Callable[..., str]) -> None:
    """One more probe, with signs and relations mixed, comes out as the pattern says."""

    def odd(place: int) -> bool:
        return place * 2654435761 >> 7 & 1 == 1

    texts = {name: f"{'-' if odd(place) else ''}{MARK}.{place:04d}" for place, name in enumerate(names)}
    equal = [not odd(place + 5) for place in range(len(made.relations))]
    if made.filled(texts, equal, _own_words(made)) != probe(odd, lambda place: odd(place + 5)):
        raise Unexplained("a probe of mixed signs comes out otherwise")


def _own_words(made: Pattern) -> list[str]:
    return [
        mark(n) for n in range(1 + max((piece.place for piece in made.pieces if isinstance(piece, Said)), default=-1))
    ]


def _has_bit(bit: int, place: int) -> bool:
    """Whether the number of a relation, counted from 1, has this bit: the probes that turn it over tell which it is."""
    return bool((place + 1) >> bit & 1)


def _split(page: str) -> tuple[list[str], list[tuple[str, str]]]:
    """What stands between the numbers, and the numbers as (decimal sign, place)."""
    parts = _MARKED.split(page)
    return parts[::3], list(zip(parts[1::3], parts[2::3], strict=True))


def _around(plain: Sequence[str], below: Sequence[str]) -> list[tuple[str, str]]:
    """What stands before and after each number if it is negative: the rest of each literal, beyond what stands there anyhow."""
    before, after = [""] * len(plain), [""] * len(plain)
    for place, (own, other) in enumerate(zip(plain, below, strict=True)):
        at = other.find(own)
        if at < 0 or (not own and other):
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


# the relations of a document that depend on its numbers


def _numeric(tree: Formula) -> bool:
    return any(isinstance(part, Value) for part in walk(tree))


def _relations(document: Document) -> Iterator[Sides]:
    for block in document.blocks:
        if isinstance(block, Derivation):
            yield from _of_rows(block)
        elif isinstance(block, Items):
            for item in block.entries:
                yield from _of_prose(item.text)


def _of_rows(block: Derivation) -> Iterator[Sides]:
    before: Formula | None = None
    for row in block.rows:
        before = row.left if row.left is not None else before
        if before is not None and _numeric(row.right):
            yield before, row.right
        before = row.right


def _of_prose(text: Prose) -> Iterator[Sides]:
    for place in _places(text):
        before, behind = text[place - 1], text[place + 1]
        assert isinstance(before, Formula)
        assert isinstance(behind, Formula)
        yield before, behind


def _places(text: Prose) -> Iterator[int]:
    """Where in a sentence a relation stands between two formulas, of which the second has numbers."""
    for place in range(1, len(text) - 1):
        behind, before = text[place + 1], text[place - 1]
        between = text[place] in (f" {SIGNS[0]} ", f" {SIGNS[1]} ")
        if between and isinstance(before, Formula) and isinstance(behind, Formula) and _numeric(behind):
            yield place


def _with_relations(document: Document, choose: Callable[[int], Relation]) -> Document:
    """The document with these relations in place of its own."""
    counted = iter(range(10**9))

    def row(own: Row) -> Row:
        return replace(own, relation=choose(next(counted))) if _numeric(own.right) else own

    def prose(text: Prose) -> Prose:
        at = {place: f" {choose(next(counted))} " for place in _places(text)}
        return tuple(at.get(place, run) for place, run in enumerate(text))

    def changed(block: Block) -> Block:
        if isinstance(block, Derivation):
            return replace(block, rows=tuple(map(row, block.rows)))
        if isinstance(block, Items):
            entries: tuple[Item, ...] = tuple(replace(item, text=prose(item.text)) for item in block.entries)
            return Items(entries)
        return block

    return replace(document, blocks=tuple(map(changed, document.blocks)))


def _trees(document: Document) -> Iterator[Formula]:
    """Every formula of the document."""
    found: list[Formula] = []

    def keep(tree: Formula) -> Formula:
        found.append(tree)
        return tree

    map_formulas(document, keep)
    return iter(found)
