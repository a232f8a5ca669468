"""Check yourself, in a graph with index letters: a pen and the parameter whose uses are worked go in; questions whose answer can be seen
without calculating, and their answers, come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Term
from derivegen.document.blocks import Block
from derivegen.document.grids import lettered
from derivegen.formula.tree import Compare, Number, Quantity
from derivegen.network.family import Family
from derivegen.network.names import parse_derivative
from derivegen.records import dataclass
from derivegen.solution.questions import SelfQuestions
from derivegen.solution.uses import product_of


@dataclass
class IndexedQuestions(SelfQuestions):
    """Questions about the uses of parameters."""

    def idle(self, name: str, letters: Sequence[str]) -> Iterator[Block]:
        """What a use contributes that contributes nothing."""
        pen = self.pen
        terms = pen.chain[pen.chain.name_of(name)].terms
        for term in terms:
            found = None if pen.trace.number(product_of(term)) else self._nothing(term)
            if found is not None and letters:
                at = [Compare(Quantity(each), "=", Number(str(term.at[each]))) for each in letters]
                yield self._asked(pen.say("indexed.ask.idle", name=Quantity(name), at=at))
                self.answers.append(pen.say("indexed.answer.idle", **found))
                return

    def _nothing(self, term: Term) -> dict[str, object] | None:
        """Which factor of a use is 0."""
        pen = self.pen
        upstream, last = term.factors[0], term.factors[-1]
        if not pen.trace.number(last.name) and isinstance(last.reading, Quantity):
            return {"times": Quantity(last.reading.name), "child": None}
        pair = parse_derivative(upstream.name)
        if pair is not None and not pen.trace.number(upstream.name):
            return {"times": None, "child": Quantity(pair[1])}
        return None

    def once(self, families: Sequence[Family]) -> Iterator[Block]:
        """Which parameters are used once, beside others that are used again and again."""
        pen = self.pen
        used = [family for family in families if pen.chain.links[family.name]]
        single = [family for family in used if self._single(family)]
        if not single or len(single) == len(used):
            return
        yield self._asked(pen.say("indexed.ask.once"))
        self.answers.append(pen.say("indexed.answer.once", names=[lettered(f) for f in single], count=len(single)))

    def _single(self, family: Family) -> bool:
        """Whether each member is used once: a use beside a start of 0 is one too, though it contributes no term."""
        chain, (link, *others) = self.pen.chain, self.pen.chain.links[family.name]
        again = {axis.letter for axis in self.pen.graph.families[link.child].axes if len(axis.range()) > 1}
        alone = all(len(chain[chain.name_of(family.member(each))].terms) == 1 for each in family.members())
        return not others and alone and again <= {axis.letter for axis in family.axes if len(axis.range()) > 1}
