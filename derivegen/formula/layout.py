"""What all printers share: where parentheses are needed, how signs join, where a dot may be left out. A dialect fills in the rest."""

from __future__ import annotations

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
    Words,
)

TALL = (Ratio, Cases, Matrix, Partial, Slope, BigSum)


class Printer:
    """Trees to text in one dialect: a method a node, parentheses and signs decided here."""

    minus, plus, dot, beside = "-", " + ", " · ", " "

    def text(self, tree: Formula, leading: bool = True) -> str:
        """The text of a tree; `leading` says that a minus may stand in front as it is."""
        match tree:
            case Number(text):
                return self.number(text) if leading or not text.startswith("-") else self.paren(tree)
            case Glyph():
                return self.glyph(tree)
            case Sum(terms):
                return self.sum(terms)
            case Negative(body):
                return self.minus + self.term(body) if leading else self.paren(tree)
            case Product(factors, dotted):
                return self.product(factors, dotted, leading)
            case Bracket(body):
                return self.paren(body)
        return self.dialect(tree)

    def dialect(self, tree: Formula) -> str:
        """The nodes that differ between dialects."""
        method = getattr(self, type(tree).__name__.lower(), None)
        if method is None:
            raise TypeError(f"{type(tree).__name__} cannot be printed; a notation and a rounding come first")
        return str(method(tree))

    def sum(self, terms: tuple[Formula, ...]) -> str:
        """Terms with their signs between."""
        first, *rest = terms
        text = self.text(first)
        for term in rest:
            if isinstance(term, Negative):
                text += f" {self.minus} {self.term(term.body)}"
            else:
                text += self.plus + self.text(term, leading=False)
        return text

    def term(self, body: Formula) -> str:
        """What stands after a minus."""
        if isinstance(body, Sum | Negative) or (isinstance(body, Number) and body.text.startswith("-")):
            return self.paren(body)
        return self.text(body, leading=False)

    def product(self, factors: tuple[Formula, ...], dotted: bool, leading: bool) -> str:
        """Factors in order; the dot stays where the factors would run together."""
        flat: list[Formula] = []
        for factor in factors:
            flat.extend(factor.factors if isinstance(factor, Product) and (factor.dotted == dotted) else (factor,))
        text = self.factor(flat[0], leading, last=len(flat) == 1)
        for before, factor in zip(flat, flat[1:], strict=False):
            text += self.dot if dotted or needs_dot(before, factor) else self.beside
            text += self.factor(factor, False, last=factor is flat[-1])
        return text

    def factor(self, factor: Formula, leading: bool, last: bool) -> str:
        """One factor, in parentheses where it would fall apart."""
        if isinstance(factor, Sum | Negative | Compare) or (isinstance(factor, BigSum | Slope) and not last):
            return self.paren(factor)
        if isinstance(factor, Cases):
            return self.paren(factor)
        return self.text(factor, leading)

    def base(self, tree: Formula) -> str:
        """The base of a power."""
        simple = isinstance(tree, Glyph | Bracket) or (
            isinstance(tree, Number) and tree.text.replace(".", "").isdigit()
        )
        return self.text(tree) if simple else self.paren(tree)

    def paren(self, tree: Formula) -> str:
        """In parentheses, tall ones around tall content."""
        return self.parenthesised(self.text(tree), is_tall(tree))

    def parenthesised(self, inner: str, tall: bool) -> str:
        """Parentheses around finished text."""
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


def needs_dot(before: Formula, after: Formula) -> bool:
    """Whether two factors side by side could be misread."""
    if isinstance(after, Number | Ratio | Partial | Slope) or isinstance(before, Partial | Slope):
        return True
    if isinstance(after, Power):
        return isinstance(after.base, Number) or needs_dot(before, after.base)
    if isinstance(after, Call):
        return not isinstance(before, Number | Glyph | Call)
    if isinstance(before, Glyph | Power) and isinstance(after, Sum | Bracket | Negative):
        return False
    return any(isinstance(side, Glyph) and len(side.base) > 1 for side in (before, after))


def is_tall(tree: Formula) -> bool:
    """Whether a formula is higher than a line."""
    from derivegen.formula.tree import walk

    return any(isinstance(part, TALL) for part in walk(tree))


def small_ratio(tree: Ratio) -> bool:
    """Whether a fraction is one of two small whole numbers, as ½ is."""
    parts = (tree.top, tree.bottom)
    return all(isinstance(part, Number) and part.text.isdigit() and len(part.text) <= 2 for part in parts)


__all__ = ["Matrix", "Printer", "Under", "Words", "is_tall", "needs_dot", "small_ratio"]
