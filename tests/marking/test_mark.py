"""Marking: which verdict a number, a formula, a sign of relation gets, why, and what it is worth."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.marking.findings import Finding, Marking
from derivegen.marking.judge.asked import Asked
from derivegen.marking.judge.task import Task
from derivegen.marking.marking import mark
from derivegen.marking.read.answers import Answer, read_answers
from derivegen.marking.read.statements import read_working
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.notation.choose import choose
from derivegen.notation.typed_names import Names
from tests.solved import solved

HALF = Fraction(1, 2)
G1, G2 = "dloss/dw[1][1][1]", "dloss/dw[2][1][1]"


@lru_cache(maxsize=8)
def task_of(example: str = "article-004") -> Task:
    network = load(f"example:{example}")
    derivation = derive(build(network))
    return Task(derivation, choose(derivation.graph, network.notation))


def names_of(task: Task) -> Names:
    """How names are found, once for each graph and notation."""
    key = id(task.graph), id(task.notation)  # both are kept by what is found for them
    if key not in NAMES:
        NAMES[key] = Names(task.graph, task.notation)
    return NAMES[key]


NAMES: dict[tuple[int, int], Names] = {}


def marked(text: str, example: str = "article-004", kind: Any = "text") -> Marking:
    task = task_of(example)
    return mark(task, read_working(text, names_of(task), kind))


def whole(marking: Marking, quantity: str) -> Finding:
    """The last finding about a quantity as a whole."""
    return [each for each in marking.findings if each.quantity == quantity and each.equality is None][-1]


def signs(marking: Marking) -> list[tuple[int | None, str]]:
    return [(each.equality, each.verdict) for each in marking.findings if each.equality is not None]


# ------------------------------------------------------------------------------------------------------------- article 004

PRINTED = r"""
h = \sigma(w_1 x + b_1) = \sigma(0.4 \cdot 0.5 + 0.1) = \sigma(0.3) = 0.5744
y = w_2 h + b_2 = 0.3 \cdot 0.5744 + 0.2 = 0.3723
L = \frac{1}{2} (y - t)^2 = \frac{1}{2} (0.3723 - 0.6)^2 = 0.0260
\frac{\partial L}{\partial y} = (y - t) = 0.3723 - 0.6 = -0.2277
\frac{\partial L}{\partial w_2} = (y-t) \cdot \frac{\partial y}{\partial w_2} = -0.2277 \cdot h = -0.2277 \cdot 0.5744 = -0.1309
\frac{\partial L}{\partial b_2} = -0.2277
\sigma'(0.3) = \sigma(0.3)(1 - \sigma(0.3)) = 0.5744(1 - 0.5744) = 0.2445
\frac{\partial L}{\partial w_1} = -0.2277 \cdot 0.3 \cdot 0.2445 \cdot 0.5 = -0.0083
\frac{\partial L}{\partial b_1} = -0.2277 \cdot 0.3 \cdot 0.2445 = -0.0166
"""


def test_the_slips_of_an_article_and_no_others() -> None:
    found = marked(PRINTED)
    wrong = [(each.quantity, each.equality, each.given) for each in found.findings if each.verdict == "wrong"]
    assert wrong == [
        ("loss", 3, "0.0260"),
        ("loss", None, "0.0260"),
        (G2, 4, "-0.1309"),
        (G2, None, "-0.1309"),
        ("dloss/db[1][1]", 2, "-0.0166"),
        ("dloss/db[1][1]", None, "-0.0166"),
    ]
    assert all(each.reason == "last-digit" for each in found.findings if each.verdict == "wrong")
    assert {each.verdict for each in found.findings} == {"right", "wrong"}
    assert [each.given for each in found.findings if each.first] == ["0.0260"]
    assert whole(found, G2).explanations[0].mistakes == ("last-digit",)
    assert (whole(found, G2).marks, whole(found, G2).of) == (HALF, 1)  # the way is shown and right


FOUR_DIGITS = "h = 0.5744\ny = 0.3723\ndL/dy = -0.2277\n"


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("dL/dw1 = -0.0083", "right"),
        ("dL/dw1 = -0.0084", "rounding"),
        ("dL/dw1 = -0.0085", "wrong"),
        ("dL/dw1 = -0.00835", "right"),
        ("dL/dw1 = 0.0", "undecided"),
        ("dL/dw1 = -0.01", "undecided"),
        ("dL/dw1 = 0", "wrong"),
        ("dL/dw2 = -0.1308", "right"),
        ("dL/dw2 = -0.13080", "rounding"),
        ("dL/dw2 = -0.13090", "wrong"),
        ("dL/dw2 = -0.1309", "wrong"),
        ("L = 0.0259", "right"),
        ("L = 0.0260", "wrong"),
        ("L = 2.59e-2", "right"),
        ("z1 = 0.3", "right"),
        ("z1 = 3/10", "right"),
        ("z1 = 1/3", "wrong"),
        ("w2+ = 0.3131", "right"),
        ("w2 = 0.3131", "right"),
    ],
)
def test_a_number_beside_working_with_four_digits(line: str, verdict: str) -> None:
    assert marked(FOUR_DIGITS + line).findings[-1].verdict == verdict


def test_an_answer_alone_may_have_been_worked_out_with_a_digit_less() -> None:
    alone = marked("dL/dw2 = -0.1309").findings[0]
    assert (alone.verdict, alone.reason, alone.coarse) == ("rounding", "rounded-coarsely", True)
    assert marked("dL/dw2 = -0.1329").findings[0].verdict == "wrong"
    assert marked("dL/dw2 = -0.130790").findings[0].verdict == "rounding"
    assert marked("dL/dw2 = -0.130890").findings[0].verdict == "wrong"


# -------------------------------------------------------------------------------------------------- one's own values


def test_what_follows_from_a_wrong_value_is_right() -> None:
    found = marked("h = 0.5744\ny = 0.3723\ndL/dy = 0.2277\ndL/dw2 = 0.1308\ndL/dw1 = 0.0083")
    assert [each.verdict for each in found.findings] == ["right", "right", "wrong", "follow_through", "follow_through"]
    assert found.findings[2].explanations[0].mistakes == ("sign-of-error",)
    assert [each.first for each in found.findings] == [False, False, True, False, False]
    assert (found.marks, found.of) == (3, 5)


def test_a_table_is_judged_in_the_order_of_working() -> None:
    task = task_of()
    text = "quantity,answer\ndL/dw1,0.0083\ndL/dw2,0.1308\ndL/dy,0.2277\n"
    (submission,) = read_answers(text, names_of(task), "csv")
    found = mark(task, submission.answers)
    assert [each.verdict for each in found.findings] == ["follow_through", "follow_through", "wrong"]
    assert found.findings[2].first


def test_a_zero_carries_nothing() -> None:
    found = marked("dL/dy = 0\ndL/dw2 = 0\ndL/dw1 = 0")
    assert [each.reason for each in found.findings[1:]] == ["carried-zero", "carried-zero"]
    assert [each.verdict for each in found.findings] == ["wrong", "undecided", "undecided"]


def test_an_operand_that_came_of_a_slip_is_gone_on_with() -> None:
    found = marked("σ'(0.3) = 0.5744(1-0.5744) = 0.2545\ndL/dy = -0.2277\ndL/dw1 = -0.2277*0.3*0.2545*0.5 = -0.0087")
    assert signs(found) == [(2, "wrong")]
    assert whole(found, G1).verdict == "follow_through"


def test_a_given_number_copied_wrongly_is_followed() -> None:
    found = marked("x = 0.6\nz1 = 0.4*0.6 + 0.1 = 0.34\nh = 0.5842")
    assert found.findings[0].reason == "given-copied"
    assert found.findings[0].of == 0
    assert [each.verdict for each in found.findings[1:]] == ["follow_through", "follow_through"]


def test_the_same_mistake_by_a_way_round_the_values_shown() -> None:
    found = marked("dL/dy = 0.2277\ndL/dw2 = 0.1308\ndL/dw1 = 0.0084", kind="text")
    assert [each.verdict for each in found.findings] == ["wrong", "follow_through", "follow_through"]


def test_the_last_of_several_answers_counts() -> None:
    found = marked(FOUR_DIGITS + "dL/dw2 = 0.5\ndL/dw2 = (y-t)h\ndL/dw2 = -0.1308\ndL/dw2 = (y-t)*h")
    assert [(each.verdict, each.of) for each in found.findings if each.quantity == G2] == [
        ("wrong", 0), ("right", 0), ("right", 1), ("right", 0),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------- signs of relation


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dL/dw2 = (y-t)·h = -0.2277·0.5744 = -0.1308", []),
        ("dL/dw2 = (y-t)·h ≈ -0.1308", []),
        ("dL/dw2 = (t-y)·h = 0.2277·0.5744 = 0.1308", [(1, "wrong")]),
        ("dL/dw2 = (y-t)·h = -0.2277·0.5774 = -0.1315", [(2, "wrong")]),
        ("dL/dw2 = dL/dy · dy/dw2 = -0.2277·h = -0.1308", []),
        ("dL/dw1 = (y-t)·w2·h·(1-h)·x", []),
        ("dL/dw1 = (y-t)·w2·h·(1+h)·x", [(1, "wrong")]),
        ("dL/dw1 = dL/dy·dy/dh·dh/dw1", []),
        ("w2+ = w2 - 0.1·dL/dw2 = 0.3 + 0.1·0.1308 = 0.3131", []),
        ("w2 := w2 - η·dL/dw2", []),
        ("w2 := w2 + η·dL/dw2", [(1, "wrong")]),
        ("σ'(0.3) = σ(0.3)(1-σ(0.3)) = 0.2445", []),
        ("|y - t| = 0.2277", []),
        ("|y - t| = 0.2377", [(1, "wrong")]),
        ("h = 1/(1+e^(-0.3)) = 1/(1+0.7408) = 0.5744", []),
        ("h = 1/(1+e^(-z1)) = 0.5744", []),
        ("h = e^z1/(1+e^z1)", []),
        ("dL/dw1 = -0.2277·0.3·0.5 = -0.0342", [(1, "wrong")]),
        ("dL/dw1 = -0.2277·0.3·0.2445·0.5 = -0.0083", []),
        ("dL/dw1 = -0.2277·0.3·0.2445·0.5 = -0.0084", []),
        ("dL/db1 = -0.2277·0.3·0.2445 = -0.0166", [(2, "wrong")]),
        ("y = 0.3/(1-1) = 0.3723", [(1, "undecided"), (2, "undecided")]),
    ],
)
def test_every_sign_is_judged_for_itself(line: str, expected: list[tuple[int, str]]) -> None:
    assert signs(marked(FOUR_DIGITS + line)) == expected


def test_a_line_that_holds_from_its_operands_is_right_as_rounded() -> None:
    assert whole(marked(FOUR_DIGITS + "dL/dw2 = -0.2277·0.5744 = -0.131"), G2).verdict == "right"
    found = marked(
        "h = 0.574\ndL/dy = -0.228\ndL/dw2 = -0.228·0.574 = -0.131\ndL/dw1 = -0.228·0.3·0.245·0.5 = -0.00838"
    )
    assert [each.verdict for each in found.findings if each.verdict not in ("right", "rounding")] == []


def test_a_formula_says_which_mistake_it_is() -> None:
    found = whole(marked("dL/dw1 = (y-t)·w2·x"), G1)
    assert (found.verdict, found.explanations[0].mistakes) == ("wrong", ("missing-hidden-slope",))
    assert whole(marked("dL/dw2 = dL/dw2"), G2).reason == "says-itself"


def test_delta_has_the_sign_of_the_notation() -> None:
    data = {"inputs": [[0.5]], "targets": [[0.6]]}
    layer = {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]}
    notation = {"base": "indexed", "delta_is": "-dloss/dz"}
    net = {"data": data, "layer": [layer], "loss": {"name": "half_squared_error"}, "notation": notation}
    truth = derivegen.solve(net).gradients["z[1][1]"]
    assert derivegen.check(net, f"δ1 = {-truth:.4f}").findings[0].verdict == "right"
    assert derivegen.check(net, f"δ1 = {truth:.4f}").findings[0].verdict == "wrong"
    assert derivegen.check(net, f"dloss/dz[1][1] = {truth:.4f}\ndloss/dz[1][1] = -δ1").score == 1
    followed = derivegen.check(net, f"δ1 = {truth:.4f}\ndloss/dw[1][1][1] = {-truth * 0.5:.4f}")
    assert [each.verdict for each in followed.findings] == ["wrong", "follow_through"]


def test_arrays_entry_by_entry() -> None:
    solution = solved("article-000")
    column = "; ".join(f"{solution.values[f'z[1][{j}]']:.4f}" for j in range(1, 5))
    found = derivegen.check("example:article-000", f"z[1] = [{column}]")
    if found.findings[0].verdict != "unread":
        assert [each.verdict for each in found.findings] == ["right"] * 4


def test_a_symbolic_network_has_formulas_only() -> None:
    found = derivegen.check("example:article-002", "dC/dw7 = dC/dy")
    assert all(each.verdict in ("wrong", "undecided", "unread") for each in found.findings)
    assert derivegen.check("example:symbolic", "loss = 5").findings[0].verdict in ("undecided", "unread")


# ------------------------------------------------------------------------------------------------ how a number differs


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("dL/dw2 = -0.1309", "last-digit"),
        ("h = -0.5744", "sign"),
        ("h = 5.744", "point-moved"),
        ("h = 0.05744", "point-moved"),
        ("h = 0.5474", "digits-swapped"),
        ("h = 1.1489", "factor"),
        ("h = 0.3723", "other-quantity"),
        ("h = 0.9171", "unexplained"),
    ],
)
def test_how_a_number_differs_that_no_mistake_explains(line: str, reason: str) -> None:
    assert marked(FOUR_DIGITS + line).findings[-1].reason == reason


def test_two_mistakes_together() -> None:
    found = marked("z1 = 0.300000\nh = 0.574443\ndL/dw1 = 0.0341501").findings[-1]
    assert set(found.explanations[0].mistakes) == {"sign-of-error", "missing-hidden-slope"}
    assert found.reason == "mistakes"


# -------------------------------------------------------------------------------------------------------------- sheets


def sheet(*asked: Asked) -> Task:
    plain = task_of()
    return Task(plain.derivation, plain.notation, Rounding(4), asked)


def handed(task: Task, *rows: str) -> Marking:
    (submission,) = read_answers("quantity,answer\n" + "\n".join(rows), names_of(task), "csv")
    return mark(task, submission.answers)


def test_marks_are_those_of_the_sheet() -> None:
    task = sheet(
        Asked("1a", "dloss/da[2][1]", "dloss/da[2][1]", "number", Fraction(1)),
        Asked("1b", G2, G2, "number", Fraction(3)),
        Asked("1c", G1, G1, "number", Fraction(2)),
        Asked("1d", "loss", "loss", "number", Fraction(1)),
        Asked("2", "question 2", G1, "formula", Fraction(2)),
    )
    found = handed(task, "dL/dy,0.2277", f"{G2},0.1308", f"{G1},???", "y,0.3723", "question 2,(y-t)*w2*h*(1-h)*x")
    by_label = {(each.quantity, each.of): each for each in found.findings}
    assert by_label["dloss/da[2][1]", 1].marks == 0
    assert by_label[G2, 3].marks == 2  # the marks for the way
    assert by_label["loss", 1].verdict == "missing"
    assert by_label["a[2][1]", 0].verdict == "right"
    assert [(each.verdict, each.of) for each in found.findings if each.verdict == "unread"] == [("unread", 2)]


def test_fewer_digits_than_asked_for() -> None:
    task = sheet(Asked("1", G2, G2))
    found = handed(task, f"{G2},-0.13").findings[0]
    assert (found.verdict, found.reason, found.marks) == ("rounding", "fewer-digits", 1)
    assert handed(task, f"{G2},-0.13080").findings[0].verdict == "rounding"
    assert handed(task, f"{G2},-0.13090").findings[0].verdict == "wrong"


CHOICE = Asked("3", "question 3", G1, "letter", Fraction(1), "B", (), ("missing-hidden-slope", "", "sign-of-error"))
LINE = Asked("4a", "question 4a", G1, "line", Fraction(1), "3")
ORDER = Asked(
    "5", "question 5", G1, "order", Fraction(2), "BAC",
    ("dloss/da[1][1]", "dloss/da[2][1]", "dloss/dz[1][1]"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "verdict", "reason"),
    [
        ("question 3,B", "right", ""),
        ("Question 3,(b)", "right", ""),
        ("question 3,A", "wrong", "mistake"),
        ("question 3,why not", "undecided", "no-choice"),
        ("question 4a,3", "right", ""),
        ("question 4a,line 2", "wrong", "other-choice"),
        ("question 5,BAC", "right", ""),
        ("question 5,b-a-c", "right", ""),
        ("question 5,CAB", "wrong", "line-too-early"),
        ("question 5,BA", "wrong", "not-all-lines"),
    ],
)
def test_letters_lines_and_orders(row: str, verdict: str, reason: str) -> None:
    found = next(each for each in handed(sheet(CHOICE, LINE, ORDER), row).findings if each.verdict != "missing")
    assert (found.verdict, found.reason) == (verdict, reason)


def test_nothing_anybody_writes_raises() -> None:
    for text in (
        "dL/dw2 = 1/0",
        "h = ln(-1)",
        "L = 9^64^64",
        "y = relu'(0)",
        "h = softmax(1, 2)",
        "dL/dw2' = 3",
        "loss#7 = 1",
    ):
        marked(text)
    task = task_of()
    mark(task, [Answer(None, (), "?", "", None, 1, 1, "empty")])


@pytest.mark.parametrize(
    ("line", "verdict"),
    (
        (r"z_1^1 = \sum_k w_{1k}^1 x_k + b_1^1", "right"),
        (r"z_1^1 = \sum_{k=1}^{3} w_{1k}^1 x_k + b_1^1", "right"),
        (r"z_1^1 = b_1^1 + Σ_k w¹₁ₖ xₖ", "right"),
        (r"z_1^1 = \sum_{k=1}^{2} w_{1k}^1 x_k + b_1^1", "wrong"),
        (r"z_1^1 = \sum_k w_{1k}^1 x_k", "wrong"),
        (r"z_1^1 = \sum_q w_{1q}^1 x_q + b_1^1", "unread"),
        (r"z_1^1 = \sum_k x_1", "unread"),
    ),
)
def test_a_sum_over_units_is_read_as_written_out(line: str, verdict: str) -> None:
    found = [each for each in marked(f"${line}$", "article-000", "markdown").findings if each.equality is None]
    assert [each.verdict for each in found] == [verdict]


def test_a_value_without_its_row_is_not_called_wrong() -> None:
    for line in ("x_1 = 0", "t = 1", "z_1 = 0.5"):
        assert [(each.verdict, each.reason) for each in marked(line, "xor").findings] == [("undecided", "which-row")]


SHEET = """**a)** $`\\frac{\\partial L}{\\partial w_2}`$ = *2 marks*

