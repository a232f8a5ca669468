"""Three hundred networks of every kind in every text format: none is refused, and a calculator of its own follows every line of numbers.

The lines are read from Markdown and from LaTeX; the other formats are read back by the product itself when they are written, against the
same document, so that what is asked of them here is that they come out. `DERIVEGEN_NETWORKS` says how many networks, and the number of the
first stands in `DERIVEGEN_NETWORKS_FROM`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

import derivegen
from tests.calculator import followed
from tests.various import various

FIRST = int(os.environ.get("DERIVEGEN_NETWORKS_FROM", "0"))
COUNT = int(os.environ.get("DERIVEGEN_NETWORKS", "300"))
READ = ("md", "latex")
WRITTEN = ("text", "md-pandoc", "html", "ipynb", "typst", "slides", "json")


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_a_network_comes_out_and_is_followed(seed: int, record_property: Callable[[str, object], None]) -> None:
    net = various(seed)
    solution, shown = derivegen.solve(net), net["document"]
    for form in READ:
        count, false, remarks = followed(solution.text(form), shown.get("digits", 4), shown.get("significant"))
        record_property(form, f"{count} lines, {remarks} remarks")
        assert [line.side for line in false] == [], form
    for form in WRITTEN:
        assert solution.text(form), form
