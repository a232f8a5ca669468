"""The lines of tests/marking/test_lines.py for 50 random networks, every number of every line exchanged; the counts are printed."""

from __future__ import annotations

import pytest

from tests.marking.lines import Counts, judged

NETWORKS = 50
SETTINGS = {"a page": {}, "few easy givens": {"easy": True}, "lines alone": {"alone": True}}


@pytest.mark.parametrize("setting", SETTINGS)
def test_wrong_lines_are_called_wrong_and_honest_ones_are_not(setting: str) -> None:
    counts = Counts()
    for seed in range(NETWORKS):
        judged(f"{seed}", counts, **SETTINGS[setting])  # type: ignore[arg-type]
    honest, wrong = counts.honest, counts.wrong
    print(f"\n{setting}: honest {dict(honest)}, wrong {dict(wrong)}, named {counts.named}", *counts.amiss, sep="\n")
    if setting != "lines alone":
        assert honest["wrong"] == 0
        assert wrong["wrong"] >= 0.995 * wrong.total()
        assert counts.named >= 0.95 * wrong["wrong"]
        assert wrong["passed"] <= 0.0003 * wrong.total()
    assert wrong["passed"] <= 0.005 * wrong.total()
