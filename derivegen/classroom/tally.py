"""The markings of a class go in one after the other; counts come out: scores, mistakes, how each question went, each variant, and what
somebody has to look at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from derivegen.marking.findings import QUESTION, Finding, Marking, Verdict
from derivegen.records import dataclass, field

RIGHT: tuple[Verdict, ...] = ("right", "rounding")
LEFT_OPEN: tuple[Verdict, ...] = ("undecided", "unread")
BANDS = 10
"""Columns of the picture of the scores."""


@dataclass(slots=True)
class Step:
    """How one quantity went, or with its `label` a question that asks for the value of none: verdicts by how often, and in how many
    submissions the first divergence was there."""

    label: str = ""
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    first: int = 0

    @property
    def judged(self) -> int:
        """How often it was judged."""
        return sum(count for verdict, count in self.verdicts.items() if verdict not in LEFT_OPEN)

    @property
    def solved(self) -> int:
        """How often it was right, or right from wrong values before."""
        return sum(self.verdicts[verdict] for verdict in (*RIGHT, "follow_through"))

    @property
    def share(self) -> Fraction:
        """Of those judged, how many solved it."""
        return Fraction(self.solved, self.judged) if self.judged else Fraction(1)


Steps = tuple[tuple[str, Step], ...]


class Open(NamedTuple):
    """Something for the teacher to look at: whose it is and what was found."""

    student: str
    finding: Finding


@dataclass(slots=True)
class ClassTally:
    """What the work of a class comes to. `mistakes` counts for each mistake, or two made together, in how many submissions it explains
    something best; `unexplained` counts wrong answers that nothing of the catalogue explains."""

    submissions: int = 0
    marked: int = 0
    scores: list[Fraction] = field(default_factory=list)
    mistakes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    unexplained: int = 0
    steps: dict[str, Step] = field(default_factory=dict)
    variants: dict[str, list[Fraction]] = field(default_factory=dict)
    open: list[Open] = field(default_factory=list)
    again: Counter[str] = field(default_factory=Counter)
    late: dict[str, int] = field(default_factory=dict)
    """Days, by student."""
    absent: tuple[str, ...] = ()

    def add(self, marking: Marking) -> None:
        """One more submission."""
        self.submissions += 1
        self.again.update([marking.student] if marking.student else [])
        if marking.late is not None and marking.student:
            self.late[marking.student] = marking.late.days
        if marking.of:
            self.marked += 1
            self.scores.append(marking.marks / marking.of)
        self.mistakes.update({mistakes for each in marking.findings if (mistakes := explained(each))})
        for finding in marking.findings:
            self._count(finding)
            if finding.verdict in LEFT_OPEN:
                self.open.append(Open(marking.student, finding))
        if marking.variant and marking.of:
            self.variants.setdefault(marking.variant, []).append(marking.marks / marking.of)

    def _count(self, finding: Finding) -> None:
        if finding.equality is None and finding.verdict == "wrong" and not finding.explanations:
            self.unexplained += 1
        if finding.quantity is not None and finding.equality is None:
            label = str(finding.values.get(QUESTION, ""))
            step = self.steps.setdefault(label or finding.quantity, Step(label))
            step.verdicts[finding.verdict] += bool(finding.of)  # what is only said beside the answer is none
            step.first += finding.first

    @property
    def mean(self) -> Fraction:
        """The mean score."""
        return sum(self.scores, Fraction(0)) / len(self.scores)

    @property
    def median(self) -> Fraction:
        """The score in the middle."""
        ordered, half = sorted(self.scores), len(self.scores) // 2
        return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2

    def bands(self) -> tuple[int, ...]:
        """How many scores lie in each tenth, a full score in the last."""
        found = Counter(min(int(score * BANDS), BANDS - 1) for score in self.scores)
        return tuple(found[place] for place in range(BANDS))

    def hardest(self, rare: bool = False) -> Steps:
        """The quantities from the hardest to the easiest: by the share that solved it, then by how many stumbled there first. Those that
        few have are `rare`, and in a list of their own: nobody asked for them."""
        judged = [(name, step) for name, step in self.steps.items() if step.judged]
        most = max((step.judged for _, step in judged), default=0)
        some = [(name, step) for name, step in judged if (step.judged * 4 < most) is rare]
        return tuple(sorted(some, key=lambda each: (each[1].share, -each[1].first)))


def explained(finding: Finding) -> tuple[str, ...]:
    """The mistake, or two, that explain a finding best."""
    return finding.explanations[0].mistakes if finding.verdict == "wrong" and finding.explanations else ()


def tally(markings: Iterable[Marking], students: Iterable[str] = ()) -> ClassTally:
    """The counts of a class; `students` are all that belong to it."""
    found = ClassTally()
    for marking in markings:
        found.add(marking)
    found.absent = tuple(student for student in students if not found.again[student])
    return found
