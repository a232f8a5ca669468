"""Models saved by the real libraries come back with the loss and the derivatives that those libraries computed:
`tests/thorough/record_models.py` recorded them, and says by hand where each array goes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.api import load
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.interop.models.bring import bring
from derivegen.interop.models.file import table
from derivegen.interop.models.model import Uncarried
from derivegen.interop.models.stacked import Stacked
from derivegen.network.graph import build
from tests.calculus.test_layer_kinds import array_of

MODELS = Path(__file__).parent / "models"
RECORDED = {path.stem: path for path in sorted(MODELS.glob("*.json"))}
NEEDS = {".keras": "h5py", ".h5": "h5py", ".onnx": "onnx"}


def torch_module(described: dict[str, Any]) -> Any:
    """What stands in for a module of PyTorch where that is not installed: its class by name, its attributes, its arrays."""
    arrays = {key: None if each is None else Tensor(each) for key, each in described["arrays"].items()}
    children = [(key, torch_module(child)) for key, child in described["children"]]
    methods = {
        "named_children": lambda self: iter(children),
        "state_dict": lambda self: arrays,
        "parameters": lambda self: (each for each in arrays.values() if each is not None),
        "named_parameters": lambda self: ((key, each) for key, each in arrays.items() if each is not None),
        **{name: lambda self: self for name in ("double", "cpu", "eval")},
    }
    made = type(described["class"], (), {"__module__": described["module"], **methods})()
    lists = {key: tuple(each) if isinstance(each, list) else each for key, each in described["attributes"].items()}
    vars(made).update(lists)
    for key, each in arrays.items():
        setattr(type(made), key, each)
    return made


class Tensor:
    """An array with the three methods by which a tensor gives one."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = numpy.array(numbers)

    def detach(self) -> Tensor:
        return self

    cpu = detach

    def numpy(self) -> Any:
        return self.numbers


def exported_program(told: dict[str, Any]) -> Any:
    """The same for a program of torch.export: its graph node by node, what enters and leaves it, its numbers."""
    nodes: dict[str, Any] = {}

    def argument(value: Any) -> Any:
        if isinstance(value, dict):
            return nodes[value["node"]]
        return [argument(each) for each in value] if isinstance(value, list) else value

    for each in told["nodes"]:
        target = type("Target", (), {"__str__": lambda self, own=each: own["target"], "__name__": each["word"]})()
        sizes = {} if each["sizes"] is None else {"val": SimpleNamespace(shape=each["sizes"])}
        nodes[each["name"]] = SimpleNamespace(
            op=each["op"],
            name=each["name"],
            target=target,
            users=[None] * each["users"],
            args=tuple(map(argument, each["args"])),
            kwargs=each["kwargs"],
            meta=sizes,
        )

    def spec(kind: str, name: str, target: str | None = None) -> Any:
        return SimpleNamespace(kind=SimpleNamespace(name=kind), arg=SimpleNamespace(name=name), target=target)

    signature = SimpleNamespace(
        input_specs=[spec(*each) for each in told["inputs"]], output_specs=[spec(*each) for each in told["outputs"]]
    )
    made = type("ExportedProgram", (), {"__module__": "torch.export.exported_program"})()
    vars(made).update(
        graph=SimpleNamespace(nodes=[*nodes.values()]),
        graph_signature=signature,
        state_dict={key: Tensor(each) for key, each in told["state"].items()},
    )
    return made


def equinox_module(described: dict[str, Any]) -> Any:
    """The same for Equinox and the functions of JAX."""
    if "array" in described:
        return numpy.array(described["array"])
    if "list" in described:
        return tuple(map(equinox_module, described["list"]))
    if "function" in described:
        return SimpleNamespace(__name__=described["function"], __module__=described["module"])
    if "value" in described:
        value = described["value"]
        return tuple(value) if isinstance(value, list) else value
    made = type(described["class"], (), {"__module__": described["module"]})()
    vars(made).update({key: equinox_module(each) for key, each in described["fields"].items()})
    return made


def arrays_of(tree: Any) -> Any:
    return {key: arrays_of(each) for key, each in tree.items()} if isinstance(tree, dict) else numpy.array(tree)


