"""Pages of drawn networks handed in as working: no line of them is wrong. DERIVEGEN_PAGES says how many, DERIVEGEN_PAGES_FROM from which
seed on: stacks of layers in several notations, and networks under index letters in whose equations something was changed.
"""

from __future__ import annotations

import os
import random

import derivegen
from tests.calculus.test_layer_kinds import file_of, with_targets
from tests.thorough.test_changed_letters import changed
from tests.thorough.test_many_stacks import stack

COUNT = int(os.environ.get("DERIVEGEN_PAGES", "120"))
FIRST = int(os.environ.get("DERIVEGEN_PAGES_FROM", "0"))
NOTATIONS = ("plain", "superscript", "numbered", "layers", "nielsen", "goodfellow", "bishop", "ng", "haykin", "d2l")


def test_no_line_of_a_page_is_wrong() -> None:
    wrong, right = [], 0
    for seed in range(FIRST, FIRST + COUNT):
        draw = random.Random(seed)
        file = {**changed(seed), "document": {}} if seed % 2 else with_targets(file_of(*stack(seed), seed=seed))
        if seed % 2 == 0 and draw.random() < 0.4:
            file["notation"] = draw.choice(NOTATIONS)
        try:
            page = derivegen.solve(file).text("md")
        except derivegen.InputError:
            continue
        for each in derivegen.check(file, page).findings:
            right += each.verdict == "right"
            if each.verdict == "wrong" or each.reason == "file.failed":
                wrong.append(
                    f"{seed}, line {each.place.line}: {each.place.source[:80]} = {each.given[:80]} ({each.reason})"
                )
    assert not wrong
    assert right > 50 * COUNT
