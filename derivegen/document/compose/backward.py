"""The backward pass: the quantities to work in full go in; for each the route, the chain rule, its factors and its number come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivegen.calculus.chain import Factor, Step
from derivegen.document.blocks import Block, Derivation, Heading, Note, Paragraph, Prose
from derivegen.document.compose.pen import Line, Pen, is_identity
from derivegen.document.compose.pictures import network_picture
from derivegen.formula.tree import Formula, Negative, Number, Product, Quantity, Sum, Value, product, total, transform
from derivegen.network.losses import LOSSES
from derivegen.network.names import parse, parse_derivative

ROUTES_WRITTEN_OUT = 3
"""Routes shown as an expanded sum; of more, the number is said and the recursion used."""


@dataclass
class Backward:
    """Writes the section; remembers which factors and δ have been found already, so that none is derived twice."""

    pen: Pen
    found: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    drawn: set[tuple[int, ...]] = field(default_factory=set)

    def section(self, wanted: Sequence[str]) -> Iterator[Block]:
        """The whole section for the wanted parameters, the output layer first."""
        pen = self.pen
        yield Heading(1, pen.say("backward.title"))
        yield Paragraph(pen.say("backward.opening", loss=Quantity(pen.chain.root)))
        for name in sorted(wanted, key=self._order):
            yield from self.worked(name)

    def _order(self, name: str) -> tuple[int, int]:
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
        brief = pen.graph.network.options.detail == "brief"
        if family is not None and not brief and self._new_way(name):
            yield network_picture(pen, name)
        if routes == 1:
            yield from self._single(name, target)
        else:
            yield from self._several(name, target, routes)

    def _new_way(self, name: str) -> bool:
        """Whether the way to a parameter has not been drawn yet: a bias shares that of its unit's weights."""
        parts = parse(name)
        if parts is None or parts.base not in ("w", "b", "theta"):
            return False
        unit = parts.indices[:2]
        drawn = unit in self.drawn and parts.base != "w"
        self.drawn.add(unit)
        return not drawn

    def _single(self, name: str, target: str) -> Iterator[Block]:
        """One route: the chain link by link, what is shared named, every factor found, the product."""
        pen = self.pen
        route = visible(pen.chain.routes(target, 1)[0])
        stops = [Quantity(pen.chain.root), *(Quantity(by_of(f.name)) for f in route if f.role != "share")]
        yield Paragraph(pen.say("backward.route", target=Quantity(name), stops=stops, count=len(stops) - 1))
        factors = self._shared(target, route)
        if len(route) > 1:
            lines: list[Line] = [(product(*map(_symbolic, route)), pen.say("reason.chain", target=Quantity(name)))]
            if factors != route:
                lines.append((product(*map(_symbolic, factors)), pen.say("reason.shared", delta=factors[0].reading)))
            yield pen.derivation(Quantity(target), lines)
            yield from self._factors(factors)
        yield self._product(target, factors)
        yield from self._name_delta(target, factors, len(route))

    def _shared(self, target: str, route: list[Factor]) -> list[Factor]:
        """The route with its beginning replaced by the δ nearest to the target that has been named before."""
        after: list[Factor] = []
        name = target
        while (first := self.pen.chain[name].terms[0].factors[0]).role == "upstream":
            after = [*self.pen.chain[name].terms[0].factors[1:], *after]
            name = first.name
            if name in self.named:
                delta = delta_of(name)
                return [Factor("upstream", delta, "chain", Quantity(delta)), *visible(after)]
        return route

    def _name_delta(self, target: str, factors: Sequence[Factor], links: int) -> Iterator[Block]:
        """Point out what the next derivative of the same unit shares; a product of one link needs no name."""
        pen = self.pen
        name = pen.chain[target].terms[0].factors[0].name
        if "/dz[" not in name or name in self.named or links < 3:
            return
        self.named.add(name)
        delta, z = Quantity(delta_of(name)), Quantity(by_of(name))
        yield Paragraph(pen.say("backward.delta", delta=delta, z=z))
        lines: list[Line] = [
            (Quantity(name), pen.say("reason.delta", delta=delta)),
            (product(*map(_symbolic, factors[:-1])), pen.say("reason.delta.links", z=z)),
        ]
        if pen.trace.known(name):
            lines += [(pen.values(factors[:-1]), pen.say("reason.numbers.delta", delta=delta)), (Value(name), ())]
        else:
            lines.append((pen.together(factors[:-1]), pen.say("reason.put-together", target=z)))
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
            yield pen.statement(factor.name, factor.reading, factor_reason(pen, factor), numbers)

    def _product(self, target: str, factors: Sequence[Factor]) -> Derivation:
        """target = the readings side by side = their numbers = the value."""
        pen = self.pen
        lines: list[Line] = [(pen.together(factors), pen.say("reason.together", target=Quantity(by_of(target))))]
        if pen.trace.known(target):
            lines.append((pen.values(factors), pen.say("reason.numbers.chain", target=Quantity(by_of(target)))))
            lines.append((Value(target), ()))
        return pen.derivation(Quantity(target), lines)

    def _several(self, name: str, target: str, routes: int) -> Iterator[Block]:
        """Several routes: their number, the first few, then the recursion from the loss backwards."""
        pen = self.pen
        yield Paragraph(pen.say("backward.routes", target=Quantity(name), count=routes))
        first = pen.chain.routes(target, ROUTES_WRITTEN_OUT)
        if routes <= ROUTES_WRITTEN_OUT:
            terms = [product(*(Quantity(f.name) for f in visible(route) if f.role != "share")) for route in first]
            if not any(f.role == "share" for route in first for f in route):
                yield pen.derivation(
                    Quantity(target), [(total(*terms), pen.say("reason.routes", target=Quantity(name)))]
                )
        for step_name in self._needed(target):
            yield from self._step(step_name)

    def _needed(self, target: str) -> list[str]:
        """The derivatives the target's step needs that have not been found, from the root on, the target last."""
        found: list[str] = []

        def visit(name: str) -> None:
            if name in self.found or name in found:
                return
            for term in self.pen.chain[name].terms:
                for factor in term.factors:
                    if factor.role == "upstream" and factor.name != name:
                        visit(factor.name)
            found.append(name)

        visit(target)
        return found

    def _step(self, name: str) -> Iterator[Block]:
        """One step of the recursion: sum over what the quantity enters, factors found, numbers; a derivative by a z gets its δ."""
        pen = self.pen
        self.found.add(name)
        step = pen.chain[name]
        if self._only_passes_on(step):
            return
        if all(term.factors[0].role != "upstream" for term in step.terms):
            yield self._at_loss(name, step)
            return
        for term in step.terms:
            yield from self._factors(term.factors)
        yield pen.derivation(*self._sum(name, step))
        if "/dz[" in name:
            self.named.add(name)
        yield from joint_slope(pen, name)

    def _sum(self, name: str, step: Step) -> tuple[Formula, list[Line]]:
        """The left side and the lines of a step whose factors have been found."""
        pen = self.pen
        by = Quantity(by_of(name))
        partials = total(*(product(*map(_symbolic, term.factors)) for term in step.terms))
        put_in = self._with_deltas(total(*(pen.together(term.factors) for term in step.terms)))
        left: Formula = Quantity(name)
        lines: list[Line] = []
        if "/dz[" in name:
            left = Quantity(delta_of(name))
            lines.append((Quantity(name), pen.say("reason.delta", delta=left)))
        key = "reason.sum" if len(step.terms) > 1 else "reason.link"
        lines.append((partials, pen.say(key, target=by, through=self._through(step))))
        lines.append((put_in, pen.say("reason.put-together", target=by)))
        if pen.trace.known(name):
            values = total(*(pen.values(term.factors) for term in step.terms))
            lines += [(values, pen.say("reason.numbers.step", target=by)), (Value(name), ())]
        return left, lines

    def _with_deltas(self, tree: Formula) -> Formula:
        """The tree with every δ that has been named written as δ."""

        def change(part: Formula) -> Formula | None:
            known = isinstance(part, Quantity) and part.name in self.named
            return Quantity(delta_of(part.name)) if known and isinstance(part, Quantity) else None

        return transform(tree, change)

    def _at_loss(self, name: str, step: Step) -> Derivation:
        """The derivative of the loss by an output: the slope of the term that holds it."""
        pen = self.pen
        factor = step.terms[0].factors[-1]
        self.found.add(factor.name)
        by = Quantity(by_of(name))
        lines: list[Line] = []
        if len(step.terms[0].factors) > 1 or factor.name != name:
            lines.append((product(*map(_symbolic, step.terms[0].factors)), pen.say("reason.one-term", by=by)))
        if factor.reading != Quantity(factor.name):
            lines.append((pen.together(step.terms[0].factors), factor_reason(pen, factor)))
        if pen.trace.known(name):
            lines.append((pen.numbers(step.reading), pen.say("reason.numbers.loss-slope", reading=factor.reading)))
            lines.append((Value(name), ()))
        return pen.derivation(Quantity(name), lines)

    def _only_passes_on(self, step: Step) -> bool:
        """A linear unit's z has the derivative of its a; there is nothing to write."""
        return len(step.terms) == 1 and len(step.terms[0].factors) == 2 and is_identity(step.terms[0].factors[1])

    def _through(self, step: Step) -> list[Formula]:
        names = [by_of(t.factors[0].name) for t in step.terms if t.factors[0].role == "upstream"]
        return [Quantity(name) for name in dict.fromkeys(names)]


