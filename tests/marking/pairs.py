"""Keys and answers whose equality is known, and every way to change one of them in one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from derivegen.formula.read.grammar import read_plain
from derivegen.formula.tree import Call, Formula, Negative, Number, Product, Quantity, Ratio, Sum

PAIRS = (
    ("-2*(t-y)*w5*x1", "2*x1*w5*(y-t)", True),
    ("s*(1-s)", "s - s^2", True),
    ("1/(1+exp(-z))*(1-1/(1+exp(-z)))", "exp(-z)/(1+exp(-z))^2", True),
    ("a-t", "-(t/a)*a*(1-a) + (1-t)/(1-a)*a*(1-a)", True),
    ("(-t/a+(1-t)/(1-a))*a*(1-a)*h", "(a-t)*h", True),
    ("(y-t)*w2*s*(1-s)*x", "(y-t)*w2*s*(s-1)*x", False),
    ("1-tanh(z)^2", "4/(exp(z)+exp(-z))^2", True),
    ("log(1+exp(z))", "z + log(1+exp(-z))", True),
    ("(1/(1+exp(-(w1*x1+w2*x2+b)))-t)*x1", "x1*(exp(w1*x1+w2*x2+b)/(1+exp(w1*x1+w2*x2+b))-t)", True),
    ("d1*w1*a*(1-a)+d2*w2*a*(1-a)", "a*(1-a)*(d1*w1+d2*w2)", True),
    ("exp(u)/(exp(u)+exp(v))-t", "1/(1+exp(v-u))-t", True),
    ("2*(y-t)*w5*x1", "(y-t)*w5*x1", False),
)
"""A key, an answer, whether they are equal."""


def mutants(tree: Formula) -> Iterator[Formula]:
    """The formula changed in one place: a constant one more, another name, a term or an argument with the other sign, a factor that
    divides."""
    match tree:
        case Number(text) if text.isdigit():
            yield Number(str(int(text) + 1))
        case Quantity():
            yield Quantity("other")
        case Sum(terms):
            yield from (Sum((*terms[:n], _turned(terms[n]), *terms[n + 1 :])) for n in range(len(terms)))
        case Product(factors):
            yield from (
                Product((*factors[:n], Ratio(Number("1"), factors[n]), *factors[n + 1 :])) for n in range(len(factors))
            )
        case Ratio(top, bottom):
            yield Product((top, bottom))
        case Negative(body):
            yield body
        case Call("exp", (inside,)):
            yield Call("exp", (_turned(inside),))
    for field in fields(tree):
        inner = getattr(tree, field.name)
        if isinstance(inner, Formula):
            yield from (type(tree)(**_with(tree, field.name, changed)) for changed in mutants(inner))
        elif isinstance(inner, tuple) and inner and isinstance(inner[0], Formula):
            for n, part in enumerate(inner):
                for changed in mutants(part):
                    yield type(tree)(**_with(tree, field.name, (*inner[:n], changed, *inner[n + 1 :])))


def _turned(tree: Formula) -> Formula:
    return tree.body if isinstance(tree, Negative) else Negative(tree)


def _with(tree: Formula, name: str, value: object) -> dict[str, object]:
    return {field.name: getattr(tree, field.name) for field in fields(tree)} | {name: value}


def all_mutants() -> list[tuple[Formula, Formula]]:
    """(formula, mutant) of every key and answer."""
    texts = dict.fromkeys(text for key, answer, _ in PAIRS for text in (key, answer))
    trees = [read_plain(text) for text in texts]
    return [(tree, mutant) for tree in trees for mutant in mutants(tree)]
