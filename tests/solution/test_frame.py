"""What stands around the mathematics: counts, gradient, algorithm, definitions, closing and glossary say what is so, briefly."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

import derivegen
from derivegen.document.blocks import Algorithm, Block, Definitions, Heading, Paragraph, Prose, Table
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen, pen_over
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import EXACT, value
from derivegen.formula.print.latex import latex
from derivegen.formula.print.plain import plain
from derivegen.formula.print.typst import typst
from derivegen.formula.tree import Compare, Formula, Matrix, Quantity, Value, walk
from derivegen.network.file.examples import example_names
from derivegen.network.tables.notations import NOTATIONS
from derivegen.notation.choose import choose
from derivegen.solution import frame
from derivegen.solution.errata import errata
from derivegen.solution.glossary import glossary
from derivegen.solution.translation import translation
from tests.solved import solved

FOUR_ROWS = {
    "data": {"inputs": [[0, 1], [1, 0], [1, 1], [0, 0], [1, 2]], "targets": [[1], [1], [0], [0], [1]]},
    "layer": [
        {"units": 3, "activation": "tanh", "weights": {"seed": 1}, "biases": [0, 0, 0]},
        {"units": 1, "weights": {"seed": 1}, "biases": [0]},
    ],
    "loss": {"name": "squared_error"},
    "training": {"learning_rate": 0.01, "steps": 7, "batch_size": 2},
}


def pen_of(network: Any, **options: Any) -> tuple[Pen, derivegen.api.Solution]:
    solution = derivegen.solve(network, **options)
    return pen_over(solution.press, solution.trace), solution


@lru_cache(maxsize=16)
def example(name: str) -> tuple[Pen, derivegen.api.Solution]:
    solution = solved(name)
    return pen_over(solution.press, solution.trace), solution


def text(prose: Prose, solution: derivegen.api.Solution) -> str:
    runs = (
        plain(written(run, solution.notation, solution.trace)) if isinstance(run, Formula) else run for run in prose
    )
    return "".join(runs)


def said(blocks: Any, solution: derivegen.api.Solution) -> str:
    """All the words of some blocks."""
    return "\n".join(text(prose, solution) for block in blocks for prose in proses(block))


def proses(block: Block) -> list[Prose]:
    match block:
        case Table(_, header, rows):
            return [*header, *(cell for row in rows for cell in row)]
        case Definitions(entries):
            return [prose for entry in entries for prose in entry]
        case Algorithm(title, lines):
            return [title, *(line for _, line in lines)]
    return [getattr(block, "text", ())]


def everything(pen: Pen) -> list[Block]:
    layers = (frame.opening, frame.counted, frame.gradient_vector, frame.algorithm, frame.definitions, frame.closing)
    parts = layers if pen.graph.stack else (frame.why, frame.gradient_vector, frame.closing)
    return [block for part in parts for block in part(pen)]


def symbols(pen: Pen, blocks: list[Block]) -> list[Block]:
    """The glossary; a graph names its quantities itself."""
    return [*glossary(pen, blocks)] if pen.graph.stack else []


@pytest.mark.parametrize("name", example_names())
def test_every_example_gets_its_frame_in_short_paragraphs(name: str) -> None:
    pen, solution = example(name)
    blocks = [*everything(pen), *symbols(pen, everything(pen))]
    assert blocks
    for block in blocks:
        if isinstance(block, Paragraph):
            words = text(block.text, solution)
            assert len(words) < 400, words  # four lines of the page
            assert "  " not in words and " ," not in words and " ." not in words, words


@pytest.mark.parametrize("name", ["article-004", "article-000", "xor", "symbolic", "graph-shared"])
def test_nothing_is_said_twice(name: str) -> None:
    pen, solution = example(name)
    sentences = said(everything(pen), solution).replace("\n", " ").split(". ")
    long = [sentence for sentence in sentences if len(sentence) > 40]
    assert len(long) == len(set(long))


@pytest.mark.parametrize(
    ("layers", "count"),
    [
        ([{"units": 4, "activation": "sigmoid"}, {"units": 1}], "4 · 3 + 4 + 1 · 4 + 1 = 21"),
        ([{"units": 2, "biases": False}, {"units": 1}], "2 · 3 + 1 · 2 + 1 = 9"),
        ([{"units": 2, "biases": "shared"}], "2 · 3 + 1 = 7"),
        ([{"units": 2, "thresholds": "symbolic"}], "2 · 3 + 2 = 8"),
        ([{"units": 2, "connections": [[1, 1, 0], [0, 1, 1]]}], "2 · 3 − 2 + 2 = 6"),
        ([{"units": 1, "biases": False}], "1 · 3 = 3"),
    ],
)
def test_parameters_are_counted(layers: list[dict[str, Any]], count: str) -> None:
    targets = layers[-1]["units"]
    pen, solution = pen_of(
        {"data": {"inputs": 3, "targets": targets}, "layer": layers, "loss": {"name": "squared_error"}}
    )
    (paragraph,) = frame.counted(pen)
    formula = next(run for run in paragraph.text if isinstance(run, Compare))
    assert plain(formula) == count
    no_names = lambda name: 0  # noqa: E731
    assert (
        value(formula.left, no_names, EXACT) == value(formula.right, no_names, EXACT) == len(solution.graph.parameters)
    )


@pytest.mark.parametrize("name", ["article-004", "article-000", "xor", "graph-product", "symbolic"])
def test_the_gradient_lists_the_derivatives_in_order(name: str) -> None:
    pen, solution = example(name)
    paragraphs = list(frame.gradient_vector(pen))
    rows = [
        part.rows[0]
        for paragraph in paragraphs
        for run in paragraph.text
        if isinstance(run, Formula)
        for part in walk(run)
        if isinstance(part, Matrix)
    ]
    spec = solution.network.graph
    names = [solution.derivation.name_of(n) for n in (spec.wrt if spec else solution.graph.parameters)]
    shown = names if len(names) <= frame.IN_A_ROW else [*names[:3], names[-1]]
    assert [part.name for part in rows[0] if isinstance(part, Quantity)] == shown
    if len(names) > frame.IN_A_ROW:
        assert f"the other {len(names) - 4}" in text(paragraphs[0].text, solution)
    if solution.trace.complete:
        assert [part.name for part in rows[1] if isinstance(part, Value)] == shown


def test_epochs_are_counted_right() -> None:
    pen, solution = pen_of(FOUR_ROWS)
    words = said(frame.definitions(pen), solution)
    assert "2 of the 5 examples, the last one of each round 1" in words
    assert "it takes 3 iterations, so 7 iterations make 2 epochs and 1 of the 3 iterations of the next" in words


def test_one_update_of_the_whole_is_one_epoch() -> None:
    pen, solution = pen_of(FOUR_ROWS | {"training": {"learning_rate": 0.01}})
    words = said(frame.definitions(pen), solution)
    assert "all 5 examples" in words and "1 iteration, so 1 iteration makes 1 epoch." in words


def test_a_single_update_of_a_single_example_needs_no_epochs() -> None:
    pen, solution = pen_of("example:relu-kink")
    words = said(frame.definitions(pen), solution)
    assert "Learning rate" in words and "Epoch" not in words


def test_without_training_there_are_no_epochs() -> None:
    pen, solution = pen_of(FOUR_ROWS | {"training": {}})
    words = said(frame.definitions(pen), solution)
    assert "Learning rate" in words and "Iteration" not in words and "-1" not in words


def test_a_frozen_weight_is_not_the_example_of_an_update() -> None:
    training = {"learning_rate": 0.01, "frozen": ["w[1]", "b[1]"]}
    pen, solution = pen_of(FOUR_ROWS | {"training": training})
    assert "w⁽²⁾₁₁′ = w⁽²⁾₁₁ − η · ∂L/∂w⁽²⁾₁₁" in said(frame.opening(pen), solution)
    assert "every parameter that is not frozen" in said(frame.algorithm(pen), solution)


def test_the_algorithm_follows_the_network() -> None:
    pen, solution = pen_of(FOUR_ROWS)
    *_, block = frame.algorithm(pen)
    depths = [depth for depth, _ in block.lines]
    assert depths == [0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 1]
    words = said([block], solution)
    assert "next batch of 2 examples" in words and "Add up the derivatives" in words and "here after 7 updates" in words
    one, own = example("article-004")
    assert "example" not in said(frame.algorithm(one), own)


def test_brief_leaves_out_definitions_algorithm_and_glossary() -> None:
    pen, _ = pen_of("example:article-004", detail="brief")
    assert not [*frame.algorithm(pen), *frame.definitions(pen), *frame.counted(pen), *glossary(pen, everything(pen))]
    assert len(list(frame.opening(pen))) == 2


def test_the_closing_tells_where_the_training_led() -> None:
    pen, solution = example("article-004")
    words = said(frame.closing(pen), solution)
    assert "all 4 parameters" in words and "2 intermediate derivatives" in words
    assert "y has moved from 0.3723 to 0.6000, with 0.6 as its target, and L has fallen from 0.0259" in words
    _, symbolic = example("symbolic")
    assert "update" not in said(frame.closing(example("symbolic")[0]), symbolic)


def test_a_rising_loss_is_said_to_rise() -> None:
    pen, solution = pen_of("example:article-004", digits=3)
    steep = {"data": {"inputs": [[3]], "targets": [[1]]}, "layer": [{"units": 1, "weights": [[1]]}]}
    pen, solution = pen_of(steep | {"loss": {"name": "squared_error"}, "training": {"learning_rate": 1}})
    assert "has risen" in said(frame.closing(pen), solution)


# glossary


def table(name: str, **options: Any) -> dict[str, tuple[str, str]]:
    pen, solution = pen_of(f"example:{name}", **options)
    document = solution._composed
    (block,) = (b for b in glossary(pen, document.blocks) if isinstance(b, Table))
    cells = [[text(cell, solution) for cell in row] for row in block.rows]
    return {row[2]: (row[0], row[1]) for row in cells}


def test_the_glossary_explains_the_indices_of_its_notation() -> None:
    lines = table("article-000")
    assert lines["w[l][j][k]"] == ("w^l_{jk}", "weight into unit j of layer l from unit k of the layer below")
    assert lines["a[2][1]"][1] == "output of the network"
    assert lines["ln"][1] == "natural logarithm, to the base e"
    assert table("article-000", notation="numbered")["w[l][j][k]"] == ("w_n", "weight number n")


def test_the_glossary_counts_layers_and_rows_as_the_notation_does() -> None:
    pen, solution = example("article-003")
    assert "inputs, which are the activations of layer 1" in said(glossary(pen, solution._composed.blocks), solution)
    pen, solution = example("article-001")
    assert "Examples are counted from 0" in said(glossary(pen, solution._composed.blocks), solution)


def test_the_glossary_lists_only_what_is_used() -> None:
    lines = table("symbolic", detail="full")
    assert "rate" in lines  # the algorithm speaks of it
    assert "theta[l][j]" not in lines and "w[l][j][k]'" not in lines
    assert "sigmoid" in lines and "ln" not in lines


def test_every_kind_of_the_document_stands_in_the_glossary() -> None:
    for name in ("article-000", "softmax-2-3-2", "article-002"):
        assert {"x[k]", "x[k]@r"} & set(table(name))
        assert "w[l][j][k]" in table(name)


# a second notation


def test_without_the_option_there_is_no_translation() -> None:
    assert not list(translation(example("article-004")[0]))


def test_every_symbol_is_translated() -> None:
    pen, solution = pen_of("example:article-000", translate="layers")
    (block,) = (b for b in translation(pen) if isinstance(b, Table))
    rows = {text(row[2], solution): (text(row[0], solution), text(row[1], solution)) for row in block.rows}
    assert rows["w[1][4][3]"] == ("w¹₄₃", "w⁽¹⁾₄₃") and rows["a[2][1]"] == ("y\u0302", "s")
    assert rows["dloss/dw[1][1][1]"][1] == "∂C/∂w⁽¹⁾₁₁"
    assert set(solution.graph.names()) <= set(rows)


@pytest.mark.parametrize("second", NOTATIONS)
def test_any_second_notation_is_read_back_as_it_was_written(second: str) -> None:
    pen, solution = pen_of("example:article-004", translate=second)
    solution.__dict__["_composed"] = replace(solution._composed, blocks=(*everything(pen), *translation(pen)))
    other = choose(pen.graph, second)
    for form, printer in (("md", latex), ("latex", latex), ("typst", typst)):
        shown = solution.text(form)  # judged and read back on the way
        assert all(printer(other.symbol(name)) in shown for name in ("w[2][1][1]", "b[1][1]", "a[2][1]"))


def test_what_cannot_be_translated_is_refused() -> None:
    with pytest.raises(InputError, match="cannot tell"):
        list(translation(pen_of("example:article-000", translate="plain")[0]))
    with pytest.raises(InputError, match="own names"):
        list(translation(pen_of("example:graph-shared", translate="layers")[0]))
    with pytest.raises(InputError, match="translate"):
        pen_of("example:article-000", translate="layer")


@pytest.mark.parametrize("name", ["article-000", "article-001", "article-003", "softmax-2-3-2", "graph-product"])
def test_every_format_shows_what_was_composed(name: str) -> None:
    pen, own = example(name)
    blocks = [*everything(pen), *errata(pen)]
    solution = replace(own)
    solution.__dict__["_composed"] = replace(own._composed, blocks=(*blocks, *symbols(pen, blocks)))
    titles = [run for block in blocks if isinstance(block, Heading) for run in block.text if isinstance(run, str)]
    for form in ("md", "latex", "typst"):
        shown = solution.text(form)
        assert titles and all(title in shown for title in titles)
