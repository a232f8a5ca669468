"""Networks in the language of indexed equations: every gradient against an outside library, how links are solved, in what order a recurrent
network is computed."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy
import pytest
from autograd import grad

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.formula.arithmetic.value import EXACT
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.indexed_nets import NETS, network


@cache
def solved(name: str) -> tuple[Derivation, Numbers]:
    derivation = derive(build(load(network(name)[0])))
    return derivation, Numbers(derivation)


@pytest.mark.parametrize("name", NETS)
def test_every_gradient_is_that_of_an_outside_library(name: str) -> None:
    derivation, numbers = solved(name)
    arrays, loss = network(name)[1], NETS[name][1]
    assert numbers["L"] == pytest.approx(float(loss(arrays)), abs=1e-12)
    true = grad(loss)(arrays)
    compared = 0
    for family in derivation.graph.families.values():
        if family.name not in arrays or family.kind == "constant":
            continue
        stated = [each for each in family.equations if each.formula is None]
        members = [indices for equation in stated for indices in equation.members()]
        found = numpy.array([numbers[derivation.name_of(family.member(indices))] for indices in members])
        assert found == pytest.approx(numpy.ravel(true[family.name]), abs=1e-12), family.name
        compared += len(members)
    assert compared == sum(
        numpy.size(arrays[name]) for name in arrays if derivation.graph.families[name].kind != "constant"
    )


def rules(name: str, family: str, equation: int = -1) -> Any:
    derivation, _ = solved(name)
    own = derivation.graph.families[family]
    return [derivation.inverse(link, own.equations[equation]) for link in derivation.links[family]]


def test_a_kernel_is_flipped() -> None:
    (inverse,) = rules("convolution and pool", "x")
    assert {name: str(place) for name, place in inverse.known.items()} == {"p": "n-u+1", "u": "u"}
    assert [each.letter for each in inverse.free] == ["u"]


def test_a_state_enters_the_next_step_as_long_as_there_is_one() -> None:
    inverses = {each.link.child: each for each in rules("rnn", "h")}
    assert str(inverses["z"].known["t"]) == "t+1"
    assert [str(each) for _, each in inverses["z"].conditions] == ["-t+2"]
    assert not inverses["p"].conditions


def test_a_causal_sum_starts_at_the_token_itself() -> None:
    (inverse,) = rules("attention", "c")
    assert [(each.letter, str(each.low), str(each.high)) for each in inverse.free] == [("t", "s", "3")]


def test_a_word_is_looked_up_where_it_stands() -> None:
    derivation, _ = solved("embedding, mean and dropout")
    terms = derivation["dloss/dE[2][1]"].terms
    assert [term.at["t"] for term in terms] == [1, 3]
    assert not derivation["dloss/dE[4][1]"].terms


def test_uses_of_a_shared_parameter_are_known_by_step_and_link() -> None:
    derivation, _ = solved("rnn")
    terms = derivation["dloss/dU[1][2]"].terms
    assert [(term.at["t"], term.link and term.link.child) for term in terms] == [(1, "z"), (2, "z"), (3, "z")]


def test_two_roles_of_tied_weights_are_two_links() -> None:
    derivation, _ = solved("tied weights and a residual")
    assert [term.link and term.link.child for term in derivation["dloss/dW[1][2]"].terms] == ["o", "h"]


def test_nodes_in_any_order_are_computed_step_by_step() -> None:
    derivation, _ = solved("rnn")
    (block,) = (block for block in derivation.graph.blocks if block.loops)
    assert (block.names, block.loops) == (("z", "h"), (("t", 1),))
    names = [*derivation.graph.names()]
    assert names.index("h[1][2]") < names.index("z[2][1]") < names.index("h[2][1]") < names.index("z[3][1]")


def recurrent(steps: int) -> Derivation:
    graph = {
        "axes": {"t": {"to": steps, "counts": "time"}, "j": 1, "i": "j"},
        "inputs": {"x[t]": [n % 3 / 4 for n in range(steps)], "h[0,j]": [0]},
        "parameters": {"U[j,i]": [[0.5]], "W[j]": [0.25]},
        "nodes": [["h[t,j]", "sum(i, U[j,i]*h[t-1,i]) + W[j]*x[t]"], ["L", f"sum(j, h[{steps},j]^2)"]],
        "output": "L",
    }
    return derive(build(load({"graph": graph})))


def check_steps(steps: int) -> None:
    """The loss and the slope of a recurrence over so many steps against one written out."""
    derivation = recurrent(steps)
    numbers = Numbers(derivation)
    state = slope = 0.0
    for n in range(steps):
        slope, state = state + 0.5 * slope, 0.5 * state + 0.25 * (n % 3 / 4)
    assert numbers["L"] == pytest.approx(state**2, rel=1e-12)
    assert numbers["dloss/dU[1][1]"] == pytest.approx(2 * state * slope, rel=1e-12)
    assert derivation.routes_total("dloss/dx[1]") == 1


def test_many_steps_need_no_recursion() -> None:
    check_steps(400)


def test_fractions_stay_fractions() -> None:
    numbers = Numbers(recurrent(3), EXACT)
    assert str(numbers["L"]) == "25/1024" and str(numbers["dloss/dU[1][1]"]) == "5/256"
