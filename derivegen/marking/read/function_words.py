"""The words that are functions wherever they stand: what people call them goes in, how the table calls them comes out."""

from __future__ import annotations

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


def is_known(word: str) -> bool:
    """Whether a word is a function everywhere."""
    return word in FUNCTIONS or (len(word) > 1 and word.lower() in FUNCTIONS) or word == "e"
