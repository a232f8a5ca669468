"""Hand calculations on graphs with index letters: names as they are typed, what is said of those that are none, known mistakes named."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.document.press import press
from derivegen.errors import InputError
from derivegen.formula.print.latex import latex
from derivegen.formula.print.plain import plain
from derivegen.marking.marking import Marking
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.render.environment import Templates
from tests.solved import solved


def checked(example: str, *lines: str) -> Marking:
    return derivegen.check(f"example:{example}", "\n".join(lines))


def why(example: str, *lines: str) -> tuple[str, ...]:
    """The mistakes by which the last line's number is explained."""
    wrong = [each for each in checked(example, *lines).findings if each.verdict == "wrong" and each.equality is None]
    return tuple(explanation.mistakes[0] for explanation in wrong[-1].explanations)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("h[2,1] = 0.6880", "h[2][1]"),
        ("h[2, 1] = 0.6880", "h[2][1]"),
        ("h[2][1] = 0.6880", "h[2][1]"),
        ("h.2.1 = 0.6880", "h[2][1]"),
        ("h_1^{(2)} = 0.6880", "h[2][1]"),
        ("h^{(2)}_1 = 0.6880", "h[2][1]"),
        ("h^{<2>}_1 = 0.6880", "h[2][1]"),
        ("h_{21} = 0.6880", "h[2][1]"),
        ("h2,1 = 0.688", "h[2][1]"),
        ("h_2,1 = 0.6880", "h[2][1]"),
        ("h2,1 = 0,6880", "h[2][1]"),
        ("dL/dU1,2 = 0.2001", "dloss/dU[1][2]"),
        ("z[3,1] = 0.2682", "z[3][1]"),
        ("dL/dU[1,2] = 0.2001", "dloss/dU[1][2]"),
        ("dL/dU_12 = 0.2001", "dloss/dU[1][2]"),
        ("dL_dU12 = 0.2001", "dloss/dU[1][2]"),
        ("grad_U[1,2] = 0.2001", "dloss/dU[1][2]"),
        (r"\frac{\partial L}{\partial h^{(2)}_1} = 0.2822", "dloss/dh[2][1]"),
        ("dz[3,1]/dh[2,2] = 0.2", "dz[3][1]/dh[2][2]"),
        ("dL/dW_hh[1,2] = 0.2001", "dloss/dU[1][2]"),
        ("dL/dW_{hh,12} = 0.2001", "dloss/dU[1][2]"),
        ("dL/dW_xh[1] = -0.0307", "dloss/dW[1]"),
        ("dU[1,2] = 0.2001", "dloss/dU[1][2]"),
        ("dL_dU[1,2] = 0.2001", "dloss/dU[1][2]"),
        ("δ^{(3)}_1 = 0.3873", "dloss/dz[3][1]"),
        (r"\\delta_{31} = 0.3873", "dloss/dz[3][1]"),
    ],
)
def test_names_as_they_are_typed(typed: str, name: str) -> None:
    assert [(each.quantity, each.verdict) for each in checked("rnn", typed).findings] == [(name, "right")]


@pytest.mark.parametrize(
    ("typed", "name", "ranges"),
    [
        ("dL/dU[3,1] = 0.2", "U[3,1]", "U[j,i], j = 1…2, i = 1…2"),
        ("h[4,1] = 0.2", "h[4,1]", "h[t,j], t = 0…3, j = 1…2"),
        ("h_{41} = 0.2", "h_{41}", "h[t,j], t = 0…3, j = 1…2"),
        ("h = 0.2", "h", "h[t,j], t = 0…3, j = 1…2"),
        (r"∂L/∂U_{31} = 0.2", "U_{31}", "U[j,i], j = 1…2, i = 1…2"),
    ],
)
def test_a_name_beyond_its_range_is_answered_by_the_range_and_stays_open(typed: str, name: str, ranges: str) -> None:
    marking = checked("rnn", "p = 0.3317", typed)
    (found,) = [each for each in marking.findings if each.verdict == "unread"]
    assert (found.reason, found.values["name"], found.values["ranges"]) == ("beyond-range", name, ranges)
    assert (marking.marks, marking.of, marking.open) == (1, 2, 1)


