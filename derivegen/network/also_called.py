"""What others call things: a word and a kind of thing go in; what it is called in a network file comes out, so that a message can say it.

Sources: the names of PyTorch, Keras, scikit-learn and JAX, and those of textbooks. Messages and importers of models use them: a file is
written in one vocabulary, or nobody could search for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from derivegen.network.tables import activations, conventions, layer_kinds, losses, optimizers

ACTIVATIONS: Final = {word: entry.name for entry in activations.ACTIVATIONS.values() for word in entry.also}
LOSSES: Final = {word: entry.name for entry in losses.LOSSES.values() for word in entry.also}
OPTIMIZERS: Final = {word: entry.name for entry in optimizers.OPTIMIZERS.values() for word in entry.also}
LIBRARIES: Final = {word: entry.name for entry in conventions.LIBRARIES.values() for word in entry.also}
KEYS: Final = {
    **dict.fromkeys(("lr", "eta", "rate", "stepsize", "learningrate"), "learning_rate"),
    **dict.fromkeys(("epochs", "epoch", "iterations", "iters", "updates"), "steps"),
    **dict.fromkeys(("optim", "optimiser", "solver"), "optimizer"),
    **dict.fromkeys(("x", "features", "samples", "xtrain", "input"), "inputs"),
    **dict.fromkeys(("y", "labels", "outputs", "ytrain", "target"), "targets"),
    **dict.fromkeys(("neurons", "nodes", "size", "width", "outfeatures"), "units"),
    **dict.fromkeys(("w", "kernel", "coefs", "weight"), "weights"),
    **dict.fromkeys(("b", "bias", "intercepts", "offset"), "biases"),
    **dict.fromkeys(("act", "fn", "function", "nonlinearity"), "activation"),
    **dict.fromkeys(("decimals", "precision", "places"), "digits"),
    **dict.fromkeys(("cost", "criterion", "objective", "error"), "loss"),
    **dict.fromkeys(("layers", "hidden"), "layer"),
    **dict.fromkeys(("mask", "maske"), "connections"),
    **dict.fromkeys(("lang", "locale"), "language"),
}
REMARKS: Final = {
    "mae": 'reduction = "mean" and outputs = "mean"',
    "meanabsoluteerror": 'reduction = "mean" and outputs = "mean"',
    "l2mean": 'reduction = "mean"',
}
"""What has to be said besides for it to be the same."""


KINDS: Final = {
    word: entry.name
    for entry in layer_kinds.LAYER_KINDS.values()
    for word in (entry.name.replace("_", ""), *entry.also)
}


def kind_here(word: str) -> str:
    """The kind of layer that a library calls so, in however many directions."""
    plain = _plain(word)
    return KINDS.get(plain) or KINDS[re.sub("[12]d$", "", plain)]


def activation_here(word: str) -> str | None:
    """The activation that a library calls so, whether by another name or the same."""
    same = {name.replace("_", ""): name for name in activations.ACTIVATIONS}
    return same.get(_plain(word)) or name_here(word, ACTIVATIONS)


def loss_here(word: str) -> str | None:
    """The loss that somebody calls so."""
    same = {name.replace("_", ""): name for name in losses.LOSSES}
    return same.get(_plain(word)) or name_here(word, LOSSES)


def name_here(word: str, table: Mapping[str, str]) -> str | None:
    """What that word is called here; None if it is nobody's name for anything of the table."""
    plain = _plain(word)
    return table.get(plain) or table.get(plain.removesuffix("loss").removesuffix("activation").removesuffix("cost"))


def called_here(word: str, table: Mapping[str, str]) -> str | None:
    """The sentence that says so."""
    name = name_here(word, table)
    if name is None:
        return None
    besides = REMARKS.get(_plain(word))
    return f'{word} is called {name} here: write "{name}"' + (f" and beside it {besides}" if besides else "")


def _plain(word: str) -> str:
    return re.sub("[^a-z0-9]", "", word[:80].lower())
