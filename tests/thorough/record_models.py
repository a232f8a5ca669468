"""Models saved by the real libraries, each with its loss and derivatives as that library computes them: writes `tests/interop/models`.

Run it where torch, keras (on torch), onnx, onnxruntime, scikit-learn, skops, jax, flax, equinox and safetensors are installed:
`python tests/thorough/record_models.py`, or with the names of functions below. Where a library's array goes in a network of derivegen is
written here once more, by hand, so that an importer is held to something other than itself.
"""

# ruff: noqa: E731 - a table of models, one a line

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")
import numpy as np
import torch
from torch import nn

HOME = Path(__file__).resolve().parent.parent / "interop" / "models"
DRAW = np.random.RandomState(7)


def plain(value: Any) -> Any:
    return np.asarray(value, dtype=float).round(12).tolist()


def record(
    name: str, library: str, inputs: Any, targets: Any, value: float, gradients: dict[str, Any], **rest: Any
) -> None:
    made = {
        "library": f"{library} {importlib.metadata.version(library)}",
        "inputs": inputs,
        "targets": plain(targets),
        "value": float(value),
        "gradients": {key: plain(each) for key, each in gradients.items()},
        **rest,
    }
    (HOME / f"{name}.json").write_text(json.dumps(made) + "\n")
    print(name, float(value))


# where each array goes


def dense(n: int, weight: Any, bias: Any = None) -> dict[str, Any]:
    return {f"w[{n}]": weight} | ({} if bias is None else {f"b[{n}]": bias})


def own(n: int, **arrays: Any) -> dict[str, Any]:
    return {f"{key}[{n}]": each for key, each in arrays.items() if each is not None}


def gates(n: int, letters: str, w: Any, u: Any, b: Any = None, bh: Any = None, end: str = "") -> dict[str, Any]:
    """Rows of gates in this order; bh is that of the last third of a GRU's inner bias."""
    found = {}
    for place, letter in enumerate(letters):
        for key, array in (("w", w), ("u", u), ("b", b)):
            if array is not None:
                size = len(array) // len(letters)
                found[f"{key}{letter.strip()}{end}[{n}]"] = array[place * size : (place + 1) * size]
    return found if bh is None else found | {f"bh{end}[{n}]": bh}


# PyTorch: modules described by class, attributes and arrays, so that a test can stand one up without it


def described(module: Any) -> dict[str, Any]:
    simple = (int, float, str, bool, tuple, type(None))
    return {
        "class": type(module).__name__,
        "module": type(module).__module__,
        "attributes": {
            key: each for key, each in vars(module).items() if not key.startswith("_") and isinstance(each, simple)
        },
        "arrays": {
            key: None if each is None else plain(each.detach().numpy())
            for key, each in {**module._parameters, **module._buffers}.items()
        },
        "children": [[key, described(child)] for key, child in module.named_children()],
    }


def torch_loss(model: Any, x: Any, t: Any, name: str = "mse") -> tuple[float, dict[str, Any]]:
    """The loss of the module in double precision, and its derivatives by parameter."""
    model = model.double().eval()
    model.zero_grad()
    y = model(torch.tensor(x, dtype=torch.long if np.asarray(x).dtype.kind == "i" else torch.double))
    y = y[0] if isinstance(y, tuple) else y
    target = torch.tensor(t, dtype=torch.double)
    loss = {
        "mse": lambda: ((y - target) ** 2).flatten(1).sum(1).mean() / 2,
        "ce": lambda: -(target * torch.log(y)).sum(1).mean(),
    }[name]()
    loss.backward()
    held = {key: each.grad.numpy() for key, each in model.named_parameters()}
    model.float()
    return loss.item(), held


def draw(*shape: int) -> Any:
    return DRAW.randn(*shape).round(2)


def of_torch(
    name: str, model: Any, x: Any, outputs: tuple[int, ...], places: Any, loss: str = "mse", **rest: Any
) -> Any:
    torch.manual_seed(len(name))
    for each in model.parameters():
        nn.init.uniform_(each, -0.8, 0.8)
    for each in model.modules():
        if getattr(each, "running_mean", None) is not None:
            nn.init.uniform_(each.running_mean, -0.5, 0.5)
            nn.init.uniform_(each.running_var, 0.5, 1.5)
    t = draw(len(x), *outputs) if loss == "mse" else np.eye(outputs[0])[np.arange(len(x)) % outputs[0]]
    value, g = torch_loss(model, x, t, loss)
    named = "half_squared_error" if loss == "mse" else "cross_entropy"
    if "layers" in rest or "activations" in rest:
        from safetensors.torch import save_file

        save_file(model.state_dict(), str(HOME / f"{name}.safetensors"))
        rest["file"] = f"{name}.safetensors"
    elif "onnx" in rest:
        dynamo = rest.pop("onnx") == "dynamo"
        rest["file"] = f"{name}.onnx"
        wanted = torch.long if np.asarray(x).dtype.kind == "i" else torch.float
        torch.onnx.export(
            model.eval(),
            (torch.tensor(x, dtype=wanted),),
            str(HOME / f"{name}.onnx"),
            dynamo=dynamo,
            external_data=False,
        )
    else:
        rest["described"] = described(model)
    record(name, "torch", np.asarray(x).tolist(), t, value, places(g), loss=named, **rest)
    return model


