"""Any network in any of the notations that can name it: no two quantities alike, the same numbers in every document."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import derivegen
from derivegen.document.inscribe import inscribe
from derivegen.errors import InputError
from derivegen.formula.print.plain import plain
from derivegen.formula.read.readback import read_latex
from derivegen.formula.tree import BigSum, Glyph, Negative, Number, Quantity, walk
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.tables.notations import NOTATIONS
from derivegen.notation.choose import choose
from derivegen.notation.glyphs import typed
from derivegen.render.markdown import formulas_in


def network(
    *widths: int, rows: int | str = 1, symbolic: bool = False, loss: str = "squared_error", **layer: Any
) -> Any:
    """A network of these widths with seeded numbers, or without."""
    count = rows if isinstance(rows, int) else 1
    data: dict[str, Any] = {
        "inputs": [[k + r / 10 for k in range(1, widths[0] + 1)] for r in range(count)],
        "targets": [[j / 10 for j in range(widths[-1])] for _ in range(count)],
    }
    if symbolic or isinstance(rows, str):
        data = {"inputs": widths[0], "targets": widths[-1], **({"rows": rows} if rows != 1 else {})}
    own = layer if symbolic or isinstance(rows, str) else {"weights": {"seed": 5}, **layer}
    if "weights" in own and not {"biases", "thresholds"} & set(own):
        own["biases"] = 0.25
    layers = [{"units": units, "activation": "tanh", **own} for units in widths[1:]]
    return {"data": data, "layer": layers, "loss": {"name": loss}, "training": {"learning_rate": 0.1, "steps": 2}}


GRAPH = {
    "graph": {
        "inputs": {"x": 2, "y_1": 3},
        "parameters": {"w": 0.5},
        "nodes": [["q", "w*x+y_1"], ["f", "q^2"]],
        "output": "f",
    }
}
SHAPES = {
    "1-1-1": network(1, 1, 1),
    "1-1-1-1": network(1, 1, 1, 1),
    "2-1": network(2, 1),
    "2-2-1": network(2, 2, 1),
    "3-4-1": network(3, 4, 1),
    "3-3-3-2": network(3, 3, 3, 2),
    "rows": network(2, 2, 2, rows=3, loss="mean_squared_error"),
    "symbolic rows": network(2, 3, 1, rows="N"),
    "symbolic": network(2, 3, 2, symbolic=True),
    "shared": network(2, 2, 1, symbolic=True, biases="shared"),
    "thresholds": network(2, 2, 1, symbolic=True, thresholds="symbolic"),
    "masked": network(3, 2, symbolic=True, connections=[[1, 1, 0], [0, 1, 1]]),
    "no biases": network(2, 2, 1, biases=False),
    "wide": network(12, 11, 1, symbolic=True),
    "graph": GRAPH,
}


def notations_of(shape: str) -> list[str]:
    """The notations that can name a network; one that cannot must say which can."""
    graph, found = build(load(SHAPES[shape])), []
    for name in NOTATIONS:
        try:
            choose(graph, name)
        except InputError as error:
            assert "which can" in str(error), error
            proposed = str(error).split('notation = "')[1].split('"')[0]
            choose(graph, proposed)
        else:
            found.append(name)
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_all_but_plain_name_every_network(shape: str) -> None:
    assert set(NOTATIONS) - set(notations_of(shape)) <= {"plain"}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_two_quantities_are_printed_or_typed_alike(shape: str) -> None:
    graph = build(load(SHAPES[shape]))
    for name in notations_of(shape):
        notation = choose(graph, name)
        symbols: dict[tuple[str, ...], str] = {}
        for quantity in graph.names():
            found = graph.locate(quantity)
            assert found is not None
            if found[0].kind == "pre-activation" and notation.folded(found[0].layer):
                continue
            symbol = notation.symbol(quantity)
            assert isinstance(symbol, Glyph)
            other = symbols.setdefault(typed(symbol), quantity)
            assert other == quantity, f"{name}: {other} and {quantity} are both {plain(symbol)}"


def printed_numbers(solution: derivegen.api.Solution) -> list[str]:
    """The decimals of a document in order, as printed."""
    found: list[str] = []

    def note(tree: Any) -> Any:
        found.extend(part.text for part in walk(tree) if isinstance(part, Number) and "." in part.text)
        return tree

    from derivegen.formula.tree import map_formulas

    map_formulas(inscribe(solution._composed, solution.notation, solution.trace).blocks, note)
    return found


@pytest.mark.parametrize("shape", ["1-1-1", "rows", "2-2-1", "graph"])
def test_the_numbers_are_the_same_in_every_notation(shape: str) -> None:
    numbers, values, gradients = [], [], []
    for name in notations_of(shape):
        solution = derivegen.solve(SHAPES[shape], notation=name)
        numbers.append(sorted(printed_numbers(solution)))
        values.append(dict(solution.values))
        gradients.append(dict(solution.gradients))
    assert all(found == numbers[0] for found in numbers)
    assert all(found == values[0] for found in values) and all(found == gradients[0] for found in gradients)


@cache
def in_indices() -> list[str]:
    """The numbers of one network's pages in the usual notation."""
    return [text.lstrip("-") for text in printed_numbers(derivegen.solve(SHAPES["1-1-1"], notation="indexed"))]


