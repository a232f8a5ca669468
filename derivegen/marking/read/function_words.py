"""The words that are functions wherever they stand: what people call them goes in, how the table calls them comes out."""

from __future__ import annotations

import re

from derivegen.formula.functions import FUNCTIONS as KNOWN
from derivegen.network.tables.activations import ACTIVATIONS

FUNCTIONS = {
    **{spelling: name for name, each in KNOWN.items() for spelling in (*each.spellings, *each.also)},
    **{name: name for name, each in ACTIVATIONS.items() if each.kind == "coupled"},
}
ACTIVATION = ("act", "activation", "aktivierung", "ativacao", "activacion", "attivazione")
"""What the one activation of a network is called, accents fallen."""
WRAPPERS = ("array", "tensor", "matrix", "Matrix", "asarray", "Tensor")
"""What programs print around a list of numbers."""
PRODUCTS = ("outer", "dot", "matmul")


_ALONE = "|".join((*(name for name in KNOWN if name in ACTIVATIONS), "σ"))
_SLOPES = re.compile(rf"(?:d|derivative_of|deriv|grad)_?({_ALONE})|({_ALONE})_(?:derivative|prime|deriv|grad)")


def slope_of(word: str) -> str | None:
    """The function whose slope a word is by its name: dsigmoid, sigmoid_prime; None of any other word."""
    match = _SLOPES.fullmatch(word)
    return None if match is None else FUNCTIONS[match[1] or match[2]]


def is_known(word: str) -> bool:
    """Whether a word is a function everywhere."""
    return word in FUNCTIONS or (len(word) > 1 and word.lower() in FUNCTIONS) or word == "e"
