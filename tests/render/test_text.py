"""Plain text: read back from its own lines, never wider than a terminal, aligned, safe."""

from __future__ import annotations

from functools import cache

import pytest

import derivegen
from derivegen.document.blocks import Listing
from derivegen.errors import CheckFailed
from derivegen.render import columns, text_page
from tests.solved import EXAMPLES, solved, written

WIDE = {
    "title": "wide [31m 漢字 title",
    "data": {"inputs": [[0.1 * k for k in range(9)]], "targets": [[1]]},
    "layer": [
        {"units": 2, "activation": "tanh", "weights": {"seed": 1}},
        {"units": 1, "activation": "sigmoid", "weights": {"seed": 1}},
    ],
    "loss": {"name": "binary_cross_entropy"},
    "training": {"learning_rate": 0.5, "steps": 3},
}


@cache
def wide() -> derivegen.Solution:
    return derivegen.solve(WIDE)


@pytest.mark.parametrize("name", [*EXAMPLES, "wide"])
def test_every_example_is_read_back_and_fits_a_terminal(name: str) -> None:
    text = wide().text("text") if name == "wide" else written(name, "text")
    document = wide().document if name == "wide" else solved(name).document
    listings = [block for block in document.blocks if isinstance(block, Listing)]
    programs = {line.strip() for block in listings for line in f"{block.code}\n{block.output}".splitlines()}
    assert [line for line in text.splitlines() if columns.width(line) > 80 and line.strip(" >") not in programs] == []
    assert not {c for c in text if ord(c) < 32 and c != "\n"} and columns.unmarked(text) == text
    assert not [c for c in text if "\ue000" <= c <= "\uf8ff" or c == columns.GLUE]
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert "None" not in text and "{{" not in text


def test_the_lines_of_a_derivation_stand_under_their_sign() -> None:
    lines = derivegen.solve("example:article-004", detail="full").text("text").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("  z = w₁ x + b₁"))
    assert [line.index("=") for line in lines[start : start + 3]] == [4, 4, 4]
    assert [line.index("[") for line in lines[start : start + 2]] == [24, 24]


def test_a_table_has_columns_and_a_wide_one_becomes_blocks() -> None:
    head, rule, row = columns.table(("unit", "from x", "bias"), [("h", "0.4", "0.1")], 1, 80)
    assert (head, rule, row) == ("unit  from x  bias", "────  ──────  ────", "h        0.4   0.1")
    assert columns.table(("", "long" * 12), [("h", "wide" * 12)], 1, 40)[1].startswith(2 * columns.GLUE)
    french = columns.table(("unité", "long" * 12), [("h", "wide" * 12)], 1, 40, f"{columns.GLUE}:")
    assert french[0] == f"unité{columns.GLUE}: h"
    halves = columns.table(("a", "b") * 2, [("w1", "1" * 9, "w2", "2" * 9), ("w3", "3" * 9, "", "")], 1, 20)
    assert [line.split()[0] for line in halves] == ["a", "──", "w1", "w3", "w2"]
    wrapped = columns.table(("a", "b"), [("one two three", "1")], 1, 10)
    assert [line.split() for line in wrapped[2:]] == [["one", "two", "1"], ["three"]]


def test_a_changed_number_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    true = text_page.text_page
    monkeypatch.setattr(text_page, "text_page", lambda *asked: true(*asked).replace("0.5744", "0.5745", 1))
    with pytest.raises(CheckFailed, match=r"0\.5745"):
        solved("article-004").text("text")


def test_what_stands_twice_and_differs_is_found() -> None:
    mark = chr(text_page.FIRST)
    twice = f"{mark}x{text_page.END} and {mark}y{text_page.END}"
    with pytest.raises(CheckFailed, match="written twice"):
        text_page.formulas_in(twice)


def test_the_same_bytes_each_time() -> None:
    assert derivegen.solve("example:xor").text("text") == written("xor", "text")
