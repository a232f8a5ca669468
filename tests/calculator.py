"""A calculator that follows a written page: Markdown or LaTeX goes in; every line whose operands are numbers comes out, worked with a
reader and an arithmetic of its own, beside the result that stands at the end of its chain. Nothing of the product is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import reduce

import mpmath

MP = mpmath.MPContext()
MP.dps = 60
REMARKS = ("the printed numbers alone would give", "die gedruckten Zahlen allein ergäben")

Cells = list[list[Fraction]]
Result = Fraction | Cells
"""A number, or a matrix of numbers."""


class NotNumbers(Exception):
    """The text holds something else than numbers and functions of them."""


# one formula

_TOKEN = re.compile(
    r"\s*(\d+(?:\{,\}\d+|\.\d+)?|\\(?:left|right)(?:[()|]|\b)|\\begin\{bmatrix\}|\\end\{bmatrix\}|\\\\(?:\[\w+\])?"
    r"|\\mathrm\{[^}]*\}|\\[A-Za-z]+|[-+(){}^&;,|])"
)


def _function(one: Callable[[mpmath.mpf], mpmath.mpf]) -> Callable[[Fraction], Fraction]:
    def of(number: Fraction) -> Fraction:
        found = one(MP.mpf(number.numerator) / number.denominator)
        if isinstance(found, mpmath.ctx_mp_python._mpc) or not MP.isfinite(found):
            raise NotNumbers("no real number")
        return Fraction(Decimal(MP.nstr(found, 50, strip_zeros=False)))

    return of


FUNCTIONS: dict[str, Callable[[Fraction], Fraction]] = {
    "\\ln": _function(MP.ln),
    "\\sin": _function(MP.sin),
    "\\cos": _function(MP.cos),
    "\\tanh": _function(MP.tanh),
    "\\sigma": _function(lambda z: 1 / (1 + MP.exp(-z))),
    "\\mathrm{softplus}": _function(lambda z: MP.log1p(MP.exp(z))),
    "\\mathrm{ReLU}": lambda z: max(z, Fraction(0)),
    "\\Phi": _function(MP.ncdf),
    "\\varphi": _function(MP.npdf),
}
_EXP, _SQRT = _function(MP.exp), _function(MP.sqrt)


@dataclass
class _Reader:
    """Reads a formula from left to right and works it out on the way."""

    tokens: list[str]
    at: int = 0

    def now(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, token: str = "") -> str:
        found = self.now()
        if not found or (token and found != token):
            raise NotNumbers(f"{token or 'more'} expected, {found!r} found")
        self.at += 1
        return found

    def total(self) -> Result:
        sign = -1 if self.now() == "-" else 1
        if self.now() in ("-", "+"):
            self.take()
        found = _scaled(sign, self.term())
        while self.now() in ("-", "+"):
            sign = -1 if self.take() == "-" else 1
            found = _added(found, _scaled(sign, self.term()))
        return found

    def term(self) -> Result:
        found = self.powered()
        while True:
            if self.now() == "\\odot":
                self.take()
                found = _entrywise(found, self.powered())
            elif self.now() == "\\times":
                self.take()
                assert self.take() == "10"
                self.take("^")
                found = _multiplied(found, Fraction(10) ** int(self.whole()))
            elif self.now() == "\\cdot":
                self.take()
                found = _multiplied(found, self.powered())
            elif self.now() and not re.fullmatch(r"[-+)}&;,|]|\\right.?|\\\\.*|\\end.*", self.now()):
                found = _multiplied(found, self.powered())
            else:
                return found

    def whole(self) -> Fraction:
        found = self.group()
        if not isinstance(found, Fraction) or found.denominator != 1:
            raise NotNumbers("a whole exponent expected")
        return found

    def group(self) -> Result:
        self.take("{")
        found = self.total()
        self.take("}")
        return found

    def number(self) -> Fraction:
        found = self.group()
        if not isinstance(found, Fraction):
            raise NotNumbers("a matrix where a number is needed")
        return found

    def powered(self) -> Result:
        found = self.atom()
        if self.now() != "^":
            return found
        self.take()
        if self.tokens[self.at + 1] == "\\top":
            self.take("{"), self.take(), self.take("}")
            assert isinstance(found, list)
            return [list(column) for column in zip(*found, strict=True)]
        exponent = self.number()
        if not isinstance(found, Fraction):
            raise NotNumbers("a power of a matrix")
        if exponent.denominator == 1:
            return found ** int(exponent)
        return _EXP(exponent * FUNCTIONS["\\ln"](found))

    def atom(self) -> Result:
        token = self.take()
        if token[0].isdigit():
            return Fraction(token.replace("{,}", "."))
        if token in ("(", "\\left("):
            found = self.total()
            self.take(")" if token == "(" else "\\right)")
            return found
        if token == "{":
            self.at -= 1
            return self.group()
        if token in ("\\frac", "\\tfrac"):
            top, bottom = self.number(), self.number()
            if not bottom:
                raise NotNumbers("a division by zero")
            return top / bottom
        if token == "\\mathrm{e}":
            self.take("^")
            return _EXP(self.number())
        if token == "\\sqrt":
            return _SQRT(self.number())
        if token == "\\left|":
            found = self.total()
            self.take("\\right|")
            assert isinstance(found, Fraction)
            return abs(found)
        if token in ("\\max", "\\min"):
            return (max if token == "\\max" else min)(self.arguments())
        if token in FUNCTIONS:
            (argument,) = self.arguments()
            return FUNCTIONS[token](argument)
        if token == "\\begin{bmatrix}":
            return self.matrix()
        raise NotNumbers(token)

    def arguments(self) -> list[Fraction]:
        closing = ")" if self.take() == "(" else "\\right)"
        found = [self.total()]
        while self.now() in (",", ";"):
            self.take()
            found.append(self.total())
        self.take(closing)
        if not all(isinstance(each, Fraction) for each in found):
            raise NotNumbers("a function of a matrix")
        return found  # type: ignore[return-value]

    def matrix(self) -> Cells:
        rows: Cells = [[]]
        while True:
            if self.now() == "\\displaystyle":
                self.take()
            cell = self.total()
            if not isinstance(cell, Fraction):
                raise NotNumbers("a matrix in a matrix")
            rows[-1].append(cell)
            token = self.take()
            if token == "\\end{bmatrix}":
                return rows
            if token.startswith("\\\\"):
                rows.append([])
            elif token != "&":
                raise NotNumbers(token)


def _scaled(sign: int, one: Result) -> Result:
    return one if sign == 1 else -one if isinstance(one, Fraction) else [[-cell for cell in row] for row in one]


def _added(one: Result, other: Result) -> Result:
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one + other
    return _each(one, other, lambda a, b: a + b)


def _entrywise(one: Result, other: Result) -> Result:
    return _each(one, other, lambda a, b: a * b)


def _each(one: Result, other: Result, do: Callable[[Fraction, Fraction], Fraction]) -> Cells:
    if isinstance(one, Fraction) or isinstance(other, Fraction):
        raise NotNumbers("a number beside a matrix")
    return [[do(a, b) for a, b in zip(row, own, strict=True)] for row, own in zip(one, other, strict=True)]


def _multiplied(one: Result, other: Result) -> Result:
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one * other
    if isinstance(one, Fraction):
        return [[one * cell for cell in row] for row in other]  # type: ignore[union-attr]
    if isinstance(other, Fraction):
        return _multiplied(other, one)
    return [[sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in zip(*other, strict=True)]
            for row in one]  # fmt: skip


def worked(formula: str) -> Result:
    """What a formula of numbers comes to. Raises NotNumbers."""
    tokens, at = [], 0
    text = formula.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotNumbers(text[at:])
        tokens.append(found[1])
        at = found.end()
    reader = _Reader(tokens)
    result = reader.total()
    if reader.now():
        raise NotNumbers(reader.now())
    return result


_NUMBER = re.compile(r"-?\d+(?:(?:\.|\{,\})\d+)?(?: \\times 10\^\{-?\d+\})?")
_MATRIX = re.compile(r"\\begin\{bmatrix\} (.*) \\end\{bmatrix\}")


def printed(formula: str) -> list[list[str]] | None:
    """The numbers of a result: of a single number, or of a matrix of nothing but numbers; None of anything else."""
    if _NUMBER.fullmatch(formula):
        return [[_plain(formula)]]
    matrix = _MATRIX.fullmatch(formula)
    rows = [row.split(" & ") for row in re.split(r" \\\\(?:\[\w+\])? ", matrix[1])] if matrix else []
    whole = rows and all(_NUMBER.fullmatch(cell) for row in rows for cell in row)
    return [[_plain(cell) for cell in row] for row in rows] if whole else None


def _plain(number: str) -> str:
    return re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", number.replace("{,}", "."))


def rounds_to(number: Fraction, text: str, digits: int, significant: int | None) -> bool:
    """Whether a number, rounded as the page rounds, half away from zero, is the printed one: to the digits that are shown, or to those of
    the document where the printed number has fewer because it is exact."""
    shown = Decimal(text)
    with localcontext() as context:
        context.prec = 400
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        place = int(shown.as_tuple().exponent)
        if significant is not None and shown:
            place = min(place, shown.adjusted() + 1 - significant)
        elif not shown or (significant is None and "e" not in text):
            place = min(place, -digits)
        return exact.quantize(Decimal(1).scaleb(place), rounding=ROUND_HALF_UP) == shown


# a page


@dataclass(frozen=True)
class Line:
    """A side of nothing but numbers, what it comes to, the result it should lead to, and whether the chain has its remark."""

    side: str
    worked: Result
    result: list[list[str]]
    relation: str
    remark: bool

    def holds(self, digits: int, significant: int | None = None) -> bool:
        """Whether a calculator comes to the printed result."""
        cells = self.worked if isinstance(self.worked, list) else [[self.worked]]
        pairs = [(a, b) for row, own in zip(cells, self.result, strict=True) for a, b in zip(row, own, strict=True)]
        return all(rounds_to(number, text, digits, significant) for number, text in pairs)


_BLOCK = re.compile(r"\\begin\{(aligned|dgderivation)\}\n(.*?)\\end\{\1\}", re.S)
_ROW = re.compile(r"^(\{\}|\S.*)\n  &(=|\\approx) (.*?)(?:\n  && (.*?))?(?: \\\\\*?\[4pt\])?$", re.M)
_INLINE = re.compile(r"\$`([^`$]*)`\$|(?<!\$)\$([^$`\n]+)\$(?!\$)")


def lines(page: str) -> Iterator[Line]:
    """Every line of numbers on a page of Markdown or LaTeX, with the result of its chain."""
    whole = page.replace(" \\\\*\n  &\\qquad ", " ")  # a long sum goes on below
    for block in _BLOCK.finditer(whole):
        chain: list[tuple[str, str, str]] = []
        for left, relation, right, reason in (found.groups("") for found in _ROW.finditer(block[2])):
            if left != "{}":
                yield from _chain(chain)
                chain = []
            chain.append((relation, right.strip(), reason))
        yield from _chain(chain)
    for found in _INLINE.finditer(whole):
        first, *others = re.split(r" (=|\\approx) ", found[1] or found[2])
        yield from _chain([("", first, ""), *((r, s, "") for r, s in zip(others[::2], others[1::2], strict=True))])


def _chain(chain: list[tuple[str, str, str]]) -> Iterator[Line]:
    if not chain:
        return
    *before, (relation, last, _) = chain
    result = printed(last)
    remark = any(sentence in reason for _, _, reason in chain for sentence in REMARKS)
    for _, side, _ in before if result is not None else ():
        if printed(side) is not None and len(printed(side) or ()) == 1 and len((printed(side) or [[]])[0]) == 1:
            continue
        try:
            found = worked(side)
        except NotNumbers:
            continue
        yield Line(side, found, result or [], relation, remark)


def followed(page: str, digits: int, significant: int | None = None) -> tuple[int, list[Line], int]:
    """How many lines of numbers a page has, those that a calculator contradicts though no remark says so, and how many have a remark."""
    found = list(lines(page))
    false = [line for line in found if not line.remark and not line.holds(digits, significant)]
    return len(found), false, sum(line.remark for line in found)


def total(pages: Iterator[tuple[int, list[Line], int]]) -> tuple[int, list[Line], int]:
    """Several pages together."""
    return reduce(lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] + b[2]), pages, (0, [], 0))
