"""Tables of answers in; what each says about which quantity out: CSV, TOML or JSON of quantity and answer, or a class, one row a student.

Numbers keep the digits they were typed with: nothing passes through a float.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from derivegen.formula.tree import Array, Formula, Negative, Number, Quantity
from derivegen.marking.read.cells import in_columns
from derivegen.marking.read.indices import joined
from derivegen.marking.read.lined import MOST_IN_LINE
from derivegen.marking.read.reader import TypedReader
from derivegen.marking.read.statement import Statement
from derivegen.marking.read.statements import MOST_CHARACTERS, MOST_LINES, MOST_WORKING, read_working
from derivegen.marking.read.typed_tokens import plain_letters, typed_tokens
from derivegen.marking.read.unreadable import Ambiguous, Unreadable
from derivegen.network.file.separators import separator
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import (
    ANSWER_WORDS,
    QUANTITY_WORDS,
    QUESTION_WORDS,
    STEP_WORDS,
    STUDENT_WORDS,
    VALUE_WORDS,
    VARIANT_WORDS,
)
from derivegen.records import dataclass, replace

Table = Literal["csv", "toml", "json"]
TITLES_OF_QUANTITIES = QUANTITY_WORDS | QUESTION_WORDS | {"label"}
TITLES_OF_ANSWERS = ANSWER_WORDS | VALUE_WORDS | {"your answer"}
TOLD_WORDS = {**dict.fromkeys(VARIANT_WORDS, "variant"), **dict.fromkeys(STUDENT_WORDS, "student")}
"""What stands in the first cell of a row that says whose the table is."""
LONGEST_TOLD = 80
"""Characters of a cell that says in words what it is about."""
_STUDENT = (
    *("id", "id number", "sis user id", "student", "student id"),
    *sorted(STUDENT_WORDS - {"id", "id number", "student", "student id"}),
    *("name", "username", "email", "email address"),
)
MOST_ANSWERS = 20_000
TO_LOOK_UP, TO_READ = 60, 10
"""What a name no table had before, and a formula, cost besides their characters."""
_QUESTION = re.compile(r"question\s*\d{1,3}[a-z]{0,2}", re.I)
"""How a sheet calls an answer that is no quantity's value."""
_DECIMAL = re.compile(r"(-?)((?:0|[1-9][0-9]{0,9})(?:\.[0-9]{1,9})?)")
"""A number as most are typed, which needs no reading."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the canonical name (None if it is not known, with the readings where notations disagree), the name and the answer as
    typed, its formula (None if it could not be read, then the key of the reason), line and column of the table, from 1."""

    quantity: str | None
    candidates: tuple[str, ...]
    name: str
    text: str
    formula: Formula | None
    line: int
    column: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student answered; student and variant are empty where the table does not say."""

    student: str
    variant: str
    answers: tuple[Answer, ...]


def read_answers(text: str, names: Names, table: Table) -> tuple[Submission, ...]:
    """The submissions of a table; one that is no such table, or too long, has none. Never raises."""
    if len(text) > MOST_CHARACTERS or text.count("\n") > MOST_LINES:
        return ()
    try:
        return _TABLES[table](text.removeprefix("\ufeff"), Cells(names))
    except (ValueError, RecursionError, csv.Error):
        return ()


def _csv(text: str, cells: Cells) -> tuple[Submission, ...]:
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines[:MOST_ABOVE]) if _is_head(line)), None)
    between = separator(lines[at or 0]) or ","
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=between)][
        : MOST_ANSWERS + 1
    ]
    if in_columns(text):
        return ()
    start = next((number for number, row in enumerate(rows) if _is_header(row)), None)
    if start is not None:
        return (_column(rows, start, cells),)
    rows = [_cut_again(row) for row in rows]
    if _is_headless(rows, cells):
        return (_without_head(rows, cells),)
    comma = between != "," or not re.search(r"\d\.\d", text)
    return tuple(_class(rows, _titles(rows, cells), cells, comma))


MOST_ABOVE = 60
"""Lines that may stand above the titles of a table."""
_NUMBER = re.compile(r"[-+−]?\d*[.,]?\d+(?:[eE][-+−]?\d+)?")


def _is_head(line: str) -> bool:
    return _is_header([cell.strip(' "') for cell in line.split(separator(line) or ",")])


def _is_header(row: Sequence[str]) -> bool:
    """Whether these are the titles of a column of quantities and one of answers."""
    head = {cell.lower().strip("\ufeff") for cell in row}
    return bool(head & TITLES_OF_ANSWERS) and bool(head & TITLES_OF_QUANTITIES)


def _cut_again(row: list[str]) -> list[str]:
    """A row with semicolons in a table with commas."""
    whole = ",".join(row)
    return [cell.strip() for cell in whole.split(";")] if ";" in whole and len(row) < 3 else row


def _is_headless(rows: Sequence[Sequence[str]], cells: Cells) -> bool:
    """Whether the rows are answers below titles that are not there: what is asked first, what is answered last."""
    filled = [row for row in rows if any(row)]
    named = [row for row in filled if len(row) > 1 and (_tells(row, cells) or _asks(row[0], cells))]
    beside = any(_tells(row, cells) or any(map(_NUMBER.fullmatch, row[1:])) for row in named[:1])
    return bool(named) and 2 * len(named) >= len(filled) and (beside or len(filled[0]) == 2)


def _tells(row: Sequence[str], cells: Cells) -> bool:
    """Whether a row says whose the table is, and is none of titles."""
    return row[0].lower() in TOLD_WORDS and not any(_is_answered(cell, cells) for cell in row[1:] if cell)


def _asks(cell: str, cells: Cells) -> bool:
    return _QUESTION.fullmatch(cell) is not None or cells.named(cell)[0] is not None


def _column(rows: list[list[str]], start: int, cells: Cells) -> Submission:
    """A table with a column of quantities and one of answers; those left empty are not answered."""
    head = [cell.lower().strip("\ufeff") for cell in rows[start]]
    quantity = next(n for n, cell in enumerate(head) if cell in TITLES_OF_QUANTITIES)
    answer = next(n for n, cell in enumerate(head) if cell in TITLES_OF_ANSWERS)
    found = []
    for line, row in enumerate(rows[start + 1 :], start + 2):
        row = _cut_again(row)
        text = _answered(row, answer, answer == len(head) - 1)
        if len(row) > quantity and text and row[quantity]:
            found.append(cells.answer(row[quantity], text, True, line, answer + 1))
    first = rows[start + 1] if len(rows) > start + 1 else []
    return Submission(_cell(first, head, ("student", "id")), _cell(first, head, ("variant",)), tuple(found))


def _without_head(rows: list[list[str]], cells: Cells) -> Submission:
    """The same without titles: the quantity first, then maybe its symbol, then the answer."""
    found = []
    for line, row in enumerate(rows, 1):
        place = min(len(row) - 1, 2)
        text = _answered(row, place, True) if len(row) > 1 else ""
        if text and row[0] and (row[0].lower() in TOLD_WORDS or _asks(row[0], cells) or _NUMBER.fullmatch(text)):
            found.append(cells.answer(row[0], text, True, line, place + 1))
    return Submission("", "", tuple(found))


def _answered(row: Sequence[str], place: int, last: bool) -> str:
    """The answer of a row; one with a decimal comma, typed between commas, is two cells."""
    cut = (
        last
        and len(row) == place + 2
        and re.fullmatch(r"[-+−]?\d+", row[place])
        and re.fullmatch(r"\d+", row[place + 1])
    )
    return ",".join(row[place : place + 2]) if cut else row[place] if len(row) > place else ""


def _cell(row: list[str], head: list[str], wanted: Sequence[str]) -> str:
    return next((row[n] for n, cell in enumerate(head) if cell in wanted and n < len(row)), "")


def _titles(rows: list[list[str]], cells: Cells) -> int:
    """Where the titles of a class's table stand, whatever is above them."""
    for number, row in enumerate(rows[:MOST_ABOVE]):
        if {cell.lower() for cell in row} & set(_STUDENT) and any(_is_answered(cell, cells) for cell in row if cell):
            return number
    return 0


