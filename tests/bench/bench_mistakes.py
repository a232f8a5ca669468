"""Mistakes on one asked value: prints a Markdown table of what all singles and all pairs cost, processor time, best of five.

Run with `python tests/bench/bench_mistakes.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from derivegen.calculus.chain import derive
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right, pairs, singles
from derivegen.network.graph import build
from derivegen.network.load import load

ASKED = (("article-000", "dloss/dw[1][4][3]"), ("softmax-2-3-2", "dloss/dw[1][2][1]"))
GOAL = 0.2
"""Seconds for singles and pairs together, once the network is loaded."""


def measured(example: str, name: str) -> Iterator[str]:
    """One row: the first diagnosis on a network, and one on the same network after it."""
    derivation, mistakes = derive(build(load(f"example:{example}"))), list(CATALOGUE.values())
    times = []
    for _ in range(5):
        right = Right(derivation)
        start = time.process_time()
        alone = list(singles(right, name, mistakes))
        between = time.process_time()
        both = list(pairs(right, name, alone))
        times.append((time.process_time() - start, between - start))
    whole, first = min(times)
    met = "yes" if whole <= GOAL else "NO"
    counts = f"{len(alone)} of {len(mistakes)} singles {first * 1e3:.0f} ms, {len(both)} pairs {(whole - first) * 1e3:.0f} ms"
    yield f"| {example}, {name} | {whole * 1e3:.0f} ms | ≤ {GOAL * 1e3:.0f} ms | {met} | {counts} |"


def main() -> None:
    """Print the table."""
    print("| what | measured | goal | met | of it |\n|---|---|---|---|---|")
    for example, name in ASKED:
        for line in measured(example, name):
            print(line, flush=True)


if __name__ == "__main__":
    main()
