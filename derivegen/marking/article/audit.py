"""A published text in, with the network it is about; what is wrong in it out: each number with the true one and what explains it, each sign
of relation, and slips of its words.

Numbers and formulas are judged as anybody's working is. What is only supposed is left out; where a text says that it speaks of a single
row, its loss is that row's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.calculus.numbers.training import train
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import BigSum, Formula, Quantity, transform, walk
from derivegen.marking.article.rules import prose_findings
from derivegen.marking.article.rules.article import Article
from derivegen.marking.findings import Finding, Marking
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.shown import shown
from derivegen.marking.judge.side import is_symbolic
from derivegen.marking.judge.task import Task
from derivegen.marking.marking import leaves_row_open, mark
from derivegen.marking.page.both import as_target_or_output
from derivegen.marking.read.regions import Kind, notebook_text
from derivegen.marking.read.statement import Side, Statement
from derivegen.marking.read.statements import MOST_CHARACTERS
from derivegen.marking.read.texts import Stated, stated_in
from derivegen.network.names import derivative, parse_derivative
from derivegen.notation.typed_names import Names
from derivegen.records import replace
from derivegen.rounding.assumptions import ROUNDED, Assumptions, Claim

REASONS: Mapping[str, str] = {
    "old": "old-value",
    "from-printed": "from-printed",
    "from-rounded": "from-rounded",
    "carried": "carried",
    "cut": "cut",
}
"""Assumptions that say more than how a number differs, and the reasons they are."""
UNEXPLAINED = ("", "unexplained", "last-digit", "other-quantity")
"""Reasons that an assumption takes the place of."""
MISTAKES = ("mistake", "mistakes")
"""Reasons that one takes the place of where it is no misunderstanding."""
LONGEST = 100_000
"""Characters of a text whose words are looked at: a longer one is a book, about several networks."""
TELLING = 3
"""Decimals from which on it is no chance that a number is a parameter's last one."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_ARRAYS = re.compile(r"\barray\(|\.T\b|\.dot\(|\w @ \w|\.reshape\(|\bmatmul\(")
_ONE_ROW = re.compile(r"\b(?:single|one) (?:input|data|training)? ?(?:value|row|example|sample|point)\b", re.I)


def audit(
    task: Task, names: Names, text: str, kind: Kind, file: str = "", read: Sequence[Stated] | None = None
) -> Marking:
    """Everything found in a text, in its order: findings as of working, those of the rules for prose among them. `read` is what it states,
    where that is known."""
    found = as_target_or_output(stated_in(text, names, kind) if read is None else read, task)
    return _Audit(task, Article(task, names, _as_read(text, kind), found, file)).marking()


def _as_read(text: str, kind: Kind) -> str:
    """The text whose lines are counted; none of one that is too long to be read."""
    if kind == "notebook":
        try:
            text = notebook_text(text)
        except ValueError:
            return ""
    return "" if len(text) > MOST_CHARACTERS else text.replace("\r\n", "\n").replace("\r", "\n")


