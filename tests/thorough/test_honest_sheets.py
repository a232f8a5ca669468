"""Two thousand honest sheets in sixteen ways of naming: none of their lines is called wrong, and nearly all are read. Some ten minutes.
DERIVEGEN_SHEETS says how many, DERIVEGEN_SHEETS_FROM is the seed of the first."""

from __future__ import annotations

import os
from random import Random

import pytest

from tests.marking.sheets import STYLES, Style, marked, rough_sheet, sheet

COUNT = int(os.environ.get("DERIVEGEN_SHEETS", "2000"))
FIRST = int(os.environ.get("DERIVEGEN_SHEETS_FROM", "0"))
LEAST = 0.98


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_honest_sheets(style: Style) -> None:
    read = of = 0
    wrong = list[tuple[int, tuple[str, ...]]]()
    for number in range(FIRST, FIRST + COUNT // len(STYLES)):
        draw = Random(f"{style.name} {number}")
        one = rough_sheet(style, draw) if number % 2 else sheet(style, draw, formulas=draw.random() < 0.8)
        found, _ = marked(one)
        read, of = read + found.read + found.few, of + found.of
        if found.wrong:
            wrong.append((number, found.wrong))
    assert wrong == []
    assert read >= LEAST * of
