"""What comes of a comparison with a model of another library: a value that prints itself, in words."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final, Literal, get_args

from derivegen.calculus.conventions import Convention
from derivegen.document.words import Words
from derivegen.interop.models.differing import Reason
from derivegen.records import dataclass

What = Literal["activation", "value", "output", "loss", "derivative"]
NUMBERS: Final = {"factor", "rate", "decay", "apart"}
"""What is said of a reason in digits."""
WIDEST: Final = 40
"""Columns of a terminal that the names take at most."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that both have: what it is here and there, whether the numbers agree, how far they are apart at most, and why. `says` is
    the same in words."""

    what: What
    ours: str
    theirs: str
    agrees: bool
    apart: float = 0.0
    why: tuple[Reason, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Agreement:
    """What agrees and what differs."""

    title: str
    rows: tuple[Compared, ...]
    again: str
    """What is said of a difference that was said before."""

    @property
    def agrees(self) -> bool:
        """Whether all of it does."""
        return all(row.agrees for row in self.rows)

    @property
    def differing(self) -> tuple[Compared, ...]:
        """What does not."""
        return tuple(row for row in self.rows if not row.agrees)

    def __repr__(self) -> str:
        """What a terminal shows of it: a line for each thing."""
        width = min(max((len(_named(row)) for row in self.rows), default=0), WIDEST)
        lines = (f"  {_named(row):{width}}  {says}" for row, says in zip(self.rows, self._said(), strict=True))
        return "\n".join((self.title, *lines))

    def _said(self) -> Iterator[str]:
        """Each difference in full once."""
        said = set[str]()
        for row in self.rows:
            yield self.again if row.says in said and not row.agrees else row.says
            said.add(row.says)

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        lines = (
            f"<tr><td><code>{html.escape(row.ours)}</code></td><td><code>{html.escape(row.theirs)}</code></td>"
            f"<td>{'✓' if row.agrees else '✗'} {html.escape(says)}</td></tr>"
            for row, says in zip(self.rows, self._said(), strict=True)
        )
        return f"<table><caption>{html.escape(self.title)}</caption>{''.join(lines)}</table>"


def _named(row: Compared) -> str:
    return row.ours if row.ours == row.theirs else f"{row.ours} = {row.theirs}"


def says(words: Words, row: Compared) -> str:
    if row.agrees:
        return words.plain("against.agrees", layout=[_reason(words, each) for each in row.why])
    return words.plain("against.differs", why=[_reason(words, each) for each in row.why])


def _reason(words: Words, reason: Reason) -> str:
    said = dict(reason.said)
    point = words.plain("number.decimal")
    for key in said.keys() & NUMBERS:
        said[key] = str(said[key]).replace(".", point)
    if said.get("who") in get_args(Convention):
        said["who"] = words.plain(f"against.{said['who']}")
    if "reasons" in said:
        said["reasons"] = [_reason(words, each) for each in said["reasons"]]
    return words.plain(f"against.{reason.key}", **said)
