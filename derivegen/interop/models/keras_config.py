"""The configuration of a Keras model: its layers one after another, what enters them, the loss it was compiled with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from derivegen.interop.models.model import Table, Uncarried
from derivegen.interop.models.stacked import Stacked
from derivegen.network.also_called import loss_here

ONE_OUTPUT: Final = "binary"
"""How losses begin that Keras averages over outputs and everybody else adds up."""


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
    name = loss_here(found)
    if name is None or own.get("from_logits") or own.get("label_smoothing"):
        stacked.remarks.append(f"the loss {found[:60]} is not carried over: say which one is meant")
        return None
    units = stacked.shape[-1] if stacked.shape else None
    if found.lower().startswith(ONE_OUTPUT) and units != 1:
        stacked.remarks.append(f"the loss {found[:60]}: Keras averages it over the outputs, here they are added up")
        return None
    return {"name": name}