def source_of(recorded: dict[str, Any]) -> Any:
    if "file" in recorded:
        needed = NEEDS.get(Path(recorded["file"]).suffix)
        if needed is not None and find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
        return MODELS / recorded["file"]
    if "program" in recorded:
        return exported_program(recorded["program"])
    if "tree" in recorded:
        return arrays_of(recorded["tree"])
    library = recorded["library"].partition(" ")[0]
    return {"torch": torch_module, "equinox": equinox_module}[library](recorded["described"])


@pytest.mark.parametrize("name", RECORDED)
def test_a_model_comes_back_with_its_loss_and_derivatives(name: str) -> None:
    recorded = json.loads(RECORDED[name].read_text())
    more = {key: recorded[key] for key in ("activations", "layers") if key in recorded}
    if "loss" in recorded:
        steps = {"steps": "sum"} if numpy.ndim(recorded["targets"]) == 3 else {}
        more["loss"] = {"name": recorded["loss"], "reduction": "mean", **steps}
    network = load(source_of(recorded), inputs=recorded["inputs"], targets=recorded["targets"], **more)
    derivation = derive(build(network))
    numbers = Numbers(derivation)
    assert numbers["loss"] == pytest.approx(recorded["value"], rel=1e-6), recorded["library"]
    for family, expected in recorded["gradients"].items():
        found = array_of(derivation.graph.families[family], numbers, derivation.name_of)
        assert found == pytest.approx(numpy.array(expected), abs=1e-6), (family, recorded["library"])


PROGRAM = """
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T
np.random.seed(1)
syn0 = 2*np.random.random((3, 4)) - 1
syn1 = 2*np.random.random((4, 1)) - 1
for j in range(60000):
    l1 = 1/(1+np.exp(-(np.dot(X, syn0))))
    l2 = 1/(1+np.exp(-(np.dot(l1, syn1))))
    l2_delta = (y - l2)*(l2*(1-l2))
    l1_delta = l2_delta.dot(syn1.T) * (l1 * (1-l1))
    syn1 += l1.T.dot(l2_delta)
    syn0 += X.T.dot(l1_delta)
"""
"""Andrew Trask's network in eleven lines (2015), copied by thousands; it has no loss, its steps are those of half the squared error."""
CLASS = """
import numpy as np
def sigmoid(x, deriv=False):
    if deriv:
        return x*(1-x)
    return 1.0/(1 + np.exp(-x))
class NeuralNetwork:
    def __init__(self, x, y):
        rng = np.random.RandomState(3)
        self.input, self.y = x, y
        self.weights1, self.b1 = rng.randn(self.input.shape[1], 4), np.zeros((1, 4)) + 0.1
        self.weights2 = rng.randn(4, 1)
    def feedforward(self):
        self.layer1 = np.tanh(np.dot(self.input, self.weights1) + self.b1)
        self.output = sigmoid(np.dot(self.layer1, self.weights2))
        loss = np.mean(np.square(self.y - self.output))
    def backprop(self):
        delta = 2*(self.y - self.output)*sigmoid(self.output, True)
        self.weights2 += np.dot(self.layer1.T, delta)
        self.weights1 += np.dot(self.input.T, np.dot(delta, self.weights2.T) * (1 - self.layer1**2))
nn = NeuralNetwork(np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), np.array([[0], [1], [1], [0]]))
for i in range(1500):
    nn.feedforward()
    nn.backprop()
"""
COLUMNS = """
import numpy as np
X, T = np.array([[0.5], [1.0]]), np.array([[1.0], [0.0]])
params = {"W1": np.array([[0.1, 0.2], [0.3, -0.4], [0.2, 0.2]]), "b1": np.array([[0.1], [0.2], [0.0]])}
W2, b2 = np.array([[0.1, 0.2, 0.3], [0.3, -0.4, 0.6]]), np.zeros((2, 1))
relu = lambda z: np.maximum(0, z)
def softmax(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)
A1 = relu(params["W1"] @ X + params["b1"])
Z2 = W2 @ A1 + b2
A2 = softmax(Z2)
cost = -np.sum(T*np.log(A2))
dW2 = (A2 - T) @ A1.T
dA1 = W2.T @ (A2 - T)
"""


def numbers_of(network: Any) -> Any:
    derivation = derive(build(network))
    return derivation, Numbers(derivation)


