"""What a bad network file is told: one InputError with the key's path, what was found and the likely fix."""

from __future__ import annotations

import copy
import io
import math
import os
import pickle
import zipfile
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derivegen.errors import InputError
from derivegen.network.file import values
from derivegen.network.file.load import load

VALID: dict[str, Any] = {
    "title": "Test",
    "notation": "plain",
    "data": {"inputs": [[0.5, 1], [2, 3]], "targets": [[1], [0]], "input_names": ["p", "q"]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.1, 0.2], [0.3, 0.4]], "biases": [0.1, 0.2]},
        {"units": 1, "activation": {"name": "leaky_relu", "slope": 0.1}, "weights": {"seed": 1, "scale": 0.1}},
    ],
    "loss": {"name": "half_squared_error", "reduction": "mean"},
    "training": {"learning_rate": 0.1, "steps": 2, "frozen": ["b"]},
    "document": {"wrt": ["w[1][1][1]"], "digits": 4},
    "published": {"loss": "0.0260", "z[1][1]@1": {"value": "1", "where": "p. 3"}},
    "exercise": {"vary": ["inputs"], "ask": [{"kind": "values", "of": ["loss"]}]},
}
GRAPH: dict[str, Any] = {
    "graph": {
        "inputs": {"x": -2, "y": 5},
        "parameters": {"z": -4},
        "nodes": [["q", "x + y"], ["f", "q * z"]],
        "output": "f",
    }
}


def changed(base: dict[str, Any], *changes: tuple[str, Any]) -> dict[str, Any]:
    """The base with values put in at dotted paths; numbers are places in lists; `...` takes a key out."""
    made = copy.deepcopy(base)
    for path, value in changes:
        target: Any = made
        *parents, last = (int(p) if p.isdigit() else p for p in path.split("/"))
        for part in parents:
            target = target[part] if isinstance(part, int) else target.setdefault(part, {})
        if value is ...:
            del target[last]
        else:
            target[last] = value
    return made


def message_of(source: Any, base: Path | None = None) -> str:
    with pytest.raises(InputError) as caught:
        load(source, base=base)
    message = str(caught.value)
    assert "\n" not in message and "pydantic" not in message and "http" not in message
    assert "; expected " in message and "; likely fix: " in message
    return message


