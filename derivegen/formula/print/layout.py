"""What all printers share: where parentheses are needed, how signs join, where a dot may be left out. A dialect fills in the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import (
    LEAVES,
    BigSum,
    Bracket,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Hadamard,
    Hole,
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
    children,
    walk,
)
from derivegen.records import replace

TALL = frozenset((Ratio, Cases, Matrix, Partial, Slope, BigSum, Hole))
DECORATED = frozenset((Colour, Strike, Under))
AFTER_SIGN = frozenset((Sum, Compare))
"""What stands in parentheses after a sign; the next ones are loose as a factor, in a product entry by entry, under ∂."""
AS_FACTOR = frozenset((Sum, Negative, Compare, Cases, Hadamard))
AS_ENTRY = frozenset((Sum, Product, Negative, Compare, BigSum, Hadamard))
UNDER_PARTIAL = frozenset((Sum, Product, Hadamard, Negative, Compare, Ratio, Cases))
APART_BEFORE = frozenset((Partial, Slope, BigSum, Hole))
APART_AFTER = frozenset((Number, Ratio, Partial, Slope, Hole))
"""What keeps its dot before and after anything. Nodes have no subclasses, so a look-up by type does, three times as fast as isinstance."""
LETTER_FUNCTIONS = frozenset("σΦφ")
"""The functions printed as one letter; the same letter before a parenthesis would be read as a call."""
NABLA = Glyph("∇")


class Printer:
    """Trees to text in one dialect: a method a node, parentheses and signs decided here."""

    minus, plus, dot, beside, entrywise = "-", " + ", " · ", " ", " ⊙ "

    def text(self, tree: Formula, leading: bool = True) -> str:
        """The text of a tree; `leading` says that a minus may stand in front as it is."""
        if type(tree) is Glyph:  # by far the most frequent, then numbers
            return self.glyph(tree)
        if type(tree) is Partial:
            return self.partial(tree)
        if not leading and self.minus_first(tree) and type(tree) is not Product:
            return self.paren(tree)
        if type(tree) is Number:
            return self.number(tree.text)
        if type(tree) is Product:
            return self.product(tree, leading)
        if type(tree) is Sum:
            return self.sum(tree)
        if type(tree) is Negative:
            return self.minus + self.term(tree.body)
        if type(tree) is Bracket:
            return self.parenthesised(self.text(tree.body), is_tall(tree.body))
        return self.dialect(tree)

    def minus_first(self, tree: Formula) -> bool:
        """Whether the text of a formula would begin with a minus."""
        return begins_with_minus(tree)

    def dialect(self, tree: Formula) -> str:
        """The nodes that differ between dialects."""
        method = getattr(self, type(tree).__name__.lower(), None)
        if method is None:
            raise TypeError(f"{type(tree).__name__} cannot be printed; a notation and a rounding come first")
        text: str = method(tree)
        return text

    def sum(self, tree: Sum) -> str:
        """Terms with their signs between."""
        first, *rest = opened(tree)
        text = self.paren(first) if isinstance(bare(first), Compare) else self.text(first)
        text = self.kept(text, first)
        for term in rest:
            if isinstance(term, Negative):
                text += f" {self.minus} {self.kept(self.term(term.body), term.body)}"
            else:
                text += self.plus + self.kept(self.term(term), term)
        return text

    def kept(self, text: str, term: Formula) -> str:
        """The text of a term; in one line where the dialect breaks lines by itself."""
        return text

    def term(self, body: Formula) -> str:
        """What stands after a sign."""
        return self.paren(body) if type(bare(body)) in AFTER_SIGN else self.text(body, leading=False)

    def product(self, tree: Product, leading: bool = True) -> str:
        """Factors in order; the dot stays where the factors would run together."""
        if tree.dotted and Product not in map(type, tree.factors):  # a chain, which needs no looking at neighbours
            last = len(tree.factors) - 1
            return self.dot.join(
                [self.factor(factor, leading and not n, n == last) for n, factor in enumerate(tree.factors)]
            )
        flat = list(joined(tree))
        text, before = "", None
        for place, (factor, dotted) in enumerate(flat):
            if before is not None:
                text += self.dot if dotted or self.needs_dot(before, factor) else self.beside
            text += self.factor(factor, leading=leading and before is None, last=place == len(flat) - 1)
            before = factor
        return text

    def hadamard(self, tree: Hadamard) -> str:
        """Arrays multiplied entry by entry; a product among them in parentheses, since both signs bind alike to many readers."""
        return self.entrywise.join(map(self.entrywise_factor, tree.factors))

    def entrywise_factor(self, factor: Formula) -> str:
        """One factor of a product entry by entry."""
        loose = type(bare(factor)) in AS_ENTRY
        return self.paren(factor) if loose else self.text(factor, leading=False)

    def cell(self, cell: Formula) -> str:
        """An entry of a matrix; fractions in it at the size they have on a line of their own, or they could not be read."""
        return self.displayed(self.text(cell)) if is_tall(cell) else self.text(cell)

    def displayed(self, text: str) -> str:
        """Finished text at its full size."""
        return text

    def needs_dot(self, before: Formula, after: Formula) -> bool:
        """Whether two factors side by side could be misread."""
        return run_together(bare(before), bare(after))

    def factor(self, factor: Formula, leading: bool = False, last: bool = True) -> str:
        """One factor, in parentheses where it would fall apart or, a sum sign, swallow what follows."""
        if type(factor) is Glyph:
            return self.glyph(factor)
        if type(factor) is Partial:
            return self.partial(factor)
        core = bare(factor)
        apart = type(core) in AS_FACTOR or (not last and swallows(core))
        return self.paren(factor) if apart else self.text(factor, leading)

    def single(self, tree: Formula) -> str:
        """What ∂ or d/dx acts on: one piece, or in parentheses."""
        if type(tree) is Glyph:
            return self.glyph(tree)
        loose = type(bare(tree)) in UNDER_PARTIAL
        return self.paren(tree) if loose or begins_with_minus(tree) else self.text(tree)

    def base(self, tree: Formula) -> str:
        """The base of a power; a raised index must not run into the exponent."""
        core = bare(tree)
        simple = isinstance(core, Bracket) or (isinstance(core, Glyph) and not core.sup and not core.primes)
        simple = simple or (isinstance(core, Number) and core.text.replace(".", "").replace(",", "").isdigit())
        return self.text(tree) if simple else self.paren(tree)

    def paren(self, tree: Formula) -> str:
        """In parentheses, inside of its colour, stroke or brace."""
        if type(tree) in DECORATED:
            return self.dialect(bracketed(tree))
        return self.parenthesised(self.text(tree), is_tall(tree))

    def parenthesised(self, inner: str, tall: bool) -> str:
        """Parentheses around finished text, tall ones around tall content."""
        return f"({inner})"

    def number(self, text: str) -> str:
        """A printed number."""
        raise NotImplementedError

    def partial(self, tree: Partial) -> str:
        """A derivative."""
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


def with_comma(trees: Sequence[Formula]) -> bool:
    """Whether a number in them has a decimal comma, so that a comma between them could be misread."""
    several = len(trees) > 1
    return several and any(isinstance(part, Number) and "," in part.text for tree in trees for part in walk(tree))


def bare(tree: Formula) -> Formula:
    """The formula under its colour, stroke or brace."""
    while type(tree) in DECORATED:
        tree = tree.body  # type: ignore[attr-defined]
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
    core = bare(tree)
    if type(core) is Number:
        return core.text.startswith("-")
    if type(core) is Product:
        return begins_with_minus(core.factors[0]) and not isinstance(bare(core.factors[0]), (Negative, Sum))
    if type(core) is Sum:
        return begins_with_minus(core.terms[0])
    return type(core) is Negative or (type(core) is Compare and begins_with_minus(core.left))


def swallows(tree: Formula) -> bool:
    """Whether what is written after a formula would be read as part of it."""
    core = bare(tree)
    return isinstance(core, (BigSum, Slope)) or (isinstance(core, Product) and swallows(core.factors[-1]))


def run_together(before: Formula, after: Formula) -> bool:
    """Whether two factors side by side could be misread: 2 3, a word and what follows it, σ (x + y), a fraction after anything."""
    if isinstance(before, Glyph) and before == NABLA:  # with a dot it would be a divergence
        return False
    if isinstance(before, Glyph) and before.sub and before.base in FUNCTIONS:  # max over u, v, which is no factor
        return not isinstance(after, Bracket)
    if type(after) in APART_AFTER or type(before) in APART_BEFORE:
        return True
    if (
        _is_word(before)
        or _is_word(after)
        or (isinstance(before, Number) and {".", ","} & {*before.text} and isinstance(after, Sum))
    ):
        return True
    if isinstance(before, Glyph) and before.base in LETTER_FUNCTIONS and not before.sub and not before.sup:
        return not isinstance(after, Glyph)
    if isinstance(after, Power):
        return run_together(before, bare(after.base))
    return isinstance(after, Call) and not isinstance(before, (Glyph, Call, Sum))


def _is_word(tree: Formula) -> bool:
    return isinstance(tree, Glyph) and len(tree.base) > 1


def is_tall(tree: Formula) -> bool:
    """Whether a formula is higher than a line."""
    return type(tree) in TALL or (type(tree) not in LEAVES and any(map(is_tall, children(tree))))


SHORT = 5
"""Digits of a whole number in a fraction that is set small."""


def fractions_below(tree: Matrix) -> bool:
    """Whether fractions of two rows of a matrix stand one below the other and need a gap between."""
    return len(tree.rows) > 1 and any(is_tall(cell) for row in tree.rows for cell in row)


def small_ratio(tree: Ratio) -> bool:
    """Whether a fraction is one of two short whole numbers, as ½ is: it is set small, as a number."""
    parts = (tree.top, tree.bottom)
    return all(isinstance(part, Number) and part.text.isdigit() and len(part.text) <= SHORT for part in parts)
