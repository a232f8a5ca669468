"""Formulas with kinks: their slopes against one-sided quotients at fifty digits of the same function written by hand in mpmath, and what
the pages say of the choice that was made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mpmath
import pytest

import derivegen
from derivegen.calculus.rules import differentiate
from derivegen.calculus.seams import several
from derivegen.document.blocks import Box, Derivation
from derivegen.document.verify import Judge
from derivegen.errors import CheckFailed
from derivegen.formula.arithmetic.value import FLOAT, precise, value
from derivegen.formula.read.grammar import read_plain
from derivegen.formula.tree import Quantity
from derivegen.network.tables.activations import ACTIVATIONS, Activation

mp = mpmath.MPContext()
mp.dps = 50
Z = Quantity("z")

FUNCTIONS: dict[str, tuple[Callable[[Any], Any], tuple[float, ...]]] = {
    "relu(z) - 0.2*relu(-z)": (lambda z: max(z, 0) - mp.mpf(1) / 5 * max(-z, 0), (0,)),
    "max(0,z) + min(0,0.2*z)": (lambda z: z if z > 0 else z / 5, (0,)),
    "1.05*(max(0,z) + min(0,1.67*(exp(z)-1)))": (
        lambda z: mp.mpf("1.05") * (z if z > 0 else mp.mpf("1.67") * mp.expm1(z)),
        (0,),
    ),
    "z*min(max(z+3,0),6)/6": (lambda z: z * min(max(z + 3, 0), 6) / 6, (-3, 3)),
    "min(max(z,-1),1)": (lambda z: min(max(z, -1), 1), (-1, 1)),
    "max(min(z/6+1/2,1),0)": (lambda z: max(min(z / 6 + mp.mpf(1) / 2, 1), 0), (-3, 3)),
    "min(max(z,0),6)": (lambda z: min(max(z, 0), 6), (0, 6)),
    "relu(z-0.5) - relu(-z-0.5)": (lambda z: max(z - 0.5, 0) - max(-z - 0.5, 0), (-0.5, 0.5)),
    "abs(relu(z))": (lambda z: abs(max(z, 0)), (0,)),
    "abs(abs(z) - 1)": (lambda z: abs(abs(z) - 1), (-1, 0, 1)),
    "max(0, z, 2*z-1)": (lambda z: max(0, z, 2 * z - 1), (0, 1)),
    "relu(z^2-1) - 0.2*relu(1-z^2)": (lambda z: max(z * z - 1, 0) - max(1 - z * z, 0) / 5, (-1, 1)),
    "relu(exp(z)-2) - 0.1*relu(2-exp(z))": (lambda z: max(mp.exp(z) - 2, 0) - max(2 - mp.exp(z), 0) / 10, ()),
    "relu(z) - relu(-z)": (lambda z: z, (0,)),
    "abs(z)": (lambda z: abs(z), (0,)),
    "max(z,0)": (lambda z: max(z, 0), (0,)),
}


@pytest.mark.parametrize("text", FUNCTIONS)
def test_a_slope_lies_between_those_of_its_sides(text: str) -> None:
    function, kinks = FUNCTIONS[text]
    slope, h = differentiate(read_plain(text, ["z"]), Z).result, mp.mpf(10) ** -18
    for at in (*kinks, -4.1, -0.7, 0.3, 1.9, 7.2):
        z = mp.mpf(at)
        left, right = ((function(z + d) - function(z)) / d for d in (-h, h))
        low, high = sorted((left, right))
        found = value(slope, lambda _, at=at: precise().number(at), precise())  # type: ignore[misc]
        assert low - 1e-15 <= mp.mpf(str(found)) <= high + 1e-15, (text, at, left, found, right)


def test_several_kinks_have_the_slope_from_the_left() -> None:
    for text, (function, kinks) in FUNCTIONS.items():
        if text in ("abs(z)", "max(z,0)") or "z^2" in text:
            continue
        for at in kinks:
            left = (function(mp.mpf(at)) - function(mp.mpf(at) - mp.mpf(10) ** -18)) * mp.mpf(10) ** 18
            found = value(differentiate(read_plain(text, ["z"]), Z).result, lambda _, at=at: float(at), FLOAT)  # type: ignore[misc]
            assert abs(found - left) < 1e-12, (text, at)


def test_of_several_variables_each_has_its_own_left() -> None:
    tree = read_plain("relu(x-y) - 0.2*relu(y-x)", ["x", "y"])
    slopes = [value(differentiate(tree, Quantity(by)).result, lambda _: 0.0, FLOAT) for by in "xy"]
    assert slopes == [0.2, -1.0]


def one_unit(formula: str, weight: float, bias: float) -> str:
    return f"""