<br><br>

**b)** $`\\frac{\\partial L}{\\partial w_1}`$ = *1 mark*

| Quantity | Value | Quantity | Value |
| --- | ---: | ---: | ---: |
| $`h`$ |  | $`y`$ |  |

---

*seed 1*
"""


def test_what_is_left_blank_on_a_sheet_is_not_answered() -> None:
    assert marked(SHEET, kind="markdown").findings == ()
    filled = SHEET.replace("= *2 marks*", "= -0.1308 *2 marks*").replace(
        "$`h`$ |  | $`y`$ |  |", "$`h`$ | 0.5744 | $`y`$ | |"
    )
    found = marked(filled, kind="markdown").findings
    assert [(each.quantity, each.given, each.verdict) for each in found] == [
        (G2, "-0.1308", "right"), ("a[1][1]", "0.5744", "right"),
    ]  # fmt: skip
    below = SHEET.replace("*1 mark*", "*1 mark*\n\n-0.0083")
    assert [each.verdict for each in marked(below, kind="markdown").findings] == ["right"]


def test_a_formula_on_the_sheet_does_not_answer_for_its_number() -> None:
    task = sheet(Asked("1", "loss", "loss"))
    found = mark(task, read_working("L = 1/2 (y - t)^2", names_of(task), "text")).findings
    assert [(each.verdict, each.of) for each in found] == [("right", 0), ("missing", 1)]
