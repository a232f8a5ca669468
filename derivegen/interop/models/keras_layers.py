"""The configuration of a Keras model and the numbers of each layer go in; its layers come out.

Kernels are inputs × units there, of convolutions window × channels below × channels, channels last; gates stand side by side, i f c o and
z r h; a GRU has two rows of biases if its reset comes after the product. A layer through time gives its last step unless it is told to give
all, and one that goes both ways then gives the last step of each way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from derivegen.interop.models.gates import WORDS, biases, count_of, split
from derivegen.interop.models.keras_config import chain, check, entering, loss, takes_maps
from derivegen.interop.models.model import Model, Table, Uncarried
from derivegen.interop.models.stacked import Stacked, activation_key
from derivegen.network.also_called import activation_here
from derivegen.network.tables.activations import USUAL
from derivegen.on_use import numpy

Numbers = Sequence[Any]


def layers_of(
    config: Mapping[str, Any], numbers: Callable[[str, int], Numbers], compiled: Any, shape: Sequence[int] | None
) -> Model:
    """The model. `numbers` gives the arrays of a layer by its name and its place. Raises InputError."""
    every = [*chain(config)]
    row = shape or entering(every)
    turned = row is not None and len(row) > 1 and takes_maps(every)
    stacked = Stacked((row[-1], *row[:-1]) if row is not None and turned else row, channels_last=True)
    for place, (name, layer) in enumerate(every):
        word = str(layer.get("class_name"))
        with stacked.losses.of(f"{name} ({word})"):
            check(layer)
            reader = _READERS.get(word)
            if reader is None:
                raise Uncarried("no kind of layer that is known here")
            reader(stacked, layer.get("config", {}), numbers(name, place))
    return stacked.model(loss(compiled, stacked))


def _bias(own: Table, numbers: Numbers, place: int = 1) -> Any:
    return numbers[place] if own.get("use_bias", True) else None


def _needs(numbers: Numbers, count: int) -> None:
    if len(numbers) < count:
        raise Uncarried(
            f"{len(numbers)} arrays in the file; expected {count}: the weights were not saved with the model"
        )


def _dense(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    _needs(numbers, 1 + bool(own.get("use_bias", True)))
    if own.get("lora_rank") or own.get("lora_enabled"):
        raise Uncarried("LoRA weights beside its own; merge them first")
    stacked.dense(numbers[0].T, _bias(own, numbers), _function(own.get("activation", USUAL)))


def _function(value: Any) -> Any:
    """An activation as Keras writes it."""
    if isinstance(value, Mapping):
        word, inner = str(value.get("class_name")), value.get("config", {})
        if isinstance(inner, str):
            return inner
        return _LAYER_ACTIVATIONS[word](inner) if word in _LAYER_ACTIVATIONS else word
    if str(value).replace("_", "") == "leakyrelu":
        return (value, {"slope": 0.2})
    return USUAL if value is None else value


def _recurrent(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    if own.get("go_backwards"):
        raise Uncarried("go_backwards = true; a layer that goes both ways is bidirectional here")
    way, more = _way(own, numbers)
    stacked.recurrent(_word(way), way, **more)
    _remark_dropout(stacked, own)
    if not own.get("return_sequences"):
        stacked.last()


def _bidirectional(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    if own.get("merge_mode", "concat") != "concat":
        raise Uncarried(f"merge_mode = {own['merge_mode']!r}; both ways stand side by side here")
    inner = own["layer"]["config"]
    half = len(numbers) // 2
    forward, more = _way(inner, numbers[:half])
    back, _ = _way(inner, numbers[half:])
    stacked.recurrent(_word(forward), forward, back=back, **more)
    _remark_dropout(stacked, inner)
    if not inner.get("return_sequences"):
        stacked.last(ends=True)


def _remark_dropout(stacked: Stacked, own: Table) -> None:
    if own.get("dropout") or own.get("recurrent_dropout"):
        stacked.dropout(str(own.get("name")))


def _word(way: Sequence[Any]) -> str:
    return WORDS[len(way[1])]


def _way(own: Table, numbers: Numbers) -> tuple[tuple[Any, Any, Any], Table]:
    """The gates of one way, and what else the section says."""
    biased = bool(own.get("use_bias", True))
    _needs(numbers, 2 + biased)
    kernel, recurrent = numbers[0].T, numbers[1].T
    count = count_of(recurrent.shape, recurrent.shape[1])
    bias = numbers[2] if biased else None
    outer, inner = (bias[0], bias[1]) if bias is not None and bias.ndim == 2 else (bias, None)
    more: Table = {}
    function = own.get("activation", "Tanh")
    if count == 1:
        more = activation_key(_function(function)) or {"activation": USUAL}
    else:
        _only("activation", function, "Tanh")
        _only("recurrent_activation", own.get("recurrent_activation", "Sigmoid"), "Sigmoid")
    if count == 3:
        more = {"reset": "after" if own.get("reset_after", False) else "before"}
    w, u = split("kernel", kernel, "keras", count), split("recurrent kernel", recurrent, "keras", count)
    return (w, u, biases("keras", count, outer, inner)), more


def _only(key: str, found: Any, usual: str) -> None:
    function = _function(found)
    if isinstance(function, tuple) or activation_here(str(function)) != activation_here(usual):
        raise Uncarried(f"{key} = {function!r}; it is {usual.lower()} here")


def _conv(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    _needs(numbers, 1 + bool(own.get("use_bias", True)))
    if own.get("groups", 1) != 1:
        raise Uncarried(f"groups = {own['groups']}; every channel here reads all channels")
    kernel = numpy.moveaxis(numbers[0], (-1, -2), (0, 1))
    stacked.conv(kernel, _bias(own, numbers), _function(own.get("activation", USUAL)), **_window(own, "strides"))


def _window(own: Table, strides: str) -> Table:
    padding = own.get("padding", "valid")
    if padding not in ("valid", "same"):
        raise Uncarried(f"padding = {padding!r}; it is valid or same")
    return {
        "stride": own.get(strides),
        "padding": 0 if padding == "valid" else padding,
        "dilation": own.get("dilation_rate", 1),
    }


def _pool_called(word: str) -> Callable[[Stacked, Table, Numbers], None]:
    def read(stacked: Stacked, own: Table, numbers: Numbers) -> None:
        size = own["pool_size"] if isinstance(own["pool_size"], list) else [own["pool_size"]]
        stacked.pool(word, size, **_window(own, "strides"))

    return read


def _batch_norm(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    scale, center = bool(own.get("scale", True)), bool(own.get("center", True))
    _needs(numbers, 2 + scale + center)
    rest = [*numbers]
    g = rest.pop(0) if scale else None
    b = rest.pop(0) if center else None
    _last_axis(own, stacked)
    stacked.norm("BatchNormalization", g, b, own.get("epsilon", 0.001), rest[:2])


def _layer_norm(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    if own.get("rms_scaling"):
        raise Uncarried("rms_scaling = true, which divides by another root than either norm here")
    _last_axis(own, stacked)
    rest = [*numbers]
    g = rest.pop(0) if own.get("scale", True) else None
    b = rest.pop(0) if own.get("center", True) else None
    stacked.norm("LayerNormalization", g, b, own.get("epsilon", 0.001))


def _last_axis(own: Table, stacked: Stacked) -> None:
    axis = own.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    rank = None if stacked.shape is None else len(stacked.shape)
    if axis != -1 and axis != rank:
        raise Uncarried(f"axis = {axis}; the last one is normalised here")


def _embedding(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    _needs(numbers, 1)
    if own.get("mask_zero"):
        raise Uncarried("mask_zero = true; no step is left out here")
    stacked.embedding(numbers[0])


def _over_all(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    if own.get("keepdims"):
        raise Uncarried("keepdims = true; flatten follows by itself here")
    stacked.over_all()


def _flatten(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    stacked.flatten()


def _dropout(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    stacked.dropout(str(own.get("name")))


def _nothing(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    """What enters is what it gives."""


def _activation(stacked: Stacked, own: Table, numbers: Numbers) -> None:
    stacked.activation(_function(own.get("activation")))


def _relu(own: Table) -> Any:
    if own.get("max_value") is not None or own.get("threshold"):
        raise Uncarried("a ReLU with a greatest value or a threshold")
    slope = own.get("negative_slope") or 0
    return ("LeakyReLU", {"slope": slope}) if slope else "ReLU"


def _softmax(own: Table) -> Any:
    if own.get("axis", -1) != -1:
        raise Uncarried(f"axis = {own['axis']}; it runs over the units of a layer here")
    return "Softmax"


_LAYER_ACTIVATIONS: Final[Mapping[str, Callable[[Table], Any]]] = {
    "ReLU": _relu,
    "LeakyReLU": lambda own: ("LeakyReLU", {"slope": own.get("negative_slope", own.get("alpha", 0.3))}),
    "ELU": lambda own: ("ELU", {"alpha": own.get("alpha", 1.0)}),
    "Softmax": _softmax,
}


def _as_layer(word: str) -> Callable[[Stacked, Table, Numbers], None]:
    return lambda stacked, own, numbers: stacked.activation(_LAYER_ACTIVATIONS[word](own))


_READERS: Final[Mapping[str, Callable[[Stacked, Table, Numbers], None]]] = {
    "InputLayer": _nothing,
    "Dense": _dense,
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU"), _recurrent),
    "Bidirectional": _bidirectional,
    **dict.fromkeys(("Conv1D", "Conv2D"), _conv),
    **{f"{word}{n}D": _pool_called(word) for word in ("MaxPooling", "AveragePooling") for n in (1, 2)},
    **dict.fromkeys(("GlobalAveragePooling1D", "GlobalAveragePooling2D"), _over_all),
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "Embedding": _embedding,
    "Flatten": _flatten,
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise"), _dropout),
    "Activation": _activation,
    **{word: _as_layer(word) for word in _LAYER_ACTIVATIONS},
}
"""What reads each class of Keras."""
