"""Numbers for a class: prints a Markdown table of how many variants a second are drawn, diagnosed and verified, in one process.

Run with `python tests/bench/bench_draw.py`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

from derivegen.calculus.chain import derive
from derivegen.exercise.ask import ask, asked_quantities
from derivegen.exercise.plan import plan
from derivegen.exercise.variants import planned
from derivegen.network.graph import build
from derivegen.network.load import load

EXAMPLES = ("article-000", "article-004", "softmax-2-3-2", "xor")
COUNT = 1000
GOAL = 1000
"""Variants a second of the 3–4–1 network, the plan included."""


def measured(example: str) -> Iterator[str]:
    """One row: a class of a thousand, processor time."""
    network = load(f"example:{example}")
    asked = asked_quantities(ask(derive(build(network))))
    start = time.process_time()
    made = plan(network, asked, None)
    between = time.process_time()
    draws = sum(variant.draws for variant in planned(made, map(str, range(COUNT)), 1))
    end = time.process_time()
    rate, goal = COUNT / (end - start), f"≥ {GOAL}" if example == "article-000" else "–"
    met = "yes" if goal == "–" or rate >= GOAL else "NO"
    detail = f"{len(asked)} asked, plan {(between - start) * 1e3:.0f} ms, {draws / COUNT:.0f} draws a variant"
    yield f"| {example} | {rate:.0f}/s | {goal} | {met} | {detail} |"


def growing() -> Iterator[str]:
    """How much more memory ten thousand take than one thousand."""
    network = load("example:article-004")
    made = plan(network, ["loss", "dloss/dw[1][1][1]"], None)
    peaks = []
    for count in (COUNT, 10 * COUNT):
        for _ in planned(made, map(str, range(count)), 1):
            pass
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    more = peaks[1] - peaks[0]
    yield f"| memory, 10 000 after 1 000 | +{more:.0f} MB | ≤ 20 MB | {'yes' if more <= 20 else 'NO'} | {peaks[1]:.0f} MB |"


def main() -> None:
    """Print the table, a row as soon as it is measured."""
    print("| what | measured | goal | met | of it |\n|---|---|---|---|---|")
    for example in EXAMPLES:
        for line in measured(example):
            print(line, flush=True)
    for line in growing():
        print(line, flush=True)


if __name__ == "__main__":
    main()
