"""A training run as a picture: every value lies in its diagram, ticks are round and where they say, long and extreme runs come out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivegen.figures.axis import INTERVALS, MOST, axis, counted, samples
from derivegen.figures.drawing import HEIGHT, Arrow, lay_out, overlaps
from derivegen.figures.plot import RunFigure, Series
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Formula, Number, Power, Product

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def number(tick: Formula) -> float:
    """What is printed at a tick."""
    match tick:
        case Number(text):
            return float(text)
        case Power(Number("10"), Number(text)):
            return float(f"1e{text}")
        case Product((Number(mantissa), Power(_, Number(text)))):
            return float(f"{mantissa}e{text}")
    raise AssertionError(tick)


def figure(*runs: list[float], stacked: bool = False) -> RunFigure:
    series = tuple(Series(f"series {place}", samples(run), axis(run)) for place, run in enumerate(runs))
    return RunFigure("Run", "The loss falls.", "updates", counted(len(runs[0]) - 1), series, stacked)


@given(st.lists(FINITE, min_size=1, max_size=30))
def test_every_value_lies_on_its_axis_and_every_tick_where_it_says(values: list[float]) -> None:
    up = axis(values)
    assert all(-1e-6 <= up.share(value) <= 1 + 1e-6 for value in values)
    for share, tick in up.ticks:
        assert abs(number(tick)) == float("inf") or up.share(number(tick)) == pytest.approx(share, abs=1e-6)
    assert 1 <= len(up.ticks) <= INTERVALS + 2
    assert len({plain(tick) for _, tick in up.ticks}) == len(up.ticks)


@given(st.integers(0, 10**6))
def test_updates_are_counted_in_whole_numbers(last: int) -> None:
    along = counted(last)
    steps = {int(number(b)) - int(number(a)) for (_, a), (_, b) in pairwise(along.ticks)}
    assert len(steps) <= 1 and len(along.ticks) <= INTERVALS + 2
    assert along.share(last) == (1 if last else 0)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.0259, 0.01, 0.005], "0 0.01 0.02 0.03"),
        ([3, 2, 1], "1.0 1.5 2.0 2.5 3.0"),
        ([0.025, 7.6e-10], "10⁻¹⁰ 10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻²"),
        ([1e7, 3e7], "1.0·10⁷ 1.5·10⁷ 2.0·10⁷ 2.5·10⁷ 3.0·10⁷"),
        ([-3e-9, 0.0], "−3·10⁻⁹ −2·10⁻⁹ −1·10⁻⁹ 0"),
        ([0.0], "−1.0 −0.5 0 0.5 1.0"),
    ],
)
def test_ticks_are_round(values: list[float], ticks: str) -> None:
    assert " ".join(plain(tick).replace(" ", "") for _, tick in axis(values).ticks) == ticks


def test_a_long_run_keeps_its_ends_and_its_peaks() -> None:
    values = [1.0 / (place + 1) for place in range(10_000)]
    values[4321] = 7.0
    kept = samples(values)
    assert len(kept) <= MOST + 2 and {(0.0, 1.0), (4321.0, 7.0), (9999.0, values[-1])} <= {*kept}
    assert [x for x, _ in kept] == sorted({x for x, _ in kept})


def test_a_curve_that_leaves_the_doubles_keeps_its_decades() -> None:
    drawing = lay_out(figure([10.0 ** (5 * n + n % 2) for n in range(61)]))
    (curve,) = [shape for shape in drawing.shapes if isinstance(shape, Arrow) and len(shape.points) == 61]
    heights = [y for _, y in curve.points]
    assert max(heights) - min(heights) > 0.9 * HEIGHT and max(heights) <= drawing.height and min(heights) >= 0


@pytest.mark.parametrize("stacked", [False, True])
@pytest.mark.parametrize("runs", [([1.0, 0.1, 1e-9], [3.0, 2.0, 1.0]), ([1e7, 2e7], [-2.0, 4.0]), ([0.5], [0.0])])
def test_no_label_stands_on_another(runs: tuple[list[float], ...], stacked: bool) -> None:
    assert overlaps(lay_out(figure(*runs, stacked=stacked))) == []
