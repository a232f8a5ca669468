"""Names that a page itself explains: honest sheets in many ways of naming are read and none of their lines is called wrong; what leaves its
names open is not accused.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

import derivegen
from derivegen.classroom.marking import Marker
from derivegen.marking.findings import Marking
from derivegen.marking.read.files import Piece
from derivegen.network.file.load import load
from tests.marking.sheets import FINE, STYLES, Style, marked, marker_of, sheet

NET: dict[str, Any] = {
    "title": "n",
    "data": {"inputs": [[0.7, -0.4]], "targets": [[1]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.3, -0.2], [0.5, 0.1]], "biases": [0.1, -0.2]},
        {"units": 1, "activation": "sigmoid", "weights": [[0.6, -0.7]], "biases": [0.25]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.5, "steps": 1},
}
MARKER = marker_of(load(NET))


def checked(text: str, kind: Any = "text", marker: Marker = MARKER) -> Marking:
    (found,) = marker.markings((Piece("page", None, (), kind, text),))
    return found


def verdicts(text: str, kind: Any = "text") -> dict[str | None, str]:
    """The last verdict on each quantity."""
    return {each.quantity: each.verdict for each in checked(text, kind).findings if each.equality is None}


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_an_honest_sheet_is_read_whatever_its_names(style: Style) -> None:
    one = sheet(style, Random(style.name))
    found, _ = marked(one)
    assert found.wrong == ()
    assert found.read == found.of


READ = [  # a page; what must be right on it
    ("h1 = 0.5963\no1 = 0.5594", ("a[1][1]", "a[2][1]")),
    ("o = 0.6*0.5963 - 0.7*0.5275 + 0.25 = 0.2385\nŷ = σ(o) = 0.5594", ("z[2][1]", "a[2][1]")),
    ("dL/dW2[0,0] = -0.0648\ndL/dW2[0,1] = -0.0573\nW2_new[0,1] = -0.6714", ("dloss/dw[2][1][1]", "w[2][1][2]'")),
    ("w_{11} = 0.3, w_{21} = -0.2, w_{12} = 0.5\nz_1 = w_{11}x_1 + w_{21}x_2 + 0.1 = 0.39", ("w[1][1][2]", "z[1][1]")),
    (
        "neth1 = 0.39\nouth1 = 0.5963\nneto1 = 0.2385\nouto1 = 0.5594\nEtotal = 0.0971",
        ("z[1][1]", "a[1][1]", "z[2][1]", "loss"),
    ),
    ("a1 = [0.5963 0.5275]\ndW2 = [[-0.0648 -0.0573]]", ("a[1][2]", "dloss/dw[2][1][2]")),
    ("z1 = W1 @ x + b1 = array([0.39, 0.11])", ("z[1][1]", "z[1][2]")),
    ("a1 = sigmoid(z1) = tensor([0.5963, 0.5275], grad_fn=<SigmoidBackward0>)", ("a[1][1]",)),
]


@pytest.mark.parametrize(("text", "right"), READ, ids=lambda value: str(value)[:24])
def test_the_page_says_what_its_names_mean(text: str, right: tuple[str, ...]) -> None:
    found = verdicts(text)
    assert "wrong" not in found.values()
    assert [name for name in right if found.get(name) not in FINE] == []


def test_what_was_taken_is_said() -> None:
    notation = checked("h1 = 0.5963\no = 0.6*0.5963 - 0.7*0.5275 + 0.25 = 0.2385\nŷ = σ(o) = 0.5594").notation
    assert notation["o"] == "z[2][1]"


def test_weights_in_an_unusual_order_need_a_witness() -> None:
    """w12 and w21 may be swapped by mistake: nobody is told so, and nothing is taken for sure."""
    found = checked("w12 = 0.5, w21 = -0.2")
    assert all(each.verdict != "wrong" for each in found.findings)


def test_a_wrong_number_is_no_new_meaning() -> None:
    """The file's own name stays what it is, though another quantity has that number."""
    found = verdicts("z^(1)_1 = 0.39\na^(1)_1 = 0.39")
    assert found["a[1][1]"] == "wrong"


def test_a_sign_of_delta_is_a_convention_where_it_is_kept() -> None:
    text = "delta_o = (t - y)*y*(1 - y) = 0.1086\nv1_new = 0.6 + 0.5*0.1086*0.5963 = 0.6324"
    found = checked(text)
    assert found.remarks == ("delta-sign",)
    assert all(each.verdict != "wrong" for each in found.findings)
    alone = checked("delta_o = 0.1086")
    assert alone.remarks == () and alone.findings[0].verdict == "wrong"


@pytest.mark.parametrize("name", ("b_2^{\\prime}", "b_{2}^(′)", "b_2^\\prime", "b_2^{(\\prime)}", "b_2^{'}"))
def test_a_raised_prime_is_a_prime(name: str) -> None:
    (found,) = derivegen.check("example:article-004", f"${name} = -0.94$").findings
    assert (found.quantity, found.verdict) == ("b[2][1]'", "wrong")


def test_words_of_a_notation_of_ones_own() -> None:
    symbols = {"w[2][1][1]": "w_{o,h1}", "w[2][1][2]": "w_{o,h2}"}
    text = "w_o_h1 = 0.60\nΔw_o_h1 = 0.0324\nw_o_h2_new = -0.6714\n"
    found = derivegen.check({**NET, "notation": {"base": "indexed", "symbols": symbols}}, text).findings
    assert [(each.quantity, each.verdict in FINE) for each in found][::2] == [
        ("w[2][1][1]", True),
        ("w[2][1][2]'", True),
    ]


