"""What is wrong with layers of several kinds is said in one sentence: where, what was found, what to do."""

from __future__ import annotations

from typing import Any

import pytest

from derivegen.errors import InputError
from derivegen.network.file.load import load

STEPS = [[[1, 2], [3, 4], [5, 6]]]
GRID = [[[[1, 2, 3, 4, 5]] * 5]]
ROW = [[1, 2]]
DRAWN = {"weights": {"seed": 1}}
OWN = {
    "name": "own",
    "takes": "t,k",
    "axes": {"j": "units"},
    "parameters": ["w[j,k]"],
    "nodes": [["z[t,j]", "sum(k, w[j,k]*below[t,k])"]],
}


def said(inputs: Any, *layers: dict[str, Any], targets: Any = None, **more: Any) -> str:
    """The message about a network of these layers."""
    data = {"inputs": inputs} if targets is None else {"inputs": inputs, "targets": targets}
    with pytest.raises(InputError) as problem:
        load({"data": data, "layer": [*layers], "loss": {"name": "half_squared_error"}, **more}, label="net.toml")
    return str(problem.value)


RNN = {"kind": "rnn", "units": 2}


@pytest.mark.parametrize(
    ("inputs", "layers", "says"),
    [
        (
            STEPS,
            [{"kind": "lstmm", "units": 2}],
            'layer[1].kind: found "lstmm"; expected a kind of layer derivegen knows',
        ),
        (STEPS, [{"kind": "SimpleRNN", "units": 2}], 'SimpleRNN is called rnn here: write kind = "rnn"'),
        (STEPS, [{"kind": "lstm", "units": 2, "stride": 2}], "take it out; it belongs to conv, max_pool, average_pool"),
        (STEPS, [{"kind": "lstm"}], 'layer[1].units: found nothing; expected units, which kind = "lstm" needs'),
        (STEPS, [{"kind": "lstm", "units": 0}], "layer[1].units: found 0; expected a whole number of at least 1"),
        (STEPS, [{"units": 2, "stride": 2}, {"kind": "last"}], 'say which kind of layer it is: kind = "conv"'),
        (
            GRID,
            [{"kind": "conv", "size": 2, "stride": 2, **DRAWN}],
            "layer[1].stride: found stride = 2, so that (m + 2*padding - dilation*(size - 1) - 1)/stride + 1 = 5/2 where m = 5, "
            "padding = 0, dilation = 1, size = 2; expected a whole number of at least 1; likely fix: write stride = 1 or 3, or "
            "change padding or the size",
        ),
        (
            GRID,
            [{"kind": "conv", "size": 2, "stride": 0}],
            "layer[1].stride: found 0; expected a whole number of at least 1",
        ),
        (
            GRID,
            [{"kind": "max_pool", "size": 2, "padding": 2, "stride": 1}],
            "layer[1].padding: found padding = 2, so that the first window, of 2, lies on padding alone; expected less than 2",
        ),
        (
            GRID,
            [{"kind": "conv", "size": 2, "padding": 10**6}],
            "layer[1].padding: found 1000000; expected a whole number",
        ),
        (GRID, [{"kind": "conv", "size": 7, **DRAWN}], "layer[1].size: found size = 7, so that"),
        (
            GRID,
            [{"kind": "conv", "size": [2, 2, 2]}],
            "found [2, 2, 2]; expected a whole number from 0 to 10000, or a list of one or two",
        ),
        (GRID, [{"kind": "conv", "size": [2]}], "layer[1].size: found [2]; expected a list of 2, as 1 × 5 × 5 enters"),
        ([STEPS[0]], [{"kind": "conv", "size": 2}], "expected [2] for channels × places, or [2, 2] for a grid"),
        (
            STEPS,
            [{"kind": "attention", "heads": 3}],
            "so that width/heads = 2/3 where width = 2; expected a whole number",
        ),
        (
            [[[1, 2, 3]]],
            [{"kind": "attention", "rotary": True}],
            "so that width/heads/2 = 3/2 where width = 3; expected a whole number",
        ),
        (
            GRID,
            [{"kind": "lstm", "units": 2}],
            'layer[1].kind: found "lstm", where 1 × 5 × 5 enters; expected steps × units',
        ),
        (
            [[1, 2, 3]],
            [{"kind": "conv", "size": 2, **DRAWN}, {"kind": "lstm", "units": 2}],
            'put a layer of kind = "places_to_steps" before it',
        ),
        (ROW, [{"kind": "lstm", "units": 2}], "put one more pair of brackets around each row of data.inputs"),
        (GRID, [{"kind": "conv", "size": 2}, {"units": 2}], 'put a layer of kind = "flatten" before it'),
        (
            [[1, 5]],
            [{"kind": "embedding", "words": 3, "units": 2}],
            "data.inputs: found x[2] = 5 as an index of E[1]; expected a whole number from 1 to 3",
        ),
        ([[1, 0.5]], [{"kind": "embedding", "words": 3, "units": 2}], "has numbers that are not whole"),
        (ROW, [{"units": 3, **DRAWN}, {"kind": "embedding", "words": 3, "units": 2}], "which only inputs are"),
        (
            STEPS,
            [{**RNN, "weights": [[1, 2], [3, 4]]}],
            "found numbers for one array; expected which of w[j,k], u[j,i] they are",
        ),
        (STEPS, [{**RNN, "parameters": {"v": [[1]]}}], 'layer[1].parameters.v: found "v"; expected one of w, u'),
        (
            STEPS,
            [{**RNN, "parameters": {"w": [[1, 2], [3, 4]], "u": [[1, 2, 3]]}}],
            "layer[1].parameters.u: found 1 × 3 numbers; expected 2 × 2 numbers (j = 2, i = 2)",
        ),
        (STEPS, [{**RNN, "activation": "abstract"}], 'layer[1].activation: found "abstract"'),
        (STEPS, [RNN, {"kind": "add"}], "layer[2].other: found nothing; expected the name of a second layer"),
        (
            STEPS,
            [{**RNN, "name": "a"}, {"units": 3}, {"kind": "add", "other": "a"}],
            "layer[3].other: found a layer that gives t = 3 × j = 2; expected as many as in t = 3 × j = 3, which enters",
        ),
        (STEPS, [{**RNN, "from": "b"}], 'layer[1].from: found "b"; expected the name of a layer before this one'),
        (STEPS, [{**RNN, "name": "inputs"}], 'layer[1].name: found "inputs"; expected a name of its own'),
        (ROW, [{"units": 2}, {"kind": "batch_norm"}], "layer[2].kind: found one row"),
        (ROW, [{"units": 2}, {"kind": "dropout"}], "layer[2].mask: found nothing; expected which numbers are kept"),
        (ROW, [{"units": 2}, {"kind": "dropout", "mask": [[1, 2]]}], "layer[2].mask: found 2; expected 0 or 1"),
        (
            ROW,
            [{"units": 2}, {"kind": "dropout", "mask": [[1, 1, 1]]}],
            "expected 1 × 2 numbers: one row for each example",
        ),
        (
            ROW,
            [{"units": 2}, {"kind": "dropout", "rate": 1}],
            "layer[2].rate: found 1; expected a share from 0 to below 1",
        ),
        (STEPS, [{"kind": "rnn", "units": 10**5}], "quantities; expected at most 200000"),
        (3, [RNN], "data.inputs: found 3; expected the numbers of the inputs, since sizes follow from them"),
        ({"seed": 1}, [RNN], "likely fix: add shape = [3, 2]"),
        (
            {"seed": 1, "shape": [0]},
            [RNN],
            "data.inputs.shape: found [0]; expected a list of whole numbers of at least 1",
        ),
        (STEPS, [RNN, {"units": 2, "connections": [[1, 0], [1, 1]]}], "layer[2].connections: found connections beside"),
        (
            [[[1, 2], [3]]],
            [RNN],
            "data.inputs[1][2]: found a list of 1 number; expected 2 numbers, as in data.inputs[1][1]: lists of one length",
        ),
    ],
)
def test_what_does_not_fit(inputs: Any, layers: list[dict[str, Any]], says: str) -> None:
    message = said(inputs, *layers)
    assert says in message and message.startswith("net.toml: ")


