"""What a hand calculator can reach: the slips of article 004, honest students at random, values of the student's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from statistics import median, quantiles
from typing import Any

import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError
from derivegen.formula.read.grammar import read_plain
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import outcome
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.rounding.calculator import Calculator
from derivegen.rounding.ends import ANYTHING
from derivegen.rounding.paper import Paper
from derivegen.rounding.reach import Reaching, both_ways, reach
from derivegen.rounding.reached import Reached
from tests.often import times
from tests.rounding.honest import Habit, Student, honest_habit, random_network

FOUR = Rounding(4)


def derivation(source: Any) -> Derivation:
    return derive(build(load(source)))


@pytest.fixture(scope="module")
def article() -> Derivation:
    return derivation("example:article-004")


# ------------------------------------------------------------------------------------------------------------- article 004


@pytest.mark.parametrize("rounding", [FOUR, both_ways(4)], ids=["decimals", "both ways"])
@pytest.mark.parametrize(
    ("name", "accepted", "slips"),
    [
        ("dloss/dw[2][1][1]", ("-0.1308",), ("-0.1309", "-0.1307")),
        ("dloss/db[1][1]", ("-0.0167",), ("-0.0166", "-0.0168")),
        ("loss", ("0.0259",), ("0.0260", "0.0258")),
        ("dloss/dw[1][1][1]", ("-0.0084", "-0.0083"), ("-0.0085", "-0.0082")),
    ],
)
def test_four_digits(
    article: Derivation, rounding: Any, name: str, accepted: tuple[str, ...], slips: tuple[str, ...]
) -> None:
    found = reach(article, name, rounding)
    assert found.texts(FOUR) == accepted
    assert all(map(found.accepts, accepted)) and not any(map(found.accepts, slips))


def test_with_three_digits_the_slips_are_honest(article: Derivation) -> None:
    for rounding in (Rounding(3), Rounding(significant=3)):
        assert reach(article, "dloss/dw[2][1][1]", rounding).accepts("-0.1309")
        assert reach(article, "loss", rounding).accepts("0.0260")
    assert not reach(article, "dloss/dw[2][1][1]", Rounding(3)).accepts("-0.1320")


def test_more_digits_reach_less(article: Derivation) -> None:
    for name in ("loss", "dloss/dw[1][1][1]", "w[1][1][1]'", "loss'"):
        widths = [found.high - found.low for d in (3, 4, 5, 6, 9) if (found := reach(article, name, Rounding(d)))]
        assert widths == sorted(widths, reverse=True) and widths[-1] < 1e-8


# ------------------------------------------------------------------------------------------------------- honest students


def quantities(chain: Derivation) -> list[str]:
    """What is worked out, forwards, backwards and after the update."""
    graph = chain.graph
    forward = [name for name in graph.names() if graph[name].formula is not None]
    return [*forward, *chain.targets(), *(name + "'" for name in graph.trained)]


def answers(chain: Derivation, random: Random, students: int) -> Iterator[tuple[str, float, str, Reached]]:
    """(quantity, number, as written down, hull) of students with one habit."""
    habit, right, names = honest_habit(random), Numbers(chain), quantities(chain)
    kind = Rounding(significant=habit.digits) if habit.significant else Rounding(habit.digits)
    reaching = Reaching(chain, kind)
    for _ in range(students):
        student = Student(chain, habit, Random(random.random()), right)
        for name in random.sample(names, len(names)):
            yield name, student[name], f"{habit.rounded(student[name]):.12g}", reaching[name]


@pytest.mark.parametrize(
    "source", ["example:article-004", "example:article-000", "example:softmax-2-3-2", *range(times(6, 12))]
)
def test_no_honest_student_is_outside(source: str | int) -> None:
    random = Random(str(source))
    chain = derivation(source if isinstance(source, str) else random_network(random))
    for _ in range(2):
        for name, number, written, hull in answers(chain, random, 8):
            slack = 1e-12 * (1 + abs(number))
            assert hull.low - slack <= number <= hull.high + slack, (name, number, hull)
            assert hull.accepts(written), (name, written, hull)


def test_the_hull_is_hardly_wider_than_what_is_reached() -> None:
    """On the 3-4-1 network; a rule that takes half a unit for each of the values would be several times as wide."""
    chain, random = derivation("example:article-000"), Random(4)
    reaching, right, names = Reaching(chain, FOUR), Numbers(chain), quantities(chain)
    seen: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(100):
        student = Student(chain, replace(honest_habit(random), digits=4, significant=False), random, right)
        for name in names:
            seen[name].append(student[name])
    hulls = [reaching[name] for name in names]
    ratios = [(hull.high - hull.low) / (max(many) - min(many)) for hull, many in zip(hulls, seen.values(), strict=True)]
    assert min(ratios) >= 1 - 1e-9 and median(ratios) < 2 and quantiles(ratios, n=10)[-1] < 5


def test_a_chain_may_be_multiplied_in_any_order(article: Derivation) -> None:
    """−0.2277 · (0.3 · 0.2445) = −0.2277 · 0.0734 and then · 0.5; or all but the slope first."""
    found = reach(article, "dloss/dw[1][1][1]", FOUR)
    for number in (-0.2277 * 0.0734 * 0.5, -0.0683 * 0.2445 * 0.5, -0.0342 * 0.2445, -0.0167 * 0.5, -0.1139 * 0.0734):
        assert found.low <= number <= found.high


def test_the_slope_of_the_loss_is_multiplied_in_any_order_too() -> None:
    """2 · (1 − 0.0848633) ≈ 1.83027 before it is multiplied by 1.10131; otherwise 2.0157."""
    layer = {"units": 1, "activation": "tanh", "weights": [[0.3]]}
    source = {"data": {"inputs": [[1]], "targets": [[-0.81]]}, "layer": [layer], "loss": {"name": "squared_error"}}
    assert reach(derivation(source), "dloss/dz[1][1]", Rounding(significant=6)).accepts("2.01569")


def test_the_sigmoid_by_key_or_by_its_formula() -> None:
    one = {"units": 1, "activation": "sigmoid", "weights": [[1]]}
    data = {"inputs": [[0.3]], "targets": [[1]]}
    chain = derivation({"data": data, "layer": [one], "loss": {"name": "binary_cross_entropy"}})
    found = reach(chain, "a[1][1]", Rounding(significant=3))
    assert found.accepts("0.574") and found.accepts("0.575")  # e^−0.3 ≈ 0.741, 1 + 0.741 ≈ 1.74, 1/1.74 ≈ 0.5747
    assert not found.accepts("0.573") and not found.accepts("0.576")


@pytest.mark.parametrize(("digits", "a"), [(2, 0.52), (4, 0.5209), (6, 0.520887)])
def test_the_shortcut_at_the_output_lies_in_the_hull_of_the_long_way(digits: int, a: float) -> None:
    found = reach(derivation("example:article-000"), "dloss/dz[2][1]", Rounding(digits))
    assert found.low <= a - 1 <= found.high and found.low <= -round(1 / a, digits) * a * (1 - a) <= found.high


# ------------------------------------------------------------------------------------------------------ one's own values


def test_what_was_put_in_is_followed(article: Derivation) -> None:
    own = Reaching(article, FOUR, {"delta[2][1]": "0.2277"})
    assert own["dloss/dw[2][1][1]"].texts(FOUR) == ("0.1308",)
    assert own["dloss/dw[1][1][1]"].texts(FOUR) == ("0.0083", "0.0084")
    assert own["w[1][1][1]'"].texts(FOUR) == ("0.3992",)
    assert own["loss"].texts(FOUR) == ("0.0259",)
    assert own["delta[2][1]"] == own["dloss/dz[2][1]"] == Reached(0.2277, 0.2277)


def test_a_slope_of_ones_own(article: Derivation) -> None:
    own = Reaching(article, FOUR, {"da[1][1]/dz[1][1]": 0.25})
    assert own["dloss/dz[1][1]"].texts(FOUR) == ("-0.0171",)  # −0.2277 · 0.3 · 0.25
    assert own["dloss/dw[2][1][1]"].texts(FOUR) == ("-0.1308",)


def test_no_way_goes_round_what_was_put_in() -> None:
    own = Reaching(derivation("example:article-000"), FOUR, {"dloss/da[2][1]": "-1.5"})
    assert own["dloss/dz[2][1]"].texts(FOUR) == ("-0.3744", "-0.3743")  # not −0.4791 as well


def test_gradients_of_the_examples_are_added_up_from_ones_own() -> None:
    data = {"inputs": [[1], [2], [3]], "targets": [[1], [0], [1]]}
    layer = {"units": 1, "activation": "sigmoid", "weights": [[0.5]], "biases": [0.1]}
    source = {"data": data, "layer": [layer], "loss": {"name": "binary_cross_entropy"}}
    own = Reaching(derivation(source), FOUR, {"delta[1][1]@1": "-0.3", "delta[1][1]@2": "0.7", "delta[1][1]@3": "-0.1"})
    assert own["dloss/dw[1][1][1]"].texts(FOUR) == ("0.2666", "0.2667")  # (−0.3 + 1.4 − 0.3) / 3, or a third each
    assert own["dloss/dz[1][1]@2"].accepts("0.2333") and not own["dloss/dz[1][1]@2"].accepts("0.2500")
    assert Reaching(derivation(source), FOUR, {"loss@2": "2"})["loss"].low > 0.8


def test_after_updates_with_weights_of_ones_own(article: Derivation) -> None:
    own = Reaching(article, FOUR, {"w[1][1][1]'": "0.41", "Dw[2][1][1]": "0.02"})
    assert own["w[2][1][1]'"].texts(FOUR) == ("0.32",)
    assert own["z[1][1]'"].texts(FOUR) == ("0.3067",)  # 0.41 · 0.5 + 0.1017
    assert own["w[1][1][1]#1"] == own["w[1][1][1]'"]


def test_a_run_is_followed_update_by_update() -> None:
    from derivegen.calculus.numbers.training import train

    chain = derivation("example:xor")
    values = {name: float(chain.graph.givens[name]) for name in chain.graph.parameters}
    last = train(chain, values, 3)[3]
    reaching = Reaching(chain, Rounding(6))
    for name in chain.graph.parameters:
        found = reaching[f"{name}#3"]
        assert found.low <= last.values[name] <= found.high and not found.wide(last.values[name])
    found = reaching["loss#3"]
    assert found.low <= last.loss <= found.high


def test_batches_take_turns() -> None:
    data = {"inputs": [[1], [2]], "targets": [[1], [3]]}
    layer = {"units": 1, "weights": [[0.5]]}
    training = {"learning_rate": 0.1, "batch_size": 1, "steps": 2}
    source = {"data": data, "layer": [layer], "loss": {"name": "half_squared_error"}, "training": training}
    reaching = Reaching(derivation(source), FOUR)
    assert reaching["w[1][1][1]#1"].texts(FOUR) == ("0.55",)  # 0.5 + 0.1 · 0.5 · 1
    assert reaching["w[1][1][1]#2"].texts(FOUR) == ("0.93",)  # 0.55 + 0.1 · 1.9 · 2


@pytest.mark.parametrize("source", ["example:article-004", "example:softmax-2-3-2"])
def test_with_a_mistake_the_hull_lies_about_what_the_mistake_gives(source: str) -> None:
    chain = derivation(source)
    right, tried = Right(chain), 0
    for mistake in CATALOGUE.values():
        reaching = Reaching(right.with_mistakes((mistake,)), FOUR)
        for name in ("dloss/dw[1][1][1]", "dloss/db[2][1]", "loss", "w[2][1][1]'"):
            wrong = outcome(right, name, (mistake,)) if mistake.rewrite and right.reaches(mistake, name) else None
            if wrong is not None:
                found, tried = reaching[name], tried + 1
                assert found.low - 1e-9 <= wrong.value <= found.high + 1e-9, (mistake.identifier, name)
    assert tried > 20


# ------------------------------------------------------------------------------------------------ what is read from a hull


def test_texts_in_order_at_the_digits_asked_for() -> None:
    assert Reached(0.12344, 0.12361).texts(FOUR) == ("0.1234", "0.1235", "0.1236")
    assert Reached(-0.00102, -0.00098).texts(FOUR) == ("-0.0010", "-0.00099", "-0.00098")
    assert Reached(9.99, 10.01).texts(Rounding(significant=3)) == ("9.99", "10.0")
    assert Reached(0.3, 0.3).texts(FOUR) == ("0.3",)
    assert Reached(0.0, 0.0).texts(FOUR) == ("0",)
    assert Reached(0.1, 0.2).texts(FOUR) == () and len(Reached(0.1, 0.1011).texts(FOUR, most=12)) == 12
    assert Reached(*ANYTHING).texts(FOUR) == ()


def test_accepts_at_the_digits_that_are_typed() -> None:
    found = Reached(-0.13080, -0.13077)
    assert all(map(found.accepts, ("-0.1308", "-0.131", "-0.13", "-1.308e-1", "-1.308E-1", "-0.13078", "-0.130800")))
    assert not any(map(found.accepts, ("-0.1309", "-0.1307", "0.1308", "-0.13082", "-0.14")))
    assert Reached(0.00125, 0.00125).accepts("0.0012") and Reached(0.00125, 0.00125).accepts("0.0013")  # a tie
    with pytest.raises(ValueError, match="about a third"):
        found.accepts("about a third")


def test_wide() -> None:
    assert Reached(0.7, 0.96).wide(0.8) and not Reached(0.7, 0.89).wide(0.8)
    assert Reached(*ANYTHING).wide(3.0) and Reached(-1e-9, 0.0).wide(0.0) and not Reached(0.0, 0.0).wide(0.0)
    deep = random_network(Random(0)) | {
        "data": {"inputs": [[1.0]], "targets": [[1.0]]},
        "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.1]]} for _ in range(4)],
        "loss": {"name": "half_squared_error"},
    }
    chain = derivation(deep)
    assert reach(chain, "dloss/dw[1][1][1]", Rounding(3)).wide(Numbers(chain)["dloss/dw[1][1][1]"])


def test_a_divisor_that_may_have_become_0_tells_nothing() -> None:
    chain = derivation({"graph": {"inputs": {"x": 0.04, "y": 0.03}, "nodes": {"f": "1/(x*y)"}, "output": "f"}})
    found = reach(chain, "f", Rounding(2))
    assert found == Reached(*ANYTHING) and found.wide(833.3) and found.accepts("900")
    assert not reach(chain, "f", Rounding(5)).wide(833.3)


def test_a_gate_goes_by_the_number_itself() -> None:
    data = {"inputs": [[0.04]], "targets": [[1]]}
    layer = {"units": 1, "activation": "relu", "weights": [[0.1]]}
    chain = derivation({"data": data, "layer": [layer], "loss": {"name": "half_squared_error"}})
    found = reach(chain, "dloss/dz[1][1]", Rounding(2))  # z = 0.004, rounded 0: the gate is open all the same
    assert found.low <= -0.996 <= found.high < -0.9


def test_what_has_no_number_is_refused(article: Derivation) -> None:
    with pytest.raises(InputError, match="no quantity 'w"):
        reach(article, "w[9][1][1]", FOUR)
    with pytest.raises(InputError, match="9999 updates"):
        reach(article, "loss#9999", FOUR)
    with pytest.raises(Symbolic):
        reach(derivation("example:article-003"), "z[1][1]", FOUR)
    with pytest.raises(InputError, match="logarithm"):
        reach(derivation("example:article-000"), "loss", FOUR, {"a[2][1]": "1.2"})


def test_a_long_graph_is_no_deep_recursion() -> None:
    nodes = [["y0", "x + 0.1"], *([f"y{n}", f"0.5*y{n - 1} + 0.01"] for n in range(1, 400))]
    chain = derivation({"graph": {"inputs": {"x": 0.5}, "nodes": nodes, "output": "y399"}})
    found = reach(chain, "y399", FOUR)
    assert found.low <= 0.02 <= found.high
    assert reach(chain, "dloss/dx", FOUR).accepts("0.0000")


# ------------------------------------------------------------------------------------------------------ sums and products


@pytest.mark.parametrize("count", [3, 6, 8, 9, 12])
@pytest.mark.parametrize("rounding", [FOUR, Rounding(2), Rounding(significant=3)], ids=str)
def test_every_order_lies_in_the_hull_of_a_product_and_a_sum(count: int, rounding: Rounding) -> None:
    random = Random(count)
    paper = Paper(rounding)
    for _ in range(20):
        parts = [round(random.uniform(-1.5, 1.5), 3) for _ in range(count)]
        ends = [(part, part) for part in parts]
        for fold, sign in ((paper.product, "*"), (paper.total, "+")):
            low, high = fold(ends)
            for _ in range(30):
                assert low - 1e-12 <= in_some_order(parts, sign, rounding, random) <= high + 1e-12


def test_so_many_decimals_are_read_both_ways() -> None:
    low, high = Paper(FOUR).product([(0.02, 0.02), (0.01732, 0.01732)])  # 0.0003464
    assert (low, high) == pytest.approx((0.0003, 0.00035))
    low, high = Paper(Rounding(significant=3)).total([(9000.0, 9000.0), (344.6, 344.6)])
    assert (low, high) == pytest.approx((9340, 9345))  # 9340 to three digits, 9345 to whole units


@pytest.mark.parametrize(
    ("text", "number", "result"),
    [
        ("1/2*x + 1/2*x", 0.003, 0.005),  # 0.006 ≈ 0.01, and half of it; term by term 0.003
        ("1/2*(x + x)", 0.012, 0.02),  # 0.006 ≈ 0.01, twice; together 0.012
        ("-(x + x) - x", 0.004, -0.01),  # opened
    ],
)
def test_a_common_constant_may_be_taken_out_or_multiplied_in(text: str, number: float, result: float) -> None:
    def no_cases(cases: Any) -> Any:
        raise AssertionError(cases)

    low, high = Calculator(Paper(Rounding(2)), lambda _: (number, number), no_cases).value(read_plain(text))
    assert low - 1e-12 <= result <= high + 1e-12


def test_examples_may_be_added_before_the_mean_is_taken() -> None:
    data = {"inputs": [[1], [1]], "targets": [[0], [0]]}
    source = {"data": data, "layer": [{"units": 1, "weights": [[0.002]]}], "loss": {"name": "mean_squared_error"}}
    assert reach(derivation(source), "dloss/dw[1][1][1]", Rounding(2)).high >= 0.005  # (0.004 + 0.004 ≈ 0.01) / 2


def in_some_order(parts: list[float], sign: str, rounding: Rounding, random: Random) -> float:
    """Two at a time, any two next, most results rounded."""
    habit = Habit(rounding.significant or rounding.digits, rounding.significant is not None, chance=0.8)
    left = list(parts)
    while len(left) > 1:
        one, other = (left.pop(random.randrange(len(left))) for _ in "ab")
        made = one + other if sign == "+" else one * other
        left.append(habit.rounded(made) if random.random() < habit.chance else made)
    return left[0]
