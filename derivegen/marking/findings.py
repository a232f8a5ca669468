"""What was found in somebody's work, as data: one finding for each quantity that was answered or asked, and one for each relation of its
working that does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal

from derivegen.formula.tree import Formula
from derivegen.network.asked import LateRule
from derivegen.records import dataclass, field

FACTS = (
    *(
        "base",
        "count",
        "digits",
        "error",
        "factor",
        "found",
        "gives",
        "greater",
        "label",
        "line",
        "meant",
        "most",
        "name",
    ),
    *("comes", "needed", "number", "other", "places", "power", "ranges", "readings"),
    *("as1", "as2", "as3", "part1", "part2", "part3"),
    *("said", "same", "truth", "typed", "value", "word"),
)
"""What the sentence of a reason may speak of. Hardly a finding knows all of what its sentence can say: what it does not know is ""."""

READINGS = "readings"
"""The fact that is words of ours, not of people: all that a name may stand for."""
QUESTION = "question"
"""The fact that is the label of a question which asks for the value of no quantity."""
Said = str | Formula
"""A word of a sentence, or a formula in it."""
Verdict = Literal["right", "rounding", "follow_through", "wrong", "undecided", "unread", "missing"]

OPEN: tuple[Verdict, ...] = ("undecided", "unread")
"""What somebody has to look at."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: the file's name ("" for a line given as such), line and column from 1, and the line as typed."""

    file: str = ""
    line: int = 0
    column: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What may have gone wrong: one mistake of the catalogue, or two; in the step of `at` alone ("" everywhere it can be made); the number
    that comes of it."""

    mistakes: tuple[str, ...]
    value: float
    at: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `equality` counts the relations of the working from 1 (None: the answer as a whole); `reason` is the key of the
    sentence that says why (`finding.<reason>` in the prose), `values` what the sentence needs; `first` marks the first divergence.
    `expected` is the true number, `follows` what comes of the values the student had before, or of the other side of a sign of relation,
    where that is another; `marks` of `of` are given; `coarse` where only somebody comes to a number who rounds to a digit fewer than it
    shows."""

    quantity: str | None
    verdict: Verdict
    place: Place
    given: str = ""
    equality: int | None = None
    expected: float | None = None
    explanations: tuple[Explanation, ...] = ()
    reason: str = ""
    values: Mapping[str, Said] = field(default_factory=dict)
    marks: Fraction = Fraction(0)
    of: Fraction = Fraction(0)
    first: bool = False
    coarse: bool = False
    follows: float | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """How late something came, in days begun, and the rule for that."""

    days: int
    rule: LateRule


@dataclass(frozen=True, slots=True)
class Marking:
    """One submission, marked: who, which variant, what was found."""

    findings: tuple[Finding, ...]
    student: str = ""
    variant: str = ""
    file: str = ""
    notation: Mapping[str, str] = field(default_factory=dict)
    """Names of the page that were read as the page itself says, each with the quantity it was taken for."""
    remarks: tuple[str, ...] = ()
    """What the page takes for granted, by the keys of the sentences that say so."""

    accepts_open: bool = False
    """Whether marks that could not be decided are given."""
    late: Late | None = None
    """By how much it came late, where it came late."""
    attempt: str = ""
    """Which attempt at a quiz it is a part of: its questions may come from several sheets."""

    page: Callable[[], str] | None = field(default=None, compare=False, repr=False)
    """Makes its page for a notebook, where somebody marked one thing and looks at it."""

    def _repr_html_(self) -> str | None:
        """What a notebook shows of it."""
        return None if self.page is None else self.page()

    def __repr__(self) -> str:
        """What a terminal shows of it: a line for each finding."""
        lines = (
            f"  {each.quantity or each.place.source.strip()[:40]} = {each.given}: {each.verdict}"
            for each in self.findings
        )
        return "\n".join((f"<Marking: {self.marks} of {self.of} marks", *lines)) + ">"

    @property
    def marks(self) -> Fraction:
        """The marks given."""
        return self.earned - self.taken

    @property
    def earned(self) -> Fraction:
        """The marks for what was found, whenever it came."""
        given = sum((each.marks for each in self.findings), Fraction(0))
        return given + self.open if self.accepts_open else given

    @property
    def taken(self) -> Fraction:
        """The marks that are taken off because it came late."""
        return Fraction(0) if self.late is None else self.late.rule.taken(self.late.days, self.earned, self.of)

    @property
    def of(self) -> Fraction:
        """The marks to be had: the full scale, whatever could be decided."""
        return sum((each.of for each in self.findings), Fraction(0))

    @property
    def open(self) -> Fraction:
        """The marks of what could not be read or decided: not given so far."""
        return sum((each.of - each.marks for each in self.findings if each.verdict in OPEN), Fraction(0))

    @property
    def score(self) -> float | None:
        """Marks over marks to be had; None where nothing counts."""
        return float(self.marks / self.of) if self.of else None
