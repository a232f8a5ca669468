"""A solution goes in; its network as a graph of ONNX comes out, in single precision, as runtimes compute: from rows to outputs, without the
loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from derivegen.errors import MissingPart
from derivegen.interop.models.gates import WORDS, both_biases, joined
from derivegen.interop.models.leaving import ALONE, Leaving, left
from derivegen.interop.models.model import Losses, Uncarried
from derivegen.interop.models.onnx_recurrent import PEEPHOLES
from derivegen.network.also_called import activation_here, kind_here
from derivegen.network.tables.layer_kinds import DENSE, LAYER_KINDS
from derivegen.on_use import numpy
from derivegen.render.pages import Solved

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

LIBRARY: Final = "onnx"
OPSET, VERSION = 20, 9
"""The operators' version, the first with all of them, and that of the file."""
FUNCTIONS: Final = {
    activation_here(word): word
    for word in ("Sigmoid", "Tanh", "Relu", "LeakyRelu", "Elu", "Softplus", "Softmax", "Gelu")
}
"""The operator of each activation that has one."""
STEPS: Final = "time"
UNIT = "unit"


def written(solved: Solved) -> bytes:
    """The file. Raises InputError, MissingPart."""
    if not find_spec("onnx"):
        raise MissingPart('onnx writes such files: pip install "derivegen[import-onnx]"')
    from onnx import checker

    own = left(solved.trace)
    graph = _Graph(own.enters, own.looked_up)
    losses = Losses()
    for layer in own.chain:
        with losses.of(f"layer {layer.number} ({layer.kind or layer.function})"):
            graph.put(layer)
    losses.check()
    made = graph.model(solved.trace.graph.network.title, _sizes(solved))
    checker.check_model(made)
    content: bytes = made.SerializeToString()
    return content


def _sizes(solved: Solved) -> list[int]:
    return [int(axis.size) for axis in solved.trace.graph.families["x"].axes if axis.counts != "example"]


class _Graph:
    """The graph while layers are put into it. `axes` are what counts the running array, behind the rows."""

    def __init__(self, enters: tuple[str, ...], looked_up: bool) -> None:
        self.nodes: list[Any] = []
        self.arrays: dict[str, Array] = {}
        self.axes, self.looked_up = list(enters), looked_up
        self.now = "input"

    def put(self, layer: Leaving) -> None:
        """One layer. Raises Uncarried."""
        if layer.kind == ALONE:
            self.function(layer)
            return
        writer = _WRITERS.get(layer.kind)
        if writer is None:
            raise Uncarried("there is no operator that is the same")
        writer(self, layer)

    def node(self, word: str, *more: str, **attributes: Any) -> None:
        """An operator on the running array."""
        from onnx import helper

        made = f"{word.lower()}_{len(self.nodes) + 1}"
        self.nodes.append(helper.make_node(word, [self.now, *more], [made], made, **attributes))
        self.now = made

    def array(self, layer: Leaving, name: str, numbers: Any) -> str:
        """The name of an array that stands in the file."""
        made = f"layer{layer.number}.{name}"
        array = numpy.asarray(numbers)
        self.arrays[made] = array if array.dtype.kind == "i" else array.astype(numpy.float32)
        return made

    def function(self, layer: Leaving) -> None:
        """The activation of a layer. Raises Uncarried."""
        if not layer.activates:
            return
        word = FUNCTIONS.get(layer.function)
        if word is None:
            raise Uncarried(f"there is no operator for the activation {layer.function}")
        own = {"alpha": next(iter(layer.settings.values()))} if layer.settings else {}
        self.node(word, **own)

    def model(self, title: str, sizes: list[int]) -> Any:
        """The whole."""
        from onnx import TensorProto, helper, numpy_helper

        kind = TensorProto.INT64 if self.looked_up else TensorProto.FLOAT
        entering = helper.make_tensor_value_info("input", kind, ["rows", *sizes])
        leaving = helper.make_tensor_value_info(self.now, TensorProto.FLOAT, ["rows", *self.axes])
        held = [numpy_helper.from_array(array, name) for name, array in self.arrays.items()]
        graph = helper.make_graph(self.nodes, title or "network", [entering], [leaving], held)
        opsets = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=VERSION, producer_name="derivegen")


def _dense(graph: _Graph, layer: Leaving) -> None:
    weights = layer.arrays["w"]
    bias = layer.arrays.get("b")
    if len(graph.axes) == 1:
        more = [] if bias is None else [graph.array(layer, "bias", bias)]
        graph.node("Gemm", graph.array(layer, "weight", weights), *more, transB=1)
    else:
        graph.node("MatMul", graph.array(layer, "weight", weights.T))
        if bias is not None:
            graph.node("Add", graph.array(layer, "bias", bias))
    graph.function(layer)


def _embedding(graph: _Graph, layer: Leaving) -> None:
    """Words are counted from 0 there."""
    from onnx import helper

    table = graph.array(layer, "weight", layer.arrays["E"])
    made = f"gather_{len(graph.nodes) + 1}"
    graph.nodes.append(helper.make_node("Gather", [table, graph.now], [made], made, axis=0))
    graph.now, graph.axes = made, [*graph.axes, UNIT]