def test_a_program_of_a_student_is_read_and_not_run(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(PROGRAM + "open('/tmp/derivegen-was-run', 'w')\n__import__('os')._exit(1)\n")
    derivation, numbers = numbers_of(load(tmp_path / "net.py", loss="half_squared_error"))
    x, y = numpy.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), numpy.array([[0, 1, 1, 0]]).T
    numpy.random.seed(1)
    first, second = 2 * numpy.random.random((3, 4)) - 1, 2 * numpy.random.random((4, 1)) - 1
    hidden = 1 / (1 + numpy.exp(-x @ first))
    out = 1 / (1 + numpy.exp(-hidden @ second))
    delta = (out - y) * out * (1 - out)
    expected = {"w[1]": (x.T @ (delta @ second.T * hidden * (1 - hidden))).T, "w[2]": (hidden.T @ delta).T}
    for family, wanted in expected.items():
        found = array_of(derivation.graph.families[family], numbers, derivation.name_of)
        assert found == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(
    ("program", "functions", "loss", "value"),
    [
        (CLASS, ["tanh", "sigmoid"], "squared_error", 0.3049654902631006),
        (COLUMNS, ["relu", "softmax"], "cross_entropy", 0.7763437730407396),
    ],
)
def test_a_program_says_its_functions_and_its_loss(
    program: str, functions: list[str], loss: str, value: float, tmp_path: Path
) -> None:
    (tmp_path / "net.py").write_text(program)
    network = load(tmp_path / "net.py")
    assert [layer.activation.name for layer in network.layers] == functions
    assert network.loss is not None
    assert network.loss.name == loss
    assert numbers_of(network)[1]["loss"] == pytest.approx(value, abs=1e-12)


def test_a_model_of_keras_on_torch_is_read_as_one_of_keras() -> None:
    """There it has all that a module of PyTorch has."""
    if find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    import zipfile

    from derivegen.interop.models.keras_file import _arrays

    with zipfile.ZipFile(MODELS / "keras-rnn.keras") as packed:
        config, held = packed.read("config.json").decode(), _arrays(packed.read("model.weights.h5"))
    by_name = {
        "simple_rnn": [held[f"layers/simple_rnn/cell/vars/{n}"] for n in range(3)],
        "dense": [held[f"layers/dense/vars/{n}"] for n in range(2)],
    }
    names = [each["config"]["name"] for each in json.loads(config)["config"]["layers"]]
    layers = [SimpleNamespace(name=name, get_weights=lambda name=name: by_name.get(name, [])) for name in names]
    module = {"named_children": lambda: iter(()), "state_dict": dict, "get_weights": list, "to_json": lambda: config}
    recorded = json.loads(RECORDED["keras-rnn"].read_text())
    loss = {"name": recorded["loss"], "reduction": "mean"}
    model = SimpleNamespace(layers=layers, **module)
    network = load(model, inputs=recorded["inputs"], targets=recorded["targets"], loss=loss)
    assert numbers_of(network)[1]["loss"] == pytest.approx(recorded["value"], rel=1e-6)


@pytest.mark.parametrize("names", [("weight", "bias"), ("weights", "bias"), ("W", "b")])
def test_a_module_alone_has_arrays_without_a_layer_before_their_names(names: tuple[str, str]) -> None:
    """What `nn.Linear(1, 1).state_dict()` and a line y = w·x + b of one's own are saved as."""
    first, second = names
    for weight in ([[0.5]], [0.5]):
        arrays = {first: numpy.array(weight), second: numpy.array([0.25])}
        network = load(arrays, inputs=[[2.0]], targets=[[1.0]], loss="squared_error", activations="linear")
        assert numbers_of(network)[1]["loss"] == 0.0625


def test_a_graph_of_an_older_onnx_is_read_in_newer_words(tmp_path: Path) -> None:
    """In opset 6 a bias had to say that it is broadcast; what is older than 3 is not converted."""
    onnx = pytest.importorskip("onnx")
    helper, held = onnx.helper, {"w": numpy.array([[0.5, -1.0]]), "b": numpy.array([0.25])}
    arrays = [onnx.numpy_helper.from_array(each.astype("float32"), name) for name, each in held.items()]
    sizes = {"x": [1, 2], "w": [1, 2], "b": [1], "y": [1, 1]}
    infos = {name: helper.make_tensor_value_info(name, 1, size) for name, size in sizes.items()}
    node = helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1, broadcast=1)
    graph = helper.make_graph([node], "old", [infos["x"], infos["w"], infos["b"]], [infos["y"]], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 6)], ir_version=3)
    (tmp_path / "old.onnx").write_bytes(model.SerializeToString())
    network = load(tmp_path / "old.onnx", inputs=[[1.0, 2.0]], targets=[[0.0]], loss="squared_error")
    assert numbers_of(network)[1]["loss"] == 1.5625


