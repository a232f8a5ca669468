"""A module of PyTorch, or a chain of them in `nn.Sequential`, goes in as an object; its layers come out. PyTorch itself is not imported: a
module says by its class and attributes what it is, and only classes of `torch.nn` are believed, since others may compute anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.gates import WORDS, biases, count_of, split
from derivegen.interop.models.model import Model, Uncarried
from derivegen.interop.models.stacked import Stacked, activation_key

CHAIN: Final = "Sequential"


def fits(source: object) -> bool:
    """Whether an object is a module."""
    return callable(getattr(source, "named_children", None)) and callable(getattr(source, "state_dict", None))


def read(source: Any, said: ModelOptions) -> Model:
    """The layers of a module. Raises InputError."""
    stacked = Stacked(said.shape)
    for name, module in _modules(source, ""):
        word = type(module).__name__
        with stacked.losses.of(f"{name} ({word})" if name else word):
            _check(module)
            reader = _READERS.get(word)
            if reader is None:
                reader = _activation
            reader(stacked, module, name)
    return stacked.model()


def _modules(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The modules of a chain, chains within it too; any other module is one."""
    if type(module).__name__ != CHAIN or not _is_own(module):
        yield name, module
        return
    for key, child in module.named_children():
        yield from _modules(child, f"{name}.{key}" if name else key)


def _is_own(module: Any) -> bool:
    return type(module).__module__.startswith("torch.nn.modules.")


def _check(module: Any) -> None:
    """Only what PyTorch itself computes, with nothing hung onto it. Raises Uncarried."""
    if not _is_own(module):
        inside = ", ".join(type(child).__name__ for _, child in module.named_children())
        holds = f" (it holds {inside})" if inside else ""
        raise Uncarried(
            f"a class of one's own{holds}, whose forward is code that is not read; give torch.export.export(model, (x,)) in "
            "its place, export it to ONNX, or save its state_dict "
            "with safetensors and say the layers with --layers"
        )
    hung = [
        word
        for word in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "parametrizations")
        if len(getattr(module, word, None) or ())
    ]
    if hung:
        raise Uncarried(f"it has {hung[0].strip('_').replace('_', ' ')}, which change what it computes; take them off")


def array(tensor: Any) -> Any:
    """The numbers of a tensor, or none."""
    return None if tensor is None else tensor.detach().cpu().numpy()


def _linear(stacked: Stacked, module: Any, name: str) -> None:
    stacked.dense(array(module.weight), array(module.bias))


def _conv(stacked: Stacked, module: Any, name: str) -> None:
    if module.groups != 1:
        raise Uncarried(f"groups = {module.groups}; every channel here reads all channels")
    if module.padding_mode != "zeros":
        raise Uncarried(f"padding_mode = {module.padding_mode!r}; places beyond the ends are 0 here")
    padding = 0 if module.padding == "valid" else module.padding
    stacked.conv(
        array(module.weight),
        array(module.bias),
        stride=tuple(module.stride),
        padding=padding,
        dilation=tuple(module.dilation),
    )


def _pool(stacked: Stacked, module: Any, name: str) -> None:
    word = type(module).__name__
    directions = int(word[-2])
    if module.ceil_mode:
        raise Uncarried("ceil_mode = True; windows lie within the places here")
    if getattr(module, "divisor_override", None):
        raise Uncarried("divisor_override; a mean here divides by the places of the window")
    stacked.pool(
        word,
        _pair(module.kernel_size, directions),
        stride=_pair(module.stride, directions),
        padding=_pair(module.padding, directions),
        dilation=_pair(getattr(module, "dilation", 1), directions),
        padding_counts=getattr(module, "count_include_pad", True),
    )


def _pair(value: Any, directions: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,) * directions


def _over_all(stacked: Stacked, module: Any, name: str) -> None:
    size = module.output_size
    if {*(size if isinstance(size, tuple | list) else (size,))} != {1}:
        raise Uncarried(f"output_size = {size}; a mean over all places gives one number a channel")
    stacked.over_all()


def _batch_norm(stacked: Stacked, module: Any, name: str) -> None:
    running = () if module.running_mean is None else (array(module.running_mean), array(module.running_var))
    if not running:
        stacked.remarks.append(f"{name}: it keeps no running statistics, so that each batch is normalised by its own")
    stacked.norm(type(module).__name__, array(module.weight), array(module.bias), module.eps, running)


def _layer_norm(stacked: Stacked, module: Any, name: str) -> None:
    if len(module.normalized_shape) != 1:
        raise Uncarried(f"normalized_shape = {tuple(module.normalized_shape)}; here one row of units is normalised")
    if getattr(module, "eps", None) is None:
        raise Uncarried("eps = None, the smallest step of the numbers' type; set a number")
    stacked.norm(type(module).__name__, array(module.weight), array(getattr(module, "bias", None)), module.eps)


