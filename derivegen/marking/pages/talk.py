"""What is said of a finding: one finding goes in; sentences, names and numbers come out, as many as the reader is to be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import isfinite
from typing import Literal

from derivegen.calculus.numbers.recompute import split
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Item, Prose
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.exercise.working import STAGES, Line, working
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Array, Formula, Glyph, Number, Quantity, names_in, printed_number, transform
from derivegen.marking.findings import FACTS, OPEN, READINGS, Explanation, Finding, Said
from derivegen.marking.judge.asked import Asked
from derivegen.marking.pages.typed_text import short
from derivegen.mistakes.also_mistaken import right_of
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.network.names import is_delta
from derivegen.records import dataclass, replace

Reader = Literal["student", "teacher"]
ONLY_RIGHT, WHERE, KIND, RULE, DONE_RIGHT = range(5)
"""Levels of hints."""
LAST_DIGIT = "last-digit"
DIGITS = (LAST_DIGIT, "digits-swapped", "point-moved")
"""Reasons that are about how a number is written."""
NEAR = "stands-near"
"""The reason of a remark that says which number belongs in a line: not for those who have to find it."""
_DECIMAL = re.compile(r"[-+]?\d*[.,](\d+)")
_PRINTED = re.compile(r"-?\d{1,15}\.\d{1,20}")


@dataclass(frozen=True)
class Talk:
    """Speaks of findings to one reader. `pen` is over the right numbers of the student's own sheet, `asked` what the sheet asks."""

    pen: Pen
    reader: Reader = "student"
    hint: int = WHERE
    asked: Sequence[Asked] = ()

    def say(self, key: str, **values: object) -> Prose:
        """A sentence."""
        return self.pen.say(key, **values)

    def message(self, finding: Finding) -> str:
        """All that is said of one finding, in one text."""
        decimal = self.pen.words.plain("number.decimal")
        said = [*self.sentences(replace(finding, follows=None) if finding.equality is None else finding)]
        if self.reader == "teacher":
            said += self._alternatives([item.text for item in self.explanation(finding)], "")
        runs = (run for prose in said for run in (*prose, " "))
        shown = (
            plain(written(run, self.pen.notation, self.pen.trace, decimal)) if isinstance(run, Formula) else run
            for run in runs
        )
        return "".join(shown).strip()

    def sentences(self, finding: Finding) -> tuple[Prose, ...]:
        """What is said of a finding to this reader."""
        return (*self.found(finding), *self.helped(finding))

    def found(self, finding: Finding) -> tuple[Prose, ...]:
        """What was found, without why."""
        if finding.verdict in (*OPEN, "rounding") or _of_words(finding):
            return self.reason(finding)
        if finding.verdict != "wrong" or (self.reader == "student" and self.hint == ONLY_RIGHT):
            return ()
        if self.reader == "teacher":
            return (*self._expected(finding), *(self.reason(finding) if finding.equality else ()))
        return (self.say("check.first" if finding.first else "check.holds-not" if finding.equality else "check.wrong"),)

    def helped(self, finding: Finding) -> Iterator[Prose]:
        """What explains it: to the teacher all that is known, to the student what the level of hints allows."""
        if finding.verdict in (*OPEN, "rounding") or _of_words(finding):
            return
        if self.reader == "teacher":
            yield from self.reason(finding) if finding.equality is None else ()
        elif finding.verdict == "wrong":
            yield from self._kinds(finding) if self.hint >= KIND else ()
            yield from self._rules(finding) if self.hint >= RULE else ()
            yield from self._says(finding) if self.hint >= DONE_RIGHT else ()

    def reason(self, finding: Finding) -> tuple[Prose, ...]:
        """Why it was judged so; of a mistake of the catalogue its own sentences say it."""
        key = f"finding.{finding.reason}"
        if not finding.reason or not self.pen.words.has(key) or (finding.reason == NEAR and self.reader == "student"):
            return ()
        known = {name: said if name == READINGS else self._fact(said) for name, said in finding.values.items()}
        values: dict[str, object] = {**dict.fromkeys(FACTS, ""), **known}
        return (self.say(key, **values),)

    def _fact(self, said: Said) -> str | Formula:
        """What a sentence speaks of: people's text short, a decimal with the sign that the language has in it; a formula in the notation,
        or where that has no name for something in it, with canonical ones."""
        if isinstance(said, str):
            return Number(said) if _PRINTED.fullmatch(said) else short(said)
        if all(self.formula_of(name) is not None for name in names_in(said)):
            return said
        return plain(transform(said, lambda part: Glyph(part.name) if isinstance(part, Quantity) else None))

    def _expected(self, finding: Finding) -> tuple[Prose, ...]:
        """To the teacher: the true number and, beside it, what would follow from values before; of a sign its other side."""
        number, follows = self.number(finding.expected, finding), self.number(finding.follows, finding)
        if finding.equality is not None:
            other = follows or number
            return (self.say("check.other-side", value=other[0]),) if other else ()
        true = (self.say("check.expected-is", expected=number[0]),) if number else ()
        return (*true, self.say("check.would-follow", value=follows[0])) if follows and follows != number else true

    def _kinds(self, finding: Finding) -> Iterator[Prose]:
        """What kind of thing went wrong, without what it was."""
        own = "digits" if finding.reason in DIGITS else self._stage(finding.quantity)
        ways = [tuple(dict.fromkeys(map(_kind, mistakes))) for mistakes in _either(finding)] or [(f"check.kind.{own}",)]
        yield from self._alternatives([self._joined(map(self.say, keys)) for keys in dict.fromkeys(ways)])

    def _rules(self, finding: Finding) -> Iterator[Prose]:
        """The hints of the mistakes, else the rule by which such a quantity is found."""
        own = "digits" if finding.reason in DIGITS else self._rule_of(finding.quantity)
        ways = [tuple(f"mistake.{mistake}.hint" for mistake in mistakes) for mistakes in _either(finding)]
        yield from self._alternatives([self._joined(map(self.say, keys)) for keys in ways or [(f"check.rule.{own}",)]])

    def _says(self, finding: Finding) -> Iterator[Prose]:
        """What exactly went wrong."""
        if not finding.explanations:
            yield from self.reason(finding)
            return
        ways = (finding.explanations[0], *finding.explanations[1:2])
        said = [self._joined(self._about(mistake, "says", finding) for mistake in way.mistakes) for way in ways]
        yield from self._alternatives(list(dict.fromkeys(said)))

    def _alternatives(self, ways: Sequence[Prose], either: str = "check.either") -> Iterator[Prose]:
        """What may have happened, one or the other of it."""
        for place, way in enumerate(ways):
            word = "check.or" if place else either if len(ways) > 1 else ""
            yield (*self.say(word), " ", *way) if word else way

    def _joined(self, sentences: Iterable[Prose]) -> Prose:
        return tuple(run for sentence in sentences for run in (*sentence, " "))[:-1]

    def explanation(self, finding: Finding) -> Iterator[Item]:
        """The mistakes that lead to it; of a last digit the reason has said all there is."""
        telling = [each for each in finding.explanations if each.mistakes != (LAST_DIGIT,)]
        for number, each in enumerate(telling, 1):
            names = self.pen.press.semicolon.join(
                self.pen.words.plain(f"mistake.{mistake}.name") for mistake in each.mistakes
            )
            lines = [run for mistake in each.mistakes for run in (*self._about(mistake, "teacher", finding), " ")]
            text = (f"{names}. ", *lines, *self._gives(each, finding))
            yield Item(f"{number})", text)

    def _gives(self, each: Explanation, finding: Finding) -> Prose:
        if not isfinite(each.value):
            return ()
        value = self._decimal(finding, each.value)
        if not each.at:
            return self.say("check.gives", value=value)
        return self.say("check.gives-at", value=value, at=self.named(each.at)[0])

    def _about(self, mistake: str, part: str, finding: Finding) -> Prose:
        """A sentence on a mistake, with the line it was first made in."""
        made = self._made(mistake, finding)
        at = made.name if made is not None else finding.quantity or ""
        right = self.line(at)
        name = self.named(at)[0] if at else ""
        return self.say(
            f"mistake.{mistake}.{part}",
            at=name,
            right=name if right is None else right.reading,
            wrong=name if made is None else made.reading,
        )

    def _made(self, mistake: str, finding: Finding) -> Line | None:
        """The first line that reads otherwise for somebody who makes the mistake."""
        name, at = finding.quantity or "", finding.explanations[0].at
        right = {line.name: line.reading for line in self._lines(name)}
        return next((line for line in self._lines(name, mistake, at) if line.reading != right.get(line.name)), None)

    def _stage(self, name: str | None) -> str:
        line = self.line(name or "")
        if line is not None:
            return line.stage
        if name is not None and (name.startswith("D") or name.endswith("'") or "#" in name):
            return "update"
        return "backward" if name is not None and ("/" in name or is_delta(name)) else "forward"

    def _rule_of(self, name: str | None) -> str:
        """The stage, or of an update that is more than gradient descent that."""
        stage = self._stage(name)
        plain = self.pen.graph.network.training.rule.is_plain
        return "optimizer" if stage == STAGES[-1] and not plain else stage

    def named(self, name: str) -> Prose:
        """A quantity as the notation writes it, after so many updates if that is said; what it cannot write as it is."""
        base, count = split(name)
        for tried in (name, base):
            formula = self.formula_of(tried)
            if formula is not None:
                return (formula,) if tried == name else self.say("errata.after", quantity=formula, count=count)
        return (short(name),)

    def formula_of(self, name: str) -> Formula | None:
        for formula, look in ((Quantity(name), self.pen.notation.symbol), (Array(name), self.pen.notation.array)):
            try:
                look(name)
            except (InputError, LookupError, ValueError):
                continue
            return formula
        return None

    def name(self, finding: Finding) -> str | None:
        """The quantity a finding is about; for a student the question, where to name the quantity would answer it."""
        asked = self._hidden(finding)
        return finding.quantity if asked is None or self.reader == "teacher" else asked.name

    def name_of(self, finding: Finding) -> Prose:
        if finding.quantity is None:
            return (short(finding.place.source.strip()) or self.pen.words.plain("check.no-name"),)
        asked = self._hidden(finding)
        return self.named(finding.quantity) if asked is None else self.say("check.question", label=asked.label)

    def _hidden(self, finding: Finding) -> Asked | None:
        """The question, if it is one whose answer is no value of a quantity, or whose quantity is not to be told."""
        label, source = finding.values.get("label"), finding.place.source
        for asked in self.asked:
            if asked.name != asked.quantity and (label == asked.label or source.startswith(f"{asked.name}:")):
                return asked
        return None

    def number(self, number: float | None, finding: Finding) -> Prose:
        return () if number is None or not isfinite(number) else (self._decimal(finding, number),)

    def _decimal(self, finding: Finding, number: float) -> Formula:
        """A number beside one that was given; a short decimal as it is, though doubles come a little beside it."""
        return printed_number(self._rounding(finding).text(Fraction(f"{number:.12g}")))

    def _rounding(self, finding: Finding) -> Rounding:
        """At least the digits somebody has given, so that what differs is seen."""
        rounding = self.pen.trace.rounding
        typed = _DECIMAL.fullmatch(finding.given.replace("\u2212", "-").strip())
        decimals = 0 if typed is None else len(typed[1])
        return Rounding(min(max(rounding.digits, decimals), 12), rounding.significant if decimals <= 4 else None)

    @cached_property
    def _own(self) -> Right:
        return right_of(self.pen.trace.floats)

    def line(self, name: str) -> Line | None:
        """The line of working that leads to a quantity, if there is one."""
        lines = self._lines(name)
        return next((line for line in lines if line.name == name), lines[-1] if lines else None)

    def _lines(self, name: str, mistake: str = "", at: str = "") -> tuple[Line, ...]:
        if not name or "#" in name or (mistake and CATALOGUE[mistake].rewrite is None):
            return ()
        try:
            return working(self._own, (name,), mistake, at)
        except (InputError, LookupError, ValueError, AssertionError):
            return ()


def _kind(mistake: str) -> str:
    """The key of the sentence that says what kind of thing a mistake is about."""
    known = CATALOGUE[mistake]
    if known.rewrite is None:
        return "check.kind.digits"
    roles = known.touches - {"upstream"}
    if known.stage != "backward" or len(roles) != 1:
        return f"check.kind.{known.stage}"
    return f"check.kind.{next(iter(roles)).replace(' ', '-')}"


def _either(finding: Finding) -> list[tuple[str, ...]]:
    """The mistakes, or pairs of them, of which one or the other has led to it: the two likeliest."""
    return list(dict.fromkeys(each.mistakes for each in finding.explanations))[:2]


def _of_words(finding: Finding) -> bool:
    """Whether it is a slip of words, which whoever wrote them is simply told."""
    return finding.verdict == "wrong" and finding.quantity is None and finding.equality is None
