"""Marking told to programs in Python: a field goes in; what is right in it as plain data, and the code of what follows from the answers
before, come out. The program itself is `platforms/marking.py` of the templates, which needs nothing of ours.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from derivegen.exercise.reveal import written
from derivegen.interop.following import Following, decimals
from derivegen.interop.infix import PYTHON
from derivegen.interop.items import Field
from derivegen.interop.quiz import Quiz
from derivegen.interop.written import Writer

PROGRAM = "platforms/marking.py"


def program(quiz: Quiz) -> str:
    """The code that marks a number."""
    return quiz.press.templates.find(PROGRAM).read_text(encoding="utf-8")


def field_data(quiz: Quiz, field: Field, writer: Writer) -> dict[str, Any]:
    """What is right and wrong, and what is said, in letters alone."""

    def says(key: str) -> str:
        return writer.plain(quiz.say(f"moodle.{key}"))

    key = Decimal(field.accepted[0]) if field.right else Decimal(field.answer.right)
    low = min((one.low for one in field.right), default=key)
    high = max((one.high for one in field.right), default=key)
    return {
        "key": str(key),
        "marks": float(field.answer.marks),
        "right": [[written(one.low), written(one.high)] for one in field.right] or [[str(key), str(key)]],
        "wrong": [
            [written(one.range.low), written(one.range.high), float(one.share), writer.plain(one.says)]
            for one in field.wrong
        ],
        "around": [written(low - key), written(high - key)],
        "decimals": decimals(field) if field.right else 0,
        "said": says("right"),
        "follows": says("follows"),
        "other": writer.plain(field.other),
    }


def following_code(following: Following, field: Field, name: str) -> str:
    """A function of the numbers that were typed before, by label: what follows from them; "" where nothing does."""
    earlier = {each.answer.quantity: each.answer.label for each in following.earlier(field)}
    if not earlier:
        return ""
    labels = {following.called(quantity): label for quantity, label in earlier.items()}
    lines = following.assignments(PYTHON, {}, field.answer.quantity)
    body = "".join(
        f"    {each} = typed.get({labels[each]!r}, {text})\n" if each in labels else f"    {each} = {text}\n"
        for each, text in lines
    )
    return f"def {name}(typed):\n{body}    return {following.called(field.answer.quantity)}\n"
