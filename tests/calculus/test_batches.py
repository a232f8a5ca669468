"""Rows in portions, several batches for an update, an order of rows drawn from a seed: against numpy by hand, in all that is made of it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.batches import batches, chains, portions
from derivegen.calculus.numbers.training import train
from derivegen.document.pen import pen_over
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.solution.listing import program_of
from derivegen.solution.program.run import executed

RATE, UPDATES, ROWS = 0.1, 7, 6
Setting = dict[str, Any]
SETTINGS: list[Setting] = [
    {"batch_size": 4},
    {"batch_size": 4, "shuffle": 3},
    {"batch_size": 2, "accumulate": 2},
    {"batch_size": 3, "accumulate": 3},
    {"batch_size": 2, "accumulate": 2, "as": "torch"},
    {"batch_size": 1, "accumulate": 4, "as": "keras"},
    {"batch_size": 2, "accumulate": 2, "shuffle": 11, "as": "torch", "optimizer": "momentum"},
    {"batch_size": 2, "accumulate": 2, "shuffle": 5, "as": "optax"},
    {"batch_size": 2, "accumulate": 3, "as": "torch"},
    {"batch_size": 2, "accumulate": 2, "as": "torch", "clip_norm": 0.5},
]
"""Also batches of unlike size, more batches in an update than in an epoch, and all rows by parts."""
COMBINED = {"torch": "sum", "keras": "mean", "optax": "mean"}


@cache
def network(seed: int, reduction: str, setting: str) -> Network:
    draw = np.random.RandomState(seed)
    return derivegen.load(
        {
            "data": {"inputs": draw.randn(ROWS, 2).round(3).tolist(), "targets": draw.randn(ROWS, 1).round(3).tolist()},
            "layer": [
                {
                    "units": 2,
                    "activation": "tanh",
                    "weights": draw.randn(2, 2).round(3).tolist(),
                    "biases": [0.1, -0.2],
                },
                {"units": 1, "weights": draw.randn(1, 2).round(3).tolist(), "biases": [0.3]},
            ],
            "loss": {"name": "half_squared_error", "reduction": reduction},
            "training": {"learning_rate": RATE, "steps": UPDATES, **json.loads(setting)},
        }
    )


def slopes(given: Network, w: list[Any], rows: Any) -> list[Any]:
    """Of one batch: back-propagation by hand."""
    x, t = (np.array(table, dtype=float)[rows] for table in (given.inputs, given.targets))
    hidden = np.tanh(x @ w[0].T + w[1])
    back = hidden @ w[2].T + w[3] - t
    if given.loss is not None and given.loss.reduction == "mean":
        back = back / len(rows)
    through = back @ w[2] * (1 - hidden**2)
    return [through.T @ x, through.sum(0), back.T @ hidden, back.sum(0)]


def by_hand(given: Network, setting: Setting) -> list[list[Any]]:
    """Batch after batch, each with its own backward pass; their gradients added or averaged."""
    w = [np.array(part, dtype=float) for layer in given.layers for part in (layer.weights, layer.biases)]
    draw = np.random.RandomState(setting["shuffle"]) if "shuffle" in setting else None
    size, together = setting["batch_size"], setting.get("accumulate", 1)
    waiting: list[Any] = []
    velocity, found = [0.0 * part for part in w], []
    assert given.loss is not None
    how = COMBINED.get(setting.get("as", ""), given.loss.reduction)
    for _ in range(UPDATES):
        gathered = [0.0 * part for part in w]
        for _ in range(together):
            if not waiting:
                order = np.arange(ROWS) if draw is None else draw.permutation(ROWS)
                waiting = [order[first : first + size] for first in range(0, ROWS, size)]
            gathered = [sum_ + g for sum_, g in zip(gathered, slopes(given, w, waiting.pop(0)), strict=True)]
        if how == "mean":
            gathered = [g / together for g in gathered]
        length = float(np.sqrt(sum(np.sum(g**2) for g in gathered)))
        if "clip_norm" in setting:
            gathered = [min(1.0, setting["clip_norm"] / (length + 1e-6)) * g for g in gathered]
        if setting.get("optimizer") == "momentum":
            gathered = velocity = [0.9 * v + g for v, g in zip(velocity, gathered, strict=True)]
        w = [part - RATE * g for part, g in zip(w, gathered, strict=True)]
        found.append(w)
    return found


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda each: "-".join(map(str, each.values())))
def test_a_run_is_that_of_numpy(setting: Setting, reduction: str) -> None:
    for seed in range(20):
        given = network(seed, reduction, json.dumps(setting))
        chain = derive(build(given))
        for update, expected in zip(train(chain)[1:], by_hand(given, setting), strict=True):
            flat = np.concatenate([part.ravel() for part in expected])
            assert [update.values[name] for name in chain.graph.parameters] == pytest.approx(flat, rel=1e-12, abs=1e-12)


def test_a_long_run_by_straight_line_code_is_that_of_arrays() -> None:
    given = network(1, "sum", json.dumps({"batch_size": 2, "shuffle": 3}))
    long = replace(given, training=replace(given.training, steps=2001))
    fast, slow = (
        train(derive(build(long))),
        train(derive(build(replace(long, training=replace(long.training, steps=50))))),
    )
    assert [update.loss for update in fast[:51]] == pytest.approx([update.loss for update in slow], rel=1e-12)


def test_equal_batches_are_one_and_steps_are_found_once() -> None:
    graph = build(network(1, "sum", json.dumps({"batch_size": 2, "shuffle": 3})))
    cuts, parts = batches(graph), chains(derive(graph))
    assert len(cuts) == len(parts) == UPDATES
    assert portions(graph.network)[0] == tuple((np.random.RandomState(3).permutation(ROWS)[:2] + 1).tolist())
    assert parts[1]["dloss/dw[1][1][1]"] is parts[0]["dloss/dw[1][1][1]"]
    again = batches(build(network(1, "sum", json.dumps({"batch_size": 1, "shuffle": 1}))))
    assert len({id(cut) for cut in again}) <= ROWS < len(again)


def test_all_rows_by_parts_are_one_batch() -> None:
    graph = build(network(1, "mean", json.dumps({"batch_size": 3, "accumulate": 2, "shuffle": 1})))
    assert batches(graph) == [graph.network]


NET: dict[str, Any] = {
    "data": {"inputs": [[1, 0.5], [0.2, -1], [0.3, 0.4], [1, -1]], "targets": [[1], [0], [1], [0.5]]},
    "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.3, -0.4]], "biases": [0.1]}],
    "loss": {"name": "mean_squared_error"},
}


def file(**training: Any) -> dict[str, Any]:
    return NET | {"training": {"learning_rate": 0.1, "steps": 5, "batch_size": 1, **training}}


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_its_page_says_what_an_update_takes_and_in_which_order(language: str) -> None:
    page = derivegen.solve(file(accumulate=2, shuffle=3, **{"as": "torch"}), language=language).text("text")
    said = " ".join(page.split())
    assert "4, 2, 1, 3" in said and "2, 3, 1, 4" in said
    assert {"en": "added up", "de": "addiert", "es": "sumados", "fr": "additionne"}[language] in said


def test_a_library_says_its_own_way_of_gathering() -> None:
    pages = [
        " ".join(derivegen.solve(file(accumulate=2, **each)).text("text").split()) for each in ({}, {"as": "torch"})
    ]
    assert "2 batches, averaged" in pages[0] and "2 batches, added up" in pages[1]
    whole = derivegen.solve(file(accumulate=4, **{"as": "torch"})).text("text")
    assert "G⁽¹⁾_{w11}′ = 4 · ∂L/∂w⁽¹⁾₁₁" in whole and "4 batches, added up" in " ".join(whole.split())


@pytest.mark.parametrize("own", [{"accumulate": 2}, {"shuffle": 3}, {"accumulate": 2, "shuffle": 3, "as": "torch"}])
def test_its_listing_comes_to_the_run(own: dict[str, Any]) -> None:
    solution = derivegen.solve(file(**own), extra=("program",))
    program = program_of(pen_over(solution.press, solution.trace), 5)
    assert program is not None
    last = solution.trace.updates[-1].values
    found = np.ravel(executed(program.code)[1]["W1"])
    assert found == pytest.approx([last["w[1][1][1]"], last["w[1][1][2]"]], rel=1e-12)


def test_the_json_has_the_rows_of_each_update() -> None:
    page = json.loads(derivegen.solve(file(shuffle=3)).text("json"))
    assert page["batches"] == [[4], [2], [1], [3], [2]]
    assert "batches" not in json.loads(derivegen.solve(file(batch_size=4)).text("json"))


@pytest.mark.parametrize(("step", "digits"), [(1, 5), (2, 5), (3, 5)])
def test_a_parameter_after_updates_by_batches_is_judged(step: int, digits: int) -> None:
    net = file(shuffle=3, accumulate=2, **{"as": "torch"})
    run = derivegen.solve(net).trace.updates
    right, before = (f"{run[n].values['w[1][1][2]']:.{digits}f}" for n in (step, step - 1))
    assert [each.verdict for each in derivegen.check(net, f"w[1][1][2]#{step} = {right}").findings] == ["right"]
    assert [each.verdict for each in derivegen.check(net, f"w[1][1][2]#{step} = {before}").findings] == ["wrong"]
