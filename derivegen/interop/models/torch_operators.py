"""The operators of PyTorch as its exported programs have them: what each is in a network. Where arguments stand and what they are where
nobody says is PyTorch's schema of operators, version 2.13."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, Final, Protocol

from derivegen.interop.models.model import Uncarried
from derivegen.interop.models.stacked import Stacked
from derivegen.interop.models.torch_modules import recurrent_of

OTHER: Final = ""
"""Under what the table has the reader of any other operator."""
ITEM: Final = "getitem"
"""One of several things that an operator gives."""
BIAS: Final = "aten.add.Tensor"
"""What may follow a product."""
_RECURRENT: Final = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class ExportedGraph(Protocol):
    """A graph that is followed: `now` is what the last layer gives, `zeros` are states at the start, `pending` a product without a bias."""

    now: str
    zeros: set[str]
    pending: Any
    stacked: Stacked

    def tensor(self, node: Any, place: int) -> Any:
        """An argument that is a parameter or a buffer, or none. Raises Uncarried."""

    def numbers(self, found: Any) -> Any:
        """The numbers of a parameter or a buffer. Raises Uncarried."""


def argument(node: Any, place: int, usual: Any, key: str = "") -> Any:
    """An argument by its place or its name, or what it is where nobody says."""
    return node.args[place] if place < len(node.args) else node.kwargs.get(key, usual)


def _linear(own: ExportedGraph, node: Any, word: str) -> None:
    own.stacked.dense(own.tensor(node, 1), own.tensor(node, 2))


def _matmul(own: ExportedGraph, node: Any, word: str) -> None:
    if getattr(node.args[0], "name", "") != own.now:
        raise Uncarried("what enters stands on the right of the product; rows come first here")
    own.pending = own.tensor(node, 1).T


def _addmm(own: ExportedGraph, node: Any, word: str) -> None:
    if node.kwargs or getattr(node.args[1], "name", "") != own.now:
        raise Uncarried("a product with factors of its own")
    own.stacked.dense(own.tensor(node, 2).T, own.tensor(node, 0))


def _add(own: ExportedGraph, node: Any, word: str) -> None:
    """The biases of a product before. Raises Uncarried."""
    if own.pending is None or node.kwargs:
        raise Uncarried("a sum that is no bias of a product before it")
    names = [getattr(each, "name", "") for each in node.args]
    bias = own.tensor(node, 1 - names.index(own.now))
    weights, own.pending = own.pending, None
    own.stacked.dense(weights, bias.reshape(-1))


def _conv(own: ExportedGraph, node: Any, word: str) -> None:
    groups = argument(node, 6, 1)
    if groups != 1:
        raise Uncarried(f"groups = {groups}; every channel here reads all channels")
    padding = argument(node, 4, 0)
    window = {"stride": _many(argument(node, 3, 1)), "dilation": _many(argument(node, 5, 1))}
    padding = {"valid": 0}.get(padding, padding) if isinstance(padding, str) else _many(padding)
    own.stacked.conv(own.tensor(node, 1), own.tensor(node, 2), padding=padding, **window)


def _many(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) and len(value) > 1 else value[0] if _listed(value) else value


def _listed(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value)


def _max_pool(own: ExportedGraph, node: Any, word: str) -> None:
    if argument(node, 5, False):
        raise Uncarried("ceil_mode = True; windows lie within the places here")
    _pool(own, node, word, dilation=argument(node, 4, 1))


def _mean_pool(own: ExportedGraph, node: Any, word: str) -> None:
    if argument(node, 4, False):
        raise Uncarried("ceil_mode = True; windows lie within the places here")
    if argument(node, 6, None) is not None:
        raise Uncarried("divisor_override; a mean here divides by the places of the window")
    _pool(own, node, word, padding_counts=argument(node, 5, True))


def _pool(own: ExportedGraph, node: Any, word: str, dilation: Any = 1, **more: Any) -> None:
    directions = int(word[-2])
    size = _directions(node.args[1], directions)
    own.stacked.pool(
        word,
        size,
        stride=_directions(argument(node, 2, None) or size, directions),
        padding=_directions(argument(node, 3, 0), directions),
        dilation=_directions(dilation, directions),
        **more,
    )


def _directions(value: Any, directions: int) -> list[int]:
    many = [*value] if isinstance(value, list | tuple) else [value]
    return many if len(many) == directions else many * directions


def _over_all(own: ExportedGraph, node: Any, word: str) -> None:
    if {*_directions(node.args[1], 1)} != {1}:
        raise Uncarried(f"output_size = {node.args[1]}; a mean over all places gives one number a channel")
    own.stacked.over_all()


def _mean(own: ExportedGraph, node: Any, word: str) -> None:
    sizes = own.stacked.shape
    count = 3 if sizes is None else len(sizes) + 1
    over = {each % count for each in node.args[1]}
    maps = own.stacked.holds_maps
    if over != ({*range(2, count)} if maps else {1}) or count < 3:
        raise Uncarried(f"it runs over axes {sorted(over)}; a mean here runs over all steps or all places")
    own.stacked.over_all()


def _batch_norm(own: ExportedGraph, node: Any, word: str) -> None:
    if argument(node, 5, False):
        raise Uncarried("it normalises each batch by its own mean; export the model as it is used: model.eval()")
    running = (own.tensor(node, 3), own.tensor(node, 4))
    own.stacked.norm("BatchNorm", own.tensor(node, 1), own.tensor(node, 2), float(argument(node, 7, 1e-5)), running)


def _layer_norm(own: ExportedGraph, node: Any, word: str) -> None:
    if len(node.args[1]) != 1:
        raise Uncarried(f"normalized_shape = {tuple(node.args[1])}; here one row of units is normalised")
    own.stacked.norm("LayerNorm", own.tensor(node, 2), own.tensor(node, 3), float(argument(node, 4, 1e-5)))


def _embedding(own: ExportedGraph, node: Any, word: str) -> None:
    own.stacked.embedding(own.tensor(node, 0))


def _recurrent(own: ExportedGraph, node: Any, word: str) -> None:
    """All layers of one operator. Raises Uncarried."""
    _entering, states, held, biased, layers, dropout, _, both, rows_first = node.args
    given = [getattr(each, "name", "") for each in (states if isinstance(states, list | tuple) else [states])]
    if not own.zeros.issuperset(given):
        raise Uncarried("an initial state; every row starts at 0 here")
    if dropout and layers > 1:
        own.stacked.dropout(node.name)
    if not rows_first:
        own.stacked.remarks.append(f"{node.name}: batch_first = False; inputs here are a list of steps for each row")
    keys = [
        f"{key}_l{layer}{end}"
        for layer in range(layers)
        for end in ("", "_reverse")[: 1 + bool(both)]
        for key in (_RECURRENT if biased else _RECURRENT[:2])
    ]
    if len(keys) != len(held):
        raise Uncarried(f"{len(held)} arrays, where {len(keys)} are expected")
    named = {key: own.numbers(each) for key, each in zip(keys, held, strict=True)}
    function = word.partition("_")[2]
    for layer in range(layers):
        recurrent_of(own.stacked, named, layer, function)


def _item(own: ExportedGraph, node: Any, word: str) -> None:
    if node.args[1] != 0:
        raise Uncarried("the last state, beside all steps; take the last of all steps: output[:, -1]")


def _select(own: ExportedGraph, node: Any, word: str) -> None:
    _, axis, place = node.args
    if axis != 1 or place != -1:
        raise Uncarried("it takes other members than the last step")
    own.stacked.last()


def _slice(own: ExportedGraph, node: Any, word: str) -> None:
    """All of an axis. Raises Uncarried."""
    if argument(node, 2, None) not in (0, None) or (argument(node, 3, None) or 2**62) < 2**62:
        raise Uncarried("a part of what the layer before gives")


def _flatten(own: ExportedGraph, node: Any, word: str) -> None:
    if (argument(node, 1, 0), argument(node, 2, -1)) != (1, -1):
        raise Uncarried("a whole row is flattened here: start_dim = 1")
    own.stacked.flatten()


def _view(own: ExportedGraph, node: Any, word: str) -> None:
    """Everything of a row one after another. Raises Uncarried."""
    wanted, sizes = [*node.args[1]], own.stacked.shape
    flat = prod(int(each or 0) for each in sizes) if sizes is not None and None not in sizes else -1
    if len(wanted) != 2 or wanted[1] not in (-1, flat) or (wanted[1] == -1 and wanted[0] == -1):
        raise Uncarried(f"a shape of {wanted}; what is understood flattens whole rows")
    own.stacked.flatten()


def _dropout(own: ExportedGraph, node: Any, word: str) -> None:
    own.stacked.dropout(node.name)


def _softmax(own: ExportedGraph, node: Any, word: str) -> None:
    last = len(own.stacked.shape) if own.stacked.shape is not None else -1
    if node.args[1] not in (-1, last):
        raise Uncarried(f"dim = {node.args[1]}; it runs over the units of a layer here")
    own.stacked.activation(word)


def _with_setting(key: str, usual: float) -> Callable[[ExportedGraph, Any, str], None]:
    """An activation with one number."""

    def read_one(own: ExportedGraph, node: Any, word: str) -> None:
        if len(node.args) > 2:
            raise Uncarried("scales of its own")
        own.stacked.activation((word, {key: float(argument(node, 1, usual))}))

    return read_one


def _gelu(own: ExportedGraph, node: Any, word: str) -> None:
    approximate = argument(node, 1, "none", "approximate")
    if approximate != "none":
        raise Uncarried(f"approximate = {approximate!r}; here it is z·Φ(z)")
    own.stacked.activation(word)


def _softplus(own: ExportedGraph, node: Any, word: str) -> None:
    if argument(node, 1, 1) != 1:
        raise Uncarried(f"beta = {node.args[1]}; it is 1 here")
    own.stacked.activation(word)


def _activation(own: ExportedGraph, node: Any, word: str) -> None:
    """An operator of one thing without settings is an activation, if the table knows its name."""
    if len(node.args) != 1 or node.kwargs:
        raise Uncarried("no kind of layer that is known here")
    own.stacked.activation(word)


def _nothing(own: ExportedGraph, node: Any, word: str) -> None:
    """What enters is what it gives."""


READERS: Final[Mapping[str, Callable[[ExportedGraph, Any, str], None]]] = {
    OTHER: _activation,
    "aten.linear.default": _linear,
    **dict.fromkeys(("aten.matmul.default", "aten.mm.default"), _matmul),
    "aten.addmm.default": _addmm,
    BIAS: _add,
    **dict.fromkeys(
        ("aten.conv1d.default", "aten.conv2d.default", "aten.conv1d.padding", "aten.conv2d.padding"), _conv
    ),
    **dict.fromkeys(("aten.max_pool1d.default", "aten.max_pool2d.default"), _max_pool),
    **dict.fromkeys(("aten.avg_pool1d.default", "aten.avg_pool2d.default"), _mean_pool),
    **dict.fromkeys(("aten.adaptive_avg_pool1d.default", "aten.adaptive_avg_pool2d.default"), _over_all),
    "aten.mean.dim": _mean,
    "aten.batch_norm.default": _batch_norm,
    "aten.layer_norm.default": _layer_norm,
    "aten.embedding.default": _embedding,
    **dict.fromkeys(("aten.lstm.input", "aten.gru.input", "aten.rnn_tanh.input", "aten.rnn_relu.input"), _recurrent),
    ITEM: _item,
    "aten.select.int": _select,
    "aten.slice.Tensor": _slice,
    "aten.flatten.using_ints": _flatten,
    **dict.fromkeys(("aten.view.default", "aten.reshape.default"), _view),
    **dict.fromkeys(("aten.dropout.default", "aten.feature_dropout.default", "aten.alpha_dropout.default"), _dropout),
    "aten.softmax.int": _softmax,
    "aten.leaky_relu.default": _with_setting("slope", 0.01),
    "aten.elu.default": _with_setting("alpha", 1.0),
    "aten.gelu.default": _gelu,
    "aten.softplus.default": _softplus,
    **dict.fromkeys(("aten.contiguous.default", "aten.clone.default", "aten.detach.default"), _nothing),
}
"""What reads each operator."""
