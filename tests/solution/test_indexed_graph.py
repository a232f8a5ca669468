"""The worked solution of a graph of indexed equations: every line judged, the solve lines, what each use contributes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import derivegen
from derivegen.api import Solution
from derivegen.document.blocks import Heading, Paragraph, Table
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.tree import Compare, Matrix
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
    assert "∂L/∂z⁽³⁾₁ · ∂z⁽³⁾₁/∂U₁₂ = ∂L/∂h⁽³⁾₁ · ∂h⁽³⁾₁/∂z⁽³⁾₁ · ∂z⁽³⁾₁/∂U₁₂" in text("rnn")
    assert "① ∂L/∂h⁽²⁾₁ = ∂L/∂z⁽³⁾₁ · U₁₁ + ∂L/∂z⁽³⁾₂ · U₂₁ ≈ 0.3873 · 0.5 + (−0.2214) · (−0.4)" in text("rnn")
    assert "≈ 0.4159 · 0.9314 · 0.3709 ≈ 0.1437 [what this use of U₁₂ contributes]" in text("rnn")
    assert "≈ 0.2822 · 0.5266 · 0.3799 ≈ 0.0565 [what this use of U₁₂ contributes]" in text("rnn")


def test_what_is_given_stands_as_matrices_with_the_start() -> None:
    """The start h⁽⁰⁾ was not under what is given."""
    assert "U = [0.5, 0.2; −0.4, −0.2], b = [0.1; 0.2], h⁽⁰⁾ = [0; 0]" in text("rnn")
    assert "xᵀ = [0.5, −1, 2, 1, −0.5, 1.5]" in text("conv-pool")


def test_forward_is_a_row_a_member() -> None:
    assert "z^{(t)}_j: 0.5 · 1 + 0.5 · 0.3364 + 0.2 · 0.3799 + 0.1 ≈ 0.8442 h^{(t)}_j: 0.6880 slope ②: 0.5266" in text(
        "rnn"
    )


def test_a_matrix_in_a_sentence_is_judged() -> None:
    """Nothing held the numbers of a matrix to their places."""
    made = solution("rnn")
    judge, document = made.printer.judge, made.document
    stated = next(
        b
        for b in document.blocks
        if isinstance(b, Paragraph) and any(isinstance(r, Compare) and isinstance(r.right, Matrix) for r in b.text)
    )
    turned = tuple(
        replace(run, right=Matrix(tuple(reversed(run.right.rows))))
        if isinstance(run, Compare) and isinstance(run.right, Matrix)
        else run
        for run in stated.text
    )
    wrong = replace(document, blocks=tuple(Paragraph(turned) if b is stated else b for b in document.blocks))
    with pytest.raises(CheckFailed):
        judge.document(wrong)


def test_what_would_be_missing_if_one_stopped_early() -> None:
    assert "0.1437 in place of 0.2001. 28 % would be missing." in text("rnn")
    assert "If one stopped early" not in text("conv-pool")


def test_only_the_winner_of_a_window_gets_anything() -> None:
    assert "A maximum hands all that comes back to the winner of its window" in text("conv-pool")
    assert "③ ∂z₄/∂w₁ = x₄ = 1 [what w₁ is multiplied by in z₄]" in text("conv-pool")


def test_inputs_at_an_end_and_inside() -> None:
    assert "∂L/∂x₁ = ∂L/∂z₁ · w₁ = −0.519 · 0.4 = −0.2076" in text("conv-pool")
    assert "∂L/∂x₄ = ∂L/∂z₄ · w₁ + ∂L/∂z₃ · w₂ + ∂L/∂z₂ · w₃" in text("conv-pool")


def test_the_rule_of_a_softmax_is_short() -> None:
    """It had the own member taken in and off again."""
    assert "∂L/∂e_{ts} = ∂L/∂a_{ts} · a_{ts} − Σ_{i=1…t} ∂L/∂a_{ti} · a_{ti} a_{ts}" in text("attention")


def test_questions_are_answered_at_the_end() -> None:
    assert "what does the use of U₁₂ at t = 1 contribute? The answer is at the end." in text("rnn")
    assert (
        "1: Nothing: it is multiplied by h⁽⁰⁾₂, which is 0. 2: V_j and c: their derivatives have a single term"
        in text("rnn")
    )


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


def test_a_hand_calculation_of_a_recurrent_network_is_read() -> None:
    typed = "h^{(2)}_1 = 0.6880\ndL/dU_12 = 0.2001\ndL/dU_11 = 0.3165\ndL/dc = 0.7123"
    found = derivegen.check("example:rnn", typed).findings
    assert [each.verdict for each in found] == ["right", "right", "right", "wrong"]
    assert [each.quantity for each in found] == ["h[2][1]", "dloss/dU[1][2]", "dloss/dU[1][1]", "dloss/dc"]


@pytest.mark.parametrize("root", ["√2", "√(2)", "sqrt(2)", "2^(1/2)"])
def test_a_root_sign_is_read(root: str) -> None:
    found = derivegen.check("example:attention", f"e_21 = (-0.45*0.65 + 0.25*(-0.05))/{root} = -0.2157").findings
    assert [(each.quantity, each.verdict) for each in found] == [("e[2][1]", "right")]


OWN_LETTERS = {
    "title": "One layer in one formula",
    "graph": {
        "axes": {"p": 2, "k": 2},
        "inputs": {"x[k]": [1, 0.5]},
        "constants": {"y": 1},
        "parameters": {"W[p,k]": [[0.1, 0.2], [0.3, 0.4]], "v[p]": [1, 2]},
        "nodes": [["h[p]", "sigmoid(sum(k, W[p,k]*x[k]))"], ["L", "1/2*(sum(p, v[p]*h[p]) - y)^2"]],
        "output": "L",
    },
}


def test_what_a_sum_runs_over_is_no_letter_of_the_rule() -> None:
    """It said ∂L/∂h_p = (Σ_p v_p h_p − y) v_p, in which p is two things."""
    page = " ".join(derivegen.solve(OWN_LETTERS).text("text").split())
    assert "∂L/∂h_p = (Σ_{i=1…2} v_i · h_i − y) v_p" in page


def test_a_slope_is_said_with_the_value_that_was_found() -> None:
    """It said σ(Σ W x)(1 − σ(Σ W x)), though that is h."""
    page = " ".join(derivegen.solve(OWN_LETTERS).text("text").split())
    assert "∂L/∂W_{pk} = ∂L/∂h_p · h_p (1 − h_p) x_k" in page


def test_a_place_that_is_a_number_is_said_of_the_letter() -> None:
    assert "h^{(t)}_j stands in p, but only for t = 3." in text("rnn")
    assert "t = 3" in text("rnn") and "3 = t" not in text("rnn")


def test_a_softmax_over_one_member_is_one() -> None:
    assert solution("attention").trace.text("a[1][1]") == "1"


def test_a_softmax_is_entered_in_two_ways() -> None:
    says = "e_{ts} stands in a_{ts}, in the numerator and in the denominator, and in the other a_{ti} in the denominator only"
    assert says in text("attention")


def test_what_is_entered_in_one_way_is_named_together() -> None:
    page = " ".join(solution("LSTM").text("text").split())
    assert "h^{(t)}_j stands in zn^{(n)}_i, zi^{(n)}_i, zf^{(n)}_i and zo^{(n)}_i, where n − 1 = t" in page


def test_the_closing_names_families() -> None:
    assert "derivatives of L with respect to x_{tk}, Q_{dk}, K_{dk} and V_{dk} follow" in text("attention")


def test_rules_are_read_with_whole_arrays() -> None:
    assert (
        "∂L/∂z⁽²⁾ = (Uᵀ · ∂L/∂z⁽³⁾) ⊙ tanh′(z⁽²⁾) ≈ ([0.5, −0.4; 0.2, −0.2] [0.3873; −0.2214]) ⊙ [0.5266; 0.8624]"
        in text("rnn")
    )
    assert "∂L/∂U = ∂L/∂z⁽¹⁾ · (h⁽⁰⁾)ᵀ + ∂L/∂z⁽²⁾ · (h⁽¹⁾)ᵀ + ∂L/∂z⁽³⁾ · (h⁽²⁾)ᵀ" in text("rnn")
    assert "∂L/∂Q = ∂L/∂q₁ · x₁ᵀ + ∂L/∂q₂ · x₂ᵀ" in text("attention")
    assert "∂L/∂zf⁽¹⁾ = (∂L/∂c⁽¹⁾ ⊙ c⁽⁰⁾) ⊙ σ′(zf⁽¹⁾)" in " ".join(solution("LSTM").text("text").split())


def test_a_rule_with_places_of_its_own_has_no_reading_in_arrays() -> None:
    assert "∂L/∂v = ∂L/∂o · m" in text("conv-pool") and "∂L/∂w =" not in text("conv-pool")


def test_a_start_that_is_given_is_no_case_of_the_line_that_follows_it() -> None:
    """h⁽ᵗ⁾ = 0.5 was held to t = 0 too, where h is given, and refused."""
    graph = {
        "axes": {"t": {"to": 3, "counts": "time"}, "j": 2},
        "inputs": {"h[0,j]": [0, 0]},
        "parameters": {"V[j]": [0.5, -0.3]},
        "nodes": [["h[t,j]", "0.5"], ["p", "sum(j, V[j]*h[3,j])"]],
        "output": "p",
    }
    assert derivegen.solve(derivegen.load({"graph": graph})).lines > 3


def test_one_step_back_all_terms_are_worked() -> None:
    """Where a member stands in the root too, its own term was taken for the whole sum."""
    net = {
        "axes": {"t": {"to": 2, "counts": "time"}},
        "inputs": {"x[t]": [1, 0.5], "h[0]": 0},
        "parameters": {"W": 0.5, "U": 0.25},
        "nodes": [["h[t]", "x[t]*W + U*h[t-1]"], ["L", "1/2*sum(t, h[t]^2)"]],
        "output": "L",
    }
    page = " ".join(derivegen.solve({"title": "each step counts", "graph": net}).text("text").split())
    assert "∂L/∂h^{(t)} = h^{(t)} + ∂L/∂h^{(t+1)} · U [for t ≥ 1;" in page
    assert "① ∂L/∂h⁽¹⁾ = h⁽¹⁾ + ∂L/∂h⁽²⁾ · U = 0.5 + 0.375 · 0.25" in page
    assert "that acts in L and h⁽²⁾: what comes back" in page and "What comes back from L, which is not drawn" in page


def test_what_nothing_stands_in_is_not_said_nor_added() -> None:
    """Of a single step, that h stands in itself for 1 = 0 was said, and its rule had a case for it."""
    net = {
        "data": {"inputs": [[[0.5]]], "targets": [[1]]},
        "layer": [
            {"kind": "gru", "units": 2, "weights": {"seed": 1}},
            {"kind": "mean"},
            {"units": 1, "weights": {"seed": 1}},
        ],
        "loss": {"name": "half_squared_error"},
    }
    page = " ".join(derivegen.solve(net).text("text").split())
    assert "1 = 0" not in page
    assert "∂L/∂h⁽¹⁾_j = ∂L/∂y_j [h⁽¹⁾_j stands in y_j.]" in page


def test_how_far_letters_run_that_others_bound_is_said() -> None:
    """v_td was said to stand in every o_id, also in those before; a softmax over what came before to hold e_tt."""
    assert "v_{td} stands in o_{id}, as long as i ≥ t. All such i are added up." in text("attention")
    net = {
        "axes": {"t": 3, "s": "t"},
        "inputs": {"x[t]": [1, 2, 3]},
        "parameters": {"w": 0.5},
        "nodes": [
            ["e[t,s]", "w*x[t]*x[s]"],
            ["a[t,s<t]", "softmax(s<t, e[t,s])"],
            ["o[t]", "sum(s<t, a[t,s]*x[s])"],
            ["L", "sum(t, o[t])"],
        ],
        "output": "L",
    }
    page = " ".join(derivegen.solve({"title": "before", "graph": net}).text("text").split())
    assert "in the denominator only, as long as t ≥ s + 1: two kinds of terms." in page


def test_a_cell_with_gates_is_worked_one_step_back_too() -> None:
    page = " ".join(solution("LSTM").text("text").split())
    assert (
        "One step further back, all terms are there: ∂L/∂c⁽¹⁾₁ = ∂L/∂h⁽¹⁾₁ · (go⁽¹⁾₁ · (1 − (tanh(c⁽¹⁾₁))²)) + ∂L/∂c⁽²⁾₁"
        in page
    )


def test_marks_of_the_table_of_uses_are_those_of_the_chain() -> None:
    """What comes back to z is ① · ②; it had ① alone."""
    assert "came back from L ① · ② local derivative ③ contribution ① · ② · ③" in text("rnn")
    assert "came back from L ① local derivative ③ contribution ① · ③" in text("attention")


@pytest.mark.parametrize("units", [1, 2])
def test_small_arrays_of_a_stack_stand_in_a_line_and_not_in_a_table_each(units: int) -> None:
    """An LSTM has thirteen arrays of parameters: as tables they would fill two pages before anything begins."""
    net = {
        "data": {"inputs": [[[0.5], [1], [-0.5]]], "targets": [[0.2]]},
        "layer": [
            {"kind": "lstm", "units": units, "weights": {"seed": 1}, "biases": {"seed": 2}},
            {"kind": "last"},
            {"units": 1, "weights": [[0.4] * units]},
        ],
        "loss": {"name": "half_squared_error"},
    }
    text = " ".join(derivegen.solve(net).text("text").split())
    assert "The given values" not in text and "The derivatives of L with respect to w_{i,jk}." not in text
    assert ("w_{i,11} ≈ 0.8122" if units == 1 else "w_i ≈ [0.8122; −0.3059]") in text
    assert ("∂L/∂w_{i,11} ≈" if units == 1 else "∂L/∂w_i ≈ [") in text


def test_an_lstm_of_two_steps_counts_its_arrays_and_says_what_is_used_once() -> None:
    """Biases are arrays too; what multiplies a start of 0 is used at every step all the same; wide tables stand one below the other."""
    lstm = {"kind": "lstm", "units": 1, "weights": {"seed": 1}, "biases": {"seed": 2}}
    net = {
        "data": {"inputs": [[[0.5], [1]]], "targets": [[0.2]]},
        "layer": [lstm, {"kind": "last"}, {"units": 1, "weights": [[0.4]]}],
        "loss": {"name": "half_squared_error"},
    }
    found = derivegen.solve(net)
    text = " ".join(found.text("text").split())
    assert "The same 12 arrays of parameters are used at every step." in text
    assert "1: w_{jk}: its derivative has a single term" in text
    tables = [each for each in found.document.blocks if isinstance(each, Table)]
    assert [len(each.header) for each in tables].count(
        4
    ) == 9  # four gates there and back and the uses, none beside another


@pytest.mark.parametrize(
    ("name", "only", "heads"),
    [
        ("rnn", ["forward", "parameters"], ["Forward pass", "Adding up: one parameter, many uses"]),
        ("conv-pool", ["backward"], ["Backward pass"]),
        ("graph-shared", ["forward"], ["Forward pass"]),
    ],
)
def test_sections_of_a_graph_are_chosen(name: str, only: list[str], heads: list[str]) -> None:
    found = derivegen.solve(f"example:{name}", sections=only)
    assert [
        "".join(map(str, each.text)) for each in found.document.blocks if isinstance(each, Heading) and each.level == 1
    ] == heads


def test_a_section_that_a_graph_has_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r'found "slopes"; expected some of plan, forward, backward, parameters'):
        derivegen.solve("example:lstm", sections=["slopes"]).text("md")
