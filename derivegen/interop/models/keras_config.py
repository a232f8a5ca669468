"""The configuration of a Keras model: its layers one after another, what enters them, the loss it was compiled with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from derivegen.interop.models.model import Table, Uncarried
from derivegen.interop.models.stacked import Stacked
from derivegen.network.also_called import loss_here
from derivegen.network.tables.losses import LOSSES

KERAS: Final = "keras"
"""Whose averages its losses take."""
_REDUCED: Final = {"sum_over_batch_size": {}, "mean": {}, "sum": {"outputs": "mean", "reduction": "sum"}}
"""What its words for averages are here."""
_MEANS_NOTHING: Final = frozenset(("name", "dtype", "reduction", "from_logits", "label_smoothing", "axis", "delta"))
"""What a loss may say beside its class that is read here, or computes nothing else."""


def chain(config: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The layers one after another. Raises InputError where they branch."""
    layers = config.get("config", {})
    layers = layers.get("layers", []) if isinstance(layers, Mapping) else layers
    before: str | None = None
    for layer in layers if isinstance(layers, list) else []:
        name = str(layer.get("config", {}).get("name") or layer.get("name"))
        enter = [*_histories(layer.get("inbound_nodes", []))]
        if enter and before is not None and enter != [before]:
            yield f"{name}", {"class_name": f"joined with {', '.join(enter)}", "config": {}}
        yield name, layer
        before = name


def _histories(value: Any) -> Iterator[str]:
    """The names of the layers whose outputs enter."""
    if isinstance(value, Mapping):
        history = value.get("keras_history")
        if isinstance(history, list) and history:
            yield str(history[0])
        else:
            for each in value.values():
                yield from _histories(each)
    elif isinstance(value, list):
        for each in value:
            yield from _histories(each)


def entering(every: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[int | None, ...] | None:
    """The sizes of one row, channels last."""
    for _, layer in every:
        own = layer.get("config", {})
        built = (layer.get("build_config") or {}).get("input_shape")
        sizes = own.get("batch_shape") or own.get("batch_input_shape") or built
        if isinstance(sizes, list):
            return tuple(each if isinstance(each, int) else None for each in sizes[1:])
    return None


def takes_maps(every: Sequence[tuple[str, Mapping[str, Any]]]) -> bool:
    """Whether the first layer that computes reads channels × places here."""
    words = [str(layer.get("class_name")) for _, layer in every if layer.get("class_name") != "InputLayer"]
    first = next((word for word in words if word in _OF_MAPS or word not in _OF_ANYTHING), "")
    return first in _OF_MAPS


def check(layer: Mapping[str, Any]) -> None:
    """Only Keras' own classes, and nothing that changes what they compute. Raises Uncarried."""
    if layer.get("registered_name") not in (None, layer.get("class_name"), f"keras>{layer.get('class_name')}"):
        raise Uncarried(f"a class of one's own ({layer['registered_name']}), whose code is not read")
    own = layer.get("config", {})
    if own.get("data_format") == "channels_first":
        raise Uncarried("channels first; save the model with channels last, as Keras usually has them")
    if own.get("quantization_config") or (
        isinstance(own.get("dtype"), Mapping) and "quantization" in str(own["dtype"])
    ):
        raise Uncarried("quantised; save the model before quantize() is called")


_OF_MAPS: Final = frozenset(
    ("Conv1D", "Conv2D", "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D")
)
_OF_ANYTHING: Final = frozenset(("Dropout", "Activation", "BatchNormalization"))


def loss(compiled: Any, stacked: Stacked) -> Table | None:
    """The loss that the model was compiled with, where it is one of the table and the same."""
    found = compiled.get("loss") if isinstance(compiled, Mapping) else None
    own: Mapping[str, Any] = {}
    if isinstance(found, Mapping):
        own = found.get("config", {}) if isinstance(found.get("config"), Mapping) else {}
        found = found.get("class_name") if own else found.get("config")
    if not isinstance(found, str):
        return None
    name, reduced = loss_here(found), _REDUCED.get(str(own.get("reduction", "mean")))
    unread = {key for key, value in own.items() if value is not None} - _MEANS_NOTHING
    if name is None or reduced is None or unread or own.get("from_logits") or own.get("axis", -1) != -1:
        stacked.remarks.append(f"the loss {found[:60]} is not carried over: say which one is meant")
        return None
    bends = LOSSES[name].parameters
    if own and bends.keys() - own.keys():  # findings/keras-huber-saved.sh
        stacked.remarks.append(
            f"Keras does not save {', '.join(bends)} of {found[:60]}: it is taken as {_usual(bends)}"
        )
    kept = {key: own[key] for key in ("label_smoothing", *bends) if own.get(key)}
    return {"name": name, "as": KERAS, **reduced, **kept}


def _usual(bends: Mapping[str, Fraction]) -> str:
    return ", ".join(str(each) for each in bends.values())
