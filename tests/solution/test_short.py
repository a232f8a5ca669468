"""The solution as it comes if nothing else is asked for: short, in its own order, every number found before it is used. Pages are counted
from the PDF; what a nudge, a comparison and an answer say is found again here without the product."""

from __future__ import annotations

import math
import os
import random
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

import derivegen
from derivegen.document.blocks import Derivation, Heading, Row, Table, every
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.tree import Compare, Quantity, Value
from derivegen.network.file.examples import example_names
from derivegen.network.wanted import instructive
from derivegen.solution.sections import SECTIONS, chosen
from tests.calculator import followed
from tests.render.white import empty
from tests.solved import solved as example

QUARTER = 0.25
THOROUGH = "DERIVEGEN_THOROUGH" in os.environ
NET = {
    "data": {"inputs": [[0.05, 0.10]], "targets": [[0.01, 0.99]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.15, 0.20], [0.25, 0.30]], "biases": [0.35, 0.35]},
        {"units": 2, "activation": "sigmoid", "weights": [[0.40, 0.45], [0.50, 0.55]], "biases": [0.60, 0.60]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.5},
}


@cache
def solved() -> derivegen.Solution:
    return derivegen.solve(NET)


def loss(w: float, place: tuple[int, int, int]) -> float:
    """The loss with one weight put elsewhere, in plain Python."""
    layers = [[list(row) for row in layer["weights"]] for layer in NET["layer"]]  # type: ignore[index]
    number, unit, source = place
    layers[number][unit][source] = w
    a = NET["data"]["inputs"][0]  # type: ignore[index]
    for layer, weights in zip(NET["layer"], layers, strict=True):
        sums = (sum(x * y for x, y in zip(row, a, strict=True)) for row in weights)
        a = [1 / (1 + math.exp(-(z + b))) for z, b in zip(sums, layer["biases"], strict=True)]  # type: ignore[index]
    return sum((y - t) ** 2 / 2 for y, t in zip(a, NET["data"]["targets"][0], strict=True))  # type: ignore[index]


def drawn(widths: tuple[int, ...], seed: int) -> dict[str, Any]:
    """A network of these widths with other numbers and functions."""
    chance = random.Random(f"short {widths} {seed}")
    number = lambda: round(chance.uniform(-1, 1), chance.choice((1, 2)))  # noqa: E731
    layers = [
        {
            "units": units,
            "activation": chance.choice(("sigmoid", "tanh")),
            "weights": [[number() or 0.5 for _ in range(below)] for _ in range(units)],
            "biases": [number() for _ in range(units)],
        }
        for below, units in pairwise(widths)
    ]
    return {
        "data": {"inputs": [[number() or 0.3 for _ in range(widths[0])]], "targets": [[0.1, 0.9][: widths[-1]]]},
        "layer": layers,
        "loss": {"name": chance.choice(("half_squared_error", "squared_error"))},
        "training": {"learning_rate": 0.5},
    }


@pytest.mark.parametrize(("widths", "most"), [((1, 1, 1), 3), ((2, 2, 2), 5), ((3, 4, 1), 6)])
def test_pages_are_few_and_none_but_the_last_is_more_than_a_quarter_empty(widths: tuple[int, ...], most: int) -> None:
    for seed in range(20 if THOROUGH else 2):
        pages = empty(derivegen.solve(drawn(widths, seed)).text("typst"))
        assert len(pages) <= most and max(pages[:-1], default=0.0) <= QUARTER, (seed, pages)


@pytest.mark.parametrize("name", example_names() if THOROUGH else ("article-000", "article-004", "rnn"))
def test_no_page_of_an_example_but_the_last_is_more_than_a_quarter_empty(name: str) -> None:
    pages = empty(example(name).text("typst"))
    assert max(pages[:-1], default=0.0) <= QUARTER, pages


