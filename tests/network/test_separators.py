"""What stands between the cells of a table is guessed in one way, whoever reads it."""

from __future__ import annotations

import pytest

from derivegen.network.file.separators import SEPARATORS, separator, separators


@pytest.mark.parametrize(
    ("line", "between"),
    [
        ("id,name", ","),
        ("0,5;0,25", ";"),
        ("0,5;1;2,25;3,1", ";"),  # more commas than semicolons: they are decimal
        ("a, b\tc; d\te", "\t"),
        ('"Surname; first name",id', ","),
        ('"a ""b""; c",d', ","),
        ('"left open; for ever', None),
        ("0.5 0.25", None),
        ("", None),
    ],
)
def test_cells_are_cut_where_they_are_not_quoted(line: str, between: str | None) -> None:
    assert separator(line) == between
    first = separators(line)
    assert set(first) == set(SEPARATORS) and first[0] == (between or SEPARATORS[0])
