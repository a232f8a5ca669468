"""The backward pass: the quantities to work in full go in; for each the route, the chain rule, its factors and its number come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor, Step
from derivegen.document.blocks import Block, Derivation, Heading, Paragraph, Picture
from derivegen.document.pen import Line, Pen, is_identity
from derivegen.formula.tree import ONE, ZERO, Formula, Quantity, Sum, Value, product, total, transform, walk
from derivegen.network.names import parse, parse_derivative
from derivegen.network.walks import in_order
from derivegen.records import dataclass, field
from derivegen.solution.gates import open_routes, shut_gates
from derivegen.solution.general_rules import general_rules
from derivegen.solution.growing import MOST_LINKS, grown, opened
from derivegen.solution.joint import is_joint, joint_alike, joint_slope
from derivegen.solution.links import by_of, delta_of, factor_reason, has_delta, kind, symbolic, visible
from derivegen.solution.passed_over import MOST_UNITS, PassedOver, under_a_sign
from derivegen.solution.pictures import network_picture
from derivegen.solution.saturated import is_saturated, saturated_slopes

MOST_TERMS = 6
"""Terms of a weighted sum that are differentiated one by one."""
ROUTES_WRITTEN_OUT = 3
"""Routes shown as an expanded sum; of more, the number is said and the recursion used."""


@dataclass
class Backward:
    """Writes the section; remembers which factors and δ have been found already, so that none is derived twice."""

    pen: Pen
    passed: PassedOver
    found: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    drawn: set[tuple[int, ...]] = field(default_factory=set)
    readings: dict[str, Formula] = field(default_factory=dict)
    done: dict[tuple[str, int], str] = field(default_factory=dict)
    explained: set[str] = field(default_factory=set)
    longest: int = 0

    def section(self, wanted: Sequence[str], flow: Picture | None) -> Iterator[Block]:
        """The whole section for the wanted parameters, the output layer first; `flow` is the picture it opens with."""
        pen = self.pen
        yield Heading(1, pen.say("backward.title"))
        yield Paragraph(pen.say("backward.opening", loss=Quantity(pen.chain.root)))
        if not self._brief:
            yield from general_rules(pen)
        if flow is not None:
            yield flow
        yield from self.before()
        for name in sorted(wanted, key=self.order):
            yield from self.worked(name)

    def before(self) -> Iterator[Block]:
        """What has to be found at once: of saturated outputs the slopes that they and the loss have together."""
        if is_saturated(self.pen):
            for found, block in saturated_slopes(self.pen):
                yield block
                self.named |= {found} if found else set()
            self.found |= self.named

    def order(self, name: str) -> tuple[int, int]:
        family, _ = self.pen.graph.locate(name) or (None, ())
        assert family is not None
        return (
            -family.layer,
            ("weight", "bias", "threshold").index(family.kind) if family.kind in ("weight", "bias", "threshold") else 3,
        )

    def worked(self, name: str) -> Iterator[Block]:
        """One derivative in full."""
        pen = self.pen
        target = pen.chain.name_of(name)
        yield Heading(2, pen.say("backward.one", target=Quantity(name)))
        routes = pen.chain.routes_total(target)
        family, _ = pen.graph.locate(name) or (None, ())
        if routes == 0:
            yield Paragraph(pen.say("backward.no-route", target=Quantity(name), loss=Quantity(pen.chain.root)))
            return
        if family is not None and not self._brief and not pen.deep and self._new_way(name):
            yield network_picture(pen, name)
        if routes == 1 and not pen.deep:
            yield from self._single(name, target)
        elif self._after_delta(target) is not None:
            yield from self._from_delta(name, target)
        else:
            yield from self._several(name, target, routes)

    def _new_way(self, name: str) -> bool:
        """Whether the way to a parameter is to be drawn; where all are worked, a bias shares that of its unit's weights."""
        parts = parse(name)
        if parts is None or parts.base not in ("w", "b", "theta"):
            return False
        unit = parts.indices[:2]
        drawn = unit in self.drawn and parts.base != "w" and self.pen.graph.network.options.detail == "full"
        self.drawn.add(unit)
        return not drawn

    def _single(self, name: str, target: str) -> Iterator[Block]:
        """One route: the chain link by link, what is shared named, every factor found, the product."""
        pen = self.pen
        links = pen.chain.routes(target, 1)[0]
        route = visible(links)
        stops = [
            Quantity(pen.chain.root),
            *(Quantity(by_of(self.pen.graph, f.name)) for f in route if f.role != "share"),
        ]
        yield Paragraph(pen.say("backward.route", target=Quantity(name), stops=stops, count=len(stops) - 1))
        factors = self._shared(links)
        if len(route) > 1:
            lines = self._chain(name, route)
            if factors != route:
                lines.append((product(*map(symbolic, factors)), pen.say("reason.shared", delta=factors[0].reading)))
            yield pen.derivation(Quantity(target), lines)
            yield from self._factors(factors)
        yield self._product(target, factors)
        shut = shut_gates(pen, route)
        if shut:
            yield Paragraph(pen.say("backward.shut", factors=shut))
        for _, before in self._passed(links)[-1:]:
            yield from self._name_delta(before, factors, len(route))

    def _chain(self, name: str, route: list[Factor]) -> list[Line]:
        """The chain, grown link by link for the first route of its length; later ones are written at once."""
        if self._brief or len(route) <= max(2, self.longest) or len(route) > MOST_LINKS:
            return [(product(*map(symbolic, route)), self.pen.say("reason.chain", target=Quantity(name)))]
        self.longest = len(route)
        return grown(self.pen, name, route)

    @property
    def _brief(self) -> bool:
        return self.pen.graph.network.options.detail == "brief"

    def _passed(self, links: Sequence[Factor]) -> list[tuple[int, str]]:
        """The derivatives that a route passes before its last link, and behind which link each."""
        graph, name_of = self.pen.graph, self.pen.chain.name_of
        return [(n, name_of(by_of(graph, each.name))) for n, each in enumerate(links[:-1]) if each.role != "share"]

    def _shared(self, links: Sequence[Factor]) -> list[Factor]:
        """The route with its beginning replaced by the δ nearest to the target that has been named before."""
        for place, name in reversed(self._passed(links)):
            if name in self.named:
                delta = delta_of(self.pen.graph, name)
                return [Factor("upstream", delta, "chain", Quantity(delta)), *visible(links[place + 1 :])]
        return visible(links)

    def _name_delta(self, name: str, factors: Sequence[Factor], links: int) -> Iterator[Block]:
        """Point out what the next derivative of the same unit shares; a product of one link needs no name."""
        pen = self.pen
        if not has_delta(pen, name) or name in self.named or links < 3:
            return
        self.named.add(name)
        delta, z = Quantity(delta_of(self.pen.graph, name)), Quantity(by_of(self.pen.graph, name))
        count = sum(factor.reading != ONE for factor in factors[:-1])
        saved = pen.say("backward.delta.saved", count=count) if count > 1 else ()
        yield Paragraph((*pen.say("backward.delta", delta=delta, z=z), " ", *saved))
        lines: list[Line] = [
            (Quantity(name), pen.say("reason.delta", delta=delta)),
            (product(*map(symbolic, factors[:-1])), pen.say("reason.delta.links", z=z)),
        ]
        lines.append((pen.together(factors[:-1]), pen.say("reason.put-together", target=z)))
        if pen.trace.known(name):
            lines += [(pen.values(factors[:-1]), pen.say("reason.numbers.delta", delta=delta)), (Value(name), ())]
        yield pen.derivation(delta, lines)
        yield from joint_slope(pen, name)

    def _factors(self, factors: Sequence[Factor]) -> Iterator[Derivation]:
        """Each factor that has not been found before: what it is, why, its number."""
        pen = self.pen
        for factor in factors:
            if (
                factor.name in self.found
                or factor.role in ("share", "upstream")
                or factor.reading == Quantity(factor.name)
            ):
                continue
            self.found.add(factor.name)
            numbers = pen.say(f"reason.numbers.{kind(factor)}", reading=factor.reading)
            extra = pen.under_assumption(factor.reading)
            lead = self._constants(factor)
            yield pen.statement(factor.name, factor.reading, factor_reason(pen, factor), numbers, extra, lead)

    def _constants(self, factor: Factor) -> list[Line]:
        """The first time a weighted sum is differentiated by a weight and by a bias: term by term, with the 0 of every other term."""
        if self._brief or factor.role not in ("input", "bias") or factor.role in self.explained:
            return []
        pair = parse_derivative(factor.name)
        formula = self.pen.graph[pair[0]].formula if pair is not None else None
        by = by_of(self.pen.graph, factor.name)
        if not isinstance(formula, Sum) or not 1 < len(formula.terms) <= MOST_TERMS:
            return []
        self.explained.add(factor.role)
        terms = tuple(factor.reading if Quantity(by) in walk(term) else ZERO for term in formula.terms)
        return [(Sum(terms), self.pen.say("reason.constants", by=Quantity(by)))]

    def _product(self, target: str, factors: Sequence[Factor]) -> Derivation:
        """target = the readings side by side = their numbers = the value."""
        pen = self.pen
        lines: list[Line] = [
            (pen.together(factors), pen.say("reason.together", target=Quantity(by_of(self.pen.graph, target))))
        ]
        self.readings[by_of(self.pen.graph, target)] = lines[0][0]
        if pen.trace.known(target):
            lines.append(
                (pen.values(factors), pen.say("reason.numbers.chain", target=Quantity(by_of(self.pen.graph, target))))
            )
            lines.append((Value(target), ()))
        return pen.derivation(Quantity(target), lines)

    def _after_delta(self, target: str) -> list[Factor] | None:
        """The δ that has been named for the unit a parameter enters, and the link from it; None if there is none."""
        terms = self.pen.chain[target].terms
        first, *rest = terms[0].factors
        if len(terms) > 1 or first.name not in self.named:
            return None
        delta = delta_of(self.pen.graph, first.name)
        return [Factor("upstream", delta, "chain", Quantity(delta)), *visible(rest)]

    def _from_delta(self, name: str, target: str) -> Iterator[Block]:
        """A further parameter of a unit whose δ is known: one link."""
        pen = self.pen
        factors = self._after_delta(target) or []
        yield Paragraph(pen.say("backward.after-delta", target=Quantity(name), delta=factors[0].reading))
        line = (product(*map(symbolic, factors)), pen.say("reason.shared", delta=factors[0].reading))
        yield pen.derivation(Quantity(target), [line])
        yield from self._factors(factors)
        yield self._product(target, factors)

    def _several(self, name: str, target: str, routes: int) -> Iterator[Block]:
        """Several routes: their number, the chain opened, the routes where they are few, then the recursion from the loss backwards."""
        pen = self.pen
        if pen.deep:
            yield from self._far(name, target)
            return
        passable = open_routes(pen, target)
        ways = pen.say("backward.open", open=passable, shut=routes - passable) if passable is not None else ()
        yield Paragraph(
            (*pen.say("backward.routes", target=Quantity(name), count=routes), *((" ", *ways) if ways else ()))
        )
        lines = [] if self._brief else [(self.with_deltas(tree), why) for tree, why in opened(pen, target)]
        if routes <= ROUTES_WRITTEN_OUT and not self.named:
            found = pen.chain.routes(target, ROUTES_WRITTEN_OUT)
            each = total(*(product(*map(symbolic, visible(route))) for route in found))
            lines.append((each, pen.say("reason.routes", target=Quantity(name))))
        if lines:
            yield pen.derivation(Quantity(target), lines)
        yield from self._collected(name, target)

    def _far(self, name: str, target: str) -> Iterator[Block]:
        """A parameter of a deep network: no route is written out."""
        family, _ = self.pen.graph.locate(name) or (None, ())
        above = self.pen.graph.depth - (family.layer if family is not None else 0)
        yield Paragraph(self.pen.say("backward.far", target=Quantity(name), count=above))
        yield from self._collected(name, target)

    def _collected(self, name: str, target: str) -> Iterator[Block]:
        """The recursion from the loss to one derivative."""
        pen = self.pen
        for step_name in self.needed(target):
            yield from self._step(step_name)
        terms = pen.chain[target].terms
        if len(terms) <= MOST_UNITS:
            self.readings[name] = self.with_deltas(total(*(pen.together(visible(term.factors)) for term in terms)))

    def needed(self, target: str) -> list[str]:
        """The derivatives the target's step needs that have not been found, from the root on, the target last."""
        return [*in_order([target], self._upstream, self.found)]

    def _upstream(self, name: str) -> Iterator[str]:
        """The derivatives that a derivative's step is made of."""
        factors = (factor for term in self.pen.chain[name].terms for factor in term.factors)
        return (factor.name for factor in factors if factor.role == "upstream" and factor.name != name)

    def _step(self, name: str) -> Iterator[Block]:
        """One step of the recursion: sum over what the quantity enters, factors found, numbers; a derivative by a z gets its δ."""
        pen = self.pen
        self.found.add(name)
        if self.passed.is_over(name):
            self.named |= {name} if has_delta(pen, name) else set()
            yield from self.passed.said(name)
            return
        step = pen.chain[name]
        if self.only_passes_on(step):
            return
        if not step.terms:
            reason = self.pen.say("reason.no-link", target=Quantity(by_of(self.pen.graph, name)))
            yield pen.derivation(Quantity(name), [(ZERO, reason)])
            return
        if all(term.factors[0].role != "upstream" for term in step.terms):
            found = self._at_loss(name, step)
            if found.rows:  # of an unknown loss the slope is what it is
                yield found
            return
        like = self._like(name)
        if like is not None and len(step.terms) > ROUTES_WRITTEN_OUT and is_joint(pen, name):
            self.named.add(name)
            yield joint_alike(pen, name, like)
            return
        many = under_a_sign(pen, step)
        for term in () if like is not None else step.terms if many is None else step.terms[:1]:
            yield from self._factors(term.factors)
        yield pen.derivation(*self._sum(name, step, like, many))
        if has_delta(self.pen, name):
            self.named.add(name)
        yield from joint_slope(pen, name, again=like is not None)

    def _like(self, name: str) -> str | None:
        """The unit of the same layer for which this step was done in full; with detail "full" it is done for each."""
        parts = parse(by_of(self.pen.graph, name))
        if parts is None or len(parts.indices) != 2 or self.pen.graph.network.options.detail == "full":
            return None
        first = self.done.setdefault((parts.base, parts.indices[0]), name)
        return first if first != name else None

    def _sum(self, name: str, step: Step, like: str | None, many: Formula | None) -> tuple[Formula, list[Line]]:
        """The left side and the lines of a step; one done already for the unit `like` is not explained again, a sum of too `many` terms
        stands under a sign."""
        pen = self.pen
        by = Quantity(by_of(self.pen.graph, name))
        partials = total(*(product(*map(symbolic, term.factors)) for term in step.terms))
        put_in = self.with_deltas(total(*(pen.together(term.factors) for term in step.terms)))
        left: Formula = Quantity(name)
        lines: list[Line] = []
        if has_delta(self.pen, name):
            left = Quantity(delta_of(self.pen.graph, name))
            lines.append((Quantity(name), pen.say("reason.delta", delta=left)))
        if many is not None:
            lines.append((many, pen.say("reason.sum.many", target=by, count=len(step.terms))))
            return left, lines + ([(Value(name), ())] if pen.trace.known(name) else [])
        key = "reason.sum" if len(step.terms) > 1 else "reason.link"
        if like is None:
            lines.append((partials, pen.say(key, target=by, through=self._through(step))))
            lines.append((put_in, pen.say("reason.put-together", target=by)))
        else:
            lines.append((put_in, pen.say("reason.like", like=Quantity(by_of(self.pen.graph, like)))))
        if pen.trace.known(name):
            values = total(*(pen.values(term.factors) for term in step.terms))
            lines += [(values, pen.say("reason.numbers.step", target=by)), (Value(name), ())]
        return left, lines

    def with_deltas(self, tree: Formula) -> Formula:
        """The tree with every δ that has been named written as δ."""

        def change(part: Formula) -> Formula | None:
            known = isinstance(part, Quantity) and part.name in self.named
            return Quantity(delta_of(self.pen.graph, part.name)) if known and isinstance(part, Quantity) else None

        return transform(tree, change)

    def _at_loss(self, name: str, step: Step) -> Derivation:
        """The derivative of the loss by an output: the slope of the term that holds it."""
        pen = self.pen
        factor = step.terms[0].factors[-1]
        self.found.add(factor.name)
        by = Quantity(by_of(self.pen.graph, name))
        lines: list[Line] = []
        unknown = factor.reading == Quantity(factor.name)
        if (unknown or self._like(name) is None) and (len(step.terms[0].factors) > 1 or factor.name != name):
            lines.append((product(*map(symbolic, step.terms[0].factors)), pen.say("reason.one-term", by=by)))
        if not unknown:
            lines.append((step.reading, factor_reason(pen, factor)))
        lines += pen.in_numbers(name, step.reading, pen.say("reason.numbers.loss-slope", reading=factor.reading))
        return pen.derivation(Quantity(name), lines)

    def only_passes_on(self, step: Step) -> bool:
        """A linear unit's z has the derivative of its a; there is nothing to write."""
        return len(step.terms) == 1 and len(step.terms[0].factors) == 2 and is_identity(step.terms[0].factors[1])

    def _through(self, step: Step) -> list[Formula]:
        names = [by_of(self.pen.graph, t.factors[0].name) for t in step.terms if t.factors[0].role == "upstream"]
        return [Quantity(name) for name in dict.fromkeys(names)]