def test_a_member_of_a_layer_with_too_few_indices_is_answered_by_the_range() -> None:
    data = {"inputs": [[[0.5], [1], [-0.5]]], "targets": [[0.2]]}
    recurrent = {"kind": "rnn", "units": 2, "weights": {"seed": 1}, "biases": {"seed": 2}}
    layers = [recurrent, {"kind": "last"}, {"units": 1, "weights": [[0.4, -0.3]]}]
    (found,) = derivegen.check(
        {"data": data, "layer": layers, "loss": {"name": "half_squared_error"}}, "h[1,1] = 0.5"
    ).findings
    assert (found.verdict, found.values["ranges"]) == ("unread", "h[1][t,j], t = 1…3, j = 1…2")


def test_a_quantity_of_one_of_several_rows_is_answered_by_how_rows_are_said() -> None:
    (found,) = derivegen.check("example:xor", "z[1][1] = 0.5").findings
    assert (found.reason, found.values["other"]) == ("row-not-said", "z[1][1]@1")


def test_what_is_differentiated_by_is_named_and_not_the_loss() -> None:
    (found,) = checked("article-004", "dL/dw[1][1][9] = 0.4").findings
    assert (found.reason, found.values["name"]) == ("unknown-name", "w[1][1][9]")


@pytest.mark.parametrize("wrt", ["U[1,2]", "U[1][2]", "U.1.2", "dL/dU[1,2]", "U[1,2],W[1]", "z[2,1]"])
def test_what_is_worked_is_named_with_commas_too(wrt: str) -> None:
    network = derivegen.load("example:rnn")
    first = derivegen.solve(network, wrt=wrt).network.options.wrt
    assert first is not None and first[0] in ("U[1][2]", "z[2][1]")


def test_what_cannot_be_worked_is_answered_by_the_range() -> None:
    with pytest.raises(InputError, match=r"there is U\[j,i\], j = 1…2, i = 1…2$"):
        derivegen.solve("example:rnn", wrt="U[3,1]")


def test_back_propagation_through_time_that_is_cut_off() -> None:
    lines = (
        "∂L/∂p = 0.8317",
        "∂L/∂z^{(3)}_1 = 0.8317*0.5*(1-0.2619^2) = 0.3873",
        "∂L/∂U_{12} = 0.3873*0.3709 = 0.1437",
    )
    assert "bptt-truncated" in why("rnn", *lines)
    assert "bptt-truncated" in why("rnn", "dL/dU[1,2] = 0.1437")
    assert why("rnn", "dL/dh[2,1] = 0") == ("bptt-truncated",)


def test_a_kernel_that_is_not_flipped() -> None:
    assert why("conv-pool", "dL/dz_4 = 0.4325", "dL/dx_4 = 0.4325*0.3 = 0.1298")[0] == "kernel-not-flipped"
    assert why("conv-pool", "dL/dx_3 = -0.519*0.4 = -0.2076") == ("kernel-not-flipped",)
    assert why("conv-pool", "dL/dx_3 = 0*0.4 + 0.4325*(-0.2) = -0.0865") == ("forward-window-backwards",)


def test_a_softmax_taken_as_diagonal() -> None:
    lines = ("dL/da_21 = 0.1128", "dL/da_22 = 0.0365", "dL/de_21 = 0.1128*0.4027*(1-0.4027) = 0.0271")
    assert why("attention", *lines) == ("diagonal-softmax",)
    assert why("attention", "dL/de[2,1] = 0.0271")[0] == "diagonal-softmax"


@pytest.mark.parametrize(
    ("example", "line", "mistake"),
    [
        ("rnn", "dL/db[1] = 0.3873", "bptt-truncated"),
        ("conv-pool", "dL/da_1 = -0.2595", "pool-spread"),
        ("conv-pool", "dL/dw_1 = -0.519*0.5 = -0.2595", "one-position-only"),
        ("attention", "e_21 = -0.305", "scale-forgotten"),
        ("attention", "dL/dq_21 = 0.0156", "scale-not-differentiated"),
        ("attention", "a_11 = 0.498", "mask-ignored"),
    ],
)
def test_further_mistakes_are_named(example: str, line: str, mistake: str) -> None:
    assert mistake in why(example, line)


