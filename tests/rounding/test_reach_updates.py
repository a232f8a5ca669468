"""What a hand calculator can reach with an optimizer that divides by what it keeps: two updates of honest students, and wrong numbers."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest

import derivegen
from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.later import handed_on
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.value import FLOAT
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.tables.optimizers import OPTIMIZERS
from derivegen.rounding.reach import Reaching, reached_by_all
from tests.rounding.honest import Habit, Student

ARTICLE: dict[str, Any] = {
    "notation": "plain",
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]},
        {"units": 1, "weights": [[0.3]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
}


@cache
def network(optimizer: str) -> Network:
    return derivegen.load(ARTICLE | {"training": {"learning_rate": 0.1, "steps": 5, "optimizer": optimizer}})


def two_updates(chain: Derivation, habit: Habit, random: Random) -> dict[str, float]:
    """What an honest student has on paper after one update and after two."""
    found: dict[str, float] = {}
    paper: dict[str, float] = {}
    for step in (1, 2):
        numbered = chain.numbered(step)
        student = Student(numbered, habit, random, Numbers(numbered, FLOAT, paper), dict(paper))
        paper = {name: student[name + "'"] for name in handed_on(chain.graph)}
        found |= {f"{name}#{step}": number for name, number in paper.items()}
    return found


@pytest.mark.parametrize("optimizer", [name for name, entry in OPTIMIZERS.items() if name != "rprop"])
def test_no_honest_student_is_outside(optimizer: str) -> None:
    """Three to six decimals, of nothing fewer than two digits."""
    chain, random = derive(build(network(optimizer))), Random(optimizer)
    for digits in (3, 4, 5, 6):
        reaching = Reaching(chain, Rounding(digits))
        for chance in (1.0, 0.6):
            habit = Habit(digits, fuller=True, even=random.random() < 0.5, chance=chance)
            for name, number in two_updates(chain, habit, random).items():
                hull = reaching[name]
                slack = 1e-12 * (1 + abs(number))
                assert hull.low - slack <= number <= hull.high + slack, (name, digits, number, hull)


@pytest.mark.parametrize("digits", [3, 4, 6])
def test_what_is_kept_is_rounded_to_two_digits_at_least(digits: int) -> None:
    """v = 7 · 10⁻⁸ is not 0.0000, so that a step of Adam is about as long as the rate."""
    reaching = Reaching(derive(build(network("adam"))), Rounding(digits))
    assert reaching["v[w[1][1][1]]#1"].low > 0 and reaching["v[w[1][1][1]]#1"].high < 1e-7
    one, two = reaching["w[1][1][1]#1"], reaching["w[1][1][1]#2"]
    assert 0.48 < one.low < 0.5 < one.high < 0.52 and 0.55 < two.low < two.high < 0.62


@pytest.mark.parametrize("typed", ["0.3", "0.45", "0.4009", "0.4083"])
def test_a_wrong_weight_is_wrong(typed: str) -> None:
    (finding,) = derivegen.check(network("adam"), f"w1' = {typed}").findings
    assert finding.verdict == "wrong"


@pytest.mark.parametrize("typed", ["0.5000", "0.499", "0.5011", "0.4999999"])
def test_an_honest_weight_is_right(typed: str) -> None:
    (finding,) = derivegen.check(network("adam"), f"w1' = {typed}").findings
    assert finding.verdict in ("right", "rounding")


@pytest.mark.parametrize("typed", ["w1' = 0.7162", "w1' = 0.716", "b1' = 0.4162"])
def test_the_correction_forgotten_is_named_for_a_bare_weight(typed: str) -> None:
    (finding,) = derivegen.check(network("adam"), typed).findings
    assert finding.verdict == "wrong"
    assert finding.explanations[0].mistakes == ("bias-correction-forgotten",)


def test_many_networks_at_once_reach_what_each_does() -> None:
    chain, names = derive(build(network("adam"))), ("w[1][1][1]'", "b[2][1]'")
    givens = {"x[1]": [0.5, 0.002, 1.5], "t[1]": [0.6, 0.6, 0.19]}
    for name, together in reached_by_all(chain, Rounding(4), givens, names):
        alone = [Reaching(chain, Rounding(4), givens={g: n[k] for g, n in givens.items()})[name] for k in range(3)]
        assert [found.low for found in together] == pytest.approx([found.low for found in alone])
        assert [found.high for found in together] == pytest.approx([found.high for found in alone])
        assert all(found.high - found.low < 0.1 for found in together)
