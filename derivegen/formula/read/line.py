"""One line of Unicode that `plain` wrote, read back: text in, a tree of glyphs and numbers out.

One line says less than a page: x² may be a power or an index, e^(…) the exponential function or a power of a letter e, bold is lost.
`line_form` is what is left of a tree then; `line_form(read_line(plain(tree))) == line_form(tree)`.
"""

from __future__ import annotations

import re

from derivegen.formula.functions import ABS, SQRT, form
from derivegen.formula.print.layout import with_comma
from derivegen.formula.print.plain import ROOM, plain
from derivegen.formula.read.readback import normal
from derivegen.formula.read.reading import CALLED, Reader
from derivegen.formula.tree import (
    LEAVES,
    BigSum,
    Call,
    Cases,
    Formula,
    Glyph,
    Hole,
    Matrix,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Ratio,
    Slope,
    Transpose,
    Words,
)
from derivegen.records import fields, replace

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻", "0123456789()+-", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₍₎₊₋", "0123456789()+-", strict=True))
_ACCENTS = {"\u0302": "hat", "\u0304": "bar"}
_OPENING = ("(", "[", "{", "∂", "d/d", "Σ_{", "…", SQRT.shown)
_HOLE = re.compile(rf"\[(?:([^\s\[\]]+) )?{ROOM}\]")
_ENDED = re.compile(r"(.*[^_])_([^\W_])")


class LineReader(Reader):
    """The dialect of one line."""

    entrywise, prime = "⊙", "′"

    def __init__(self, text: str, functions: frozenset[str], otherwise: str) -> None:
        super().__init__(text, "line", functions, ())
        self.otherwise, self.between_bars, self.bounding = otherwise, False, False

    def dot(self) -> bool:
        return self.take("·")

    def begins(self) -> bool:
        token, ends = self.next, "|" * self.between_bars + "…" * self.bounding
        opens = token.kind in ("number", "name") or token.text in (*_OPENING, "|")
        return opens and token.text not in ends

    def product(self) -> Formula:
        """Factors, each maybe a fraction."""
        factors = [self.ratio()]
        while self.dot() or self.begins():
            factors.append(self.ratio())
        return _product(factors)

    def ratio(self) -> Formula:
        """A factor or two with a stroke between."""
        top = self.power()
        return Ratio(top, self.power()) if self.take("/") else top

    def power(self) -> Formula:
        base = self.atom()
        if self.take("ᵀ"):
            return Transpose(base)
        if self.next.kind == "raised":
            return Power(base, Number(_moved(self.skip().text, _RAISED)))
        return Power(base, self._exponent()) if self.take("^") else base

    def _exponent(self) -> Formula:
        return Negative(self.atom()) if self.take("−") else self.atom()

    def atom(self) -> Formula:
        token = self.skip()
        if token.kind == "number":
            return self._number(token.text)
        if token.kind == "name":
            return self.symbol(token.text)
        match token.text:
            case "(":
                bars, self.between_bars = self.between_bars, False
                inner = self.bracket()
                self.between_bars = bars
                return inner
            case "∂":
                return self._partial()
            case "d/d":
                return self._slope()
            case "Σ_{":
                return self._big_sum()
            case "|":
                return self._absolute()
            case "[":
                return self._hole(token.at) or Matrix(tuple(map(tuple, self._rows("]"))))
            case "{":
                return self._cases()
            case SQRT.shown:
                return SQRT(*self.arguments())
            case "…":
                return Glyph("…")
        raise self.fail(f"{token.text!r} cannot begin a factor", token)

    @staticmethod
    def _number(text: str) -> Formula:
        mantissa, _, exponent = text.partition("·10")
        return Number(f"{mantissa}e{_moved(exponent, _RAISED)}" if exponent else mantissa)

    def symbol(self, base: str) -> Formula:
        """A letter or word with its marks; or, before a parenthesis, a function."""
        if self._is_function(base) and self.called(("(",)):
            return self.call(CALLED.get(base, base))
        accent = next((name for sign, name in _ACCENTS.items() if self.take(sign)), None)
        sup = self._index("raised", "^", _RAISED)
        sub = self._index("lowered", "_", _LOWERED)
        glyph = Glyph(base, sub, sup, primes=self.primes())
        return replace(glyph, accent=accent)  # type: ignore[arg-type]

    def _is_function(self, base: str) -> bool:
        return len(base) > 1 or base in self.functions or base in CALLED

    def _index(self, kind: str, mark: str, table: dict[str, str]) -> str:
        """Raised or lowered digits, or what stands behind ^ or _: one letter, or more in braces."""
        if self.next.kind == kind:
            return _moved(self.skip().text, table)
        if self.next.text == mark + "{":
            start = self.skip().at + 2
            while self.next.text != "}":
                self.skip()
            return self.source[start : self.skip().at]
        one_letter = self.next.text == mark and len(self.peek()) == 1 and self.tokens[self.at + 1].kind == "name"
        if one_letter and self.take(mark):
            return self.skip().text
        return ""

    def _partial(self) -> Formula:
        of = self.power()
        self.expect("/", "∂")
        return Partial(of, self.power())

    def _slope(self) -> Formula:
        """d/dx before its body; with nothing behind, d divided by a quantity whose name begins with d."""
        by = self.atom()
        if self.begins():
            return Slope(self.power(), by)
        return Ratio(Glyph("d"), replace(by, base=f"d{by.base}") if isinstance(by, Glyph) else by)

    def _big_sum(self) -> Formula:
        index = self.power()
        self.expect("=")
        self.bounding = True  # up to the dots
        low = self.sum()
        self.bounding = False
        self.expect("…")
        high = self.sum()
        self.expect("}")
        return BigSum(self.product(), index, low, high)

    def _absolute(self) -> Formula:
        self.between_bars = True
        tree = self.compare()
        self.between_bars = False
        self.expect("|")
        return ABS(tree)

    def _rows(self, end: str) -> list[list[Formula]]:
        """Rows of entries, whatever signs stand between: with decimal commas a semicolon stands between entries, else between rows."""
        entries, signs = [self.compare()], list[str]()
        while not self.take(end):
            signs.append(self.next.text)
            if not self.take(",", ";", "¦"):
                raise self.fail(f"{self.next.text!r} cannot stand between entries")
            entries.append(self.compare())
        below = "¦" if with_comma(entries) else ";"
        rows = [[entries[0]]]
        for sign, entry in zip(signs, entries[1:], strict=True):
            if sign == below:
                rows.append([])
            rows[-1].append(entry)
        return rows

    def _hole(self, start: int) -> Formula | None:
        """Room to write in, if that is what the bracket opens; a matrix else."""
        found = _HOLE.match(self.source, start)
        while found is not None and self.next.at < found.end() and self.next.kind != "end":
            self.skip()
        return Hole(found[1] or "") if found is not None else None

    def _cases(self) -> Formula:
        branches: list[tuple[Formula, Formula | None]] = []
        while not branches or self.take(";"):
            value = self.compare()
            self.expect(",")
            branches.append((value, None if self._otherwise() else self.compare()))
        self.expect("}")
        return Cases(tuple(branches))

    def _otherwise(self) -> bool:
        """Whether the word for the last case follows; if so it is taken."""
        start = self.next.at
        found = self.source.startswith(self.otherwise, start)
        while found and self.next.at < start + len(self.otherwise):
            self.skip()
        return found