@pytest.mark.parametrize("name", NOTATIONS)
def test_the_written_text_holds_the_same_numbers(name: str) -> None:
    solution = derivegen.solve(SHAPES["1-1-1"], notation=name)
    read = [read_latex(text, solution.notation.functions) for _, text in formulas_in(solution.text("md"))]
    found = [part.text for tree in read for part in walk(tree) if isinstance(part, Number) and "." in part.text]
    wanted = in_indices()
    assert set(found) <= set(wanted) and len(set(found)) > 20


# the symbols of the five articles

ARTICLES = {
    "article-000": {
        "w[1][4][3]": "w¹₄₃", "w[2][1][1]": "w²₁₁", "b[1][2]": "b¹₂", "a[1][3]": "f¹₃", "z[1][3]": "z¹₃", "z[2][1]": "z²₁",
        "a[2][1]": "y\u0302", "loss": "E", "rate": "ε", "t[1]": "t", "x[2]": "x₂",
    },
    "article-001": {
        "w[1][1][1]": "W₁", "w[1][2][2]": "W₄", "w[2][1][2]": "W₆", "b[1][1]": "b₁", "b[2][1]": "b₃", "a[2][1]@r": "predicted_i",
        "t[1]@r": "expected_i", "loss": "Loss", "z[1][1]@r": "s_{1,i}", "a[1][2]@r": "y_{2,i}", "r": "i",
    },
    "article-002": {
        "w[1][1][1]": "w₁", "w[2][1][1]": "w₇", "w[2][1][2]": "w₈", "a[2][1]": "a⁽³⁾", "z[2][1]": "z⁽²⁾", "loss": "C",
    },
    "article-003": {
        "w[2][2][2]": "w⁽²⁾₂₂", "z[2][2]": "z⁽³⁾₂", "a[1][2]": "a⁽²⁾₂", "a[3][1]": "s", "loss": "C", "delta[2][1]": "δ⁽³⁾₁",
        "t[1]": "y", "b[1][2]": "b⁽¹⁾₂",
    },
    "article-004": {
        "x[1]": "x", "w[1][1][1]": "w₁", "w[2][1][1]": "w₂", "b[1][1]": "b₁", "b[2][1]": "b₂", "a[1][1]": "h", "a[2][1]": "y",
        "t[1]": "t", "loss": "L",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_every_article_has_its_own_symbols(name: str) -> None:
    net = load(f"example:{name}")
    notation = choose(build(net), net.notation)
    assert {quantity: plain(notation.symbol(quantity)) for quantity in ARTICLES[name]} == ARTICLES[name]


def test_rows_counted_from_nought_are_summed_from_nought() -> None:
    net = load("example:article-001")
    notation = choose(build(net), "rows")
    tree = BigSum(Quantity("loss@r"), Quantity("r"), Number("1"), Quantity("N"))
    assert plain(notation.write(notation.limits(tree))) == "Σ_{i=0…N − 1} Loss_i"
    four = BigSum(Quantity("loss@r"), Quantity("r"), Number("1"), Number("4"))
    assert notation.limits(four).high == Number("3")
    assert choose(build(net), "indexed").limits(four) == four
    assert notation.symbol("@1") == Number("0")


def test_beside_matrices_the_row_keeps_its_letter() -> None:
    net = load("example:xor")
    from derivegen.network.file.load import with_options

    assert choose(build(net), "rows").symbol("r") == Glyph("i")
    assert choose(build(with_options(net, view="matrix")), "rows").symbol("r") == Glyph("r")


# symbols under index letters


@pytest.mark.parametrize(
    ("notation", "name", "looks"),
    [
        ("indexed", "w[l][j][k]", "w^{(l)}_{jk}"),
        ("superscript", "dloss/dw[l][j][k]", "∂E/∂w^l_{jk}"),
        ("superscript", "a[2][j]", "y\u0302"),
        ("layers", "w[l][j][k]", "w^{(l-1)}_{jk}"),
        ("layers", "z[l][j]", "z^{(l)}_j"),
        ("numbered", "a[l-1][k]", "a^{(l)}_k"),
        ("rows", "w[l][j][k]'", "W_n′"),
        ("nielsen", "delta[l][j]", "δ^l_j"),
        ("indexed", "b[l]", "b^{(l)}"),
        ("indexed", "w[2][j][k]", "w⁽²⁾_{jk}"),
    ],
)
def test_a_whole_kind_has_a_symbol(notation: str, name: str, looks: str) -> None:
    assert plain(choose(build(load(SHAPES["3-4-1"])), notation).symbol(name)) == looks


# what is refused


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            {"w": "w_{<q>}"},
            r'network: notation\.w: found "<q>" at character 4 of "w_\{<q>\}"; expected <l>, <j>, <k>, <n>',
        ),
        ({"w": "w_{<n>}_{2}"}, r"network: notation\.w: .*one _"),
        ({"w": "w_<n>_<l>"}, r'network: notation\.w: found "w_<n>_<l>"; .*one _'),
        ({"w": "<n>"}, r'network: notation\.w: found "<n>".*begin with a letter'),
        ({"deltas": "d"}, r'network: notation\.deltas: .*did you mean "delta"'),
        ({"symbols": {"w[1][1][1]": "1+1"}}, r"network: notation\.symbols\.w\[1\]\[1\]\[1\]"),
        ({"symbols": {"w[1][1][1]": "b^{(1)}_1"}}, r"w\[1\]\[1\]\[1\].*b\[1\].*give w\[1\]\[1\]\[1\] another symbol"),
        ({"t": "x_1"}, r"network: notation 'your own' cannot tell x\[1\] from t\[1\]"),
    ],
)
def test_what_is_wrong_is_named(wanted: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        derivegen.solve({**SHAPES["2-1"], "notation": wanted})


def test_a_placeholder_may_stand_without_braces() -> None:
    """More than nine weights have numbers of two digits: w_12 would be no symbol, w_{12} is."""
    network = load({**SHAPES["3-4-1"], "notation": {"base": "numbered", "w": "w_<n>", "z": "s^<l>_<j>"}})
    notation = choose(build(network), network.notation)
    assert plain(notation.symbol("w[1][4][3]")) == "w₁₂"
    assert plain(notation.symbol("z[1][4]")) == "s¹₄"


def test_columns_called_like_a_quantity_are_named() -> None:
    data = {**SHAPES["2-1"]["data"], "input_names": ["x_1", "t"]}
    with pytest.raises(InputError, match=r'input_names: "t" is also the symbol of t\[1\]'):
        choose(build(load({**SHAPES["2-1"], "data": data})), "indexed")


def test_a_shared_bias_follows_the_pattern_of_biases() -> None:
    graph = build(load(SHAPES["shared"]))
    assert plain(choose(graph, {"b": "c^{<l>}_{<j>}"}).symbol("b[1]")) == "c¹"


# δ with the other sign


@pytest.mark.parametrize("view", ["units", "matrix"])
def test_a_delta_of_the_other_sign_is_written_as_minus_the_derivative(view: str) -> None:
    wanted = {"base": "layers", "delta_is": "-dloss/dz"}
    solution = derivegen.solve("example:article-000", notation=wanted, view=view)
    for form in ("latex", "typst"):
        assert solution.text(form)  # judged
    read = [read_latex(text, solution.notation.functions) for _, text in formulas_in(solution.text("md"))]
    usual = derivegen.solve("example:article-000", notation="layers", view=view)
    other = [read_latex(text, usual.notation.functions) for _, text in formulas_in(usual.text("md"))]
    changed = [(one, two) for one, two in zip(read, other, strict=True) if one != two]
    assert changed
    for one, two in changed:
        signs = [sum(isinstance(part, Negative) for part in walk(tree)) for tree in (one, two)]
        deltas = sum(isinstance(part, Glyph) and part.base == "δ" for part in walk(two))
        assert deltas and signs[0] - signs[1] == deltas
