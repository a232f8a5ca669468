"""The table of conventions: what libraries that differentiate take for the slope at a kink, with the version and the function asked.

At a kink a function has only one-sided slopes; which number stands for the slope there is a choice, and libraries make different ones. Each
row was found by asking the library for the gradient of that very function at that very point, in double precision where it has it. To
add a library, add an entry: the documents name it, `check` accepts its numbers, and `conventions = "NAME"` computes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal, NamedTuple

Side = Literal["left", "right"]
Taken = Literal["first", "other", "half"] | Fraction | tuple[Side, ...]
"""What is taken: the slope on the first side that the list below names, that on the other, the mean of both, or a number of its own; of a
function with several kinks the side of each, from left to right."""

SIDES: Final[Mapping[str, str]] = {
    "relu": "above 0, below 0",
    "leaky_relu": "above 0, below 0",
    "elu": "above 0, below 0",
    "abs": "above 0, below 0",
    "max": "of the first of two equal arguments, of the second",
    "min": "of the first of two equal arguments, of the second",
    "hinge": "inside the margin, outside",
}
"""The kinks, and what the two sides of each are."""


class Bent(NamedTuple):
    """A function with several kinks that libraries have whole: its formula in z, by which one of a file is known, where its kinks lie, and
    its slopes on either side of each."""

    formula: str
    knots: tuple[Fraction, ...]
    left: tuple[Fraction, ...]
    right: tuple[Fraction, ...]

    def slopes(self, sides: tuple[Side, ...]) -> tuple[Fraction, ...]:
        """The slopes at its kinks, from the sides that are taken."""
        return tuple((self.left if side == "left" else self.right)[n] for n, side in enumerate(sides))


def _all(*numbers: str) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, numbers))


BENT: Final[Mapping[str, Bent]] = {
    "hard_tanh": Bent("min(max(z, -1), 1)", _all("-1", "1"), _all("0", "1"), _all("1", "0")),
    "relu6": Bent("min(max(z, 0), 6)", _all("0", "6"), _all("0", "1"), _all("1", "0")),
    "hard_sigmoid": Bent("min(max(z/6 + 1/2, 0), 1)", _all("-3", "3"), _all("0", "1/6"), _all("1/6", "0")),
    "hard_swish": Bent("z*min(max(z + 3, 0), 6)/6", _all("-3", "3"), _all("0", "3/2"), _all("-1/2", "1")),
}
OF_RULE: Final[Mapping[str, str]] = {"absolute_error": "abs"}
"""Activations and losses of the tables whose kink goes by another name than theirs."""


class Library(NamedTuple):
    """One library: what it calls itself, in which version it was asked, and what it takes at each kink it has a function for, with that
    function; `also` are names that others give it, in lower case without anything between, `without` the kinks of functions that it has
    not, for which another of its functions stands."""

    name: str
    title: str
    version: str
    rows: Mapping[str, tuple[Taken, str]]
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def asked(self, kink: str) -> str:
        """The function that stands for one that it has not; nothing of one it has."""
        return self.rows[kink][1] if kink in self.without and kink in self.rows else ""

    @property
    def cited(self) -> str:
        """Its name with the version."""
        return f"{self.title} {self.version}"

    @property
    def bends(self) -> Mapping[str, Taken]:
        """What it takes at each kink."""
        return {kink: taken for kink, (taken, _) in self.rows.items()}


LIBRARIES: Final[dict[str, Library]] = {
    entry.name: entry
    for entry in (
        Library(
            "torch",
            "PyTorch",
            "2.13.0",
            {
                "relu": ("other", "functional.relu(z)"),
                "leaky_relu": ("other", "functional.leaky_relu(z, 0.2)"),
                "elu": ("other", "functional.elu(z, 2.0)"),
                "abs": ("half", "abs(z)"),
                "max": ("half", "maximum(u, v)"),
                "min": ("half", "minimum(u, v)"),
                "hinge": ("first", "functional.hinge_embedding_loss(a, -1); multi_margin_loss takes the other side"),
                "hard_tanh": (("left", "right"), "functional.hardtanh(z)"),
                "relu6": (("left", "right"), "functional.relu6(z)"),
                "hard_sigmoid": (("left", "right"), "functional.hardsigmoid(z)"),
                "hard_swish": (("left", "right"), "functional.hardswish(z)"),
            },
            also=("pytorch",),
        ),
        Library(
            "jax",
            "JAX",
            "0.10.2",
            {
                "relu": ("other", "nn.relu(z)"),
                "leaky_relu": ("first", "nn.leaky_relu(z, 0.2)"),
                "elu": ("other", "nn.elu(z, 2.0)"),
                "abs": ("first", "numpy.abs(z)"),
                "max": ("half", "numpy.maximum(u, v)"),
                "min": ("half", "numpy.minimum(u, v)"),
                "hinge": ("half", "losses.hinge_loss(a, 1.0) of optax 0.2.8"),
                "hard_tanh": (("right", "left"), "nn.hard_tanh(z)"),
                "relu6": (("left", "right"), "nn.relu6(z)"),
                "hard_sigmoid": (("left", "right"), "nn.hard_sigmoid(z)"),
                "hard_swish": (("left", "right"), "nn.hard_swish(z)"),
            },
            also=("flax", "optax", "equinox", "jaxnumpy"),
        ),
        Library(
            "tensorflow",
            "TensorFlow",
            "2.21.0",
            {
                "relu": ("other", "nn.relu(z)"),
                "leaky_relu": ("other", "nn.leaky_relu(z, 0.2), and Keras 3.15.1's"),
                "elu": ("other", "activations.elu(z, 2.0) of Keras 3.15.1"),
                "abs": ("half", "abs(z)"),
                "max": ("first", "maximum(u, v)"),
                "min": ("first", "minimum(u, v)"),
                "hinge": ("first", "losses.hinge(1, a) of Keras 3.15.1"),
                "hard_tanh": (("right", "left"), "activations.hard_tanh(z) of Keras 3.15.1"),
                "relu6": (("left", "right"), "nn.relu6(z)"),
                "hard_sigmoid": (("left", "right"), "activations.hard_sigmoid(z) of Keras 3.15.1"),
                "hard_swish": (("left", "right"), "activations.hard_silu(z) of Keras 3.15.1"),
            },
            also=("tf", "keras"),
        ),
        Library(
            "tfjs",
            "TensorFlow.js",
            "4.22.0",
            {
                "relu": ("other", "relu(z)"),
                "leaky_relu": ("other", "leakyRelu(z, 0.2)"),
                "abs": ("other", "abs(z)"),  # findings/tfjs-absolute-value.sh
                "max": ("first", "maximum(u, v)"),
                "min": ("first", "minimum(u, v)"),
                "hinge": ("other", "losses.hingeLoss(1, a)"),
                "relu6": (("left", "left"), "relu6(z)"),
            },
            also=("tensorflowjs",),
        ),
        Library(
            "tinygrad",
            "tinygrad",
            "0.14.0",
            {
                "relu": ("other", "Tensor.relu()"),
                "leaky_relu": ("first", "Tensor.leaky_relu(0.2)"),
                "elu": (Fraction(0), "Tensor.elu(2.0): made of two ReLUs, of which neither is on"),
                "abs": ("half", "Tensor.abs()"),
                "max": ("half", "Tensor.maximum(v)"),
                "min": ("half", "Tensor.minimum(v)"),
                "hinge": ("other", "(1 - t*a).relu()"),
                "hard_tanh": (("right", "left"), "Tensor.hardtanh()"),
                "relu6": (("left", "left"), "Tensor.relu6()"),
                "hard_sigmoid": (("left", "right"), "Tensor.hardsigmoid()"),
                "hard_swish": (("left", "left"), "Tensor.hardswish()"),
            },
            without=("hinge",),
        ),
        Library(
            "pytensor",
            "PyTensor",
            "3.0.7",
            {
                "relu": ("first", "maximum(z, 0)"),
                "abs": ("half", "abs(z)"),
                "max": ("first", "maximum(u, v)"),
                "min": ("first", "minimum(u, v)"),
                "hinge": ("other", "maximum(0, 1 - t*a)"),
            },
            also=("theano", "aesara", "pymc"),
            without=("relu", "hinge"),
        ),
        Library(
            "casadi",
            "CasADi",
            "3.8.2",
            {
                "relu": ("half", "fmax(z, 0)"),
                "abs": ("half", "fabs(z)"),
                "max": ("half", "fmax(u, v)"),
                "min": ("half", "fmin(u, v)"),
                "hinge": ("half", "fmax(0, 1 - t*a)"),
            },
            without=("relu", "hinge"),
        ),
        Library(
            "autograd",
            "autograd",
            "1.9.1",
            {
                "relu": ("half", "numpy.maximum(z, 0)"),
                "abs": ("half", "numpy.abs(z)"),
                "max": ("half", "numpy.maximum(u, v)"),
                "min": ("half", "numpy.minimum(u, v)"),
                "hinge": ("half", "numpy.maximum(0, 1 - t*a)"),
            },
            without=("relu", "hinge"),
        ),
    )
}
HOUSE: Final[Mapping[str, Taken]] = {
    "relu": "other",
    "leaky_relu": "other",
    "elu": "other",
    "abs": "half",
    "max": "first",
    "min": "first",
    "hinge": "other",
    **dict.fromkeys(BENT, ("left", "left")),
}
"""What is taken where no library is named."""


def kink_of(rule: str) -> str | None:
    """The kink of an activation or loss of that name; None where it has none in the table."""
    name = OF_RULE.get(rule, rule)
    return name if name in SIDES else None


def bends_of(name: str | None) -> Mapping[str, Taken]:
    """What a library takes, by name; nothing of no library."""
    return LIBRARIES[name].bends if name else {}