def test_narrow_tables_stand_side_by_side() -> None:
    """Softmax has three pairs of them; below each other they pushed its answers onto an eighth page."""
    assert len(empty(example("softmax-2-3-2").text("typst"))) <= 7


def test_what_is_empty_is_measured_from_the_page() -> None:
    page = '#set page("a4", margin: (top: 19mm, bottom: 17mm))\n'
    high = 297 - 19 - 17
    assert empty(f"{page}#rect(width: 50mm, height: {high / 2}mm, fill: black)") == [pytest.approx(0.5, abs=0.01)]
    assert empty(f"{page}#v({high - 3}mm)#line(length: 9mm)#pagebreak()x")[0] < 0.03


def test_numbers_that_a_figure_has_no_room_for_stand_in_tables() -> None:
    """A network of six columns is drawn without the numbers of its weights, which came from nowhere."""
    for widths, figure in (((2, 2, 2), True), ((2, 2, 2, 2, 2, 1), False)):
        text = " ".join(derivegen.solve(drawn(widths, 0)).text("text").split())
        assert ("and its starting numbers." in text) is figure
        assert ("Parameters of the output layer: weights" in text) is not figure


def test_the_order_is_that_of_back_propagation() -> None:
    heads = [block.text for block in solved().document.blocks if isinstance(block, Heading)]
    flat = ["".join(run if isinstance(run, str) else run.name for run in text) for text in heads]  # type: ignore[attr-defined]
    wanted = [
        "The question and the plan",
        "Forward pass",
        "Slopes used below",
        "Backward pass",
        "The derivative with respect to w[2][1][1]",
    ]
    wanted += [
        "The derivative with respect to w[1][1][1]",
        "All derivatives",
        "One step of gradient descent",
        "Answers",
    ]
    assert flat == wanted


def test_nothing_is_derived_twice() -> None:
    lefts = [
        row.left for d in every(solved().document.blocks) if isinstance(d, Derivation) for row in d.rows if row.left
    ]
    found = [left for left in lefts if isinstance(left, Quantity) and not left.name.startswith("dloss/dw")]
    assert len(found) == len(set(found))


def test_a_nudge_says_what_two_forward_passes_say() -> None:
    text = " ".join(solved().text("text").split())
    said = re.findall(
        r"Put ([\d.]+) for \S+ = ([\d.]+) and .*? goes from ([\d.]+) to ([\d.]+)\. It rises by ([\d.]+) .*? a ratio of ([\d.]+);",
        text,
    )
    assert len(said) == 2
    for (new, old, before, after, rise, ratio), place in zip(said, [(1, 0, 0), (0, 0, 0)], strict=True):
        places = len(before.partition(".")[2])
        assert float(before) == round(loss(float(old), place), places) and float(after) == round(
            loss(float(new), place), places
        )
        assert float(rise) == pytest.approx(float(after) - float(before), abs=10**-places / 10)
        assert float(ratio) == pytest.approx(float(rise) / (float(new) - float(old)), rel=1e-3)


def test_two_derivatives_are_compared_factor_by_factor() -> None:
    text = " ".join(solved().text("text").split())
    found = re.search(
        r"Why is it ([\d.]+) times smaller .*? ① is ([\d.]+) times smaller, ② is ([\d.]+) times larger, ③ is ([\d.]+) times smaller",
        text,
    )
    assert found is not None
    whole, first, second, third = map(float, found.groups())
    assert whole == pytest.approx(first / second * third, rel=0.01)
    slopes = solved().gradients
    assert whole == pytest.approx(slopes["w[2][1][1]"] / slopes["w[1][1][1]"], rel=0.005)