@pytest.mark.parametrize(
    ("example", "line"),
    [
        ("rnn", "dL/dh[1,2] = 0.0044"),
        ("rnn", "dL/dz[1,2] = 0.0037"),
        ("rnn", "dL/dx_1 = 0.0087"),
        ("attention", "dL/dK[1,2] = 0.0058"),
        ("attention", "dL/dc[1,2] = 0.0042"),
    ],
)
def test_plainly_another_number_is_wrong_and_no_matter_of_digits(example: str, line: str) -> None:
    marking = checked(example, line)
    assert [each.verdict for each in marking.findings] == ["wrong"]
    assert (marking.marks, marking.of, marking.open) == (0, Fraction(1), 0)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("dL/dU = [[0.3165, 0.2001], [-0.1170, -0.0422]]", 4),
        ("dL/db = [0.5646, -0.1089]", 2),
        ("h^{(2)} = [0.6880, 0.3709]", 2),
        ("h_2 = [0.6880, 0.3709]", 2),
        ("h_2 = (0.6880, 0.3709)", 2),
        ("h[2] = [0.6880, 0.3709]", 2),
        ("dL/dh^{(2)} = [0.2822, 0.1217]", 2),
        ("z = [[0.35, 0.4], [0.8442, 0.3895], [0.2682, -0.3494]]", 6),
        ("h^{(2)} = tanh(W x^{(2)} + U h^{(1)} + b)", 2),
        ("dL/dh^{(2)} = U^T dL/dz^{(3)}", 2),
        ("dL/dU = dL/dz_3 h_2^T + dL/dz_2 h_1^T + dL/dz_1 h_0^T", 4),
        ("dL/dW_hh = δ_3 h_2^T + δ_2 h_1^T + δ_1 h_0^T", 4),
    ],
)
def test_whole_arrays_and_formulas_of_them(typed: str, count: int) -> None:
    assert [each.verdict for each in checked("rnn", typed).findings] == ["right"] * count


def test_an_array_that_leaves_steps_out_is_wrong() -> None:
    verdicts = {each.verdict for each in checked("rnn", "dL/dU = dL/dz^{(3)} (h^{(2)})^T").findings}
    assert verdicts == {"wrong"}
    (_, other) = checked("rnn", "dL/db = [0.5646, -0.2512]").findings
    assert (other.quantity, other.verdict) == ("dloss/db[2]", "wrong")


TWICE: dict[str, Any] = {
    "data": {"inputs": [[[0.5], [1]], [[-1], [0.3]]], "targets": [[[1], [0]], [[0], [1]]]},
    "layer": [
        {"kind": "rnn", "units": 1, "bidirectional": True, "weights": {"seed": 7}, "biases": {"seed": 8}},
        {"kind": "layer_norm"},
        {"units": 1, "activation": "sigmoid", "weights": [[0.8, -0.6]], "biases": [0.1]},
    ],
    "loss": {"name": "binary_cross_entropy"},
}
"""Letters of several layers, at each step, of two rows: z^{[1](2)}_{1,2}."""


@pytest.mark.parametrize("shown", [str, "plain", "latex"])
def test_every_name_is_read_as_it_is_listed_and_as_it_is_printed(shown: Any) -> None:
    """Line by line as one text, in which [1](2) is no link, nor loss@1 an l and something."""
    graph = build(load(TWICE))
    derivation = derive(graph)
    numbers, notation = Numbers(derivation), press(graph, Templates()).notation
    names = [*graph.names(), *derivation.targets()]
    forms = {
        "plain": lambda name: plain(notation.symbol(name)),
        "latex": lambda name: f"${latex(notation.symbol(name))}$",
    }
    text = "\n".join(f"{forms.get(shown, str)(name)} = {float(numbers[name]):.9f}" for name in names)
    found = derivegen.check(TWICE, text).findings
    assert [(each.quantity, each.verdict) for each in found] == [(name, "right") for name in names]


def test_a_layer_need_not_be_named_where_one_alone_has_such_a_weight() -> None:
    net = {
        "title": "n", "data": {"inputs": [[1, 2, 0, -1, 3]], "targets": [["1/2"]]}, "loss": {"name": "half_squared_error"},
        "layer": [
            {"kind": "conv", "size": 3, "activation": "relu", "weights": ["1/2", 1, "-1/4"], "biases": "1/4"},
            {"kind": "max_pool", "size": 3}, {"kind": "flatten"}, {"units": 1, "weights": [["1/3"]], "biases": [0]},
        ],
    }  # fmt: skip
    found = derivegen.check(net, "w_2 = 1\n∂L/∂w_2 = 0.2778").findings
    assert [(each.quantity, each.verdict) for each in found] == [("w[1][2]", "right"), ("dloss/dw[1][2]", "right")]


