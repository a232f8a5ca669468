"""One side of a line as a person typed it: tokens in, a display tree of canonical names and numbers out. Nothing is evaluated.

sum = term (("+" | "-") term)* ;  term = factor (("*" | "/" | "⊙" | nothing) factor)* ;  factor = "-" factor | atom ("^" exponent)?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from derivegen.formula.functions import ABS, EXP, SQRT
from derivegen.formula.read.grammar import MOST_DEGREE, degree, height
from derivegen.formula.read.tokens import TYPED, FormulaError, Token
from derivegen.formula.tree import (
    Bracket,
    Cases,
    Compare,
    Formula,
    Hadamard,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Ratio,
    Sum,
    Transpose,
)
from derivegen.marking.read.named import EULER, NamedReader, bare
from derivegen.marking.read.symbols import OPENING, Unreadable
from derivegen.marking.read.typed_tokens import COMPARED
from derivegen.notation.spelling import Spelling

_MATRICES = ("matrix", "bmatrix", "pmatrix", "array", "Bmatrix", "vmatrix", "smallmatrix", "pmatrix")
_ENTRY = r"[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?"
_PRINTED = re.compile(
    rf"\[(?:\s*+\[)?(?:\s*+{_ENTRY}(?=[\s\]]))++(?:\s*+\]\s*+\[(?:\s*+{_ENTRY}(?=[\s\]]))++)*+\s*+\](?:\s*+\])?"
)
_FRACTIONS = ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac")
_BODIES = (
    "\\boxed",
    "\\cancel",
    "\\underbrace",
    "\\overbrace",
    "\\ensuremath",
    "\\mathbf",
    "\\mathrm",
    "\\mathit",
    "\\text",
)


class TypedReader(NamedReader):
    """The tokens of one side; `text` is what they were cut from."""

    entrywise = "⊙"

    def whole(self) -> Formula:
        """The side as one formula."""
        if len(self.tokens) == 1:
            raise self.fail("empty")
        tree = self.sum()
        if self.next.kind != "end":
            raise self.fail("unexpected")
        if height(tree, TYPED.depth) > TYPED.depth:
            raise self.fail("too-deep", self.tokens[0])
        if degree(tree) > MOST_DEGREE:
            raise self.fail("powers", self.tokens[0])
        return tree

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self.depth += 1
        try:
            if self.depth > TYPED.depth:
                raise self.fail("too-deep")
            yield
        finally:
            self.depth -= 1

    def compare(self) -> Formula:
        return self.sum()

    def sum(self) -> Formula:
        terms = [self.product()]
        while self.next.text in ("+", "-"):
            minus = self.skip().text == "-"
            term = self.product()
            terms.append(Negative(term) if minus else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self) -> Formula:
        """Factors with a sign between or side by side; a stroke divides what stands before it."""
        left = self.signed()
        while True:
            if self.take("*"):
                left = _times(left, self.signed())
            elif self.take("/"):
                left = Ratio(left, self.signed())
            elif self.take("⊙"):
                left = Hadamard((left, self.signed()))
            elif self.take("@"):
                left = _times(left, self.signed())
            elif self.begins():
                left = _times(left, self.power())
            else:
                return left

    def signed(self) -> Formula:
        odd = False
        while self.next.text in ("-", "+"):
            odd ^= self.skip().text == "-"
        body = self.power()
        return Negative(body) if odd else body

    def begins(self) -> bool:
        token = self.next
        if token.kind == "number":
            if self.tokens[self.at - 1].kind == "number":
                raise self.fail("number-after-number")
            return True
        opens = token.text in OPENING or token.text == "∂" or (token.text == "|" and not self.between_bars)
        return opens or (token.kind in ("name", "command") and not token.text.startswith("end "))

    def power(self) -> Formula:
        with self._deeper():
            base = self.atom()
            if self.take("⊤"):
                return Transpose(base)
            if self.next.text == "." and self.peek() in ("T", "t"):
                self.at += 2
                return Transpose(base)
            if self.next.kind == "raised":
                token = self.skip()
                return self._raised(base, self._exponent_of(token), token)
            token = self.next
            if not self.take("^"):
                return base
            if self._is_top():
                return Transpose(base)
            return self._raised(base, self.exponent(), token)

    def _exponent_of(self, token: Token) -> Formula:
        digits = token.text.strip("()+")
        if not re.fullmatch(r"-?\d{1,3}", digits):
            raise self.fail("exponent", token)
        return _number(digits)

    def _is_top(self) -> bool:
        """Take the T of a transposed matrix: ^T, ^\\top, ^{T}."""
        braces = self.next.text == "{" and self.peek() in ("T", "⊤") and self.peek(2) == "}"
        if braces:
            self.at += 3
        return braces or self.take("T", "⊤")

    def exponent(self) -> Formula:
        """What stands raised: a group, or one signed atom."""
        with self._deeper():
            minus = False
            while self.next.text in ("-", "+"):
                minus ^= self.skip().text == "-"
            body = self.atom()
            return Negative(body) if minus else body

    def _raised(self, base: Formula, exponent: Formula, token: Token) -> Formula:
        if base == EULER:
            return EXP(bare(exponent))
        exponent = _opened(exponent)
        try:
            small = abs(_constant(exponent)) <= TYPED.exponent
        except (ValueError, ZeroDivisionError):
            small = False
        if not small:
            raise self.fail("exponent", token)
        return Power(base, exponent)

    def atom(self) -> Formula:
        with self._deeper():
            token = self.next
            if token.kind == "number":
                return self.number()
            if token.kind == "name":
                return self.name()
            if token.kind == "command":
                return self.command()
            if token.text == "∂":
                return self.derivative()
            self.skip()
            if token.text in ("(", "{"):
                return self._closed(OPENING[token.text])
            if token.text == "[":
                return self.list()
            if token.text == "|":
                return self.absolute()
            raise self.fail("unexpected", token)

    def _closed(self, closing: str) -> Formula:
        bars, self.between_bars = self.between_bars, False
        tree = self.sum()
        self.expect(closing)
        self.between_bars = bars
        return Bracket(tree) if closing != "}" else tree

    def absolute(self) -> Formula:
        """Between two bars, the first already read."""
        self.between_bars = True
        tree = self.sum()
        self.between_bars = False
        self.expect("|")
        return ABS(tree)

    def number(self) -> Formula:
        """A number with its power of ten, its digits as typed."""
        token = self.skip()
        text = token.text
        if self.next.text == "*" and self.peek() == "10" and self.tokens[self.at + 1].kind == "number":
            exponent, taken = self._power_of_ten()
            if exponent is not None:
                text, self.at = f"{text}e{exponent}", self.at + taken
        mantissa, _, exponent = text.lower().partition("e")
        if sum(map(str.isdigit, mantissa)) > TYPED.digits or len(exponent.lstrip("+-0")) > 3:
            raise self.fail("long-number", token)
        if exponent and abs(int(exponent)) > TYPED.number_exponent:
            raise self.fail("long-number", token)
        return _number(text)

    def _power_of_ten(self) -> tuple[str | None, int]:
        """Of · 10^{-3} the −3, and how many tokens that is."""
        ahead = [self.peek(n) for n in range(2, 7)]
        if self.tokens[min(self.at + 2, len(self.tokens) - 1)].kind == "raised":
            return (ahead[0].strip("()+"), 3) if re.fullmatch(r"[(]?[-+]?\d+[)]?", ahead[0]) else (None, 0)
        match = re.match(r"\^ ([({]? ?)([-+]?) ?(\d+)( [)}])?", " ".join(ahead))
        if match is None:
            return None, 0
        return match[2] + match[3], 4 + bool(match[1].strip()) * 2 + bool(match[2])

    # Commands and lists

    def command(self) -> Formula:
        """A LaTeX command that begins a factor."""
        token = self.skip()
        if token.text in _FRACTIONS:
            return self.fraction()
        if token.text == "\\sum":
            return self.sum_sign(token)
        if token.text == "\\sqrt":
            return SQRT(self.atom())
        if token.text in _BODIES:
            return self._body()
        if token.text == "begin cases":
            return self.cases()
        if token.text.startswith("begin ") and token.text[6:] in _MATRICES:
            return self.environment()
        raise Unreadable("unknown-command", token.at, name=token.text)

    def _body(self) -> Formula:
        """A command's one argument; a label below or above is decoration."""
        tree = self.atom()
        if self.next.text in ("_", "^") and self.peek() == "{":
            self.skip()
            self._group()
        return tree

    def fraction(self) -> Formula:
        """A derivative or a fraction."""
        if self.next.text == "{" and (self.peek() == "∂" or self.peek().startswith("d")):
            start, tokens = self.at, list(self.tokens)
            try:
                of = self._grouped_differential()
                return self._derived(of, self._grouped_differential())
            except FormulaError:
                if self.tokens[start + 1].text == "∂":
                    raise
                self.at, self.tokens = start, tokens
        return Ratio(self._part(), self._part())

    def _part(self) -> Formula:
        """One part of a fraction: a group, or without braces a single digit, as in \\frac12."""
        token = self.next
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            self.tokens[self.at] = Token("number", token.text[1:], token.at + 1)
            return Number(token.text[0])
        return bare(self.atom())

    def _grouped_differential(self) -> Formula:
        self.expect("{")
        tree = self.differential()
        self.expect("}")
        return tree

    def environment(self) -> Formula:
        """The rows of a matrix."""
        rows: list[tuple[Formula, ...]] = []
        cells: list[Formula] = []
        while True:
            cells.append(self.sum())
            if self.take("&"):
                continue
            rows.append(tuple(cells))
            cells = []
            if not self.take("\\\\") or self.next.text.startswith("end "):
                break
        if not self.next.text.startswith("end "):
            raise self.fail("unexpected")
        self.skip()
        return _matrix(rows, self)

    def cases(self) -> Formula:
        """Values under conditions, the last one's maybe in words."""
        branches: list[tuple[Formula, Formula | None]] = []
        while not self.take("end cases"):
            value = self.sum()
            self.take(",")
            self.take("&")
            branches.append((value, None if self._in_words() else self._condition()))
            self.take("\\\\")
        return Cases(tuple(branches))

    def _in_words(self) -> bool:
        """Take words up to the end of a row."""
        start = self.at
        while self.next.kind == "string" or (self.next.kind == "name" and self._is_word(self.next.text)):
            self.skip()
        return self.at > start and self.next.text in ("\\\\", "end cases")

    def _is_word(self, text: str) -> bool:
        return len(text) > 1 and not self.names.resolve(Spelling(text))

    def _condition(self) -> Formula:
        left, sign = self.sum(), self.skip()
        if sign.text not in COMPARED:
            raise self.fail("unexpected", sign)
        return Compare(left, COMPARED[sign.text], self.sum())

    def _printed(self) -> Formula | None:
        """A print-out, the opening bracket already read: numbers with spaces between, row by row: [[0.1 -0.2] [0.3 0.4]]."""
        start = self.tokens[self.at - 1].at
        match = _PRINTED.match(self.source, start, self.tokens[-1].at)
        if match is None or not re.search(r"[\d.]\s+[-−+]?[\d.]|\]\s*\[", match[0]):
            return None
        rows = [re.findall(_ENTRY, row) for row in re.split(r"\]\s*,?\s*\[", match[0].strip("[] \n"))]
        if match[0].count("[") != match[0].count("]") or sum(map(len, rows)) > TYPED.tokens:
            return None
        while self.next.kind != "end" and self.next.at < match.end():
            self.at += 1
        return _matrix([tuple(map(_signed_number, row)) for row in rows], self)

    def list(self) -> Formula:
        """[a, b; c, d], [[a, b], [c, d]]; with one entry a bracket."""
        printed = self._printed()
        if printed is not None:
            return printed
        inner = self.at > 1 and self.tokens[self.at - 2].text in ("[", ",")
        rows, cells = list[tuple[Formula, ...]](), [self.sum()]
        while not self.take("]"):
            sign = self.skip()
            if sign.text == ";":
                rows.append(tuple(cells))
                cells = []
            elif sign.text != ",":
                raise self.fail("unexpected", sign)
            cells.append(self.sum())
        rows.append(tuple(cells))
        if len(rows) == 1 and all(isinstance(cell, Matrix) for cell in rows[0]):
            return _matrix([cell.rows[0] for cell in rows[0] if isinstance(cell, Matrix)], self)
        return Bracket(rows[0][0]) if len(rows) == 1 and len(rows[0]) == 1 and not inner else _matrix(rows, self)


