"""The table of activations: what each is, how its slope is taught, and the lines that lead from the one to the other.

Formulas are in our own grammar: `z` the pre-activation, `a` the activation itself, other names its parameters. To add an
activation, add an entry; the tests prove every line of it with sympy. Sources: the definitions are standard (Goodfellow, Bengio and
Courville, Deep Learning, 2016, ch. 6; ELU: Clevert et al. 2015; GELU: Hendrycks and Gimpel 2016; SiLU: Elfwing et al. 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from derivegen.formula.function import Function
from derivegen.formula.functions import FUNCTIONS, NORMAL_CDF, NORMAL_PDF
from derivegen.formula.tree import Call, Cases, Compare, Formula, Number, Product, Quantity, put_in, transform
from derivegen.records import dataclass, field

Text = str | tuple[tuple[str, str | None], ...]
"""A formula, or branches (formula, condition); the condition None is "otherwise"."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation. `formula` is what a unit computes, `slope` the taught form, `lines` the (line, reason) pairs from the differentiated
    formula, or from the definition of the function of that name, to the taught form. A `gate` has branches; where it has its kinks, and
    what its slope is there, follows from their conditions; a `coupled` one is of a whole layer. `on_vectors` is what it is called there,
    if not by its name; `also` are names that others give it, in lower case without anything between; `steepest` is the largest
    slope of one that has a largest one inside its range."""

    name: str
    formula: Text
    slope: Text
    lines: tuple[tuple[str, str], ...] = ()
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    letter: str | None = None
    kind: Literal["smooth", "gate", "coupled", "unknown"] = "smooth"
    on_vectors: str | None = None
    also: tuple[str, ...] = ()
    steepest: Fraction | None = None

    @property
    def function(self) -> Function | None:
        """The function of the same name, by which a teacher calls it."""
        return FUNCTIONS.get(self.name)

    @property
    def definition(self) -> str | None:
        """What the function is short for."""
        return None if self.function is None else self.function.definition

    @property
    def limits(self) -> tuple[int | None, int | None]:
        """What its values lie between; shares of a whole between 0 and 1."""
        return (0, 1) if self.kind == "coupled" else (None, None) if self.function is None else self.function.limits

    @property
    def is_straight(self) -> bool:
        """Whether it changes nothing."""
        return self.formula == "z"

    @property
    def shuts(self) -> bool:
        """Whether nothing flows back through a unit that is off."""
        return not isinstance(self.slope, str) and self.slope[-1] == ("0", None)

    @property
    def is_switch(self) -> bool:
        """Whether a unit is on where its z is positive and off elsewhere."""
        return not isinstance(self.formula, str) and [when for _, when in self.formula] == ["z > 0", None]


ACTIVATIONS: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation("linear", "z", "1", also=("identity", "id", "none", "null", "nothing", "pass", "purelin")),
        Activation(
            "sigmoid",
            "sigmoid(z)",
            "a*(1 - a)",
            (
                ("-((1 + exp(-z))^(-2)*(-exp(-z)))", "reciprocal"),
                ("exp(-z)/(1 + exp(-z))^2", "sign-out"),
                ("1/(1 + exp(-z)) * (exp(-z)/(1 + exp(-z)))", "split"),
                ("1/(1 + exp(-z)) * ((1 + exp(-z) - 1)/(1 + exp(-z)))", "add-and-subtract"),
                ("1/(1 + exp(-z)) * (1 - 1/(1 + exp(-z)))", "divide-through"),
                ("a*(1 - a)", "recognise"),
            ),
            letter="σ",
            also=("logistic", "expit", "sigm", "sig", "logsig", "logisticsigmoid"),
            steepest=Fraction(1, 4),
        ),
        Activation(
            "tanh",
            "tanh(z)",
            "1 - a^2",
            (
                (
                    "((exp(z) + exp(-z))*(exp(z) + exp(-z)) - (exp(z) - exp(-z))*(exp(z) - exp(-z)))/(exp(z) + exp(-z))^2",
                    "quotient",
                ),
                ("1 - ((exp(z) - exp(-z))/(exp(z) + exp(-z)))^2", "divide-through"),
                ("1 - a^2", "recognise"),
            ),
            also=("tansig", "hyperbolictangent", "th"),
            steepest=Fraction(1),
        ),
        Activation(
            "relu",
            (("z", "z > 0"), ("0", None)),
            (("1", "z > 0"), ("0", None)),
            kind="gate",
            also=("rectifier", "rectified", "rectifiedlinear", "ramp", "poslin"),
        ),
        Activation(
            "leaky_relu",
            (("z", "z > 0"), ("slope*z", None)),
            (("1", "z > 0"), ("slope", None)),
            parameters={"slope": Fraction(1, 100)},
            kind="gate",
            on_vectors="LReLU",
            also=("lrelu", "prelu"),
        ),
        Activation(
            "elu",
            (("z", "z > 0"), ("alpha*(exp(z) - 1)", None)),
            (("1", "z > 0"), ("a + alpha", None)),
            parameters={"alpha": Fraction(1)},
            kind="gate",
            on_vectors="ELU",
        ),
        Activation(
            "softplus",
            "softplus(z)",  # the function, whose number does not overflow where e^z does
            "sigmoid(z)",
            (
                ("exp(z)/(1 + exp(z))", "logarithm"),
                ("1/(1 + exp(-z))", "divide-through"),
                ("sigmoid(z)", "recognise"),
            ),
            also=("smoothrelu", "softrelu"),
        ),
        Activation(
            "silu",
            "z*sigmoid(z)",
            "sigmoid(z) + a*(1 - sigmoid(z))",
            (
                ("sigmoid(z) + z*sigmoid(z)*(1 - sigmoid(z))", "product"),
                ("sigmoid(z) + a*(1 - sigmoid(z))", "recognise"),
            ),
            on_vectors="SiLU",
            also=("swish", "swish1"),
        ),
        Activation(
            "gelu",
            "z*Φ(z)",
            "Φ(z) + z*φ(z)",
            (("Φ(z) + z*φ(z)", "product"),),
            on_vectors="GELU",
        ),
        Activation("softmax", "softmax", "a*(1 - a)", kind="coupled", also=("normalizedexponential", "softargmax")),
        Activation("abstract", "f(z)", "f'(z)", letter="f", kind="unknown", also=("unknown", "any", "f", "phi")),
    )
}


USUAL = next(name for name, entry in ACTIVATIONS.items() if entry.is_straight)
"""What a layer does that names none: nothing."""


def is_identity(rule: str) -> bool:
    """Whether a rule of that name is the activation that changes nothing."""
    return rule == USUAL


def is_gate(rule: str) -> bool:
    """Whether a rule of that name is an activation with branches."""
    return rule in ACTIVATIONS and ACTIVATIONS[rule].kind == "gate"


@lru_cache(maxsize=256)
def read(text: str, letter: str = "f") -> Formula:
    """A formula of a table. Beyond the grammar of network files it may use Φ, φ (the normal distribution's) and the unknown f."""
    from derivegen.formula.read.grammar import read_plain

    if text == "f(z)":
        return Call(letter, (Quantity("z"),))
    if text == "f'(z)":
        return Call(letter, (Quantity("z"),), 1)
    tree = read_plain(text.replace("Φ(z)", "PhiZ").replace("φ(z)", "phiZ"))
    own = {"PhiZ": NORMAL_CDF(Quantity("z")), "phiZ": NORMAL_PDF(Quantity("z"))}
    return without_dots(put_in(tree, own))


def without_dots(tree: Formula) -> Formula:
    """Products side by side, as inside a formula; the dots of a chain of derivatives are set by those who write chains."""

    def change(part: Formula) -> Formula | None:
        return Product(tuple(map(without_dots, part.factors)), dotted=False) if isinstance(part, Product) else None

    return transform(tree, change)


def formula_of(text: Text, names: Mapping[str, Formula], letter: str = "f") -> Formula:
    """The tree of a table's formula with `names` put in for its letters (z, a, t, parameters)."""

    def tree(formula: str) -> Formula:
        return put_in(read(formula, letter), names)

    if isinstance(text, str):
        return tree(text)
    return Cases(tuple((tree(branch), None if when is None else _condition(when, tree)) for branch, when in text))


def _condition(text: str, tree: object) -> Compare:
    left, relation, right = text.split(" ", 2)
    assert callable(tree)
    return Compare(tree(left), relation, tree(right))  # type: ignore[arg-type]


def decimal(number: Fraction) -> Formula:
    """An exact number as a leaf, as a teacher writes it: 0.3, −2; what no short decimal equals stays a ratio, 1/3."""
    from derivegen.formula.tree import Ratio

    scaled = number
    for places in range(20):
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            text = digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
            return Number(("-" if number < 0 else "") + text)
        scaled *= 10
    return Ratio(Number(str(number.numerator)), Number(str(number.denominator)))