def _class(rows: list[list[str]], start: int, cells: Cells, comma: bool) -> Iterator[Submission]:
    """One row a student, quantities as columns; a column that names no quantity is about the student."""
    if not rows:
        return
    columns = {n: title for n, title in enumerate(rows[start]) if _is_answered(title, cells)}
    head = [cell.lower() for cell in rows[start]]
    if not columns:
        return
    if not start and len(rows) > 2 and all(n in columns or title in STEP_WORDS for n, title in enumerate(head)):
        yield _by_steps(rows, columns, cells, comma)
        return
    left = 0
    for line, row in enumerate(rows[start + 1 :], start + 2):
        left += len(columns)
        if not any(row) or left > MOST_ANSWERS:
            continue
        found = [
            cells.answer(title, row[n], comma, line, n + 1) for n, title in columns.items() if n < len(row) and row[n]
        ]
        student = _cell(row, head, [name for name in _STUDENT if name in head][:1])
        yield Submission(student or (row[0] if 0 not in columns else ""), _cell(row, head, ("variant",)), tuple(found))


def _by_steps(rows: list[list[str]], columns: Mapping[int, str], cells: Cells, comma: bool) -> Submission:
    """Nobody stands beside the rows: each is a step of one training run. Before the first no update was made where its parameters are those
    given."""
    counted = next((n for n in range(len(rows[0])) if n not in columns), None)
    found = list[Answer]()
    first: int | None = None
    for number, row in enumerate(rows[1:]):
        here = [
            cells.answer(title, row[n], comma, number + 2, n + 1)
            for n, title in columns.items()
            if n < len(row) and row[n]
        ]
        first = _made_before(here, cells) if first is None else first
        told = row[counted] if counted is not None and counted < len(row) else ""
        begun = rows[1][counted] if counted is not None else ""
        step = first + (int(told) - int(begun) if told.isdigit() and begun.isdigit() else number)
        found += [
            replace(each, quantity=f"{each.quantity}#{step}") if step and each.quantity else each for each in here
        ]
    return Submission("", "", tuple(found))


