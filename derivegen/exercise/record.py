"""An exercise goes in; what marking it needs comes out as plain tables: the entry of one student in `exercises.json`, and what the file
says for all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.exercise.exercise import Answer, Exercise, Question
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.roster import Student
from derivegen.formula.print.plain import plain
from derivegen.network.file.as_file import network_file
from derivegen.network.network import Figure, Network
from derivegen.notation.notation import Notation

FORMAT = 1
VARIANTS = ' "variants": ['
"""The line behind which every line is about one student."""
Table = dict[str, Any]
Accepted = Callable[[str], Sequence[str]]
"""The printed values of a quantity that an honest calculation may come to."""
Value = Callable[[str], float | None]
"""The number of a quantity; None if it has none."""
Text = Callable[[str], str]
"""How a number is printed."""


def answer_names(questions: Iterable[Question]) -> dict[str, str]:
    """Under which name a student hands in the answer of each label: that of the quantity; where that is hidden or was asked for before,
    that of the question."""
    names: dict[str, str] = {}
    for question in questions:
        for answer in question.answers:
            again = answer.quantity in names.values()
            by_label = again or hides_quantity(question, answer)
            names[answer.label] = f"question {answer.label}" if by_label else answer.quantity
    return names


def hides_quantity(question: Question, answer: Answer) -> bool:
    """Whether an answer is no value of a quantity, as a letter, or is one whose name would tell something: which line is wrong."""
    return answer.form not in ("number", "formula") or KINDS[question.kind].tells


def answers_table(exercise: Exercise, notation: Notation) -> list[list[str]]:
    """The table a student fills in: a line with the variant, then one for each answer."""
    names = answer_names(exercise.questions)
    table = [["quantity", "symbol", "answer"], ["variant", "", exercise.variant.code]]
    for question, answer in exercise.answers():
        symbol = "" if hides_quantity(question, answer) else plain(notation.symbol(answer.quantity))
        table.append([names[answer.label], symbol, ""])
    return table


def common(
    network: Network, questions: Sequence[Question], seed: int, vary: Sequence[str] | None, rounding: Rounding
) -> Table:
    """What holds for the whole class. The network loads as it stands here, without the files it was made of."""
    return {
        "derivegen": FORMAT,
        "title": network.title,
        "stem": network.stem,
        "seed": seed,
        "vary": None if vary is None else list(vary),
        "rounding": {"digits": rounding.digits, "significant": rounding.significant, "carry": rounding.carry},
        "kinds": list(dict.fromkeys(question.kind for question in questions)),
        "questions": [_question(question) for question in questions],
        "network": network_file(network),
    }


def _question(question: Question) -> Table:
    made: Table = {"number": question.number, "kind": question.kind}
    if question.lines:
        made["lines"] = list(question.lines)
    if question.bare:
        made["bare"] = True
    return made | {"answers": [_asked(answer) for answer in question.answers]}


def _asked(answer: Answer) -> Table:
    return {"label": answer.label, "quantity": answer.quantity, "form": answer.form, "marks": answer.marks}


def entry(student: Student, exercise: Exercise, number: Value, accepted: Accepted, text: Text) -> Table:
    """What holds for one student: who it is, the numbers, the choices made, the right answers, what else is accepted, and what each mistake
    leads to."""
    variant, names = exercise.variant, answer_names(exercise.questions)
    return {
        "id": student.identity,
        "variant": variant.code,
        "file": student.file,
        "name": student.name,
        "student": dict(student.columns),
        "difficulty": variant.difficulty,
        "draws": variant.draws,
        "rejected": dict(sorted(variant.rejected.items())),
        "coinciding": [[each.quantity, each.mistake, each.other] for each in variant.coinciding],
        "givens": {name: decimal_text(number) for name, number in variant.givens.items()},
        "choices": {str(question.number): made for question in exercise.questions if (made := _choices(question))},
        "answers": [
            _answer(answer, names[answer.label], exercise, number, accepted, text) for _, answer in exercise.answers()
        ],
    }


def _choices(question: Question) -> Table:
    """What was chosen for this student."""
    return KINDS[question.kind].record(question)


def _answer(answer: Answer, name: str, exercise: Exercise, number: Value, accepted: Accepted, text: Text) -> Table:
    made = {"label": answer.label, "name": name, **_asked(answer)}
    if answer.right:
        made["right"] = answer.right
    value = number(answer.quantity) if answer.form in ("number", "formula") else None
    if value is not None:
        made["value"] = value
    if answer.form == "number":
        wrong = exercise.variant.wrong.get(answer.quantity, {})
        made["text"] = text(answer.quantity)
        made["accepted"] = list(accepted(answer.quantity))
        made["wrong"] = {mistake: number for mistake, number in wrong.items() if isfinite(number)}
    return made


def decimal_text(number: Figure) -> str:
    """A number as somebody types it, exactly: 0.25; a fraction without an end as 1/3."""
    if isinstance(number, float):
        return repr(number)
    twos_and_fives = number.denominator
    for factor in (2, 5):
        while twos_and_fives % factor == 0:
            twos_and_fives //= factor
    if twos_and_fives != 1:
        return str(number)
    enough = Context(prec=len(str(number.numerator)) + 4 * len(str(number.denominator)) + 4)
    return f"{enough.divide(Decimal(number.numerator), Decimal(number.denominator)):f}"


def json_text(value: Any) -> str:
    """JSON in one line, with every decimal as exact as it is known."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_whole_or_float)
    except TypeError:
        return _with_decimals(value)


def _whole_or_float(value: Any) -> int | float:
    """A fraction as what is written as exactly. Raises TypeError where nothing is."""
    if isinstance(value, Fraction):
        text = decimal_text(value)
        found: int | float = value.numerator if value.denominator == 1 else float(value)
        if "/" in text or repr(found) == text:
            return found
    raise TypeError


def _with_decimals(value: Any) -> str:
    """The same where some are longer than floats: many times as slow."""
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(
                f"{json.dumps(str(name), ensure_ascii=False)}: {json_text(part)}" for name, part in value.items()
            )
            + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_text, value)) + "]"
    if isinstance(value, Fraction):
        text = decimal_text(value)
        return text if "/" not in text else repr(float(value))
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def stem_in(start: str) -> str | None:
    """The network a file is about that begins like this; None where it is none of ours."""
    found = re.search(r'^ "stem": (".*"),$', start, re.M)
    return None if found is None else str(json.loads(found[1]))


def beginning(general: Mapping[str, Any]) -> str:
    """The file as far as it is about everybody: a line for each key."""
    return "{\n" + "".join(f' "{name}": {json_text(value)},\n' for name, value in general.items())


def exercises_json(begun: str, entries: Iterable[str]) -> Iterator[str]:
    """The file, in pieces: its beginning, then a line for each student."""
    yield begun + VARIANTS
    comma = ""
    for text in entries:
        yield f"{comma}\n  {text}"
        comma = ","
    yield "\n ]\n}\n"
