"""Lines of working with numbers in them, made up: no honest one is called wrong, one with a number that does not belong there is, and the
number is named. Many more of them: tests/thorough.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

import derivegen
from derivegen.marking.findings import Finding
from tests.marking.lines import Counts, judged
from tests.marking.sheets import BY_NAME, rough_sheet
from tests.marking.sheets import marked as sheet_marked
from tests.marking.test_mark import FOUR_DIGITS, marked

G1 = "dloss/dw[1][1][1]"


def test_one_number_wrong_is_called_wrong_and_nothing_honest_is() -> None:
    counts = Counts()
    for seed in range(3):
        judged(f"ci-{seed}", counts, one_in=30)
    assert counts.honest["wrong"] == 0, counts.amiss
    assert counts.wrong["passed"] == 0, counts.amiss
    assert counts.named >= 0.95 * counts.wrong["wrong"] > 10


def sign(line: str, before: str = "") -> Finding:
    """The first sign that is found fault with."""
    return next(each for each in marked(before + line).findings if each.equality is not None)


@pytest.mark.parametrize(
    ("line", "reason", "typed"),
    [
        ("dL/dw1 = -0.2277*0.3*0.2445*0.9 = -0.01503", "stands-for", "0.9"),
        ("dL/dw1 = -1000.0*0.3*0.2445*0.5 = -36.67", "stands-for", "1000.0"),
        ("dL/dw1 = -0.2277*0.7*0.2445*0.5 = -0.0195", "stands-for", "0.7"),
        ("dL/dw1 = -0.2277*0.3*0.5 = -0.0342", "factor-missing", ""),
        ("dL/db1 = -0.2277*0.3*0.2445*0.5 = -0.0083", "factor-extra", "0.5"),
        ("dL/dw2 = 0.2277*0.5744 = 0.1308", "sign", ""),
        ("w2' = 0.3 - 0.1*0.1308 = 0.2869", "sign-of", "0.1"),
        ("y = 0.3*0.5744 = 0.1723", "term-missing", ""),
        ("dL/dw2 = -0.2*0.5744 = -0.115", "too-coarse", "0.2"),
    ],
)
def test_what_is_wrong_with_a_line_of_numbers_is_said(line: str, reason: str, typed: str) -> None:
    found = sign(line, FOUR_DIGITS)
    assert (found.verdict, found.reason, getattr(found.values.get("typed"), "text", "")) == ("wrong", reason, typed)


@pytest.mark.parametrize("line", ["dL/dy = 0.4 - 0.6 = -0.2000", "L = 1/2*(0.4 - 0.6)^2 = 0.0200"])
def test_a_number_that_is_coarser_than_the_page_is_found_where_nobody_has_written_it(line: str) -> None:
    found = sign(line, "z = 0.3\nh = 0.5744\ndL/dw2 = -0.1308\n")
    assert (found.verdict, found.reason) == ("wrong", "too-coarse")


@pytest.mark.parametrize(
    "line",
    [
        "dL/dw1 = -0.2277*0.3*0.2445*0.5 = -0.0083",
        "dL/dw1 = (0.3723-0.6)*0.3*0.5744*(1-0.5744)*0.5 = -0.0083",
        "dL/dw1 = -0.0683*0.2445*0.5 = -0.0083",  # two factors in one
        "dL/dw1 = -0.2277*0.3*0.1222 = -0.0083",
        "L = 0.5*0.05184 = 0.0259",
        "w2' = 0.3 + 0.1*0.1308 = 0.3131",
    ],
)
def test_honest_ways_of_writing_a_line_are_right(line: str) -> None:
    assert {each.verdict for each in marked(FOUR_DIGITS + line).findings} == {"right"}


def test_what_a_line_shows_is_judged_whatever_honest_rounding_may_reach() -> None:
    found = marked("dL/dw1 = -0.2277*0.3*0.2*0.5 = -0.0068").findings
    assert {each.verdict for each in found} == {"wrong"}


def test_a_line_with_another_convention_at_a_kink_is_right() -> None:
    layers = [
        {"units": 1, "activation": "relu", "weights": [[2]], "biases": [-1]},
        {"units": 1, "weights": [[0.3]], "biases": [0.2]},
    ]
    data = {"inputs": [[0.5]], "targets": [[0.6]]}
    net = {"notation": "plain", "data": data, "layer": layers, "loss": {"name": "half_squared_error"}}
    found = derivegen.check(net, "dL/db1 = -0.4*0.3*1 = -0.12").findings
    assert [(each.equality, each.verdict, each.reason) for each in found] == [(None, "right", "convention")]


def test_one_number_beside_another_is_held_to_the_digits_of_both() -> None:
    assert [each.verdict for each in marked("y = 0.3*0.5744 + 0.2 = 0.37233 = 0.3723").findings] == ["right"]
    assert not [each for each in marked("n: 0.6 → 0.6324 (up)").findings if each.verdict == "wrong"]


@pytest.mark.parametrize(
    ("number", "verdict"), (("0.4", "wrong"), ("0.400", "right"), ("0.4004", "right"), ("0.4000", "wrong"))
)
def test_a_new_value_that_rounds_to_the_old_one(number: str, verdict: str) -> None:
    network = derivegen.load("example:article-004")
    rate = replace(network.training, learning_rate=Fraction(1, 20))
    assert [each.verdict for each in derivegen.check(replace(network, training=rate), f"w1' = {number}").findings] == [
        verdict
    ]


ROUGH = (
    ("indexed", 89),  # a formula, and a number that is honestly rounded
    ("pre", 43),  # a formula, and a number of which nothing can be told
    ("numbered", 13),  # a new value that is the old one to the digits of all the page
    ("arrays", 19),  # the same in a list
    ("own letters", 33),  # the same with a digit more than is given
    ("own letters", 15),  # a sum that comes to 0
    ("layers", 87),  # an error that comes to 0
    ("layers", 153),  # a line of few digits that comes to 0
    ("nodes", 151),  # names that their working tells, not what came of it
    ("o and ŷ", 329),  # o for a sum, where h is what o mostly is
    ("nodes", 111),  # the first number of a page of two digits
)


@pytest.mark.parametrize(("style", "number"), ROUGH)
def test_rough_sheets_are_honest(style: str, number: int) -> None:
    outcome, _ = sheet_marked(rough_sheet(BY_NAME[style], Random(f"{style} {number}")))
    assert outcome.wrong == ()
    assert outcome.few + outcome.read >= 0.9 * outcome.of


def test_a_new_value_like_the_old_one_is_wrong_where_the_page_has_more_digits() -> None:
    page = "z = 0.3000; h = 0.5744; y = 0.3723; L = 0.0259; dL/dw2 = -0.1308; dL/dw1 = -0.0083; w1' = "
    assert marked(page + "0.4").findings[-1].verdict == "wrong"
    assert marked(page + "0.4008").findings[-1].verdict == "right"