@pytest.mark.parametrize(
    ("targets", "layers", "says"),
    [
        (
            [[1, 2]],
            [RNN],
            "expected 1 × 3 × 2 numbers: 1 row of t = 3 × j = 2; likely fix: give a target for each step, or put",
        ),
        ([[1, 2], [1, 2]], [RNN, {"kind": "last"}], "give every row of inputs its row of targets"),
        ([[1, 2, 3]], [RNN, {"kind": "last"}], "found 1 × 3 numbers; expected 1 × 2 numbers: 1 row of k = 2"),
    ],
)
def test_targets_that_do_not_fit(targets: Any, layers: list[dict[str, Any]], says: str) -> None:
    message = said(STEPS, *layers, targets=targets)
    assert says in message and message.startswith("net.toml: data.targets: ")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "lstm"}, 'kind[1].name: found "lstm"; expected a name that no kind has yet'),
        ({"takes": "T,k"}, 'kind[1].takes: found "T,k"; expected small letters'),
        ({"axes": {"j": "units", "k": 2}}, 'found the letter "k", which is taken'),
        ({"nodes": [["z[t,j]", "sum(k, w[j,k]*bellow[t,k])"]]}, "the name 'bellow' is not known here"),
        ({"nodes": [["z[t,j", "below[t,1]"]]}, "kind[1].nodes[1]: found"),
        (
            {"nodes": [["z[t,j]", "sum(k, w[j,k]*below[t-1,k])"]]},
            'x from 1 to 3; expected reads within the ranges; likely fix: change a range, or add outside = ["below"] (0 there)',
        ),
        ({"nodes": [["z[t,j]", "z[t,j] + below[t,1]"]]}, "kind[1].nodes: found the cycle z[1][1][1] → z[1][1][1]"),
        ({"parameters": ["w[q,k]"]}, "kind[1].parameters.w[q,k]: found"),
        ({"outside": ["zz"]}, 'kind[1].outside[1]: found "zz"; expected one of w, z, below'),
    ],
)
def test_a_kind_of_ones_own(changes: dict[str, Any], says: str) -> None:
    assert says in said(STEPS, {"kind": "own", "units": 2}, kind=[{**OWN, **changes}])


def test_an_option_that_a_kind_of_ones_own_does_not_name() -> None:
    message = said(STEPS, {"kind": "own", "units": 2, "heads": 2}, kind=[OWN])
    assert 'found heads beside kind = "own"; expected one of kind, name, from, units, weights, parameters' in message


def test_batches_are_of_dense_layers() -> None:
    assert "training.batch_size: found 1" in said(STEPS, RNN, training={"batch_size": 1})


def test_of_one_output_no_steps_are_averaged() -> None:
    data, loss = {"inputs": [[[1], [2]]], "targets": [[0.5]]}, {"name": "half_squared_error", "steps": "mean"}
    layers = [{**RNN, **DRAWN}, {"kind": "last"}, {"units": 1, **DRAWN}]
    with pytest.raises(InputError, match=r"loss.steps: found .mean.; expected nothing, since the last layer gives no"):
        load({"data": data, "layer": layers, "loss": loss})
    by_steps = {"inputs": [[[1], [2]]], "targets": [[[0.5], [0.1]]]}
    graph = load({"data": by_steps, "layer": [layers[0], layers[2]], "loss": loss}).graph
    assert graph is not None and "mean" in str(graph.parts[-1].loss)
