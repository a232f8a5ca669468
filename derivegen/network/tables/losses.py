"""The table of losses: the term of one output, and its slope as it is taught.

In our own grammar: `t` the target, `a` the output, other names parameters. To add a loss, add an entry; the tests
prove slope and lines with sympy.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, NamedTuple

from derivegen.network.tables.activations import ACTIVATIONS, Text
from derivegen.records import dataclass, field

Over = Literal["sum", "mean"]
"""How several are combined: added up, or averaged."""
Targets = Literal["any", "probability", "sign", "shares"]
"""What a target may be: any number; one from 0 to 1; −1 or 1; a share, those of a row adding up to 1."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A loss that takes some classes for more than others: what the weights are called, one for every output or one for each class that a
    single output tells apart; the term of one output, and how much an output counts."""

    names: tuple[str, ...]
    term: str
    counts: str


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss: `term` of one output, `slope` = ∂term/∂a as taught, `lines` the (line, reason) pairs that lead there; `outputs` is
    how those of an example are combined; `with_activation` is the output activation it is usually joined to, `joint` the slope the two
    have together, ∂term/∂z, in a and t; `weighted` is the term where classes have weights; it `adds_up` over the examples unless a file
    says otherwise, or averages; `targets` says what a target may be; `also` are names that others give it, in lower case without
    anything between."""

    name: str
    term: Text
    slope: Text
    lines: tuple[tuple[str, str], ...] = ()
    outputs: Over = "sum"
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    with_activation: str | None = None
    joint: str | None = None
    weighted: Weighted | None = None
    kind: Literal["smooth", "kinked", "unknown"] = "smooth"
    adds_up: bool = False
    targets: Targets = "any"
    also: tuple[str, ...] = ()


SMOOTHED: tuple[Targets, ...] = ("probability", "shares")
"""Targets that say which class it is, so that they can be smoothed (Szegedy et al. 2016)."""
_SQUARE = (("2*(t - a)*(-1)", "chain-power"), ("2*(a - t)", "sign"))

LOSSES: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            "squared_error",
            "(t - a)^2",
            "2*(a - t)",
            _SQUARE,
            adds_up=True,
            also=("sse", "l2", "squared", "square", "ss", "rss", "sumofsquares", "sumsquarederror"),
        ),
        Loss(
            "half_squared_error",
            "1/2*(a - t)^2",
            "a - t",
            (("1/2*2*(a - t)*1", "chain-power"), ("a - t", "cancel")),
            adds_up=True,
            also=("quadratic", "quadraticcost", "halfsquared", "halfmse"),
        ),
        Loss(
            "mean_squared_error",
            "(t - a)^2",
            "2*(a - t)",
            _SQUARE,
            outputs="mean",
            also=("mse", "meansquare", "meansquared", "l2mean"),
        ),
        Loss(
            "absolute_error",
            "abs(a - t)",
            (("1", "a > t"), ("-1", "a < t"), ("0", None)),
            kind="kinked",
            adds_up=True,
            also=("l1", "sae", "absolute", "abs", "mae", "meanabsoluteerror"),
        ),
        Loss(
            "huber",
            (("1/2*(a - t)^2", "abs(a-t) ≤ delta"), ("delta*(abs(a - t) - delta/2)", None)),
            (("a - t", "abs(a-t) ≤ delta"), ("delta", "a > t"), ("-delta", None)),
            parameters={"delta": Fraction(1)},
            kind="kinked",
            also=("smoothl1", "huberloss"),
        ),
        Loss(
            "hinge",
            "max(0, 1 - t*a)",
            (("-t", "t*a < 1"), ("0", None)),
            kind="kinked",
            targets="sign",
            also=("svm", "margin"),
        ),
        Loss(
            "binary_cross_entropy",
            "-(t*ln(a) + (1 - t)*ln(1 - a))",
            "-(t/a) + (1 - t)/(1 - a)",
            (
                ("-(t/a + (1 - t)*(-1)/(1 - a))", "logarithms"),
                ("-(t/a) + (1 - t)/(1 - a)", "open-bracket"),
            ),
            with_activation="sigmoid",
            joint="a - t",
            weighted=Weighted(
                ("omega0", "omega1"),
                "-(omega1*t*ln(a) + omega0*(1 - t)*ln(1 - a))",
                "omega1*t + omega0*(1 - t)",
            ),
            targets="probability",
            also=("bce", "binarycrossentropy", "log", "logloss", "logistic", "bcewithlogits"),
        ),
        Loss(
            "cross_entropy",
            "-(t*ln(a))",
            "-(t/a)",
            (("-(t/a)", "logarithm"),),
            with_activation="softmax",
            joint="a - t",
            weighted=Weighted(("omega",), "-(omega*t*ln(a))", "omega*t"),
            targets="shares",
            also=(
                "ce",
                "cce",
                "crossentropy",
                "categoricalcrossentropy",
                "sparsecategoricalcrossentropy",
                "nll",
                "softmaxcrossentropy",
            ),
        ),
        Loss(
            "kl_divergence",
            (("t*ln(t/a)", "t > 0"), ("0", None)),
            "-(t/a)",
            (("-(t/a)", "logarithm-of-ratio"),),
            with_activation="softmax",
            joint="a - t",
            targets="shares",
            also=("kl", "kld", "kldiv", "kldivergence", "kullbackleibler", "kullbackleiblerdivergence"),
        ),
        Loss(
            "binary_focal",
            "-(t*(1 - a)^2*ln(a) + (1 - t)*a^2*ln(1 - a))",
            "t*(2*(1 - a)*ln(a) - (1 - a)^2/a) - (1 - t)*(2*a*ln(1 - a) - a^2/(1 - a))",
            (
                (
                    "-(t*(2*(1 - a)*(-1)*ln(a) + (1 - a)^2*1/a) + (1 - t)*(2*a*ln(1 - a) + a^2*(-1)/(1 - a)))",
                    "product",
                ),
                ("t*(2*(1 - a)*ln(a) - (1 - a)^2/a) - (1 - t)*(2*a*ln(1 - a) - a^2/(1 - a))", "open-bracket"),
            ),
            targets="probability",
        ),
        Loss(
            "focal",
            "-(t*(1 - a)^2*ln(a))",
            "t*(2*(1 - a)*ln(a) - (1 - a)^2/a)",
            (
                ("-(t*(2*(1 - a)*(-1)*ln(a) + (1 - a)^2*1/a))", "product"),
                ("t*(2*(1 - a)*ln(a) - (1 - a)^2/a)", "open-bracket"),
            ),
            targets="shares",
            also=("focalloss",),
        ),
        Loss("abstract", "C", "C", kind="unknown"),
    )
}