Row = tuple[str, Any, str, str, str]
LAYERS: list[Row] = [
    ("layer/1/weights", [[1, 2, 3]], "layer[2].weights", "1 × 3", "1 row of 2 numbers"),
    ("layer/1/weights", [[1], [2]], "layer[2].weights", "2 × 1", 'weights_as = "inputs x units"'),
    ("layer/0/weights", [1, 2], "layer[1].weights", "a flat list [1, 2]", "[[1], [2]] for 2 rows of 1, or [[1, 2]]"),
    ("layer/0/weights", [[1, 2], [3]], "layer[1].weights", "1 number in row 2", "give every row 2 numbers"),
    ("layer/0/weights", [[1, 2], 3], "layer[1].weights", "3 as row 2", "write [3]"),
    ("layer/0/weights", [], "layer[1].weights", "an empty list", "leave it out"),
    ("layer/0/weights", [[]], "layer[1].weights", "an empty list", "leave it out"),
    ("layer/0/weights", 3, "layer[1].weights", "3", "[[1, 2], [3, 4]]"),
    ("layer/0/weights", [[1, math.nan], [1, 2]], "layer[1].weights", "nan in row 1, column 2", "not numbers"),
    ("layer/0/weights", [[1, 2], [math.inf, 2]], "layer[1].weights", "inf in row 2, column 1", "1.8e308"),
    ("layer/0/weights", [[1, 2], [Decimal("1e400"), 2]], "layer[1].weights", "1e+400 in row 2", "1.8e308"),
    ("layer/0/weights", [[1, 2], [10**400, 2]], "layer[1].weights", "row 2, column 1", "1.8e308"),
    ("layer/0/weights", [[Decimal("1e-999999999"), 2], [1, 2]], "layer[1].weights", "1e-999999999", "write 0"),
    ("layer/0/weights", [[1, True], [1, 2]], "layer[1].weights", "true in row 1, column 2", "plain decimal"),
    ("layer/0/weights", [[1, "2"], [1, 2]], "layer[1].weights", '"2" in quotes in row 1', "quotes away"),
    ("layer/0/weights", [[1, [2]], [1, 2]], "layer[1].weights", "[2] in row 1", "plain decimal"),
    ("layer/0/weights", {"sead": 1}, "layer[1].weights.sead", '"sead"', '"seed"'),
    ("layer/0/weights", {"scale": 1}, "layer[1].weights.seed", "nothing", "seed = 3"),
    ("layer/0/weights", {"seed": -1}, "layer[1].weights.seed", "-1", "likely fix"),
    ("layer/0/weights", {"seed": 1.5}, "layer[1].weights.seed", "1.5", "seed = 3"),
    ("layer/0/weights", {"seed": 1, "scale": "big"}, "layer[1].weights.scale", '"big"', "quotes away"),
    ("layer/0/weights", {"seed": 1, "columns": 2}, "layer[1].weights.columns", "2", "take it out"),
    ("layer/0/weights", numpy.array([[1, math.nan], [1, 2]]), "layer[1].weights", "nan in row 1, column 2", "mend"),
    ("layer/0/weights", numpy.array([[True]]), "layer[1].weights", "bool", "astype(float)"),
    ("layer/0/weights", numpy.array([1.0]), "layer[1].weights", "shape (1,)", "reshape"),
    ("layer/0/biases", [1], "layer[1].biases", "1 number", "without brackets for one shared bias"),
    ("layer/0/biases", [[1], [2]], "layer[1].biases", "a list of rows", "write [1, 2]"),
    ("layer/0/biases", True, "layer[1].biases", "true", '"shared"'),
    ("layer/0/biases", "sharde", "layer[1].biases", '"sharde"', '"shared"'),
    ("layer/0/biases", [1, math.nan], "layer[1].biases", "nan at place 2", "not numbers"),
    ("layer/0/biases", [1, True], "layer[1].biases", "true at place 2", "plain decimal"),
    ("layer/0/thresholds", [1, 2], "layer[1].thresholds", "thresholds beside biases", "take one of them out"),
    ("layer/0/connections", [[1, 1]], "layer[1].connections", "1 × 2", "2 rows of 2"),
    ("layer/0/connections", [[1, 2], [1, 1]], "layer[1].connections", "2 in row 1, column 2", "write 1 where"),
    ("layer/0/connections", [[1, 0], [1, 1]], "layer[1].weights", "0.2 into unit 1 from input 2", "write 0"),
    ("layer/0/activation", "tahn", "layer[1].activation", '"tahn"', 'did you mean "tanh"'),
    ("layer/0/activation", 4, "layer[1].activation", "4", 'write "linear"'),
    ("layer/0/activation", "formula", "layer[1].activation", '"formula"', "formula ="),
    ("layer/0/activation", {"name": "relu", "slope": 1}, "layer[1].activation.slope", "1", "leaky_relu"),
    ("layer/0/activation", {"name": "relu", "slop": 1}, "layer[1].activation.slop", '"slop"', '"slope"'),
    ("layer/0/activation", {"name": "relu", "symbol": "g"}, "layer[1].activation.symbol", '"g"', "take it out"),
    ("layer/0/activation", {}, "layer[1].activation", "neither", "formula"),
    ("layer/0/activation", {"formula": "y^2"}, "layer[1].activation.formula", '"y"', "the names are z"),
    ("layer/0/activation", {"formula": "z^^2"}, "layer[1].activation.formula", "z^^2", "numbers, names"),
    ("layer/0/activation", {"formula": "z^65"}, "layer[1].activation.formula", "z^65", "numbers, names"),
    ("layer/0/activation", {"formula": "z+" * 300 + "z"}, "layer[1].activation.formula", "z+z", "numbers, names"),
    ("layer/1/activation", "softmax", "layer[2].activation", "softmax on a layer of 1 unit", '"sigmoid"'),
    ("layer/0/slope", 0.1, "layer[1].slope", '"slope"', "beside the activation"),
    ("layer/0/unit", 2, "layer[1].unit", '"unit"', '"units"'),
    ("layer/0/units", ..., "layer[1].units", "nothing", "units = 2"),
    ("layer/0/units", 0, "layer[1].units", "0", "units = 2"),
    ("layer/0/units", 2.5, "layer[1].units", "2.5", "units = 2"),
    ("layer/0/units", True, "layer[1].units", "true", "units = 2"),
    ("layer/0/units", 10001, "layer[1].units", "10001", "at most 10000 units"),
    ("layer", [{"units": 1001}, {"units": 1000}], "layer", "parameters", "at most 1000000"),
    ("layer/0/weights_as", "columns", "layer[1].weights_as", '"columns"', "units x inputs"),
    ("layer", {"units": 1}, "layer", "one [layer] table", "[[layer]] with two brackets"),
    ("layer", [], "layer", "no layers", "[[layer]]"),
    ("layer", ..., "layer", "neither [[layer]] and [graph]", "[[layer]]"),
    ("layers", [], "layers", '"layers"', "write layer"),
    ("graph", GRAPH["graph"], "layer", "both [[layer]] and [graph]", "take one"),
]
SECTIONS: list[Row] = [
    ("data/inputs", [0.5, 0.6], "data.inputs", "[0.5, 0.6]", "[[0.5], [0.6]] for 2 rows of 1, or [[0.5, 0.6]]"),
    ("data/inputs", [[1, 2]], "data.targets", "2 rows", "every row of inputs"),
    ("data/inputs", [[1], [2]], "layer[1].weights", "2 × 2", "2 rows of 1 number"),
    ("data/inputs", 0, "data.inputs", "0", "inputs = 3"),
    ("data/inputs", 2.5, "data.inputs", "2.5", "[[2.5]]"),
    ("data/inputs", True, "data.inputs", "true", "double brackets"),
    ("data/inputs", {"file": "nothing.npy"}, "data.inputs.file", '"nothing.npy"', "relative to the network file"),
    ("data/inputs", {"file": "w.pkl"}, "data.inputs.file", '"w.pkl"', "numpy.save"),
    ("data/inputs", {"key": "w"}, "data.inputs.file", "nothing", 'file = "w.npz"'),
    ("data/targets", [[1, 2], [3, 4]], "data.targets", "2 numbers in each row", "rows of 1"),
    ("data/targets", 3, "data.targets", "3 symbols", "targets = 1"),
    ("data/rows", 3, "data.rows", "3", "take rows out"),
    ("data/rows", "many", "data.rows", '"many"', 'rows = "N"'),
    ("data", {"inputs": 2, "rows": "x"}, "data.rows", '"x"', 'rows = "N"'),
    ("data/rows", 0, "data.rows", "0", "how many"),
    ("data/input_names", ["p"], "data.input_names", "1 name", "2 names"),
    ("data/input_names", ["p", "p"], "data.input_names[2]", '"p" again', "rename"),
    ("data/target_names", "pass", "data.target_names", '"pass" alone', '["pass"]'),
    ("data/target_names", [1], "data.target_names", "1 at place 1", "quotes"),
    ("data/x", 1, "data.x", '"x"', "write inputs"),
    ("data", 3, "data", "3", "[data]"),
    ("loss", ..., "loss", "nothing", 'name = "half_squared_error"'),
    ("loss", "mse", "loss", '"mse"', "write [loss]"),
    ("loss/name", "cross_entopy", "loss.name", '"cross_entopy"', '"cross_entropy"'),
    ("loss/formula", "(t-a)^2", "loss", "a name and a formula", "take the name out"),
    ("loss/reduction", "meen", "loss.reduction", '"meen"', '"mean"'),
    ("loss/delta", 1, "loss.delta", "1", "take it out"),
    ("loss", {"name": "huber", "delta": 0}, "loss.delta", "0", "delta = 1"),
    ("loss/weight_decay", -0.1, "loss.weight_decay", "-0.1", "a number of 0 or more"),
    ("loss/label_smoothing", 1, "loss.label_smoothing", "1", "from 0 to below 1"),
    ("loss/label_smoothing", 0.1, "loss.label_smoothing", "0.1", "a loss whose targets are classes"),
    ("loss/penalized", "all", "loss.penalized", '"all"', "weight_decay = 0.01"),
    ("loss/l1", 0.1, "data.input_names", "input_names", "none beside a loss with l1"),
    ("loss", {"formula": "(t - y)^2"}, "loss.formula", '"y"', "the names are t, a"),
    ("training/learning_rate", 0, "training.learning_rate", "0", "learning_rate = 0.1"),
    ("training/learning_rate", -0.1, "training.learning_rate", "-0.1", "learning_rate = 0.1"),
    ("training/learning_rate", True, "training.learning_rate", "true", "plain decimal"),
    ("training/steps", -1, "training.steps", "-1", "likely fix"),
    ("training/steps", 1.5, "training.steps", "1.5", "steps = 60"),
    ("training/batch_size", 0, "training.batch_size", "0", "batch_size = 1"),
    ("training/batch_size", 3, "training.batch_size", "3", "leave batch_size out"),
    ("training/every", 0, "training.every", "0", "every = 5"),
    ("training/momentum", 0.9, "training.momentum", 'optimizer = "gradient_descent"', "its own settings: weight_decay"),
    ("training", {"optimizer": "momentum", "momentum": 1}, "training.momentum", "1", "a number from 0 to below 1"),
    ("training", {"optimizer": "adam", "as": "tensorflow"}, "training.as", '"tensorflow"', "likely fix"),
    ("training", {"optimizer": "rprop", "as": "keras"}, "training.as", '"keras" beside optimizer = "rprop"', '"torch"'),
    ("training", {"optimizer": "lion", "as": "optax", "dampening": 0.1}, "training.dampening", "dampening", "beta2"),
    ("training/schedule", "cosine", "training.rate_steps", 'schedule = "cosine"', "rate_steps = 10"),
    ("training/schedule", "cosinus", "training.schedule", '"cosinus"', '"cosine"'),
    ("training", {"schedule": "step", "rate_steps": 2.5}, "training.rate_steps", "2.5", "a whole number"),
    ("training", {"schedule": "step", "rate_steps": 0}, "training.rate_steps", "0", "a whole number"),
    ("training/rate_steps", 10, "training.rate_steps", 'optimizer = "gradient_descent"', "take it out"),
    (
        "training",
        {"schedule": "warm_up", "rate_steps": 2, "rate_least": 0.1},
        "training.rate_least",
        "rate_least",
        "rate_steps",
    ),
    (
        "training",
        {"schedule": "step", "rate_steps": 2, "optimizer": "rprop"},
        "training.schedule",
        "rprop",
        "take it out",
    ),
    ("training/accumulate", 2, "training.accumulate", "accumulate = 2 without batches", "batch_size = 1"),
    ("training/accumulate", 0, "training.accumulate", "0", "accumulate = 2"),
    ("training/shuffle", 2, "training.shuffle", "shuffle = 2 without batches", "batch_size = 1"),
    ("training/shuffle", -1, "training.shuffle", "-1", "a whole number from 0"),
    ("training/clip_norm", -1, "training.clip_norm", "-1", "a number of 0 or more"),
    (
        "training",
        {"clip_norm": 1, "clip_value": 1},
        "training.clip_norm",
        "clip_norm beside clip_value",
        "take one of them out",
    ),
    ("training/optimizer", "gradient_decent", "training.optimizer", '"gradient_decent"', '"gradient_descent"'),
    ("training/frozen", ["w[3]"], "training.frozen[1]", '"w[3]"', "there are 2 layers"),
    ("training/frozen", ["theta"], "training.frozen[1]", '"theta"', "likely fix"),
    ("training/frozen", ["z[1]"], "training.frozen[1]", '"z[1]"', "did you mean"),
    ("training/frozen", "b", "training.frozen", '"b" alone', '["b"]'),
    ("training/trained", ["w"], "training.trained", "trained beside frozen", "take one"),
    ("learning_rate", 0.1, "learning_rate", '"learning_rate"', "[training]"),
    ("document/wrt", ["w[1][3][1]"], "document.wrt[1]", '"w[1][3][1]"', "run from w[1][1][1] to w[1][2][2]"),
    ("document/wrt", ["x[3]"], "document.wrt[1]", '"x[3]"', "the last one is x[2]"),
    ("document/wrt", ["z.2.4"], "document.wrt[1]", '"z.2.4"', "the last one of layer 2 is z[2]["),
    ("document/wrt", ["loss"], "document.wrt[1]", '"loss"', "likely fix"),
    ("document/wrt", "w[1][1][1]", "document.wrt", "alone", '["w[1][1][1]"]'),
    ("document/wrt", ["z[1][1]"], "document.wrt[1]", '"z[1][1]" without a row', '"z[1][1]@1"'),
    ("published/z[1][1]", "1", "published.z[1][1]", "without a row", '"z[1][1]@1"'),
    ("document/digits", 16, "document.digits", "16", "from 0 to 15"),
    ("document/digits", -1, "document.digits", "-1", "likely fix"),
    ("document/digits", "4", "document.digits", '"4"', "digits = 4"),
    ("document/digits", True, "document.digits", "true", "digits = 4"),
    ("document/significant", 0, "document.significant", "0", "from 1 to 15"),
    ("document/significant", 3, "document.significant", "digits and significant together", "take one"),
    ("document/carry", "round", "document.carry", '"round"', '"rounded"'),
    ("document/paper", "A4", "document.paper", '"A4"', '"a4"'),
    ("document/style", "black", "document.style", '"black"', '"print"'),
    ("document/language", "English!", "document.language", '"English!"', 'language = "en"'),
    ("document/assume", ["z[1][1]@1"], "document.assume[1]", '"z[1][1]@1"', "> 0"),
    ("document/assume", ["q > 0"], "document.assume[1]", '"q"', "likely fix"),
    ("document/author", 3, "document.author", "3", "quotes"),
    ("document/digit", 3, "document.digit", '"digit"', '"digits"'),
    ("published/loss", Decimal("0.0260"), "published.loss", "0.0260 without quotes", 'write "0.0260"'),
    ("published/loss", {"value": 1}, "published.loss.value", "1 without quotes", 'write "1"'),
    ("published/loss", {"where": "p"}, "published.loss.value", "nothing", "0.0260"),
    ("published/z[9][1]", "1", "published.z[9][1]", '"z[9][1]"', "there are 2 layers"),
    ("notation", "plian", "notation", '"plian"', '"plain"'),
    ("notation", 3, "notation", "3", 'write "indexed"'),
    ("notation", {"base": "niels"}, "notation.base", '"niels"', '"nielsen"'),
    ("notation", {"w": "w_<m>"}, "notation.w", '"<m>"', "<n>"),
    ("notation", {"w": "\theta_<n>"}, "notation.w", '"\\theta_<n>"', "'\\theta'"),
    ("notation", {"symbols": {"loss": "\nu"}}, "notation.symbols.loss", "escape", "TeX"),
    ("notation", {"v": "w"}, "notation.v", '"v"', "likely fix"),
    ("notation", {"symbols": {"w[7]": "w"}}, "notation.symbols.w[7]", '"w[7]"', "there are 2 layers"),
    ("notation", {"delta_is": "dz"}, "notation.delta_is", '"dz"', "dloss/dz"),
    ("title", 3, "title", "3", "quotes"),
    ("title", "", "title", '""', "take the key out"),
    ("exercise/ask", [{"of": ["q"]}], "exercise.ask[1].of[1]", '"q"', "likely fix"),
    ("exercise/hints", 9, "exercise.hints", "9", "hints = 2"),
    ("tilte", "x", "tilte", '"tilte"', '"title"'),
]
TARGETS: list[tuple[str, Any, str, str]] = [
    ("binary_cross_entropy", [[1], [2]], "2 in row 2, column 1", "0 and 1"),
    ("binary_cross_entropy", [[1], [-1]], "-1 in row 2, column 1", "0 in place of -1"),
    ("hinge", [[1], [0]], "0 in row 2, column 1", "-1 in place of 0"),
    ("cross_entropy", [[1], [0]], "0 in row 2, for one output", "binary_cross_entropy"),
]
GRAPHS: list[Row] = [
    ("graph/nodes", [["f", "q * z"], ["q", "x"]], "graph.nodes[1]", '"f" using "q"', 'put "q" before "f"'),
    ("graph/nodes", [["q", "f"], ["f", "q"]], "graph.nodes[1]", "the cycle q → f → q", "something else"),
    ("graph/nodes", [["f", "f + 1"]], "graph.nodes[1]", "the cycle f → f", "something else"),
    ("graph/nodes", [["f", "x + w"]], "graph.nodes[1]", '"w"', "likely fix"),
    ("graph/nodes", [["f", "xpe(x)"]], "graph.nodes[1]", '"xpe"', '"exp"'),
    ("graph/nodes", [["f", "x +"]], "graph.nodes[1]", "x +", "numbers, names"),
    ("graph/nodes", [["x", "y"], ["f", "x"]], "graph.nodes[1]", '"x" again', "rename"),
    ("graph/nodes", [["exp", "y"], ["f", "x"]], "graph.nodes[1]", 'reserved name "exp"', "another name"),
    ("graph/nodes", [["loss", "y"], ["f", "x"]], "graph.nodes[1]", 'reserved name "loss"', "another name"),
    ("graph/nodes", [["größe", "y"], ["f", "x"]], "graph.nodes[1]", 'the name "größe"', 'write it as "groesse"'),
    ("graph/nodes", [["ж", "y"], ["f", "x"]], "graph.nodes[1]", 'the name "ж"', "another name"),
    ("graph/nodes", [["a b", "y"], ["f", "x"]], "graph.nodes[1]", '"a b"', '"a_b"'),
    ("graph/nodes", [["f"]], "graph.nodes[1]", '["f"]', '["q", "x + y"]'),
    ("graph/nodes", [["f", 3]], "graph.nodes[1]", '["f", 3]', "quotes"),
    ("graph/nodes", [], "graph.nodes", "[]", '["q", "x + y"]'),
    ("graph/nodes", ..., "graph.nodes", "nothing", "nodes ="),
    ("graph/output", "g", "graph.output", '"g"', "likely fix"),
    ("graph/output", "x", "graph.output", '"x"', 'output = "f"'),
    ("graph/output", ..., "graph.output", "nothing", 'output = "f"'),
    ("graph/wrt", ["x", "v"], "graph.wrt[2]", '"v"', "likely fix"),
    ("graph/inputs", {"x": "one", "y": 2}, "graph.inputs", '"one" in quotes for x', "quotes away"),
    ("graph/inputs", {"x": math.nan, "y": 2}, "graph.inputs", "nan for x", "not numbers"),
    ("graph/inputs", {"z": 1, "x": 1, "y": 2}, "graph.parameters.z", '"z" again', "rename"),
    ("graph/inputs", 3, "graph.inputs", "3", "x = -2.0"),
    ("graph/gates", "yes", "graph.gates", '"yes"', "true or false"),
    ("graph/node", [], "graph.node", '"node"', '"nodes"'),
    ("loss", {"name": "squared_error"}, "loss", "[loss] beside [graph]", "take [loss] out"),
    ("data", {"inputs": 3}, "data", "[data] beside [graph]", "move them"),
    ("document", {"wrt": ["v"]}, "document.wrt[1]", '"v"', "likely fix"),
    ("training", {"frozen": ["q"]}, "training.frozen[1]", '"q"', "likely fix"),
]