def _symbolic(factor: Factor) -> Formula:
    """A factor as the derivative it is; a constant share as itself."""
    return factor.reading if factor.role == "share" else Quantity(factor.name)


def visible(route: Sequence[Factor]) -> list[Factor]:
    """The factors of a route without the 1 of a linear unit, whose z and a are one quantity."""
    return [factor for factor in route if not is_identity(factor)]


def by_of(name: str) -> str:
    """What a derivative's name differentiates by."""
    pair = parse_derivative(name)
    assert pair is not None
    top, by = pair
    row = top.partition("@")[2] if top.startswith("loss") else ""
    return by if not row or "@" in by or by.startswith(("w[", "b[", "theta[")) else f"{by}@{row}"


def delta_of(name: str) -> str:
    """dloss/dz[l][j] → delta[l][j]; of a row's own loss with that row."""
    top, by = name[1:].split("/d", 1)
    row = top.partition("@")[2]
    return by.replace("z", "delta", 1) + (f"@{row}" if row else "")


def kind(factor: Factor) -> str:
    """The factor's role as a key of the sentences."""
    return factor.role.replace(" ", "-")


def factor_reason(pen: Pen, factor: Factor) -> Prose:
    """Why a factor is what it is, in the quantities of its line."""
    pair = parse_derivative(factor.name)
    assert pair is not None
    of, by = Quantity(pair[0] if pair[0] != "loss" else pen.chain.root), Quantity(by_of(factor.name))
    key = {"bias": "reason.factor.bias", "input": "reason.factor.input", "weight": "reason.factor.weight"}.get(
        factor.role
    )
    if key == "reason.factor.bias" and by.name.startswith("theta"):
        key = "reason.factor.threshold"
    if key is None:
        rule = factor.rule.partition(":")[0]
        known = f"reason.slope.{rule}" if factor.role in ("slope", "gate") else f"reason.{kind(factor)}"
        key = known if pen.words.has(known) else f"reason.{kind(factor)}"
    named = f"rule-name.{factor.rule.partition(':')[0]}"
    names = pen.words.plain(named) if pen.words.has(named) else ""
    return pen.say(key, of=of, by=by, reading=factor.reading, rule=names)


