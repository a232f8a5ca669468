"""What the benchmark runner does with times: rows with and without their peer, ratios by rounds, exponents; nothing here is timed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest

from tests.bench import timing
from tests.bench.__main__ import TABLES, exchanged, renewed
from tests.bench.by_hand import by_hand
from tests.bench.composed import compose, gradient
from tests.bench.evaluate import same
from tests.bench.measure import HEAD, Goal, Measurement, Spread, at_least, at_most, duration, row, spread
from tests.bench.profiles import exponent
from tests.bench.sized import M, S, Size, arrays_of, file
from tests.bench.timing import QUICK, Contender, Missing, Peer, compare, compared, in_turn, need, nothing, stopped
from tests.bench.unlike import LABEL, UNLIKE, reworded

HALF = Spread(0.4, 0.5, 0.6)


@pytest.mark.parametrize(
    ("measured", "cells"),
    [
        (Measurement("a", HALF, "×", at_most(1), "3 µs", "b 6 µs"), ["a", "≤ 1 ×", "0.5 ×", "0.4 × … 0.6 ×", "yes", "3 µs", "b 6 µs"]),
        (Measurement("a", HALF, "×", at_least(1)), ["a", "≥ 1 ×", "0.5 ×", "0.4 × … 0.6 ×", "**no**", "", ""]),
        (Measurement("a", spread([0.25]), "s"), ["a", "–", "250 ms", "", "–", "", ""]),
        (Measurement("a", None, "×", at_most(1), beside="not here"), ["a", "≤ 1 ×", "–", "", "–", "", "not here"]),
        (Measurement("a", spread([2000]), "×", at_least(200), bound=True), ["a", "≥ 200 ×", "≥ 2,000 ×", "", "yes", "", ""]),
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


def test_a_peer_that_does_not_come_to_its_end_is_a_bound() -> None:
    peer = Peer("slow", lambda: nothing, at_least(10))
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    found = stopped("x", 0.01, sleeping, peer, 0.2)
    assert found.bound and "≥ 20 ×" in row(found) and "stopped" in found.beside
    assert stopped("x", 0.5, [sys.executable, "-c", "print(1.5)"], peer, 30).found == Spread(3, 3, 3)


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


# what is not alike


def test_a_row_that_is_not_alike_says_so_and_claims_nothing() -> None:
    measured = Measurement(
        "PDF of 1-1-1: ours ÷ one run of pdflatex", HALF, "×", at_most(1), "3 ms", "one run of pdflatex 6 ms"
    )
    cells = row(measured).strip("| ").split(" | ")
    assert cells[4] == "–" and cells[6].startswith(f"one run of pdflatex 6 ms; {LABEL} ours is typst alone")
    missed = Measurement(measured.what, HALF, "×", at_most(0.2))
    assert row(missed).split(" | ")[4] == "**no**"


def test_every_row_of_the_page_says_what_is_not_alike() -> None:
    page = (Path(__file__).resolve().parents[2] / "output/benchmarks.md").read_text(encoding="utf-8")
    assert reworded(page) == page
    rows = [line.removeprefix("| ").partition(" | ")[0] for line in page.splitlines() if line.startswith("| ")]
    unused = [pattern for pattern, _ in UNLIKE if not any(re.match(pattern, what) for what in rows)]
    assert unused == []
