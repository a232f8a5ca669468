"""Every schedule of the learning rate against numpy by hand, in all that is made of it: steps, runs, pages, programs, sheets, `check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
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
from derivegen.network.network import Network
from derivegen.network.tables.forms import SCHEDULES
from derivegen.network.tables.notations import NOTATIONS
from derivegen.solution.listing import program_of
from derivegen.solution.program.run import executed
from tests.calculus.test_optimizers import network, slopes

RATE, UPDATES, LASTS = 0.05, 9, 3
BY_HAND: dict[str, Callable[[int], float]] = {
    "step": lambda t: RATE * 0.5 ** ((t - 1) // LASTS),
    "cosine": lambda t: 0.01 + (RATE - 0.01) * (1 + np.cos(np.pi * min(t - 1, LASTS) / LASTS)) / 2,
    "warm_up": lambda t: RATE * min(1.0, t / LASTS),
}
OWN = {"step": {"rate_factor": "1/2"}, "cosine": {"rate_least": "1/100"}, "warm_up": {}}
NET: dict[str, Any] = {
    "notation": "plain",
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": False},
        {"units": 1, "weights": [[0.9]], "biases": False},
    ],
    "loss": {"name": "half_squared_error"},
}


def scheduled(given: Network, schedule: str, **others: Any) -> Network:
    own = tuple((name, Fraction(text)) for name, text in {"rate_steps": LASTS, **OWN[schedule]}.items())
    training = replace(
        given.training, schedule=schedule, settings=own, learning_rate=Fraction("0.05"), steps=UPDATES, **others
    )
    return replace(given, training=training)


def file(schedule: str, **others: Any) -> dict[str, Any]:
    own = {"rate_steps": 4, **({"rate_factor": 0.5} if schedule == "step" else {})}
    return NET | {"training": {"schedule": schedule, "learning_rate": 0.1, "steps": 4, **own, **others}}


def test_every_schedule_is_tested() -> None:
    assert set(BY_HAND) == set(SCHEDULES) == set(OWN)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_a_run_is_that_of_numpy(schedule: str, optimizer: str) -> None:
    """Twenty random networks: the parameters after every update."""
    for seed in range(20):
        given = network(seed)
        w = [np.array(part, dtype=float) for layer in given.layers for part in (layer.weights, layer.biases)]
        m, v = [0.0 * part for part in w], [0.0 * part for part in w]
        chain = derive(build(scheduled(given, schedule, optimizer=optimizer)))
        for t, update in enumerate(train(chain)[1:], 1):
            for n, g in enumerate(slopes(given, w)):
                if optimizer == "gradient_descent":
                    step = g
                elif optimizer == "momentum":
                    step = m[n] = 0.9 * m[n] + g
                else:
                    m[n], v[n] = 0.9 * m[n] + 0.1 * g, 0.999 * v[n] + 0.001 * g**2
                    step = m[n] / (1 - 0.9**t) / (np.sqrt(v[n] / (1 - 0.999**t)) + 1e-8)
                w[n] = w[n] - BY_HAND[schedule](t) * step
            flat = np.concatenate([part.ravel() for part in w])
            assert [update.values[name] for name in chain.graph.parameters] == pytest.approx(flat, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_steps_have_the_rate_of_their_update(schedule: str) -> None:
    """Also at the last update of a stage, the first of the next, and when the schedule is over."""
    chain = derive(build(scheduled(network(1), schedule)))
    numbers = Numbers(chain, FLOAT)
    for t in range(1, UPDATES + 1):
        assert numbers[f"eta[w[1][2][1]]#{t}"] == pytest.approx(BY_HAND[schedule](t), rel=1e-14)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_its_listing_comes_to_the_run(schedule: str) -> None:
    solution = derivegen.solve(file(schedule, optimizer="adam"), extra=("program",))
    program = program_of(pen_over(solution.press, solution.trace), 4)
    assert program is not None
    assert executed(program.code)[1]["w2"] == pytest.approx(solution.trace.updates[-1].values["w[2][1][1]"], rel=1e-12)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_its_page_works_the_rate_of_the_first_updates(schedule: str, language: str) -> None:
    """Every line of a page is judged before it is there."""
    page = derivegen.solve(file(schedule), language=language).text("text")
    assert "η′ = η" in page and "η⁽²⁾ = η" in page and "π ≈ 3" not in page


@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_notation_writes_it_as_its_rate_and_reads_it(notation: str) -> None:
    solution = derivegen.solve(file("warm_up"), notation=notation)
    rate = str(NOTATIONS[notation].patterns["rate"])
    assert f"{rate}′ = {rate}" in solution.text("text")
    net = file("warm_up") | {"notation": notation}
    assert [finding.verdict for finding in derivegen.check(net, f"{rate}' = 0.025").findings] == ["right"]


def test_the_rates_stand_in_the_json() -> None:
    page = json.loads(derivegen.solve(file("warm_up")).text("json"))
    assert page["state"]["eta[w[2][1][1]]#1"] == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("η' = 0.1*1/4 = 0.025", "right"),
        ("η^(1) = 0.025", "right"),
        ("eta^(2) = 0.05", "right"),
        ("η^(2) = 0.025", "wrong"),
        ("η' = 0.1", "wrong"),
        ("η = 0.1", "right"),
        ("w_2' = 0.9 - 0.025*(-0.0578) = 0.9014", "right"),
        ("w_2' = 0.9058", "wrong"),
    ],
)
def test_a_step_of_a_warm_up_by_hand_is_judged(line: str, verdict: str) -> None:
    assert [finding.verdict for finding in derivegen.check(file("warm_up"), line).findings][:1] == [verdict]


def test_a_sheet_states_the_schedule_it_asks_for() -> None:
    made = exercises(derivegen.load(file("warm_up")), kinds=["update"], vary=["nothing"])
    (variant,) = made.variants(["007"])
    work = made.work(variant)
    sheet, key = (" ".join(work.text(part, "text").split()) for part in ("sheet", "key"))
    assert "min(1, 1/T)" in sheet and "the rate of this update" in key


def test_a_library_takes_its_decay_by_the_rate_of_the_update() -> None:
    """AdamW holds the parameters short by rate · decay: the scheduled rate."""
    given = scheduled(network(2), "warm_up", optimizer="adamw", library="torch")
    chain = derive(build(given))
    first, second = train(chain)[:2]
    name, rate = "w[1][1][1]", BY_HAND["warm_up"](1)
    slope = slopes(given, [np.array(p, dtype=float) for layer in given.layers for p in (layer.weights, layer.biases)])
    own, old = slope[0][0, 0], first.values[name]
    assert second.values[name] == pytest.approx(old - rate * (own / (abs(own) + 1e-8) + 0.01 * old), rel=1e-12)
