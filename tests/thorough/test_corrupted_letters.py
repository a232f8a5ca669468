"""Corrupted lines of the documents of networks under index letters, 60 of each and more: the judge refuses each of them."""

from __future__ import annotations

import pytest

from derivegen.document.verify import Judge
from derivegen.errors import CheckFailed
from tests.document import test_judge
from tests.solved import solved

EACH = 60


@pytest.mark.parametrize("name", ["rnn", "lstm", "attention", "conv-pool"])
def test_corrupted_lines_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_judge, "ROWS", EACH)
    solution, cases = solved(name), test_judge.row_cases(name)
    assert len(cases) >= EACH
    judge = Judge(solution.trace, solution.notation)
    for kind, row, wrong, document in cases:
        with pytest.raises(CheckFailed):
            judge.document(document)
            pytest.fail(f"{kind}: {solution.printer.judge.lines.show(row.right, wrong)} passed", pytrace=False)
