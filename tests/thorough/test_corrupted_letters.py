"""Corrupted lines of the documents of networks under index letters, sixty of each kind and more: rules under letters, arrays. The judge
refuses each of them. Sentences and tables: `tests/document/test_standing.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.matrix import WrongShapes, has_arrays, has_letters
from derivegen.document.blocks import Row
from derivegen.document.verify import Judge
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import Formula, Indexed, Matrix, Number, walk
from tests.document import test_judge
from tests.document.test_standing import NAMES, shifted
from tests.solved import solved

EACH = 60


@pytest.mark.parametrize("name", NAMES)
def test_corrupted_lines_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_judge, "ROWS", EACH)
    solution, cases = solved(name), test_judge.row_cases(name)
    assert len(cases) >= EACH
    judge = Judge(solution.trace, solution.notation)
    for kind, row, wrong, document in cases:
        with pytest.raises(CheckFailed):
            judge.document(document)
            pytest.fail(f"{kind}: {solution.printer.judge.lines.show(row.right, wrong)} passed", pytrace=False)


@pytest.mark.parametrize("whose", ["rules", "arrays"])
def test_corrupted_rules_and_arrays_are_refused(whose: str) -> None:
    found = 0
    for name in NAMES:
        solution = solved(name)
        judge = Judge(solution.trace, solution.notation)
        for path, derivation, r in test_judge.rows_of(solution.document):
            row = derivation.rows[r]
            parts = (row.left, row.right) if row.left is not None else (row.right,)
            arrays = any(map(is_array, parts))
            if not (arrays if whose == "arrays" else any(map(has_letters, parts)) and not arrays):
                continue
            wrong = [*test_judge.corrupt_rows(row, solution), *(("place", each) for each in other_places(row))]
            for kind, each in test_judge.sample(wrong, 12, f"{name}{path}{r}"):
                if same_numbers(row, each, solution):
                    continue
                found += 1
                with pytest.raises(CheckFailed):
                    judge.document(test_judge.with_row(solution.document, path, r, each))
                    pytest.fail(f"{name}, {kind}: {row.left} = {each.right} passed", pytrace=False)
    assert found >= EACH


def is_array(tree: Formula) -> bool:
    return has_arrays(tree) or any(isinstance(part, Matrix) for part in walk(tree))


def same_numbers(row: Row, wrong: Row, solution: Any) -> bool:
    """Whether a corruption has the numbers of the true line, for all its letters and entries: what comes from a 0 may be left out."""
    if row.relation != wrong.relation:
        return False
    arrays, left = arrays_of(solution.trace.derivation), row.left or row.right
    try:
        if is_array(row.right):
            shape = arrays.shape(row.right)
            assert shape is not None
            places = [(r, c) for r in range(1, shape[0] + 1) for c in range(1, shape[1] + 1)]
            pairs = [[arrays.entry(each.right, *place) for each in (row, wrong)] for place in places]
        else:
            letters = [*arrays.settings(left, row.right, most=100)]
            pairs = [[arrays.at(each.right, at) or Number("0") for each in (row, wrong)] for at in letters]
        numbers = [[value(each, solution.trace.number, FLOAT) for each in pair] for pair in pairs]
    except (WrongShapes, AssertionError, LookupError, ValueError, InputError):
        return False
    return all(abs(one - other) <= 1e-9 * (1 + abs(one)) for one, other in numbers)


def other_places(row: Row) -> Iterator[Row]:
    """The row with one more in a place of a rule's right side."""
    for part in walk(row.right):
        if isinstance(part, Indexed):
            for wrong in shifted(part):
                yield replace(row, right=test_judge.replaced(row.right, part, wrong))
