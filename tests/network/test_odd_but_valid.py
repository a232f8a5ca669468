"""Network files that nobody expected and that mean something all the same: each comes out, with the right number in it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy
import pytest
from click.testing import CliRunner

import derivegen
from derivegen.cli import main
from derivegen.errors import InputError
from derivegen.network.also_called import ACTIVATIONS, KEYS, LOSSES
from derivegen.network.file import values
from derivegen.network.file.schema import MOST_STEPS, json_schema
from tests.pace import USUAL, counted

ONE: dict[str, Any] = {
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.4], [1]], "biases": [0.1, 0]},
        {"units": 1, "weights": [[0.3, 0.5]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1, "steps": 2},
}


def changed(**changes: Any) -> dict[str, Any]:
    """The network with other values at dotted places; __ stands for the dot."""
    made = copy.deepcopy(ONE)
    for path, value in changes.items():
        *parents, last = (int(part) if part.isdigit() else part for part in path.split("__"))
        holder: Any = made
        for part in parents:
            holder = holder[part]
        holder[last] = value
    return made


def refused(net: Any) -> str:
    with pytest.raises(InputError) as caught:
        derivegen.solve(net).text("text")
    assert str(caught.value).startswith("network: " if isinstance(net, dict) else str(net))
    return str(caught.value)


# constants, and what is cut


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("view", ["units", "matrix"])
def test_an_activation_without_its_variable_has_slope_0(rows: int, view: str) -> None:
    net = changed(
        data={"inputs": [[0.5]] * rows, "targets": [[0.6]] * rows},
        layer__0__activation={"formula": "3"},
        document={"view": view},
    )
    solution = derivegen.solve(net)
    assert "d/dz f(z) = 0" in solution.text("text")
    assert solution.gradients["w[1][1][1]"] == 0
    assert solution.gradients["w[2][1][1]"] == pytest.approx(rows * (3 * 0.3 + 3 * 0.5 + 0.2 - 0.6) * 3)


@pytest.mark.parametrize("formula", ["7", "t^2", "0*a"])
@pytest.mark.parametrize("rows", [1, 2])
def test_a_loss_without_the_output_has_slope_0(formula: str, rows: int) -> None:
    net = changed(data={"inputs": [[0.5]] * rows, "targets": [[0.6]] * rows}, loss={"formula": formula})
    solution = derivegen.solve(net)
    assert "w⁽¹⁾₁₁ makes no difference here" in " ".join(solution.text("text").split())
    slopes = {name: slope for name, slope in solution.gradients.items() if not name.startswith(("t[", "loss"))}
    assert set(slopes.values()) == {0.0}
    assert solution.values["loss"] == pytest.approx({"7": 7, "t^2": 0.36, "0*a": 0}[formula])


def test_a_constant_loss_of_a_network_without_numbers_is_symbolic() -> None:
    solution = derivegen.solve({"data": {"inputs": 2}, "layer": [{"units": 1}], "loss": {"formula": "2"}})
    assert not solution.trace.complete and "  ∂L/∂a⁽¹⁾₁ = 0\n" in solution.text("text")


@pytest.mark.parametrize("biases", [[1, 2], False])
def test_units_that_nothing_enters_come_out(biases: Any) -> None:
    net = changed(layer__0__connections=[[0], [0]], layer__0__weights=[[0], [0]], layer__0__biases=biases)
    solution = derivegen.solve(net)
    assert f"  z⁽¹⁾₂ = {'b⁽¹⁾₂ = 2' if biases else '0'}\n" in solution.text("text")
    assert solution.values["z[1][2]"] == (2 if biases else 0)
    assert solution.gradients["x[1]"] == 0


def test_batches_of_symbolic_inputs_are_cut_from_the_targets_alone() -> None:
    net = {
        "data": {"inputs": 2, "targets": [[1], [0]]},
        "layer": [{"units": 1, "activation": "sigmoid"}],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.1, "batch_size": 1},
    }
    assert "∂L/∂w⁽¹⁾₁₁ = ∂L₁/∂w⁽¹⁾₁₁ + ∂L₂/∂w⁽¹⁾₁₁" in derivegen.solve(net).text("text")


@pytest.mark.parametrize("letter", "xtLησφ")
def test_an_unknown_activation_has_a_letter_of_its_own(letter: str) -> None:
    net = {"data": {"inputs": 1}, "layer": [{"units": 1, "activation": {"name": "abstract", "symbol": letter}}]}
    message = refused({**net, "loss": {"name": "half_squared_error"}})
    assert "layer[1].activation.symbol" in message and f'"{letter}"' in message


@pytest.mark.parametrize("activation", ["linear", "abstract"])
def test_a_loss_of_probabilities_on_outputs_that_are_none_is_judged_where_it_has_a_value(activation: str) -> None:
    net = {"data": {"inputs": 2, "rows": 2}, "layer": [{"units": 2, "activation": activation}]}
    page = derivegen.solve({**net, "loss": {"name": "binary_cross_entropy"}}).text("text")
    assert "∂L/∂w⁽¹⁾₁₁ = 1/2 · (∂L₁/∂w⁽¹⁾₁₁ + ∂L₂/∂w⁽¹⁾₁₁)" in page


# limits come before work


def test_the_number_of_updates_has_a_limit_that_is_said() -> None:
    message = refused(changed(training__steps=10**9))
    assert "training.steps: found 1000000000" in message and str(MOST_STEPS) in message


def test_updates_of_many_parameters_have_a_lower_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "derivegen.calculus.numbers.training.MOST_KEPT", 10_000
    )  # 7 parameters of 8 bytes, 1 output of 60
    message = refused(changed(training__steps=1000))
    assert "training.steps: found 1000; expected at most 86" in message and "write steps = 86" in message


def test_a_csv_is_refused_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_IN_CSV", 10)
    (tmp_path / "x.csv").write_text("0.5,1\n" * 6 + "not a number\n", encoding="utf-8")
    net = changed(data__inputs={"file": "x.csv"})
    with pytest.raises(InputError, match=r"data\.inputs\.file: found more than 5 rows of 2 numbers; expected at most"):
        derivegen.load(net, base=tmp_path)


def test_typed_rows_are_read_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "rows.toml"
    path.write_text("[data]\ninputs = [[0.1, 1e-3], [7, -0.25]]\n[[layer]]\nunits = 1\n", encoding="utf-8")
    text = path.read_text(encoding="utf-8") + '[loss]\nname = "squared_error"\n'
    path.write_text(text, encoding="utf-8")
    assert [list(map(str, row)) for row in derivegen.load(path).inputs or ()] == [["1/10", "1/1000"], ["7", "-1/4"]]


def test_many_typed_rows_are_read_soon(tmp_path: Path) -> None:
    """A hundred thousand took eighteen seconds."""
    path = tmp_path / "rows.toml"
    inputs = ", ".join(f"[0.{n % 97 + 1}, -{n % 89}.5]" for n in range(20_000))
    layer = '[[layer]]\nunits = 1\n[loss]\nname = "squared_error"\n'
    path.write_text(f"[data]\ninputs = [{inputs}]\n{layer}", encoding="utf-8")
    with counted() as paces:
        assert derivegen.load(path).rows == 20_000
    assert paces.count < USUAL / 2


def test_a_text_among_arrays_is_named(tmp_path: Path) -> None:
    import zipfile

    numpy.savez(tmp_path / "x.npz", x=numpy.array([[0.5]]))
    with zipfile.ZipFile(tmp_path / "x.npz", "a") as archive:
        archive.writestr("readme.txt", "hello")
    net = changed(data__inputs={"file": "x.npz", "key": "readme.txt"})
    with pytest.raises(InputError, match=r"network: data\.inputs: found bytes that are no array"):
        derivegen.load(net, base=tmp_path)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("kind", ["float16", "float32", "longdouble", "int8"])
def test_arrays_of_every_width_are_read_without_a_warning(tmp_path: Path, kind: str) -> None:
    numpy.save(tmp_path / "x.npy", numpy.array([[100]], dtype=kind))
    net = changed(data__inputs={"file": "x.npy"})
    assert derivegen.load(net, base=tmp_path).inputs == ((100,),)


def test_a_template_that_fills_the_memory_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("derivegen.document.room.MOST", 3 * 10**8)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "document.txt.jinja").write_text('first line\n((( "x" * 10**9 )))\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"document\.txt\.jinja, line 2: it takes more than \d+ MB of memory"):
        derivegen.solve("example:symbolic", templates=tmp_path).text("text")


def test_a_template_without_an_end_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("room", "template_fault"):
        monkeypatch.setattr(f"derivegen.document.{module}.SECONDS", 0.2)
    (tmp_path / "text").mkdir()
    endless = "first line\n((* for a in range(99999) *))((* for b in range(99999) *))((* set c = b *))((* endfor *))((* endfor *))\n"
    (tmp_path / "text" / "document.txt.jinja").write_text(endless, encoding="utf-8")
    with pytest.raises(InputError, match=r"document\.txt\.jinja, line 2: it takes more than 0\.2 s; repeat less"):
        derivegen.solve("example:symbolic", templates=tmp_path).text("text")


def test_two_unknown_activations_are_told_of_each_by_its_letter() -> None:
    unknown = [{"units": 1, "activation": {"name": "abstract", "symbol": letter}} for letter in "gh"]
    net = {"data": {"inputs": 1, "targets": 1}, "layer": unknown, "loss": {"name": "squared_error"}}
    text = derivegen.solve(derivegen.load(net | {"document": {"detail": "full"}})).text("text")
    assert "Nothing is assumed about g(z)" in text and "Nothing is assumed about h(z)" in text


SATURATED = [("sigmoid", "binary_cross_entropy", [0], 20), ("sigmoid", "binary_cross_entropy", [1], 45)]


@pytest.mark.parametrize(("activation", "loss", "target", "z"), [*SATURATED, ("softmax", "cross_entropy", [0, 1], 800)])
def test_a_sheet_on_outputs_that_have_run_into_an_end_is_refused_in_a_sentence(
    activation: str, loss: str, target: list[int], z: int
) -> None:
    layer = {"units": len(target), "activation": activation, "weights": [[z], [-z]][: len(target)], "biases": False}
    net = {"data": {"inputs": [[1]], "targets": [target]}, "layer": [layer], "loss": {"name": loss}}
    with pytest.raises(InputError, match="an output has run so far into 0 or 1 that loss"):
        list(derivegen.sheet(derivegen.load(net), vary="nothing").works())


# what is called otherwise elsewhere


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"layer__0__activation": "logistic"}, 'logistic is called sigmoid here: write "sigmoid"'),
        ({"layer__0__activation": {"name": "Swish"}}, 'Swish is called silu here: write "silu"'),
        ({"loss__name": "mse"}, 'mse is called mean_squared_error here: write "mean_squared_error"'),
        ({"loss__name": "BCELoss"}, 'write "binary_cross_entropy"'),
        ({"loss__name": "mae"}, 'write "absolute_error" and beside it reduction = "mean"'),
        ({"training__optimizer": "sgd"}, 'write "gradient_descent"'),
        ({"training__lr": 0.1}, "lr is called learning_rate here: write learning_rate"),
        ({"lr": 0.1}, "lr is called learning_rate here and belongs in [training]"),
        ({"layer__0__neurons": 2}, "neurons is called units here"),
        ({"data__targets": [[0, 6]]}, "if 0,6 is one number, write it with a point: [0.6]"),
        ({"layer__1__biases": ["0,2"]}, "write 0.2, with a point"),
    ],
)
def test_the_nearest_right_thing_is_named(changes: dict[str, Any], says: str) -> None:
    assert says in refused(changed(**changes))


@pytest.mark.parametrize(("line", "point"), [("learning_rate = 0,5", "0.5"), ("frozen = [0,05]", "0.05")])
def test_a_decimal_comma_is_seen(tmp_path: Path, line: str, point: str) -> None:
    (tmp_path / "net.toml").write_text(f"[training]\n{line}\n", encoding="utf-8")
    assert f"a decimal is written with a point: {point}" in refused(tmp_path / "net.toml")


def test_what_others_say_leads_to_what_there_is() -> None:
    sections = json_schema()["$defs"]
    keys = {key for section in sections.values() for key in section.get("properties", ())} | set(
        json_schema()["properties"]
    )
    assert set(KEYS.values()) <= keys
    assert set(ACTIVATIONS.values()) <= set(sections["Activation"]["properties"]["name"]["anyOf"][0]["enum"])
    assert set(LOSSES.values()) <= set(sections["Loss"]["properties"]["name"]["anyOf"][0]["enum"])


def test_published_values_may_have_decimal_commas() -> None:
    agreeing = derivegen.solve(changed(published={"x[1]": "0,5"})).text("text")
    assert "0,5" in agreeing or "printed" in agreeing
    assert 'expected a number such as "0.5"' in refused(changed(published={"x[1]": "0,5", "t[1]": "0.6"}))


# every refusal names the file


@pytest.mark.parametrize(
    "changes",
    [
        {"published": {"loss": "x"}},
        {"notation": {"w": "w"}},
        {"document": {"language": "xx"}},
        {"document": {"assume": ["z[1][1] < 0"]}},
        {"loss__formula": "ln(-1 - a^2)", "loss__name": None},
        {"layer__0__weights": [[1e200], [1e200]], "layer__0__activation": {"formula": "z^2"}},
        {"loss": None},
    ],
)
def test_every_refusal_names_the_file(tmp_path: Path, changes: dict[str, Any]) -> None:
    net = changed(**changes)
    if "loss__name" in changes:
        del net["loss"]["name"]
    path = tmp_path / "net.json"
    import json

    path.write_text(json.dumps({key: value for key, value in net.items() if value is not None}), encoding="utf-8")
    refused(path)
    for command in (["solve", "--to", "text", "-o", "-"], ["names"]) if "published" not in changes else ():
        result = CliRunner().invoke(main, [command[0], str(path), *command[1:]])
        assert result.exit_code == (0 if command == ["names"] and result.exit_code == 0 else 2)
        assert result.exit_code == 0 or str(path) in result.output


def test_the_paragraph_of_ones_own_stands_on_sheets() -> None:
    (work,) = derivegen.sheet("example:article-004", kinds="values", intro="Bring your own calculator.").works()
    assert "Bring your own calculator." in work.text("sheet", "md")


@pytest.mark.parametrize("above", [[], [{"units": 2}]])
def test_a_layer_that_a_mask_cuts_off_has_no_rule_for_its_weights(above: list[dict[str, Any]]) -> None:
    layers = [
        {"units": 2, "activation": "sigmoid"},
        {"units": 2, "activation": "sigmoid", "connections": [[0, 0], [0, 0]]},
        *above,
    ]
    net = {"data": {"inputs": 2, "rows": "N"}, "layer": layers, "loss": {"name": "half_squared_error"}}
    for view in ("units", "matrix"):
        page = derivegen.solve(net, view=view).text("text")
        assert "/∂w⁽²⁾" not in page, view


def test_a_kind_of_ones_own_reads_what_enters_outside_of_its_range() -> None:
    """What `outside` names is 0 there, in a kind without any option of padding too."""
    pad = {
        "name": "pad",
        "takes": "c,m",
        "axes": {"p": {"to": 4, "counts": "position"}},
        "nodes": [["y[c,p]", "below[c,p-1]"]],
        "outside": ["below"],
    }
    file = {
        "data": {"inputs": [[[1, 2, 3]]], "targets": [[1]]},
        "layer": [{"kind": "pad"}, {"kind": "flatten"}, {"units": 1, "weights": [[1, 2, 3, 4]]}],
        "loss": {"name": "half_squared_error"},
        "kind": [pad],
    }
    solution = derivegen.solve(file)
    assert [solution.values[f"y[1][1][{p}]"] for p in range(1, 5)] == [0, 1, 2, 3]
    assert [solution.gradients[f"w[3][1][{p}]"] for p in range(1, 5)] == [0, 19, 38, 57]