@pytest.mark.parametrize(
    ("operators", "normalised"),
    [
        ((("Sub", [1.0, 2.0]), ("Div", [2.0, 0.5])), lambda x: (x - [1, 2]) / [2, 0.5]),
        ((("Sub", [[1.0, 2.0]]), ("Mul", [[0.25, 4.0]])), lambda x: (x - [1, 2]) * [0.25, 4]),
        ((("Mul", [0.25]), ("Add", [0.5, -1.5])), lambda x: x * 0.25 + [0.5, -1.5]),
        ((("Div", 255.0),), lambda x: x / 255),
    ],
)
def test_inputs_that_an_onnx_model_normalises_itself(
    operators: Sequence[tuple[str, Any]], normalised: Any, tmp_path: Path
) -> None:
    """(x − m)/d before the first layer, and the same forwards and backwards by hand."""
    onnx = pytest.importorskip("onnx")
    helper, w, b = onnx.helper, numpy.array([[0.5], [-1.0]]), numpy.array([0.25])
    nodes, now, held = [], "x", {"w": w, "b": b}
    for place, (name, numbers) in enumerate(operators):
        held[f"c{place}"] = numpy.array(numbers)
        nodes.append(helper.make_node(name, [now, f"c{place}"], [f"n{place}"]))
        now = f"n{place}"
    nodes += [helper.make_node("MatMul", [now, "w"], ["p"]), helper.make_node("Add", ["p", "b"], ["y"])]
    arrays = [onnx.numpy_helper.from_array(each.astype("float32"), name) for name, each in held.items()]
    ends = [helper.make_tensor_value_info(name, 1, [None, size]) for name, size in (("x", 2), ("y", 1))]
    graph = helper.make_graph(nodes, "scaled", ends[:1], ends[1:], arrays)
    path = tmp_path / "scaled.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString())
    x, t = numpy.array([[3.0, 1.0], [-1.0, 4.0]]), numpy.array([[0.5], [1.0]])
    solution = derivegen.solve(load(path, inputs=x.tolist(), targets=t.tolist(), loss="half_squared_error"))
    n = normalised(x)
    error = n @ w + b - t
    assert solution.values["loss"] == pytest.approx((error**2).sum() / 2, rel=1e-12)
    assert solution.array("dloss/dw[2]")[0] == pytest.approx((error.T @ n)[0], rel=1e-12)
    assert "keep them out of training" in bring(path, loss="half_squared_error").remarks[0]


def test_a_rule_holds_for_both_directions_of_a_recurrence() -> None:
    """What comes back to the last state of one direction comes back to the first of the other: each says for which entries."""
    pytest.importorskip("h5py")
    recorded = json.loads(RECORDED["keras-lstm-both"].read_text("utf-8"))
    said = {key: recorded[key] for key in ("inputs", "targets", "loss")}
    text = derivegen.solve(load(MODELS / "keras-lstm-both.keras", **said)).text("text")
    assert "2 ≥ d" in text and "d ≥ 3" in text


