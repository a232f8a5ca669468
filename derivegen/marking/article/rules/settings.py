"""A text in; numbers of epochs, intervals of printing and learning rates that it gives twice, and differently, out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from derivegen.marking.article.rules.article import WHOLE, Article, whole
from derivegen.marking.findings import Finding
from derivegen.marking.judge.shown import shown

_ROUNDS = r"(?:epochs|iterations|steps|updates|rounds)"
_RUN = re.compile(
    rf"\b(?:train\w*|run|runs|ran|running|loop\w*|repeat\w*|process|iterat\w+)\b[^.;]{{0,60}}?\b(?:for|over|through)"
    rf" (?:a total of |all |exactly )?(?P<count>{WHOLE}) (?:training )?{_ROUNDS}\b",
    re.I,
)
_EVERY = re.compile(
    rf"\b(?:print\w*|report\w*|show\w*|logg?\w*|display\w*|track\w*|output\w*)\b[^.;]{{0,60}}?\bevery (?P<count>{WHOLE})(?:st|nd|rd|th)?"
    rf" {_ROUNDS}\b",
    re.I,
)
_CODE_RUN = re.compile(
    r"(?i)^[ \t>]*`{0,3}(?:num|n|max|total)?_?(?:epochs|iterations|iters|steps)[ \t]*=[ \t]*(?P<count>\d{1,12})[ \t]*(?:#.*)?$",
    re.M,
)
_CODE_RANGE = re.compile(r"\bfor (?:epoch|step|iteration|it|i|t|_) in range\((?P<count>\d{1,12})\)\s?:")
_CODE_EVERY = re.compile(
    r"\b(?:epoch|step|iteration|iter|it|i|t)[ \t]{0,9}%[ \t]{0,9}(?P<count>\d{1,12})[ \t]{0,9}==[ \t]{0,9}0"
)
_RATE = re.compile(
    r"\b(?:we|i) (?:will )?(?:use|take|choose|set|train with)\b[^.;=]{0,30}\blearning rate (?:\$?[^\s.;\d]{1,12}\$? )?"
    r"(?:of|to|at|as|=|is) \$?(?P<value>\d*\.\d+|\d+)(?!\d)|\btrain\w* with an? learning rate of \$?(?P<value2>\d*\.\d+)(?!\d)",
    re.I,
)
_OTHERWISE = re.compile(
    r"\b(?:more|another|further|additional\w*|if|would|could|try|tried|instead|say|longer|first|remaining|last|only|again|until|at least"
    r"|or|other|second|next|later|earlier|larger|smaller|compare\w*|not|too|suppose)\b",
    re.I,
)


def settings(article: Article) -> Iterator[Finding]:
    """What a program is set to, and what the words around it say of that."""
    runs = _coded(article, _CODE_RUN, _CODE_RANGE)
    yield from _said(article, _RUN, runs, "epochs")
    yield from _said(article, _EVERY, _coded(article, _CODE_EVERY), "interval")
    yield from _rates(article)


def _coded(article: Article, *patterns: re.Pattern[str]) -> dict[int, int]:
    """The numbers that stand in a program, and the place of each."""
    found = (match for pattern in patterns for match in pattern.finditer(article.text))
    return {int(match["count"]): match.start("count") for match in found}


def _said(article: Article, pattern: re.Pattern[str], coded: dict[int, int], reason: str) -> Iterator[Finding]:
    """Where words give a number that is not that of the program."""
    if len(coded) != 1:  # of two programs either may be meant
        return
    ((true, at),) = coded.items()
    for sentence in article.sentences:
        match = pattern.search(sentence.text)
        if match is None or _OTHERWISE.search(sentence.text) or whole(match["count"]) == true:
            continue
        values = {"count": match["count"], "other": str(true), "line": str(article.place(at).line)}
        yield article.finding(sentence.at + match.start(), reason, match[0], **values)


def _rates(article: Article) -> Iterator[Finding]:
    """Where words give another learning rate than the formulas; with none in formulas, than the network's."""
    for sentence in article.sentences:
        match = _RATE.search(sentence.text)
        if match is None or _OTHERWISE.search(sentence.text):
            continue
        text, places = match["value"] or match["value2"], dict(_stated(article))
        known = article.task.graph.network.training.learning_rate
        allowed = {*places, *([float(known)] if known is not None else [])}
        if allowed and float(Fraction(text)) not in allowed:
            other = next(iter(places), None) or next(iter(allowed))
            values = {"value": text, "other": f"{other:g}", "line": str(places.get(other, ""))}
            yield article.finding(sentence.at + match.start(), "rate-differs", match[0], "rate", **values)


def _stated(article: Article) -> Iterator[tuple[float, int]]:
    """The learning rates of the formulas, and their lines."""
    for statement in article.statements:
        if statement.quantity == "rate":
            for side in statement.sides[1:]:
                number = shown(side.formula) if side.formula is not None else None
                if number is not None:
                    yield number.value, statement.line
