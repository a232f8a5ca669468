"""STACK, in Moodle XML: a student's questions go in; one question with an input and a response tree for every answer comes out.

A tree asks in turn: is it right, does it follow from what the student typed before, is it what a mistake leads to. Its nodes are named
after the mistakes, so that the site's statistics count them. Inputs may be empty, since a tree only runs where all it names are valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from derivegen.document.blocks import Prose
from derivegen.exercise.asking import letter
from derivegen.exercise.reveal import written
from derivegen.interop.following import Following, decimals
from derivegen.interop.infix import MAXIMA
from derivegen.interop.items import Field, Item, Option
from derivegen.interop.moodle import cdata
from derivegen.interop.package import embedded
from derivegen.interop.platform import About, File
from derivegen.interop.written import LatexWriter, QuizPage, escape
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.records import dataclass, replace

WRITER, PICTURE, WHOLE = LatexWriter, "{}", False
PENALTY = "0.1"
FAR = ("1234.5", "-987.5", "777.25")
"""What an answer is tried with that should be none; the first that is none."""
NOT_HALF = Decimal("0.499")
"""Of a unit of the last place: nearer to the middle the two programs may round to different sides."""
FOLLOWS, RIGHT, OTHER = "follow-through", "right", "other"


def piece(made: QuizPage) -> str:
    """One student's question."""
    own, trees = made.quiz, list(_trees(made))
    views = {
        "title": own.plain("moodle.all", title=own.title, code=own.code),
        "text": _text(made),
        "working": made.working,
        "marks": f"{float(sum(tree.field.answer.marks for tree in trees if tree.nodes)):.7g}",
        "idnumber": own.code,
        "variables": _variables(made),
        "trees": trees,
        "tag": own.tag(),
        "penalty": PENALTY,
    }
    return own.press.templates.page("stack/question.xml.jinja", escape, {"cdata": cdata}, **views)


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The file of a class: a category with a question for every variant."""
    head = about.templates.page("stack/head.xml.jinja", escape, {}, category=about.title.replace("/", "//"))
    yield "", (head.encode(), *(each.encode() for each in pieces), b"</quiz>\n")


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One question of a tree: a test of two expressions, and what it gives and says where it holds."""

    number: int
    test: str
    sans: str
    tans: str
    option: str
    score: str
    note: str
    says: str
    typed: str

    @property
    def penalty(self) -> str:
        """What trying again costs."""
        return "0" if Fraction(self.score) == 1 else PENALTY


class Case(NamedTuple):
    """One of the tests that a site runs: what is typed into which inputs, and the score, the penalty and the note this has to give."""

    note: str
    typed: tuple[tuple[str, str], ...]
    score: str
    penalty: str