def test_a_state_that_is_handed_through_is_no_input(tmp_path: Path) -> None:
    """As exports of agents have it, who have none: an input that becomes an output as it is."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load(MODELS / "onnx-dense.onnx")
    state = [onnx.helper.make_tensor_value_info(name, 1, [1]) for name in ("state_ins", "state_outs")]
    model.graph.input.append(state[0])
    model.graph.output.append(state[1])
    model.graph.node.append(onnx.helper.make_node("Identity", ["state_ins"], ["state_outs"]))
    onnx.save(model, tmp_path / "agent.onnx")
    own = derivegen.load(tmp_path / "agent.onnx", loss="half_squared_error")
    assert own.layers == derivegen.load(MODELS / "onnx-dense.onnx", loss="half_squared_error").layers


@pytest.mark.parametrize(
    ("compiled", "expected"),
    [
        ("mean_absolute_error", {"name": "absolute_error", "as": "keras"}),
        ("sparse_categorical_crossentropy", {"name": "cross_entropy", "as": "keras"}),
        (("MeanSquaredError", {"reduction": "sum"}), {"reduction": "sum", "outputs": "mean"}),
        (("BinaryCrossentropy", {"label_smoothing": 0.1, "axis": -1}), {"label_smoothing": 0.1}),
        (("BinaryCrossentropy", {"from_logits": True}), None),
        (("MeanSquaredError", {"reduction": None}), None),
        (("MeanSquaredError", {"reduction": "none"}), None),
        (("CategoricalCrossentropy", {"axis": 1}), None),
        (("SparseCategoricalCrossentropy", {"ignore_class": 1}), None),
        (("Huber", {"name": "huber_loss"}), {"name": "huber"}),
    ],
)
def test_a_loss_of_keras_keeps_its_averages(compiled: Any, expected: Mapping[str, Any] | None) -> None:
    """Recorded against Keras in tests/calculus/losses_of_libraries.json; what is no loss of the table is remarked on and left out."""
    from derivegen.interop.models.keras_config import loss

    stacked = Stacked((2,))
    said = compiled if isinstance(compiled, str) else dict(zip(("class_name", "config"), compiled, strict=True))
    found = loss({"loss": said}, stacked)
    assert (found is None) == (expected is None) and (found or {}).items() >= (expected or {}).items()
    assert bool(stacked.remarks) == (found is None or found["name"] == "huber")


def test_a_program_that_averages_over_outputs_too_is_read(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import numpy as np\nX = np.array([[0.5, 1], [2, 3]])\nY = np.array([[1, 0], [0, 1]])\n"
        "W = np.array([[0.1, 0.2], [0.3, 0.4]])\nout = 1 / (1 + np.exp(-(X @ W)))\nloss = np.mean(np.abs(Y - out))\n"
    )
    network = load(tmp_path / "net.py")
    assert network.loss is not None and network.loss.averages == {"reduction": "mean", "outputs": "mean"}
    out = 1 / (1 + numpy.exp(-(numpy.array([[0.5, 1], [2, 3]]) @ [[0.1, 0.2], [0.3, 0.4]])))
    assert derivegen.solve(network).values["loss"] == pytest.approx(abs(numpy.eye(2) - out).mean())


def test_numbers_of_classes_are_one_hot_rows() -> None:
    arrays = {"layer1.weight": numpy.eye(3), "layer1.bias": numpy.zeros(3)}
    said = {"inputs": [[1, 2, 3], [0, 1, 0]], "loss": "cross_entropy", "activations": "softmax"}
    network = load(arrays, targets=[2, 0], **said)
    assert network.targets == load(arrays, targets=[[0, 0, 1], [1, 0, 0]], **said).targets


@pytest.mark.parametrize(
    ("places", "size", "said"),
    [
        (6, 3, {"stride": 2, "padding": 1}),
        (6, 3, {"stride": 2, "padding": "same"}),
        (5, 2, {"padding": "same"}),
        (7, 2, {"stride": 3, "padding": [(0, 1)]}),
        (7, 3, {"stride": 2, "padding": [(3, 0)], "dilation": 2}),
        (6, 2, {"stride": 4, "padding": 0}),
    ],
)
def test_windows_whose_ends_are_not_alike(places: int, size: int, said: dict[str, Any]) -> None:
    """Padding of more places at one end, and windows that leave places over: by numpy, place for place."""
    step, apart = said.get("stride", 1), said.get("dilation", 1)
    reach, row = apart * (size - 1) + 1, numpy.arange(1.0, places + 1)
    if said["padding"] == "same":
        total = max((-(-places // step) - 1) * step + reach - places, 0)
        ends = (total // 2, total - total // 2)
    else:
        ((before, behind),) = said["padding"] if isinstance(said["padding"], list) else [(said["padding"],) * 2]
        ends = (before, behind)
    kernel = numpy.arange(1.0, size + 1)
    padded = numpy.pad(row, ends)
    expected = [padded[at : at + reach : apart] @ kernel for at in range(0, len(padded) - reach + 1, step)]
    stacked = Stacked((1, places))
    stacked.conv(kernel[None, None], None, **said)
    stacked.flatten()
    brought = table(
        stacked.model({"name": "half_squared_error"}), {"inputs": [[[*row]]], "targets": [[0] * len(expected)]}
    )
    assert derivegen.solve(brought).values["loss"] == pytest.approx(sum(each**2 for each in expected) / 2)
    assert stacked.shape == (len(expected),)


def test_a_pool_has_nothing_to_take_from_padding_at_one_end() -> None:
    with pytest.raises(Uncarried, match="a pool with more padding at one end"):
        Stacked((1, 5)).pool("MaxPool1d", [2], padding="same")
