"""A module of Equinox goes in as an object; its layers come out. JAX is not imported: a module says by its class and attributes what it
is, and only classes of `equinox.nn` are believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.gates import CANDIDATE, INNER, WORDS, biases, split
from derivegen.interop.models.model import Model, Uncarried
from derivegen.interop.models.stacked import Stacked
from derivegen.on_use import numpy

OWN: Final = "equinox.nn"
LAST_FUNCTION: Final = "equinox.nn._mlp"


def fits(source: object) -> bool:
    """Whether an object is a module of Equinox."""
    return any(each.__module__.startswith("equinox") for each in type(source).__mro__)


def read(source: Any, said: ModelOptions) -> Model:
    """The layers. Raises InputError."""
    stacked = Stacked(said.shape)
    for name, module in _modules(source, ""):
        word = type(module).__name__
        with stacked.losses.of(f"{name} ({word})" if name else word):
            reader = _READERS.get(word) if type(module).__module__.startswith(OWN) else None
            if reader is None:
                raise Uncarried("a class of one's own, whose code is not read, or none that is known here")
            reader(stacked, module, name)
    return stacked.model()


def _modules(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    if type(module).__name__ != "Sequential" or not type(module).__module__.startswith(OWN):
        yield name, module
        return
    for place, child in enumerate(vars(module)["layers"]):
        yield from _modules(child, f"{name}.{place}" if name else str(place))


def _array(value: Any) -> Any:
    return None if value is None else numpy.asarray(value)


def _function(value: Any) -> str:
    """The name of one of JAX' own functions. Raises Uncarried."""
    inner = getattr(value, "fn", value)
    name, home = getattr(inner, "__name__", ""), getattr(inner, "__module__", "") or ""
    if home == LAST_FUNCTION and name in ("_identity", "<lambda>"):
        return "identity"  # what stands there where nobody says another
    if not home.startswith("jax"):
        raise Uncarried(f"the function {name or type(value).__name__}, whose code is not read")
    return str(name)


def _linear(stacked: Stacked, module: Any, name: str) -> None:
    stacked.dense(_array(module.weight), _array(module.bias))


def _mlp(stacked: Stacked, module: Any, name: str) -> None:
    *hidden, last = vars(module)["layers"]
    for layer in hidden:
        _linear(stacked, layer, name)
        stacked.activation(_function(module.activation))
    _linear(stacked, last, name)
    stacked.activation(_function(module.final_activation))


def _conv(stacked: Stacked, module: Any, name: str) -> None:
    if module.groups != 1 or getattr(module, "padding_mode", "ZEROS") != "ZEROS":
        raise Uncarried("groups or a padding that is not 0")
    padding = [before for before, after in module.padding if before == after]
    if len(padding) != len(module.padding):
        raise Uncarried("more padding at one end; here both ends get as many")
    bias = None if module.bias is None else _array(module.bias).reshape(-1)
    window = {"stride": tuple(module.stride), "padding": padding, "dilation": tuple(module.dilation)}
    stacked.conv(_array(module.weight), bias, **window)


def _norm(stacked: Stacked, module: Any, name: str) -> None:
    if len(module.shape) != 1:
        raise Uncarried(f"shape = {module.shape}; one row of units is normalised here")
    stacked.norm(type(module).__name__, _array(module.weight), _array(module.bias), module.eps)


def _cell(stacked: Stacked, module: Any, name: str) -> None:
    """A cell, used for one step after another."""
    w, u, bias = (_array(getattr(module, key)) for key in ("weight_ih", "weight_hh", "bias"))
    count = w.shape[0] // u.shape[1]
    own = biases("equinox", count, bias, None)
    if bias is not None and hasattr(module, "bias_n"):
        own[INNER] = _array(module.bias_n)
    assert CANDIDATE in own or INNER not in own
    stacked.recurrent(
        WORDS[count], (split("weight_ih", w, "equinox", count), split("weight_hh", u, "equinox", count), own)
    )


_READERS: Final[Mapping[str, Callable[[Stacked, Any, str], None]]] = {
    "Linear": _linear,
    "MLP": _mlp,
    **dict.fromkeys(("Conv1d", "Conv2d"), _conv),
    **dict.fromkeys(("LayerNorm", "RMSNorm"), _norm),
    **dict.fromkeys(("LSTMCell", "GRUCell"), _cell),
    "Embedding": lambda stacked, module, name: stacked.embedding(_array(module.weight)),
    "Lambda": lambda stacked, module, name: stacked.activation(_function(module)),
    "Dropout": lambda stacked, module, name: stacked.dropout(name),
    "Identity": lambda stacked, module, name: None,
}
"""What reads each class of Equinox."""