def _embedding(stacked: Stacked, module: Any, name: str) -> None:
    if module.max_norm is not None:
        raise Uncarried("max_norm, which changes the table whenever it is read")
    stacked.embedding(array(module.weight))


def _recurrent(stacked: Stacked, module: Any, name: str) -> None:
    """All layers of one module: its numbers by name."""
    if getattr(module, "proj_size", 0):
        raise Uncarried(f"proj_size = {module.proj_size}; there is no projection here")
    if module.dropout and module.num_layers > 1:
        stacked.dropout(name)
    if not module.batch_first:
        stacked.remarks.append(f"{name}: batch_first = False; inputs here are a list of steps for each row")
    held = {key: array(each) for key, each in module.named_parameters()}
    for layer in range(module.num_layers):
        recurrent_of(stacked, held, layer, getattr(module, "nonlinearity", ""))


def recurrent_of(stacked: Stacked, held: Mapping[str, Any], layer: int, function: str = "") -> None:
    """One layer through time of a state dict, both ways where it has both. Raises Uncarried."""
    units = held[f"weight_hh_l{layer}"].shape[1]
    count = count_of(held[f"weight_hh_l{layer}"].shape, units)

    def way(end: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        outer, inner = (held.get(f"bias_{part}_l{layer}{end}") for part in ("ih", "hh"))
        w, u = (split(part, held[f"weight_{part}_l{layer}{end}"], "torch", count) for part in ("ih", "hh"))
        return w, u, biases("torch", count, outer, inner)

    back = way("_reverse") if f"weight_hh_l{layer}_reverse" in held else ()
    more = activation_key(function) if function and count == 1 else {}
    stacked.recurrent(WORDS[count], way(""), back=back, **more)


def _flatten(stacked: Stacked, module: Any, name: str) -> None:
    if (module.start_dim, module.end_dim) not in ((1, -1),):
        raise Uncarried(f"start_dim = {module.start_dim}, end_dim = {module.end_dim}; a whole row is flattened here")
    stacked.flatten()


def _dropout(stacked: Stacked, module: Any, name: str) -> None:
    stacked.dropout(name)


def _nothing(stacked: Stacked, module: Any, name: str) -> None:
    """A module that passes on what enters."""


def _leaky(stacked: Stacked, module: Any, name: str) -> None:
    stacked.activation((type(module).__name__, {"slope": module.negative_slope}))


def _elu(stacked: Stacked, module: Any, name: str) -> None:
    stacked.activation((type(module).__name__, {"alpha": module.alpha}))


def _softplus(stacked: Stacked, module: Any, name: str) -> None:
    if module.beta != 1:
        raise Uncarried(f"beta = {module.beta}; it is 1 here")
    stacked.activation(type(module).__name__)


def _gelu(stacked: Stacked, module: Any, name: str) -> None:
    if module.approximate != "none":
        raise Uncarried(f"approximate = {module.approximate!r}; here it is z·Φ(z)")
    stacked.activation(type(module).__name__)


def _softmax(stacked: Stacked, module: Any, name: str) -> None:
    if module.dim not in (-1, 1) or (module.dim == 1 and stacked.shape is not None and len(stacked.shape) > 1):
        raise Uncarried(f"dim = {module.dim}; it runs over the units of a layer here")
    stacked.activation(type(module).__name__)


def _activation(stacked: Stacked, module: Any, name: str) -> None:
    """A module without numbers and without settings is an activation, if the table knows its name."""
    settings = {key for key in vars(module) if not key.startswith("_")} - {"training", "inplace"}
    if settings or next(iter(module.parameters()), None) is not None:
        raise Uncarried("no kind of layer that is known here")
    stacked.activation(type(module).__name__)


_READERS: Final[Mapping[str, Callable[[Stacked, Any, str], None]]] = {
    "Linear": _linear,
    **dict.fromkeys(("Conv1d", "Conv2d"), _conv),
    **dict.fromkeys(("MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d"), _pool),
    **dict.fromkeys(("AdaptiveAvgPool1d", "AdaptiveAvgPool2d"), _over_all),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d"), _batch_norm),
    **dict.fromkeys(("LayerNorm", "RMSNorm"), _layer_norm),
    "Embedding": _embedding,
    **dict.fromkeys(("RNN", "LSTM", "GRU"), _recurrent),
    "Flatten": _flatten,
    **dict.fromkeys(("Dropout", "Dropout1d", "Dropout2d", "AlphaDropout"), _dropout),
    "Identity": _nothing,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "Softplus": _softplus,
    "GELU": _gelu,
    "Softmax": _softmax,
}
"""What reads each class of PyTorch."""
