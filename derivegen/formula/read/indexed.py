"""Formulas with index letters as people type them, and the left sides of their equations: text in, display tree out.

left   = name ["[" lplace {"," lplace} "]"]       lplace = letter {bound} | whole
bound  = ("<" | "<=" | ">" | ">=") affine          place  = affine | name "[" place {"," place} "]"
affine = ["-"] iterm {("+" | "-") iterm}           iterm  = whole ["*" letter] | letter
fold   = ("sum" | "mean" | "max" | "min" | "softmax") "(" letter {bound} {"," letter {bound}} "," formula ")"

What a sum runs over keeps its letter; where two sums of one formula run over one letter in different ranges, the second has another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from string import ascii_letters
from typing import Final, NamedTuple

from derivegen.formula.letters import chosen_over, sum_over
from derivegen.formula.places import Affine, Range, letter, plain, whole
from derivegen.formula.read.grammar import FormulaReader
from derivegen.formula.read.tokens import Limits, Token
from derivegen.formula.tree import ONE, Extreme, Formula, Indexed, Number, Place, Product, Ratio
from derivegen.records import dataclass

FOLDS: Final = ("sum", "mean", "max", "min", "softmax")
LIMITS: Final = Limits(2000, 800, 40)
COMPARED: Final = ("<=", ">=", "<", ">")

Ends = Mapping[str, tuple[int, int]]
"""The first and the last value of each letter."""


@dataclass(frozen=True, slots=True)
class Left:
    """The left side of an equation: a name, its places, the ranges of the letters there, and the letters as they stand there ("" for a
    whole number). A letter that has one value alone is that number."""

    name: str
    places: tuple[str | Affine, ...]
    domain: tuple[Range, ...]
    letters: tuple[str, ...]


class Softmax(NamedTuple):
    """The right side of an equation that is a softmax: e to the leaf over the sum of e to the `other` over `range`; `letter` is the
    left side's own."""

    own: Indexed
    other: Indexed
    range: Range


def read_left(text: str, ends: Ends) -> Left:
    """A left side. Raises FormulaError."""
    reader = _Indexed(text, ends, {}, ())
    return reader.left()


def read_right(text: str, ends: Ends, ranks: Mapping[str, int], left: Left) -> Formula | Softmax:
    """A right side; `ranks` are the families there are, with how many indices each has. Raises FormulaError."""
    reader = _Indexed(text, ends, ranks, tuple(filter(None, left.letters)))
    reader.bounds = {each.letter: each for each in left.domain}
    reader.fixed = {a: place for a, place in zip(left.letters, left.places, strict=True) if isinstance(place, Affine)}
    if reader.next.text == "softmax" and reader.tokens[1].text == "(":
        return reader.softmax()
    return reader.whole()


