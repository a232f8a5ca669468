"""Display tree in, presentation MathML out: elements of MathML Core only, to stand inside <math>; no script, no fallback font needed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from derivegen.formula.functions import form, shown
from derivegen.formula.print.layout import Printer, is_tall, small_ratio, with_comma
from derivegen.formula.tree import (
    BigSum,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Hole,
    Matrix,
    Negative,
    Partial,
    Power,
    Ratio,
    Slope,
    Strike,
    Transpose,
    Under,
    Words,
)

APPLIED, TIMES = "\u2061", "\u2062"
"""What is not seen but is read aloud: a function applied to what follows, two factors side by side."""
ACCENTS = {"hat": "ˆ", "bar": "ˉ"}
UPRIGHT = frozenset("ΓΔΘΛΞΠΣΦΨΩ∇…⊤")
_ONE = re.compile(r"<(mi|mn|mo|mtext)[^>]*>[^<]*</\1>|<(msubsup|msub|msup|mfrac)\b(?:(?!<\2\b).)*</\2>", re.S)
"""One element for sure."""
_NUMBERED = re.compile(r"\(?\d+(?:,\d+)*\)?")
_PIECE = re.compile(r"\d+|\S")


def sign(text: str, tight: bool = False) -> str:
    """An operator; a tight one stands in an index, without space around it."""
    space = ' lspace="0" rspace="0"' if tight else ""
    return f"<mo{space}>{escape(text)}</mo>"


def letter(base: str, bold: bool = False) -> str:
    """A symbol's letter or word: single letters slant by themselves, capital Greek ones stand upright as in LaTeX."""
    heavy = _heavy(base) if bold else None
    if heavy is not None:
        return f"<mi>{heavy}</mi>"
    upright = ' mathvariant="normal"' if base in UPRIGHT else ""
    thick = ' class="bold"' if bold else ""
    return f"<mi{upright}{thick}>{escape(base)}</mi>"


def _heavy(base: str) -> str | None:
    """The letter of the bold slanted alphabet; None where there is none."""
    name = unicodedata.name(base, "") if len(base) == 1 else ""
    match = re.fullmatch(r"(?:LATIN|GREEK) (CAPITAL|SMALL) LETTER (\w+)", name)
    if match is None:
        return None
    try:
        return unicodedata.lookup(f"MATHEMATICAL BOLD ITALIC {match[1]} {match[2]}")
    except KeyError:
        return None


def index(text: str) -> str:
    """A sub- or superscript: digits, letters, signs, one element each; one of numbers alone, as (2) or 1,2, is one for short."""
    if _NUMBERED.fullmatch(text):
        return f"<mn>{text}</mn>"
    return "".join(map(_piece, _PIECE.findall(text)))


def _piece(piece: str) -> str:
    if piece.isdigit():
        return f"<mn>{piece}</mn>"
    if piece.isalpha():
        return letter(piece)
    if piece in "()":
        return f'<mo stretchy="false">{piece}</mo>'
    return sign(piece.replace("-", "−"), tight=piece != ",")


def row(text: str) -> str:
    """The text as one element."""
    return text if _ONE.fullmatch(text) else f"<mrow>{text}</mrow>"


def primes(count: int) -> str:
    """That many primes, to be raised."""
    return "<mo>′</mo>" * count


def scripts(base: str, sub: str, sup: str) -> str:
    """The base, one element, with what stands below and above at its right."""
    sub, sup = (row(text) if text else "" for text in (sub, sup))
    kind = "msubsup" if sub and sup else "msub" if sub else "msup" if sup else ""
    return f"<{kind}>{base}{sub}{sup}</{kind}>" if kind else base


