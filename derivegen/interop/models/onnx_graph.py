"""A graph of ONNX is followed from its input on, one operator after another, and with it what each axis of the running array is: examples
(b), steps (t), directions (d), units or channels (k), places (m, n), so that the transpositions and squeezings that exporters put around
recurrent layers are understood and not guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, Uncarried
from derivegen.interop.models.stacked import Stacked
from derivegen.on_use import numpy

OLDEST: Final = 7
OF_ONNX: Final = ("", "ai.onnx")
_FULL: Final = {2: ("b", "k"), 3: ("b", "t", "k"), 4: ("b", "k", "m", "n")}
OTHER: Final = ""
"""Under what a table of readers has the one of any other operator."""
SCALING: Final = ("Add", "Sub", "Mul", "Div")
"""What works on every number alone: together (x − m)/d."""
NORMALISED: Final = (
    "what it takes off and divides by is a batch_norm with g = 1 and b = 0 here: keep them out of training with frozen"
)
LAST: Final = "last"
"""What the axes of one step begin with, in place of the examples' own."""


class Followed:
    """The graph while it is followed."""

    def __init__(self, graph: Any, opset: int, said: ModelOptions, readers: Readers) -> None:
        self.graph, self.opset, self.readers = graph, opset, readers
        self.constants: dict[str, Any] = {}
        held = {each.name: each for each in graph.initializer}
        self.nodes = _of_the_network(graph)
        read = {name for node in self.nodes for name in node.input}
        entering = [each for each in graph.input if each.name not in held]
        entering = [each for each in entering if each.name in read] or entering
        if len(entering) != 1:
            names = ", ".join(each.name for each in entering) or "none"
            raise InputError(f"found {len(entering)} inputs ({names}); expected one")
        self.held = held
        sizes = [each.dim_value or None for each in entering[0].type.tensor_type.shape.dim]
        self.batch = sizes[0] if sizes else None
        self.now, self.axes = entering[0].name, _FULL.get(len(sizes), ())
        self.stacked = Stacked(said.shape or (sizes[1:] or None))
        self.pending: Any = None
        self.scaled: tuple[Any, Any] | None = None
        self.both = self.steps_first = self.turned = False
        self.width = 0

    def model(self) -> Model:
        """What the graph came to. Raises InputError."""
        for place, node in enumerate(self.nodes, 1):
            with self.stacked.losses.of(f"{node.name or f'node {place}'} ({node.op_type})"):
                self._node(node)
        with self.stacked.losses.of("the output"):
            self._settle()
            if [each.name for each in self.graph.output[:1]] != [self.now]:
                raise Uncarried(
                    f"{self.graph.output[0].name if self.graph.output else 'nothing'} is not what the chain of operators gives"
                )
            if (
                self.axes
                and self.axes[0] not in ("b", LAST)
                and not (self.steps_first and self.axes == ("t", "b", "k"))
            ):
                raise Uncarried(f"its axes stand in the order {', '.join(self.axes)}; examples come first here")
        return self.stacked.model()

    def _node(self, node: Any) -> None:
        if node.domain not in OF_ONNX:
            raise Uncarried(f"an operator of {node.domain}, which is not one of ONNX")
        own = {each.name: _attribute(each) for each in node.attribute}
        if node.op_type == "Constant":
            kinds = ("value", "value_ints", "value_floats", "value_int", "value_float")
            self.constants[node.output[0]] = next((own[key] for key in kinds if key in own), None)
            return
        if self._is_aside(node):
            self._aside(node, own)
            return
        reader = self.readers.get(node.op_type, self.readers[OTHER])
        self._settle(node.op_type)
        if self.now not in node.input:
            raise Uncarried(
                f"it takes {', '.join(node.input)}, where {self.now} is what the layer before gives; the graph branches"
            )
        try:
            reader(self, node, own)
        finally:  # one operator that cannot be carried is no fault of those behind it
            self.now = node.output[0]

    def _is_aside(self, node: Any) -> bool:
        """Whether a node works on sizes and constants alone, and not on what the layers give."""
        known = {*self.held, *self.constants, ""}
        return node.op_type == "Shape" or all(name in known for name in node.input)

    def _aside(self, node: Any, own: Mapping[str, Any]) -> None:
        """What exporters work out of sizes, such as that of a state of zeros; a size is 0 here, which means as many as there are."""
        if node.op_type == "Shape":
            if node.input[0] != self.now:
                raise Uncarried("the sizes of something else than what the layer before gives")
            made: Any = numpy.zeros(len(self.axes), dtype=int)
        else:
            found = [self.tensor(node, place) for place in range(len(node.input))]
            made = _of_constants(node, found, own)
        self.constants[node.output[0]] = made

    def tensor(self, node: Any, place: int) -> Any:
        """An input of a node that is a constant, or none."""
        name = node.input[place] if place < len(node.input) else ""
        if not name:
            return None
        if name in self.constants:
            return self.constants[name]
        if name not in self.held:
            raise Uncarried(f"{name[:80]} is computed, where numbers are expected")
        return _numbers(self.held[name])

    def _settle(self, by: str = "") -> None:
        """A product without a bias behind it is a layer without biases, and what is taken off and divided by a normalisation with numbers
        that stay; the operator that comes next may still belong to them."""
        if self.pending is not None and by != "Add":
            weights, self.pending = self.pending, None
            self.stacked.dense(weights, None)
        if self.scaled is not None and by not in SCALING:
            (mean, deviation), self.scaled = self.scaled, None
            if not (deviation > 0).all():
                raise Uncarried("a product with numbers that are not above 0")
            self.stacked.norm("BatchNormalization", None, None, 0.0, (mean, deviation**2))
            self.stacked.remarks.append(NORMALISED)


