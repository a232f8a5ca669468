"""The judge of a document: a composed document and the formulas read back from its written text go in; the number of lines judged comes
out, or CheckFailed with the first line that does not hold.

Three judgements. The text says what was composed: each formula, read back, is the composed one (`text`). The symbols are true: each
symbolic line equals the one before it at this network's numbers and at two other, random settings of all parameters and inputs (`lines`,
`settings`; lines about functions in `functions`). The numbers are true: each printed value is the fifty-digit value rounded (`numbers`),
and each numeric line lies in what the printed operands of the line before allow (`lines`). A line with a hole in it says nothing that
could be true or false; it is held to the text alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from derivegen.calculus.matrix import has_arrays
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.blocks import Derivation, Document, Row, Table, derivations, every
from derivegen.document.on_paper import is_result
from derivegen.document.verify.lines import Lines
from derivegen.document.verify.numbers import PrintedNumbers
from derivegen.document.verify.settings import Settings
from derivegen.document.verify.standing import Standing
from derivegen.document.verify.text import Form, Found, Read, composed, figure_formulas, formulas, judge_text, proses
from derivegen.document.verify.uses import judge_uses
from derivegen.errors import CheckFailed
from derivegen.formula.arithmetic.value import Irrational, precise, value
from derivegen.formula.read.readback import normal
from derivegen.formula.tree import Call, Compare, Formula, Hole, Matrix, Slope, Value, transform, values_in, walk
from derivegen.notation.notation import Notation
from derivegen.records import dataclass, replace

__all__ = ["Judge", "figure_formulas", "formulas"]


@dataclass(frozen=True)
class Judge:
    """Judges the documents of one trace in one notation."""

    trace: Trace
    notation: Notation

    def text(self, document: Document, found: Sequence[Found], read: Read, form: Form = normal) -> int:
        """Hold every formula of a written text to the composed document; how many there are."""
        return judge_text(self._composed(document, form), found, read, self.notation.functions, form)

    def _composed(self, document: Document, form: Form) -> Sequence[tuple[str, Formula]]:
        """What a text of the document has to say; kept for the document judged last, which most formats say in one form."""
        if form is not normal:
            return tuple(composed(document, self.notation, self.trace, form))
        if not self._last or self._last[0][0] is not document:
            self._last[:] = [(document, tuple(composed(document, self.notation, self.trace)))]
        return self._last[0][1]

    @cached_property
    def _last(self) -> list[tuple[Document, Sequence[tuple[str, Formula]]]]:
        return []

    def document(self, document: Document) -> int:
        """Judge every line and every printed value of a composed document; the number of lines."""
        lines = 0
        self.numbers.numbers()
        for whole in derivations(document.blocks):
            if not whole.rows:
                raise CheckFailed("a derivation has no lines: an empty box would be printed")
            derivation = without_holes(whole)
            functions = derivation.proves == "functions"
            lines += judge_functions(derivation, self.lines.show) if functions else self.lines.judge(derivation)
            for row in derivation.rows:
                self.standing.rule(row)
        lines += sum(map(self.lines.judge, stated(document)))
        for block in every(document.blocks):
            if isinstance(block, Table) and block.uses_of:
                judge_uses(block, self.trace.derivation)
        for _, tree in (*formulas(document), *figure_formulas(document)):
            for part in walk(tree):
                if isinstance(part, Value):
                    self.numbers.value(part.name, part.more)
        return lines

    @cached_property
    def numbers(self) -> PrintedNumbers:
        """What judges its numbers."""
        return PrintedNumbers(self.trace)

    @cached_property
    def settings(self) -> Settings:
        """Where its symbolic lines must hold."""
        return Settings(self.trace)

    @cached_property
    def standing(self) -> Standing:
        """What judges what is said of where quantities stand."""
        return Standing(self.trace.derivation)

    @cached_property
    def lines(self) -> Lines:
        """What judges its lines."""
        return Lines(self.trace, self.notation, self.numbers, self.settings)


def stated(document: Document) -> Iterator[Derivation]:
    """What running text and the cells of tables say of numbers, 0.4 − 0.5 · 0.0083 ≈ 0.3958, as lines: a calculator has to come from the
    left side to the right one."""
    for prose in proses(document):
        for place, tree in enumerate(prose):
            if not isinstance(tree, Compare) or tree.relation not in ("=", "≈") or not is_result(tree.right):
                continue
            if isinstance(tree.right, Matrix) and not has_arrays(tree.left):
                continue  # ∇L is no array of this network
            if any(values_in(tree.left)):
                remark = prose[place + 1 :]
                yield Derivation(
                    (Row(tree.right, tree.relation, tree.left), Row(None, tree.relation, tree.right, remark))
                )
            elif not _has_hole(tree):
                yield Derivation((Row(tree.left, tree.relation, tree.right),))


def without_holes(derivation: Derivation) -> Derivation:
    """The lines both of whose sides are written out, each that has lost the line before it with its left side."""
    rows = []
    before: Formula | None = None
    lost = False
    for row in derivation.rows:
        before = row.left if row.left is not None else before
        if before is not None and (_has_hole(before) or _has_hole(row.right)):
            lost = True
        else:
            rows.append(replace(row, left=before) if lost else row)
            lost = False
        before = row.right
    return replace(derivation, rows=tuple(rows))


def _has_hole(tree: Formula) -> bool:
    return any(isinstance(part, Hole) for part in walk(tree))


Show = Callable[[Formula, Row], str]
# lines about a function of free letters, proved by sampling; a slope by a difference quotient at fifty digits

POINTS = (-7.3, -1.7, -0.4, 0.3, 0.9, 2.1, 8.2)
"""Among them some beyond 6, where the last of the known functions has its last kink."""


def judge_functions(derivation: Derivation, show: Show) -> int:
    """Every line holds at the points where both its sides have a value; the number of lines."""
    before: Formula | None = None
    definitions: dict[str, Formula] = {}
    for row in derivation.rows:
        if row.left is not None:
            before = row.left
            name = getattr(row.left, "function", None)
            if name is not None:
                definitions[name] = row.right
        assert before is not None
        if row.relation != "=":
            raise CheckFailed(f"{show(before, row)}: functions are equal or not, never {row.relation}")
        held = 0
        for point in POINTS:
            left, right = (_at_point(side, point, definitions) for side in (before, row.right))
            if left is None or right is None:
                continue
            held += 1
            if abs(left - right) > 1e-12 * (1 + abs(left)):
                raise CheckFailed(f"{show(before, row)}: the sides are {float(left)!r} and {float(right)!r} at {point}")
        if not held:
            raise CheckFailed(f"{show(before, row)}: there is no point at which both sides have a value")
        before = row.right
    return len(derivation.rows)


def _at_point(tree: Formula, point: float, definitions: Mapping[str, Formula]) -> Any:
    """A side at a value of its free letter, fifty digits; a slope as a central difference quotient. None where it has no value."""
    arithmetic = precise()

    def opened(part: Formula) -> Formula | None:
        known = isinstance(part, Call) and part.function not in arithmetic.functions and part.function in definitions
        return transform(definitions[part.function], opened) if known and isinstance(part, Call) else None

    def at(body: Formula, z: Any) -> Any:
        def look_up(name: str) -> Any:
            if name != "z":
                raise Irrational(name)
            return z

        return value(transform(body, opened), look_up, arithmetic)

    try:
        if isinstance(tree, Slope):
            h = arithmetic.number(10.0) ** -18
            z = arithmetic.number(point)
            return (at(tree.body, z + h) - at(tree.body, z - h)) / (2 * h)
        return at(tree, arithmetic.number(point))
    except (Irrational, ValueError, ZeroDivisionError, OverflowError):
        return None
