"""What the benchmark runner does with times: rows with and without their peer, ratios by rounds, exponents; nothing here is timed."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from tests.bench import timing
from tests.bench.__main__ import TABLES, exchanged, renewed
from tests.bench.by_hand import by_hand
from tests.bench.composed import compose, gradient, one_step
from tests.bench.evaluate import same
from tests.bench.measure import HEAD, Goal, Measurement, Spread, at_least, at_most, duration, row, spread
from tests.bench.profiles import exponent
from tests.bench.sized import M, S, Size, arrays_of, file
from tests.bench.timing import QUICK, Contender, Missing, Peer, compare, compared, in_turn, need, nothing

ROOT = Path(__file__).resolve().parents[2]

HALF = Spread(0.4, 0.5, 0.6)


@pytest.mark.parametrize(
    ("measured", "cells"),
    [
        (Measurement("a", HALF, "×", at_most(1), "3 µs", "b 6 µs"), ["a", "≤ 1 ×", "0.5 ×", "0.4 × … 0.6 ×", "yes", "3 µs", "b 6 µs"]),
        (Measurement("a", HALF, "×", at_least(1)), ["a", "≥ 1 ×", "0.5 ×", "0.4 × … 0.6 ×", "**no**", "", ""]),
        (Measurement("a", spread([0.25]), "s"), ["a", "–", "250 ms", "", "–", "", ""]),
        (Measurement("a", None, "×", at_most(1), beside="not here"), ["a", "≤ 1 ×", "–", "", "–", "", "not here"]),
    ],
)  # fmt: skip
def test_a_row(measured: Measurement, cells: list[str]) -> None:
    assert row(measured) == f"| {' | '.join(cells)} |"
    assert row(measured).count("|") == HEAD.splitlines()[0].count("|")


def test_figures() -> None:
    assert [duration(seconds) for seconds in (2.5, 0.0104, 2.59e-6)] == ["2.5 s", "10.4 ms", "2.59 µs"]
    assert spread([1, 2, 3, 4, 5]) == Spread(2, 3, 4)
    assert not Goal(3).met_by(3.01) and Goal(3, least=True).met_by(3.01)


@pytest.mark.parametrize(
    ("goal", "what", "middle"), [(at_least(2), "x: peer ÷ ours", 2.0), (at_most(2), "x: ours ÷ peer", 0.5), (None, "x: ours ÷ peer", 0.5)]
)  # fmt: skip
def test_a_ratio_is_taken_within_each_round(goal: Goal | None, what: str, middle: float) -> None:
    slower_and_slower = [1.0, 2.0, 300.0]
    measured = compared(
        "x", slower_and_slower, [2 * each for each in slower_and_slower], Peer("peer", lambda: nothing, goal)
    )
    assert measured.what == what and measured.found == Spread(middle, middle, middle)
    assert "peer 4 s" in measured.beside and "3 rounds" in measured.beside


@pytest.fixture
def untidy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Litter is left where it is: nothing is measured here, and this process keeps many trees, which the collector would look through."""
    monkeypatch.setattr(timing.gc, "collect", lambda: 0)


def lacking() -> Callable[[], object]:
    return need("a_library_nobody_has")  # type: ignore[no-any-return]


@pytest.mark.usefixtures("untidy")
def test_a_peer_that_is_not_installed_is_a_row() -> None:
    with pytest.raises(Missing):
        lacking()
    peers = [Peer("absent", lacking, at_most(1)), Peer("present", lambda: nothing)]
    absent, present = compare("x", nothing, peers, QUICK)
    assert absent.found is None and "pip install '.[bench]'" in row(absent) and "a_library_nobody_has" in row(absent)
    assert present.found is not None


@pytest.mark.usefixtures("untidy")
def test_contenders_take_turns() -> None:
    seen: list[str] = []
    one, two = Contender(lambda: seen.append("1"), lambda: seen.append("-")), Contender(lambda: seen.append("2"))
    times = in_turn([one, two, one], QUICK)
    assert [len(each) for each in times] == [QUICK.rounds] * 3
    assert re.sub("2+", "2", "".join(seen)).endswith("-12-1" * QUICK.rounds)


@pytest.mark.parametrize("start", [0.0, 2.0])
@pytest.mark.parametrize("power", [0.5, 1.0, 1.7])
def test_exponents_leave_out_what_every_run_costs(start: float, power: float) -> None:
    sizes = [10, 20, 40, 80, 160]
    assert exponent(sizes, [start + 0.1 * n**power for n in sizes]) == pytest.approx(power, abs=0.02)


