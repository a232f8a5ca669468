"""Backward through a graph with index letters: a pen goes in; where each family stands, its rule, one line of it in numbers, and tables
with what came back to all its members come out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from graphlib import TopologicalSorter

from derivegen.calculus.inverse import Inverse
from derivegen.calculus.links import Link
from derivegen.calculus.steps import Factor, Step, Term
from derivegen.document.arrays import matrices
from derivegen.document.blocks import Block, Derivation, Paragraph, Prose, Row, Table, in_lines
from derivegen.document.graph_tables import numbers
from derivegen.document.grids import grid, lettered
from derivegen.document.inscribe import written
from derivegen.document.pen import Line, Pen
from derivegen.document.tables import in_twos
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import ONE, Cases, Formula, Indexed, Number, Quantity, Value, Wins, product, total, walk
from derivegen.network.family import Equation, Family, Index
from derivegen.network.names import derivative
from derivegen.records import dataclass, field
from derivegen.solution.indexed_forward import MOST_LETTERS, MOST_ROWS, computed, functions_of, where
from derivegen.solution.ledger import in_a_cell
from derivegen.solution.links import at_root, by_of
from derivegen.solution.readings import MINDS, STEEP
from derivegen.solution.solve_lines import in_a_row, solve_lines

MOST_TERMS = 8
"""Ways a quantity acts that are written out as a sum."""
MOST_FIRST = 6
"""Derivatives that are found on the way to another one."""


@dataclass
class IndexedBackward:
    """Writes the derivatives by what is computed; `found` are those that have had their line, so that none is worked twice. Where
    no rule stands above a line it is `reasoned`."""

    pen: Pen
    found: set[str] = field(default_factory=set)
    reasoned: bool = False

    def rules(self, later: Collection[str]) -> Iterator[Block]:
        """Family by family from the root: where it stands, the rule, and one member in numbers, but for the families worked `later`."""
        pen = self.pen
        for family in self.reaching:
            yield from self.rule(family)
            if family.axes and family.name not in later and pen.trace.complete:
                yield from self._worked(family)
        cut = [f.name for f in computed(pen) if not pen.chain.links[f.name] and f.name != pen.graph.root]
        if cut:
            names = list(map(Quantity, cut))
            yield Paragraph(pen.say("graph.cut-off", names=names, count=len(cut), root=Quantity(pen.graph.root)))

    @cached_property
    def reaching(self) -> tuple[Family, ...]:
        """The families that are computed and reach the root, from the root on."""
        links, root = self.pen.chain.links, self.pen.graph.root
        return tuple(family for family in reversed(computed(self.pen)) if links[family.name] and family.name != root)

    def rule(self, family: Family) -> Iterator[Block]:
        """Where a family stands, and the chain rule under its letters; of a single number the number too."""
        pen = self.pen
        for under in family.ways:
            if under.formula is None and not family.is_given:
                continue
            inverses = [pen.chain.inverse(link, under) for link in pen.chain.links[family.name]]
            stands = tuple(solve_lines(pen, inverses, under))
            if any(isinstance(part, Wins) for each in inverses for part in walk(each.link.factor or ONE)):
                yield Paragraph(pen.say("indexed.winner"))
            target = pen.chain.name_of(family.name)
            rule, said = pen.chain.rule(family, under), self._said(family, under, inverses, stands)
            if family.axes:
                left = Indexed(target, tuple(under.places))
                if pen.press.written(rule, pen.trace) != pen.press.written(left, pen.trace):
                    yield in_lines(Derivation((Row(left, "=", rule, said),)))
                else:
                    yield from map(Paragraph, stands)
            else:
                self.found.add(target)
                yield in_lines(pen.derivation(Quantity(target), [(rule, said), *self._numbers(pen.chain[target])]))

    def _said(self, family: Family, under: Equation, inverses: Sequence[Inverse], stands: Sequence[Prose]) -> Prose:
        """For which letters a rule holds, and where the family stands."""
        holds = self._holds(family, under, inverses)
        return (*holds, *((self.pen.press.semicolon,) if holds and stands else ()), *in_a_row(stands))

    def _holds(self, family: Family, under: Equation, inverses: Sequence[Inverse]) -> Prose:
        """For which letters a rule holds, where others are given, and that terms outside of a range are left out."""
        there = where(self.pen, family, under) if len(family.ways) > 1 else ()
        out = left_out(self.pen, inverses)
        return (*there, *((self.pen.press.semicolon,) if there and out else ()), *out)

    def _worked(self, family: Family) -> Iterator[Block]:
        """One member in numbers, and what came back to all."""
        pen = self.pen
        members = [each for each in family.members() if family.defined(each)[0] is not None]
        if self._is_alike(family):
            self.found.update(pen.chain.name_of(family.member(each)) for each in members)
            return
        telling = [each for each in members if pen.trace.number(pen.chain.name_of(family.member(each)))]
        if telling:
            yield from self.line(family.member(telling[-1]))
        if len(members) == 1 and telling:
            return
        caption = pen.say("indexed.derivatives-of", name=lettered(family), root=Quantity(pen.graph.root))
        if len(members) < sum(1 for _ in family.members()):  # a given start has another rule
            yield from numbers(pen, caption, [family.member(each) for each in members], pen.chain.name_of)
            return
        whole = matrices(pen, family, of=pen.chain.name_of)
        if whole is not None:
            yield in_lines(Derivation(tuple(Row(each.left, each.relation, each.right) for each in whole)))
            return
        yield from grid(pen, family, caption, pen.chain.name_of)

    def _is_alike(self, family: Family) -> bool:
        """Whether the rule has given the number of every member, as 1 of each row's loss that is added up."""
        rules = (self.pen.chain.rule(family, under) for under in family.ways)
        return not any(isinstance(part, Indexed | Quantity) for rule in rules for part in walk(rule))

    # one member

    def line(self, name: str) -> Iterator[Derivation]:
        """∂L/∂member in one line: its terms, their numbers, its value. Nothing of one that has had its line."""
        pen, target = self.pen, self.pen.chain.name_of(name)
        if target in self.found:
            return
        self.found.add(target)
        step = pen.chain[target]
        if not step.terms:
            return
        if len(step.terms) > MOST_TERMS:
            if pen.trace.known(target):
                said = pen.say("graph.all-terms", count=len(step.terms))
                yield in_lines(pen.derivation(Quantity(target), [(Value(target), said)]))
            return
        yield in_lines(
            pen.derivation(Quantity(target), [(self.made_of(step), self._reason(step)), *self._numbers(step)])
        )

    def _reason(self, step: Step) -> Prose:
        """Through what the quantity acts."""
        if not self.reasoned:
            return ()
        by = Quantity(by_of(self.pen.graph, step.target))
        if at_root(step):
            return self.pen.say("reason.loss-slope", by=by)
        return self.pen.say("reason.sum", target=by, through=[Quantity(term.child) for term in step.terms])

    def first(self, names: Sequence[str], most: int = MOST_FIRST) -> Iterator[Derivation]:
        """The lines of derivatives that others are made of, the nearest of them, before each those it is made of itself."""
        waiting, made_of = deque(names), dict[str, list[str]]()
        while waiting and len(made_of) < most:
            target = waiting.popleft()
            if target not in self.found and target not in made_of:
                terms = self.pen.chain[target].terms
                made_of[target] = [f.name for term in terms for f in term.factors if f.role == "upstream"]
                waiting += made_of[target]
        inside = {target: [each for each in made_of[target] if each in made_of] for target in reversed(made_of)}
        for target in TopologicalSorter(inside).static_order():
            yield from self.line(by_of(self.pen.graph, target))

    def made_of(self, step: Step) -> Formula:
        """The terms, local derivatives put in."""
        if at_root(step):
            return step.reading
        return total(*(self._product(self.pen.together([factor]) for factor in term.factors) for term in step.terms))

    @staticmethod
    def _product(factors: Iterator[Formula]) -> Formula:
        return product(*(factor for factor in factors if factor != ONE))

    def in_numbers(self, step: Step) -> Formula:
        """The terms with their numbers."""
        return total(*map(self._term_in_numbers, step.terms))

    def _term_in_numbers(self, term: Term) -> Formula:
        """One term; of the root itself, which has no derivative above it, what its slope reads."""
        if all(factor.role != "upstream" for factor in term.factors):
            return self.pen.numbers(term.reading)
        return self._product(self.number(factor) for factor in term.factors if factor.reading != ONE)

    def number(self, factor: Factor) -> Formula:
        """A factor with its numbers."""
        return Value(factor.name) if factor.role == "upstream" else self.pen.values([factor])

    def _numbers(self, step: Step) -> list[Line]:
        if not self.pen.trace.known(step.target):
            return []
        return [(self.in_numbers(step), ()), (Value(step.target), ())]

    def further(self) -> Iterator[Block]:
        """Of what goes on from step to step and is no function's argument, a member one step before the last, where all its terms are."""
        pen, apart = self.pen, {each for family, link in self.pairs for each in (family.name, link.child)}
        lines: list[Block] = []
        for block in pen.graph.blocks if pen.trace.complete else ():
            for name in reversed(block.names) if block.loops else ():
                family = pen.graph.families[name]
                if name not in apart and pen.chain.links[name]:
                    lines += self._one_back(family)
        if lines:
            yield Paragraph(pen.say("indexed.further"))
            yield from lines

    def _one_back(self, family: Family) -> Iterator[Block]:
        computed = [each for each in family.members() if family.defined(each)[0] is not None]
        ordered, place = self._backwards(family, computed), self._step(family)
        last = ordered[0][place]
        before = next((each for each in ordered if each[place] != last), None)
        if before is not None and len(self.pen.chain[self.pen.chain.name_of(family.member(before))].terms) > 1:
            yield from self.line(family.member(before))

    # all members

    def ledger(self) -> Iterator[Block]:
        """Of each family that others are a function of: what came back to the function, its slope, and the product, the last step above."""
        if self.pen.trace.complete:
            yield from in_twos(self.pen, (table for pair in self.pairs for table in self._ledger(*pair)))

    @cached_property
    def pairs(self) -> tuple[tuple[Family, Link], ...]:
        """The families whose members each act through one function of them alone, with its link."""
        links = self.pen.chain.links
        found = functions_of(self.pen)
        return tuple(
            (family, found[family.name][0])
            for family in self.reaching
            if family.axes and len(links[family.name]) == 1 and len(found.get(family.name, ())) == 1
        )

    def _ledger(self, family: Family, link: Link) -> Iterator[Block]:
        pen, child = self.pen, self.pen.graph.families[link.child]
        members = [each for each in family.members() if family.defined(each)[0] is not None]
        if len(members) > MOST_ROWS:
            for each in (child, family):
                caption = pen.say("indexed.derivatives-of", name=lettered(each), root=Quantity(pen.graph.root))
                yield from grid(pen, each, caption, pen.chain.name_of)
            return
        heads = [place for place, _ in enumerate(family.axes) if len({each[place] for each in members}) > 1]
        header: list[Prose] = [(Quantity(family.axes[place].letter),) for place in heads]
        for mark, each in ((MINDS, child), (f"{MINDS} · {STEEP}", family)):
            letters = tuple(axis.letter for axis in each.axes)
            header.append((f"{mark} ", Indexed(pen.chain.name_of(each.name), letters)))
        header.insert(-1, (*pen.say("ledger.slope"), f" {STEEP}"))
        rows = tuple(tuple(self._row(family, child, each, heads)) for each in self._backwards(family, members))
        yield Table(pen.say("indexed.ledger", root=Quantity(pen.graph.root)), tuple(header), rows, heads=len(heads))

    def _backwards(self, family: Family, members: Sequence[tuple[Index, ...]]) -> Sequence[tuple[Index, ...]]:
        """The members with the last step first, where they go step by step."""
        block = next(block for block in self.pen.graph.blocks if family.name in block.names)
        if not block.loops:
            return members
        place, way = self._step(family), block.loops[0][1]
        return sorted(members, key=lambda each: -way * int(each[place]))

    def _step(self, family: Family) -> int:
        """The place of the letter that counts the steps."""
        block = next(block for block in self.pen.graph.blocks if family.name in block.names)
        return [axis.letter for axis in family.axes].index(block.loops[0][0])

    def _row(self, family: Family, child: Family, indices: tuple[Index, ...], heads: Sequence[int]) -> Iterator[Prose]:
        pen, name = self.pen, family.member(indices)
        by_child, by_name = pen.chain.name_of(child.member(indices)), pen.chain.name_of(name)
        for place in heads:
            yield (Number(str(indices[place])),)
        numbers = self.in_numbers(pen.chain[by_child])
        short = len(plain(written(numbers, pen.notation, pen.trace))) <= MOST_LETTERS
        seen = not at_root(pen.chain[by_child]) or not any(
            isinstance(e, Cases) for e in walk(pen.chain[by_child].reading)
        )
        yield in_a_cell(pen, by_child, numbers) if pen.chain[by_child].terms and short and seen else (Value(by_child),)
        yield (Value(derivative(child.member(indices), name)),)
        yield (Value(by_name),)


def left_out(pen: Pen, inverses: Sequence[Inverse]) -> Prose:
    """That terms outside of a range are left out, where there are any."""
    return pen.say("indexed.rule") if any(each.conditions for each in inverses) else ()
