"""How many variants a second get numbers, with the mistakes they must tell apart and every verdict checked, and the memory of many."""

from __future__ import annotations

import resource
from collections.abc import Iterator

from derivegen.calculus.chain import derive
from derivegen.exercise.ask import ask, asked_quantities
from derivegen.exercise.plan import plan
from derivegen.exercise.variants import planned
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.bench.measure import Measurement, at_least, at_most
from tests.bench.timing import Pace, processor, value

EXAMPLES = ("article-000", "article-004", "softmax-2-3-2", "xor")
COUNT = 1000
GOAL = at_least(1000)
"""Variants a second of the 3–4–1 network, the plan included."""


def measurements(pace: Pace) -> Iterator[Measurement]:
    """A class of a thousand on four networks, then ten thousand."""
    for example in EXAMPLES[:1] if pace.quick else EXAMPLES:
        yield drawn(example)
    if not pace.quick:
        yield growing()


def drawn(example: str) -> Measurement:
    """A class on one network."""
    network = load(f"example:{example}")
    asked = asked_quantities(ask(derive(build(network))))
    start = processor()
    made = plan(network, asked, None)
    between = processor()
    draws = sum(variant.draws for variant in planned(made, map(str, range(COUNT)), 1))
    rate = COUNT / (processor() - start)
    beside = f"{len(asked)} asked, plan {(between - start) * 1e3:.0f} ms, {draws / COUNT:.0f} draws a variant"
    return value(f"variants of {example}", rate, "/s", GOAL if example == "article-000" else None, beside)


def growing() -> Measurement:
    """How much more memory ten thousand take than one thousand."""
    network = load("example:article-004")
    made = plan(network, ["loss", "dloss/dw[1][1][1]"], None)
    peaks = []
    for count in (COUNT, 10 * COUNT):
        for _ in planned(made, map(str, range(count)), 1):
            pass
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    more = peaks[1] - peaks[0]
    return value("memory of 10,000 after 1,000", more, "MB", at_most(20), f"{peaks[1]:.0f} MB in all")