def rnn_places(n: int, letters: str, g: dict[str, Any], prefix: str = "", layer: int = 0) -> dict[str, Any]:
    found = {}
    for end, mine in (("", ""), ("_reverse", "_b")):
        key = f"_l{layer}{end}"
        if f"{prefix}weight_hh{key}" not in g:
            continue
        w, u, b = (g.get(f"{prefix}{each}{key}") for each in ("weight_ih", "weight_hh", "bias_ih"))
        inner = g[f"{prefix}bias_hh{key}"] if letters == "rzn" else None
        found |= gates(n, letters, w, u, b, None if inner is None else inner[len(inner) * 2 // 3 :], mine)
    return found


def pytorch() -> None:
    x2, x3 = draw(3, 2), draw(3, 3)
    two = lambda g, a="0", b="2": (
        dense(1, g[f"{a}.weight"], g.get(f"{a}.bias")) | dense(2, g[f"{b}.weight"], g.get(f"{b}.bias"))
    )
    of_torch("torch-relu", nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)), x2, (1,), two)
    of_torch(
        "torch-tanh-no-bias",
        nn.Sequential(nn.Linear(2, 3, bias=False), nn.Tanh(), nn.Linear(3, 2), nn.Sigmoid()),
        x2,
        (2,),
        two,
    )
    of_torch(
        "torch-leaky-elu",
        nn.Sequential(nn.Linear(3, 2), nn.LeakyReLU(0.2), nn.Linear(2, 2), nn.ELU(0.5)),
        x3,
        (2,),
        two,
    )
    of_torch(
        "torch-softmax",
        nn.Sequential(nn.Linear(3, 4), nn.SiLU(), nn.Dropout(0.3), nn.Linear(4, 3), nn.Softmax(-1)),
        x3,
        (3,),
        lambda g: two(g, b="3"),
        "ce",
    )
    of_torch(
        "torch-conv1d",
        nn.Sequential(
            nn.Conv1d(2, 3, 3, padding=1, dilation=1), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(9, 2)
        ),
        draw(2, 2, 6),
        (2,),
        lambda g: own(1, w=g["0.weight"], b=g["0.bias"]) | dense(4, g["4.weight"], g["4.bias"]),
    )
    of_torch(
        "torch-conv2d",
        nn.Sequential(
            nn.Conv2d(1, 2, (2, 3), stride=(2, 1)),
            nn.Tanh(),
            nn.AvgPool2d(2, 1, padding=1),
            nn.Flatten(),
            nn.Linear(18, 1),
        ),
        draw(2, 1, 4, 4),
        (1,),
        lambda g: own(1, w=g["0.weight"], b=g["0.bias"]) | dense(4, g["4.weight"], g["4.bias"]),
    )
    of_torch(
        "torch-batch-norm",
        nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3, eps=1e-3), nn.ReLU(), nn.Linear(3, 1)),
        x2,
        (1,),
        lambda g: (
            dense(1, g["0.weight"], g["0.bias"])
            | own(2, g=g["1.weight"], b=g["1.bias"])
            | dense(4, g["3.weight"], g["3.bias"])
        ),
    )
    of_torch(
        "torch-batch-norm-2d",
        nn.Sequential(
            nn.Conv2d(2, 2, 2, bias=False),
            nn.BatchNorm2d(2),
            nn.Sigmoid(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(2, 2),
        ),
        draw(2, 2, 3, 3),
        (2,),
        lambda g: (
            own(1, w=g["0.weight"]) | own(2, g=g["1.weight"], b=g["1.bias"]) | dense(5, g["5.weight"], g["5.bias"])
        ),
    )
    of_torch(
        "torch-layer-norm",
        nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3), nn.Linear(3, 1)),
        x2,
        (1,),
        lambda g: (
            dense(1, g["0.weight"], g["0.bias"])
            | own(2, g=g["1.weight"], b=g["1.bias"])
            | dense(3, g["2.weight"], g["2.bias"])
        ),
    )
    of_torch(
        "torch-rms-norm",
        nn.Sequential(nn.Linear(2, 3), nn.RMSNorm(3, eps=1e-4), nn.Linear(3, 1), nn.GELU()),
        x2,
        (1,),
        lambda g: dense(1, g["0.weight"], g["0.bias"]) | own(2, g=g["1.weight"]) | dense(3, g["2.weight"], g["2.bias"]),
    )
    steps = draw(2, 3, 2)
    of_torch("torch-rnn", nn.RNN(2, 3, batch_first=True), steps, (3, 3), lambda g: rnn_places(1, " ", g))
    of_torch(
        "torch-rnn-relu-two",
        nn.RNN(2, 2, 2, nonlinearity="relu", batch_first=True),
        steps,
        (3, 2),
        lambda g: rnn_places(1, " ", g) | rnn_places(2, " ", g, layer=1),
    )
    of_torch("torch-lstm", nn.LSTM(2, 3, batch_first=True), steps, (3, 3), lambda g: rnn_places(1, "ifgo", g))
    of_torch(
        "torch-lstm-both",
        nn.LSTM(2, 2, bidirectional=True, batch_first=True),
        steps,
        (3, 4),
        lambda g: rnn_places(1, "ifgo", g),
    )
    of_torch("torch-gru", nn.GRU(2, 3, batch_first=True), steps, (3, 3), lambda g: rnn_places(1, "rzn", g))
    of_torch(
        "torch-gru-both-no-bias",
        nn.GRU(2, 2, bidirectional=True, bias=False, batch_first=True),
        steps,
        (3, 4),
        lambda g: {
            key: each
            for key, each in rnn_places(
                1, "rzn", {**g, "bias_hh_l0": np.zeros(6), "bias_hh_l0_reverse": np.zeros(6)}
            ).items()
            if not key.startswith("bh")
        },
    )
    of_torch(
        "torch-embedding",
        nn.Sequential(nn.Embedding(4, 2), nn.Flatten(), nn.Linear(6, 1)),
        np.array([[0, 3, 1], [2, 2, 0]]),
        (1,),
        lambda g: own(1, E=g["0.weight"]) | dense(3, g["2.weight"], g["2.bias"]),
    )


