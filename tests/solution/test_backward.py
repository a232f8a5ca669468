"""The worked derivatives: chains that grow, gates, assumptions, several examples, and what is not repeated."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.document.blocks import Derivation, Note, Paragraph, Row
from derivegen.document.blocks import derivations as all_derivations
from derivegen.document.inscribe import written
from derivegen.errors import InputError
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Cases, Formula, Quantity, Value, walk


def network(*widths: int, activation: str = "sigmoid", **more: Any) -> dict[str, Any]:
    """A network file of these widths, its last layer linear."""
    layers = [{"units": width, "activation": activation} for width in widths[1:-1]]
    return {
        "data": {"inputs": widths[0]},
        "layer": [*layers, {"units": widths[-1]}],
        "loss": {"name": "half_squared_error"},
        **more,
    }


RELU = {
    "data": {"inputs": [[1, 2]], "targets": [[1]]},
    "layer": [
        {
            "units": 3,
            "activation": "relu",
            "weights": [[0.5, 0.3], [-0.4, -0.2], [0.2, 0.1]],
            "biases": [0.1, 0.1, -0.2],
        },
        {"units": 2, "activation": "sigmoid", "weights": [[0.5, 0.3, 0.2], [0.2, -0.4, -0.3]]},
        {"units": 1, "weights": [[0.7, -0.3]]},
    ],
    "loss": {"name": "half_squared_error"},
}


def statements(solution: derivegen.Solution, name: str) -> list[list[Row]]:
    """The derivations whose left side is that quantity."""
    found = (d.rows for d in all_derivations(solution.document.blocks) if d.rows[0].left == Quantity(name))
    return [list(rows) for rows in found]


def texts(solution: derivegen.Solution, kind: type) -> str:
    """All paragraphs (notes) as one text."""
    runs = [run for block in solution.document.blocks if isinstance(block, kind) for run in block.text]
    return "".join(run if isinstance(run, str) else shown(solution, run) for run in runs)


def shown(solution: derivegen.Solution, tree: Formula) -> str:
    """A formula as it is written."""
    return plain(written(tree, solution.notation, solution.trace))


def test_a_chain_grows_one_link_a_line() -> None:
    solution = derivegen.solve(network(2, 1, 1, 1), wrt=["w[1][1][1]"], detail="full")
    rows = statements(solution, "dloss/dw[1][1][1]")[0]
    counts = [sum(isinstance(part, Quantity) for part in walk(row.right)) for row in rows]
    assert counts == [2, 3, 4, 5, 6]
    assert rows[0].right != rows[1].right


def test_only_the_first_chain_of_a_length_grows() -> None:
    solution = derivegen.solve(network(2, 1, 1), wrt=["w[1][1][1]", "w[1][1][2]"], detail="full")
    assert len(statements(solution, "dloss/dw[1][1][1]")[0]) > len(statements(solution, "dloss/dw[1][1][2]")[0])


def test_with_several_routes_the_chain_is_opened_up_to_the_sum() -> None:
    solution = derivegen.solve(network(3, 3, 3, 2), wrt=["w[1][1][1]"], detail="full")
    rows = statements(solution, "dloss/dw[1][1][1]")[0]
    names = [part.name for part in walk(rows[-1].right) if isinstance(part, Quantity)]
    assert len(rows) == 3
    assert [name for name in names if name.startswith("dloss")] == [f"dloss/dz[2][{j}]" for j in (1, 2, 3)]


def test_units_after_the_first_are_not_explained_again() -> None:
    wide = network(26, 3, 3, 2)
    short, full = (derivegen.solve(wide, wrt=["w[1][1][1]"], detail=detail) for detail in ("standard", "full"))
    first, second = (statements(short, f"dloss/da[2][{j}]")[0] for j in (1, 2))
    assert len(first) == len(second) + 1
    assert len(statements(full, "dloss/da[2][2]")[0]) == len(first)


def test_of_many_softmax_outputs_the_first_shows_what_cancels() -> None:
    raw = network(2, 3, 5)
    raw["layer"][-1]["activation"] = "softmax"
    raw["loss"] = {"name": "cross_entropy"}
    for detail, short in (("standard", 4), ("full", 0)):
        text = derivegen.solve(raw, wrt="w[1][1][1]" if short else None, detail=detail).text("md")
        assert text.count("it cancels as for") == short
        assert text.count("each product the output cancels") == (1 if short else 5)


def test_a_derivative_over_several_links_is_a_difference_quotient() -> None:
    chain = derivegen.solve(RELU).derivation
    numbers, h = Numbers(chain), 1e-6
    for of, by in (
        ("a[2][1]", "w[1][1][2]"),
        ("a[3][1]", "w[1][3][1]"),
        ("z[2][2]", "x[2]"),
        ("a[2][1]", "w[1][2][2]"),
    ):
        up, down = (Numbers(chain, overrides={by: numbers[by] + d}) for d in (h, -h))
        assert numbers[f"d{of}/d{by}"] == pytest.approx((up[of] - down[of]) / (2 * h), abs=1e-8)


def test_the_document_says_which_units_are_on_and_what_that_does() -> None:
    solution = derivegen.solve(RELU, wrt=["w[1][2][1]"])
    assert "a⁽¹⁾₂ is off and a⁽¹⁾₁ and a⁽¹⁾₃ are on" in texts(solution, Note)
    assert "The gate is shut" in texts(solution, Paragraph)
    assert statements(solution, "dloss/dw[1][2][1]")[-1][-1].right == Value("dloss/dw[1][2][1]")


def test_a_shut_gate_on_the_only_route_is_pointed_out() -> None:
    shut = {**RELU, "layer": [RELU["layer"][0], {"units": 1, "weights": [[1, 1, 1]]}]}  # type: ignore[index]
    assert "The gate is shut" in texts(derivegen.solve(shut, wrt=["w[1][2][1]"]), Paragraph)
    assert "The gate is shut" not in texts(derivegen.solve(shut, wrt=["w[1][1][1]"]), Paragraph)


def test_no_cases_stand_inside_a_product() -> None:
    for assume in (None, ["z[1][1] > 0"]):
        solution = derivegen.solve(network(2, 2, 1, activation="relu"), assume=assume)
        for derivation in all_derivations(solution.document.blocks):
            for row in derivation.rows:
                assert not any(isinstance(part, Cases) for part in list(walk(row.right))[1:])


@pytest.mark.parametrize(("sign", "slope"), [(">", "1"), ("<", "0")])
def test_an_assumption_settles_the_gate_and_is_named(sign: str, slope: str) -> None:
    solution = derivegen.solve(network(2, 2, 1, activation="relu"), assume=[f"z[1][1] {sign} 0"], wrt=["w[1][1][1]"])
    rows = statements(solution, "da[1][1]/dz[1][1]")[0]
    assert shown(solution, rows[-1].right) == slope
    assert any(isinstance(run, Formula) and f"{sign} 0" in shown(solution, run) for run in rows[-1].reason)


@pytest.mark.parametrize("assume", [["z[1][1] > 0", "z[1][1] < 0"], ["z[1][1] > 0", "a[1][1] < 0"]])
def test_assumptions_that_contradict_each_other_are_refused(assume: list[str]) -> None:
    solution = derivegen.solve(network(2, 2, 1, activation="relu"), assume=assume)
    with pytest.raises(InputError, match=r"document\.assume"):
        solution.text("md")


def test_an_assumption_against_the_numbers_is_refused() -> None:
    with pytest.raises(InputError, match=r"z\[1\]\[2\] > 0 does not hold"):
        derivegen.solve(RELU, assume=["z[1][2] > 0"])


def test_a_symbolic_number_of_rows_begins_and_ends_with_the_sum() -> None:
    file = network(2, 2, 1, activation="relu")
    file["data"]["rows"] = "N"
    solution = derivegen.solve(file, wrt=["w[2][1][1]"])
    first, *_, last = statements(solution, "dloss/dw[2][1][1]")
    assert shown(solution, first[0].right) == "Σ_{r=1…N} ∂L_r/∂w⁽²⁾₁₁"
    assert shown(solution, last[-1].right).startswith("Σ_{r=1…N} (a⁽²⁾")


def test_without_numbers_every_parameter_has_its_formula() -> None:
    solution = derivegen.solve(network(3, 3, 2))
    lefts = {row.left for d in all_derivations(solution.document.blocks) for row in d.rows if isinstance(d, Derivation)}
    assert {Quantity(f"dloss/d{name}") for name in solution.graph.parameters} <= lefts


@pytest.mark.parametrize("loss", ["absolute_error", "abstract", "huber", "half_squared_error"])
@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("rows", [1, 2])
def test_every_line_holds_with_several_outputs_and_examples(loss: str, outputs: int, rows: int) -> None:
    weights = [[0.5, -0.6], [0.2, 0.7]]
    net = {
        "data": {
            "inputs": [[0.5, -1], [0.2, 0.4]][:rows],
            "targets": [row[:outputs] for row in ([0.3, 0.9], [0.1, -0.5])][:rows],
        },
        "layer": [
            {"units": 2, "activation": "tanh", "weights": [[0.3, 0.2], [-0.4, 0.1]]},
            {"units": outputs, "weights": weights[:outputs]},
        ],
        "loss": {"name": loss},
    }
    assert derivegen.solve(net).lines > 20