class MathMl(Printer):
    """The MathML dialect."""

    minus, plus, dot, beside, entrywise = sign("−"), sign("+"), sign("⋅"), sign(TIMES), sign("⊙")

    def __init__(self, otherwise: str) -> None:
        self.otherwise = otherwise

    def text(self, tree: Formula, leading: bool = True) -> str:
        # in a row of its own a minus is known to be a sign, not a subtraction
        inner = super().text(tree, leading)
        return f"<mrow>{inner}</mrow>" if isinstance(tree, Negative) else inner

    def one(self, tree: Formula) -> str:
        """A tree as one element."""
        return row(self.text(tree))

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.partition("e")
        written = self._signed(mantissa)
        return f"{written}{sign('×')}<msup><mn>10</mn>{self._signed(exponent)}</msup>" if exponent else written

    def _signed(self, text: str) -> str:
        digits = f"<mn>{text.lstrip('-')}</mn>"
        return f"<mrow>{self.minus}{digits}</mrow>" if text.startswith("-") else digits

    def glyph(self, tree: Glyph) -> str:
        base = letter(tree.base, tree.bold)
        if tree.accent:
            base = f'<mover accent="true">{base}<mo stretchy="false">{ACCENTS[tree.accent]}</mo></mover>'
        return scripts(base, index(tree.sub), primes(tree.primes) + index(tree.sup))

    def parenthesised(self, inner: str, tall: bool) -> str:
        # flat ones would be given gaps by browsers that stretch them
        grows = "" if tall else ' stretchy="false"'
        return f"<mrow><mo{grows}>(</mo>{inner}<mo{grows}>)</mo></mrow>"

    def ratio(self, tree: Ratio) -> str:
        small = ' displaystyle="false"' if small_ratio(tree) else ""
        return f"<mfrac{small}>{self.one(tree.top)}{self.one(tree.bottom)}</mfrac>"

    def power(self, tree: Power) -> str:
        return f"<msup><mrow>{self.base(tree.base)}</mrow>{self.one(tree.exponent)}</msup>"

    def partial(self, tree: Partial) -> str:
        above, below = (f"<mrow><mi>∂</mi>{self.single(part)}</mrow>" for part in (tree.of, tree.by))
        return f"<mfrac>{above}{below}</mfrac>"

    def slope(self, tree: Slope) -> str:
        d = '<mi mathvariant="normal">d</mi>'
        return (
            f'<mfrac>{d}<mrow>{d}{self.single(tree.by)}</mrow></mfrac><mspace width="0.17em"/>{self.single(tree.body)}'
        )

    def call(self, tree: Call) -> str:
        arguments = sign(";" if with_comma(tree.arguments) else ",").join(map(self.text, tree.arguments))
        match form(tree):
            case "power":
                return f'<msup><mi mathvariant="normal">e</mi>{row(arguments)}</msup>'
            case "root":
                return f"<msqrt>{arguments}</msqrt>"
            case "bars":
                return f"<mrow><mo>|</mo>{arguments}<mo>|</mo></mrow>"
        called = scripts(letter(shown(tree.function)), "", primes(tree.primes))
        return called + sign(APPLIED) + self.parenthesised(arguments, any(map(is_tall, tree.arguments)))

    def compare(self, tree: Compare) -> str:
        return f"{self.text(tree.left)}{sign(tree.relation)}{self.text(tree.right)}"

    def cases(self, tree: Cases) -> str:
        lines = ((self.text(v), self.text(c) if c else self.words(Words(self.otherwise))) for v, c in tree.branches)
        return f'<mrow><mo>{{</mo><mtable class="cases">{_rows(lines)}</mtable></mrow>'

    def matrix(self, tree: Matrix) -> str:
        table = _rows(tuple(map(self.text, cells)) for cells in tree.rows)
        return f"<mrow><mo>[</mo><mtable>{table}</mtable><mo>]</mo></mrow>"

    def transpose(self, tree: Transpose) -> str:
        return f"<msup><mrow>{self.base(tree.body)}</mrow>{letter('⊤')}</msup>"

    def bigsum(self, tree: BigSum) -> str:
        below = f"<mrow>{self.text(tree.index)}{sign('=', tight=True)}{self.text(tree.low)}</mrow>"
        return f"<munderover><mo>∑</mo>{below}{self.one(tree.high)}</munderover>{self.factor(tree.body)}"

    def under(self, tree: Under) -> str:
        brace = f"<munder><mrow>{self.text(tree.body)}</mrow><mo>⏟</mo></munder>"
        return f"<munder>{brace}{self.one(tree.label)}</munder>"

    def words(self, tree: Words) -> str:
        # blanks at the ends would be dropped
        text = re.sub(r"^\s+|\s+$", "\u00a0", tree.text)
        return f"<mtext>{escape(text)}</mtext>"

    def hole(self, tree: Hole) -> str:
        label = f"<mtext>{escape(tree.label)}</mtext>" if tree.label else ""
        return f'<mrow class="hole">{label}<mspace width="4.6em" height="1.25em" depth="0.55em"/></mrow>'

    def colour(self, tree: Colour) -> str:
        return f'<mrow class="{escape(tree.role)}">{self.text(tree.body)}</mrow>'

    def strike(self, tree: Strike) -> str:
        return f'<mrow class="struck">{self.text(tree.body)}</mrow>'


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in cells)}</mtr>" for cells in rows)


@lru_cache(maxsize=32768)
def mathml(tree: Formula, otherwise: str = "otherwise") -> str:
    """The MathML of a written tree, without the <math> around it. Raises TypeError where a quantity has not been given its look."""
    return MathMl(otherwise).text(tree)
