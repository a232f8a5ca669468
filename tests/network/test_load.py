"""What a good network file becomes: every feature of the file, the shipped examples, options, the JSON Schema."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import numpy
import pytest

from derivegen.errors import InputError
from derivegen.network.file.examples import example_names, example_path, templates_folder
from derivegen.network.file.load import load, with_options
from derivegen.network.file.schema import json_schema
from derivegen.network.network import Network


def net(**changes: Any) -> dict[str, Any]:
    """A valid 2-2-1 network with some sections replaced."""
    base: dict[str, Any] = {
        "title": "Test",
        "data": {"inputs": [[0.5, 1]], "targets": [[1]]},
        "layer": [
            {"units": 2, "activation": "sigmoid", "weights": [[0.1, 0.2], [0.3, 0.4]], "biases": [0.1, 0.2]},
            {"units": 1, "activation": "sigmoid", "weights": [[0.5, 0.6]]},
        ],
        "loss": {"name": "half_squared_error"},
    }
    return base | changes


def one(layer: dict[str, Any], **changes: Any) -> Network:
    """A network of one layer of the given keys over two inputs."""
    made = {"data": {"inputs": 2}, "loss": {"name": "squared_error"}, "layer": [{"units": 2} | layer]} | changes
    return load(made)


def test_typed_decimals_become_exact_fractions(tmp_path: Path) -> None:
    file = tmp_path / "n.toml"
    text = '[data]\ninputs = [[0.1]]\ntargets=[[1e-3]]\n[[layer]]\nunits = 1\nweights = [[3]]\n[loss]\nname="hinge"'
    file.write_text(text.replace("1e-3", "1.0"))
    network = load(file)
    assert (network.inputs, network.layers[0].weights) == (((F(1, 10),),), ((F(3),),))
    assert (network.stem, network.title) == ("n", "n")


def test_json_says_the_same_as_a_dict(tmp_path: Path) -> None:
    file = tmp_path / "n.json"
    file.write_text(json.dumps(net()))
    from dataclasses import replace

    assert load(file) == replace(load(net()), stem="n")


TENTHS = ((F(1, 10), F(2, 10)), (F(3, 10), F(4, 10)))


def test_python_floats_are_the_decimals_they_print() -> None:
    assert load(net()).layers[0].weights == TENTHS


def test_numpy_arrays_in_a_dict_become_numbers() -> None:
    network = one({"weights": numpy.array([[0.1, 0.2], [0.3, 0.4]]), "biases": numpy.array([1, 2])})
    assert network.layers[0].weights == TENTHS
    assert network.layers[0].biases == (1.0, 2.0)


def test_tuples_and_numpy_scalars_count_as_lists_and_numbers() -> None:
    network = one({"weights": ((numpy.float64(0.1), numpy.int64(2)), (3, 4))})
    assert network.layers[0].weights == ((F(1, 10), F(2)), (F(3), F(4)))


def test_symbolic_inputs() -> None:
    network = one({}, data={"inputs": 2})
    assert (network.n_inputs, network.rows, network.inputs, network.targets) == (2, 1, None, None)
    assert one({}, data={"inputs": 2, "rows": "N"}).rows == "N"
    assert one({}, data={"inputs": 2, "rows": 3}).rows == 3


def test_a_quantity_of_a_symbolic_row_is_written_with_r() -> None:
    data = {"inputs": 2, "rows": "N"}
    assert one({}, data=data, document={"wrt": ["z[1][1]@r"]}).options.wrt == ("z[1][1]@r",)
    with pytest.raises(InputError, match='write "z\\[1\\]\\[1\\]@r"'):
        one({}, data=data, document={"wrt": ["z[1][1]"]})


def test_inputs_left_out_are_counted_by_the_weights() -> None:
    network = load({"layer": [{"units": 1, "weights": [[1, 2, 3]]}], "loss": {"name": "squared_error"}})
    assert (network.n_inputs, network.n_outputs, network.inputs) == (3, 1, None)


def test_drawn_weights_share_one_stream_per_seed() -> None:
    drawn = {"seed": 3, "scale": 0.1}
    network = load(
        net(layer=[{"units": 4, "weights": drawn, "biases": {"seed": 3}}, {"units": 1, "weights": {"seed": 3}}])
    )
    stream = numpy.random.RandomState(3)
    first, biases, second = stream.randn(4, 2) * 0.1, stream.randn(4) * 0.5, stream.randn(1, 4) * 0.5
    assert network.layers[0].weights == tuple(map(tuple, first.tolist()))
    assert network.layers[0].biases == tuple(biases.tolist())
    assert network.layers[1].weights == tuple(map(tuple, second.tolist()))


def test_drawn_data() -> None:
    data = {"inputs": {"seed": 1, "columns": 2}, "targets": {"seed": 1}, "rows": 3}
    network = load(net(data=data))
    stream = numpy.random.RandomState(1)
    assert network.inputs == tuple(map(tuple, (stream.randn(3, 2) * 0.5).tolist()))
    assert network.targets == tuple(map(tuple, (stream.randn(3, 1) * 0.5).tolist()))


@pytest.mark.parametrize("suffix", ["npy", "npz", "csv"])
def test_array_files(tmp_path: Path, suffix: str) -> None:
    array = numpy.array([[0.1, 0.2], [0.3, 0.4]])
    values: dict[str, Any] = {"file": f"w.{suffix}"}
    if suffix == "npy":
        numpy.save(tmp_path / "w.npy", array)
    elif suffix == "npz":
        numpy.savez(tmp_path / "w.npz", W1=array, b1=array[0])
        values["key"] = "W1"
    else:
        (tmp_path / "w.csv").write_text("u,v\n0.1,0.2\n0.3,0.4\n")
    file = tmp_path / "n.json"
    file.write_text(json.dumps(net(layer=[{"units": 2, "weights": values}])).replace("[[1]]", "[[1, 0]]"))
    assert load(file).layers[0].weights == TENTHS


def test_csv_as_numpy_and_a_spreadsheet_write_it(tmp_path: Path) -> None:
    numpy.savetxt(tmp_path / "blank.csv", [[1, 2], [3, 4]])
    (tmp_path / "semicolon.csv").write_bytes(b"\xef\xbb\xbf1;2\r\n3;4\r\n")
    for name in ("blank.csv", "semicolon.csv"):
        network = load(net(layer=[{"units": 2, "weights": {"file": name}}], data={}), base=tmp_path)
        assert network.layers[0].weights == ((1.0, 2.0), (3.0, 4.0))


def test_bias_file_of_one_column(tmp_path: Path) -> None:
    numpy.save(tmp_path / "b.npy", numpy.array([[1.0], [2.0]]))
    network = load(net(layer=[{"units": 2, "biases": {"file": "b.npy"}}], data={"inputs": 1}), base=tmp_path)
    assert network.layers[0].biases == (1.0, 2.0)


def test_weights_as_inputs_by_units() -> None:
    layer = {"weights": [[1, 2, 3], [4, 5, 6]], "units": 3}
    turned = ((F(1), F(4)), (F(2), F(5)), (F(3), F(6)))
    assert one(layer, weights_as="inputs x units").layers[0].weights == turned
    assert one(layer | {"weights_as": "inputs × units"}).layers[0].weights == turned


@pytest.mark.parametrize(
    ("layer", "kind", "biases"),
    [
        ({}, "each", None),
        ({"weights": [[1, 2], [3, 4]]}, "none", None),
        ({"biases": [1, 2]}, "each", (F(1), F(2))),
        ({"biases": 0.5}, "shared", (F(1, 2),)),
        ({"biases": 0}, "shared", (F(0),)),
        ({"biases": "shared"}, "shared", None),
        ({"biases": False}, "none", None),
        ({"thresholds": [0.8, 1]}, "threshold", (F(4, 5), F(1))),
        ({"thresholds": "symbolic"}, "threshold", None),
    ],
)
def test_biases(layer: dict[str, Any], kind: str, biases: Any) -> None:
    made = one(layer).layers[0]
    assert (made.bias_kind, made.biases) == (kind, biases)


def test_a_single_number_in_a_layer_of_one_unit_is_its_bias() -> None:
    for key, kind in (("biases", "each"), ("thresholds", "threshold")):
        made = one({"units": 1, key: 0.8}).layers[0]
        assert (made.bias_kind, made.biases) == (kind, (F(4, 5),))


def test_connections() -> None:
    network = one({"connections": [[1, 0], [1, 1]], "weights": [[0.5, 0], [1, 1]]})
    assert network.layers[0].mask == ((True, False), (True, True))
    drawn = one({"connections": [[1, 0], [1, 1]], "weights": {"seed": 1}}).layers[0].weights
    assert drawn is not None and drawn[0][1] == 0


@pytest.mark.parametrize(
    ("choice", "name", "parameters"),
    [
        ("tanh", "tanh", {}),
        ("leaky_relu", "leaky_relu", {"slope": F(1, 100)}),
        ({"name": "leaky_relu", "slope": 0.2}, "leaky_relu", {"slope": F(1, 5)}),
        ({"name": "elu", "alpha": 2}, "elu", {"alpha": F(2)}),
        ("elu", "elu", {"alpha": F(1)}),
    ],
)
def test_activations(choice: Any, name: str, parameters: dict[str, F]) -> None:
    made = one({"activation": choice}).layers[0].activation
    assert (made.name, made.parameters) == (name, parameters)


def test_abstract_activation_with_its_letter() -> None:
    assert one({"activation": {"name": "abstract", "symbol": "g"}}).layers[0].activation.symbol == "g"


def test_activation_and_loss_formulas() -> None:
    network = one({"activation": {"formula": "z^2"}}, loss={"formula": "(t - a)^4"})
    assert (network.layers[0].activation.name, network.layers[0].activation.formula) == ("formula", "z^2")
    assert network.loss is not None
    assert (network.loss.name, network.loss.formula, network.loss.reduction) == ("formula", "(t - a)^4", "mean")


@pytest.mark.parametrize(
    ("loss", "reduction"),
    [
        ("squared_error", "sum"),
        ("half_squared_error", "sum"),
        ("absolute_error", "sum"),
        *((name, "mean") for name in ("mean_squared_error", "huber", "hinge", "binary_cross_entropy", "abstract")),
    ],
)
def test_reduction_by_default(loss: str, reduction: str) -> None:
    made = load(net(loss={"name": loss})).loss
    assert made is not None and made.reduction == reduction


def test_reduction_overridden_and_delta_of_huber() -> None:
    made = load(net(loss={"name": "huber", "delta": 0.5, "reduction": "sum"})).loss
    assert made is not None and (made.reduction, made.parameters) == ("sum", {"delta": F(1, 2)})


def test_soft_targets_are_allowed() -> None:
    load(net(loss={"name": "binary_cross_entropy"}, data={"inputs": [[1, 2]], "targets": [[0.3]]}))


def test_training() -> None:
    section = {"learning_rate": 0.1, "steps": 7, "batch_size": 1, "every": 5, "frozen": ["b", "w[1]", "w.2.1.1"]}
    training = load(net(training=section)).training
    assert (training.learning_rate, training.steps, training.batch_size, training.every) == (F(1, 10), 7, 1, 5)
    assert training.frozen == ("b", "w[1]", "w[2][1][1]")
    assert load(net(training={"trained": ["w[2]"]})).training.trained == ("w[2]",)


def test_document() -> None:
    section = {
        "wrt": ["w.1.2.1", "dloss/db[1][1]", "w[2]", "x[2]"],
        "digits": 6,
        "carry": "rounded",
        "detail": "full",
        "view": "both",
        "language": "en",
        "paper": "letter",
        "style": "print",
        "assume": ["z[1][1] > 0", "z.1.2<0.5"],
        "author": "A",
        "course": "C",
        "date": "May",
        "intro": "I",
    }
    options = load(net(document=section)).options
    assert options.wrt == ("w[1][2][1]", "b[1][1]", "w[2]", "x[2]")
    assert options.assume == ("z[1][1] > 0", "z[1][2] < 0.5")
    assert (options.digits, options.carry, options.view) == (6, "rounded", "both")
    assert (options.paper, options.style) == ("letter", "print")


def test_a_toml_date_is_text(tmp_path: Path) -> None:
    file = tmp_path / "n.toml"
    file.write_text(
        example_path("graph-product").read_text("utf-8").replace("[document]", "[document]\ndate = 2024-05-01", 1),
        "utf-8",
    )
    assert load(file).options.date == "2024-05-01"


def test_published() -> None:
    published = load(net(published={"loss": "0.0260", "dloss/dw.2.1.1": {"value": "−0.13", "where": "p. 3"}})).published
    assert published["loss"].value == "0.0260"
    assert (published["dloss/dw[2][1][1]"].value, published["dloss/dw[2][1][1]"].where) == ("−0.13", "p. 3")


@pytest.mark.parametrize(
    "name",
    [
        *("x[2]", "t[1]", "w[1][2][1]", "b[1][2]", "z[1][2]", "a[2][1]", "loss", "loss[1]", "delta[1][1]", "z[1][1]@1"),
        *("dloss/dw[1][2][1]", "dloss/dz[1][2]@1", "dloss@1/dz[1][2]", "Dw[1][2][1]", "w[1][2][1]'", "loss'"),
        *("a[2][1]#6", "w[1]", "z[1]", "dloss/dw[1]", "da[2][1]/dz[2][1]"),
    ],
)
def test_every_form_of_a_name_may_be_published(name: str) -> None:
    assert list(load(net(published={name: "1"})).published) == [name.replace("@1", "")]


def test_names_of_inputs_and_targets() -> None:
    data = {"inputs": [[1, 2]], "input_names": ["hours slept", "hours read"], "target_names": ["pass"]}
    network = load(net(data=data))
    assert (network.input_names, network.target_names) == (("hours slept", "hours read"), ("pass",))


def test_own_notation() -> None:
    notation = {"base": "numbered", "w": "w_{<n+1>}", "delta_is": "-dloss/dz", "first_row": 0}
    made = load(net(notation=notation | {"symbols": {"w.1.1.1": "w_{13}"}})).notation
    assert made == notation | {"symbols": {"w[1][1][1]": "w_{13}"}}
    assert load(net(notation="net-out")).notation == "net-out"


def test_exercise() -> None:
    section = {"vary": ["inputs"], "digits": 3, "ask": [{"kind": "values", "of": ["z[1][1]"], "marks": 2, "blanks": 1}]}
    exercise = load(net(exercise=section)).exercise
    assert exercise is not None and exercise.ask[0].of == ("z[1][1]",) and exercise.ask[0].marks == 2


GRAPH: dict[str, Any] = {
    "inputs": {"x": -2.0, "y": 5.0},
    "parameters": {"z": -4.0},
    "nodes": [["q", "x + y"], ["f", "q * z"]],
    "output": "f",
}


def test_graph() -> None:
    network = load({"graph": GRAPH, "training": {"learning_rate": 1, "frozen": ["z"]}})
    graph = network.graph
    assert graph is not None and network.loss is None and not network.layers
    assert (graph.inputs, graph.parameters) == ({"x": F(-2), "y": F(5)}, {"z": F(-4)})
    assert (graph.nodes, graph.output, graph.wrt, graph.gates) == (
        *((("q", "x + y"), ("f", "q * z")), "f"),
        *(("x", "y", "z"), False),
    )


def test_graph_nodes_as_a_table_and_symbolic_inputs() -> None:
    section = {"inputs": ["e", "pi"], "nodes": {"L": "max(e, pi)", "dead": "exp(e)"}, "output": "L", "gates": True}
    graph = load({"graph": section | {"wrt": ["e"]}, "document": {"wrt": ["e", "L"], "assume": ["e > pi"]}}).graph
    assert graph is not None
    assert (graph.inputs, graph.nodes[0], graph.wrt) == ({"e": None, "pi": None}, ("L", "max(e, pi)"), ("e",))


@pytest.mark.parametrize("name", example_names())
def test_every_example_loads(name: str) -> None:
    network = load(f"example:{name}")
    assert network.title != name and network.stem == name


def test_the_examples_say_what_the_articles_say() -> None:
    small, large = load("example:article-004"), load("example:article-000")
    assert (small.training.steps, small.notation, small.training.learning_rate) == (60, "plain", F(1, 10))
    assert (large.n_inputs, [layer.units for layer in large.layers], large.training.steps) == (3, [4, 1], 6)
    assert large.layers[1].weights is not None
    assert [round(w, 3) for w in large.layers[1].weights[0]] == [0.088, 0.171, 0.005, -0.04]


NEW = (templates_folder() / "new.toml").read_text("utf-8")
REPLACES = {
    "significant": "digits",
    "thresholds": "biases",
    "connections": "weights",
    "formula": "name",
    "trained": "x",
}
SWITCHES = re.findall(r"^# (?!rows|weights_as|graph)((\w+) = .*)$", NEW.split("# A graph of")[0], re.MULTILINE)


def test_the_new_file_loads_as_it_is() -> None:
    network = load(templates_folder() / "new.toml")
    assert len(network.layers) == 2 and network.training.steps == 5


@pytest.mark.parametrize(("line", "key"), [(line, key) for line, key in SWITCHES if "w.npz" not in line])
def test_every_key_commented_out_in_the_new_file_may_be_switched_on(tmp_path: Path, line: str, key: str) -> None:
    before, after = NEW.split(f"# {line}")
    start = before.rindex("\n[")
    section = re.sub(rf"^({key}|{REPLACES.get(key, key)}) = .*$", "", before[start:], flags=re.MULTILINE)
    (tmp_path / "n.toml").write_text(before[:start] + section + line + after, "utf-8")
    load(tmp_path / "n.toml")


def test_the_graph_and_the_exercise_of_the_new_file_may_be_switched_on(tmp_path: Path) -> None:
    block = NEW.split("# A graph of one's own stands in place of [data], [[layer]] and [loss]:\n")[1]
    (tmp_path / "n.toml").write_text(re.sub(r"^# ", "", block, flags=re.MULTILINE), "utf-8")
    loaded = load(tmp_path / "n.toml")
    assert loaded.graph is not None and loaded.exercise is not None


def test_the_published_values_of_the_new_file_may_be_switched_on(tmp_path: Path) -> None:
    lines = re.sub(r'^# (\[published\]|"(loss|z\[)[^\n]*)', r"\1", NEW, flags=re.MULTILINE)
    (tmp_path / "n.toml").write_text(lines, "utf-8")
    assert set(load(tmp_path / "n.toml").published) == {"loss", "z[1][1]@1"}


def test_load_needs_neither_sympy_nor_numpy() -> None:
    code = "import sys; from derivegen.network.file.load import load; load('example:article-004')"
    code += "; print('sympy' in sys.modules, 'numpy' in sys.modules)"
    root = Path(__file__).parent.parent.parent
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert result.stdout.split() == ["False", "False"]


def test_options_win_over_the_file() -> None:
    network = load(net(document={"digits": 3, "author": "A"}))
    changed = with_options(network, digits=5, wrt="w[1][1][1], b[1][2]", notation="plain", carry=None)
    assert (changed.options.digits, changed.options.author, changed.notation) == (5, "A", "plain")
    assert changed.options.wrt == ("w[1][1][1]", "b[1][2]")
    assert with_options(network, significant=2).options.digits is None
    assert with_options(network) == network


@pytest.mark.parametrize(
    ("option", "value", "found", "fix"),
    [
        ("digits", 16, "16", "from 0 to 15"),
        ("detail", "ful", '"ful"', '"full"'),
        ("notation", "plian", '"plian"', '"plain"'),
        ("wrt", ["w[3][1][1]"], '"w[3][1][1]"', "there are 2 layers"),
        ("digit", 3, "digit", '"digits"'),
        ("carry", 1, "1", '"exact"'),
    ],
)
def test_options_are_checked_as_the_file_is(option: str, value: object, found: str, fix: str) -> None:
    with pytest.raises(InputError) as caught:
        with_options(load(net()), **{option: value})
    message = str(caught.value)
    assert message.startswith(f"network: options: {option}") and found in message and fix in message


def test_every_key_of_the_schema_is_described() -> None:
    schema = json_schema()
    sections = [schema, *schema["$defs"].values()]
    properties = [(s["title"], k, p) for s in sections for k, p in s.get("properties", {}).items()]
    assert len(properties) > 60
    assert [(title, key) for title, key, prop in properties if "description" not in prop] == []
    assert all(s["additionalProperties"] is False for s in sections if "properties" in s)