def _of_the_network(graph: Any) -> list[Any]:
    """The nodes without those that hand an input on as an output of its own, as exports of agents do with a state they do not have."""
    inputs, outputs = ({each.name for each in part} for part in (graph.input, graph.output))
    return [
        node
        for node in graph.node
        if not (node.op_type == "Identity" and node.input[0] in inputs and node.output[0] in outputs)
    ]


def _attribute(attribute: Any) -> Any:
    import onnx

    value = onnx.helper.get_attribute_value(attribute)
    if attribute.type == onnx.AttributeProto.TENSOR:
        return _numbers(value)
    if attribute.type in (onnx.AttributeProto.STRING, onnx.AttributeProto.STRINGS):
        return (
            value.decode("utf-8", "replace")
            if isinstance(value, bytes)
            else [each.decode("utf-8", "replace") for each in value]
        )
    return value


def _numbers(tensor: Any) -> Any:
    """The numbers of a tensor, which have to stand in the file itself."""
    import onnx

    if tensor.data_location == onnx.TensorProto.EXTERNAL or len(tensor.external_data):
        raise Uncarried(
            f"tensor {tensor.name[:80]!r} keeps its numbers in another file, which is not opened; save the model as one file"
        )
    try:
        return onnx.numpy_helper.to_array(tensor)
    except Exception:  # whatever it meets in numbers that are not as many as the sizes say
        raise Uncarried(
            f"tensor {tensor.name[:80]!r} has not as many numbers as its sizes {[*tensor.dims]} say"
        ) from None


def _of_constants(node: Any, found: list[Any], own: Mapping[str, Any]) -> Any:
    """The few operators on constants that stand around layers. Raises Uncarried."""
    word = node.op_type
    if word == "Gather" and own.get("axis", 0) == 0:
        return numpy.asarray(found[0])[found[1]]
    if word == "Unsqueeze":
        return numpy.asarray(found[0]).reshape(-1)
    if word == "Concat":
        return numpy.concatenate([numpy.asarray(each).reshape(-1) for each in found])
    if word in ("Expand", "ConstantOfShape"):
        value = found[0] if word == "Expand" else own.get("value", 0)
        if not numpy.any(value):
            return numpy.zeros(1)
    if word == "Transpose":
        return numpy.asarray(found[0]).transpose(own.get("perm"))
    if word in ("Identity", "Cast"):
        return found[0]
    raise Uncarried("an operator on constants alone; simplify the model when it is exported")


def short(number: float) -> float:
    """A single precision number by its shortest decimal."""
    return float(str(numpy.float32(number)))


Reader = Callable[[Followed, Any, Mapping[str, Any]], None]
Readers = Mapping[str, Reader]