def _moved(text: str, table: dict[str, str]) -> str:
    return "".join(table[character] for character in text)


def _product(factors: list[Formula]) -> Formula:
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def line_form(tree: Formula) -> Formula:
    """What one line of text can say of a tree."""
    return normal(_said(normal(tree)))


def _said(tree: Formula) -> Formula:
    """From the leaves up: what looks alike in one line becomes one."""
    if type(tree) not in LEAVES:
        tree = replace(tree, **{field.name: _each(getattr(tree, field.name)) for field in fields(tree)})
    match tree:
        case Glyph():
            return _marked(replace(tree, bold=False))
        case Call(_, (argument,)) if form(tree) == "power":
            return _said(Power(Glyph("e"), argument))
        case Power(Glyph(_, "", "", _, _, 0) as glyph, exponent) if _is_mark(exponent):
            return replace(glyph, sup=_mark(exponent))
        case Ratio(Negative(Number() as top), bottom):
            return Negative(Ratio(top, bottom))
        case Words():
            return Words("")
    return tree


def _each(part: object) -> object:
    if isinstance(part, Formula):
        return _said(part)
    return tuple(map(_each, part)) if isinstance(part, tuple) else part


def _marked(glyph: Glyph) -> Glyph:
    """A name that ends in _j is the letters before it with the index j."""
    ended = None if glyph.sub or glyph.sup else _ENDED.fullmatch(glyph.base)
    return glyph if ended is None else replace(glyph, base=ended[1], sub=ended[2])


def _is_mark(exponent: Formula) -> bool:
    if isinstance(exponent, Negative):
        return isinstance(exponent.body, Number) and exponent.body.text.isdigit()
    if isinstance(exponent, Number):
        return exponent.text.isdigit()
    return isinstance(exponent, Glyph) and exponent == Glyph(exponent.base) and len(exponent.base) == 1


def _mark(exponent: Formula) -> str:
    return plain(exponent).replace("−", "-")


def read_line(text: str, functions: frozenset[str] = frozenset(), otherwise: str = "otherwise") -> Formula:
    """The tree of a formula that `plain` wrote; `functions` are the letters of unknown functions. Raises FormulaError."""
    return LineReader(text, functions, otherwise).whole()
