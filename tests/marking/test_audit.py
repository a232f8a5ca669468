"""Published texts: every slip is found and explained, nothing that is true is called wrong. DERIVEGEN_FUZZ: in all own documents."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

import derivegen
from derivegen.classroom.marking import Marker
from derivegen.document.press import press
from derivegen.interop.handin.kinds import READERS
from derivegen.marking.article.audit import audit
from derivegen.marking.findings import Finding
from derivegen.marking.judge.task import Task
from derivegen.marking.read.files import pieces
from derivegen.network.file.examples import example_names
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.notation.typed_names import Names
from derivegen.render.environment import Templates
from tests.pace import USUAL, counted

TEXTS = {
    "one-unit-by-hand": "article-004",
    "program-and-printout": "article-004",
    "error-signal": "article-004",
    "which-logarithm": "article-000",
    "unit-at-its-kink": "relu-kink",
    "squared-residuals": "article-001",
    "indices-above": "article-003",
    "four-rows": "xor",
    "two-classes": "softmax-2-3-2",
    "sum-then-product": "graph-product",
}


@lru_cache(maxsize=16)
def solved(example: str) -> derivegen.api.Solution:
    return derivegen.solve(replace(load(f"example:{example}"), published={}))


def findings(text: str, example: str = "article-004") -> tuple[Finding, ...]:
    task, names = read_with(example)
    return audit(task, names, text, "markdown").findings


@lru_cache(maxsize=16)
def read_with(example: str) -> tuple[Task, Names]:
    solution = solved(example)
    return Task(solution.derivation, solution.notation), Names(solution.graph, solution.notation)


def charges(text: str, example: str = "article-004") -> list[str]:
    """The reasons of what is called wrong."""
    return [found.reason for found in findings(text, example) if found.verdict in ("wrong", "follow_through")]


def page(name: str) -> str:
    return (Path(__file__).parent / "texts" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_true_is_called_wrong(name: str) -> None:
    assert not charges(page(name), TEXTS[name])


@pytest.mark.parametrize(
    "example", example_names() if "DERIVEGEN_FUZZ" in os.environ else ["article-001", "article-004"]
)
def test_nothing_of_our_own_is_called_wrong(example: str) -> None:
    assert not charges(solved(example).text("md"), example)


WORKED = r"""
$$h = \sigma(0.3) = 0.5744, \quad y = 0.3 \cdot 0.5744 + 0.2 = 0.3723$$
$$L = \frac12 (y - t)^2 = \frac12 (0.3723 - 0.6)^2 = 0.0260$$
$$\frac{\partial L}{\partial w_2} = -0.2277 \cdot h = -0.2277 \cdot 0.5744 = -0.1309$$
$$\frac{\partial L}{\partial w_1} = -0.2277 \cdot 0.3 \cdot 0.2445 \cdot 0.5 = -0.0083$$
$$\frac{\partial L}{\partial b_1} = -0.2277 \cdot 0.3 \cdot 0.2445 = -0.0166$$