def joint_slope(pen: Pen, name: str) -> Iterator[Block]:
    """The short form a loss and its usual output activation have together: ∂L/∂z = a − t."""
    network = pen.graph.network
    loss, last = network.loss, len(network.layers)
    if loss is None or loss.formula is not None or not name.startswith(pen.chain.name_of(f"z[{last}]")):
        return
    entry = LOSSES[loss.name]
    usual = network.layers[-1].activation
    if entry.joint is None or usual.name != entry.with_activation or usual.formula is not None:
        return
    z = by_of(name)
    a, t = Quantity(z.replace("z", "a", 1)), Quantity("t" + z.removeprefix(f"z[{last}]"))
    reading = pen.graph.network.targets
    yield Note(
        pen.say(
            "note.joint", a=a, t=t, z=Quantity(z), sums_to_one=entry.name == "cross_entropy", known=reading is not None
        )
    )
    difference: Formula = Sum((a, Negative(t)))
    lines: list[Line] = [
        *_cancelling(pen, name, a, t),
        (difference, pen.say("reason.joint", a=a, t=t, many=entry.name == "cross_entropy")),
    ]
    if pen.trace.known(name):
        lines += [(pen.numbers(difference), pen.say("reason.numbers.joint", a=a)), (Value(name), ())]
    yield pen.derivation(Quantity(name), lines)


def _cancelling(pen: Pen, name: str, a: Quantity, t: Quantity) -> list[Line]:
    """The lines from the product of the slopes of loss and output to their difference."""
    one = Number("1")
    if len(pen.chain[name].terms) == 1:
        slopes = visible(pen.chain.routes(name, 1)[0])
        multiplied = Sum(
            (
                Negative(Product((t, Sum((one, Negative(a)))), dotted=False)),
                Product((Sum((one, Negative(t))), a), dotted=False),
            )
        )
        return [
            (pen.together(slopes), pen.say("reason.joint.slopes", a=a)),
            (multiplied, pen.say("reason.joint.cancel", a=a)),
        ]
    outputs = [Quantity(by_of(term.factors[0].name)) for term in pen.chain[name].terms]
    others = [Quantity("t" + output.name[output.name.index("]") + 1 :]) for output in outputs]
    own = Negative(Product((t, Sum((one, Negative(a)))), dotted=False))
    rest = [Product((other, a), dotted=False) for other in others if other != t]
    collected = Sum((Product((a, Sum(tuple(others))), dotted=False), Negative(t)))
    return [
        (Sum((own, *rest)), pen.say("reason.joint.cancel-outputs", a=a)),
        (collected, pen.say("reason.joint.collect", a=a)),
    ]
