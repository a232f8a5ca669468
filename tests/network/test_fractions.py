"""Numbers as fractions, in and out: "1/2" in a file is the number it says; a page of fractions is exact wherever its numbers are."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import derivegen
from derivegen.errors import InputError
from tests.calculator import followed

NET: dict[str, Any] = {
    "data": {"inputs": [["1/2", "1/3"]], "targets": [["3/4"]]},
    "layer": [
        {"units": 2, "activation": "relu", "weights": [["1/3", "2/5"], ["−1/2", 1]], "biases": ["1/6", 0.25]},
        {"units": 1, "weights": [["1/2", " 1 / 3 "]], "biases": [0]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": "1/10"},
}


def by_hand() -> dict[str, Fraction]:
    """The network in fractions, without the product."""
    x1, x2, t = Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)
    a1 = x1 / 3 + Fraction(2, 5) * x2 + Fraction(1, 6)
    a2 = -x1 / 2 + x2 + Fraction(1, 4)
    y = a1 / 2 + a2 / 3
    return {"a[1][1]": a1, "a[1][2]": a2, "a[2][1]": y, "loss": (y - t) ** 2 / 2, "dloss/dw[1][1][1]": (y - t) / 2 * x1}


def test_a_fraction_in_quotes_is_the_number_it_says() -> None:
    solution = derivegen.solve(NET)
    assert {name: solution.trace.exact(name) for name in by_hand()} == by_hand()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1/0", "write a number other than 0 below the bar"),
        ("1/-2", 'found "1/-2"'),
        ("1/2/3", 'found "1/2/3"'),
        ("1/" + "9" * 500, "at most 400 digits"),
        ("1" + "0" * 390 + "/3", "write a number below 1.8e308"),
        ("__import__('os')/1", "expected a number"),
    ],
)
def test_what_is_no_fraction_is_refused(written: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        derivegen.solve(NET | {"data": {"inputs": [[written, 0]], "targets": [[1]]}})


def test_a_page_of_fractions_is_exact() -> None:
    page = derivegen.solve(NET, numbers="fractions").text("text")
    found = by_hand()
    for name, symbol in (
        ("a[1][1]", "7/15"),
        ("a[2][1]", "31/90"),
        ("loss", "5329/64800"),
        ("dloss/dw[1][1][1]", "−73/720"),
    ):
        assert str(found[name]).replace("-", "−") == symbol
        assert f"= {symbol}" in page.replace("\n      ", " "), symbol
    worked = page[page.index("\nForward pass") : page.index("\n── Nudge")]
    assert "≈" not in worked and not re.search(r"\d\.\d", worked)


@pytest.mark.parametrize("options", [{}, {"detail": "full"}, {"view": "both"}])
def test_a_calculator_follows_fractions_beside_decimals(options: dict[str, Any]) -> None:
    net = NET | {"layer": [NET["layer"][0] | {"activation": "sigmoid"}, NET["layer"][1]]}
    page = derivegen.solve(net, numbers="fractions", **options).text("md")
    count, false, _ = followed(page, 4)
    assert count > 10 and not false
    assert "\\tfrac{7}{15}" in page


def test_a_rounded_number_is_no_fraction() -> None:
    with pytest.raises(InputError, match=r"document\.numbers: found fractions beside carry = "):
        derivegen.solve(NET, numbers="fractions", carry="rounded")


def test_sheets_ask_for_decimals(tmp_path: Path) -> None:
    derivegen.sheet(NET | {"document": {"numbers": "fractions"}}, seed=1).write(tmp_path, ["md"])
    keys = [file.read_text(encoding="utf-8") for file in tmp_path.rglob("*key*.md")]
    assert len(keys) == 1 and not re.search(r"frac\{\d{2,}\}", keys[0])


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("dL/db[2][1] = -73/180", "right"),
        ("dL/db[2][1] = \\frac{-73}{180}", "right"),
        ("dL/db[2][1] = -73/181", "wrong"),
        ("z[1][1] = 1/3*1/2 + 2/5*1/3 + 1/6 = 7/15", "right"),
        ("z[1][1] = 1/3*1/2 + 2/5*1/4 + 1/6 = 13/30", "wrong"),
        ("dL/dw[2][1][1] = -73/180 * 7/15 = -511/2700", "right"),
    ],
)
def test_hand_calculations_in_fractions_are_judged_as_they_stand(typed: str, verdict: str) -> None:
    assert {each.verdict for each in derivegen.check(NET, typed).findings} == {verdict}


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("1 1/2", 'a mixed number is written as one fraction, "3/2"'),
        ("-1½", 'one fraction, "-3/2"'),
        ("½", '"1/2"'),
        ("1/2/3", '"1/6" if (1/2)/3 is meant, "3/2" if 1/(2/3) is'),
        ("0.5/2", 'with whole numbers, the sign in front and a stroke for the bar, "1/4"'),
        ("1/-2", '"-1/2"'),
        ("1:4", '"1/4"'),
        ("50 %", '"1/2"'),
        ("one", 'a fraction stands in quotes, "1/3"'),
    ],
)
def test_what_may_be_meant_for_a_fraction_is_said_how_to_write(written: str, instead: str) -> None:
    with pytest.raises(InputError, match=re.escape(instead)):
        derivegen.load(NET | {"training": {"learning_rate": written}})


def test_a_fraction_without_quotes_is_no_toml(tmp_path: Path) -> None:
    for name, text in (("a.toml", "data = { inputs = [[1/3]], targets = [[1]] }\n"), ("a.json", '{"title": 1/3}\n')):
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match='a fraction stands in quotes: "1/3"'):
            derivegen.load(tmp_path / name)


def test_a_published_fraction_is_held_to_the_number_itself() -> None:
    found = by_hand()
    published = {
        "z[2][1]": str(found["a[2][1]"]),
        "loss": "1/2",
        "dloss/dw[1][1][1]": f"−{-found['dloss/dw[1][1][1]']}",
    }
    page = derivegen.solve(NET | {"published": published}, only=["published"]).text("text")
    assert "2 agree" in page
    assert re.search(rf"L +1/2 +{found['loss']} ", page)
    with pytest.raises(InputError, match=re.escape('published.loss: found "1 1/2"; a mixed number is written as one')):
        derivegen.solve(NET | {"published": {"loss": "1 1/2"}}).text("text")
    with pytest.raises(InputError, match="the lower one not 0"):
        derivegen.solve(NET | {"published": {"loss": "1/0"}}).text("text")


def test_a_ratio_stands_beside_a_decimal() -> None:
    page = derivegen.solve(NET, numbers="fractions").text("text")
    assert re.search(r"a\s+ratio\s+of\s+−?0\.\d+;\s+the\s+derivative\s+is\s+−?\d+/\d+\s+≈\s+−?0\.\d+", page)
    assert "Put 1/3 + 0.01 for" in " ".join(page.split()) or "Put 1/2 + 0.01 for" in " ".join(page.split())


@pytest.mark.parametrize("numbers", ("decimals", "fractions"))
def test_a_sheet_states_what_is_given_exactly(numbers: str, tmp_path: Path) -> None:
    network = derivegen.load(NET | {"training": {"learning_rate": 0.12345}})
    derivegen.sheet(network, vary="nothing", numbers=numbers).write(tmp_path, ["text"])
    (page,) = (" ".join(file.read_text(encoding="utf-8").split()) for file in tmp_path.rglob("*sheet.txt"))
    assert "= 1/6" in page and ("= 1/4" if numbers == "fractions" else "= 0.25") in page
    assert "η = 0.12345" in page and "≈" not in page


def test_a_fall_is_the_difference_of_what_is_printed() -> None:
    page = derivegen.solve(NET).text("text")
    told = re.search(r"falls\s+from\s+(\S+)\s+to\s+(\S+),\s+by\s+(\S+?);\s", page)
    assert told is not None
    before, after, fall = map(float, told.groups())
    assert round(before - after, len(told[3]) - 2) == fall
