"""What is asked of a network, and what is never printed beside it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.errors import InputError
from derivegen.exercise.ask import ask, asked_quantities
from derivegen.exercise.asking import letter
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.marks import in_words, method_marks, shared
from derivegen.mistakes.tiny import CHAIN
from derivegen.network.file.load import load
from derivegen.network.graph import build


def derivation(name: str = "example:article-004", **exercise: object) -> Derivation:
    return derive(build(load(name if not exercise else CHAIN | {"exercise": exercise})))


def test_without_a_word_a_sheet_asks_for_the_table_gradients_and_a_step() -> None:
    table, values, update = ask(derivation())
    assert (table.kind, values.kind, update.kind) == ("table", "values", "update")
    assert [a.quantity for a in table.answers] == ["z[1][1]", "a[1][1]", "z[2][1]", "loss"]
    assert [a.quantity for a in values.answers] == [
        f"dloss/d{p}" for p in ("w[1][1][1]", "b[1][1]", "w[2][1][1]", "b[2][1]")
    ]
    assert [a.quantity for a in update.answers] == ["w[1][1][1]'", "b[1][1]'", "w[2][1][1]'", "b[2][1]'"]
    assert [a.label for a in values.answers] == ["2a", "2b", "2c", "2d"]


OF_LAYERS = [kind for kind in KINDS if kind != "uses"]
"""The kinds that a network of layers can be asked by: no parameter of it is used several times."""


@pytest.mark.parametrize("kind", OF_LAYERS)
def test_every_kind_alone(kind: str) -> None:
    (question,) = ask(derivation(), [kind])
    assert question.kind == kind
    assert question.answers
    assert not question.bare


def test_all_kinds_together_print_no_number_another_asks_for() -> None:
    questions = ask(derivation("example:article-000"), OF_LAYERS)
    numbers = {q.number: {a.quantity for a in q.answers if a.form in ("number", "letter")} for q in questions}
    choice = next(q for q in questions if q.kind == "choice")
    for question in questions:
        if question is not choice:
            assert not numbers[choice.number] & numbers[question.number]
        if question.kind in ("blanks", "order", "find-error"):
            assert question.bare
    assert all(not q.bare for q in ask(derivation(), ["blanks"]))


def test_a_table_row_given_away_is_refused() -> None:
    asked = [{"kind": "values", "of": ["z[1][1]"]}, {"kind": "table", "of": ["z[1][1]", "a[1][1]"], "blanks": 1}]
    with pytest.raises(InputError, match=r"question 2 \(table\) would print z\[1\]\[1\]"):
        ask(derivation(ask=asked))


def test_a_parameter_stands_for_its_derivative_or_its_new_value() -> None:
    asked = [{"kind": "values", "of": ["w[1][1][1]"]}, {"kind": "update", "of": ["dloss/db[2][1]"]}]
    values, update = ask(derivation(ask=asked))
    assert values.answers[0].quantity == "dloss/dw[1][1][1]"
    assert update.answers[0].quantity == "b[2][1]'"


def test_wrong_kinds_and_updates_are_named() -> None:
    with pytest.raises(InputError, match=r"--kind: found 'value'.*did you mean 'values'"):
        ask(derivation(), ["value"])
    with pytest.raises(InputError, match="is not changed by an update"):
        ask(derivation(ask=[{"kind": "update", "of": ["x[1]"]}]))
    with pytest.raises(InputError, match="needs numbers"):
        ask(derivation("example:article-002"), ["values"])
    with pytest.raises(InputError, match="nothing to ask by update"):
        ask(derivation("example:graph-product"), ["update"])


def test_a_network_without_numbers_can_be_asked_for_formulas_and_order() -> None:
    symbolic, order = ask(derivation("example:article-002"), ["symbolic", "order"])
    assert symbolic.answers[0].form == "formula"
    assert order.bare
    assert asked_quantities((symbolic, order)) == ()


SUMMED = {
    "data": {"inputs": 1, "targets": 1, "rows": "N"},
    "layer": [{"units": 1, "activation": "tanh"}],
    "loss": {"name": "squared_error"},
}
"""Over N examples."""


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        ("example:article-002", ["dloss/dw[2][1][1]", "dloss/dw[1][1][1]"]),
        ("example:article-003", ["dloss/dw[2][2][2]"]),
        (SUMMED, ["dloss/dw[1][1][1]", "dloss/db[1][1]"]),
        ({"graph": {"inputs": ["x"], "nodes": [["f", "sin(x)*x"]], "output": "f"}}, ["dloss/dx"]),
    ],
)
def test_without_a_word_and_without_numbers_a_sheet_asks_for_formulas(network: object, asked: list[str]) -> None:
    """They were refused: a table of the forward pass needs numbers."""
    (symbolic,) = ask(derive(build(load(network))))
    assert symbolic.kind == "symbolic"
    assert [answer.quantity for answer in symbolic.answers] == asked


def test_blanks_fade_from_the_end() -> None:
    (question,) = ask(derivation(ask=[{"kind": "blanks", "of": ["dloss/dw[1][1][1]"], "blanks": 2}]))
    assert [a.quantity for a in question.answers] == list(question.lines[-2:])
    assert question.lines[-1] == "dloss/dw[1][1][1]"


def test_marks_of_a_question_and_of_the_sheet_add_up() -> None:
    asked = [{"kind": "table", "marks": 3}, {"kind": "values"}]
    table, values = ask(derivation(ask=asked))
    assert table.marks == 3
    assert values.marks == 8
    questions = ask(derivation(ask=asked, total_marks=25))
    assert sum(q.marks for q in questions) == 25


def test_shared_marks_are_halves_that_add_up() -> None:
    each = shared(Fraction(5), [Fraction(1)] * 3)
    assert sum(each) == 5
    assert all(mark % Fraction(1, 2) == 0 for mark in each)
    assert sum(shared(Fraction(10, 3), [Fraction(1), Fraction(2)])) == Fraction(10, 3)


def test_marks_in_words_and_their_parts() -> None:
    assert [in_words(Fraction(n, 2)) for n in (0, 1, 2, 5)] == ["0", "½", "1", "2½"]
    others = ("83/4", "1/3", "16/5", "15/7", "1/8")
    assert [in_words(Fraction(each)) for each in others] == ["20¾", "⅓", "3.2", "2 1/7", "1/8"]
    assert in_words(Fraction(16, 5), ",") == "3,2"
    assert [method_marks(Fraction(n)) for n in (1, 2, 3)] == [Fraction(1, 2), 1, 2]


def test_letters_go_on_after_z() -> None:
    assert [letter(n) for n in (0, 25, 26, 27)] == ["a", "z", "aa", "ab"]
