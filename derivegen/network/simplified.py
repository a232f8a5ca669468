"""A formula of an update rule with numbers put in goes in; the formula without what zeros and ones leave of nothing comes out."""

from __future__ import annotations

from derivegen.formula.tree import ONE, ZERO, Cases, Formula, Negative, Power, Product, Ratio, Sum, transform


def simplified(tree: Formula) -> Formula:
    """The formula without what zeros and ones leave of nothing."""

    def change(part: Formula) -> Formula | None:
        made = _SIMPLER.get(type(part))
        return None if made is None else made(part)

    return transform(tree, change)


def _sum(tree: Formula) -> Formula:
    assert isinstance(tree, Sum)
    terms = [term for term in map(simplified, tree.terms) if term != ZERO and term != Negative(ZERO)]
    return ZERO if not terms else terms[0] if len(terms) == 1 else Sum(tuple(terms))


def _product(tree: Formula) -> Formula:
    assert isinstance(tree, Product)
    factors = [factor for factor in map(simplified, tree.factors) if factor != ONE]
    if ZERO in factors:
        return ZERO
    return ONE if not factors else factors[0] if len(factors) == 1 else Product(tuple(factors), tree.dotted)


def _negative(tree: Formula) -> Formula:
    assert isinstance(tree, Negative)
    body = simplified(tree.body)
    return ZERO if body == ZERO else Negative(body)


def _cases(tree: Formula) -> Formula:
    assert isinstance(tree, Cases)
    branches = tuple((simplified(body), when) for body, when in tree.branches)
    bodies = {body for body, _ in branches}
    return bodies.pop() if len(bodies) == 1 else Cases(branches)


def _ratio(tree: Formula) -> Formula:
    assert isinstance(tree, Ratio)
    top = simplified(tree.top)
    return ZERO if top == ZERO else Ratio(top, simplified(tree.bottom))


def _power(tree: Formula) -> Formula:
    assert isinstance(tree, Power)
    base = simplified(tree.base)
    return ZERO if base == ZERO else Power(base, simplified(tree.exponent))


_SIMPLER = {Sum: _sum, Product: _product, Negative: _negative, Cases: _cases, Ratio: _ratio, Power: _power}
