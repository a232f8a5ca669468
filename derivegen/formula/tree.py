"""The display tree: mathematics in the order a teacher writes it. Values in, values out; printers and the reader share it.

Leaves come in states. `Indexed` is a whole family's member under index letters (h at (t − 1, j)), `Quantity` is a canonical name
("w[1][2][3]", "dloss/dz[1][1]"), `Value` is "the number of that quantity";
`Array` is a whole matrix or vector under its canonical name ("w[1]");
a notation and a rounding turn them into `Glyph` and `Number`, which is all that printers print and readers read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, Union

from derivegen.formula.places import Affine, Range
from derivegen.records import dataclass, fields, is_dataclass, replace

Accent = Literal["hat", "bar"]
Relation = Literal["=", "≈", "←", "<", ">", "≤", "≥", "≠", "∈", "∝"]


@dataclass(frozen=True)
class Formula:
    """Any node of the tree. What evaluates it is kept beside it once it was made (`arithmetic.value.program`), as is what it
    holds (`kinds`)."""

    __slots__ = ("_kinds", "_program")
    if TYPE_CHECKING:  # no fields, also to dataclasses
        _program: ClassVar[Any]
        _kinds: ClassVar[Any]


@dataclass(frozen=True, slots=True)
class Quantity(Formula):
    """A quantity under its canonical name; a notation decides how it looks."""

    name: str


@dataclass(frozen=True, slots=True)
class Value(Formula):
    """The number a quantity has; the document's rounding decides how it is printed, `more` with how many further digits on this line."""

    name: str
    more: int = 0


Place = Union[str, Affine, "Indexed"]
"""What stands in one place of an index: a letter, a sum of letters and whole numbers, or a whole number looked up in a family."""


