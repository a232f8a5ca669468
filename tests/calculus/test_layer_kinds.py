"""Networks of layers of every kind: each gradient against an outside library, kind by kind and in random stacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import pytest
from autograd import grad
from autograd import numpy as np

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.network.family import Family
from derivegen.network.file.as_file import network_file
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.kind_nets import output

SEED = {"weights": {"seed": 1}, "biases": {"seed": 2}}
TOP: list[dict[str, Any]] = [{"kind": "last"}, {"units": 1, **SEED}]
FLAT: list[dict[str, Any]] = [{"kind": "flatten"}, {"units": 2, **SEED}]
AFFINE = {"parameters": {"g": {"seed": 3}, "b": {"seed": 4}}}
KINDS: dict[str, tuple[tuple[int, ...], list[dict[str, Any]]]] = {
    "rnn": ((3, 2), [{"kind": "rnn", "units": 2, **SEED}, *TOP]),
    "rnn, relu, no biases": ((3, 2), [{"kind": "rnn", "units": 2, "activation": "relu", "weights": {"seed": 5}}, *TOP]),
    "rnn both ways": ((3, 2), [{"kind": "rnn", "units": 2, "bidirectional": True, **SEED}, {"units": 1, **SEED}]),
    "two rnns": ((3, 1), [{"kind": "rnn", "units": 2, **SEED}, {"kind": "rnn", "units": 3, **SEED}, *TOP]),
    "lstm": ((3, 2), [{"kind": "lstm", "units": 2, **SEED}, *TOP]),
    "lstm with peepholes": ((3, 1), [{"kind": "lstm", "units": 2, "peephole": True, **SEED}, *TOP]),
    "lstm both ways": ((2, 1), [{"kind": "lstm", "units": 1, "bidirectional": True, **SEED}, *TOP]),
    "gru, reset after": ((3, 2), [{"kind": "gru", "units": 2, **SEED}, *TOP]),
    "gru, reset before": ((3, 2), [{"kind": "gru", "units": 2, "reset": "before", **SEED}, *TOP]),
    "gru both ways": ((2, 1), [{"kind": "gru", "units": 1, "bidirectional": True, **SEED}, *TOP]),
    "gru over a convolution": (
        (2, 5),
        [
            {"kind": "conv", "channels": 3, "size": [3], "activation": "tanh", **SEED},
            {"kind": "places_to_steps"},
            {"kind": "gru", "units": 2, **SEED},
            *TOP,
        ],
    ),
    "gru over a convolution without channels": (
        (5,),
        [{"kind": "conv", "size": 3, **SEED}, {"kind": "places_to_steps"}, {"kind": "gru", "units": 2, **SEED}, *TOP],
    ),
    "convolution over states": (
        (4, 1),
        [
            {"kind": "rnn", "units": 2, **SEED},
            {"kind": "steps_to_places"},
            {"kind": "conv", "channels": 2, "size": [2], **SEED},
            *FLAT,
        ],
    ),
    "mean over time": ((3, 2), [{"kind": "mean"}, {"units": 2, "activation": "tanh", **SEED}]),
    "softmax at each step": (
        (3, 2),
        [{"kind": "rnn", "units": 2, **SEED}, {"units": 3, "activation": "softmax", **SEED}],
    ),
    "embedding": ((3,), [{"kind": "embedding", "words": 4, "units": 2, "weights": {"seed": 1}}, *TOP]),
    "conv along a line": ((6,), [{"kind": "conv", "size": 3, "activation": "tanh", **SEED}]),
    "conv, channels, stride, padding": (
        (2, 7),
        [{"kind": "conv", "channels": 3, "size": [3], "stride": 2, "padding": 1, "activation": "silu", **SEED}, *FLAT],
    ),
    "conv, dilation": ((7,), [{"kind": "conv", "size": 3, "dilation": 2, "channels": 2, **SEED}, *FLAT]),
    "conv on a grid": (
        (2, 4, 4),
        [{"kind": "conv", "channels": 2, "size": 3, "stride": 1, "padding": 1, "activation": "relu", **SEED}, *FLAT],
    ),
    "conv on one map, two strides": ((4, 5), [{"kind": "conv", "size": [2, 3], "stride": [2, 1], **SEED}, *FLAT]),
    "max pool": ((2, 6), [{"kind": "max_pool", "size": [2]}, *FLAT]),
    "max pool with padding": ((2, 4, 4), [{"kind": "max_pool", "size": 2, "padding": 1}, *FLAT]),
    "average pool": ((2, 4, 4), [{"kind": "average_pool", "size": 3, "stride": 1, "padding": 1}, *FLAT]),
    "conv and pool and conv": (
        (6, 6),
        [
            {"kind": "conv", "channels": 2, "size": [3, 3], "activation": "tanh", **SEED},
            {"kind": "max_pool", "size": 2},
            {"kind": "conv", "channels": 2, "size": 2, **SEED},
            *FLAT,
        ],
    ),
    "mean over places": (
        (4, 4),
        [{"kind": "conv", "channels": 3, "size": [2, 2], **SEED}, {"kind": "mean"}, {"units": 1, **SEED}],
    ),
    "layer norm": ((3,), [{"units": 3, **SEED}, {"kind": "layer_norm", **AFFINE}, {"units": 1, **SEED}]),
    "batch norm, statistics that were kept": (
        (3, 4),
        [
            {"kind": "conv", "channels": 2, "size": [2, 2], **SEED},
            {"kind": "batch_norm", "running": True, "parameters": {"g": [1.5, 0.5], "m": [0.1, -0.2], "v": [0.5, 2]}},
            *FLAT,
        ],
    ),
    "layer norm at each step": ((3, 3), [{"kind": "layer_norm"}, {"units": 1, **SEED}]),
    "rms norm": ((3,), [{"units": 3, **SEED}, {"kind": "rms_norm", "weights": {"seed": 3}}, {"units": 1, **SEED}]),
    "batch norm": (
        (2,),
        [{"units": 3, **SEED}, {"kind": "batch_norm", **AFFINE}, {"units": 1, "activation": "tanh", **SEED}],
    ),
    "batch norm at each step": ((2, 2), [{"kind": "batch_norm", **AFFINE}, {"units": 1, "activation": "tanh", **SEED}]),
    "batch norm of maps": (
        (1, 3, 3),
        [{"kind": "conv", "channels": 2, "size": 2, **SEED}, {"kind": "batch_norm", **AFFINE}, *FLAT],
    ),
    "add": (
        (2,),
        [
            {"units": 2, "name": "first", **SEED},
            {"units": 2, "activation": "tanh", **SEED},
            {"kind": "add", "other": "first"},
        ],
    ),
    "concatenate and from": (
        (2, 2),
        [
            {"units": 2, "name": "one", **SEED},
            {"units": 3, "from": "inputs", "activation": "tanh", **SEED},
            {"kind": "concatenate", "other": "one"},
            {"units": 1, **SEED},
        ],
    ),
    "attention": ((3, 2), [{"kind": "attention", **SEED}, {"units": 1, **SEED}]),
    "attention, heads, causal": (
        (3, 4),
        [{"kind": "attention", "heads": 2, "causal": True, "weights": {"seed": 1}}, {"units": 1, **SEED}],
    ),
    "attention, rotary, heads, causal": (
        (3, 4),
        [{"kind": "attention", "heads": 2, "width": 8, "causal": True, "rotary": True, **SEED}, {"units": 1, **SEED}],
    ),
    "attention, rotary": ((3, 2), [{"kind": "attention", "rotary": True, **SEED}]),
    "attention, heads, width, biases": (
        (2, 2),
        [{"kind": "attention", "heads": 2, "width": 6, **SEED}, {"units": 1, **SEED}],
    ),
    "attention of another layer": (
        (3, 2),
        [
            {"units": 3, "name": "memory", **SEED},
            {"units": 2, "from": "inputs", **SEED},
            {"kind": "attention", "other": "memory", **SEED},
            {"units": 1, **SEED},
        ],
    ),
    "a transformer block": (
        (2, 2),
        [
            {"kind": "position", "name": "placed"},
            {"kind": "attention", "heads": 2, "weights": {"seed": 1}},
            {"kind": "add", "other": "placed"},
            {"kind": "layer_norm", "name": "normed", **AFFINE},
            {"units": 3, "activation": "relu", **SEED},
            {"units": 2, **SEED},
            {"kind": "add", "other": "normed"},
        ],
    ),
    "dropout": ((4,), [{"units": 4, **SEED}, {"kind": "dropout", "mask": [[1, 0, 1, 1]]}, {"units": 1, **SEED}]),
}


def file_of(shape: tuple[int, ...], sections: list[dict[str, Any]], rows: int, seed: int = 0) -> dict[str, Any]:
    """The file of a network with drawn inputs; the targets are those that its output has the shape for."""
    draw = numpy.random.RandomState(seed)
    words = sections[0].get("words")
    inputs = draw.randint(1, words + 1, (rows, *shape)) if words else draw.randn(rows, *shape).round(3)
    sections = [
        {**each, "mask": each["mask"] * rows} if each.get("kind") == "dropout" and len(each["mask"]) == 1 else each
        for each in sections
    ]
    return {"data": {"inputs": inputs.tolist()}, "layer": sections, "loss": {"name": "half_squared_error"}}


def array_of(family: Family, numbers: Any, name: Any = lambda member: member) -> Any:
    """The numbers of a family as an array, its rows first."""
    sizes = [int(axis.size) for axis in family.axes]
    found = numpy.array([float(numbers[name(family.member(at))]) for at in family.members()]).reshape(sizes)
    rows = [place for place, axis in enumerate(family.axes) if axis.counts == "example"]
    return numpy.moveaxis(found, rows[0], 0) if rows else found


def given(derivation: Derivation, rows: int) -> Iterator[tuple[Family, Any]]:
    """The inputs and parameters, and their numbers."""
    for family in derivation.graph.families.values():
        if family.kind in ("input", "weight", "bias"):
            yield family, array_of(family, derivation.graph.givens)


def compare(file: dict[str, Any], compare_inputs: bool = True) -> int:
    """Every derivative by inputs and parameters; gives how many there are."""
    network = load(file)
    graph = build(network)
    derivation = derive(graph)
    numbers, rows = Numbers(derivation), len(file["data"]["inputs"])
    arrays = {family.name: array for family, array in given(derivation, rows)}
    if rows == 1 and "x" in arrays:
        arrays["x"] = arrays["x"][None]
    words = numpy.array(file["data"]["inputs"])

    def loss(own: Any) -> Any:
        return 0.5 * np.sum((output(file["layer"], own, own.get("x", words)) - targets) ** 2)

    targets = numpy.array(file["data"]["targets"])
    assert numbers["loss"] == pytest.approx(float(loss(arrays)), abs=1e-12)
    true, compared = grad(loss)(arrays), 0
    for family, _ in given(derivation, rows):
        found = array_of(family, numbers, derivation.name_of)
        assert numpy.ravel(found) == pytest.approx(numpy.ravel(true[family.name]), abs=1e-12), family.name
        compared += found.size
    return compared


def with_targets(file: dict[str, Any]) -> dict[str, Any]:
    """The file with targets of the shape of its output."""
    network = load(file)
    graph = build(network)
    shape = [int(axis.size) for axis in graph.families["t"].axes if axis.counts != "example"]
    draw = numpy.random.RandomState(9)
    rows = len(file["data"]["inputs"])
    data = {**file["data"], "targets": draw.randn(rows, *shape).round(2).tolist()}
    return {**file, "data": data}


@pytest.mark.parametrize("name", KINDS)
def test_every_gradient_is_that_of_an_outside_library(name: str) -> None:
    shape, sections = KINDS[name]
    rows = 3 if "batch norm" in name else 1 + len(name) % 3
    assert compare(with_targets(file_of(shape, sections, rows))) > 4


LOGARITHMIC: dict[str, Any] = {
    "cross_entropy": lambda t, a: -t * np.log(a),
    "kl_divergence": lambda t, a: t * (np.log(t + (t == 0)) - np.log(a)),
    "focal": lambda t, a: -t * (1 - a) ** 2 * np.log(a),
    "binary_focal": lambda t, a: -t * (1 - a) ** 2 * np.log(a) - (1 - t) * a**2 * np.log(1 - a),
}


@pytest.mark.parametrize("name", LOGARITHMIC)
def test_losses_of_probabilities_at_each_step(name: str) -> None:
    """Of two rows of three steps; a step whose targets are all 0 does not count where only the right class does."""
    sections = [{"kind": "rnn", "units": 2, **SEED}, {"units": 3, "activation": "softmax", **SEED}]
    file = with_targets(file_of((3, 2), sections, 2))
    targets = numpy.array([[[0, 1, 0], [0.5, 0.5, 0], [0, 0, 0]], [[1, 0, 0], [0, 0, 0], [0.25, 0.5, 0.25]]])
    data = {**file["data"], "targets": targets.tolist()}
    derivation = derive(build(load({**file, "data": data, "loss": {"name": name, "steps": "mean"}})))
    numbers, arrays = Numbers(derivation), {family.name: array for family, array in given(derivation, 2)}

    def loss(own: Any) -> Any:
        return np.sum(LOGARITHMIC[name](targets, output(sections, own, own["x"]))) / 6

    assert numbers["loss"] == pytest.approx(float(loss(arrays)), abs=1e-12)
    true = grad(loss)(arrays)
    for family, _ in given(derivation, 2):
        found = array_of(family, numbers, derivation.name_of)
        assert numpy.ravel(found) == pytest.approx(numpy.ravel(true[family.name]), abs=1e-12), family.name


def one_of(draw: Any, *many: Any) -> Any:
    return many[draw.randint(len(many))]


def of_maps(draw: Any, numbers: dict[str, Any], rows: int) -> list[dict[str, Any]]:
    """A convolution on a grid, perhaps a pool, and what makes a list of its maps."""
    size, stride, padding = one_of(draw, (3, 1, 0), (3, 2, 0), (2, 1, 0), (3, 1, 1), (3, 2, 1))
    function = one_of(draw, "tanh", "softplus", "leaky_relu")
    window = {"size": size, "stride": stride, "padding": padding}
    pools = [
        {"kind": "max_pool", "size": 2, "stride": 1},
        {"kind": "average_pool", "size": 2, "stride": 1, "padding": 1},
    ]
    flat = [{"kind": "flatten"}]
    ends = (flat, [{"kind": "mean"}], [{"kind": "batch_norm"}, *flat] if rows > 1 else flat)
    return [
        {"kind": "conv", "channels": 2, "activation": function, **window, **numbers},
        *one_of(draw, [], pools[:1], pools[1:]),
        *one_of(draw, *ends),
    ]


def of_steps(draw: Any, numbers: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A layer of steps, or a few that belong together."""
    units, both = 2 * draw.randint(1, 3), bool(draw.randint(2))
    kind, heads = one_of(draw, "rnn", "lstm", "gru"), int(one_of(draw, 1, 2))
    many: tuple[list[dict[str, Any]], ...] = (
        [{"kind": kind, "units": units, "bidirectional": both, **numbers}],
        [{"kind": "lstm", "units": units, "peephole": True, "weights": numbers["weights"]}],
        [{"kind": "gru", "units": units, "reset": "before", **numbers}],
        [{"kind": "attention", "heads": heads, "width": 4, "causal": both, **numbers}],
        [{"kind": "position", "name": name}, {"kind": "layer_norm"}, {"kind": "add", "other": name}],
        [
            {"kind": "rms_norm", "name": name},
            {"units": units, "activation": "silu", **numbers},
            {"kind": "concatenate", "other": name},
        ],
    )
    return one_of(draw, *many)  # type: ignore[no-any-return]


