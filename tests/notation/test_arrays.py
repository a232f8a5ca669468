"""Arrays and members under unit letters: bold in every notation, with the layer where the members carry running numbers."""

from __future__ import annotations

from typing import Any

import pytest

from derivegen.errors import InputError
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Glyph, Indexed, Partial, walk
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.tables.notations import NOTATIONS
from derivegen.notation.arrays import check_arrays
from derivegen.notation.choose import choose
from derivegen.notation.notation import Notation

NET: dict[str, Any] = {
    "data": {"inputs": [[1, 2, 3], [4, 5, 6]], "targets": [[1], [0]]},
    "layer": [{"units": 4, "activation": "tanh"}, {"units": 2}, {"units": 1, "activation": "sigmoid"}],
    "loss": {"name": "binary_cross_entropy"},
}


def noted(wanted: Any) -> Notation:
    return choose(build(load(NET)), wanted)


@pytest.mark.parametrize(
    ("notation", "name", "looks"),
    [
        ("indexed", "w[2]", "W⁽²⁾"),
        ("indexed", "w[2]'", "W⁽²⁾′"),
        ("indexed", "x@2", "x₂"),
        ("indexed", "dloss@1/dz[1]", "∂L₁/∂z⁽¹⁾₁"),
        ("indexed", "dloss/dw[1]", "∂L/∂W⁽¹⁾"),
        ("superscript", "a[1]@1", "f¹₁"),
        ("superscript", "mask[1]", "M¹"),
        ("rows", "w[2]", "W⁽²⁾"),
        ("rows", "delta[1]@1", "δ⁽¹⁾₀"),
        ("rows", "a[3]@1", "predicted₀"),
        ("numbered", "b[1]", "b⁽¹⁾"),
        ("layers", "z[1]@1", "z⁽²⁾₁"),
        ("nielsen", "w[1]", "W²"),
        ("net-out", "z[1]@1", "net⁽¹⁾₁"),
        ({"w": "Q_{<n>}", "b": "β_{<n>}"}, "w[1]", "Q⁽¹⁾"),
        ({"w": "Q_{<n>}", "b": "β_{<n>}"}, "b[1]", "β⁽¹⁾"),
        ({"symbols": {"w[1]": "V"}}, "w[1]", "V"),
    ],
)
def test_an_array_looks_as_its_notation_says(notation: Any, name: str, looks: str) -> None:
    assert plain(noted(notation).array(name)) == looks


@pytest.mark.parametrize("notation", [name for name in NOTATIONS if name != "plain"])
def test_arrays_are_bold_and_no_two_look_alike(notation: str) -> None:
    chosen = noted(notation)
    check_arrays(chosen)
    for name in ("w[1]", "b[1]", "z[1]@1", "a[1]@1", "x@1", "t@1", "delta[2]@1", "mask[1]"):
        symbol = chosen.array(name)
        assert isinstance(symbol, Glyph)
        assert symbol.bold
    derivative = chosen.array("dloss/dw[1]")
    assert isinstance(derivative, Partial)
    assert sum(isinstance(part, Glyph) and part.bold for part in walk(derivative)) == 1


@pytest.mark.parametrize(
    ("notation", "base", "letters", "looks"),
    [
        ("indexed", "w[2]", "jk", "w⁽²⁾_{jk}"),
        ("numbered", "w[2]", "jk", "w⁽²⁾_{jk}"),
        ("rows", "z[1]@1", "j", "s⁽¹⁾_{j,0}"),
        ("layers", "a[3]@1", "j", "s_{j,1}"),
        ("nielsen", "delta[2]@1", "i", "δ³_{i,1}"),
        ("superscript", "t@1", "j", "t_{j,1}"),
    ],
)
def test_a_member_shows_its_letters(notation: str, base: str, letters: str, looks: str) -> None:
    assert plain(noted(notation).letters(Indexed(base, tuple(letters)))) == looks


@pytest.mark.parametrize("name", ["w", "q[1]", "loss", "w[1][2]"])
def test_what_is_no_array_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no array"):
        noted("indexed").array(name)


def test_arrays_that_would_look_alike_are_refused() -> None:
    with pytest.raises(InputError, match=r"w\[1\] and w\[2\]"):
        check_arrays(noted({"symbols": {"w[1]": "V", "w[2]": "V"}}))