def _made_before(row: Sequence[Answer], cells: Cells) -> int:
    """How many updates were made before the first row of a run."""
    givens = cells.names.graph.givens
    known = [(each.quantity or "", each.text) for each in row if (each.quantity or "") in givens]
    numbers = [(givens[name], text) for name, text in known if cells.names.is_parameter(name)]
    told = [
        abs(float(given) - float(text.replace(",", "."))) < 1e-4
        for given, text in numbers
        if _DECIMAL.fullmatch(text.replace(",", "."))
    ]
    return int(bool(told) and not any(told))


def _is_answered(title: str, cells: Cells) -> bool:
    """Whether a column holds answers: its title names a quantity, or a question."""
    if title.lower() in (*_STUDENT, "variant"):
        return False
    return _QUESTION.fullmatch(title) is not None or any(cells.named(title))


def _toml(text: str, cells: Cells) -> tuple[Submission, ...]:
    return _of_data(tomllib.loads(text, parse_float=str), cells)


def _json(text: str, cells: Cells) -> tuple[Submission, ...]:
    def refuse(text: str) -> Any:
        raise ValueError(f"{text} is no number")

    return _of_data(json.loads(text, parse_float=str, parse_int=str, parse_constant=refuse), cells)


def _of_data(data: Any, cells: Cells) -> tuple[Submission, ...]:
    """{name: answer}, {"answers": …}, or a list of {"quantity": …, "answer": …}."""
    rows = data.get("answers", data) if isinstance(data, Mapping) else data
    told = data if isinstance(data, Mapping) else {}
    pairs = list(_pairs(rows))[:MOST_ANSWERS]
    found = tuple(
        cells.answer(name, answer, "[" not in answer and "(" not in answer, place, 1)  # no commas of lists
        for place, (name, answer) in enumerate(pairs, 1)
    )
    return (Submission(_text(told.get("student", "")), _text(told.get("variant", "")), found),)


_KEYS_OF_NAMES, _KEYS_OF_ANSWERS = ("quantity", "name", "canonical", "question", "label"), ("answer", "value", "result")