@pytest.mark.parametrize("example", ["rnn", "lstm", "conv-pool", "attention"])
def test_no_line_of_its_own_page_is_wrong(example: str) -> None:
    """What stands for which places something holds is listed, and uses of a parameter are products of two derivatives."""
    found = derivegen.check(f"example:{example}", solved(example).text("md")).findings
    assert [each for each in found if each.verdict == "wrong"] == []
    assert sum(each.verdict == "right" for each in found) > 30


@pytest.mark.parametrize("line", ["t = 2", "p - 1 = t", "t = 1", "m - 1 = j", "p = t + 1"])
def test_equations_of_index_letters_are_listed_and_not_judged(line: str) -> None:
    (found,) = checked("lstm", line).findings
    assert (found.verdict, found.reason) == ("unread", "of-letters")


def test_the_targets_of_a_network_of_steps_are_not_called_like_the_steps() -> None:
    text = solved("lstm").text("md")
    assert r"{(y_{1} - d_{1})}^{2}" in text
    assert [each.quantity for each in checked("lstm", "d_1 = 0.5", "t[1] = 0.5").findings] == ["t[1]", "t[1]"]


def test_drawn_numbers_may_be_copied_with_fewer_digits() -> None:
    """Nobody writes 0.00212345: what the page shows of it is what it is."""
    graph = {
        "inputs": {"x": 0.5, "y": 1.25},
        "parameters": {"w": 0.00212345678, "v": 0.6},
        "nodes": [["z", "w*x + v*y"], ["L", "z^2"]],
        "output": "L",
    }
    found = derivegen.check({"graph": graph}, "z = 0.0021*0.5 + 0.6*1.25 = 0.7511\nz = 0.0029*0.5 + 0.6*1.25").findings
    assert [each.place.line for each in found if each.verdict == "wrong"] == [2, 2]


def test_zeros_come_to_zero() -> None:
    """What cancels is 0, whatever doubles have left of it."""
    graph = {
        "inputs": {"x": 0.1, "y": 0.2, "u": 0.3},
        "parameters": {"w": 0.7},
        "nodes": [["z", "w*(x + y - u)"], ["L", "z + 1"]],
        "output": "L",
    }
    found = derivegen.check({"graph": graph}, "dL/dw = 0\ndL/dw = 1*0 = 0").findings
    assert {each.verdict for each in found} == {"right"}


def test_a_long_sum_is_written_out_to_its_end() -> None:
    """Of forty terms as of four; one that stops too early is wrong."""
    graph = {
        "axes": {"k": 40},
        "inputs": {"x[k]": [k / 10 for k in range(40)]},
        "parameters": {"w[k]": [1 / (k + 2) for k in range(40)]},
        "nodes": [["z", "sum(k, w[k]*x[k])"], ["L", "z^2"]],
        "output": "L",
    }
    lines = [rf"z = \sum_{{k = 1}}^{{{last}}} w_k \cdot x_k" for last in (40, 39)]  # and no dollar beside it
    found = derivegen.check({"graph": graph}, "\n".join(lines)).findings
    assert {(each.place.line, each.verdict) for each in found} == {(1, "right"), (2, "wrong")}


@pytest.mark.parametrize("typed", [r"\nabla_w L", "∇_w L(w)", "grad_w L", "∇w L"])
def test_the_gradient_of_a_loss_of_ones_own(typed: str) -> None:
    graph = {
        "axes": {"k": 2},
        "inputs": {"x[k]": [1, 2]},
        "parameters": {"w[k]": [0.3, 0.4]},
        "nodes": [["z", "sum(k, w[k]*x[k])"], ["L", "z^2"]],
        "output": "L",
    }
    found = derivegen.check({"graph": graph}, f"{typed} = [2.2, 4.4]").findings
    assert [(each.quantity, each.verdict) for each in found] == [("dloss/dw[1]", "right"), ("dloss/dw[2]", "right")]
