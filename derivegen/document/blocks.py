"""A document as data: a closed set of blocks, made by `compose`, judged by `verify`, printed by the writers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from derivegen.figures.figure import Figure, Style
from derivegen.formula.tree import Formula, Relation
from derivegen.network.theme import PLAIN, Theme
from derivegen.records import dataclass, replace

POINTED = "at-"
"""What the keys of figures begin with whose parts can be pointed at."""

Prose = tuple[str | Formula, ...]
"""Runs of text and inline formulas."""
"""How it looks: in colours, or for paper in black, white and grey."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title; level 1 is a section, 2 a step in it."""

    level: int
    text: Prose


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Prose


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a derivation; `left` only where the line begins a new statement, the reason beside it, before it the mark of the factor
    that the statement finds."""

    left: Formula | None
    relation: Relation
    right: Formula
    reason: Prose = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """Lines that belong together, aligned at their relation. `proves` says what the machine holds them to: equality
    of quantities of this network, or of functions of the free letters in it (a slope's derivation). Each statement of a
    `running` one is set in one line, as far as it has room."""

    rows: tuple[Row, ...]
    proves: Literal["quantities", "functions"] = "quantities"
    running: bool = False


def in_lines(block: Derivation) -> Derivation:
    """The same, each statement in one line with its reasons behind it."""
    rows: list[Row] = []
    reasons: Prose = ()
    for place, row in enumerate(block.rows):
        last = place + 1 == len(block.rows) or block.rows[place + 1].left is not None
        reasons = (*reasons, *((", ", *row.reason) if reasons and row.reason else row.reason))
        rows.append(replace(row, reason=reasons if last else ()))
        reasons = () if last else reasons
    return replace(block, rows=tuple(rows), running=True)


@dataclass(frozen=True, slots=True)
class Box:
    """A framed aside with a title: a rule derived once and referred to afterwards."""

    title: Prose
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure and what belongs beside it, where there is room; else below."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark set apart."""

    text: Prose


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of prose under a header, with a caption; the first `heads` cells of each row are its heads. Column `wraps` (from 0) holds
    sentences that may run over several lines. Of a table to write in, the rows are tall and the empty cells are for the hand. Of one that
    says what each use of a parameter contributes, `uses_of` is the parameter."""

    caption: Prose
    header: tuple[Prose, ...]
    rows: tuple[tuple[Prose, ...], ...]
    heads: int = 1
    wraps: int | None = None
    to_write: bool = False
    uses_of: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its caption; `key` names its file."""

    key: str
    figure: Figure
    caption: Prose
    style: Style = "light"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms and what they mean."""

    entries: tuple[tuple[Prose, Prose], ...]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """Pseudo-code: a title, and lines with how deep each is indented (0 is the margin)."""

    title: Prose
    lines: tuple[tuple[int, Prose], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A program and, if it was run, what it printed; or, in no language, lines that somebody typed."""

    caption: Prose
    code: str
    output: str = ""
    language: Literal["python", "text"] = "python"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: its label ("a)", "B", "3"), its text, the marks it gives as words for the margin ("" for none), and how many
    ruled lines to write on stand below it."""

    label: str
    text: Prose
    marks: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """Labelled entries: parts of a question, options to choose from, lines of working."""

    entries: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of a head to fill in: what is asked for and what is known of it already ("" leaves room to write)."""

    fields: tuple[tuple[str, str], ...]


Block = (
    Heading
    | Paragraph
    | Derivation
    | Box
    | Beside
    | Note
    | Table
    | Picture
    | Definitions
    | Algorithm
    | Listing
    | Items
    | Fields
)


@dataclass(frozen=True, slots=True)
class Document:
    """The whole: title, who and when, language and paper, what stands at the foot of every page, whether its sections are numbered, and
    the blocks in order. `colon` is how the language writes it. In print style a theme has no colour. The headings of its body stand so
    many levels `deeper` on somebody's page."""

    title: str
    blocks: tuple[Block, ...]
    author: str = ""
    course: str = ""
    date: str = ""
    language: str = "en"
    paper: str = "a4"
    deeper: int = 0
    foot: str = ""
    numbered: bool = True
    style: Style = "light"
    colon: str = ":"
    theme: Theme = PLAIN


def every(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block, those in boxes too, in order."""
    for block in blocks:
        yield block
        if isinstance(block, Box | Beside):
            yield from every(block.blocks)


def derivations(blocks: tuple[Block, ...]) -> Iterator[Derivation]:
    """Every derivation, those in boxes too, in order."""
    return (block for block in every(blocks) if isinstance(block, Derivation))
