"""Sentences: a key and the values it speaks of go in, prose (runs of text and formulas) comes out.

Formulas reach a template as objects; jinja2's `finalize` swaps each for a private-use character, and the finished
text is split at these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from derivegen.document.blocks import Prose
from derivegen.document.room import limited
from derivegen.document.template_fault import RAISED, fault
from derivegen.errors import InputError
from derivegen.formula.tree import Formula
from derivegen.records import dataclass, field

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

FIRST, LAST = 0xE000, 0xF8FF
_PRIVATE = dict.fromkeys(range(FIRST, LAST + 1))
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_UNBROKEN = re.compile(r" (?=[:;!?»])|(?<=«) ")
"""Where a language sets a space before a sign or inside quotation marks, no line may end there."""


@dataclass(frozen=True)
class Words:
    """The sentences of one language by key. `source` says where they were read, `places` where each of them stands, for messages;
    `guarded` are those of which some are the user's own; `otherwise` are those of another language, for one not translated yet."""

    sentences: Mapping[str, str]
    source: str
    places: Mapping[str, str] = field(default_factory=dict)
    guarded: bool = False
    otherwise: Callable[[], Words] | None = None

    def say(self, key: str, **values: Any) -> Prose:
        """The sentence of that key with its values put in. Raises InputError if a template is broken or missing."""
        from jinja2 import TemplateError

        formulas: list[Formula] = []
        shielded = {name: _shield(value, formulas) for name, value in values.items()}
        try:
            with limited(self.guarded):
                text = self._template(key).render(**shielded)
        except (TemplateError, *RAISED) as error:
            raise InputError(f"{self._place(key)}: {fault(error).what}", self._place(key)) from None
        return split(_spaced(text), formulas)

    def plain(self, key: str, **values: Any) -> str:
        """The same without formulas, as a string."""
        prose = self.say(key, **values)
        if any(isinstance(run, Formula) for run in prose):
            raise InputError(f"{self._place(key)}: no formula can stand here", self._place(key))
        return "".join(str(run) for run in prose)

    def has(self, key: str) -> bool:
        """Whether there is a sentence under that key."""
        return key in self.sentences

    def _place(self, key: str) -> str:
        return f"{self.places.get(key, self.source)}, key {key!r}"

    def _template(self, key: str) -> Template:
        if key not in self.sentences and self.otherwise is not None:
            return self.otherwise()._template(key)
        if key not in self.sentences:
            raise InputError(f"{self.source}: the sentence {key!r} is missing; add it to a file there", self.source)
        return _compiled(self.sentences[key])


class Token(str):
    """A formula as a template sees it: one character it cannot take apart."""

    __slots__ = ()


def _shield(value: Any, formulas: list[Formula]) -> Any:
    """Formulas become tokens (also inside lists), users' text loses private-use characters, floats are refused."""
    if isinstance(value, Formula):
        formulas.append(value)
        return Token(chr(FIRST + len(formulas) - 1))
    if isinstance(value, float):
        raise InputError("a bare number reached a sentence; numbers are printed by the document's rounding")
    if isinstance(value, str):
        return value.translate(_PRIVATE)
    if isinstance(value, Iterable):
        return [_shield(item, formulas) for item in value]
    return value


def _spaced(text: str) -> str:
    """Single spaces, those before : ; ! ? » and after « narrow and unbreakable; no-break spaces that were written stay."""
    return _UNBROKEN.sub("\u202f", _BLANKS.sub(" ", text).strip(" "))


def split(text: str, formulas: list[Formula]) -> Prose:
    """The text cut at its tokens, each replaced by its formula."""
    runs: list[str | Formula] = []
    current = ""
    for character in text:
        if FIRST <= ord(character) <= LAST:
            if current:
                runs.append(current)
            runs.append(formulas[ord(character) - FIRST])
            current = ""
        else:
            current += character
    return (*runs, current) if current else tuple(runs)


@lru_cache(maxsize=2048)
def _compiled(sentence: str) -> Template:
    return _environment().from_string(sentence)


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters["listed"] = listed
    return environment


def listed(items: list[Any], last: str = " and ", between: str = ", ") -> str:
    """a, b and c; another language names its own words, and its own sign where numbers have commas."""
    texts = [str(item) for item in items]
    return last.join(part for part in (between.join(texts[:-1]), texts[-1]) if part) if texts else ""
