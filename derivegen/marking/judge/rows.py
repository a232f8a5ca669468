"""One chain of equalities about one number goes in; what is found of each sign of relation and of the number it ends with comes out.

What somebody has is kept, so that what follows is judged from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import isclose

from derivegen.calculus.links import Role
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.exercise.reveal import beside
from derivegen.formula.tree import Call, Formula, Quantity
from derivegen.marking.findings import Finding, Place, Said, Verdict
from derivegen.marking.judge.allowed import allowed
from derivegen.marking.judge.chain import JudgedChain, Row
from derivegen.marking.judge.differences import is_difference, slip
from derivegen.marking.judge.explain import LAST_DIGIT, Effort, Why, Wrong, explain
from derivegen.marking.judge.links import Link, Links
from derivegen.marking.judge.marks import Found
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.numbers import FEWEST, Judged, Kept, expected_from, hidden, judge_number, unchanged
from derivegen.marking.judge.operations import operations, worked_as
from derivegen.marking.judge.said import said_of
from derivegen.marking.judge.shown import Shown, exactly, roundings_shown, shown
from derivegen.marking.judge.side import is_symbolic
from derivegen.marking.judge.task import Task
from derivegen.marking.read.statement import Side
from derivegen.mistakes.mistake import CATALOGUE, Mistake
from derivegen.network.names import derivative, parse_derivative
from derivegen.records import replace
from derivegen.rounding.reach import Reaching

MOST_COMPARED = 40
"""Derivatives by other parameters that a formula is compared with."""
USUAL = Rounding(4)
LARGEST = 1e9
"""Up to which it is said what the numbers of a line come to."""
SAME = 1e-9
"""A wrong formula that comes to the right number as near as this is right by chance: a bias may be 0."""


class Rows:
    """Judges the chains of one submission, in the order of the work."""

    def __init__(self, task: Task, working: tuple[Rounding, ...], most: int = 0) -> None:
        self.task, self.working = task, working
        self.kept, self.found = Kept(most=most), list[Found]()
        self.links = Links(task, task.equalities, self.kept, working or task.both or (USUAL,))
        self.seen: set[str] = set()
        self.effort = Effort()
        self._mistaken: dict[tuple[str, Rounding], Reaching] = {}

    def judge(self, row: Row, name: str) -> None:
        """One chain: its signs of relation, then the number or formula it ends with."""
        if is_difference(self.task, row.quantity, row.sides):
            self.found.append(Found(Finding(None, "undecided", row.place, row.sides[-1].text, reason="difference")))
            row = replace(row, quantity=None, sides=row.sides[1:])
        named = row.quantity is not None
        if len(row.sides) < 2:
            return
        quantity = row.quantity or self._slope(row.sides[0].formula)
        if quantity is not None and self.task.given(self.task.own(quantity)):
            quantity = self._restated(self.task.own(quantity), row)
            if quantity is None:
                return
        left = Quantity(quantity) if named and quantity is not None else row.sides[0].formula
        formulas = (left, *(side.formula for side in row.sides[1:]))
        own = self.task.own(quantity) if quantity is not None else None
        start = len(self.found)
        target = self._target(own, left)
        links: tuple[Link | None, ...] = ()
        for n in range(1, len(formulas)):
            links = (*links, self._link(own, row, formulas, n, target, links[-1] if links else None))
        if quantity is not None and own is not None:
            self._end(JudgedChain(quantity, own, row, formulas, links, name, named, start))

    def _slope(self, formula: Formula | None) -> str | None:
        """The slope that σ′(0.3) is, where one unit has that z."""
        if not isinstance(formula, Call) or not formula.primes or len(formula.arguments) != 1:
            return None
        number = shown(formula.arguments[0])
        return None if number is None else self.task.slope_at(formula.function, number.low, number.high)

    def _restated(self, own: str, row: Row) -> str | None:
        """What a chain about a given number is about: nothing more to be said (None) where it is the number; its new value where it has
        been worked out; else the given number, copied wrongly."""
        number = shown(row.sides[-1].formula) if row.sides[-1].formula is not None else None
        given = self.task.number(own)
        if number is None or given is None:
            return None
        if number.equals(given) or (number.meets(given) and number.significant > 1):
            finding = Finding(row.quantity, "right", row.place, row.sides[-1].text, None, given)
            self.found.append(Found(finding))
            return None
        new = f"{own}'"
        changed = own in self.task.graph.trained and self.task.number(self.task.own(new)) is not None
        if changed and (len(row.sides) > 2 or self._judged(self.task.own(new), number).verdict != "wrong"):
            return new
        finding = Finding(row.quantity, "wrong", row.place, row.sides[-1].text, None, given, reason="given-copied")
        self.found.append(Found(finding))
        self.kept.keep(own, number, "wrong")
        return None

    def _target(self, own: str | None, left: Formula | None) -> float | None:
        """What the sides of a chain should come to: the number of what it is about, of a δ with the sign of the notation."""
        if isinstance(left, Quantity) or (left is not None and own is None and is_symbolic(left)):
            return self.links.point(left)
        return None if own is None else self.task.number(own)

    # ------------------------------------------------------------------------------------------------- signs of relation

    def _link(
        self,
        own: str | None,
        row: Row,
        formulas: Sequence[Formula | None],
        n: int,
        target: float | None,
        before: Link | None,
    ) -> Link | None:
        """The n-th sign of a chain, and a finding where it does not hold; None where a quantity has just its number."""
        left, right = formulas[n - 1], formulas[n]
        if right is None and (own is None or len(formulas) > 2):
            self._unread(row, n)
        if left is None or right is None:
            return Link(None)
        number = shown(right)
        if n == 1 and own is not None and isinstance(left, Quantity) and number is not None:
            return None
        link = self.links.judge(own, left, right, target, before)
        if link.holds is not True:
            self._broken(own, link, row, n, number, left)
        return link

    def _unread(self, row: Row, n: int, chain: JudgedChain | None = None) -> None:
        """A side that could not be read; of a `chain` that has no other, the answer itself."""
        side = row.sides[n]
        values = {"name": "", "found": side.text, "readings": "", **side.told}
        equality = n if chain is None else None
        finding = Finding(row.quantity, "unread", _at(row, side), side.text, equality, None, (), side.problem, values)
        answer = None if chain is None else Found(finding, chain.own, "formula", chain.name)
        self.found.append(answer or Found(finding))

    def _broken(self, own: str | None, link: Link, row: Row, n: int, number: Shown | None, left: Formula) -> None:
        """The finding of a sign that does not hold, or of which that cannot be told."""
        side, expected = row.sides[n], link.expected
        verdict: Verdict = "rounding" if link.remark else "undecided" if link.holds is None else "wrong"
        reason, values = ("relation-untold" if link.holds is None else "relation"), dict[str, Said]()
        if link.blame is not None and (link.remark or link.holds is False):
            reason, values = said_of(link.blame, link.remark)
        if link.holds is False and number is not None and expected is not None:
            self._slipped(number, expected)
            slipped = slip(number, expected, expected, expected)
            if slipped is not None:
                reason, values = slipped.reason, dict(slipped.values)
            elif number.decimals and abs(expected) < LARGEST:
                comes = f"{expected:.{min(number.decimals + 1, 15)}f}"
                reason, values = worked_as(operations(left, number), comes)
        truth = expected if own is None or expected is None else self._truth(row.quantity or own, own)
        other = _other(expected, truth)
        finding = Finding(row.quantity, verdict, _at(row, side), side.text, n, truth, (), reason, values, follows=other)
        self.found.append(Found(finding))

    def _truth(self, quantity: str, own: str) -> float | None:
        """The true number, with the sign the notation has it with."""
        true = self.task.number(own)
        return None if true is None else self.task.sign(quantity) * true + 0.0

    def _slipped(self, number: Shown, expected: float) -> None:
        """Note that a number came of a slip: lines further down may show it as an operand."""
        if number.value * expected > 0 and not self.task.exact(number.value):
            self.links.literals[abs(number.value)] = abs(expected)

    # ---------------------------------------------------------------------------------------------------------- its number

    def _end(self, chain: JudgedChain) -> None:
        """The number or the formula a chain ends with."""
        numbers = [number for tree in chain.formulas[1:] if tree is not None and (number := shown(tree)) is not None]
        if numbers:
            self._number(chain, numbers[-1])
        elif chain.counts:
            self._formula(chain)

    def _number(self, chain: JudgedChain, number: Shown) -> None:
        sign = self.task.sign(chain.quantity)
        signed = -number if sign < 0 else unchanged(self.task, chain.own, number)
        judged = self._from_operands(chain, signed, self._judged(chain.own, signed))
        if judged.verdict == "wrong" and chain.blame is None and hidden(self.task, chain.own, number, self.kept):
            judged = Judged("undecided", "too-few-digits", judged.expected)
        if judged.verdict == "wrong" and self._same_mistake(chain.own, signed):
            judged = Judged("follow_through", "followed", judged.expected)
        why = self._why(chain, signed) if judged.verdict == "wrong" else Why((), judged.reason, {"said": judged.whose})
        self._explain_signs(chain, why)
        self.found[chain.start :] = allowed(judged, self.found[chain.start :], chain.formulas)
        expected = expected_from(self.task, chain.own, self.kept) if judged.verdict == "wrong" else judged.expected
        finding = Finding(
            chain.quantity, judged.verdict, chain.row.place, chain.row.sides[-1].text,
            None, self._truth(chain.quantity, chain.own),
            tuple(replace(each, value=sign * each.value) for each in why.explanations), why.reason, why.values,
            coarse=judged.coarse,
            follows=_other(None if expected is None else sign * expected, self._truth(chain.quantity, chain.own)),
        )  # fmt: skip
        if chain.counts or judged.verdict == "wrong":
            form = "number" if chain.counts else ""
            method = chain.method or (why.reason == LAST_DIGIT and self._beside(chain.own, signed))
            self.found.append(Found(finding, chain.own, form, chain.name, method))
        self.kept.keep(chain.own, signed, judged.verdict, judged.reached)
        if judged.verdict == "wrong" and expected is not None:
            self._slipped(signed, expected)

    def _beside(self, own: str, number: Shown) -> bool:
        """Whether a number the sheet asks for is one unit of its last digit beside those that the scheme accepts."""
        asks, truth = self.task.rounding, self.task.number(own)
        if asks is None or truth is None or own not in self.task.numbers_asked:
            return False
        return Decimal(asks.text(number.value)) in map(Decimal, beside(self.task.accepted(own), asks))

    def _judged(self, own: str, number: Shown) -> Judged:
        asks = self.task.rounding if own in self.task.numbers_asked else None
        return judge_number(self.task, own, number, self.kept, self.working, asks)

    def _from_operands(self, chain: JudgedChain, number: Shown, judged: Judged) -> Judged:
        """The verdict where a line shows what it was worked out from: by that, whatever its last number may be reached from."""
        open_ = judged.coarse or (judged.verdict == "undecided" and number.significant >= FEWEST)
        if (open_ and chain.misreckons(number)) or (
            chain.blame is not None and judged.verdict in ("rounding", "undecided")
        ):
            return Judged("wrong", "", judged.expected)
        if chain.doubtful and judged.verdict == "wrong":
            return Judged("undecided", "too-few-digits", judged.expected)
        doubtful = judged.verdict in ("wrong", "undecided") and judged.reason != "carried-zero"
        fewest = 1 if chain.read else FEWEST
        if not doubtful or not chain.hold or number.significant < fewest:
            return judged
        if any(link is not None and link.follows for link in chain.links):
            return Judged("follow_through", "followed", judged.expected)
        return Judged("rounding", "operands", judged.expected)

    def _same_mistake(self, own: str, number: Shown) -> bool:
        """Whether it comes of a mistake made further up, by a way round the values shown, and not of making it once more."""
        roundings = self.working or self.task.both
        made = [CATALOGUE[identifier] for identifier in sorted(self.seen)]
        return "#" not in self.task.worked(own) and any(
            self._places(mistake, own) <= {at for name in self.kept.wrong(own) for at in self._places(mistake, name)}
            and any(self._reached_with(mistake, own, rounding, number) for rounding in roundings)
            for mistake in made
        )

    def _places(self, mistake: Mistake, own: str) -> set[tuple[str, Role]]:
        """Where on the way to a quantity a mistake can be made; they are followed up to one update."""
        worked = self.task.worked(own)
        return set() if "#" in worked else self.task.right.places(mistake, worked)

    def _reached_with(self, mistake: Mistake, own: str, rounding: Rounding, number: Shown) -> bool:
        key = mistake.identifier, rounding
        if key not in self._mistaken:
            self._mistaken[key] = Reaching(self.task.right.with_mistakes((mistake,)), rounding)
        try:
            hull, point = self._mistaken[key][own], self._mistaken[key].point(own)
        except NO_NUMBER:
            return False
        told = number.significant >= FEWEST and point and point != self.task.number(own) and not hull.wide(point)
        return bool(told) and number.within(hull.low, hull.high)

    def _explain_signs(self, chain: JudgedChain, why: Why) -> None:
        """The signs that do not hold, and of which nothing is known yet, for the reason the number is wrong."""
        for place in range(chain.start, len(self.found)) if why.reason in ("mistake", "mistakes") else ():
            finding = self.found[place].finding
            if finding.verdict == "wrong" and finding.reason == "relation":
                finding = replace(finding, explanations=why.explanations)
                self.found[place] = replace(self.found[place], finding=finding)

    def _why(self, chain: JudgedChain, number: Shown) -> Why:
        """Why it is wrong; where the way is right and the digits are not, that alone."""
        last = chain.links[-1]
        expected = expected_from(self.task, chain.own, self.kept)
        if expected is None:
            return Why()
        roundings = self.working or self.task.both or roundings_shown(number)
        before = {name: self._had(name, value, verdict) for name, value, verdict in self.kept.besides(chain.own)}
        carried = self.kept.wrong(chain.own)
        wrong = Wrong(
            self.task, chain.own, number, expected, carried, before, tuple(roundings), frozenset(self.seen),
            method=chain.method and last is not None and last.holds is False, blame=chain.blame,
            effort=self.effort,
        )  # fmt: skip
        why = explain(wrong)
        self.seen |= {identifier for each in why.explanations[:1] for identifier in each.mistakes} - {LAST_DIGIT}
        return why

    def _had(self, name: str, number: Shown, verdict: Verdict) -> float:
        """What somebody worked on with: the number itself where theirs is that, rounded."""
        right = self.task.number(name) if verdict in ("right", "rounding") else None
        return number.value if right is None else right

    # --------------------------------------------------------------------------------------------------------- its formula

    def _formula(self, chain: JudgedChain) -> None:
        """A formula for the quantity: right where every sign holds; of a wrong one the number says which mistake it is."""
        if len(chain.formulas) == 2 and chain.formulas[1] is None:
            self._unread(chain.row, 1, chain)
            return
        links = [link for link in chain.links if link is not None]
        verdict: Verdict = "right" if links and all(link.holds for link in links) else "undecided"
        reason, expected = ("" if verdict == "right" else "formula-untold"), self.task.number(chain.own)
        why = Why((), reason)
        if chain.formulas[-1] == Quantity(chain.quantity):
            verdict, why = "undecided", Why((), "says-itself")
        elif any(link.holds is False for link in links):
            verdict, why = "wrong", self._why_formula(chain)
        finding = Finding(
            chain.quantity, verdict, chain.row.place, chain.row.sides[-1].text, None, expected,
            why.explanations, why.reason, why.values,
        )  # fmt: skip
        self.found.append(Found(finding, chain.own, "formula", chain.name))

    def _why_formula(self, chain: JudgedChain) -> Why:
        last = chain.formulas[-1]
        number = None if last is None else self.links.point(last)
        right = self.task.number(chain.own)
        same = number is not None and right is not None and isclose(number, right, rel_tol=SAME, abs_tol=SAME)
        if number is None or same or not is_symbolic(last or Quantity("")):
            return Why((), "formula")
        why = self._why(chain, exactly(number))
        self._explain_signs(chain, why)
        if why.explanations:
            return why
        other = self._same_kind(chain.own, last)
        return Why((), "formula") if other is None else Why((), "formula-of-another", {"other": Quantity(other)})

    def _same_kind(self, own: str, formula: Formula | None) -> str | None:
        """The derivative by another parameter that a formula is."""
        pair = parse_derivative(own)
        if pair is None or formula is None or pair[1] not in self.task.graph.parameters:
            return None
        kind = pair[1].partition("[")[0]
        others = [name for name in self.task.graph.parameters if name.partition("[")[0] == kind and name != pair[1]]
        names = (self.task.own(derivative(pair[0], name)) for name in others[:MOST_COMPARED])
        return next((name for name in names if self.task.equalities.equal(formula, Quantity(name))), None)


def _other(number: float | None, truth: float | None) -> float | None:
    """The number, where it is another than the true one."""
    same = number is None or (truth is not None and isclose(number, truth, rel_tol=SAME, abs_tol=SAME * abs(truth)))
    return None if same else number


def _at(row: Row, side: Side) -> Place:
    return replace(row.place, line=side.line or row.place.line, column=side.at)
