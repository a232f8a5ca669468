"""What is written for other libraries is run by them: graphs of ONNX by onnxruntime, state dicts by PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.network.file.as_file import network_file
from derivegen.render.format import named
from tests.interop.test_models import RECORDED
from tests.interop.test_models_out import NOT_CARRIED, network_of

onnxruntime = pytest.importorskip("onnxruntime")
torch = pytest.importorskip("torch")


def outputs(solution: Any) -> Any:
    """The last family before the loss, rows first."""
    graph = solution.graph
    called = graph.parts[-1].called if graph.parts else {}
    return numpy.moveaxis(solution.array(called.get("output", graph.output.name)), -1, 0)


@pytest.mark.parametrize("name", [name for name in RECORDED if ("onnx", name) not in NOT_CARRIED])
def test_onnxruntime_gives_the_outputs_of_the_document(name: str) -> None:
    _, network = network_of(name)
    solution = derivegen.solve(network)
    session = onnxruntime.InferenceSession(named("onnx").writes_data().written(solution))
    words = solution.graph.families["x"].kind == "constant"
    rows = numpy.array(network_file(network)["data"]["inputs"], dtype=float)
    (found,) = session.run(None, {"input": (rows - 1).astype("int64") if words else rows.astype("float32")})
    expected = outputs(solution)
    assert found.reshape(expected.shape) == pytest.approx(expected, abs=2e-6)


def half(outputs: Any, targets: Any) -> Any:
    """The loss of the recorded models."""
    return ((outputs - targets) ** 2).flatten(1).sum(1).mean() / 2


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("torch-lstm-both", lambda nn: nn.LSTM(2, 2, batch_first=True, bidirectional=True)),
        ("torch-lstm", lambda nn: nn.LSTM(2, 3, batch_first=True)),
        ("torch-gru", lambda nn: nn.GRU(2, 3, batch_first=True)),
        ("torch-rnn", lambda nn: nn.RNN(2, 3, batch_first=True)),
    ],
)
def test_pytorch_loads_the_state_dict_and_finds_the_same_derivatives(name: str, model: Any, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    solution = derivegen.solve(network_of(name)[1])
    (tmp_path / "net.safetensors").write_bytes(solution.content("safetensors"))
    state = {key.removeprefix("layer1."): each for key, each in load_file(tmp_path / "net.safetensors").items()}
    module = model(torch.nn).double()
    module.load_state_dict(state, strict=True)
    found = solution.check_against(module, loss=half)
    assert found.agrees and len(found.rows) > 8, found
