"""What is added to the loss to hold the parameters small, L2 and L1, against numpy by hand, in all that is made of it."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.training import train
from derivegen.classroom.sheet import exercises
from derivegen.document.pen import pen_over
from derivegen.formula.arithmetic.value import FLOAT
from derivegen.formula.symbolic import symbol, to_sympy
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.network.file.load import load
from derivegen.network.graph import Graph, build
from derivegen.network.tables.activations import formula_of
from derivegen.network.tables.losses import PENALTIES
from derivegen.solution.listing import program_of
from derivegen.solution.program.run import executed

RATE, UPDATES = 0.1, 3
STRENGTHS = {"weight_decay": 0.25, "l1": 0.125}
CHOICES = [{"weight_decay": 0.25}, {"l1": 0.125}, {**STRENGTHS, "penalized": "all"}]
SEEDS = range(20)
Parts = list[Any]


def file(seed: int, own: dict[str, Any]) -> tuple[dict[str, Any], Parts]:
    """A network of layers drawn at random, losses averaged over its rows, and its parameters."""
    draw = np.random.RandomState(seed)
    widths, rows = (2, *draw.randint(1, 4, size=draw.randint(1, 3))), draw.randint(1, 4)
    parts: Parts = []
    for fan_in, units in pairwise(widths):
        parts += [draw.randn(units, fan_in).round(2), draw.randn(units).round(2)]
    layers = [
        {"units": len(b), "activation": "tanh", "weights": w.tolist(), "biases": b.tolist()}
        for w, b in zip(parts[::2], parts[1::2], strict=True)
    ]
    x, t = draw.randn(rows, 2).round(2), draw.randn(rows, widths[-1]).round(2)
    return {
        "data": {"inputs": x.tolist(), "targets": t.tolist()},
        "layer": layers,
        "loss": {"name": "half_squared_error", "reduction": "mean", **own},
        "training": {"learning_rate": RATE, "steps": UPDATES},
    }, [x, t, *parts]


def by_hand(x: Any, t: Any, parts: Parts, own: dict[str, Any]) -> tuple[float, Parts]:
    """The loss and its derivatives: L = data + λ/2 Σ w² + λ₁ Σ|w|."""
    values = [x]
    for w, b in zip(parts[::2], parts[1::2], strict=True):
        values.append(np.tanh(values[-1] @ w.T + b))
    held = parts if own.get("penalized") == "all" else parts[::2]
    two, one = own.get("weight_decay", 0), own.get("l1", 0)
    loss = 0.5 * np.sum((values[-1] - t) ** 2) / len(x)
    loss += two / 2 * sum(np.sum(part**2) for part in held) + one * sum(np.sum(np.abs(part)) for part in held)
    felt, found = (values[-1] - t) / len(x), []
    for n in reversed(range(0, len(parts), 2)):
        above = values[n // 2 + 1]
        felt = felt * (1 - above**2)
        found = [felt.T @ values[n // 2], felt.sum(0), *found]
        felt = felt @ parts[n]
    return loss, [
        g + (two * part + one * np.sign(part) if any(part is each for each in held) else 0)
        for g, part in zip(found, parts, strict=True)
    ]


def flat(parts: Parts) -> Any:
    return np.concatenate([part.ravel() for part in parts])


def names_of(graph: Graph) -> list[str]:
    """The parameters layer by layer, weights before biases."""
    families = [graph.families[f"{base}[{n}]"] for n in range(1, 9) for base in "wb" if f"w[{n}]" in graph.families]
    return [family.member(indices) for family in families for indices in family.members()]


@pytest.mark.parametrize("own", CHOICES)
def test_loss_derivatives_and_a_run_are_those_of_numpy(own: dict[str, Any]) -> None:
    for seed in SEEDS:
        given, (x, t, *parts) = file(seed, own)
        chain = derive(build(load(given)))
        numbers, names = Numbers(chain, FLOAT), names_of(chain.graph)
        loss, slopes = by_hand(x, t, parts, own)
        assert numbers["loss"] == pytest.approx(loss, rel=1e-12)
        assert [numbers[chain.name_of(name)] for name in names] == pytest.approx(flat(slopes), rel=1e-12, abs=1e-12)
        for update in train(chain)[1:]:
            parts = [part - RATE * slope for part, slope in zip(parts, by_hand(x, t, parts, own)[1], strict=True)]
            assert [update.values[name] for name in names] == pytest.approx(flat(parts), rel=1e-12, abs=1e-12)


def test_a_recurrent_layer_has_all_its_weights_held_small() -> None:
    """Several arrays of weights in a layer, one of them without its biases: ∂L/∂u has λu more than without."""
    drawn = {"weights": {"seed": 1}, "biases": {"seed": 2}}
    layers = [{"kind": "gru", "units": 2, **drawn}, {"kind": "last"}, {"units": 1, **drawn}]
    table = {"data": {"inputs": [[[1, 2], [0.5, -1]]], "targets": [[1]]}, "layer": layers}
    without, held = (
        Numbers(derive(build(load(table | {"loss": {"name": "squared_error", **own}}))))
        for own in ({}, {"weight_decay": 0.25})
    )
    kinds = [family for family in held.graph.families.values() if family.kind in ("weight", "bias")]
    assert len(kinds) > 4
    for family in kinds:
        for name in map(family.member, family.members()):
            more = 0.25 * held[name] if family.kind == "weight" else 0
            assert held[f"dloss/d{name}"] == pytest.approx(without[f"dloss/d{name}"] + more, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("key", PENALTIES)
def test_the_taught_slope_is_that_of_the_term(key: str) -> None:
    penalty = PENALTIES[key]
    if penalty.slope is not None:
        term, share, slope = (to_sympy(formula_of(text, {})) for text in (penalty.term, penalty.share, penalty.slope))
        assert sympy.simplify(sympy.diff(share * term, symbol("w")) - slope) == 0


SMALL: dict[str, Any] = {
    "data": {"inputs": [[1, 0.5]], "targets": [[1]]},
    "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.3, 0]], "biases": [0.1]}],
    "loss": {"name": "half_squared_error", **STRENGTHS},
    "training": {"learning_rate": 0.1, "steps": 2},
}
"""One of its weights stands at the kink of |w|."""


@cache
def solved(language: str = "en") -> Any:
    return derivegen.solve(SMALL, language=language, extra=("program",))


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_its_page_says_what_is_added_and_by_which_convention(language: str) -> None:
    page = solved(language).text("text")
    assert "R = λ/2" in page and "R₁ = λ₁" in page
    assert {"en": "with it the derivative is λ times", "de": "λ mal das Gewicht", "es": "λ por el", "fr": "λ fois le"}[
        language
    ] in " ".join(page.split())


def test_the_kink_is_remarked_where_a_weight_stands_on_it_and_follows_a_library() -> None:
    assert "kink" in solved().text("text").split("Backward pass")[1]
    assert solved().gradients["w[1][1][2]"] == pytest.approx(solved().gradients["z[1][1]"] * 0.5)
    other = derivegen.solve(SMALL, conventions="jax").gradients["w[1][1][2]"]
    assert other == pytest.approx(solved().gradients["z[1][1]"] * 0.5 + 0.125)


def test_its_listing_comes_to_the_run() -> None:
    program = program_of(pen_over(solved().press, solved().trace), 2)
    assert program is not None
    last = solved().trace.updates[-1].values
    assert executed(program.code)[1]["w_1"].ravel() == pytest.approx([last[f"w[1][1][{k}]"] for k in (1, 2)], rel=1e-12)


def test_the_json_has_what_is_added() -> None:
    page = json.loads(solved().text("json"))
    assert page["values"]["R"] == pytest.approx(0.125 * 0.09) and page["values"]["R1"] == pytest.approx(0.125 * 0.3)
    assert page["values"]["lambda"] == 0.25 and page["gradients"]["R"] == 1


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("R = 0.25/2*0.3^2 = 0.01125", "right"),
        ("R = 0.25*0.3^2 = 0.0225", "wrong"),
        ("λ = 0.25", "right"),
        ("dL/dw[1][1][1] = 0.1036", "right"),
        ("dL/dw[1][1][1] = λ*w[1][1][1] + 0.125 - 0.09642 = 0.1036", "right"),
        ("dL/dw[1][1][1] = -0.0964", "wrong"),
    ],
)
def test_a_line_by_hand_is_judged(line: str, verdict: str) -> None:
    found = derivegen.check(SMALL, line).findings
    assert found[0].verdict == verdict
    if line.endswith("-0.0964"):
        assert found[0].explanations[0].mistakes == ("penalty-forgotten",)


def test_a_sheet_states_the_strengths_it_asks_with() -> None:
    made = exercises(derivegen.load(SMALL), kinds=["values"], vary=["nothing"])
    (variant,) = made.variants(["007"])
    sheet = " ".join(made.work(variant).text("sheet", "text").split())
    assert "λ = 0.25" in sheet and "λ₁ = 0.125" in sheet


def test_the_mistake_is_the_derivative_of_the_data_alone() -> None:
    for own in CHOICES:
        for seed in range(4):
            given, (x, t, *parts) = file(seed, own)
            right = Right(derive(build(load(given))))
            numbers = MistakenNumbers(right.with_mistakes([CATALOGUE["penalty-forgotten"]]))
            names, data = names_of(right.graph), by_hand(x, t, parts, {})[1]
            assert [float(numbers[right.derivation.name_of(name)]) for name in names] == pytest.approx(
                flat(data), rel=1e-9, abs=1e-12
            )
