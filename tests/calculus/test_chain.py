"""Steps, their factors and order; routes and how many; shared biases, rows, updates."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.steps import Factor
from derivegen.errors import InputError
from derivegen.formula.symbolic import symbol
from derivegen.network.file.load import load
from derivegen.network.graph import build


def derivation(
    *layers: dict[str, Any], loss: Any = "half_squared_error", inputs: Any = 2, **changes: Any
) -> Derivation:
    file = {
        "data": {"inputs": inputs},
        "layer": list(layers),
        "loss": {"name": loss} if isinstance(loss, str) else loss,
    }
    return derive(build(load(file | changes)))


def example(name: str) -> Derivation:
    return derive(build(load(f"example:{name}")))


def factors(found: tuple[Factor, ...]) -> list[tuple[str, str]]:
    return [(factor.role, factor.name) for factor in found]


def expression(text: str, **names: str) -> Any:
    """A sympy expression in short letters, each standing for a quantity's symbol."""
    return sympy.sympify(text, locals={short: symbol(name) for short, name in names.items()})


# ------------------------------------------------------------------------------------------------------------- one step


def test_steps_of_the_smallest_network() -> None:
    d = example("article-004")
    found = {
        name: [factors(term.factors) for term in d[f"dloss/d{name}"].terms]
        for name in ("a[2][1]", "z[2][1]", "w[2][1][1]")
    }
    assert found == {
        "a[2][1]": [[("loss slope", "dloss/da[2][1]")]],
        "z[2][1]": [[("upstream", "dloss/da[2][1]"), ("slope", "da[2][1]/dz[2][1]")]],
        "w[2][1][1]": [[("upstream", "dloss/dz[2][1]"), ("input", "dz[2][1]/dw[2][1][1]")]],
    }
    assert factors(d["dloss/da[1][1]"].terms[0].factors) == [
        ("upstream", "dloss/dz[2][1]"),
        ("weight", "dz[2][1]/da[1][1]"),
    ]
    assert factors(d["dloss/db[1][1]"].terms[0].factors) == [
        ("upstream", "dloss/dz[1][1]"),
        ("bias", "dz[1][1]/db[1][1]"),
    ]


def test_expressions_of_steps() -> None:
    d = example("article-004")
    letters = {
        "g": "dloss/da[1][1]",
        "a": "a[1][1]",
        "d": "dloss/dz[2][1]",
        "w": "w[2][1][1]",
        "o": "a[2][1]",
        "t": "t[1]",
    }
    assert d["dloss/dz[1][1]"].expr == expression("g*a*(1 - a)", **letters)
    assert d["dloss/da[1][1]"].expr == expression("d*w", **letters)
    assert d["dloss/dw[2][1][1]"].expr == expression("d*a", **letters)
    assert d["dloss/db[2][1]"].expr == expression("d", **letters)
    assert d["dloss/da[2][1]"].expr == expression("o - t", **letters)
    assert d["w[1][1][1]'"].expr == symbol("w[1][1][1]") - symbol("rate") * symbol("dloss/dw[1][1][1]")
    assert d["Dw[1][1][1]"].expr == -symbol("rate") * symbol("dloss/dw[1][1][1]")


def test_fold_and_a_sum_over_the_units_a_unit_feeds() -> None:
    d = derivation({"units": 2, "activation": "sigmoid"}, {"units": 3})
    step = d["dloss/da[1][2]"]
    assert (step.fold, d["dloss/dz[1][2]"].fold) == ("sum", "product")
    assert [term.factors[0].name for term in step.terms] == [f"dloss/dz[2][{i}]" for i in (1, 2, 3)]
    assert step.expr == sum(symbol(f"dloss/dz[2][{i}]") * symbol(f"w[2][{i}][2]") for i in (1, 2, 3))


def test_gates_thresholds_and_shares_have_roles_of_their_own() -> None:
    d = derivation(
        {"units": 1, "activation": "relu", "thresholds": "symbolic"}, {"units": 2}, loss="mean_squared_error"
    )
    assert d["dloss/dz[1][1]"].terms[0].factors[-1].role == "gate"
    assert factors(d["dloss/dtheta[1][1]"].terms[0].factors)[-1] == ("bias", "dz[1][1]/dtheta[1][1]")
    assert d["dloss/dtheta[1][1]"].expr == -symbol("dloss/dz[1][1]")
    assert [role for role, _ in factors(d["dloss/da[2][1]"].terms[0].factors)] == ["share", "loss slope"]
    assert d["dloss/da[2][1]"].expr == sympy.Rational(1, 2) * 2 * (symbol("a[2][1]") - symbol("t[1]"))


