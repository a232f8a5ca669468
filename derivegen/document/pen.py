"""The pen: formulas and a trace go in, lines of a derivation come out, with numbers put in and = or ≈ chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from derivegen.calculus.assume import read_assumption, settled
from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Derivation, Prose, Row
from derivegen.document.on_paper import OnPaper
from derivegen.document.press import Press
from derivegen.document.words import Words
from derivegen.formula.tree import (
    ONE,
    Bracket,
    Cases,
    Compare,
    Formula,
    Negative,
    Number,
    Product,
    Quantity,
    Relation,
    Value,
    names_in,
    product,
    transform,
    values_in,
)
from derivegen.network.family import Index
from derivegen.network.graph import Graph
from derivegen.network.layer import Layer
from derivegen.network.names import parse_derivative
from derivegen.network.tables.activations import is_identity as is_rule_of_identity
from derivegen.network.wanted import worked_layers
from derivegen.notation.notation import Notation
from derivegen.records import dataclass

Line = tuple[Formula, Prose]


def pen_over(press: Press, trace: Trace, digits: bool = True, row: int | None = None) -> Pen:
    """The pen that works in full the loss itself, or with several rows the own loss of one of them, of the first if none is named."""
    rows = trace.graph.network.rows
    own = trace.derivation if rows == 1 else trace.derivation.of_row((row or 1) if isinstance(rows, int) else "r")
    return Pen(trace, own, press, digits)


@dataclass(frozen=True)
class Pen:
    """Writes lines with the numbers of one trace for one press. `chain` is what is differentiated: the loss, or one row's own loss.
    `digits` says whether lines get the digits a calculator needs at once; where one document is filled with the numbers of many, they get
    them later."""

    trace: Trace
    chain: Chain
    press: Press
    digits: bool = True

    @property
    def words(self) -> Words:
        """The sentences."""
        return self.press.words

    @property
    def notation(self) -> Notation:
        """What quantities are called."""
        return self.press.notation

    @property
    def graph(self) -> Graph:
        """The graph of the network."""
        return self.trace.graph

    @property
    def rows_in_hand(self) -> tuple[Index, ...]:
        """The index of the row in hand, for the members of a family; nothing where there is only one row."""
        return () if self.chain.row is None else (self.chain.row,)

    @cached_property
    def worked(self) -> tuple[Layer, ...]:
        """The layers that are worked: all but those in the middle of a deep network."""
        return tuple(map(self.graph.layer, worked_layers(self.graph)))

    @property
    def deep(self) -> bool:
        """Whether there are layers that are not worked."""
        return len(self.worked) < self.graph.depth

    def skipped(self, number: int) -> Prose:
        """What is said, before a layer on the way forward or after it on the way back, of those below it that are not worked."""
        first = self.lowest_skipped(number)
        return self.say("layers.skipped", first=first, last=number - 1) if first < number else ()

    def lowest_skipped(self, number: int) -> int:
        """The lowest of the layers between a worked one and the next worked one below it; itself if there are none."""
        return 1 + max((layer.number for layer in self.worked if layer.number < number), default=0)

    @property
    def row_in_hand(self) -> Formula | None:
        """The number of the row in hand as the notation counts, or the letter of any row; None where there is only one."""
        row = self.chain.row
        return None if row is None else Quantity(f"@{row}" if isinstance(row, int) else row)

    def say(self, key: str, **values: object) -> Prose:
        """A sentence."""
        return self.words.say(key, **values)

    def derivation(self, left: Formula, lines: Iterable[Line]) -> Derivation:
        """left = first = second …, each line with the relation that holds between what is printed."""
        return Derivation(tuple(self.rows(left, lines)))

    def rows(self, left: Formula, lines: Iterable[Line]) -> Iterable[Row]:
        """The rows of one statement; a line that would print like the one before is left out."""
        first: Formula | None = left
        before = left
        for right, reason in lines:
            if right == before or (first is None and self._same_number(before, right)):
                continue
            yield Row(first, self.relation(before, right), right, reason)
            first, before = None, right

    def _same_number(self, before: Formula, right: Formula) -> bool:
        """Whether two lines would print one number twice."""
        texts = [
            part.text if isinstance(part, Number) else self.trace.text(part.name) if isinstance(part, Value) else None
            for part in (before, right)
        ]
        return texts[0] is not None and texts[0] == texts[1]

    def relation(self, before: Formula, right: Formula) -> Relation:
        """= if both printed sides are equal as fractions or every number on them is exact; else ≈."""
        return self.paper.relation(before, right)

    def stated(self, name: str, left: Formula | None = None) -> Compare:
        """The quantity, or what it is written as, and its number."""
        own, number = Quantity(name), Value(name)
        return Compare(own if left is None else left, self.relation(own, number), number)

    @cached_property
    def paper(self) -> OnPaper:
        """What the printed numbers come to."""
        return OnPaper(self.trace, arrays_of(self.trace.derivation))

    def followed(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The rows of one statement with digits enough for a calculator to follow them."""
        return self.paper.statement(rows, self.remark) if self.digits else rows

    def remark(self, printed: Sequence[Number]) -> Prose:
        """What stands beside a line whose printed numbers alone would give something else."""
        return self.say("reason.last-digit", printed=list(printed))

    def numbers(self, tree: Formula) -> Formula:
        """The tree with the numbers of its quantities; of cases, the one that holds."""

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Quantity) and self.trace.known(part.name):
                return Value(part.name)
            return self.numbers(self.trace.branch(part)) if isinstance(part, Cases) else None

        return transform(tree, change)

    def known(self, tree: Formula) -> bool:
        """Whether every quantity of the tree has a number."""
        return all(map(self.trace.known, names_in(tree)))

    def statement(
        self,
        name: str,
        formula: Formula,
        reason: Prose,
        numbers: Prose = (),
        extra: Iterable[Line] = (),
        lead: Iterable[Line] = (),
    ) -> Derivation:
        """name = formula = the numbers put in = its value; as far as there are numbers. Lines may stand before and after the formula."""
        lines: list[Line] = [*lead, (formula, reason), *extra]
        return self.derivation(Quantity(name), [*lines, *self.in_numbers(name, formula, numbers)])

    def in_numbers(self, name: str, formula: Formula, reason: Prose) -> list[Line]:
        """The numbers put into a quantity's formula, and its value; the value alone where nothing is put in; nothing without numbers."""
        if not (self.known(formula) and self.trace.known(name)):
            return []
        put_in = self.numbers(formula)
        shows = any(values_in(put_in))
        return [(put_in, reason), (Value(name), ())] if shows else [(Value(name), reason)]

    def together(self, factors: Iterable[Factor]) -> Formula:
        """The readings of the factors as a product in route order; a factor 1 is kept, so that none is missed. A gate that nothing
        settles stays the derivative it is: cases could not be read inside a product."""
        return product(*(self._in_product(factor) for factor in factors))

    def _in_product(self, factor: Factor) -> Formula:
        reading = factor.reading
        if isinstance(reading, Cases):
            branch = self.assumed(reading)
            reading = Quantity(factor.name) if branch is None else branch[0]
        return Bracket(reading) if isinstance(reading, Product) and reading.dotted else reading

    def assumed(self, cases: Cases) -> tuple[Formula, Compare] | None:
        """The branch that the document's assumptions settle, and the assumption, shown for the quantity in hand."""
        found = settled(cases, self.assumptions)
        if found is None:
            return None
        branch, assumption = found
        condition = next(when for _, when in cases.branches if when is not None)
        assert isinstance(condition, Compare)
        return branch, Compare(condition.left, assumption.relation, assumption.right)

    def under_assumption(self, tree: Formula) -> list[Line]:
        """Of cases that an assumption settles, the line with the branch that holds."""
        found = self.assumed(tree) if isinstance(tree, Cases) and not self.trace.complete else None
        return [] if found is None else [(found[0], self.say("reason.assumed", condition=found[1]))]

    @cached_property
    def assumptions(self) -> tuple[Compare, ...]:
        """What the document assumes about quantities without numbers."""
        return tuple(map(read_assumption, self.graph.network.options.assume or ()))

    def values(self, factors: Iterable[Factor]) -> Formula:
        """The numbers of the factors: of a plain quantity or number itself, of anything longer its value."""
        return product(*(self._short(factor) for factor in factors))

    def _short(self, factor: Factor) -> Formula:
        if isinstance(factor.reading, Quantity | Number):
            return self.numbers(factor.reading)
        if isinstance(factor.reading, Negative) and isinstance(factor.reading.body, Quantity):
            return self.numbers(factor.reading)
        if factor.role == "share":
            return factor.reading
        more = factor.role == "slope" and self._means_more(factor.name)
        return Bracket(self.numbers(factor.reading)) if more else Value(factor.name)

    def _means_more(self, name: str) -> bool:
        """Whether a local derivative has the name of the derivative of a row's own loss, which reaches that quantity by other ways, too: a
        state that is an output at its step and goes on to the next."""
        pair = parse_derivative(name)
        found = None if pair is None else self.graph.locate(pair[0])
        if pair is None or found is None or not found[0].stem or [axis.counts for axis in found[0].axes] != ["example"]:
            return False
        return len(self.trace.derivation.of_row(found[1][0])[name].terms) > 1


def is_identity(factor: Factor) -> bool:
    """Whether a factor is the slope of a linear unit, whose z and a are one quantity."""
    return factor.role == "slope" and is_rule_of_identity(factor.rule) and factor.reading == ONE
