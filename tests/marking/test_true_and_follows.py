"""What is true and what follows from an earlier slip are told apart; a sign slip is named against the student's own earlier lines."""

from __future__ import annotations

import random
from functools import cache

import pytest

from derivegen.api import Solution, solve
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.classroom.check import check
from derivegen.classroom.checks import checking
from derivegen.formula.print.plain import plain
from derivegen.marking.findings import Finding
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import outcome
from tests.often import times

NET = "example:article-004"
TWO_TWO_TWO = {
    "title": "two outputs",
    "data": {"inputs": [[0.05, 0.1]], "targets": [[0.01, 0.99]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.15, 0.2], [0.25, 0.3]], "biases": 0.35},
        {"units": 2, "activation": "sigmoid", "weights": [[0.4, 0.45], [0.5, 0.55]], "biases": 0.6},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.5, "steps": 1},
    "notation": "net-out",
}
SIGN = CATALOGUE["sign-of-error"]


def whole(net: object, text: str) -> list[Finding]:
    """The findings about whole answers."""
    return [each for each in check(net, text).findings if each.equality is None]  # type: ignore[arg-type]


def told(text: str) -> list[dict[str, object]]:
    made = checking(NET, to=("json",), reader="teacher")
    ((one,),) = ([*made.checked(made.groups([text]))],)
    return [dict(entry) for entry in one.data]


def test_true_is_true_and_what_would_follow_is_said_beside_it() -> None:
    _, y, slope = told("h = 0.6744; y = 0.4023; dL/dy = 0.3977")
    assert (y["verdict"], round(y["expected"], 4), round(y["follows"], 4)) == ("follow_through", 0.3723, 0.4023)  # type: ignore[arg-type]
    assert (slope["verdict"], round(slope["expected"], 4), round(slope["follows"], 4)) == ("wrong", -0.2277, -0.1977)  # type: ignore[arg-type]
    assert "The true value is −0.2277." in str(slope["message"]) and "0.1977" not in str(slope["message"])
    assert "follows" not in told("dL/dy = 0.3977")[0]


def test_the_page_for_the_teacher_has_both() -> None:
    made = checking(NET, to=("md",), reader="teacher")
    ((one,),) = ([*made.checked(made.groups(["h = 0.6744; dL/dy = 0.3977"]))],)
    page = " ".join(one.pages["md"].decode().split())
    assert "The true value is" in page and "From the values before it," in page and "would follow" in page


def test_of_a_sign_its_other_side_is_said_and_the_value_stays_true() -> None:
    sign = next(each for each in told("h = 0.6744; y = 0.3*0.6744 + 0.2 = 0.4123") if each["equality"])
    assert (sign["equality"], round(sign["expected"], 4), round(sign["follows"], 4)) == (2, 0.3723, 0.4023)  # type: ignore[arg-type]
    assert "The other side of this sign comes to 0.4023." in str(sign["message"])


def test_a_slip_of_the_true_value_is_seen_though_another_would_follow() -> None:
    found = whole(TWO_TWO_TWO, "out_o2 = 0.772982465\nw_8' = 0.561730121")[-1]
    assert (found.verdict, found.reason) == ("wrong", "digits-swapped")
    assert found.expected == pytest.approx(0.561370121) and found.follows == pytest.approx(0.561365383)


def test_mistakes_that_lead_to_one_number_are_alternatives() -> None:
    (entry,) = told("w2' = 0.2869")
    assert str(entry["message"]).count("Or:") == 1
    assert "Either of two mistakes, made alone, leads to exactly this." in str(entry["message"])
    (entry,) = told("dL/dw2 = 0.1308")
    assert "One mistake leads to exactly this." in str(entry["message"]) and "Or:" not in str(entry["message"])


@cache
def solved(key: str) -> Solution:
    return solve(TWO_TWO_TWO if key == "two" else key)


@pytest.mark.parametrize("key", ["two", NET])
@pytest.mark.parametrize("digits", [3, 4, 8])
def test_a_sign_slip_is_named_against_ones_own_earlier_lines(key: str, digits: int) -> None:
    """Somebody rounds and carries on, with one wrong value on the way forward, then turns the sign of the error."""
    solution, draw = solved(key), random.Random(f"{key} {digits}")
    right = Right(solution.derivation, Numbers(solution.derivation))
    forward = [name for name in solution.graph.names() if name[0] in "za"]
    targets = [name for name in solution.derivation.targets() if right.reaches(SIGN, name)]
    seen = 0
    while seen < times(2, 4):
        slip, target = draw.choice(forward), draw.choice(targets)
        own = float(f"{float(right.numbers[slip]) * draw.choice([0.9, 1.2]):.{digits}f}")
        mine = Numbers(solution.derivation, right.numbers.arithmetic, {slip: own}, lambda v: float(f"{v:.{digits}f}"))
        number = outcome(Right(solution.derivation, mine).starting_from({slip: own}), target, (SIGN,))
        assert number is not None
        if abs(number.value) < 30 * 10**-digits:
            continue
        pairs = [*((name, mine[name]) for name in forward), (target, number.value)]
        text = "\n".join(f"{plain(solution.notation.symbol(name))} = {value:.{digits}f}" for name, value in pairs)
        found = whole(TWO_TWO_TWO if key == "two" else key, text)[-1]
        assert [each.mistakes for each in found.explanations][:1] == [("sign-of-error",)], (slip, target)
        seen += 1


def test_of_few_digits_a_turned_sign_is_still_the_mistake_that_turns_it() -> None:
    found = whole(NET, "z = 0.4; h = 0.6; y = 0.38; dL/dw1 = 0.0079")[-1]
    assert found.explanations[0].mistakes == ("sign-of-error",)