Epoch 0, Loss: 0.0259
Epoch 5, Loss: 0.0062
"""


def test_numbers_that_are_wrong_are_found_with_the_true_value_and_what_explains_it() -> None:
    found = [each for each in findings(WORKED) if each.equality is None and each.verdict == "wrong"]
    assert [(each.quantity, each.given, each.reason) for each in found] == [
        ("loss", "0.0260", "carried"),
        ("loss", "0.0260", "two-values"),
        ("dloss/dw[2][1][1]", "-0.1309", "carried"),
        ("dloss/db[1][1]", "-0.0166", "cut"),
    ]
    assert found[0].values == {"digits": "3"}
    assert found[1].values == {"value": "0.0260", "other": "0.0259", "line": "8"}
    assert [round(each.expected or 0, 5) for each in found] == [0.02592, 0, -0.13078, -0.0167]


def test_printed_operands_that_lead_to_another_digit_are_noted_and_not_charged() -> None:
    (found,) = [each for each in findings(WORKED) if each.reason == "printed-operands"]
    assert (found.quantity, found.given, found.verdict, found.values) == (
        "dloss/dw[1][1][1]",
        "-0.0083",
        "rounding",
        {"gives": "-0.0084"},
    )


def test_what_follows_from_a_wrong_number_has_the_true_one_beside_it() -> None:
    text = "$h = 0.6744$ and so $y = 0.3 \\cdot 0.6744 + 0.2 = 0.4023$."
    found = [each for each in findings(text) if each.quantity == "a[2][1]"]
    assert [(each.verdict, each.reason, each.values) for each in found] == [
        ("follow_through", "from-printed", {"truth": "0.3723"})
    ]


def test_the_weights_of_another_step_explain_a_number() -> None:
    text = "$$w_2^{new} = 0.3000$$\n\nEpoch 0, Output: 0.3723\nEpoch 5, Output: 0.4709\n"
    assert "old-value" in [each.reason for each in findings(text)]


A_STEP = "Multiplying the derivative by the learning rate of 0.1 gives the step that you"
W5 = r"$$\frac{\partial \text{Loss}}{\partial W_5} = \sum_i -2 (\text{expected}_i - \text{predicted}_i) y_{1,i}$$"
LAYERS = "The weights of layer 2 are written $w_{22}^{(2)}$, the activations $a_2^{(3)}$.\n\n"
CODE = "```python\nepochs = 60\nfor epoch in range(60):\n    if epoch % 5 == 0:\n        report()\n```\n\n"
CASES = [
    # ln and its base
    ("article-000", "Here ln is the natural log, that is, log to base 2.", ["log-base"]),
    ("article-000", "We take natural logarithms (base 10).", ["log-base"]),
    ("article-000", r"Remember that $\ln(x) = \log_{10}(x)$.", ["log-base"]),
    ("article-000", "The loss is the mean of log loss, where log is the logarithm with base two.", ["log-base"]),
    ("article-000", "Here ln is the natural log, to base e.", []),
    ("article-000", "Here ln is the natural log, not the one to base 2.", []),
    ("article-000", r"We have $\ln(x) = \log_2(x) / \log_2(e)$.", []),
    ("article-000", "The natural logarithm differs from the logarithm to base 2 by a factor.", []),
    ("article-004", "With the key log is meant the logarithm to base 10.", []),
    # the sign of the step
    ("article-004", f"{A_STEP} add to $w_2$.", ["step-added"]),
    ("article-004", f"{A_STEP} add to the weight.", ["step-added"]),
    ("article-004", f"{A_STEP} subtract from $w_2$.", []),
    ("article-004", f"{A_STEP}, with its sign changed, add to $w_2$.", []),
    ("article-004", "Minus the gradient times the learning rate is added to each weight.", []),
    ("article-004", "The learning rate times the error times the input is added to the weight.", []),
    ("article-004", "The two gradients are added, multiplied by the learning rate and taken off the weight.", []),
    ("article-001", f"{W5}\n\nMultiply this value by the learning rate and add it to $W_5$.", ["step-added"]),
    ("article-001", "Multiply this value by the learning rate and add it to $W_5$.", []),
    ("article-003", r"Then $w := w + \eta \frac{\partial C}{\partial w}$ until it is small.", ["step-added"]),
    ("article-003", r"Then $w := w - \eta \frac{\partial C}{\partial w}$ until it is small.", []),
    ("article-003", r"To maximise, use $w := w + \eta \frac{\partial C}{\partial w}$.", []),
    # powers and indices
    ("article-003", f"{LAYERS}We look at the single weight $(w_22)^2$.", ["power-for-index"]),
    ("article-003", f"{LAYERS}The weight $(w_{{22}})^2$ leads to the unit $(a_2)^3$.", ["power-for-index"] * 2),
    ("article-003", f"{LAYERS}The penalty adds the square of the weight, $(w_22)^2$.", []),
    ("article-003", f"{LAYERS}The sum of squares has the term $(w_22)^2$ for this weight.", []),
    ("article-003", "We look at the single weight $(w_22)^2$.", []),
    ("article-004", r"The loss is $L = \frac12 (y - t)^{(2)}$.", ["index-for-power"]),
    ("article-004", r"With the index of the layer it is $L = \frac12 (y - t)^{(2)}$.", []),
    # counts
    ("article-000", "That is a total of 20 parameters.", ["count-parameters"]),
    ("article-000", "That is a total of 21 parameters.", []),
    ("article-000", "There are 12 weights and 4 biases in the first layer, a total of 16 parameters in this layer.", []),
    ("article-000", "Our network has 15 weights.", ["count-weights"]),
    ("article-000", "Our network has 16 weights.", []),
    ("article-000", "A larger network has a total of 1000 parameters.", []),
    ("article-000", "Let us consider a network with 3 input neurons, 5 neurons in the hidden layer and 1 output.", ["count-hidden"]),
    ("article-000", "Let us consider a network with 3 input neurons, 4 neurons in the hidden layer and 1 output.", []),
    ("article-000", "This network has two hidden layers.", ["count-hidden-layers"]),
    ("article-000", "It is a 3-layer network with one hidden layer.", []),
    ("article-000", "It is a five-layer network.", ["count-layers"]),
    ("article-000", "Our 3-4-2 network is dense.", ["sizes"]),
    ("article-000", "Our 3–4–1 network is dense.", []),
    ("article-000", "Two hidden units of this network are nearly off.", []),
    # settings of programs
    ("article-004", f"{CODE}We run the training for 1000 epochs.", ["epochs"]),
    ("article-004", f"{CODE}We run the training for 60 epochs.", []),
    ("article-004", f"{CODE}Try to run the training for 1000 epochs.", []),
    ("article-004", f"{CODE}It prints the loss every 100 epochs.", ["interval"]),
    ("article-004", f"{CODE}It prints the loss every 5 epochs.", []),
    ("article-004", f"{CODE}{CODE.replace('60', '80')}We run the training for 100 epochs.", []),
    ("article-004", "We use a learning rate of 0.5.", ["rate-differs"]),
    ("article-004", "We use a learning rate of 0.1.", []),
    ("article-004", "We could use a learning rate of 0.5.", []),
    # two values
    ("article-002", "Let $w_1 = 0.4$ here.\n\nThe weight is $w_1 = 0.5$.", ["two-values"]),
    ("article-002", "Let $w_1 = 0.4$ here.\n\nSuppose it were larger, say $w_1 = 0.5$.", []),
    ("article-002", "Let $w_1 = 0.4$ here.\n\nThe weight is $w_1 = 0.40$.", []),
    # the variable of a derivative
    ("article-004", r"The derivative with respect to $w_1$ is $\frac{\partial L}{\partial w_2} = (y - t) h$.", ["wrong-variable"]),
    ("article-004", r"The derivative with respect to $w_2$ is $\frac{\partial L}{\partial w_2} = (y - t) h$.", []),
    ("article-004", r"With respect to $w_1$ we need more. First $\frac{\partial L}{\partial w_2} = (y - t) h$.", []),
]  # fmt: skip


@pytest.mark.parametrize(("example", "text", "reasons"), CASES)
def test_the_rules_for_words(example: str, text: str, reasons: list[str]) -> None:
    found = [each for each in findings(text, example) if each.verdict == "wrong" and each.equality is None]
    assert [each.explanations[0].mistakes[0] if each.explanations else each.reason for each in found] == reasons


def test_a_step_added_in_a_formula_is_found_by_its_number() -> None:
    found = findings(r"$w_2^{new} = w_2 + \eta \frac{\partial L}{\partial w_2} = 0.2869$")
    assert "sign-of-update" in [name for each in found for why in each.explanations for name in why.mistakes]


def test_a_slip_of_words_has_its_place() -> None:
    (found,) = findings("First line.\n\nHere ln is the natural log, to\nbase 2.", "article-000")
    assert (found.place.line, found.place.column, found.values) == (3, 6, {"word": "ln", "base": "2"})
    assert found.place.source == "Here ln is the natural log, to"


def test_what_is_supposed_is_left_out_and_listed() -> None:
    (found,) = findings("Suppose $w_1$ were larger: $w_1 = 0.8$.")
    assert (found.verdict, found.reason, found.quantity) == ("undecided", "supposed", "w[1][1][1]")


def test_names_in_a_program_with_arrays_are_left_open() -> None:
    program = "```python\nW2 = np.array([[0.8, -0.5]])\ndL_da2 = a2 - t\n```\n"
    assert {found.reason for found in findings(program, "relu-kink") if found.quantity} <= {"program-arrays"}
    assert not charges(program, "relu-kink")


def test_a_parameter_printed_after_the_run_is_its_last_value() -> None:
    (found,) = findings("```\nw1 = 0.4072\n```")
    assert (found.quantity, found.verdict) == ("w[1][1][1]#60", "right")
    assert charges("$w_1 = 0.4073$") == ["given-copied"]


def test_formulas_of_one_row_are_held_to_the_loss_of_that_row() -> None:
    text = (
        "For a single row:\n\n"
        + r"$$\frac{\partial Loss}{\partial W_5} = \frac{\partial Loss}{\partial \text{predicted}_0} \cdot y_{1,0}$$"
    )
    assert not charges(text, "article-001")
    assert charges(text.replace("For a single row", "In all"), "article-001")


def test_a_formula_holds_where_the_network_file_s_assumptions_do() -> None:
    text = r"$$\frac{\partial y_{1,0}}{\partial W_1} = 1 \cdot x_1$$"  # the gate is open
    assert not charges(text, "article-001")
    assert charges(text.replace("1 \\cdot", "2 \\cdot"), "article-001")


def test_formulas_with_unknown_functions_are_judged() -> None:
    text = r"$$a_2^{(3)} = f(z_2^{(3)})$$"
    assert [found.verdict for found in findings(text, "article-003")] == ["right"]
    assert charges(text.replace("f(z_2^{(3)})", "f(z_1^{(3)})"), "article-003")


def test_names_of_units_below_net_and_out() -> None:
    text = r"$net_{h1} = 1.6977$ and $out_{h1} = 0.8452$, then $out_{o1} = 0.5209$ with the loss $E_{total} = 0.6522$."
    assert [(found.quantity, found.verdict) for found in findings(text, "article-000")] == [
        ("z[1][1]", "right"),
        ("a[1][1]", "right"),
        ("a[2][1]", "right"),
        ("loss", "right"),
    ]


def test_steps_of_a_run_are_later_values_and_steps_of_working_are_not() -> None:
    run = "step 0: L = 0.0259, y = 0.3723\nstep 5: L = 0.0062, y = 0.4891\n"
    assert [found.quantity for found in findings(run)] == ["loss", "a[2][1]", "loss#5", "a[2][1]#5"]
    working = "Step 1: h = 0.5744\nStep 2: y = 0.3723\n"
    assert [found.quantity for found in findings(working)] == ["a[1][1]", "a[2][1]"]


@pytest.mark.parametrize(
    "text", ["(x-", "our network has 1 a b c and ", "$ ", "w_{22}^{(2)} (w_22)^2 ", "A. B. ", "``` x\n"]
)
def test_no_text_takes_long(text: str) -> None:
    with counted() as paces:
        findings(text * (20_000 // len(text)))
    assert paces.count < 4 * USUAL


def test_a_file_without_a_sheet_is_audited(tmp_path: Path) -> None:
    file = tmp_path / "article.md"
    file.write_text("Here ln is the natural log, that is, log to base 2.\n", encoding="utf-8")
    marker = Marker(press(build(load("example:article-000")), Templates()))
    (marking,) = marker.markings(pieces([str(file)], READERS))
    assert [found.reason for found in marking.findings] == ["log-base"]
