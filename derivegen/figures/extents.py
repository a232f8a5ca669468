"""A text or a formula as a label has it goes in; its width and height come out."""

from __future__ import annotations

from functools import lru_cache

from derivegen.figures.figure import Text
from derivegen.formula import tree as t
from derivegen.formula.functions import form, shown

# -- the size of labels --------------------------------------------------------------------------------------

_SMALL = 0.73
_NARROW = dict.fromkeys("ijl.,;:|'()[]", 0.44)
_WIDE = (
    dict.fromkeys("mwHXANK", 0.97)
    | dict.fromkeys("MW", 1.08)
    | dict.fromkeys("BCDEFGOPQRTUVYZ", 0.84)
    | {" ": 0.28, "−": 0.78, "-": 0.78, "+": 0.78, "×": 0.78}
)
_WIDTHS = _NARROW | _WIDE | dict.fromkeys("0123456789", 0.52)


_DEEP = "fjQβζθλξφψ"
"""Letters that reach both above the small ones and below the line."""
_UPRIGHT = (
    dict.fromkeys("ijlfrt.,;:|'()[]", 0.42)
    | dict.fromkeys("mw", 0.85)
    | dict.fromkeys("MWHX", 1.0)
    | {" ": 0.36, "×": 0.78, "−": 0.78, "+": 0.78}
)


def extent(content: Text, size: float) -> tuple[float, float]:
    """Width and height that a label needs at a font size, estimated on the large side."""
    width, height = _extent(content)
    return width * size, height * size


@lru_cache(maxsize=4096)
def _extent(content: Text) -> tuple[float, float]:
    return (_upright(content), 1.0) if isinstance(content, str) else _measure(content)


def _run(text: str) -> float:
    return sum(_WIDTHS.get(c, 0.68) for c in text)


def _upright(text: str) -> float:
    """The width of words, which are narrower than letters that stand for something."""
    return sum(_UPRIGHT.get(c, 0.79 if c.isupper() else 0.58) for c in text)


def _measure(tree: t.Formula) -> tuple[float, float]:
    """Width and height in units of the font size."""
    match tree:
        case t.Glyph(base, sub, sup, accent, _, primes):
            scripts = _SMALL * max(_run(sub), _run(sup)) + 0.08
            height = (
                (0.95 if len(base) > 1 or base in _DEEP else 0.78)
                + 0.3 * bool(sub)
                + 0.4 * bool(sup or primes)
                + 0.35 * bool(accent)
            )
            letters = _run(base) if len(base) == 1 else _upright(base)
            return max(letters, 0.95 * bool(accent)) + scripts * bool(sub or sup) + 0.3 * primes, height
        case t.Number(text):
            return _run(text), 0.8
        case t.Quantity(name) | t.Value(name):
            return _run(name) * _SMALL, 1.5
        case t.Words(text):
            return _upright(text), 1.0
        case t.Ratio(top, bottom) | t.Partial(top, bottom):
            signs = 0.65 * isinstance(tree, t.Partial)
            (w1, h1), (w2, h2) = _measure(top), _measure(bottom)
            return max(w1, w2) + signs + 0.3, h1 + h2 + 0.6
        case t.Power(base, exponent):
            (w1, h1), (w2, h2) = _measure(base), _measure(exponent)
            return w1 + 0.8 * (not isinstance(base, t.Glyph | t.Bracket)) + _SMALL * w2 + 0.1, h1 + _SMALL * h2
        case t.Under(body, label):
            (w1, h1), (w2, h2) = _measure(body), _measure(label)
            return max(w1, _SMALL * w2), h1 + _SMALL * h2 + 0.8
        case t.Colour(body) | t.Strike(body):
            return _measure(body)
        case t.Matrix(rows):
            sizes = [[_measure(entry) for entry in row] for row in rows]
            columns = (max(width for width, _ in column) for column in zip(*sizes, strict=True))
            return sum(columns) + 0.5 * len(rows[0]) + 0.3, sum(max(h for _, h in row) + 0.3 for row in sizes) + 0.2
        case t.BigSum(body, index, low, high):
            (w1, h1), limits = _measure(body), (_measure(index)[0] + 1.2 + _measure(low)[0], _measure(high)[0])
            return w1 + max(1.5, _SMALL * max(limits)) + 0.2, max(h1, 3.0)
    return _measure_row(tree)


_EULER = 1.6
"""e and what raises a number to it."""


def _measure_row(tree: t.Formula) -> tuple[float, float]:
    """A row of parts: their widths, room for what is printed before, between and around them."""
    parts = [_measure(child) for child in t.children(tree)]
    match tree:
        case t.Sum(terms):
            signs = 1.25 * (len(terms) - 1) - 0.8 * sum(isinstance(term, t.Negative) for term in terms[1:])
        case t.Product(factors):
            signs = 0.7 * (len(factors) - 1) + 0.8 * sum(isinstance(factor, t.Sum | t.Negative) for factor in factors)
        case t.Call(function, _, primes):
            signs = (_EULER if form(tree) == "power" else _run(shown(function))) + 0.3 * primes + 0.8
        case t.Negative() | t.Bracket():
            signs = 0.8
        case t.Compare():
            signs = 1.55
        case _:
            signs = 1.3 * len(parts)
    return signs + sum(w for w, _ in parts), max((h for _, h in parts), default=0.8) + 0.2
