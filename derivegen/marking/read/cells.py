"""The lines of a text in; its tables out, as rows of cells with the places they stand in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from derivegen.network.file.separators import separator
from derivegen.notation.vocabulary import (
    BEFORE_WORDS,
    CHANGE_WORDS,
    GRADIENT_WORDS,
    NEW_WORDS,
    OLD_WORDS,
    STUDENT_WORDS,
    bare,
)
from derivegen.records import dataclass

MOST_ROWS, MOST_COLUMNS = 400, 60
LONGEST_HEADING = 80
_SEPARATOR = re.compile(r"(?=.*?--)[\s|:+=-]*+")
_NUMBER = re.compile(r"[-+−]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][-+−]?\d+)?")
_ERROR = re.compile(r"\?{1,5}|#[A-Z0-9/]{1,12}[!?]?|Err:\d{1,4}|NaN", re.I)
_RELATION = re.compile(r"[=≈]|:=|<-")
_GAPS = re.compile(r"\t|[ ]{2,}")
_WORD = re.compile(r"[^\W\d_]")
_FILLED = re.compile(r"\|\s*\$[^$|=]{1,200}\$\s*\|\s*[-+−]?[\d.,]+\s*\|")
_UNIT = re.compile(
    r"(?:units?|u|neurone?|neurona|node|nodo|nœud|einheit|knoten|unité|unidad)[ _]?\{?(\d{1,3})\}?", re.I
)
_OF_COLUMNS = {*OLD_WORDS, *NEW_WORDS, *GRADIENT_WORDS, *BEFORE_WORDS, *CHANGE_WORDS, "net", "out"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its line and column, both from 1."""

    text: str
    line: int
    column: int

    @property
    def bare(self) -> str:
        """What stands in it, without what marks it as a formula."""
        return self.text.strip().strip("$`*").strip().removeprefix("\\(").removesuffix("\\)").strip()

    @property
    def is_number(self) -> bool:
        """Whether it holds a number and nothing else."""
        return _NUMBER.fullmatch(self.bare) is not None

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it that is a word or a number: a dash, a question mark, the error of a spreadsheet."""
        return self.is_error or not (self.is_number or _WORD.search(self.bare))

    @property
    def is_error(self) -> bool:
        """Whether a question mark or the error of a spreadsheet stands in place of its value."""
        return _ERROR.fullmatch(self.bare) is not None


Grid = Sequence[Sequence[Cell]]
Cut = Callable[[str], Iterator[tuple[str, int]]]


def words_above(lines: Sequence[str], line: int) -> str:
    """The words above a table, up to three lines of them, nearest first."""
    above = (each.strip() for each in reversed(lines[max(0, line - 7) : line - 1]))
    return " ".join(each for each in above if each and "|" not in each and len(each) <= LONGEST_HEADING)


def grids(lines: Sequence[str]) -> Iterator[Grid]:
    """The tables: rows between strokes, rows whose cells stand apart, a line of names above one of numbers."""
    at = 0
    while at < len(lines):
        rows = _rows(lines, at)
        numbers = sum(cell.is_number for row in rows for cell in row)
        if (
            (len(rows) > 1 or _is_pair(rows))
            and numbers
            and not any(_FILLED.search(lines[row[0].line - 1]) for row in rows)
        ):
            yield rows
        at = max(at + 1, rows[-1][0].line if rows else 0)


def _is_pair(rows: Grid) -> bool:
    """Whether a row alone is a name between strokes with a number beside it."""
    return bool(rows) and len(rows[0]) == 2 and not rows[0][0].is_number and rows[0][1].is_number


def _rows(lines: Sequence[str], at: int) -> list[list[Cell]]:
    """The rows of a table that begins in a line; none where it does not."""
    cut = _cut_of(lines, at)
    found: list[list[Cell]] = []
    if cut is None:
        return found
    for number in range(at, min(at + MOST_ROWS, len(lines))):
        line = lines[number]
        if _SEPARATOR.fullmatch(line) and found:
            continue
        cells = [Cell(text, number + 1, column) for text, column in cut(line)]
        if not 2 <= len(cells) <= MOST_COLUMNS or _RELATION.search(line) or (found and len(cells) != len(found[0])):
            break
        found.append(cells)
    return found


def _cut_of(lines: Sequence[str], at: int) -> Cut | None:
    """How the cells of the table that begins in a line are set apart."""
    line = lines[at]
    below = next((each for each in lines[at + 1 : at + 3] if each.strip() and not _SEPARATOR.fullmatch(each)), "")
    if line.count("|") > 1:
        return _by_strokes
    for cut in (_by_gaps, _by_words):
        if len(list(cut(line))) > 1 and len(list(cut(line))) == len(list(cut(below))):
            return cut
    return None


def _by_strokes(line: str) -> Iterator[tuple[str, int]]:
    start = line.find("|")
    if start < 0:
        return
    edge = 0 if line[:start].strip() else start + 1
    for match in re.finditer(r"(?:\\\||[^|])*(?:\||$)", line[edge:]):
        text = match[0].removesuffix("|")
        if match[0] and (text.strip() or match[0].endswith("|")):
            yield text.strip(), edge + match.start() + 1 + len(text) - len(text.lstrip())


def _by_gaps(line: str) -> Iterator[tuple[str, int]]:
    at = len(line) - len(line.lstrip())
    for part in _GAPS.split(line.strip()):
        yield part.strip(), line.find(part, at) + 1
        at = line.find(part, at) + len(part)


def _by_words(line: str) -> Iterator[tuple[str, int]]:
    """h1, h2, p: and the numbers below them, with single spaces or commas between."""
    for match in re.finditer(r"[^\s,;:]+", line):
        yield match[0], match.start() + 1


def with_units(lines: Sequence[str]) -> list[str]:
    """The lines, with rows of tables that have a column for each unit as statements: a number of what the row names, or a list of them."""
    found = list(lines)
    for head, *body in grids(lines):
        if not _has_units(head):
            continue
        for row in body:
            name, numbers = row[0].bare, [cell.bare for cell in row[1:] if not cell.is_blank]
            if name and numbers and not row[0].is_number:
                said = numbers[0] if len(numbers) == 1 else f"[{'; '.join(numbers)}]"
                found[row[0].line - 1] = f"{name} = {said}"
                found[head[0].line - 1] = ""
    return found


def _has_units(titles: Sequence[Cell]) -> bool:
    """Whether the columns behind the first one are units by their numbers: unit 1, unit 2."""
    counted = [_UNIT.fullmatch(each.bare) for each in titles[1:]]
    numbers = [int(each[1]) for each in counted if each is not None]
    return bool(numbers) and len(numbers) == len(counted) and numbers == list(range(numbers[0], numbers[-1] + 1))


def in_columns(text: str) -> str:
    """A table whose columns say old, gradient and new of what the first one names, or that has one for each unit, with strokes between its
    cells, line by line; "" of any other."""
    lines = text.removeprefix("\ufeff").split("\n")
    between = separator(lines[0]) or ","
    titles = [set(re.findall(r"[^\W\d_]+", bare(cell))) for cell in lines[0].split(between)]
    units = _has_units([Cell(cell, 1, 1) for cell in lines[0].split(between)])
    of_columns = units or sum(bool(words & _OF_COLUMNS) for words in titles[1:]) > 1
    if len(titles) < 3 or not of_columns or titles[0] & STUDENT_WORDS:
        return ""
    rows = csv.reader(io.StringIO(text), delimiter=between)
    return "\n".join(f"| {' | '.join(cell.strip() for cell in row)} |" if row else "" for row in rows)
