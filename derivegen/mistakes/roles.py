"""What the local derivatives of a graph with index letters are to a student: a step goes in; the step with the roles that its factors have
there comes out.

Layers say of themselves which of their numbers are weights and inputs. Here the link tells it: what a parameter is multiplied by is its
input, what stands before a value is its weight, and only what a function of the table gives is a slope.
"""

from __future__ import annotations

from dataclasses import replace

from derivegen.calculus.links import Link, Role
from derivegen.calculus.steps import Step, Term
from derivegen.formula.tree import ONE, Formula, Indexed
from derivegen.network.graph import Graph
from derivegen.network.tables.activations import ACTIVATIONS, is_gate


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
