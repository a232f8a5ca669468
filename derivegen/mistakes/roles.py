"""What the local derivatives of a graph with index letters are to a student: a step goes in; the step with the roles that its factors have
there comes out.

Layers say of themselves which of their numbers are weights and inputs. Here the link tells it: what a parameter is multiplied by is its
input, what stands before a value is its weight, and only what a function of the table gives is a slope.
"""

from __future__ import annotations

from derivegen.calculus.links import Link, Role
from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import ONE, Formula, Indexed, Negative, Product, Quantity, Sum
from derivegen.network.graph import Graph, Member
from derivegen.network.tables.activations import ACTIVATIONS, is_gate
from derivegen.records import replace


def with_roles(step: Step, graph: Graph) -> Step:
    """The step; of a graph with index letters with the roles of its local derivatives."""
    return Step(step.target, tuple(_with_role(term, graph) for term in step.terms)) if graph.lettered else step


def _with_role(term: Term, graph: Graph) -> Term:
    if term.link is None or not term.factors:
        return term
    own = term.factors[-1]
    return replace(term, factors=(*term.factors[:-1], replace(own, role=_role(term.link, own.reading, graph))))


def _role(link: Link, reading: Formula, graph: Graph) -> Role:
    if link.child == graph.root:
        return "loss slope"
    if link.equation.rule in ACTIVATIONS:
        return "gate" if is_gate(link.equation.rule) else "slope"
    if graph.families[link.leaf.base].is_parameter:
        return "bias" if reading == ONE else "input"
    before = link.factor
    return "weight" if isinstance(before, Indexed) and graph.families[before.base].is_parameter else "slope"


ROLES: dict[str, Role] = {"weight": "weight", "bias": "bias", "threshold": "bias"}


def forward_step(graph: Graph, member: Member) -> Step | None:
    """z = Σ weight · input + bias; of anything else one factor, what it is computed from, under its family's rule. None if it is given."""
    if member.formula is None:
        return None
    if member.family.kind != "pre-activation" and not _is_sum(graph, member):
        return Step(member.name, (Term((Factor("input", member.name, member.family.rule, member.formula),)),))
    terms = member.formula.terms if isinstance(member.formula, Sum) else (member.formula,)
    return Step(member.name, tuple(_term(graph, term) for term in terms))


def _is_sum(graph: Graph, member: Member) -> bool:
    """Whether a member of a graph with index letters is a sum of products of weights and what they weigh, and of biases."""
    terms = member.formula.terms if isinstance(member.formula, Sum) else ()
    roles = [[factor.role for factor in _term(graph, term).factors] for term in terms]
    return any("weight" in own and len(own) == 2 for own in roles)


def _term(graph: Graph, term: Formula) -> Term:
    parts = term.factors if isinstance(term, Product) else (term,)
    found = tuple(_factor(graph, part) for part in parts)
    alone = len(found) == 1 and found[0].role == "weight"
    return Term((replace(found[0], role="bias"),) if alone else found)


def _factor(graph: Graph, part: Formula) -> Factor:
    leaf = part.body if isinstance(part, Negative) else part
    name = leaf.name if isinstance(leaf, Quantity) else ""
    found = graph.locate(name)
    role = ROLES.get(found[0].kind, "input") if found is not None else "input"
    return Factor(role, name, "affine", part)
