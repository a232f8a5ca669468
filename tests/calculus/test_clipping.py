"""A gradient that is held to a length, against numpy by hand, in all that is made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.training import train
from derivegen.classroom.sheet import exercises
from derivegen.document.pen import pen_over
from derivegen.formula.arithmetic.value import FLOAT
from derivegen.network.graph import build
from derivegen.network.tables.forms import LIBRARIES
from derivegen.network.training import Training
from derivegen.solution.listing import program_of
from derivegen.solution.program.run import executed
from tests.calculus.test_optimizers import network, slopes

RATE, UPDATES, LONG = 0.05, 5, 1.0
FACTORS: dict[str | None, Callable[[float], float]] = {
    None: lambda length: LONG / length if length > LONG else 1.0,
    "torch": lambda length: min(1.0, LONG / (length + 1e-6)),
}
NET: dict[str, Any] = {
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": False},
        {"units": 1, "weights": [[0.9]], "biases": False},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"clip_norm": 0.02, "learning_rate": 0.1, "steps": 4},
}


def clipped(library: str | None, optimizer: str = "gradient_descent", **others: Any) -> Training:
    settings = (("clip_norm", Fraction(1)), *others.pop("settings", ()))
    return Training(optimizer, Fraction("0.05"), UPDATES, library=library, settings=settings, **others)


@pytest.mark.parametrize("library", FACTORS)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_a_run_is_that_of_numpy(library: str | None, optimizer: str) -> None:
    """Twenty random networks, some of whose gradients are longer than allowed: the parameters after every update."""
    longer = 0
    for seed in range(20):
        given = network(seed)
        w = [np.array(part, dtype=float) for layer in given.layers for part in (layer.weights, layer.biases)]
        m, v = [0.0 * part for part in w], [0.0 * part for part in w]
        chain = derive(build(replace(given, training=clipped(library, optimizer))))
        for t, update in enumerate(train(chain)[1:], 1):
            found = slopes(given, w)
            length = float(np.sqrt(sum(np.sum(g**2) for g in found)))
            longer += length > LONG
            for n, g in enumerate(FACTORS[library](length) * g for g in found):
                step = g
                if optimizer == "momentum":
                    step = m[n] = 0.9 * m[n] + g
                elif optimizer == "adam":
                    m[n], v[n] = 0.9 * m[n] + 0.1 * g, 0.999 * v[n] + 0.001 * g**2
                    step = m[n] / (1 - 0.9**t) / (np.sqrt(v[n] / (1 - 0.999**t)) + 1e-8)
                w[n] = w[n] - RATE * step
            flat = np.concatenate([part.ravel() for part in w])
            assert [update.values[name] for name in chain.graph.parameters] == pytest.approx(flat, rel=1e-12, abs=1e-12)
    assert 20 < longer < 20 * UPDATES


def test_arrays_steps_and_program_come_to_the_same_with_frozen_parameters() -> None:
    """What is frozen is no part of the length."""
    given = replace(network(3), training=clipped(None, frozen=("w[1][1]", "b[2]")))
    chain = derive(build(given))
    first, second, *_ = train(chain)
    numbers = Numbers(chain, FLOAT)
    found = [numbers[chain.name_of(name)] for name in chain.graph.trained]
    length = float(np.sqrt(np.sum(np.square(found))))
    assert numbers["nu[w[1][2][1]]'"] == pytest.approx(length, rel=1e-14) and length > LONG
    for name, g in zip(chain.graph.trained, found, strict=True):
        new = first.values[name] - RATE * LONG / length * g
        assert second.values[name] == pytest.approx(new, rel=1e-12) == pytest.approx(numbers[f"{name}'"], rel=1e-12)
        assert numbers[f"{name}#3"] == pytest.approx(train(chain)[3].values[name], rel=1e-12)
    assert second.values["w[1][1][1]"] == first.values["w[1][1][1]"]


def test_many_arrays_are_shortened_together() -> None:
    """Where parameters are moved array by array: 12 × 20 weights, one update."""
    rows = {"seed": 1}
    file = NET | {
        "data": {"inputs": {"seed": 1, "columns": 20}, "rows": 2, "targets": {"seed": 2}},
        "layer": [{"units": 12, "activation": "tanh", "weights": rows}, {"units": 1, "weights": rows}],
    }
    chain = derive(build(derivegen.load(file)))
    first, second, *_ = train(chain)
    moved = [second.values[name] - first.values[name] for name in chain.graph.trained]
    assert first.gradient_norm > 0.02 and len(moved) > 200
    assert np.linalg.norm(moved) == pytest.approx(0.1 * 0.02, rel=1e-12)


def test_a_gradient_of_0_stays_0_in_every_form() -> None:
    still = NET | {"data": {"inputs": [[0]], "targets": [[0]]}, "layer": [{"units": 1, "weights": [[1]]}]}
    for library in LIBRARIES:
        training = {"clip_norm": 0.1, "learning_rate": 0.1, "as": library}
        if library != "sklearn":
            assert derivegen.solve(still | {"training": training}).updated["w[1][1][1]"] == 1


def test_a_library_clips_before_it_decays() -> None:
    """PyTorch's clip_grad_norm_ comes before the step, whose decay is not shortened."""
    settings = (("weight_decay", Fraction("0.1")),)
    chain = derive(build(replace(network(2), training=clipped("torch", settings=settings))))
    first, second, *_ = train(chain)
    own, factor = Numbers(chain, FLOAT)["dloss/dw[1][1][1]"], FACTORS["torch"](first.gradient_norm)
    old = first.values["w[1][1][1]"]
    assert second.values["w[1][1][1]"] == pytest.approx(old - RATE * (factor * own + 0.1 * old), rel=1e-12)


