"""What it costs to make every single mistake, and every pair of them, on one asked value."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.chain import derive
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import pairs, singles
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.bench.measure import Measurement, at_most
from tests.bench.timing import Pace, timed

ASKED = (("article-000", "dloss/dw[1][4][3]"), ("softmax-2-3-2", "dloss/dw[1][2][1]"))


def measurements(pace: Pace) -> Iterator[Measurement]:
    """One value of each network, which is loaded once."""
    return (diagnosed(example, name, pace) for example, name in ASKED)


def diagnosed(example: str, name: str, pace: Pace) -> Measurement:
    """Singles and pairs together."""
    derivation, mistakes = derive(build(load(f"example:{example}"))), list(CATALOGUE.values())

    def work() -> tuple[int, int]:
        right = Right(derivation)
        alone = list(singles(right, name, mistakes))
        return len(alone), len(list(pairs(right, name, alone)))

    one, two = work()
    beside = f"{one} singles of {len(mistakes)} mistakes, {two} pairs"
    return timed(f"{example}, {name}", work, at_most(0.2), pace, beside)
