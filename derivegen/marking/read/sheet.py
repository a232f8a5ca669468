"""The text of a sheet that came back, and what the sheet asks, go in; the student's own text comes out, its answers under the names of what
they answer.

A sheet's own labels are names: "1a) 0.30", and "a) 0.30" below "Question 1", say what "z = 0.30" says. What a sheet prints to be put in
order, chosen from or found fault with is nobody's working.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from derivegen.marking.read.answers import Answer, Cells
from derivegen.marking.read.statements import MOST_CHARACTERS
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import ANSWER_WORDS, MARK_WORDS, QUESTION_WORDS, alternatives, bare
from derivegen.records import dataclass, field

_WORD = alternatives(QUESTION_WORDS)
_HEADING = re.compile(
    rf"[\s#>*=_|]*{_WORD}\s*(?P<number>\d{{1,2}})(?![\d.,]*\d)\s*(?!\s*[a-z]\b)(?:[:.)\-–—*题 ]|$)", re.I
)
_LABEL = re.compile(
    rf"(?P<before>[\s>*_|\-•]*(?:{_WORD}\s*|Q\.?\s*)?)\(?(?P<number>\d{{1,2}})?\s?[.\-]?\s?\(?(?P<letter>[a-z])?(?![A-Za-z])"
    r"(?P<behind>[*_]*(?:[).:\]]+|\s*\||(?=\s*[=≈])|(?=\s))[*_]*)",
    re.I,
)
_ANSWER = re.compile(rf"[\s|:=≈~→*_>`$]*+(?:{alternatives(ANSWER_WORDS)}\s*[:=]?)?[\s|:=≈~→*_>`$]*", re.I)
_OPENS = re.compile(r"\s*(?:[-−+]?\s*[\d.,(\[]|[=≈~]|\\(?:approx|sigma|left|frac)|[A-Za-zα-ωσ(\\$`])")
_MARKS = re.compile(rf"(?:\*|[ \t]{{2,}}|\|)\s*[\d ½¼¾⅓⅔/]{{1,8}}[ \u00a0]{alternatives(MARK_WORDS)}\W*$", re.I)
_NUMBER = re.compile(r"[-+−]?\s?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:\s?(?:[eE]|[·*×x]\s?10\s?\^?)\s?\{?[-+−]?\d{1,3}\}?)?")
_LETTERS = re.compile(r"[A-Za-z0-9](?:[\s,;.→>|\-–]*[A-Za-z0-9])*")
MOST_LETTERS = 120
VALUES = ("number", "formula")
"""Forms of answers that are working; the others are letters and numbers of lines."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a sheet asks under one label: the name it is handed in under, the quantity, the form of its answer, and whether that still
    counts."""

    name: str
    quantity: str
    form: str
    counts: bool = True


@dataclass(frozen=True)
class Returned:
    """The student's own text; answers that are no numbers; for each line that was changed what stands there, and by how many characters
    it grew."""

    text: str
    answers: tuple[Answer, ...] = ()
    changed: Mapping[int, tuple[str, int]] = field(default_factory=dict)


def returned(text: str, asked: Mapping[str, Question], names: Names) -> Returned:
    """The text as its own, read with what is asked by label."""
    if not asked or len(text) > MOST_CHARACTERS:
        return Returned(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reading = _Sheet(lines, asked, names)
    own = "\n".join(reading.line(number, line) for number, line in enumerate(lines, 1))
    return Returned(own, tuple(reading.answers), reading.changed)


class _Sheet:
    """Reads the lines of one sheet in their order."""

    def __init__(self, lines: list[str], asked: Mapping[str, Question], names: Names) -> None:
        self.lines, self.asked, self.cells = lines, asked, Cells(names)
        self.answers, self.changed = list[Answer](), dict[int, tuple[str, int]]()
        self.question, self.printed = "", False
        self.label = ""

    def line(self, number: int, line: str) -> str:
        """One line as it is to be read."""
        heading = _HEADING.match(line)
        if heading is not None and self._of(heading["number"]):
            self.question, self.label = heading["number"], ""
            self.printed = any(one.form not in VALUES for one in self._of(self.question))
            rest = line[heading.end() :]
            return line if not self._letters(self.question, rest, number, heading.end()) else _spaces(line)
        found = self._labelled(line)
        if found is not None:
            label, end = found
            return self._answer(label, line, end, number)
        if self.printed:
            self._alone(line, number)
            return _spaces(line)
        return line

    def _of(self, number: str) -> list[Question]:
        return [one for label, one in self.asked.items() if label.rstrip("abcdefghijklmnopqrstuvwxyz") == number]

    def _labelled(self, line: str) -> tuple[str, int] | None:
        """The label a line begins with, if it is one of the sheet, and where it ends."""
        match = _LABEL.match(line)
        if match is None or not (match["number"] or match["letter"]):
            return None
        number, letter = match["number"] or "", (match["letter"] or "").lower()
        closed = match["behind"].strip("*_ ") != ""
        if not number and not closed:
            return None
        label = f"{number or self.question}{letter}"
        if label not in self.asked or (not letter and not closed):
            return None
        return (label, match.end()) if letter or number != "" else None

    def _answer(self, label: str, line: str, end: int, number: int) -> str:
        """A line that answers what stands under a label."""
        question, rest = self.asked[label], _MARKS.sub("", line[end:])
        self.label = label
        if not question.counts:
            return _spaces(line)
        if question.form not in VALUES:
            self._letters(label, rest, number, end)
            return _spaces(line)
        self.printed = False
        start = _ANSWER.match(rest)
        own = rest[start.end() :] if start is not None else rest
        if not own.strip() or not _OPENS.match(own) or self._says_what(own):
            return line
        if not _NUMBER.match(own) and not re.search(r"[=≈]", rest):
            return line  # words
        shown = f"{question.quantity} = {own.strip().strip('|').rstrip()}"
        self.changed[number] = (line, len(shown) - len(line))
        return shown

    def _says_what(self, text: str) -> bool:
        """Whether the working names what it is about: z = 0.3."""
        left, sign, _ = (
            re.split(r"([=≈:]|\\approx|\\Rightarrow|→|->|\|)", text, maxsplit=1)
            if re.search(r"[=≈:|→]|\\approx", text)
            else ("", "", "")
        )
        return bool(sign) and self.cells.named(left.strip(" $`*|"))[0] is not None

    def _letters(self, label: str, rest: str, number: int, column: int) -> bool:
        """An answer that is a letter, a line's number or an order of letters; behind words that ask for it, what follows their colon."""
        question = self.asked.get(label)
        if question is None or question.form in VALUES or not question.counts:
            return False
        text = rest.rpartition(":")[2].strip().strip("*_|`$ .[]()=")
        if not text or len(text) > MOST_LETTERS or not _is_answer(text, question.form):
            return False
        self.answers.append(Answer(None, (), question.name, text, None, number, column + 1, "unknown-name"))
        return True

    def _alone(self, line: str, number: int) -> None:
        """A letter in a line of its own below a question that asks for one."""
        text = _ANSWER.sub("", line.strip(), count=1).strip(" *_.)(|")
        word = bare(line).strip()
        told = any(word.startswith(bare(each)) for each in ANSWER_WORDS)
        labels = (
            [self.label]
            if self.label
            else [label for label, one in self.asked.items() if one in self._of(self.question)][:1]
        )
        if labels and (told or (len(line.strip(" *_.)(")) <= 2 and line.strip())):
            self._letters(labels[0], text, number, 0)


def _is_answer(text: str, form: str) -> bool:
    if form == "letter":
        return re.fullmatch(r"[A-Za-z]", text) is not None
    if form == "line":
        return re.fullmatch(r"\(?\d{1,3}\)?\.?", text) is not None
    return _LETTERS.fullmatch(text) is not None and all(
        len(word) == 1 or word.isupper() for word in re.findall(r"[A-Za-z]+", text)
    )


def _spaces(line: str) -> str:
    return " " * len(line)


def questions(asked: Iterable[tuple[str, str, str, str]], counting: Collection[str]) -> dict[str, Question]:
    """What is asked, by label: from label, name, quantity and form, and the labels that still count."""
    return {label: Question(name, quantity, form, label in counting) for label, name, quantity, form in asked}
