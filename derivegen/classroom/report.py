"""The counts of a class's work go in; a page for the teacher comes out: scores, mistakes, the hardest steps, variants side by side, and
what somebody has to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from derivegen.classroom.tally import BANDS, ClassTally, Open, Step, Steps
from derivegen.document.blocks import Block, Document, Heading, Note, Paragraph, Picture, Prose, Table
from derivegen.figures.figure import BarsFigure
from derivegen.marking.pages.talk import Talk
from derivegen.network.asked import Counting
from derivegen.records import dataclass

MOST_BARS = 12
MOST_VARIANTS = 12
"""Variants that are set side by side one by one; of more, thirds by difficulty."""
MOST_OPEN, MOST_NAMES, LONGEST = 60, 12, 48

Rows = tuple[tuple[Prose, ...], ...]


@dataclass(frozen=True)
class ClassReport:
    """Writes the page. `talk` says what is said of single findings; `difficulty` is that of each variant, where it is known."""

    tally: ClassTally
    talk: Talk
    difficulty: Mapping[str, float]
    attempts: Counting = "last"

    def document(self) -> Document:
        """The page."""
        title = self.talk.pen.words.plain("class.title", title=self.talk.pen.graph.network.title)
        return self.talk.pen.press.document(title, self._blocks(), numbered=False)

    def say(self, key: str, **values: object) -> Prose:
        """A sentence."""
        return self.talk.say(key, **values)

    def _blocks(self) -> Iterator[Block]:
        yield from self._opening()
        if self.tally.scores:
            yield Heading(1, self.say("class.scores"))
            yield self._scores()
        yield Heading(1, self.say("class.mistakes"))
        yield from self._mistakes()
        if self.tally.hardest():
            yield Heading(1, self.say("class.steps"))
            yield from self._steps()
        yield from self._variants()
        yield Heading(1, self.say("class.open"))
        yield from self._open()

    def _opening(self) -> Iterator[Block]:
        tally = self.tally
        yield Paragraph(self.say("class.opening", count=tally.submissions, marked=tally.marked))
        if tally.scores:
            yield Paragraph(self.say("class.mean", mean=_per_cent(tally.mean), median=_per_cent(tally.median)))
        again = [student for student, count in tally.again.items() if count > 1]
        if again:
            yield Paragraph(self.say("class.again", who=_some(again), more=_left(again), which=self.attempts))
        if tally.late:
            who = [self.talk.pen.words.plain("class.late.who", who=who, days=days) for who, days in tally.late.items()]
            yield Paragraph(self.say("class.late", who=_some(who), more=_left(who)))
        if tally.absent:
            yield Paragraph(self.say("class.absent", who=_some(tally.absent), more=_left(tally.absent)))

    # scores

    def _scores(self) -> Block:
        bars = tuple(zip(map(self._band, range(BANDS)), self.tally.bands(), strict=True))
        return self._picture("scores", "class.scores.picture", bars)

    def _band(self, place: int) -> str:
        step = 100 // BANDS
        return self.talk.pen.words.plain("class.band", low=place * step, high=(place + 1) * step)

    def _picture(self, key: str, caption: str, bars: tuple[tuple[str, int], ...], lying: bool = False) -> Picture:
        words, style = self.talk.pen.words, self.talk.pen.press.options.style or "light"
        described = words.plain(
            "class.scores.described",
            bars=[words.plain("class.bar", label=label, count=count) for label, count in bars],
        )
        figure = BarsFigure(words.plain(caption), described, bars, lying)
        return Picture(key, figure, self.say(caption), style)

    # mistakes

    def _mistakes(self) -> Iterator[Block]:
        found = sorted(self.tally.mistakes.items(), key=lambda entry: (-entry[1], entry[0]))
        if not found:
            yield Paragraph(self.say("class.mistakes.none"))
            return
        yield Paragraph(self.say("class.mistakes.are", unexplained=self.tally.unexplained))
        bars = tuple((_cut(self._name(mistakes)), count) for mistakes, count in found[:MOST_BARS])
        yield self._picture("mistakes", "class.mistakes.picture", bars, lying=True)
        header = (self.say("class.mistake"), self.say("class.says"), self.say("class.submissions"))
        rows = tuple(((self._name(mistakes),), self._teacher(mistakes), (str(count),)) for mistakes, count in found)
        yield Table(self.say("class.mistakes.table"), header, rows, heads=2, wraps=1)

    def _name(self, mistakes: Sequence[str]) -> str:
        return " + ".join(self.talk.pen.words.plain(f"mistake.{mistake}.name") for mistake in mistakes)

    def _teacher(self, mistakes: Sequence[str]) -> Prose:
        said = (self.say(f"mistake.{mistake}.teacher", at="", wrong="", right="") for mistake in mistakes)
        return tuple(run for prose in said for run in (*prose, " "))[:-1]

    # steps

    def _steps(self) -> Iterator[Block]:
        steps = self.tally.hardest()
        name, hardest = steps[0]
        if hardest.share < 1:
            counts = {"solved": hardest.solved, "judged": hardest.judged, "first": hardest.first}
            yield Paragraph(self.say("class.steps.hardest", name=self._called(name, hardest)[0], **counts))
        yield self._went("class.steps.table", steps)
        if rare := self.tally.hardest(rare=True):
            yield self._went("class.steps.rare", rare)

    def _called(self, name: str, step: Step) -> Prose:
        return self.say("check.question", label=step.label) if step.label else self.talk.named(name)

    def _went(self, caption: str, steps: Steps) -> Table:
        header = (
            "check.quantity",
            "check.verdict.right",
            "class.follow",
            "check.verdict.wrong",
            "check.verdict.missing",
        )
        titles = tuple(self.say(key) for key in (*header, "class.solved", "class.first"))
        rows = tuple(
            (
                self._called(name, step),
                (str(step.verdicts["right"] + step.verdicts["rounding"]),),
                *((str(step.verdicts[verdict]),) for verdict in ("follow_through", "wrong", "missing")),
                (f"{_per_cent(step.share)} %",),
                (str(step.first),),
            )
            for name, step in steps
        )
        return Table(self.say(caption), titles, rows)

    # variants

    def _variants(self) -> Iterator[Block]:
        scores = self.tally.variants
        if 1 < len(scores) <= MOST_VARIANTS and any(len(each) > 1 for each in scores.values()):
            yield Heading(1, self.say("class.variants"))
            yield self._side_by_side("class.variants.table", "class.variant", scores)
            return
        known = sorted((code for code in scores if code in self.difficulty), key=lambda code: self.difficulty[code])
        if len({self.difficulty[code] for code in known}) < 3:
            return
        size, names = -(-len(known) // 3), ("easy", "middle", "hard")
        thirds = {
            self.talk.pen.words.plain(f"class.third.{name}"): [
                score for code in known[size * place : size * (place + 1)] for score in scores[code]
            ]
            for place, name in enumerate(names)
        }
        yield Heading(1, self.say("class.variants"))
        yield Paragraph(self.say("class.variants.thirds"))
        yield self._side_by_side("class.thirds.table", "class.variant", thirds)

    def _side_by_side(self, caption: str, title: str, scores: Mapping[str, Sequence[Fraction]]) -> Table:
        header = (self.say(title), self.say("class.submissions"), self.say("class.mean-score"))
        rows: Rows = tuple(
            ((name,), (str(len(each)),), (f"{_per_cent(sum(each, Fraction(0)) / len(each))} %",))
            for name, each in scores.items()
            if each
        )
        return Table(self.say(caption), header, rows)

    # what is left

    def _open(self) -> Iterator[Block]:
        found = self.tally.open
        if not found:
            yield Paragraph(self.say("class.open.none"))
            return
        yield Paragraph(self.say("class.open.are"))
        header = tuple(self.say(f"class.{key}") for key in ("student", "place", "why"))
        rows: Rows = tuple(
            ((_cut(each.student),), (_where(each),), self._why(place)) for place, each in enumerate(found[:MOST_OPEN])
        )
        yield Table(self.say("class.open.table"), header, rows, heads=3, wraps=2)
        if len(found) > MOST_OPEN:
            yield Note(self.say("class.open.more", count=len(found) - MOST_OPEN))

    def _why(self, place: int) -> Prose:
        finding = self.tally.open[place].finding
        shown = _cut(finding.place.source.strip())
        sentences = [*self.talk.sentences(finding), *([(shown,)] if shown else [])]
        return tuple(run for prose in sentences for run in (*prose, " "))[:-1]


def _where(each: Open) -> str:
    """The file and the line; of a student who is known without the folders."""
    place = each.finding.place
    file = place.file.rpartition("/")[2] if each.student else place.file[-LONGEST:]
    return f"{_cut(file)}:{place.line}" if place.line else _cut(file)


def _per_cent(score: Fraction) -> str:
    return str(round(score * 100))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _some(names: Sequence[str]) -> list[str]:
    return [_cut(name) for name in names[:MOST_NAMES]]


def _left(names: Sequence[str]) -> int:
    return max(0, len(names) - MOST_NAMES)
