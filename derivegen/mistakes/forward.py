"""A forward quantity as a step: its formula goes in, terms of factors with roles come out, so that mistakes rewrite it like any other."""

from __future__ import annotations

from derivegen.calculus.links import Role
from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Formula, Negative, Product, Quantity, Sum
from derivegen.network.graph import Graph, Member

ROLES: dict[str, Role] = {"weight": "weight", "bias": "bias", "threshold": "bias"}


def forward_step(graph: Graph, member: Member) -> Step | None:
    """z = Σ weight · input + bias; of anything else one factor, what it is computed from, under its family's rule. None if it is given."""
    if member.formula is None:
        return None
    if member.family.kind != "pre-activation":
        return Step(member.name, (Term((Factor("input", member.name, member.family.rule, member.formula),)),))
    terms = member.formula.terms if isinstance(member.formula, Sum) else (member.formula,)
    return Step(member.name, tuple(_term(graph, term) for term in terms))


def _term(graph: Graph, term: Formula) -> Term:
    parts = term.factors if isinstance(term, Product) else (term,)
    return Term(tuple(_factor(graph, part) for part in parts))


def _factor(graph: Graph, part: Formula) -> Factor:
    leaf = part.body if isinstance(part, Negative) else part
    name = leaf.name if isinstance(leaf, Quantity) else ""
    found = graph.locate(name)
    role = ROLES.get(found[0].kind, "input") if found is not None else "input"
    return Factor(role, name, "affine", part)
