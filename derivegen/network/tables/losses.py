"""The table of losses: the term of one output, and its slope as it is taught.

In our own grammar: `t` the target, `a` the output, other names parameters. To add a loss, add an entry; the tests
prove slope and lines with sympy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from derivegen.network.tables.activations import Text


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss: `term` of one output, `slope` = ∂term/∂a as taught, `lines` the (line, reason) pairs that lead there; `per_output`
    divides by the number of outputs; `with_activation` is the output activation it is usually joined to, `joint` the slope the two
    have together, ∂term/∂z, in a and t."""

    name: str
    term: Text
    slope: Text
    lines: tuple[tuple[str, str], ...] = ()
    per_output: bool = False
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    with_activation: str | None = None
    joint: str | None = None
    kind: Literal["smooth", "kinked", "unknown"] = "smooth"


_SQUARE = (("2*(t - a)*(-1)", "chain-power"), ("2*(a - t)", "sign"))

LOSSES: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss("squared_error", "(t - a)^2", "2*(a - t)", _SQUARE),
        Loss(
            "half_squared_error",
            "1/2*(a - t)^2",
            "a - t",
            (("1/2*2*(a - t)*1", "chain-power"), ("a - t", "cancel")),
        ),
        Loss("mean_squared_error", "(t - a)^2", "2*(a - t)", _SQUARE, per_output=True),
        Loss(
            "absolute_error",
            "abs(a - t)",
            (("1", "a > t"), ("-1", "a < t"), ("0", None)),
            kind="kinked",
        ),
        Loss(
            "huber",
            (("1/2*(a - t)^2", "abs(a-t) ≤ delta"), ("delta*(abs(a - t) - delta/2)", None)),
            (("a - t", "abs(a-t) ≤ delta"), ("delta", "a > t"), ("-delta", None)),
            parameters={"delta": Fraction(1)},
            kind="kinked",
        ),
        Loss("hinge", "max(0, 1 - t*a)", (("-t", "t*a < 1"), ("0", None)), kind="kinked"),
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
        ),
        Loss(
            "cross_entropy",
            "-(t*ln(a))",
            "-(t/a)",
            (("-(t/a)", "logarithm"),),
            with_activation="softmax",
            joint="a - t",
        ),
        Loss("abstract", "C", "C", kind="unknown"),
    )
}
