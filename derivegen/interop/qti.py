"""QTI 2.1 and 3.0: a student's questions go in; items, a test and the manifest of a package come out. The two are one language with
other names, camelCase in one, qti-with-hyphens in the other, so everything is written once.

A number is right between two bounds, never within a tolerance in per cent, which is empty around a negative value in players that follow
the text. Bounds of right numbers are tried first, then those of each mistake, with what is said of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from xml.etree import ElementTree

from derivegen.document.blocks import Prose
from derivegen.exercise.asking import letter
from derivegen.exercise.reveal import Range, written
from derivegen.interop.items import Field
from derivegen.interop.qti_package import XML, Version, safe, single
from derivegen.interop.written import ItemPage, QuizPage, escape
from derivegen.records import dataclass

MATHML = "http://www.w3.org/1998/Math/MathML"
_KEPT = {"id", "class", "scope", "src", "alt", "alttext", "display", "mathvariant", "stretchy", "width"}
"""Attributes that items may have, of HTML and of MathML."""


def piece(made: QuizPage, version: Version) -> str:
    """One student's items, with what the package has to know of them."""
    files = {name: content.decode() for name, content in made.files.items()}
    items = [(_identifier(made, page), QtiItem(made, page, version).text()) for page in made.items]
    return json.dumps({"code": made.quiz.code, "tag": made.quiz.tag(), "items": items, "files": files})


def _identifier(made: QuizPage, page: ItemPage) -> str:
    return safe(f"v{made.quiz.code}-{page.item.label}")


