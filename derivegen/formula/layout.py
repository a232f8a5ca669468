"""What all printers share: where parentheses are needed, how signs join, where a dot may be left out. A dialect fills in the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Matrix,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Ratio,
    Slope,
    Strike,
    Sum,
    Under,
    walk,
)

TALL = (Ratio, Cases, Matrix, Partial, Slope, BigSum)
LETTER_FUNCTIONS = frozenset("σΦφ")
"""The functions printed as one letter; the same letter before a parenthesis would be read as a call."""


class Printer:
    """Trees to text in one dialect: a method a node, parentheses and signs decided here."""

    minus, plus, dot, beside = "-", " + ", " · ", " "

    def text(self, tree: Formula, leading: bool = True) -> str:
        """The text of a tree; `leading` says that a minus may stand in front as it is."""
        if isinstance(tree, Product):
            return self.product(tree, leading)
        if not leading and begins_with_minus(tree):
            return self.paren(tree)
        match tree:
            case Number(text):
                return self.number(text)
            case Glyph():
                return self.glyph(tree)
            case Sum():
                return self.sum(tree)
            case Negative(body):
                return self.minus + self.term(body)
            case Bracket(body):
                return self.parenthesised(self.text(body), is_tall(body))
        return self.dialect(tree)

    def dialect(self, tree: Formula) -> str:
        """The nodes that differ between dialects."""
        method = getattr(self, type(tree).__name__.lower(), None)
        if method is None:
            raise TypeError(f"{type(tree).__name__} cannot be printed; a notation and a rounding come first")
        return str(method(tree))

    def sum(self, tree: Sum) -> str:
        """Terms with their signs between."""
        first, *rest = opened(tree)
        text = self.paren(first) if isinstance(bare(first), Compare) else self.text(first)
        for term in rest:
            if isinstance(term, Negative):
                text += f" {self.minus} {self.term(term.body)}"
            else:
                text += self.plus + self.term(term)
        return text

    def term(self, body: Formula) -> str:
        """What stands after a sign."""
        return self.paren(body) if isinstance(bare(body), Sum | Compare) else self.text(body, leading=False)

    def product(self, tree: Product, leading: bool = True) -> str:
        """Factors in order; the dot stays where the factors would run together."""
        flat = list(joined(tree))
        text, before = "", None
        for place, (factor, dotted) in enumerate(flat):
            if before is not None:
                text += self.dot if dotted or self.needs_dot(before, factor) else self.beside
            text += self.factor(factor, leading=leading and before is None, last=place == len(flat) - 1)
            before = factor
        return text

    def needs_dot(self, before: Formula, after: Formula) -> bool:
        """Whether two factors side by side could be misread."""
        return run_together(bare(before), bare(after))

    def factor(self, factor: Formula, leading: bool = False, last: bool = True) -> str:
        """One factor, in parentheses where it would fall apart or, a sum sign, swallow what follows."""
        core = bare(factor)
        apart = isinstance(core, Sum | Negative | Compare | Cases) or (swallows(core) and not last)
        return self.paren(factor) if apart else self.text(factor, leading)

    def single(self, tree: Formula) -> str:
        """What ∂ or d/dx acts on: one piece, or in parentheses."""
        loose = isinstance(bare(tree), Sum | Product | Negative | Compare | Ratio | Cases) or begins_with_minus(tree)
        return self.paren(tree) if loose else self.text(tree)

    def base(self, tree: Formula) -> str:
        """The base of a power; a raised index must not run into the exponent."""
        core = bare(tree)
        simple = isinstance(core, Bracket) or (isinstance(core, Glyph) and not core.sup and not core.primes)
        simple = simple or (isinstance(core, Number) and core.text.replace(".", "").isdigit())
        return self.text(tree) if simple else self.paren(tree)

    def paren(self, tree: Formula) -> str:
        """In parentheses, inside of its colour, stroke or brace."""
        if isinstance(tree, Colour | Strike | Under):
            return self.dialect(bracketed(tree))
        return self.parenthesised(self.text(tree), is_tall(tree))

    def parenthesised(self, inner: str, tall: bool) -> str:
        """Parentheses around finished text, tall ones around tall content."""
        return f"({inner})"

    def number(self, text: str) -> str:
        """A printed number."""
        raise NotImplementedError

    def glyph(self, tree: Glyph) -> str:
        """A symbol."""
        raise NotImplementedError

    def colour(self, tree: Colour) -> str:
        """Colour is left out unless the dialect has it."""
        return self.text(tree.body)

    def strike(self, tree: Strike) -> str:
        """So is a stroke."""
        return self.text(tree.body)


def bare(tree: Formula) -> Formula:
    """The formula under its colour, stroke or brace."""
    while isinstance(tree, Colour | Strike | Under):
        tree = tree.body
    return tree


def bracketed(tree: Formula) -> Formula:
    """The formula in parentheses, its decoration outside."""
    return replace(tree, body=bracketed(tree.body)) if isinstance(tree, Colour | Strike | Under) else Bracket(tree)


def opened(tree: Sum) -> Iterator[Formula]:
    """The terms of a sum and of the sums that are its terms."""
    for term in tree.terms:
        if isinstance(term, Sum):
            yield from opened(term)
        else:
            yield term


def joined(tree: Product, dotted: bool = True) -> Iterator[tuple[Formula, bool]]:
    """The factors of a product and of the products that are its factors, each with whether a dot is asked for before it."""
    for place, factor in enumerate(tree.factors):
        before = tree.dotted if place else dotted
        if isinstance(factor, Product):
            yield from joined(factor, before)
        else:
            yield factor, before


def begins_with_minus(tree: Formula) -> bool:
    """Whether the text of a formula would begin with a minus."""
    match bare(tree):
        case Number(text):
            return text.startswith("-")
        case Negative():
            return True
        case Sum((first, *_)):
            return begins_with_minus(first)
        case Product((first, *_)):
            return begins_with_minus(first) and not isinstance(bare(first), Negative | Sum)
        case Compare(left, _, _):
            return begins_with_minus(left)
    return False


def swallows(tree: Formula) -> bool:
    """Whether what is written after a formula would be read as part of it."""
    core = bare(tree)
    return isinstance(core, BigSum | Slope) or (isinstance(core, Product) and swallows(core.factors[-1]))


def run_together(before: Formula, after: Formula) -> bool:
    """Whether two factors side by side could be misread: 2 3, a word and what follows it, σ (x + y), a fraction after anything."""
    if isinstance(after, Number | Ratio | Partial | Slope) or isinstance(before, Partial | Slope | BigSum):
        return True
    if (
        _is_word(before)
        or _is_word(after)
        or (isinstance(before, Number) and "." in before.text and isinstance(after, Sum))
    ):
        return True
    if isinstance(before, Glyph) and before.base in LETTER_FUNCTIONS and not before.sub and not before.sup:
        return not isinstance(after, Glyph)
    if isinstance(after, Power):
        return run_together(before, bare(after.base))
    return isinstance(after, Call) and not isinstance(before, Glyph | Call | Sum)


def _is_word(tree: Formula) -> bool:
    return isinstance(tree, Glyph) and len(tree.base) > 1


def is_tall(tree: Formula) -> bool:
    """Whether a formula is higher than a line."""
    return any(isinstance(part, TALL) for part in walk(tree))


def small_ratio(tree: Ratio) -> bool:
    """Whether a fraction is one of two small whole numbers, as ½ is."""
    parts = (tree.top, tree.bottom)
    return all(isinstance(part, Number) and part.text.isdigit() and len(part.text) <= 2 for part in parts)
