"""A solution beside a model of another library: what agrees, what differs, and why. What PyTorch computed stands in `beside.json`, as
`tests/thorough/record_models.py` recorded it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.errors import InputError
from tests.interop.test_models import Tensor, torch_module
from tests.solved import solved

BESIDE = json.loads((Path(__file__).parent / "beside.json").read_text())


class Parameter(Tensor):
    """A tensor that keeps its derivative, and makes others of its kind."""

    grad: Any = None

    def new_tensor(self, numbers: Any) -> Tensor:
        return Tensor(numbers)

    def detach(self) -> Parameter:
        return self


class Model:
    """A module of PyTorch as far as it is looked at: its numbers under dotted names, its derivatives, and what it gave."""

    def __init__(self, described: dict[str, Any], gradients: dict[str, Any] | None = None, output: Any = None) -> None:
        self._described, self._output = described, output
        self._held = dict(self._parameters(described, ""))
        for name, each in (gradients or {}).items():
            self._held[name].grad = Tensor(each)

    def _parameters(self, described: dict[str, Any], path: str) -> Iterator[tuple[str, Parameter]]:
        own = {key: each for key, each in described["arrays"].items() if not key.startswith(("running", "num_batches"))}
        yield from ((path + key, Parameter(each)) for key, each in own.items() if each is not None)
        for key, child in described["children"]:
            yield from self._parameters(child, f"{path}{key}.")

    def __deepcopy__(self, memo: Any) -> Model:
        return type(self)(self._described, None, self._output)

    def __call__(self, rows: Any) -> Any:
        return Tensor(self._output)

    def _itself(self) -> Model:
        return self

    double = cpu = eval = _itself

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        return iter(self._held.items())

    def parameters(self) -> Iterator[Parameter]:
        return iter(self._held.values())

    def state_dict(self) -> dict[str, Parameter]:
        return self._held

    def named_children(self) -> Iterator[tuple[str, Any]]:
        return iter(torch_module(_with(self._described, "", self._held)).named_children())

    def __getattr__(self, name: str) -> Any:
        if name in self._held:
            return self._held[name]
        if name in self._described["attributes"]:
            return self._described["attributes"][name]
        raise AttributeError(name)


def _with(described: dict[str, Any], path: str, held: dict[str, Parameter]) -> dict[str, Any]:
    own = described["arrays"].items()
    arrays = {key: held[path + key].numbers if path + key in held else each for key, each in own}
    children = [[key, _with(child, f"{path}{key}.", held)] for key, child in described["children"]]
    return {**described, "arrays": arrays, "children": children}


def model_of(name: str, **changed: Any) -> Any:
    """The stand-in, of the class and the module that PyTorch has."""
    recorded = {**BESIDE[name], **changed}
    described = recorded["described"]
    made = type(described["class"], (Model,), {"__module__": described["module"]})
    return made(described, recorded["gradients"], recorded["output"])


def beside(name: str, loss: dict[str, Any], **changed: Any) -> Any:
    recorded = BESIDE[name]
    given = {"inputs": recorded["inputs"], "targets": recorded["targets"]}
    return derivegen.solve(derivegen.load(model_of(name), **given, loss=loss)).check_against(model_of(name, **changed))


def keys(row: Any) -> list[str]:
    return [each.key for each in row.why]


def test_everything_agrees_where_the_loss_is_the_same() -> None:
    found = beside("mse", {"name": "mean_squared_error", "reduction": "mean"})
    assert found.agrees, found
    assert [row.what for row in found.rows] == ["value"] * 4 + ["output"] + ["derivative"] * 4
    assert found.rows[-1].theirs == "2.bias.grad"


def test_mean_against_sum_and_a_half() -> None:
    """PyTorch's MSELoss is the mean over the rows without ½; ours here adds up halves: a third of twice."""
    found = beside("mse", {"name": "half_squared_error", "reduction": "sum"})
    assert [row.ours for row in found.differing] == ["dloss/dw[1]", "dloss/db[1]", "dloss/dw[2]", "dloss/db[2]"]
    for row in found.differing:
        (why,) = row.why
        assert [each.key for each in dict(why.said)["reasons"]] == ["no-half", "rows-mean"]
    first, second = repr(found).splitlines()[6:8]
    assert "no ½ there, and 1/3 of what is here; it takes the mean over the 3 rows" in first
    assert second.endswith("differs in the same way")