LEFT = [  # a page of the small network with a wrong line on it; what must come out
    ("y = 0.5594; dL/dy = 1 - 0.5594 = 0.4406", {"a[2][1]": "right", "dloss/da[2][1]": "wrong"}),
    ("dL/dy = 1 - 0.5594 = 0.4406", {"dloss/da[2][1]": "wrong"}),
    ("y = 1\nneto1 = 0.2385", {"t[1]": "right"}),
    ("ŷ = 0.5594\ny = 1", {"a[2][1]": "right", "t[1]": "right"}),
    ("delta_o = (0.5594 - 1)*0.5594*(1 - 0.5594) = -0.1086\ndelta_1 = -0.1086*0.7*0.5963*(1 - 0.5963) = -0.0183",
     {"delta[2][1]": "right", "delta[1][1]": "wrong"}),
    ("v1 = 0.6, v2 = -0.7\ndE/dv1 = -0.0648\ndE/dw11 = -0.0183*0.7 = -0.0128\ndE/dw12 = 0.0073",
     {"dloss/dw[2][1][1]": "right", "dloss/dw[1][1][1]": "wrong", "dloss/dw[1][1][2]": "wrong"}),
    ("dw11 = -0.0110\ndw12 = 0.0063\ndw21 = 0.0111\ndw22 = 0.0222",
     {"dloss/dw[1][1][1]": "right", "dloss/dw[1][2][1]": "wrong", "dloss/dw[1][2][2]": "wrong"}),
]  # fmt: skip


@pytest.mark.parametrize(("page", "want"), LEFT, ids=[str(number) for number in range(len(LEFT))])
def test_what_one_name_is_taken_for_is_no_others_and_a_target_is_not_worked_out(
    page: str, want: dict[str, str]
) -> None:
    found = verdicts(page)
    assert {name: found.get(name) for name in want} == want
    assert None not in found


PROGRAM = """\
x = np.array([0.7, -0.4])
t = 1
W1 = np.array([[0.3, -0.2], [0.5, 0.1]])
b1 = np.array([0.1, -0.2])
W2 = np.array([0.6, -0.7])
b2 = 0.25
z1 = W1 @ x + b1  # [0.39 0.11]
h = sigmoid(z1)   # [0.59628270 0.52747230]
z2 = W2 @ h + b2
z2 = h @ W2 + b2
y = sigmoid(z2)
print(y)             # 0.5593536
E = (t - y) ** 2 / 2
delta2 = (y - t) * y * (1 - y)   # -0.1086093
W2_new = W2 - 0.5 * delta2 * h
delta1 = W2 * delta2 * h * (1 - h)
print("delta1 =", delta1)  # delta1 = [-0.0165339  0.0181738]
"""


def test_vectors_of_a_program_are_multiplied_as_it_does_and_one_slip_is_one_verdict() -> None:
    """The slip is the updated weight in both entries of delta1; its formula alone is right."""
    found = checked(PROGRAM)
    assert not [each for each in found.findings if each.verdict == "unread"]
    wrong = {each.quantity for each in found.findings if each.verdict not in ("right", "rounding")}
    assert wrong == {"delta[1][1]", "delta[1][2]"}
    assert {each.verdict for each in found.findings if each.quantity in wrong and each.of} == {"wrong"}


def test_tables_infer_names_as_texts_do(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("quantity,answer\nz1,0.39\nz2,0.11\nz3,0.2385\ny,0.5594\n", encoding="utf-8")
    found = derivegen.check(NET, table).findings
    assert [(each.quantity, each.verdict) for each in found] == [
        ("z[1][1]", "right"), ("z[1][2]", "right"), ("z[2][1]", "right"), ("a[2][1]", "right"),
    ]  # fmt: skip


OF_UNITS = """\
|   | unit 1 | unit 2 |
|---|--------|--------|
| z | 0.39   | 0.11   |
| h | 0.5963 | 0.5275 |
| z3 | 0.2385 |  |
| y | 0.5594 |  |
| dE/dw21 | 0.5 |  |
| delta of the hidden | 0.1 | 0.2 |
"""


@pytest.mark.parametrize("ending", ["md", "csv"])
def test_a_table_with_a_column_a_unit_is_read_and_nothing_of_it_passed_over(ending: str, tmp_path: Path) -> None:
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in OF_UNITS.split("\n") if "--" not in row]
    table = tmp_path / f"a.{ending}"
    table.write_text(OF_UNITS if ending == "md" else "\n".join(map(",".join, rows)), encoding="utf-8")
    found = derivegen.check(NET, table).findings
    right = {each.quantity for each in found if each.verdict == "right"}
    assert right == {"z[1][1]", "z[1][2]", "a[1][1]", "a[1][2]", "z[2][1]", "a[2][1]"}
    assert [each.quantity for each in found if each.verdict == "wrong"] == ["dloss/dw[1][2][1]"]
    assert [each.place.source.partition(" =")[0] for each in found if each.verdict == "unread"] == [
        "delta of the hidden"
    ]


UPDATED = """\
h1 = 0.5963
δ_o = (0.5594 - 1)*0.5594*(1 - 0.5594) = -0.1086
dE/dv1 = -0.1086*0.5963 = -0.0648
v1 new = 0.6 + 0.5*0.0648 = 0.6324
δ_h1 = -0.1086*0.6324*0.5963*(1 - 0.5963) = -0.0165
"""


def test_a_new_value_in_the_place_of_the_old_one_is_named_as_that_mistake() -> None:
    (wrong,) = [each for each in checked(UPDATED).findings if each.verdict == "wrong" and each.equality is None]
    assert (wrong.quantity, wrong.reason) == ("delta[1][1]", "mistake")
    assert [each.mistakes for each in wrong.explanations] == [("updated-weights-used",)]
