"""The worked solution of a graph of indexed equations: every line judged, the solve lines, what each use contributes."""

from __future__ import annotations

from functools import cache

import pytest

import derivegen
from derivegen.api import Solution
from derivegen.errors import InputError
from derivegen.network.file.as_file import network_file
from derivegen.network.file.examples import example_names
from tests.indexed_nets import network


@cache
def solution(name: str) -> Solution:
    return derivegen.solve(f"example:{name}" if name in example_names() else network(name)[0])


@cache
def text(name: str) -> str:
    return " ".join(solution(name).text("text").split())


@pytest.mark.parametrize(
    "name", ["rnn", "conv-pool", "attention", "layer, batch and RMS norm", "embedding, mean and dropout"]
)
def test_every_line_is_judged(name: str) -> None:
    assert solution(name).lines > 20
    assert solution(name).verified.compared > 5


def test_the_line_that_is_solved() -> None:
    assert "x_n stands in z_p, where p + u − 1 = n, so p = n − u + 1. All such u are added up." in text("conv-pool")
    assert "where n − 1 = t, so n = t + 1, as long as t ≤ 2." in text("rnn")
    assert "E_{wd} stands in e_{td}, where id(t) = w." in text("embedding, mean and dropout").replace("id_t", "id(t)")


def test_the_rules_under_their_letters() -> None:
    assert "∂L/∂x_n = Σ_{u=1…3} ∂L/∂z_{n-u+1} · w_u" in text("conv-pool")
    assert "∂L/∂U_{ji} = Σ_{t=1…3} ∂L/∂z^{(t)}_j · h^{(t-1)}_i" in text("rnn")
    assert "∂L/∂z^{(t)}_j = ∂L/∂h^{(t)}_j · (1 − (h^{(t)}_j)²)" in text("rnn")
    assert "∂L/∂v_{td} = Σ_{i=t…2} ∂L/∂o_{id} · a_{it}" in text("attention")


def test_what_each_use_of_a_shared_parameter_contributes() -> None:
    assert "∂L/∂U₁₂ ≈ 0 + 0.05647 + 0.14366 [the contributions added up]" in text("rnn")
    assert solution("rnn").gradients["U[1][2]"] == pytest.approx(0.20013, abs=5e-6)


def test_the_last_step_and_one_in_the_middle() -> None:
    assert "∂L/∂z⁽³⁾₁ = ∂L/∂h⁽³⁾₁ · ∂h⁽³⁾₁/∂z⁽³⁾₁" in text("rnn")
    assert "∂L/∂h⁽²⁾₁ = ∂L/∂z⁽³⁾₁ · ∂z⁽³⁾₁/∂h⁽²⁾₁ + ∂L/∂z⁽³⁾₂ · ∂z⁽³⁾₂/∂h⁽²⁾₁" in text("rnn")


def test_a_whole_array() -> None:
    found = solution("rnn").array("dloss/dU").tolist()
    assert found == [pytest.approx([0.3165, 0.2001], abs=5e-5), pytest.approx([-0.1170, -0.0422], abs=5e-5)]
    assert solution("rnn").array("h").shape == (4, 2)


def test_the_file_comes_back() -> None:
    own = derivegen.load("example:rnn")
    assert derivegen.load(network_file(own)).graph == own.graph


def test_typed_names_have_times_above() -> None:
    lines = "dL/dU_12 = 0.2001; dL/dh^{(2)}_1 = 0.2822; z^{(2)}_2 = 0.3895; dL/dU_11 = 0.2"
    verdicts = {finding.quantity: finding.verdict for finding in derivegen.check("example:rnn", lines).findings}
    assert verdicts == {
        "dloss/dU[1][2]": "right",
        "dloss/dh[2][1]": "right",
        "z[2][2]": "right",
        "dloss/dU[1][1]": "wrong",
    }


def test_sheets_on_index_letters_are_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="exercises: this graph has index letters"):
        derivegen.sheet("example:rnn")


def test_a_hand_calculation_of_a_recurrent_network_is_read() -> None:
    typed = "h^{(2)}_1 = 0.6880\ndL/dU_12 = 0.2001\ndL/dU_11 = 0.3165\ndL/dc = 0.7123"
    found = derivegen.check("example:rnn", typed).findings
    assert [each.verdict for each in found] == ["right", "right", "right", "wrong"]
    assert [each.quantity for each in found] == ["h[2][1]", "dloss/dU[1][2]", "dloss/dU[1][1]", "dloss/dc"]


@pytest.mark.parametrize("root", ["√2", "√(2)", "sqrt(2)", "2^(1/2)"])
def test_a_root_sign_is_read(root: str) -> None:
    found = derivegen.check("example:attention", f"e_21 = (-0.45*0.65 + 0.25*(-0.05))/{root} = -0.2157").findings
    assert [(each.quantity, each.verdict) for each in found] == [("e[2][1]", "right")]
