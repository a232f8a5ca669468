"""Files of models that are not what they say, hold what nobody should open, or compute what there is not here: one message each, with the
layer and the reason, and nothing of them is executed."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from click.testing import CliRunner

from derivegen.api import load
from derivegen.cli.group import main
from derivegen.errors import InputError
from derivegen.interop.models.model import Uncarried
from derivegen.interop.models.stacked import Stacked
from tests.interop.test_models import MODELS


def tensors(header: dict[str, Any], data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def floats(**arrays: list[Any]) -> bytes:
    """A file of safetensors with these arrays."""
    header, data = {}, b""
    for name, value in arrays.items():
        array = numpy.array(value, dtype="<f4")
        header[name.replace("__", ".")] = {
            "dtype": "F32",
            "shape": [*array.shape],
            "data_offsets": [len(data), len(data) + array.nbytes],
        }
        data += array.tobytes()
    return tensors(header, data)


def archive(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    numpy.savez(stream, **arrays)
    return stream.getvalue()


def onnx_of(change: Callable[[Any], None]) -> bytes:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(MODELS / "onnx-dense.onnx")
    change(model)
    return model.SerializeToString()  # type: ignore[no-any-return]


def of_trees(model: Any) -> None:
    import onnx

    del model.graph.node[1:], model.opset_import[:]
    model.graph.node[0].op_type = "TreeEnsembleRegressor"
    model.opset_import.append(onnx.helper.make_opsetid("ai.onnx.ml", 1))


def renamed(model: Any) -> None:
    model.graph.node[0].op_type = "Einsum"


def of_another(model: Any) -> None:
    model.graph.node[1].domain = "com.example"


def outside(model: Any) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = 1
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"


def huge(model: Any) -> None:
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend([10**6, 10**6])


def short(model: Any) -> None:
    model.graph.initializer[0].raw_data = b"\0\0\0\0"


def old(model: Any) -> None:
    model.opset_import[0].version = 2


def branched(model: Any) -> None:
    model.graph.node[1].input[0] = "elsewhere"


def keras_of(change: Callable[[dict[str, Any]], None]) -> bytes:
    pytest.importorskip("h5py")
    stream = io.BytesIO()
    with zipfile.ZipFile(MODELS / "keras-gru-after.keras") as packed, zipfile.ZipFile(stream, "w") as made:
        for name in packed.namelist():
            data = packed.read(name)
            if name == "config.json":
                config = json.loads(data)
                change(config["config"]["layers"][1])
                data = json.dumps(config).encode()
            made.writestr(name, data)
    return stream.getvalue()


def unknown(layer: dict[str, Any]) -> None:
    layer["class_name"] = "MultiHeadAttention"


def one_of_ones_own(layer: dict[str, Any]) -> None:
    layer["registered_name"] = "mine>GRU"


def hard(layer: dict[str, Any]) -> None:
    layer["config"]["recurrent_activation"] = "hard_sigmoid"


def eight_bits() -> bytes:
    header = {
        "0.weight": {"dtype": "I8", "shape": [1, 2], "data_offsets": [0, 2]},
        "0.bias": {"dtype": "F32", "shape": [1], "data_offsets": [2, 6]},
    }
    return tensors(header, b"\1\2" + numpy.array([0.5], "<f4").tobytes())


OBJECTS = numpy.array([{}, None], dtype=object)
WRONG: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a pickle": (
        "net.pt",
        lambda: pickle.dumps(print),
        "may run code when it is opened and is not; save it with safetensors",
    ),
    "a joblib": ("net.joblib", lambda: pickle.dumps(print), "skops.io.dump"),
    "a pickle in an archive": ("net.npz", lambda: archive(W1=OBJECTS), "a pickle and may run code"),
    "more than there is": (
        "net.safetensors",
        lambda: tensors({"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}),
        "no safetensors",
    ),
    "more than anybody has": (
        "net.safetensors",
        lambda: tensors({"w": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 4]}}),
        "its tensors claim 4000000 MB",
    ),
    "numbers of two tensors over one another": (
        "net.safetensors",
        lambda: tensors({key: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} for key in "ab"}, b"1234"),
        "no safetensors (the numbers of 'b')",
    ),
    "numbers of no tensor": (
        "net.safetensors",
        lambda: tensors({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"12345678"),
        "no safetensors (numbers of no tensor)",
    ),
    "sizes that are no numbers": (
        "net.safetensors",
        lambda: tensors({"a": {"dtype": "F32", "shape": ["1"], "data_offsets": [0, True]}}, b"1234"),
        "whose header is none of safetensors",
    ),
    "a type nobody has": (
        "net.safetensors",
        lambda: tensors({"a": {"dtype": "C64", "shape": [1], "data_offsets": [0, 8]}}, b"12345678"),
        "numbers of the type 'C64'",
    ),
    "no header": ("net.safetensors", lambda: b"hello", "whose header is none of safetensors"),
    "a type numpy has not": (
        "net.safetensors",
        lambda: tensors({"w": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}, b"\0\0"),
        "w of the type BF16, which numpy has not; save it in float32",
    ),
    "no number": (
        "net.safetensors",
        lambda: floats(fc__weight=[[1, float("nan")]], fc__bias=[1]),
        "fc: weight holds nan at place 1, 2",
    ),
    "eight bits": ("net.safetensors", eight_bits, "0: weight is quantised (int8)"),
    "a path and an escape in a name": (
        "net.safetensors",
        lambda: floats(**{"../../\x1b[2J__weight": [[[1.0]]]}),
        ": ?[2J: weight (1, 1, 1): which kind of layer it is does not follow",
    ),
    "trees and no network": (
        "net.onnx",
        lambda: onnx_of(of_trees),
        "no operators of ONNX itself (TreeEnsembleRegressor); expected those of a network of layers",
    ),
    "an operator that is unknown": (
        "net.onnx",
        lambda: onnx_of(renamed),
        "(Einsum): no kind of layer that is known here",
    ),
    "an operator of somebody": (
        "net.onnx",
        lambda: onnx_of(of_another),
        "an operator of com.example, which is not one of ONNX",
    ),
    "numbers outside of the file": (
        "net.onnx",
        lambda: onnx_of(outside),
        "keeps its numbers in another file, which is not opened",
    ),
    "sizes nobody has": ("net.onnx", lambda: onnx_of(huge), "its tensors claim 4000000 MB"),
    "fewer numbers than sizes say": (
        "net.onnx",
        lambda: onnx_of(short),
        "has not as many numbers as its sizes [2, 3] say",
    ),
    "a version of long ago": ("net.onnx", lambda: onnx_of(old), "found opset 2; expected 7 or later"),
    "a graph that branches": ("net.onnx", lambda: onnx_of(branched), "the graph branches"),
    "no ONNX": ("net.onnx", lambda: b"\xff\xff\xff", "found no ONNX model"),
    "a layer that is unknown": (
        "net.keras",
        lambda: keras_of(unknown),
        "gru (MultiHeadAttention): no kind of layer that is known here",
    ),
    "a layer of somebody": (
        "net.keras",
        lambda: keras_of(one_of_ones_own),
        "a class of one's own (mine>GRU), whose code is not read",
    ),
    "other gates": ("net.keras", lambda: keras_of(hard), "recurrent_activation = 'hard_sigmoid'; it is sigmoid here"),
    "no Keras": ("net.keras", lambda: b"hello", "found no HDF5 that can be read"),
    "no skops": ("net.skops", lambda: b"hello", "it is damaged; save it again with skops.io.dump"),
    "no program": ("net.py", lambda: b"a = = 1\n", "found text that is no Python in line 1"),
    "no seed": (
        "net.py",
        lambda: b"import numpy as np\nX = np.array([[1.0]])\nW = np.random.randn(1, 1)\ny = X @ W\n",
        "its random numbers have no seed",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_carried_is_said_in_one_message(case: str, tmp_path: Path) -> None:
    name, made, said = WRONG[case]
    (tmp_path / name).write_bytes(made())
    with pytest.raises(InputError) as error:
        load(tmp_path / name, loss="half_squared_error", activations="tanh")
    assert said in str(error.value)
    assert str(error.value).startswith(str(tmp_path / name))
    assert "\n" not in str(error.value)


def test_arrays_alone_do_not_say_what_is_taken_of_them() -> None:
    arrays = {"W1": numpy.ones((2, 3)), "b1": numpy.zeros(3), "W2": numpy.ones((3, 1)), "b2": numpy.zeros(1)}
    with pytest.raises(InputError, match=r"arrays of 2 dense layers \(1, 2\), which do not say what is taken of z"):
        load(arrays, loss="half_squared_error")
    network = load(arrays, loss="half_squared_error", activations="tanh,linear")
    assert (network.n_inputs, network.n_outputs) == (2, 1)
    square = {"W1": numpy.array([[1.0, 2], [3, 4]]), "b1": numpy.zeros(2)}
    with pytest.raises(InputError, match="does not follow from their sizes"):
        load(square, loss="half_squared_error", activations="tanh")
    turned = load(square, loss="half_squared_error", activations="tanh", weights_as="inputs x units")
    assert turned.layers[0].weights == ((1, 3), (2, 4))


def test_a_layer_that_is_not_known_is_the_only_complaint() -> None:
    stacked = Stacked()
    with pytest.raises(InputError, match=r"nothing is guessed: the model: it has no layers$"):
        Stacked().model()
    with stacked.losses.of("Own"):
        raise Uncarried("no kind of layer that is known here")
    with pytest.raises(InputError, match=r"nothing is guessed: Own: no kind of layer that is known here$"):
        stacked.model()
    with pytest.raises(InputError, match="takes 2 numbers, but 7 enter") as error:
        load(MODELS / "sklearn-binary.skops", inputs=[[1.0] * 7], targets=[[1.0]])
    assert str(error.value).count("enter") == 1


def test_one_operator_that_is_lost_is_no_fault_of_the_others(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    (tmp_path / "net.onnx").write_bytes(onnx_of(renamed))
    with pytest.raises(InputError, match="Einsum") as error:
        load(tmp_path / "net.onnx", loss="half_squared_error")
    assert "branches" not in str(error.value) and "the output" not in str(error.value)


def test_no_loss_is_guessed() -> None:
    with pytest.raises(InputError, match="the model says no loss"):
        load({"W1": numpy.ones((2, 3)), "b1": numpy.zeros(3)}, activations="tanh")


def test_new_writes_the_network_file_of_a_model(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    model, inputs = MODELS / "onnx-lstm.onnx", "[[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]]"
    file = tmp_path / "net.toml"
    asked = ["new", str(file), "--from", str(model), "--inputs", inputs, "--targets", "[[0.5]]", "--loss", "mse"]
    made = CliRunner().invoke(main, asked)
    assert made.exit_code == 0, made.output
    typed = load(file)
    assert typed.graph == load(model, inputs=json.loads(inputs), targets=[[0.5]], loss="mse").graph
    assert typed.title == "net"


def test_large_arrays_stand_beside_the_file(tmp_path: Path) -> None:
    draw = numpy.random.RandomState(0)
    numpy.savez(tmp_path / "old.npz", W1=draw.randn(30, 80), b1=draw.randn(80))
    file = tmp_path / "net.toml"
    asked = ["new", str(file), "--from", str(tmp_path / "old.npz"), "--loss", "mse", "--activations", "tanh"]
    made = CliRunner().invoke(main, asked)
    assert made.exit_code == 0, made.output
    assert 'file = "net.npz"' in file.read_text()
    assert load(file).layers[0].weights == tuple(map(tuple, draw.__class__(0).randn(30, 80).T.tolist()))


def test_a_program_of_pytorch_is_told_by_operator_what_is_not_carried() -> None:
    from tests.interop.test_models import RECORDED, exported_program

    told = json.loads(RECORDED["exported-norm"].read_text())["program"]
    for node in told["nodes"]:
        if node["name"] == "tanh":
            node["target"] = "aten.cumsum.default"
        if node["name"] == "batch_norm":
            node["args"][5] = True
    with pytest.raises(InputError, match=r"export the model as it is used: model\.eval") as problem:
        load(exported_program(told), inputs=[[1, 2]], loss="mse")
    assert "tanh (aten.cumsum.default): the activation cumsum, which is not in the table" in str(problem.value)


def test_a_saved_program_is_not_opened_and_is_told_what_to_do() -> None:
    with pytest.raises(InputError, match=r"torch\.export\.load"):
        load("model.pt2", loss="mse")