class Last(nn.Module):
    """A recurrent layer, its last step, a dense layer: what people write."""

    def __init__(self, inner: Any, width: int) -> None:
        super().__init__()
        self.rnn, self.head = inner, nn.Linear(width, 1)

    def forward(self, x: Any) -> Any:
        return self.head(self.rnn(x)[0][:, -1])


def state_dicts() -> None:
    of_torch(
        "state-dense",
        nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)),
        draw(3, 2),
        (1,),
        lambda g: dense(1, g["0.weight"], g["0.bias"]) | dense(2, g["2.weight"], g["2.bias"]),
        activations="tanh,linear",
    )
    head = lambda g, n=3: dense(n, g["head.weight"], g["head.bias"])
    layers = lambda kind, **more: [
        {"kind": kind, "name": "rnn", **more},
        {"kind": "last"},
        {"units": 1, "name": "head"},
    ]
    of_torch(
        "state-lstm",
        Last(nn.LSTM(2, 2, batch_first=True), 2),
        draw(2, 3, 2),
        (1,),
        lambda g: rnn_places(1, "ifgo", g, "rnn.") | head(g),
        layers=layers("lstm", units=2),
    )
    of_torch(
        "state-gru",
        Last(nn.GRU(2, 2, batch_first=True), 2),
        draw(2, 3, 2),
        (1,),
        lambda g: rnn_places(1, "rzn", g, "rnn.") | head(g),
        layers=layers("gru", units=2),
    )
    of_torch(
        "state-conv",
        nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 1)),
        draw(2, 1, 3, 3),
        (1,),
        lambda g: (
            own(1, w=g["0.weight"], b=g["0.bias"])
            | own(2, g=g["1.weight"], b=g["1.bias"])
            | dense(5, g["4.weight"], g["4.bias"])
        ),
        layers=[
            {"kind": "conv", "channels": 2, "size": [2, 2]},
            {"kind": "batch_norm"},
            {"kind": "max_pool", "size": 2},
            {"kind": "flatten"},
            {"units": 1},
        ],
    )


