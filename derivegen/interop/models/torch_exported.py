"""A program of `torch.export` goes in as an object; its layers come out: its graph says every operator with its settings, so that classes
of one's own can be read, whose forward is code. PyTorch is not imported, and nothing of the program is run."""

from __future__ import annotations

from typing import Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import Model, Uncarried
from derivegen.interop.models.stacked import Stacked
from derivegen.interop.models.torch_modules import array
from derivegen.interop.models.torch_operators import BIAS, ITEM, OTHER, READERS, argument

HOME: Final = "aten."
HELD: Final = ("PARAMETER", "BUFFER")


def fits(source: object) -> bool:
    """Whether an object is an exported program."""
    return hasattr(source, "graph_signature") and type(source).__module__.startswith("torch.export")


def read(source: Any, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    return _Followed(source, said).model()


class _Followed:
    """The graph while it is followed from its input on: `now` is the name of what the last layer gives."""

    def __init__(self, source: Any, said: ModelOptions) -> None:
        self.graph, signature = source.graph, source.graph_signature
        specs = {each.arg.name: each for each in signature.input_specs}
        state = source.state_dict
        self.held = {name: state[each.target] for name, each in specs.items() if each.kind.name in HELD}
        entering = [name for name, each in specs.items() if each.kind.name == "USER_INPUT"]
        self.leaving = [each.arg.name for each in signature.output_specs if each.kind.name == "USER_OUTPUT"]
        if len(entering) != 1:
            raise InputError(f"found {len(entering)} inputs ({', '.join(entering) or 'none'}); expected one")
        (self.now,) = entering
        self.zeros: set[str] = set()
        self.pending: Any = None
        self.stacked = Stacked(said.shape or self._sizes(self.now))

    def _sizes(self, name: str) -> tuple[int, ...] | None:
        """The sizes of one row of what a node gives, as they were when the program was exported."""
        value = next((each.meta.get("val") for each in self.graph.nodes if each.name == name), None)
        return None if value is None else tuple(int(each) for each in value.shape[1:])

    def model(self) -> Model:
        """What the graph came to. Raises InputError."""
        for node in self.graph.nodes:
            if node.op == "call_function" and (len(node.users) or node.name in self.leaving):
                with self.stacked.losses.of(f"{node.name} ({node.target})"):
                    self._node(node)
        with self.stacked.losses.of("the output"):
            self.settle()
            if self.leaving != [self.now]:
                raise Uncarried(
                    f"{', '.join(self.leaving) or 'nothing'} is not what the chain of operators gives alone"
                )
        return self.stacked.model()

    def _node(self, node: Any) -> None:
        target = str(node.target).replace("_.", ".")  # what an operator does in place is what it does
        own = target.startswith(HOME)
        if not own and getattr(node.target, "__name__", "") != ITEM:
            raise Uncarried("an operator that is not one of PyTorch's own")
        key, word = (target, target.split(".")[1]) if own else (ITEM, ITEM)
        if word == "zeros":
            self.zeros.add(node.name)
            return
        if self.pending is not None and key != BIAS:
            self.settle()
        if self.now not in [getattr(each, "name", None) for each in node.args]:
            raise Uncarried(f"it takes something else than {self.now}, what the layer before gives; the graph branches")
        try:
            READERS.get(key, READERS[OTHER])(self, node, word)
        finally:  # one operator that cannot be carried is no fault of those behind it
            self.now = node.name

    def tensor(self, node: Any, place: int) -> Any:
        """An argument that is a parameter or a buffer, or none. Raises Uncarried."""
        found = argument(node, place, None)
        return None if found is None else self.numbers(found)

    def numbers(self, found: Any) -> Any:
        """The numbers of a parameter or a buffer. Raises Uncarried."""
        name = getattr(found, "name", "")
        if name not in self.held:
            raise Uncarried(f"{name or found} is computed, where numbers are expected")
        return array(self.held[name])

    def settle(self) -> None:
        """A product without a bias behind it is a layer without biases."""
        if self.pending is not None:
            weights, self.pending = self.pending, None
            self.stacked.dense(weights, None)