class _Audit:
    """The audit of one text."""

    def __init__(self, task: Task, article: Article) -> None:
        self.task, self.article = task, article

    def marking(self) -> Marking:
        """All findings, by line and column."""
        marked = mark(self.task, list(self._read()), self.article.file)
        judged = [self._explained(finding) for finding in marked.findings]
        wrong = {(each.place.line, each.place.column, each.equality) for each in judged if each.verdict == "wrong"}
        known = replace(self.article, wrong=frozenset(wrong))
        words = prose_findings(known) if len(known.text) <= LONGEST else ()
        found = [*judged, *self._left_open(), *self._rounded_on(wrong), *words]
        found.sort(key=lambda each: (each.place.line, each.place.column, each.equality is None))
        return replace(marked, findings=tuple(found))

    def _read(self) -> Iterator[Stated]:
        """What is held to the network."""
        one_row = isinstance(self.task.graph.network.rows, str) and _ONE_ROW.search(self.article.text)
        for each in self.article.found:
            if not isinstance(each, Statement) or not self._open(each):
                yield _of_one_row(each) if one_row and isinstance(each, Statement) else each

    def _open(self, statement: Statement) -> str:
        """Why a statement is not held to the network, by the key of the reason: it is supposed, its names may be those of a program's
        arrays, it leaves open which row it is about."""
        if self._is_supposed(statement):
            return "supposed"
        if self._in_program(statement):
            return "program-arrays"
        return "which-row" if leaves_row_open(self.task, statement) else ""

    def _is_supposed(self, statement: Statement) -> bool:
        return self.article.supposed(self.article.offset(statement.line, statement.column))

    def _in_program(self, statement: Statement) -> bool:
        """Whether it stands in a program, or what that prints, where there is one whose variables are whole layers."""
        at = self.article.offset(statement.line, statement.column)
        return self._with_arrays and any(start <= at < end for start, end in self.article.programs)

    @cached_property
    def _with_arrays(self) -> bool:
        return any(_ARRAYS.search(self.article.text, start, end) for start, end in self.article.programs)

    def _left_open(self) -> Iterator[Finding]:
        for each in self.article.statements:
            reason = self._open(each)
            if reason:
                place = self.article.place(self.article.offset(each.line, each.column))
                yield Finding(each.quantity, "undecided", place, each.sides[-1].text, reason=reason)

    # ------------------------------------------------------------------------------------------------------------ numbers

    def _explained(self, finding: Finding) -> Finding:
        """A wrong number with the assumption that leads to it; one that follows from a wrong number with the true one."""
        if finding.equality is not None or finding.quantity is None:
            return finding
        if finding.verdict == "follow_through":
            return self._with_true(finding, finding.quantity)
        if finding.reason == "given-copied" and (after := self._after_run(finding)):
            return replace(finding, quantity=after, verdict="right", expected=self.task.number(after), reason="")
        claim = _claim(finding.quantity, finding.given)
        if finding.verdict != "wrong" or finding.reason not in (*UNEXPLAINED, *MISTAKES) or claim is None:
            return finding
        try:
            assumed = self._assumptions.likeliest(claim)
        except NO_NUMBER:
            return finding
        if assumed is None or assumed.key not in REASONS or (finding.reason in MISTAKES and assumed.key not in ROUNDED):
            return finding
        return replace(finding, reason=REASONS[assumed.key], values={"digits": str(assumed.digits)}, explanations=())

    def _with_true(self, finding: Finding, quantity: str) -> Finding:
        """What follows from a wrong number, with the true one, in as many digits."""
        true, claim = self.task.number(self.task.own(quantity)), _claim(quantity, finding.given)
        if true is None or claim is None:
            return finding
        values = {"truth": f"{claim.of(self.task.sign(quantity) * true):f}"}
        return replace(finding, reason="from-printed", values=values)

    def _after_run(self, finding: Finding) -> str:
        """The parameter as it is after the whole run, if that is what stands there: a program prints it under the same name."""
        steps = self.task.graph.network.training.steps
        claim, after = _claim(finding.quantity or "", finding.given), f"{finding.quantity}#{steps}"
        true = self.task.number(after) if steps else None
        meets = claim is not None and true is not None and claim.decimals >= TELLING and claim.of(true) == claim.number
        return after if meets else ""

    @cached_property
    def _assumptions(self) -> Assumptions:
        graph, derivation = self.task.graph, self.task.derivation
        trace = Trace(graph, derivation, Rounding(4))
        if trace.complete and graph.parameters and graph.network.training.learning_rate is not None:
            start = {name: trace.number(name) for name in graph.parameters}
            trace = replace(trace, updates=train(derivation, start))
        return Assumptions(trace, tuple(self._claims()), self.task.notation.entry.delta_sign)

    def _claims(self) -> Iterator[Claim]:
        for each in self.article.statements:
            if each.quantity is not None and not self._open(each):
                claim = _claim(each.quantity, each.sides[-1].text)
                if claim is not None:
                    yield claim

    # ------------------------------------------------------------------------------------------------------- printed operands

    def _rounded_on(self, wrong: set[tuple[int, int, int | None]]) -> Iterator[Finding]:
        """Signs that hold for the full values and not for the operands as they are printed, which give another last digit."""
        for each in self.article.statements:
            for n in range(1, len(each.sides)):
                side = each.sides[n]
                gives = _printed_operands(each.sides[n - 1], side)
                if gives and (side.line or each.line, side.at, n) not in wrong:
                    place = self.article.place(self.article.offset(side.line or each.line, side.at))
                    values = {"gives": gives}
                    yield Finding(
                        each.quantity, "rounding", place, side.text, n, reason="printed-operands", values=values
                    )


def _claim(quantity: str, text: str) -> Claim | None:
    """A number as printed, if it is a decimal."""
    shown_text = text.replace("−", "-").replace("–", "-").replace(" ", "")
    return Claim(quantity, Decimal(shown_text)) if _NUMBER.fullmatch(shown_text) else None


def _printed_operands(left: Side, right: Side) -> str:
    """What the numbers on the left come to as printed, with as many decimals as the right has; "" where that is what stands there."""
    number = shown(right.formula) if right.formula is not None else None
    if number is None or left.formula is None or is_symbolic(left.formula) or shown(left.formula) is not None:
        return ""
    try:
        comes_to = float(value(left.formula, float, FLOAT))
    except NO_NUMBER:
        return ""
    return "" if number.meets(comes_to) else f"{comes_to:.{min(number.decimals, 20)}f}"


def _of_one_row(statement: Statement) -> Statement:
    """A statement in which the loss stands beside quantities of one row, as one about the loss of that row."""
    formulas = [side.formula for side in statement.sides]
    if any(formula is None or _sums_rows(formula) for formula in formulas) or not any(map(_names_row, formulas)):
        return statement
    sides = tuple(replace(side, formula=_by_row(side.formula)) for side in statement.sides)
    left = sides[0].formula
    return replace(statement, sides=sides, quantity=left.name if isinstance(left, Quantity) else statement.quantity)


def _names_row(formula: Formula | None) -> bool:
    return formula is not None and any(isinstance(part, Quantity) and "@r" in part.name for part in walk(formula))


def _sums_rows(formula: Formula) -> bool:
    return any(isinstance(part, BigSum) for part in walk(formula))


def _by_row(formula: Formula | None) -> Formula | None:
    def change(part: Formula) -> Formula | None:
        pair = parse_derivative(part.name) if isinstance(part, Quantity) else None
        if pair is None or pair[0] != "loss":
            return None
        return Quantity(derivative("loss@r", pair[1].removesuffix("@r")))

    return None if formula is None else transform(formula, change)
