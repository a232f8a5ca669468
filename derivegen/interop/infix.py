"""Formulas as other programs compute them: a display tree and a program's ways of writing go in; an expression comes out, every part of it
in brackets. Only names of our own, numbers and operators are ever printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import reduce
from typing import NamedTuple

from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import (
    Bracket,
    Call,
    Cases,
    Compare,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
)

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?|-?\d+/\d+")


class Unwritten(Exception):
    """A formula that the program cannot be told."""


class Syntax(NamedTuple):
    """How a program writes a power and a choice, and what it calls what numpy has under another name; what it has not at all."""

    power: str
    choice: str
    relations: Mapping[str, str]
    calls: Mapping[str, str]
    prefix: str = ""
    pi: str = "pi"
    lacks: frozenset[str] = frozenset()


_RELATIONS = {"<": "<", ">": ">", "≤": "<=", "≥": ">=", "=": "=", "≠": "<>"}
_LARGEST = {"maximum(": "max(", "minimum(": "min("}
MAXIMA = Syntax("^", "(if {when} then {then} else {other})", _RELATIONS | {"≠": "#"}, _LARGEST, pi="%pi")
JME = Syntax("^", "if({when}, {then}, {other})", _RELATIONS, _LARGEST | {"log(": "ln("}, lacks=frozenset(("erfc(",)))
PYTHON = Syntax(
    "**",
    "({then} if {when} else {other})",
    _RELATIONS | {"=": "==", "≠": "!="},
    _LARGEST | {"abs(": "abs("},
    "math.",
    "math.pi",
)
_OF_NUMPY = re.compile(r"(?:np|math)\.(?:pi\b|(\w+\())")
_ARGUMENT = re.compile(r"\bz\b")
_ONE_BY_ONE = {"np.vectorize(math.erfc)": "math.erfc", "np.logaddexp(0, z)": "np.log(1 + np.exp(z))"}


def infix(tree: Formula, named: Callable[[str], str], syntax: Syntax) -> str:
    """The expression, names of quantities answered by `named`. Raises Unwritten."""

    def at(part: Formula) -> str:
        match part:
            case Quantity(name):
                return named(name)
            case Number(text) if _NUMBER.fullmatch(text):
                return f"({text})" if text.startswith("-") or "/" in text else text
            case Bracket(body):
                return at(body)
            case Sum(terms):
                return f"({' + '.join(map(at, terms))})"
            case Product(factors):
                return f"({'*'.join(map(at, factors))})"
            case Ratio(top, bottom):
                return f"({at(top)}/{at(bottom)})"
            case Negative(body):
                return f"(-{at(body)})"
            case Power(base, exponent):
                return f"({at(base)}{syntax.power}{at(exponent)})"
            case Call(function, arguments, 0):
                return _call(function, [at(each) for each in arguments], syntax)
            case Compare(left, relation, right):
                return f"{at(left)} {syntax.relations[relation]} {at(right)}"
            case Cases(((body, None), *_)):
                return at(body)
            case Cases(((body, when), *rest)) if when is not None and rest:
                other = Cases(tuple(rest))
                return syntax.choice.format(when=at(when), then=at(body), other=at(other))
        raise Unwritten(type(part).__name__)

    return at(tree)


def _call(function: str, arguments: list[str], syntax: Syntax) -> str:
    entry = FUNCTIONS.get(function)
    if entry is None:
        raise Unwritten(function)
    if len(arguments) > 2:
        return reduce(lambda one, other: _call(function, [one, other], syntax), arguments)
    text = entry.body or f"{entry.code}(z)"
    for before, after in _ONE_BY_ONE.items():
        text = text.replace(before, after)
    said = _OF_NUMPY.sub(lambda found: _named(found[1], syntax), text).replace("**", syntax.power)
    given = ", ".join(arguments)
    written = _ARGUMENT.sub(lambda _: f"({given})" if entry.body else given, said)
    return f"({written})"


def _named(call: str | None, syntax: Syntax) -> str:
    if call is None:
        return syntax.pi
    if call in syntax.lacks:
        raise Unwritten(call)
    return syntax.calls.get(call, syntax.prefix + call)