def _matrix(rows: list[tuple[Formula, ...]], reader: TypedReader) -> Formula:
    if len({len(row) for row in rows}) != 1:
        raise reader.fail("unexpected")
    return Matrix(tuple(rows))


def _times(left: Formula, right: Formula) -> Formula:
    return Product((*left.factors, right) if isinstance(left, Product) else (left, right))


def _signed_number(text: str) -> Formula:
    number = _number(text.lstrip("-−+"))
    return Negative(number) if text[0] in "-−" else number


def _number(text: str) -> Number:
    """A number as typed, with a decimal point and a nought before it."""
    mantissa, _, exponent = text.lower().replace(",", ".").partition("e")
    mantissa = f"0{mantissa}" if mantissa.startswith(".") else mantissa
    return Number(f"{mantissa}e{int(exponent)}" if exponent else mantissa)


def _opened(tree: Formula) -> Formula:
    """An exponent without brackets."""
    match bare(tree):
        case Negative(body):
            return Negative(_opened(body))
        case Ratio(top, bottom):
            return Ratio(_opened(top), _opened(bottom))
        case other:
            return other


def _constant(tree: Formula) -> Fraction:
    """The fraction a small number, its negative or its quotient stands for. Raises ValueError."""
    match tree:
        case Number(text) if len(text) <= 6 and "e" not in text:
            return Fraction(text)
        case Negative(body):
            return -_constant(body)
        case Ratio(top, bottom):
            return _constant(top) / _constant(bottom)
    raise ValueError("not a constant")
