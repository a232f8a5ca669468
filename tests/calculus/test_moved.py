"""Numbers of which one is moved: what hangs on it is computed anew, the rest is kept; the same as with everything computed anew."""

from __future__ import annotations

import pytest

from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.formula.arithmetic.value import precise
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