def test_a_loss_that_takes_the_activation_itself() -> None:
    recorded = BESIDE["logits"]
    softmax = ["3", _plain("Softmax", "activation", {"dim": -1})]
    described = {**recorded["described"], "children": [*recorded["described"]["children"], softmax]}
    given = {"inputs": recorded["inputs"], "targets": recorded["targets"]}
    loss = {"name": "cross_entropy", "reduction": "mean"}
    ours = derivegen.solve(derivegen.load(model_of("logits", described=described), **given, loss=loss))
    found = ours.check_against(model_of("logits"))
    assert [(row.what, *keys(row)) for row in found.differing] == [("activation", "activation"), ("output", "logits")]
    assert all(row.agrees for row in found.rows if row.what == "derivative")


def _plain(name: str, home: str, attributes: dict[str, Any]) -> dict[str, Any]:
    described = {"class": name, "module": f"torch.nn.modules.{home}", "attributes": attributes}
    return {**described, "arrays": {}, "children": []}


def test_gates_in_one_array_and_doubled_biases_are_found() -> None:
    found = beside("gru", {"name": "half_squared_error", "reduction": "sum"})
    assert found.agrees, found
    rows = {row.ours: row for row in found.rows}
    assert keys(rows["bz[1]"]) == ["doubled", "stacked"]
    assert rows["bz[1]"].theirs == "bias_ih_l0 + bias_hh_l0"
    assert rows["bn[1]"].theirs == "bias_ih_l0" and rows["bh[1]"].theirs == "bias_hh_l0"
    assert dict(rows["wn[1]"].why[0].said)["families"] == ("wr[1]", "wz[1]", "wn[1]")


def test_one_wrong_derivative_is_the_only_one_that_differs() -> None:
    wrong = {
        **BESIDE["gru"]["gradients"],
        "weight_hh_l0": (numpy.array(BESIDE["gru"]["gradients"]["weight_hh_l0"]) + 0.01),
    }
    found = beside("gru", {"name": "half_squared_error", "reduction": "sum"}, gradients=wrong)
    assert [(row.theirs, *keys(row)) for row in found.differing] == [("weight_hh_l0.grad", "unknown")]
    assert found.differing[0].apart == pytest.approx(0.01)


def test_a_model_with_other_numbers_is_compared_at_its_own() -> None:
    """Somebody's model has gone a step on; its derivatives are those at its numbers."""
    ours = solved("xor")
    ahead = ours.at({name: (ours.array(name) + 0.25).tolist() for name in ("w[1]", "b[1]", "w[2]", "b[2]")})
    tree = {key: ahead.array(name) for key, name in (("W1", "w[1]"), ("b1", "b[1]"), ("W2", "w[2]"), ("b2", "b[2]"))}
    slopes = {key: ahead.array(f"dloss/d{name}") for key, name in (("W1", "w[1]"), ("W2", "w[2]"))}
    found = ours.check_against(tree, slopes)
    assert [(row.ours, *keys(row)) for row in found.differing] == [
        (name, "numbers") for name in ("w[1]", "b[1]", "w[2]", "b[2]")
    ]
    assert [row.ours for row in found.rows if row.what == "derivative"] == ["dloss/dw[1]", "dloss/dw[2]"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (lambda d, s: d.T, ["transposed"]),
        (lambda d, s: 0.5 * d, ["half", "rate"]),  # the rate is 0.5, too: both are said
        (lambda d, s: -d, ["sign"]),
        (lambda d, s: 0.3 * d, ["factor"]),
        (lambda d, s: d + 0.02 * s.array("w[1]"), ["decay"]),
        (lambda d, s: d + numpy.array([[1e-5]]), ["unknown"]),
        (lambda d, s: d[:1], ["sizes"]),
    ],
)
def test_each_reason_by_the_names_of_here(changed: Any, expected: list[str]) -> None:
    solution = solved("article-000")
    found = solution.check_against({"dloss/dw[1]": changed(solution.array("dloss/dw[1]"), solution)})
    assert [keys(row) for row in found.rows] == [expected]


def test_what_each_row_gives_has_to_be_added_up() -> None:
    solution = solved("xor")
    delta = solution.array("dloss/dz[1]")
    found = solution.check_against(
        {"dloss/db[1]": delta.T, "w[1]": solution.array("w[1]"), "loss": solution.values["loss"]}
    )
    assert [(row.agrees, keys(row)) for row in found.rows] == [(False, ["not-added"]), (True, []), (True, [])]


def test_another_convention_at_a_kink_is_known_by_who_takes_it() -> None:
    solution = solved("relu-kink")
    from derivegen.calculus.conventions import of_libraries

    for libraries, numbers in of_libraries(solution.derivation):
        theirs = {
            name: numpy.vectorize(lambda i, j, own=numbers, base=name: own[f"{base}[{i + 1}][{j + 1}]"])(
                *numpy.indices(solution.array(name).shape)
            )
            for name in ("dloss/dw[1]",)
        }
        (row,) = solution.check_against(theirs).rows
        assert keys(row) == ["kink"] and libraries[0].cited in dict(row.why[0].said)["who"]


