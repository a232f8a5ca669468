"""Notations: every quantity has one look, two quantities never the same, and what cannot be told apart is refused with a proposal."""

from __future__ import annotations

import pytest

from derivegen.errors import InputError
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Glyph, Partial
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.tables.notations import NOTATIONS
from derivegen.notation.choose import choose
from derivegen.notation.glyphs import glyph, own_name

DEEP = {
    "inputs": [3],
    "data": {"inputs": [[1, 2, 3]], "targets": [[1]]},
    "layer": [{"units": 4, "activation": "tanh"}, {"units": 1, "activation": "sigmoid"}],
    "loss": {"name": "binary_cross_entropy"},
}


def net(**changes: object) -> object:
    found = {key: value for key, value in DEEP.items() if key != "inputs"} | changes
    return build(load(found))


@pytest.mark.parametrize(
    ("notation", "name", "looks"),
    [
        ("indexed", "w[1][4][3]", "w⁽¹⁾₄₃"),
        ("indexed", "dloss/dz[2][1]", "∂L/∂z⁽²⁾₁"),
        ("superscript", "w[2][1][4]", "w²₁₄"),
        ("superscript", "a[2][1]", "ŷ"),
        ("superscript", "a[1][2]", "f¹₂"),
        ("superscript", "b[1][2]'", "b¹₂′"),
        ("rows", "w[2][1][1]", "W₁₃"),
        ("numbered", "w[1][2][1]", "w₄"),
        ("layers", "z[1][2]", "z⁽²⁾₂"),
        ("nielsen", "w[1][4][3]", "w²₄₃"),
        ("net-out", "a[1][1]", "out⁽¹⁾₁"),
        ("indexed", "rate", "η"),
        ("superscript", "rate", "ε"),
        ("indexed", "delta[1][2]", "δ⁽¹⁾₂"),
    ],
)
def test_a_quantity_looks_as_its_notation_says(notation: str, name: str, looks: str) -> None:
    written = plain(choose(net(), notation).symbol(name))
    assert written.replace("\u0302", "") == looks.replace("ŷ", "y")


@pytest.mark.parametrize("notation", [name for name in NOTATIONS if name != "plain"])
def test_no_two_quantities_of_a_network_look_alike(notation: str) -> None:
    graph = net()
    chosen = choose(graph, notation)
    names = [*graph.names(), "rate"]
    assert len({chosen.symbol(name) for name in names}) == len(names)


def test_plain_cannot_name_two_units_and_says_which_notation_can() -> None:
    with pytest.raises(InputError, match=r"cannot tell .* from .*use notation = \"indexed\""):
        choose(net(), "plain")


def test_an_unknown_notation_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'superscript'"):
        choose(net(), "superscrpt")


def test_a_notation_of_ones_own_changes_what_it_says_and_keeps_the_rest() -> None:
    chosen = choose(net(), {"base": "superscript", "a": "h^{<l>}_{<j>}", "symbols": {"w[1][1][1]": "w_{13}"}})
    assert plain(chosen.symbol("a[1][2]")) == "h¹₂"
    assert plain(chosen.symbol("w[1][1][1]")) == "w₁₃"
    assert plain(chosen.symbol("z[1][2]")) == "z¹₂"


@pytest.mark.parametrize("wanted", [{"w": "w_{<q>}"}, {"w": "w_{<l}"}, {"symbols": {"w[1][1][1]": "1+1"}}])
def test_a_broken_notation_is_refused(wanted: dict[str, object]) -> None:
    with pytest.raises(InputError):
        choose(net(), wanted).symbol("w[1][1][1]")


def test_an_unknown_key_of_a_notation_is_refused_when_the_file_is_read() -> None:
    with pytest.raises(InputError, match=r'notation\.ww: found the unknown key "ww".*did you mean "w"'):
        load({"data": {"inputs": 1}, "layer": [{"units": 1}], "notation": {"ww": "w"}})


def test_indices_of_wide_layers_are_kept_apart() -> None:
    wide = {
        "data": {"inputs": 12, "targets": 1},
        "layer": [{"units": 11}, {"units": 1}],
        "loss": {"name": "squared_error"},
    }
    chosen = choose(build(load(wide)), "indexed")
    assert plain(chosen.symbol("w[1][11][2]")) != plain(chosen.symbol("w[1][1][12]"))


def test_a_linear_units_z_and_a_are_one_symbol() -> None:
    chosen = choose(net(layer=[{"units": 1}], loss={"name": "squared_error"}), "indexed")
    assert chosen.symbol("z[1][1]") == chosen.symbol("a[1][1]")


def test_rows_stand_behind_a_comma_and_begin_where_the_notation_says() -> None:
    data = {"inputs": [[1], [2]], "targets": [[1], [0]]}
    graph = build(
        load(
            {
                "data": data,
                "layer": [{"units": 2, "activation": "relu"}, {"units": 1}],
                "loss": {"name": "squared_error"},
            }
        )
    )
    assert plain(choose(graph, "rows").symbol("a[1][2]@1")) == plain(Glyph("y", "2,0"))
    assert plain(choose(graph, "indexed").symbol("a[1][2]@1")) == plain(Glyph("a", "2,1", "(1)"))


def test_names_of_ones_own_graph_are_symbols() -> None:
    assert own_name("w1") == Glyph("w", "1")
    assert own_name("alpha") == Glyph("α")
    assert own_name("net_h") == Glyph("net", "h")
    graph = build(load({"graph": {"inputs": {"x": 1}, "parameters": {"w": 2}, "nodes": [["f", "w*x"]], "output": "f"}}))
    assert choose(graph, "indexed").symbol("dloss/dw") == Partial(Glyph("f"), Glyph("w"))


def test_patterns_are_letters_with_marks() -> None:
    assert glyph("\\hat{y}_{2}") == Glyph("y", "2", "", "hat")
    assert glyph("w^{(1)}_{23}") == Glyph("w", "23", "(1)")
    with pytest.raises(InputError):
        glyph("2+")


def test_delta_may_carry_the_other_sign() -> None:
    assert choose(net(), {"base": "layers", "delta_is": "-dloss/dz"}).entry.delta_sign == -1
    assert choose(net(), {"base": "layers", "delta_is": "dloss/dz"}).entry.delta_sign == 1
