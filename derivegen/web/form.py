"""What a visitor sends, as frozen values that can go to another process, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from derivegen.records import dataclass, field

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form, each with all its values; the files in it, each with its name."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def text(self, name: str, otherwise: str = "") -> str:
        """The first value of a field."""
        values = self.fields.get(name, ())
        return values[0] if values else otherwise

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field."""
        return self.fields.get(name, ())

    def number(self, name: str, most: int) -> int:
        """A whole number from 0 up to the most, 0 where the field holds none."""
        text = self.text(name)
        return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the view, what was sent, the language that the browser asks for."""

    view: str
    form: Sent = field(default_factory=Sent)
    language: str = "en"


class Answer(NamedTuple):
    """What comes back; with a `name` it is a file to be kept."""

    body: bytes
    kind: str = HTML
    name: str = ""
    status: int = 200