def test_the_answers_are_right() -> None:
    text, slopes = " ".join(solved().text("text").split()), solved().gradients
    assert slopes["w[2][2][1]"] < 0 and "1: Negative: ① is negative, ② is positive and ③ is positive." in text
    assert slopes["w[1][1][2]"] == pytest.approx(2 * slopes["w[1][1][1]"]) and "2: Exactly 2 times." in text
    trained = {name: abs(slopes[name]) for name in solved().graph.trained}
    assert max(trained, key=trained.__getitem__) == "b[2][1]" and re.search(
        r"3: b⁽²⁾₁, for its derivative 0\.1385", text
    )


def test_every_cell_is_followed_by_a_calculator() -> None:
    count, false, remarks = followed(solved().text("md"), 4)
    assert count > 20 and not false and not remarks
    cells = [
        run
        for block in every(solved().document.blocks)
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
        for run in cell
    ]
    assert sum(isinstance(run, Compare) for run in cells) > 10


def test_a_cell_that_is_false_is_refused() -> None:
    from dataclasses import replace

    solution = derivegen.solve(NET)
    table = next(
        block
        for block in every(solution.document.blocks)
        if isinstance(block, Table) and any(isinstance(c[0], Compare) for r in block.rows for c in r if c)
    )
    row = next(row for row in table.rows if any(cell and isinstance(cell[0], Compare) for cell in row))
    wrong = tuple(
        (replace(cell[0], right=Value("b[1][2]")),) if cell and isinstance(cell[0], Compare) else cell for cell in row
    )
    spoiled = replace(table, rows=(wrong,))
    document = replace(solution.document, blocks=(spoiled,))
    with pytest.raises(CheckFailed):
        solution.printer.judge.document(document)


def test_sections_are_chosen_by_name() -> None:
    usual = chosen(solved().graph)
    only = derivegen.solve(NET, only="backward,rules")
    heads = [block for block in only.document.blocks if isinstance(block, Heading) and block.level == 1]
    assert len(heads) == 1 and chosen(only.graph) == ("backward", "rules")
    more = derivegen.solve(NET, **{"with": ["program", "words"]})
    assert set(chosen(more.graph)) - set(usual) == {"program", "words"}
    assert "import numpy" in more.text("md") and "import numpy" not in solved().text("md")
    assert {*SECTIONS} > {*usual}


@pytest.mark.parametrize("key", ["sections", "only", "with"])
def test_a_section_that_is_none_is_refused_with_the_nearest(key: str) -> None:
    with pytest.raises(InputError, match=r'found "backwards".*likely fix: write "backward"'):
        derivegen.solve(NET, **{key: ["backwards"]}).text("md")


def test_sections_in_two_ways_are_refused() -> None:
    with pytest.raises(InputError, match="sections and only together"):
        derivegen.solve(NET, sections=["rules"], only=["rules"])


def test_what_is_followed_is_chosen_for_learning() -> None:
    assert instructive(solved().graph) == ("w[2][1][1]", "w[1][1][1]")
    assert instructive(derivegen.solve(NET, wrt="b[1][2]").graph) == ("b[1][2]",)


def test_full_says_all_that_was_said_before() -> None:
    text = derivegen.solve(NET, detail="full").text("md")
    for title in (
        "What is sought",
        "Kinds of links",
        "The whole procedure",
        "Words used",
        "The same in Python",
        "Symbols",
    ):
        assert title in text
    assert len(text) > 2.5 * len(solved().text("md"))


def test_marks_are_roles() -> None:
    rows: list[Row] = [
        row
        for block in every(solved().document.blocks)
        if isinstance(block, Derivation)
        for row in block.rows
        if row.mark
    ]
    first = [(row.mark, row.left.name) for row in rows[:3] if isinstance(row.left, Quantity)]
    assert first == [("①", "dloss/da[2][1]"), ("②", "da[2][1]/dz[2][1]"), ("③", "dz[2][1]/dw[2][1][1]")]
    assert {row.mark for row in rows} == {"①", "②", "③"}


