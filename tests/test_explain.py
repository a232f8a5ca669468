"""One derivative explained: the chain the worked solution has and nothing else, by whatever name people give the quantity."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

import derivegen
from derivegen.cli import main


@pytest.mark.parametrize(
    "name", ["w1", "w_1", "w_{1}", "dL/dw1", "∂L/∂w_1", "w[1][1][1]", "w.1.1.1", "dloss/dw[1][1][1]"]
)
def test_a_quantity_has_the_names_people_type(name: str) -> None:
    solution = derivegen.explain("example:article-004", name)
    assert solution.explained == "w[1][1][1]"


def test_the_chain_is_that_of_the_solution_and_nothing_else_is_shown() -> None:
    said = CliRunner().invoke(main, ["explain", "example:article-004", "w1"])
    assert said.exit_code == 0, said.output
    assert "∂L/∂w₁ ≈ −0.0683 · 0.2445 · 0.5 ≈ −0.0083" in said.output
    assert "∂L/∂w₁ = ∂L/∂h · ∂h/∂z · ∂z/∂w₁" in said.output
    assert not [word for word in ("Forward pass", "b₁", "gradient descent", "What is given") if word in said.output]


def headings(*options: str) -> list[str]:
    """What the headings begin with, in a page of explain."""
    said = CliRunner().invoke(main, ["explain", "example:article-004", "w1", *options])
    assert said.exit_code == 0, said.output
    return re.findall(r"^(?:<summary>)?(#+|\\\w*(?:section|chapter|paragraph)|<h\d)(?=[ {>])", said.output, re.M)


@pytest.mark.parametrize(
    ("form", "depth", "found"),
    [
        ("latex", (), [r"\section", r"\subsection"]),
        ("latex", ("--deeper", "1"), [r"\subsection", r"\subsubsection"]),
        ("latex", ("--deeper", "-1"), [r"\chapter", r"\section"]),
        ("latex", ("--deeper", "3"), [r"\paragraph", r"\subparagraph"]),
        ("md", ("--deeper", "1"), ["###", "####"]),
        ("md-pandoc", ("--deeper", "-1"), ["#", "##"]),
        ("html-plain", ("--deeper", "2"), ["<h4", "<h5"]),
    ],
)
def test_the_headings_of_a_body_stand_as_deep_as_is_wanted(form: str, depth: tuple[str, ...], found: list[str]) -> None:
    assert headings("--to", form, "--body", *depth) == found


def test_a_page_of_its_own_has_its_own_headings() -> None:
    assert headings("--to", "md", "--deeper", "1") == ["#", "##", "###"]
    said = CliRunner().invoke(main, ["explain", "example:article-004", "w1", "--deeper", "4"])
    assert said.exit_code != 0 and "deeper: found 4" in said.output


def test_of_a_graph_what_a_quantity_acts_through_comes_first() -> None:
    text = derivegen.explain("example:graph-product", "x").text("text")
    assert text.index("∂f/∂q = z") < text.index("∂f/∂x = ∂f/∂q · ∂q/∂x")
    assert "∂f/∂y" not in text and "∂f/∂z" not in text


def test_with_index_letters_a_shared_parameter_has_its_uses_and_others_their_lines() -> None:
    text = derivegen.explain("example:rnn", "U[1,2]").text("text")
    assert "One use in full: U₁₂ at t = 3" in text and "U₁₂ is one number, used 3 times" in text
    for name in ("c", "V[1]", "h[2,1]", "x[2]", "z[1,1]", "W_1"):
        solution = derivegen.explain("example:rnn", name)
        target = solution.derivation.name_of(solution.explained)
        assert solution.trace.text(target).lstrip("-") in solution.text("text"), name


def test_what_names_several_quantities_is_asked_back() -> None:
    with pytest.raises(derivegen.InputError, match=r'"w_12" may be w\[1\]\[1\]\[2\] or w\[2\]\[1\]\[2\]; write which'):
        derivegen.explain("example:xor", "w_12")
    with pytest.raises(derivegen.InputError, match=r'^example:xor: found "nothing"'):
        derivegen.explain("example:xor", "nothing")


def test_solutions_take_such_names_too() -> None:
    solution = derivegen.solve("example:article-004", wrt="w1, dL/dw2", detail="brief")
    assert solution.network.options.wrt == ("w[1][1][1]", "w[2][1][1]")
    assert solution.named("dL/dw2") in ("dloss/dw[2][1][1]", "w[2][1][1]")
    assert str(solution.expr("w2")) == str(solution.expr("w[2][1][1]"))


@pytest.mark.parametrize("name", ["h[1][1][1]", "c[1][1][1]", "x[2][1]"])
def test_with_index_letters_nothing_is_used_before_it_was_found(name: str) -> None:
    net = {
        "data": {"inputs": [[[0.5], [1], [-0.5]]], "targets": [[0.2]]},
        "layer": [
            {"kind": "lstm", "units": 1, "weights": {"seed": 1}, "biases": {"seed": 2}},
            {"kind": "last"},
            {"units": 1, "weights": [[0.4]]},
        ],
        "loss": {"name": "half_squared_error"},
    }
    text = derivegen.explain(net, name).text("text")
    found: set[str] = set()
    for line in re.findall(r"^  (∂L/∂.*)$", text, re.M):
        left, _, right = line.partition(" = ")
        assert set(re.findall(r"∂L/∂[^\s·]+", right)) <= found, line
        found.add(left)
    assert len(found) > 10 and "acts through" in text and "slope of the loss" in text
