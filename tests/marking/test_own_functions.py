"""Functions that a text defines for itself: what is worked out with them is read by their definitions."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen

GRAPH: dict[str, Any] = {
    "title": "Two in a chain",
    "graph": {
        "inputs": {"x": 1.0},
        "parameters": {"a": 0.5, "b": -0.5},
        "nodes": [["y", "sigmoid(b*sigmoid(a*x))"]],
        "output": "y",
    },
}
SIGMOID = "s(u) = 1/(1+e^(-u))"


def verdicts(network: Any, text: str) -> list[tuple[str | None, str]]:
    return [(one.quantity, one.verdict) for one in derivegen.check(network, text).findings if one.equality is None]


@pytest.mark.parametrize(
    ("defined", "line", "verdict"),
    (
        (f"{SIGMOID}, d(u) = s(u)(1-s(u))", "dy/da = d(b*s(a*x)) * b * d(a*x) * x", "right"),
        (f"{SIGMOID}, d(u) = s(u)(1-s(u))", "dy/da = d(b*s(a*x)) * d(a*x) * x", "wrong"),
        (f"{SIGMOID}; s'(u) = s(u)(1-s(u))", "dy/da = s'(b*s(a*x)) * b * s'(a*x) * x", "right"),
        (SIGMOID, "dy/da = s'(b*s(a*x)) * b * s'(a*x) * x", "right"),
        (SIGMOID, "dy/da = s'(b*s(a*x)) * b * s(a*x) * x", "wrong"),
        ("s(u) = 1/(1+e^u)", "dy/da = s'(b*s(a*x)) * b * s'(a*x) * x", "wrong"),
        ("Let $\\phi(v) = \\frac{1}{1+e^{-v}}$.", "$\\frac{dy}{da} = \\phi'(b\\phi(ax)) b \\phi'(ax) x$", "right"),
    ),
)
def test_a_derivative_in_functions_of_ones_own(defined: str, line: str, verdict: str) -> None:
    assert verdicts(GRAPH, f"{defined}\n{line}\n") == [("dloss/da", verdict)]


def test_the_factor_that_is_missing_is_named() -> None:
    found = derivegen.check(GRAPH, f"{SIGMOID}\nd(u) = s(u)(1-s(u))\ndy/da = d(b*s(a*x)) * d(a*x) * x\n").findings
    assert any(one.reason == "factor-missing" and "b" in str(one.values["needed"]) for one in found)


def test_numbers_in_functions_of_ones_own() -> None:
    text = f"{SIGMOID}, d(u) = s(u)(1-s(u))\nh = s(z) = s(0.3) = 0.5744\ndL/dw1 = (y-t)*w2*d(z)*x = {{}}\n"
    assert verdicts("example:article-004", text.format("-0.0083"))[-1] == ("dloss/dw[1][1][1]", "right")
    assert verdicts("example:article-004", text.format("-0.0340"))[-1] == ("dloss/dw[1][1][1]", "wrong")


@pytest.mark.parametrize("line", ("h(x) = σ(w1*x + b1) = 0.5744", "f(z) = 0.5744", "L(y) = ½(y - t)^2 = 0.0259"))
def test_a_quantity_with_what_it_depends_on_in_brackets_is_no_definition(line: str) -> None:
    before = verdicts("example:article-004", line)
    assert before == verdicts("example:article-004", f"{SIGMOID}\n{line}")


def test_definitions_that_grow_are_given_up() -> None:
    grown = [f"{new}(u) = {old}({old}(u)) * {old}(u)" for old, new in zip("pqrs", "qrst", strict=True)]
    lines = ["p(u) = u*u + u", *grown]
    findings = derivegen.check(GRAPH, "\n".join([*lines, "y = t(t(t(x))) = 0.42"])).findings
    unread = [(each.place.line, each.values["name"]) for each in findings if each.verdict == "unread"]
    assert unread == [(3, "r"), (4, "s"), (5, "t"), (6, "t")]
