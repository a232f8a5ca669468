"""The worked solution of a `[graph]`: its nodes forward, then its derivatives backward, then the computation graph.

A small graph is worked node by node. Of a large one some nodes are, those at either end of each pass and what is asked for; tables hold the
rest, since the rule is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from types import MappingProxyType

from derivegen.calculus.steps import Factor, Step
from derivegen.document.blocks import Block, Derivation, Heading, Paragraph, Picture, Prose
from derivegen.document.graph_tables import Formulas, few, numbers
from derivegen.document.pen import Line, Pen
from derivegen.formula.tree import Compare, Formula, Number, Power, Quantity, Value, product, total
from derivegen.network.names import parse_derivative
from derivegen.network.wanted import asked_for
from derivegen.records import dataclass
from derivegen.solution.frame import brief, gradient_vector, why
from derivegen.solution.graph_pictures import computation_picture, flow_pictures
from derivegen.solution.links import by_of
from derivegen.solution.listing import listing_section
from derivegen.solution.optimizing import given_rule, rule_of
from derivegen.solution.told import introduction
from derivegen.solution.update import training_section, update_section

WORKED_UP_TO = 30
"""Nodes that are all worked one by one; of a larger graph those at the ends."""
AT_EACH_END = 3
"""Nodes of a large graph worked at the beginning of each pass and at its end."""
LONG_WORKED = 20
"""Nodes of a large graph with long formulas that are worked; of the others a table shows the value."""
ASKED_FOR = 6
"""Derivatives asked for that are worked in full in a large graph."""
MOST_TERMS = 8
"""Ways a quantity acts that are written out as a sum."""
MOST_DIGITS = 24
"""Digits of a number of routes that is written out; of a longer one its power of ten is said."""


def given_nodes(pen: Pen) -> Iterator[Block]:
    """What is looked for, and the numbers of inputs and parameters."""
    yield Paragraph(pen.say("graph.opening", root=Quantity(pen.graph.root), wrt=few(pen.graph.sought)))
    given = [*pen.graph.names("input"), *pen.graph.parameters]
    if any(pen.trace.known(name) for name in given):
        yield from numbers(pen, pen.say("table.given"), given, lambda name: name)
    if "rate" in pen.graph.givens and pen.graph.parameters and not rule_of(pen).is_plain:
        yield from given_rule(pen, formulas=True)
    elif "rate" in pen.graph.givens and pen.graph.parameters:
        rate = Compare(Quantity("rate"), "=", Value("rate"))
        yield Paragraph(pen.say("graph.rate", equation=rate, root=Quantity(pen.graph.root)))


def _plan(own: OwnGraph) -> Iterator[Block]:
    yield from introduction(own.pen)
    yield Heading(1, own.pen.say("given.title"))
    yield from given_nodes(own.pen)


def _backward(own: OwnGraph) -> Iterator[Block]:
    yield Heading(1, own.pen.say("backward.title"))
    yield Paragraph(own.pen.say("graph.backward", root=Quantity(own.pen.graph.root)))
    yield from own.flow[1:]
    yield from own.backward()


@dataclass(frozen=True)
class OwnGraph:
    """Writes the passes of one graph."""

    pen: Pen

    @cached_property
    def sought(self) -> tuple[str, ...]:
        """What is differentiated by: what the file asks for, and where there is training what it changes."""
        trained = self.pen.graph.trained if "rate" in self.pen.graph.givens else ()
        return tuple(dict.fromkeys((*self.pen.graph.sought, *trained)))

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """What is computed, in order."""
        return tuple(family.name for family in self.pen.graph.families.values() if family.formula is not None)

    @cached_property
    def reaching(self) -> tuple[str, ...]:
        """What the output is computed from and is differentiated by, from the output backwards, without the output itself."""
        links, root = self.pen.chain.links, self.pen.graph.root
        kinds = {*self.nodes, *self.sought}
        return tuple(
            name for name in reversed([*self.pen.graph.families]) if links[name] and name in kinds and name != root
        )

    @cached_property
    def _tables(self) -> Formulas:
        return Formulas(self.pen)

    @property
    def updated(self) -> list[str]:
        """What an update is worked of."""
        return [name for name in self.sought if name in self.pen.graph.trained][:ASKED_FOR]

    @cached_property
    def flow(self) -> tuple[Picture, ...]:
        """The pictures of both passes, where they have room; nothing in a brief page."""
        return () if brief(self.pen) else flow_pictures(self.pen) or ()

    @property
    def _large(self) -> bool:
        return len(self.nodes) > WORKED_UP_TO

    def forward(self) -> Iterator[Block]:
        """The nodes with their numbers."""
        pen = self.pen
        yield Heading(1, pen.say("forward.title"))
        worked = dict.fromkeys((*_ends(self.nodes), *self._long) if self._large else self.nodes)
        if self._large:
            yield Paragraph(pen.say("graph.forward.large", count=len(self.nodes), few=AT_EACH_END))
        for name in (name for name in self.nodes if name in worked):
            yield self.node(name)
        if self._large:
            yield from self._tables.nodes(self.nodes)

    @property
    def _long(self) -> Iterator[str]:
        """The first nodes whose formula is too long for a table."""
        formulas = ((name, self.pen.graph[name].formula) for name in self.nodes)
        long = (name for name, formula in formulas if formula is not None and not self._tables.fits(formula))
        return islice(long, LONG_WORKED)

    def node(self, name: str) -> Derivation:
        """A node with its formula and its number."""
        formula = self.pen.graph[name].formula
        assert formula is not None
        say, node = self.pen.say, Quantity(name)
        return self.pen.statement(name, formula, say("reason.node", node=node), say("reason.numbers.node", node=node))

    def backward(self) -> Iterator[Block]:
        """The derivatives with their numbers; what does not reach the output in a sentence."""
        pen = self.pen
        worked = self._worked() if self._large else self.reaching
        if self._large:
            yield Paragraph(self._routes())
        for name in worked:
            yield from self._one(name)
        reached = {*self.reaching, pen.graph.root}
        cut_off = [name for name in reversed([*pen.graph.families]) if name not in reached]
        cut_off = [name for name in cut_off if name in self.sought or pen.graph.families[name].kind == "node"]
        if cut_off:
            root = Quantity(pen.graph.root)
            names = few(cut_off) if self._large else list(map(Quantity, cut_off))
            yield Paragraph(pen.say("graph.cut-off", names=names, count=len(cut_off), root=root))
        if self._large:
            yield from self._tables.derivatives(self.reaching)

    def down_to(self, name: str) -> Iterator[Block]:
        """The derivatives of what a quantity acts through, from the output down to its own."""
        through, links = {name}, self.pen.chain.links
        for each in reversed(self.reaching):  # from what is given on
            if each in through:
                through |= {link.child for link in links[each]}
        for each in self.reaching:
            if each in through:
                yield from self._one(each)

    def _worked(self) -> list[str]:
        """Of a large graph: what is nearest to the output, the first quantity that acts in several places, what was asked for."""
        asked = self.pen.graph.network.options.wrt or self.sought[:ASKED_FOR]
        several = (name for name in self.reaching if len(self.pen.chain.links[name]) > 1)
        wanted = {*self.reaching[:AT_EACH_END], next(several, ""), *asked}
        return [name for name in self.reaching if name in wanted]

    def _routes(self) -> Prose:
        """How many routes there are to what is asked for, and that none is followed by itself."""
        pen, asked = self.pen, next((name for name in reversed(self.reaching) if name in self.sought), None)
        links = sum(map(len, pen.chain.links.values()))
        words: dict[str, object] = {"root": Quantity(pen.graph.root), "links": links, "few": AT_EACH_END}
        if asked is None:
            return pen.say("graph.backward.large", by=None, routes="", power=None, **words)
        routes = pen.chain.routes_total(pen.chain.name_of(asked))
        short = routes < 10**MOST_DIGITS
        words |= {"power": None if short else Power(Number("10"), Number(str(_magnitude(routes))))}
        return pen.say("graph.backward.large", by=Quantity(asked), routes=str(routes) if short else "", **words)

    def found(self) -> Iterator[Block]:
        """The derivatives asked for side by side, and a picture unless there have been some."""
        pen, wrt = self.pen, self.pen.graph.sought
        if wrt:
            yield Heading(1, pen.say("graph.found"))
            if pen.trace.complete:
                yield from numbers(pen, pen.say("table.graph-gradients"), wrt, pen.chain.name_of)
            yield from gradient_vector(pen) if asked_for(pen.graph, "gradient") else ()
        picture = None if self.flow else computation_picture(pen, wrt)
        if picture is not None:
            yield picture

    def _one(self, name: str) -> Iterator[Block]:
        """∂root/∂name: over every node it enters."""
        pen = self.pen
        target = pen.chain.name_of(name)
        step = pen.chain[target]
        yield Heading(2, pen.say("backward.one", target=Quantity(name)))
        if len(step.terms) > MOST_TERMS:
            yield from self._sum_of_many(name, step)
            return
        for term in step.terms:
            local = term.factors[-1]
            if local.name != target:
                yield self._local(name, local)
        yield pen.derivation(Quantity(target), self._collected(name, step))

    def _local(self, name: str, local: Factor) -> Derivation:
        numbers = self.pen.say("reason.numbers.node-slope", by=Quantity(name))
        return self.pen.statement(local.name, local.reading, _reason(self.pen, local), numbers)

    def _collected(self, name: str, step: Step) -> Iterator[Line]:
        """The links over every node that is entered, and their numbers."""
        pen, target, by = self.pen, step.target, Quantity(name)
        alone = len(step.terms) == 1
        partials = total(*(_symbolic(term.factors, target, alone) for term in step.terms))
        if partials == Quantity(target):
            local = step.terms[0].factors[-1]
            yield local.reading, _reason(pen, local)
            yield from pen.in_numbers(target, local.reading, pen.say("reason.numbers.node-slope", by=by))
            return
        nodes = [Quantity(_of(pen, term.factors[-1])) for term in step.terms]
        yield partials, pen.say("reason.link" if alone else "reason.sum", target=by, through=nodes)
        if pen.trace.known(target):
            values = total(*(_values(pen, term.factors, target) for term in step.terms))
            yield values, pen.say("reason.numbers.step", target=by)
            yield Value(target), ()
        else:
            together = total(*(pen.together(term.factors) for term in step.terms))
            yield together, pen.say("reason.put-together", target=by)

    def _sum_of_many(self, name: str, step: Step) -> Iterator[Block]:
        """Where a quantity acts in a great many places: the first of its terms, and what all of them come to."""
        pen, target = self.pen, step.target
        through = few([_of(pen, term.factors[-1]) for term in step.terms])
        yield Paragraph(pen.say("graph.many-terms", by=Quantity(name), through=through, count=len(step.terms)))
        local = next(term.factors[-1] for term in step.terms if term.factors[-1].name != target)
        yield self._local(name, local)
        if pen.trace.known(target):
            yield pen.derivation(Quantity(target), [(Value(target), pen.say("graph.all-terms", count=len(step.terms)))])


def _ends(names: Sequence[str]) -> Iterable[str]:
    """The first few and the last few."""
    return (*names[:AT_EACH_END], *names[-AT_EACH_END:])


def _magnitude(number: int) -> int:
    """The power of ten a large number is about; it may be too long to be written."""
    from math import log2

    shift = max(0, number.bit_length() - 60)
    return int((log2(number >> shift) + shift) * 0.301029995663981)


def _symbolic(factors: Sequence[Factor], target: str, alone: bool) -> Formula:
    """A term as a product of derivatives. What the root holds of the quantity directly has the same sign ∂ as the whole, so beside other
    terms it is written out."""
    direct = factors[0].name == target and not alone
    return factors[0].reading if direct else product(*(Quantity(f.name) for f in factors))


def _values(pen: Pen, factors: Sequence[Factor], target: str) -> Formula:
    """The numbers of a term."""
    if factors[0].name != target:
        return pen.values(factors)
    return Value(f"{pen.chain.name_of(pen.graph.root)}*d{pen.graph.root}/d{by_of(pen.graph, target)}")


def _reason(pen: Pen, factor: Factor) -> Prose:
    of, by = Quantity(_of(pen, factor)), Quantity(by_of(pen.graph, factor.name))
    return pen.say(f"rule.{factor.rule.partition(':')[0]}", of=of, by=by, reading=factor.reading)


def _of(pen: Pen, factor: Factor) -> str:
    """The node a factor is a derivative of."""
    pair = parse_derivative(factor.name)
    assert pair is not None
    return pair[0] if pair[0] != "loss" else pen.graph.root


SECTIONS: Mapping[str, Callable[[OwnGraph], Iterator[Block]]] = MappingProxyType(
    {
        "plan": _plan,
        "sought": lambda own: why(own.pen),
        "forward": lambda own: chain(own.forward(), own.flow[:1]),
        "backward": _backward,
        "gradient": OwnGraph.found,
        "step": lambda own: update_section(own.pen, own.updated),
        "training": lambda own: training_section(own.pen, own.pen.trace.updates),
        "program": lambda own: listing_section(own.pen),
    }
)
"""By the name that a file or a command asks for it by, in their order."""