def exported() -> None:
    of_torch(
        "onnx-dense",
        nn.Sequential(nn.Linear(3, 2), nn.LeakyReLU(0.1), nn.Linear(2, 2), nn.Softmax(1)),
        draw(2, 3),
        (2,),
        lambda g: dense(1, g["0.weight"], g["0.bias"]) | dense(2, g["2.weight"], g["2.bias"]),
        "ce",
        onnx=True,
    )
    of_torch(
        "onnx-conv",
        nn.Sequential(
            nn.Conv2d(1, 2, 2, padding=1), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 1)
        ),
        draw(2, 1, 4, 4),
        (1,),
        lambda g: dense(5, g["5.weight"], g["5.bias"]),
        onnx=True,
    )  # its batch norm is folded into the convolution
    of_torch(
        "onnx-lstm",
        Last(nn.LSTM(2, 2, batch_first=True), 2),
        draw(2, 3, 2),
        (1,),
        lambda g: rnn_places(1, "ifgo", g, "rnn.") | dense(3, g["head.weight"], g["head.bias"]),
        onnx=True,
    )
    of_torch(
        "onnx-gru-both",
        Last(nn.GRU(2, 2, batch_first=True, bidirectional=True), 4),
        draw(2, 3, 2),
        (1,),
        lambda g: rnn_places(1, "rzn", g, "rnn.") | dense(3, g["head.weight"], g["head.bias"]),
        onnx=True,
    )

    of_torch(
        "onnx-dynamo-lstm",
        Last(nn.LSTM(2, 2, batch_first=True), 2),
        draw(2, 3, 2),
        (1,),
        lambda g: rnn_places(1, "ifgo", g, "rnn.") | dense(3, g["head.weight"], g["head.bias"]),
        onnx="dynamo",
    )
    of_torch(
        "onnx-dynamo-norm",
        nn.Sequential(nn.Linear(2, 3), nn.GELU(), nn.LayerNorm(3), nn.Linear(3, 2)),
        draw(2, 2),
        (2,),
        lambda g: (
            dense(1, g["0.weight"], g["0.bias"])
            | own(2, g=g["2.weight"], b=g["2.bias"])
            | dense(3, g["3.weight"], g["3.bias"])
        ),
        onnx="dynamo",
    )