@pytest.mark.parametrize(("where", "value", "path", "found", "fix"), LAYERS + SECTIONS)
def test_bad_values(where: str, value: Any, path: str, found: str, fix: str) -> None:
    message = message_of(changed(VALID, (where, value)))
    assert message.startswith(f"network: {path}: found ") and found in message and fix in message


@pytest.mark.parametrize(("where", "value", "path", "found", "fix"), GRAPHS)
def test_bad_graphs(where: str, value: Any, path: str, found: str, fix: str) -> None:
    message = message_of(changed(GRAPH, (where, value)))
    assert message.startswith(f"network: {path}: found ") and found in message and fix in message


@pytest.mark.parametrize(("loss", "targets", "found", "fix"), TARGETS)
def test_targets_the_loss_does_not_allow(loss: str, targets: Any, found: str, fix: str) -> None:
    message = message_of(changed(VALID, ("loss/name", loss), ("data/targets", targets)))
    assert "data.targets" in message and found in message and fix in message


@pytest.mark.parametrize(
    ("targets", "found", "fix"),
    [
        ([[0], [2]], "class numbers", "for class 0, counted from 0, write [1, 0, 0]"),
        ([[3], [1]], "class numbers", "for class 3, counted from 1, write [0, 0, 1]"),
        ([0, 2], "a flat list [0, 2]", "class 1 of 3 is [1, 0, 0]"),
        ([[1, 0, 0], [1, 1, 0]], "[1, 1, 0] in row 2, which sums to 2", "[1, 0, 0]"),
        ([[1, 0, 0], [2, -1, 0]], "-1 in row 2, column 2", "[1, 0, 0]"),
    ],
)
def test_cross_entropy_wants_one_hot_rows(targets: Any, found: str, fix: str) -> None:
    source = changed(VALID, ("layer/1", {"units": 3}), ("loss/name", "cross_entropy"), ("data/targets", targets))
    message = message_of(source)
    assert "data.targets" in message and found in message and fix in message