def test_a_page_keeps_what_stands_above_its_measurements() -> None:
    assert renewed("words\n\n## Measurements\n\nold\n", "new\n") == "words\n\n## Measurements\n\nnew\n"
    with pytest.raises(SystemExit):
        renewed("words\n", "new\n")


def test_one_table_of_a_page_is_exchanged() -> None:
    page = "# P\n\n## Measurements\n\nToday\n\n### Deriving\n\n| a |\n\n### Files\n\n| b |\n\n### Checking\n\n| c |\n"
    for name, old in (("derive", "| a |"), ("formats", "| b |"), ("checking", "| c |")):
        table = f"\n### {TABLES[name]}\n\n| new |\n"
        assert exchanged(page, name, table) == page.replace(old, "| new |")
    with pytest.raises(SystemExit, match="no table"):
        exchanged(page, "sheets", "")


def test_each_row_of_the_page_says_what_stands_beside_ours() -> None:
    """Both contenders of a ratio are named in the row, and what is not alike is said there; the README claims nothing of it."""
    lines = (ROOT / "output/benchmarks.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")]
    heads = [row for row in rows if row[0] == "what"]
    assert heads and {head[-1] for head in heads} == {"beside it"}
    ratios = [row for row in rows if row[2].endswith("×") and "÷" in row[0]]
    assert len(ratios) > 20
    assert [row for row in ratios if len(row) != len(heads[0]) or not row[-1].strip()] == []
    assert not re.search(r"\d\s*(?:×|times)", (ROOT / "README.md").read_text("utf-8"))


def test_every_table_has_a_module() -> None:
    from importlib.util import find_spec

    assert all(find_spec(f"tests.bench.{name}") for name in TABLES)


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("size", [S, M, Size((4, 3, 2)), Size((4, 3, 3, 2))], ids=lambda size: size.name)
def test_numpy_by_hand_and_ours_agree(size: Size, rows: int) -> None:
    """What the others are compared with must itself be right."""
    from derivegen.network.file.load import load
    from tests.bench.evaluate import own

    network = load(file(size, rows))
    arrays = arrays_of(network)
    same(own(network, arrays)(), by_hand(size, arrays, rows)())


def test_a_wrong_gradient_does_not_agree() -> None:
    right = (numpy.float64(1.0), [numpy.ones((2, 2)), numpy.ones(2)])
    same((1.0, [1.0] * 6), right)
    same((1.0, {"b[1]": numpy.ones(2), "w[1]": numpy.ones((2, 2))}), right)
    for wrong in ((1.0, [1.0] * 5 + [1 + 1e-9]), (1.1, [1.0] * 6), (1.0, [1.0] * 7)):
        with pytest.raises(AssertionError):
            same(wrong, right)


def test_the_composed_loss_is_the_network() -> None:
    import sympy

    composed, partials = gradient((2, 1), True, sympy)
    assert len(partials) == len(composed.parameters) == 3
    x, w, b, t = composed.inputs, composed.parameters[:2], composed.parameters[2], composed.targets[0]
    a = 1 / (1 + sympy.exp(-(w[0] * x[0] + w[1] * x[1] + b)))
    at = dict(zip([*x, *w, b, t], (0.3, -0.7, 0.2, 0.5, 0.1, 0.9), strict=True))
    assert abs(float((partials[0] - (a - t) * x[0]).subs(at))) < 1e-12
    assert len(compose((2, 2), False, sympy).targets) == 2


def test_the_steps_written_for_a_computer_algebra_system_are_ours() -> None:
    """Each of either list has a twin of the same value in the other, at random numbers."""
    import sympy

    from tests.bench.derive import expressions
    from tests.bench.sized import symbolic

    chance = random.Random(3)
    values: dict[str, float] = {}

    def number(name: str) -> float:
        """By our name, whatever it is called in the other list; an output is the sigmoid of its sum."""
        plain = re.sub(r"^(dloss/)?", "", name)
        if "[" in plain:  # ours count from 1
            plain = re.sub(r"(\d+)", lambda found: str(int(found[0]) - 1), plain)
        key = re.sub(r"[\[\]_]+", ".", re.sub(r"(?<=[a-z])(?=\d)", ".", plain)).strip(".")
        if key.startswith("a."):
            return 1 / (1 + math.exp(-number("z" + key[1:])))
        return values.setdefault(key, chance.uniform(0.2, 0.8))

    def at(expression: Any) -> float:
        given = {each: number(each.name) for each in expression.free_symbols}
        return float(expression.subs(given))

    ours = sorted(at(expression) for _, expression in expressions(symbolic(S)))
    theirs = sorted(at(expression) for expression in one_step(S.widths, S.entropy, sympy))
    assert ours == pytest.approx(theirs, rel=1e-12) and len(ours) == 34
