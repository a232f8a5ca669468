"""What somebody has written goes in, with what it is held to; a marking comes out: every quantity and every sign of relation, judged.

Work is judged in its order: what follows from a wrong value is held to that value. In a table, which has no order, an answer comes after
those it is computed from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from derivegen.calculus.matrix import WrongShapes
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Array, Formula, Product, Quantity
from derivegen.marking.entries import OF_ROWS, EntryRows
from derivegen.marking.findings import READINGS, Finding, Marking, Place
from derivegen.marking.judge.asked import Asked, handed_in, label_of
from derivegen.marking.judge.chain import Row
from derivegen.marking.judge.chosen import judge_choice
from derivegen.marking.judge.marks import Found, settled
from derivegen.marking.judge.rows import Rows
from derivegen.marking.judge.shown import Shown, most_digits, roundings_of_answers, roundings_of_working, shown
from derivegen.marking.judge.task import Task
from derivegen.marking.page.both import as_target_or_output
from derivegen.marking.read.answers import Answer, read_cell, sides_of
from derivegen.marking.read.statement import Side, Statement, Unread
from derivegen.marking.read.unreadable import Unreadable
from derivegen.network.names import is_delta
from derivegen.records import replace

OF_ANSWERS = ("ambiguous-name", "unexpected", "unknown-name")
"""Why an answer is no formula: of one that is said of its words, not of the name it stands beside."""
FEW = 4
"""Readings of a name that are said."""
Written = Statement | Unread | Answer


def mark(task: Task, found: Sequence[Written], file: str = "") -> Marking:
    """The marking of one submission."""
    found = as_target_or_output(found, task)
    marker = Marker(task, file, roundings(task, found), most_digits(_rounded(task, _results(found))))
    for one in _in_order(task, found):
        marker.take(one)
    return Marking(settled(task, marker.found), file=file)


def _in_order(task: Task, found: Sequence[Written]) -> Iterator[Written]:
    """Working as it stands, then the answers of tables, each after those it is computed from."""
    answers = [one for one in found if isinstance(one, Answer)]
    yield from (one for one in found if not isinstance(one, Answer))
    yield from sorted(answers, key=lambda one: task.order(task.own(one.quantity)) if one.quantity else (-1, 0, 0))


def roundings(task: Task, found: Sequence[Written]) -> tuple[Rounding, ...]:
    """How somebody rounds who shows these intermediate results."""
    results = _rounded(task, _results([one for one in found if isinstance(one, Statement)]))
    if len(results) > 1:  # one number is an answer, not a working
        return roundings_of_working(results)
    cells = (one.formula for one in found if isinstance(one, Answer) and one.formula is not None)
    return roundings_of_answers(_rounded(task, (number for cell in cells if (number := shown(cell)))), task.both)


def _results(found: Sequence[Written]) -> Iterator[Shown]:
    """The numbers that stand alone on a side, or in a cell."""
    for one in found:
        sides = one.sides if isinstance(one, Statement) else (one,) if isinstance(one, Answer) else ()
        for side in sides:
            if side.formula is not None and (number := shown(side.formula)) is not None:
                yield number


def _rounded(task: Task, numbers: Iterable[Shown]) -> list[Shown]:
    """Those that may have been rounded."""
    return [number for number in numbers if number.decimals and not task.exact(number.value)]


def _readings(task: Task, names: Sequence[str]) -> str:
    """What a name may stand for, the first few, as one can type it and as the page has it: z[1][1] (z⁽¹⁾₁)."""
    said = [f"{name} ({plain(symbol)})" if (symbol := task.symbol(name)) else name for name in names[:FEW]]
    return ", ".join((*said, "…") if len(names) > FEW else said)


class Marker:
    """The marking of one submission, in the order of the work."""

    def __init__(self, task: Task, file: str, working: tuple[Rounding, ...], most: int = 0) -> None:
        self.task, self.file, self.rows = task, file, Rows(task, working, most)

    @property
    def found(self) -> list[Found]:
        """What was found so far."""
        return self.rows.found

    def take(self, one: Written) -> None:
        """Judge the next thing written."""
        if isinstance(one, Unread):
            self._unread(None, Place(self.file, one.line, one.column, one.source), one.reason, one.values)
        elif isinstance(one, Answer):
            self._answer(one)
        else:
            self._statement(one)

    def _unread(
        self,
        quantity: str | None,
        place: Place,
        reason: str,
        values: Mapping[str, str],
        name: str = "",
        given: str = "",
    ) -> None:
        values = {"name": "", "found": "", **values}
        finding = Finding(quantity, "unread", place, given, reason=reason, values=values)
        self.found.append(Found(finding, self.task.own(quantity) if quantity else "", "", name))

    # ------------------------------------------------------------------------------------------------------------- tables

    def _answer(self, one: Answer) -> None:
        """An answer of a table: a letter, a line, an order; a number; a formula."""
        place = Place(self.file, one.line, one.column, f"{one.name}: {one.text}")
        asked = self.task.by_name.get(handed_in(one.name))
        if asked is None and one.quantity is None and (labelled := self.task.by_label.get(label_of(one.name))):
            asked, one = labelled, replace(one, name=labelled.name)
        if asked is not None and asked.form not in ("number", "formula"):
            self._choice(asked, one, place)
            return
        quantity = one.quantity or (asked.quantity if asked is not None else None)
        if quantity is None:
            values = {"name": one.name, READINGS: _readings(self.task, one.candidates)}
            self._unread(None, place, one.problem, values, one.name, one.text)
            return
        formula, problem = one.formula, Unreadable(one.problem, 0, name=one.name)
        if formula is None and not one.quantity:
            try:  # a question names no quantity, so that nobody has read its answer yet
                formula = read_cell(sides_of(one.text)[-1], self.task.names, "." not in one.text)
            except Unreadable as unreadable:
                problem = unreadable
        if formula is None:
            values = {"name": one.name, "found": one.text, **problem.values}
            key = "answer" if problem.key in OF_ANSWERS else problem.key
            self._unread(quantity, place, key, values, one.name, one.text)
            return
        parts = [(one.name, Quantity(quantity)), *self._worked(one), (one.text, formula)]
        sides = tuple(Side(text, part, one.column, "", one.line) for text, part in parts)
        for row in self._rows(quantity, sides, place):
            self.rows.judge(row, one.name)

    def _worked(self, one: Answer) -> Iterator[tuple[str, Formula]]:
        """The working typed before an answer, as far as it can be read."""
        for side in sides_of(one.text)[:-1]:
            try:
                yield side.strip(), read_cell(side, self.task.names, "." not in one.text)
            except Unreadable:
                continue

    def _choice(self, asked: Asked, one: Answer, place: Place) -> None:
        judged, why = judge_choice(self.task, asked, one.text)
        finding = Finding(
            asked.quantity, judged.verdict, place, one.text, explanations=why.explanations,
            reason=why.reason or judged.reason, values={**why.values, "label": asked.label},
        )  # fmt: skip
        self.found.append(Found(finding, self.task.own(asked.quantity), asked.form, one.name))

    # ------------------------------------------------------------------------------------------------------------ working

    def _statement(self, one: Statement) -> None:
        place = Place(self.file, one.line, one.column, one.source)
        if one.candidates:
            values = {"name": one.sides[0].text, READINGS: _readings(self.task, one.candidates)}
            self._unread(None, place, "ambiguous-name", values, "", one.sides[-1].text)
            return
        if leaves_row_open(self.task, one):
            finding = Finding(one.quantity, "undecided", place, one.sides[-1].text, reason="which-row")
            self.found.append(Found(finding))
            return
        one = one if one.quantity else replace(one, quantity=self._edge(one))
        ranges = self._of_one_member(one)
        if ranges:
            values = {"name": one.sides[0].text, "ranges": ranges}
            self._unread(None, place, "beyond-range", values, "", one.sides[-1].text)
            return
        for row in self._rows(one.quantity, one.sides, place):
            self.rows.judge(row, "")

    def _edge(self, one: Statement) -> str | None:
        """What flows back over one edge, ∂L/∂z · ∂z/∂w, where the sheet asks for it."""
        match one.sides[0].formula:
            case Product((Quantity(upstream), Quantity(local))) if f"{upstream}*{local}" in self.task.numbers_asked:
                return f"{upstream}*{local}"
        return None

    def _of_one_member(self, one: Statement) -> str:
        """The ranges of a family with index letters of which a single number is said, h = 0.2, where only one member can be meant; "" of
        anything else."""
        left, right = one.sides[0].formula, one.sides[-1].formula
        if not self.task.graph.lettered or not isinstance(left, Array) or right is None or shown(right) is None:
            return ""
        return self.task.graph.ranges(left.name.rpartition("/d")[2])

    def _rows(self, quantity: str | None, sides: tuple[Side, ...], place: Place) -> Iterator[Row]:
        """The chain; of arrays one for each entry."""
        try:
            for one in EntryRows(self.task).rows(quantity, sides, place):
                if isinstance(one, Row):
                    yield one
                else:
                    at = replace(place, line=one.line or place.line, column=one.at)
                    self._unread(None, at, "shapes", {"name": one.text}, "", one.text)
        except (WrongShapes, IndexError):
            self._unread(None, place, "shapes", {"name": sides[0].text}, "", sides[-1].text)


def leaves_row_open(task: Task, statement: Statement) -> bool:
    """x_1 = 0 where x_1 is all inputs of row 1, or of several rows: then rather the first input of some row is meant."""
    left, right = statement.sides[0].formula, statement.sides[-1].formula
    if not isinstance(left, Array) or right is None or shown(right) is None or task.graph.network.rows == 1:
        return False
    return "@" in left.name or is_delta(left.name) or task.graph.kind_of(left.name) in OF_ROWS