def onnx_by_hand() -> None:
    """What torch does not export: a GRU whose reset comes before the product, peepholes, an RNN both ways."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    def made(name: str, op: str, count: int, directions: int, p: bool = False, **attributes: Any) -> None:
        size, steps, entering = 2, 3, 2
        shapes = {
            "W": (directions, count * size, entering),
            "R": (directions, count * size, size),
            "B": (directions, 2 * count * size),
        }
        shapes |= {"P": (directions, 3 * size)} if p else {}
        held = {key: DRAW.uniform(-0.8, 0.8, shape).astype(np.float32) for key, shape in shapes.items()}
        names = ["X", "W", "R", "B"] + (["", "", "", "P"] if p else [])
        nodes = [
            helper.make_node("Transpose", ["batch"], ["X"], perm=[1, 0, 2]),
            helper.make_node(op, names, ["Y"], hidden_size=size, **attributes),
            helper.make_node("Transpose", ["Y"], ["Z"], perm=[0, 2, 1, 3]),
            helper.make_node("Reshape", ["Z", "shape"], ["S"]),
            helper.make_node("Transpose", ["S"], ["out"], perm=[1, 0, 2]),
        ]
        if directions == 1:
            nodes[2:4] = [helper.make_node("Squeeze", ["Y", "axes"], ["S"])]
        tensors = [numpy_helper.from_array(each, key) for key, each in held.items()]
        tensors += (
            [numpy_helper.from_array(np.array([1]), "axes")]
            if directions == 1
            else [numpy_helper.from_array(np.array([0, 0, -1]), "shape")]
        )
        graph = helper.make_graph(
            nodes,
            name,
            [helper.make_tensor_value_info("batch", TensorProto.FLOAT, [2, steps, entering])],
            [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
            tensors,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        (HOME / f"{name}.onnx").write_bytes(model.SerializeToString())
        x = draw(2, steps, entering)
        (y,) = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"batch": x.astype(np.float32)})
        t = draw(*y.shape)
        value = ((y.astype(float) - t) ** 2).reshape(2, -1).sum(1).mean() / 2
        record(name, "onnxruntime", x.tolist(), t, value, {}, loss="half_squared_error", file=f"{name}.onnx")

    made("onnx-gru-before", "GRU", 3, 1)
    made("onnx-gru-after", "GRU", 3, 1, linear_before_reset=1)
    made("onnx-lstm-peephole", "LSTM", 4, 1, p=True)
    made("onnx-rnn-both", "RNN", 1, 2, direction="bidirectional", activations=["Tanh", "Tanh"])


def packed_smaller(path: Path) -> None:
    """The same files in the zip, compressed: Keras does not."""
    with zipfile.ZipFile(path) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for each, data in parts.items():
            packed.writestr(each, data)


def kerases() -> None:
    import keras
    from keras import layers as kl

    def of(
        name: str,
        made: list[Any],
        shape: tuple[int, ...],
        places: Any,
        ending: str = "keras",
        x: Any = None,
        loss: str = "mse",
    ) -> None:
        keras.utils.set_random_seed(len(name))
        model = keras.Sequential([keras.Input(shape), *made])
        for weight in model.weights:
            low = 0.5 if "variance" in weight.name else -0.8
            weight.assign(DRAW.uniform(low, low + 1.6, weight.shape))
        model.compile(loss="mse")
        model.save(HOME / f"{name}.{ending}")
        if ending == "keras":
            packed_smaller(HOME / f"{name}.keras")
        x = draw(2, *shape) if x is None else x
        y = model(torch.tensor(np.asarray(x), dtype=torch.float32), training=False)
        t = draw(*y.shape)
        value = ((y - torch.tensor(t, dtype=torch.float32)) ** 2).flatten(1).sum(1).mean() / 2
        found = torch.autograd.grad(value, [each.value for each in model.trainable_weights])
        held = [each.numpy() for each in found]
        record(
            name,
            "keras",
            np.asarray(x).tolist(),
            t,
            value.item(),
            places(held),
            loss="half_squared_error",
            file=f"{name}.{ending}",
        )

    def through(n: int, letters: str, g: Any, end: str = "") -> dict[str, Any]:
        bias = g[2]
        inner = bias[1][len(bias[1]) * 2 // 3 :] if bias.ndim == 2 else None
        return gates(n, letters, g[0].T, g[1].T, bias[0] if bias.ndim == 2 else bias, inner, end)

    head = lambda n, g: dense(n, g[-2].T, g[-1])
    of(
        "keras-dense",
        [kl.Dense(3, activation="relu", name="hidden"), kl.Dropout(0.2), kl.Dense(2, activation="softmax", name="out")],
        (2,),
        lambda g: dense(1, g[0].T, g[1]) | dense(2, g[2].T, g[3]),
    )
    of("keras-rnn", [kl.SimpleRNN(2), kl.Dense(1)], (3, 2), lambda g: through(1, " ", g) | head(3, g))
    of(
        "keras-lstm",
        [kl.LSTM(2, return_sequences=True), kl.LSTM(2), kl.Dense(1)],
        (3, 2),
        lambda g: through(1, "ifgo", g) | through(2, "ifgo", g[3:]) | head(4, g),
    )
    of("keras-gru-after", [kl.GRU(2), kl.Dense(1)], (3, 2), lambda g: through(1, "zrn", g) | head(3, g))
    of(
        "keras-gru-before",
        [kl.GRU(2, reset_after=False), kl.Dense(1)],
        (3, 2),
        lambda g: through(1, "zrn", g) | head(3, g),
    )
    of(
        "keras-lstm-both",
        [kl.Bidirectional(kl.LSTM(2)), kl.Dense(1)],
        (3, 2),
        lambda g: through(1, "ifgo", g) | through(1, "ifgo", g[3:], "_b") | head(3, g),
    )
    flip = lambda k: np.moveaxis(k, (-1, -2), (0, 1))
    flat = lambda w, places, channels: np.moveaxis(w.reshape(*places, channels, -1), -2, 0).reshape(w.shape).T
    of(
        "keras-conv2d",
        [kl.Conv2D(2, 3, padding="same", activation="tanh"), kl.MaxPooling2D(2), kl.Flatten(), kl.Dense(2)],
        (4, 4, 1),
        lambda g: own(1, w=flip(g[0]), b=g[1]) | dense(4, flat(g[2], (2, 2), 2), g[3]),
    )
    of(
        "keras-conv1d",
        [kl.Conv1D(3, 2, strides=2, activation="relu"), kl.GlobalAveragePooling1D(), kl.Dense(1)],
        (6, 2),
        lambda g: own(1, w=flip(g[0]), b=g[1]) | head(3, g),
    )
    of(
        "keras-norms",
        [kl.Dense(3), kl.BatchNormalization(), kl.ReLU(), kl.Dense(3), kl.LayerNormalization(), kl.Dense(1)],
        (2,),
        lambda g: (
            dense(1, g[0].T, g[1])
            | own(2, g=g[2], b=g[3])
            | dense(4, g[4].T, g[5])
            | own(5, g=g[6], b=g[7])
            | dense(6, g[8].T, g[9])
        ),
    )
    of(
        "keras-embedding",
        [kl.Embedding(4, 2), kl.GRU(2), kl.Dense(1)],
        (3,),
        lambda g: own(1, E=g[0]) | through(2, "zrn", g[1:]) | head(4, g),
        x=np.array([[0, 3, 1], [2, 2, 0]]),
    )
    of(
        "keras-conv-lstm",
        [kl.Conv1D(2, 2), kl.LSTM(2), kl.Dense(1)],
        (4, 2),
        lambda g: own(1, w=flip(g[0]), b=g[1]) | through(3, "ifgo", g[2:]) | head(5, g),
    )
    of(
        "keras-h5-lstm",
        [kl.LSTM(2, name="first"), kl.Dense(1, name="top")],
        (3, 2),
        lambda g: through(1, "ifgo", g) | head(3, g),
        "h5",
    )
    of(
        "keras-h5-gru-both",
        [kl.Bidirectional(kl.GRU(2, return_sequences=True)), kl.Flatten(), kl.Dense(1)],
        (3, 2),
        lambda g: through(1, "zrn", g) | through(1, "zrn", g[3:], "_b") | head(3, g),
        "h5",
    )


def sciences() -> None:
    import warnings

    import skops.io
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    warnings.simplefilter("ignore")
    x = draw(6, 2)
    for name, model, y in (
        (
            "sklearn-regressor",
            MLPRegressor(hidden_layer_sizes=(3,), activation="tanh", alpha=0, max_iter=2, random_state=1),
            np.c_[x.sum(1), x[:, 0]],
        ),
        (
            "sklearn-binary",
            MLPClassifier(hidden_layer_sizes=(2, 2), activation="relu", alpha=0, max_iter=2, random_state=1),
            (x[:, 0] > 0).astype(int),
        ),
        (
            "sklearn-classes",
            MLPClassifier(hidden_layer_sizes=(3,), activation="logistic", alpha=0, max_iter=2, random_state=1),
            np.arange(6) % 3,
        ),
    ):
        model.fit(x, y)
        skops.io.dump(model, HOME / f"{name}.skops")
        t = y if y.ndim == 2 else y[:, None].astype(float) if len(model.classes_) == 2 else np.eye(3)[y]
        acts = [x] + [None] * len(model.coefs_)
        deltas = [np.empty(0)] * len(model.coefs_)
        wg = [np.empty_like(each) for each in model.coefs_]
        bg = [np.empty_like(each) for each in model.intercepts_]
        backprop = model._backprop
        import inspect

        more = [None] if "sample_weight" in inspect.signature(backprop).parameters else []
        value, wg, bg = backprop(x, t, *more, acts, deltas, wg, bg)
        found = {}
        for place, (w, b) in enumerate(zip(wg, bg, strict=True), 1):
            found |= dense(place, w.T, b)
        outputs = (
            t.shape[1] if "Regressor" in type(model).__name__ else 1
        )  # loss_ averages over outputs, the steps do not
        record(name, "scikit-learn", x.tolist(), t, value * outputs, found, file=f"{name}.skops")


def jaxes() -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    import equinox as eqx
    import flax.linen as fl
    import jax.numpy as jnp

    def half(y: Any, t: Any) -> Any:
        return ((y - t) ** 2).reshape(len(t), -1).sum(1).mean() / 2

    def of_flax(name: str, model: Any, x: Any, places: Any, **rest: Any) -> None:
        params = model.init(jax.random.key(3), x)
        params = jax.tree.map(lambda each: jnp.asarray(DRAW.uniform(-0.8, 0.8, each.shape).round(4)), params)
        t = draw(*model.apply(params, x).shape)
        value, g = jax.value_and_grad(lambda p: half(model.apply(p, x), t))(params)
        record(
            name,
            "flax",
            x.tolist(),
            t,
            value,
            places(g["params"]),
            loss="half_squared_error",
            tree=jax.tree.map(plain, params),
            **rest,
        )

    def of_gates(n: int, g: Any, letters: str) -> dict[str, Any]:
        found = {}
        for letter in letters:
            found |= own(n, **{f"w{letter}": g[f"i{letter}"]["kernel"].T, f"u{letter}": g[f"h{letter}"]["kernel"].T})
            side = "i" if "bias" in g[f"i{letter}"] else "h"
            found |= own(n, **{f"b{letter}": g[f"{side}{letter}"]["bias"]})
        return found

    class Dense(fl.Module):
        @fl.compact
        def __call__(self, x: Any) -> Any:
            return fl.Dense(1)(jnp.tanh(fl.Dense(3)(x)))

    class Through(fl.Module):
        cell: Any

        @fl.compact
        def __call__(self, x: Any) -> Any:
            return fl.Dense(1)(fl.RNN(self.cell)(x)[:, -1])

    of_flax(
        "flax-dense",
        Dense(),
        draw(3, 2),
        lambda g: (
            dense(1, g["Dense_1"]["kernel"].T, g["Dense_1"]["bias"])
            | dense(2, g["Dense_0"]["kernel"].T, g["Dense_0"]["bias"])
        ),
        activations="tanh,linear",
    )  # the outer call is numbered first
    for name, cell, kind, letters in (
        ("lstm", fl.OptimizedLSTMCell(2, dtype=jnp.float64, param_dtype=jnp.float64), "lstm", "ifgo"),
        ("gru", fl.GRUCell(2, dtype=jnp.float64, param_dtype=jnp.float64), "gru", "rzn"),
    ):

        def places(g: Any, letters: str = letters) -> dict[str, Any]:
            (inner,) = (each for key, each in g.items() if key != "Dense_0")
            found = of_gates(1, inner, letters) | dense(3, g["Dense_0"]["kernel"].T, g["Dense_0"]["bias"])
            return found | (own(1, bh=inner["hn"]["bias"]) if letters == "rzn" else {})

        params = Through(cell).init(jax.random.key(1), draw(2, 3, 2))["params"]
        own_name = next(key for key in params if key != "Dense_0")
        layers = [{"kind": kind, "units": 2, "name": own_name}, {"kind": "last"}, {"units": 1, "name": "Dense_0"}]
        of_flax(f"flax-{name}", Through(cell), draw(2, 3, 2), places, layers=layers)

    def of_equinox(name: str, model: Any, x: Any, run: Any, places: Any) -> None:
        t = draw(*run(model, x).shape)
        value, g = eqx.filter_value_and_grad(lambda m: half(run(m, x), t))(model)
        record(
            name,
            "equinox",
            x.tolist(),
            t,
            value,
            places(g),
            loss="half_squared_error",
            described=equinox_described(model),
        )

    def equinox_described(module: Any) -> Any:
        if isinstance(module, jax.Array):
            return {"array": plain(module)}
        if isinstance(module, eqx.Module) and type(module).__module__.startswith("equinox.nn"):
            fields = {key: equinox_described(each) for key, each in vars(module).items()}
            return {"class": type(module).__name__, "module": type(module).__module__, "fields": fields}
        if isinstance(module, tuple | list):
            return {"list": [equinox_described(each) for each in module]}
        if callable(module):
            return {"function": getattr(module, "__name__", ""), "module": getattr(module, "__module__", "")}
        return {"value": module}

    def steps(cell: Any, x: Any) -> Any:
        def row(one: Any) -> Any:
            state = jnp.zeros(cell.hidden_size)
            state = (state, state) if isinstance(cell, eqx.nn.LSTMCell) else state
            found = []
            for step in one:
                state = cell(step, state)
                found.append(state[0] if isinstance(state, tuple) else state)
            return jnp.stack(found)

        return jnp.stack([row(one) for one in x])

    key = jax.random.key(2)
    batched = lambda m, x: jax.vmap(m)(x)
    of_equinox(
        "equinox-mlp",
        eqx.nn.MLP(2, 1, 3, 1, activation=jax.nn.tanh, key=key),
        draw(3, 2),
        batched,
        lambda g: dense(1, g.layers[0].weight, g.layers[0].bias) | dense(2, g.layers[1].weight, g.layers[1].bias),
    )
    of_equinox(
        "equinox-chain",
        eqx.nn.Sequential(
            [
                eqx.nn.Linear(2, 3, key=key),
                eqx.nn.Lambda(jax.nn.sigmoid),
                eqx.nn.LayerNorm(3),
                eqx.nn.Linear(3, 2, key=key),
            ]
        ),
        draw(3, 2),
        batched,
        lambda g: (
            dense(1, g.layers[0].weight, g.layers[0].bias)
            | own(2, g=g.layers[2].weight, b=g.layers[2].bias)
            | dense(3, g.layers[3].weight, g.layers[3].bias)
        ),
    )
    of_equinox(
        "equinox-gru",
        eqx.nn.GRUCell(2, 2, key=key),
        draw(2, 3, 2),
        steps,
        lambda g: gates(1, "rzn", g.weight_ih, g.weight_hh, g.bias, g.bias_n),
    )
    of_equinox(
        "equinox-lstm",
        eqx.nn.LSTMCell(2, 2, key=key),
        draw(2, 3, 2),
        steps,
        lambda g: gates(1, "ifgo", g.weight_ih, g.weight_hh, g.bias),
    )


# programs of torch.export: graphs, told node by node


def told(value: Any) -> Any:
    if hasattr(value, "op"):
        return {"node": value.name}
    return [told(each) for each in value] if isinstance(value, list | tuple) else value


def graph_told(program: Any) -> dict[str, Any]:
    plain_kinds = (int, float, str, bool, list, type(None))
    return {
        "nodes": [
            {
                "op": each.op,
                "name": each.name,
                "target": str(each.target),
                "users": len(each.users),
                "word": getattr(each.target, "__name__", ""),
                "args": told(each.args),
                "kwargs": {key: value for key, value in each.kwargs.items() if isinstance(value, plain_kinds)},
                "sizes": [*each.meta["val"].shape] if hasattr(each.meta.get("val"), "shape") else None,
            }
            for each in program.graph.nodes
        ],
        "inputs": [[each.kind.name, each.arg.name, each.target] for each in program.graph_signature.input_specs],
        "outputs": [[each.kind.name, each.arg.name] for each in program.graph_signature.output_specs],
        "state": {key: plain(each.detach().numpy()) for key, each in program.state_dict.items()},
    }


class Named(nn.Module):
    """A class of one's own, in one of four forwards."""

    def __init__(self, forward: Any, **parts: Any) -> None:
        super().__init__()
        self.way = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x: Any) -> Any:
        return self.way(self, x)