@dataclass(frozen=True)
class Tree:
    """An input and how it is marked; one that a person reads has no nodes."""

    made: QuizPage
    number: int
    item: Item
    field: Field
    following: Following

    @property
    def input(self) -> str:
        """Its name."""
        return f"ans{self.number}"

    @property
    def kind(self) -> str:
        """What is typed into it."""
        if self.item.by_person:
            return "notes"
        return {"options": "dropdown", "sequence": "string"}.get(self.item.shape, "numerical")

    @property
    def answer(self) -> str:
        """The teacher's answer."""
        if self.item.by_person:
            return "true"
        if self.item.shape == "options":
            known = (f'[{n},{str(one.right).lower()},"{letter(n - 1).upper()}"]' for n, one in _numbered(self.item))
            return f"[{','.join(known)}]"
        if self.item.shape == "sequence":
            return f'"{self.item.orders[0]}"'
        return self.field.accepted[0] if self.field.right else self.field.answer.right

    @property
    def marks(self) -> str:
        """What it gives."""
        return f"{float(self.field.answer.marks):.7g}"

    @property
    def other(self) -> str:
        """What is said of anything else."""
        return self.made.html(self.field.other)

    @cached_property
    def nodes(self) -> tuple[TreeNode, ...]:
        """The questions of the tree, in order."""
        return () if self.item.by_person else tuple(self._nodes())

    def _nodes(self) -> Iterator[TreeNode]:
        if self.item.shape == "options":
            for place, one in _numbered(self.item):
                note = RIGHT if one.right else self.item.question.options[place - 1]
                yield self._node(place - 1, "AlgEquiv", f"{place}", note, one.says, Fraction(one.right))
        elif self.item.shape == "sequence":
            listed = ",".join(f'"{order.lower()}"' for order in self.item.orders)
            found = f"if is({self.input}=EMPTYANSWER) then false else is(member(sdowncase({self.input}),[{listed}]))"
            typed, said = f'"{self.item.orders[0]}"', self.made.html(self.made.quiz.say("moodle.right"))
            yield TreeNode(0, "AlgEquiv", found, "true", "", "1", RIGHT, said, typed)
        else:
            for number, (test, at, width, note, says, score) in enumerate(self._numbers()):
                typed = "" if note == FOLLOWS else at
                yield replace(self._node(number, test, at, note, says, score), option=width, typed=typed)

    def _numbers(self) -> Iterator[tuple[str, str, str, str, Prose, Fraction]]:
        """Test, what is compared with, how near it has to be, note, what is said, share of the marks."""
        right, whole = self.made.quiz.say("moodle.right"), Fraction(1)
        if not self.field.right:
            yield "AlgEquiv", self.field.answer.right, "", RIGHT, right, whole
        for one in self.field.right:
            yield "NumAbsolute", written(one.centre), written(one.tolerance), RIGHT, right, whole
        if self.following.earlier(self.field):
            middle, width = _around(self.field)
            at = f"own{self.number}" + (f"+({written(middle)})" if middle else "")
            yield "NumAbsolute", at, written(width), FOLLOWS, self.made.quiz.say("moodle.follows"), whole
        for each in self.field.wrong:
            around = each.range
            note = "+".join(each.mistakes)
            yield "NumAbsolute", written(around.centre), written(around.tolerance), note, each.says, each.share

    def _node(self, number: int, test: str, tans: str, note: str, says: Prose, score: Fraction) -> TreeNode:
        return TreeNode(number, test, self.input, tans, "", f"{float(score):.7g}", note, self.made.html(says), tans)

    @property
    def cases(self) -> Iterator[Case]:
        """What somebody types, and what it has to give: one for every node, and one that no node holds of."""
        for node in self.nodes:
            typed = ((self.input, node.typed),) if node.typed else self._carried_on()
            if typed:
                yield Case(node.note, typed, node.score, node.penalty)
        for other in self._others():
            yield Case(OTHER, ((self.input, other),), "0", PENALTY)

    def _carried_on(self) -> tuple[tuple[str, str], ...]:
        """A wrong answer to an earlier question, with what it leads to here: wrong without it; nothing if there is none."""
        name, unit = self.field.answer.quantity, Decimal(1).scaleb(-decimals(self.field))
        for before in reversed(self.following.earlier(self.field)):
            for wrong in before.wrong:
                with suppress(*NO_NUMBER):
                    own = self.made.quiz.right.starting_from({before.answer.quantity: float(wrong.text)})
                    exact = Decimal(float(own.numbers[name]))
                    found = exact.quantize(unit)
                    if abs(exact - found) < unit * NOT_HALF and not any(one.holds(found) for one in self.field.right):
                        return (f"ans{self._places[before.answer.label]}", wrong.text), (self.input, written(found))
        return ()

    def _others(self) -> Iterator[str]:
        """Something that no node holds of."""
        if self.item.shape == "sequence" and self.nodes:
            turned = self.item.orders[0][::-1]
            yield from [f'"{turned}"'] if turned not in self.item.orders else []
        elif self.field.right:
            known = [*self.field.right, *(each.range for each in self.field.wrong)]
            yield from [text for text in FAR if not any(one.holds(Decimal(text)) for one in known)][:1]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """The number of each input by the label of its answer."""
        return {each.answer.label: number for number, (_, each) in enumerate(_fields(self.made), 1)}

    @property
    def variables(self) -> str:
        """What the student's own earlier answers lead to."""
        earlier = self.following.earlier(self.field)
        if not earlier:
            return ""
        own = {}
        for each in earlier:
            typed, true = f"ans{self._places[each.answer.label]}", self.following.called(each.answer.quantity)
            own[each.answer.quantity] = f"if is({typed}=EMPTYANSWER) then {true} else {typed}"
        name = self.field.answer.quantity
        lines = self.following.assignments(MAXIMA, own, name, by="f")
        size = f"10^{decimals(self.field)}"
        last = f"own{self.number}:float(round({self.following.called(name, 'f')}*{size})/{size});"
        return "".join(f"{each}:float({text});\n" for each, text in lines) + last


def _fields(made: QuizPage) -> Iterator[tuple[Item, Field]]:
    for page in made.items:
        yield from ((page.item, field) for field in page.item.fields)


def _trees(made: QuizPage) -> Iterator[Tree]:
    following = Following(made.quiz)
    for number, (item, field) in enumerate(_fields(made), 1):
        yield Tree(made, number, item, field, following)


def _numbered(item: Item) -> Iterator[tuple[int, Option]]:
    yield from enumerate(item.options, 1)


def _around(field: Field) -> tuple[Decimal, Decimal]:
    """How far the middle of the range of the key is from the key, and how wide it is to each side."""
    key = Decimal(field.accepted[0])
    low = min(one.low for one in field.right)
    high = max(one.high for one in field.right)
    return (low + high) / 2 - key, (high - low) / 2


def _variables(made: QuizPage) -> str:
    following = Following(made.quiz)
    return "".join(f"{name}:float({text});\n" for name, text in following.assignments(MAXIMA, {}))


def _text(made: QuizPage) -> str:
    """The question: what is given, then every question with its inputs."""
    parts, number = [embedded(made.given, made.files)], 0
    for page in made.items:
        body, rest = page.body, ""
        for field in page.item.fields:
            number += 1
            input = f"[[input:ans{number}]] [[validation:ans{number}]]"
            input += "" if page.item.by_person else f" [[feedback:prt{number}]]"
            if page.item.shape == "fields":
                body = body.replace(field.sign, input)
            else:
                rest += f"<p>{input}</p>"
        options = "".join(
            f"<p>{letter(place - 1).upper()}) {made.html(one.text)}</p>" for place, one in _numbered(page.item)
        )
        parts.append(f"<h4>{escape(page.item.label)}</h4>{body}{options}{rest}")
    return "".join(parts)
