"""The variants of a class, side by side: the entries of `exercises.json` go in one after the other; counts and ranges come out, which take
no more room for a large class, and the rows of `variants.csv`.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from hashlib import sha256
from typing import Any

from derivegen.network.graph import Graph
from derivegen.network.network import Figure
from derivegen.on_use import numpy
from derivegen.records import dataclass, field

Entry = dict[str, Any]


@dataclass(slots=True)
class Range:
    """The smallest and the largest of some numbers, and their sum."""

    smallest: Figure = float("inf")
    largest: Figure = float("-inf")
    total: Figure = Fraction(0)
    count: int = 0

    def add(self, number: Figure) -> None:
        """One more number."""
        self.smallest, self.largest = min(self.smallest, number), max(self.largest, number)
        self.total, self.count = self.total + number, self.count + 1

    @property
    def mean(self) -> Figure:
        """Their mean."""
        return self.total / self.count


@dataclass(slots=True)
class Tally:
    """What the variants of a class come to. `given` are ranges by array (`w[1]`), `asked` by quantity; the digits are counted number by
    number; `coinciding` counts in how many variants two mistakes, or a mistake and the right number (""), cannot be told apart."""

    graph: Graph
    count: int = 0
    draws: int = 0
    difficulty: Range = field(default_factory=Range)
    easiest: str = ""
    hardest: str = ""
    given: dict[str, Range] = field(default_factory=dict)
    asked: dict[str, Range] = field(default_factory=dict)
    digits_given: Counter[int] = field(default_factory=Counter)
    digits_asked: Counter[int] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    coinciding: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _seen: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, entry: Entry) -> None:
        """One more variant."""
        self.count += 1
        self.draws += entry["draws"]
        self._weigh(entry)
        for name, text in entry["givens"].items():
            found = self.graph.locate(name)
            self.given.setdefault(name if found is None else found[0].name, Range()).add(Fraction(text))
            self.digits_given[significant(text)] += 1
        for answer in entry["answers"]:
            if answer["form"] == "number":
                self.asked.setdefault(answer["quantity"], Range()).add(answer["value"])
                self.digits_asked[significant(answer["text"])] += 1
        self.rejected.update(entry["rejected"])
        self.coinciding.update((quantity, mistake, other) for quantity, mistake, other in entry["coinciding"])
        digest = sha256(repr(sorted(entry["givens"].items())).encode()).digest()
        self._seen.append(int.from_bytes(digest[:8]))

    def _weigh(self, entry: Entry) -> None:
        points = entry["difficulty"]
        if points < self.difficulty.smallest:
            self.easiest = entry["variant"]
        if points > self.difficulty.largest:
            self.hardest = entry["variant"]
        self.difficulty.add(points)

    @property
    def duplicates(self) -> int:
        """How many have the numbers of somebody before them."""
        return self.count - len(numpy.unique(numpy.frombuffer(self._seen, dtype=numpy.uint64)))


def significant(text: str) -> int:
    """How many significant digits a printed number shows: 0.0450 three, 300 one, 0 one."""
    digits = text.lstrip("-").partition("e")[0]
    shown = digits.replace(".", "").lstrip("0")
    return max(1, len(shown if "." in digits else shown.rstrip("0")))


def rows(entries: Iterable[Entry]) -> Iterator[list[str]]:
    """The lines of `variants.csv`: who, how hard, how often drawn, every number given and every answer."""
    for place, entry in enumerate(entries):
        if place == 0:
            yield _header(entry)
        answers = (answer.get("text", answer.get("right", "")) for answer in entry["answers"])
        yield [
            *(entry["id"], entry["variant"], f"{entry['difficulty']:g}", str(entry["draws"])),
            *(str(sum(entry["rejected"].values())), str(len(entry["coinciding"]))),
            *entry["givens"].values(),
            *answers,
        ]


def _header(entry: Entry) -> list[str]:
    known = ["id", "variant", "difficulty", "draws", "rejected", "coinciding"]
    return [*known, *entry["givens"], *(f"{answer['label']} {answer['quantity']}" for answer in entry["answers"])]