def programs() -> None:
    """Classes of one's own, exported."""
    torch.manual_seed(3)
    x2, x3 = draw(3, 2), draw(2, 3, 2)
    two = {
        "w": nn.Parameter(torch.randn(2, 3)),
        "b": nn.Parameter(torch.randn(3)),
        "v": nn.Parameter(torch.randn(3, 1)),
    }
    for name, model, x, places in (
        (
            "norm",
            Named(
                lambda m, x: torch.sigmoid(m.g(torch.tanh(m.n(m.f(x))))),
                f=nn.Linear(2, 3),
                n=nn.BatchNorm1d(3),
                g=nn.Linear(3, 1),
            ),
            x2,
            lambda g: dense(1, g["f.weight"], g["f.bias"]) | dense(4, g["g.weight"], g["g.bias"]),
        ),
        (
            "matmul",
            Named(lambda m, x: torch.relu(x @ m.w + m.b) @ m.v, **two),
            x2,
            lambda g: dense(1, g["w"].T, g["b"]) | dense(2, g["v"].T),
        ),
        (
            "words",
            Named(
                lambda m, x: m.o(m.l(m.e(x))[0][:, -1]),
                e=nn.Embedding(5, 2),
                l=nn.LSTM(2, 2, batch_first=True),
                o=nn.Linear(2, 2),
            ),
            np.array([[0, 4, 1], [2, 2, 3]]),
            lambda g: own(1, E=g["e.weight"]) | rnn_places(2, "ifgo", g, "l.") | dense(4, g["o.weight"], g["o.bias"]),
        ),
        (
            "places",
            Named(
                lambda m, x: m.o(torch.max_pool2d(torch.nn.functional.elu(m.c(x), 0.5), 2).flatten(1)),
                c=nn.Conv2d(1, 2, 3, padding=1),
                o=nn.Linear(8, 2),
            ),
            draw(2, 1, 4, 4),
            lambda g: own(1, w=g["c.weight"], b=g["c.bias"]) | dense(4, g["o.weight"], g["o.bias"]),
        ),
        (
            "mean",
            Named(
                lambda m, x: m.o(m.r(x)[0].mean(1)),
                r=nn.RNN(2, 2, 2, batch_first=True, nonlinearity="relu"),
                o=nn.Linear(2, 1),
            ),
            x3,
            lambda g: (
                rnn_places(1, " ", g, "r.") | rnn_places(2, " ", g, "r.", 1) | dense(4, g["o.weight"], g["o.bias"])
            ),
        ),
    ):
        for each in model.modules():
            if getattr(each, "running_mean", None) is not None:
                nn.init.uniform_(each.running_mean, -0.5, 0.5)
                nn.init.uniform_(each.running_var, 0.5, 1.5)
        entering = torch.tensor(x, dtype=torch.long if x.dtype.kind == "i" else torch.float)
        program = torch.export.export(model.eval(), (entering,))
        t = draw(*model(entering).shape)
        value, g = torch_loss(model, x, t)
        record(
            f"exported-{name}",
            "torch",
            np.asarray(x).tolist(),
            t,
            value,
            places(g),
            loss="half_squared_error",
            program=graph_told(program),
        )


