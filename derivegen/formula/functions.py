"""The table of functions: what each is in every arithmetic, its slope, and how each printer and reader knows it.

To add a function, add an entry. Whatever is asked about a function elsewhere is a field here, so that no other file knows one by its
name. numpy (`np`), mpmath (`mp`) and sympy (`sp`) are handed to the entries by those who have loaded them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Final

from derivegen.formula.arithmetic.exact import logarithm, nowhere, only_at, root
from derivegen.formula.arithmetic.stable import (
    normal_cdf,
    normal_pdf,
    of_side,
    precise_exp,
    precise_ln,
    precise_sigmoid,
    precise_softplus,
    precise_sqrt,
    sided_normal_cdf,
    sided_sigmoid,
    sided_softplus,
    sigmoid,
    sigmoid_into,
    softplus,
    softplus_of_layer,
)
from derivegen.formula.function import Choice, Form, Function, Numbers, Switch
from derivegen.formula.tree import ONE, ZERO, Call, Cases, Compare, Negative, Number, Power, Product, Ratio, Sum

EXP: Final[Function] = Function(
    "exp",
    slope=lambda u: EXP(u),
    double=math.exp,
    exact=only_at(0, Fraction(1)),
    precise=precise_exp,
    arrays=lambda np: np.exp,
    symbolic=lambda sp, z: sp.exp(z),
    fills=True,
    rising=True,
    form="power",
    operator=True,
    said="exp",
    code="np.exp",
)
LN: Final[Function] = Function(
    "ln",
    slope=lambda u: Ratio(ONE, u),
    double=math.log,
    exact=logarithm,
    precise=precise_ln,
    arrays=lambda np: np.log,
    symbolic=lambda sp, z: sp.log(z),
    rising=True,
    begins=-math.inf,
    operator=True,
    typed=("ln", "log"),
    said="ln",
    code="np.log",
)
SQRT: Final[Function] = Function(
    "sqrt",
    slope=lambda u: Ratio(ONE, Product((Number("2"), SQRT(u)))),
    double=math.sqrt,
    exact=root,
    precise=precise_sqrt,
    arrays=lambda np: np.sqrt,
    symbolic=lambda sp, z: sp.sqrt(z),
    rising=True,
    begins=0.0,
    form="root",
    sign="√",
    said="root",
    code="np.sqrt",
)
SIN: Final[Function] = Function(
    "sin",
    slope=lambda u: COS(u),
    double=math.sin,
    exact=only_at(0, Fraction(0)),
    precise=lambda mp: mp.sin,
    arrays=lambda np: np.sin,
    symbolic=lambda sp, z: sp.sin(z),
    steepest=1.0,
    operator=True,
    code="np.sin",
)
COS: Final[Function] = Function(
    "cos",
    slope=lambda u: Negative(SIN(u)),
    double=math.cos,
    exact=only_at(0, Fraction(1)),
    precise=lambda mp: mp.cos,
    arrays=lambda np: np.cos,
    symbolic=lambda sp, z: sp.cos(z),
    steepest=1.0,
    operator=True,
    code="np.cos",
)
TANH: Final[Function] = Function(
    "tanh",
    slope=lambda u: Sum((ONE, Negative(Power(TANH(u), Number("2"))))),
    double=math.tanh,
    exact=only_at(0, Fraction(0)),
    precise=lambda mp: mp.tanh,
    arrays=lambda np: np.tanh,
    symbolic=lambda sp, z: sp.tanh(z),
    fills=True,
    rising=True,
    steepest=1.0,
    limits=(-1, 1),
    definition="(exp(z) - exp(-z))/(exp(z) + exp(-z))",
    operator=True,
    also=("th",),
    code="np.tanh",
)
SIGMOID: Final[Function] = Function(
    "sigmoid",
    slope=lambda u: Product((SIGMOID(u), Sum((ONE, Negative(SIGMOID(u))))), dotted=False),
    double=sigmoid,
    exact=only_at(0, Fraction(1, 2)),
    precise=precise_sigmoid,
    arrays=lambda np: lambda z: 1 / (1 + np.exp(-z)),  # where that overflows, 1/∞ is the right 0
    symbolic=lambda sp, z: 1 / (1 + sp.exp(-z)),
    closed=True,  # opened, every unit would cost sympy milliseconds (an exp asks the assumption system)
    sided=sided_sigmoid,
    layer=sigmoid_into,
    fills=True,
    rising=True,
    steepest=1.0,
    limits=(0, 1),
    definition="1/(1 + exp(-z))",
    sign="σ",
    also=("σ", "sigma", "sig", "sigm", "logistic", "sigmoide", "logistique", "logistica"),
    said="sigmoid",
    body="1 / (1 + np.exp(-z))",
)
RELU: Final[Function] = Function(
    "relu",
    slope=lambda u: Cases(((ONE, Compare(u, ">", ZERO)), (ZERO, None))),
    double=lambda z: max(z, 0.0),
    exact=lambda z: z if z > 0 else z - z,
    precise=lambda mp: lambda z: max(z, mp.mpf(0)),
    arrays=lambda np: lambda z: np.maximum(z, 0.0),
    symbolic=lambda sp, z: sp.Max(z, 0),
    closed=True,  # so that nobody differentiates it to a Heaviside that says ½ at 0
    rising=True,
    steepest=1.0,
    limits=(0, None),
    kink=Switch(lambda u: u, lambda u: ZERO),
    sign="ReLU",
    said="relu",
    body="np.maximum(z, 0)",
)
MAX: Final[Function] = Function(
    "max",
    slope=None,
    double=max,
    exact=max,
    precise=lambda mp: max,
    arrays=lambda np: lambda *many: reduce(np.maximum, many),
    symbolic=lambda sp, *many: sp.Max(*many),
    kink=Choice("≥", max),
    arity=(2, 16),
    operator=True,
    code="np.maximum",
    also=("maximum",),
)
MIN: Final[Function] = Function(
    "min",
    slope=None,
    double=min,
    exact=min,
    precise=lambda mp: min,
    arrays=lambda np: lambda *many: reduce(np.minimum, many),
    symbolic=lambda sp, *many: sp.Min(*many),
    kink=Choice("≤", min),
    arity=(2, 16),
    operator=True,
    code="np.minimum",
    also=("minimum",),
)
ABS: Final[Function] = Function(
    "abs",
    slope=lambda u: Cases(((ONE, Compare(u, ">", ZERO)), (Number("-1"), Compare(u, "<", ZERO)), (ZERO, None))),
    double=abs,
    exact=abs,
    precise=lambda mp: abs,
    arrays=lambda np: np.abs,
    symbolic=lambda sp, z: sp.Abs(z),
    sided=of_side,
    steepest=1.0,
    limits=(0, None),
    kink=Switch(lambda u: u, Negative),
    form="bars",
    said="absolute",
    code="np.abs",
)
SOFTPLUS: Final[Function] = Function(
    "softplus",
    slope=lambda u: SIGMOID(u),
    double=softplus,
    exact=nowhere,
    precise=precise_softplus,
    arrays=lambda np: lambda *many: reduce(np.logaddexp, many, 0.0),
    symbolic=lambda sp, z: sp.log(1 + sp.exp(z)),
    closed=True,
    sided=sided_softplus,
    layer=softplus_of_layer,
    rising=True,
    steepest=1.0,
    limits=(0, None),
    definition="ln(1 + exp(z))",
    body="np.logaddexp(0, z)",  # ln(e⁰ + eᶻ), which does not overflow
)
NORMAL_CDF: Final[Function] = Function(
    "Φ",
    slope=lambda u: NORMAL_PDF(u),
    double=lambda z: math.erfc(-z / math.sqrt(2)) / 2,
    exact=only_at(0, Fraction(1, 2)),
    precise=lambda mp: mp.ncdf,
    arrays=normal_cdf,
    symbolic=lambda sp, z: (1 + sp.erf(z / sp.sqrt(2))) / 2,
    closed=True,
    sided=sided_normal_cdf,
    rising=True,
    steepest=1.0,
    typed=(),
    word="normal_cdf",
    body="np.vectorize(math.erfc)(-z / math.sqrt(2)) / 2",
)
NORMAL_PDF: Final[Function] = Function(
    "φ",
    slope=lambda u: Negative(Product((u, NORMAL_PDF(u)))),
    double=lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    exact=nowhere,
    precise=lambda mp: lambda z: precise_exp(mp)(-z * z / 2) / mp.sqrt(2 * mp.pi),
    arrays=normal_pdf,
    symbolic=lambda sp, z: sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi),
    closed=True,
    steepest=1.0,
    typed=(),
    word="normal_pdf",
    body="np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)",
)

FUNCTIONS: Final[dict[str, Function]] = {
    each.name: each for each in tuple(globals().values()) if isinstance(each, Function)
}
"""Every function above, by name."""
TYPED: Final[dict[str, Function]] = {typed: each for each in FUNCTIONS.values() for typed in each.spellings}
"""The functions by their names in network files."""
KINKED: Final = frozenset(each.name for each in FUNCTIONS.values() if each.kink is not None)


def shown(name: str) -> str:
    """What a page calls a function before its arguments; an unknown one by its letter."""
    known = FUNCTIONS.get(name)
    return known.shown if known is not None and known.form == "call" else name


def form(call: Call) -> Form:
    """How a call is written; a derivative f′ always as a call."""
    known = FUNCTIONS.get(call.function)
    return known.form if known is not None and not call.primes else "call"


def kink(call: Call) -> Switch | Choice | None:
    """The kinks of the function that is called."""
    known = FUNCTIONS.get(call.function)
    return known.kink if known is not None else None


def in_arithmetic(value: Callable[[Function], Numbers]) -> dict[str, Numbers]:
    """The functions of an arithmetic by name."""
    return {name: value(each) for name, each in FUNCTIONS.items()}