@dataclass(frozen=True, slots=True)
class Indexed(Formula):
    """A quantity of a family at places, w[1] at (j, k), h at (t − 1, j), E at (id[t], d); with numbers for the letters it becomes a
    `Quantity`."""

    base: str
    places: tuple[Place, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters that stand in the places, each once; of plain places, these."""
        return tuple(dict.fromkeys(letter for place in self.places for letter in letters_of(place)))


@dataclass(frozen=True, slots=True)
class Array(Formula):
    """A whole matrix or column under its canonical name: "w[1]", "z[2]@1", "dloss/dw[1]", "delta[1]"."""

    name: str


@dataclass(frozen=True, slots=True)
class Glyph(Formula):
    """A letter or word with a subscript, a superscript in the same line (an index, never a power), an accent, primes after it."""

    base: str
    sub: str = ""
    sup: str = ""
    accent: Accent | None = None
    bold: bool = False
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Number(Formula):
    """A number as printed: digits, at most one decimal sign (a point; a comma in languages that write one), an ASCII minus in front if
    negative."""

    text: str


@dataclass(frozen=True, slots=True)
class Negative(Formula):
    """−x."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Sum(Formula):
    """Two or more terms in the given order; a `Negative` term is printed with a minus between."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Product(Formula):
    """Two or more factors in the given order, with a dot between them or, if not `dotted`, side by side where that can be read."""

    factors: tuple[Formula, ...]
    dotted: bool = True


@dataclass(frozen=True, slots=True)
class Ratio(Formula):
    """A fraction with a bar."""

    top: Formula
    bottom: Formula


@dataclass(frozen=True, slots=True)
class Power(Formula):
    """base to the exponent."""

    base: Formula
    exponent: Formula


_SMALL_POWER = re.compile(r"0[.,](0{5,}1)")


def printed_number(text: str) -> Formula:
    """A number as a text prints it: digits, two whole numbers with a bar between them where the text is 17/36, or the power of ten that
    it is where the zeros of 0.00000001 would have to be counted."""
    top, bar, bottom = text.partition("/")
    if not bar:
        small = _SMALL_POWER.fullmatch(text)
        return Number(text) if small is None else Power(Number("10"), Number(f"-{len(small[1])}"))
    ratio = Ratio(Number(top.lstrip("-")), Number(bottom))
    return Negative(ratio) if text.startswith("-") else ratio


@dataclass(frozen=True, slots=True)
class Partial(Formula):
    """∂of/∂by."""

    of: Formula
    by: Formula


@dataclass(frozen=True, slots=True)
class Call(Formula):
    """A function at its arguments: exp (printed as e to the …), ln, sqrt, sin, cos, tanh, sigmoid (σ), relu, max, min, abs, softplus, …;
    any other name is an unknown function. `primes` counts derivatives: f′(z)."""

    function: str
    arguments: tuple[Formula, ...]
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Slope(Formula):
    """d body / d by, not yet carried out (the left side of a slope's derivation)."""

    body: Formula
    by: Formula


@dataclass(frozen=True, slots=True)
class Compare(Formula):
    """left relation right, as a condition."""

    left: Formula
    relation: Relation
    right: Formula


@dataclass(frozen=True, slots=True)
class Cases(Formula):
    """Values under conditions; the last condition may be None ("otherwise")."""

    branches: tuple[tuple[Formula, Formula | None], ...]


@dataclass(frozen=True, slots=True)
class Matrix(Formula):
    """A matrix of rows × columns in square brackets."""

    rows: tuple[tuple[Formula, ...], ...]


@dataclass(frozen=True, slots=True)
class Transpose(Formula):
    """A matrix with rows and columns exchanged."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Hadamard(Formula):
    """Two or more arrays of one shape multiplied entry by entry."""

    factors: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class BigSum(Formula):
    """The sum sign: body over index from low to high."""

    body: Formula
    index: Formula
    low: Formula
    high: Formula


@dataclass(frozen=True, slots=True)
class Extreme(Formula):
    """The greatest or the least of the body over the letters of the ranges."""

    body: Formula
    ranges: tuple[Range, ...]
    function: Literal["max", "min"] = "max"


@dataclass(frozen=True, slots=True)
class Wins(Formula):
    """1 where the body is the first greatest (least) over the letters of the ranges, else 0: the slope of an `Extreme` by its body."""

    body: Formula
    ranges: tuple[Range, ...]
    function: Literal["max", "min"] = "max"


@dataclass(frozen=True, slots=True)
class Bracket(Formula):
    """Parentheses a teacher would write although precedence does not ask for them."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Under(Formula):
    """body with a brace below it and a label under the brace."""

    body: Formula
    label: Formula


@dataclass(frozen=True, slots=True)
class Strike(Formula):
    """body struck out."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Colour(Formula):
    """body in the colour of a role ("value", "gradient", "route", "quiet"); never the only sign of anything."""

    body: Formula
    role: str


@dataclass(frozen=True, slots=True)
class Words(Formula):
    """Ordinary words inside a formula."""

    text: str


@dataclass(frozen=True, slots=True)
class Hole(Formula):
    """Room to write an answer in, marked with its label ("" for none)."""

    label: str = ""


def letters_of(place: Place) -> tuple[str, ...]:
    """The letters that stand in a place."""
    return (place,) if isinstance(place, str) else place.letters


ONE = Number("1")
ZERO = Number("0")
LEAVES = frozenset((Quantity, Value, Indexed, Array, Glyph, Number, Words, Hole))


def children(tree: Formula) -> tuple[Formula, ...]:
    """The formulas directly inside, in printing order."""
    kind: Any = type(tree)  # a class is hashable, whatever mypy thinks of its instances
    return _inside(kind)(tree)


@cache
def _inside(kind: Any) -> Callable[[Any], tuple[Formula, ...]]:
    """What finds the formulas directly inside one of a kind; kept, since pages are walked over and over."""
    if kind in LEAVES:
        return lambda tree: ()
    if kind is Cases:
        return lambda tree: tuple(part for branch in tree.branches for part in branch if part is not None)
    if kind is Matrix:
        return lambda tree: tuple(cell for row in tree.rows for cell in row)
    if kind in _SEVERAL:
        return attrgetter(_SEVERAL[kind])
    names = [part.name for part in fields(kind) if part.type == "Formula"]
    return attrgetter(*names) if len(names) > 1 else lambda tree: (getattr(tree, names[0]),)


_SEVERAL: Mapping[type[Formula], str] = {Sum: "terms", Product: "factors", Hadamard: "factors", Call: "arguments"}


def walk(tree: Formula) -> Iterator[Formula]:
    """The tree and everything in it, parents first."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        if type(part) not in LEAVES:
            waiting.extend(reversed(children(part)))


def kinds(tree: Formula) -> frozenset[type[Formula]]:
    """The kinds of formulas that the tree holds, found once: of what somebody has typed it is asked over and over."""
    try:
        found: frozenset[type[Formula]] = tree._kinds
    except AttributeError:
        found = frozenset(map(type, walk(tree)))
        object.__setattr__(tree, "_kinds", found)
    return found


def values_in(tree: Formula) -> Iterator[str]:
    """The names of the numbers that are put in."""
    return (part.name for part in walk(tree) if isinstance(part, Value))


def names_in(tree: Formula) -> Iterator[str]:
    """The names of the quantities in a formula, from left to right, each as often as it stands there."""
    return (part.name for part in walk(tree) if isinstance(part, Quantity))


def transform(tree: Formula, change: Callable[[Formula], Formula | None]) -> Formula:
    """Replace from the top: where `change` answers a formula it stands in, unvisited; where it answers None the children are visited."""
    changed = change(tree)
    if changed is not None:
        return changed
    if type(tree) in LEAVES:
        return tree
    return type(tree)(*[_changed(getattr(tree, name), change) for name in tree.__dataclass_fields__])


def _changed(part: Any, change: Callable[[Formula], Formula | None]) -> Any:
    """A field of a formula, with the formulas in it replaced."""
    if isinstance(part, Formula):
        return transform(part, change)
    return tuple([_changed(each, change) for each in part]) if isinstance(part, tuple) else part


def product(*factors: Formula, dotted: bool = True) -> Formula:
    """The product of the factors; of one, the factor itself; of none, 1."""
    if len(factors) < 2:
        return factors[0] if factors else ONE
    return Product(factors, dotted)


def total(*terms: Formula) -> Formula:
    """The sum of the terms; of one, the term itself; of none, 0."""
    if len(terms) < 2:
        return terms[0] if terms else ZERO
    return Sum(terms)


Whole = TypeVar("Whole")


def put_in(tree: Formula, by_name: Mapping[str, Formula]) -> Formula:
    """The formula with others in place of quantities."""
    return transform(tree, lambda part: by_name.get(part.name) if isinstance(part, Quantity) else None)


def map_formulas(whole: Whole, change: Callable[[Formula], Formula]) -> Whole:
    """Anything made of dataclasses and tuples (a document, a figure) with every formula in it changed."""

    def visit(part: Any) -> Any:
        if isinstance(part, Formula):
            return change(part)
        if isinstance(part, tuple):
            return tuple(visit(item) for item in part)
        if is_dataclass(part) and not isinstance(part, type):
            return replace(part, **{f.name: visit(getattr(part, f.name)) for f in fields(part)})
        return part

    mapped: Whole = visit(whole)
    return mapped