data = {{ inputs = [[0.5]], targets = [[0.6]] }}
layer = [
  {{ units = 1, activation = {{ formula = "{formula}" }}, weights = [[{weight}]], biases = [{bias}] }},
  {{ units = 1, weights = [[0.3]], biases = [0.2] }},
]
loss = {{ name = "half_squared_error" }}
document = {{ detail = "full" }}
"""


def page(tmp_path: Any, text: str) -> str:
    (tmp_path / "net.toml").write_text(text, "utf-8")
    derivegen.solve(tmp_path / "net.toml").write(tmp_path, to="text")
    return re.sub(r"\s*\n\s*(\|\s*)?", " ", (tmp_path / "net.txt").read_text("utf-8"))


@pytest.mark.parametrize(
    ("formula", "weight", "bias", "slope"),
    [("relu(z) - 0.2*relu(-z)", 2, -1, "0.2"), ("z*min(max(z+3,0),6)/6", 2, 2, "1.5")],
)
def test_a_formula_at_its_kink_is_solved(tmp_path: Any, formula: str, weight: float, bias: float, slope: str) -> None:
    shown = page(tmp_path, one_unit(formula, weight, bias))
    assert f"By convention it is taken as {slope} there." in shown
    assert "a formula with several kinks has the slope from the left" in shown


def test_the_sides_of_a_kink_are_fractions_where_numbers_are(tmp_path: Any) -> None:
    """−1/2 could not be read back, and nothing was printed."""
    text = one_unit("z*relu(z + 3)/6", 2, 2)
    shown = page(tmp_path, text.replace('detail = "full"', 'detail = "full", numbers = "fractions"'))
    assert "0 on the left of it and to −1/2 on the right." in shown


GRAPH = """
graph = { inputs = { x = 0 }, parameters = { w = 1 }, nodes = [["a", "relu(w*x)"], ["b", "relu(-w*x)"], ["f", "a - %s*b"]], output = "f" }
"""


@pytest.mark.parametrize(
    ("share", "sides"), [("0.2", "the slope 0.2, on the right 1,"), ("1", "the slope 1. The chain rule")]
)
def test_kinks_that_meet_in_several_nodes_are_solved_and_said(tmp_path: Any, share: str, sides: str) -> None:
    """x₊ − 0.2 (−x)₊ in three nodes: 0.2 from the left, 1 from the right, and the conventions of its links give 0."""
    shown = page(tmp_path, GRAPH % share)
    assert sides in shown and "so comes to 0, which is" in shown and "ReLU has the slope 0 at 0." in shown


def test_an_entry_with_kinks_elsewhere_has_a_box(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once with branches, with the slopes of torch at −3 and 3, once as one formula."""
    gate = Activation(
        "elu",
        (("0", "z < -3"), ("z", "z ≥ 3"), ("z*(z + 3)/6", None)),
        (("0", "z ≤ -3"), ("1", "z ≥ 3"), ("(2*z + 3)/6", None)),
        kind="gate",
    )
    whole = Activation("elu", "z*min(max(z + 3, 0), 6)/6", (("0", "z ≤ -3"), ("1", "z ≥ 3"), ("(2*z + 3)/6", None)))
    for entry in (gate, whole):
        monkeypatch.setitem(ACTIVATIONS, "elu", entry)
        text = one_unit("z", 2, 2).replace('{ formula = "z" }', '"elu"')
        shown = page(tmp_path, text)
        assert (
            "At z = −3 the function has a kink: the slope comes to 0 on the left of it and to −0.5 on the right."
            in shown
        )
        assert (
            "At z = 3 the function has a kink: the slope comes to 1.5 on the left of it and to 1 on the right." in shown
        )
        assert "By convention it is taken as 1 there." in shown


def test_a_derivation_without_lines_is_refused(tmp_path: Any) -> None:
    (tmp_path / "net.toml").write_text(one_unit("z^2", 2, 2), "utf-8")
    solution = derivegen.solve(tmp_path / "net.toml")
    document = solution.document
    empty = Box((), (Derivation((), "functions"),))
    with pytest.raises(CheckFailed, match="no lines"):
        Judge(solution.trace, solution.notation).document(replace(document, blocks=(*document.blocks, empty)))


@pytest.mark.parametrize("text", ["max(max(a, b), c)", "max((max(c, a)), b)", "min(c + 2, min(a, b))"])
def test_the_slopes_of_a_choice_among_chosen_ones_fit_together(text: str) -> None:
    """At a = b = 1, c = 0: of the greatest of all one is chosen, so that the slopes by all three add up to 1."""
    tree, numbers = read_plain(text, ["a", "b", "c"]), {"a": 1.0, "b": 1.0, "c": 0.0}
    slopes = [value(differentiate(tree, Quantity(by)).result, numbers.__getitem__, FLOAT) for by in numbers]
    assert sorted(slopes) == [0, 0, 1]
    assert slopes[2] == 0


def test_a_choice_that_stands_alone_too_is_one_of_several() -> None:
    """max(a, b) − max(max(a, b), c): beside itself the inner one has a kink of its own."""
    assert several(read_plain("max(a, b) - max(max(a, b), c)"))
    assert not several(read_plain("max(max(a, b), max(c, 2*a))"))
    assert several(read_plain("max(min(a, b), c)"))
