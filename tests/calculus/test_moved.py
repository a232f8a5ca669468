"""Numbers of which one is moved: what hangs on it is computed anew, the rest is kept; the same as with everything computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.verify import verify
from derivegen.errors import CheckFailed
from derivegen.formula.arithmetic.value import EXACT, Irrational, precise, program, value
from derivegen.formula.read.grammar import read_plain
from tests.solved import solved


def test_what_hangs_on_a_quantity_stands_in_the_order_of_the_graph() -> None:
    graph = solved("article-004").graph
    assert graph.above("w[1][1][1]") == ("z[1][1]", "a[1][1]", "z[2][1]", "a[2][1]", "loss")
    assert graph.above("w[2][1][1]") == ("z[2][1]", "a[2][1]", "loss")
    assert graph.above("loss") == ()


@pytest.mark.parametrize("name", ["relu-kink", "softmax-2-3-2", "xor", "graph-shared"])
def test_a_moved_quantity_gives_what_all_computed_anew_gives(name: str) -> None:
    derivation, digits = solved(name).derivation, precise(50)
    graph, middle = derivation.graph, Numbers(derivation, digits)
    for each in graph.names():
        assert middle[each] is not None
    for member in graph.names():
        to = {member: middle[member] + digits.number(0.001)}
        moved, anew = middle.moved(to, graph.above(member)), Numbers(derivation, digits, to)
        assert all(moved[each] == anew[each] for each in graph.names()), member


def _seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is moved, and by how much, from here on."""
    found: list[dict[str, Any]] = []
    plain = Numbers.moved

    def moved(self: Numbers, to: Mapping[str, Any], *rest: Any) -> Numbers:
        found.append({name: float(each - self[name]) for name, each in to.items()})
        return plain(self, to, *rest)

    monkeypatch.setattr(Numbers, "moved", moved)
    return found


def test_where_nothing_bends_the_quotient_ahead_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    trace, seen = solved("article-004").trace, _seen(monkeypatch)
    verify(trace)
    assert len(seen) == len({*trace.gradients} - {trace.graph.root})
    assert all(by > 0 for each in seen for by in each.values())


def test_where_something_bends_both_sides_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    trace, seen = solved("relu-kink").trace, _seen(monkeypatch)
    verify(trace)
    for name in trace.gradients:
        assert {by > 0 for each in seen for moved, by in each.items() if moved == name} in ({True, False}, set())


@pytest.mark.parametrize(("name", "at"), [("article-004", {}), ("relu-kink", {"x[1]": 0.9})])
def test_a_derivative_that_is_none_is_refused(name: str, at: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Off by a millionth, where nothing bends and beside a kink."""
    trace = solved(name).at(at).trace.exactly
    wrong = {**trace.gradients, "z[2][1]": trace.gradients["z[2][1]"] * (1 + 1e-6)}
    monkeypatch.setitem(vars(trace), "gradients", wrong)
    with pytest.raises(CheckFailed, match=r"z\[2\]\[1\]"):
        verify(trace)


@pytest.mark.parametrize("text", ["a*b", "a + b^2", "exp(a)/b", "max(a, b)"])
def test_what_follows_from_no_fraction_is_told_at_once(text: str) -> None:
    """Where a formula is said to ask for every name, its value without one of them is none."""
    tree = program(read_plain(text, ["a", "b"]))
    with pytest.raises(Irrational):
        value(read_plain(text, ["a", "b"]), _without_a, EXACT)
    assert tree.strict


def _without_a(name: str) -> Fraction:
    if name == "a":
        raise Irrational
    return Fraction(0)
