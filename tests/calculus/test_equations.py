"""A family's rule under index letters, as an equation of arrays, and as code to be read: three readings of the same links."""

from typing import Any

import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.code.formulas import FormulaCode
from derivegen.calculus.code.lines import bare
from derivegen.calculus.code.written import WrittenProducts
from derivegen.calculus.equations import Equations
from derivegen.formula.tree import Array, Hadamard, Indexed, Negative, Product, Sum, Transpose
from derivegen.network.file.load import load
from derivegen.network.graph import build


def derivation(rows: int, **last: Any) -> Derivation:
    """Two inputs, two units of tanh, two outputs; a threshold below, one bias for both outputs above, a weight missing."""
    layers = [
        {"units": 2, "activation": "tanh", "weights": [[1, 2], [3, 4]], "thresholds": [1, 2]},
        {"units": 2, "weights": [[1, 2], [3, 0]], "connections": [[1, 1], [1, 0]], "biases": 0.5, **last},
    ]
    data = {"inputs": [[1, 2]] * rows, "targets": [[0, 1]] * rows}
    return derive(build(load({"data": data, "layer": layers, "loss": {"name": "half_squared_error"}})))


def product(*factors: Any) -> Product:
    return Product(factors, dotted=False)


def test_a_rule_sums_over_the_letters_the_parent_leaves_open() -> None:
    chain = derivation(3)
    families = chain.graph.families
    came = Indexed("dloss/dz[2]", ("i", "r"))
    assert chain.rule(families["a[1]"]).body == product(came, Indexed("w[2]", ("i", "j")))  # type: ignore[attr-defined]
    assert chain.rule(families["w[2]"]).index.name == "r"  # type: ignore[attr-defined]


def test_rules_gathered_into_matrices() -> None:
    chain = derivation(1, activation="softmax")
    equations, (first, second) = Equations(chain), chain.graph.stack
    w, d1, d2 = Array("w[2]"), Array("delta[1]"), Array("delta[2]")
    assert equations.value(first.z) == Sum((product(Array("w[1]"), Array("x")), Negative(Array("theta[1]"))))
    back = product(Transpose(w), d2)
    found = equations.adjoint(first.z)
    assert isinstance(found, Hadamard) and found.factors[0] == back
    assert equations.adjoint(first.weights) == product(d1, Transpose(Array("x")))
    assert equations.adjoint(second.weights) == Hadamard((Array("mask[2]"), product(d2, Transpose(Array("a[1]")))))
    assert first.offset is not None and equations.adjoint(first.offset) == Negative(d1)
    jacobian = Transpose(Array("da[2]/dz[2]"))
    assert equations.adjoint(second.z) == product(jacobian, Array("dloss/da[2]"))


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (1, ["w1 @ x - theta1", "np.outer(dz1, x)", "w2.T @ dz2", "-dz1", "np.sum(dz2)"]),
        (3, ["x @ w1.T - theta1", "dz1.T @ x", "dz2 @ w2", "-np.sum(dz1, axis=0)", "np.sum(dz2)"]),
    ],
)
def test_rules_as_code_to_be_read(rows: int, wanted: list[str]) -> None:
    chain = derivation(rows)
    first, second = chain.graph.stack
    printer = FormulaCode(
        lambda name: name.removeprefix("dloss/").replace("[", "").replace("]", ""),
        WrittenProducts({"r": rows} if rows > 1 else {}),
    )
    assert first.z.formula is not None and first.offset is not None and second.offset is not None
    rules = map(chain.rule, (first.weights, first.a, first.offset, second.offset))
    assert [bare(printer.piece(tree).code) for tree in (first.z.formula, *rules)] == wanted
