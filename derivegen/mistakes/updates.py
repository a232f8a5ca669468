"""Steps of an optimizer: a step goes in; why it is there, which parameter it changes, and the step with its formulas rewritten come out."""

from __future__ import annotations

from collections.abc import Callable

from derivegen.calculus.numbers.later import AFTER
from derivegen.calculus.steps import Step
from derivegen.formula.tree import Formula, transform
from derivegen.mistakes.factors import differing
from derivegen.network.graph import Graph
from derivegen.network.names import parse_kept
from derivegen.records import replace


def reason_of(step: Step, graph: Graph) -> str | None:
    """The key of why an optimizer works this out; None of what is no line of its own."""
    moment = parse_kept(step.target)
    return None if moment is None else graph.network.training.rule.reasons.get(moment.base)


def worked_for(step: Step) -> str | None:
    """The parameter that a line of an optimizer is worked out for."""
    moment = parse_kept(step.target)
    return None if moment is None else moment.of


def changed(step: Step, graph: Graph) -> str | None:
    """The parameter that a step changes: of w′ and of what is added to w."""
    target = step.target
    name = target[1:] if target.startswith("D") else target.removesuffix(AFTER)
    return name if name != target and name in graph.trained else None


def reread(step: Step, change: Callable[[Formula], Formula | None]) -> Step | None:
    """The step with the parts of its formulas put otherwise, or None if nothing changes."""
    return differing(
        step,
        (
            replace(
                term,
                factors=tuple(replace(factor, reading=transform(factor.reading, change)) for factor in term.factors),
            )
            for term in step.terms
        ),
    )