@pytest.mark.parametrize("name", ["absolute_error", "huber"])
@pytest.mark.parametrize("carry", ["exact", "rounded"])
def test_a_slope_that_goes_by_cases_is_found_in_a_line_of_its_own(name: str, carry: str) -> None:
    """With two outputs the second one's δ is made of a slope of the loss that was not worked before."""
    layers = [{**layer, "activation": "tanh"} for layer in NET["layer"]]  # type: ignore[attr-defined, dict-item]
    solution = derivegen.solve({**NET, "layer": layers, "loss": {"name": name}}, carry=carry)
    text = " ".join(solution.text("text").split())
    assert text.count("otherwise") >= 2 and solution.lines > 30


def test_a_table_whose_heads_round_otherwise_says_so() -> None:
    """Carried on as printed δ₁ is −0.0167, and −0.0167 · 0.5 is a half: −0.0084, where the chain above comes to −0.0083."""
    said = "Where the product of two of these numbers"
    assert said in derivegen.solve("example:article-004", carry="rounded").text("md")
    assert said not in derivegen.solve("example:article-004").text("md")


# which of several examples is followed


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ({}, 4),
        ({"example": 2}, 2),
        ({"example": 3, "detail": "full"}, 3),
        ({"example": 2, "view": "both", "carry": "rounded"}, 2),
    ],
)
def test_the_example_that_is_followed_is_the_one_asked_for_or_one_whose_inputs_are_not_0(
    options: Any, number: int
) -> None:
    inputs, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    page = derivegen.solve("example:xor", **options).text("md")
    forward = page[page.index("\n## Forward pass") :]
    first = " + ".join(f"{weight} \\cdot {x}" for weight, x in zip((5, 5), inputs[number - 1], strict=True)) + " + (-2)"
    assert first in forward.split("\\sigma", 1)[0]
    assert f"a_{{1,{number}}}^{{(2)}} - {targets[number - 1]}" in page or f"t_{{{number}}}" in page
    others = {1, 2, 3, 4} - {number}
    assert not any(f"z_{{1,{other}}}" in forward.split("\n## ", 2)[1] for other in others)


@pytest.mark.parametrize(
    ("net", "example", "said"),
    [
        ("example:xor", 5, "document.example: found 5; there are 4 examples, so write 1 to 4"),
        ("example:article-004", 2, "document.example: found 2; there is one example; leave it out"),
        ("example:symbolic", 2, "document.example: found 2; "),
    ],
)
def test_an_example_there_is_not_is_refused(net: str, example: int, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        derivegen.solve(net, example=example).text("md")


def test_an_assumption_does_not_run_into_the_reason_behind_it() -> None:
    text = " ".join(derivegen.solve("example:article-001").text("text").split())
    assert "[assuming s_{1,i} > 0; the ReLU gate at s_{1,i}]" in text


# what it is about


def test_a_story_stands_before_the_question_and_names_stand_beside_their_numbers() -> None:
    net = {
        **NET,
        "data": {**NET["data"], "input_names": ["hours slept", "hours read"], "target_names": ["pass", "fail"]},
    }  # type: ignore[dict-item]
    text = " ".join(derivegen.solve(net, story="A student slept & read.").text("text").split())
    assert text.index("A student slept & read.") < text.index("The question and the plan")
    assert (
        "x₁ = 0.05 (hours slept) and x₂ = 0.1 (hours read), and the network should answer 0.01 (pass) and 0.99 (fail)."
        in text
    )


@pytest.mark.parametrize("name", ["graph-product", "rnn", "conv-pool"])
def test_a_graph_has_its_story_too(name: str) -> None:
    solution = derivegen.solve(f"example:{name}")
    story = solution.network.options.story
    assert story and " ".join(solution.text("text").split()).count(story) == 1


def test_the_close_says_what_it_took() -> None:
    text = " ".join(solved().text("text").split())
    assert "how L changes with each of its 12 parameters, because every δ is found once" in text
    assert "What was learnt" not in derivegen.solve(NET, detail="brief").text("text")