@pytest.mark.parametrize(
    ("activation", "loss"),
    [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"), ("linear", "half_squared_error")],
)
def test_a_missing_loss_is_suggested_by_the_output(activation: str, loss: str) -> None:
    layers = [{"units": 2, "activation": activation}]
    assert f'name = "{loss}"' in message_of({"data": {"inputs": 2}, "layer": layers})


def test_inputs_that_nothing_counts() -> None:
    message = message_of({"layer": [{"units": 1}], "loss": {"name": "squared_error"}})
    assert "data.inputs" in message and "inputs = 3" in message


def test_symbolic_rows_with_numbers() -> None:
    source = changed(VALID, ("data", {"inputs": 2, "rows": "N", "targets": [[1]]}), ("published", {}))
    assert "data.rows" in message_of(source)


def write(name: str, content: bytes | str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        return folder / name

    return make


FILES = [
    (write("n.toml", "title = "), "line 1, column", "not TOML"),
    (write("n.toml", 'title = "x"\n[data]\ninputs = [[1, 2]\n'), "line", "not TOML"),
    (write("n.toml", "[data]\n\n[data]\n"), "line 3", "only [[layer]] repeats"),
    (write("n.toml", "title = hello"), "line 1", "text stands in quotes"),
    (write("n.toml", "[data]\ninputs = [[.5]]"), "line 2", "0.5"),
    (write("n.toml", 'notation = { output = "\\hat{y}" }'), "line 1", "TeX stands in single quotes: '\\hat{y}'"),
    (write("model.npz", b"PK\x03\x04\xff"), "a file ending in .npz", "derivegen new NET.toml --from "),
    (write("hand.md", "z = 0.3, a = 0.5"), "a file ending in .md", "name the network file"),
    (write("n.toml", "x = " + "9" * 5000), "cannot be read", "shorten"),
    (write("n.toml", "x = " + "[" * 5000), "nested too deeply", "brackets"),
    (write("n.toml", "x = " + "[" * 30 + "]" * 30), "nested too deeply", "brackets"),
    (write("n.json", '{"title": }'), "line 1, column 11", "not JSON"),
    (write("n.json", '{"title": "a", "title": "b"}'), "twice", "take one of them out"),
    (write("n.json", "[1]"), "[1]", "a table with keys"),
    (write("n.json", "[" * 100_000), "nested too deeply", "brackets"),
    (write("n.json", "1" * 5000), "cannot be read", "shorten"),
    (write("n.toml", ""), "an empty file", "derivegen new"),
    (write("n.toml", " \n\n"), "an empty file", "derivegen new"),
    (write("n.toml", b"title = '\xff'"), "line 1 that are not UTF-8", "save the file as UTF-8"),
    (write("n.toml", b"#" * 5_000_001), "more than 5 MB", ".npy"),
    (lambda folder: folder, "a directory", "a file"),
    (lambda folder: folder / "none.toml", "no such file", "derivegen new"),
    (lambda folder: folder / "none" / "none.toml", "no such file", "no folder"),
]


@pytest.mark.parametrize(("make", "found", "fix"), FILES)
def test_bad_files(tmp_path: Path, make: Callable[[Path], Path], found: str, fix: str) -> None:
    path = make(tmp_path)
    message = message_of(path)
    assert message.startswith(f"{path}: ") and found in message and fix in message


def test_a_misspelt_file_name(tmp_path: Path) -> None:
    (tmp_path / "xor.toml").write_text("x = 1")
    assert 'did you mean "xor.toml"' in message_of(tmp_path / "xro.toml")


@pytest.mark.parametrize("source", ["", "\0", "example:", "example:xro", "example:../new", 3, None, b"n.toml", []])
def test_sources_that_are_none(source: Any) -> None:
    message_of(source)


def test_a_misspelt_example() -> None:
    assert message_of("example:xro").startswith('example:xro: found "xro"; ')
    assert 'did you mean "xor"' in message_of("example:xro")
    assert 'did you mean "example:xor"' in message_of("xor")


def npy(array: Any) -> bytes:
    stream = io.BytesIO()
    numpy.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    numpy.savez(stream, **arrays)
    return stream.getvalue()


def empty_zip() -> bytes:
    stream = io.BytesIO()
    zipfile.ZipFile(stream, "w").close()
    return stream.getvalue()


ARRAYS = [
    ("w.npy", b"1 2\n3 4\n", {}, "layer[1].weights.file", "save it again"),
    ("w.npz", b"1 2\n3 4\n", {}, "layer[1].weights.file", "save it again"),
    ("w.npy", npy(numpy.array([[None, {}]], dtype=object)), {}, "layer[1].weights.file", "pickles can run code"),
    ("w.npy", pickle.dumps([[1.0]]), {}, "layer[1].weights.file", "pickles can run code"),
    ("w.npy", b"", {}, "layer[1].weights.file", "save it again"),
    ("w.npy", npy(numpy.ones((2, 2)))[:-8], {}, "layer[1].weights.file", "save it again"),
    ("w.npy", npz(a=numpy.ones((2, 2))), {}, "layer[1].weights.file", "save it again"),
    ("w.npy", npy(numpy.array([[1, math.inf], [1, 2]])), {}, "layer[1].weights", "inf in row 1, column 2"),
    ("w.npy", npy(numpy.ones(4)), {}, "layer[1].weights", "reshape"),
    ("w.npy", npy(numpy.ones((2, 2), dtype=complex)), {}, "layer[1].weights", "complex"),
    ("w.npy", npy(numpy.ones((0, 2))), {}, "layer[1].weights", "empty array"),
    ("w.npy", npy(numpy.ones((2, 3))), {}, "layer[1].weights", "2 × 3"),
    ("w.npy", npy(numpy.ones((2, 2))), {"key": "W"}, "layer[1].weights.key", "only for .npz"),
    ("w.npz", npz(W1=numpy.ones((2, 2)), b=[1]), {}, "layer[1].weights.key", 'key = "W1"'),
    ("w.npz", npz(W1=numpy.ones((2, 2)), b=[1]), {"key": "W2"}, "layer[1].weights.key", 'did you mean "W1"'),
    ("w.npz", npz(W1=numpy.array([[None]], dtype=object)), {}, "layer[1].weights.file", "pickles can run code"),
    ("w.npz", empty_zip(), {}, "layer[1].weights.key", "0 arrays"),
    ("w.npz", b"PK\x03\x04", {}, "layer[1].weights.file", "save it again"),
    ("w.csv", b"1,2\n3,x\n", {}, "layer[1].weights", '"x" in line 2, column 2'),
    ("w.csv", b"1,2\n3\n", {}, "layer[1].weights", "1 number in row 2"),
    ("w.csv", b"1,2\n3,nan\n", {}, "layer[1].weights", "nan in row 2, column 2"),
    ("w.csv", b"1,2\n3,1e400\n", {}, "layer[1].weights", "inf in row 2, column 2"),
    ("w.csv", b"a,b\n", {}, "layer[1].weights.file", "no number"),
    ("w.csv", b"\xff\xfe", {}, "layer[1].weights.file", "not UTF-8"),
    ("w.pkl", pickle.dumps(1), {}, "layer[1].weights.file", "never a pickle"),
]


@pytest.mark.parametrize(("name", "content", "keys", "path", "text"), ARRAYS)
def test_bad_array_files(tmp_path: Path, name: str, content: bytes, keys: dict[str, str], path: str, text: str) -> None:
    (tmp_path / name).write_bytes(content)
    message = message_of(changed(VALID, ("layer/0/weights", {"file": name} | keys)), base=tmp_path)
    assert message.startswith(f"network: {path}: found ") and text in message


def test_the_thousandth_row_is_named(tmp_path: Path) -> None:
    rows = numpy.ones((1200, 2))
    rows[999, 1] = math.nan
    numpy.save(tmp_path / "x.npy", rows)
    raw = changed(VALID, ("data/inputs", {"file": "x.npy"}))
    assert "data.inputs: found nan in row 1000, column 2" in message_of(raw, base=tmp_path)


def test_a_file_larger_than_memory_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numpy.save(tmp_path / "w.npy", numpy.ones((200, 200)))
    numpy.savez_compressed(tmp_path / "w.npz", w=numpy.ones((200, 200)))  # 320 kB in a small file
    monkeypatch.setattr(values, "free_memory", lambda: 1_000_000)
    monkeypatch.setattr(numpy, "load", lambda *_, **__: pytest.fail("the file was read"))
    message = message_of(changed(VALID, ("layer/0/weights", {"file": "w.npy"})), base=tmp_path)
    assert "40016 numbers, which take about 3 MB" in message and "at most the 1 MB that are free" in message
    monkeypatch.undo()
    monkeypatch.setattr(values, "free_memory", lambda: 1_000_000)
    message = message_of(changed(VALID, ("layer/0/weights", {"file": "w.npz"})), base=tmp_path)
    assert "at most the 1 MB that are free" in message


def test_an_array_of_whole_numbers_or_short_decimals_is_exact(tmp_path: Path) -> None:
    def saved(*rows: list[float]) -> list[Any]:
        numpy.save(tmp_path / "w.npy", numpy.array(rows))
        found = load(changed(VALID, ("layer/0/weights", {"file": "w.npy"})), base=tmp_path).layers[0].weights
        return [number for row in found or () for number in row]

    for exact in ([1, 0, 0, -3], [Fraction(1, 10), Fraction(-35, 100), Fraction(1, 10**6), 2]):
        found = saved([float(exact[0]), float(exact[1])], [float(exact[2]), float(exact[3])])
        assert found == exact and all(isinstance(number, Fraction) for number in found)
    assert all(isinstance(number, float) for number in saved([0.1, 0.2], [0.1 + 0.2, 1.0]))


MUTATIONS = int(os.environ.get("DERIVEGEN_MUTATIONS", "300"))
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=8),
    st.binary(max_size=3),
    st.sampled_from(
        ["relu", "w[1][1][1]", "x^2", "shared", "abstract", "softmax", "cross_entropy", "hinge", "N", "indexed", [[1]]]
    ),
    st.sampled_from([object(), {1: 2}, set(), Decimal("1e999999999"), Decimal("sNaN"), 10**5000, 1j, numpy.ones(2)]),
    st.recursive(
        st.one_of(st.integers(-3, 3), st.floats(), st.text(max_size=3)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a nested value."""
    keys: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, inner in keys for path in [(*at, key), *places(inner, (*at, key))]]


@settings(max_examples=MUTATIONS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_raises_anything_but_input_error(data: st.DataObject) -> None:
    made = copy.deepcopy(data.draw(st.sampled_from([VALID, GRAPH])))
    for _ in range(data.draw(st.integers(1, 3))):
        if not (found := places(made)):
            break
        *parents, last = data.draw(st.sampled_from(found))
        target: Any = made
        for part in parents:
            target = target[part]
        action = data.draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        if action == "remove":
            del target[last]
        elif action == "add" and isinstance(target, dict):
            target[data.draw(st.sampled_from([*"xwtq", "loss", "graph", "layer", "rows", "thresholds"]))] = (
                copy.deepcopy(data.draw(JUNK))
            )
        else:
            target[last] = copy.deepcopy(data.draw(JUNK))
    try:
        load(made)
    except InputError as problem:
        assert "; likely fix: " in str(problem)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(["[data]\n", "[[layer]]\nunits=1\n", "x={a=1", "'''"]))
def test_no_text_raises_anything_but_input_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for suffix in ("toml", "json", "net"):
        path = tmp_path_factory.getbasetemp() / f"fuzz.{suffix}"
        path.write_text(text, "utf-8", errors="replace")
        with pytest.raises(InputError):
            load(path)


def test_more_inputs_than_digits_can_say_are_refused() -> None:
    with pytest.raises(InputError, match=r"data\.inputs: found a whole number of more than 40 digits inputs"):
        load({"data": {"inputs": 10**5000}, "layer": [{"units": 1}]})
