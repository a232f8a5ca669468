"""The operators of ONNX that are layers, or stand around them: what each does to what is followed. Attributes and their defaults are those
of the specification, opset 7 on."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, Final

from derivegen.interop.models.model import Uncarried
from derivegen.interop.models.onnx_graph import OTHER, Followed, Readers, short
from derivegen.interop.models.onnx_recurrent import recurrent
from derivegen.on_use import numpy


def _rows(followed: Followed) -> None:
    """A layer of units works on the last axis, behind the examples. Raises Uncarried."""
    if followed.axes and (followed.axes[-1] != "k" or "d" in followed.axes):
        raise Uncarried(f"axes in the order {', '.join(followed.axes)}, where units are expected last")


def _gemm(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    _rows(followed)
    if own.get("transA") or node.input[0] != followed.now:
        raise Uncarried("the transpose of what enters, or what enters on the right")
    weights, bias = followed.tensor(node, 1), followed.tensor(node, 2)
    alpha, beta = own.get("alpha", 1.0), own.get("beta", 1.0)
    weights = (weights if own.get("transB") else weights.T) * (alpha if alpha != 1 else 1)
    followed.stacked.dense(weights, None if bias is None else bias.reshape(-1) * (beta if beta != 1 else 1))


def _matmul(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    _rows(followed)
    if node.input[0] != followed.now:
        raise Uncarried("what enters stands on the right of the product; rows come first here")
    weights = followed.tensor(node, 1)
    if weights.ndim != 2:
        raise Uncarried(f"a product with an array of {weights.ndim} dimensions")
    followed.pending = weights.T


def _add(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """The biases of a product before; else what is added to every row."""
    if followed.pending is None:
        _scale(followed, node, own)
        return
    bias = followed.tensor(node, 1 - [*node.input].index(followed.now)).reshape(-1)
    weights, followed.pending = followed.pending, None
    followed.stacked.dense(weights, bias)


def _scale(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """(x − m)/d with numbers that are the same in every row, and what comes to m and d by a further one, c."""
    _rows(followed)
    place = 1 - [*node.input].index(followed.now)
    c = numpy.asarray(followed.tensor(node, place), dtype=float)
    if place == 0 and node.op_type in ("Sub", "Div"):
        raise Uncarried("what enters is taken from numbers, or divides them")
    if len(followed.axes) > 2 or c.size not in (1, *c.shape[-1:]):
        raise Uncarried("numbers that are not one for each unit; normalise such inputs before the model")
    width = c.size if c.size > 1 else (followed.stacked.shape or (None,))[-1]
    if width is None:
        raise Uncarried("how many numbers enter is not said; give --inputs")
    mean, deviation = followed.scaled or (numpy.zeros(width), numpy.ones(width))
    c = c.reshape(-1)
    match node.op_type:
        case "Sub" | "Add":
            mean = mean + (deviation * c if node.op_type == "Sub" else -deviation * c)
        case _ if (c == 0).any():
            raise Uncarried("a product with 0")
        case "Mul":
            deviation = deviation / c
        case _:
            deviation = deviation * c
    followed.scaled = mean, deviation


def _window(followed: Followed, node: Any, own: Mapping[str, Any], directions: int) -> dict[str, Any]:
    padding: Any = "same"
    if own.get("auto_pad", "NOTSET") in ("NOTSET", "VALID"):
        pads = own.get("pads") or [0] * directions * 2
        padding = [*zip(pads[:directions], pads[directions:], strict=True)]
    elif own["auto_pad"] != "SAME_UPPER":
        raise Uncarried(f"auto_pad = {own['auto_pad']}; export it with pads")
    if own.get("ceil_mode"):
        raise Uncarried("ceil_mode = 1; windows lie within the places here")
    return {
        "stride": [*(own.get("strides") or [1] * directions)],
        "padding": padding,
        "dilation": [*(own.get("dilations") or [1] * directions)],
    }


def _maps(followed: Followed, directions: int) -> None:
    """What enters are channels × places."""
    if not followed.stacked.sections and len(followed.axes) == directions + 2:
        followed.axes = ("b", "k", "m", "n")[: directions + 2]
    if followed.axes != ("b", "k", "m", "n")[: directions + 2]:
        raise Uncarried(f"axes in the order {', '.join(followed.axes)}, where channels × places are expected")


def _conv(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    kernel = followed.tensor(node, 1)
    if own.get("group", 1) != 1:
        raise Uncarried(f"group = {own['group']}; every channel here reads all channels")
    _maps(followed, kernel.ndim - 2)
    followed.stacked.conv(kernel, followed.tensor(node, 2), **_window(followed, node, own, kernel.ndim - 2))


def _pool(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    size = [*own["kernel_shape"]]
    _maps(followed, len(size))
    if len(node.output) > 1 and node.output[1]:
        raise Uncarried("the places of the greatest are used, too")
    counts = bool(own.get("count_include_pad", 0))
    followed.stacked.pool(node.op_type, size, padding_counts=counts, **_window(followed, node, own, len(size)))


def _over_all(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    _maps(followed, len(followed.axes) - 2)
    followed.stacked.over_all()
    followed.axes = ("b", "k", *("1",) * (len(followed.axes) - 2))


def _reduce_mean(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """The mean over all steps, or over all places of each channel. Raises Uncarried."""
    axes = own.get("axes") if followed.opset < 18 else followed.tensor(node, 1)
    if axes is None:
        raise Uncarried("axes are not said")
    over = {int(each) % len(followed.axes) for each in axes}
    if over != {place for place, each in enumerate(followed.axes) if each in ("t", "m", "n")}:
        raise Uncarried(f"it runs over axes {sorted(over)}; a mean here runs over all steps or all places")
    followed.stacked.over_all()
    kept = own.get("keepdims", 1)
    axes = ("1" if place in over else each for place, each in enumerate(followed.axes) if kept or place not in over)
    followed.axes = tuple(axes)


def _flatten(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    if own.get("axis", 1) != 1:
        raise Uncarried(f"axis = {own['axis']}; a whole row is flattened here")
    _flat(followed)


def _flat(followed: Followed) -> None:
    if followed.axes[2:] and "1" not in followed.axes:
        followed.stacked.flatten()
    followed.axes = ("b", "k")


def _reshape(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """Everything of a row one after another, or both directions side by side."""
    wanted = [int(each) for each in followed.tensor(node, 1).reshape(-1)]
    if own.get("allowzero") and 0 in wanted:
        raise Uncarried("a shape with sizes of 0")
    sizes = followed.stacked.shape
    flat = prod(int(each or 0) for each in sizes) if sizes is not None and None not in sizes else None
    rows = followed.batch if followed.batch is not None else 0
    if (
        followed.axes == ("t", "b", "d", "k")
        and len(wanted) == 3
        and wanted[2] in (-1, followed.width * (1 + followed.both))
    ):
        followed.axes = ("t", "b", "k")
    elif followed.axes[:1] == ("b",) and len(wanted) == 2 and (wanted[0] in (0, rows) or wanted[1] == flat):
        if wanted[1] not in (-1, flat):
            raise Uncarried(f"a shape of {wanted}, where a row has {flat} numbers")
        _flat(followed)
    else:
        raise Uncarried(f"a shape of {wanted}; what is understood flattens whole rows")


def _transpose(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    followed.turned = True
    order = own.get("perm") or [*range(len(followed.axes))][::-1]
    followed.axes = tuple(followed.axes[place] for place in order)


def _squeeze(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    axes = own.get("axes") if followed.opset < 13 else followed.tensor(node, 1)
    if axes is None:
        raise Uncarried("axes are not said")
    gone = {int(each) % len(followed.axes) for each in axes}
    if any(followed.axes[place] not in ("d", "1") for place in gone) or (followed.both and "d" in followed.axes):
        raise Uncarried("an axis that is no single direction")
    followed.axes = tuple(each for place, each in enumerate(followed.axes) if place not in gone)


def _gather(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """One step of all: the last."""
    axis, index = own.get("axis", 0), followed.tensor(node, 1)
    if node.input[0] != followed.now:
        _embedding(followed, node)
    elif followed.axes[axis] == "t" and index.size == 1 and int(index.reshape(-1)[0]) == -1 and index.ndim == 0:
        followed.stacked.last()
        followed.axes = tuple(each for place, each in enumerate(followed.axes) if place != axis % len(followed.axes))
    else:
        raise Uncarried("it takes other members than the last step")


def _embedding(followed: Followed, node: Any) -> None:
    followed.stacked.embedding(followed.tensor(node, 0))
    followed.axes = ("b", "t", "k")


def _lookup(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    if node.input[0] in followed.held and node.input[1] == followed.now and own.get("axis", 0) == 0:
        _embedding(followed, node)
    else:
        _gather(followed, node, own)


def _batch_norm(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    if own.get("training_mode"):
        raise Uncarried("training_mode = 1; export the model as it is used")
    g, b, mean, variance = (followed.tensor(node, place) for place in (1, 2, 3, 4))
    if not followed.stacked.sections and len(followed.axes) == 3:
        followed.axes = ("b", "k", "m")
    followed.stacked.norm(node.op_type, g, b, short(own.get("epsilon", 1e-5)), (mean, variance))


def _layer_norm(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    _rows(followed)
    if own.get("axis", -1) not in (-1, len(followed.axes) - 1):
        raise Uncarried(f"axis = {own['axis']}; one row of units is normalised here")
    followed.stacked.norm(
        node.op_type, followed.tensor(node, 1), followed.tensor(node, 2), short(own.get("epsilon", 1e-5))
    )


def _softmax(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """Up to opset 12 it runs over all axes from `axis` = 1 on, afterwards over one, the last."""
    axis = own.get("axis", 1 if followed.opset < 13 else -1)
    if axis not in (-1, len(followed.axes) - 1) or followed.axes[-1] != "k":
        over = "all axes from" if followed.opset < 13 else "axis"
        raise Uncarried(f"it runs over {over} {axis}; over the units of a layer here")
    followed.stacked.activation(node.op_type)


def _leaky(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    followed.stacked.activation((node.op_type, {"slope": short(own.get("alpha", 0.01))}))


def _elu(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    followed.stacked.activation((node.op_type, {"alpha": short(own.get("alpha", 1.0))}))


def _gelu(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    if own.get("approximate", "none") != "none":
        raise Uncarried(f"approximate = {own['approximate']}; here it is z·Φ(z)")
    followed.stacked.activation(node.op_type)


def _dropout(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    followed.stacked.dropout(node.name or node.op_type)


def _nothing(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """What enters is what it gives."""


def _activation(followed: Followed, node: Any, own: Mapping[str, Any]) -> None:
    """An operator without numbers and settings is an activation, if the table knows its name."""
    if own or len(node.input) != 1:
        raise Uncarried("no kind of layer that is known here")
    followed.stacked.activation(node.op_type)


READERS: Final[Readers] = {
    OTHER: _activation,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Add": _add,
    **dict.fromkeys(("Sub", "Mul", "Div"), _scale),
    "Conv": _conv,
    **dict.fromkeys(("MaxPool", "AveragePool"), _pool),
    "GlobalAveragePool": _over_all,
    "ReduceMean": _reduce_mean,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Gather": _lookup,
    **dict.fromkeys(("RNN", "LSTM", "GRU"), recurrent),
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "Softmax": _softmax,
    "LeakyRelu": _leaky,
    "Elu": _elu,
    "Gelu": _gelu,
    "Dropout": _dropout,
    **dict.fromkeys(("Identity", "Cast"), _nothing),
}
"""What reads each operator."""