def test_a_masked_weight_has_no_step_and_no_term() -> None:
    d = derivation({"units": 2, "connections": [[1, 0], [1, 1]]}, {"units": 1})
    assert len(d["dloss/dx[2]"].terms) == 1
    assert len(d["dloss/dx[1]"].terms) == 2
    with pytest.raises(InputError, match=r"w\[1\]\[1\]\[2\]"):
        d["dloss/dw[1][1][2]"]
    assert "dloss/dw[1][1][2]" not in list(d.targets())


def test_softmax_has_an_own_term_and_cross_terms() -> None:
    d = derivation({"units": 3, "activation": "softmax"}, loss="cross_entropy")
    step = d["dloss/dz[1][2]"]
    assert {term.factors[-1].name for term in step.terms} == {f"da[1][{j}]/dz[1][2]" for j in (1, 2, 3)}
    own, other = symbol("a[1][2]"), symbol("a[1][1]")
    found = {term.factors[-1].name: term.factors[-1].expr for term in step.terms}
    assert found["da[1][2]/dz[1][2]"] == own * (1 - own)
    assert found["da[1][1]/dz[1][2]"] == -own * other


def test_a_shared_bias_sums_over_its_units() -> None:
    d = derivation({"units": 3, "biases": "shared"}, {"units": 1})
    step = d["dloss/db[1]"]
    assert step.fold == "sum"
    assert step.expr == sum(symbol(f"dloss/dz[1][{j}]") for j in (1, 2, 3))


def test_rows_add_up_and_a_mean_has_its_share() -> None:
    layers = [{"units": 1, "activation": "sigmoid"}]
    d = derivation(*layers, loss="binary_cross_entropy", data={"inputs": [[1, 2], [3, 4]], "targets": [[0], [1]]})
    step = d["dloss/dw[1][1][2]"]
    assert [factors(term.factors) for term in step.terms] == [
        [("upstream", f"dloss/dz[1][1]@{r}"), ("input", f"dz[1][1]@{r}/dw[1][1][2]")] for r in (1, 2)
    ]
    top = d["dloss/da[1][1]@2"].terms[0].factors
    assert factors(top) == [("share", "share[1]"), ("loss slope", "dloss@2/da[1][1]@2")]
    assert top[0].expr == sympy.Rational(1, 2)


def test_the_loss_of_one_row_alone() -> None:
    d = derive(build(load("example:softmax-2-3-2")))
    numbers, own = Numbers(d), Derivation(d.graph, 2)
    assert [term.factors[0].name for term in own["dloss@2/dw[1][1][1]"].terms] == ["dloss@2/dz[1][1]"]
    rows = [numbers[f"dloss@{r}/dw[1][2][1]"] for r in (1, 2, 3)]
    assert sum(rows) / 3 == pytest.approx(numbers["dloss/dw[1][2][1]"], rel=1e-14)
    assert numbers["delta[2][1]@1"] == pytest.approx(numbers["a[2][1]@1"] - numbers["t[1]@1"], rel=1e-14)
    assert numbers["dloss/dz[2][1]@1"] == pytest.approx(numbers["delta[2][1]@1"] / 3, rel=1e-14)


def test_a_symbolic_number_of_rows_keeps_its_sum() -> None:
    d = derivation({"units": 1}, loss="squared_error", data={"inputs": 2, "rows": "N"})
    (term,) = d["dloss/dw[1][1][2]"].terms
    assert d["dloss/dw[1][1][2]"].fold == "sum"
    assert [(each.letter, str(each.high)) for each in term.bound] == [("r", "N")]
    assert factors(term.factors)[-1] == ("input", "dz[1][1]@r/dw[1][1][2]")


def test_abstract_functions_keep_their_names() -> None:
    d = derivation({"units": 1, "activation": "abstract"}, loss="abstract")
    slope = d["dloss/dz[1][1]"].terms[0].factors[-1]
    assert slope.expr == sympy.Function("f_prime", real=True)(symbol("z[1][1]"))
    assert d["dloss/da[1][1]"].expr == symbol("dloss/da[1][1]")


