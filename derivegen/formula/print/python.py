"""Display tree in, Python source out: 1 / 2 * (y - t)**2, with numpy's functions. And a glyph's name as an identifier: ŷ is y_hat."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import reduce
from itertools import chain, count

from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import (
    Bracket,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Indexed,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
    transform,
    walk,
)

CHOICE, SUM, TERM, MINUS, POWER, ATOM = range(6)
"""How tightly a text holds together; a looser one gets brackets inside a tighter one."""

NUMPY = {name: each.code for name, each in FUNCTIONS.items() if each.code is not None}
HELPERS = {name: (each.identifier, each.body) for name, each in FUNCTIONS.items() if each.body is not None}
"""Functions numpy lacks: what a program calls them, and what they return for z."""

_COMPARED = {"<": "<", ">": ">", "≤": "<=", "≥": ">=", "=": "==", "≠": "!="}
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def python(tree: Formula, named: Callable[[str], str], arrays: bool = True, as_factor: bool = False) -> str:
    """The formula as an expression, names of quantities and families answered by `named`; with `arrays` a choice works on each element.
    `as_factor` sets brackets where something is to be multiplied or divided. Raises TypeError where the tree has no such expression."""
    return Writer(named, arrays).at(tree, TERM if as_factor else CHOICE)


class Writer:
    """Writes a tree as people type formulas in programs; what is particular to a language is overridden."""

    times, over = " * ", " / "

    def __init__(self, named: Callable[[str], str], arrays: bool) -> None:
        self.named, self.arrays = named, arrays

    def write(self, tree: Formula) -> tuple[str, int]:
        match tree:
            case Quantity(name) | Indexed(name, _):
                return identifier_only(self.named(name)), ATOM
            case Number(text) if _NUMBER.fullmatch(text):
                return text, MINUS if text.startswith("-") else ATOM
            case Bracket(body) | Colour(body, _):
                return self.write(body)
            case Sum((first, *rest)):
                return self.at(first, SUM) + "".join(map(self._added, rest)), SUM
            case Product(factors):
                return self.times.join(self.at(f, TERM if n == 0 else MINUS) for n, f in enumerate(factors)), TERM
            case Ratio(top, bottom):
                return f"{self.at(top, TERM)}{self.over}{self.at(bottom, MINUS)}", TERM
            case Negative(body):
                return f"-{self.at(body, MINUS)}", MINUS
            case Power(base, exponent):
                low, high = self.at(base, ATOM), self.at(exponent, MINUS)
                if re.fullmatch(r"-\d+", high):
                    high += ".0"  # numpy raises no whole number to a negative whole power
                return f"{low}**{high}" if _plain(low) and _plain(high) else f"{low} ** {high}", POWER
            case Call():
                return self._call(tree), ATOM
            case Cases(branches):
                return self._choice(list(branches))
            case Compare(left, relation, right) if relation in _COMPARED:
                return f"{self.at(left, SUM)} {_COMPARED[relation]} {self.at(right, SUM)}", CHOICE
        raise TypeError(f"{type(tree).__name__} has no Python expression")

    def at(self, tree: Formula, level: int) -> str:
        """The text, in brackets if it holds together less tightly than `level`."""
        text, own = self.write(tree)
        return text if own >= level else f"({text})"

    def _added(self, term: Formula) -> str:
        return f" - {self.at(term.body, TERM)}" if isinstance(term, Negative) else f" + {self.at(term, TERM)}"

    def _call(self, tree: Call) -> str:
        if tree.primes or tree.function not in (*NUMPY, *HELPERS):
            raise TypeError(f"{tree.function} is an unknown function")
        arguments = [self.write(argument)[0] for argument in tree.arguments]
        if tree.function in HELPERS and len(arguments) > 1:
            raise TypeError(f"{tree.function} of several has no Python expression")
        if tree.function in HELPERS:
            return f"{HELPERS[tree.function][0]}({', '.join(arguments)})"
        function = NUMPY[tree.function]
        if len(arguments) > 2:
            return reduce(lambda left, right: f"{function}({left}, {right})", arguments)
        return f"{function}({', '.join(arguments)})"

    def _choice(self, branches: list[tuple[Formula, Formula | None]]) -> tuple[str, int]:
        (body, when), *rest = branches
        if when is None:
            return self.write(body)
        other = self._choice(rest)[0] if rest else "np.nan"
        if self.arrays:
            return f"np.where({self.write(when)[0]}, {self.write(body)[0]}, {other})", ATOM
        return f"{self.at(body, SUM)} if {self.write(when)[0]} else {other}", CHOICE


def _plain(text: str) -> bool:
    """Whether a power of this is set without spaces, as formatters of Python do."""
    return re.fullmatch(r"-?[\w.]+", text) is not None


def identifier_only(text: str) -> str:
    """The text itself, if it is an identifier; nothing else may stand for a name in a program. Raises TypeError."""
    if not _IDENTIFIER.fullmatch(text):
        raise TypeError(f"{text!r} is no identifier")
    return text


def called(trees: Iterable[Formula]) -> tuple[str, ...]:
    """The functions numpy lacks that the trees call, those first that others need; in the order of `HELPERS`."""
    found = {part.function for tree in trees for part in walk(tree) if isinstance(part, Call)}
    return tuple(name for name in HELPERS if name in found)


def without_ones(tree: Formula) -> Formula:
    """The tree without factors 1, which a program need not multiply by."""

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, Product):
            return None
        factors = tuple(without_ones(f) for f in part.factors if f != Number("1"))
        return (Number("1") if not factors else factors[0]) if len(factors) < 2 else Product(factors, part.dotted)

    return transform(tree, change)


def identifier(glyph: Glyph) -> str:
    """A glyph as it is typed in a program: w_{11} is w11, ŷ is y_hat, δ^{(1)} is delta1, w^{(1)}_{11} is w1_11; Greek is spelled."""
    marks = [re.sub(r"\W+", "_", _ascii(mark)).strip("_") for mark in (glyph.sup, glyph.sub)]
    base = re.sub(r"\W+", "_", _ascii(glyph.base)).strip("_") or "q"
    if base[0].isdigit():
        base = f"q{base}"
    tail = "_".join(mark for mark in marks if mark)
    apart = (
        "_" if tail and (glyph.accent or len(base) > 8 or not (base + tail)[-1].isdigit() or base[-1].isdigit()) else ""
    )
    return base + (f"_{glyph.accent}" if glyph.accent else "") + apart + tail


def _ascii(text: str) -> str:
    """Greek letters by name, accents dropped, of other letters nothing."""
    spelled = "".join(_spelled(letter) for letter in text)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


def _spelled(letter: str) -> str:
    name = re.fullmatch(
        r"GREEK (?:SMALL |CAPITAL )?(?:LETTER )?(?:FINAL )?(\w+)(?: SYMBOL)?", unicodedata.name(letter, "")
    )
    if name is None:
        return letter
    word = name[1].lower()
    return word.capitalize() if letter.isupper() else word


class Identifiers:
    """Hands out identifiers for a program, no two alike, none a keyword or a function of Python's own."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}

    def claim(self, wanted: str) -> str:
        """The wanted name, or with an underscore and then a number behind it if that is taken."""
        candidates = chain((wanted, f"{wanted}_"), (f"{wanted}_{n}" for n in count(2)))
        free = next(name for name in candidates if name not in self._taken)
        self._taken.add(free)
        return identifier_only(free)
