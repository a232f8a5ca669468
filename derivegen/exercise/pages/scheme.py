"""The marking scheme: one exercise goes in; marks step by step, what rounding is accepted, and what each wrong answer reveals come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derivegen.document.blocks import Block, Definitions, Document, Heading, Item, Items, Prose, Table
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.marks import in_words, method_marks
from derivegen.exercise.pages.solved import right
from derivegen.exercise.pages.work import Sheet, heading, part
from derivegen.formula.tree import Quantity, Value
from derivegen.mistakes.outcomes import mistaken_name

NUMBERS = ("method", "follow-through", "rounding")
"""The rules for numbers."""
COLUMNS = 5
"""Answers beside one another in a table of mistakes."""

Accepted = Callable[[str], str]
"""What is said of the printed values of a quantity that an honest calculation may come to."""


def scheme(work: Sheet, accepted: Accepted) -> Document:
    """The scheme."""
    return work.document("scheme", _blocks(work, accepted))


def _blocks(work: Sheet, accepted: Accepted) -> Iterator[Block]:
    pen = work.pen
    rules = (*(NUMBERS if work.exercise.asks_numbers else ()), "unread")
    yield Heading(1, pen.say("scheme.rules"))
    yield Items(tuple(Item(f"{number}.", pen.say(f"scheme.rule.{rule}")) for number, rule in enumerate(rules, 1)))
    for question in work.exercise.questions:
        yield Heading(1, heading(pen, question))
        yield _marks(work, question, accepted)
        yield from KINDS[question.kind].marked(pen)
        yield from _revealed(work, question)
    yield from _mistakes(work)


def _marks(work: Sheet, question: Question, accepted: Accepted) -> Table:
    """A line an answer."""
    pen = work.pen
    header = (pen.say("scheme.part"), pen.say("scheme.right"), pen.say("scheme.accepted"), pen.say("scheme.marks"))
    rows = []
    for answer in question.answers:
        also = accepted(answer.quantity) if answer.form == "number" else "–"
        rows.append(((part(answer),), right(work, answer), (also,), _split(pen.say, answer)))
    return Table(pen.say("scheme.table"), header, tuple(rows))


def accepted_range(accepted: Sequence[str], decimal: str) -> str:
    """The printed values that count as right, from the least to the largest; – if there is only one."""
    ends = [text.replace("-", "−").replace(".", decimal) for text in (accepted[0], accepted[-1])] if accepted else []
    return " … ".join(ends) if len(accepted) > 1 else "–"


def _split(say: Callable[..., Prose], answer: Answer) -> Prose:
    """Marks for the way and for the number."""
    if answer.form != "number" or answer.marks == method_marks(answer.marks):
        return (in_words(answer.marks),)
    method = method_marks(answer.marks)
    return say("scheme.split", method=in_words(method), number=in_words(answer.marks - method))


def _revealed(work: Sheet, question: Question) -> Iterator[Table]:
    """What each mistake makes of each answer: a row a mistake, a column an answer; – where it changes nothing."""
    answers = [answer for answer in question.answers if answer.form in ("number", "letter")]
    tables = -(-len(answers) // COLUMNS)  # of nearly the same width
    for some in (answers[n * len(answers) // tables : (n + 1) * len(answers) // tables] for n in range(tables)):
        found = dict.fromkeys(mistake for answer in some for mistake in work.exercise.variant.showing(answer.quantity))
        rows = tuple(
            (work.pen.say(f"mistake.{mistake}.name"), *(_made(work, answer, mistake) for answer in some))
            for mistake in sorted(found)
        )
        if rows:
            header = (work.pen.say("scheme.mistake"), *(_head(work, answer) for answer in some))
            yield Table(work.pen.say("scheme.reveals"), header, rows)


def _head(work: Sheet, answer: Answer) -> Prose:
    return (f"{part(answer)}{work.pen.press.colon}", Quantity(answer.quantity))


def _made(work: Sheet, answer: Answer, mistake: str) -> Prose:
    """The value somebody with the mistake comes to."""
    known = mistake in work.exercise.variant.showing(answer.quantity)
    return (Value(mistaken_name(answer.quantity, mistake)),) if known else ("–",)


def _mistakes(work: Sheet) -> Iterator[Block]:
    """What the mistakes named above are."""
    pen, wrong = work.pen, work.exercise.variant.wrong
    asked = {answer.quantity for _, answer in work.exercise.answers() if answer.form in ("number", "letter")}
    found = dict.fromkeys(mistake for name in asked for mistake in wrong.get(name, {}))
    if found:
        yield Heading(1, pen.say("scheme.catalogue"))
        yield Definitions(
            tuple(((pen.say(f"mistake.{one}.name")), pen.say(f"mistake.{one}.teacher")) for one in sorted(found))
        )