def _pairs(rows: Any) -> Iterator[tuple[str, str]]:
    if isinstance(rows, Mapping):
        yield from ((str(name), _text(answer)) for name, answer in rows.items() if name not in ("student", "variant"))
    elif isinstance(rows, list):
        for row in rows:
            if isinstance(row, Mapping):
                name, answer = (
                    next((row[key] for key in keys if key in row), "") for keys in (_KEYS_OF_NAMES, _KEYS_OF_ANSWERS)
                )
                yield _text(name), _text(answer)


def _text(value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int)
        else json.dumps(value, default=str)[:MOST_IN_LINE]
    )


_TABLES = {"csv": _csv, "toml": _toml, "json": _json}


class Cells:
    """Reads the cells of one table, each text once; past so much that needs reading the rest is not read."""

    def __init__(self, names: Names) -> None:
        self.names, self.left = names, MOST_WORKING
        self._formulas: dict[tuple[str, bool], Formula | Unreadable] = {}

    def answer(self, name: str, text: str, comma: bool, line: int, column: int) -> Answer:
        """What a row says."""
        quantity, candidates = self.named(name)
        if not quantity:
            problem = "ambiguous-name" if candidates else "unknown-name" if self.left > 0 else "too-much"
            return Answer(None, candidates, name, text, None, line, column, problem)
        read = self._read(text, comma and "." not in text)
        formula, problem = (None, read.key) if isinstance(read, Unreadable) else (read, "")
        return Answer(quantity, (), name, text, formula, line, column, problem)

    def named(self, name: str) -> tuple[str | None, tuple[str, ...]]:
        """The quantity that a cell names, or what it may mean; kept, since a class names the same ones again and again."""
        cells = self.names.cells
        if name not in cells:
            if self._spent(len(name) + TO_LOOK_UP):
                return None, ()
            if len(cells) >= MOST_ANSWERS:
                cells.clear()
            cells[name] = _read_name(name, self.names)
        return cells[name]

    def _read(self, text: str, comma: bool) -> Formula | Unreadable:
        if _DECIMAL.fullmatch(text):
            return read_cell(text, self.names, comma)
        if (text, comma) not in self._formulas:
            if self._spent(len(text) + TO_READ):
                return Unreadable("too-much", 0)
            try:
                self._formulas[text, comma] = read_cell(sides_of(text)[-1], self.names, comma)
            except Unreadable as problem:
                self._formulas[text, comma] = problem
        return self._formulas[text, comma]

    def _spent(self, characters: int) -> bool:
        self.left -= characters
        return self.left < 0


def _read_name(name: str, names: Names) -> tuple[str | None, tuple[str, ...]]:
    try:
        tree = read_cell(name, names, False)
    except Ambiguous as problem:
        return None, problem.readings
    except Unreadable:
        return _told(name, names), ()
    return (tree.name, ()) if isinstance(tree, Quantity | Array) else (None, ())


def _told(name: str, names: Names) -> str | None:
    """The derivative or the new value that a cell says in words, as a line of text would: derivative of L by w1. Other words may say
    anything of a quantity, as how far off it is."""
    if len(name) > LONGEST_TOLD or not re.search(r"[^\W\d_]", name):
        return None
    found = read_working(f"{name} = 1\n", names, "text")
    told = found[0].quantity if len(found) == 1 and isinstance(found[0], Statement) else None
    return told if told is not None and ("/d" in told or told.endswith("'")) else None


def sides_of(text: str) -> list[str]:
    """What stands between the signs of relation of an answer: 0.43*0.83 = 0.357, and of ≈ 0.357 that alone."""
    return [side for side in re.split(r"[=≈≅]|\\approx", text) if side.strip()] or [text]


def read_cell(text: str, names: Names, comma: bool) -> Formula:
    """A cell as a formula; spreadsheets put a quote mark or = before what is no number."""
    plain = _DECIMAL.fullmatch(text)
    if plain is not None:
        return Negative(Number(plain[2])) if plain[1] else Number(plain[2])
    if len(text) > MOST_IN_LINE:
        raise Unreadable("too-long", MOST_IN_LINE)
    shown = plain_letters(text.strip().removeprefix("'").removeprefix("=").strip(" $"))
    tokens = [token for token in typed_tokens(shown, 0, len(shown), comma) if token.text != "$"]
    return TypedReader(shown, joined(tokens, shown, names), names, len(shown)).whole()