CLASS_WEIGHTS = frozenset(name for entry in LOSSES.values() if entry.weighted for name in entry.weighted.names)
"""What weights of classes are called, in all losses."""


class Combined(NamedTuple):
    """What a library calls a loss, and how that combines the outputs of an example and the examples."""

    called: str
    outputs: Over = "mean"
    rows: Over = "mean"


class Averages(NamedTuple):
    """A library in the version that was asked, and the losses of the table it has, as they come if nothing is said of averages."""

    title: str
    version: str
    losses: Mapping[str, Combined]

    @property
    def cited(self) -> str:
        """Its name with the version."""
        return f"{self.title} {self.version}"


AVERAGES: Mapping[str, Averages] = {
    "torch": Averages(
        "PyTorch",
        "2.13.0",
        {
            "mean_squared_error": Combined("MSELoss"),
            "absolute_error": Combined("L1Loss"),
            "huber": Combined("HuberLoss"),
            "binary_cross_entropy": Combined("BCELoss"),
            "cross_entropy": Combined("CrossEntropyLoss", "sum"),
            "kl_divergence": Combined("KLDivLoss"),
        },
    ),
    "keras": Averages(
        "Keras",
        "3.15.1",
        {
            "mean_squared_error": Combined("mean_squared_error"),
            "absolute_error": Combined("mean_absolute_error"),
            "huber": Combined("huber"),
            "hinge": Combined("hinge"),
            "binary_cross_entropy": Combined("binary_crossentropy"),
            "cross_entropy": Combined("categorical_crossentropy", "sum"),
            "kl_divergence": Combined("kl_divergence", "sum"),
        },
    ),
    "sklearn": Averages(
        "scikit-learn",
        "1.9.1",
        {
            "half_squared_error": Combined("squared_error", "sum"),
            "binary_cross_entropy": Combined("binary_log_loss", "sum"),
            "cross_entropy": Combined("log_loss", "sum"),
        },
    ),
}
"""Whose averages a loss may be asked for with. To add a library, add an entry."""


class Penalty(NamedTuple):
    """What a loss may have added to it so that parameters stay small: its canonical name and that of its strength, what stands before the
    sum, the term of one parameter `w`, and the derivative by that as it is taught; None: as the rules have it, with the convention that is
    taken at a kink."""

    name: str
    strength: str
    share: str
    term: Text
    slope: str | None = None


PENALTIES: Mapping[str, Penalty] = {
    "weight_decay": Penalty("R", "lambda", "lambda/2", "w^2", "lambda*w"),
    "l1": Penalty("R1", "lambda1", "lambda1", "abs(w)"),
}
"""Penalties by the key of the file. The half before the squares is there so that their derivative is λw."""

UNKNOWN = frozenset(name for table in (ACTIVATIONS, LOSSES) for name, entry in table.items() if entry.kind == "unknown")
"""Rules of which nothing is known but a name."""


def usual_loss(activation: str) -> str:
    """What is mostly asked of an output layer with that activation."""
    paired = (name for name, entry in LOSSES.items() if entry.with_activation == activation or name == activation)
    return next(paired, "half_squared_error")


SQUARED = ("half_squared_error", "squared_error", "mean_squared_error")
"""Losses that differ by a factor."""
