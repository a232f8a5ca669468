"""A network of scikit-learn goes in, an object or what a skops file says of one; its layers come out. Its weights are inputs × units.

What is trained is not quite what is measured: `loss_` of a regressor averages over the outputs, its steps add them up; the steps are what
is carried over, half the squared error, averaged over the rows."""

from __future__ import annotations

from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, Table
from derivegen.interop.models.stacked import Stacked
from derivegen.network.also_called import loss_here
from derivegen.network.tables.losses import LOSSES

SHARES: Final = "Softmax"
ENTROPY: Final = "cross entropy"
HALF: Final = "half_"


def fits(source: object) -> bool:
    """Whether an object is a network of scikit-learn that was fitted."""
    return hasattr(source, "coefs_") and hasattr(source, "intercepts_") and hasattr(source, "out_activation_")


def read(source: Any, said: ModelOptions) -> Model:
    """The layers. Raises InputError."""
    coefs, intercepts = [*source.coefs_], [*source.intercepts_]
    if len(coefs) != len(intercepts) or not coefs:
        raise InputError(
            f"found {len(coefs)} arrays of weights and {len(intercepts)} of biases; expected one of each a layer"
        )
    stacked = Stacked(said.shape)
    for place, (weights, bias) in enumerate(zip(coefs, intercepts, strict=True), 1):
        with stacked.losses.of(f"layer {place}"):
            function = source.activation if place < len(coefs) else source.out_activation_
            stacked.dense(weights.T, bias, str(function))
    if getattr(source, "alpha", 0):
        stacked.remarks.append(
            f"alpha = {source.alpha}: the steps of scikit-learn add alpha·w/rows to the derivative of each weight; it is left out here: "
            f"to have it, write weight_decay = {source.alpha}/rows, as one number, under [loss]"
        )
    return stacked.model(_loss(source, stacked))


def _loss(source: Any, stacked: Stacked) -> Table | None:
    """What its steps make small: of squares half of them, of logarithms the sum over all classes where it has shares."""
    found = str(getattr(source, "loss", ""))
    name = loss_here(found)
    if name is None:
        stacked.remarks.append(f"the loss {found[:60]} is not carried over: say which one is meant")
        return None
    if HALF + name in LOSSES:
        name = HALF + name
    elif str(source.out_activation_).title() == SHARES:
        name = loss_here(ENTROPY) or name
    return {"name": name, "reduction": "mean"}
