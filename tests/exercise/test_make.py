"""The choices made for one student: orders, options and hidden mistakes; working lines and their numbers."""

from __future__ import annotations

import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.exercise.ask import ask, asked_quantities
from derivegen.exercise.exercise import Exercise, Variant
from derivegen.exercise.make import make
from derivegen.exercise.making import Making
from derivegen.exercise.trace import ExerciseTrace
from derivegen.exercise.working import working
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.mistakes.outcomes import mistaken_name, singles
from derivegen.network.file.load import load
from derivegen.network.graph import build

NETWORKS = ("article-004", "article-000", "relu-kink", "xor", "softmax-2-3-2")


def trace_of(name: str) -> ExerciseTrace:
    derivation = derive(build(load(f"example:{name}")))
    return ExerciseTrace(derivation.graph, derivation, Rounding(4))


def made(name: str, kind: str, code: str = "007-abcd") -> tuple[Exercise, ExerciseTrace]:
    trace = trace_of(name)
    questions = ask(trace.derivation, [kind])
    right = Right(trace.derivation, trace.floats)
    names = asked_quantities(questions)
    wrong = {
        n: {o.mistakes[0].identifier: float(o.value) for o in singles(right, n, CATALOGUE.values())} for n in names
    }
    variant = Variant("007", code, {}, {n: trace.number(n) for n in names}, wrong)
    return make(Making(variant, trace), questions), trace


@pytest.mark.parametrize("name", NETWORKS)
def test_every_line_uses_only_what_is_given_or_stands_before_it(name: str) -> None:
    trace = trace_of(name)
    right = Right(trace.derivation)
    found: set[str] = set()
    renamed: set[str] = set()
    for line in working(right, ["dloss/dw[1][1][1]"]):
        for used in line.uses():
            given = right.step(used)[1] is None or used in found
            if not given:
                renamed.add(used)  # a linear unit's second name: its own operands have been found
                assert set(right.operands(used)) <= found | renamed | set(trace.graph.givens)
        found.add(line.name)
    assert "dloss/dw[1][1][1]" in found


@pytest.mark.parametrize("name", NETWORKS)
def test_the_right_order_is_spelled_by_the_letters(name: str) -> None:
    exercise, trace = made(name, "order")
    (question,) = exercise.questions
    letters = [chr(ord("A") + place) for place in range(len(question.lines))]
    shown = dict(zip(letters, question.lines, strict=True))
    ordered = [shown[letter] for letter in question.answers[0].right]
    assert ordered != list(question.lines)
    lines = {line.name: line for line in working(Right(trace.derivation), ordered)}
    for place, one in enumerate(ordered):
        assert not lines[one].uses() & set(ordered[place + 1 :])


@pytest.mark.parametrize("name", NETWORKS)
def test_the_hidden_mistake_begins_in_the_line_named(name: str) -> None:
    exercise, trace = made(name, "find-error")
    (question,) = exercise.questions
    place, value = question.answers
    slip = question.lines[int(place.right) - 1]
    assert value.quantity == slip == question.slip
    wrong = MistakenNumbers(Right(trace.derivation).with_mistakes((CATALOGUE[question.mistake],)))
    right = Numbers(trace.derivation)
    before = question.lines[: int(place.right) - 1]
    assert all(abs(wrong[n] - right[n]) <= 1e-12 * (1 + abs(right[n])) for n in before)
    assert trace.text(mistaken_name(slip, question.mistake)) != trace.text(slip)
    assert float(wrong[slip]) == pytest.approx(trace.number(mistaken_name(slip, question.mistake)), rel=1e-12)


@pytest.mark.parametrize("name", NETWORKS)
def test_options_print_differently_and_one_is_right(name: str) -> None:
    exercise, trace = made(name, "choice")
    (question,) = exercise.questions
    quantity = question.answers[0].quantity
    texts = [trace.text(mistaken_name(quantity, m) if m else quantity) for m in question.options]
    assert len(set(texts)) == len(texts) > 1
    assert question.options["ABCD".index(question.answers[0].right)] == ""


def test_choices_depend_on_the_code_alone() -> None:
    one, other = (made("article-000", "order")[0].questions for _ in range(2))
    assert one == other
    assert len({made("article-000", "order", f"{n}-abcd")[0].questions[0].lines for n in range(6)}) > 3