class _Indexed(FormulaReader):
    """The grammar with indices, folds and lookups."""

    def __init__(self, text: str, ends: Ends, ranks: Mapping[str, int], own: Collection[str]) -> None:
        super().__init__(text, tuple(ranks), LIMITS, "indexed")
        self.ends, self.ranks = ends, ranks
        self.scope: list[str] = list(own)
        self.bounds: dict[str, Range] = {}
        self.fixed: dict[str, Affine] = {}
        self.called: dict[str, str] = {}
        self.used: dict[str, Range] = {}

    # left sides

    def left(self) -> Left:
        """name[place, …]"""
        token = self.next
        if token.kind != "name":
            raise self.fail("a left side begins with a name, as in h[t,j]")
        self.at += 1
        places: list[str | Affine] = []
        domain: list[Range] = []
        letters: list[str] = []
        for _ in self._listed():
            if self.next.kind == "number":
                places.append(whole(self._whole()))
                letters.append("")
                continue
            name = self._axis()
            if name in self.scope:
                raise self.fail(f"{name!r} stands twice on the left side", self.tokens[self.at - 1])
            own = self._range(name)
            self.scope.append(name)
            letters.append(name)
            places.append(own.low if own.low == own.high else name)
            domain += [] if own.low == own.high else [own]
        if self.next.text:
            raise self._unexpected()
        return Left(token.text, tuple(places), tuple(domain), tuple(letters))

    def _listed(self) -> Iterator[None]:
        """Once for each place between [ and ]; whoever asks reads the place."""
        if not self.take("["):
            return
        yield
        while self.take(","):
            yield
        if not self.take("]"):
            raise self.fail("a closing ] is missing")

    def _axis(self) -> str:
        """A letter with a range."""
        token = self.next
        if token.kind != "name" or token.text not in self.ends:
            known = f"; index letters are {', '.join(self.ends)}" if self.ends else ""
            raise self.fail(
                f"{token.text!r} has no range; name it in axes{known}" if token.text else "an index is missing"
            )
        self.at += 1
        return token.text

    def _range(self, name: str) -> Range:
        """The range of a letter, narrowed by what it is compared with."""
        low, high = map(whole, self.ends[name])
        while sign := self.take(*COMPARED):
            bound = self.affine()
            if sign.text in ("<", "<="):
                high = bound.moved(-(sign.text == "<"))
            else:
                low = bound.moved(sign.text == ">")
        return Range(name, low, high)

    # places

    def _name(self, token: Token) -> Formula:
        if token.text in self.ends and token.text not in self.ranks:
            raise self.fail(f"{token.text!r} is an index; it stands only inside [ ]", token)
        super()._name(token)
        places = [self.place() for _ in self._listed()]
        rank = self.ranks.get(token.text, len(places))
        if rank != len(places):
            indices = "no index" if not rank else "1 index" if rank == 1 else f"{rank} indices"
            raise self.fail(f"{token.text} has {indices}, not {len(places)}", token)
        return Indexed(token.text, tuple(places))

    def place(self) -> Place:
        """A sum of letters and whole numbers, or a number looked up."""
        token = self.next
        if token.kind == "name" and token.text not in self.ends:
            self.at += 1
            if self.next.text != "[":
                known = ", ".join(self.ends)
                raise self.fail(f"{token.text!r} is no index; index letters are {known}", token)
            found = self._name(token)
            assert isinstance(found, Indexed)
            return found
        return plain(self.affine())

    def affine(self) -> Affine:
        """±iterm ± iterm …"""
        found, sign = whole(0), -1 if self.take("-") else 1
        while True:
            found = found + self._iterm().times(sign)
            step = self.take("+", "-")
            if step is None:
                return found
            sign = -1 if step.text == "-" else 1

    def _iterm(self) -> Affine:
        if self.next.kind != "number":
            return self._letter()
        number = self._whole()
        return self._letter().times(number) if self.take("*") else whole(number)

    def _whole(self) -> int:
        token = self.next
        if not token.text.isdigit() or len(token.text) > 6:
            raise self.fail(f"{token.text!r} stands in the place of an index, which is a whole number", token)
        self.at += 1
        return int(token.text)

    def _letter(self) -> Affine:
        token = self.next
        name = self._axis()
        if name not in self.scope:
            message = f"the index {name!r} is free here: the left side does not have it, and no sum runs over it"
            raise self.fail(message, token, f"write sum({name}, …) around it, or give the left side the index {name}")
        low, high = self.ends[name]
        return self.fixed.get(name) or (whole(low) if low == high else letter(self.called.get(name, name)))

    # folds

    def _call(self, token: Token) -> Formula:
        after = self.tokens[self.at + 1]
        if token.text in FOLDS and after.kind == "name" and after.text in self.ends:
            self.take("(")
            if token.text == "softmax":
                raise self.fail("a softmax is the whole right side; give it a name of its own and use that", token)
            return self._fold(token.text)
        return super()._call(token)

    def _fold(self, kind: str) -> Formula:
        """letter, … , formula)"""
        outer = dict(self.called), list(self.scope)
        ranges = [self._over()]
        while self._another():
            ranges.append(self._over())
        body = self.sum()
        self._close()
        self.called, self.scope = outer
        if kind in ("max", "min"):
            return chosen_over(Extreme(body, tuple(ranges), "max" if kind == "max" else "min"))
        for each in reversed(ranges):
            body = sum_over(each, body)
        share = self._share(ranges) if kind == "mean" else ONE
        return body if share == ONE else Product((share, body), dotted=False)

    def _share(self, ranges: list[Range]) -> Formula:
        """1/n of a mean; 1 of a single one."""
        count = 1
        for each in ranges:
            if each.low.terms or each.high.terms:
                raise self.fail("a mean runs over whole axes; divide a sum by what you count")
            count *= each.high.shift - each.low.shift + 1
        return ONE if count == 1 else Ratio(ONE, Number(str(count)))

    def _another(self) -> bool:
        """Whether a further letter follows, and not the formula."""
        after = self.tokens[self.at + 1] if self.next.kind != "end" else self.next
        return self.next.text in self.ends and after.text in (",", *COMPARED)

    def _over(self) -> Range:
        """letter {bound} ","; the letter is in scope from here on."""
        token = self.next
        name = self._axis()
        if name in self.scope:
            mend = f'name one in axes, as m = "{name}", and write it for {name} in this sum'
            raise self.fail(f"{name!r} is in use already; sum over another letter of the same length", token, mend)
        own = self._range(name)
        self._nothing(own, token)
        if not self.take(","):
            raise self.fail("a comma is missing after the index")
        before = self.used.get(name)
        if before is not None and before != own:
            fresh = self._fresh()
            self.called[name] = fresh
            own = Range(fresh, own.low, own.high)
        else:
            self.called.pop(name, None)
        self.used[own.letter] = own
        self.bounds[own.letter] = own
        self.scope.append(name)
        return own

    def _nothing(self, own: Range, token: Token) -> None:
        if not own.low.terms and not own.high.terms and own.low.shift > own.high.shift:
            run = f"from {own.low.shift} to {own.high.shift}"
            raise self.fail(f"{own.letter!r} runs {run} here, which is over nothing", token)

    def _fresh(self) -> str:
        """A letter that nothing here has."""
        return next(each for each in "rqpnmuvwi" + ascii_letters if each not in {*self.ends, *self.used, *self.scope})

    def softmax(self) -> Softmax:
        """softmax(letter {bound}, name[…]), the whole right side."""
        first = self.next
        self.at += 2
        token = self.next
        name = self._axis()
        if name not in self.scope:
            raise self.fail(f"a softmax runs over an index of the left side; {name!r} is none", token)
        own = self._range(name)
        if own.low == own.high and not own.low.terms:
            raise self.fail(f"{name!r} has one value, so that it is always 1", token, "give it two values or more")
        if not self.take(","):
            raise self.fail("a softmax runs over one letter: softmax(s, e[t,s])")
        body = self.sum()
        self._close()
        if self.next.text:
            raise self.fail("a softmax is the whole right side; give it a name of its own and use that", first)
        if not isinstance(body, Indexed):
            raise self.fail("give what the softmax is taken of a name of its own, and write softmax(s, e[t,s])", first)
        if name not in body.letters:
            raise self.fail(f"{body.base} does not have the index {name!r} that the softmax runs over", first)
        fresh = self._fresh()
        other = tuple(_put(place, name, fresh) for place in body.places)
        return Softmax(body, Indexed(body.base, other), Range(fresh, own.low, own.high))


def _put(place: Place, old: str, new: str) -> Place:
    if isinstance(place, Indexed):
        return Indexed(place.base, tuple(_put(each, old, new) for each in place.places))
    return plain((letter(place) if isinstance(place, str) else place).put({old: letter(new)}))
