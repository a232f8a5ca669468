"""A published text in, with what was read of it; its sentences, each with its place, and findings about them out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from derivegen.formula.tree import Quantity
from derivegen.marking.findings import Finding, Place
from derivegen.marking.judge.task import Task
from derivegen.marking.read.lined import line_starts
from derivegen.marking.read.statement import Statement
from derivegen.marking.read.statements import read_working
from derivegen.marking.read.texts import Stated
from derivegen.notation.typed_names import Names
from derivegen.records import dataclass

WRAPPED = 50
"""A line of fewer characters goes on in the next only where that begins with a small letter."""
MOST_SENTENCES = 5000
LONGEST = 1500
"""Characters of a sentence; what is longer is none, and is not looked at."""
MOST_BEFORE = 10
"""Sentences back from which something may still be supposed."""
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M)
_APART = re.compile(r"[ \t]*(?:[-*+•‣>|#]|\d{1,3}[.)][ \t]|\$\$|\\begin|\\end|\\\[|\\item|\\(?:sub)*section)")
"""How a line begins that goes on with none before."""
_ENDS = re.compile(r"(?:[.!?:;|]|\$\$|\\\]|\})[\"'”)\]*_]*\s*$")
_STOP = re.compile(
    r"(?<!e\.g)(?<!i\.e)(?<!\bvs)(?<!\bcf)(?<!Fig)(?<!\bEq)(?<!w\.r\.t)(?<!approx)[.!?][\"'”)\]*_]*\s+(?=\S)"
)
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WHOLE = rf"(?:\d{{1,3}}(?:[ ,]\d{{3}})+|\d+|{'|'.join(_WORDS)})"
"""A whole number in figures or words."""
_SUPPOSED = re.compile(
    r"\b(?:suppos\w+|imagin\w+|pretend|assum\w+ (?:instead|for a moment)|would|could|were|had we|instead|what if|hypothetical\w*"
    r"|if (?:we|you|the|one|it|\$?\w{1,4}\$?)\b.{0,60}?\b(?:was|had|change[ds]?|double[ds]?|replace[ds]?|used?|set|start(?:ed|s)?))\b",
    re.I | re.S,
)
_GOES_ON = re.compile(
    r"\W*(?:then|now|so|in that case|in this case|this (?:gives|makes|leads)|the (?:loss|output) (?:is|becomes) then)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its line ends as spaces, where it begins, and whether another one may go before it in the same paragraph."""

    text: str
    at: int
    opens: bool

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.at + len(self.text)


@dataclass(frozen=True)
class Article:
    """A text about a network, and what was read of it; `wrong` are the places (line, column, sign of relation) judged wrong."""

    task: Task
    names: Names
    text: str
    found: tuple[Stated, ...]
    file: str = ""
    wrong: frozenset[tuple[int, int, int | None]] = frozenset()

    @property
    def statements(self) -> Iterator[Statement]:
        """What was read."""
        return (each for each in self.found if isinstance(each, Statement))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the text, code and comments in it as well."""
        return tuple(islice(self._sentences(), MOST_SENTENCES))

    def _sentences(self) -> Iterator[Sentence]:
        for start, end in self._paragraphs():
            text, at = self.text[start:end].replace("\n", " "), 0
            for stop in [*(match.end() for match in _STOP.finditer(text)), len(text)]:
                if text[at:stop].strip() and stop - at <= LONGEST:
                    yield Sentence(text[at:stop], start + at, at == 0)
                at = stop

    def _paragraphs(self) -> Iterator[tuple[int, int]]:
        """Lines that go on from one to the next; a formula set apart stands alone, fences are left out."""
        begun: int | None = None
        fenced = False
        for number, line in enumerate(self.lines):
            start = self._starts[number]
            fence = _FENCE.match(line) is not None
            apart = fence or fenced or not line.strip() or _APART.match(line) is not None
            if begun is not None and (apart or not self._runs_on(number - 1)):
                yield begun, start - 1
                begun = None
            fenced ^= fence
            if begun is None and line.strip() and not fence:
                begun = start
        if begun is not None:
            yield begun, len(self.text)

    def _runs_on(self, number: int) -> bool:
        line, after = self.lines[number], self.lines[number + 1]
        return (len(line) >= WRAPPED or after[:1].islower()) and _ENDS.search(line) is None

    @cached_property
    def programs(self) -> tuple[tuple[int, int], ...]:
        """Where programs and what they print stand: between fences, but for formulas."""
        found, begun, fence = list[tuple[int, int]](), -1, ""
        for start, line in zip(self._starts, self.lines, strict=True):
            if _FENCE.match(line) and begun < 0:
                begun, fence = start, line
            elif _FENCE.match(line):
                found += [(begun, start)] if "math" not in fence else []
                begun = -1
        return tuple(found)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self.lines)

    def place(self, at: int) -> Place:
        """The line and column of a place in the text."""
        line = bisect_right(self._starts, at) - 1
        return Place(self.file, line + 1, at - self._starts[line] + 1, self.lines[line])

    def offset(self, line: int, column: int) -> int:
        """The place in the text of a line and column."""
        return self._starts[line - 1] + column - 1

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.at for sentence in self.sentences]

    def sentence(self, at: int) -> Sentence | None:
        """The sentence around a place."""
        number = bisect_right(self._sentence_starts, at) - 1
        return self.sentences[number] if number >= 0 and at < self.sentences[number].end else None

    def supposed(self, at: int) -> bool:
        """Whether what stands at a place is only supposed, in its sentence or one that it goes on from."""
        number = bisect_right(self._sentence_starts, at)
        for sentence in self.sentences[max(0, number - MOST_BEFORE) : number][::-1]:
            if _SUPPOSED.search(sentence.text):
                return True
            if sentence.opens or not _GOES_ON.match(sentence.text):
                return False
        return False

    def quantity(self, symbol: str) -> str | None:
        """The quantity a symbol names, by own name; None where it names none, or several."""
        for read in read_working(f"${symbol.strip(' $.,;')} = 0$", self.names, "markdown"):
            if isinstance(read, Statement) and isinstance(read.sides[0].formula, Quantity):
                return self.task.own(read.sides[0].formula.name)
        return None

    def finding(self, at: int, reason: str, given: str, quantity: str | None = None, **values: str) -> Finding:
        """Something the text says wrongly."""
        return Finding(quantity, "wrong", self.place(at), " ".join(given.split()), reason=reason, values=values)


def whole(text: str) -> int:
    """A whole number in figures or words."""
    return _WORDS.index(text.lower()) if text.lower() in _WORDS else int(re.sub(r"\D", "", text))
