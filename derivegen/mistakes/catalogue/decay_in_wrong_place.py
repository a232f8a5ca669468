"""Weight decay goes to the place it has in the other optimizer: into the derivative with AdamW, beside the step with Adam and L2.

With gradient descent both come to the same, which is why they are taken for the same (Loshchilov and Hutter 2017).
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Formula, Negative, Quantity, Sum, walk
from derivegen.mistakes.factors import beside, differing
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.tiny import ADAMW
from derivegen.mistakes.updates import changed, reason_of, reread, worked_for
from derivegen.network.graph import Graph
from derivegen.network.names import Moment, derivative
from derivegen.network.rule import RATE, SCHEDULED, Rule
from derivegen.records import replace

DECAY = Quantity("weight_decay")


def _without_decay(step: Step) -> Step | None:
    """The step without the terms that have the decay, inside its factors too."""

    def left(part: Formula) -> Formula | None:
        terms = tuple(term for term in part.terms if DECAY not in walk(term)) if isinstance(part, Sum) else ()
        return (terms[0] if len(terms) == 1 else Sum(terms)) if terms else None

    kept = (term for term in step.terms if all(factor.reading != DECAY for factor in term.factors))
    bare = Step(step.target, tuple(kept))
    return reread(bare, left) or differing(step, iter(bare.terms))


def _beside(step: Step, parameter: str, rule: Rule) -> Step:
    """The step with − rate · λ · w behind it, by the rate of the update."""
    rate = Quantity(str(Moment(SCHEDULED, parameter, primed=True))) if SCHEDULED in rule.worked_out else RATE
    factors = (
        Factor("rate", rate.name, "given", Negative(rate)),
        Factor("setting", DECAY.name, "given", DECAY),
        Factor("old value", parameter, "given", Quantity(parameter)),
    )
    return replace(step, terms=(*step.terms, Term(factors)))


@mistake("update", "moment", "upstream", example=Example(ADAMW, "w[1][1][1]'", 0.296, 0.3))
def rewrite(step: Step, graph: Graph) -> Step | None:
    """− rate · (m̂/(√v̂ + ε) + λ · w) → − rate · m̂/(√v̂ + ε) with g + λ · w for g in the moments; or the other way round."""
    rule, parameter, of = graph.network.training.rule, changed(step, graph), worked_for(step)
    if DECAY.name not in rule.settings:
        return None
    if "decayed" not in rule.reasons.values():  # beside the step, where it belongs
        if of is None:
            return _without_decay(step) if parameter is not None else None
        slope = Quantity(derivative("loss", of))
        return reread(step, lambda part: Sum((slope, beside(DECAY, Quantity(of)))) if part == slope else None)
    if set(rule.reasons.values()) <= {"decayed", "clipped", "length", "shortened", "scheduled"}:
        return None  # of gradient descent there is no other place
    if parameter is not None:
        return _beside(step, parameter, rule)
    return _without_decay(step) if reason_of(step, graph) == "decayed" else None