def a_stack(seed: int) -> tuple[tuple[int, ...], list[dict[str, Any]], int]:
    """The shape of a row, layers drawn one after another so that each fits the one before, and how many rows."""
    draw = numpy.random.RandomState(seed)
    rows, numbers = int(draw.randint(1, 4)), {"weights": {"seed": seed}, "biases": {"seed": seed + 1}}
    last = {"units": int(one_of(draw, 1, 2)), "activation": one_of(draw, "linear", "sigmoid"), **numbers}
    if seed % 3 == 0:
        return (int(one_of(draw, 1, 2)), 5, 5), [*of_maps(draw, numbers, rows), last], rows
    layers = [each for n in range(draw.randint(1, 4)) for each in of_steps(draw, numbers, f"before {n}")]
    layers += one_of(draw, [], [{"kind": "last"}], [{"kind": "mean"}], [{"kind": "flatten"}])
    return (int(draw.randint(2, 4)), 2 * int(draw.randint(1, 3))), [*layers, last], rows


@pytest.mark.parametrize("tenth", range(6))
def test_random_stacks(tenth: int) -> None:
    compared = [
        compare(with_targets(file_of(*a_stack(seed), seed=seed))) for seed in range(10 * tenth, 10 * tenth + 10)
    ]
    assert min(compared) > 3


@pytest.mark.parametrize("name", KINDS)
def test_the_file_of_a_network_is_the_same_network(name: str) -> None:
    shape, sections = KINDS[name]
    network = load(with_targets(file_of(shape, sections, 2)))
    again = load(network_file(network))
    assert again.shape == network.shape
    assert build(again).givens == pytest.approx(build(network).givens, abs=1e-14)
