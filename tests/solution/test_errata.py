"""Printed values: what differs is found at the printed digits, and the reason named is one that gives exactly these digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from derivegen.document.blocks import Block, Paragraph, Table
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen, pen_over
from derivegen.errors import InputError
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Formula
from derivegen.network.network import Published
from derivegen.notation.choose import choose
from derivegen.solution.errata import Errata, errata
from tests.solved import solved


def pen_of(name: str, published: dict[str, str] | None = None) -> Pen:
    solution = solved(name)
    trace = solution.trace
    if published is not None:
        table = {key: Published(value) for key, value in published.items()}
        graph = replace(trace.graph, network=replace(trace.graph.network, published=table))
        trace = replace(trace, graph=graph)
    return pen_over(solution.press, trace)


def text(prose: Any, name: str) -> str:
    solution = solved(name)
    return "".join(
        plain(written(run, solution.notation, solution.trace)) if isinstance(run, Formula) else run for run in prose
    )


def lines(blocks: list[Block], name: str) -> list[list[str]]:
    return [[text(cell, name) for cell in row] for block in blocks if isinstance(block, Table) for row in block.rows]


def sentences(blocks: list[Block], name: str) -> str:
    return " ".join(text(block.text, name) for block in blocks if isinstance(block, Paragraph))


def reason(quantity: str, printed: str, name: str = "article-004", **others: str) -> str:
    found = lines(list(errata(pen_of(name, {quantity: printed, **others}))), name)
    return found[0][-1] if found else ""


def test_the_slips_of_the_first_article_are_found() -> None:
    found = lines(list(errata(pen_of("article-004"))), "article-004")
    assert [row[:3] for row in found] == [
        ["L", "0.0260", "0.0259"],
        ["∂L/∂w₂", "−0.1309", "−0.1308"],
        ["∂L/∂b₁", "−0.0166", "−0.0167"],
    ]
    assert "16 agree" in sentences(list(errata(pen_of("article-004"))), "article-004")


def test_rounded_weights_that_lead_elsewhere_are_remarked_on() -> None:
    words = sentences(list(errata(pen_of("article-000"))), "article-000")
    assert "All 23 values" in words
    assert "gets 0.837 instead of 0.836 for ŷ after 3 updates" in words.replace("y\u0302", "ŷ")


def test_nothing_published_gives_no_section() -> None:
    assert not list(errata(pen_of("article-004", {})))


def mistaken(name: str) -> str:
    return f"a mistake that leads to just these digits: “{name}”"


@pytest.mark.parametrize(
    ("quantity", "printed", "why"),
    [
        ("dloss/dw[1][1][1]", "0.0083", mistaken("Sign of the error turned round")),
        ("dloss/db[1][1]", "-0.0334", mistaken("Factor ½ of the loss lost")),
        ("dloss/db[1][1]", "-0.0683", mistaken("Slope of the hidden units left out")),
        ("w[2][1][1]'", "0.2869", mistaken("Step added instead of subtracted”, or “Sign of the error turned round")),
        ("loss", "0.0130", "a factor ½ too many"),
        ("dloss/da[2][1]", "-0.1308", "the value of ∂L/∂w₂ instead"),
        ("dloss/db[1][1]", "-0.0166", "cut off instead of rounded"),
        ("w[2][1][1]'", "0.3000", "the value before the last update"),
        ("a[1][1]", "0.5745", "the last digit alone is off"),
        ("a[1][1]", "0.9", "no simple reason found"),
        ("dloss/dw[2][1][1]", "-0.1309", "intermediate values rounded to 3 decimals and carried on"),
    ],
)
def test_the_likeliest_reason_is_named(quantity: str, printed: str, why: str) -> None:
    assert reason(quantity, printed) == why


def test_values_carried_as_printed_explain_a_last_digit() -> None:
    # −0.2277 · 0.3 · 0.2445 · 0.5, each product rounded, gives −0.0084
    assert reason("dloss/dw[1][1][1]", "-0.0084") == "intermediate values rounded to 4 decimals and carried on"


def test_a_slip_followed_up_is_explained_by_the_printed_value() -> None:
    found = lines(list(errata(pen_of("article-004", {"a[1][1]": "0.9", "a[2][1]": "0.47"}))), "article-004")
    assert found[1][-1] == "computed from another printed value, which is wrong"


@pytest.mark.parametrize("printed", ["0.3723", "0.372", "0.37", "0.4", "+0.37", "0.372333", "3.723e-1"])
def test_the_digits_printed_count(printed: str) -> None:
    assert not lines(list(errata(pen_of("article-004", {"a[2][1]": printed}))), "article-004")


def test_half_a_unit_may_go_either_way() -> None:
    for printed, agrees in (("1", True), ("0", True), ("2", False)):
        found = Errata(pen_of("article-004", {"x[1]": printed}))  # x is 0.5
        assert found.agrees(found.claims[0]) == agrees


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("w[1]", "0.4", "the name of one number"),
        ("nope", "1", "such as loss, w\\[1\\]\\[1\\]\\[1\\]"),
        ("loss#61", "0", "60 updates"),
        ("loss", "about 1", "expected a number"),
        ("loss", "1e-99", "at most 20"),
    ],
)
def test_what_cannot_be_compared_is_refused(name: str, value: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(errata(pen_of("article-004", {name: value})))


def test_a_network_without_numbers_has_none_to_compare() -> None:
    with pytest.raises(InputError, match="no number"):
        list(errata(pen_of("article-002", {"loss": "1"})))


def test_where_a_value_stands_is_said() -> None:
    pen = pen_of("article-004", {})
    table = {"loss": Published("0.03", "page 3"), "a[1][1]": Published("0.6", "page 2"), "z[1][1]": Published("0.4")}
    network = replace(pen.graph.network, published=table)
    placed = replace(pen, trace=replace(pen.trace, graph=replace(pen.graph, network=network)))
    found = lines(list(errata(placed)), "article-004")
    assert [row[:3] for row in found] == [["z", "0.4", "0.3"]]
    table["loss"] = Published("0.04", "page 3")
    assert [row[:3] for row in lines(list(errata(placed)), "article-004")] == [
        ["L", "page 3", "0.04"],
        ["z", "", "0.4"],
    ]


def test_values_of_a_graph_and_of_rows_are_compared() -> None:
    assert not lines(list(errata(pen_of("graph-shared", {"dloss/db": "5", "loss": "6", "c": "3"}))), "graph-shared")
    found = lines(list(errata(pen_of("xor", {"a[2][1]@2#3": "0.9", "loss@2": "0.1"}))), "xor")
    assert [row[0].split(" after")[1] for row in found if " after" in row[0]] == [" 3 updates"]


@pytest.mark.parametrize(("sign", "printed"), [("dloss/dz", "-0.0167"), ("-dloss/dz", "0.0167")])
def test_a_printed_delta_has_the_sign_of_its_notation(sign: str, printed: str) -> None:
    for text_printed, differing in ((printed, 0), (printed.lstrip("-") if "-" in printed else f"-{printed}", 1)):
        pen = pen_of("article-004", {"delta[1][1]": text_printed})
        network = replace(pen.graph.network, notation={"base": "plain", "delta_is": sign})
        graph = replace(pen.graph, network=network)
        press = replace(pen.press, graph=graph, notation=choose(graph, network.notation))
        signed = replace(pen, trace=replace(pen.trace, graph=graph), press=press)
        found = lines(list(errata(signed)), "article-004")
        assert len(found) == differing
        if found:
            assert found[0][0] == "δ₁" and found[0][-1] == mistaken("Sign of the error turned round")