@cache
def solved(language: str = "en", library: str = "textbook") -> Any:
    training = {**NET["training"], "as": library}
    return derivegen.solve(NET | {"training": training}, language=language, extra=("program",))


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
@pytest.mark.parametrize("library", ["textbook", "torch"])
def test_its_page_works_the_length_of_the_first_updates(language: str, library: str) -> None:
    """Every line of a page is judged before it is there."""
    page = solved(language, library).text("text")
    assert "ν′ = √(" in page and "ν⁽²⁾ = √(" in page and "c/ν′" in page.replace("c/(ν′ + κ)", "c/ν′")
    assert ("κ" in page) == (library == "torch")


@pytest.mark.parametrize("library", ["textbook", "torch"])
def test_its_listing_comes_to_the_run(library: str) -> None:
    program = program_of(pen_over(solved("en", library).press, solved("en", library).trace), 4)
    assert program is not None and "nu = np.sqrt(" in program.code
    last = solved("en", library).trace.updates[-1].values["w[2][1][1]"]
    assert executed(program.code)[1]["w2_11"] == pytest.approx(last, rel=1e-12)


def test_the_length_stands_in_the_json() -> None:
    page = json.loads(solved().text("json"))
    assert page["state"]["nu[w[2][1][1]]#1"] == pytest.approx(page["trace"][0]["gradient_norm"])


@pytest.mark.parametrize(
    ("line", "verdict", "mistake"),
    [
        ("ν' = 0.0590", "right", None),
        ("ν^(2) = 0.0584", "right", None),
        ("ν' = 0.00348", "wrong", "length-without-root"),
        ("w[2][1][1]' = 0.9 - 0.1*0.02/0.0590*(-0.0578) = 0.902", "right", None),
        ("w[2][1][1]' = 0.9058", "wrong", "clipping-forgotten"),
    ],
)
def test_a_step_by_hand_is_judged(line: str, verdict: str, mistake: str | None) -> None:
    found = derivegen.check(NET, line).findings[0]
    assert found.verdict == verdict
    assert mistake is None or mistake in [each for why in found.explanations for each in why.mistakes]


def test_a_sheet_states_the_limit_it_asks_for() -> None:
    made = exercises(derivegen.load(NET), kinds=["update"], vary=["nothing"])
    (variant,) = made.variants(["007"])
    work = made.work(variant)
    sheet, key = (" ".join(work.text(part, "text").split()) for part in ("sheet", "key"))
    assert "c = 0.02" in sheet and "the length is at most c" in sheet and "shortened together" in key
