"""The links of a chain: a factor of a step goes in; how it is written, what it differentiates by, and why it is what it is come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor, Step
from derivegen.document.blocks import Prose
from derivegen.document.pen import Pen, is_identity
from derivegen.formula.tree import ONE, Bracket, Formula, Product, Quantity, product, transform
from derivegen.network.graph import Graph
from derivegen.network.names import parse, parse_derivative
from derivegen.records import replace


def symbolic(factor: Factor) -> Formula:
    """A factor as the derivative it is; a constant share as itself."""
    return factor.reading if factor.role == "share" else Quantity(factor.name)


def visible(route: Sequence[Factor]) -> list[Factor]:
    """The factors of a route without the 1 of a linear unit, whose z and a are one quantity."""
    return [factor for factor in route if not is_identity(factor)]


def at_root(step: Step) -> bool:
    """Whether a derivative is a slope of the root itself."""
    return bool(step.terms) and all(factor.role != "upstream" for term in step.terms for factor in term.factors)


def over_one(pen: Pen, name: str) -> Iterator[Formula]:
    """The chain rule of a derivative of the loss that comes back over one unit alone."""
    step = pen.chain[name]
    links = visible(step.terms[0].factors) if len(step.terms) == 1 else []
    if len(links) == 2 and not at_root(step):
        yield product(*map(symbolic, links))


def in_full(pen: Pen, tree: Formula) -> Formula | None:
    """A product of factors without its ones, the slope of the loss in it put in; None where it is that already."""

    def change(part: Formula) -> Formula | None:
        pair = parse_derivative(part.name) if isinstance(part, Quantity) else None
        if not isinstance(part, Quantity) or pair is None or not pair[0].startswith("loss"):
            return None
        step = pen.chain[part.name]
        while len(step.terms) == 1 and not at_root(step) and len(visible(step.terms[0].factors)) == 1:
            step = pen.chain[step.terms[0].factors[0].name]  # over a linear unit
        return step.reading if at_root(step) else None

    parts = [each.body if isinstance(each, Bracket) else each for each in _factors(tree)]
    factors = [factor for part in parts for factor in _factors(part)]
    changed = [transform(factor, change) for factor in factors if factor != ONE]
    return product(*changed) if changed != factors else None


def _factors(tree: Formula) -> tuple[Formula, ...]:
    return tree.factors if isinstance(tree, Product) and tree.dotted else (tree,)


def by_of(graph: Graph, name: str) -> str:
    """What a derivative's name differentiates by; of a row's own loss what belongs to the row is named with it."""
    pair = parse_derivative(name)
    assert pair is not None
    top, by = pair
    row = top.partition("@")[2]
    return f"{by}@{row}" if row and graph.locate(by) is None else by


def delta_of(graph: Graph, name: str) -> str:
    """dloss/dz[l][j] → delta[l][j]; of a row's own loss with that row."""
    z = parse(by_of(graph, name))
    assert z is not None
    return str(replace(z, base="delta"))


def has_delta(pen: Pen, name: str) -> bool:
    """Whether a derivative is that of the loss by a weighted sum, which is called δ."""
    found = pen.chain.by_of(name)
    return found is not None and found[0].kind == "pre-activation"


def kind(factor: Factor) -> str:
    """The factor's role as a key of the sentences."""
    return factor.role.replace(" ", "-")


def factor_reason(pen: Pen, factor: Factor) -> Prose:
    """Why a factor is what it is, in the quantities of its line."""
    pair = parse_derivative(factor.name)
    assert pair is not None
    of, by = Quantity(pair[0] if pair[0] != "loss" else pen.chain.root), Quantity(by_of(pen.graph, factor.name))
    key = {"bias": "reason.factor.bias", "input": "reason.factor.input", "weight": "reason.factor.weight"}.get(
        factor.role
    )
    if key == "reason.factor.bias" and pen.graph.kind_of(by.name) == "threshold":
        key = "reason.factor.threshold"
    if key is None:
        rule = factor.rule.partition(":")[0]
        known = f"reason.slope.{rule}" if factor.role in ("slope", "gate") else f"reason.{kind(factor)}"
        key = known if pen.words.has(known) else f"reason.{kind(factor)}"
    named = f"rule-name.{factor.rule.partition(':')[0]}"
    names = pen.words.plain(named) if pen.words.has(named) else ""
    return pen.say(key, of=of, by=by, reading=factor.reading, rule=names)
