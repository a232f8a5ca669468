"""The self-check page: an exercise and its questions with fields go in, one HTML file comes out that says of each answer typed whether it
is right, and gives hints where the teacher allows; it needs no server.

The right answers stand in it sealed: they cannot be read at a glance, but a determined student can find them by trying all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from derivegen.document.blocks import Document
from derivegen.exercise.asking import letter
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.orders import needs
from derivegen.exercise.pages.fields import fields
from derivegen.exercise.pages.work import Sheet
from derivegen.exercise.reveal import revealed
from derivegen.exercise.sealed import ROUNDS, Seal, canonical, seal
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.records import dataclass
from derivegen.render.html_fields import allowed, as_script, with_fields
from derivegen.render.html_page import escape, page_values

SCRIPT = "selfcheck/script.js"
WORDS = ("right", "rounded", "wrong", "few", "no-number", "no-order", "no-line", "hint", "summary")
"""What the script says."""
FEW = 20
"""What one try costs for two lines in order, as there are many pairs of lines in an order."""


@dataclass(frozen=True)
class SelfCheck:
    """What the page is made of; `accepted` are the printed values that are right, `text` says how a number is printed; `opening` is the
    key of what it says first."""

    work: Sheet
    accepted: Callable[[str], tuple[str, ...]]
    text: Callable[[str], str]
    opening: str = "selfcheck.opening"

    def page(self, document: Document) -> str:
        """The page of an inscribed document with fields."""
        press, words = self.work.pen.press, self.work.pen.words
        script = press.templates.find(SCRIPT).read_text(encoding="utf-8").strip()
        values = page_values(document, press) | {
            "answers": as_script(self._data()),
            "script": script,
            "hash": allowed(script),
            "check": {"opening": escape(words.plain(self.opening))}
            | {key: escape(words.plain(f"selfcheck.{key}")) for key in ("all", "no-script")},
        }
        text = press.templates.page("selfcheck/document.html.jinja", escape, {}, **values)
        return with_fields(text, fields(self.work, checked=True))

    def _data(self) -> dict[str, Any]:
        rounding, words = self.work.pen.trace.rounding, self.work.pen.words
        return {
            "digits": rounding.digits,
            "significant": rounding.significant,
            "decimal": words.plain("number.decimal"),
            "words": {
                key: words.plain(
                    f"selfcheck.{key}",
                    digits=rounding.significant or rounding.digits,
                    significant=rounding.significant is not None,
                )
                for key in WORDS
            },
            "fields": [self._sealed(question, answer) for question, answer in self.work.exercise.answers()],
        }

    # what the script knows of an answer

    def _sealed(self, question: Question, answer: Answer) -> dict[str, Any]:
        salt = f"{self.work.exercise.variant.code} {answer.label}"
        rounds = FEW if answer.form == "order" else ROUNDS
        made: dict[str, Any] = {"kind": answer.form, "salt": salt, "rounds": rounds}
        match answer.form:
            case "number":
                right, wrong = self._numbers(question, answer)
            case "letter":
                right = [answer.right]
                wrong = [(letter(n).upper(), [one]) for n, one in enumerate(question.options) if one]
            case "line":
                right, wrong = [answer.right], []
            case "order":
                needed = needs(self.work.right, question.lines)
                right = [f"{before}<{own}" for own, many in needed.items() for before in sorted(many)]
                wrong = []
                made["count"] = len(question.lines)
            case "formula":
                return made
        made["right"] = sorted(seal(text, salt, rounds).tag for text in right)
        made["hints"] = dict(sorted(self._hints(wrong, salt)))
        return made

    def _numbers(self, question: Question, answer: Answer) -> tuple[list[str], list[tuple[str, list[str]]]]:
        """The accepted texts; and wrong ones with the mistakes behind them."""
        name = answer.quantity
        accepted = tuple(dict.fromkeys((self.text(name), *self.accepted(name))))
        printed = [question.mistake] if question.mistake else []
        known = dict.fromkeys([*self.work.exercise.variant.wrong.get(name, {}), *printed])
        wrong = [(mistake, self.text(mistaken_name(name, mistake))) for mistake in known]
        found = revealed(accepted, wrong, self.work.pen.trace.rounding)
        return list(map(canonical, accepted)), [(canonical(each.text), list(each.mistakes)) for each in found]

    def _hints(self, wrong: list[tuple[str, list[str]]], salt: str) -> Iterator[tuple[str, str]]:
        chosen, words = self.work.pen.graph.network.exercise, self.work.pen.words
        if chosen is None or not chosen.hints:
            return
        for text, mistakes in wrong:
            sealed: Seal = seal(text, salt)
            yield sealed.tag, sealed.hide(" ".join(words.plain(f"mistake.{one}.hint") for one in mistakes))
