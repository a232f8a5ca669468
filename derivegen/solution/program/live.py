"""The lines of a document as a program: a composed document goes in; for each derivation with numbers the Python that does it over comes
out, which names each value by its symbol and holds it to what is printed. All of it has been run before it is handed out.

A value of which the document shows only the number (a unit of a table) is computed in front of the line that first needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from derivegen.calculus.numbers.evaluate import Symbolic, Trace
from derivegen.document.blocks import Derivation, Document, Row
from derivegen.document.on_paper import statements
from derivegen.document.words import Words
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import CALCULATOR, Irrational, value
from derivegen.formula.print.python import HELPERS, Identifiers, called, identifier, python
from derivegen.formula.tree import Formula, Glyph, Number, Partial, Quantity, Value, names_in, values_in
from derivegen.notation.notation import Notation
from derivegen.on_use import numpy
from derivegen.records import dataclass, field
from derivegen.solution.program.names import RESERVED
from derivegen.solution.program.text import literal

SHOWS = "shows"
"""The function of the program that holds a value to a printed number."""


@dataclass(frozen=True, slots=True)
class Live:
    """What stands before all cells, and the cells by the place of their derivation among the blocks of the document."""

    start: tuple[str, ...]
    cells: dict[int, str]


def live(document: Document, trace: Trace, notation: Notation, words: Words) -> Live:
    """The cells of a document; none where it has no numbers, or doubles have other ones. Raises CheckFailed if one does not come to what is
    printed."""
    if trace.complete and not trace.doubles_suffice:
        return Live((), {})
    writer = _Writer(trace, notation, words)
    cells = {}
    for place, block in enumerate(document.blocks):
        if isinstance(block, Derivation) and block.proves == "quantities":
            lines = [line for statement in statements(block) for line in writer.statement(statement)]
            if lines:
                cells[place] = "\n".join([*lines, writer.last])
    start = writer.start() if cells else ()
    _run([*start, *cells.values()])
    return Live(start, cells)


@dataclass
class _Writer:
    """The program so far: which symbol has which name, and which names stand for a number already."""

    trace: Trace
    notation: Notation
    words: Words
    last: str = ""
    named: dict[Formula, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    given: list[str] = field(default_factory=list)
    trees: list[Formula] = field(default_factory=list)
    identifiers: Identifiers = field(default_factory=lambda: Identifiers((*RESERVED, SHOWS, "Decimal")))

    def start(self) -> tuple[str, ...]:
        """The imports, the functions numpy lacks and the comparison; the given numbers."""
        helpers = called(self.trees)
        functions = [f"def {name}(z):\n    return {body}" for name, body in (HELPERS[key] for key in helpers)]
        math = ["import math"] if any("math." in text for text in functions) else []
        # 1 − a² of a saturated unit is 0 in doubles, and 10⁻³⁵ on paper
        shows = (
            f"def {SHOWS}(value, printed):\n"
            f"    # {self.words.plain('notebook.shows')}\n"
            "    half = 0.5 * 10.0 ** Decimal(printed).as_tuple().exponent\n"
            "    return abs(value - float(printed)) <= half * (1 + 1e-9) + 1e-15"
        )
        imports = "\n".join([*math, "from decimal import Decimal", "", "import numpy as np"])
        givens = "\n".join([f"# {self.words.plain('notebook.given')}", *self.given])
        return "\n\n\n".join([imports, *functions, shows]), givens

    def statement(self, rows: Sequence[Row]) -> list[str]:
        """What computes the value a statement ends with, and holds it to the printed one; nothing where it ends with none."""
        left, printed = rows[0].left, rows[-1].right
        if not isinstance(left, Quantity) or not isinstance(printed, Value | Number):
            return []
        for row in reversed(rows):
            if any(values_in(row.right)):
                continue
            lines = self._computed(left, row.right, printed)
            if lines:
                return lines
        return []

    def _computed(self, left: Quantity, tree: Formula, printed: Value | Number) -> list[str]:
        names = [*names_in(tree)]
        if not self._is_simple(left) or not all(map(self._known, names)):
            return []
        if not self._leads_to(tree, printed) or self.trace.missed(tree):
            return []
        before = [line for name in names for line in self._needed(name)]
        try:
            text = python(tree, self.name, arrays=False)
        except TypeError:
            return []
        self.trees.append(tree)
        name = self.name(left.name)
        if text == name:
            return []
        self.defined.add(name)
        self.last = name
        return [*before, f"{name} = {text}", *self._held(name, tree, printed)]

    def _leads_to(self, tree: Formula, printed: Value | Number) -> bool:
        """Whether a line comes to what is printed; where values are carried on as printed, another line may round to another one."""
        if not self.trace.carried or not isinstance(printed, Value):
            return True
        found = self._from_printed(tree)
        return found is not None and self.trace.rounding.comes_to(found, self.trace.text(printed.name))

    def _from_printed(self, tree: Formula) -> Fraction | None:
        """What a line comes to from printed values; None where it has no number."""
        try:
            return Fraction(value(tree, lambda name: Fraction(self.trace.text(name)), CALCULATOR))
        except (Symbolic, Irrational, InputError, LookupError, ArithmeticError, ValueError):
            return None

    def _held(self, name: str, tree: Formula, printed: Value | Number) -> list[str]:
        """The comparison with what is printed; then, where values are carried on as printed, that."""
        if isinstance(printed, Number):
            return []
        text = self.trace.text(printed.name)
        rounded = self.trace.carried and self._from_printed(tree) != Fraction(
            text
        )  # though the true value may be short
        if not rounded and self.trace.shown_exactly(printed.name):
            return [f"assert np.isclose({name}, {text}, rtol=1e-9, atol=1e-12)"]
        lines = [f'assert {SHOWS}({name}, "{text}")']
        if self.trace.carried:
            lines.append(f"{name} = {text}  # {self.words.plain('notebook.carried')}")
        return lines

    # what a line needs

    def _needed(self, name: str) -> Iterator[str]:
        """The lines that give a name its number, if it has none yet: a given one among the givens, another computed, or taken as it is.
        Each comes after the lines of what it needs, however many of them stand one upon the other."""
        waiting: list[tuple[str, Formula | None]] = [(name, None)]
        while waiting:
            own, ready = waiting.pop()
            variable = self.name(own)
            if ready is not None:
                yield from self._line(own, ready)
            elif variable not in self.defined:
                formula = self._defining(own)
                if isinstance(formula, Quantity) and self.name(formula.name) == variable:
                    waiting.append((formula.name, None))
                    continue
                self.defined.add(variable)
                if formula is not None:
                    needed = [*names_in(formula)]
                    waiting += [(own, formula), *((each, None) for each in reversed(needed))]
                elif self._is_given(own):
                    self.given.append(f"{variable} = {self._literal(own)}")
                else:
                    yield f"{variable} = {self._literal(own)}  # {self.words.plain('notebook.taken')}"

    def _defining(self, name: str) -> Formula | None:
        """What a quantity is computed by in the program, if it leads to what is printed."""
        formula = None if self._is_given(name) else self._formula(name)
        return formula if formula is not None and self._leads_to(formula, Value(name)) else None

    def _line(self, name: str, formula: Formula) -> Iterator[str]:
        variable = self.name(name)
        self.trees.append(formula)
        yield f"{variable} = {python(formula, self.name, arrays=False)}"
        if self.trace.carried:
            yield from self._held(variable, formula, Value(name))

    def _formula(self, name: str) -> Formula | None:
        """How a quantity is defined, where that can be a line of the program."""
        try:
            formula = self.trace.floats.formula(name)
            if formula is not None:
                python(formula, lambda _: "x", arrays=False)
                quantities = [*names_in(formula)]
                if all(map(self._known, quantities)):
                    return formula
        except (InputError, LookupError, TypeError):
            pass
        return None

    def _is_given(self, name: str) -> bool:
        return name in self.trace.graph.givens or name == "rate"

    def _literal(self, name: str) -> str:
        exact = self.trace.exact(name)
        return literal(exact if exact is not None else self.trace.number(name))

    def _known(self, name: str) -> bool:
        try:
            return self._is_simple(Quantity(name)) and self.trace.known(name)
        except (Symbolic, Irrational, InputError, LookupError, ValueError, AttributeError):
            return False

    def _is_simple(self, quantity: Quantity) -> bool:
        """Whether a quantity has a symbol that can be a name."""
        try:
            return isinstance(self.notation.symbol(quantity.name), Glyph | Partial)
        except (InputError, LookupError, ValueError):
            return False

    # names

    def name(self, quantity: str) -> str:
        """The identifier of a quantity; two that print alike are one, as y is both z and a of a linear unit."""
        symbol = self.notation.symbol(quantity)
        if symbol not in self.named:
            self.named[symbol] = self.identifiers.claim(_identifier(symbol))
        return self.named[symbol]


def _identifier(symbol: Formula) -> str:
    """w_{11} is w11, w′ is w_new, ∂L/∂w is dL_dw."""
    if isinstance(symbol, Partial):
        return f"d{_identifier(symbol.of)}_d{_identifier(symbol.by)}"
    assert isinstance(symbol, Glyph)
    return identifier(symbol) + "_new" * symbol.primes


def _run(cells: Sequence[str]) -> None:
    """Run everything once. It is made by us alone: identifiers, numbers and functions of our tables."""
    space: dict[str, Any] = {"__name__": "__main__"}
    with numpy.errstate(all="ignore"):
        for cell in cells:
            try:
                exec(compile(cell, "<notebook>", "exec", dont_inherit=True), space)
            except Exception as error:  # whatever goes wrong in a program of ours is a defect of ours
                raise CheckFailed(f"a live cell does not run: {error!r} in\n{cell}") from None