def test_names_that_are_no_derivative() -> None:
    d = example("article-004")
    for name in ("dloss/dw[3][1][1]", "w[1][1][1]", "dq/dx", "nonsense", "dloss/dt2", "loss'", "q'", "Dx[1]", "x[1]'"):
        with pytest.raises(InputError):
            d[name]


# ------------------------------------------------------------------------------------------------------- order and routes


def test_steps_come_from_the_root_backwards() -> None:
    d = example("article-000")
    names = list(d.targets())
    assert [step.target for step in d.steps()] == names
    assert names[0] == "dloss/da[2][1]"
    seen = {"dloss/dloss"}
    for step in d.steps():
        assert {f.name for term in step.terms for f in term.factors if f.role == "upstream"} <= seen
        seen.add(step.target)
    assert len(names) == 2 * 5 + 21 + 3


def test_steps_by_name_are_the_steps_in_order() -> None:
    d = example("softmax-2-3-2")
    for step in d.steps():
        assert d[step.target] == step


def test_routes_multiply() -> None:
    d = derivation(*[{"units": 8} for _ in range(4)], {"units": 8}, inputs=8)
    assert d.routes_total("dloss/dw[2][1][1]") == 8**3
    assert d.routes_total("dloss/dw[1][3][5]") == 8**4
    eight = derivation(*[{"units": 8} for _ in range(4)], inputs=8)
    assert eight.routes_total("dloss/dw[1][1][1]") == 512
    assert eight.routes_total("dloss/dx[1]") == 4096
    assert len(eight.routes("dloss/dw[1][1][1]")) == 64
    assert len(set(eight.routes("dloss/dw[1][1][1]", 1000))) == 512


def test_a_route_goes_node_to_node_from_the_loss() -> None:
    d = example("article-004")
    (route,) = d.routes("dloss/dw[1][1][1]")
    assert factors(route) == [
        ("loss slope", "dloss/da[2][1]"),
        ("slope", "da[2][1]/dz[2][1]"),
        ("weight", "dz[2][1]/da[1][1]"),
        ("slope", "da[1][1]/dz[1][1]"),
        ("input", "dz[1][1]/dw[1][1][1]"),
    ]


@pytest.mark.parametrize("name", ["article-000", "article-004", "softmax-2-3-2", "graph-shared", "xor"])
def test_routes_add_up_to_the_derivative(name: str) -> None:
    d = example(name)
    numbers = Numbers(d)
    for target, number in numbers.backward():
        routes = d.routes(target, 10_000)
        assert len(routes) == d.routes_total(target)
        whole = 0.0
        for route in routes:
            part = 1.0
            for factor in route:
                part *= float(factor.expr.subs({s: numbers[s.name] for s in factor.expr.free_symbols}))
            whole += part
        assert whole == pytest.approx(number, rel=1e-12, abs=1e-15)


def test_a_shared_quantity_of_a_graph_has_two_routes() -> None:
    d = example("graph-shared")
    assert d.root == "e"
    assert d.routes_total("de/db") == 2
    assert [[f.name for f in route] for route in d.routes("de/db")] == [["dloss/dd", "dd/db"], ["dloss/dc", "dc/db"]]


def test_a_node_that_does_not_reach_the_output_has_derivative_zero() -> None:
    spec = {"inputs": {"x": 2, "y": 3}, "nodes": [["p", "x + y"], ["q", "p * y"], ["r", "x^2"]], "output": "r"}
    d = derive(build(load({"graph": spec})))
    assert d["dr/dy"].terms == ()
    assert Numbers(d)["dr/dy"] == 0
    assert d.routes_total("dr/dy") == 0


def test_gates_make_one_node_an_operation() -> None:
    spec = {"inputs": {"x": 2, "y": 3}, "nodes": [["f", "(x + y) * exp(x) - y"]], "output": "f", "gates": True}
    d = derive(build(load({"graph": spec})))
    assert sum(family.kind == "node" for family in d.graph.families.values()) == 4
    assert d.routes_total("df/dx") == 2
    assert float(Numbers(d)["df/dx"]) == pytest.approx(float(sympy.exp(2) * 6), rel=1e-14)


def test_local_derivatives() -> None:
    d = example("article-000")
    found = d.local("z[2][1]", "a[1][3]")
    assert found is not None and (found.role, found.expr) == ("weight", symbol("w[2][1][3]"))
    assert d.local("z[2][1]", "x[1]") is None
    assert d.local("z[2][1]", "nothing") is None
