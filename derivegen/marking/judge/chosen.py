"""An answer that is a letter, the number of a line or an order of letters goes in, with what was asked; whether it is right comes out."""

from __future__ import annotations

import re

from derivegen.exercise.orders import needs
from derivegen.marking.findings import Explanation
from derivegen.marking.judge.asked import Asked
from derivegen.marking.judge.explain import Why
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.numbers import Judged
from derivegen.marking.judge.task import Task
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.outcomes import outcome
from derivegen.notation.vocabulary import ANSWER_WORDS, OPTION_WORDS

_BESIDE = re.compile(
    r"[\s().\[\]]|" + "|".join(re.escape(word) for word in sorted(OPTION_WORDS | ANSWER_WORDS, key=len, reverse=True)),
    re.I,
)
"""What stands beside the letter or the number: "option C", "line 3", or without a space between."""


def judge_choice(task: Task, asked: Asked, text: str) -> tuple[Judged, Why]:
    """The verdict, and which mistake is behind a wrong letter. What is no such answer at all is undecided."""
    if asked.form == "order":
        return _order(task, asked, text), Why((), "")
    typed = _BESIDE.sub("", text).upper()
    if not re.fullmatch(r"[A-Z]" if asked.form == "letter" else r"\d{1,4}", typed):
        return Judged("undecided", "no-choice"), Why((), "no-choice")
    if typed.lstrip("0") == asked.right.upper():
        return Judged("right"), Why((), "")
    return Judged("wrong", "other-choice"), _behind(task, asked, typed)


def _behind(task: Task, asked: Asked, letter: str) -> Why:
    """The mistake that leads to the option chosen."""
    place = ord(letter[0]) - ord("A")
    identifier = asked.options[place] if asked.form == "letter" and place < len(asked.options) else ""
    if identifier not in CATALOGUE:
        return Why((), "other-choice")
    try:
        found = outcome(task.right, asked.quantity, (CATALOGUE[identifier],))
    except NO_NUMBER:
        found = None
    value = () if found is None else (Explanation((identifier,), float(found.value)),)
    return Why(value, "mistake" if value else "other-choice")


def _order(task: Task, asked: Asked, text: str) -> Judged:
    """Right if every line comes after those it uses."""
    typed = re.sub(r"[\s,;.>→\-–|/()]+", "", text).upper()
    if typed == asked.right.upper():
        return Judged("right")
    try:
        needed = needs(task.right, asked.lines)
    except NO_NUMBER:
        return Judged("undecided", "no-choice")
    if sorted(typed) != sorted(needed):
        known = set(typed) <= set(needed) and typed
        return Judged("wrong" if known else "undecided", "not-all-lines" if known else "no-choice")
    early = next((own for n, own in enumerate(typed) if not needed[own] <= set(typed[:n])), None)
    return Judged("right") if early is None else Judged("wrong", "line-too-early")
