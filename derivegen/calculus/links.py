"""The derivatives of whole families: a family goes in, the rule of its derivative by each member that stands in its formula comes out; and
a link from the side of what is differentiated by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivegen.calculus.bends import NO_BENDS, Bends, bent
from derivegen.calculus.rules import differentiate
from derivegen.calculus.steps import Role
from derivegen.calculus.terms import shared_out
from derivegen.formula.tree import Formula, Indexed, walk
from derivegen.network.family import Family
from derivegen.network.tables.activations import is_gate
from derivegen.network.tables.conventions import kink_of


@dataclass(frozen=True, slots=True)
class Link:
    """∂child/∂parent as a rule for whole families: `leaf` is the parent as it stands in the child's formula, with the child's letters;
    `shares` are constant fractions in front, `factor` the derivative (None: unknown, it keeps its name), `when` own/cross where coupled."""

    child: str
    leaf: Indexed
    factor: Formula | None
    rule: str
    shares: tuple[Formula, ...] = ()
    when: str = "each"


def links(family: Family, bends: Bends = NO_BENDS) -> Iterator[Link]:
    """The derivatives of a family's formula by each family member that stands in it, or whose slope is stated though it does not (a
    constant's is 0); with `bends`, those of a program at its kinks."""
    if family.formula is None:
        return
    shares, body = shared_out(family.formula) if family.kind == "loss" else ((), family.formula)
    taught = {leaf: (tree, when) for leaf, tree, when in family.slopes}
    seen = dict.fromkeys((*(part for part in walk(body) if isinstance(part, Indexed)), *taught))
    for leaf in seen:
        if leaf in taught:
            tree, when = taught[leaf]
            taken = bends.get(kink_of(family.rule) or "")
            yield Link(family.name, leaf, bent(tree, taken), family.rule, shares, when)
        elif family.kind == "loss" and family.is_unknown:
            yield Link(family.name, leaf, None, family.rule, shares)
        else:
            found = differentiate(body, leaf, bends)
            yield Link(family.name, leaf, found.result, found.rule, shares)


def role_of(child: Family, parent: Family) -> Role:
    """What a local derivative is to a student."""
    if child.kind == "loss":
        return "loss slope"
    if child.kind != "pre-activation":
        return "gate" if is_gate(child.rule) else "slope"
    roles: dict[str, Role] = {"weight": "input", "bias": "bias", "threshold": "bias"}
    return roles.get(parent.kind, "weight")