@dataclass(frozen=True)
class QtiItem:
    """Writes one item."""

    made: QuizPage
    page: ItemPage
    version: Version

    def text(self) -> str:
        """The file."""
        tag, item, quiz = self.version.element, self.page.item, self.made.quiz
        attributes = {
            "xmlns": self.version.items,
            "identifier": _identifier(self.made, self.page),
            "title": quiz.name(item),
            "adaptive": "false",
            "timeDependent": "false",
        }
        score = tag("defaultValue", None, tag("value", None, "0"))
        most = tag("defaultValue", None, tag("value", None, _decimal(item.marks)))
        outcomes = [
            tag("outcomeDeclaration", single("SCORE", "float"), score),
            tag("outcomeDeclaration", single("MAXSCORE", "float"), most),
            *(tag("outcomeDeclaration", single(f"F{n}", "identifier")) for n, _ in self._marked()),
        ]
        parts = [*map(self._declared, self._fields()), *outcomes, self._body(), self._processing(), *self._feedback()]
        return f"{XML}{tag('assessmentItem', attributes, *parts)}\n"

    def _fields(self) -> Iterator[tuple[int, Field]]:
        yield from enumerate(self.page.item.fields, 1)

    def _marked(self) -> Iterator[tuple[int, Field]]:
        """The fields that a program marks."""
        yield from () if self.page.item.by_person else self._fields()

    def _declared(self, numbered: tuple[int, Field]) -> str:
        number, field = numbered
        tag, item = self.version.element, self.page.item
        if item.by_person:
            return tag("responseDeclaration", single(f"R{number}", "string"))
        if item.shape == "options":
            kind, right = "identifier", letter(_right_place(self.page))
        elif item.shape == "sequence":
            kind, right = "string", item.orders[0]
        else:
            kind, right = "float", field.accepted[0] if field.is_number else field.answer.right
        value = tag("correctResponse", None, tag("value", None, right))
        return tag("responseDeclaration", single(f"R{number}", kind), value)

    # what is shown

    def _body(self) -> str:
        tag, item = self.version.element, self.page.item
        html = self._html(self.made.given + self.page.body)
        for number, field in self._fields() if item.shape == "fields" else ():
            html = html.replace(field.sign, self._entry(number))
        below = ""
        if item.by_person:
            below = tag("extendedTextInteraction", {"responseIdentifier": "R1", "expectedLines": "8"})
        elif item.shape == "options":
            choices = (
                tag("simpleChoice", {"identifier": letter(place)}, self._html(self.made.html(one.text), inline=True))
                for place, one in enumerate(item.options)
            )
            below = tag(
                "choiceInteraction", {"responseIdentifier": "R1", "shuffle": "false", "maxChoices": "1"}, *choices
            )
        elif item.shape != "fields":
            below = f"<p>{self._entry(1)}</p>"
        shown = self.page.help + self.page.working
        rubric = {"view": "scorer tutor"} | ({"use": "scoring"} if self.version.prefix else {})
        helped = tag("rubricBlock", rubric, self._html(shown)) if shown else ""
        return tag("itemBody", None, html, below, helped)

    def _entry(self, number: int) -> str:
        return self.version.element(
            "textEntryInteraction", {"responseIdentifier": f"R{number}", "expectedLength": "14"}
        )

    def _html(self, html: str, inline: bool = False) -> str:
        """HTML with what items may have of it; raises ParseError where it is not well-formed."""
        tree = ElementTree.fromstring(f"<{'span' if inline else 'div'}>{html}</{'span' if inline else 'div'}>")
        for element in tree.iter():
            kept = {key: value for key, value in element.attrib.items() if key in _KEPT}
            element.attrib.clear()
            element.attrib.update(kept)
            if element.tag == "math":
                element.set("xmlns", MATHML)
        return ElementTree.tostring(tree, encoding="unicode")

    # how it is marked

    def _processing(self) -> str:
        tag = self.version.element
        conditions = [tag("responseCondition", None, *self._branches(*each)) for each in self._marked()]
        return tag("responseProcessing", None, *conditions)

    def _branches(self, number: int, field: Field) -> Iterator[str]:
        tag, item, name = self.version.element, self.page.item, f"R{number}"
        marks = field.answer.marks
        yield tag("responseIf", None, self._is_right(name, field), self._gets(marks), self._told(number, "right"))
        if item.shape == "options":
            for place, one in enumerate(item.options):
                if not one.right:
                    chosen = self._same(name, "identifier", letter(place))
                    yield tag("responseElseIf", None, chosen, self._told(number, f"wrong{place}"))
        for place, wrong in enumerate(field.wrong if item.shape in ("number", "fields") else ()):
            gets = [self._gets(wrong.share * marks)] if wrong.share else []
            inside = self._between(name, wrong.range)
            yield tag("responseElseIf", None, inside, *gets, self._told(number, f"wrong{place}"))
        yield tag("responseElse", None, self._told(number, "other"))

    def _is_right(self, name: str, field: Field) -> str:
        item = self.page.item
        if item.shape == "options":
            return self._same(name, "identifier", letter(_right_place(self.page)))
        if item.shape == "sequence":
            return self._any([self._string(name, order) for order in item.orders])
        if not field.is_number:
            return self.version.element(
                "equal", {"toleranceMode": "exact"}, self._given(name), self._value("float", field.answer.right)
            )
        return self._any([self._between(name, one) for one in field.right])

    def _any(self, conditions: list[str]) -> str:
        return conditions[0] if len(conditions) == 1 else self.version.element("or", None, *conditions)

    def _between(self, name: str, one: Range) -> str:
        tag = self.version.element
        least = tag("gte", None, self._given(name), self._value("float", written(one.low)))
        most = tag("lte", None, self._given(name), self._value("float", written(one.high)))
        return tag("and", None, least, most)

    def _same(self, name: str, kind: str, value: str) -> str:
        return self.version.element("match", None, self._given(name), self._value(kind, value))

    def _string(self, name: str, value: str) -> str:
        tag = self.version.element
        return tag("stringMatch", {"caseSensitive": "false"}, self._given(name), self._value("string", value))

    def _given(self, name: str) -> str:
        return self.version.element("variable", {"identifier": name})

    def _value(self, kind: str, value: str) -> str:
        return self.version.element("baseValue", {"baseType": kind}, escape(value))

    def _gets(self, marks: Fraction) -> str:
        tag = self.version.element
        added = tag("sum", None, self._given("SCORE"), self._value("float", _decimal(marks)))
        return tag("setOutcomeValue", {"identifier": "SCORE"}, added)

    def _told(self, number: int, what: str) -> str:
        return self.version.element("setOutcomeValue", {"identifier": f"F{number}"}, self._value("identifier", what))

    # what is said

    def _feedback(self) -> Iterator[str]:
        for number, field in self._marked():
            said: list[tuple[str, Prose]] = [("right", self.made.quiz.say("moodle.right")), ("other", field.other)]
            if self.page.item.shape == "options":
                said += [(f"wrong{n}", one.says) for n, one in enumerate(self.page.item.options) if not one.right]
            elif self.page.item.shape != "sequence":
                said += [(f"wrong{n}", wrong.says) for n, wrong in enumerate(field.wrong)]
            several = len(self.page.item.fields) > 1
            for what, prose in said:
                label = f"{field.answer.label}) " if several else ""
                body = self._html(f"<p>{label}{self.made.html(prose)}</p>")
                how = {"outcomeIdentifier": f"F{number}", "identifier": what, "showHide": "show"}
                yield self.version.element("modalFeedback", how, body)


def _right_place(page: ItemPage) -> int:
    return next(place for place, one in enumerate(page.item.options) if one.right)


def _decimal(marks: Fraction) -> str:
    return f"{float(marks):.7g}"
