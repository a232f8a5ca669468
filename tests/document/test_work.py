"""What a judge works out, it works out once, and where arrays do it, in arrays."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import derivegen
from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers import layer_numbers, recompute
from derivegen.calculus.numbers.evaluate import Numbers, Trace
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.calculus.numbers.over_links import over_links
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.verify import numbers as judged
from derivegen.document.verify.settings import Settings
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.rounding.assumptions import Assumptions, Claim
from derivegen.rounding.interval import printed


def net(units: int, inputs: Any, rows: Any = 1, **more: Any) -> dict[str, Any]:
    """A network of one hidden layer of so many units."""
    data = {"inputs": inputs, "targets": 1, "rows": rows} if isinstance(inputs, int) else {"inputs": inputs, **more}
    return {
        "data": data,
        "layer": [{"units": units, "activation": "relu"}, {"units": 1}],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.1},
    }


def trace(network: dict[str, Any]) -> Trace:
    graph = build(load(network))
    return Trace(graph, derive(graph), Rounding(4))


def test_a_large_network_without_numbers_is_judged_in_arrays() -> None:
    settings = iter(Settings(trace(net(400, 3, "N"))))
    first, second = next(settings), next(settings)
    assert isinstance(first, LayerNumbers) and isinstance(second, LayerNumbers)
    assert first["w[1][1][1]"] != second["w[1][1][1]"]
    name = "w[2][1][7]"
    slope = sum(first[f"dloss/dz[2][1]@{row}"] * first[f"a[1][7]@{row}"] for row in (1, 2, 3))
    assert first[f"{name}'"] == pytest.approx(first[name] - first["rate"] * slope)


def test_arrays_are_compiled_once_for_all_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    made, make = [0], layer_numbers.array_function

    def counted(*how: Any) -> Any:
        made[0] += 1
        return make(*how)

    monkeypatch.setattr(layer_numbers, "array_function", counted)
    settings = iter(Settings(trace(net(400, 3, "N"))))
    assert len({next(settings)["loss"] for _ in range(4)}) == 4
    assert made[0] == 1


def test_a_slope_over_several_links_looks_at_what_hangs_on_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = Numbers(derive(build(load(_numeric(6, 40)))))
    looked, local = [0], Derivation.local

    def counted(self: Derivation, child: str, parent: str) -> Any:
        looked[0] += 1
        return local(self, child, parent)

    monkeypatch.setattr(Derivation, "local", counted)
    found = over_links(numbers, "a[2][1]", "w[1][3][5]")
    assert found == numbers["w[2][1][3]"] * (numbers["a[1][3]"] > 0) * numbers["x[5]"]
    assert looked[0] == 4


def _numeric(units: int, inputs: int) -> dict[str, Any]:
    found = net(units, [[Fraction(k % 7 - 3, 4) for k in range(inputs)]], targets=[[1.0]])
    found["layer"][0] |= {"weights": {"seed": 1}}
    found["layer"][1] |= {"weights": {"seed": 1}}
    found["data"]["inputs"] = [[float(x) for x in row] for row in found["data"]["inputs"]]
    return found


def test_the_largest_number_of_an_update_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, largest = [0], judged.largest

    def counted(members: Any) -> float:
        looked[0] += 1
        return largest(members)

    monkeypatch.setattr(judged, "largest", counted)
    network = _numeric(3, 700)
    network["training"]["steps"] = 2
    derivegen.solve(network).text("text")
    assert looked[0] == 3  # as given, and after each update


def test_a_gradient_whose_square_is_no_double_has_a_length() -> None:
    network = {
        "data": {"inputs": [[2]], "targets": [[1]]},
        "layer": [
            {"units": 2, "activation": "relu", "weights": [[0.5], [10**40]], "biases": [-1, 0.1]},
            {"units": 1, "weights": [[0.8, -0.5]], "biases": [0.2]},
        ],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.1, "steps": 2},
    }
    solution = derivegen.solve(network)
    assert " 1.565·10¹⁹⁹\n" in solution.text("text")
    # w2 ≈ 2e79, so that the output is 4e119, and dloss/dw1 = 4e119 · 2e79 · 2
    assert solution.trace.number("norm#1") == pytest.approx(1.6e199, rel=0.05)


def test_another_quantity_is_looked_for_among_those_that_can_have_the_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    own = trace(_numeric(6, 40))
    w = own.number("w[1][2][3]")
    claim = Claim("w[1][1][1]", Decimal(f"{w:.6f}"))
    asked, of = [0], Claim.of

    def counted(self: Claim, *how: Any) -> Any:
        asked[0] += 1
        return of(self, *how)

    monkeypatch.setattr(Claim, "of", counted)
    found = Assumptions(own, (claim,))._other(claim)
    assert found is not None and found.other == "w[1][2][3]"
    assert asked[0] <= 3


@pytest.mark.parametrize("text", ["1.2345", "-0.5", "7", "1.20e5", "-3.1e-7", "4e-400"])
def test_a_printed_number_stands_for_half_a_unit_to_either_side(text: str) -> None:
    digits, _, power = text.partition("e")
    half = Fraction(10) ** (int(power or 0) - len(digits.partition(".")[2])) / 2
    cell = printed(text)
    assert (cell.low, cell.high) == (float(Fraction(text) - half), float(Fraction(text) + half))


def test_what_rounds_on_the_way_to_one_number_works_out_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    own = trace(_numeric(3, 8))
    kept, unit = [0], Rounding(2)

    def keep(number: float) -> float:
        kept[0] += 1
        return float(unit.text(number))

    chain = own.derivation
    rounded = Numbers(chain, keep=keep)
    for name in ("z[1][2]", "loss", "dloss/dw[1][1][1]"):
        operands = dict((*rounded.forward(), *rounded.backward()))
        operands.pop(name)
        kept[0] = 0
        assert recompute._last_exact(chain, name, {}, keep) == float(Numbers(chain, overrides=operands)[name])
        assert kept[0] < len(operands) / 4


def test_a_family_is_updated_whole_where_another_is_frozen() -> None:
    network = _numeric(3, 700)
    network["training"]["trained"] = ["w"]
    numbers = LayerNumbers(derive(build(load(network))))
    updated = numbers.array("w[1]'")
    assert updated.shape == (3, 700) and updated[1, 4] == pytest.approx(numbers["w[1][2][5]'"])
    assert numbers.array("b[1]'") is None