def beside() -> None:
    """Models with what their library computes, in its own layout, for `Solution.check_against`: writes `tests/interop/beside.json`."""
    made = {}
    torch.manual_seed(5)
    for name, model, rows, targets, loss in (
        ("mse", nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)), (3, 2), (3, 1), nn.MSELoss()),
        (
            "logits",
            nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 3)),
            (2, 2),
            (2, 3),
            nn.CrossEntropyLoss(),
        ),
        ("gru", nn.GRU(2, 3, batch_first=True), (2, 3, 2), (2, 3, 3), lambda y, t: ((y - t) ** 2).sum() / 2),
    ):
        x, t = draw(*rows), np.eye(3)[: len(np.zeros(targets))] if name == "logits" else draw(*targets)
        model = model.double()
        y = model(torch.tensor(x))
        y = y[0] if isinstance(y, tuple) else y
        value = loss(y, torch.tensor(t))
        value.backward()
        held = {key: plain(each.grad) for key, each in model.named_parameters()}
        made[name] = {"library": f"torch {torch.__version__}", "described": described(model), "inputs": plain(x)}
        made[name] |= {"targets": plain(t), "output": plain(y.detach()), "value": value.item(), "gradients": held}
    (HOME.parent / "beside.json").write_text(json.dumps(made) + "\n")


if __name__ == "__main__":
    HOME.mkdir(exist_ok=True)
    every = {
        each.__name__: each
        for each in (pytorch, state_dicts, exported, onnx_by_hand, kerases, sciences, jaxes, programs, beside)
    }
    for name in sys.argv[1:] or every:
        every[name]()
