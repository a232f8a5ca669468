"""What libraries that differentiate return where a function has no derivative, or one that they do not find, beyond the kinks of
`conventions.py`: ties of many, bounds, powers and products at 0, roots and logarithms at the edge of where they are defined.

Each was found by asking the library in the version that stands in `conventions.py` for that very gradient in double precision. `house` is
what derivegen does, "" where its formulas cannot say such a thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Brink(NamedTuple):
    """One question: what is differentiated, where, what comes out by the library and its function, and what comes out here."""

    asked: str
    at: str
    answers: Mapping[str, str]
    house: str = ""


REFUSED: Final = "refused, with the quantity that has no number"
EDGES: Final[Mapping[str, Brink]] = {
    "selu": Brink(
        "the slope of SELU",
        "0",
        {
            "PyTorch F.selu": "1.7581, from below",
            "JAX nn.selu": "1.7581, from below",
            "TensorFlow nn.selu": "1.0507, from above",
            "tinygrad Tensor.selu": "1.0507, from above",
        },
    ),
    "max of many": Brink(
        "the gradient of the greatest of three",
        "(1, 1, 0)",
        {
            "PyTensor max": "(1, 1, 0)",
            "JAX numpy.max": "(½, ½, 0)",
            "TensorFlow reduce_max": "(½, ½, 0)",
            "sympy Max, at (1, 1, 1)": "(½, ½, ½), which adds up to 3/2",
        },
        "(1, 0, 0): all to the first, also written max(max(a, b), c)",
    ),
    "clip": Brink(
        "the slope of clip(x, 0, 1)",
        "0 and 1",
        {
            "PyTorch clamp": "1 and 1",
            "JAX numpy.clip": "½ at 1",
            "JAX lax.clamp": "0 at 1",
            "Keras ops.clip on JAX": "½ at 0",
            "Keras ops.clip on PyTorch": "1 at 0",
            "Keras ops.clip on TensorFlow": "1 at 0",
            "autograd numpy.clip": "0 at 0",
        },
        "0 and 1: from the left at either bound, written min(max(x, 0), 1)",
    ),
    "clip by a tensor": Brink(
        "the gradient of the greater by both arguments",
        "where they are equal",
        {
            "PyTorch clamp(x, min=y)": "(1, 0)",
            "PyTorch fmax(x, y)": "(1, 0)",
            "JAX numpy.fmax(x, y)": "(0, 1)",
        },
        "(1, 0): all to the first",
    ),
    "median": Brink(
        "the gradient of the median",
        "(1, 2, 2, 2, 4)",
        {
            "PyTorch median()": "(0, ⅓, ⅓, ⅓, 0)",
            "PyTorch median(0)": "(0, 0, 1, 0, 0)",
            "PyTorch quantile(0.5)": "(0, 0, 1, 0, 0)",
        },
    ),
    "sort": Brink(
        "the gradient of (1, 2, 3) · sort(v)",
        "(1, 1, 0)",
        {
            "JAX numpy.sort": "(2, 3, 1)",
            "JAX numpy.sort, descending": "(2, 1, 3)",
            "PyTorch sort, descending": "(1, 2, 3)",
            "tinygrad Tensor.sort": "(2.5, 2.5, 1)",
        },
    ),
    "max pooling": Brink(
        "to whom the gradient of a window goes",
        "(1, 1)",
        {
            "PyTorch F.max_pool1d": "(1, 0)",
            "Flax max_pool": "(1, 0)",
            "TensorFlow nn.max_pool1d": "(1, 0)",
            "tinygrad max_pool2d": "(½, ½)",
        },
        "(1, 0): all to the first",
    ),
    "cumulated product": Brink(
        "the gradient of v₁ + v₁v₂ + v₁v₂v₃",
        "(0, 2, 3)",
        {
            "PyTorch cumprod": "(9, 0, 0)",
            "JAX numpy.cumprod": "(9, 0, 0)",
            "TensorFlow cumprod": "(0, 0, 0), which is wrong",
            "PyTensor cumprod": "(nan, 0, 0)",
            "autograd prod, of the product alone": "(nan, 0, 0) for (6, 0, 0)",
        },
        "(9, 0, 0)",
    ),
    "unguarded choice": Brink(
        "the slope of where(x > 0, √x, 0) and of where(x > 0, ln x, 0)",
        "−1 and 0",
        {
            "PyTorch where": "nan and nan",
            "JAX numpy.where": "nan and nan",
            "TensorFlow where": "0 and nan",
            "CasADi if_else": "0 and 0",
        },
    ),
    "sinc": Brink("the slope of sinc", "0", {"autograd numpy.sinc": "nan"}, f"{REFUSED}: sin(x)/x divides by 0"),
    "length": Brink(
        "the gradient of √(x² + y²)",
        "(0, 0)",
        {
            "JAX numpy.hypot": "(½, ½)",
            "PyTorch hypot": "(nan, nan)",
            "CasADi hypot": "(nan, nan)",
            "Keras ops.norm on JAX": "(nan, nan)",
            "Keras ops.norm on PyTorch": "(0, 0)",
            "Keras ops.norm on TensorFlow": "(nan, nan)",
            "optax safe_norm, at the length it is held to": "(0, 0), or that of the length, as rounding has it",
        },
        REFUSED,
    ),
    "x ln y": Brink(
        "the gradient of x ln y",
        "(0, 0)",
        {
            "PyTorch xlogy": "(0, nan)",
            "JAX scipy.special.xlogy": "(−∞, nan)",
            "TensorFlow math.xlogy": "(0, 0)",
        },
        REFUSED,
    ),
    "power by its exponent": Brink(
        "the gradient of aᵇ",
        "(−2, 2)",
        {"PyTorch": "(−4, nan)", "JAX": "(−4, nan)", "TensorFlow": "(−4, 0)"},
        "(−4, nothing): an exponent is a constant",
    ),
    "power 0": Brink(
        "the slope of x⁰",
        "0",
        {"JAX, a whole exponent": "0", "JAX, a decimal one": "nan"},
        "0",
    ),
    "cosine of an angle": Brink(
        "the gradient of the cosine similarity by x, beside (1, 0)",
        "(0, 0)",
        {
            "PyTorch F.cosine_similarity": "(10⁸, 0)",
            "optax losses.cosine_similarity": "(nan, nan)",
            "Keras losses.cosine_similarity on TensorFlow": "(−10⁷, 0)",
        },
        REFUSED,
    ),
}
"""By what is asked about."""
