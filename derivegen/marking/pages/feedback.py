"""What was found in somebody's work goes in; the page that tells them, or their teacher, comes out.

A student is told no more than the level of hints allows: 0 only what is right, 1 where it goes wrong, 2 what kind of thing went wrong,
3 the rule, 4 the line done right. A teacher gets marks, evidence and the mistakes that explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby

from derivegen.document.blocks import Block, Document, Heading, Items, Listing, Note, Paragraph, Prose, Table
from derivegen.document.pen import Pen
from derivegen.exercise.marks import in_words
from derivegen.exercise.pages.steps import step_derivation
from derivegen.formula.tree import Formula
from derivegen.marking.findings import Finding, Marking, Place
from derivegen.marking.pages.talk import DONE_RIGHT, ONLY_RIGHT, Talk
from derivegen.marking.pages.typed_text import excerpt, short
from derivegen.records import dataclass, replace

MOST_NAMES = 12
"""Names of a page of which it is said how they were read."""
MOST_SHOWN = 200
"""Findings of one work that are shown one by one."""
_FINE = ("right", "rounding")
Spot = tuple[str | None, int]
"""A quantity and the line its value stands in."""


@dataclass(frozen=True)
class Feedback:
    """Writes the page of one marking; `talk` says what is said of single findings."""

    marking: Marking
    talk: Talk

    @property
    def pen(self) -> Pen:
        """What the page is written with."""
        return self.talk.pen

    def document(self) -> Document:
        """The page."""
        title = self.pen.words.plain("check.title", title=self.pen.graph.network.title)
        page = self.pen.press.document(title, self._blocks(), self._foot, numbered=False)
        return replace(page, author="")  # whoever wrote the network has not written this

    def say(self, key: str, **values: object) -> Prose:
        """A sentence."""
        return self.talk.say(key, **values)

    # the page

    @property
    def _foot(self) -> str:
        who, variant = self.marking.student, self.marking.variant
        return self.pen.words.plain("check.foot", student=short(who), variant=short(variant)) if who or variant else ""

    def _blocks(self) -> Iterator[Block]:
        yield Paragraph(self._summary())
        yield from self._taken()
        if self.talk.reader == "student" and self.talk.hint == ONLY_RIGHT:
            yield from self._verdicts()
            return
        shown = [finding for finding in self.marking.findings if self._is_shown(finding)]
        for _, some in groupby(shown[:MOST_SHOWN], key=_spot):
            yield from self._together(tuple(some))
        if len(shown) > MOST_SHOWN:
            yield Note(self.say("check.more", count=len(shown) - MOST_SHOWN))
        yield from self._lists()
        if self.talk.reader == "teacher":
            yield from self._marks()

    def _taken(self) -> Iterator[Block]:
        """What the page's own names and conventions were taken for."""
        names = [
            (f"{key} = ", *self.talk.named(name)) for key, name in list(self.marking.notation.items())[:MOST_NAMES]
        ]
        if names:
            yield Note((*self.say("check.names-taken"), " ", *_listed(names), "."))
        for key in self.marking.remarks:
            yield Note(self.say(f"check.remark.{key}"))

    def _summary(self) -> Prose:
        marking = self.marking
        if not marking.of:
            return self.say("check.nothing-marked")
        point = self.talk.pen.press.decimal
        marks, of = in_words(marking.marks, point) or "0", in_words(marking.of)
        score = self.say("check.score", marks=marks, of=of, one=marking.of == 1)
        if marking.late is not None:
            taken, earned = in_words(marking.taken, point) or "0", in_words(marking.earned, point) or "0"
            late = self.say("check.late", days=marking.late.days, taken=taken, earned=earned)
            score = (*score, " ", *late)
        if marking.open and not marking.accepts_open:
            score = (*score, " ", *self.say("check.open", open=in_words(marking.open), one=marking.open == 1))
        unread = {
            (each.place.file, each.place.line)
            for each in marking.findings
            if each.verdict == "unread" and each.equality is None and each.place.source
        }
        return (*score, " ", *self.say("check.unread-lines", count=len(unread))) if unread else score

    def _is_shown(self, finding: Finding) -> bool:
        """Whether a finding gets lines of its own: what is right and what is missing is listed."""
        if finding.verdict in ("follow_through", "rounding"):
            of_whole = finding.equality is None
            return self.talk.reader == "teacher" and of_whole == (finding.verdict == "follow_through")
        return finding.verdict not in (*_FINE, "missing")

    def _together(self, findings: Sequence[Finding]) -> Iterator[Block]:
        """What was found in one chain: each sign that does not hold, else the value; then, once, what helps."""
        whole = next((each for each in findings if each.equality is None), findings[0])
        signs = [each for each in findings if each.equality is not None]
        yield Heading(1, self._heading(whole))
        said: list[Prose] = []
        for finding in signs or [whole]:
            if finding.place.source:
                yield Listing(self._where(finding.place), excerpt(_pointed(finding)), language="text")
            said += self.talk.found(finding)
            yield from map(Paragraph, self.talk.found(finding))
        yield from (
            Paragraph(sentence) for sentence in self.talk.helped(_telling(whole, signs)) if sentence not in said
        )
        for finding in findings:
            if finding.equality is None and finding is not whole:
                yield from self._beside(finding)
        explained = tuple(self.talk.explanation(whole)) if self.talk.reader == "teacher" else ()
        if explained:
            yield Items(explained)
        if self._done_right(whole):
            yield from self._right_line(whole)

    def _beside(self, finding: Finding) -> Iterator[Block]:
        """What else was found in a line: other slips of its words; what more there is to say of its number, to the teacher."""
        if finding.quantity is None and finding.place.source:
            yield Listing(self._where(finding.place), excerpt(_pointed(finding)), language="text")
        if finding.quantity is None or self.talk.reader == "teacher":
            yield from map(Paragraph, self.talk.reason(finding))

    @cached_property
    def _fine(self) -> frozenset[Spot]:
        """Where a value counts, whatever stands between its signs."""
        return frozenset(
            _spot(each) for each in self.marking.findings if each.equality is None and each.verdict in _FINE
        )

    def _heading(self, finding: Finding) -> Prose:
        counts = finding.equality is not None and _spot(finding) in self._fine
        of_sign = "check.verdict.counts-unread" if finding.verdict == "unread" else "check.verdict.counts"
        said = of_sign if counts else f"check.verdict.{finding.verdict}"
        verdict = self.pen.words.plain(said)
        if finding.quantity is None:
            file = "" if finding.place.source else _file(finding.place)
            return (f"{file}{self.pen.press.colon}{verdict}" if file else _capital(verdict),)
        return (*self.talk.name_of(finding), f"{self.pen.press.colon}{verdict}")

    def _where(self, place: Place) -> Prose:
        return self.say("check.where", file=_file(place), line=place.line)

    def _verdicts(self) -> Iterator[Block]:
        """All that level 0 says: of each answer, whether it is right."""
        answers = [finding for finding in self.marking.findings if finding.equality is None]
        if answers:
            header = (self.say("check.quantity"), self.say("check.is"))
            rows = tuple(
                (self.talk.name_of(finding), self.say(f"check.verdict.{finding.verdict}")) for finding in answers
            )
            yield Table(self.say("check.verdicts"), header, rows)

    @cached_property
    def _counting(self) -> Sequence[Finding]:
        """The findings of values; of a value that is judged several times those that count, where any does."""
        whole = [each for each in self.marking.findings if each.equality is None]
        counted = {each.quantity for each in whole if each.of}
        return [each for each in whole if each.of or each.quantity is None or each.quantity not in counted]

    def _lists(self) -> Iterator[Block]:
        """What is right, right from values before, and missing."""
        for key, verdicts in (("right", _FINE), ("follow_through", ("follow_through",)), ("missing", ("missing",))):
            some = [each for each in self._counting if each.verdict in verdicts]
            names = list(dict.fromkeys(map(self.talk.name_of, some)))
            if names and not (key == "follow_through" and self.talk.reader == "teacher"):
                yield Paragraph((*self.say(f"check.list.{key}"), " ", *_listed(names), "."))
        for finding in self.marking.findings:
            if finding.verdict == "right" and finding.reason and finding.equality is None:
                for why in self.talk.reason(finding):
                    yield Paragraph((*self.talk.name_of(finding), self.pen.press.colon, *why))

    def _marks(self) -> Iterator[Block]:
        """The teacher's table: every answer with its evidence."""
        header = tuple(self.say(f"check.{key}") for key in ("quantity", "given", "expected", "is", "marks"))
        rows = tuple(
            (
                self.talk.name_of(finding),
                (short(finding.given),),
                self.talk.number(finding.expected, finding),
                self.say(f"check.verdict.{finding.verdict}"),
                self.say("check.marks-of", marks=in_words(finding.marks) or "0", of=in_words(finding.of) or "0"),
            )
            for finding in self.marking.findings
            if finding.equality is None and finding.quantity is not None
        )
        if rows:
            yield Table(self.say("check.all"), header, rows)

    # the line done right

    def _done_right(self, finding: Finding) -> bool:
        return self.talk.reader == "student" and self.talk.hint >= DONE_RIGHT and finding.verdict == "wrong"

    def _right_line(self, finding: Finding) -> Iterator[Block]:
        line = self.talk.line(finding.quantity or "")
        if line is not None:
            yield Paragraph(self.say("check.done-right"))
            yield step_derivation(self.pen, line)


def _spot(finding: Finding) -> Spot:
    return finding.quantity, finding.place.line


def _file(place: Place) -> str:
    return short(place.file.rpartition("/")[2])


def _pointed(finding: Finding) -> Place:
    """The place of a finding; of a value that is judged as a whole, that of the value."""
    place = finding.place
    at = place.source.rfind(finding.given) if finding.given and finding.equality is None else -1
    return replace(place, column=at + 1) if at >= 0 and finding.verdict != "unread" else place


def _listed(names: Iterable[Prose]) -> Prose:
    runs: list[str | Formula] = []
    for name in names:
        runs += [*([", "] if runs else []), *name]
    return tuple(runs)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _telling(whole: Finding, signs: Sequence[Finding]) -> Finding:
    """The finding of a chain that tells most of what went wrong: the value where a mistake explains it, else the first sign."""
    return whole if whole.explanations or not signs or signs[0].verdict != "wrong" else signs[0]
