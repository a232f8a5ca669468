"""What there is to know of a function, as a record: `functions.py` has one of each, and whoever asks about a function asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from derivegen.formula.tree import Call, Formula, Relation
from derivegen.records import dataclass

Numbers = Callable[..., Any]
"""From numbers of an arithmetic to one of the same."""
Form = Literal["call", "power", "root", "bars"]
"""f(z); e with z as its exponent; a root over z; z between bars."""


class Switch(NamedTuple):
    """A kink at 0: what the function is of a z above it, and elsewhere."""

    above: Callable[[Formula], Formula]
    elsewhere: Callable[[Formula], Formula]


class Choice(NamedTuple):
    """Kinks where two arguments are equal: which of several is chosen, the first of equal ones."""

    relation: Relation
    chosen: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `slope` is its derivative at u (None of a choice, whose slope is that of the chosen); `double`, `exact`, `precise`,
    `arrays` are its values, `symbolic` its sympy expression, `closed` where sympy shall keep it as one word until it is opened. `sided` is
    its value at numbers with a tiny imaginary part, where that of arrays would lose it; `layer` the quickest for the array of a whole
    layer, if it is another, which `fills` an array given to it as a second argument.

    `rising`: it never falls; `steepest`: no slope is greater; `limits`: what its values run into, None without end (a unit near one is
    saturated); `begins`: its limit at 0 where it has no values below. `definition` is the formula in z that it is short for.

    `sign` is what a page calls it, an `operator` if that is a command of TeX and Typst; `typed` are its names in network files (none if it
    cannot be typed there), `also` those that people use besides; `said` is its key among the spoken words. `word` is its identifier;
    `code` what numpy calls it, `body` what a program returns for z where numpy has it not."""

    name: str
    slope: Callable[[Formula], Formula] | None
    double: Numbers
    exact: Numbers
    precise: Callable[[Any], Numbers]
    arrays: Callable[[Any], Numbers]
    symbolic: Callable[..., Any]
    closed: bool = False
    sided: Callable[[Any], Numbers] | None = None
    layer: Callable[[Any], Numbers] | None = None
    fills: bool = False
    rising: bool = False
    steepest: float | None = None
    limits: tuple[int | None, int | None] = (None, None)
    begins: float | None = None
    kink: Switch | Choice | None = None
    definition: str | None = None
    arity: tuple[int, int] = (1, 1)
    form: Form = "call"
    sign: str = ""
    operator: bool = False
    typed: tuple[str, ...] | None = None
    also: tuple[str, ...] = ()
    said: str | None = None
    word: str = ""
    code: str | None = None
    body: str | None = None

    def __call__(self, *arguments: Formula) -> Call:
        """The formula of the function at its arguments."""
        return Call(self.name, arguments)

    @property
    def shown(self) -> str:
        """What a page calls it."""
        return self.sign or self.name

    @property
    def identifier(self) -> str:
        """What a program calls it."""
        return self.word or self.name

    @property
    def spellings(self) -> tuple[str, ...]:
        """Its names in network files."""
        return (self.name,) if self.typed is None else self.typed
