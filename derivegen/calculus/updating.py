"""One update as steps: a formula of an optimizer goes in; how what it works out for one parameter follows from others comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from derivegen.calculus.links import Role
from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Formula, Negative, Number, Power, Product, Quantity, Sum, total, transform, walk
from derivegen.network.graph import Graph
from derivegen.network.names import parse, parse_kept
from derivegen.network.rule import COUNT, GRADIENT, LASTS, PARAMETER, RATE, SHARED, SQUARES, STAGE, Rule

_ROLES: Final[Mapping[Formula, Role]] = {GRADIENT: "upstream", RATE: "rate", PARAMETER: "old value"}


class Turn(NamedTuple):
    """One update of a graph's parameters, by its number; `name_of` names the derivative by a parameter."""

    graph: Graph
    name_of: Callable[[str], str]
    number: int = 1

    @property
    def rule(self) -> Rule:
        """What an update keeps and adds."""
        return self.graph.network.training.rule

    def step(self, name: str) -> Step | None:
        """The step of what an update comes to: w′, Δw, and what the optimizer works out for w; None of any other name."""
        rule, quantity, moment = self.rule, parse(name), parse_kept(name)
        if quantity is not None and quantity.primed and self.graph.is_parameter(name[:-1]):
            old = Term((Factor("old value", name[:-1], "given", Quantity(name[:-1])),))
            return Step(name, (old, *self._terms(rule.change, name[:-1])))
        if name.startswith("D") and self.graph.is_parameter(name[1:]):
            return Step(name, self._terms(rule.change, name[1:]))
        if moment is None or not self.graph.is_parameter(moment.of):
            return None
        if moment.primed and moment.base in rule.worked_out:
            return Step(name, self._terms(dict(rule.lines)[moment.base], moment.of))
        if not moment.primed and moment.base in rule.kept:
            return Step(name, (Term((Factor("setting", moment.base, "given", rule.starts[moment.base]),)),))
        return None

    def _terms(self, tree: Formula, member: str) -> tuple[Term, ...]:
        """The terms of a formula, and their factors with their roles, for one parameter."""
        terms = tree.terms if isinstance(tree, Sum) else (tree,)
        put = partial(self.put_in, member)
        return tuple(Term(tuple(_factors(term, self.rule, put))) for term in terms)

    def put_in(self, member: str, tree: Formula) -> Formula:
        """A formula of the optimizer for one parameter: its quantities, its derivative, and the number of the update."""
        known: dict[str, Formula] = {
            GRADIENT.name: Quantity(self.name_of(member)),
            PARAMETER.name: Quantity(member),
            COUNT.name: Number(str(self.number)),
        }
        if SQUARES in walk(tree):
            known[SQUARES.name] = total(*(self._square(each) for each in self.graph.trained))
        if self.rule.uses(STAGE):
            known[STAGE.name] = Number(str((self.number - 1) // int(self.rule.settings[LASTS])))

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Sum) and COUNT in part.terms:
                return Number(str(self.number + sum(map(_whole, part.terms))))
            if not isinstance(part, Quantity) or part.name in known:
                return known.get(getattr(part, "name", ""))
            base = part.name.removesuffix("'")
            own = f"{base}[{self.graph.trained[0] if base in SHARED else member}]{part.name[len(base) :]}"
            return Quantity(own) if base in self.rule.worked_out else part

        return transform(tree, change)

    def _square(self, member: str) -> Formula:
        return Power(Quantity(self.name_of(member)), Number("2"))


def _whole(term: Formula) -> int:
    """The whole number beside the number of an update; 0 of that itself."""
    sign, body = (-1, term.body) if isinstance(term, Negative) else (1, term)
    return sign * int(body.text) if isinstance(body, Number) else 0


def _factors(term: Formula, rule: Rule, put_in: Callable[[Formula], Formula]) -> Iterator[Factor]:
    """The factors of a term, its sign with the first."""
    body = term.body if isinstance(term, Negative) else term
    parts = body.factors if isinstance(body, Product) else (body,)
    for place, part in enumerate(parts):
        reading = put_in(part)
        name = reading.name if isinstance(reading, Quantity) else ""
        role = _ROLES.get(part) or ("setting" if _is_set(part, rule) else "moment")
        signed = Negative(reading) if isinstance(term, Negative) and not place else reading
        yield Factor(role, name, "chain" if role == "upstream" else "given", signed)


def _is_set(part: Formula, rule: Rule) -> bool:
    """Whether a factor is a setting, or 1 less a setting."""
    terms = part.terms if isinstance(part, Sum) else (part,)
    bare = (term.body if isinstance(term, Negative) else term for term in terms)
    return all(isinstance(each, Number) or getattr(each, "name", "") in rule.settings for each in bare)
