"""One derivative in full, as a product of three marked factors: a parameter's name goes in; the figure with the chain beside it, each
factor with its number and what that number says, and the product come out.

① is how much the loss minds the unit's output, ② how steep the unit is, ③ what the parameter is multiplied by. The marks are roles: the
same in figures, chains, the rules and the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Beside, Block, Box, Derivation, Heading, Paragraph, Picture, Prose, in_lines
from derivegen.document.pen import Line, Pen
from derivegen.formula.print.line_width import line_width
from derivegen.formula.tree import (
    ONE,
    Bracket,
    Cases,
    Formula,
    Product,
    Quantity,
    Under,
    Value,
    Words,
    product,
    total,
    walk,
)
from derivegen.records import dataclass, field, replace
from derivegen.solution.backward import Backward
from derivegen.solution.compared import compared
from derivegen.solution.curve_pictures import loss_picture, slope_picture
from derivegen.solution.gates import shut_gates
from derivegen.solution.joint import is_joint, joint_alike, joint_form, joint_slope
from derivegen.solution.links import at_root, by_of, delta_of, factor_reason, has_delta, in_full, over_one, visible
from derivegen.solution.nudge import nudge
from derivegen.solution.passed_over import MOST_UNITS
from derivegen.solution.pictures import network_picture
from derivegen.solution.questions import LessonQuestions
from derivegen.solution.readings import MINDS, STEEP, TAKES, sign_of_product, told_of_factor

BESIDE = 74.0
"""Millimetres that a chain may take beside a figure."""
MOST_COLUMNS = 3
"""Columns of a network that can be read in half the width of a page."""

Marked = tuple[str, Factor]


@dataclass
class MarkedChains:
    """Writes derivatives in full; what has been found stands in `backward`, so that nothing is derived twice. What is too wide or too deep
    for a chain of three factors is left to that too."""

    pen: Pen
    backward: Backward
    readings: dict[str, Formula] = field(default_factory=dict)
    worked: list[str] = field(default_factory=list)
    explained: bool = True
    questions: LessonQuestions | None = None
    drawn: dict[int, tuple[str, Sequence[Marked]]] = field(default_factory=dict)

    def section(self, names: Sequence[str]) -> Iterator[Block]:
        """The section for these parameters, in the order given."""
        yield Heading(1, self.pen.say("backward.title"))
        yield Paragraph(self.pen.say("lesson.backward", loss=Quantity(self.pen.chain.root)))
        if not names:
            return
        yield from self.backward.before()
        for name in names:
            yield from self.one(name)
        self.readings |= self.backward.readings

    def one(self, name: str) -> Iterator[Block]:
        """One derivative."""
        pen, target = self.pen, self.pen.chain.name_of(name)
        terms = pen.chain[target].terms
        if (
            pen.deep
            or not terms
            or max(pen.graph.widths) > MOST_UNITS
            or terms[0].bound
            or not self.pen.graph.is_parameter(name)
        ):
            yield from self.backward.worked(name)
            return
        self.worked.append(name)
        yield Heading(2, pen.say("backward.one", target=Quantity(name)))
        if len(terms) > 1:
            yield from self._shared(name, target)
            return
        upstream, *own = terms[0].factors
        before = list(self._found_before(upstream.name))
        yield from before
        marked = self._factors(upstream, own)
        if [mark for mark, _ in marked] == [MINDS + STEEP, TAKES] and upstream.name in self._named:
            yield self._one_factor_more(name, target, marked)
            return
        yield from self._chain(name, target, marked)
        yield from self._looked_at(name, marked)

    def _slope(self, marked: Sequence[Marked]) -> Picture | None:
        """The curve of the activation whose slope is ②."""
        steep = next((factor for mark, factor in marked if mark == STEEP), None)
        return None if steep is None else slope_picture(self.pen, by_of(self.pen.graph, steep.name))

    def _one_factor_more(self, name: str, target: str, marked: Sequence[Marked]) -> Derivation:
        """A parameter of a unit whose δ is known: δ times what it is multiplied by."""
        pen = self.pen
        (_, delta), (_, last) = marked
        own = product(*(each for each in (delta.reading, self._shown(last)) if each != ONE))
        self.readings[name] = own
        lines: list[Line] = [
            (
                own,
                (
                    *pen.say("lesson.known", delta=delta.reading, by=Quantity(delta.name)),
                    pen.press.semicolon,
                    *factor_reason(pen, last),
                ),
            )
        ]
        if pen.trace.known(target):
            numbers = product(*(part for part in (Value(delta.name), self._value(last)) if part != ONE))
            lines += [(numbers, ()), (Value(target), sign_of_product(pen, target))]
        return in_lines(pen.derivation(Quantity(target), lines))

    def _looked_at(self, name: str, marked: Sequence[Marked]) -> Iterator[Block]:
        """What there is to see in the first derivative of each layer."""
        layer = self.pen.graph[name].family.layer
        if not self.explained or layer in self.drawn:
            return
        self.drawn[layer] = (name, marked)
        curves = (self._slope(marked), loss_picture(self.pen, name)) if not self.drawn.keys() - {layer} else ()
        pictures = tuple(picture for picture in curves if picture is not None)
        if len(pictures) > 1:
            yield Beside(pictures)
        said = [*nudge(self.pen, name, first=len(self.drawn) == 1)]
        if layer + 1 in self.drawn:
            said += compared(self.pen, self.drawn[layer + 1], (name, marked))
        box = Box(self.pen.say("lesson.nudge.title"), tuple(said)) if said else None
        alone = pictures if len(pictures) == 1 else ()
        yield from (
            (Beside((*alone, box)),) if alone and box is not None else (*alone, *((box,) if box is not None else ()))
        )
        if self.questions is not None:
            yield from self.questions.after(name)

    # what a chain is made of

    def _factors(self, upstream: Factor, own: Sequence[Factor]) -> list[Marked]:
        """The factors with their marks: of a unit whose δ has been found, or is a − t, that and the last one."""
        unit = self.pen.chain[upstream.name]
        if upstream.name in self._named or len(unit.terms) > 1 or is_joint(self.pen, upstream.name):
            both = replace(upstream, reading=self._reading(upstream.name))
            return [(MINDS + STEEP, both), *((TAKES, each) for each in own)]
        minds, *slope = unit.terms[0].factors
        first = replace(minds, reading=self._reading(minds.name))
        return [(MINDS, first), *((STEEP, each) for each in visible(slope)), *((TAKES, each) for each in own)]

    def _reading(self, name: str) -> Formula:
        """A derivative of the loss in terms of the δ above it, or of output and target."""
        pen, step = self.pen, self.pen.chain[name]
        if name in self._named:
            return Quantity(delta_of(pen.graph, name))
        if is_joint(pen, name):
            return joint_form(pen, name)
        if at_root(step):
            return step.reading
        return self.backward.with_deltas(total(*(pen.together(visible(term.factors)) for term in step.terms)))

    @property
    def _named(self) -> set[str]:
        return self.backward.named

    # δ of the units above

    def _found_before(self, upstream: str) -> Iterator[Block]:
        """The δ that the unit's own derivative is made of, those nearest to the loss first."""
        needed = [name for name in self.backward.needed(upstream) if name != upstream and self._is_delta(name)]
        needed = [name for name in needed if name not in self._named]
        if needed:
            yield Paragraph(
                self.pen.say("lesson.deltas", deltas=[Quantity(delta_of(self.pen.graph, n)) for n in needed])
            )
        for name in needed:
            yield from self.delta(name)

    def _is_delta(self, name: str) -> bool:
        return has_delta(self.pen, name) and not self.backward.only_passes_on(self.pen.chain[name])

    def delta(self, name: str) -> Iterator[Block]:
        """δ of a unit in one line."""
        pen = self.pen
        self._named.add(name)
        if is_joint(pen, name):
            like = next((other for other in self._named if other != name and is_joint(pen, other)), None)
            if like is not None:
                yield in_lines(joint_alike(pen, name, like))
                return
            yield from joint_slope(pen, name)
            return
        step = pen.chain[name]
        for factor in (each for term in step.terms for each in term.factors if self._by_cases(each)):
            yield from self._found_by_cases(factor)
        delta = Quantity(delta_of(pen.graph, name))
        lines: list[Line] = [(Quantity(name), ())]
        put_in = total(*(product(*self._put_in(term.factors)) for term in step.terms))
        lines.append((put_in, ()))
        if pen.trace.known(name):
            lines += [(total(*(self._in_numbers(term.factors) for term in step.terms)), ()), (Value(name), ())]
        yield in_lines(pen.derivation(delta, lines))

    def _by_cases(self, factor: Factor) -> bool:
        """Whether a derivative of the loss is another one in each of several cases, which could not be read inside a product."""
        return factor.role == "upstream" and any(isinstance(part, Cases) for part in walk(self._reading(factor.name)))

    def _found_by_cases(self, factor: Factor) -> Iterator[Block]:
        """Such a derivative in a line of its own."""
        if factor.name not in self.backward.found:
            self.backward.found.add(factor.name)
            yield in_lines(self.pen.statement(factor.name, self._reading(factor.name), ()))

    def _put_in(self, factors: Sequence[Factor]) -> Iterator[Formula]:
        """The factors of a unit's δ as they read."""
        for factor in visible(factors):
            if self._by_cases(factor):
                reading: Formula = Quantity(factor.name)
            else:
                reading = self._reading(factor.name) if factor.role == "upstream" else self.pen.together([factor])
            yield Bracket(reading) if isinstance(reading, Product) and reading.dotted else reading

    def _in_numbers(self, factors: Sequence[Factor]) -> Formula:
        return product(*(self._number(factor) for factor in visible(factors)))

    def _number(self, factor: Factor) -> Formula:
        """The number of a factor: of a derivative of the loss found on the way its own line."""
        if self._by_cases(factor):
            return Value(factor.name)
        if factor.role == "upstream":
            return self.pen.numbers(self._reading(factor.name))
        return self.pen.values([factor])

    # the chain

    def _chain(self, name: str, target: str, marked: Sequence[Marked]) -> Iterator[Block]:
        pen = self.pen
        symbols = product(*(_under(mark, Quantity(factor.name)) for mark, factor in marked))
        readings = product(*(_under(mark, self._shown(factor)) for mark, factor in marked))
        self.readings[name] = product(*(self._shown(factor) for _, factor in marked))
        chain = pen.derivation(Quantity(target), [(symbols, ()), (readings, ())])
        yield Paragraph(self._told(name, marked))
        if pen.graph[name].family.layer in self.drawn:
            yield in_lines(chain)
        else:
            picture = network_picture(pen, name)
            yield from (Beside((picture, chain)),) if self._fits(chain) else (picture, in_lines(chain))
        for mark, factor in marked:
            yield from self._factor(mark, factor)
        shut = shut_gates(pen, [factor for _, factor in marked])
        if pen.trace.known(target):
            numbers = product(*(_under(mark, self._value(factor)) for mark, factor in marked))
            lines: list[Line] = [(numbers, ()), (Value(target), sign_of_product(pen, target))]
            yield in_lines(pen.derivation(Quantity(target), lines))
        elif (whole := in_full(pen, self.readings[name])) is not None:
            self.readings[name] = whole
            yield in_lines(pen.derivation(Quantity(target), [(whole, ())]))
        if shut:
            yield Paragraph(pen.say("backward.shut", factors=shut))
        yield from self._name_delta(marked)

    def _told(self, name: str, marked: Sequence[Marked]) -> Prose:
        """The way a parameter acts on the loss."""
        pen = self.pen
        routes = pen.chain.routes_total(pen.chain.name_of(name))
        stops = [Quantity(by_of(pen.graph, factor.name)) for _, factor in reversed(marked)][1:]
        way = pen.say("lesson.way", target=Quantity(name), stops=stops, loss=Quantity(pen.chain.root), routes=routes)
        alone = [mark for mark, _ in marked] == [MINDS, TAKES]
        return (*way, " ", *pen.say("lesson.no-slope", unit=stops[-1])) if alone else way

    def _fits(self, chain: Derivation) -> bool:
        """Whether a chain has room beside a figure, in which one could still read."""
        pen = self.pen
        if len(pen.graph.widths) > MOST_COLUMNS:
            return False
        widths = [line_width(pen.press.written(row.right, pen.trace)) for row in chain.rows]
        return max(widths) + line_width(pen.press.written(chain.rows[0].left or ONE, pen.trace)) <= BESIDE

    def _shown(self, factor: Factor) -> Formula:
        """How a factor reads inside the product."""
        reading = factor.reading
        if isinstance(reading, Cases):
            return self.pen.together([factor])
        if any(isinstance(part, Cases) for part in walk(reading)):
            return Quantity(factor.name)
        return Bracket(reading) if isinstance(reading, Product) and reading.dotted else reading

    def _value(self, factor: Factor) -> Formula:
        if isinstance(factor.reading, Quantity) and factor.role == "upstream":
            return Value(factor.name)
        return self.pen.values([factor])

    def _factor(self, mark: str, factor: Factor) -> Iterator[Block]:
        """One factor: what it is, its number, why, and what that says."""
        pen = self.pen
        if mark == MINDS + STEEP:
            yield from self.delta(factor.name) if factor.name not in self._named else ()
            return
        if factor.name in self.backward.found and factor.role != "upstream":
            return
        self.backward.found.add(factor.name)
        told = self._why(mark, factor)
        shown = [*(over_one(pen, factor.name) if mark == MINDS else ()), factor.reading]
        lines: list[Line] = [*((each, ()) for each in shown), *pen.under_assumption(factor.reading)]
        if factor.reading == Quantity(factor.name):
            lines = []
        numbers = pen.in_numbers(factor.name, factor.reading, ())
        rows = list(pen.rows(Quantity(factor.name), [*lines, *numbers]))
        if not rows:
            return
        rows[0] = replace(rows[0], mark=mark)
        joint = (pen.press.semicolon,) if rows[-1].reason and told else ()
        rows[-1] = replace(rows[-1], reason=(*rows[-1].reason, *joint, *told))
        yield Derivation(tuple(rows), running=True)

    def _why(self, mark: str, factor: Factor) -> Prose:
        pen = self.pen
        if mark == MINDS and not at_root(pen.chain[factor.name]):
            terms = len(pen.chain[factor.name].terms)
            why = pen.say("lesson.minds", by=Quantity(by_of(pen.graph, factor.name)), terms=terms)
        elif mark == MINDS:
            slope = pen.chain[factor.name].terms[0].factors[-1]
            why = factor_reason(pen, slope)
        else:
            why = factor_reason(pen, factor)
        return (*why, *told_of_factor(pen, mark, factor))

    def _name_delta(self, marked: Sequence[Marked]) -> Iterator[Block]:
        """The product of ① and ② is called δ."""
        pen = self.pen
        if [mark for mark, _ in marked] != [MINDS, STEEP, TAKES]:
            return
        (_, minds), (_, steep), _ = marked
        by = by_of(pen.graph, steep.name)
        name = pen.chain.name_of(by)
        if name in self._named:
            return
        self._named.add(name)
        delta = Quantity(delta_of(pen.graph, name))
        if not self.drawn:
            yield Paragraph(pen.say("lesson.delta", delta=delta, z=Quantity(by)))
        lines: list[Line] = [(Quantity(name), ())]
        known = pen.trace.known(name)
        if not (known and self.drawn):  # later on its factors have just been read
            lines.append((product(self._shown(minds), self._shown(steep)), ()))
        if known:
            lines += [(product(self._value(minds), self._value(steep)), ()), (Value(name), ())]
        yield in_lines(pen.derivation(delta, lines))

    # a parameter of a whole layer

    def _shared(self, name: str, target: str) -> Iterator[Block]:
        """What several units share: the sum of what each of them gives."""
        pen, terms = self.pen, self.pen.chain[target].terms
        for term in terms:
            for factor in term.factors:
                if factor.role == "upstream":
                    yield from self._found_before(factor.name)
                    if self._is_delta(factor.name) and factor.name not in self._named:
                        yield from self.delta(factor.name)
        put_in = total(*(product(*(part for part in self._put_in(term.factors) if part != ONE)) for term in terms))
        self.readings[name] = put_in
        lines: list[Line] = [(put_in, ())]
        if pen.trace.known(target):
            numbers = total(
                *(
                    product(
                        *(
                            Value(f.name) if f.role == "upstream" else self.pen.values([f])
                            for f in visible(t.factors)
                            if f.reading != ONE
                        )
                    )
                    for t in terms
                )
            )
            lines += [(numbers, ()), (Value(target), sign_of_product(pen, target))]
        yield Paragraph(pen.say("lesson.shared", target=Quantity(name), count=len(terms)))
        yield in_lines(pen.derivation(Quantity(target), lines))


def _under(mark: str, tree: Formula) -> Formula:
    """A factor over its mark."""
    return Under(tree, Words(mark))