def _recurrent(graph: _Graph, layer: Leaving) -> None:
    """Steps come first in the operator, and directions have an axis of their own."""
    count = {kind_here(word): count for count, word in WORDS.items()}[layer.kind]
    ends = [end for end in ("", "_b") if layer.way("u", end)]
    units = len(next(iter(layer.way("u").values())))

    def stacked(stem: str) -> Array:
        return numpy.stack([joined(layer.way(stem, end), LIBRARY, count) for end in ends])

    more = [graph.array(layer, "w", stacked("w")), graph.array(layer, "r", stacked("u"))]
    if layer.way("b"):
        both = [numpy.concatenate(both_biases(layer.way("b", end), LIBRARY, count)) for end in ends]
        more.append(graph.array(layer, "b", numpy.stack(both)))
    if layer.section.get("peephole"):
        seen = [numpy.concatenate([layer.way("v", end)[gate] for gate in PEEPHOLES]) for end in ends]
        more += [""] * (6 - len(more)) + [graph.array(layer, "p", numpy.stack(seen))]
    graph.node("Transpose", perm=[1, 0, 2])
    graph.node(_OPERATORS[count], *more, hidden_size=units, **_recurrent_options(layer, count, len(ends)))
    if len(ends) == 1:
        graph.node("Squeeze", graph.array(layer, "axes", numpy.array([1])))
    else:
        graph.node("Transpose", perm=[0, 2, 1, 3])
        graph.node("Reshape", graph.array(layer, "shape", numpy.array([0, 0, -1])))
    graph.node("Transpose", perm=[1, 0, 2])


def _recurrent_options(layer: Leaving, count: int, directions: int) -> dict[str, Any]:
    own: dict[str, Any] = {"direction": "bidirectional"} if directions > 1 else {}
    if count == 1:
        word = FUNCTIONS.get(layer.function)
        if word is None or layer.settings:
            raise Uncarried(f"the activation {layer.function} in its steps")
        own["activations"] = [word] * directions
    if count == 3:
        own["linear_before_reset"] = int(layer.section.get("reset") != "before")
    return own


def _windows(graph: _Graph, layer: Leaving) -> dict[str, Any]:
    """A pool moves by its own size, where nothing else is said."""
    directions = len(graph.axes) - 1
    size = _each(layer.section["size"], directions)
    usual = {"stride": 1 if "w" in layer.arrays else size, "padding": 0, "dilation": 1}
    own = {key: _each(layer.section.get(key, value), directions) for key, value in usual.items()}
    apart = {"dilations": own["dilation"]} if own["dilation"] != [1] * directions else {}
    return {"kernel_shape": size, "strides": own["stride"], "pads": own["padding"] * 2, **apart}


def _each(value: Any, directions: int) -> list[int]:
    return [*value] if isinstance(value, list | tuple) else [int(value)] * directions


def _conv(graph: _Graph, layer: Leaving) -> None:
    more = [graph.array(layer, "bias", layer.arrays["b"])] if "b" in layer.arrays else []
    graph.node("Conv", graph.array(layer, "weight", layer.arrays["w"]), *more, **_windows(graph, layer))
    graph.function(layer)


def _max_pool(graph: _Graph, layer: Leaving) -> None:
    graph.node("MaxPool", **_windows(graph, layer))


def _average_pool(graph: _Graph, layer: Leaving) -> None:
    graph.node("AveragePool", **_windows(graph, layer), count_include_pad=1)


def _flatten(graph: _Graph, layer: Leaving) -> None:
    graph.node("Flatten", axis=1)
    graph.axes = [UNIT]


def _mean(graph: _Graph, layer: Leaving) -> None:
    """Over all steps, or over all places of each channel."""
    steps = graph.axes[0] == STEPS
    over = [1] if steps else [*range(2, len(graph.axes) + 1)]
    graph.node("ReduceMean", graph.array(layer, "axes", numpy.array(over)), keepdims=0)
    graph.axes = [UNIT]


def _last(graph: _Graph, layer: Leaving) -> None:
    graph.node("Gather", graph.array(layer, "last", numpy.array(-1)), axis=1)
    graph.axes = [UNIT]


def _batch_norm(graph: _Graph, layer: Leaving) -> None:
    if not {"m", "v"} <= layer.arrays.keys():
        raise Uncarried("it normalises each batch by its own mean; runtimes use those that were kept: running = true")
    if len(graph.axes) == 2 and graph.axes[0] == STEPS:
        raise Uncarried("units of steps; the operator takes the axis behind the rows for channels")
    more = [graph.array(layer, name, layer.arrays[name]) for name in "gbmv"]
    graph.node("BatchNormalization", *more, epsilon=_epsilon(layer))


def _layer_norm(graph: _Graph, layer: Leaving) -> None:
    more = [graph.array(layer, name, layer.arrays[name]) for name in "gb" if name in layer.arrays]
    graph.node("LayerNormalization", *more, axis=-1, epsilon=_epsilon(layer))


def _epsilon(layer: Leaving) -> float:
    usual = LAYER_KINDS[layer.kind].defaults["epsilon"]
    return float(layer.section.get("epsilon", usual))


_OPERATORS: Final = {1: "RNN", 3: "GRU", 4: "LSTM"}
_WRITERS: Final[Mapping[str, Callable[[_Graph, Leaving], None]]] = {
    DENSE.name: _dense,
    **{
        kind_here(word): writer
        for word, writer in (
            ("Embedding", _embedding),
            *((word, _recurrent) for word in WORDS.values()),
            ("Conv1d", _conv),
            ("MaxPool1d", _max_pool),
            ("AvgPool1d", _average_pool),
            ("Flatten", _flatten),
            ("GlobalAveragePooling", _mean),
            ("LastStep", _last),
            ("BatchNorm", _batch_norm),
            ("LayerNorm", _layer_norm),
        )
    },
}
"""What writes each kind of layer."""