def test_another_network_is_refused_and_says_what_is_other() -> None:
    solution = solved("article-004")
    with pytest.raises(InputError, match=r"w\[1\]: found 2 × 1 in the model; expected 1 × 1"):
        solution.check_against({"W1": numpy.ones((2, 1)), "b1": numpy.ones(2), "W2": numpy.ones((1, 2)), "b2": [1.0]})
    with pytest.raises(InputError, match="expected a model or arrays by name"):
        solution.check_against(3)


def test_single_numbers_by_the_names_people_type() -> None:
    solution = solved("article-004")
    slope = solution.gradients["w[1][1][1]"]
    found = solution.check_against(
        {"w1": 0.4, "b1": 0.2, "dL/dw1": 2 * slope, "dL/dw2": numpy.float64(-0.1), "L": 0.0259162}
    )
    assert [(row.ours, row.agrees, keys(row)) for row in found.rows] == [
        ("w[1][1][1]", True, []),
        ("b[1][1]", False, ["numbers"]),
        ("dloss/dw[1][1][1]", False, ["no-half"]),
        ("dloss/dw[2][1][1]", False, ["unknown"]),
        ("loss", False, ["unknown"]),
    ]
    decayed = solution.check_against({"dL/dw1": slope + 0.01 * 0.4})
    assert [keys(row) for row in decayed.rows] == [["decay"]]
    after = solution.check_against({"w1": solution.updated["w[1][1][1]"]})
    assert [keys(row) for row in after.rows] == [["after"]]
    with pytest.raises(InputError, match="w9: there is no quantity of that name; `derivegen names` lists them"):
        solution.check_against({"w1": 0.4, "w9": 0.4})


def test_a_single_number_by_another_convention() -> None:
    solution = solved("relu-kink")
    from derivegen.calculus.conventions import of_libraries

    libraries, numbers = of_libraries(solution.derivation)[0]
    name = next(
        n for n in solution.gradients if n.startswith("b[1]") and numbers[f"dloss/d{n}"] != solution.gradients[n]
    )
    (row,) = solution.check_against({f"dloss/d{name}": float(numbers[f"dloss/d{name}"])}).rows
    assert libraries[0].cited in dict(row.why[0].said)["who"]


def test_it_prints_itself_in_the_language_of_the_document() -> None:
    german = derivegen.solve("example:article-004", language="de")
    found = german.check_against({"dloss/dw[1]": 2 * german.array("dloss/dw[1]"), "w[2]": german.array("w[2]")})
    assert repr(found).splitlines() == [
        "dict neben „Eine verdeckte Einheit, von Hand gerechnet“: 1 von 2 stimmen überein",
        "  dloss/dw[1]  weicht ab: das Doppelte von hier; dem Verlust fehlt dort das ½",
        "  w[2]         stimmt überein",
    ]
    page = found._repr_html_()
    assert page.count("<tr>") == 2 and "✗ weicht ab" in page and "<caption>dict neben" in page


@pytest.mark.parametrize("name", ["torch-batch-norm", "torch-conv1d"])
def test_windows_and_statistics_that_were_kept_have_their_places(name: str) -> None:
    """A module does not say how many numbers enter, on which it hangs what a pool leaves over; a fresh norm keeps zeros and ones."""
    recorded = json.loads((Path(__file__).parent / "models" / f"{name}.json").read_text("utf-8"))
    described, inputs = recorded["described"], recorded["inputs"]
    if name == "torch-conv1d":
        inputs = [[[*channel, 0.5] for channel in row] for row in inputs]
    else:
        described["children"][1][1]["arrays"] |= {"running_mean": [0.0] * 3, "running_var": [1.0] * 3}
    made = type(described["class"], (Model,), {"__module__": described["module"]})
    given = {"inputs": inputs, "targets": recorded["targets"], "loss": recorded["loss"]}
    solution = derivegen.solve(derivegen.load(made(described), **given))
    output = numpy.array(recorded["targets"])
    held = made(
        described, {key: numpy.zeros_like(each.numbers) for key, each in made(described).named_parameters()}, output
    )
    found = solution.check_against(held)
    values = [row for row in found.rows if row.what == "value"]
    assert len(values) >= 4 and all(row.agrees for row in values)
    assert sum(row.what == "derivative" for row in found.rows) == len(dict(held.named_parameters()))
