"""What the table of optimizers is made of: forms, what they are set by, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from derivegen.network.tables.activations import Text
from derivegen.records import dataclass, field


class Hyperparameter(NamedTuple):
    """A number that an optimizer is set by: its letters, of which a page takes the first that is free, what it is for, from where to where
    it may go (the upper end left out), whether it is 0 or 1 alone."""

    letters: tuple[str, ...]
    says: str
    below: Fraction | None = None
    switch: bool = False


def _share(*letters: str, says: str) -> Hyperparameter:
    """A setting from 0 to below 1."""
    return Hyperparameter(letters, says, Fraction(1))


SETTINGS: Final[Mapping[str, Hyperparameter]] = {
    "momentum": _share("μ", "γ", says="How much of the last step goes on."),
    "dampening": _share("τ", "ζ", says="How much of the derivative is held back from the moment."),
    "beta1": _share("β_{1}", says="How much of the mean derivative is kept."),
    "beta2": _share("β_{2}", says="How much of the mean square is kept."),
    "rho": _share("ρ", "κ", says="How much of the mean square is kept (alpha, decay)."),
    "epsilon": Hyperparameter(("ε", "κ"), "What keeps the division from a zero."),
    "weight_decay": Hyperparameter(("λ", "κ"), "How much of the parameter itself is taken off."),
    "clip_value": Hyperparameter(("c",), "What a derivative is cut off at."),
    "clip_norm": Hyperparameter(("c",), "What the length of the whole gradient is cut off at."),
    "clip_epsilon": Hyperparameter(("κ", "ε"), "What is added to that length before the division."),
    "initial": Hyperparameter(("v_{0}",), "The sum of squares at the start."),
    "centered": Hyperparameter(("c",), "Whether the square of the mean is taken off the mean square.", switch=True),
    "eta_plus": Hyperparameter(("η_{+}", "α_{+}"), "By what a step grows."),
    "eta_minus": _share("η_{-}", "α_{-}", says="By what a step shrinks."),
    "step_least": Hyperparameter(("s_{min}",), "The least step."),
    "step_most": Hyperparameter(("s_{max}",), "The largest step."),
    "rate_steps": Hyperparameter(
        ("T", "S"), "Updates that a step of the schedule lasts, or its cosine or warm-up takes."
    ),
    "rate_factor": Hyperparameter(("γ", "κ"), "What each step of the schedule multiplies the rate by."),
    "rate_least": Hyperparameter(("η_{min}",), "What the schedule lets the rate fall to."),
}
"""Every setting; each optimizer has its own of them, each schedule of the rate too."""
CONSTANTS: Final[Mapping[str, tuple[Hyperparameter, str]]] = {
    "pi": (Hyperparameter(("π",), "Half a turn."), "3.141592653589793"),
}
"""What formulas of the tables use like settings and nobody sets, with the number it is computed with."""

Decay = Literal["coupled", "decoupled"]


@dataclass(frozen=True, slots=True)
class Clipping:
    """What a derivative `g` becomes where the whole gradient has the length `nu` and is held to `clip_norm`, and what else that uses."""

    shortened: Text = (("clip_norm/nu*g", "nu > clip_norm"), ("g", None))
    settings: Mapping[str, str] = field(default_factory=dict)


class Framework(NamedTuple):
    """Whose form is taken: what it calls itself, the version that was asked, where it puts `weight_decay` where an optimizer has no place
    for one: into the derivative (coupled), beside the step (decoupled), nowhere; how it shortens a gradient, by Pascanu et al. 2013 where
    it has no form of its own; whether the gradients of accumulated batches are added or averaged, which is left to the loss otherwise."""

    title: str
    version: str
    decay: Decay | None
    clipping: Clipping = Clipping()
    accumulates: Literal["sum", "mean"] | None = None


BOOKS: Final = "textbook"
LIBRARIES: Final[Mapping[str, Framework]] = {
    BOOKS: Framework("", "", "coupled"),
    "torch": Framework(
        "PyTorch",
        "2.13.0",
        "coupled",
        Clipping("min(1, clip_norm/(nu + clip_epsilon))*g", {"clip_epsilon": "1e-6"}),
        "sum",
    ),
    "keras": Framework("Keras", "3.15.1", "decoupled", accumulates="mean"),
    "optax": Framework("Optax", "0.2.8", None, accumulates="mean"),
    "sklearn": Framework("scikit-learn", "1.9.1", None),
    "tinygrad": Framework("tinygrad", "0.14.0", "coupled", accumulates="sum"),
}
"""Whose form an optimizer may be asked for in."""

Lines = tuple[tuple[str, Text, str], ...]
"""What is worked out, its formula, and the key of the reason that stands beside it."""


@dataclass(frozen=True, slots=True)
class Form:
    """How somebody computes an optimizer: `lines` that work something out, in their order, `change`, what is then added to a parameter, the
    settings with their usual values, the start of what is kept where that is not 0, the usual learning rate, and the key of the sentence
    that says how it differs from the textbook's."""

    change: str
    lines: Lines = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    starts: Mapping[str, str] = field(default_factory=dict)
    rate: str | None = None
    differs: str | None = None


class Schedule(NamedTuple):
    """What a schedule makes of the learning rate in the update `t`, `stage` of its steps being over; the settings with their usual values,
    None where there is none."""

    rate: str
    settings: Mapping[str, str | None]


SCHEDULES: Final[Mapping[str, Schedule]] = {
    "step": Schedule("rate*rate_factor^stage", {"rate_factor": "0.1", "rate_steps": None}),
    "cosine": Schedule(
        "rate_least + (rate - rate_least)*((1 + cos(pi*(min(t - 1, rate_steps)/rate_steps)))/2)",
        {"rate_least": "0", "rate_steps": None},
    ),
    "warm_up": Schedule("rate*min(1, t/rate_steps)", {"rate_steps": None}),
}
"""Schedules of the learning rate. To add one, add an entry."""


class Optimizer(NamedTuple):
    """One optimizer: whose form is which, the textbook's first; `also` are names that others give it, in lower case without anything
    between."""

    name: str
    forms: Mapping[str, Form]
    also: tuple[str, ...] = ()
